"""呼叫事项的事实: every fact of a call's life (events.md, subject `calls`). Names and shapes are for ever.

Organizations stand with the name they had that day; texts people typed are sealed under the call's key; texts of a
published list stand in clear. Every deadline was computed once, when its clock started, and is read ever after.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.calls.words import (
    BasisKind,
    ClockPolicy,
    DiscoveredHow,
    Evaluator,
    Grade,
    LateFact,
    NoteReach,
    Role,
)
from domain.obligations.words import ExcuseGround
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Event, IdentityText, Sealed, SealedText
from domain.shared.urgency import Urgency


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class OrganizationRef(_Part):
    """机构: id and the name of that day."""

    id: UUID
    name: str


class Attachment(_Part):
    """附件: content-addressed; `sha256` is the address of the stored file, `size` in bytes."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    media_type: str = Field(pattern=r"^[\w.+-]{1,60}/[\w.+-]{1,100}$")
    thumbnail: bool = False


class Files(BaseModel):
    """Attachments in clear by hash, their names sealed."""

    attachments: tuple[Attachment, ...] = ()
    attachment_names: Annotated[tuple[str, ...], Sealed()] = ()


class ListItemRef(_Part):
    """事项: the list item as it stood in the revision in force (pinned for ever). `field` (领域) lacks in facts from
    before it was recorded."""

    list_kind: str
    list_title: str
    revision: UUID
    revision_number: str
    item: str
    title: str
    field: str | None = None


class PartyDuty(_Part):
    """承办单位及其职责: one addressee of a dispatch with what is its duty and its clocks."""

    organization: OrganizationRef
    role: Role
    duty_text: str
    vertical: bool = False
    respond: Deadline
    first_result: Deadline | None = None
    complete: Deadline
    objection: Deadline | None = None


class DispatchBasis(_Part):
    """派发依据: kind, its reference (item, document or statute number) in clear."""

    kind: BasisKind
    reference: str
    item: ListItemRef | None = None


class MovedClock(_Part):
    """A obligation whose due time the fact moved, or (a first result) that opened with it.

    `opened_by` is the version of the fact that opened it; None: every open one of that action of that organization.
    A fact may open several (milestones, agreed actions), and an heir may bear what several bodies had to do: which one
    is told by `entry` with `inherited_from`, as they stand in it. Without `entry` (facts of earlier builds):
    each that was opened by that fact.
    """

    task: str
    organization: UUID
    deadline: Deadline
    opened_by: int | None = None
    entry: int | None = None
    inherited_from: UUID | None = None


class JustifiedClock(_Part):
    """An obligation (named as in MovedClock) that is late through no fault of its bearer until `justified_until`.

    Where the fact adds a span that is not held against it, `ground`, `since` and `until` say which; without them only
    the moment moved, with the due time.
    """

    task: str
    organization: UUID
    opened_by: int
    entry: int | None = None
    inherited_from: UUID | None = None
    justified_until: Instant
    ground: ExcuseGround | None = None
    since: Instant | None = None
    until: Instant | None = None


class CallEvent(Event):
    """A fact of one call."""


class CallSubmitted(CallEvent, Files, wire="calls.CallSubmitted"):
    """呼叫提交. Opens the township leader's endorsement (`endorse`), unless it is an emergency. Does what the township
    owed since the discovery: to call by `called`, where the county has set a limit for that."""

    number: str
    township: OrganizationRef
    urgency: Urgency
    discovered_at: Instant
    discovered_how: DiscoveredHow
    endorse: Deadline | None = None
    called: Deadline | None = None
    informant: UUID | None = None
    text: SealedText
    place: SealedText
    own_measures: SealedText = ""
    item_hint: SealedText | None = None
    informant_name: IdentityText | None = None
    informant_phone: IdentityText | None = None

    def key_id(self, scope: str) -> str:
        """The citizen's identity has a key of its own."""
        if scope == "identity" and self.informant is not None:
            return f"person/{self.informant}"
        return super().key_id(scope)


