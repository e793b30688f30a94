"""呼叫查询接口: queues, one call, its record; as it stands or as it stood at an earlier moment."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.calls.beside_bodies import (
    AgreedActionBody,
    ConsultationBody,
    EvaluationBody,
    InterimBody,
    agreed_bodies,
    consultation_body,
    evaluation_bodies,
    interim_body,
)
from api.calls.commands import slug
from api.documented import API, READING
from api.reading import MinPosition, as_of_call, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.calls.call import Call
from domain.calls.commands import possible_steps
from domain.calls.lights import Light, light_of
from domain.calls.words import Delay, LateFact
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


class ObligationBody(BaseModel):
    """一项应办事项。"""

    action: str
    title: str
    organization: UUID
    organization_name: str
    deadline: Deadline
    round: int = Field(description="第几轮派发")
    entry: int = Field(description="同类事项中的序号(办理节点、议定事项、补录、异议);没有序号的为 0")
    ended_at: datetime | None = Field(description="何时完成或终止")
    is_open: bool
    done: bool = Field(description="已完成(否则为仍在进行或已终止)")
    owed_to: UUID | None = Field(description="向谁履行")
    owed_to_name: str
    performance: Performance = Field(description="履行情况")
    performance_label: str
    performed_at: datetime | None = Field(description="何时履行(补录经对方确认的,以确认的时间为准)")
    justified_until: datetime | None = Field(description="在此之前逾期有正当事由")
    paused_since: datetime | None = Field(description="自何时起停算")
    light: Light


class LateEntryBody(BaseModel):
    """一条补录:所称时间与登记时间并存,对方确认前不作数。"""

    entry: int = Field(description="补录序号")
    organization: UUID
    other_side: UUID = Field(description="由谁确认")
    fact: LateFact
    claimed_at: datetime = Field(description="所称发生时间")
    recorded_at: datetime = Field(description="登记时间")
    confirmed: bool | None = Field(description="是否属实;空为待确认")


class DelayBody(BaseModel):
    """一项延期或暂缓申请。"""

    number: int
    kind: Delay
    organization: UUID
    ground: str
    working_days: int = Field(description="延期的工作日数:申请的,同意后为同意的")
    until: datetime | None = Field(description="暂缓到何时恢复")
    opinion: bool | None = Field(description="镇街是否同意延期;没有提出意见的为空")
    answered: bool = Field(description="已答复,或已无需答复")
    granted: bool


class WaitBody(BaseModel):
    """一项等待:书面请求另一单位配合。"""

    number: int
    waiter: UUID
    on: UUID | None = Field(description="等待哪个单位;等待上级答复的为空")
    on_name: str = Field(description="等待哪个单位或上级单位")
    escalation: int = Field(description="等待哪项提级上报的答复;等待本县单位的为 0")
    since: datetime
    over: bool


class EscalationBody(BaseModel):
    """一项提级上报:只有上级回执之后、确在等待的单位的时间才有正当事由。"""

    number: int
    upper: str = Field(description="上报给哪个上级单位")
    letter: str = Field(description="上报文号")
    sent_at: datetime
    waiter: UUID | None = Field(description="哪个单位的办理要等答复")
    receipt: str = Field(description="回执编号;没有回执的为空")
    received_at: datetime | None
    promised: datetime | None = Field(description="上级承诺何时答复")
    over: bool = Field(description="已答复或已撤回")


class PartyBody(BaseModel):
    """一个承办单位。"""

    organization: UUID
    name: str
    role: str
    round: int
    duty_text: str
    responded_at: datetime | None
    arrived_at: datetime | None
    released: bool


class CoCallerBody(BaseModel):
    """一个并入的呼叫。"""

    call: UUID
    number: str
    township: UUID
    township_name: str


class CallBody(BaseModel):
    """呼叫事项当前(或某一历史时点)的情况。"""

    id: UUID
    version: int
    number: str
    stage: str
    stage_label: str
    urgency: str
    township: UUID
    township_name: str
    text: str
    place: str
    confidential: bool = Field(
        description="举报人保密:`text`、`place` 为整理后的内容,原文只在镇街和平台看到的办理记录中"
    )
    revision: UUID | None = Field(description="派发所依的清单版本")
    item: str | None
    item_title: str
    off_list: bool
    round: int
    objections: int = Field(description="已提出的承办异议次数")
    misdispatches: int = Field(description="异议成立的次数(计为平台误派)")
    designated: UUID | None = Field(description="指定承办单位")
    submitted_at: datetime
    merged_into: UUID | None = Field(description="已并入的事项")
    co_callers: list[CoCallerBody] = Field(description="并入本事项的呼叫")
    parts: list[UUID] = Field(description="由本事项拆出的事项")
    split_from: UUID | None = Field(description="本事项由何事项拆出")
    interim: InterimBody | None
    consultation: ConsultationBody | None
    agreed: list[AgreedActionBody]
    evaluations: list[EvaluationBody] = Field(description="各呼叫镇街的现有评价")
    reopenings: int = Field(description="重新打开的次数")
    late_entries: list[LateEntryBody]
    delays: list[DelayBody]
    waits: list[WaitBody]
    escalations: list[EscalationBody]
    parties: list[PartyBody]
    obligations: list[ObligationBody]
    possible_steps: list[str] = Field(description="查看人现在可以办理的操作")


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
        return _call(call, viewer, now, historic=as_of is not None)

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


def _call(call: Call, viewer: Viewer, now: datetime, *, historic: bool) -> CallBody:
    steps = [] if historic else possible_steps(call, viewer.post, viewer.organization, now)
    return CallBody(
        id=call.id,
        version=call.version,
        number=call.number,
        stage=call.stage.value,
        stage_label=call.stage.label,
        urgency=call.urgency.value,
        township=call.township,
        township_name=call.township_name,
        text=call.text,
        place=call.place,
        confidential=call.confidential is not None,
        revision=call.revision,
        item=call.item,
        item_title=call.item_title,
        off_list=call.off_list,
        round=call.round,
        objections=call.objections,
        misdispatches=call.misdispatches,
        designated=call.designated,
        submitted_at=call.submitted_at,
        merged_into=call.merged_into,
        co_callers=[
            CoCallerBody(call=one.call, number=one.number, township=one.township, township_name=one.township_name)
            for one in call.co_callers
        ],
        parts=list(call.parts),
        split_from=call.split_from,
        interim=interim_body(call),
        consultation=consultation_body(call),
        agreed=agreed_bodies(call),
        evaluations=evaluation_bodies(call),
        reopenings=call.reopenings,
        late_entries=[
            LateEntryBody(
                entry=late.entry,
                organization=late.organization,
                other_side=late.other_side,
                fact=late.fact,
                claimed_at=late.claimed_at,
                recorded_at=late.recorded_at,
                confirmed=late.confirmed,
            )
            for late in call.late_entries
        ],
        delays=[
            DelayBody(
                number=one.number,
                kind=one.kind,
                organization=one.organization,
                ground=one.ground,
                working_days=one.days,
                until=one.until,
                opinion=one.opinion,
                answered=one.answered,
                granted=one.granted,
            )
            for one in call.delays
        ],
        waits=[
            WaitBody(
                number=one.number,
                waiter=one.waiter,
                on=one.on,
                on_name=one.on_name,
                escalation=one.escalation,
                since=one.since,
                over=one.over,
            )
            for one in call.waits
        ],
        escalations=[
            EscalationBody(
                number=one.number,
                upper=one.upper,
                letter=one.letter,
                sent_at=one.at,
                waiter=one.waiter,
                receipt=one.receipt,
                received_at=one.received_at,
                promised=one.promised,
                over=one.over,
            )
            for one in call.escalations
        ],
        parties=[
            PartyBody(
                organization=p.organization,
                name=p.name,
                role=p.role.value,
                round=p.round,
                duty_text=p.duty_text,
                responded_at=p.responded_at,
                arrived_at=p.arrived_at,
                released=p.released,
            )
            for p in call.parties
        ],
        obligations=[
            ObligationBody(
                action=t.action.value,
                title=t.action.label,
                organization=t.organization,
                organization_name=t.organization_name,
                deadline=t.deadline,
                round=t.round,
                entry=t.entry,
                ended_at=t.ended,
                is_open=t.open,
                done=t.done,
                owed_to=t.owed_to,
                owed_to_name=t.owed_to_name,
                performance=t.performance,
                performance_label=t.performance.label,
                performed_at=t.performed,
                justified_until=t.justified_until,
                paused_since=t.paused_since,
                light=light_of(t, now),
            )
            for t in call.obligations
        ],
        possible_steps=[slug(step.command) for step in steps],
    )
