"""督办事项: what is known of the supervision of one call, as `domain.supervision.fold` folds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.deadlines import Deadline, Instant
from domain.shared.events import Envelope
from domain.shared.identifiers import stream_id
from domain.supervision.events import CallRef, Item, SupervisionEvent
from domain.supervision.words import (
    OPEN_ORDERS,
    CircularStage,
    FailureKind,
    Level,
    OrderKind,
    OrderStage,
    Rung,
    Standing,
    SuspicionState,
)

Fact = TypeVar("Fact", bound=SupervisionEvent)


def matter_stream(node: str, call: UUID) -> UUID:
    """The stream of the supervision of a call; everybody computes it alike."""
    return stream_id(node, "matter", str(call))


@dataclass(frozen=True)
class Ladder:
    """阶梯 of one obligation for one due time: how far up it is (None: no rung yet), and when it goes on
    (`next_provisional`: as counted through a year without a notice).

    `place` is in the call; in the matter where the `action` is 督办's own. `version` is that of the fact it stands by.
    """

    place: int
    action: Action
    due: Instant
    organization: UUID
    rung: Rung | None = None
    reached_at: Instant | None = None
    standing: Standing = Standing.CLIMBING
    next_rung: Rung | None = None
    next_at: Instant | None = None
    next_provisional: bool = False
    version: int = 0


@dataclass(frozen=True)
class Order:
    """督办通知单 (or a township's own supervision)."""

    order: int
    number: str
    kind: OrderKind
    level: Level
    issuer: UUID
    issuer_name: str
    addressee: UUID
    addressee_name: str
    items: tuple[Item, ...]
    stage: OrderStage
    drafted_at: Instant
    issued_at: Instant | None = None
    signed_by: UUID | None = None
    refused: int = 0
    copies: tuple[OrganizationRef, ...] = ()
    demands: str = ""
    reply: str = ""

    @property
    def open(self) -> bool:
        """Still binds somebody."""
        return self.stage in OPEN_ORDERS


@dataclass(frozen=True)
class Circular:
    """通报."""

    circular: int
    number: str
    level: Level
    issuer: UUID
    issuer_name: str
    addressee: UUID
    addressee_name: str
    items: tuple[Item, ...]
    stage: CircularStage
    drafted_at: Instant
    issued_at: Instant | None = None
    signed_by: UUID | None = None
    copies: tuple[OrganizationRef, ...] = ()
    demands: str = ""
    rectification: str = ""

    @property
    def open(self) -> bool:
        """Drafted, or not rectified yet."""
        return self.stage not in (CircularStage.DISCARDED, CircularStage.RECTIFIED)


@dataclass(frozen=True)
class Suspicion:
    """疑似情形."""

    suspicion: int
    kind: FailureKind
    organization: UUID
    organization_name: str
    items: tuple[Item, ...]
    grounds: str
    suspected_at: Instant
    by_machine: bool
    state: SuspicionState = SuspicionState.SUSPECTED
    decided_at: Instant | None = None


@dataclass(frozen=True)
class Matter:
    """督办事项 as the facts so far say. `version` is 0 while no fact stands. `obligations` are its own: to sign, to
    reply, to check, to rectify; `entry` is the order or circular. `urged`: the call's obligations (by place) urged so
    far."""

    id: UUID
    version: int
    about: CallRef
    ladders: tuple[Ladder, ...] = ()
    urged: tuple[int, ...] = ()
    orders: tuple[Order, ...] = ()
    circulars: tuple[Circular, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    changed_at: Instant | None = None

    @classmethod
    def of(cls, node: str, call: Call) -> "Matter":
        """The matter of a call on which nothing was supervised yet."""
        return cls(matter_stream(node, call.id), 0, reference(call))

    def next(self, fact_type: type[Fact], envelope: Envelope, about: CallRef, /, **fields: Any) -> Fact:
        """The next fact of this matter; `about` is the call as it stands."""
        return fact_type.at_version(self.id, self.version + 1, envelope, about=about, **fields)

    def ladder(self, place: int, action: Action) -> Ladder | None:
        """The ladder of an obligation, as it climbed last."""
        return next((one for one in self.ladders if (one.place, one.action) == (place, action)), None)

    def order(self, order: int) -> Order | None:
        """An order by its number in the matter, from 1."""
        return self.orders[order - 1] if 0 < order <= len(self.orders) else None

    def circular(self, circular: int) -> Circular | None:
        """A circular by its number in the matter, from 1."""
        return self.circulars[circular - 1] if 0 < circular <= len(self.circulars) else None

    def suspicion(self, suspicion: int) -> Suspicion | None:
        """A suspicion by its number in the matter, from 1."""
        return self.suspicions[suspicion - 1] if 0 < suspicion <= len(self.suspicions) else None

    def orders_to(self, organization: UUID) -> Sequence[Order]:
        """督办通知单 to an organization, oldest first; a township's own supervision is none of them."""
        return [o for o in self.orders if o.addressee == organization and o.kind is OrderKind.COUNTY]

    def standing_order(self, addressee: UUID, issuer: UUID, beside: int = 0) -> Order | None:
        """督办通知单 that an issuer can't order beside: signed by anybody and not over, or a draft of its own. What
        another one has not signed binds nobody. `beside`: not this one."""
        return next((one for one in self.orders_to(addressee) if one.order != beside and _stands(one, issuer)), None)

    def standing_circular(self, addressee: UUID, issuer: UUID, beside: int = 0) -> Circular | None:
        """The same of circulars."""
        own = (one for one in self.circulars if one.addressee == addressee and one.circular != beside)
        return next((one for one in own if _stands(one, issuer)), None)

    def answers_due(self, document: Order | Circular) -> tuple[Deadline, ...]:
        """Until when its addressee was to answer it: as it was signed, then once for each answer that was refused."""
        action, number = (
            (Action.RECTIFY, document.circular)
            if isinstance(document, Circular)
            else (Action.ORDER_REPLY, document.order)
        )
        asked = (owed for owed in self.obligations if owed.inherited_from is None)
        return tuple(owed.deadline for owed in asked if (owed.action, owed.entry) == (action, number))

    def circular_decided_at(self, organization: UUID) -> Instant | None:
        """When a leader last signed a circular on an organization, or dropped its draft (不予通报)."""
        own = {circular.circular for circular in self.circulars if circular.addressee == organization}
        by_nobody = (Ending.PASSED_ON, Ending.LAPSED)
        signed = (o for o in self.obligations if o.action is Action.SIGN_CIRCULAR and o.ending not in by_nobody)
        ends = [o.ended for o in signed if o.entry in own]
        return max((at for at in ends if at is not None), default=None)

    @property
    def open_obligations(self) -> tuple[Obligation, ...]:
        """What the matter itself waits for."""
        return tuple(owed for owed in self.obligations if owed.open)


def _stands(document: Order | Circular, issuer: UUID) -> bool:
    return document.open and (document.issued_at is not None or document.issuer == issuer)


def reference(call: Call) -> CallRef:
    """The call as a fact names it."""
    township = OrganizationRef(id=call.township, name=call.township_name)
    return CallRef(id=call.id, number=call.number, township=township, urgency=call.urgency)
