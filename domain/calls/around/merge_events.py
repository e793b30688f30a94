"""合并与拆分的事实: calls about one matter become one piece of work, a call about several becomes several."""

from uuid import UUID

from domain.calls.events import CallEvent, OrganizationRef
from domain.shared.events import SealedText


class CallMerged(CallEvent, wire="calls.CallMerged"):
    """并入: this call goes on in another one. It keeps its history, and its caller evaluates there."""

    into: UUID
    into_number: str
    reason: SealedText


class CoCallerJoined(CallEvent, wire="calls.CoCallerJoined"):
    """共同呼叫: another call about the same matter goes on in this one."""

    call: UUID
    number: str
    township: OrganizationRef


class CallSplit(CallEvent, wire="calls.CallSplit"):
    """拆分: a part of this call goes on as a call of its own."""

    part: UUID
    part_number: str
    text: SealedText
    reason: SealedText


class PartTakenOver(CallEvent, wire="calls.PartTakenOver"):
    """拆分而来: this call is a part of an earlier one."""

    origin: UUID
    origin_number: str
