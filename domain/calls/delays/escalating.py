"""提级上报: what lies with a city department, above the list; only its receipt justifies (domain.md §4)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.beside import Escalation
from domain.calls.call import Call
from domain.calls.delays import escalation_events as e
from domain.calls.delays import escalation_refusals as refusals
from domain.calls.delays import refusals as delay_refusals
from domain.calls.delays.extensions import at_work
from domain.calls.delays.waiting import silent, wait_ended
from domain.calls.events import OrganizationRef
from domain.calls.fold import evolve
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import FINAL_STAGES, Stage, UpperOutcome, WaitEnd
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event


class EscalateUp(CallCommand, WithFiles):
    """提级上报, by the platform, of its own accord or for a party whose work depends on the answer."""

    wire: ClassVar[str] = "calls.escalate_up"
    title: ClassVar[str] = "提级上报"

    upper: str = Field(
        title="上报给哪个上级单位", description="市级部门或清单以外的其他上级单位,写全称", min_length=2, max_length=100
    )
    letter: str = Field(title="上报文号", min_length=1, max_length=200)
    waiter: UUID | None = Field(default=None, title="哪个单位的办理要等上级答复")
    part: str = Field(default="", title="上报哪一部分(整件上报的不填)", max_length=TEXT)
    reason: str = Field(title="为何须上级办理", min_length=2, max_length=TEXT)
    request: str = Field(title="请上级做什么", min_length=2, max_length=TEXT)


def escalate_up(command: EscalateUp, desk: Desk) -> list[Event]:
    """提级上报. Every clock runs on. Refuses NothingWaitsForIt, SilentTooLong."""
    setting, call = begin(ESCALATE, command, desk)
    return [
        call.next(
            e.EscalatedUp,
            desk.envelope,
            escalation=len(call.escalations) + 1,
            upper=command.upper,
            letter=command.letter,
            waiter=_waiter(command.waiter, call, setting),
            follow_up=setting.deadline(LimitKind.FOLLOW_UP_ESCALATION, call.urgency),
            part=command.part,
            reason=command.reason,
            request=command.request,
            **command.files,
        )
    ]


def _waiter(organization: UUID | None, call: Call, setting: Setting) -> OrganizationRef | None:
    """Who waits: a party at work that did not let half of its time pass in silence, as for any other wait."""
    if organization is None:
        return None
    party = call.party(organization)
    if party is None or not at_work(call, organization):
        raise refusals.NothingWaitsForIt(field="waiter")
    if silent(call, organization, setting):
        raise delay_refusals.SilentTooLong(
            "该单位办理时限过半时没有任何办理记录,此后等待上级的时间不能作为其逾期的正当事由。仍可上报,请不填等待单位。",
            field="waiter",
        )
    return OrganizationRef(id=organization, name=party.name)


class RecordUpperReceipt(CallCommand, WithFiles):
    """登记上级回执: that the upper body has it, since when, and by when it will answer."""

    wire: ClassVar[str] = "calls.record_upper_receipt"
    title: ClassVar[str] = "登记上级回执"

    escalation: int = Field(title="哪项上报", ge=1)
    receipt: str = Field(title="回执编号", min_length=1, max_length=200)
    received_at: Instant | None = Field(default=None, title="上级收到时间(不填为现在)")
    received_by: str = Field(title="上级收件人", min_length=1, max_length=100)
    promised: Instant | None = Field(default=None, title="承诺何时答复")


def record_upper_receipt(command: RecordUpperReceipt, desk: Desk) -> list[Event]:
    """登记回执. From it on, and for who waits, time is excused: from the time it names where that is recorded as timely
    as any claim must be, else from now; never from before it was sent. Refuses NoSuchEscalation, FutureClaim,
    PromisedTooEarly."""
    setting, call = begin(RECORD_RECEIPT, command, desk)
    sent = _still_open(call, command.escalation)
    if sent.receipt:
        raise refusals.NoSuchEscalation(field="escalation")
    now = desk.envelope.recorded_at
    received = command.received_at or now
    setting.not_future(received)
    if command.promised is not None and command.promised < received:
        raise refusals.PromisedTooEarly(field="promised")
    waits = sent.waiter is not None and at_work(call, sent.waiter)
    since = now if setting.is_late(received, call.urgency) else max(received, sent.at)
    return [
        call.next(
            e.UpperReceiptRecorded,
            desk.envelope.model_copy(update={"occurred_at": received}),
            escalation=sent.number,
            upper=sent.upper,
            receipt=command.receipt,
            promised=command.promised,
            organization=OrganizationRef(id=sent.waiter, name=sent.waiter_name) if waits and sent.waiter else None,
            waiting=len(call.waits) + 1 if waits else None,
            since=since if waits else None,
            received_by=command.received_by,
            **command.files,
        )
    ]


class RecordUpperAnswer(CallCommand, WithFiles):
    """登记上级答复."""

    wire: ClassVar[str] = "calls.record_upper_answer"
    title: ClassVar[str] = "登记上级答复"

    escalation: int = Field(title="哪项上报", ge=1)
    outcome: UpperOutcome = Field(title="答复结果")
    reference: str = Field(default="", title="答复文号", max_length=200)
    text: str = Field(title="答复内容", min_length=2, max_length=TEXT)


def record_upper_answer(command: RecordUpperAnswer, desk: Desk) -> list[Event]:
    """登记答复: nobody waits for it any more. What was waited without a receipt was never excused.

    Refuses NoSuchEscalation.
    """
    setting, call = begin(RECORD_ANSWER, command, desk)
    sent = _still_open(call, command.escalation)
    answered = call.next(
        e.UpperAnswerRecorded,
        desk.envelope,
        escalation=sent.number,
        upper=sent.upper,
        outcome=command.outcome,
        reference=command.reference,
        text=command.text,
        **command.files,
    )
    how = WaitEnd.NOT_TAKEN if command.outcome is UpperOutcome.NOT_TAKEN else WaitEnd.ANSWERED
    return [answered, *_waits_ended(evolve(call, answered), sent, how, setting)]


class WithdrawEscalation(CallCommand):
    """撤回上报."""

    wire: ClassVar[str] = "calls.withdraw_escalation"
    title: ClassVar[str] = "撤回提级上报"

    escalation: int = Field(title="哪项上报", ge=1)
    reason: str = Field(title="撤回原因", min_length=2, max_length=TEXT)


def withdraw_escalation(command: WithdrawEscalation, desk: Desk) -> list[Event]:
    """撤回上报: nobody waits for it any more. Refuses NoSuchEscalation."""
    setting, call = begin(WITHDRAW_ESCALATION, command, desk)
    sent = _still_open(call, command.escalation)
    withdrawn = call.next(
        e.EscalationWithdrawn, desk.envelope, escalation=sent.number, upper=sent.upper, reason=command.reason
    )
    return [withdrawn, *_waits_ended(evolve(call, withdrawn), sent, WaitEnd.WITHDRAWN, setting)]


def _still_open(call: Call, number: int) -> Escalation:
    sent = next((one for one in call.open_escalations if one.number == number), None)
    if sent is None:
        raise refusals.NoSuchEscalation(field="escalation")
    return sent


def _waits_ended(call: Call, sent: Escalation, how: WaitEnd, setting: Setting) -> list[Event]:
    return [wait_ended(call, wait, how, setting) for wait in call.open_waits if wait.escalation == sent.number]


def _awaited(call: Call, organization: UUID) -> bool:
    return call.stage not in FINAL_STAGES and bool(call.open_escalations)


ESCALATE = Step(
    EscalateUp,
    rights.PLATFORM_POSTS,
    rights.platform,
    rights.at(Stage.ACCEPTED, Stage.HANDLING, Stage.INTERIM, Stage.SHELVED),
)


RECORD_RECEIPT = Step(
    RecordUpperReceipt, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.FOLLOW_UP_ESCALATION), primary=True
)


RECORD_ANSWER = Step(RecordUpperAnswer, rights.PLATFORM_POSTS, rights.platform, _awaited)


WITHDRAW_ESCALATION = Step(WithdrawEscalation, rights.PLATFORM_POSTS, rights.platform, _awaited)

STEPS: tuple[Step, ...] = (ESCALATE, RECORD_RECEIPT, RECORD_ANSWER, WITHDRAW_ESCALATION)

HANDLERS: Handlers = {
    EscalateUp: escalate_up,
    RecordUpperReceipt: record_upper_receipt,
    RecordUpperAnswer: record_upper_answer,
    WithdrawEscalation: withdraw_escalation,
}
