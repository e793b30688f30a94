"""时限触发: what the clock asks when time has come. Decided on facts: what the clock saw in a view decides nothing.

One command fires the rungs of many calls in one transaction. Each rung is a fact of its own in the matter of its call;
asked again, by another clock or after a crash, it stands there already and nothing is recorded twice.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.calls.events import OrganizationRef
from domain.calls.lights import due_soon
from domain.calls.setting import Setting
from domain.obligations.obligation import Obligation
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import ladder as l
from domain.supervision.drafting import (
    can_be_ordered,
    circular_again_at,
    draft_circular,
    draft_order,
    supervision_body,
)
from domain.supervision.fold import evolve
from domain.supervision.imported import KnownCall
from domain.supervision.imported import evolve as evolve_call
from domain.supervision.lateness import item_of, moot_since, overdue_items, settled_at, to_circulate
from domain.supervision.matter import Ladder, Matter, matter_stream, reference
from domain.supervision.refusals import NothingDue, NotTheClock
from domain.supervision.suspicions import suspected
from domain.supervision.words import CircularStage, OrderStage, Rung, Standing

MOST_RUNGS = 2_000


class RungDue(BaseModel):
    """到级提示: what the clock saw: an obligation of a call that may have reached a rung; `own`: one of its matter."""

    model_config = ConfigDict(frozen=True)

    call: UUID
    place: int
    own: bool = False
    rung: Rung
    due: Instant


class FireRungs(Command):
    """时限触发, by the platform itself."""

    wire: ClassVar[str] = "supervision.fire_rungs"
    title: ClassVar[str] = "时限触发"

    rungs: tuple[RungDue, ...] = Field(title="到级的应履责事项", min_length=1, max_length=MOST_RUNGS)


def fire_rungs(command: FireRungs, desk: Desk) -> list[Event]:
    """Fire what is due of what was asked about. Refuses NotTheClock, NothingDue.

    The moment decided for is the envelope's `occurred_at`: when the clock looked.
    """
    actor = desk.envelope.actor
    if actor.person is not None or actor.post != Post.SYSTEM:
        raise NotTheClock
    setting = Setting(desk)
    places: dict[UUID, set[_Place]] = {}
    for rung in command.rungs:
        places.setdefault(rung.call, set()).add((rung.own, rung.place))
    matters = {call: matter_stream(desk.envelope.node, call) for call in places}
    known = desk.streams.in_clear(places, evolve_call)
    supervised = desk.streams.in_clear(matters.values(), evolve)
    facts: list[Event] = []
    times = l.RungTimes(setting.rules)
    for call_id, asked in places.items():
        if call_id not in known:
            continue
        stream = matters[call_id]
        facts += _Firing(setting, known[call_id], stream, supervised.get(stream), times).of(asked)
    if not facts:
        raise NothingDue
    return facts


_Place = tuple[bool, int]
"""Where an obligation stands: in the matter (True) or in the call, and its number there."""


class _Firing:
    """What becomes of one matter as of the moment the clock looked."""

    def __init__(
        self, setting: Setting, known: KnownCall, stream: UUID, matter: Matter | None, times: l.RungTimes
    ) -> None:
        self.setting = setting
        self.known = known
        self.call = known.call
        self.about = reference(known.call)
        self.matter = matter or Matter(stream, 0, self.about)
        self.times = times
        self.now: datetime = setting.envelope.occurred_at
        self.facts: list[Event] = []
        self.reminded: dict[UUID, list[e.Item]] = {}
        self.urged: dict[UUID, list[e.Item]] = {}
        self.to_order: dict[UUID, OrganizationRef] = {}
        self.to_circulate: dict[UUID, OrganizationRef] = {}
        self.at_circular: dict[UUID, list[int]] = {}

    def of(self, places: Iterable[_Place]) -> list[Event]:
        """The facts, in order: rungs first, then what they lead to, merged by organization."""
        self._lapse()
        for own, place in sorted(places):
            among = self.matter.obligations if own else self.call.obligations
            if 0 <= place < len(among):
                self._climb(place, among[place])
        if self.facts or self.to_circulate:
            self._tell()
            self._draft()
        self._suspect()
        return self.facts

    def _lapse(self) -> None:
        """A draft whose items are all done, or circulated by another level, names what else is late enough; where
        nothing is, it can't be signed, and nobody owes the signature."""
        for order in self.matter.orders:
            since = settled_at(self.call, order.items) if order.stage is OrderStage.DRAFTED else None
            if since is None:
                continue
            if items := overdue_items(self.call, order.addressee, self.now, self.setting.rules):
                self._fact(e.OrderAmended, order=order.order, items=items)
            else:
                self._fact(e.OrderLapsed, order=order.order, since=since)
        for one in self.matter.circulars:
            moot = moot_since(self.call, self.matter, one) if one.stage is CircularStage.DRAFTED else None
            if moot is None:
                continue
            if items := to_circulate(self.call, self.matter, one.addressee, self.now, self.setting.rules):
                self._fact(e.CircularAmended, circular=one.circular, items=items)
            else:
                self._fact(e.CircularLapsed, circular=one.circular, since=moot)

    def _climb(self, place: int, owed: Obligation) -> None:
        if not owed.owed:
            return
        ladder = self.matter.ladder(place, owed.action)
        same = ladder if ladder is not None and ladder.due == owed.deadline.due else None
        if (standing := l.rests(owed)) is not None:
            if ladder is not None and ladder.standing is Standing.CLIMBING:
                self._rest(place, owed, ladder.due, standing)
            return
        if same is not None and same.standing in (Standing.TOP, Standing.PAST):
            return
        if same is not None and same.rung is Rung.CIRCULAR:
            self._circulate_again(place, owed, same)
            return
        above = l.coming(
            owed,
            self.call.urgency,
            self.times,
            same,
            self.now,
            may_order=self._orderable,
            over=self.known.before_import,
        )
        reached = sum(reach.at <= self.now for reach in above)
        if reached == 0:
            self._not_yet(place, owed, ladder, same, above)
            return
        until = l.excused_until(owed, self.now, self.setting.rules)
        if until is not None:
            self._rest(place, owed, owed.deadline.due, Standing.CLIMBING, above[0].rung, until)
            return
        bearer = _bearer(owed)
        for number, reach in enumerate(above[:reached], start=1):
            following = above[number] if number < len(above) else None
            self._fact(
                e.RungReached,
                place=place,
                action=owed.action,
                bearer=bearer,
                rung=reach.rung,
                due=owed.deadline.due,
                reached_at=reach.at,
                observed_at=self.now,
                next_rung=following.rung if following else None,
                next_at=following.at if following else None,
                next_provisional=following is not None and following.provisional,
            )
        self._leads_to(place, owed, [reach.rung for reach in above[:reached]])

    def _not_yet(
        self, place: int, owed: Obligation, ladder: Ladder | None, same: Ladder | None, above: list[l.Reach]
    ) -> None:
        """Nothing is due: a ladder for another due time rests for good, one that rested goes on. What came due before
        the call was imported is passed over: the clock need not ask again."""
        due = owed.deadline.due
        if same is None and not self.known.before_import(due_soon(owed.deadline)):
            if ladder is not None and ladder.standing is Standing.CLIMBING:
                self._rest(place, owed, ladder.due, Standing.MOVED)
        elif not above:
            climbed = same is not None and same.rung is not None
            self._rest(place, owed, due, Standing.TOP if climbed else Standing.PAST)
        elif same is None or (same.standing, same.next_at) != (Standing.CLIMBING, above[0].at):
            first = above[0]
            self._rest(place, owed, due, Standing.CLIMBING, first.rung, first.at, provisional=first.provisional)

    def _leads_to(self, place: int, owed: Obligation, rungs: list[Rung]) -> None:
        """What is told: a reminder only where nothing worse came with it (after a standstill of the clock)."""
        item = e.Item(place=place, action=owed.action, due=owed.deadline.due)
        if rungs[-1] is Rung.REMIND:
            self.reminded.setdefault(owed.organization, []).append(item)
        if Rung.URGE in rungs:
            self.urged.setdefault(owed.organization, []).append(item)
        if Rung.ORDER in rungs:
            self.to_order[owed.organization] = _bearer(owed)
        if Rung.CIRCULAR in rungs:
            self._circulates(place, owed)

    def _circulates(self, place: int, owed: Obligation) -> None:
        self.to_circulate[owed.organization] = _bearer(owed)
        self.at_circular.setdefault(owed.organization, []).append(place)

    def _circulate_again(self, place: int, owed: Obligation, ladder: Ladder) -> None:
        """The rung was reached when no circular could be drafted yet."""
        if ladder.next_at is None or self.now < ladder.next_at:
            return
        until = l.excused_until(owed, self.now, self.setting.rules)
        if until is not None:
            self._rest(place, owed, ladder.due, Standing.CLIMBING, Rung.CIRCULAR, until)
            return
        self._circulates(place, owed)

    def _tell(self) -> None:
        for organization, items in self.reminded.items():
            self._fact(e.ReminderSent, organization=self._named(organization), items=tuple(items))
        for organization, items in self.urged.items():
            self._fact(e.UrgeIssued, organization=self._named(organization), items=tuple(items))

    def _draft(self) -> None:
        if not (self.to_order or self.to_circulate):
            return  # of most calls: in whose name it would be is not asked then
        issuer = supervision_body(self.setting, self.call)
        if issuer is not None:
            for addressee in self.to_order.values():
                self._take(draft_order(self.setting, self.call, self.matter, addressee, issuer, self.now))
        for addressee in self.to_circulate.values():
            again_at = None
            if issuer is not None:
                again_at = circular_again_at(self.setting, self.call, self.matter, addressee.id, issuer.id, self.now)
                self._take(draft_circular(self.setting, self.call, self.matter, addressee, issuer, self.now))
            self._look_again(self.at_circular[addressee.id], again_at)

    def _look_again(self, places: Iterable[int], at: datetime | None) -> None:
        """At the top, or at the time when a circular may be drafted that can't be now."""
        for place in places:
            owed = self.call.obligations[place]
            ladder = self.matter.ladder(place, owed.action)
            if at is not None:
                self._rest(place, owed, owed.deadline.due, Standing.CLIMBING, Rung.CIRCULAR, at)
            elif ladder is not None and ladder.standing is Standing.CLIMBING:
                self._rest(place, owed, owed.deadline.due, Standing.TOP)

    def _suspect(self) -> None:
        rules = self.setting.rules
        tolerance = rules.limits().get((LimitKind.RESPONSE_TOLERANCE, self.call.urgency))

        def tolerated(due: datetime) -> datetime:
            return due if tolerance is None else rules.calendar.add(due, tolerance).at

        def excused(owed: Obligation) -> bool:
            return l.rests(owed) is Standing.PAUSED or l.excused_until(owed, self.now, rules) is not None

        for one in list(suspected(self.call, frozenset(self.matter.urged), self.now, tolerated, excused)):
            known = {(s.kind, item.place) for s in self.matter.suspicions for item in s.items}
            over = self.known.before_import(self.call.obligations[one.place].deadline.due)
            if (one.kind, one.place) not in known and not over:
                self._fact(
                    e.FailureSuspected,
                    suspicion=len(self.matter.suspicions) + 1,
                    kind=one.kind,
                    organization=_bearer(self.call.obligations[one.place]),
                    items=tuple(item_of(self.call, place) for place in one.places),
                    grounds=one.grounds,
                    decider=supervision_body(self.setting, self.call),
                )

    def _orderable(self, owed: Obligation) -> bool:
        return l.ordered(owed) and can_be_ordered(self.setting, owed.organization)

    def _rest(
        self,
        place: int,
        owed: Obligation,
        due: datetime,
        standing: Standing,
        next_rung: Rung | None = None,
        again_at: datetime | None = None,
        *,
        provisional: bool = False,
    ) -> None:
        self._fact(
            e.LadderRested,
            place=place,
            action=owed.action,
            bearer=_bearer(owed),
            due=due,
            standing=standing,
            next_rung=next_rung,
            again_at=again_at,
            provisional=provisional,
        )

    def _fact(self, fact_type: type[e.SupervisionEvent], **fields: object) -> None:
        self._take(self.matter.next(fact_type, self.setting.envelope, self.about, **fields))

    def _take(self, fact: e.SupervisionEvent | None) -> None:
        if fact is not None:
            self.facts.append(fact)
            self.matter = evolve(self.matter, fact)

    def _named(self, organization: UUID) -> OrganizationRef:
        owing = (*self.call.obligations, *self.matter.obligations)
        return next(_bearer(owed) for owed in owing if owed.organization == organization)


def _bearer(owed: Obligation) -> OrganizationRef:
    return OrganizationRef(id=owed.organization, name=owed.organization_name)


HANDLERS: Handlers = {FireRungs: fire_rungs}
