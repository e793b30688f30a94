"""A tiny TCP proxy before PostgreSQL that can lose a connection at the worst moment."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from psycopg.conninfo import conninfo_to_dict


class DroppingProxy:
    """Listens on 127.0.0.1 and passes bytes on to the server's socket. Armed, it cuts one connection:

    before the named request is passed on, or after the server has answered it (so: committed) without passing the
    answer back.
    """

    def __init__(self, dsn: str) -> None:
        parts = conninfo_to_dict(dsn)
        self._server = f"{parts['host']}/.s.PGSQL.5432"
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.dsn = f"postgresql://{parts['user']}@127.0.0.1:{port}/{parts['dbname']}?gssencmode=disable&sslmode=disable"
        self.dropped = 0
        self._lock = threading.Lock()
        self._before = b""
        self._after = b""
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def drop_before(self, request: bytes) -> None:
        """Cut the connection instead of passing on the next request that holds these bytes."""
        self._before = request

    def drop_after_commit_of(self, request: bytes) -> None:
        """Cut the connection instead of passing back the answer to the next request that holds these bytes."""
        self._after = request

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _shut(self._listening)
        with self._lock:
            still_open = list(self._open)
        for side in still_open:
            _shut(side)
        for thread in self._threads:
            thread.join(10)

    def _start(self, deed: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=deed, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self._server)
            except OSError:  # the database is away: whoever came is told so, and the door stays open
                _shut(server)
                _shut(client)
                continue
            with self._lock:
                self._open |= {client, server}
            cut = threading.Event()
            self._start(self._requests, client, server, cut)
            self._start(self._answers, client, server, cut)

    def _requests(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while request := client.recv(65536):
                with self._lock:
                    if self._before and self._before in request:
                        self._before = b""
                        self.dropped += 1
                        break
                    if self._after and self._after in request:
                        self._after = b""
                        cut.set()
                server.sendall(request)
        self._end(client, server)

    def _answers(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        held = b""
        with contextlib.suppress(OSError):
            while answer := server.recv(65536):
                if not cut.is_set():
                    client.sendall(answer)
                    continue
                held += answer
                if held.endswith(b"Z\x00\x00\x00\x05I"):  # ready for the next request, in no transaction: committed
                    self.dropped += 1
                    break
        self._end(client, server)

    def _end(self, *sides: socket.socket) -> None:
        with self._lock:
            self._open -= set(sides)
        for side in sides:
            _shut(side)


def _shut(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()
