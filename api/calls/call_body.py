"""事项的接口形状: one call with all that belongs to it, as it stands or stood."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

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
from api.calls.delay_bodies import (
    DelayBody,
    EscalationBody,
    LateEntryBody,
    WaitBody,
    delay_bodies,
    escalation_bodies,
    late_entry_bodies,
    wait_bodies,
)
from domain.calls.call import Call, Party
from domain.calls.lights import Light, light_of
from domain.calls.rights import Step
from domain.obligations.obligation import Obligation
from domain.obligations.words import Performance
from domain.shared.deadlines import Deadline


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


def call_body(call: Call, now: datetime, steps: Sequence[Step]) -> CallBody:
    """事项;`steps` 为查看人现在可以办理的操作。"""
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
        late_entries=late_entry_bodies(call),
        delays=delay_bodies(call),
        waits=wait_bodies(call),
        escalations=escalation_bodies(call),
        parties=[_party(one) for one in call.parties],
        obligations=[_obligation(one, now) for one in call.obligations],
        possible_steps=[slug(step.command) for step in steps],
    )


def _obligation(owed: Obligation, now: datetime) -> ObligationBody:
    return ObligationBody(
        action=owed.action.value,
        title=owed.action.label,
        organization=owed.organization,
        organization_name=owed.organization_name,
        deadline=owed.deadline,
        round=owed.round,
        entry=owed.entry,
        ended_at=owed.ended,
        is_open=owed.open,
        done=owed.done,
        owed_to=owed.owed_to,
        owed_to_name=owed.owed_to_name,
        performance=owed.performance,
        performance_label=owed.performance.label,
        performed_at=owed.performed,
        justified_until=owed.justified_until,
        paused_since=owed.paused_since,
        light=light_of(owed, now),
    )


def _party(party: Party) -> PartyBody:
    return PartyBody(
        organization=party.organization,
        name=party.name,
        role=party.role.value,
        round=party.round,
        duty_text=party.duty_text,
        responded_at=party.responded_at,
        arrived_at=party.arrived_at,
        released=party.released,
    )
