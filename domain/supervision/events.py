"""督办的事实: what being late led to, on one call (events.md, subject `supervision`). Names and shapes are for ever.

One stream a call, the matter. Every fact names the call with its number and township of that day, so that nobody needs
the call's stream to read it. What people wrote is sealed under the call's own key: withdrawn with the call's content.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.calls.events import JustifiedClock, MovedClock, OrganizationRef
from domain.calls.words import RecomputeReason
from domain.obligations.words import Action
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Event, SealedText
from domain.shared.urgency import Urgency
from domain.supervision.words import FailureKind, Level, Rung, Standing


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class CallRef(_Part):
    """所督办的呼叫事项: id, number, and the township of that day."""

    id: UUID
    number: str
    township: OrganizationRef
    urgency: Urgency


class Item(_Part):
    """所列应履责事项: its place in the call, what was to be done, and by when.

    Where the action is one that an order or a circular asks for, the place is in the matter: among what it asks for
    itself. The same holds for the places of rungs.
    """

    place: int
    action: Action
    due: Instant


class SupervisionEvent(Event):
    """A fact of the supervision of one call."""

    about: CallRef

    def key_id(self, scope: str) -> str:
        """The call's own key: what was written about it goes when its content does."""
        return f"calls/{self.about.id}" if scope == "content" else super().key_id(scope)


class RungReached(SupervisionEvent, wire="supervision.RungReached"):
    """阶梯到级: an obligation reached a rung at `reached_at`, seen by the clock at `observed_at`.

    The rung is known by call, place, rung and due time: an obligation whose due time moves climbs anew. `next_rung`
    follows at `next_at`, unless this was the last; `next_provisional`: counted through a year without a notice.
    """

    place: int
    action: Action
    bearer: OrganizationRef
    rung: Rung
    due: Instant
    reached_at: Instant
    observed_at: Instant
    next_rung: Rung | None = None
    next_at: Instant | None = None
    next_provisional: bool = False


class LadderRested(SupervisionEvent, wire="supervision.LadderRested"):
    """阶梯停歇: a rung's time came, and the obligation was done, ended, paused or excused by then.

    `again_at`: when it is looked at again; never, where there is none. `provisional`: it is the time of the next rung,
    counted through a year without a notice.
    """

    place: int
    action: Action
    bearer: OrganizationRef
    due: Instant
    standing: Standing
    next_rung: Rung | None = None
    again_at: Instant | None = None
    provisional: bool = False


class ReminderSent(SupervisionEvent, wire="supervision.ReminderSent"):
    """临期提醒: one for everything of an organization in this matter that is nearly due.

    When it is told is the notice rule's to say (免打扰); `not_before` is what facts of earlier releases say of it.
    """

    organization: OrganizationRef
    items: tuple[Item, ...]
    not_before: Instant | None = None


class UrgeIssued(SupervisionEvent, wire="supervision.UrgeIssued"):
    """催办: one for everything of an organization in this matter that is overdue."""

    organization: OrganizationRef
    items: tuple[Item, ...]


class OrderDrafted(SupervisionEvent, wire="supervision.OrderDrafted"):
    """拟制督办通知单, by the machine or a supervisor: it binds nobody until a leader of `issuer` signs it."""

    order: int
    number: str
    level: Level
    issuer: OrganizationRef
    addressee: OrganizationRef
    items: tuple[Item, ...]
    sign: Deadline


class OrderAmended(SupervisionEvent, wire="supervision.OrderAmended"):
    """补充督办通知单: the draft names everything that is overdue by now."""

    order: int
    items: tuple[Item, ...]


class OrderDiscarded(SupervisionEvent, wire="supervision.OrderDiscarded"):
    """不予签发: the draft is dropped."""

    order: int
    reason: SealedText


class OrderLapsed(SupervisionEvent, wire="supervision.OrderLapsed"):
    """草稿作废, by the platform itself: all it named was done or ended by `since`, so that nobody could sign it."""

    order: int
    since: Instant


class OrderIssued(SupervisionEvent, wire="supervision.OrderIssued"):
    """签发督办通知单, by the leader who is the actor and `signed_by`. Opens the addressee's reply.

    Copied to the leader in charge at the addressee (分管负责人), by post: persons stand in the directory only; and to
    the organizations in `copies` (抄送).
    """

    order: int
    number: str
    level: Level
    issuer: OrganizationRef
    addressee: OrganizationRef
    items: tuple[Item, ...]
    signed_by: UUID
    copied_to_post: str
    reply: Deadline
    copies: tuple[OrganizationRef, ...] = ()
    demands: SealedText | None = None


class TownshipSupervisionIssued(SupervisionEvent, wire="supervision.TownshipSupervisionIssued"):
    """镇街督办: a township supervises a party of its comprehensive matter itself; copied to 督查机构."""

    order: int
    number: str
    issuer: OrganizationRef
    addressee: OrganizationRef
    items: tuple[Item, ...]
    signed_by: UUID
    copied_to: OrganizationRef
    copied_to_post: str
    reply: Deadline
    demands: SealedText


