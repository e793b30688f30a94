"""逾期的写法: how late an obligation is, or was when it was done: counted by 推算, in the limit's own time.

One number wherever it stands: 期限说明 prints the same with its spans. What is counted in working time says so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cached_property

from api.pages.times import span_text
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.rules.rulebook import Rulebook
from domain.shared.calendar import WorkingCalendar
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline, Limit, LimitUnit

_MICRO = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


class Lateness:
    """逾期多久, by the calendar in force; it is read when something is late, and not before."""

    def __init__(self, rulebook: Callable[[], Rulebook]) -> None:
        self._rulebook = rulebook

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return self._rulebook().calendar

    def text(self, owed: Obligation, at: datetime) -> str:
        """How late it is at a moment, or was when it was performed or ended, if that came before."""
        reckoning = reckon(owed, self._calendar, at)
        return late_text(owed.deadline.limit, reckoning.late_by, reckoning.budget)

    def text_for(self, owed: Obligation, due: datetime, at: datetime) -> str:
        """The same by the clock that held when it was due then, whatever was set anew since."""
        return self.text(changed(owed, deadline=clock_due(owed, due)), at)


def clock_due(owed: Obligation, due: datetime) -> Deadline:
    """The clock of an obligation that was due then, whatever was set anew since."""
    clocks = (owed.deadline, *(moved.deadline for moved in owed.moved))
    return next((one for one in clocks if one.due == due), owed.deadline)


def late_text(limit: Limit, late: timedelta, budget: timedelta) -> str:
    """In short: "6 个工作日", "工作时间 3小时" (also for less than a working day), "15分钟" of time that passed."""
    if limit.unit is LimitUnit.WORKING_DAYS and (days := _days(limit, late, budget)) >= 1:
        return f"{_number(days)} 个工作日"
    if limit.unit.working:
        # Done after hours it is late, and no working time was used.
        return f"工作时间 {span_text_of_hours(late or _MICRO)}"
    return span_text(late)


def amount_text(limit: Limit, amount: timedelta, budget: timedelta) -> str:
    """An amount of counted time in the limit's own unit, e.g. "2.5 个工作日(工作时间 20小时)"."""
    return _amount_text(limit, amount, budget, "工作时间 ")


def bare_amount_text(limit: Limit, amount: timedelta, budget: timedelta) -> str:
    """The same under a heading that says 工作时间 itself, e.g. "2.5 个工作日(20小时)"."""
    return _amount_text(limit, amount, budget, "")


def _amount_text(limit: Limit, amount: timedelta, budget: timedelta, kind: str) -> str:
    if limit.unit is LimitUnit.WORKING_DAYS and budget:
        return f"{_number(_days(limit, amount, budget))} 个工作日({kind}{span_text_of_hours(amount)})"
    if limit.unit.working:
        return f"{kind}{span_text_of_hours(amount)}"
    return span_text(amount) if amount else "0"


def _days(limit: Limit, amount: timedelta, budget: timedelta) -> Fraction:
    """Working days: what the budget holds of them, in proportion."""
    return Fraction(amount // _MICRO, budget // _MICRO) * limit.amount if budget else Fraction(0)


def _number(days: Fraction) -> str:
    return f"{float(days):.2f}".rstrip("0").rstrip(".")


def span_text_of_hours(amount: timedelta) -> str:
    """Working time in hours and minutes: a working day is no day."""
    hours, minutes = divmod(amount // _MINUTE, 60)
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟" if minutes or not amount else "不到1分钟"
