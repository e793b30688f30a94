"""办理页面: the page of one call, and the forms by which somebody takes a step on it."""

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
from api.pages.call_views import attachments, basis_text, call_head, own_clocks, parties, timeline, waiting
from api.pages.choices import choices_for
from api.pages.files import keep_uploads
from api.pages.forms import Form, form_for, form_id, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.story import note_call
from api.pages.times import exact_text, time_text
from api.pages.waiting import call_age, patience, recorded_page, shown_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import InvalidFields, parsed
from domain.calls import records
from domain.calls.acceptance import DeclineCall, HandCallOver
from domain.calls.call import Call
from domain.calls.commands import STEPS, barred_steps, possible_steps
from domain.calls.dispatching import DispatchCall
from domain.calls.handling import RecordArrival, Respond
from domain.calls.intake import SupplementCall, WithdrawCall
from domain.calls.late_entries import MakeLateEntry
from domain.calls.objections import RaiseObjection, RejectObjection, UpholdObjection
from domain.calls.refusals import ObjectionTooLate
from domain.calls.statement import AddStatement
from domain.shared.commands import Ask, Command
from domain.shared.refusals import CommandIdReused, NotFound, Refusal
from projections.calls.view import CallsView
from projections.scope import Viewer

_BESIDE = frozenset(form_id(step.command) for step in records.STEPS) | {
    form_id(MakeLateEntry),
    form_id(RecordArrival),
    form_id(WithdrawCall),
    form_id(AddStatement),
}
"""Steps beside the work: never what the call waits for, so never shown as what comes next."""

_GRAVE = frozenset({WithdrawCall, DeclineCall, HandCallOver})
_EITHER_WAY = frozenset({UpholdObjection, RejectObjection})
"""A ruling: none of its outcomes is laid into the hand of who rules."""

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
    call, now = shown.now, services.clock()
    entries = services.calls.record(viewer, call)
    names = services.directory.person_names(viewer, {entry.person for entry in entries if entry.person})
    files = services.calls.files(viewer, call)
    forms = step_forms(services, viewer, call)
    if failed is not None:
        forms = _with_failure(services, viewer, call, forms, failed, typed or {}, refusal, command_id)
    actions = [form for form in forms if form.id not in _BESIDE]
    context = {
        "call": call_head(call, entries[0].fact if entries else {}, basis_text(entries), now),
        "waiting": waiting(call, now),
        "actions": actions,
        "answered": timeline(answered_by(actions, entries), names, files, now),
        "note_actions": [form for form in forms if form.id in _BESIDE],
        "action_links": [{"href": f"/calls/{call.id}/triage", "label": "查清单、派发"}]
        if may_dispatch(viewer, call)
        else [],
        "barred": _barred(viewer, call, now),
        "parties": parties(call, now),
        "clocks": own_clocks(call, now),
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
        "behind": call_age(shown, now),
    }
    return pages(request, "call.html", context, refusal.status if refusal else 200)


def _barred(viewer: Viewer, call: Call, now: datetime) -> list[dict[str, str]]:
    """What this person can't do because a rule forbids it, and which."""
    said = [
        {"title": step.command.title, "text": bar.message}
        for step, bar in barred_steps(call, viewer.post, viewer.organization)
    ]
    if not said and (until := _too_late_to_object(viewer, call, now)) is not None:
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
    for step in possible_steps(call, viewer.post, viewer.organization):
        if step.command is DispatchCall or (only is not None and step.command not in only):
            continue
        if step.command is RaiseObjection and too_late:
            continue
        form = form_for(
            step.command, f"/calls/{call.id}/{slug(step.command)}", choices, _known(step.command, viewer, call)
        )
        form.expected_version = str(call.version)
        form.primary = step.primary and step.command not in _EITHER_WAY
        if step.command is RaiseObjection:
            form.notice = _objection_notice(viewer, call, now)
        form.danger = step.command in _GRAVE
        form.draft = draft_of(call.id, step.command)
        forms.append(form)
    # What can't be taken back never comes first.
    return sorted(forms, key=lambda form: form.danger)


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
    form = form_for(failed, f"/calls/{call.id}/{slug(failed)}", choices_for(services, viewer, call), typed, errors)
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
