"""新呼叫: a sentence, a place, a photo, send. For one thumb in the rain."""

from typing import Any
from uuid import uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.choices import choices_for
from api.pages.files import keep_uploads
from api.pages.forms import Form, FormField, form_for, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.story import note_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import field_errors, parsed
from domain.calls.intake.submission import SubmitCall
from domain.calls.rights import CALLING_POSTS
from domain.shared.commands import Ask
from domain.shared.identifiers import derived_id
from domain.shared.posts import Post
from domain.shared.refusals import CommandIdReused, NotYours, Refusal
from domain.shared.urgency import Urgency
from projections.scope import Viewer


def new_call_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET` and `POST /calls/new`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/new")
    def show(request: Request, viewer: RequiredViewer) -> Response:
        _refuse_others(viewer)
        return _page(services, pages, request, viewer)

    @router.post("/calls/new")
    async def send(request: Request, viewer: RequiredViewer) -> Response:
        _refuse_others(viewer)
        form = await request.form(max_files=40)
        return await run_in_threadpool(_send, services, pages, request, viewer, form)

    return router


def _send(services: Services, pages: TemplatePages, request: Request, viewer: Viewer, form: FormData) -> Response:
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    kept: dict[str, Any] = {}
    try:
        kept = keep_uploads(services.attachments, derived_id(command_id, "call"), form)
        command = parsed(SubmitCall, values_from(SubmitCall, form) | kept)
        receipt = services.commands.execute(command, Ask(command_id, actor_of(viewer)))
    except Refusal as refusal:
        return _page(services, pages, request, viewer, typed, refusal, str(command_id), kept)
    response = RedirectResponse(f"/calls/{receipt.stream}?min_position={receipt.position}", 303)
    emergency = command.urgency is Urgency.EMERGENCY
    leave_flash(
        response,
        "success",
        "已发出,下一步由平台和值班室受理。" if emergency else "已提交,下一步由镇街负责同志签发。",
        draft=_DRAFT,
    )
    if services.demonstration and receipt.stream is not None:
        note_call(request, response, receipt.stream)
    return response


def _page(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    command_id: str = "",
    kept: dict[str, Any] | None = None,
) -> Response:
    form: Form = form_for(SubmitCall, "/calls/new", choices_for(services, viewer, None), typed, field_errors(refusal))
    form.submit_label = "发出呼叫"
    form.returned = refusal is not None
    if command_id and not isinstance(refusal, CommandIdReused):
        form.command_id = command_id
    for_township = viewer.post is Post.DUTY_OFFICER
    shown = {*_SHOWN, *_BY_PHONE} if for_township else _SHOWN
    fields = [_reworded(field) for field in form.fields if for_township or field.name != "township"]
    if for_township and typed is None:
        next(field for field in fields if field.name == "urgency").value = Urgency.EMERGENCY.value
        next(field for field in fields if field.name == "phoned_with").value = viewer.name
    more = [field for field in fields if field.name not in shown]
    form.fields = [
        *sorted((field for field in fields if field.name in shown), key=lambda field: _ORDER.index(field.name)),
        *(FormField("kept", "", "hidden", file.sha256) for file in (kept or {}).get("attachments", ())),
    ]
    names = (kept or {}).get("attachment_names", ())
    form.notice = f"已收到的文件不必重选:{'、'.join(names)}" if names else ""
    return pages(
        request,
        "new_call.html",
        {
            "form": form,
            "more_fields": more,
            "more_open": any(field.error or (typed or {}).get(field.name) for field in more),
            "draft": _DRAFT,
            "township_name": viewer.organization_name,
            "for_township": for_township,
            "emergency_hint": ""
            if for_township
            else "特急(突发)事项请先打电话报告县总值班室,再在这里录入;选“特急”后直接发出,不经签发。",
            "problem": {"title": "还没有发出", "message": refusal.message, "code": refusal.code} if refusal else None,
        },
        refusal.status if refusal else 200,
    )


_DRAFT = "new-call"
"""The name under which the browser keeps what is being written."""

_ORDER = ("township", "phoned_at", "phoned_with", "text", "place", "attachments", "urgency")
_SHOWN = frozenset({"text", "place", "attachments", "urgency"})
_BY_PHONE = frozenset({"township", "phoned_at", "phoned_with"})
"""What the duty room knows before anything else: who called, and when."""


def _reworded(field: FormField) -> FormField:
    if field.name == "attachments":
        field.label, field.accept = "照片(可拍照)", "image/*"
    elif field.name == "item_hint":
        field.label, field.help = "清单事项", "知道是哪一项就写上,不知道不用管。"
    elif field.name == "township":
        field.label, field.required = "为哪个镇街代录", True
    return field


def _refuse_others(viewer: Viewer) -> None:
    if viewer.post not in CALLING_POSTS and viewer.post is not Post.DUTY_OFFICER:
        raise NotYours("发起呼叫由镇街呼叫员、镇街负责同志、网格员办理;夜间特急事项可由值班员代录。")
