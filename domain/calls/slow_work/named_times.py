"""约定的时间: a day or a moment that people named, as a clock like any other, so that it can be counted again."""

from datetime import date, datetime, timedelta
from typing import Final

from domain.calls.call import Call
from domain.calls.setting import Setting
from domain.calls.slow_work.refusals import DayNotAhead
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.calendar import LOCAL
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline, Limit, LimitUnit

_MINUTE: Final = timedelta(minutes=1)


def today(setting: Setting) -> date:
    """The county's day of the command."""
    return setting.envelope.recorded_at.astimezone(LOCAL).date()


def by_end_of(day: date, setting: Setting, basis: str, *, field: str) -> Deadline:
    """Until the close of work on a named day; on a day off, of the next working day, as the law counts its periods.

    Refuses DayNotAhead, OutsideCalendar.
    """
    if day <= today(setting):
        raise DayNotAhead(field=field)
    return setting.rules.calendar.until_close(day, setting.envelope.recorded_at, basis)


def with_its_day(owed: Obligation, call: Call) -> Obligation:
    """The obligation with the day that was named for it, where an earlier build did not record that in the clock.

    Of a milestone the proposal tells it, unless it had passed by the agreement: then it was the day after. Of an agreed
    action nothing does but the clock it began with: the day on which that was due.
    """
    clock = owed.deadline
    if clock.day is not None or owed.action not in _FOR_A_DAY:
        return owed
    first = owed.moved[0].deadline if owed.moved else clock
    day = first.due.astimezone(LOCAL).date()
    if owed.action is Action.MILESTONE and call.interim is not None:
        tomorrow = first.opened.astimezone(LOCAL).date() + timedelta(days=1)
        day = max(call.interim.milestones[owed.entry - 1], tomorrow)
    return changed(owed, deadline=clock.model_copy(update={"day": day}))


_FOR_A_DAY: Final = (Action.MILESTONE, Action.AGREED_ACTION)


def at_moment(moment: datetime, setting: Setting, basis: str) -> Deadline:
    """Until a named moment ahead, to the minute."""
    minutes = -(-(moment - setting.envelope.recorded_at) // _MINUTE)
    limit = Limit(amount=max(1, minutes), unit=LimitUnit.MINUTES, basis=basis)
    return setting.rules.calendar.deadline(limit, setting.envelope.recorded_at)
