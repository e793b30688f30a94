"""延期、暂缓、等待的事实: more time asked for, given or refused, and clocks counted anew (events.md, subject `calls`).

The due times that follow were counted by the calendar when the fact was decided, and stand in it.
"""

from datetime import date

from pydantic import Field

from domain.calls.events import CallEvent, Files, JustifiedClock, MovedClock, OrganizationRef
from domain.calls.words import RecomputeReason, WaitEnd
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import SealedText


class ExtensionRequested(CallEvent, Files, wire="calls.ExtensionRequested"):
    """延期申请, before the deadline. `request` is its number among the call's requests; the platform answers by
    `answer`."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    working_days: int = Field(gt=0)
    ground: str
    ground_text: str
    answer: Deadline
    reason: SealedText


class ExtensionOpinionGiven(CallEvent, wire="calls.ExtensionOpinionGiven"):
    """镇街对延期的意见: heard before the platform answers; blocks nothing."""

    request: int = Field(ge=1)
    agrees: bool
    text: SealedText = ""


class ExtensionGranted(CallEvent, wire="calls.ExtensionGranted"):
    """同意延期, perhaps by less than was asked: the budget is the sum from now on. Answered late, the gap is
    `justified`."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    working_days: int = Field(gt=0)
    asked: int = Field(gt=0)
    ground: str
    ground_text: str
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    remark: SealedText = ""


class ExtensionRefused(CallEvent, wire="calls.ExtensionRefused"):
    """不同意延期: the clock ran on. Answered late, the gap is `justified`."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class SuspensionRequested(CallEvent, Files, wire="calls.SuspensionRequested"):
    """暂缓办理申请, on one of the closed grounds, until the end of `last_day`: `until` is the moment after it."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    ground: str
    ground_text: str
    last_day: date
    until: Instant
    answer: Deadline
    reason: SealedText
    proof: SealedText


class CallSuspended(CallEvent, wire="calls.CallSuspended"):
    """暂缓办理: the party's clocks stand still from now until `until`; then they go on by themselves, due as `moved`
    says. Work may go on meanwhile."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    ground: str
    ground_text: str
    last_day: date
    until: Instant
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    remark: SealedText = ""


class SuspensionRefused(CallEvent, wire="calls.SuspensionRefused"):
    """不同意暂缓: the clock ran on. Answered late, the gap is `justified`."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class CallResumed(CallEvent, wire="calls.CallResumed"):
    """提前恢复办理: before the end of the suspension (`was_until`), with the clocks as they go on from now."""

    request: int = Field(ge=1)
    organization: OrganizationRef
    was_until: Instant
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText = ""


class WaitingRequested(CallEvent, Files, wire="calls.WaitingRequested"):
    """书面请求配合: a step of the asking party depends on what another still owes on this call."""

    waiting: int = Field(ge=1)
    organization: OrganizationRef
    on: OrganizationRef
    reference: SealedText = ""
    own_step: SealedText
    request: SealedText


class WaitingEnded(CallEvent, wire="calls.WaitingEnded"):
    """等待结束: the other did its part, no longer has to, or the waiting party waits no more. What it waited is
    `justified`, unless it was late before it began to wait.

    Version 2: a wait for an upper body names it in `upper` and has no `on`; in version 1 there was none such.
    """

    schema_version = 2
    upcasters = {1: lambda fields: fields}  # noqa: RUF012

    waiting: int = Field(ge=1)
    organization: OrganizationRef
    on: OrganizationRef | None = None
    upper: str = ""
    how: WaitEnd
    justified: tuple[JustifiedClock, ...] = ()
    remark: SealedText = ""


class ClocksRecomputed(CallEvent, wire="calls.ClocksRecomputed"):
    """时限重算, by the platform itself: a provisional due time became known, or an outage justifies for all."""

    reason: RecomputeReason
    basis: str
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
