"""延期、等待、上报、补录的接口形状: extensions and shelvings, waits, reports to upper bodies, late entries."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from domain.calls.call import Call
from domain.calls.words import Delay, LateFact


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


def late_entry_bodies(call: Call) -> list[LateEntryBody]:
    """补录,一条一项。"""
    return [
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
    ]


def delay_bodies(call: Call) -> list[DelayBody]:
    """延期和暂缓申请。"""
    return [
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
    ]


def wait_bodies(call: Call) -> list[WaitBody]:
    """等待其他单位或上级。"""
    return [
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
    ]


def escalation_bodies(call: Call) -> list[EscalationBody]:
    """提级上报。"""
    return [
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
    ]
