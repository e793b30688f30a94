"""办理表单: which forms the page of a call offers to whom, and what each begins with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from api.calls.commands import slug
from api.calls.succeeding import steps_offered
from api.pages.choices import choices_for
from api.pages.forms import Choices, Form, form_for, form_id
from api.pages.times import time_text
from api.services import Services
from api.validation import field_errors
from domain.calls.aftermath import evaluations, reopening
from domain.calls.aftermath.refusals import ChangeTooLate, ContestTooLate, ReopeningTooLate
from domain.calls.around import attention
from domain.calls.around.attention_refusals import NothingOverdue, RemindedAlready
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.around.instructions import RecordInstruction
from domain.calls.around.merging import MergeCall, SplitCall
from domain.calls.around.statement import AddStatement
from domain.calls.call import Call
from domain.calls.commands import barred_steps, possible_steps
from domain.calls.delays.escalating import EscalateUp, RecordUpperReceipt, WithdrawEscalation
from domain.calls.delays.extensions import GrantExtension, RefuseExtension, RequestExtension
from domain.calls.delays.refusals import NotSuspended
from domain.calls.delays.suspensions import RefuseSuspension, RequestSuspension, SuspendCall
from domain.calls.delays.waiting import RequestWaiting
from domain.calls.dispatch.dispatching import DispatchCall
from domain.calls.dispatch.objections import RaiseObjection, RejectObjection, UpholdObjection
from domain.calls.dispatch.passing import PassStage, SucceedParty
from domain.calls.intake.acceptance import DeclineCall, HandCallOver
from domain.calls.intake.submission import SupplementCall, WithdrawCall
from domain.calls.refusals import ContestOpen, EvaluationOpen, ObjectionTooLate
from domain.calls.slow_work.consultation import ConveneConsultation, DeclareUnclear
from domain.calls.slow_work.interim import ApproveInterim, ProposeInterim, RefuseInterim
from domain.calls.slow_work.refusals import LeadIsDesignated, NeedsConsultation, StillDisputed
from domain.calls.slow_work.shelving import ApproveShelving, ProposeShelving, RefuseShelving
from domain.calls.work import records
from domain.calls.work.handling import RecordArrival, Respond
from domain.calls.work.late_entries import MakeLateEntry
from domain.obligations.words import Action
from domain.shared.commands import Command
from domain.shared.refusals import CommandIdReused, Refusal
from projections.scope import Viewer

_BESIDE = frozenset(form_id(step.command) for step in (*records.STEPS, *attention.STEPS, *reopening.STEPS)) | {
    form_id(DeclareUnclear),
    form_id(ProposeInterim),
    form_id(ProposeShelving),
    form_id(EscalateUp),
    form_id(MarkConfidential),
    form_id(WithdrawEscalation),
    form_id(evaluations.ChangeEvaluation),
    form_id(evaluations.ContestEvaluation),
    form_id(evaluations.ReportPressure),
    form_id(MakeLateEntry),
    form_id(RecordArrival),
    form_id(WithdrawCall),
    form_id(MergeCall),
    form_id(SplitCall),
    form_id(PassStage),
    form_id(RecordInstruction),
    form_id(SucceedParty),
    form_id(AddStatement),
}
"""Steps beside the work: never what the call waits for, so never shown as what comes next."""

_GRAVE = frozenset({WithdrawCall, DeclineCall, HandCallOver})
_EITHER_WAY = frozenset(
    {
        UpholdObjection,
        RejectObjection,
        GrantExtension,
        RefuseExtension,
        SuspendCall,
        RefuseSuspension,
        ApproveInterim,
        RefuseInterim,
        ApproveShelving,
        RefuseShelving,
        evaluations.UpholdEvaluation,
        evaluations.ExcludeEvaluation,
    }
)
"""A ruling: none of its outcomes is laid into the hand of who rules."""

_NEEDS_A_CHOICE: dict[type[Command], tuple[str, ...]] = {MergeCall: ("into",)}
"""Steps that make no sense while there is nothing to choose from."""
_NOTICES: Mapping[type[Command], str] = {
    RequestExtension: "答复前时限照常计算,请继续办理。平台逾期未答复的,耽误的时间计为正当事由。",
    RequestSuspension: "同意后时限停算,仍可继续办理;期满自动恢复。办理期限已过的,暂缓不能免除已经发生的逾期。",
    EscalateUp: "上报后各项时限照常计算;登记上级回执之后,等待单位的等待时间才计为正当事由。",
    RecordUpperReceipt: "上级收到超过及时登记时限才登记的,等待时间从登记时起算。",
    MarkConfidential: (
        "标记后不能取消。填写了给承办单位看的内容的,此前镇街和平台写的内容和附件从此只有镇街和平台可看;"
        "此后再填写的,各方都能看到。"
    ),
    RequestWaiting: "从现在起等待的工作时间,逾期时计为正当事由;对方办完即止。办理期限已过再请求的不计。",
}

_UNSAID = frozenset(
    {
        NotSuspended.code,
        NeedsConsultation.code,
        LeadIsDesignated.code,
        NothingOverdue.code,
        RemindedAlready.code,
        ReopeningTooLate.code,
        ChangeTooLate.code,
        ContestTooLate.code,
        StillDisputed.code,
        EvaluationOpen.code,
        ContestOpen.code,
    }
)
"""Rules that forbid what most calls never need, or what nobody misses: said to whoever asks, not on every page."""


def step_forms(
    services: Services, viewer: Viewer, call: Call, only: frozenset[type[Command]] | None = None
) -> list[Form]:
    """The forms of the steps this person may take now; dispatching has a page of its own."""
    choices, now = choices_for(services, viewer, call), services.clock()
    forms = []
    for step in steps_offered(viewer, call, now, successions=bool(choices.by_field["dissolved"])):
        if step.command is DispatchCall or (only is not None and step.command not in only):
            continue
        if any(not choices.by_field[field] for field in _NEEDS_A_CHOICE.get(step.command, ())):
            continue
        form = form_for(
            step.command,
            f"/calls/{call.id}/{slug(step.command)}",
            choices,
            _known(step.command, viewer, call),
            leave_out=(*_left_out(call), *_not_asked(step.command, choices)),
        )
        form.expected_version = str(call.version)
        form.primary = step.primary and step.command not in _EITHER_WAY
        if step.command is SucceedParty:
            _require_another(form, choices)
        if step.command is RaiseObjection:
            form.notice = _objection_notice(viewer, call, now)
        form.notice = form.notice or _NOTICES.get(step.command, "")
        form.danger = step.command in _GRAVE
        form.draft = draft_of(call.id, step.command)
        forms.append(form)
    # What can't be taken back never comes first.
    return sorted(forms, key=lambda form: form.danger)


def _left_out(call: Call) -> tuple[str, ...]:
    """What no form of this call asks for: whose evaluation, where there is but one."""
    known = ("call_id", "attachment_names")
    return known if len(call.evaluations) > 1 else (*known, "evaluator")


def _not_asked(command: type[Command], choices: Choices) -> tuple[str, ...]:
    """Who shall take over instead, where every successor may."""
    return ("instead", "basis") if command is SucceedParty and not choices.by_field["instead"] else ()


def _require_another(form: Form, choices: Choices) -> None:
    """Who shall take over instead, where no successor may."""
    for field in form.fields:
        if field.name in ("instead", "basis"):
            field.required = all(body.help for body in choices.by_field["dissolved"])


def _known(command: type[Command], viewer: Viewer, call: Call) -> dict[str, str] | None:
    """What a form begins with: the call's own words to be supplemented, oneself as who will handle it."""
    if command is SupplementCall:
        return {"text": call.text, "place": call.place}
    return {"handler": viewer.name} if command is Respond else None


