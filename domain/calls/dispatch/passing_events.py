"""接力的事实: the handling passes on: to the next lead at a handover point, to the successor of a body."""

from domain.calls.events import CallEvent, DispatchBasis, OrganizationRef, PartyDuty
from domain.shared.deadlines import Deadline
from domain.shared.events import SealedText


class StagePassed(CallEvent, wire="calls.StagePassed"):
    """移交下一环节: at the handover point (衔接点) the matter goes to the next lead, with clocks of its own."""

    round: int
    passer: OrganizationRef
    party: PartyDuty
    basis: DispatchBasis
    off_list: bool
    point: SealedText
    text: SealedText


class PartySucceeded(CallEvent, wire="calls.PartySucceeded"):
    """职责承接: what a dissolved body still owed on this call passes to its successor; time before stays.

    `basis`: the document by which the platform gave it to another, where the call is about the successor's own staff.
    """

    was: OrganizationRef
    now: OrganizationRef
    basis: str = ""


class SuccessionWithheld(CallEvent, wire="calls.SuccessionWithheld"):
    """无人承接: a body is no more, and whoever succeeded it may not take this call.

    `organization`, the platform, gives it to another until `naming`. Without them the platform itself is what is gone:
    then the `supervision` body knows. (Without any of the three: by an earlier release, or no limit was set.)

    Why is not said: others read this fact, and not whose staff a confidential call is about.
    """

    was: OrganizationRef
    organization: OrganizationRef | None = None
    naming: Deadline | None = None
    supervision: OrganizationRef | None = None
