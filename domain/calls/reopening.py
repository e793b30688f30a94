"""重新打开: what turns out not to be resolved goes back to the same lead, within a time, with a stated clock."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import aftermath_events as ae
from domain.calls import events as e
from domain.calls import rights, slow_refusals
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import ReopeningPolicy, Stage
from domain.obligations.obligation import Obligation
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Deadline
from domain.shared.events import Event


class ReopenCall(CallCommand, WithFiles):
    """重新打开."""

    wire: ClassVar[str] = "calls.reopen"
    title: ClassVar[str] = "重新打开"

    policy: ReopeningPolicy = Field(title="办理时限")
    reason: str = Field(title="为何重新打开(问题再次出现、当时没有解决等)", min_length=2, max_length=TEXT)


def reopen_call(command: ReopenCall, desk: Desk) -> list[Event]:
    """重新打开, by the township or the platform. What was performed stays; the lead has a further duty.

    Continued, it has the time it had left when it reported its result. Refuses ReopeningTooLate.
    """
    setting, call = begin(REOPEN, command, desk)
    until = call.reopen_until or setting.deadline(LimitKind.REOPEN, call.urgency, opened=call.resolved_at).due
    if desk.envelope.recorded_at > until:
        raise slow_refusals.ReopeningTooLate
    lead, work = call.lead, call.work
    assert lead is not None, "what was resolved was handled by somebody"
    assert work is not None, "what was resolved was handled by somebody"
    return [
        call.next(
            ae.CallReopened,
            desk.envelope,
            by_platform=setting.own.id == call.platform,
            lead=e.OrganizationRef(id=lead.organization, name=lead.name),
            policy=command.policy,
            complete=_clock(command.policy, work, setting),
            reason=command.reason,
            **command.files,
        )
    ]


def _clock(policy: ReopeningPolicy, work: Obligation, setting: Setting) -> Deadline:
    if policy is ReopeningPolicy.CONTINUE:
        stood_still = work.paused_since or work.performed or work.ended
        assert stood_still is not None, "what was resolved is not open"
        return setting.resumed(work.deadline, stood_still)
    return setting.rules.calendar.deadline(work.deadline.limit, setting.envelope.recorded_at)


def _resolved(call: Call, organization: UUID) -> bool:
    return call.resolved_at is not None and call.stage in (Stage.RESOLVED, Stage.CLOSED)


def _in_time(call: Call, organization: UUID, now: datetime) -> bool:
    return call.reopen_until is None or now <= call.reopen_until


REOPEN = Step(
    ReopenCall,
    rights.TOWNSHIP_POSTS | rights.PLATFORM_POSTS,
    lambda call, organization: rights.township(call, organization) or rights.platform(call, organization),
    _resolved,
    moment=_in_time,
)

STEPS: tuple[Step, ...] = (REOPEN,)

HANDLERS: Handlers = {ReopenCall: reopen_call}
