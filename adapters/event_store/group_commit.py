"""合并提交: whoever comes first writes for all who wait, in one transaction."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

_MEMBERS = 64
_EVENTS = 1_000


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """What is noted of a command beside its events, in the same transaction."""

    command_id: UUID
    name: str
    fingerprint: bytes


@dataclass(eq=False, slots=True)
class Member:
    """One asker's events, which stand together or not at all, and what became of them."""

    events: Sequence[StoredEvent]
    command: CommandRecord | None
    positions: Sequence[int] | None = None
    failure: BaseException | None = None
    _woken: threading.Event = field(default_factory=threading.Event)

    def refuse(self) -> None:
        """A version or the command id stands already."""
        self.failure = IntegrityError("a version of the stream, or the command id, is taken")

    @property
    def settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.positions is not None or self.failure is not None


Write = Callable[[Sequence[Member]], None]
"""Settles every member, in order. What it raises instead is the failure of every member it left unsettled."""


class GroupCommit:
    """Lets one asker at a time write: the one that waits longest takes everybody who waits along.

    Alone, an asker writes at once and in its own thread; under load the flush of one transaction serves many.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._waiting: deque[Member] = deque()
        self._busy = False

    def append(self, member: Member) -> Sequence[int]:
        """The positions of the member's events. Raises its failure."""
        with self._lock:
            self._waiting.append(member)
            leads = not self._busy
            self._busy = True
        if not leads:
            member._woken.wait()
        if not member.settled:
            self._lead()
        if member.failure is not None:
            raise member.failure
        assert member.positions is not None
        return member.positions

    def _lead(self) -> None:
        with self._lock:
            batch = self._taken()
        try:
            self._write(batch)
        except BaseException as problem:
            for member in batch:
                if not member.settled:
                    member.failure = problem
        with self._lock:
            self._busy = bool(self._waiting)
            woken = [*batch[1:], *([self._waiting[0]] if self._waiting else [])]
        for member in woken:
            member._woken.set()

    def _taken(self) -> list[Member]:
        """The longest waiting, which is the leader itself, and as many behind it as one transaction should hold."""
        batch = [self._waiting.popleft()]
        events = len(batch[0].events)
        while self._waiting and len(batch) < _MEMBERS:
            events += len(self._waiting[0].events)
            if events > _EVENTS:
                break
            batch.append(self._waiting.popleft())
        return batch
