"""消息接口: what the token's holder was told. Marking as read is no fact of the casework."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.documented import API, READING, WRITING
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.notices.records import DeliveryState, InboxEntry
from domain.notices.words import Topic
from domain.rules.notice_rule import Channel
from domain.shared.refusals import NotFound
from domain.shared.urgency import Urgency
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.NOTICES_READ))]
Marker = Annotated[Viewer, Depends(within(Scope.NOTICES_WRITE))]


class DeliveryBody(BaseModel):
    """这条消息经一种方式的发送。"""

    channel: Channel
    state: DeliveryState
    at: datetime = Field(description="发出、未送达或下次发送的时间")
    attempts: int
    gathered: bool = Field(description="并入汇总发送")


class InboxEntryBody(BaseModel):
    """一条消息。"""

    id: UUID
    topic: Topic
    title: str = Field(description="事由")
    owed: bool = Field(description="要本单位办理的")
    about: UUID = Field(description="所涉呼叫事项;考核周期的消息为周期编号")
    number: str = Field(description="事项编号;考核周期的消息为月份")
    urgency: Urgency
    due: datetime | None = Field(description="办理期限,没有则为空")
    organization: UUID = Field(description="发给哪个单位")
    organization_name: str
    by_organization: str = Field(description="由哪个单位的办理引起")
    recorded_at: datetime
    read_at: datetime | None = Field(description="何时标为已读,未读为空")
    text: str = Field(description="呼叫内容;以现在的岗位不能查阅的为空")
    page: str = Field(description="在页面上的位置")
    deliveries: list[DeliveryBody]


class InboxBody(BaseModel):
    """一页,最近的在前;`next` 为下一页的位置(没有则为空)。"""

    items: list[InboxEntryBody]
    next: str | None


class ReadBody(BaseModel):
    """标为已读的条数。"""

    read: int


class UpToBody(BaseModel):
    """截至何时。"""

    model_config = ConfigDict(extra="forbid")

    up_to: AwareDatetime = Field(title="截至", description="此刻及以前的标为已读,之后到的不动;须带时区")


def inbox_api(services: Services) -> APIRouter:
    """GET /inbox, POST /inbox/{notice_id}/read, POST /inbox/read-all."""
    router = APIRouter(prefix=API, tags=["消息"])

    @router.get("/inbox", summary="本人的消息", responses=READING)
    def inbox(
        viewer: Reader,
        owed: Annotated[bool, Query(description="只要要本单位办理的")] = False,
        after: Annotated[str, Query(max_length=120, description="下一页位置")] = "",
    ) -> InboxBody:
        found = services.inbox.entries(viewer, after, only_owed=owed)
        may_read = Scope.CALLS_READ in viewer.scopes
        items = [_entry(entry, with_text=may_read) for entry in found]
        return InboxBody(items=items, next=services.inbox.next_place(found) or None)

    @router.post("/inbox/read-all", summary="标为已读", responses=WRITING)
    def read_all(
        body: Annotated[UpToBody, Body(examples=[{"up_to": "2026-05-11T17:30:00+08:00"}])], viewer: Marker
    ) -> ReadBody:
        return ReadBody(read=services.inbox.read_all(viewer, body.up_to))

    @router.post("/inbox/{notice_id}/read", summary="一条标为已读", responses=WRITING)
    def read(notice_id: Annotated[UUID, Path(description="消息编号")], viewer: Marker) -> ReadBody:
        if services.inbox.read(viewer, notice_id) is None:
            raise NotFound
        return ReadBody(read=1)

    return router


def _entry(entry: InboxEntry, *, with_text: bool) -> InboxEntryBody:
    notice = entry.notice
    return InboxEntryBody(
        id=notice.id,
        topic=notice.topic,
        title=notice.topic.label,
        owed=notice.topic.owed,
        about=notice.call,
        number=notice.number,
        urgency=notice.urgency,
        due=notice.due,
        organization=notice.organization,
        organization_name=notice.organization_name,
        by_organization=notice.by_organization,
        recorded_at=notice.recorded_at,
        read_at=entry.read_at,
        text=entry.text if with_text else "",
        page=notice.href,
        deliveries=[
            DeliveryBody(channel=one.channel, state=one.state, at=one.at, attempts=one.attempts, gathered=one.gathered)
            for one in entry.deliveries
        ],
    )
