"""任意顺序: whatever anybody asks, in whatever order and at whatever time, a call is never in an impossible state."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.calls import events as e
from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.call import Call
from domain.calls.commands import STEPS
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.delays.fold import ANSWER
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import dispatching as d
from domain.calls.dispatch import objections, part_dispatching, passing
from domain.calls.fold import evolve
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.rights import Step
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import (
    FINAL_STAGES,
    BasisKind,
    ClockPolicy,
    Delay,
    Grade,
    InstructionSource,
    LateFact,
    NoteReach,
    RecomputeReason,
    ReopeningPolicy,
    Role,
    Stage,
    UpperOutcome,
)
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.directory.refusals import OrganizationGone
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import OutageKind
from domain.shared.calendar import LOCAL
from domain.shared.changes import changed
from domain.shared.commands import Command
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import PLATFORM_ITSELF

pytestmark = pytest.mark.long

K = Action
_DISPUTE = {K.MEDIATE, K.OPINE, K.DESIGNATE}
_ANSWERS = {K.ANSWER_EXTENSION, K.ANSWER_SUSPENSION}
_CONSULTED = {K.HOLD, K.ATTEND, K.AGREED_ACTION}
_PENDING = {K.RESPOND, K.ASSIST, K.COOPERATE, K.DISPATCH_PART, K.CONFIRM_LATE_ENTRY}
_PENDING |= {K.FOLLOW_UP_ESCALATION}
_PENDING |= _DISPUTE | _ANSWERS | _CONSULTED
_ASKED = {K.ANSWER_INTERIM, K.APPROVE_SHELVING}

FITTING: dict[Stage, tuple[set[Action], set[Action]]] = {
    Stage.SUBMITTED: ({K.ENDORSE}, set()),
    Stage.NOT_ENDORSED: ({K.AMEND}, set()),
    Stage.PLACED: ({K.ACCEPT}, set()),
    Stage.SENT_BACK: ({K.SUPPLEMENT}, set()),
    Stage.DECLINED: ({K.CONTEST_DECLINE}, set()),
    Stage.DECLINE_CONTESTED: ({K.ANSWER_CONTEST}, {K.CONTEST_DECLINE}),
    Stage.ACCEPTED: ({K.DISPATCH}, _CONSULTED | {K.CONFIRM_LATE_ENTRY, K.CONVENE, K.FOLLOW_UP_ESCALATION}),
    Stage.HANDLING: ({K.HANDLE}, _PENDING | _ASKED | {K.FIRST_RESULT}),
    Stage.INTERIM: (set(), (_PENDING - _DISPUTE) | {K.MILESTONE, K.FINAL_RESULT}),
    Stage.SHELVED: ({K.REVIEW_SHELVING}, _CONSULTED | {K.RESPOND, K.CONFIRM_LATE_ENTRY, K.FOLLOW_UP_ESCALATION}),
    Stage.RESULT_REPORTED: ({K.CONFIRM}, _PENDING),
    Stage.CONFIRMED: ({K.RESOLVE}, _PENDING),
    Stage.RESOLVED: ({K.EVALUATE}, {K.CONFIRM_LATE_ENTRY}),
    **{stage: (set(), set()) for stage in FINAL_STAGES},
    Stage.CLOSED: (set(), {K.DECIDE_EVALUATION, K.APPROVE_EXCLUSION}),
}
"""By stage: the obligations that must be open, and those that may be open beside them. Until the call is over,
somebody may have to be named for a body that is no more."""

WITH_LEAD = {
    Stage.HANDLING,
    Stage.INTERIM,
    Stage.SHELVED,
    Stage.RESULT_REPORTED,
    Stage.CONFIRMED,
    Stage.RESOLVED,
}
POSITION = {"wrong-stage", "not-your-call", "not-your-post"}
ADDRESSEES = ("zhifa", "shichang", "zhujian", "huanjing", "yancao", "chengdong", "chengxi", "jiwei", "group")


_SELDOM: set[type[Command]] = {
    r.ChangeUrgency,
    r.AddNote,
    r.AttachEvidence,
    r.RecordPhoneCall,
    r.CorrectFact,
    statement.AddStatement,
    confidentiality.MarkConfidential,
    i.WithdrawCall,
    acceptance.HandCallOver,
    merging.MergeCall,
    merging.SplitCall,
    instructions.RecordInstruction,
    passing.SucceedParty,
    attention.SendCopy,
}
_SLOW: set[type[Command]] = {
    attention.RemindParty,
    *(step.command for step in (*interim.STEPS, *consultation.STEPS, *shelving.STEPS)),
    *(step.command for step in (*evaluations.STEPS, *reopening.STEPS)),
}
_DISPUTING: set[type[Command]] = {
    objections.RaiseObjection,
    objections.UpholdObjection,
    objections.RejectObjection,
    objections.RequestOpinion,
    objections.GiveOpinion,
    objections.DesignateHandler,
    part_dispatching.DispatchPart,
    late_entries.MakeLateEntry,
    late_entries.ConfirmLateEntry,
    late_entries.ContestLateEntry,
    completion.OrderRework,
}


_DELAYING: set[type[Command]] = {step.command for step in (*x.STEPS, *s.STEPS, *w.STEPS, *u.STEPS)}
_WAYS: tuple[str, ...] = ("main",) * 5 + ("dispute",) * 4 + ("slow",) * 4 + ("delay",) * 3 + ("usual",) * 3
_WAYS += ("offered", "anything", "anything", "platform", "gone")
_MINUTES = (0, 0, 0, 0, 0, 0, 1, 7, 25, 45, 61, 300, 1_500, 4_000)


STARTS: dict[str, Callable[[CallCounty, Urgency], UUID]] = {
    "submitted": lambda county, urgency: county.submitted(urgency=urgency),
    "handling": lambda county, urgency: county.handling("shichang", urgency=urgency),
    "consulted": lambda county, urgency: county.consulted(call=county.handling(urgency=urgency)),
    "evaluated": lambda county, urgency: county.evaluated("shichang", urgency=urgency),
}
"""Where a sequence begins: mostly with the first sentence, sometimes where slow work or looking back begins."""

_BEGINNINGS = ("submitted",) * 3 + ("handling", "consulted", "evaluated")


def _touched_again(was: Obligation, now: Obligation) -> bool:
    """What has ended changes only by rework, by a release from the dispatch on, by a claim both sides agree on, or
    because an outage declared since excuses it."""
    reworked = was.action in (K.HANDLE, K.FINAL_RESULT) and now.open
    freed = now.ending is Ending.RELEASED and was.ending in (Ending.DONE, Ending.LAPSED)
    agreed = (
        was.action is K.RESPOND
        and was.ended is not None
        and now.performed is not None
        and now.performed <= (was.performed or was.ended)
    )
    excused = changed(now, excuses=was.excuses, justified_until=was.justified_until) == was
    return reworked or freed or excused or agreed


class AnySequence(RuleBasedStateMachine):
    """One call, and everybody doing anything to it."""

    @initialize(urgency=st.sampled_from(Urgency), start=st.sampled_from(_BEGINNINGS))
    def submit(self, urgency: Urgency, start: str) -> None:
        self.county = the_county()
        town = self.county.orgs["chengdong"]
        people = {
            **self.county.people,
            # A township can lead as well, and has its own liaison then.
            "town_liaison": self.county.in_post("p-900", "许专管", town, "城东镇", Post.LIAISON),
            "zhifa_leader": self.county.in_post(
                "p-901", "郑局长", self.county.orgs["zhifa"], "综合行政执法局", Post.LEADER
            ),
        }
        self.people = people
        self.id = STARTS[start](self.county, urgency)
        self.seen, self.dissolved = [self.call], set[str]()

    @property
    def call(self) -> Call:
        return self.county.call(self.id)

    @precondition(lambda self: self.call.stage in FINAL_STAGES and not self.dissolved)
    @rule(urgency=st.sampled_from(Urgency), start=st.sampled_from(_BEGINNINGS))
    def call_anew(self, urgency: Urgency, start: str) -> None:
        """What is over stays over; the sequence goes on with another call, while all stand who have a part in it."""
        self.id = STARTS[start](self.county, urgency)
        self.seen = [self.call]

    @precondition(lambda self: self.call.stage not in FINAL_STAGES)
    @rule(draw=st.data(), way=st.sampled_from(_WAYS), minutes=st.sampled_from(_MINUTES))
    def act(self, draw: st.DataObject, way: str, minutes: int) -> None:
        """Somebody does something: mostly what brings the call on, often a dispute, sometimes anything at all."""
        match way:
            case "main":
                self._take_one_of({step.command for step in STEPS if step.primary}, draw, minutes)
            case "dispute":
                self._take_one_of(_DISPUTING, draw, minutes)
            case "delay":
                self._take_one_of(_DELAYING, draw, minutes)
            case "platform":
                self._recompute(draw, minutes)
            case "gone":
                self._dissolve(draw, minutes)
            case "slow":
                self._take_one_of(_SLOW, draw, minutes)
            case "usual":
                self._take_one_of({step.command for step in STEPS} - _SELDOM, draw, minutes)
            case "offered":
                self._take_one_of({step.command for step in STEPS}, draw, minutes)
            case _:
                who, step = draw.draw(st.sampled_from(sorted(self.people))), draw.draw(st.sampled_from(STEPS))
                self._take(who, step.command, draw, minutes)

    def _recompute(self, draw: st.DataObject, minutes: int) -> None:
        """An outage is declared that is just over, or a notice is loaded; the platform recomputes this call."""
        self.county.pass_time(minutes=minutes)
        if draw.draw(st.booleans()):
            lasted = timedelta(minutes=draw.draw(st.sampled_from([10, 90, 600])))
            declared = DeclareOutage(
                kind=OutageKind.PLATFORM, starts_at=self.county.now - lasted, ends_at=self.county.now
            )
            self.county.ask(declared, PLATFORM_ITSELF)
        reason = draw.draw(st.sampled_from(RecomputeReason))
        refusal, _ = self._asked(RecomputeClocks(call_id=self.id, reason=reason), PLATFORM_ITSELF)
        assert refusal is None or refusal.code == "nothing-to-recompute"
        if refusal is None:
            self.seen.append(self.call)

    def _dissolve(self, draw: st.DataObject, minutes: int) -> None:
        """A body is no more, and its heir may not take the call or steps in; who had no part changes nothing."""
        self.county.pass_time(minutes=minutes)
        gone, heir = draw.draw(st.permutations(["zhifa", "shichang", "zhujian", "chengdong", "chengxi"]))[:2]
        about = confidentiality.MarkConfidential(call_id=self.id, about=self.county.orgs[heir], reason="怕被报复")
        refusal, _ = self._asked(about, self.people["li"])
        if refusal is None:
            self.seen.append(self.call)
        body, successor = self.county.orgs[gone], self.county.orgs[heir]
        refusal, _ = self._asked(
            DissolveOrganization(organization=body, successor=successor, document="编〔2026〕9号"), PLATFORM_ITSELF
        )
        if refusal is None:
            self.dissolved.add(gone)
        self.county.pass_time(minutes=1)
        refusal, _ = self._asked(passing.SucceedParty(call_id=self.id, dissolved=body), PLATFORM_ITSELF)
        if refusal is None:
            self.seen.append(self.call)

    @precondition(lambda self: self.call.stage is Stage.CLOSED)
    @rule(draw=st.data(), minutes=st.sampled_from(_MINUTES), steps=st.integers(1, 4))
    def look_back(self, draw: st.DataObject, minutes: int, steps: int) -> None:
        """What was resolved is opened again, and what was evaluated is contested, changed or excluded."""
        for _ in range(steps):
            if self.call.stage is Stage.CLOSED:
                self._take_one_of(_SLOW, draw, minutes)

    @precondition(lambda self: self.call.stage in FINAL_STAGES)
    @rule(draw=st.data(), step=st.sampled_from(STEPS))
    def try_anything_after_the_end(self, draw: st.DataObject, step: Any) -> None:
        self._take(draw.draw(st.sampled_from(sorted(self.people))), step.command, draw, 0)

    def _take_one_of(self, commands: Collection[type[Command]], draw: st.DataObject, minutes: int) -> None:
        """One of these that is offered to somebody."""
        steps = [step for step in STEPS if step.command in commands]
        offers = {(who, step.command) for who in self.people for step in steps if self._is_offered(who, step)}
        if not offers:
            return
        kind = draw.draw(st.sampled_from(sorted({kind for _, kind in offers}, key=lambda kind: kind.wire)))
        who = draw.draw(st.sampled_from(sorted(name for name, offered in offers if offered is kind)))
        self._take(who, kind, draw, minutes)

    def _is_offered(self, who: str, step: Step) -> bool:
        actor = self.people[who]
        return step.refusal(self.call, Post(actor.post), actor.organization) is None

    def _take(self, who: str, kind: type[Command], draw: st.DataObject, minutes: int) -> None:
        self.county.pass_time(minutes=minutes)
        actor = self.people[who]
        offered = any(self._is_offered(who, step) for step in STEPS if step.command is kind)
        command = draw.draw(CONTENT[kind](self))
        refusal, events = self._asked(command, actor)
        if isinstance(refusal, OrganizationGone):
            return  # whoever acts for a body that is no more
        about_position = refusal is not None and refusal.code in POSITION and refusal.field is None
        assert about_position is not offered, f"{command.wire} by {who}: {refusal!r}, offered: {offered}"
        if refusal is not None:
            assert refusal.message.endswith("。")
            return
        streams = {event.originator_id for event in events}
        assert self.id in streams
        assert streams == {self.id} or kind in (merging.MergeCall, merging.SplitCall)
        assert all(event.recorded_at == self.county.now >= event.occurred_at for event in events)
        self.seen.append(self.call)

    def _asked(self, command: Command, actor: Actor) -> tuple[Refusal | None, list[Event]]:
        try:
            return None, self.county.ask(command, actor)
        except Refusal as refusal:
            return refusal, []

    @invariant()
    def what_is_open_fits_the_stage(self) -> None:
        call = self.call
        must, may = FITTING[call.stage]
        kinds = {obligation.action for obligation in call.open_obligations}
        missed = set() if call.stage in FINAL_STAGES else {K.NAME_SUCCESSOR}
        assert must <= kinds <= must | may | missed, (call.stage, kinds)
        if call.stage is Stage.INTERIM:
            assert (K.MILESTONE in kinds) is not (K.FINAL_RESULT in kinds), "the milestones, then the final result"

    @invariant()
    def what_stands_on_the_shelf_is_not_completed(self) -> None:
        call = self.call
        on_shelf = [owed for owed in call.obligations if owed.open and not owed.to_do and shelving.on_the_shelf(owed)]
        assert bool(on_shelf) is (call.stage is Stage.SHELVED)
        if call.stage is Stage.SHELVED:
            assert call.work in on_shelf

    @invariant()
    def nobody_has_the_same_thing_to_do_twice(self) -> None:
        numbered = {K.CONFIRM_LATE_ENTRY, K.MEDIATE, K.DISPATCH_PART, K.RESPOND, K.HANDLE, K.FIRST_RESULT, K.ASSIST}
        numbered |= _ANSWERS
        numbered |= {K.MILESTONE, K.AGREED_ACTION, K.FOLLOW_UP_ESCALATION, K.NAME_SUCCESSOR}
        twice = Counter(
            (t.action, t.organization, t.entry if t.action in numbered else 0) for t in self.call.open_obligations
        )
        assert not [obligation for obligation, count in twice.items() if count > 1]
        ruling = Counter(t.action for t in self.call.open_obligations if t.action in (K.OPINE, K.DESIGNATE))
        assert ruling.total() <= 1

    @invariant()
    def everything_open_is_somebodys_who_has_that_part(self) -> None:
        call = self.call
        parties = {party.organization for party in call.current_parties}
        lead = {call.lead.organization} if call.lead else set()
        platform, intake = {call.platform}, {call.platform, call.duty_room}
        sides = {late.other_side for late in call.late_entries if late.confirmed is None}
        sides |= {
            t.organization for t in call.open_obligations if t.action is K.CONFIRM_LATE_ENTRY and t.inherited_from
        }
        whose: dict[Action, set[Any]] = {
            **dict.fromkeys((K.RESPOND, K.ASSIST), parties),
            **dict.fromkeys((K.HANDLE, K.FIRST_RESULT, K.MILESTONE, K.FINAL_RESULT), lead),
            **dict.fromkeys((K.ACCEPT, K.DISPATCH), intake),
            **dict.fromkeys((K.MEDIATE, K.RESOLVE, K.ANSWER_CONTEST, K.DISPATCH_PART, *_ANSWERS), platform),
            **dict.fromkeys(
                (K.ANSWER_INTERIM, K.REVIEW_SHELVING, K.DECIDE_EVALUATION, K.FOLLOW_UP_ESCALATION), platform
            ),
            K.NAME_SUCCESSOR: {self.county.orgs["platform"]},
            K.CONVENE: intake,
            K.APPROVE_SHELVING: {self.county.orgs["group"]},
            K.APPROVE_EXCLUSION: {self.county.orgs["ducha"]},
            K.HOLD: {call.consultation.convener} if call.consultation else set(),
            K.ATTEND: {one for one, _ in call.consultation.invited} if call.consultation else set(),
            K.AGREED_ACTION: {action.organization for action in call.agreed},
            K.CONFIRM: {call.platform} if call.own_work else {call.township},
            K.OPINE: {call.establishment_office},
            K.DESIGNATE: {call.designator},
            K.CONFIRM_LATE_ENTRY: sides,
        }
        for obligation in call.open_obligations:
            assert obligation.organization in whose.get(obligation.action, {call.township}), obligation
            if obligation.action in (K.RESPOND, K.ASSIST, K.HANDLE, K.FIRST_RESULT, K.COOPERATE, K.MILESTONE):
                assert obligation.round == call.round
            assert obligation.organization in call.concerned

    @invariant()
    def there_is_one_lead_while_it_is_handled(self) -> None:
        call = self.call
        leads = [party for party in call.current_parties if party.role is Role.LEAD]
        if call.stage in WITH_LEAD:
            assert leads == [call.lead]
        if call.stage is Stage.ACCEPTED:
            assert not call.current_parties

    @invariant()
    def an_open_objection_is_always_before_somebody(self) -> None:
        call = self.call
        mediated = {obligation.entry for obligation in call.open_obligations if obligation.action is K.MEDIATE}
        open_ = [party for party in call.current_parties if party.objection_open]
        assert mediated <= {party.objection for party in open_}
        if call.stage not in FINAL_STAGES and not call.owing(K.OPINE) and not call.owing(K.DESIGNATE):
            assert mediated == {party.objection for party in open_}
        assert call.objections <= 2

    @invariant()
    def time_and_numbers_only_grow_and_what_is_over_stays_over(self) -> None:
        for before, after in pairwise(self.seen[-2:]):
            assert after.version > before.version
            assert after.round - before.round in (0, 1)
            again = after.reopenings > before.reopenings and before.stage is Stage.CLOSED
            assert after.stage is before.stage or before.stage not in FINAL_STAGES or again
            assert len(after.obligations) >= len(before.obligations)
            for was, now in zip(before.obligations, after.obligations, strict=False):
                assert (was.action, was.organization, was.opened_by) == (now.action, now.organization, now.opened_by)
                assert was.open or now == was or _touched_again(was, now), (was, now)

    @invariant()
    def every_clock_says_what_its_ledger_says(self) -> None:
        """Due times count again to what the facts say; nothing is excused that did not pass; no breach is healed."""
        check_ledgers(self.county, self.call)
        for before, after in pairwise(self.seen[-2:]):
            for was, now in zip(before.obligations, after.obligations, strict=False):
                _heals_nothing(was, now, after)

    @invariant()
    def whoever_asks_or_waits_is_at_work(self) -> None:
        call = self.call
        answers = {(t.action, t.entry) for t in call.open_obligations if t.action in _ANSWERS}
        assert answers == {(ANSWER[request.kind], request.number) for request in call.asking}
        for request in call.asking:
            assert call.work_of(request.organization)
        assert not _circles(call)
        for wait in call.open_waits:
            assert call.work_of(wait.waiter)
            if wait.on is not None:
                assert call.work_of(wait.on)
            else:
                assert [one.receipt for one in call.open_escalations if one.number == wait.escalation] > [""]

    @invariant()
    def the_fold_is_the_same_again(self) -> None:
        history = self.county.history(self.id)
        assert [event.originator_version for event in history] == list(range(1, len(history) + 1))
        state: Call | None = None
        for event in history:
            state = evolve(state, event)
        assert state == self.call

    @invariant()
    def every_fact_but_the_claim_of_a_time_is_of_its_own_actor(self) -> None:
        for event in self.county.history(self.id):
            assert isinstance(event, e.CallEvent)
            assert event.actor.organization_name


def _heals_nothing(was: Obligation, now: Obligation, after: Call) -> None:
    """What had run out moves only by an extension asked in time; what is excused began before it was to blame."""
    if not (was.open and now.open):
        return
    if now.deadline != was.deadline and was.overdue_at(after.changed_at) and not was.breached:
        extended = (r for r in after.delays if r.kind is Delay.EXTENSION and r.granted)
        assert any(r.asked_at <= was.deadline.due for r in extended) or was.deadline.provisional, (was, now)
    for excuse in now.excuses[len(was.excuses) :]:
        assert excuse.since <= now.justified_to, (was, now)
        assert min(x.since for x in now.excuses) <= max(was.justified_to, now.deadline.due), (was, now)


def _circles(call: Call) -> bool:
    waits = {(wait.waiter, wait.on) for wait in call.open_waits}
    reached = set(waits)
    while further := {(a, d) for a, b in reached for c, d in waits if b == c} - reached:
        reached |= further
    return any(a == b for a, b in reached)


Content = Callable[[AnySequence], st.SearchStrategy[Command]]


def _content(command: type[Command], **fields: st.SearchStrategy[Any] | Callable[[AnySequence], Any]) -> Content:
    """The command about this call with drawn fields; a plain function is asked for the strategy first."""

    def build(machine: AnySequence) -> st.SearchStrategy[Command]:
        drawn = {name: of if isinstance(of, st.SearchStrategy) else of(machine) for name, of in fields.items()}
        return st.builds(command, call_id=st.just(machine.id), **drawn)

    return build


def _organization(machine: AnySequence) -> st.SearchStrategy[UUID]:
    return st.sampled_from([machine.county.orgs[name] for name in ADDRESSEES])


def _party(machine: AnySequence) -> st.SearchStrategy[UUID]:
    parties = [party.organization for party in machine.call.current_parties]
    return st.sampled_from([*parties, *parties, machine.county.orgs["zhifa"]])


def _gone_or_party(machine: AnySequence) -> st.SearchStrategy[UUID]:
    """Mostly a body whose successor may not take the call, where there is one."""
    missed = [was for was, now in machine.call.stand_ins if now is None]
    return st.sampled_from(missed) if missed else _party(machine)


def _assistants(machine: AnySequence) -> st.SearchStrategy[tuple[UUID, ...]]:
    return st.lists(_organization(machine), max_size=2).map(tuple)


def _earlier(machine: AnySequence) -> st.SearchStrategy[Any]:
    minutes = st.sampled_from([-1, 0, 10, 29, 31, 400, 3_000])
    return minutes.map(lambda ago: machine.county.now - timedelta(minutes=ago))


def _earlier_or_now(machine: AnySequence) -> st.SearchStrategy[Any]:
    return st.none() | _earlier(machine)


def _items(machine: AnySequence) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, None, "territorial-0001", "territorial-0004", "territorial-9999"])


def _revisions(machine: AnySequence) -> st.SearchStrategy[UUID | None]:
    return st.sampled_from([None, machine.county.revision, machine.county.revision, machine.county.later_revision])


def _another_call(machine: AnySequence) -> st.SearchStrategy[UUID]:
    """Its own, and others that are made for it, as far as the bodies stand that would call and be dispatched to."""
    others = [machine.id]
    if "chengdong" not in machine.dissolved:
        others.append(machine.county.placed())
        if "zhifa" not in machine.dissolved:
            others.append(machine.county.handling())
    return st.sampled_from(others)


def _later(machine: AnySequence) -> st.SearchStrategy[Any]:
    hours = st.sampled_from([-1, 5, 200])
    return st.none() | hours.map(lambda ahead: machine.county.now + timedelta(hours=ahead))


def _ahead(machine: AnySequence) -> st.SearchStrategy[Any]:
    minutes = st.sampled_from([60, 60, 60, 30, -1, 0, 30_000])
    return minutes.map(lambda ahead: machine.county.now + timedelta(minutes=ahead))


def _invited(machine: AnySequence) -> st.SearchStrategy[tuple[UUID, ...]]:
    names = ["zhifa", "shichang", "zhujian", "platform", "chengdong", "chengxi"]
    return st.lists(st.sampled_from([machine.county.orgs[name] for name in names]), min_size=1, max_size=3).map(tuple)


def _attended(machine: AnySequence) -> st.SearchStrategy[tuple[UUID, ...]]:
    convened = machine.call.consultation
    invited = [one for one, _ in convened.invited] if convened else []
    some = st.lists(st.sampled_from(invited), unique=True).map(tuple) if invited else st.just(())
    return some | st.just(tuple(dict.fromkeys(invited))) | st.just((machine.county.orgs["yancao"],))


def _actions(machine: AnySequence) -> st.SearchStrategy[tuple[Any, ...]]:
    convened = machine.call.consultation
    invited = [one for one, _ in convened.invited] if convened else []
    there = [*invited, *[convened.convener] * 4] if convened else [machine.county.orgs["zhifa"]]
    action = st.builds(
        consultation.AgreedActionPlan, organization=st.sampled_from(there), text=TEXTS, day=_day(machine)
    )
    return st.lists(action, max_size=2).map(tuple)


def _late(machine: AnySequence) -> st.SearchStrategy[UUID]:
    late = [owed.organization for owed in attention.overdue(machine.call, machine.call.township, machine.county.now)]
    return st.sampled_from([*late, *late, machine.county.orgs["yancao"]])


def _day(machine: AnySequence) -> st.SearchStrategy[Any]:
    days = st.sampled_from([1, 1, 3, 3, 10, 10, 30, 60, 0, 200])
    return days.map(lambda ahead: machine.county.now.astimezone(LOCAL).date() + timedelta(days=ahead))


def _plan(machine: AnySequence) -> st.SearchStrategy[tuple[Any, ...]]:
    one = st.builds(interim.MilestonePlan, day=_day(machine), text=TEXTS)
    in_order = st.lists(one, min_size=1, max_size=3).map(lambda plan: tuple(sorted(plan, key=lambda p: p.day)))
    return in_order | st.lists(one, min_size=1, max_size=3).map(tuple)


def _filed(machine: AnySequence) -> st.SearchStrategy[Any]:
    days = st.sampled_from([0, 0, 0, 5, -1])
    return days.map(lambda ago: machine.county.now.astimezone(LOCAL).date() - timedelta(days=ago))


TEXTS = st.sampled_from(["已办理", "情况属实", "𠮷祥路"])
ENTRIES = st.integers(1, 3)
NUMBERS = st.integers(1, 4)


def _asked_number(machine: AnySequence) -> st.SearchStrategy[int]:
    """Mostly a request that waits for an answer."""
    return st.sampled_from([*(request.number for request in machine.call.asking), 1])


def _days(machine: AnySequence) -> st.SearchStrategy[date]:
    today = machine.county.now.astimezone(LOCAL).date()
    return st.sampled_from([-1, 0, 1, 3, 9, 60]).map(lambda ahead: today + timedelta(days=ahead))


def _days_or_none(machine: AnySequence) -> st.SearchStrategy[date | None]:
    return st.none() | _days(machine)


def _party_or_town(machine: AnySequence) -> st.SearchStrategy[UUID]:
    return _party(machine) | st.just(machine.county.orgs["chengdong"])


def _party_or_none(machine: AnySequence) -> st.SearchStrategy[UUID | None]:
    return _party(machine) | st.none()


def _organization_or_none(machine: AnySequence) -> st.SearchStrategy[UUID | None]:
    return _organization(machine) | st.none()


YES_NO = st.booleans()

CONTENT: dict[type[Command], Content] = {
    i.EndorseCall: _content(i.EndorseCall),
    i.RefuseEndorsement: _content(i.RefuseEndorsement, reason=TEXTS),
    acceptance.AcceptCall: _content(acceptance.AcceptCall),
    acceptance.SendCallBack: _content(acceptance.SendCallBack, gaps=TEXTS),
    i.SupplementCall: _content(i.SupplementCall, text=TEXTS, place=TEXTS),
    acceptance.DeclineCall: _content(
        acceptance.DeclineCall, ground=st.sampled_from(["in_proceedings", "no_item"]), reason=TEXTS
    ),
    acceptance.ContestDecline: _content(acceptance.ContestDecline, reason=TEXTS),
    acceptance.DecideContest: _content(acceptance.DecideContest, upheld=st.booleans(), reason=TEXTS),
    acceptance.HandCallOver: _content(
        acceptance.HandCallOver, target=st.sampled_from(["petition", "friend"]), receipt=st.just("XF-1"), reason=TEXTS
    ),
    i.WithdrawCall: _content(i.WithdrawCall, reason=TEXTS, asked_by=st.sampled_from(["", "本镇"])),
    d.DispatchCall: _content(
        d.DispatchCall,
        basis=st.sampled_from([BasisKind.POWERS, BasisKind.STATUTE, BasisKind.DESIGNATION, BasisKind.LIST_ITEM]),
        reference=st.sampled_from(["三定规定", "三定规定", "三定规定", ""]),
        item=_items,
        revision=_revisions,
        lead=_organization,
        assistants=_assistants,
        complex=st.booleans(),
        by_phone_at=_earlier_or_now,
    ),
    part_dispatching.DispatchPart: _content(
        part_dispatching.DispatchPart,
        objector=_party,
        part=TEXTS,
        handler=_organization,
        basis=st.sampled_from([BasisKind.POWERS, BasisKind.POWERS, BasisKind.LIST_ITEM]),
        reference=st.sampled_from(["三定规定", "三定规定", ""]),
        item=_items,
        revision=_revisions,
    ),
    objections.RaiseObjection: _content(
        objections.RaiseObjection,
        whole=st.booleans(),
        ground=st.sampled_from(["another_bearer", "duty_moved", "cooperative_only", "no_staff"]),
        cited=st.just("清单第3项"),
        reason=TEXTS,
    ),
    objections.UpholdObjection: _content(objections.UpholdObjection, organization=_party, reason=TEXTS),
    objections.RejectObjection: _content(objections.RejectObjection, organization=_party, reason=TEXTS),
    objections.RequestOpinion: _content(objections.RequestOpinion, question=TEXTS, complex=st.booleans()),
    objections.GiveOpinion: _content(
        objections.GiveOpinion, proposed=_organization, reference=st.just("编办函〔2026〕3号"), text=TEXTS
    ),
    objections.DesignateHandler: _content(
        objections.DesignateHandler, handler=_organization, reference=st.just("会议纪要〔2026〕5号"), reason=TEXTS
    ),
    h.Respond: _content(h.Respond, handler=TEXTS, contact=st.just("13900000000"), first_step=TEXTS),
    h.RecordArrival: _content(h.RecordArrival, organization=_party, occurred_at=_earlier_or_now),
    h.ReportProgress: _content(h.ReportProgress, first_result=st.booleans(), text=TEXTS),
    h.ReportAssistance: _content(h.ReportAssistance, done=st.booleans(), text=TEXTS),
    h.ReportCooperation: _content(h.ReportCooperation, text=TEXTS),
    h.ReportResult: _content(h.ReportResult, text=TEXTS),
    x.RequestExtension: _content(
        x.RequestExtension,
        working_days=st.sampled_from([1, 3, 8, 10, 11]),
        ground=st.sampled_from(["procurement", "complex_facts", "many_parties", "no_money"]),
        reason=TEXTS,
    ),
    x.GiveExtensionOpinion: _content(x.GiveExtensionOpinion, extension=NUMBERS, agrees=st.booleans()),
    x.GrantExtension: _content(x.GrantExtension, extension=_asked_number, working_days=st.sampled_from([1, 3, 8])),
    x.RefuseExtension: _content(x.RefuseExtension, extension=_asked_number, reason=TEXTS),
    s.RequestSuspension: _content(
        s.RequestSuspension,
        ground=st.sampled_from(["testing", "weather", "no_money"]),
        last_day=_days,
        reason=TEXTS,
        proof=TEXTS,
    ),
    s.SuspendCall: _content(s.SuspendCall, suspension=_asked_number, last_day=_days_or_none),
    s.RefuseSuspension: _content(s.RefuseSuspension, suspension=_asked_number, reason=TEXTS),
    s.ResumeCall: _content(s.ResumeCall, reason=TEXTS),
    w.RequestWaiting: _content(w.RequestWaiting, on=_party_or_town, own_step=TEXTS, request=TEXTS),
    u.EscalateUp: _content(
        u.EscalateUp,
        upper=st.just("市水务局"),
        letter=st.just("报〔2026〕3号"),
        waiter=_party_or_none,
        reason=TEXTS,
        request=TEXTS,
    ),
    u.RecordUpperReceipt: _content(
        u.RecordUpperReceipt,
        escalation=NUMBERS,
        receipt=st.just("收〔2026〕118号"),
        received_by=TEXTS,
        received_at=_earlier_or_now,
        promised=_later,
    ),
    u.RecordUpperAnswer: _content(
        u.RecordUpperAnswer, escalation=NUMBERS, outcome=st.sampled_from(UpperOutcome), text=TEXTS
    ),
    u.WithdrawEscalation: _content(u.WithdrawEscalation, escalation=NUMBERS, reason=TEXTS),
    w.EndWaiting: _content(w.EndWaiting, waiting=NUMBERS),
    completion.ConfirmResult: _content(completion.ConfirmResult, on_site=st.booleans()),
    completion.OrderRework: _content(completion.OrderRework, policy=st.sampled_from(ClockPolicy), reason=TEXTS),
    completion.ResolveCall: _content(completion.ResolveCall, spot_checked=st.booleans()),
    completion.EvaluateCall: _content(completion.EvaluateCall, grade=st.sampled_from(Grade)),
    completion.CloseCall: _content(completion.CloseCall),
    interim.ProposeInterim: _content(
        interim.ProposeInterim,
        file_number=st.just("示综执立〔2026〕12号"),
        filed_on=_filed,
        statute=st.just("行政处罚法第六十条"),
        statutory_days=st.sampled_from([90, 90, 90, 5]),
        milestones=_plan,
        text=TEXTS,
    ),
    interim.ApproveInterim: _content(interim.ApproveInterim),
    interim.RefuseInterim: _content(interim.RefuseInterim, reason=TEXTS),
    interim.MeetMilestone: _content(interim.MeetMilestone, milestone=ENTRIES, text=TEXTS),
    consultation.DeclareUnclear: _content(consultation.DeclareUnclear, reason=TEXTS),
    consultation.ConveneConsultation: _content(
        consultation.ConveneConsultation, starts=_ahead, place=TEXTS, invited=_invited, subject=TEXTS
    ),
    consultation.AnswerInvitation: _content(consultation.AnswerInvitation, attendee=TEXTS),
    consultation.RecordConsultation: _content(
        consultation.RecordConsultation, attended=_attended, minutes=TEXTS, actions=_actions
    ),
    consultation.CompleteAgreedAction: _content(consultation.CompleteAgreedAction, agreed=ENTRIES, text=TEXTS),
    shelving.ProposeShelving: _content(shelving.ProposeShelving, reason=TEXTS),
    shelving.ApproveShelving: _content(shelving.ApproveShelving, reference=st.just("纪要〔2026〕8号")),
    shelving.RefuseShelving: _content(shelving.RefuseShelving, reason=TEXTS),
    shelving.ReviewShelving: _content(
        shelving.ReviewShelving, shelved_on=YES_NO, policy=st.none() | st.sampled_from(ClockPolicy), reason=TEXTS
    ),
    evaluations.ChangeEvaluation: _content(evaluations.ChangeEvaluation, grade=st.sampled_from(Grade), reason=TEXTS),
    evaluations.ContestEvaluation: _content(evaluations.ContestEvaluation, reason=TEXTS, proof=TEXTS),
    evaluations.UpholdEvaluation: _content(evaluations.UpholdEvaluation, reason=TEXTS),
    evaluations.ProposeExclusion: _content(evaluations.ProposeExclusion, reason=TEXTS),
    evaluations.ExcludeEvaluation: _content(evaluations.ExcludeEvaluation),
    evaluations.ReportPressure: _content(evaluations.ReportPressure, pressing=TEXTS, text=TEXTS),
    reopening.ReopenCall: _content(reopening.ReopenCall, policy=st.sampled_from(ReopeningPolicy), reason=TEXTS),
    attention.RemindParty: _content(attention.RemindParty, reminded=_late),
    attention.SendCopy: _content(attention.SendCopy, copied=_organization),
    r.RecordPhoneCall: _content(r.RecordPhoneCall, called=_organization, occurred_at=_earlier_or_now, text=TEXTS),
    late_entries.MakeLateEntry: _content(
        late_entries.MakeLateEntry,
        fact=st.sampled_from(LateFact),
        occurred_at=_earlier,
        text=TEXTS,
        reason=TEXTS,
        proof=TEXTS,
    ),
    late_entries.ConfirmLateEntry: _content(late_entries.ConfirmLateEntry, entry=ENTRIES),
    late_entries.ContestLateEntry: _content(late_entries.ContestLateEntry, entry=ENTRIES, reason=TEXTS),
    r.CorrectFact: _content(
        r.CorrectFact, field=st.sampled_from(["text", "place", "number"]), is_now=TEXTS, reason=TEXTS
    ),
    r.ChangeUrgency: _content(
        r.ChangeUrgency, urgency=st.sampled_from(Urgency), policy=st.sampled_from(ClockPolicy), reason=TEXTS
    ),
    merging.MergeCall: _content(merging.MergeCall, into=_another_call, reason=TEXTS),
    merging.SplitCall: _content(merging.SplitCall, text=TEXTS, place=TEXTS, reason=TEXTS),
    passing.PassStage: _content(
        passing.PassStage,
        handler=_organization,
        point=TEXTS,
        basis=st.sampled_from([BasisKind.POWERS, BasisKind.LIST_ITEM]),
        reference=st.sampled_from(["三定规定", ""]),
        text=TEXTS,
    ),
    passing.SucceedParty: _content(
        passing.SucceedParty,
        dissolved=_gone_or_party,
        instead=_organization_or_none,
        basis=st.sampled_from(["示编函〔2026〕3号", ""]),
    ),
    instructions.RecordInstruction: _content(
        instructions.RecordInstruction,
        source=st.sampled_from(InstructionSource),
        number=st.just("批〔2026〕3号"),
        text=TEXTS,
        due=_later,
    ),
    r.AddNote: _content(r.AddNote, reach=st.sampled_from(NoteReach), text=TEXTS),
    r.AttachEvidence: _content(
        r.AttachEvidence,
        attachments=st.sampled_from([(), (e.Attachment(sha256="d" * 64, size=1, media_type="image/png"),)]),
    ),
    confidentiality.MarkConfidential: _content(
        confidentiality.MarkConfidential,
        text=st.sampled_from(["", "有人反映占道"]),
        about=_organization_or_none,
        reason=TEXTS,
    ),
    statement.AddStatement: _content(statement.AddStatement, obligation=st.integers(0, 12), text=TEXTS),
}
"""Every command with contents of its own, right ones and wrong ones."""


def test_every_step_has_contents() -> None:
    assert set(CONTENT) == {step.command for step in STEPS}


AnySequence.TestCase.settings = settings(max_examples=20, stateful_step_count=50, deadline=None)
TestAnySequence = AnySequence.TestCase
