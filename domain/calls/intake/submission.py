"""呼叫: from the first sentence to the platform: submit, endorse, supplement, withdraw."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.around.merge_refusals import CalledByOthersToo
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.clocks import going_on, justified
from domain.calls.intake.numbering import call_number
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import DiscoveredHow, Stage
from domain.directory.kinds import OrganizationKind
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, Office
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Invalid, NotYours, Refusal
from domain.shared.urgency import Urgency


class SubmitCall(WithFiles):
    """呼叫: what is wrong and where; the platform finds the list item later."""

    wire: ClassVar[str] = "calls.submit"
    title: ClassVar[str] = "提交呼叫"

    text: str = Field(title="什么事", description="一句话说清情况", min_length=2, max_length=TEXT)
    place: str = Field(title="在哪里", min_length=1, max_length=500)
    urgency: Urgency = Field(default=Urgency.ORDINARY, title="紧急程度")
    item_hint: str | None = Field(default=None, title="清单事项(可不填)", max_length=100)
    township: UUID | None = Field(default=None, title="呼叫镇街(值班室代录时填)")
    discovered_at: Instant | None = Field(default=None, title="发现时间")
    discovered_how: DiscoveredHow = Field(default=DiscoveredHow.PATROL, title="发现方式")
    own_measures: str = Field(default="", title="镇街已采取的措施", max_length=TEXT)
    phoned_at: Instant | None = Field(default=None, title="电话报告时间(特急)")
    phoned_with: str = Field(default="", title="接电人", max_length=100)
    informant_name: str = Field(default="", title="反映人姓名", max_length=100)
    informant_phone: str = Field(default="", title="反映人电话", max_length=50)


def submit_call(command: SubmitCall, desk: Desk) -> list[Event]:
    """提交. An emergency skips the endorsement and is placed at once; the duty room may record for a township."""
    setting = Setting(desk)
    actor = desk.envelope.actor
    township = _calling_township(command, setting)
    if command.discovered_at is not None:
        setting.not_future(command.discovered_at)
    emergency = command.urgency is Urgency.EMERGENCY
    discovered_at = command.discovered_at or command.phoned_at or desk.envelope.recorded_at
    call = desk.new_id("call")
    named = command.informant_name or command.informant_phone
    local_day = desk.envelope.recorded_at.astimezone(LOCAL).date()
    facts: list[Event] = [
        e.CallSubmitted.first(
            call,
            desk.envelope,
            number=call_number(call, local_day),
            township=township,
            urgency=command.urgency,
            discovered_at=discovered_at,
            discovered_how=command.discovered_how,
            item_hint=command.item_hint or None,
            endorse=None if emergency else setting.deadline(LimitKind.ENDORSE, command.urgency),
            called=setting.deadline_if_set(LimitKind.CALL, command.urgency, discovered_at),
            informant=desk.new_id("informant") if named else None,
            text=command.text,
            place=command.place,
            own_measures=command.own_measures,
            informant_name=command.informant_name or None,
            informant_phone=command.informant_phone or None,
            **command.files,
        )
    ]
    if command.phoned_at is not None:
        _phoned_lately(command.phoned_at, command.urgency, setting)
        facts.append(
            e.PhoneCallRecorded.at_version(
                call,
                2,
                desk.envelope.model_copy(update={"occurred_at": command.phoned_at}),
                organization=township,
                called=setting.office(Office.DUTY_ROOM),
                spoke_with=command.phoned_with,
                text="先行电话报告",
            )
        )
    if emergency:
        facts.append(_placed(call, len(facts) + 1, command.urgency, setting))
    elif actor.post == Post.DUTY_OFFICER:
        raise NotYours("值班室只代录特急事项;一般和紧急事项请由镇街呼叫员提交。")
    return facts


def _phoned_lately(phoned_at: datetime, urgency: Urgency, setting: Setting) -> None:
    """A claim about another office, so it is held to the rule for timely records."""
    setting.not_future(phoned_at)
    if setting.is_late(phoned_at, urgency):
        raise refusals.NeedsLateEntry(
            "电话报告时间已超过及时登记时限,不能随呼叫登记。请不填电话报告时间先行提交,派发后再用“补录”登记该次电话。",
            field="phoned_at",
        )


def _calling_township(command: SubmitCall, setting: Setting) -> e.OrganizationRef:
    actor = setting.envelope.actor
    if actor.post == Post.DUTY_OFFICER:
        if actor.organization != setting.office(Office.DUTY_ROOM).id:
            raise NotYours("只有总值班室可以代镇街登记呼叫,请由本镇(街道)呼叫员提交。")
        if command.township is None:
            raise Invalid("值班室代录特急事项须选择呼叫镇街。", field="township")
        organization = setting.organization(command.township)
    elif actor.post in rights.CALLING_POSTS:
        organization = setting.organization(actor.organization)
    else:
        raise refusals.NotYourPost
    if organization.kind not in (OrganizationKind.TOWNSHIP, OrganizationKind.FUNCTIONAL_ZONE):
        raise NotYours("只有镇(街道)和功能区可以发起呼叫。")
    return e.OrganizationRef(id=organization.id, name=organization.name)


def _placed(call: UUID, version: int, urgency: Urgency, setting: Setting) -> e.CallPlaced:
    return e.CallPlaced.at_version(
        call,
        version,
        setting.envelope,
        platform=setting.office(Office.PLATFORM),
        duty_room=setting.office(Office.DUTY_ROOM) if urgency is Urgency.EMERGENCY else None,
        accept=setting.deadline(LimitKind.ACCEPT, urgency),
    )


class EndorseCall(CallCommand):
    """签发: the township leader sends the call out."""

    wire: ClassVar[str] = "calls.endorse"
    title: ClassVar[str] = "签发"

    remark: str = Field(default="", title="签发意见", max_length=TEXT)


def endorse_call(command: EndorseCall, desk: Desk) -> list[Event]:
    """签发 and 发出 in one: the platform's clock starts with it."""
    setting, call = begin(ENDORSE, command, desk)
    return [
        call.next(e.CallEndorsed, desk.envelope, remark=command.remark),
        _placed(call.id, call.version + 2, call.urgency, setting),
    ]


