"""挂账: what can't be done now stands still by a county leader's word, after a consultation, and is reviewed quarterly.

"No money" is exactly this. A call on the shelf is not completed.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.clocks import clock_of, going_on, justified
from domain.calls.delays.extensions import overrun
from domain.calls.delays.suspensions import resumed, suspended_at
from domain.calls.fold import evolve
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.slow_work import refusals
from domain.calls.slow_work import shelving_events as se
from domain.calls.words import ClockPolicy, Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, PauseGround
from domain.rules.rulebook import LimitKind, Office
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal


class ProposeShelving(CallCommand):
    """提请挂账."""

    wire: ClassVar[str] = "calls.propose_shelving"
    title: ClassVar[str] = "提请挂账"

    reason: str = Field(title="暂不具备哪些办理条件(资金、政策等),会商怎么定的", min_length=2, max_length=TEXT)


def propose_shelving(command: ProposeShelving, desk: Desk) -> list[Event]:
    """提请挂账, by the lead or the platform. The clocks run on until a county leader agrees.

    Refuses NeedsConsultation, StillDisputed, PausedAlready, RequestsWait, ProposalPending.
    """
    setting, call = begin(PROPOSE_SHELVING, command, desk)
    barred = _barred(call, setting.own.id) or _suspended(call, setting.own.id, desk.envelope.recorded_at)
    if barred is not None:
        raise barred
    return [
        call.next(
            se.ShelvingProposed,
            desk.envelope,
            organization=setting.own,
            approver=setting.office(Office.DESIGNATOR),
            approve=setting.deadline(LimitKind.APPROVE_SHELVING, call.urgency),
            reason=command.reason,
        )
    ]


class ApproveShelving(CallCommand):
    """批准挂账."""

    wire: ClassVar[str] = "calls.approve_shelving"
    title: ClassVar[str] = "批准挂账"

    reference: str = Field(title="批示或会议纪要文号", min_length=2, max_length=200)
    reason: str = Field(default="", title="意见", max_length=TEXT)


def approve_shelving(command: ApproveShelving, desk: Desk) -> list[Event]:
    """挂账, by a county leader of the designating body. An assistant's suspension ends with it.

    Refuses StillDisputed, PausedAlready, RequestsWait.
    """
    setting, call = begin(APPROVE_SHELVING, command, desk)
    if (unfit := _unfit(call) or _suspended(call, setting.own.id, desk.envelope.recorded_at)) is not None:
        raise unfit
    before: list[Event] = []
    for party in call.current_parties:
        for fact in resumed(call, party.organization, setting):
            before.append(fact)
            call = evolve(call, fact)
    return [
        *before,
        call.next(
            se.CallShelved,
            desk.envelope,
            approver=setting.own,
            reference=command.reference,
            review=setting.deadline(LimitKind.REVIEW_SHELVING, call.urgency),
            reason=command.reason,
        ),
    ]


class RefuseShelving(CallCommand):
    """不同意挂账."""

    wire: ClassVar[str] = "calls.refuse_shelving"
    title: ClassVar[str] = "不同意挂账"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def refuse_shelving(command: RefuseShelving, desk: Desk) -> list[Event]:
    """不同意挂账: the lead handles on; only the overrun of the answer is justified."""
    setting, call = begin(REFUSE_SHELVING, command, desk)
    answer, work = call.owing(Action.APPROVE_SHELVING), call.work
    assert answer is not None, "a proposal waits, about what is being handled"
    assert work is not None, "a proposal waits, about what is being handled"
    return [
        call.next(
            se.ShelvingRefused,
            desk.envelope,
            approver=setting.own,
            justified=justified([(work, overrun(work, answer, call, setting))]),
            reason=command.reason,
        )
    ]


class ReviewShelving(CallCommand):
    """挂账复核."""

    wire: ClassVar[str] = "calls.review_shelving"
    title: ClassVar[str] = "复核挂账"

    shelved_on: bool = Field(title="复核结论", json_schema_extra={"either": {"true": "继续挂账", "false": "恢复办理"}})
    policy: ClockPolicy | None = Field(default=None, title="恢复办理的,办理时限")
    reason: str = Field(title="复核情况(条件是否具备)", min_length=2, max_length=TEXT)


def review_shelving(command: ReviewShelving, desk: Desk) -> list[Event]:
    """挂账复核, by the platform, at any time: to the next review, or back to handling on the clock stated.

    A clock that had run out before the shelving stays so. Refuses NextReviewOrPolicy.
    """
    setting, call = begin(REVIEW_SHELVING, command, desk)
    if command.shelved_on:
        return [
            call.next(
                se.ShelvingReviewed,
                desk.envelope,
                shelved_on=True,
                review=setting.deadline(LimitKind.REVIEW_SHELVING, call.urgency),
                reason=command.reason,
            )
        ]
    if command.policy is None:
        raise refusals.NextReviewOrPolicy(field="policy")
    policy, now, by = command.policy, desk.envelope.recorded_at, call.version + 1
    clocks = [(owed, _taken_up(owed, policy, setting)) for owed in call.obligations if on_the_shelf(owed)]
    return [
        call.next(
            se.ShelvingReviewed,
            desk.envelope,
            shelved_on=False,
            policy=policy,
            resumed=tuple(clock_of(owed, deadline) for owed, deadline in clocks),
            justified=justified(going_on(owed, deadline, now, by, setting.rules.calendar) for owed, deadline in clocks),
            reason=command.reason,
        )
    ]


def on_the_shelf(owed: Obligation) -> bool:
    """Its clock stands still by the shelving."""
    return owed.open and owed.paused_since is not None and owed.pauses[-1].ground is PauseGround.SHELVED


def _taken_up(owed: Obligation, policy: ClockPolicy, setting: Setting) -> Deadline:
    if policy is ClockPolicy.RESTART and owed.stands_still:
        return setting.rules.calendar.deadline(owed.deadline.budget[0], setting.envelope.recorded_at)
    assert owed.paused_since is not None, "it is on the shelf"
    return setting.resumed(owed, owed.paused_since)


def _unfit(call: Call) -> Refusal | None:
    """What keeps a call from the shelf, asked when it is proposed and again when it is decided."""
    if call.disputed:
        return refusals.StillDisputed()
    if call.asking:
        return refusals.RequestsWait()
    work = call.work
    return refusals.PausedAlready() if work is not None and work.paused_since is not None else None


def _suspended(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    """One pause at a time: a suspension of the lead's work is over first."""
    suspended = call.lead is not None and suspended_at(call, call.lead.organization, now)
    return refusals.PausedAlready() if suspended else None


