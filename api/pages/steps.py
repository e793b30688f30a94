"""办理页面: the page of one call, and the forms by which somebody takes a step on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls.commands import slug
from api.pages.answering import answered_by
from api.pages.attachments import refuse_carrying
from api.pages.beside_views import beside_cards
from api.pages.call_views import (
    attachments,
    basis_text,
    call_head,
    own_clocks,
    parties,
    people_in,
    timeline,
    waiting,
)
from api.pages.choices import alike_calls, choices_for, said_briefly
from api.pages.files import keep_uploads
from api.pages.forms import Form, form_for, form_id, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.lateness import Lateness
from api.pages.story import note_call
from api.pages.supervision_views import call_section
from api.pages.times import exact_text, time_text
from api.pages.waiting import call_age, patience, recorded_page, shown_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import InvalidFields, parsed
from domain.calls.aftermath import evaluations, reopening
from domain.calls.aftermath.refusals import ChangeTooLate, ContestTooLate, ReopeningTooLate
from domain.calls.around import attention
from domain.calls.around.attention_refusals import NothingOverdue, RemindedAlready
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.around.instructions import RecordInstruction
from domain.calls.around.merging import MergeCall, SplitCall
from domain.calls.around.statement import AddStatement
from domain.calls.call import Call
from domain.calls.commands import STEPS, barred_steps, possible_steps
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
from domain.calls.refusals import ObjectionTooLate
from domain.calls.slow_work.consultation import ConveneConsultation, DeclareUnclear
from domain.calls.slow_work.interim import ApproveInterim, ProposeInterim, RefuseInterim
from domain.calls.slow_work.refusals import LeadIsDesignated, NeedsConsultation, StillDisputed
from domain.calls.slow_work.shelving import ApproveShelving, ProposeShelving, RefuseShelving
from domain.calls.work import records
from domain.calls.work.handling import RecordArrival, Respond
from domain.calls.work.late_entries import MakeLateEntry
from domain.obligations.words import Action
from domain.shared.commands import Ask, Command
from domain.shared.refusals import CommandIdReused, NotFound, Refusal
from projections.calls.view import CallsView
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

_NEEDS_A_CHOICE: dict[type[Command], tuple[str, ...]] = {MergeCall: ("into",), SucceedParty: ("dissolved",)}
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
    }
)
"""Rules that forbid what most calls never need, or what nobody misses: said to whoever asks, not on every page."""

_WRITTEN = ("reference", "basis_text", "demands")
"""What somebody writes when dispatching."""

_BY_SLUG = {slug(step.command): step.command for step in STEPS}


def steps_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /calls/{call}` and `POST /calls/{call}/{step}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/{call_id}")
    def show(request: Request, call_id: UUID, viewer: RequiredViewer, min_position: int = 0) -> Response:
        if not services.freshness.wait_for(CallsView, min_position, patience(services)):
            recorded = recorded_page(services, pages, request, viewer, call_id)
            if recorded is not None:
                return recorded
        return call_page(services, pages, request, viewer, call_id)

    @router.post("/calls/{call_id}/{step}")
    async def take(request: Request, call_id: UUID, step: str, viewer: RequiredViewer) -> Response:
        command_type = _BY_SLUG.get(step)
        if command_type is None:
            raise NotFound
        form = await request.form(max_files=40)
        return await run_in_threadpool(_take, services, pages, request, viewer, call_id, command_type, form)

    return router


def _take(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    call_id: UUID,
    command_type: type[Command],
    form: FormData,
) -> Response:
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    version = str(typed.get("expected_version", ""))
    try:
        values = {"call_id": call_id, **values_from(command_type, form)}
        if "attachments" in command_type.model_fields:
            refuse_carrying(services, viewer, call_id)
            values |= keep_uploads(services.attachments, call_id, form)
        command = parsed(command_type, values)
        receipt = services.commands.execute(
            command,
            Ask(command_id, actor_of(viewer), expected_version=int(version) if version.isdecimal() else None),
        )
    except Refusal as refusal:
        if refusal.status in (403, 404) and services.calls.call(viewer, call_id) is None:
            raise
        return call_page(
            services,
            pages,
            request,
            viewer,
            call_id,
            failed=command_type,
            typed=typed,
            refusal=refusal,
            command_id=str(command_id),
        )
    response = RedirectResponse(f"/calls/{call_id}?min_position={receipt.position}", 303)
    leave_flash(response, "success", f"已办理:{command_type.title}。", draft=draft_of(call_id, command_type))
    if services.demonstration:
        note_call(request, response, call_id)
    return response


def call_page(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    call_id: UUID,
    *,
    failed: type[Command] | None = None,
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    command_id: str = "",
) -> Response:
    """The page of a call; after a refused step it shows the sentence, and the step's form as it was typed."""
    shown = shown_call(services, viewer, call_id)
    if shown is None:
        recorded = recorded_page(services, pages, request, viewer, call_id)
        if recorded is None:
            raise NotFound
        return recorded
    call, now, late = shown.now, services.clock(), Lateness(services.rulebook)
    entries = services.calls.record(viewer, call)
    names = services.directory.person_names(viewer, people_in(entries))
    files = services.calls.files(viewer, call)
    forms = step_forms(services, viewer, call)
    if failed is not None:
        forms = _with_failure(services, viewer, call, forms, failed, typed or {}, refusal, command_id)
    aside = _BESIDE if call.owing(Action.CONVENE, viewer.organization) else _BESIDE | {form_id(ConveneConsultation)}
    actions = [form for form in forms if form.id not in aside]
    context = {
        "call": call_head(call, entries[0].fact if entries else {}, basis_text(entries), viewer, now),
        "waiting": waiting(call, now, late),
        "actions": actions,
        "answered": timeline(answered_by(actions, entries), names, files, now),
        "note_actions": [form for form in forms if form.id in aside],
        "action_links": [{"href": f"/calls/{call.id}/triage", "label": "查清单、派发"}]
        if may_dispatch(viewer, call)
        else [],
        "barred": _barred(viewer, call, now),
        "alike": [
            {"href": f"/calls/{line.id}", "text": said_briefly(line)} for line in alike_calls(services, viewer, call)
        ],
        "parties": parties(call, now, late),
        "clocks": own_clocks(call, now, late),
        "beside": beside_cards(call, now, late),
        "attachments": attachments(files),
        "entries": timeline(entries, names, files, now),
        "entries_text": f"共 {len(entries)} 条",
        "live_topics": f"call:{call.id}",
        "printed_text": f"{viewer.organization_name} {viewer.name} 打印,资料截至 {exact_text(now)}",
        "problem": {
            "title": "未能办理",
            "message": refusal.message,
            "code": refusal.code,
            "kept": failed is not None,
            # The form is gone with the stage it belonged to; the words in it are not.
            "texts": [text for name in _WRITTEN if (text := str((typed or {}).get(name, "")).strip())]
            if failed is None
            else [],
        }
        if refusal
        else None,
        "supervision": _supervision(services, viewer, call, now),
        "behind": call_age(shown, now),
    }
    return pages(request, "call.html", context, refusal.status if refusal else 200)


