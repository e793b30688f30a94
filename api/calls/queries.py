"""呼叫查询接口: queues, one call, its record; as it stands or as it stood at an earlier moment."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.calls.call_body import CallBody, call_body
from api.calls.succeeding import steps_offered, successible
from api.documented import API, READING
from api.pages.choices import alike_calls
from api.reading import MinPosition, as_of_call, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.calls.lights import Light, light_of
from domain.obligations.words import Performance
from domain.shared.deadlines import Deadline
from domain.shared.refusals import NotFound
from projections.calls.queries import CallLine, CallQueries
from projections.calls.view import CallsView
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.CALLS_READ))]


class LineBody(BaseModel):
    """清单中的一件事项。"""

    id: UUID
    number: str
    text: str
    place: str
    stage: str
    urgency: str
    township_name: str
    lead_name: str | None
    item_title: str
    submitted_at: datetime
    changed_at: datetime
    action: str | None
    deadline: Deadline | None
    performance: Performance | None
    light: Light | None


class QueueBody(BaseModel):
    """一页事项,`next` 为下一页的位置(没有则为空)。"""

    items: list[LineBody]
    next: str | None


class EntryBody(BaseModel):
    """一条办理记录。"""

    version: int
    position: int
    type: str
    recorded_at: datetime
    occurred_at: datetime
    person: UUID | None
    acting_for: UUID | None = Field(description="受托代办的,为委托人;person 为实际办理的受托人")
    post: str
    organization: UUID
    organization_name: str
    fact: dict[str, Any]


def query_router(services: Services) -> APIRouter:
    """GET /calls, /calls/{id}, /calls/{id}/record."""
    router = APIRouter(prefix=API, tags=["呼叫查询"])
    queries: CallQueries = services.calls

    @router.get("/calls", summary="待办、已办、我发起、查找", responses=READING)
    def lines(
        viewer: Reader,
        queue: Annotated[
            Literal["to_do", "done", "mine", "search"], Query(description="待办、已办、我发起或查找")
        ] = "to_do",
        words: Annotated[str, Query(max_length=100, description="查找用词")] = "",
        after: Annotated[str, Query(max_length=120, description="下一页位置")] = "",
        min_position: MinPosition = 0,
    ) -> QueueBody:
        wait_for(services, CallsView, min_position)
        match queue:
            case "to_do":
                found = queries.to_do(viewer, after)
            case "done":
                found = queries.done(viewer, after)
            case "mine":
                found = queries.mine(viewer, after)
            case "search":
                found = queries.search(viewer, words, after)
        return QueueBody(items=[_line(line, services.clock()) for line in found], next=queries.next_place(found))

    @router.get("/calls/{call_id}", summary="查看事项", responses=READING)
    def one(
        call_id: UUID,
        viewer: Reader,
        response: Response,
        min_position: MinPosition = 0,
        as_of: Annotated[datetime | None, Query(description="历史时点")] = None,
    ) -> CallBody:
        wait_for(services, CallsView, min_position)
        call = queries.call(viewer, call_id)
        if call is None:
            raise NotFound
        now = services.clock()
        if as_of is not None:
            call, now = as_of_call(services, call, as_of, viewer), as_of
        response.headers["ETag"] = f'"{call.version}"'
        if as_of is not None:
            return call_body(call, now, ())
        successions = bool(successible(services, viewer, call))
        return call_body(call, now, steps_offered(viewer, call, now, successions=successions))

    @router.get(
        "/calls/{call_id}/alike",
        summary="疑似重复",
        description="同一地点、说法相近或写的是同一事项的在办呼叫,最相近的在前。只提示平台,且在可以合并的环节;其他岗位得到空列表。",
        responses=READING,
    )
    def alike(call_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[LineBody]:
        wait_for(services, CallsView, min_position)
        call = queries.call(viewer, call_id)
        if call is None:
            raise NotFound
        return [_line(line, services.clock()) for line in alike_calls(services, viewer, call)]

    @router.get("/calls/{call_id}/record", summary="办理记录", responses=READING)
    def record(call_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[EntryBody]:
        wait_for(services, CallsView, min_position)
        call = queries.call(viewer, call_id)
        if call is None:
            raise NotFound
        return [
            EntryBody(
                version=entry.version,
                position=entry.position,
                type=entry.wire,
                recorded_at=entry.recorded_at,
                occurred_at=entry.occurred_at,
                person=entry.person,
                acting_for=entry.acting_for,
                post=entry.post,
                organization=entry.organization,
                organization_name=entry.organization_name,
                fact=entry.fact,
            )
            for entry in queries.record(viewer, call)
        ]

    return router


def _line(line: CallLine, now: datetime) -> LineBody:
    return LineBody(
        id=line.id,
        number=line.number,
        text=line.text,
        place=line.place,
        stage=line.stage,
        urgency=line.urgency.value,
        township_name=line.township_name,
        lead_name=line.lead_name,
        item_title=line.item_title,
        submitted_at=line.submitted_at,
        changed_at=line.changed_at,
        action=line.owed.action.value if line.owed else None,
        deadline=line.owed.deadline if line.owed else None,
        performance=line.owed.performance if line.owed else None,
        light=light_of(line.owed, now) if line.owed else None,
    )
