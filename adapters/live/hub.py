"""The hub: one PostgreSQL listener a process, many open pages."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

import psycopg
import structlog

from projections.engine.view_writer import CHANNEL

log = structlog.get_logger()


class LiveHub:
    """Hears which topics a view changed and wakes the pages that watch them. Nothing but the topic travels."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen; wake-ups happen on this loop."""
        self._loop = loop
        self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the listening and let every open stream end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=3)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    @property
    def stopping(self) -> bool:
        """True once `stop` was called."""
        return self._stop.is_set()

    async def changes(self, topics: Iterable[str], beat_seconds: float = 20.0) -> AsyncIterator[bool]:
        """True each time one of the topics changed, False as a heartbeat. Many changes at once are one."""
        woken = asyncio.Event()
        names = list(topics)
        for topic in names:
            self._watching[topic].add(woken)
        try:
            while not self.stopping:
                try:
                    await asyncio.wait_for(woken.wait(), beat_seconds)
                except TimeoutError:
                    yield False
                    continue
                woken.clear()
                if not self.stopping:
                    yield True
        finally:
            for topic in names:
                self._watching[topic].discard(woken)
                if not self._watching[topic]:
                    del self._watching[topic]

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._on_loop(self._wake_all)  # whatever was missed while not listening
                    while not self._stop.is_set():
                        for notice in connection.notifies(timeout=0.5):
                            self._on_loop(self._wake, notice.payload.split("\n"))
            except psycopg.OperationalError as problem:
                log.warning("实时提示连接中断,稍后重连", reason=str(problem))
                self._stop.wait(1.0)

    def _on_loop(self, call: object, *args: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)  # type: ignore[arg-type]

    def _wake(self, topics: list[str]) -> None:
        for topic in topics:
            for woken in self._watching.get(topic, ()):
                woken.set()

    def _wake_all(self) -> None:
        for watchers in self._watching.values():
            for woken in watchers:
                woken.set()
