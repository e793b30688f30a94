"""记录: phone calls, corrections, urgency, notes, evidence, and content withdrawn by order."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.clocks import going_on, justified
from domain.calls.delays.suspensions import resumed
from domain.calls.dispatch.list_basis import pinned_limits
from domain.calls.fold import evolve
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import ClockPolicy, NoteReach, Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, Office
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from domain.shared.urgency import Urgency

_LONGEST = {"text": TEXT, "place": 500}


CORRECTABLE = {"text": "什么事", "place": "在哪里"}
"""Which stated facts can be corrected, and how they are called."""


class RecordPhoneCall(CallCommand):
    """电话记录."""

    wire: ClassVar[str] = "calls.record_phone_call"
    title: ClassVar[str] = "登记电话联系"

    called: UUID = Field(title="通话对方单位")
    occurred_at: Instant | None = Field(default=None, title="通话时间(不填为现在)")
    spoke_with: str = Field(default="", title="通话人", max_length=100)
    text: str = Field(title="通话内容", min_length=2, max_length=TEXT)


def record_phone_call(command: RecordPhoneCall, desk: Desk) -> list[Event]:
    """电话记录, within the time for timely records. Refuses NeedsLateEntry, FutureClaim."""
    setting, call = begin(RECORD_PHONE_CALL, command, desk)
    called = setting.organization(command.called)
    return [
        call.next(
            e.PhoneCallRecorded,
            setting.claimed(command.occurred_at, call.urgency),
            organization=setting.own,
            called=e.OrganizationRef(id=called.id, name=called.name),
            spoke_with=command.spoke_with,
            text=command.text,
        )
    ]


class CorrectFact(CallCommand):
    """事实更正."""

    wire: ClassVar[str] = "calls.correct_fact"
    title: ClassVar[str] = "更正事实"

    field: str = Field(title="更正什么", json_schema_extra={"choices": dict(CORRECTABLE)})
    is_now: str = Field(title="更正为", min_length=1, max_length=TEXT)
    reason: str = Field(title="更正理由", min_length=2, max_length=TEXT)


def correct_fact(command: CorrectFact, desk: Desk) -> list[Event]:
    """事实更正: was and is both stay. Refuses NothingToCorrect."""
    _, call = begin(CORRECT_FACT, command, desk)
    if command.field not in CORRECTABLE:
        raise Invalid("只能更正“什么事”和“在哪里”。", field="field")
    was = call.text if command.field == "text" else call.place
    if was == command.is_now:
        raise refusals.NothingToCorrect(field="is_now")
    if len(command.is_now) > (longest := _LONGEST[command.field]):
        raise Invalid(f"“{CORRECTABLE[command.field]}”最多填写 {longest} 个字,请精简。", field="is_now")
    return [
        call.next(
            e.FactCorrected,
            desk.envelope,
            field=command.field,
            field_text=CORRECTABLE[command.field],
            was=was,
            is_now=command.is_now,
            reason=command.reason,
        )
    ]


class ChangeUrgency(CallCommand):
    """紧急程度调整."""

    wire: ClassVar[str] = "calls.change_urgency"
    title: ClassVar[str] = "调整紧急程度"

    urgency: Urgency = Field(title="调整为")
    policy: ClockPolicy = Field(title="时限处理")
    reason: str = Field(title="调整理由", min_length=2, max_length=TEXT)


_LIMIT_OF = {
    Action.ACCEPT: LimitKind.ACCEPT,
    Action.DISPATCH: LimitKind.DISPATCH,
    Action.DISPATCH_PART: LimitKind.DISPATCH,
    Action.RESPOND: LimitKind.RESPOND,
    Action.HANDLE: LimitKind.HANDLE,
    Action.ASSIST: LimitKind.HANDLE,
    Action.COOPERATE: LimitKind.HANDLE,
    Action.CONFIRM: LimitKind.CONFIRM,
    Action.RESOLVE: LimitKind.VERIFY,
}


def change_urgency(command: ChangeUrgency, desk: Desk) -> list[Event]:
    """紧急程度调整: open clocks go on, or restart now by the new limits; a breach stays. Refuses SameUrgency.

    Restarted as an emergency, a call being handled owes a first result too. An emergency is the duty room's as well.
    """
    setting, call = begin(CHANGE_URGENCY, command, desk)
    if command.urgency is call.urgency:
        raise refusals.SameUrgency(field="urgency")
    now = desk.envelope.recorded_at
    call, before = _running_again(call, setting) if command.policy is ClockPolicy.RESTART else (call, [])
    restarted = [
        t
        for t in call.open_obligations
        if command.policy is ClockPolicy.RESTART and t.action in _LIMIT_OF and t.deadline.due >= now
    ]
    anew = [(owed, _limit(owed, call, command.urgency, setting)) for owed in restarted]
    joins = command.urgency is Urgency.EMERGENCY and call.duty_room is None
    waits = call.stage is Stage.PLACED
    return [
        *before,
        call.next(
            e.UrgencyChanged,
            desk.envelope,
            was=call.urgency,
            urgency=command.urgency,
            policy=command.policy,
            moved=(
                *(_moved(owed, deadline) for owed, deadline in anew),
                *_first_result(call, command, setting),
            ),
            justified=justified(
                going_on(owed, deadline, now, call.version + 1, setting.rules.calendar) for owed, deadline in anew
            ),
            duty_room=setting.office(Office.DUTY_ROOM) if joins else None,
            accept=setting.deadline(LimitKind.ACCEPT, command.urgency) if joins and waits else None,
            reason=command.reason,
        ),
    ]


def _running_again(call: Call, setting: Setting) -> tuple[Call, list[Event]]:
    """Clocks that start anew stand still no longer."""
    facts: list[Event] = []
    for party in call.current_parties:
        for fact in resumed(call, party.organization, setting):
            facts.append(fact)
            call = evolve(call, fact)
    return call, facts


def _moved(owed: Obligation, deadline: Deadline) -> e.MovedClock:
    return e.MovedClock(task=owed.action.value, organization=owed.organization, deadline=deadline)


def _limit(obligation: Obligation, call: Call, urgency: Urgency, setting: Setting) -> Deadline:
    kind = _LIMIT_OF[obligation.action]
    own = pinned_limits(setting, call.revision, call.item).get((kind, urgency))
    if kind is LimitKind.HANDLE and call.complex and urgency is not Urgency.EMERGENCY:
        kind = LimitKind.HANDLE_COMPLEX
    return setting.deadline(kind, urgency, own=own)


def _first_result(call: Call, command: ChangeUrgency, setting: Setting) -> tuple[e.MovedClock, ...]:
    owes = command.urgency is Urgency.EMERGENCY and command.policy is ClockPolicy.RESTART
    had = any(t.action is Action.FIRST_RESULT and t.round == call.round for t in call.obligations)
    if not owes or had or call.lead is None or call.stage is not Stage.HANDLING:
        return ()
    own = pinned_limits(setting, call.revision, call.item).get((LimitKind.FIRST_RESULT, command.urgency))
    first = setting.deadline(LimitKind.FIRST_RESULT, command.urgency, own=own)
    return (e.MovedClock(task=Action.FIRST_RESULT.value, organization=call.lead.organization, deadline=first),)


class AddNote(CallCommand):
    """备注."""

    wire: ClassVar[str] = "calls.add_note"
    title: ClassVar[str] = "添加备注"

    reach: NoteReach = Field(default=NoteReach.INTERNAL, title="谁能看到", description="监督查阅员都能看到。")
    text: str = Field(title="备注内容", min_length=1, max_length=TEXT)


def add_note(command: AddNote, desk: Desk) -> list[Event]:
    """备注, for one's own organization or for all parties."""
    setting, call = begin(ADD_NOTE, command, desk)
    return [
        call.next(
            e.NoteAdded,
            desk.envelope,
            organization=setting.own,
            reach=command.reach,
            text=command.text,
        )
    ]


