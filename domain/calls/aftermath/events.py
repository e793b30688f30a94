"""办结之后的事实: re-opening, and what becomes of an evaluation: changed, contested, excluded, given under pressure."""

from domain.calls.events import CallEvent, Files, JustifiedClock, OrganizationRef
from domain.calls.words import Grade, ReopeningPolicy
from domain.shared.deadlines import Deadline
from domain.shared.events import SealedText


class CallReopened(CallEvent, Files, wire="calls.CallReopened"):
    """重新打开: back to the same lead, with a stated clock policy. What was performed stays as it ended.

    `complete` is the lead's clock; by the policy of none it stands still from the start. `justified`: what had been
    justified of the clock that goes on. `township`: which one opened it, where that was another than the calling one.
    """

    by_platform: bool
    lead: OrganizationRef
    policy: ReopeningPolicy
    complete: Deadline
    justified: tuple[JustifiedClock, ...] = ()
    township: OrganizationRef | None = None
    reason: SealedText


class EvaluationChanged(CallEvent, wire="calls.EvaluationChanged"):
    """变更评价, by the township that gave it. Both values stand, and why.

    Here and in what follows `township` says whose evaluation, where it is not the calling township's.
    """

    was: Grade
    grade: Grade
    reason: SealedText
    township: OrganizationRef | None = None


class EvaluationContested(CallEvent, Files, wire="calls.EvaluationContested"):
    """评价异议, by the lead, within its time. The platform decides until `decide`; the evaluation stands meanwhile."""

    organization: OrganizationRef
    decide: Deadline
    reason: SealedText
    proof: SealedText
    township: OrganizationRef | None = None


class EvaluationUpheld(CallEvent, wire="calls.EvaluationUpheld"):
    """维持评价: by the platform, or by whoever was asked to exclude it and did not."""

    organization: OrganizationRef
    reason: SealedText
    township: OrganizationRef | None = None


class EvaluationExclusionProposed(CallEvent, wire="calls.EvaluationExclusionProposed"):
    """提请评价不计入, by the platform. Somebody else, of `approver`, decides until `approve`."""

    approver: OrganizationRef
    approve: Deadline
    reason: SealedText
    township: OrganizationRef | None = None


class EvaluationExcluded(CallEvent, wire="calls.EvaluationExcluded"):
    """评价不计入. It stays readable; no figure counts it, as satisfied least of all."""

    approver: OrganizationRef
    grade: Grade
    reason: SealedText = ""
    township: OrganizationRef | None = None


class PressureReported(CallEvent, wire="calls.PressureReported"):
    """反映评价受干预, by the township. Nobody but the township itself, the supervision body and auditors reads it."""

    organization: OrganizationRef
    heard_by: OrganizationRef
    pressing: SealedText
    text: SealedText
