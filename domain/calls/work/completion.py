"""办结: confirmation on site, rework, resolution, evaluation, filing."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.clocks import justified
from domain.calls.fold_obligations import worked_anew
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import ClockPolicy, Evaluator, Grade, Stage
from domain.obligations.counting import excused, rejustified
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal


class ConfirmResult(CallCommand, WithFiles):
    """现场确认."""

    wire: ClassVar[str] = "calls.confirm_result"
    title: ClassVar[str] = "现场确认"

    on_site: bool = Field(default=True, title="已到现场查看", description="没有到现场的不勾,照样可以确认。")
    text: str = Field(default="", title="确认情况", max_length=TEXT)


def confirm_result(command: ConfirmResult, desk: Desk) -> list[Event]:
    """现场确认, by the township; where it led itself, by the platform."""
    setting, call = begin(CONFIRM_RESULT, command, desk)
    return [
        call.next(
            e.ResultConfirmed,
            desk.envelope,
            on_site=command.on_site,
            resolve=setting.deadline(LimitKind.VERIFY, call.urgency),
            text=command.text,
            **command.files,
        )
    ]


class OrderRework(CallCommand, WithFiles):
    """退回重办."""

    wire: ClassVar[str] = "calls.order_rework"
    title: ClassVar[str] = "退回重办"

    policy: ClockPolicy = Field(default=ClockPolicy.CONTINUE, title="办理时限")
    reason: str = Field(title="未解决的情况", min_length=2, max_length=TEXT)
    own_fault: bool = Field(
        default=True,
        title="为什么没有解决",
        description="“响应不作为”的提示只计承办单位没有办到位的退回。",
        json_schema_extra={
            "either": {
                "true": "承办单位没有办到位",
                "false": "不是承办单位的原因(办好后情况有变、他方造成等)",
            }
        },
    )


def order_rework(command: OrderRework, desk: Desk) -> list[Event]:
    """退回重办: by whoever confirms after a result, by the platform after the confirmation.

    The lead goes on with the time it had left when it reported its result: the township can't lengthen it, and the
    time others took to look at the result is not the lead's. The platform may restart it, with the limit it had (an
    item's own, a complex matter's).
    """
    setting, call = begin(ORDER_REWORK, command, desk)
    by_platform = setting.own.id == call.platform
    policy = command.policy if by_platform else ClockPolicy.CONTINUE
    handled = call.work
    assert handled is not None, "a result was reported"
    assert handled.ended is not None, "a result was reported"
    if policy is ClockPolicy.RESTART:
        complete = setting.deadline(LimitKind.HANDLE, call.urgency, own=handled.deadline.budget[0])
    else:
        complete = setting.resumed(handled, handled.paused_since or handled.ended)
    reopened = worked_anew(
        handled, desk.envelope.recorded_at, complete, policy, call.version + 1, own_fault=command.own_fault
    )
    return [
        call.next(
            e.ReworkOrdered,
            desk.envelope,
            by_platform=by_platform,
            policy=policy,
            complete=complete,
            justified=justified([(handled, _justified(handled, reopened, setting))]),
            own_fault=command.own_fault,
            reason=command.reason,
            **command.files,
        )
    ]


def _justified(handled: Obligation, reopened: Obligation, setting: Setting) -> Obligation:
    """What was justified stays so. Late and justified, the time others took to look is not the lead's either."""
    calendar, now = setting.rules.calendar, setting.envelope.recorded_at
    if handled.performance is Performance.JUSTIFIED and reopened.deadline == handled.deadline:
        assert handled.ended is not None
        return excused(reopened, ExcuseGround.VERIFICATION, handled.ended, now, 0, calendar)
    return rejustified(reopened, calendar)


class ResolveCall(CallCommand):
    """核实办结."""

    wire: ClassVar[str] = "calls.resolve"
    title: ClassVar[str] = "核实办结"

    spot_checked: bool = Field(default=False, title="已抽查核实", description="没有抽查的不勾,照样可以办结。")
    text: str = Field(default="", title="核实情况", max_length=TEXT)


def resolve_call(command: ResolveCall, desk: Desk) -> list[Event]:
    """核实办结, by the platform; the township's evaluation opens.

    Where the township led itself there is nobody to evaluate: it is filed at once, not evaluated (never satisfied).
    """
    setting, call = begin(RESOLVE, command, desk)
    resolved = call.next(
        e.CallResolved,
        desk.envelope,
        spot_checked=command.spot_checked,
        evaluate=setting.deadline(LimitKind.EVALUATE, call.urgency),
        reopen=setting.deadline(LimitKind.REOPEN, call.urgency),
        text=command.text,
    )
    if call.evaluators:
        return [resolved]
    return [resolved, e.CallClosed.at_version(call.id, call.version + 2, desk.envelope, evaluated=False)]


