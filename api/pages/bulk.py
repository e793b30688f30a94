"""批量办理: one step on several calls at once, each decided and recorded for itself, with a result per row."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.calls.bulk import BULK_BY_SLUG, MOST_AT_ONCE, take_on
from api.pages.call_views import shortened
from api.pages.forms import uuid_or_none
from api.pages.frame import TemplatePages
from api.security.gate import RequiredViewer
from api.services import Services
from domain.calls.asking import CallCommand
from domain.shared.refusals import Invalid, NotFound, Refusal
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one row."""

    href: str
    number: str
    title: str
    done: bool
    text: str


def bulk_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`POST /queue/bulk`."""
    router = APIRouter(include_in_schema=False)

    @router.post("/queue/bulk")
    async def take(request: Request, viewer: RequiredViewer) -> Response:
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, form)

    return router


def _take(services: Services, pages: TemplatePages, request: Request, viewer: Viewer, form: FormData) -> Response:
    command = BULK_BY_SLUG.get(str(form.get("step", "")))
    if command is None:
        raise NotFound
    chosen = [str(value) for value in form.getlist("call")]
    command_id = uuid_or_none(form.get("command_id"))
    if not chosen or command_id is None:
        raise Invalid("请先勾选要办理的事项,再点批量办理。")
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(f"一次最多批量办理 {MOST_AT_ONCE} 件,请分次办理。")
    results = [_one(services, viewer, command, command_id, one) for one in dict.fromkeys(chosen)]
    done = sum(result.done for result in results)
    context = {
        "title": f"批量{command.title}",
        "results": results,
        "summary": f"共 {len(results)} 件:已办理 {done} 件"
        + (f",未办理 {len(results) - done} 件(原因见下,未办理的没有任何改动)。" if done < len(results) else "。"),
        "all_done": done == len(results),
    }
    return pages(request, "bulk.html", context)


def _one(services: Services, viewer: Viewer, command: type[CallCommand], command_id: UUID, chosen: str) -> BulkResult:
    """Take the step on one call. Sent again, the same form gets the same answer for each call."""
    id_text, _, version = chosen.partition(":")
    call_id = uuid_or_none(id_text)
    call = services.calls.call(viewer, call_id) if call_id else None
    if call is None:
        return BulkResult("", "", "", False, NotFound.rule)
    shown = (f"/calls/{call.id}", call.number, shortened(call.text, 40))
    try:
        take_on(services, viewer, command, command_id, call, int(version) if version.isdecimal() else None)
    except Refusal as refusal:
        return BulkResult(*shown, False, refusal.message)
    return BulkResult(*shown, True, f"已{command.title}")
