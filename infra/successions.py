"""机构撤并: what a dissolved body leaves open passes to its successor, without anybody having to find it.

What is found in the views only says what to ask about: the commands decide on facts, and asked again they find nothing.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import psycopg
import structlog
from sqlalchemy import Engine

from domain.calls.dispatch.passing import SucceedParty
from domain.shared.commands import Ask, Command, CommandPort
from domain.shared.events import Actor
from domain.shared.refusals import Refusal
from domain.supervision.succession import SucceedInMatter
from projections.calls.successions import calls_concerning
from projections.directory.successions import succeeded_bodies
from projections.supervision.successions import matters_awaiting

log = structlog.get_logger()

_LOOK_AGAIN = timedelta(minutes=1)
_MOST_A_TURN = 500


class Succeeding(Protocol):
    """承接请求: a command that lets a body's successor take its part in one call."""

    def __call__(self, *, call_id: UUID, dissolved: UUID) -> Command: ...


@dataclass(frozen=True, slots=True)
class Left:
    """留下的事项: a call in which a body that is no more may have a part, and what to ask; `version` is that of the
    stream as the view had seen it."""

    asking: Succeeding
    call: UUID
    body: UUID
    version: int

    @property
    def question(self) -> tuple[Succeeding, UUID, UUID]:
        """The same until it is answered."""
        return self.asking, self.call, self.body


class SuccessionWatch:
    """Looks when it starts and each minute, by index. What was refused is asked again once its stream has changed, or
    another body holds the platform's office: that one may step in where the successor may not."""

    def __init__(self, bus: CommandPort, engine: Engine, actor: Callable[[], Actor]) -> None:
        self._bus = bus
        self._engine = engine
        self._actor = actor
        self._held_by: UUID | None = None
        self._pending: deque[Left] = deque()
        self._refused: dict[tuple[Succeeding, UUID, UUID], int] = {}
        self._look_at: datetime | None = None

    def turn(self, now: datetime, stop: Callable[[], bool] = lambda: False) -> tuple[int, int]:
        """How many calls went on to a successor and how many failed, of at most some hundreds a turn."""
        if not self._pending and (self._look_at is None or now >= self._look_at):
            self._look(now)
        succeeded = failed = 0
        for _ in range(min(len(self._pending), _MOST_A_TURN)):
            if stop():
                break
            one = self._pending[0]
            try:
                succeeded += self._ask(one)
            except (psycopg.OperationalError, ConnectionError):
                raise  # still pending: asked again in a later turn
            except Exception as problem:
                log.error("一件未能转由承接单位办理,稍后重试", call=str(one.call), reason=str(problem))
                failed += 1
            self._pending.popleft()
        return succeeded, failed

    def _ask(self, one: Left) -> bool:
        """Whether it went on to the successor."""
        command = one.asking(call_id=one.call, dissolved=one.body)
        try:
            self._bus.execute(command, Ask(uuid4(), self._actor()))
        except Refusal:
            self._refused[one.question] = one.version
            return False
        return True

    def _look(self, now: datetime) -> None:
        found, platform = list(self._left(now)), self._actor().organization
        if platform != self._held_by:
            self._held_by = platform
            self._refused.clear()
        self._refused = {one.question: known for one in found if (known := self._refused.get(one.question)) is not None}
        self._pending.extend(one for one in found if self._refused.get(one.question) != one.version)
        self._look_at = now + _LOOK_AGAIN

    def _left(self, now: datetime) -> Iterator[Left]:
        with self._engine.connect() as connection:
            if not (gone := succeeded_bodies(connection, now)):
                return
            for asking, found in (
                (SucceedInMatter, matters_awaiting(connection, gone)),  # first, or the heir would be ordered anew
                (SucceedParty, calls_concerning(connection, gone)),
            ):
                yield from (Left(asking, call, body, version) for call, version, body in found)