class CallEndorsed(CallEvent, wire="calls.CallEndorsed"):
    """镇街签发."""

    remark: SealedText = ""


class EndorsementRefused(CallEvent, wire="calls.EndorsementRefused"):
    """镇街退回修改: the leader wants it changed first."""

    reason: SealedText


class CallPlaced(CallEvent, wire="calls.CallPlaced"):
    """呼叫发出: the platform's clock to accept starts. `duty_room` may act too when it is an emergency."""

    platform: OrganizationRef
    duty_room: OrganizationRef | None = None
    accept: Deadline


class CallSentBack(CallEvent, wire="calls.CallSentBack"):
    """退回补正: once, all gaps named together; the platform's clock pauses meanwhile."""

    supplement: Deadline
    gaps: SealedText


class CallSupplemented(CallEvent, Files, wire="calls.CallSupplemented"):
    """补正: the township filled the gaps (or changed what its leader wanted changed).

    `accept` is the platform's clock going on with the time it had left: opened when it first started, due later.
    `duty_room_accept` is the duty room's, where it has a clock of its own (it joined later than the platform).
    `justified`: until when being late with these is no fault.
    """

    accept: Deadline | None = None
    duty_room_accept: Deadline | None = None
    justified: tuple[JustifiedClock, ...] = ()
    endorse: Deadline | None = None
    text: SealedText
    place: SealedText
    supplement: SealedText = ""


class CallAccepted(CallEvent, wire="calls.CallAccepted"):
    """受理. Opens the platform's duty to dispatch."""

    dispatch: Deadline
    acting: OrganizationRef


class CallDeclined(CallEvent, wire="calls.CallDeclined"):
    """不予受理: on one of the closed grounds. The township may contest once until `contest`; so may the `co_callers`,
    each once (whom facts of earlier builds do not name: these asked the calling township alone)."""

    ground: str
    ground_text: str
    contest: Deadline
    co_callers: tuple[OrganizationRef, ...] = ()
    reason: SealedText


class DeclineContested(CallEvent, wire="calls.DeclineContested"):
    """申请复核: somebody else of the platform answers until `answer`. `township`: which one contests, where that is
    another than the calling one."""

    answer: Deadline
    township: OrganizationRef | None = None
    reason: SealedText


class DeclineContestDecided(CallEvent, wire="calls.DeclineContestDecided"):
    """复核决定: `upheld` means the refusal to accept stands; otherwise the call counts as accepted."""

    upheld: bool
    dispatch: Deadline | None = None
    reason: SealedText


class CallHandedOver(CallEvent, wire="calls.CallHandedOver"):
    """移交其他渠道, with a receipt number."""

    target: str
    target_text: str
    receipt: SealedText
    reason: SealedText


class CallDispatched(CallEvent, wire="calls.CallDispatched"):
    """派发: one lead, any assistants, on a named basis. Duty texts, limits and due times stand here."""

    round: int
    lead: PartyDuty
    assistants: tuple[PartyDuty, ...] = ()
    basis: DispatchBasis
    off_list: bool
    complex: bool = False
    township_duty: str = ""
    by_phone: bool = False
    basis_text: SealedText = ""
    demands: SealedText = ""


class PartyResponded(CallEvent, wire="calls.PartyResponded"):
    """响应: who handles, since when, how to reach them, first step. An empty click is none."""

    organization: OrganizationRef
    handler: SealedText
    contact: SealedText
    first_step: SealedText


class PartyArrived(CallEvent, Files, wire="calls.PartyArrived"):
    """到达现场: recorded by either side; it discharges the duty to respond."""

    organization: OrganizationRef
    remark: SealedText = ""


class ObjectionRaised(CallEvent, Files, wire="calls.ObjectionRaised"):
    """承办异议: not mine by the list, whole or part. Stops no clock."""

    organization: OrganizationRef
    whole: bool
    ground: str
    ground_text: str
    proposed: OrganizationRef | None = None
    mediate: Deadline
    cited: SealedText
    reason: SealedText


