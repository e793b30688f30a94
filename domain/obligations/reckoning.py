"""推算: what an obligation's clock has counted, span by span, and whether the recorded due time follows from it.

The fold takes every due time from the facts. This counts the same once more, from the ledger and a calendar, for a
reader who wants to know why: each span with the time charged for it, each pause with its ground, the part of the delay
that is justified. By a calendar that changed since, the answer may differ from the record; then the record holds, and
`agrees` says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from domain.obligations.obligation import Excuse, Obligation, Pause
from domain.obligations.words import PauseGround
from domain.shared.calendar import LOCAL, WorkingCalendar, counting_from
from domain.shared.deadlines import Deadline

NOTHING = timedelta(0)


@dataclass(frozen=True)
class Span:
    """计时区间: from `since` until `until`; `counted` is charged to the budget (none in a pause), in the limit's time.

    `justified` is the part of it that is not held against the bearer. `by` is the version of the fact that began it,
    `ended_by` for a pause of the one that ended it, 0 where none did.
    """

    since: datetime
    until: datetime
    counted: timedelta
    justified: timedelta = NOTHING
    pause: PauseGround | None = None
    by: int = 0
    ended_by: int = 0


@dataclass(frozen=True)
class DayCount:
    """一天的计时: how much of a day counted; nothing on a day that does not work."""

    day: date
    counted: timedelta
    works: bool


@dataclass(frozen=True)
class Reckoning:
    """推算结果, as of `at` (when it was performed, when it ended, or the moment asked about).

    Amounts are working time where `in_working_time`, else time that passed. `late_by` is what was used over the budget,
    `justified` the part of that which the bearer is not to blame for. `due` is None while a pause lasts.
    """

    at: datetime
    in_working_time: bool
    budget: timedelta
    spans: tuple[Span, ...]
    due: datetime | None
    agrees: bool

    @property
    def consumed(self) -> timedelta:
        """What was charged."""
        return sum((span.counted for span in self.spans), NOTHING)

    @property
    def remaining(self) -> timedelta:
        """What is left; nothing once it is late."""
        return max(self.budget - self.consumed, NOTHING)

    @property
    def late_by(self) -> timedelta:
        """How much over the budget."""
        return max(self.consumed - self.budget, NOTHING)

    @property
    def justified(self) -> timedelta:
        """How much of being late is justified: never more than it was late."""
        return min(sum((span.justified for span in self.spans), NOTHING), self.late_by)

    @property
    def justified_share(self) -> Fraction:
        """The same as a share of being late; 0 for what is not late."""
        late = self.late_by
        return Fraction(self.justified // _MICRO, late // _MICRO) if late else Fraction(0)


_MICRO = timedelta(microseconds=1)


def reckon(owed: Obligation, calendar: WorkingCalendar, at: datetime) -> Reckoning:
    """推算 one obligation as of `at`, or as of its end if that came before. Pure.

    A clock that was set anew is counted from when the new one began: what came before stands in `moved`.
    """
    ended = owed.performed or owed.ended
    until = at if ended is None else min(at, ended)
    clock = owed.deadline
    counted = _Counter(clock, calendar)
    # What the bearer asked for when its time had run out heals nothing: it is charged like any other time.
    in_time = [pause for pause in owed.pauses if pause.since <= clock.due or not pause.ground.by_request]
    pauses = [pause for pause in in_time if pause.until is None or pause.until > clock.opened]
    budget, due = counted.through(pauses)
    return Reckoning(
        at=until,
        in_working_time=counted.working,
        budget=budget,
        spans=tuple(_spans(owed, pauses, counted, until)),
        due=due,
        agrees=due is None or due == clock.due,
    )


class _Counter:
    """Time as a limit counts it."""

    def __init__(self, clock: Deadline, calendar: WorkingCalendar) -> None:
        self.clock = clock
        self.calendar = calendar
        self.working = clock.limit.unit.working
        self.start = counting_from(clock.limit, clock.opened)
        self.nominal = calendar.recompute(clock).due

    def between(self, since: datetime, until: datetime) -> timedelta:
        """What is charged from one moment to another; nothing before the count begins."""
        since, until = max(since, self.start), max(until, self.start)
        return self.calendar.working_time_between(since, until) if self.working else until - since

    def through(self, pauses: Sequence[Pause]) -> tuple[timedelta, datetime | None]:
        """The budget in the time of the days it fell on, and when it is used; None while a pause lasts."""
        budget, due = self.between(self.start, self.nominal), self.nominal
        for pause in pauses:
            if pause.since > due:
                continue  # it was overdue before: the pause heals nothing
            if pause.until is None:
                return budget, None
            since, until = max(pause.since, self.start), max(pause.until, self.start)
            later = self.calendar.go_on(self.clock.limit, since, due, until).at
            budget, due = budget - self.between(since, due) + self.between(until, later), later
        return budget, due


def _spans(owed: Obligation, pauses: Sequence[Pause], counted: _Counter, until: datetime) -> Iterator[Span]:
    """From the start of the clock to `until`, charged and paused in turn."""
    at, by = owed.deadline.opened, owed.moved[-1].by if owed.moved else owed.opened_by
    for pause in pauses:
        since = max(pause.since, at)
        if since >= until:
            break
        if since > at:
            yield _charged(owed, at, since, by, counted)
        end = until if pause.until is None else min(pause.until, until)
        yield Span(since, end, NOTHING, pause=pause.ground, by=pause.by, ended_by=pause.ended_by)
        at, by = end, pause.ended_by or pause.by
    if at < until:
        yield _charged(owed, at, until, by, counted)


def _charged(owed: Obligation, since: datetime, until: datetime, by: int, counted: _Counter) -> Span:
    excused = sum((counted.between(*part) for part in _shared(owed.excuses, since, until)), NOTHING)
    return Span(since, until, counted.between(since, until), justified=excused, by=by)


def _shared(excuses: Sequence[Excuse], since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The parts of a span that lie in any of the excuses, each moment once."""
    at = since
    for excuse in sorted(excuses, key=lambda x: x.since):
        begin, end = max(excuse.since, at), min(excuse.until or until, until)
        if begin < end:
            yield begin, end
            at = end


def by_day(span: Span, clock: Deadline, calendar: WorkingCalendar) -> list[DayCount]:
    """The days of a charged span with what each counted, in order; days that count nothing are listed too."""
    counted = _Counter(clock, calendar)
    days = []
    day = span.since.astimezone(LOCAL).date()
    while (midnight := datetime.combine(day, time(), LOCAL).astimezone(UTC)) < span.until:
        since, until = max(span.since, midnight), min(span.until, midnight + timedelta(days=1))
        days.append(DayCount(day, counted.between(since, until), calendar.is_working_day(day)))
        day += timedelta(days=1)
    return days
