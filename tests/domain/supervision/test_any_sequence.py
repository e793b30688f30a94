"""任意顺序的督办: whatever the clock and anybody ask while a call goes on, nobody is ordered or judged twice."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.calls.call import Call
from domain.calls.commands import STEPS as CALL_STEPS
from domain.calls.dispatch.passing import SucceedParty
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action as K
from domain.rules.rulebook import LimitKind, rulebook_of
from domain.shared.commands import Command
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from domain.supervision import circulars as c
from domain.supervision import events as e
from domain.supervision import failures as f
from domain.supervision import orders as o
from domain.supervision import statement as s
from domain.supervision.commands import STEPS
from domain.supervision.fold import evolve
from domain.supervision.fold_succession import awaited
from domain.supervision.matter import Circular, Matter, Order, matter_stream
from domain.supervision.rights import Seat, Subject, SupervisionStep
from domain.supervision.succession import SucceedInMatter
from domain.supervision.words import (
    CircularStage,
    FailureKind,
    Level,
    OrderKind,
    OrderStage,
    Rung,
    SuspicionState,
)
from tests.domain.calls.test_any_sequence import CONTENT as CALL_CONTENT
from tests.domain.memory import NODE, PLATFORM_ITSELF
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county

_POSITION = {"not-your-supervision", "wrong-supervision-stage", "not-found"}
_MINUTES = (0, 1, 61, 480, 1_500, 1_500, 4_000, 12_000)
_ORDER_WAITS_FOR = {
    OrderStage.DRAFTED: K.SIGN_ORDER,
    OrderStage.ISSUED: K.ORDER_REPLY,
    OrderStage.REPLIED: K.CHECK_REPLY,
}
_CIRCULAR_WAITS_FOR = {
    CircularStage.DRAFTED: K.SIGN_CIRCULAR,
    CircularStage.ISSUED: K.RECTIFY,
    CircularStage.REPORTED: K.CONFIRM_RECTIFICATION,
}
"""By stage: the one thing that is owed then."""

_DISSOLVING = ("zhifa", "shichang", "zhujian")
_SUCCEEDING = ("zhujian", "shichang", "huanjing")
"""The lead and its assistant among them, and one that may have inherited itself."""

_RUNGS = tuple(Rung)
_ORDERED = (e.OrderIssued, e.CircularIssued)


class AnySupervision(RuleBasedStateMachine):
    """One call, a clock, and everybody supervising, answering and deciding."""

    @initialize(urgency=st.sampled_from(Urgency), late=st.booleans(), signed=st.booleans())
    def begin(self, urgency: Urgency, late: bool, signed: bool) -> None:
        """`signed`: what the machine has drafted by then is signed, so that it waits for its addressee."""
        self.county: SupervisedCounty = the_supervised_county()
        self.people = dict(self.county.people)
        self.id: UUID = self.county.silent("shichang", urgency=urgency)
        if late:
            self.county.pass_time(days=20)
        if late and signed:
            self._asked(self.county.asking(self.id), PLATFORM_ITSELF)
            for one in self.matter.orders:
                self._asked(o.IssueOrder(call_id=self.id, order=one.order), self.people["ducha_leader"])
            for paper in self.matter.circulars:
                signing = c.IssueCircular(call_id=self.id, circular=paper.circular)
                self._asked(signing, self.people["ducha_leader"])

    @property
    def call(self) -> Call:
        return self.county.call(self.id)

    @property
    def facts(self) -> list[Event]:
        return self.county.streams.facts.get(matter_stream(NODE, self.id), [])

    @property
    def matter(self) -> Matter:
        return self.county.matter(self.id) if self.facts else Matter.of(NODE, self.call)

    @rule(minutes=st.sampled_from(_MINUTES))
    def the_clock_looks(self, minutes: int) -> None:
        """What it records is due; asked again at once, it finds nothing."""
        self.county.pass_time(minutes=minutes)
        before, matter, asked = self.call, self.matter, self.county.asking(self.id)
        refusal, facts = self._asked(asked, PLATFORM_ITSELF)
        assert refusal is None or refusal.code == "nothing-due"
        for fact in facts:
            if isinstance(fact, e.RungReached):
                owed = (matter if fact.action.supervisory else before).obligations[fact.place]
                assert owed.action is fact.action
                assert owed.open
                assert owed.owed
                assert fact.due == owed.deadline.due
                assert fact.reached_at <= fact.observed_at == self.county.now
                assert fact.rung is Rung.REMIND or fact.due <= fact.reached_at
        refusal, _ = self._asked(asked, PLATFORM_ITSELF)
        assert refusal is not None
        assert refusal.code == "nothing-due"

    @rule(draw=st.data(), minutes=st.sampled_from(_MINUTES))
    def the_call_goes_on(self, draw: st.DataObject, minutes: int) -> None:
        """Somebody takes one of the main steps, or asks for time."""
        offers = {
            (who, step.command)
            for who, actor in self.people.items()
            for step in CALL_STEPS
            if step.primary and step.refusal(self.call, Post(actor.post), actor.organization) is None
        }
        if not offers:
            return
        who, kind = draw.draw(st.sampled_from(sorted(offers, key=lambda one: (one[1].wire, one[0]))))
        self.county.pass_time(minutes=minutes)
        self._asked(draw.draw(CALL_CONTENT[kind](self)), self.people[who])  # type: ignore[arg-type]

    @rule(draw=st.data(), offered=st.sampled_from([True, True, True, False]), minutes=st.sampled_from(_MINUTES))
    def somebody_supervises(self, draw: st.DataObject, offered: bool, minutes: int) -> None:
        """A step that is offered to somebody, or any step by anybody. Pages offer what commands allow."""
        self.county.pass_time(minutes=minutes)
        anything = [(who, step, number) for who in sorted(self.people) for step in STEPS for number in _numbers(step)]
        possible = [one for one in anything if self._offered(*one)] if offered else anything
        if not possible:
            return
        kind = draw.draw(st.sampled_from(sorted({step.command.wire for _, step, _ in possible})))
        who, step, number = draw.draw(st.sampled_from([one for one in possible if one[1].command.wire == kind]))
        command = draw.draw(CONTENT[step.command](self, number))
        may = self._offered(who, step, number)
        refusal, facts = self._asked(command, self.people[who])
        about_position = refusal is not None and refusal.code in _POSITION and refusal.field is None
        assert about_position is not may, f"{command.wire} by {who}: {refusal!r}, offered: {may}"
        if refusal is not None:
            assert refusal.message.endswith("。")
        for fact in facts:
            assert fact.originator_id == matter_stream(NODE, self.id)
            if isinstance(fact, _ORDERED):
                assert (fact.signed_by, fact.actor.post) == (self.people[who].person, Post.LEADER)

    @rule(
        gone=st.sampled_from(_DISSOLVING),
        heir=st.sampled_from(_SUCCEEDING),
        whatever=st.sampled_from([True, False, False, False, False, False, False, False]),
    )
    def a_body_is_dissolved(self, gone: str, heir: str, whatever: bool) -> None:
        """Another of the county succeeds it. Its people do nothing any more; what it had open waits for the clock.

        Mostly one that has something open in the matter: to whom is gone before, nothing is drafted."""
        body, successor = self.county.orgs[gone], self.county.orgs[heir]
        if body == successor or self._organization(body).dissolved or self._organization(successor).dissolved:
            return
        if body not in awaited(self.matter) and not whatever:
            return
        self.county.ask(DissolveOrganization(organization=body, successor=successor, document="示编〔2026〕9号"))
        self.county.pass_time(minutes=1)
        self.people = {who: actor for who, actor in self.people.items() if actor.organization != body}

    @rule(minutes=st.sampled_from(_MINUTES), matter_alone=st.booleans())
    def the_clock_lets_successors_step_in(self, minutes: int, matter_alone: bool) -> None:
        """In the matter first, then in the call, as the clock asks; a clock may be killed between both."""
        self.county.pass_time(minutes=minutes)
        for body in (self.county.orgs[name] for name in _DISSOLVING):
            gone = self._organization(body).dissolved
            before, refusal = self.matter, self._succeed(SucceedInMatter(call_id=self.id, dissolved=body))
            assert refusal == (None if gone and body in awaited(before) else "nothing-to-succeed")
            assert not gone or body not in awaited(self.matter)
            if refusal is None:
                assert self._succeed(SucceedInMatter(call_id=self.id, dissolved=body)) == "nothing-to-succeed"
                assert _left_to_do(self.matter) == _left_to_do(before), "with the time that is left, and nothing twice"
        for body in (self.county.orgs[name] for name in _DISSOLVING if not matter_alone):
            gone, waits = self._organization(body).dissolved, body in self.call.awaited
            refused = self._succeed(SucceedParty(call_id=self.id, dissolved=body))
            assert refused in ({None} if gone and waits else {"not-succeeded", "wrong-stage"})
            assert not gone or body not in self.call.awaited

    def _succeed(self, command: Command) -> str | None:
        """Why not, as the platform itself asks."""
        refusal, _ = self._asked(command, PLATFORM_ITSELF)
        return None if refusal is None else refusal.code

    def _offered(self, who: str, step: SupervisionStep, number: int) -> bool:
        actor = self.people[who]
        seat = Seat(Post(actor.post), actor.organization, self._organization(actor.organization).kind.value)
        return step.refusal(self.matter, number, seat) is None

    def _organization(self, organization: UUID) -> Organization:
        found = self.county.streams.get(organization, evolve_organization)
        assert isinstance(found, Organization)
        return found

    def _asked(self, command: Command, actor: Actor) -> tuple[Refusal | None, list[Event]]:
        try:
            return None, self.county.ask(command, actor)
        except Refusal as refusal:
            return refusal, []

    @invariant()
    def every_rung_is_reached_once_and_in_order(self) -> None:
        reached = [fact for fact in self.facts if isinstance(fact, e.RungReached)]
        again = Counter((fact.place, fact.action, fact.rung, fact.due) for fact in reached)
        assert not [rung for rung, count in again.items() if count > 1]
        for ladder in {(fact.place, fact.action, fact.due) for fact in reached}:
            climbed = [fact for fact in reached if (fact.place, fact.action, fact.due) == ladder]
            assert climbed == sorted(climbed, key=lambda fact: _RUNGS.index(fact.rung))
            assert [fact.reached_at for fact in climbed] == sorted(fact.reached_at for fact in climbed)

    @invariant()
    def each_paper_waits_for_one_thing(self) -> None:
        matter = self.matter
        papers: list[tuple[K | None, int, Order | Circular]] = [
            *((_ORDER_WAITS_FOR.get(one.stage), one.order, one) for one in matter.orders),
            *((_CIRCULAR_WAITS_FOR.get(one.stage), one.circular, one) for one in matter.circulars),
        ]
        wanted = Counter(
            (action, number, one.addressee if action in (K.ORDER_REPLY, K.RECTIFY) else one.issuer)
            for action, number, one in papers
            if action is not None
        )
        assert Counter((owed.action, owed.entry, owed.organization) for owed in matter.open_obligations) == wanted

    def _drafted(self, one: Order | Circular) -> e.OrderDrafted | e.TownshipSupervisionIssued | e.CircularDrafted:
        """How a paper was drafted, by whom and to whom: its successor may have two of them, its own and an inherited
        one."""
        for fact in self.facts:
            match one, fact:
                case Order(), (e.OrderDrafted() | e.TownshipSupervisionIssued()) if fact.order == one.order:
                    return fact
                case Circular(), e.CircularDrafted() if fact.circular == one.circular:
                    return fact
        raise AssertionError("every paper was drafted")

    @invariant()
    def nobody_is_ordered_twice_at_a_time_or_who_can_not_be(self) -> None:
        matter = self.matter
        papers: list[Order | Circular] = [*matter.orders, *matter.circulars]
        bound = Counter(
            (
                type(one),
                isinstance(one, Order) and one.kind,
                drafted.addressee.id,
                not one.issued_at and drafted.issuer.id,
            )
            for one in papers
            if one.open and (drafted := self._drafted(one))
        )
        assert not [one for one, count in bound.items() if count > 1], "one that is signed, and one draft of each"
        ordered = [one.addressee for one in matter.orders if one.kind is OrderKind.COUNTY]
        for addressee in {*ordered, *(one.addressee for one in matter.circulars)}:
            found = self._organization(addressee)
            assert found.management is Management.COUNTY
            assert found.kind not in (OrganizationKind.TOWNSHIP, OrganizationKind.LEADER_GROUP)

    @invariant()
    def orders_on_a_matter_keep_their_distance(self) -> None:
        rules = rulebook_of(self.county.streams, NODE)
        interval = rules.limits()[(LimitKind.ORDER_INTERVAL, Urgency.ORDINARY)]
        if self.call.urgency is not Urgency.ORDINARY:
            return
        issued: dict[UUID, datetime] = {}
        for fact in self.facts:
            if isinstance(fact, (e.OrderDrafted, e.OrderIssued)):
                last = issued.get(fact.addressee.id)
                assert last is None or fact.recorded_at >= rules.calendar.add(last, interval).at
            if isinstance(fact, e.OrderIssued):
                issued[fact.addressee.id] = fact.recorded_at

    @invariant()
    def circulars_keep_their_distance_and_name_nothing_twice(self) -> None:
        rules = rulebook_of(self.county.streams, NODE)
        signed = [fact for fact in self.facts if isinstance(fact, e.CircularIssued)]
        named = Counter((item.place, item.due) for fact in signed for item in fact.items)
        assert not [one for one, count in named.items() if count > 1]
        if self.call.urgency is not Urgency.ORDINARY:
            return
        interval = rules.limits()[(LimitKind.CIRCULAR_INTERVAL, Urgency.ORDINARY)]
        on = {one.circular: one.addressee for one in self.matter.circulars}
        issued: dict[UUID, datetime] = {}
        decided: dict[UUID, datetime] = {}
        for fact in self.facts:
            if isinstance(fact, (e.CircularDrafted, e.CircularIssued)):
                last = (decided if isinstance(fact, e.CircularDrafted) else issued).get(fact.addressee.id)
                assert last is None or fact.recorded_at >= rules.calendar.add(last, interval).at
            if isinstance(fact, e.CircularIssued):
                issued[fact.addressee.id] = decided[fact.addressee.id] = fact.recorded_at
            if isinstance(fact, e.CircularDiscarded):
                decided[on[fact.circular]] = fact.recorded_at

    @invariant()
    def what_was_judged_stays_judged_and_names_its_judge(self) -> None:
        judged = [fact for fact in self.facts if isinstance(fact, (e.FailureConfirmed, e.FailureDismissed))]
        assert len({fact.suspicion for fact in judged}) == len(judged)
        for fact in judged:
            assert fact.actor.post == Post.SUPERVISOR
            assert fact.reason
        open_ = [one for one in self.matter.suspicions if one.state is SuspicionState.SUSPECTED]
        assert len(open_) == len(self.matter.suspicions) - len(judged)

    @invariant()
    def the_city_signs_its_own(self) -> None:
        for order in self.matter.orders:
            if order.kind is OrderKind.COUNTY:
                assert (order.level is Level.CITY) is (order.issuer == self.county.orgs["city"])

    @invariant()
    def the_fold_is_the_same_again(self) -> None:
        facts = self.facts
        assert [fact.originator_version for fact in facts] == list(range(1, len(facts) + 1))
        state: Matter | None = None
        for fact in facts:
            state = evolve(state, fact)
        assert state is None or state == self.county.matter(self.id)


def _left_to_do(matter: Matter) -> Counter[tuple[K, int, datetime]]:
    """What is still to be done on the papers, by when, by whomever."""
    return Counter((owed.action, owed.entry, owed.deadline.due) for owed in matter.open_obligations)


def _numbers(step: SupervisionStep) -> tuple[int, ...]:
    return (0,) if step.subject is Subject.MATTER else (1, 2, 3)


Content = Callable[[AnySupervision, int], st.SearchStrategy[Command]]
_TEXTS = st.sampled_from(["立即办理", "已安排力量"])


def _organizations(machine: AnySupervision) -> st.SearchStrategy[UUID]:
    names = ("zhifa", "zhifa", "shichang", "yancao", "chengdong", "group", "ducha")
    return st.sampled_from([machine.county.orgs[name] for name in names])


def _about_the_call(command: type[Command], **fields: Any) -> Content:
    def build(machine: AnySupervision, number: int) -> st.SearchStrategy[Command]:
        drawn = {name: of if isinstance(of, st.SearchStrategy) else of(machine) for name, of in fields.items()}
        return st.builds(command, call_id=st.just(machine.id), **drawn)

    return build


def _about_one(command: type[Command], subject: str, **fields: st.SearchStrategy[Any]) -> Content:
    def build(machine: AnySupervision, number: int) -> st.SearchStrategy[Command]:
        return st.builds(command, call_id=st.just(machine.id), **{subject: st.just(number)}, **fields)

    return build


CONTENT: dict[type[Command], Content] = {
    o.DraftOrder: _about_the_call(o.DraftOrder, addressee=_organizations),
    o.SuperviseAsTownship: _about_the_call(o.SuperviseAsTownship, addressee=_organizations, demands=_TEXTS),
    c.DraftCircular: _about_the_call(c.DraftCircular, addressee=_organizations),
    f.SuspectFailure: _about_the_call(
        f.SuspectFailure, organization=_organizations, kind=st.sampled_from(FailureKind), reason=_TEXTS
    ),
    s.StateInMatter: _about_the_call(s.StateInMatter, obligation=st.integers(0, 4), text=_TEXTS),
    o.IssueOrder: _about_one(o.IssueOrder, "order"),
    o.DiscardOrder: _about_one(o.DiscardOrder, "order", reason=_TEXTS),
    o.ReplyToOrder: _about_one(o.ReplyToOrder, "order", text=_TEXTS),
    o.AcceptReply: _about_one(o.AcceptReply, "order"),
    o.RefuseReply: _about_one(o.RefuseReply, "order", reason=_TEXTS),
    o.CloseOrder: _about_one(o.CloseOrder, "order"),
    c.IssueCircular: _about_one(c.IssueCircular, "circular"),
    c.DiscardCircular: _about_one(c.DiscardCircular, "circular", reason=_TEXTS),
    c.ReportRectification: _about_one(c.ReportRectification, "circular", text=_TEXTS),
    c.ConfirmRectification: _about_one(c.ConfirmRectification, "circular"),
    c.RefuseRectification: _about_one(c.RefuseRectification, "circular", reason=_TEXTS),
    f.ConfirmFailure: _about_one(f.ConfirmFailure, "suspicion", reason=_TEXTS),
    f.DismissFailure: _about_one(f.DismissFailure, "suspicion", reason=_TEXTS),
}
"""Every step with contents of its own, right ones and wrong ones."""


def test_every_step_has_contents() -> None:
    assert set(CONTENT) == {step.command for step in STEPS}


AnySupervision.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestAnySupervision = AnySupervision.TestCase
