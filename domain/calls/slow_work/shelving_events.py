"""挂账的事实: what can't be done now (no money) stands still, is reviewed, and counts as not completed."""

from domain.calls.events import CallEvent, JustifiedClock, MovedClock, OrganizationRef
from domain.calls.words import ClockPolicy
from domain.shared.deadlines import Deadline
from domain.shared.events import SealedText


class ShelvingProposed(CallEvent, wire="calls.ShelvingProposed"):
    """提请挂账, by the lead or the platform, after a consultation. A county leader of `approver` decides."""

    organization: OrganizationRef
    approver: OrganizationRef
    approve: Deadline
    reason: SealedText


class ShelvingRefused(CallEvent, wire="calls.ShelvingRefused"):
    """不同意挂账: the clocks ran on. Answered late, the lead is justified for as long as the answer was."""

    approver: OrganizationRef
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class CallShelved(CallEvent, wire="calls.CallShelved"):
    """挂账: the handling stands still; the platform reviews until `review`. Not completed."""

    approver: OrganizationRef
    reference: str
    review: Deadline
    reason: SealedText = ""


class ShelvingReviewed(CallEvent, wire="calls.ShelvingReviewed"):
    """挂账复核: on the shelf until the next review (`review`), or taken up again with a clock policy and its clocks.

    `justified`: until when being late with these is no fault.
    """

    shelved_on: bool
    review: Deadline | None = None
    policy: ClockPolicy | None = None
    resumed: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText
