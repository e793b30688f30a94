"""督办页面: the supervisors' board, the matter of a call, and the page of an order or a circular with its forms."""

from typing import Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls.commands import slug
from api.pages.as_of import AsOfTyped
from api.pages.downloads import DOCX, PDF, download
from api.pages.forms import typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.lateness import Lateness
from api.pages.obligation import ObligationPlace
from api.pages.supervision_case import Case, Failure, Kind
from api.pages.supervision_views import (
    document_href,
    document_rows,
    late_cases,
    suspicion_rows,
)
from api.pages.waiting import patience
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import parsed
from domain.shared.commands import Ask
from domain.shared.refusals import NotFound, Refusal
from domain.supervision.commands import STEPS
from domain.supervision.rights import Subject
from domain.supervision.statement import StateInMatter
from projections.scope import Viewer
from projections.supervision.queries import MOST_LATE
from projections.supervision.view import CIRCULAR, SupervisionView

_BY_SLUG = {slug(step.command): step for step in STEPS}
Format = Literal["pdf", "docx"]


def supervision_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/supervision`, `/calls/{call}/supervision` and the documents under it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/supervision")
    def board(request: Request, viewer: RequiredViewer) -> Response:
        return pages(request, "supervision.html", _board(services, viewer))

    @router.get("/calls/{call_id}/supervision")
    def matter_page(
        request: Request, call_id: UUID, viewer: RequiredViewer, as_of: AsOfTyped = "", min_position: int = 0
    ) -> Response:
        services.freshness.wait_for(SupervisionView, min_position, patience(services))
        return Case(services, viewer, call_id).matter_page(request, pages, as_of)

    @router.get("/calls/{call_id}/supervision/obligations/{place}")
    def obligation_page(
        request: Request,
        call_id: UUID,
        place: ObligationPlace,
        viewer: RequiredViewer,
        as_of: AsOfTyped = "",
        min_position: int = 0,
    ) -> Response:
        services.freshness.wait_for(SupervisionView, min_position, patience(services))
        return Case(services, viewer, call_id).obligation_page(request, pages, place, as_of)

    @router.get("/calls/{call_id}/supervision/{kind}/{number}")
    def document_page(
        request: Request,
        call_id: UUID,
        kind: Kind,
        number: int,
        viewer: RequiredViewer,
        as_of: AsOfTyped = "",
        min_position: int = 0,
    ) -> Response:
        services.freshness.wait_for(SupervisionView, min_position, patience(services))
        return Case(services, viewer, call_id).document_page(request, pages, kind, number, as_of)

    @router.get("/calls/{call_id}/supervision/{kind}/{number}/document.{form}")
    def paper(call_id: UUID, kind: Kind, number: int, form: Format, viewer: RequiredViewer) -> Response:
        return printed_document(services, viewer, call_id, kind, number, form)

    @router.post("/calls/{call_id}/supervision/{step}")
    async def take(request: Request, call_id: UUID, step: str, viewer: RequiredViewer) -> Response:
        if step not in _BY_SLUG:
            raise NotFound
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, call_id, step, form)

    return router


def printed_document(
    services: Services, viewer: Viewer, call_id: UUID, kind: Kind, number: int, form: Format
) -> Response:
    """督办通知单 or 通报 to be saved. Refuses NotFound where there is none, or none that the viewer may know of."""
    case = Case(services, viewer, call_id)
    said = case.printed(case.document(kind, number))
    content = services.documents.pdf(said) if form == "pdf" else services.documents.docx(said)
    return download(content, PDF if form == "pdf" else DOCX, f"{said.title}{said.number}.{form}")


def _board(services: Services, viewer: Viewer) -> dict[str, Any]:
    now = services.clock()
    late = services.supervision.late(viewer, now)
    matters = services.supervision.matters(viewer, sorted({line.call for line in late}))
    count = services.supervision.late_count(viewer, now) if len(late) == MOST_LATE else len(late)
    shown = f"共 {count} 项" if count == len(late) else f"共 {count} 项以上,列出超期最久的 {len(late)} 项"
    return {
        "cases": late_cases(late, matters, now, Lateness(services.rulebook)),
        "late_text": shown,
        "documents": document_rows(services.supervision.documents(viewer), now),
        "suspicions": suspicion_rows(services.supervision.suspicions(viewer), now),
        "live_topics": f"desk:{viewer.organization}",
    }


def _take(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    call_id: UUID,
    step: str,
    form: FormData,
) -> Response:
    taken = _BY_SLUG[step]
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    version = str(typed.get("expected_version", ""))
    number = str(typed.get(taken.subject.value, "")) if taken.subject is not Subject.MATTER else ""
    back = f"/calls/{call_id}/supervision"
    if taken.subject in (Subject.ORDER, Subject.CIRCULAR) and number.isdecimal():
        back = document_href(call_id, CIRCULAR if taken.subject is Subject.CIRCULAR else "", int(number))
    stated = str(typed.get("obligation", "")) if taken.command is StateInMatter else ""
    if stated.isdecimal():
        back = f"{back}/obligations/{stated}"
    try:
        values = {"call_id": call_id, **values_from(taken.command, form)}
        if number:
            values[taken.subject.value] = number
        command = parsed(taken.command, values)
        receipt = services.commands.execute(
            command,
            Ask(command_id, actor_of(viewer), expected_version=int(version) if version.isdecimal() else None),
        )
    except Refusal as refusal:
        if refusal.status in (403, 404) and services.calls.call(viewer, call_id) is None:
            raise
        failure = Failure(taken.command, int(number) if number.isdecimal() else 0, typed, refusal, str(command_id))
        case = Case(services, viewer, call_id, failure)
        if taken.subject in (Subject.ORDER, Subject.CIRCULAR) and number.isdecimal():
            kind: Kind = "orders" if taken.subject is Subject.ORDER else "circulars"
            return case.document_page(request, pages, kind, int(number))
        if stated.isdecimal() and int(stated) < len(case.matter.obligations):
            return case.obligation_page(request, pages, int(stated))
        return case.matter_page(request, pages)
    response = RedirectResponse(f"{back}?min_position={receipt.position}", 303)
    leave_flash(response, "success", f"已办理:{taken.command.title}。")
    return response
