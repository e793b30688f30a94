"""提级上报的事实: what is put before an upper body, its receipt, and what came back (domain.md §4, "City departments").

The body stands above the list: it owes nothing here, so it has a name and no place in the directory.
"""

from pydantic import Field

from domain.calls.events import CallEvent, Files, OrganizationRef
from domain.calls.words import UpperOutcome
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import SealedText


class EscalatedUp(CallEvent, Files, wire="calls.EscalatedUp"):
    """提级上报, by letter. It justifies nothing: the platform follows it up until `follow_up`, for the receipt.

    `escalation` is its number in the call. `waiter`: the party whose work depends on the answer, if any's does. Without
    `part` the whole call is meant.
    """

    escalation: int = Field(ge=1)
    upper: str
    letter: str
    waiter: OrganizationRef | None = None
    follow_up: Deadline
    part: SealedText = ""
    reason: SealedText
    request: SealedText


class UpperReceiptRecorded(CallEvent, Files, wire="calls.UpperReceiptRecorded"):
    """上级回执: its number, when it was received (`occurred_at`) and by whom, by when an answer is `promised`.

    For the party that waits, time is excused from `since` on, as wait number `waiting` of the call; without them
    nobody waits, or nobody any more.
    """

    escalation: int = Field(ge=1)
    upper: str
    receipt: str
    promised: Instant | None = None
    organization: OrganizationRef | None = None
    waiting: int | None = None
    since: Instant | None = None
    received_by: SealedText


class UpperAnswerRecorded(CallEvent, Files, wire="calls.UpperAnswerRecorded"):
    """上级答复: what came back. It ends the escalation, and with it whoever waited waits no more (WaitingEnded)."""

    escalation: int = Field(ge=1)
    upper: str
    outcome: UpperOutcome
    reference: str = ""
    text: SealedText


class EscalationWithdrawn(CallEvent, wire="calls.EscalationWithdrawn"):
    """撤回上报, by the platform: it needs no answer any more, or went to the wrong body."""

    escalation: int = Field(ge=1)
    upper: str
    reason: SealedText
