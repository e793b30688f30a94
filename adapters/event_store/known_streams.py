"""已知事实: streams as this process last folded them, kept up to date by one look at what the log has gained.

What is guaranteed, and why it is enough to decide by, stands in docs/decisions/0022-deciding-from-known-facts.md.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from adapters.event_store.recorder import Recorded
from domain.shared.commands import Fold, State
from domain.shared.events import Event
from domain.shared.refusals import NotFound

_NEWS = 2_000
"""A process that has more to catch up on (it slept, or somebody imports) forgets what it knew and reads anew."""

_UNREAD = 20
"""A stream that gained so many facts without being asked about is forgotten: it is read anew when it is."""


class Log(Protocol):
    """The facts as they stand, in the order of commits, and each stream's in the order of versions."""

    def since(self, position: int, limit: int) -> Sequence[Recorded]: ...
    def newest(self) -> Recorded | None: ...
    def select_streams(self, streams: Collection[UUID]) -> Sequence[StoredEvent]: ...


Decode = Callable[[StoredEvent], Event]


class _Stream:
    """One stream: the state after `version`, and facts behind it that nobody has asked about yet."""

    def __init__(self, fold: Fold[Any]) -> None:
        self.fold = fold
        self.lock = threading.Lock()
        self.read = False
        self.state: Any = None
        self.version = 0
        self.news: list[StoredEvent] = []


class KnownStreams:
    """Streams by identifier, each with the fold that it was asked with: another fold reads it anew.

    `catch_up` makes everything known that was recorded before it was called; `find` then answers without the database
    for a stream that was read before. Safe for threads. States are immutable and shared.
    """

    def __init__(self, log: Log, decode: Decode, decode_in_clear: Decode, size: int) -> None:
        self._log = log
        self._decode = decode
        self._decode_in_clear = decode_in_clear
        self._size = size
        self._lock = threading.Lock()
        self._streams: OrderedDict[UUID, _Stream] = OrderedDict()
        self._looking = threading.Lock()
        self._asked = 0
        self._answered = 0
        self._failure: Exception | None = None
        self._last: Recorded | None = None
        self._begun = False

    def catch_up(self) -> None:
        """Look once at what the log has gained. Who waits for a look that began after they asked takes it as theirs,
        and its failure too: while the database is away, nobody waits for the attempts of all before them."""
        with self._lock:
            self._asked += 1
            mine = self._asked
        with self._looking:
            if self._answered >= mine:
                if self._failure is not None:
                    raise self._failure
                return
            with self._lock:
                answers = self._asked
            try:
                self._look()
            except Exception as failure:
                self._failure = failure
                raise
            else:
                self._failure = None
            finally:
                self._answered = answers

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        """The state as of the last look or later, or None when the stream has no event."""
        known = self._entry(stream, fold)
        with known.lock:
            if not known.read:
                self._fold(known, self._log.select_streams([stream]))
                known.read = True
            with self._lock:
                news = list(known.news)
            if news:
                self._fold(known, news)
                with self._lock:
                    known.news = known.news[len(news) :]
            state: State | None = known.state
            return state

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        """As `find`. Refuses NotFound when the stream has no event."""
        state = self.find(stream, fold)
        if state is None:
            raise NotFound
        return state

    def in_clear(self, streams: Collection[UUID], fold: Fold[State]) -> dict[UUID, State]:
        """The states of many streams as they stand, read in one query and without any key. Nothing is kept of them:
        whoever goes through a county's calls once would push out those that people work on."""
        states: dict[UUID, State] = {}
        for stored in self._log.select_streams(streams):
            fact = self._decode_in_clear(stored)
            states[fact.originator_id] = fold(states.get(fact.originator_id), fact)
        return states

    def _entry(self, stream: UUID, fold: Fold[Any]) -> _Stream:
        """Stands in the map before the stream is read: what a look finds meanwhile is kept for it, not lost."""
        with self._lock:
            known = self._streams.get(stream)
            if known is None or known.fold is not fold:
                known = self._streams[stream] = _Stream(fold)
                while len(self._streams) > self._size:
                    self._streams.popitem(last=False)
            self._streams.move_to_end(stream)
            return known

    def _fold(self, known: _Stream, events: Sequence[StoredEvent]) -> None:
        for event in events:
            if event.originator_version > known.version:  # a fact may come twice: by reading and by looking
                self._take(known, self._decode(event))

    def _take(self, known: _Stream, fact: Event) -> None:
        known.state = known.fold(known.state, fact)
        known.version = fact.originator_version

    def _look(self) -> None:
        last = self._last
        gained = self._log.since(last.position if last else 0, _NEWS)
        if not self._begun or not self._follows(gained) or len(gained) == _NEWS:
            self._begin_anew()
            return
        if gained:
            self._last = gained[-1]
        with self._lock:
            for fact in gained[1:] if last else gained:
                self._tell(fact)

    def _follows(self, gained: Sequence[Recorded]) -> bool:
        """Whether the fact known last still stands where it stood: if not, the database was set back under us."""
        return self._last is None or (bool(gained) and gained[0] == self._last)

    def _begin_anew(self) -> None:
        newest = self._log.newest()
        with self._lock:
            self._streams.clear()
            self._last = newest
            self._begun = True

    def _tell(self, fact: Recorded) -> None:
        known = self._streams.get(fact.stream)
        if known is None:
            return
        if len(known.news) == _UNREAD:
            del self._streams[fact.stream]
            return
        known.news.append(StoredEvent(fact.stream, fact.version, fact.topic, fact.state))
