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
from api.pages.as_of import NOW, AsOfTyped, EarlierMoment
from api.pages.attachments import refuse_carrying
from api.pages.beside_views import beside_cards
from api.pages.call_then import call_then, standing_then
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
from api.pages.choices import alike_calls, said_briefly
from api.pages.files import keep_uploads
from api.pages.forms import typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.lateness import Lateness
from api.pages.step_forms import barred_words, draft_of, forms_with_refused, may_dispatch, stands_aside, step_forms
from api.pages.story import note_call
from api.pages.supervision_views import call_section
from api.pages.times import exact_text
from api.pages.waiting import call_age, patience, recorded_page, shown_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import parsed
from domain.calls.call import Call
from domain.calls.commands import STEPS
from domain.shared.commands import Ask, Command
from domain.shared.refusals import NotFound, Refusal
from projections.calls.view import CallsView
from projections.scope import Viewer

_WRITTEN = ("reference", "basis_text", "demands")
"""What somebody writes when dispatching."""

_BY_SLUG = {slug(step.command): step.command for step in STEPS}


def steps_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /calls/{call}` and `POST /calls/{call}/{step}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/{call_id}")
    def show(
        request: Request, call_id: UUID, viewer: RequiredViewer, min_position: int = 0, as_of: AsOfTyped = ""
    ) -> Response:
        if not services.freshness.wait_for(CallsView, min_position, patience(services)):
            recorded = recorded_page(services, pages, request, viewer, call_id)
            if recorded is not None:
                return recorded
        asked = EarlierMoment.read(as_of, services.clock())
        if asked.moment is not None:
            asked, stood = standing_then(services, viewer, call_id, asked)
            if asked.moment is not None:
                return call_then(services, pages, request, viewer, stood, asked)
        return call_page(services, pages, request, viewer, call_id, asked=asked)

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
    asked: EarlierMoment = NOW,
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
        forms = forms_with_refused(services, viewer, call, forms, failed, typed or {}, refusal, command_id)
    actions = [form for form in forms if not stands_aside(form, call, viewer)]
    context = {
        "call": call_head(call, entries[0].fact if entries else {}, basis_text(entries), viewer, now),
        "waiting": waiting(call, now, late),
        "actions": actions,
        "answered": timeline(answered_by(actions, entries), names, files, now),
        "note_actions": [form for form in forms if stands_aside(form, call, viewer)],
        "action_links": [{"href": f"/calls/{call.id}/triage", "label": "查清单、派发"}]
        if may_dispatch(viewer, call)
        else [],
        "barred": barred_words(viewer, call, now),
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
        "as_of": asked.form(f"/calls/{call.id}"),
    }
    return pages(request, "call.html", context, refusal.status if refusal else asked.status)


def _supervision(services: Services, viewer: Viewer, call: Call, now: datetime) -> dict[str, Any] | None:
    return call_section(services.supervision.matter(viewer, call.id), call, viewer, now)
