"""计数: from one call and its 经过 to the lines that measures count.

Whoever folds anew counts the same: the view, a review, an auditor's replay.
A line stands for one obligation (or the call itself). Which measure counts it is not decided here: it carries marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.assessment.marks import Mark
from domain.assessment.measure import CALL
from domain.assessment.trail import Basis, Trail
from domain.calls.call import Call
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, Performance

THE_CALL = -1
"""Place of the line that stands for the call; obligations have their place in the call."""

_HELD = {Performance.MET, Performance.LATE, Performance.JUSTIFIED, Performance.UNMET}
_ANSWERING = {Action.RESPOND, Action.FIRST_RESULT}
_OF_A_RESPONSE = Mark.OBJECTED | Mark.MISDISPATCHED | Mark.LATE_ENTRY
"""What can be true of a first answer: the rest happens to the work."""


@dataclass(frozen=True)
class Line:
    """计数项: one obligation, or the call, with what measures ask about it. `moment`: when it falls into a period."""

    place: int
    action: str
    organization: UUID
    organization_name: str
    moment: datetime
    marks: Mark
    basis: Basis
    evidence: int = 0
    statements: int = 0


def lines(call: Call, trail: Trail) -> Iterator[Line]:
    """Every line of a call: itself first (once it was placed), then its obligations in their order."""
    if trail.placed_at is not None:
        marks = Mark.OWN | (Mark(0) if trail.never_was or _a_part(call) else Mark.COUNTS)
        yield Line(THE_CALL, CALL, call.township, call.township_name, trail.placed_at, marks, trail.basis())
    for place, owed in enumerate(call.obligations):
        yield Line(
            place,
            owed.action.value,
            owed.organization,
            owed.organization_name,
            owed.deadline.due,
            marks_of(call, trail, place),
            trail.basis(owed),
            trail.evidence.count(owed.organization),
            trail.statements.count(place),
        )


def marks_of(call: Call, trail: Trail, place: int) -> Mark:
    """What is true of the obligation at a place."""
    owed, marks = call.obligations[place], Mark(0)
    happened = _happened(call, trail, place)
    if owed.organization in trail.townships:
        marks |= Mark.OWN
    if owed.open:
        marks |= Mark.PENDING
    if _counts(trail, owed, happened) and not (_a_part(call) and owed.action is Action.ACCEPT):
        marks |= Mark.COUNTS
    if not owed.open and owed.performance in (Performance.MET, Performance.JUSTIFIED):
        marks |= Mark.IN_TIME
    if owed.action is Action.DISPATCH:
        return marks | _of_a_dispatch(trail, owed)
    if owed.action is Action.HANDLE:
        marks |= Mark.PART if owed.entry else _of_the_outcome(trail, owed, place)
    return marks | happened


def _a_part(call: Call) -> bool:
    """Split off by the platform: it was called and accepted with the call it was a part of."""
    return call.split_from is not None


def _happened(call: Call, trail: Trail, place: int) -> Mark:
    """What is noted of it, and of the same duty while it was that of the bodies from which it was inherited."""
    places, marks = set(_places(call, place)), Mark(0)
    for noted in trail.noted:
        if not places.isdisjoint(noted.places):
            marks |= noted.mark
    return marks & _OF_A_RESPONSE if call.obligations[place].action in _ANSWERING else marks


def _places(call: Call, place: int) -> Iterator[int]:
    """Its place, and before that those it had with the dissolved bodies through which it came to its bearer."""
    yield place
    owed = call.obligations[place]
    for earlier in range(place - 1, -1, -1) if owed.inherited_from is not None else ():
        before = call.obligations[earlier]
        if before.organization == owed.inherited_from and _same_duty(before, owed):
            yield earlier
            owed = before


def _same_duty(one: Obligation, other: Obligation) -> bool:
    return (one.action, one.opened_by, one.entry) == (other.action, other.opened_by, other.entry)


def _counts(trail: Trail, owed: Obligation, happened: Mark) -> bool:
    """Whether it is in the denominators, or will be once its moment has passed."""
    if trail.never_was or not owed.owed:
        return False
    if owed.open:
        shelved = owed.action is Action.HANDLE and Mark.SHELVED in happened
        return shelved or not _stands_still(owed)
    return owed.performance in _HELD or _called_back(trail, owed)


def _called_back(trail: Trail, owed: Obligation) -> bool:
    """The call was withdrawn while the response was owed: after dispatch it stays counted (domain.md §4), unless the
    bearer had acted, and only the record of a response is missing."""
    return owed.action is Action.RESPOND and owed.ended_by == trail.withdrawn and not owed.traces


def _stands_still(owed: Obligation) -> bool:
    since = owed.paused_since
    return since is not None and since <= owed.deadline.due and not owed.breached


def _of_a_dispatch(trail: Trail, owed: Obligation) -> Mark:
    """What came of the round that a dispatch began."""
    if owed.ending is not Ending.DONE:
        return Mark(0)
    wrong = any(n.mark is Mark.MISDISPATCHED and n.round == owed.round + 1 for n in trail.noted)
    return Mark.REPORTED | (Mark.MISDISPATCHED if wrong else Mark(0))


def _of_the_outcome(trail: Trail, owed: Obligation, place: int) -> Mark:
    if owed.ending is not Ending.DONE:
        return Mark(0)
    return next((outcome.marks for outcome in trail.outcomes if outcome.place == place), Mark(0))
