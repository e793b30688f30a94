"""时限重算: asks for every call that a loaded notice or a declared outage concerns. Safe to repeat.

The command that loads or declares asks at once, of the views as they stand. What these lacked, or what was cut short,
the clock process asks about.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

import psycopg
import structlog
from sqlalchemy import Engine

from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.delays.refusals import NothingToRecompute
from domain.calls.words import RecomputeReason
from domain.rules.refusals import CalendarNotSet
from domain.rules.rulebook import Rulebook
from domain.shared.calendar import LOCAL
from domain.shared.commands import Ask, Command, CommandPort
from domain.shared.events import Actor
from domain.supervision.recomputing import RecomputeMatter
from projections.calls.recomputing import calls_through, provisional_calls
from projections.supervision.recomputing import matters_through, provisional_matters

log = structlog.get_logger()

OUTAGES_LOOKED_BACK = timedelta(days=30)
"""How long after its end an outage is still looked for by a clock that has just started."""

_LOOK_AGAIN = timedelta(minutes=1)
_MOST_A_TURN = 500


class Recompute(Protocol):
    """重算请求: a command that counts clocks anew: those of a call, or those of what its supervision asks for."""

    def __call__(self, *, call_id: UUID, reason: RecomputeReason) -> Command: ...


@dataclass(frozen=True, slots=True)
class Concerned:
    """A call whose clocks, or those of its supervision, may have to be recomputed, and why."""

    call: UUID
    reason: RecomputeReason
    asking: Recompute = RecomputeClocks


class Recomputing:
    """Finds the calls concerned in the view and asks the bus about each; the commands decide on facts."""

    def __init__(
        self, bus: CommandPort, engine: Engine, rulebook: Callable[[], Rulebook], actor: Callable[[], Actor]
    ) -> None:
        self._bus = bus
        self._engine = engine
        self._actor = actor
        self.rulebook = rulebook

    def by_notices(self) -> list[Concerned]:
        """暂定期限: every call, or its supervision, whose year's notice is loaded by now; none before working hours are
        set."""
        try:
            calendar = self.rulebook().calendar
        except CalendarNotSet:
            return []
        with self._engine.connect() as connection:
            found: tuple[tuple[Recompute, list[tuple[UUID, datetime]]], ...] = (
                (RecomputeClocks, provisional_calls(connection)),
                (RecomputeMatter, provisional_matters(connection)),
            )
        return [
            Concerned(call, RecomputeReason.NOTICE, asking)
            for asking, those in found
            for call, due in those
            if calendar.is_announced(due.astimezone(LOCAL).year)
        ]

    def by_outages(self, start: datetime, end: datetime) -> list[Concerned]:
        """平台故障 between two moments: every call, or its supervision, with a clock that ran then."""
        with self._engine.connect() as connection:
            found: tuple[tuple[Recompute, list[UUID]], ...] = (
                (RecomputeClocks, calls_through(connection, start, end)),
                (RecomputeMatter, matters_through(connection, start, end)),
            )
        return [Concerned(call, RecomputeReason.OUTAGE, asking) for asking, those in found for call in those]

    def ask(self, one: Concerned) -> bool:
        """Whether anything changed."""
        try:
            self._bus.execute(one.asking(call_id=one.call, reason=one.reason), Ask(uuid4(), self._actor()))
        except NothingToRecompute:
            return False
        return True

    def ask_all(self, concerned: Iterable[Concerned]) -> int:
        """How many calls changed."""
        return len({one.call for one in concerned if self.ask(one)})


class CalendarWatch:
    """日历规则的变动: what a change of notices and outages leaves for the clock to ask about.

    It looks when it starts and after every change of the calendar rules, and again each minute until all that had been
    recorded before the change stands in the views and nothing failed.
    """

    def __init__(self, recomputing: Recomputing, behind_seconds: Callable[[], float]) -> None:
        self._recomputing = recomputing
        self._behind = behind_seconds
        self._pending: deque[Concerned] = deque()
        self._version = -1
        self._seen: datetime | None = None
        self._look_at: datetime | None = None

    def turn(self, now: datetime, stop: Callable[[], bool] = lambda: False) -> tuple[int, int]:
        """How many calls changed and how many failed, of at most some hundreds a turn."""
        version = self._recomputing.rulebook().calendar_version
        if version != self._version or self._seen is None:
            self._version, self._seen, self._look_at = version, now, now
        if version and not self._pending and self._look_at is not None and now >= self._look_at:
            self._pending.extend(self._concerned(now))
            settled = (now - self._seen).total_seconds() > self._behind()
            self._look_at = None if settled else now + _LOOK_AGAIN
        changed = failed = 0
        for _ in range(min(len(self._pending), _MOST_A_TURN)):
            if stop():
                break
            one = self._pending[0]
            try:
                changed += self._recomputing.ask(one)
            except (psycopg.OperationalError, ConnectionError):
                raise  # still pending: asked again in a later turn
            except Exception as problem:
                log.error("一件时限未能重算,稍后重试", call=str(one.call), reason=str(problem))
                failed += 1
                self._look_at = now + _LOOK_AGAIN
            self._pending.popleft()
        return changed, failed

    def _concerned(self, now: datetime) -> Iterator[Concerned]:
        yield from self._recomputing.by_notices()
        outages = self._recomputing.rulebook().outages_between(now - OUTAGES_LOOKED_BACK, now)
        calls = {one for outage in outages for one in self._recomputing.by_outages(outage.starts_at, outage.ends_at)}
        yield from sorted(calls, key=lambda one: (one.call, one.asking is RecomputeMatter))
