"""经过: what the facts of a call tell beside its obligations, one pure step a fact.

What happened to whom, by which item who was bound, what came of the handling, whether the call was withdrawn.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.assessment.marks import Mark
from domain.assessment.telling import handling, told_of
from domain.calls import events as e
from domain.calls.aftermath import events as ae
from domain.calls.around.statement_events import StatementAdded
from domain.calls.call import Call
from domain.calls.dispatch.passing_events import StagePassed
from domain.calls.slow_work.interim_events import InterimResolved
from domain.calls.words import Grade
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.shared.deadlines import Instant
from domain.shared.events import Event

_OF_THE_ITEM = {Action.DISPATCH}


@dataclass(frozen=True)
class Noted:
    """What happened in one round, and to which duties, by their places in the call: whoever bears them later."""

    mark: Mark
    round: int
    places: tuple[int, ...] = ()


@dataclass(frozen=True)
class Basis:
    """On which list item somebody was dispatched to; empty texts where it was off the list."""

    item: str = ""
    title: str = ""
    field: str = ""


@dataclass(frozen=True)
class Bound:
    """By which fact of a round parties were bound on a basis: the whole round, who took the handling over, or a
    further party for a part (`part`: it alone)."""

    round: int
    by: int
    basis: Basis
    part: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one duty to handle, by its place: agreed to be resolved for the time being, resolved for good,
    evaluated. `excluded`: an evaluation was taken out of the figures; `grades` are those that were not."""

    place: int
    interim: bool = False
    resolved: bool = False
    evaluators: int = 0
    grades: tuple[Grade, ...] = ()
    excluded: int = 0
    reopened: bool = False

    @property
    def marks(self) -> Mark:
        """What is true of the handling by it. Of several evaluations the lowest holds: one matter counts once."""
        marks = Mark(0)
        if self.interim:
            marks |= Mark.INTERIM
        if self.reopened:
            marks |= Mark.REOPENED
        if not self.resolved:
            return marks
        marks |= Mark.RESOLVED
        if self.evaluators > self.excluded:
            marks |= Mark.RATED
        if self.grades:
            marks |= Mark.EVALUATED
            if set(self.grades) <= {Grade.SATISFIED}:
                marks |= Mark.SATISFIED
            elif set(self.grades) <= {Grade.SATISFIED, Grade.BASICALLY}:
                marks |= Mark.BASICALLY
        return marks


@dataclass(frozen=True)
class Trail:
    """经过: what the lines need to know and the obligations do not tell. `withdrawn`: by which fact, if any;
    `reopened`: by which facts the call was opened again; `townships`: whose call it is, and was before these were
    dissolved."""

    noted: tuple[Noted, ...] = ()
    bound: tuple[Bound, ...] = ()
    placed_at: Instant | None = None
    accepted: bool = False
    withdrawn: int = 0
    outcomes: tuple[Outcome, ...] = ()
    evidence: tuple[UUID, ...] = ()
    statements: tuple[int, ...] = ()
    reopened: tuple[int, ...] = ()
    townships: tuple[UUID, ...] = ()

    def with_noted(self, noted: Noted) -> "Trail":
        """The same with what happened, once."""
        return self if noted in self.noted else changed(self, noted=(*self.noted, noted))

    @property
    def never_was(self) -> bool:
        """Withdrawn before the platform had answered it: such a call leaves no figure (domain.md §4)."""
        return self.withdrawn > 0 and not self.accepted

    def basis(self, owed: Obligation | None = None) -> Basis:
        """The item by which an obligation was bound; the newest round's where it belongs to none."""
        number = 0 if owed is None else owed.round + (owed.action in _OF_THE_ITEM)
        of_round = [bound for bound in self.bound if bound.round == number]
        if owed is None or not of_round:
            whole = [bound for bound in self.bound if not bound.part]
            return whole[-1].basis if whole else Basis()
        then = [b for b in of_round if b.by == owed.opened_by or (b.by < owed.opened_by and not b.part)]
        return (then[-1] if then else of_round[0]).basis


