"""呼叫事项: what is known of one call, as `domain.calls.fold` folds it. Deciding and showing both use it."""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from domain.calls.words import LateFact, Role, Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.deadlines import Instant
from domain.shared.events import Envelope, Event
from domain.shared.urgency import Urgency

Fact = TypeVar("Fact", bound=Event)


@dataclass(frozen=True)
class Party:
    """承办单位: one addressee of a dispatch round and how far it is.

    `objection` is the number of its objection, `objected_whole` whether it was to everything asked of it.
    """

    organization: UUID
    name: str
    role: Role
    round: int
    duty_text: str
    vertical: bool
    dispatched_at: Instant
    objection_until: Instant | None
    responded_at: Instant | None = None
    arrived_at: Instant | None = None
    progressed_at: Instant | None = None
    objected: bool = False
    objection: int = 0
    objection_open: bool = False
    objected_whole: bool = True
    released: bool = False
    finished: bool = False

    @property
    def active(self) -> bool:
        """Still bound by the dispatch."""
        return not self.released


@dataclass(frozen=True)
class LateEntry:
    """补录 and what became of it."""

    entry: int
    organization: UUID
    other_side: UUID
    fact: LateFact
    claimed_at: Instant
    recorded_at: Instant
    confirmed: bool | None = None


@dataclass(frozen=True)
class Call:
    """呼叫事项 as the facts so far say.

    `accept_anew`: the urgency by whose limit the platform's paused clock to accept starts anew, if it was restarted.
    """

    id: UUID
    version: int
    number: str
    stage: Stage
    urgency: Urgency
    township: UUID
    township_name: str
    submitted_by: UUID | None
    submitted_at: Instant
    changed_at: Instant
    text: str
    place: str
    platform: UUID | None = None
    platform_name: str = ""
    duty_room: UUID | None = None
    duty_room_name: str = ""
    establishment_office: UUID | None = None
    designator: UUID | None = None
    sent_back: bool = False
    accept_anew: Urgency | None = None
    decline_contested: bool = False
    declined_by: UUID | None = None
    declined_for: UUID | None = None
    round: int = 0
    off_list: bool = False
    complex: bool = False
    revision: UUID | None = None
    item: str | None = None
    item_title: str = ""
    township_duty: str = ""
    parties: tuple[Party, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    late_entries: tuple[LateEntry, ...] = ()
    objections: int = 0
    misdispatches: int = 0
    opinion_proposed: UUID | None = None
    designated: UUID | None = None
    designated_name: str = ""
    reworks: int = 0
    informant: UUID | None = None
    withdrawn_content: bool = False

    def next(self, fact_type: type[Fact], envelope: Envelope, /, **fields: Any) -> Fact:
        """The next fact of this call."""
        return fact_type.at_version(self.id, self.version + 1, envelope, **fields)

    @property
    def lead(self) -> Party | None:
        """主办 of the running round, if it is still bound."""
        return next((p for p in self.parties if p.role is Role.LEAD and p.round == self.round and p.active), None)

    @property
    def own_work(self) -> bool:
        """镇街主办: the calling township leads itself. Then it neither confirms nor evaluates the work."""
        return self.lead is not None and self.lead.organization == self.township

    def party(self, organization: UUID) -> Party | None:
        """An organization's part in the running round, if it is still bound."""
        return next(
            (p for p in self.parties if p.organization == organization and p.round == self.round and p.active), None
        )

    @property
    def current_parties(self) -> tuple[Party, ...]:
        """Everybody bound by the running round."""
        return tuple(p for p in self.parties if p.round == self.round and p.active)

    @property
    def open_obligations(self) -> tuple[Obligation, ...]:
        """Everything to be done now, by whomever. What waits for another's step first is not."""
        return tuple(owed for owed in self.obligations if owed.to_do)

    def owing(self, action: Action, organization: UUID | None = None) -> Obligation | None:
        """What is open of an action, of one organization if named."""
        return next(
            (
                t
                for t in self.open_obligations
                if t.action is action and (organization is None or t.organization == organization)
            ),
            None,
        )

    @property
    def concerned(self) -> frozenset[UUID]:
        """Every organization that had a part in it, and so may read it."""
        named = {self.township, *(p.organization for p in self.parties), *(t.organization for t in self.obligations)}
        return frozenset(named if self.duty_room is None else named | {self.duty_room})
