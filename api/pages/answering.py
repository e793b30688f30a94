"""针对什么: the fact that a step answers, shown where the step is taken, so that nobody decides from memory."""

from collections.abc import Mapping, Sequence

from api.pages.forms import Form, form_id
from domain.calls.aftermath.evaluations import ExcludeEvaluation, ProposeExclusion, UpholdEvaluation
from domain.calls.delays.extensions import GiveExtensionOpinion, GrantExtension, RefuseExtension
from domain.calls.delays.suspensions import RefuseSuspension, SuspendCall
from domain.calls.dispatch.objections import (
    DesignateHandler,
    GiveOpinion,
    RejectObjection,
    RequestOpinion,
    UpholdObjection,
)
from domain.calls.intake.acceptance import DecideContest
from domain.calls.intake.submission import SupplementCall
from domain.calls.slow_work.consultation import AnswerInvitation, CompleteAgreedAction, RecordConsultation
from domain.calls.slow_work.interim import ApproveInterim, RefuseInterim
from domain.calls.slow_work.shelving import ApproveShelving, RefuseShelving, ReviewShelving
from domain.calls.work.completion import ConfirmResult, OrderRework, ResolveCall
from domain.calls.work.handling import ReportResult
from domain.calls.work.late_entries import ConfirmLateEntry, ContestLateEntry
from domain.shared.commands import Command
from projections.calls.queries import RecordEntry

_OBJECTION = frozenset({"calls.ObjectionRaised"})
_RESULT = frozenset({"calls.ResultReported"})
_EXTENSION = frozenset({"calls.ExtensionRequested"})
_SUSPENSION = frozenset({"calls.SuspensionRequested"})
_LATE_ENTRY = frozenset({"calls.LateEntryMade"})

_ANSWERED: Mapping[type[Command], frozenset[str]] = {
    SupplementCall: frozenset({"calls.CallSentBack", "calls.EndorsementRefused"}),
    DecideContest: frozenset({"calls.DeclineContested"}),
    RejectObjection: _OBJECTION,
    UpholdObjection: _OBJECTION,
    RequestOpinion: _OBJECTION,
    GiveOpinion: frozenset({"calls.OpinionRequested"}),
    DesignateHandler: frozenset({"calls.OpinionGiven"}),
    ConfirmResult: _RESULT,
    OrderRework: _RESULT,
    ResolveCall: frozenset({"calls.ResultConfirmed"}),
    GiveExtensionOpinion: _EXTENSION,
    GrantExtension: _EXTENSION | {"calls.ExtensionOpinionGiven"},
    RefuseExtension: _EXTENSION,
    SuspendCall: _SUSPENSION,
    RefuseSuspension: _SUSPENSION,
    ReportResult: frozenset({"calls.ReworkOrdered", "calls.CallReopened"}),
    ApproveInterim: frozenset({"calls.InterimProposed"}),
    RefuseInterim: frozenset({"calls.InterimProposed"}),
    ApproveShelving: frozenset({"calls.ShelvingProposed"}),
    RefuseShelving: frozenset({"calls.ShelvingProposed"}),
    ReviewShelving: frozenset({"calls.CallShelved"}),
    AnswerInvitation: frozenset({"calls.ConsultationConvened"}),
    RecordConsultation: frozenset({"calls.ConsultationConvened"}),
    CompleteAgreedAction: frozenset({"calls.ConsultationHeld"}),
    UpholdEvaluation: frozenset({"calls.EvaluationContested", "calls.EvaluationExclusionProposed"}),
    ProposeExclusion: frozenset({"calls.EvaluationContested"}),
    ExcludeEvaluation: frozenset({"calls.EvaluationExclusionProposed"}),
    ConfirmLateEntry: _LATE_ENTRY,
    ContestLateEntry: _LATE_ENTRY,
}
_BY_FORM = {form_id(command): wires for command, wires in _ANSWERED.items()}


def answered_by(forms: Sequence[Form], entries: Sequence[RecordEntry]) -> list[RecordEntry]:
    """The newest fact that each of the forms answers, each once, in the order it was recorded."""
    found: dict[int, RecordEntry] = {}
    for form in forms:
        wires = _BY_FORM.get(form.id, frozenset())
        newest = next((entry for entry in reversed(entries) if entry.wire in wires), None)
        if newest is not None:
            found[newest.version] = newest
    return [found[version] for version in sorted(found)]
