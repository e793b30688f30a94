"""考核周期接口: periods with their figures, and the steps on them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.assessment.freezing import freezing, lines_behind, visible_lines
from api.assessment.rates_api import After, FrozenLinesBody, LineKey, ListPart, Reader, frozen_lines
from api.assessment.reading import By, dimension_asked, measure_asked, refuse_non_readers
from api.documented import API, READING, WRITING
from api.pages.periods import period_of
from api.reading import MinPosition, wait_for
from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from api.validation import parsed
from domain.assessment.commands import DecideExclusion, OpenPeriod, ProposeExclusion, PublishResult, WithdrawPeriod
from domain.assessment.events import FrozenLine
from domain.assessment.scheme import Scheme
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from domain.shared.commands import Command
from projections.rates.periods import PeriodEntry
from projections.rates.view import RatesView
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.ASSESSMENT_WRITE))]


class PeriodBody(BaseModel):
    """考核周期。冻结后 `figures` 是冻结的数字(只含查看人可看的行)。"""

    id: UUID
    version: int
    name: str
    first_day: date
    last_day: date
    state: PeriodState
    scheme: Scheme
    document: str
    frozen_at: datetime | None
    withdrawn: str = Field(description="撤销的原因;没有撤销为空")
    definitions: str = Field(description="冻结所用口径版本;未冻结为空")
    position: int = Field(description="冻结时计至的记录位置")
    figures: list[FrozenLine]


class ExclusionBody(BaseModel):
    """一件剔除申请。"""

    number: int
    call: UUID
    call_number: str
    organization_name: str
    ground: ExclusionGround
    state: ExclusionState
    proposed_at: datetime
    reason: str
    decision: str


class WithdrawPeriodBody(Command):
    """撤销考核周期。"""

    reason: str = Field(title="原因", min_length=2, max_length=500)


class ProposeExclusionBody(Command):
    """申请剔除。"""

    call: UUID = Field(title="呼叫事项")
    organization: UUID = Field(title="哪个单位")
    ground: ExclusionGround = Field(title="理由")
    reason: str = Field(title="说明", min_length=2, max_length=2_000)


class DecideExclusionBody(Command):
    """决定剔除。"""

    exclusion: int = Field(title="哪一件", ge=1, le=100_000)
    approved: bool = Field(title="同意剔除")
    reason: str = Field(title="理由", min_length=2, max_length=2_000)


class PublishResultBody(Command):
    """公布结果。"""

    document: str = Field(title="公布文件(名称、文号)", min_length=2, max_length=200)


def periods_api(services: Services) -> APIRouter:
    """GET and POST under /periods."""
    router = APIRouter(prefix=API, tags=["考核周期"])

    def record(command: Command, viewer: Viewer, response: Response, key: UUID | None, seen: str | None) -> ReceiptBody:
        return receipt_body(services.commands.execute(command, ask_of(viewer, key, seen)), response)

    @router.get("/periods", summary="考核周期", responses=READING)
    def every(viewer: Reader, min_position: MinPosition = 0) -> list[PeriodBody]:
        wait_for(services, RatesView, min_position)
        refuse_non_readers(viewer)
        return [_body(viewer, period) for period in services.periods.all(viewer)]

    @router.get("/periods/{period_id}", summary="一个考核周期", responses=READING)
    def one(period_id: UUID, viewer: Reader, response: Response, min_position: MinPosition = 0) -> PeriodBody:
        wait_for(services, RatesView, min_position)
        period = period_of(services, viewer, period_id)
        response.headers["ETag"] = f'"{period.version}"'
        return _body(viewer, period)

    @router.get("/periods/{period_id}/lines", summary="冻结的数字后面的清单", responses=READING)
    def lines(
        period_id: UUID,
        viewer: Reader,
        measure: Annotated[str, Query(max_length=40, description="指标,见 /rates/definitions")],
        by: By = None,
        of: LineKey = None,
        part: ListPart = "counted",
        after: After = "",
        min_position: MinPosition = 0,
    ) -> FrozenLinesBody:
        """每件截至冻结所计至的记录(`position`)的情况;没有冻结的周期,按现有记录。"""
        wait_for(services, RatesView, min_position)
        period, dimension = period_of(services, viewer, period_id), dimension_asked(viewer, by)
        return frozen_lines(lines_behind(services, viewer, period, measure_asked(measure), dimension, of, part, after))

    @router.get("/periods/{period_id}/exclusions", summary="剔除申请", responses=READING)
    def asked(period_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[ExclusionBody]:
        wait_for(services, RatesView, min_position)
        period = period_of(services, viewer, period_id)
        return [
            ExclusionBody(
                number=one.number,
                call=one.call,
                call_number=one.call_number,
                organization_name=one.organization_name,
                ground=one.ground,
                state=one.state,
                proposed_at=one.proposed_at,
                reason=one.reason,
                decision=one.decision,
            )
            for one in services.periods.exclusions(viewer, period.id)
        ]

    @router.post("/periods", status_code=201, summary=OpenPeriod.title, responses=WRITING)
    def open_one(
        command: OpenPeriod, viewer: Writer, response: Response, idempotency_key: IdempotencyKey = None
    ) -> ReceiptBody:
        return record(command, viewer, response, idempotency_key, None)

    @router.post("/periods/{period_id}/withdraw", summary=WithdrawPeriod.title, responses=WRITING)
    def withdraw(
        period_id: UUID,
        body: WithdrawPeriodBody,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        command = parsed(WithdrawPeriod, {"period_id": period_id, **dict(body)})
        return record(command, viewer, response, idempotency_key, if_match)

    @router.post("/periods/{period_id}/propose-exclusion", summary=ProposeExclusion.title, responses=WRITING)
    def propose(
        period_id: UUID,
        body: ProposeExclusionBody,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        command = parsed(ProposeExclusion, {"period_id": period_id, **dict(body)})
        return record(command, viewer, response, idempotency_key, if_match)

    @router.post("/periods/{period_id}/decide-exclusion", summary=DecideExclusion.title, responses=WRITING)
    def decide(
        period_id: UUID,
        body: DecideExclusionBody,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        command = parsed(DecideExclusion, {"period_id": period_id, **dict(body)})
        return record(command, viewer, response, idempotency_key, if_match)

    @router.post("/periods/{period_id}/freeze", summary="冻结数字", responses=WRITING)
    def freeze(
        period_id: UUID,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        """冻结现在统计出的数字。数字由系统统计,不由请求给出。"""
        command = freezing(services, viewer, period_of(services, viewer, period_id))
        return record(command, viewer, response, idempotency_key, if_match)

    @router.post("/periods/{period_id}/publish", summary=PublishResult.title, responses=WRITING)
    def publish(
        period_id: UUID,
        body: PublishResultBody,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        command = parsed(PublishResult, {"period_id": period_id, **dict(body)})
        return record(command, viewer, response, idempotency_key, if_match)

    return router


def _body(viewer: Viewer, period: PeriodEntry) -> PeriodBody:
    return PeriodBody(
        id=period.id,
        version=period.version,
        name=period.name,
        first_day=period.first_day,
        last_day=period.last_day,
        state=period.state,
        scheme=period.scheme,
        document=period.document,
        frozen_at=period.frozen_at,
        withdrawn=period.withdrawn,
        definitions=period.definitions,
        position=period.position,
        figures=list(visible_lines(viewer, period.figures)),
    )
