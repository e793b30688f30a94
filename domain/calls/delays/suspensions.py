"""暂缓办理: on closed grounds and until a set day; the clock stands still and goes on by itself, or earlier by hand."""

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call, DelayRequest
from domain.calls.clocks import justified, moved
from domain.calls.delays import events as e
from domain.calls.delays import refusals
from domain.calls.delays.extensions import answered_late, asked, asked_before, at_work
from domain.calls.events import OrganizationRef
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import Delay
from domain.obligations.counting import recounted
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, PauseGround
from domain.rules.rulebook import LimitKind, ReasonList
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import CountFrom
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class RequestSuspension(CallCommand, WithFiles):
    """暂缓办理申请, by a party for its own work, on one of the closed grounds, with proof."""

    wire: ClassVar[str] = "calls.request_suspension"
    title: ClassVar[str] = "申请暂缓办理"

    ground: str = Field(title="暂缓理由", json_schema_extra={"reasons": ReasonList.SUSPENSION.value})
    last_day: date = Field(title="暂缓到哪一天", description="当天含在内,次日自动恢复计时;提前消除的可提前恢复。")
    reason: str = Field(title="具体说明", min_length=2, max_length=TEXT)
    proof: str = Field(title="证明材料(受理通知、委托书、公告、联系记录等)", min_length=2, max_length=TEXT)


def request_suspension(command: RequestSuspension, desk: Desk) -> list[Event]:
    """暂缓申请. The clock runs on until it is granted.

    Refuses AlreadyAsked, ClockStandsStill, AlreadySuspended, NotASuspensionGround, SuspensionOver, SuspensionTooLong.
    """
    setting, call = begin(REQUEST_SUSPENSION, command, desk)
    own, now = desk.envelope.actor.organization, desk.envelope.recorded_at
    if (barred := _asked_before(call, own) or _suspended(call, own, now)) is not None:
        raise barred
    ground_text = setting.rules.reason(ReasonList.SUSPENSION, command.ground)
    if ground_text is None:
        raise refusals.NotASuspensionGround(field="ground")
    until = _after(command.last_day)
    _refuse_span(call, own, until, setting)
    return [
        call.next(
            e.SuspensionRequested,
            desk.envelope,
            request=len(call.delays) + 1,
            organization=setting.own,
            ground=command.ground,
            ground_text=ground_text,
            last_day=command.last_day,
            until=until,
            answer=setting.deadline(LimitKind.ANSWER_SUSPENSION, call.urgency),
            reason=command.reason,
            proof=command.proof,
            **command.files,
        )
    ]


def _after(last_day: date) -> datetime:
    """The moment after a day of the county."""
    return (datetime.combine(last_day, time(), LOCAL) + timedelta(days=1)).astimezone(UTC)


def _refuse_span(call: Call, organization: UUID, until: datetime, setting: Setting) -> None:
    """A suspension from now on ends in the future, and all of the work's together last no longer than they may."""
    now, calendar = setting.envelope.recorded_at, setting.rules.calendar
    if until <= now:
        raise refusals.SuspensionOver(field="last_day")
    limit = setting.rules.limit(LimitKind.SUSPENSION_AT_MOST, call.urgency)
    most = calendar.working_days_between(
        now, calendar.add(now, limit.model_copy(update={"count_from": CountFrom.EVENT})).at
    )
    had = max(
        sum(
            calendar.working_days_between(pause.since, pause.until)
            for pause in owed.pauses
            if pause.ground is PauseGround.SUSPENSION and pause.until is not None
        )
        for owed in _work(call, organization)
    )
    if had + calendar.working_days_between(now, until) > most:
        before = f"(此前已暂缓 {float(had):.1f} 个工作日)" if had else ""
        raise refusals.SuspensionTooLong(
            f"暂缓办理累计不能超过 {limit.amount} 个工作日{before},请提前暂缓的最后一天。依据:{limit.basis}。",
            field="last_day",
        )


def _work(call: Call, organization: UUID) -> list[Obligation]:
    return [owed for owed in call.work_of(organization) if owed.action is not Action.COOPERATE]


class SuspendCall(CallCommand):
    """同意暂缓, perhaps for less long than was asked."""

    wire: ClassVar[str] = "calls.suspend"
    title: ClassVar[str] = "同意暂缓"

    suspension: int = Field(title="暂缓申请", ge=1)
    last_day: date | None = Field(
        default=None, title="改为暂缓到哪一天", description="不填则按申请;只能提前,不能推后。"
    )
    remark: str = Field(default="", title="说明", max_length=TEXT)


