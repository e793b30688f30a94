"""值班安排规则: what makes the shifts of a roster orderly, and which earlier shifts it replaces."""

from collections.abc import Sequence
from datetime import datetime

from domain.directory.events import DutyRosterSet, Shift
from domain.directory.policies import check_span, overlap
from domain.directory.refusals import RosterNotOrderly


def in_order(shifts: Sequence[Shift], starts_at: datetime, ends_at: datetime) -> tuple[Shift, ...]:
    """The shifts by time. Refuses TimesReversed, RosterNotOrderly (one that starts outside the period, or two of one
    person at one time)."""
    check_span(starts_at, ends_at)
    ordered = sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at, shift.person.hex))
    latest: dict[object, Shift] = {}
    for shift in ordered:
        check_span(shift.starts_at, shift.ends_at)
        before = latest.get(shift.person)
        if not starts_at <= shift.starts_at < ends_at or (
            before is not None and overlap(before.starts_at, before.ends_at, shift.starts_at, shift.ends_at)
        ):
            raise RosterNotOrderly(field="shifts")
        latest[shift.person] = shift
    return tuple(ordered)


def after(roster: DutyRosterSet, standing: Sequence[Shift]) -> tuple[Shift, ...]:
    """The shifts that hold once the roster is set: those that started in its period are replaced by its own."""
    kept = [shift for shift in standing if not roster.starts_at <= shift.starts_at < roster.ends_at]
    return (*kept, *roster.shifts)
