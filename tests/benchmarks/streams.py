"""实时提示: a thousand open pages, one change: until when the last of them knows, and what they weigh."""

import asyncio
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import urlsplit

import httpx2 as httpx
import psutil

from infra.services.ports import LOCAL_HOST, free_ports, is_listening
from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, percentile
from tests.journeys.kafka_shape import AtWork

_MEGABYTE = 1024 * 1024
_AT_ONCE = 50
"""So many connections are opened side by side."""


def stream_figures(bench: Bench) -> list[Figure]:
    """Streams watching one call; the change is a note on it."""
    pages = bench.some(1_000, 200)
    with bench.demonstration(bench.database()) as running, closing(AtWork(running, "cd-01")) as caller:
        call = caller.submit(text="门口有人占道摆摊", place="府前路")
        caller.do(call, "add-note", text="先做一遍", reach="parties")
        process = psutil.Process(running.pid)
        before = process.memory_info().rss
        with closing(OpenPages(running.address, f"/live?topics=call:{call}", _cookie(caller), pages)) as opened:
            after = process.memory_info().rss
            began = opened.await_change()
            caller.do(call, "add-note", text="所有打开的页面都应知道", reach="parties")
            acknowledged = time.perf_counter() - began
            told = [after - acknowledged for after in opened.told()]
    bare_told, bare_weight = _bare(pages)
    bare = "an asyncio server that does nothing else, as many streams"
    return [
        Figure(
            "live_stream",
            max(told) * 1000,
            "ms",
            "lower",
            f"{pages:,} open streams on one call, one note on it: from the acknowledgement of the note until the last"
            f" stream says so (p50 {percentile(told, 0.5) * 1000:.0f} ms; the note itself took"
            f" {acknowledged * 1000:.0f} ms). Server and streams share the cores.",
            goal=500,
            limit=f"{bare}: from the acknowledgement of being asked to tell",
            limit_value=max(bare_told) * 1000,
        ),
        Figure(
            "live_stream_memory",
            (after - before) / _MEGABYTE,
            "MB",
            "lower",
            f"What the serving process weighs more with these {pages:,} streams open than before"
            f" ({before / _MEGABYTE:.0f} MB).",
            goal=100,
            limit=bare,
            limit_value=bare_weight / _MEGABYTE,
        ),
    ]


def _bare(pages: int) -> tuple[Sequence[float], int]:
    """After how many seconds each stream of a bare server was told, and what it weighs more for them."""
    (port,) = free_ports(1)
    with subprocess.Popen([sys.executable, "-m", "tests.benchmarks.bare_streams", str(port)]) as server:
        try:
            wait_until(lambda: is_listening(port), 30)
            process = psutil.Process(server.pid)
            before = process.memory_info().rss
            address = f"http://{LOCAL_HOST}:{port}"
            with closing(OpenPages(address, "/", "", pages)) as opened:
                after = process.memory_info().rss
                began = opened.await_change()
                httpx.get(f"{address}/tell", timeout=30)
                acknowledged = time.perf_counter() - began
                return [max(0.0, one - acknowledged) for one in opened.told()], after - before
        finally:
            server.terminate()


def _cookie(person: AtWork) -> str:
    return "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())


class OpenPages:
    """Streams held open by a thread of their own. Close them when done."""

    def __init__(self, address: str, path: str, cookie: str, pages: int) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self._at = urlsplit(address)
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {self._at.netloc}\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()
        self._pages = pages
        self._told: list[float] = []
        self._began = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._streams = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(120)

    def await_change(self) -> float:
        """From now on a change is noted by every stream. The moment it begins."""
        self._began = time.perf_counter()
        for stream in self._streams:
            asyncio.run_coroutine_threadsafe(self._hear(stream), self._loop)
        return self._began

    def told(self) -> Sequence[float]:
        """After how many seconds each stream was told, once all have been."""
        wait_until(lambda: len(self._told) == self._pages, 30)
        return self._told

    def close(self) -> None:
        """Close all streams."""

        async def close() -> None:
            for _, writer in self._streams:
                writer.close()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        doors = asyncio.Semaphore(_AT_ONCE)

        async def one() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            async with doors:
                reader, writer = await asyncio.open_connection(self._at.hostname, self._at.port)
                writer.write(self._request)
                said = await reader.readuntil(b"retry: 3000")
                if not said.startswith(b"HTTP/1.1 200"):
                    raise ConnectionError(said.decode())
                return reader, writer

        return await asyncio.gather(*(one() for _ in range(self._pages)))

    async def _hear(self, stream: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        await stream[0].readuntil(b"event: changed")
        self._told.append(time.perf_counter() - self._began)
