"""阶段性办结: slow statutory work (a penalty case of 90 days) goes on milestone by milestone, on its own clocks.

Two steps (decision 0038): the lead proposes, the platform agrees or refuses. The handling counts as done as of the
proposal, so that the platform's time is nobody's but the platform's.
"""

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.beside import Interim
from domain.calls.call import Call
from domain.calls.clocks import justified
from domain.calls.delays.extensions import overrun
from domain.calls.rights import Step
from domain.calls.slow_work import interim_events as ie
from domain.calls.slow_work import refusals
from domain.calls.slow_work.named_times import by_end_of, today
from domain.calls.work.handling import settled
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class MilestonePlan(BaseModel):
    """办理节点 as the lead names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    day: date = Field(title="完成日期")
    text: str = Field(title="节点内容", min_length=2, max_length=300)


class ProposeInterim(CallCommand, WithFiles):
    """申请阶段性办结."""

    wire: ClassVar[str] = "calls.propose_interim"
    title: ClassVar[str] = "申请阶段性办结"

    file_number: str = Field(title="立案文号", min_length=2, max_length=200)
    filed_on: date = Field(title="立案日期")
    statute: str = Field(title="法定期限依据(法律名称和条款)", min_length=2, max_length=200)
    statutory_days: int = Field(title="法定期限(自然日)", ge=1, le=1_000)
    milestones: tuple[MilestonePlan, ...] = Field(
        title="办理节点",
        min_length=1,
        max_length=8,
        description="按先后填写,每个节点单独计时,超期照样是超期;全部完成后报告最终结果。",
        json_schema_extra={"lines": True},
    )
    text: str = Field(title="已办到什么程度、为何不能在办理期限内办完", min_length=2, max_length=TEXT)


def propose_interim(command: ProposeInterim, desk: Desk) -> list[Event]:
    """申请阶段性办结, by the lead. Its clock runs on until the platform agrees.

    Refuses StillDisputed, ProposalPending, FiledInFuture, DayNotAhead, MilestonesOutOfOrder, MilestoneBeyondStatute.
    """
    setting, call = begin(PROPOSE_INTERIM, command, desk)
    if (barred := _barred(call, setting.own.id)) is not None:
        raise barred
    day = today(setting)
    if command.filed_on > day:
        raise refusals.FiledInFuture(field="filed_on")
    days = [milestone.day for milestone in command.milestones]
    if days[0] <= day:
        raise refusals.DayNotAhead(field="milestones")
    if days != sorted(days):
        raise refusals.MilestonesOutOfOrder(field="milestones")
    until = command.filed_on + timedelta(days=command.statutory_days)
    if days[-1] > until:
        raise refusals.MilestoneBeyondStatute(
            f"办理节点不能晚于法定期限届满日({until:%Y-%m-%d}),请核对立案日期、法定期限和节点日期。", field="milestones"
        )
    return [
        call.next(
            ie.InterimProposed,
            desk.envelope,
            organization=setting.own,
            file_number=command.file_number,
            statute=command.statute,
            statutory_days=command.statutory_days,
            filed_on=command.filed_on,
            statutory_until=until,
            milestones=tuple(ie.Milestone(number=n, day=day) for n, day in enumerate(days, 1)),
            milestone_texts=tuple(milestone.text for milestone in command.milestones),
            answer=setting.deadline(LimitKind.ANSWER_INTERIM, call.urgency),
            text=command.text,
            **command.files,
        )
    ]


class ApproveInterim(CallCommand):
    """同意阶段性办结."""

    wire: ClassVar[str] = "calls.approve_interim"
    title: ClassVar[str] = "同意阶段性办结"

    remark: str = Field(default="", title="意见", max_length=TEXT)


def approve_interim(command: ApproveInterim, desk: Desk) -> list[Event]:
    """阶段性办结, by the platform: the milestones' clocks start now. A day that passed meanwhile is tomorrow's.
    What the lead had suspended or waited for is over with it.

    Refuses StillDisputed.
    """
    setting, call = begin(APPROVE_INTERIM, command, desk)
    if call.disputed:
        raise refusals.StillDisputed
    proposed = _proposed(call)
    call, before = settled(call, proposed.organization, setting)
    earliest = today(setting) + timedelta(days=1)
    basis = f"阶段性办结:{proposed.file_number}"
    return [
        *before,
        call.next(
            ie.InterimResolved,
            desk.envelope,
            organization=e.OrganizationRef(id=proposed.organization, name=proposed.organization_name),
            file_number=proposed.file_number,
            statute=proposed.statute,
            statutory_days=proposed.statutory_days,
            filed_on=proposed.filed_on,
            statutory_until=proposed.statutory_until,
            proposed_at=proposed.proposed_at,
            milestones=tuple(
                ie.Milestone(
                    number=number,
                    day=day,
                    deadline=by_end_of(max(day, earliest), setting, basis, field="milestones"),
                )
                for number, day in enumerate(proposed.milestones, 1)
            ),
            milestone_texts=proposed.texts,
            remark=command.remark,
        ),
    ]


class RefuseInterim(CallCommand):
    """不同意阶段性办结."""

    wire: ClassVar[str] = "calls.refuse_interim"
    title: ClassVar[str] = "不同意阶段性办结"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def refuse_interim(command: RefuseInterim, desk: Desk) -> list[Event]:
    """不同意阶段性办结: the lead handles on; only the platform's own overrun is justified."""
    setting, call = begin(REFUSE_INTERIM, command, desk)
    proposed, answer, work = _proposed(call), call.owing(Action.ANSWER_INTERIM), call.work
    assert answer is not None, "a proposal waits, about what is being handled"
    assert work is not None, "a proposal waits, about what is being handled"
    return [
        call.next(
            ie.InterimRefused,
            desk.envelope,
            organization=e.OrganizationRef(id=proposed.organization, name=proposed.organization_name),
            justified=justified([(work, overrun(work, answer, call, setting))]),
            reason=command.reason,
        )
    ]