_BY_WIRE = {
    "calls.ExtensionGranted": Mark.EXTENDED,
    "calls.CallSuspended": Mark.SUSPENDED,
    "calls.CallShelved": Mark.SHELVED,
    "calls.LateEntryMade": Mark.LATE_ENTRY,
    "calls.ObjectionRaised": Mark.OBJECTED,
    "calls.ObjectionUpheld": Mark.MISDISPATCHED,
    "calls.ReworkOrdered": Mark.REWORKED,
    "calls.ResultReported": Mark.REPORTED,
}
"""What a fact notes of the organization it names, or of the lead where it names none."""


def note(trail: Trail, call: Call, event: Event) -> Trail:
    """One fact further; `call` as it was folded with it (the round it happened in has not changed by it)."""
    if call.township not in trail.townships:
        trail = changed(trail, townships=(*trail.townships, call.township))
    mark = _BY_WIRE.get(event.wire)
    whose = _whose(call, event) if mark is not None else None
    if mark is not None and whose is not None:
        trail = trail.with_noted(Noted(mark, call.round, told_of(mark, call, event, whose)))
    match event:
        case e.CallPlaced():
            return changed(trail, placed_at=trail.placed_at or event.recorded_at)
        case e.CallAccepted() | e.CallDeclined():
            return changed(trail, accepted=True)
        case e.CallWithdrawn():
            return changed(trail, withdrawn=event.originator_version)
        case e.CallDispatched() | StagePassed() | e.PartDispatched():
            item = event.basis.item
            basis = Basis(item.item, item.title, item.field or "") if item is not None else Basis()
            bound = Bound(event.round, event.originator_version, basis, isinstance(event, e.PartDispatched))
            return changed(trail, bound=(*trail.bound, bound))
        case InterimResolved():
            return _came_out(trail, call, interim=True)
        case e.CallResolved():
            return _came_out(_with_files(trail, event), call, resolved=True, evaluators=len(call.evaluators))
        case e.CallEvaluated() | ae.EvaluationChanged() | ae.EvaluationExcluded():
            return _evaluated(trail, call)
        case ae.CallReopened():
            trail = changed(_with_files(trail, event), reopened=(*trail.reopened, event.originator_version))
            return _last(trail, reopened=True) if trail.outcomes else trail
        case StatementAdded():
            return changed(trail, statements=(*trail.statements, event.obligation))
        case _:
            return _with_files(trail, event)


def _came_out(trail: Trail, call: Call, **what: object) -> Trail:
    """The newest duty to handle of the running round came to this."""
    handled = handling(call)
    if handled is None:
        return trail
    if not trail.outcomes or trail.outcomes[-1].place != handled:
        trail = changed(trail, outcomes=(*trail.outcomes, Outcome(handled)))
    return _last(trail, **what)


def _evaluated(trail: Trail, call: Call) -> Trail:
    if not trail.outcomes:
        return trail
    grades = tuple(one.grade for one in call.evaluations if not one.excluded)
    return _last(trail, grades=grades, excluded=len(call.evaluations) - len(grades))


def _last(trail: Trail, **what: object) -> Trail:
    return changed(trail, outcomes=(*trail.outcomes[:-1], changed(trail.outcomes[-1], **what)))  # type: ignore[arg-type]


def _with_files(trail: Trail, event: Event) -> Trail:
    if not e.files_of(event):
        return trail
    return changed(trail, evidence=(*trail.evidence, event.actor.organization))


def _whose(call: Call, event: Event) -> UUID | None:
    named = getattr(event, "organization", None)
    if isinstance(named, e.OrganizationRef):
        return named.id
    leads = [party for party in call.parties if party.round == call.round and party.role == "lead"]
    return leads[-1].organization if leads else None
