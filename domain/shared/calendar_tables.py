"""工作日历的数表: prefix sums over days and over the intervals of a day. All amounts are whole microseconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate, groupby

from domain.shared.calendar_days import FIRST_YEAR, LAST_YEAR, HolidayNotice, WorkingHours, WorkingInterval

SECOND = 1_000_000
DAY = 86_400 * SECOND

FIRST_DAY = date(FIRST_YEAR, 1, 1)
_FIRST_ORDINAL = FIRST_DAY.toordinal()
DAYS = date(LAST_YEAR, 12, 31).toordinal() - _FIRST_ORDINAL + 1
"""How many days the tables hold."""


def index_of(day: date) -> int:
    """The place of a day in the tables; outside them it is negative or at least DAYS."""
    return day.toordinal() - _FIRST_ORDINAL


class DayPattern:
    """一天的工作时段: how much working time has passed at a moment of a working day, and when an amount has passed."""

    __slots__ = ("_before", "_ends", "_starts", "total")

    def __init__(self, intervals: Sequence[WorkingInterval]) -> None:
        spans = [interval.seconds for interval in intervals]
        self._starts = [start * SECOND for start, _ in spans]
        self._ends = [end * SECOND for _, end in spans]
        self._before = [0, *accumulate((end - start) * SECOND for start, end in spans)]
        self.total = self._before[-1]

    def elapsed(self, moment: int) -> int:
        """Working time from the start of the day until `moment` of it."""
        place = bisect_right(self._starts, moment) - 1
        if place < 0:
            return 0
        end = self._ends[place]
        return self._before[place] - self._starts[place] + (moment if moment < end else end)

    def earliest(self, elapsed: int) -> int:
        """The first moment when `elapsed` (over 0, up to the total) has passed: a closing, not the opening after it."""
        place = bisect_left(self._before, elapsed) - 1
        return self._starts[place] + elapsed - self._before[place]

    def latest(self, elapsed: int) -> int:
        """The last moment when only `elapsed` (under the total) has passed: an opening, not the closing before it."""
        place = bisect_right(self._before, elapsed) - 1
        return self._starts[place] + elapsed - self._before[place]


class DayTables:
    """Which days work, after how many working days and how much working time each day starts.

    `patterns` are the intervals that hold on each day, if it works; `period` numbers the stretches of days with the
    same year and the same working hours; `periods` says which.
    """

    __slots__ = ("_working", "days_before", "patterns", "period", "periods", "time_before", "working_days")

    def __init__(self, notices: Sequence[HolidayNotice], hours: Sequence[WorkingHours]) -> None:
        self._working = _working_flags(notices)
        versions = _versions(hours)
        patterns = [DayPattern(version.intervals) for version in hours]
        self.patterns = [patterns[version] for version in versions]
        self.days_before = [0, *accumulate(self._working)]
        self.time_before = [
            0,
            *accumulate(
                pattern.total if works else 0 for works, pattern in zip(self._working, self.patterns, strict=True)
            ),
        ]
        self.working_days = [place for place, works in enumerate(self._working) if works]
        self.period, self.periods = _periods(versions)

    def works(self, day: int) -> bool:
        """True for a working day."""
        return bool(self._working[day])


def _working_flags(notices: Sequence[HolidayNotice]) -> bytearray:
    monday = FIRST_DAY.weekday()
    week = bytes(1 if (monday + place) % 7 < 5 else 0 for place in range(7))
    flags = bytearray((week * (DAYS // 7 + 1))[:DAYS])
    for notice in notices:
        for days, works in ((notice.off_days, 0), (notice.make_up_days, 1)):
            for day in days:
                place = index_of(day)
                if 0 <= place < DAYS:
                    flags[place] = works
    return flags


def _versions(hours: Sequence[WorkingHours]) -> list[int]:
    """The number of the version of each day; the first version also holds before its own day."""
    cuts = [0, *(min(max(index_of(version.effective_from), 0), DAYS) for version in hours[1:]), DAYS]
    return [number for number in range(len(hours)) for _ in range(cuts[number], cuts[number + 1])]


def _periods(versions: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """The number of the period of each day, and the year and version of hours of each period."""
    numbers: list[int] = []
    periods: list[tuple[int, int]] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        of_year = versions[index_of(date(year, 1, 1)) : index_of(date(year, 12, 31)) + 1]
        for version, days in groupby(of_year):
            numbers.extend([len(periods)] * sum(1 for _ in days))
            periods.append((year, version))
    return numbers, periods
