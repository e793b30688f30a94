"""呼叫办理接口: one POST a step. The steps come from the domain's own list, so none can be missing here."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, create_model
from starlette.responses import Response

from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.calls.commands import STEPS
from domain.calls.intake import CallCommand, SubmitCall
from domain.shared.commands import Command
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.CALLS_WRITE))]

REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"description": text, "content": {"application/problem+json": {}}}
    for code, text in {
        401: "未登录或令牌失效",
        403: "无权办理",
        404: "没有该事项或无权查看",
        409: "不符合办理规则",
        412: "已被他人更新",
        413: "内容过大",
        422: "填写内容有误",
        503: "服务暂不可用",
    }.items()
}


def slug(command: type[Command]) -> str:
    """The last part of a step's path: calls.send_back → send-back."""
    return command.wire.partition(".")[2].replace("_", "-")


def command_router(services: Services) -> APIRouter:
    """POST /calls and POST /calls/{call_id}/<step>."""
    router = APIRouter(tags=["呼叫办理"])

    @router.post("/calls", status_code=201, summary="提交呼叫", responses=REFUSALS)
    def submit(
        command: SubmitCall,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> ReceiptBody:
        receipt = services.commands.execute(command, ask_of(viewer, idempotency_key, None))
        response.headers["Location"] = f"/api/v1/calls/{receipt.stream}"
        return receipt_body(receipt, response)

    for step in STEPS:
        router.add_api_route(
            f"/calls/{{call_id}}/{slug(step.command)}",
            _endpoint(services, step.command),
            methods=["POST"],
            summary=step.command.title,
            description=(step.command.__doc__ or "").strip(),
            operation_id=step.command.wire.replace(".", "_"),
            responses=REFUSALS,
        )
    return router


def body_model(command: type[Command]) -> type[BaseModel]:
    """The command without the call: that stands in the path."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in command.model_fields.items() if name != "call_id"
    }
    return create_model(command.__name__ + "Body", __config__=command.model_config, __doc__=command.__doc__, **fields)


def _endpoint(services: Services, command: type[CallCommand] | type[Command]) -> Callable[..., ReceiptBody]:
    body_type = body_model(command)

    def take_step(
        call_id: Annotated[UUID, Path(description="呼叫事项编号")],
        body: BaseModel,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        asked = command.model_validate({"call_id": call_id, **{n: getattr(body, n) for n in body_type.model_fields}})
        return receipt_body(services.commands.execute(asked, ask_of(viewer, idempotency_key, if_match)), response)

    take_step.__annotations__["body"] = body_type
    return take_step