class EvaluateCall(CallCommand):
    """评价."""

    wire: ClassVar[str] = "calls.evaluate"
    title: ClassVar[str] = "评价"

    grade: Grade = Field(title="评价")
    text: str = Field(default="", title="意见建议", max_length=TEXT)


def evaluate_call(command: EvaluateCall, desk: Desk) -> list[Event]:
    """评价: the last of those who evaluate closes the call. Refuses DeadlinePassed after the window."""
    setting, call = begin(EVALUATE, command, desk)
    own = desk.envelope.actor.organization
    if (late := _too_late_to_evaluate(call, own, desk.envelope.recorded_at)) is not None:
        raise late
    evaluated = call.next(
        e.CallEvaluated,
        desk.envelope,
        evaluator=Evaluator.TOWNSHIP if own == call.township else Evaluator.CO_CALLER,
        grade=command.grade,
        contest=setting.deadline(LimitKind.CONTEST_EVALUATION, call.urgency),
        change=setting.deadline(LimitKind.CHANGE_EVALUATION, call.urgency),
        text=command.text,
    )
    if any(owed.action is Action.EVALUATE and owed.organization != own for owed in call.open_obligations):
        return [evaluated]
    return [evaluated, e.CallClosed.at_version(call.id, call.version + 2, desk.envelope, evaluated=True)]


class CloseCall(CallCommand):
    """归档 after a window passed unused: resolved and not evaluated, or declined and not contested."""

    wire: ClassVar[str] = "calls.close"
    title: ClassVar[str] = "期满归档"


def close_call(command: CloseCall, desk: Desk) -> list[Event]:
    """归档. Refuses EvaluationOpen, ContestOpen while the township's window runs."""
    setting, call = begin(CLOSE, command, desk)
    if (early := _window_open(call, setting.own.id, desk.envelope.recorded_at)) is not None:
        raise early
    return [call.next(e.CallClosed, desk.envelope, evaluated=bool(call.evaluations))]


def _reworkable_by(call: Call, organization: UUID) -> bool:
    if call.stage is Stage.RESULT_REPORTED:
        return rights.confirmer(call, organization)
    return call.stage is Stage.CONFIRMED and organization == call.platform


def _too_late_to_evaluate(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    owed = call.owing(Action.EVALUATE, organization)
    if owed is None or now <= owed.deadline.due:
        return None
    return refusals.DeadlinePassed("评价期限已过,不能再评价;未评价不计为满意。")


def _window_open(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    declined = call.stage is Stage.DECLINED
    waits = call.owing(Action.CONTEST_DECLINE if declined else Action.EVALUATE)
    if waits is None or now > waits.deadline.due:
        return None
    return refusals.ContestOpen() if declined else refusals.EvaluationOpen()


CONFIRM_RESULT = Step(
    ConfirmResult,
    rights.CALLING_POSTS | rights.PLATFORM_POSTS,
    rights.confirmer,
    rights.at(Stage.RESULT_REPORTED),
    primary=True,
)


ORDER_REWORK = Step(
    OrderRework,
    rights.TOWNSHIP_POSTS | rights.PLATFORM_POSTS,
    lambda call, organization: rights.township(call, organization) or rights.platform(call, organization),
    _reworkable_by,
)


RESOLVE = Step(ResolveCall, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.CONFIRMED), primary=True)


EVALUATE = Step(
    EvaluateCall,
    rights.TOWNSHIP_POSTS,
    rights.concerned,
    lambda call, organization: call.owing(Action.EVALUATE, organization) is not None,
    primary=True,
    untimely=_too_late_to_evaluate,
)


CLOSE = Step(
    CloseCall,
    rights.PLATFORM_POSTS | {Post.SYSTEM},
    rights.platform,
    rights.at(Stage.RESOLVED, Stage.DECLINED),
    untimely=_window_open,
)

STEPS: tuple[Step, ...] = (
    CONFIRM_RESULT,
    ORDER_REWORK,
    RESOLVE,
    EVALUATE,
    CLOSE,
)

HANDLERS: Handlers = {
    ConfirmResult: confirm_result,
    OrderRework: order_rework,
    ResolveCall: resolve_call,
    EvaluateCall: evaluate_call,
    CloseCall: close_call,
}