def suspend_call(command: SuspendCall, desk: Desk) -> list[Event]:
    """同意暂缓: the clocks stand still from now on. One that had run out stays so.

    Refuses NoSuchRequest, MoreThanAsked, SuspensionOver, SuspensionTooLong.
    """
    setting, call = begin(SUSPEND, command, desk)
    request = asked(call, Delay.SUSPENSION, command.suspension, field="suspension")
    assert request.until is not None, "a suspension is asked until a day"
    until = request.until if command.last_day is None else _after(command.last_day)
    if until > request.until:
        raise refusals.MoreThanAsked("暂缓的最后一天不能晚于申请的日期。", field="last_day")
    _refuse_span(call, request.organization, until, setting)
    now, by = desk.envelope.recorded_at, call.version + 1
    changes = [
        (owed, recounted(owed.paused(PauseGround.SUSPENSION, now, by, until), setting.rules.calendar))
        for owed in call.clocks_of(request.organization)
    ]
    return [
        call.next(
            e.CallSuspended,
            desk.envelope,
            request=request.number,
            organization=OrganizationRef(id=request.organization, name=request.name),
            ground=request.ground,
            ground_text=request.ground_text,
            last_day=(until - timedelta(days=1)).astimezone(LOCAL).date(),
            until=until,
            moved=moved(changes),
            justified=justified(answered_late(call, request, changes, setting)),
            remark=command.remark,
        )
    ]


class RefuseSuspension(CallCommand):
    """不同意暂缓."""

    wire: ClassVar[str] = "calls.refuse_suspension"
    title: ClassVar[str] = "不同意暂缓"

    suspension: int = Field(title="暂缓申请", ge=1)
    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def refuse_suspension(command: RefuseSuspension, desk: Desk) -> list[Event]:
    """不同意暂缓: the clock ran on. Refuses NoSuchRequest."""
    setting, call = begin(REFUSE_SUSPENSION, command, desk)
    request = asked(call, Delay.SUSPENSION, command.suspension, field="suspension")
    unmoved = [(owed, owed) for owed in call.clocks_of(request.organization)]
    return [
        call.next(
            e.SuspensionRefused,
            desk.envelope,
            request=request.number,
            organization=OrganizationRef(id=request.organization, name=request.name),
            justified=justified(answered_late(call, request, unmoved, setting)),
            reason=command.reason,
        )
    ]


class ResumeCall(CallCommand):
    """提前恢复办理: what the suspension was for is over."""

    wire: ClassVar[str] = "calls.resume"
    title: ClassVar[str] = "提前恢复办理"

    reason: str = Field(title="恢复原因", min_length=2, max_length=TEXT)


def resume_call(command: ResumeCall, desk: Desk) -> list[Event]:
    """提前恢复, by the party whose work is suspended. Refuses NotSuspended."""
    setting, call = begin(RESUME, command, desk)
    own = desk.envelope.actor.organization
    if (over := _not_suspended(call, own, desk.envelope.recorded_at)) is not None:
        raise over
    return list(resumed(call, own, setting, command.reason))


def resumed(call: Call, organization: UUID, setting: Setting, reason: str = "") -> tuple[e.CallResumed, ...]:
    """The fact that ends a party's suspension now, before its time; none where none runs."""
    request, now = call.suspension_of(organization), setting.envelope.recorded_at
    if request is None or not _runs(request, now):
        return ()
    assert request.until is not None
    by, calendar = call.version + 1, setting.rules.calendar
    changes = [(owed, recounted(owed.pause_cut(now, by), calendar)) for owed in call.clocks_of(organization)]
    fact = call.next(
        e.CallResumed,
        setting.envelope,
        request=request.number,
        organization=OrganizationRef(id=request.organization, name=request.name),
        was_until=request.until,
        moved=moved(changes),
        justified=justified(changes),
        reason=reason,
    )
    return (fact,)


def suspended_at(call: Call, organization: UUID, now: datetime) -> bool:
    """Whether a suspension of a party's work runs at a moment."""
    return _runs(call.suspension_of(organization), now)


def _runs(request: DelayRequest | None, now: datetime) -> bool:
    return request is not None and request.until is not None and now < request.until


def _suspended(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    return refusals.AlreadySuspended() if _runs(call.suspension_of(organization), now) else None


def _not_suspended(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    return None if _runs(call.suspension_of(organization), now) else refusals.NotSuspended()


def _may_resume(call: Call, organization: UUID) -> bool:
    return at_work(call, organization) and call.suspension_of(organization) is not None


_asked_before = asked_before(Delay.SUSPENSION)

REQUEST_SUSPENSION = Step(
    RequestSuspension, rights.HANDLING_POSTS, rights.party, at_work, bar=_asked_before, untimely=_suspended
)


SUSPEND = Step(SuspendCall, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.ANSWER_SUSPENSION), primary=True)


REFUSE_SUSPENSION = Step(
    RefuseSuspension, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.ANSWER_SUSPENSION)
)


RESUME = Step(ResumeCall, rights.HANDLING_POSTS, rights.party, _may_resume, untimely=_not_suspended)

STEPS: tuple[Step, ...] = (
    REQUEST_SUSPENSION,
    SUSPEND,
    REFUSE_SUSPENSION,
    RESUME,
)

HANDLERS: Handlers = {
    RequestSuspension: request_suspension,
    SuspendCall: suspend_call,
    RefuseSuspension: refuse_suspension,
    ResumeCall: resume_call,
}