def _objection_notice(viewer: Viewer, call: Call, now: datetime) -> str:
    party = call.party(viewer.organization)
    until = f"最迟 {time_text(party.objection_until, now)} 提出。" if party and party.objection_until else ""
    return f"{until}提出后请继续办理,时限不停;异议成立的,按派发有误处理,不计本单位。"


def forms_with_refused(
    services: Services,
    viewer: Viewer,
    call: Call,
    forms: list[Form],
    failed: type[Command],
    typed: dict[str, Any],
    refusal: Refusal | None,
    command_id: str,
) -> list[Form]:
    """The refused form first, as it was typed; the facts' version is today's, so that it can be sent again."""
    errors = field_errors(refusal)
    href, choices = f"/calls/{call.id}/{slug(failed)}", choices_for(services, viewer, call)
    left_out = (*_left_out(call), *_not_asked(failed, choices))
    form = form_for(failed, href, choices, typed, errors, leave_out=left_out)
    if failed is SucceedParty:
        _require_another(form, choices)
    form.expected_version = str(call.version)
    if not isinstance(refusal, CommandIdReused):  # an id that stands for something else would be refused for ever
        form.command_id = command_id
    form.primary = form.returned = True
    form.draft = draft_of(call.id, failed)
    return [form, *(other for other in forms if other.id != form.id)]


def draft_of(call_id: UUID, command: type[Command]) -> str:
    """The name under which the browser keeps what is being written for a step on a call."""
    return f"{call_id}/{form_id(command)}"


def stands_aside(form: Form, call: Call, viewer: Viewer) -> bool:
    """Whether the step is beside the work. To convene is the work itself where it is owed."""
    if form.id == form_id(ConveneConsultation):
        return call.owing(Action.CONVENE, viewer.organization) is None
    return form.id in _BESIDE


def barred_words(viewer: Viewer, call: Call, now: datetime) -> list[dict[str, str]]:
    """What this person can't do because a rule forbids it, and which."""
    return [
        {"title": step.command.title, "text": f"{bar.message}{_since_when(bar, viewer, call, now)}"}
        for step, bar in barred_steps(call, viewer.post, viewer.organization, now)
        if bar.code not in _UNSAID
    ]


def _since_when(bar: Refusal, viewer: Viewer, call: Call, now: datetime) -> str:
    """Until when it could have been objected to."""
    party = call.party(viewer.organization) if bar.code == ObjectionTooLate.code else None
    until = party.objection_until if party is not None else None
    return "" if until is None else f"(至 {time_text(until, now)})"


def may_dispatch(viewer: Viewer, call: Call) -> bool:
    """Whether the viewer may dispatch the call now."""
    return any(step.command is DispatchCall for step in possible_steps(call, viewer.post, viewer.organization))
