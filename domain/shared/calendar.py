"""工作日历: counts limits in working time. A table look-up, never a walk over days (docs/decisions/0003).

What counting means, in one law that the tests hold it to: `add(start, limit)` is the earliest moment when the limit has
run out, `subtract(end, limit)` the latest start from which it runs out by `end`; so
`add(start, limit) <= end` exactly when `start <= subtract(end, limit)`.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction
from typing import Final, NamedTuple

from domain.shared.calendar_days import FIRST_YEAR, LAST_YEAR, HolidayNotice, HoursUnsound, WorkingHours
from domain.shared.calendar_tables import DAY, DAYS, SECOND, DayTables, index_of
from domain.shared.deadlines import DUE_SOON_SHARE, CountFrom, Deadline, Limit, LimitUnit
from domain.shared.refusals import Invalid

LOCAL: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The one zone of the product. Fixed: since 1992 China keeps no daylight saving."""

_EPOCH = datetime(FIRST_YEAR, 1, 1, tzinfo=LOCAL)
_EPOCH_UTC = _EPOCH.astimezone(UTC)
_SOON, _SOON_OF = DUE_SOON_SHARE.numerator, DUE_SOON_SHARE.denominator
_NEXT_DAY, _WORKING_HOURS = CountFrom.NEXT_DAY, LimitUnit.WORKING_HOURS
_HOURS, _MINUTES = LimitUnit.HOURS, LimitUnit.MINUTES
_MICROSECOND = timedelta(microseconds=1)  # times a number: half the time of a timedelta of so many
_MINUTE, _HOUR, _END = 60 * SECOND, 3600 * SECOND, DAYS * DAY


class OutsideCalendar(Invalid):
    """A moment or a due time before or after the years the calendar knows."""

    code = "outside-calendar"
    rule = f"时间超出工作日历范围({FIRST_YEAR}年至{LAST_YEAR}年),请核对日期和时限。"


class Reckoned(NamedTuple):
    """推算结果: a moment (UTC), and whether a year without a holiday notice had a say in it (暂定)."""

    at: datetime
    provisional: bool


