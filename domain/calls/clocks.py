"""时限的变动: how clocks that a fact moves, pauses or justifies are written into it, and read out of it again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.fold_obligations import each
from domain.obligations.counting import rejustified
from domain.obligations.obligation import Obligation
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import Deadline

Change = tuple[Obligation, Obligation]
"""An obligation as it stands, and as it shall be."""


def going_on(owed: Obligation, deadline: Deadline, at: datetime, by: int, calendar: WorkingCalendar) -> Change:
    """A clock that fact `by` lets go on after a pause, or starts anew: what has been justified follows the due time."""
    return owed, rejustified(owed.resumed(at, deadline, by), calendar)


def moved(changes: Iterable[Change]) -> tuple[e.MovedClock, ...]:
    """The due times that become others."""
    return tuple(clock_of(after, after.deadline) for before, after in changes if after.deadline != before.deadline)


def clock_of(owed: Obligation, deadline: Deadline) -> e.MovedClock:
    """What a fact says of the one obligation that is due by then."""
    return e.MovedClock(
        task=owed.action.value,
        organization=owed.organization,
        deadline=deadline,
        opened_by=owed.opened_by,
        entry=owed.entry,
        inherited_from=owed.inherited_from,
    )


def is_of(clock: e.MovedClock | e.JustifiedClock, owed: Obligation) -> bool:
    """Whether a fact names this obligation. Facts of earlier builds name some less exactly."""
    if (clock.task, clock.organization) != (owed.action, owed.organization):
        return False
    if clock.opened_by is None:
        return clock.entry in (None, owed.entry)
    return clock.opened_by == owed.opened_by and (
        clock.entry is None or (clock.entry, clock.inherited_from) == (owed.entry, owed.inherited_from)
    )


def justified(changes: Iterable[Change]) -> tuple[e.JustifiedClock, ...]:
    """What is justified more or less than before, with the spans that came to it."""
    return tuple(clock for before, after in changes for clock in _justified(before, after))


def _justified(before: Obligation, after: Obligation) -> Iterable[e.JustifiedClock]:
    if after.justified_until == before.justified_until:
        return
    named = {
        "task": after.action.value,
        "organization": after.organization,
        "opened_by": after.opened_by,
        "entry": after.entry,
        "inherited_from": after.inherited_from,
    }
    until = after.justified_to
    further = after.excuses[len(before.excuses) :]
    for excuse in further:
        yield e.JustifiedClock(
            **named, justified_until=until, ground=excuse.ground, since=excuse.since, until=excuse.until
        )
    if not further:
        yield e.JustifiedClock(**named, justified_until=until)


def with_justified(call: Call, clocks: Sequence[e.JustifiedClock]) -> Call:
    """Obligations, open or ended, with what the fact being folded justifies."""
    for clock in clocks:
        call = each(call, partial(with_excuse, clock=clock, by=call.version), organization=clock.organization)
    return call


def with_excuse(owed: Obligation, clock: e.JustifiedClock, by: int) -> Obligation:
    """The obligation with what fact `by` justifies, if it is the one that the fact names."""
    if not is_of(clock, owed):
        return owed
    if clock.ground is not None and clock.since is not None:
        owed = owed.excused(clock.ground, clock.since, by, clock.until)
    return owed.justified(clock.justified_until)


def with_moved(call: Call, clocks: Sequence[e.MovedClock], at: datetime) -> Call:
    """Open clocks set anew by the fact being folded, recorded `at`.

    A clock that does not name what opened it moves what is still running: what has run out stays, beside another of the
    same kind.
    """
    for clock in clocks:
        call = each(call, partial(with_clock, clock=clock, at=at, by=call.version), organization=clock.organization)
    return call


def with_clock(owed: Obligation, clock: e.MovedClock, at: datetime, by: int) -> Obligation:
    """The obligation with the clock that fact `by` sets anew, if it is still open and one that the fact names."""
    if not owed.open or not is_of(clock, owed):
        return owed
    if clock.opened_by is None and at > owed.deadline.due:
        return owed
    return owed.moved_to(clock.deadline, by)