class ObjectionUpheld(CallEvent, wire="calls.ObjectionUpheld"):
    """异议成立: the party's duties end as from dispatch; the dispatch counts as the platform's mis-dispatch.

    Not `whole`: it stays bound for the rest and its clocks run on; only the part objected to is dispatched elsewhere,
    and what the mediator took too long is `justified`. `dispatch` stands where the platform must dispatch: anew for a
    lead's whole objection, the part for a partial one; not for an assistant that goes, not once a result was reported.
    """

    organization: OrganizationRef
    whole: bool = True
    dispatch: Deadline | None = None
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class PartDispatched(CallEvent, wire="calls.PartDispatched"):
    """部分派发: what an objection upheld in part took from `objector` goes to a further party of the running round.

    `objection` is its number in the call. The clocks of everybody else are untouched.
    """

    round: int
    objection: int = Field(ge=1)
    objector: OrganizationRef
    party: PartyDuty
    basis: DispatchBasis
    off_list: bool
    part: SealedText
    demands: SealedText = ""


class ObjectionRejected(CallEvent, wire="calls.ObjectionRejected"):
    """异议不成立: its clocks ran on; only what the mediator took too long is `justified`."""

    organization: OrganizationRef
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class OpinionRequested(CallEvent, wire="calls.OpinionRequested"):
    """提请职责界定: 编办 with 司法行政 answers until `opine`."""

    organization: OrganizationRef
    opine: Deadline
    question: SealedText


class OpinionGiven(CallEvent, wire="calls.OpinionGiven"):
    """职责界定意见: who should handle; guides others only where `citable` (可参照). Opens the designation."""

    proposed: OrganizationRef
    reference: str
    citable: bool
    item: str | None = None
    designator: OrganizationRef
    designate: Deadline
    text: SealedText


class HandlerDesignated(CallEvent, wire="calls.HandlerDesignated"):
    """指定承办: binding. If somebody else than today's lead, the platform dispatches anew until `dispatch`.

    Without `dispatch` the lead goes on: it is the designated, or had reported its result before; what those who ruled
    took too long is `justified` for whoever had objected.
    """

    handler: OrganizationRef
    reference: str
    dispatch: Deadline | None = None
    justified: tuple[JustifiedClock, ...] = ()
    reason: SealedText


class ProgressReported(CallEvent, Files, wire="calls.ProgressReported"):
    """进展: by the lead. `first_result` marks the first result an emergency owes."""

    organization: OrganizationRef
    first_result: bool = False
    text: SealedText


class AssistanceReported(CallEvent, Files, wire="calls.AssistanceReported"):
    """协办情况: an assistant did its part; `done` ends its duty."""

    organization: OrganizationRef
    done: bool
    text: SealedText


class CooperationReported(CallEvent, Files, wire="calls.CooperationReported"):
    """属地配合情况: the township did what the list asks of it."""

    text: SealedText


class ResultReported(CallEvent, Files, wire="calls.ResultReported"):
    """办理结果: provisionally discharges the handling; the township confirms on site until `confirm`.

    `confirmer` confirms in its place where the township led itself.
    """

    organization: OrganizationRef
    confirmer: OrganizationRef | None = None
    confirm: Deadline
    text: SealedText


class ResultConfirmed(CallEvent, Files, wire="calls.ResultConfirmed"):
    """现场确认. Opens the platform's duty to verify and resolve."""

    on_site: bool
    resolve: Deadline
    text: SealedText = ""


class ReworkOrdered(CallEvent, Files, wire="calls.ReworkOrdered"):
    """退回重办: by the township (not solved on site) or the platform (spot check).

    `own_fault`: whether the lead had not done its work; facts from before that was asked lack it, and count as such.
    """

    by_platform: bool
    policy: ClockPolicy
    complete: Deadline
    justified: tuple[JustifiedClock, ...] = ()
    own_fault: bool | None = None
    reason: SealedText


class CallResolved(CallEvent, wire="calls.CallResolved"):
    """核实办结: discharges the handling for good. The township evaluates until `evaluate`.

    It can be opened again until `reopen`; facts from before that was recorded lack it.
    """

    spot_checked: bool
    evaluate: Deadline
    reopen: Deadline | None = None
    text: SealedText = ""


