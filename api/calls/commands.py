"""呼叫办理接口: one POST a step. The steps come from the domain's own list, so none can be missing here."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path
from pydantic import create_model
from starlette.responses import Response

from api.calls.examples import EXAMPLES
from api.calls.named_files import with_kept_files
from api.documented import API, WRITING
from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from api.validation import parsed
from domain.calls.asking import CallCommand
from domain.calls.commands import STEPS
from domain.calls.intake.submission import SubmitCall
from domain.shared.commands import Command
from domain.shared.identifiers import derived_id
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.CALLS_WRITE))]


def slug(command: type[Command]) -> str:
    """The last part of a step's path: calls.send_back → send-back."""
    return command.wire.partition(".")[2].replace("_", "-")


def command_router(services: Services) -> APIRouter:
    """POST /calls and POST /calls/{call_id}/<step>."""
    router = APIRouter(prefix=API, tags=["呼叫办理"])

    @router.post("/calls", status_code=201, summary="提交呼叫", responses=WRITING)
    def submit(
        command: Annotated[SubmitCall, Body(examples=[EXAMPLES[SubmitCall]])],
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
    ) -> ReceiptBody:
        call_id = derived_id(idempotency_key, "call") if idempotency_key else None
        command = with_kept_files(services.attachments, call_id, command)
        receipt = services.commands.execute(command, ask_of(viewer, idempotency_key, None))
        response.headers["Location"] = f"{API}/calls/{receipt.stream}"
        return receipt_body(receipt, response)

    for step in STEPS:
        router.add_api_route(
            f"/calls/{{call_id}}/{slug(step.command)}",
            _endpoint(services, step.command),
            methods=["POST"],
            summary=step.command.title,
            description=(step.command.__doc__ or "").strip(),
            operation_id=step.command.wire.replace(".", "_"),
            responses=WRITING,
        )
    return router


def body_model(command: type[Command]) -> type[Command]:
    """The command without the call: that stands in the path."""
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in command.model_fields.items() if name != "call_id"
    }
    return create_model(command.__name__ + "Body", __base__=Command, __doc__=command.__doc__, **fields)


def _endpoint(services: Services, command: type[CallCommand] | type[Command]) -> Callable[..., ReceiptBody]:
    body_type = body_model(command)

    def take_step(
        call_id: Annotated[UUID, Path(description="呼叫事项编号")],
        body: Command,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        # Parsed again as the command: a rule about several fields together stands there, not in the body.
        asked = parsed(command, {"call_id": call_id, **{n: getattr(body, n) for n in body_type.model_fields}})
        asked = with_kept_files(services.attachments, call_id, asked)
        return receipt_body(services.commands.execute(asked, ask_of(viewer, idempotency_key, if_match)), response)

    example = EXAMPLES.get(command)
    take_step.__annotations__["body"] = Annotated[body_type, Body(examples=[example] if example else None)]
    return take_step
