"""时钟进程: looks once a turn at what time asks for, and asks the command bus to do it (decision 0039).

Safe to run twice, to kill at any moment, and to start after any standstill: what it sees in a view only says what to
ask about; the commands decide on facts, and every rung is a fact of its own that can stand once only.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import attrgetter
from uuid import UUID

import psycopg
import structlog

from domain.calls.work.completion import CloseCall
from domain.shared.commands import Ask, Command, CommandPort
from domain.shared.events import Actor
from domain.shared.identifiers import stream_id
from domain.shared.refusals import Refusal
from domain.supervision.firing import FireRungs, RungDue
from domain.supervision.refusals import NothingDue
from infra.recomputing import CalendarWatch
from infra.successions import SuccessionWatch
from projections.supervision.timers import Backlog, Lapse, Timer, Timers

log = structlog.get_logger()

CLOCK_NAME = "huying-clock"
"""By this name a running clock is known to the database, and so to the doctor."""


@dataclass(frozen=True, slots=True)
class Pace:
    """步调: how many timers one command takes, and so one transaction; and how long the clock rests after each
    transaction, as a multiple of the time that took."""

    batch: int
    rest: float = 0.0


ALONE = Pace(batch=200)
"""Of a clock with a process of its own: as fast as it can, few enough at once to let others write between."""

BESIDE_PEOPLE = Pace(batch=10, rest=9.0)
"""Of a clock in the process that also answers people: a tenth of the time. What it records, views and notices take in
there as well, in twice the time it took itself; people wait for whatever computes in their process."""

MOST_ENDED = 500
"""Calls filed in one turn: rungs that are due wait no longer for them."""

_TURN_SECONDS = 2.0
_AGAIN_SECONDS = 10.0
LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Turn:
    """一轮: how much was asked about, fired as facts, ended by time, left because it failed, recomputed, and passed on
    to the successor of a body that is no more."""

    asked: int = 0
    facts: int = 0
    ended: int = 0
    failed: int = 0
    recomputed: int = 0
    succeeded: int = 0


class Clockwork:
    """Takes turns. `actor` gives the platform itself as it acts now; `clock` is read once a turn; `stopwatch` tells how
    long something took, in seconds."""

    def __init__(
        self,
        bus: CommandPort,
        timers: Timers,
        actor: Callable[[], Actor],
        clock: Callable[[], datetime],
        calendar: CalendarWatch,
        successions: SuccessionWatch,
        pace: Pace = ALONE,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._timers = timers
        self._actor = actor
        self._clock = clock
        self._calendar = calendar
        self._successions = successions
        self._pace = pace
        self._stopwatch = stopwatch

    def turn(self, stop: threading.Event | None = None) -> Turn:
        """Everything that is due now, in the order of time, batch by batch; told to stop, no further batch."""
        now, actor = self._clock(), self._actor()
        breather = _Breather(self._pace.rest, stop or threading.Event(), self._stopwatch)
        asked = facts = ended = failed = 0
        for batch in self._batches(now):
            if breather.stopped():
                break
            asked += len(batch)
            done, left = self._fire(batch, actor, now)
            facts += done
            failed += left
        for lapse in self._timers.lapsed(now):
            if ended == MOST_ENDED or breather.stopped():
                break
            done, left = self._end(lapse, actor, now)
            ended += done
            failed += left
        recomputed, left = self._calendar.turn(now, breather.stopped)
        failed += left
        succeeded, left = self._successions.turn(now, breather.stopped)
        return Turn(asked, facts, ended, failed + left, recomputed, succeeded)

    def run(self, stop: threading.Event) -> None:
        """Take turns until told to stop. A turn that fails as a whole is tried again later."""
        while not stop.is_set():
            wait = _TURN_SECONDS
            try:
                turn = self.turn(stop)
                if turn.facts or turn.ended or turn.failed or turn.recomputed or turn.succeeded:
                    log.info(
                        "时限触发",
                        facts=turn.facts,
                        ended=turn.ended,
                        failed=turn.failed,
                        recomputed=turn.recomputed,
                        succeeded=turn.succeeded,
                    )
            except Exception as problem:  # the database is away, or a view is being switched: time does not run out
                log.error("时钟本轮中断,稍后重试", reason=str(problem))
                wait = _AGAIN_SECONDS
            stop.wait(wait)

    def _batches(self, now: datetime) -> Iterator[Sequence[Timer]]:
        timers = self._timers
        ladders = timers.climbing(now), timers.fresh(now), timers.asked(now)
        beside = timers.refused(now), timers.answered(now), timers.moot(now)
        due = merge(*ladders, *beside, key=attrgetter("at", "call", "place", "own"))
        while batch := list(islice(due, self._pace.batch)):
            yield batch

    def _fire(self, batch: Sequence[Timer], actor: Actor, now: datetime) -> tuple[int, int]:
        """How many facts were recorded, and how many timers failed. One call that can't be decided about, whatever the
        reason, holds up nobody else."""
        rungs = tuple(RungDue(call=t.call, place=t.place, own=t.own, rung=t.rung, due=t.due) for t in batch)
        try:
            receipt = self._bus.execute(FireRungs(rungs=rungs), Ask(_batch_id(batch), actor, occurred_at=now))
        except NothingDue:
            return 0, 0
        except (psycopg.OperationalError, ConnectionError):
            raise
        except Exception as problem:
            if len(batch) == 1:
                log.error("一项时限未能触发,下一轮再试", call=str(batch[0].call), reason=str(problem))
                return 0, 1
            middle = len(batch) // 2
            first, second = self._fire(batch[:middle], actor, now), self._fire(batch[middle:], actor, now)
            return first[0] + second[0], first[1] + second[1]
        return 0 if receipt.repeated else len(receipt.positions), 0

    def _end(self, lapse: Lapse, actor: Actor, now: datetime) -> tuple[int, int]:
        command: Command = CloseCall(call_id=lapse.call)
        named = stream_id("clock", "close", f"{lapse.call}/{lapse.action.value}/{lapse.due.isoformat()}")
        try:
            receipt = self._bus.execute(command, Ask(named, actor, occurred_at=now))
        except Refusal:
            return 0, 0  # it went on meanwhile: the view is behind the facts
        except (psycopg.OperationalError, ConnectionError):
            raise
        except Exception as problem:
            log.error("一件期满未能归档,下一轮再试", call=str(lapse.call), reason=str(problem))
            return 0, 1
        return 0 if receipt.repeated else 1, 0


class _Breather:
    """Rests between one transaction and the next, as the pace says."""

    def __init__(self, rest: float, stop: threading.Event, stopwatch: Callable[[], float]) -> None:
        self._rest = rest
        self._stop = stop
        self._stopwatch = stopwatch
        self._since = stopwatch()

    def stopped(self) -> bool:
        """Whether the clock was told to stop, at the latest while it rested from what it did since it asked last."""
        self._stop.wait((self._stopwatch() - self._since) * self._rest)
        self._since = self._stopwatch()
        return self._stop.is_set()


def _batch_id(batch: Sequence[Timer]) -> UUID:
    """The same timers seen at the same state are the same command, whoever asks it and however often."""
    keys = sorted(f"{t.call}/{'own/' * t.own}{t.place}/{t.rung.value}/{t.due.isoformat()}/{t.seen}" for t in batch)
    return stream_id("clock", "rungs", "|".join(keys))


@contextmanager
def known_to_the_database(dsn: str) -> Iterator[None]:
    """Holds a connection under the clock's name, so that anybody can see whether one runs."""
    with psycopg.connect(dsn, autocommit=True, application_name=CLOCK_NAME):
        yield


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """时钟情况: whether one runs, and how much is due that it has not fired."""

    running: bool
    backlog: Backlog
    now: datetime

    @property
    def late(self) -> bool:
        """Something has been due for longer than a turn can explain."""
        return self.backlog.oldest is not None and self.now - self.backlog.oldest > LATE_AFTER

    @property
    def code(self) -> str:
        """The stable name of what is wrong; empty when nothing need be done."""
        if not self.running and self.backlog.count:
            return "clock-not-running"
        return "clock-behind" if self.late else ""

    @property
    def text(self) -> str:
        """In words."""
        waiting = f"{self.backlog.count} 项到时未触发" if self.backlog.count else "没有到时未触发的"
        if self.running:
            return waiting
        return f"没有运行,{waiting};运行后按次序补上" if self.backlog.count else f"没有运行,{waiting}"


def clock_standing(dsn: str, timers: Timers, now: datetime) -> ClockStanding:
    """Read it from the database."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database())",
            (CLOCK_NAME,),
        ).fetchone()
    return ClockStanding(bool(row and row[0]), timers.backlog(now), now)
