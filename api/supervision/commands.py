"""督办办理接口: one POST a step, from the domain's own list."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path
from starlette.responses import Response

from api.calls.commands import body_model, slug
from api.documented import API, WRITING
from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from api.supervision.examples import EXAMPLES
from api.validation import parsed
from domain.shared.commands import Command
from domain.supervision.commands import STEPS
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.SUPERVISION_WRITE))]


def supervision_command_router(services: Services) -> APIRouter:
    """POST /calls/{call_id}/supervision/<step>."""
    router = APIRouter(prefix=API, tags=["督办"])
    for step in STEPS:
        router.add_api_route(
            f"/calls/{{call_id}}/supervision/{slug(step.command)}",
            _endpoint(services, step.command),
            methods=["POST"],
            summary=step.command.title,
            description=(step.command.__doc__ or "").strip(),
            operation_id=step.command.wire.replace(".", "_"),
            responses=WRITING,
        )
    return router


def _endpoint(services: Services, command: type[Command]) -> Callable[..., ReceiptBody]:
    body_type = body_model(command)

    def take_step(
        call_id: Annotated[UUID, Path(description="呼叫事项编号")],
        body: Command,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        asked = parsed(command, {"call_id": call_id, **{n: getattr(body, n) for n in body_type.model_fields}})
        return receipt_body(services.commands.execute(asked, ask_of(viewer, idempotency_key, if_match)), response)

    take_step.__annotations__["body"] = Annotated[body_type, Body(examples=[EXAMPLES[command]])]
    return take_step
