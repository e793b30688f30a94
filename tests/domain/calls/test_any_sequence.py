"""任意顺序: whatever anybody asks, in whatever order and at whatever time, a call is never in an impossible state."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.calls import acceptance, completion, late_entries, objections, part_dispatching, statement
from domain.calls import dispatching as d
from domain.calls import events as e
from domain.calls import handling as h
from domain.calls import intake as i
from domain.calls import records as r
from domain.calls.call import Call
from domain.calls.commands import STEPS
from domain.calls.fold import evolve
from domain.calls.words import FINAL_STAGES, BasisKind, ClockPolicy, Grade, LateFact, NoteReach, Role, Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.commands import Command
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.county import the_county

K = Action
_DISPUTE = {K.MEDIATE, K.OPINE, K.DESIGNATE}
_PENDING = {K.RESPOND, K.ASSIST, K.COOPERATE, K.DISPATCH_PART, K.CONFIRM_LATE_ENTRY} | _DISPUTE

FITTING: dict[Stage, tuple[set[Action], set[Action]]] = {
    Stage.SUBMITTED: ({K.ENDORSE}, set()),
    Stage.NOT_ENDORSED: ({K.AMEND}, set()),
    Stage.PLACED: ({K.ACCEPT}, set()),
    Stage.SENT_BACK: ({K.SUPPLEMENT}, set()),
    Stage.DECLINED: ({K.CONTEST_DECLINE}, set()),
    Stage.DECLINE_CONTESTED: ({K.ANSWER_CONTEST}, set()),
    Stage.ACCEPTED: ({K.DISPATCH}, {K.CONFIRM_LATE_ENTRY}),
    Stage.HANDLING: ({K.HANDLE}, _PENDING | {K.FIRST_RESULT}),
    Stage.RESULT_REPORTED: ({K.CONFIRM}, _PENDING),
    Stage.CONFIRMED: ({K.RESOLVE}, _PENDING),
    Stage.RESOLVED: ({K.EVALUATE}, {K.CONFIRM_LATE_ENTRY}),
    **{stage: (set(), set()) for stage in FINAL_STAGES},
}
"""By stage: the obligations that must be open, and those that may be open beside them."""

WITH_LEAD = {Stage.HANDLING, Stage.RESULT_REPORTED, Stage.CONFIRMED, Stage.RESOLVED}
POSITION = {"wrong-stage", "not-your-call", "not-your-post"}
ADDRESSEES = ("zhifa", "shichang", "zhujian", "huanjing", "yancao", "chengdong", "chengxi", "jiwei", "group")


_SELDOM = {
    r.ChangeUrgency,
    r.AddNote,
    r.AttachEvidence,
    r.RecordPhoneCall,
    r.CorrectFact,
    statement.AddStatement,
    i.WithdrawCall,
    acceptance.HandCallOver,
}
_DISPUTING = {
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
Offers = set[tuple[str, type[Command]]]


_WAYS = ("main",) * 5 + ("dispute",) * 4 + ("usual",) * 3 + ("offered", "anything", "anything")
_MINUTES = (0, 0, 0, 0, 0, 0, 1, 7, 25, 45, 300, 1_500, 4_000)


def _touched_again(was: Obligation, now: Obligation) -> bool:
    """What has ended changes only by rework, by a release from the dispatch on, or by a claim both sides agree on."""
    reworked = was.action is K.HANDLE and now.open
    freed = now.ending is Ending.RELEASED and was.ending is Ending.DONE
    agreed = was.action is K.RESPOND and was.performed is not None and now.performed is not None
    return reworked or freed or (agreed and now.performed <= was.performed)


class AnySequence(RuleBasedStateMachine):
    """One call, and everybody doing anything to it."""

    @initialize(urgency=st.sampled_from(Urgency))
    def submit(self, urgency: Urgency) -> None:
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
        self.id = self.county.submitted(urgency=urgency)
        self.seen = [self.call]

    @property
    def call(self) -> Call:
        return self.county.call(self.id)

    @precondition(lambda self: self.call.stage in FINAL_STAGES)
    @rule(urgency=st.sampled_from(Urgency))
    def call_anew(self, urgency: Urgency) -> None:
        """What is over stays over; the sequence goes on with another call."""
        self.id = self.county.submitted(urgency=urgency)
        self.seen = [self.call]

    @precondition(lambda self: self.call.stage not in FINAL_STAGES)
    @rule(draw=st.data(), way=st.sampled_from(_WAYS), minutes=st.sampled_from(_MINUTES))
    def act(self, draw: st.DataObject, way: str, minutes: int) -> None:
        """Somebody does something: mostly what brings the call on, often a dispute, sometimes anything at all."""
        offers = self._offers()
        match way:
            case "main":
                primary = {step.command for step in STEPS if step.primary}
                self._take_one_of({offer for offer in offers if offer[1] in primary}, draw, minutes)
            case "dispute":
                self._take_one_of({offer for offer in offers if offer[1] in _DISPUTING}, draw, minutes)
            case "usual":
                self._take_one_of({offer for offer in offers if offer[1] not in _SELDOM}, draw, minutes)
            case "offered":
                self._take_one_of(offers, draw, minutes)
            case _:
                who, step = draw.draw(st.sampled_from(sorted(self.people))), draw.draw(st.sampled_from(STEPS))
                self._take(who, step.command, draw, minutes)

    @precondition(lambda self: self.call.stage in FINAL_STAGES)
    @rule(draw=st.data(), step=st.sampled_from(STEPS))
    def try_anything_after_the_end(self, draw: st.DataObject, step: Any) -> None:
        self._take(draw.draw(st.sampled_from(sorted(self.people))), step.command, draw, 0)

    def _offers(self) -> Offers:
        return {
            (who, step.command)
            for who, actor in self.people.items()
            for step in STEPS
            if step.refusal(self.call, Post(actor.post), actor.organization) is None
        }

    def _take_one_of(self, offers: Offers, draw: st.DataObject, minutes: int) -> None:
        if not offers:
            return
        kind = draw.draw(st.sampled_from(sorted({kind for _, kind in offers}, key=lambda kind: kind.wire)))
        who = draw.draw(st.sampled_from(sorted(name for name, offered in offers if offered is kind)))
        self._take(who, kind, draw, minutes)

    def _take(self, who: str, kind: type[Command], draw: st.DataObject, minutes: int) -> None:
        self.county.pass_time(minutes=minutes)
        actor = self.people[who]
        offered = (who, kind) in self._offers()
        command = draw.draw(CONTENT[kind](self))
        refusal, events = self._asked(command, actor)
        about_position = refusal is not None and refusal.code in POSITION and refusal.field is None
        assert about_position is not offered, f"{command.wire} by {who}: {refusal!r}, offered: {offered}"
        if refusal is not None:
            assert refusal.message.endswith("。")
            return
        assert {event.originator_id for event in events} == {self.id}
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
        assert must <= kinds <= must | may, (call.stage, kinds)

    @invariant()
    def nobody_has_the_same_thing_to_do_twice(self) -> None:
        numbered = {K.CONFIRM_LATE_ENTRY, K.MEDIATE, K.DISPATCH_PART, K.RESPOND, K.HANDLE, K.FIRST_RESULT, K.ASSIST}
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
        whose: dict[Action, set[Any]] = {
            **dict.fromkeys((K.RESPOND, K.ASSIST), parties),
            **dict.fromkeys((K.HANDLE, K.FIRST_RESULT), lead),
            **dict.fromkeys((K.ACCEPT, K.DISPATCH), intake),
            **dict.fromkeys((K.MEDIATE, K.RESOLVE, K.ANSWER_CONTEST, K.DISPATCH_PART), platform),
            K.CONFIRM: {call.platform} if call.own_work else {call.township},
            K.OPINE: {call.establishment_office},
            K.DESIGNATE: {call.designator},
            K.CONFIRM_LATE_ENTRY: sides,
        }
        for obligation in call.open_obligations:
            assert obligation.organization in whose.get(obligation.action, {call.township}), obligation
            if obligation.action in (K.RESPOND, K.ASSIST, K.HANDLE, K.FIRST_RESULT, K.COOPERATE):
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
            assert after.stage is before.stage or before.stage not in FINAL_STAGES
            assert len(after.obligations) >= len(before.obligations)
            for was, now in zip(before.obligations, after.obligations, strict=False):
                assert (was.action, was.organization, was.opened_by) == (now.action, now.organization, now.opened_by)
                assert was.open or now == was or _touched_again(was, now), (was, now)

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


TEXTS = st.sampled_from(["已办理", "情况属实", "𠮷祥路"])
ENTRIES = st.integers(1, 3)

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
    completion.ConfirmResult: _content(completion.ConfirmResult, on_site=st.booleans()),
    completion.OrderRework: _content(completion.OrderRework, policy=st.sampled_from(ClockPolicy), reason=TEXTS),
    completion.ResolveCall: _content(completion.ResolveCall, spot_checked=st.booleans()),
    completion.EvaluateCall: _content(completion.EvaluateCall, grade=st.sampled_from(Grade)),
    completion.CloseCall: _content(completion.CloseCall),
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
    r.AddNote: _content(r.AddNote, reach=st.sampled_from(NoteReach), text=TEXTS),
    r.AttachEvidence: _content(
        r.AttachEvidence,
        attachments=st.sampled_from([(), (e.Attachment(sha256="d" * 64, size=1, media_type="image/png"),)]),
    ),
    statement.AddStatement: _content(statement.AddStatement, obligation=st.integers(0, 12), text=TEXTS),
}
"""Every command with contents of its own, right ones and wrong ones."""


def test_every_step_has_contents() -> None:
    assert set(CONTENT) == {step.command for step in STEPS}


AnySequence.TestCase.settings = settings(max_examples=50, stateful_step_count=50, deadline=None)
TestAnySequence = AnySequence.TestCase
