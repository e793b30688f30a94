"""委托代办页: who acts in one's post from when until when, whom one acts for; granting it and ending it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.forms import Choices, Form, Option, form_for, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.times import time_text
from api.pages.waiting import patience
from api.reading import MinPosition
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import field_errors, parsed
from domain.directory.person_commands import EndDelegation, GrantDelegation
from domain.shared.commands import Ask, Command
from domain.shared.refusals import Refusal
from projections.directory import Directory, GrantedDelegation
from projections.scope import Viewer

_HREF = "/account/delegation"
_KINDS = {"appointment": "hidden", "reason": "textarea"}


def delegation_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/account/delegation`, `/account/delegation/{delegation}/end`."""
    router = APIRouter(prefix=_HREF, include_in_schema=False)

    @router.get("")
    def show(request: Request, viewer: RequiredViewer, min_position: MinPosition = 0) -> Response:
        services.freshness.wait_for(Directory, min_position, patience(services))
        return pages(request, "delegation.html", _page(services, viewer))

    @router.post("")
    async def grant(request: Request, viewer: RequiredViewer) -> Response:
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, GrantDelegation, form)

    @router.post("/{delegation}/end")
    async def end(request: Request, delegation: UUID, viewer: RequiredViewer) -> Response:
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, EndDelegation, form, delegation)

    return router


def _take(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    command_type: type[Command],
    form: FormData,
    delegation: UUID | None = None,
) -> Response:
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    granting = command_type is GrantDelegation
    named = {"person": viewer.person} if granting else {"delegation": delegation}
    try:
        command = parsed(command_type, values_from(command_type, form) | named)
        receipt = services.commands.execute(command, Ask(command_id, actor_of(viewer)))
    except Refusal as refusal:
        failed = (typed, refusal) if granting else None
        return pages(request, "delegation.html", _page(services, viewer, failed, refusal), refusal.status)
    answer = RedirectResponse(f"{_HREF}?min_position={receipt.position}", 303)
    leave_flash(answer, "success", f"已办理:{command_type.title}。")
    return answer


def _page(
    services: Services,
    viewer: Viewer,
    failed: tuple[dict[str, Any], Refusal] | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """`failed`: the form as it was typed, where it was the one refused."""
    now = services.clock()
    colleagues = _colleagues(services, viewer)
    may_grant = viewer.acting_for is None
    return {
        "post_text": f"{viewer.organization_name} · {viewer.post.label}",
        "acting": not may_grant,
        "given": _rows(services, services.directory.delegations_by(viewer, viewer.person, now)),
        "received": _rows(services, services.directory.delegations_to(viewer, viewer.person, now)),
        "form": _form(viewer, colleagues, *(failed or ({}, None))) if may_grant and colleagues else None,
        "problem": None
        if refusal is None
        else {"title": "未能办理", "message": refusal.message, "code": refusal.code, "kept": failed is not None},
    }


def _form(viewer: Viewer, colleagues: Sequence[Option], typed: dict[str, Any], refusal: Refusal | None) -> Form:
    filled = typed | {"appointment": str(viewer.appointment)}
    choices = Choices({"delegate": colleagues}, {})
    form = form_for(GrantDelegation, _HREF, choices, filled, field_errors(refusal), leave_out=("person",))
    for field in form.fields:
        field.kind = _KINDS.get(field.name, field.kind)
    form.returned = refusal is not None
    return form


def _colleagues(services: Services, viewer: Viewer) -> list[Option]:
    """Who else holds a post in the organization now, by name, with the posts."""
    posts: dict[UUID, tuple[str, list[str]]] = {}
    for member in services.directory.people_of(viewer, viewer.organization, services.clock()):
        if member.person != viewer.person:
            posts.setdefault(member.person, (member.name, []))[1].append(member.post.label)
    return [Option(str(person), name, "、".join(held)) for person, (name, held) in posts.items()]


def _rows(services: Services, found: Sequence[GrantedDelegation]) -> list[dict[str, Any]]:
    now = services.clock()
    return [
        {
            "holder": str(one.holder),
            "holder_name": one.holder_name,
            "delegate_name": one.delegate_name,
            "post_text": f"{one.organization_name} · {one.post.label}",
            "starts_text": time_text(one.starts_at, now),
            "ends_text": time_text(one.ends_at, now),
            "begun": one.starts_at <= now,
            "end_href": f"{_HREF}/{one.delegation}/end",
            "command_id": str(uuid4()),
        }
        for one in found
    ]