class RefuseEndorsement(CallCommand):
    """退回修改: the township leader wants it changed."""

    wire: ClassVar[str] = "calls.refuse_endorsement"
    title: ClassVar[str] = "退回修改"

    reason: str = Field(title="需要修改什么", min_length=2, max_length=TEXT)


def refuse_endorsement(command: RefuseEndorsement, desk: Desk) -> list[Event]:
    """退回修改."""
    _, call = begin(REFUSE_ENDORSEMENT, command, desk)
    return [call.next(e.EndorsementRefused, desk.envelope, reason=command.reason)]


class SupplementCall(CallCommand, WithFiles):
    """补正: what the platform (or the own leader) asked for."""

    wire: ClassVar[str] = "calls.supplement"
    title: ClassVar[str] = "补正后提交"

    text: str = Field(title="什么事", min_length=2, max_length=TEXT)
    place: str = Field(title="在哪里", min_length=1, max_length=500)
    supplement: str = Field(default="", title="补充说明", max_length=TEXT)


def supplement_call(command: SupplementCall, desk: Desk) -> list[Event]:
    """补正. Back to whoever had asked: the platform goes on with the time it had left, the leader starts anew.

    Was the urgency changed meanwhile and the clocks restarted, the platform's starts anew by the new limit; what it had
    broken before stays broken.
    """
    setting, call = begin(SUPPLEMENT, command, desk)
    to_leader = call.stage is Stage.NOT_ENDORSED
    return [
        call.next(
            e.CallSupplemented,
            desk.envelope,
            endorse=setting.deadline(LimitKind.ENDORSE, call.urgency) if to_leader else None,
            **({} if to_leader else _accept_going_on(call, setting)),
            text=command.text,
            place=command.place,
            supplement=command.supplement,
            **command.files,
        )
    ]


