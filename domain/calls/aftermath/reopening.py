"""重新打开: what turns out not to be resolved goes back to the same lead, within a time, with a stated clock."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.aftermath import events as ae
from domain.calls.aftermath import refusals
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.clocks import justified
from domain.calls.fold_obligations import continued
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import ReopeningPolicy, Stage
from domain.obligations.counting import excused, rejustified
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class ReopenCall(CallCommand, WithFiles):
    """重新打开."""

    wire: ClassVar[str] = "calls.reopen"
    title: ClassVar[str] = "重新打开"

    policy: ReopeningPolicy = Field(title="办理时限")
    reason: str = Field(title="为何重新打开(问题再次出现、当时没有解决等)", min_length=2, max_length=TEXT)


def reopen_call(command: ReopenCall, desk: Desk) -> list[Event]:
    """重新打开, by any township that called or the platform. What was performed stays; the lead has a further duty.

    Continued, it has the time it had left when it reported its result. Refuses ReopeningTooLate.
    """
    setting, call = begin(REOPEN, command, desk)
    until = call.reopen_until or setting.deadline(LimitKind.REOPEN, call.urgency, opened=call.resolved_at).due
    if desk.envelope.recorded_at > until:
        raise refusals.ReopeningTooLate
    lead, work = call.lead, call.work
    assert lead is not None, "what was resolved was handled by somebody"
    assert work is not None, "what was resolved was handled by somebody"
    complete = _clock(command.policy, work, setting)
    return [
        call.next(
            ae.CallReopened,
            desk.envelope,
            by_platform=setting.own.id == call.platform,
            township=setting.own if setting.own.id not in (call.platform, call.township) else None,
            lead=e.OrganizationRef(id=lead.organization, name=lead.name),
            policy=command.policy,
            complete=complete,
            justified=_justified(call, work, complete, setting) if command.policy is ReopeningPolicy.CONTINUE else (),
            reason=command.reason,
            **command.files,
        )
    ]


def _clock(policy: ReopeningPolicy, work: Obligation, setting: Setting) -> Deadline:
    if policy is ReopeningPolicy.CONTINUE:
        stood_still = work.paused_since or work.performed or work.ended
        assert stood_still is not None, "what was resolved is not open"
        return setting.resumed(work, stood_still)
    return setting.rules.calendar.deadline(work.deadline.budget[0], setting.envelope.recorded_at)


def _justified(call: Call, work: Obligation, complete: Deadline, setting: Setting) -> tuple[e.JustifiedClock, ...]:
    """What was justified of the clock that goes on; late and justified, the time since is not the lead's either."""
    now, by, calendar = setting.envelope.recorded_at, call.version + 1, setting.rules.calendar
    fresh = continued(
        Obligation(Action.HANDLE, work.organization, work.organization_name, complete, opened_by=by), work, now, by
    )
    after = rejustified(fresh, calendar)
    if work.performance is Performance.JUSTIFIED and complete == work.deadline:
        done = work.performed or work.ended
        assert done is not None, "what was resolved is not open"
        after = excused(after, ExcuseGround.VERIFICATION, done, now, by, calendar)
    return justified([(fresh, after)])


def _resolved(call: Call, organization: UUID) -> bool:
    return call.resolved_at is not None and call.stage in (Stage.RESOLVED, Stage.CLOSED)


def _too_late(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    late = call.reopen_until is not None and now > call.reopen_until
    return refusals.ReopeningTooLate() if late else None


def _caller_or_platform(call: Call, organization: UUID) -> bool:
    """镇街 that called, 共同呼叫镇街 but never for its own work, or the platform."""
    return organization in call.evaluators or organization in (call.township, call.platform)


REOPEN = Step(
    ReopenCall,
    rights.TOWNSHIP_POSTS | rights.PLATFORM_POSTS,
    _caller_or_platform,
    _resolved,
    untimely=_too_late,
)

STEPS: tuple[Step, ...] = (REOPEN,)

HANDLERS: Handlers = {ReopenCall: reopen_call}
