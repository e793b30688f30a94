"""台账各行的依据: what a line of the record rests on, as its workbook says: how late, to whom, which list and duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.pages.lateness import Lateness
from api.pages.record_lines import owed_of
from api.services import Services
from domain.calls.explanation import DutyCited
from domain.obligations.obligation import Obligation
from domain.obligations.words import Performance
from projections.rates.lines import CountedLine, Place
from projections.rates.record import overdue
from projections.scope import Viewer

_READ_AT_ONCE = 500
"""Lines: a statement names each by its place."""

_NOT_DONE = frozenset({Performance.UNMET, Performance.UNRECORDED})


@dataclass(frozen=True, slots=True)
class Ground:
    """What a line rests on: the obligation with its clock, the duty a dispatch cites, how late it was or is by now."""

    owed: Obligation
    duty: DutyCited | None
    late: str


def grounds_of(
    services: Services, viewer: Viewer, found: Sequence[CountedLine], now: datetime
) -> Mapping[Place, Ground]:
    """What the lines rest on; a line of a call that its view has not come to yet is no place here."""
    late, grounds = Lateness(services.rulebook), {}
    for start in range(0, len(found), _READ_AT_ONCE):
        lines = {line.key: line for line in found[start : start + _READ_AT_ONCE]}
        owed = owed_of(services, viewer, lines.values())
        duties = services.owed.duties(
            viewer, {place: one for place, one in owed.items() if lines[place].matter is None}
        )
        for place, one in owed.items():
            grounds[place] = Ground(one, duties.get(place), _late_text(lines[place], one, late, now))
    return grounds


def ground_cells(ground: Ground | None) -> Sequence[str]:
    """逾期多久、对谁履行、第几轮派发、派发依据、职责、清单版本、时限依据; empty where the call is not read yet."""
    if ground is None:
        return [""] * 7
    owed, duty = ground.owed, ground.duty
    item = duty.item if duty is not None else None
    return (
        ground.late,
        owed.owed_to_name,
        str(owed.round or ""),
        duty.reference if duty is not None else "",
        duty.duty_text if duty is not None else "",
        f"{item.list_title}({item.revision_number})" if item is not None else "",
        owed.deadline.limit.basis or "",
    )


def _late_text(line: CountedLine, owed: Obligation, late: Lateness, now: datetime) -> str:
    """How late: when it was done, when the matter ended without it, or by now where it is still to be done."""
    if line.performed_at is not None:
        return late.text(owed, line.performed_at) if line.performed_at > line.moment else ""
    if Performance(line.performance) in _NOT_DONE and line.ended_at is not None:
        return late.text(owed, line.ended_at)
    return f"至导出时 {late.text(owed, now)}" if overdue(line, now) and owed.overdue_at(now) else ""