class WorkingCalendar:
    """工作日历: working days by the State Council's notices, working time by the county's hours. Immutable and pure.

    `notices` in the order they were loaded (a later one amends an earlier one of its year); `hours` any number of
    versions, at least one. A year without a notice follows weekday and weekend; what is counted through it is
    provisional. Every moment must carry its zone; answers are in UTC. Refuses OutsideCalendar.
    """

    def __init__(self, notices: Sequence[HolidayNotice], hours: Sequence[WorkingHours]) -> None:
        if not hours:
            raise HoursUnsound("尚未设定工作时间,请先由系统管理员设定本县工作时间。")
        self.notices = tuple(notices)
        # Of two versions from the same day the one set later holds.
        latest = {version.effective_from: version for version in hours}
        self.hours = tuple(latest[day] for day in sorted(latest))
        self._days = DayTables(self.notices, self.hours)
        self._said: dict[tuple[int, int], tuple[bool, str]] = {}

    def deadline(self, limit: Limit, opened: datetime) -> Deadline:
        """办理期限: when a clock that starts at `opened` runs out."""
        begin, budget = _beginning(_moment(opened), limit), _round_the_clock(limit)
        if budget:
            due, soon = begin + budget, begin + _share(budget)
            return Deadline.of(opened, _instant(due), limit, False, "", _EPOCH_UTC + soon * _MICROSECOND)
        due, before, wanted = self._run(begin, limit)
        first = begin // DAY
        soon = self._earliest_with_time(before + _share(wanted), first, due // DAY + 1)
        provisional, name = self._authority(first, (due - 1) // DAY)
        # No later than the due time, which is held to the years of the calendar.
        return Deadline.of(opened, _instant(due), limit, provisional, name, _EPOCH_UTC + soon * _MICROSECOND)

    def until_close(self, day: date, opened: datetime, basis: str) -> Deadline:
        """办理期限 to a named day after the opening: at its close; where it is a day off, of the next working day."""
        return self.deadline(self._until_close(day, opened, basis), opened).model_copy(update={"day": day})

    def recompute(self, deadline: Deadline) -> Deadline:
        """The same clock by this calendar: what a provisional due time becomes once the notice is loaded. A day that
        was named stays that day.

        As if nothing had paused it: see `domain.obligations.counting`.
        """
        deadline = self._to_its_day(deadline)
        fresh = self.deadline(deadline.limit, deadline.opened)
        if not deadline.parts:
            return fresh if deadline.day is None else fresh.model_copy(update={"day": deadline.day})
        whole = Reckoned(fresh.due, fresh.provisional)
        for part in deadline.added:
            further = self.add(whole.at, part)
            whole = Reckoned(further.at, whole.provisional or further.provisional)
        soon = fresh.due_soon
        if deadline.added:
            soon = _instant(self._due_soon(_moment(deadline.opened), _moment(whole.at), deadline.limit))
        return fresh.model_copy(
            update={
                "parts": deadline.parts,
                "due": whole.at,
                "provisional": whole.provisional,
                "due_soon": soon,
                "day": deadline.day,
            }
        )

    def authority(self, start: datetime, end: datetime) -> tuple[bool, str]:
        """Whether a year without a notice had a say between two moments, and who had, in words."""
        first, last = _moment(start) // DAY, _moment(end)
        return self._authority(first, _last_day(first, last))

    def add(self, start: datetime, limit: Limit) -> Reckoned:
        """The earliest moment when the limit has run out."""
        begin, budget = _beginning(_moment(start), limit), _round_the_clock(limit)
        if budget:
            return Reckoned(_instant(begin + budget), False)
        due = self._run(begin, limit)[0]
        return Reckoned(_instant(due), self._provisional(begin // DAY, (due - 1) // DAY))

    def subtract(self, end: datetime, limit: Limit) -> Reckoned:
        """The latest start from which the limit runs out by `end`."""
        finish = _moment(end)
        if limit.unit in (LimitUnit.MINUTES, LimitUnit.HOURS):
            start = finish - limit.amount * (_HOUR if limit.unit is _HOURS else _MINUTE)
            if limit.count_from is CountFrom.NEXT_DAY:
                start = start // DAY * DAY - 1
            return Reckoned(_instant(start), False)
        if limit.unit is LimitUnit.WORKING_HOURS:
            start = self._latest_with_time(self._time(finish) - limit.amount * _HOUR)
        else:
            start = self._days_back(finish, limit.amount, limit.count_from)
        first = start // DAY
        if limit.count_from is CountFrom.NEXT_DAY:
            if limit.unit is LimitUnit.WORKING_HOURS:
                # Counting opens on the day after the start: the last start is at the end of the day before `first`.
                start = first * DAY - 1
            else:
                first += 1
        return Reckoned(_instant(start), self._provisional(max(first, 0), _last_day(first, finish)))

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from one moment to another; negative when `end` comes first."""
        return timedelta(microseconds=self._time(_moment(end)) - self._time(_moment(start)))

    def working_days_between(self, start: datetime, end: datetime) -> Fraction:
        """The same in working days, parts of a day counted by that day's own working time. Exact."""
        return self._day_count(_moment(end)) - self._day_count(_moment(start))

    def add_working_time(self, start: datetime, amount: timedelta) -> Reckoned:
        """When `amount` of working time (the rest of a paused clock) has passed; `start` itself if nothing is left."""
        moment, wanted = _moment(start), _microseconds(amount)
        if wanted < 0:
            raise ValueError("working time to add can't be negative; see subtract_working_time")
        end = moment if wanted == 0 else self._earliest_with_time(self._time(moment) + wanted)
        return Reckoned(_instant(end), self._provisional(moment // DAY, _last_day(moment // DAY, end)))

    def subtract_working_time(self, end: datetime, amount: timedelta) -> Reckoned:
        """The latest moment from which `amount` of working time passes by `end`; `end` itself for nothing."""
        moment, wanted = _moment(end), _microseconds(amount)
        if wanted < 0:
            raise ValueError("working time to subtract can't be negative; see add_working_time")
        start = moment if wanted == 0 else self._latest_with_time(self._time(moment) - wanted)
        return Reckoned(_instant(start), self._provisional(start // DAY, _last_day(start // DAY, moment)))

    def go_on(self, limit: Limit, paused: datetime, moment: datetime, resumed: datetime) -> Reckoned:
        """When a clock that stood still from `paused` until `resumed` comes to what lay at `moment` before the pause.

        Counted as the limit counts: a working day is a share of whichever day it falls on, not so many hours.
        """
        if limit.unit in (LimitUnit.MINUTES, LimitUnit.HOURS):
            return Reckoned((resumed + (moment - paused)).astimezone(UTC), False)
        if limit.unit is LimitUnit.WORKING_HOURS:
            return self.add_working_time(resumed, self.working_time_between(paused, moment))
        return self.add_working_days(resumed, self.working_days_between(paused, moment))

    def add_working_days(self, start: datetime, amount: Fraction) -> Reckoned:
        """When `amount` of working days (the rest of a paused clock) has passed; `start` itself if nothing is left."""
        moment = _moment(start)
        if amount < 0:
            raise ValueError("working days to add can't be negative")
        end = moment
        if amount:
            reached = self._day_count(moment) + amount
            number = math.ceil(reached) - 1
            day = self._working_day(number)
            pattern = self._days.patterns[day]
            end = day * DAY + pattern.earliest(math.ceil((reached - number) * pattern.total))
        return Reckoned(_instant(end), self._provisional(moment // DAY, _last_day(moment // DAY, end)))

    def is_working_day(self, day: date) -> bool:
        """工作日: by notice, else by weekday."""
        place = index_of(day)
        if not 0 <= place < DAYS:
            raise OutsideCalendar
        return self._days.works(place)

    def is_announced(self, year: int) -> bool:
        """True when the notice of a year is loaded."""
        return any(notice.year == year for notice in self.notices)

    def is_working(self, at: datetime) -> bool:
        """True inside working hours: from an opening until before the closing."""
        moment = _moment(at)
        return self._time(moment + 1) > self._time(moment) if moment + 1 < _END else False

    def _run(self, begin: int, limit: Limit) -> tuple[int, int, int]:
        """Of a limit in working time: when it runs out, the working time passed before it began, and how much it is."""
        before = self._time(begin)
        if limit.unit is _WORKING_HOURS:
            wanted = limit.amount * _HOUR
            return self._earliest_with_time(before + wanted), before, wanted
        due = self._days_on(begin, limit.amount)
        return due, before, self._time(due) - before

    def _until_close(self, day: date, opened: datetime, basis: str) -> Limit:
        """A named day as a limit: so many working days after the day of the opening."""
        first, last = _moment(opened) // DAY + 1, index_of(day)
        if not 0 <= last < DAYS:
            raise OutsideCalendar
        before = self._days.days_before
        amount = before[last + 1] - before[first] + (not self._days.works(last))
        return Limit(amount=amount, unit=LimitUnit.WORKING_DAYS, count_from=_NEXT_DAY, basis=basis)

    def _to_its_day(self, deadline: Deadline) -> Deadline:
        """The clock with its named day, if it has one, in the working days of this calendar."""
        if deadline.day is None:
            return deadline
        first, *further = deadline.budget
        limit = self._until_close(deadline.day, deadline.opened, first.basis)
        clock = deadline.model_copy(update={"limit": limit, "parts": None})
        for part in further:
            clock = clock.extended(part)
        return clock

    def _due_soon(self, opened: int, due: int, limit: Limit) -> int:
        """When the share of the budget is used: of working time where the limit counts that."""
        begin = _beginning(opened, limit)
        if _round_the_clock(limit):
            return begin + _share(due - begin)
        before = self._time(begin)
        return self._earliest_with_time(before + _share(self._time(due) - before))

    def _time(self, moment: int) -> int:
        day, within = divmod(moment, DAY)
        days = self._days
        before = days.time_before[day]
        # A day that works is one on which time passes: told by the table, without asking for its pattern.
        if not within or days.time_before[day + 1] == before:
            return before
        return before + days.patterns[day].elapsed(within)

    def _day_count(self, moment: int) -> Fraction:
        day, elapsed, total = self._in_days(moment)
        return day + Fraction(elapsed, total)

    def _in_days(self, moment: int) -> tuple[int, int, int]:
        """How many working days have passed, and the working time passed of the one after, out of its total."""
        day, within = divmod(moment, DAY)
        passed = self._days.days_before[day]
        if not within or not self._days.works(day):
            return passed, 0, 1
        pattern = self._days.patterns[day]
        elapsed = pattern.elapsed(within)
        return (passed + 1, 0, 1) if elapsed == pattern.total else (passed, elapsed, pattern.total)

    def _days_on(self, moment: int, amount: int) -> int:
        """The earliest moment `amount` working days later."""
        passed, elapsed, total = self._in_days(moment)
        if elapsed == 0:
            return self._close_of(passed + amount - 1)
        day = self._working_day(passed + amount)
        pattern = self._days.patterns[day]
        return day * DAY + pattern.earliest(-(-elapsed * pattern.total // total))

    def _days_back(self, moment: int, amount: int, count_from: CountFrom) -> int:
        """The latest moment from which `amount` working days end by `moment`."""
        passed, elapsed, total = self._in_days(moment)
        day = self._working_day(passed - amount)
        if count_from is CountFrom.NEXT_DAY:
            # The whole of the working day counted first must lie after the day of the start.
            return day * DAY - 1
        pattern = self._days.patterns[day]
        return day * DAY + pattern.latest(elapsed * pattern.total // total)

    def _close_of(self, number: int) -> int:
        """Close of business of the working day with this number."""
        day = self._working_day(number)
        pattern = self._days.patterns[day]
        return day * DAY + pattern.earliest(pattern.total)

    def _working_day(self, number: int) -> int:
        if not 0 <= number < len(self._days.working_days):
            raise OutsideCalendar
        return self._days.working_days[number]

    def _earliest_with_time(self, wanted: int, first: int = 0, end: int = DAYS) -> int:
        """The first moment after so much working time; sought from day `first` until before day `end`."""
        table = self._days.time_before
        if wanted > table[-1]:
            raise OutsideCalendar
        day = bisect_left(table, wanted, first, end) - 1
        return day * DAY + self._days.patterns[day].earliest(wanted - table[day])

    def _latest_with_time(self, wanted: int) -> int:
        table = self._days.time_before
        if not 0 <= wanted < table[-1]:
            raise OutsideCalendar
        day = bisect_right(table, wanted) - 1
        return day * DAY + self._days.patterns[day].latest(wanted - table[day])

    def _provisional(self, first: int, last: int) -> bool:
        return self._authority(first, last)[0]

    def _authority(self, first: int, last: int) -> tuple[bool, str]:
        """Whether a year without a notice had a say between two days, and who had, in words. Empty span: nobody."""
        if first > last:
            return False, ""
        key = (self._days.period[first], self._days.period[last])
        known = self._said.get(key)
        if known is None:
            known = self._said[key] = self._describe(*key)
        return known

    def _describe(self, first: int, last: int) -> tuple[bool, str]:
        periods = self._days.periods[first : last + 1]
        parts, provisional = [], False
        for year in dict.fromkeys(year for year, _ in periods):
            numbers = [notice.number for notice in self.notices if notice.year == year]
            provisional = provisional or not numbers
            parts.append("、".join(numbers) if numbers else f"{year}年放假通知未发布,按周一至周五暂定")
        for version in dict.fromkeys(version for _, version in periods):
            parts.append(f"{self.hours[version].effective_from.isoformat()}起执行的工作时间")
        return provisional, ";".join(parts)


def counting_from(limit: Limit, opened: datetime) -> datetime:
    """When a budget begins to be used: at the event, or with the day after it. In UTC."""
    if limit.count_from is CountFrom.EVENT:
        return opened.astimezone(UTC)
    midnight = datetime.combine(opened.astimezone(LOCAL).date() + timedelta(days=1), time(), LOCAL)
    return midnight.astimezone(UTC)


def _beginning(opened: int, limit: Limit) -> int:
    """When a budget begins to be used: see `counting_from`."""
    return (opened // DAY + 1) * DAY if limit.count_from is _NEXT_DAY else opened


def _round_the_clock(limit: Limit) -> int:
    """Microseconds of a limit that runs day and night; 0 for one in working time."""
    unit = limit.unit
    return limit.amount * _HOUR if unit is _HOURS else limit.amount * _MINUTE if unit is _MINUTES else 0


def _share(budget: int) -> int:
    """The part of a budget that is used when it becomes 临期, rounded up to the microsecond."""
    return -(-budget * _SOON // _SOON_OF)


def _moment(at: datetime) -> int:
    """Microseconds of local time since the calendar's first midnight."""
    moment = (at - _EPOCH_UTC) // _MICROSECOND
    if not 0 <= moment < _END:
        raise OutsideCalendar
    return moment


def _instant(moment: int) -> datetime:
    if not 0 <= moment < _END:
        raise OutsideCalendar
    return _EPOCH_UTC + moment * _MICROSECOND


def _microseconds(amount: timedelta) -> int:
    return amount // _MICROSECOND


def _last_day(first: int, end: int) -> int:
    """The last day that a span has a part of: one that ends at midnight has none of the day that begins there."""
    return max(first, (end - 1) // DAY)
