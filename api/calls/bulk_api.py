"""批量办理接口: one step on several calls, with an answer for each."""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from api.calls.bulk import BULK_BY_SLUG, MOST_AT_ONCE, take_on
from api.documented import API, WRITING
from api.receipts import IdempotencyKey
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.calls.asking import CallCommand
from domain.shared.refusals import NotFound, Refusal
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.CALLS_WRITE))]
BulkStep = Literal["endorse", "accept", "resolve"]


class BulkCallBody(BaseModel):
    """其中一件。"""

    model_config = ConfigDict(extra="forbid")

    call: UUID = Field(title="呼叫事项", description="事项编号")
    version: int | None = Field(default=None, title="版本号", ge=1, description="所见版本号;他人已更新时这一件不办")


class BulkBody(BaseModel):
    """要办的各件;同一件写了两次的只办一次。"""

    model_config = ConfigDict(extra="forbid")

    calls: list[BulkCallBody] = Field(title="事项", min_length=1, max_length=MOST_AT_ONCE)


class BulkResultBody(BaseModel):
    """一件的结果。未办理的没有任何改动。"""

    call: UUID
    done: bool
    version: int | None = Field(description="办理后的版本号,未办理为空")
    position: int | None = Field(description="记录位置,可作为查询参数 min_position;未办理为空")
    repeated: bool = Field(description="是否为重复提交得到的首次回执")
    code: str = Field(description="未办理的问题代码,已办理为空")
    detail: str = Field(description="哪条规则不允许,以及怎么办;已办理为空")


class BulkResultsBody(BaseModel):
    """各件的结果,次序与提交的一致。"""

    done: int = Field(description="已办理几件")
    results: list[BulkResultBody]


def bulk_api(services: Services) -> APIRouter:
    """POST /bulk/{step}."""
    router = APIRouter(prefix=API, tags=["呼叫办理"])

    @router.post(
        "/bulk/{step}",
        summary="批量签发、受理、核实办结",
        description="逐件决定、逐件记录,一件不能办不影响其他各件。整个请求可带请求编号,重复提交时每件得到同样的回执。",
        operation_id="calls_bulk",
        responses=WRITING,
    )
    def take(
        step: Annotated[BulkStep, Path(description="endorse 签发,accept 受理,resolve 核实办结")],
        body: Annotated[BulkBody, Body(examples=[{"calls": [{"call": str(UUID(int=7, version=4)), "version": 2}]}])],
        viewer: Writer,
        idempotency_key: IdempotencyKey = None,
    ) -> BulkResultsBody:
        command, key = BULK_BY_SLUG[step], idempotency_key or uuid4()
        asked: dict[UUID, BulkCallBody] = {}
        for one in body.calls:
            asked.setdefault(one.call, one)
        results = [_one(services, viewer, command, key, one) for one in asked.values()]
        return BulkResultsBody(done=sum(one.done for one in results), results=results)

    return router


def _one(
    services: Services, viewer: Viewer, command: type[CallCommand], key: UUID, asked: BulkCallBody
) -> BulkResultBody:
    try:
        call = services.calls.call(viewer, asked.call)
        if call is None:
            raise NotFound
        receipt = take_on(services, viewer, command, key, call, asked.version)
    except Refusal as refusal:
        return BulkResultBody(
            call=asked.call,
            done=False,
            version=None,
            position=None,
            repeated=False,
            code=refusal.code,
            detail=refusal.message,
        )
    return BulkResultBody(
        call=asked.call,
        done=True,
        version=receipt.version,
        position=receipt.position,
        repeated=receipt.repeated,
        code="",
        detail="",
    )
