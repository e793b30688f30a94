"""约定的时间: a day or a moment that people named, as a clock like any other, so that it can be counted again."""

from datetime import date, datetime, time, timedelta
from typing import Final

from domain.calls.setting import Setting
from domain.calls.slow_work.refusals import DayNotAhead
from domain.shared.calendar import LOCAL
from domain.shared.deadlines import CountFrom, Deadline, Limit, LimitUnit

_MINUTE: Final = timedelta(minutes=1)


def today(setting: Setting) -> date:
    """The county's day of the command."""
    return setting.envelope.recorded_at.astimezone(LOCAL).date()


def by_end_of(day: date, setting: Setting, basis: str, *, field: str) -> Deadline:
    """Until the close of work on a named day; on a day off, of the next working day, as the law counts its periods.

    Refuses DayNotAhead, OutsideCalendar.
    """
    first = today(setting) + timedelta(days=1)
    if day < first:
        raise DayNotAhead(field=field)
    calendar = setting.rules.calendar
    amount = int(calendar.working_days_between(_midnight(first), _midnight(day + timedelta(days=1))))
    if not calendar.is_working_day(day):
        amount += 1
    limit = Limit(amount=amount, unit=LimitUnit.WORKING_DAYS, count_from=CountFrom.NEXT_DAY, basis=basis)
    return calendar.deadline(limit, setting.envelope.recorded_at)


def at_moment(moment: datetime, setting: Setting, basis: str) -> Deadline:
    """Until a named moment ahead, to the minute."""
    minutes = -(-(moment - setting.envelope.recorded_at) // _MINUTE)
    limit = Limit(amount=max(1, minutes), unit=LimitUnit.MINUTES, basis=basis)
    return setting.rules.calendar.deadline(limit, setting.envelope.recorded_at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LOCAL)
