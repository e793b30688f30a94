"""延期: asked before the deadline, heard by the township, granted in whole or part or refused by the platform."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call, DelayRequest
from domain.calls.clocks import Change, justified, moved
from domain.calls.delays import events as e
from domain.calls.delays import refusals
from domain.calls.events import OrganizationRef
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import Delay
from domain.obligations.counting import excused, recounted, with_pauses
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround
from domain.rules.rulebook import LimitKind, ReasonList
from domain.shared.changes import changed
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class RequestExtension(CallCommand, WithFiles):
    """延期申请, by a party for its own work, before the deadline."""

    wire: ClassVar[str] = "calls.request_extension"
    title: ClassVar[str] = "申请延期"

    working_days: int = Field(title="延长几个工作日", ge=1, le=100)
    ground: str = Field(title="延期理由", json_schema_extra={"reasons": ReasonList.EXTENSION.value})
    reason: str = Field(title="具体说明(已办到哪一步、还需做什么)", min_length=2, max_length=TEXT)


def request_extension(command: RequestExtension, desk: Desk) -> list[Event]:
    """延期申请. The clock runs on until it is granted.

    Refuses ExtensionTooLate, AlreadyAsked, ClockStandsStill, ExtensionGroundUsed, ExtensionTooLong,
    BeyondLongestHandling, UnknownGround.
    """
    setting, call = begin(REQUEST_EXTENSION, command, desk)
    own = desk.envelope.actor.organization
    if (barred := _asked_before(call, own) or _too_late(call, own, desk.envelope.recorded_at)) is not None:
        raise barred
    granted = _granted(call, own)
    if any(request.ground == command.ground for request in granted):
        raise refusals.ExtensionGroundUsed(field="ground")
    ground_text = setting.reason(ReasonList.EXTENSION, command.ground)
    _refuse_too_long(command.working_days, sum(request.days for request in granted), call, setting)
    in_time = _own(_in_time(call, own, desk.envelope.recorded_at), own)
    _refuse_beyond(in_time, command.working_days, call, setting)
    return [
        call.next(
            e.ExtensionRequested,
            desk.envelope,
            request=len(call.delays) + 1,
            organization=setting.own,
            working_days=command.working_days,
            ground=command.ground,
            ground_text=ground_text,
            answer=setting.deadline(LimitKind.ANSWER_EXTENSION, call.urgency),
            reason=command.reason,
            **command.files,
        )
    ]


def _refuse_too_long(days: int, granted: int, call: Call, setting: Setting) -> None:
    limit = setting.rules.limit(LimitKind.EXTENSION_AT_MOST, call.urgency)
    now, calendar = setting.envelope.recorded_at, setting.rules.calendar
    most = calendar.add(now, limit.model_copy(update={"count_from": CountFrom.EVENT})).at
    if calendar.add(now, _days(days + granted)).at > most:
        had = f"(已延期 {granted} 个工作日)" if granted else ""
        raise refusals.ExtensionTooLong(
            f"延期累计不能超过 {_whole_days(calendar.working_days_between(now, most))} 个工作日{had},请缩短延期天数。"
            f"依据:{limit.basis}。",
            field="working_days",
        )


def _refuse_beyond(clocks: Sequence[Obligation], days: int, call: Call, setting: Setting) -> None:
    """No work lasts longer than it may from its dispatch on; what paused it is not counted."""
    limit, calendar = setting.rules.limit(LimitKind.HANDLE_AT_MOST, call.urgency), setting.rules.calendar
    for owed in clocks:
        began = owed.moved[0].deadline.opened if owed.moved else owed.deadline.opened
        latest = with_pauses(calendar.deadline(limit, began), owed.pauses, calendar).due
        if _extended(owed, days, call, setting).deadline.due > latest:
            left = max(0, _whole_days(calendar.working_days_between(owed.deadline.due, latest)))
            raise refusals.BeyondLongestHandling(
                f"自派发起办理最长 {limit.amount} 个工作日(依据:{limit.basis}),至多还可延期 {left} 个工作日,"
                "请缩短延期天数。",
                field="working_days",
            )


def _extended(owed: Obligation, days: int, call: Call, setting: Setting) -> Obligation:
    """The work with more budget; its due time is counted anew, with every pause in it."""
    rule = setting.rules.limit(LimitKind.EXTENSION_AT_MOST, call.urgency).basis
    return recounted(changed(owed, deadline=owed.deadline.extended(_days(days, rule))), setting.rules.calendar)


def _whole_days(days: Fraction) -> int:
    return days.numerator // days.denominator


def _days(amount: int, basis: str = "") -> Limit:
    return Limit(amount=amount, unit=LimitUnit.WORKING_DAYS, basis=basis)


def _own(clocks: Sequence[Obligation], organization: UUID) -> list[Obligation]:
    return [owed for owed in clocks if owed.organization == organization]


def _in_time(call: Call, organization: UUID, at: datetime) -> list[Obligation]:
    """What a party may still ask time for: its clocks that have not run out."""
    return [owed for owed in call.clocks_of(organization) if at <= owed.deadline.due]


def _granted(call: Call, organization: UUID) -> list[DelayRequest]:
    """The extensions a party had in the running round."""
    return [
        request
        for request in call.delays
        if request.kind is Delay.EXTENSION
        and request.organization == organization
        and request.round == call.round
        and request.granted
    ]


class GiveExtensionOpinion(CallCommand):
    """镇街对延期的意见, before the platform answers."""

    wire: ClassVar[str] = "calls.give_extension_opinion"
    title: ClassVar[str] = "对延期申请提出意见"

    extension: int = Field(title="延期申请", ge=1)
    agrees: bool = Field(title="镇街意见", json_schema_extra={"either": {"true": "同意延期", "false": "不同意延期"}})
    text: str = Field(default="", title="说明", max_length=TEXT)


def give_extension_opinion(command: GiveExtensionOpinion, desk: Desk) -> list[Event]:
    """镇街意见, once a request. Nothing waits for it. Refuses NoSuchRequest."""
    _, call = begin(GIVE_EXTENSION_OPINION, command, desk)
    request = asked(call, Delay.EXTENSION, command.extension, field="extension")
    if request.opinion is not None:
        raise refusals.NoSuchRequest("镇街已对这项延期申请提出过意见,不能重复提出。", field="extension")
    return [
        call.next(
            e.ExtensionOpinionGiven,
            desk.envelope,
            request=request.number,
            agrees=command.agrees,
            text=command.text,
        )
    ]


class GrantExtension(CallCommand):
    """同意延期, perhaps by less than was asked."""

    wire: ClassVar[str] = "calls.grant_extension"
    title: ClassVar[str] = "同意延期"

    extension: int = Field(title="延期申请", ge=1)
    working_days: int = Field(title="同意延长几个工作日", description="不能超过申请的天数。", ge=1, le=100)
    remark: str = Field(default="", title="说明", max_length=TEXT)


def grant_extension(command: GrantExtension, desk: Desk) -> list[Event]:
    """同意延期: the budget is the sum. Asked in time counts, also where the platform answers after the deadline.

    The cooperation due with a lead's work moves with it. Refuses NoSuchRequest, MoreThanAsked, BeyondLongestHandling.
    """
    setting, call = begin(GRANT_EXTENSION, command, desk)
    request = asked(call, Delay.EXTENSION, command.extension, field="extension")
    if command.working_days > request.days:
        raise refusals.MoreThanAsked(f"申请延期 {request.days} 个工作日,同意的天数不能更多。", field="working_days")
    clocks = _in_time(call, request.organization, request.asked_at)
    _refuse_beyond(_own(clocks, request.organization), command.working_days, call, setting)
    changes = [(owed, _extended(owed, command.working_days, call, setting)) for owed in clocks]
    return [
        call.next(
            e.ExtensionGranted,
            desk.envelope,
            request=request.number,
            organization=OrganizationRef(id=request.organization, name=request.name),
            working_days=command.working_days,
            asked=request.days,
            ground=request.ground,
            ground_text=request.ground_text,
            moved=moved(changes),
            justified=justified(answered_late(call, request, changes, setting)),
            remark=command.remark,
        )
    ]


class RefuseExtension(CallCommand):
    """不同意延期."""

    wire: ClassVar[str] = "calls.refuse_extension"
    title: ClassVar[str] = "不同意延期"

    extension: int = Field(title="延期申请", ge=1)
    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def refuse_extension(command: RefuseExtension, desk: Desk) -> list[Event]:
    """不同意延期: the clock ran on. Refuses NoSuchRequest."""
    setting, call = begin(REFUSE_EXTENSION, command, desk)
    request = asked(call, Delay.EXTENSION, command.extension, field="extension")
    unmoved = [(owed, owed) for owed in call.clocks_of(request.organization)]
    return [
        call.next(
            e.ExtensionRefused,
            desk.envelope,
            request=request.number,
            organization=OrganizationRef(id=request.organization, name=request.name),
            justified=justified(answered_late(call, request, unmoved, setting)),
            reason=command.reason,
        )
    ]


def asked(call: Call, kind: Delay, number: int, *, field: str) -> DelayRequest:
    """A request that waits for its answer. Refuses NoSuchRequest."""
    request = next((one for one in call.asking if one.kind is kind and one.number == number), None)
    if request is None:
        raise refusals.NoSuchRequest(field=field)
    return request


def answered_late(call: Call, request: DelayRequest, changes: Sequence[Change], setting: Setting) -> list[Change]:
    """The same changes; where the platform answers after its own time, with the gap excused for who asked."""
    answer = next(owed for owed in call.obligations if owed.action in _ANSWERS and owed.entry == request.number)
    return [
        (before, overrun(after, answer, call, setting))
        if after.organization == request.organization
        else (before, after)
        for before, after in changes
    ]


def overrun(owed: Obligation, answer: Obligation, call: Call, setting: Setting) -> Obligation:
    """What was asked about, with the time excused by which its answer, given now, is late."""
    now, due = setting.envelope.recorded_at, answer.deadline.due
    if now <= due:
        return owed
    return excused(owed, ExcuseGround.LATE_ANSWER, due, now, call.version + 1, setting.rules.calendar)


_ANSWERS = (Action.ANSWER_EXTENSION, Action.ANSWER_SUSPENSION)


def asked_before(kind: Delay) -> rights.Bar:
    """A rule: one request of a kind at a time."""

    def bar(call: Call, organization: UUID) -> Refusal | None:
        waits = any(one.kind is kind and one.organization == organization for one in call.asking)
        return refusals.AlreadyAsked() if waits else stands_still(call, organization)

    return bar


def _too_late(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    own = _own(_in_time(call, organization, now), organization)
    return None if own else refusals.ExtensionTooLate()


def stands_still(call: Call, organization: UUID) -> Refusal | None:
    """A rule: no more time for a clock that stands still with no end set (on the shelf, or untimed)."""
    work = (owed for owed in call.work_of(organization) if owed.action is not Action.COOPERATE)
    return refusals.ClockStandsStill() if any(owed.paused_since is not None for owed in work) else None


def at_work(call: Call, organization: UUID) -> bool:
    """While a party has work to finish."""
    return any(owed.action is not Action.COOPERATE for owed in call.work_of(organization))


def _opinion_wanted(call: Call, organization: UUID) -> bool:
    wanted = (one for one in call.asking if one.kind is Delay.EXTENSION and one.opinion is None)
    return any(one.organization != call.township for one in wanted)


_asked_before = asked_before(Delay.EXTENSION)

REQUEST_EXTENSION = Step(
    RequestExtension, rights.HANDLING_POSTS, rights.party, at_work, bar=_asked_before, untimely=_too_late
)


GIVE_EXTENSION_OPINION = Step(GiveExtensionOpinion, rights.TOWNSHIP_POSTS, rights.township, _opinion_wanted)


GRANT_EXTENSION = Step(
    GrantExtension, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.ANSWER_EXTENSION), primary=True
)


REFUSE_EXTENSION = Step(RefuseExtension, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.ANSWER_EXTENSION))

STEPS: tuple[Step, ...] = (
    REQUEST_EXTENSION,
    GIVE_EXTENSION_OPINION,
    GRANT_EXTENSION,
    REFUSE_EXTENSION,
)

HANDLERS: Handlers = {
    RequestExtension: request_extension,
    GiveExtensionOpinion: give_extension_opinion,
    GrantExtension: grant_extension,
    RefuseExtension: refuse_extension,
}
