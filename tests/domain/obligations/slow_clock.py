"""A clock that is read by walking minute by minute. It takes nothing from the calendar or the reckoning it judges."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache

from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from tests.domain.shared.slow_calendar import ZONE, SlowCalendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WORKING = (LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS)
MINUTES_OF = {LimitUnit.MINUTES: 1, LimitUnit.HOURS: 60, LimitUnit.WORKING_HOURS: 60}

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Walk:
    """What a walk along a clock found: when the limit was used up, how many minutes of its days that took, and how
    many were charged until the moment asked about."""

    due: datetime
    budget: timedelta
    charged: timedelta


class SlowClock:
    """How much of a limit is used, and when it runs out. Every moment must lie on a whole minute."""

    def __init__(self, notices: Sequence[HolidayNotice], hours: Sequence[WorkingHours]) -> None:
        self._calendar = SlowCalendar(list(notices), list(hours))
        self._announced = {notice.year for notice in notices}
        # Which minutes of a day work never changes; walking through them a thousand times is all that is spared.
        self._minutes_of = lru_cache(maxsize=None)(self._walk_day)

    def due(self, limit: Limit, opened: datetime, pauses: Sequence[Span] = ()) -> datetime:
        """The moment when the whole limit is used."""
        return self.walk(limit, opened, opened, pauses).due

    def walk(self, limit: Limit, opened: datetime, until: datetime, pauses: Sequence[Span] = ()) -> Walk:
        """Minute by minute from the opening until the limit is used up and `until` is reached.

        What lies in a pause is not used. A pause that begins at the very moment the limit is used up carries it to the
        end of the pause.
        """
        whole, parts, used = Fraction(0), 0, 0
        charged, due, budget = 0, None, timedelta()
        for day, minutes, of in self._days(limit, opened, pauses):
            if of != parts:
                whole, parts, used = whole + (Fraction(used, parts) if parts else 0), of, 0
            needed = (limit.amount - whole) * of - used
            if due is None and len(minutes) >= needed:
                last = minutes[math.ceil(needed) - 1]
                due = last + timedelta(microseconds=math.ceil((needed - math.ceil(needed) + 1) * 60_000_000))
                budget += (math.ceil(needed) - 1) * MINUTE + (due - last)
            elif due is None:
                budget += len(minutes) * MINUTE
            used += len(minutes)
            charged += bisect_left(minutes, until)
            if due is not None and day + DAY > until:
                break
        assert due is not None, "the days never end"
        for since, end in sorted(pauses):
            due = end if since == due else due
        return Walk(due, budget, charged * MINUTE)

    def close_of(self, day: date) -> datetime:
        """The close of a day, or of the first one after it that works."""
        while not (minutes := self._minutes_of(day, True)):
            day += DAY
        return minutes[-1] + MINUTE

    def charged(self, limit: Limit, opened: datetime, spans: Sequence[Span]) -> int:
        """How many minutes of these spans use the limit up; none before it is counted."""
        charged = 0
        end = max((until for _, until in spans), default=opened)
        for day, minutes, _ in self._days(limit, opened, ()):
            if day >= end:
                break
            charged += sum(any(since <= minute < until for since, until in spans) for minute in minutes)
        return charged

    def provisional(self, limit: Limit, opened: datetime, due: datetime) -> bool:
        """暂定: any day from the first one counted to the last one lies in a year without a notice."""
        if limit.unit not in WORKING:
            return False
        day = _day(opened) + (DAY if limit.count_from is CountFrom.NEXT_DAY else timedelta())
        last = max(day, _day(due - timedelta(microseconds=1)))
        while day <= last:
            if day.year not in self._announced:
                return True
            day += DAY
        return False

    def _days(
        self, limit: Limit, opened: datetime, pauses: Sequence[Span]
    ) -> Iterator[tuple[datetime, list[datetime], int]]:
        """Day by day: its midnight, the minutes of it that use the limit up, and how many such minutes use one unit."""
        working = limit.unit in WORKING
        midnight = datetime.combine(_day(opened), time(), ZONE)
        start = opened
        if limit.count_from is CountFrom.NEXT_DAY:
            start = midnight = midnight + DAY
        while True:
            all_of_them = self._minutes_of(midnight.date(), working)
            parts = len(all_of_them) if limit.unit is LimitUnit.WORKING_DAYS else MINUTES_OF[limit.unit]
            minutes = all_of_them
            if start > midnight:
                minutes = [minute for minute in minutes if minute >= start]
            for since, until in pauses:
                if since < midnight + DAY and until > midnight:
                    minutes = [minute for minute in minutes if not since <= minute < until]
            if all_of_them:
                yield midnight, minutes, parts
            midnight += DAY

    def _walk_day(self, day: date, working: bool) -> list[datetime]:
        midnight = datetime.combine(day, time(), ZONE)
        minutes = []
        for opening, closing in self._calendar.spans(day) if working else [(midnight, midnight + DAY)]:
            minute = opening
            while minute < closing:
                minutes.append(minute.astimezone(UTC))
                minute += MINUTE
        return minutes


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()