def _supervision(services: Services, viewer: Viewer, call: Call, now: datetime) -> dict[str, Any] | None:
    return call_section(services.supervision.matter(viewer, call.id), call, viewer, now)


def _barred(viewer: Viewer, call: Call, now: datetime) -> list[dict[str, str]]:
    """What this person can't do because a rule forbids it, and which."""
    said = [
        {"title": step.command.title, "text": bar.message}
        for step, bar in barred_steps(call, viewer.post, viewer.organization, now)
        if bar.code not in _UNSAID
    ]
    objecting = any(one["title"] == RaiseObjection.title for one in said)
    if not objecting and (until := _too_late_to_object(viewer, call, now)) is not None:
        said.append({"title": RaiseObjection.title, "text": f"{ObjectionTooLate.rule}(至 {time_text(until, now)})"})
    return said


def _too_late_to_object(viewer: Viewer, call: Call, now: datetime) -> datetime | None:
    """Until when the viewer's organization could have objected, where that is over and it still handles the call."""
    offered = any(step.command is RaiseObjection for step in possible_steps(call, viewer.post, viewer.organization))
    party = call.party(viewer.organization) if offered else None
    until = party.objection_until if party else None
    return until if until is not None and now > until else None


def step_forms(
    services: Services, viewer: Viewer, call: Call, only: frozenset[type[Command]] | None = None
) -> list[Form]:
    """The forms of the steps this person may take now; dispatching has a page of its own."""
    choices, now = choices_for(services, viewer, call), services.clock()
    too_late = _too_late_to_object(viewer, call, now) is not None
    forms = []
    for step in possible_steps(call, viewer.post, viewer.organization, now):
        if step.command is DispatchCall or (only is not None and step.command not in only):
            continue
        if step.command is RaiseObjection and too_late:
            continue
        if any(not choices.by_field[field] for field in _NEEDS_A_CHOICE.get(step.command, ())):
            continue
        form = form_for(
            step.command,
            f"/calls/{call.id}/{slug(step.command)}",
            choices,
            _known(step.command, viewer, call),
            leave_out=_left_out(call),
        )
        form.expected_version = str(call.version)
        form.primary = step.primary and step.command not in _EITHER_WAY
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


def _known(command: type[Command], viewer: Viewer, call: Call) -> dict[str, str] | None:
    """What a form begins with: the call's own words to be supplemented, oneself as who will handle it."""
    if command is SupplementCall:
        return {"text": call.text, "place": call.place}
    return {"handler": viewer.name} if command is Respond else None


def _objection_notice(viewer: Viewer, call: Call, now: datetime) -> str:
    party = call.party(viewer.organization)
    until = f"最迟 {time_text(party.objection_until, now)} 提出。" if party and party.objection_until else ""
    return f"{until}提出后请继续办理,时限不停;异议成立的,按派发有误处理,不计本单位。"


def _with_failure(
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
    form = form_for(failed, href, choices, typed, errors, leave_out=_left_out(call))
    form.expected_version = str(call.version)
    if not isinstance(refusal, CommandIdReused):  # an id that stands for something else would be refused for ever
        form.command_id = command_id
    form.primary = form.returned = True
    form.draft = draft_of(call.id, failed)
    return [form, *(other for other in forms if other.id != form.id)]


def draft_of(call_id: UUID, command: type[Command]) -> str:
    """The name under which the browser keeps what is being written for a step on a call."""
    return f"{call_id}/{form_id(command)}"


def field_errors(refusal: Refusal | None) -> dict[str, str]:
    """The faults by field, to stand beside the fields."""
    if isinstance(refusal, InvalidFields):
        return {problem.field.partition(".")[0]: problem.message for problem in refusal.problems}
    if refusal is not None and refusal.field:
        return {refusal.field: refusal.message}
    return {}


def may_dispatch(viewer: Viewer, call: Call) -> bool:
    """Whether the viewer may dispatch the call now."""
    return any(step.command is DispatchCall for step in possible_steps(call, viewer.post, viewer.organization))
