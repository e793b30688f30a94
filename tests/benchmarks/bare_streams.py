"""The least a server with open streams can be: asyncio alone. `python -m tests.benchmarks.bare_streams PORT`.

`/tell` writes one event to every open stream, then answers; any other path opens a stream.
"""

import asyncio
import sys

from infra.services.ports import LOCAL_HOST

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 3000\n\n"
_open: list[asyncio.StreamWriter] = []


async def _serve(port: int) -> None:
    server = await asyncio.start_server(_answer, LOCAL_HOST, port, backlog=1_000)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        asked = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:  # somebody only looked whether it listens
        writer.close()
        return
    if not asked.startswith(b"GET /tell "):
        writer.write(_HEAD)
        _open.append(writer)
        return
    for stream in _open:
        stream.write(b"event: changed\ndata: 1\n\n")
    writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
    writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