class CallEvaluated(CallEvent, wire="calls.CallEvaluated"):
    """评价反馈. Version 2 says who evaluated, since not only the calling township may; in version 1 it always was.

    The lead may contest it until `contest`, the township change it until `change`; facts from before lack both.
    """

    schema_version = 2
    upcasters = {1: lambda fields: {**fields, "evaluator": Evaluator.TOWNSHIP.value}}  # noqa: RUF012

    evaluator: Evaluator
    grade: Grade
    contest: Deadline | None = None
    change: Deadline | None = None
    text: SealedText = ""


class CallClosed(CallEvent, wire="calls.CallClosed"):
    """归档: after the evaluation, or after its window passed without one (never counted as satisfied)."""

    evaluated: bool


class CallWithdrawn(CallEvent, wire="calls.CallWithdrawn"):
    """撤回. After dispatch the duty to respond stays counted and `asked_by` is recorded."""

    after_dispatch: bool
    reason: SealedText
    asked_by: SealedText = ""


class FactCorrected(CallEvent, wire="calls.FactCorrected"):
    """事实更正: was, is, why. The wrong statement stays readable."""

    field: str
    field_text: str
    was: SealedText
    is_now: SealedText
    reason: SealedText


class UrgencyChanged(CallEvent, wire="calls.UrgencyChanged"):
    """紧急程度调整, with a stated clock policy and the due times that follow from it.

    Raised to an emergency, the call is the duty room's too: `duty_room` may act from now on, and owes to accept until
    `accept` where the call still waits for that. `justified`: until when being late with what starts anew is no fault.
    """

    was: Urgency
    urgency: Urgency
    policy: ClockPolicy
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    duty_room: OrganizationRef | None = None
    accept: Deadline | None = None
    reason: SealedText


class NoteAdded(CallEvent, wire="calls.NoteAdded"):
    """备注: for one's own organization or for all parties."""

    organization: OrganizationRef
    reach: NoteReach
    text: SealedText


class EvidenceAttached(CallEvent, Files, wire="calls.EvidenceAttached"):
    """补充佐证材料."""

    organization: OrganizationRef
    text: SealedText = ""


class PhoneCallRecorded(CallEvent, wire="calls.PhoneCallRecorded"):
    """电话记录: a phone call that happened at `occurred_at`, recorded after."""

    organization: OrganizationRef
    called: OrganizationRef
    spoke_with: SealedText = ""
    text: SealedText


class LateEntryMade(CallEvent, Files, wire="calls.LateEntryMade"):
    """补录: recorded later than the rule allows. Both times show; it heals nothing until the other side confirms."""

    entry: int = Field(ge=1)
    organization: OrganizationRef
    fact: LateFact
    other_side: OrganizationRef
    confirm: Deadline
    text: SealedText
    reason: SealedText
    proof: SealedText


class LateEntryConfirmed(CallEvent, wire="calls.LateEntryConfirmed"):
    """补录确认, by the other side."""

    entry: int
    remark: SealedText = ""


class LateEntryContested(CallEvent, wire="calls.LateEntryContested"):
    """补录异议: the other side disputes it."""

    entry: int
    reason: SealedText


class ContentWithdrawn(CallEvent, wire="calls.ContentWithdrawn"):
    """内容撤除: the call's key was destroyed by order of two offices. Facts and times stay, texts are gone."""

    withdraws_content = True

    order_number: str
    offices: tuple[str, str]
    keys: tuple[str, ...]


def files_of(event: Any) -> list[tuple[Attachment, str]]:
    """The attachments of a fact with their names; a withdrawn name is replaced by a plain word."""
    if not issubclass(type(event), Files):  # far cheaper than asking the instance, and asked of every fact
        return []
    names: tuple[Any, ...] = event.attachment_names or ("附件",) * len(event.attachments)
    return list(zip(event.attachments, names, strict=True))
