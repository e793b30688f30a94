"""委托代办接口: who acts for whom, granting it and ending it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.directory_api import Reader
from api.documented import API, READING, WRITING
from api.reading import MinPosition, wait_for
from api.receipts import IdempotencyKey, IfMatch, ReceiptBody, ask_of, receipt_body
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.directory.person_commands import EndDelegation, GrantDelegation
from domain.shared.commands import Command
from domain.shared.identifiers import derived_id
from domain.shared.posts import Post
from projections.directory import Directory
from projections.scope import Viewer

Writer = Annotated[Viewer, Depends(within(Scope.DIRECTORY_WRITE))]

_EXAMPLE = {
    "person": "7c0f6a52-0d53-5c33-9d0c-0f6c3f6c8d11",
    "appointment": "2f5b9f0a-6e1b-5b0e-8f35-4b7c6d1e9a22",
    "delegate": "b4a1d7c3-5e2f-5d44-a1b6-7f8e9c0d1b33",
    "starts_at": "2026-05-11T08:30:00+08:00",
    "ends_at": "2026-05-15T17:30:00+08:00",
    "reason": "外出培训",
}


class DelegationBody(BaseModel):
    """委托: `delegate` 在起止时间内可以 `holder` 的这个岗位办理。"""

    model_config = ConfigDict(from_attributes=True)

    delegation: UUID
    holder: UUID = Field(description="委托人")
    holder_name: str
    delegate: UUID = Field(description="受托人")
    delegate_name: str
    appointment: UUID = Field(description="委托人的任职;受托人切换岗位时用它")
    post: Post
    organization: UUID
    organization_name: str
    starts_at: datetime
    ends_at: datetime = Field(description="到此刻为止,不含此刻")


class GrantedBody(ReceiptBody):
    """委托的回执;`id` 为委托人。"""

    delegation: UUID = Field(description="这项委托的编号,终止时用它")


class EndDelegationBody(Command):
    """终止委托。"""

    person: UUID = Field(title="委托人")


def delegations_api(services: Services) -> APIRouter:
    """GET and POST /delegations, POST /delegations/{delegation_id}/end."""
    router = APIRouter(prefix=API, tags=["委托代办"])
    queries = services.directory

    @router.get(
        "/delegations",
        summary="委托与受托",
        description="未到期的委托:某人委出的和受托的。不填人员为本人;他人的只有查阅全县的岗位和名录管理员可见。",
        responses=READING,
    )
    def delegations(
        viewer: Reader,
        person: Annotated[UUID | None, Query(description="人员")] = None,
        min_position: MinPosition = 0,
    ) -> list[DelegationBody]:
        wait_for(services, Directory, min_position)
        of, now = person or viewer.person, services.clock()
        found = [*queries.delegations_by(viewer, of, now), *queries.delegations_to(viewer, of, now)]
        return [DelegationBody.model_validate(one) for one in found]

    @router.post(
        "/delegations",
        status_code=201,
        summary=GrantDelegation.title,
        description="由任职人员本人以本人岗位办理,或由系统管理员代为办理;只能委托给在同一机构任职的人员,受托的岗位不得再转委托。",
        operation_id=GrantDelegation.wire.replace(".", "_"),
        responses=WRITING,
    )
    def grant(
        command: Annotated[GrantDelegation, Body(examples=[_EXAMPLE])],
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> GrantedBody:
        receipt = services.commands.execute(command, ask_of(viewer, idempotency_key, if_match))
        granted = derived_id(receipt.command_id, "delegation")
        return GrantedBody(**dict(receipt_body(receipt, response)), delegation=granted)

    @router.post(
        "/delegations/{delegation_id}/end",
        summary=EndDelegation.title,
        description="由委托人、受托人或系统管理员办理,即时生效。",
        operation_id=EndDelegation.wire.replace(".", "_"),
        responses=WRITING,
    )
    def end(
        delegation_id: Annotated[UUID, Path(description="委托编号")],
        body: EndDelegationBody,
        viewer: Writer,
        response: Response,
        idempotency_key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> ReceiptBody:
        command = EndDelegation(person=body.person, delegation=delegation_id)
        return receipt_body(services.commands.execute(command, ask_of(viewer, idempotency_key, if_match)), response)

    return router