class AttachEvidence(CallCommand, WithFiles):
    """补充材料."""

    wire: ClassVar[str] = "calls.attach_evidence"
    title: ClassVar[str] = "补充材料"

    text: str = Field(default="", title="材料说明", max_length=TEXT)


def attach_evidence(command: AttachEvidence, desk: Desk) -> list[Event]:
    """补充材料. Refuses an empty set of files."""
    setting, call = begin(ATTACH_EVIDENCE, command, desk)
    if not command.attachments:
        raise Invalid("请选择要补充的文件。", field="attachments")
    return [
        call.next(
            e.EvidenceAttached,
            desk.envelope,
            organization=setting.own,
            text=command.text,
            **command.files,
        )
    ]


OfficeName = Annotated[str, Field(min_length=2, max_length=100)]


class WithdrawContent(Command):
    """内容撤除: by an order of two offices; the texts become unreadable everywhere, facts and times stay."""

    wire: ClassVar[str] = "calls.withdraw_content"
    title: ClassVar[str] = "撤除内容"

    call_id: UUID = Field(title="呼叫事项")
    order_number: str = Field(title="撤除决定文号", min_length=2, max_length=200)
    offices: tuple[OfficeName, OfficeName] = Field(title="作出决定的两个机关")


def withdraw_content(command: WithdrawContent, desk: Desk) -> list[Event]:
    """内容撤除: recorded by the one who destroyed the keys. Refuses NotYourPost, Invalid for one office twice."""
    call = Setting(desk).call(command.call_id)
    if desk.envelope.actor.post != Post.SYSTEM:
        raise refusals.NotYourPost("撤除内容由系统管理员在服务器上凭两个机关的决定办理。")
    if len(set(command.offices)) != 2:
        raise Invalid("撤除内容须由两个不同的机关共同决定。", field="offices")
    return [
        call.next(
            e.ContentWithdrawn,
            desk.envelope,
            order_number=command.order_number,
            offices=command.offices,
            keys=content_keys(call),
        )
    ]


def content_keys(call: Call) -> tuple[str, ...]:
    """The keys under which the contents of a call are sealed."""
    informant = (f"person/{call.informant}",) if call.informant else ()
    return (f"calls/{call.id}", *informant)


RECORD_PHONE_CALL = Step(RecordPhoneCall, rights.PARTICIPANT_POSTS, rights.concerned, rights.not_final)


CORRECT_FACT = Step(
    CorrectFact,
    rights.TOWNSHIP_POSTS | rights.PLATFORM_POSTS,
    lambda call, organization: rights.township(call, organization) or rights.platform(call, organization),
    rights.not_final,
)


CHANGE_URGENCY = Step(ChangeUrgency, rights.PLATFORM_POSTS, rights.platform, rights.not_final)


ADD_NOTE = Step(AddNote, rights.PARTICIPANT_POSTS, rights.concerned, lambda call, organization: True)


ATTACH_EVIDENCE = Step(AttachEvidence, rights.PARTICIPANT_POSTS, rights.concerned, lambda call, organization: True)

STEPS: tuple[Step, ...] = (
    RECORD_PHONE_CALL,
    ATTACH_EVIDENCE,
    ADD_NOTE,
    CORRECT_FACT,
    CHANGE_URGENCY,
)

HANDLERS: Handlers = {
    RecordPhoneCall: record_phone_call,
    CorrectFact: correct_fact,
    ChangeUrgency: change_urgency,
    AddNote: add_note,
    AttachEvidence: attach_evidence,
    WithdrawContent: withdraw_content,
}