class MeetMilestone(CallCommand, WithFiles):
    """完成办理节点."""

    wire: ClassVar[str] = "calls.meet_milestone"
    title: ClassVar[str] = "完成办理节点"

    milestone: int = Field(title="办理节点", ge=1)
    text: str = Field(title="完成情况", min_length=2, max_length=TEXT)


def meet_milestone(command: MeetMilestone, desk: Desk) -> list[Event]:
    """办理节点完成, by the lead, in whatever order. With the last one it owes the final result. Refuses
    NoSuchMilestone."""
    setting, call = begin(MEET_MILESTONE, command, desk)
    open_ = {owed.entry for owed in call.open_obligations if owed.action is Action.MILESTONE}
    if command.milestone not in open_:
        raise refusals.NoSuchMilestone(field="milestone")
    last = open_ == {command.milestone}
    return [
        call.next(
            ie.MilestoneMet,
            desk.envelope,
            organization=setting.own,
            milestone=command.milestone,
            final=setting.deadline(LimitKind.FINAL_RESULT, call.urgency) if last else None,
            text=command.text,
            **command.files,
        )
    ]


def _proposed(call: Call) -> Interim:
    assert call.interim is not None, "what is to be answered was proposed"
    return call.interim


def _barred(call: Call, organization: UUID) -> Refusal | None:
    if call.disputed:
        return refusals.StillDisputed()
    return refusals.ProposalPending() if call.owing(Action.ANSWER_INTERIM) is not None else None


def _answering(call: Call, organization: UUID) -> bool:
    return call.owing(Action.ANSWER_INTERIM, organization) is not None


PROPOSE_INTERIM = Step(ProposeInterim, rights.HANDLING_POSTS, rights.lead, rights.owes(Action.HANDLE), bar=_barred)


APPROVE_INTERIM = Step(ApproveInterim, rights.PLATFORM_POSTS, rights.platform, _answering, primary=True)


REFUSE_INTERIM = Step(RefuseInterim, rights.PLATFORM_POSTS, rights.platform, _answering)


MEET_MILESTONE = Step(MeetMilestone, rights.HANDLING_POSTS, rights.lead, rights.owes(Action.MILESTONE), primary=True)

STEPS: tuple[Step, ...] = (
    MEET_MILESTONE,
    APPROVE_INTERIM,
    REFUSE_INTERIM,
    PROPOSE_INTERIM,
)

HANDLERS: Handlers = {
    ProposeInterim: propose_interim,
    ApproveInterim: approve_interim,
    RefuseInterim: refuse_interim,
    MeetMilestone: meet_milestone,
}
