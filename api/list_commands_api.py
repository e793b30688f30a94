"""清单维护接口: one POST a step of making, deciding and publishing a list."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.calls.commands import slug
from api.documented import API, WRITING
from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.duty_lists.commands import HANDLERS
from domain.shared.commands import Command
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.LISTS_WRITE))]


def list_commands_api(services: Services) -> APIRouter:
    """POST /lists/<step>. The steps come from the domain's own list, so none can be missing here."""
    router = APIRouter(prefix=API, tags=["责任清单维护"])
    for command in HANDLERS:
        router.add_api_route(
            f"/lists/{slug(command)}",
            _endpoint(services, command),
            methods=["POST"],
            summary=command.title,
            description=(command.__doc__ or "").strip(),
            operation_id=command.wire.replace(".", "_"),
            responses=WRITING,
        )
    return router


def _endpoint(services: Services, command: type[Command]) -> Callable[..., ReceiptBody]:
    def take_step(
        asked: Command,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        return receipt_body(services.commands.execute(asked, ask_of(viewer, idempotency_key, if_match)), response)

    take_step.__annotations__["asked"] = command
    return take_step