class OrderReplied(SupervisionEvent, wire="supervision.OrderReplied"):
    """答复督办. Opens the issuer's check."""

    order: int
    organization: OrganizationRef
    check: Deadline
    text: SealedText


class ReplyAccepted(SupervisionEvent, wire="supervision.ReplyAccepted"):
    """认可答复. `closes`: what the order named is done, and it is closed in the same step."""

    order: int
    closes: bool = False
    remark: SealedText | None = None


class ReplyRefused(SupervisionEvent, wire="supervision.ReplyRefused"):
    """退回答复: to be given again by `reply`."""

    order: int
    reply: Deadline
    reason: SealedText


class OrderClosed(SupervisionEvent, wire="supervision.OrderClosed"):
    """督办销号: what it named is done."""

    order: int
    remark: SealedText | None = None


class CircularDrafted(SupervisionEvent, wire="supervision.CircularDrafted"):
    """拟制通报, by the machine or a supervisor: it says nothing to anybody until a leader of `issuer` signs it."""

    circular: int
    number: str
    level: Level
    issuer: OrganizationRef
    addressee: OrganizationRef
    items: tuple[Item, ...]
    sign: Deadline


class CircularAmended(SupervisionEvent, wire="supervision.CircularAmended"):
    """补充通报草稿: another level's circular named all that the draft did; something else is late enough meanwhile."""

    circular: int
    items: tuple[Item, ...]


class CircularLapsed(SupervisionEvent, wire="supervision.CircularLapsed"):
    """通报草稿作废, by the platform itself: by `since` nothing it named was to be circulated any more: it was
    circulated by another level, or justified."""

    circular: int
    since: Instant


class CircularDiscarded(SupervisionEvent, wire="supervision.CircularDiscarded"):
    """不予通报: the draft is dropped."""

    circular: int
    reason: SealedText


class CircularIssued(SupervisionEvent, wire="supervision.CircularIssued"):
    """签发通报, by the leader who is the actor and `signed_by`. Opens the addressee's rectification. `copies`: 抄送."""

    circular: int
    number: str
    level: Level
    issuer: OrganizationRef
    addressee: OrganizationRef
    items: tuple[Item, ...]
    signed_by: UUID
    copied_to_post: str
    rectify: Deadline
    copies: tuple[OrganizationRef, ...] = ()
    demands: SealedText | None = None


class RectificationReported(SupervisionEvent, wire="supervision.RectificationReported"):
    """报告整改. Opens the issuer's confirmation."""

    circular: int
    organization: OrganizationRef
    confirm: Deadline
    text: SealedText


class RectificationConfirmed(SupervisionEvent, wire="supervision.RectificationConfirmed"):
    """确认整改到位."""

    circular: int
    remark: SealedText | None = None


class RectificationRefused(SupervisionEvent, wire="supervision.RectificationRefused"):
    """整改不到位: to be reported again by `rectify`."""

    circular: int
    rectify: Deadline
    reason: SealedText


class FailureSuspected(SupervisionEvent, wire="supervision.FailureSuspected"):
    """疑似情形, by the machine from the call's obligations (`grounds` says which rule) or by a supervisor (`reason`).

    It decides nothing: a supervisor of `decider` confirms or dismisses it.
    """

    suspicion: int
    kind: FailureKind
    organization: OrganizationRef
    items: tuple[Item, ...]
    grounds: str = ""
    decider: OrganizationRef | None = None
    reason: SealedText | None = None


class FailureConfirmed(SupervisionEvent, wire="supervision.FailureConfirmed"):
    """认定疑似情形属实."""

    suspicion: int
    reason: SealedText


class FailureDismissed(SupervisionEvent, wire="supervision.FailureDismissed"):
    """认定疑似情形不成立."""

    suspicion: int
    reason: SealedText


class PartySucceeded(SupervisionEvent, wire="supervision.PartySucceeded"):
    """督办承接: what a dissolved body had still to do in this matter, and what it had asked of others, passes to its
    successor; time before stays. Facts before name who it was."""

    was: OrganizationRef
    now: OrganizationRef


class ClocksRecomputed(SupervisionEvent, wire="supervision.ClocksRecomputed"):
    """督办时限重算, by the platform itself: for what the matter asks for, as calls.ClocksRecomputed for a call."""

    reason: RecomputeReason
    basis: str
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()


class StatementAdded(SupervisionEvent, wire="supervision.StatementAdded"):
    """督办陈述: beside what the matter asked of an organization, by that organization. It changes neither its state nor
    its clock. `obligation` is its place in the matter; `told` learn of it: who asked for it, and 督查机构."""

    organization: OrganizationRef
    obligation: int
    action: Action
    opened_by: int
    told: tuple[OrganizationRef, ...]
    text: SealedText


class ContentWithdrawn(SupervisionEvent, wire="supervision.ContentWithdrawn"):
    """内容撤除: what was written here was sealed under the call's key, which was destroyed by this order."""

    withdraws_content = True

    order_number: str
