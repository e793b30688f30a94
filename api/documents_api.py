"""文书接口: the documents that pages offer to save, for programs: the same files, under the same rights."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from api.assessment.reading import PeriodCode
from api.documented import API, READING, Responses
from api.pages.downloads import DOCX, PDF, XLSX
from api.pages.rates import circular_draft
from api.pages.record import Filters, record_as_sheet, record_as_workbook
from api.pages.supervision import Format, printed_document
from api.pages.supervision_case import Kind
from api.reading import MinPosition, wait_for
from api.security.gate import refuse_out_of_scope, within
from api.security.scopes import Scope
from api.services import Services
from projections.calls.view import CallsView
from projections.rates.view import RatesView
from projections.scope import Viewer
from projections.supervision.view import SupervisionView

RecordReader = Annotated[Viewer, Depends(within(Scope.RECORDS_READ))]
RatesReader = Annotated[Viewer, Depends(within(Scope.ASSESSMENT_READ))]
SupervisionReader = Annotated[Viewer, Depends(within(Scope.SUPERVISION_READ))]


def documents_api(services: Services) -> APIRouter:
    """GET /obligations.xlsx, /obligations.pdf, /rates/circular.docx, …/supervision/{kind}/{number}/document.{form}."""
    router = APIRouter(prefix=API)

    @router.get(
        "/obligations.xlsx",
        summary="履责台账表格",
        tags=["履责台账"],
        response_class=Response,
        responses=_file("表格;所涉疑似情形须另有督办查阅权限范围,否则为空", XLSX),
    )
    def workbook(viewer: RecordReader, asked: Filters, min_position: MinPosition = 0) -> Response:
        _refuse_suspicions_out_of_scope(viewer, asked.suspicion)
        _wait(services, min_position)
        return record_as_workbook(services, viewer, asked)

    @router.get(
        "/obligations.pdf",
        summary="一页履责情况说明",
        tags=["履责台账"],
        response_class=Response,
        responses=_file("一个单位一个期间的说明;所涉疑似情形须另有督办查阅权限范围,否则不列", PDF),
    )
    def sheet(viewer: RecordReader, asked: Filters, min_position: MinPosition = 0) -> Response:
        _refuse_suspicions_out_of_scope(viewer, asked.suspicion)
        _wait(services, min_position)
        return record_as_sheet(services, viewer, asked)

    @router.get(
        "/rates/circular.docx",
        summary="通报初稿",
        tags=["运行情况"],
        response_class=Response,
        responses=_file("一个期间的运行情况通报初稿", DOCX),
    )
    def circular(viewer: RatesReader, period: PeriodCode = "", min_position: MinPosition = 0) -> Response:
        wait_for(services, RatesView, min_position)
        return circular_draft(services, viewer, period)

    @router.get(
        "/calls/{call_id}/supervision/{kind}/{number}/document.{form}",
        summary="督办通知单、通报文书",
        tags=["督办"],
        response_class=Response,
        responses=_file("文书;须另有呼叫事项查阅权限范围", PDF, DOCX),
    )
    def paper(
        call_id: Annotated[UUID, Path(description="呼叫事项编号")],
        kind: Annotated[Kind, Path(description="orders 督办通知单,circulars 通报")],
        number: Annotated[int, Path(description="事项内第几份")],
        form: Annotated[Format, Path(description="文件形式")],
        viewer: SupervisionReader,
        min_position: MinPosition = 0,
    ) -> Response:
        refuse_out_of_scope(viewer, Scope.CALLS_READ)
        wait_for(services, SupervisionView, min_position)
        return printed_document(services, viewer, call_id, kind, number, form)

    return router


def _wait(services: Services, position: int) -> None:
    for view in (RatesView, CallsView, SupervisionView):
        wait_for(services, view, position)


def _refuse_suspicions_out_of_scope(viewer: Viewer, asked: str) -> None:
    if asked:
        refuse_out_of_scope(viewer, Scope.SUPERVISION_READ)


def _file(what: str, *media_types: str) -> Responses:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {**READING, 200: {"description": what, "content": dict.fromkeys(media_types, binary)}}
