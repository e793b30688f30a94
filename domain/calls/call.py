"""呼叫事项: what is known of one call, as `domain.calls.fold` folds it. Deciding and showing both use it."""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from domain.calls.beside import AgreedAction, Confidential, Consultation, Escalation, Evaluation, Interim
from domain.calls.words import FINAL_STAGES, Delay, DiscoveredHow, LateFact, Role, Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.shared.deadlines import Instant
from domain.shared.events import Envelope, Event
from domain.shared.urgency import Urgency

Fact = TypeVar("Fact", bound=Event)

WORK = (Action.HANDLE, Action.ASSIST, Action.COOPERATE)
"""The work itself, after the first response."""


@dataclass(frozen=True)
class Party:
    """承办单位: one addressee of a dispatch round and how far it is.

    `acted_at` is its first act on record, of whatever kind. `objection` is the number of its objection,
    `objected_whole` whether it was to everything asked of it.
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
    acted_at: Instant | None = None
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
class CoCaller:
    """共同呼叫镇街: whose call about the same matter goes on in this one."""

    call: UUID
    number: str
    township: UUID
    township_name: str


@dataclass(frozen=True)
class Reminder:
    """乡镇催办 of one organization: when the township may urge it again."""

    organization: UUID
    again: Instant
    township: UUID


@dataclass(frozen=True)
class DelayRequest:
    """延期或暂缓申请 and what became of it.

    `days` are working days (an extension's), `until` is when a suspension is over: as asked, then as granted.
    `opinion`: whether the township agrees to an extension, once it has said so.
    """

    number: int
    kind: Delay
    organization: UUID
    name: str
    round: int
    ground: str
    ground_text: str
    asked_at: Instant
    days: int = 0
    until: Instant | None = None
    opinion: bool | None = None
    answered: bool = False
    granted: bool = False
    resumed: bool = False


@dataclass(frozen=True)
class Wait:
    """等待: one party waits for another, by a written request, or for an upper body, by its receipt.

    `by` is the version of the fact that began it. `on` is None for an upper body: `escalation` numbers what was put
    before it.
    """

    number: int
    waiter: UUID
    waiter_name: str
    on: UUID | None
    on_name: str
    round: int
    since: Instant
    by: int
    over: bool = False
    escalation: int = 0


@dataclass(frozen=True)
class Call:
    """呼叫事项 as the facts so far say.

    `accept_anew`: the urgency by whose limit the platform's paused clock to accept starts anew, if it was restarted.
    `unclear`: the platform said that it can't tell who should lead. `consulted`: a consultation was held in the running
    round. `consultation` is the last one convened. `copied`: organizations that got a copy and only read. `text` and
    `place` are what whoever reads the call reads: once it is confidential, the edited ones. `stand_ins`: bodies whose
    successors may not take the call, and who took their part (None: nobody yet).
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
    discovered_at: Instant
    discovered_how: DiscoveredHow
    text: str
    place: str
    item_hint: str = ""
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
    delays: tuple[DelayRequest, ...] = ()
    waits: tuple[Wait, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    objections: int = 0
    misdispatches: int = 0
    opinion_proposed: UUID | None = None
    designated: UUID | None = None
    designated_name: str = ""
    informant: UUID | None = None
    withdrawn_content: bool = False
    merged_into: UUID | None = None
    merged_into_number: str = ""
    co_callers: tuple[CoCaller, ...] = ()
    parts: tuple[UUID, ...] = ()
    split_from: UUID | None = None
    split_from_number: str = ""
    unclear: bool = False
    consulted: bool = False
    consultation: Consultation | None = None
    agreed: tuple[AgreedAction, ...] = ()
    interim: Interim | None = None
    resolved_at: Instant | None = None
    reopen_until: Instant | None = None
    reopenings: int = 0
    evaluations: tuple[Evaluation, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    copied: tuple[UUID, ...] = ()
    confidential: Confidential | None = None
    stand_ins: tuple[tuple[UUID, UUID | None], ...] = ()

    def next(self, fact_type: type[Fact], envelope: Envelope, /, **fields: Any) -> Fact:
        """The next fact of this call."""
        return fact_type.at_version(self.id, self.version + 1, envelope, **fields)

    @property
    def lead(self) -> Party | None:
        """主办 of the running round, if it is still bound."""
        return next((p for p in self.parties if p.role is Role.LEAD and p.round == self.round and p.active), None)

    @property
    def callers(self) -> dict[UUID, str]:
        """Every township that called, with its name; the one whose call it goes on in first."""
        return {self.township: self.township_name} | {one.township: one.township_name for one in self.co_callers}

    @property
    def evaluators(self) -> dict[UUID, str]:
        """评价镇街, with their names: every township that called, but never for its own work."""
        lead = self.lead.organization if self.lead else None
        return {township: name for township, name in self.callers.items() if township != lead}

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

    def claims_before(self, organization: UUID) -> tuple[LateEntry, ...]:
        """补录 that an organization has to confirm: as the other side or as its heir, but never its own."""
        asked = {
            owed.entry
            for owed in self.obligations
            if owed.open and owed.action is Action.CONFIRM_LATE_ENTRY and owed.organization == organization
        }
        return tuple(one for one in self.late_entries if one.entry in asked and one.organization != organization)

    def work_of(self, organization: UUID) -> tuple[Obligation, ...]:
        """The work an organization has still to finish in the running round: to handle, to assist, to cooperate."""
        return tuple(
            owed
            for owed in self.obligations
            if owed.open and owed.organization == organization and owed.action in WORK and owed.round == self.round
        )

    def clocks_of(self, organization: UUID) -> tuple[Obligation, ...]:
        """What an extension or a pause of a party concerns: its own work; for a lead, the cooperation due with it."""
        lead = self.lead is not None and self.lead.organization == organization
        beside = self.work_of(self.township) if lead and self.township != organization else ()
        cooperation = (owed for owed in beside if owed.action is Action.COOPERATE)
        return (*(owed for owed in self.work_of(organization) if owed.action is not Action.COOPERATE), *cooperation)

    @property
    def asking(self) -> tuple[DelayRequest, ...]:
        """The requests for more time that wait for an answer."""
        return tuple(request for request in self.delays if not request.answered)

    def suspension_of(self, organization: UUID) -> DelayRequest | None:
        """The last suspension of a party in the running round that nobody ended before its time."""
        return next(
            (
                request
                for request in reversed(self.delays)
                if request.kind is Delay.SUSPENSION
                and request.organization == organization
                and request.round == self.round
                and request.granted
                and not request.resumed
            ),
            None,
        )

    @property
    def open_waits(self) -> tuple[Wait, ...]:
        """Who waits for whom now."""
        return tuple(wait for wait in self.waits if not wait.over)

    @property
    def open_escalations(self) -> tuple[Escalation, ...]:
        """What upper bodies have still to answer."""
        return tuple(one for one in self.escalations if not one.over)

    @property
    def work(self) -> Obligation | None:
        """The lead's duty to bring the matter to its result, the newest of the running round, open or ended.

        Done by a body that is gone since, it is its successor's.
        """
        mine = (Action.HANDLE, Action.FINAL_RESULT)
        work = next(
            (o for o in reversed(self.obligations) if o.action in mine and o.round == self.round and not o.entry), None
        )
        if work is None or self.lead is None or work.organization == self.lead.organization:
            return work
        heir = self.lead
        return changed(
            work,
            organization=heir.organization,
            organization_name=heir.name,
            inherited_from=work.organization,
            reworks=0,
        )

    @property
    def disputed(self) -> bool:
        """Who handles it, or a part of it, is not settled."""
        return any(p.objection_open for p in self.current_parties) or self.owing(Action.DISPATCH_PART) is not None

    @property
    def readers(self) -> frozenset[UUID]:
        """Every organization that may read it: those concerned, the platform, and who got a copy."""
        platform = () if self.platform is None else (self.platform,)
        return self.concerned.union(platform, self.copied) - {self.complained_of}

    @property
    def concerned(self) -> frozenset[UUID]:
        """Every organization that had a part in it, and so may add to its record."""
        named = {self.township, *(p.organization for p in self.parties), *(t.organization for t in self.obligations)}
        named |= {one.township for one in self.co_callers}
        named |= set() if self.duty_room is None else {self.duty_room}
        return frozenset(named - {self.complained_of})

    @property
    def awaited(self) -> frozenset[UUID]:
        """Every organization from whom something is still to come: whoever owes something and, until the call is over,
        whoever has a part in it now."""
        owing = {owed.organization for owed in self.obligations if owed.open}
        if self.stage in FINAL_STAGES:
            return frozenset(owing)
        desks = (self.platform, self.duty_room, self.establishment_office, self.designator, self.designated)
        callers = (self.township, *(one.township for one in self.co_callers))
        parties = (party.organization for party in self.current_parties)
        return frozenset(owing.union(callers, parties, (desk for desk in desks if desk is not None)))

    def withheld(self, dissolved: UUID) -> int:
        """The number of a body whose successor may not take the call, from 1 on; 0: nobody said so of it."""
        return next((n for n, (was, _) in enumerate(self.stand_ins, 1) if was == dissolved), 0)

    def stand_in(self, dissolved: UUID) -> UUID | None:
        """Who has the part of a body whose successor may not take it; None while nobody has."""
        return next((now for was, now in reversed(self.stand_ins) if was == dissolved), None)

    @property
    def complained_of(self) -> UUID | None:
        """Whose staff a confidential call complains about: it has no part in it, and does not read it."""
        return self.confidential.about if self.confidential is not None else None

    @property
    def keepers(self) -> frozenset[UUID]:
        """Who reads an informant's name and the original of a confidential call: 镇街 that called, and the platform."""
        return frozenset({self.township} if self.platform is None else {self.township, self.platform})
