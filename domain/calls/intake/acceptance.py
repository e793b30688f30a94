"""受理: the platform takes the call in, sends it back once, declines on closed grounds, or hands it over."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.words import Stage
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, ReasonList
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class AcceptCall(CallCommand):
    """受理."""

    wire: ClassVar[str] = "calls.accept"
    title: ClassVar[str] = "受理"


def accept_call(command: AcceptCall, desk: Desk) -> list[Event]:
    """受理: the platform (for an emergency also the duty room) takes it in and owes the dispatch."""
    setting, call = begin(ACCEPT, command, desk)
    return [
        call.next(
            e.CallAccepted,
            desk.envelope,
            dispatch=setting.deadline(LimitKind.DISPATCH, call.urgency),
            acting=setting.own,
        )
    ]


class SendCallBack(CallCommand):
    """退回补正: once, all gaps named together."""

    wire: ClassVar[str] = "calls.send_back"
    title: ClassVar[str] = "退回补正"

    gaps: str = Field(title="需补正的全部内容(一次性告知)", min_length=2, max_length=TEXT)


def send_call_back(command: SendCallBack, desk: Desk) -> list[Event]:
    """退回补正. Refuses AlreadySentBack."""
    setting, call = begin(SEND_BACK, command, desk)
    if call.sent_back:
        raise refusals.AlreadySentBack
    return [
        call.next(
            e.CallSentBack,
            desk.envelope,
            supplement=setting.deadline(LimitKind.SUPPLEMENT, call.urgency),
            gaps=command.gaps,
        )
    ]


class DeclineCall(CallCommand):
    """不予受理: on closed grounds only; "no list item" is none."""

    wire: ClassVar[str] = "calls.decline"
    title: ClassVar[str] = "不予受理"

    ground: str = Field(title="不予受理理由", json_schema_extra={"reasons": ReasonList.DECLINE.value})
    reason: str = Field(title="具体说明", min_length=2, max_length=TEXT)


def decline_call(command: DeclineCall, desk: Desk) -> list[Event]:
    """不予受理. Refuses UnknownGround; after a contest was decided it can't be declined again."""
    setting, call = begin(DECLINE, command, desk)
    if call.decline_contested:
        raise refusals.DeclineAlreadyContested
    return [
        call.next(
            e.CallDeclined,
            desk.envelope,
            ground=command.ground,
            ground_text=setting.reason(ReasonList.DECLINE, command.ground),
            contest=setting.deadline(LimitKind.CONTEST_DECLINE, call.urgency),
            co_callers=tuple(
                e.OrganizationRef(id=id_, name=name) for id_, name in call.callers.items() if id_ != call.township
            ),
            reason=command.reason,
        )
    ]


class ContestDecline(CallCommand):
    """申请复核: once by each township that called."""

    wire: ClassVar[str] = "calls.contest_decline"
    title: ClassVar[str] = "申请复核不予受理"

    reason: str = Field(title="复核理由", min_length=2, max_length=TEXT)


def contest_decline(command: ContestDecline, desk: Desk) -> list[Event]:
    """申请复核, also while another township's waits to be answered: one decision answers all.

    Refuses DeadlinePassed.
    """
    setting, call = begin(CONTEST_DECLINE, command, desk)
    if (late := _too_late_to_contest(call, setting.own.id, desk.envelope.recorded_at)) is not None:
        raise late
    return [
        call.next(
            e.DeclineContested,
            desk.envelope,
            answer=setting.deadline(LimitKind.ANSWER_CONTEST, call.urgency),
            township=None if setting.own.id == call.township else setting.own,
            reason=command.reason,
        )
    ]


class DecideContest(CallCommand):
    """复核决定, by somebody else than whoever declined."""

    wire: ClassVar[str] = "calls.decide_contest"
    title: ClassVar[str] = "作出复核决定"

    upheld: bool = Field(title="复核结论", json_schema_extra={"either": {"true": "维持不予受理", "false": "改为受理"}})
    reason: str = Field(title="复核意见", min_length=2, max_length=TEXT)


def decide_contest(command: DecideContest, desk: Desk) -> list[Event]:
    """复核决定. Refuses SamePersonDecides: neither who declined, nor for whom, nor anybody acting for either."""
    setting, call = begin(DECIDE_CONTEST, command, desk)
    actor = desk.envelope.actor
    if {call.declined_by, call.declined_for} & {actor.person, actor.acting_for} - {None}:
        raise refusals.SamePersonDecides
    return [
        call.next(
            e.DeclineContestDecided,
            desk.envelope,
            upheld=command.upheld,
            dispatch=None if command.upheld else setting.deadline(LimitKind.DISPATCH, call.urgency),
            reason=command.reason,
        )
    ]


class HandCallOver(CallCommand):
    """移交 to another channel, with its receipt."""

    wire: ClassVar[str] = "calls.hand_over"
    title: ClassVar[str] = "移交其他渠道"

    target: str = Field(title="移交去向", json_schema_extra={"reasons": ReasonList.HAND_OVER.value})
    receipt: str = Field(title="回执编号", min_length=1, max_length=100)
    reason: str = Field(title="移交理由", min_length=2, max_length=TEXT)


def hand_call_over(command: HandCallOver, desk: Desk) -> list[Event]:
    """移交. Refuses UnknownGround."""
    setting, call = begin(HAND_OVER, command, desk)
    return [
        call.next(
            e.CallHandedOver,
            desk.envelope,
            target=command.target,
            target_text=setting.reason(ReasonList.HAND_OVER, command.target),
            receipt=command.receipt,
            reason=command.reason,
        )
    ]


def _too_late_to_contest(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    right = call.owing(Action.CONTEST_DECLINE, organization)
    if right is None or now <= right.deadline.due:
        return None
    return refusals.DeadlinePassed("已超过申请复核的时限。如有新情况,请重新发起呼叫。")


ACCEPT = Step(AcceptCall, rights.INTAKE_POSTS, rights.intake, rights.at(Stage.PLACED), primary=True)


SEND_BACK = Step(SendCallBack, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.PLACED))


DECLINE = Step(DeclineCall, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.PLACED))


CONTEST_DECLINE = Step(
    ContestDecline,
    rights.TOWNSHIP_POSTS,
    rights.caller,
    rights.owes(Action.CONTEST_DECLINE),
    primary=True,
    untimely=_too_late_to_contest,
)


DECIDE_CONTEST = Step(
    DecideContest, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.DECLINE_CONTESTED), primary=True
)


HAND_OVER = Step(HandCallOver, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.PLACED, Stage.ACCEPTED))

STEPS: tuple[Step, ...] = (
    ACCEPT,
    SEND_BACK,
    DECLINE,
    CONTEST_DECLINE,
    DECIDE_CONTEST,
    HAND_OVER,
)

HANDLERS: Handlers = {
    AcceptCall: accept_call,
    SendCallBack: send_call_back,
    DeclineCall: decline_call,
    ContestDecline: contest_decline,
    DecideContest: decide_contest,
    HandCallOver: hand_call_over,
}
