"""A clock that is read by walking minute by minute. It takes nothing from the calendar or the reckoning it judges."""

import math
from collections.abc import Iterator, Sequence
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


class SlowClock:
    """How much of a limit is used, and when it runs out. Every moment must lie on a whole minute."""

    def __init__(self, notices: Sequence[HolidayNotice], hours: Sequence[WorkingHours]) -> None:
        self._calendar = SlowCalendar(list(notices), list(hours))
        self._announced = {notice.year for notice in notices}
        # What a day has of working minutes never changes; asking for it a thousand times is all that is spared.
        self._minutes_of = lru_cache(maxsize=None)(self._walk_day)

    def due(self, limit: Limit, opened: datetime, pauses: Sequence[Span] = ()) -> datetime:
        """The moment when the whole limit is used, what lies in a pause not being used."""
        whole, part, of, needed = Fraction(0), 0, 0, Fraction(0)
        for minute, parts in self._steps(limit, opened):
            if parts != of:
                whole, part, of = _sum(whole, part, of), 0, parts
                needed = (limit.amount - whole) * of
            if _within(minute, pauses):
                continue
            if part + 1 >= needed:
                microseconds = (needed - part) * 60_000_000
                return minute + timedelta(microseconds=math.ceil(microseconds))
            part += 1
        raise AssertionError("the steps never end")

    def used(self, limit: Limit, opened: datetime, until: datetime, pauses: Sequence[Span] = ()) -> Fraction:
        """How much of the limit is used by a moment, in the limit's unit; more than its amount once it has run out."""
        whole, part, of = Fraction(0), 0, 0
        for minute, parts in self._steps(limit, opened):
            if minute >= until:
                break
            if parts != of:
                whole, part, of = _sum(whole, part, of), 0, parts
            if not _within(minute, pauses):
                part += 1
        return _sum(whole, part, of)

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

    def _steps(self, limit: Limit, opened: datetime) -> Iterator[tuple[datetime, int]]:
        """Every minute that can use the limit up, with how many such minutes use one unit of it."""
        day = _day(opened)
        start = opened
        if limit.count_from is CountFrom.NEXT_DAY:
            day += DAY
            start = datetime.combine(day, time(), ZONE)
        if limit.unit not in WORKING:
            minute = start.astimezone(UTC)
            while True:
                yield minute, MINUTES_OF[limit.unit]
                minute += MINUTE
        while True:
            minutes = self._minutes_of(day)
            parts = len(minutes) if limit.unit is LimitUnit.WORKING_DAYS else MINUTES_OF[limit.unit]
            for minute in minutes:
                if minute >= start:
                    yield minute, parts
            day += DAY

    def _walk_day(self, day: date) -> list[datetime]:
        minutes = []
        for opening, closing in self._calendar.spans(day):
            minute = opening
            while minute < closing:
                minutes.append(minute.astimezone(UTC))
                minute += MINUTE
        return minutes


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _sum(whole: Fraction, part: int, of: int) -> Fraction:
    return whole + Fraction(part, of) if of else whole


def _within(minute: datetime, pauses: Sequence[Span]) -> bool:
    return any(since <= minute < until for since, until in pauses)
