"""计时: the due time of a clock from its budget and its pauses, and how far being late is justified. Pure.

Commands count with it and put the answers into facts; the fold takes them from there and needs no calendar.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from domain.obligations.obligation import Obligation, Pause
from domain.obligations.words import ExcuseGround
from domain.shared.calendar import WorkingCalendar, counting_from
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline

NOTHING = timedelta(0)
_NEVER = datetime.max.replace(tzinfo=UTC)


def recounted(owed: Obligation, calendar: WorkingCalendar) -> Obligation:
    """The obligation with its due time counted anew from its budget and the pauses that stand in it.

    A pause that began when the time had run out heals nothing, and one that lasts has taken nothing out yet. What has
    been justified follows the due time.
    """
    return rejustified(changed(owed, deadline=with_pauses(owed.deadline, owed.pauses, calendar)), calendar)


def rejustified(owed: Obligation, calendar: WorkingCalendar) -> Obligation:
    """The obligation with `justified_until` counted anew: as much after the due time as its ended excuses last,
    each moment once and none that a pause had taken out already."""
    total = sum((_between(owed.deadline, *span, calendar) for span in _excused_spans(owed)), NOTHING)
    until = _after(owed.deadline, owed.deadline.due, total, calendar) if total else None
    return owed if until == owed.justified_until else changed(owed, justified_until=until)


def excused(
    owed: Obligation, ground: ExcuseGround, since: datetime, until: datetime, by: int, calendar: WorkingCalendar
) -> Obligation:
    """The obligation with a span excused that is over; the same one where that changes nothing: it began too late, or
    was excused or paused already."""
    since = max(since, owed.deadline.opened)
    if owed.ended is not None:
        until = min(until, owed.ended)
    if since >= until or since > owed.justified_to:
        return owed
    after = rejustified(owed.excused(ground, since, by, until), calendar)
    return owed if after.justified_until == owed.justified_until else after


def half_used(clock: Deadline, calendar: WorkingCalendar) -> datetime:
    """When half of the time between opening and due has passed, as the limit counts."""
    return _after(clock, clock.opened, _between(clock, clock.opened, clock.due, calendar) / 2, calendar)


def with_pauses(clock: Deadline, pauses: Sequence[Pause], calendar: WorkingCalendar) -> Deadline:
    fresh = calendar.recompute(clock)
    due, soon = fresh.due, fresh.due_soon
    assert soon is not None, "a clock counted today has its moment of 临期"
    paused = False
    for pause in pauses:
        if pause.until is None or pause.until <= clock.opened or pause.since > due:
            continue
        paused = True
        if pause.since < soon:
            soon = _resumed(clock, pause, soon, calendar)
        due = _resumed(clock, pause, due, calendar)
    if not paused:
        return fresh
    said = {"provisional": fresh.provisional, "calendar": fresh.calendar}
    if clock.limit.unit.working or clock.added:
        provisional, name = calendar.authority(counting_from(clock.limit, clock.opened), due)
        said = {"provisional": provisional, "calendar": name}
    return fresh.model_copy(update={"due": due, "due_soon": soon, **said})


def _resumed(clock: Deadline, pause: Pause, moment: datetime, calendar: WorkingCalendar) -> datetime:
    """What was to come at `moment`, with a pause before it: a share of a day is one of whichever day it falls on."""
    assert pause.until is not None
    start = counting_from(clock.limit, clock.opened)
    return calendar.go_on(clock.limit, max(pause.since, start), moment, max(pause.until, start)).at


def _excused_spans(owed: Obligation) -> Iterator[tuple[datetime, datetime]]:
    """The spans of the excuses that are over, without what they share with each other and with the pauses."""
    healing = (pause for pause in owed.pauses if pause.since <= owed.deadline.due)
    taken = sorted((pause.since, pause.until or _NEVER) for pause in healing)
    at = owed.deadline.opened
    for since, until in sorted((x.since, x.until) for x in owed.excuses if x.until is not None):
        begin = max(since, at)
        at = max(at, until)
        if begin >= until:
            continue
        for paused_since, paused_until in taken:
            if begin < paused_since:
                yield begin, min(until, paused_since)
            begin = max(begin, min(paused_until, until))
            if begin >= until:
                break
        if begin < until:
            yield begin, until


def _between(clock: Deadline, since: datetime, until: datetime, calendar: WorkingCalendar) -> timedelta:
    """What the clock counts from one moment to another; nothing before its count begins."""
    start = counting_from(clock.limit, clock.opened)
    since, until = max(since, start), max(until, start)
    if until <= since:
        return NOTHING
    return calendar.working_time_between(since, until) if clock.limit.unit.working else until - since


def _after(clock: Deadline, start: datetime, amount: timedelta, calendar: WorkingCalendar) -> datetime:
    """When the clock has counted an amount from `start` on."""
    start = max(start, counting_from(clock.limit, clock.opened))
    return calendar.add_working_time(start, amount).at if clock.limit.unit.working else start + amount
