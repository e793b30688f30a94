"""主线之外的内容, as the interface answers it: interim resolution, consultation, agreed actions, evaluation."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from domain.calls.call import Call
from domain.calls.words import Grade


class MilestoneBody(BaseModel):
    """一个办理节点;时限见同序号的“完成办理节点”。"""

    number: int
    day: date
    text: str


class InterimBody(BaseModel):
    """阶段性办结:申请,或已同意。"""

    organization: UUID
    resolved: bool = Field(description="平台是否已同意")
    proposed_at: datetime
    file_number: str
    filed_on: date
    statute: str
    statutory_days: int
    statutory_until: date
    milestones: list[MilestoneBody]


class InvitedBody(BaseModel):
    """一个被邀请参加会商的单位。"""

    organization: UUID
    name: str


class ConsultationBody(BaseModel):
    """最近一次会商。"""

    number: int
    convener: UUID
    convener_name: str
    starts: datetime
    invited: list[InvitedBody]
    held_at: datetime | None = Field(description="何时登记结果")


class AgreedActionBody(BaseModel):
    """一项会商议定事项;时限见同序号的“落实会商议定事项”。"""

    number: int
    consultation: int
    organization: UUID
    organization_name: str
    text: str


class EvaluationBody(BaseModel):
    """一个镇街的现有评价;变更前的评价在办理记录中。"""

    township: UUID
    township_name: str
    grade: Grade
    at: datetime
    contested: bool = Field(description="主办单位提出过异议")
    excluded: bool = Field(description="已决定不计入统计")


def interim_body(call: Call) -> InterimBody | None:
    """None where none was proposed."""
    interim = call.interim
    if interim is None:
        return None
    return InterimBody(
        organization=interim.organization,
        resolved=interim.resolved,
        proposed_at=interim.proposed_at,
        file_number=interim.file_number,
        filed_on=interim.filed_on,
        statute=interim.statute,
        statutory_days=interim.statutory_days,
        statutory_until=interim.statutory_until,
        milestones=[
            MilestoneBody(number=number, day=day, text=interim.text(number))
            for number, day in enumerate(interim.milestones, 1)
        ],
    )


def consultation_body(call: Call) -> ConsultationBody | None:
    """None where none was convened."""
    consultation = call.consultation
    if consultation is None:
        return None
    return ConsultationBody(
        number=consultation.number,
        convener=consultation.convener,
        convener_name=consultation.convener_name,
        starts=consultation.starts,
        invited=[InvitedBody(organization=organization, name=name) for organization, name in consultation.invited],
        held_at=consultation.held_at,
    )


def agreed_bodies(call: Call) -> list[AgreedActionBody]:
    """Every agreed action, in order."""
    return [
        AgreedActionBody(
            number=action.number,
            consultation=action.consultation,
            organization=action.organization,
            organization_name=action.organization_name,
            text=action.text,
        )
        for action in call.agreed
    ]


def evaluation_bodies(call: Call) -> list[EvaluationBody]:
    """One a township that evaluated; none after a re-opening."""
    return [
        EvaluationBody(
            township=evaluation.township,
            township_name=evaluation.township_name,
            grade=evaluation.grade,
            at=evaluation.at,
            contested=evaluation.contested,
            excluded=evaluation.excluded,
        )
        for evaluation in call.evaluations
    ]