def _accept_going_on(call: Call, setting: Setting) -> dict[str, object]:
    """The clocks of those who may take it in: each its own, where they differ."""
    paused = {o.organization: o for o in call.obligations if o.action is Action.ACCEPT and o.open}
    clocks = {whose: _going_on(owed, call, setting) for whose, owed in paused.items()}
    assert call.platform is not None, "it was sent back by its platform"
    platform = clocks[call.platform]
    duty_room = clocks.get(call.duty_room, platform) if call.duty_room is not None else platform
    now, by, calendar = setting.envelope.recorded_at, call.version + 1, setting.rules.calendar
    excuses = justified(going_on(owed, clocks[whose], now, by, calendar) for whose, owed in paused.items())
    own = {} if duty_room == platform else {"duty_room_accept": duty_room}
    return {"accept": platform, **own, "justified": excuses}


def _going_on(accept: Obligation, call: Call, setting: Setting) -> Deadline:
    assert accept.paused_since is not None, "sending back pauses the clock"
    if call.accept_anew is not None and accept.paused_since <= accept.deadline.due:
        return setting.deadline(LimitKind.ACCEPT, call.accept_anew)
    return setting.resumed(accept, accept.paused_since)


class WithdrawCall(CallCommand):
    """撤回."""

    wire: ClassVar[str] = "calls.withdraw"
    title: ClassVar[str] = "撤回呼叫"

    reason: str = Field(title="撤回原因", min_length=2, max_length=TEXT)
    asked_by: str = Field(default="", title="由谁提出撤回(派发后必填)", max_length=200)


def withdraw_call(command: WithdrawCall, desk: Desk) -> list[Event]:
    """撤回. After dispatch it is recorded who asked, and the response stays counted.

    Refuses CalledByOthersToo, WithdrawNeedsAsker.
    """
    setting, call = begin(WITHDRAW, command, desk)
    if (barred := _called_by_others(call, setting.own.id)) is not None:
        raise barred
    after_dispatch = call.round > 0
    if after_dispatch and not command.asked_by:
        raise refusals.WithdrawNeedsAsker(field="asked_by")
    return [
        call.next(
            e.CallWithdrawn,
            desk.envelope,
            after_dispatch=after_dispatch,
            reason=command.reason,
            asked_by=command.asked_by,
        )
    ]


def _called_by_others(call: Call, organization: UUID) -> Refusal | None:
    return CalledByOthersToo() if call.co_callers else None


ENDORSE = Step(
    EndorseCall, frozenset({Post.TOWNSHIP_LEADER}), rights.township, rights.at(Stage.SUBMITTED), primary=True
)


REFUSE_ENDORSEMENT = Step(
    RefuseEndorsement, frozenset({Post.TOWNSHIP_LEADER}), rights.township, rights.at(Stage.SUBMITTED)
)


SUPPLEMENT = Step(
    SupplementCall,
    rights.CALLING_POSTS,
    rights.township,
    rights.at(Stage.SENT_BACK, Stage.NOT_ENDORSED),
    primary=True,
)


WITHDRAW = Step(
    WithdrawCall,
    rights.TOWNSHIP_POSTS,
    rights.township,
    rights.at(
        Stage.SUBMITTED,
        Stage.NOT_ENDORSED,
        Stage.PLACED,
        Stage.SENT_BACK,
        Stage.ACCEPTED,
        Stage.HANDLING,
        Stage.SHELVED,
        Stage.DECLINED,
    ),
    bar=_called_by_others,
)

STEPS: tuple[Step, ...] = (
    ENDORSE,
    REFUSE_ENDORSEMENT,
    SUPPLEMENT,
    WITHDRAW,
)

HANDLERS: Handlers = {
    SubmitCall: submit_call,
    EndorseCall: endorse_call,
    RefuseEndorsement: refuse_endorsement,
    SupplementCall: supplement_call,
    WithdrawCall: withdraw_call,
}