def _barred(call: Call, organization: UUID) -> Refusal | None:
    if not call.consulted:
        return refusals.NeedsConsultation()
    if call.owing(Action.APPROVE_SHELVING) is not None:
        return refusals.ProposalPending()
    return _unfit(call)


def _deciding(call: Call, organization: UUID) -> bool:
    return call.owing(Action.APPROVE_SHELVING, organization) is not None


PROPOSE_SHELVING = Step(
    ProposeShelving,
    rights.HANDLING_POSTS | rights.PLATFORM_POSTS,
    lambda call, organization: rights.lead(call, organization) or rights.platform(call, organization),
    rights.at(Stage.HANDLING),
    bar=_barred,
    untimely=_suspended,
)


APPROVE_SHELVING = Step(ApproveShelving, frozenset({Post.LEADER}), _deciding, rights.at(Stage.HANDLING), primary=True)


REFUSE_SHELVING = Step(RefuseShelving, frozenset({Post.LEADER}), _deciding, rights.at(Stage.HANDLING))


REVIEW_SHELVING = Step(ReviewShelving, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.SHELVED), primary=True)

STEPS: tuple[Step, ...] = (
    APPROVE_SHELVING,
    REFUSE_SHELVING,
    REVIEW_SHELVING,
    PROPOSE_SHELVING,
)

HANDLERS: Handlers = {
    ProposeShelving: propose_shelving,
    ApproveShelving: approve_shelving,
    RefuseShelving: refuse_shelving,
    ReviewShelving: review_shelving,
}
