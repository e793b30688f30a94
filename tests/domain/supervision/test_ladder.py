"""督办阶梯: what time alone leads to, each rung once, nothing that was done, paused or excused meanwhile."""

from uuid import UUID, uuid4

import pytest

from domain.calls.fold import evolve as evolve_call
from domain.calls.intake.acceptance import AcceptCall
from domain.calls.words import ClockPolicy, Grade
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis, OfficeCharged
from domain.rules.streams import rules_stream
from domain.rules.words import LimitKind, Office, RuleStream
from domain.shared.deadlines import LimitUnit
from domain.shared.events import Actor
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from domain.supervision import events as e
from domain.supervision import orders as o
from domain.supervision.firing import RungDue
from domain.supervision.imported import KnownCall
from domain.supervision.imported import evolve as evolve_known
from domain.supervision.words import OrderStage, Rung, Standing
from tests.domain.calls.asking import waiting_on
from tests.domain.calls.county import the_county
from tests.domain.memory import NODE, PLATFORM_ITSELF, MemoryStreams, local
from tests.domain.supervision.county import SupervisedCounty, told


def _nothing_due(county: SupervisedCounty, call: UUID, *places: int) -> None:
    assert county.refusal(county.asking(call, *places), PLATFORM_ITSELF).code == "nothing-due"


def test_an_unanswered_dispatch_climbs_rung_by_rung(county: SupervisedCounty) -> None:
    """Dispatched on Monday 09:00, due on Tuesday 17:30: the story of no reply, by the clock alone."""
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    assert county.call(call).obligations[respond].deadline.due == local("2026-05-12", "17:30")
    county.at("2026-05-12", "14:00")
    _nothing_due(county, call, respond)

    county.at("2026-05-12", "15:45")
    facts = county.tick(call, respond)
    assert told(facts) == ["RungReached", "ReminderSent"]
    reached = facts[0]
    assert isinstance(reached, e.RungReached)
    assert (reached.rung, reached.next_rung) == (Rung.REMIND, Rung.OVERDUE)
    assert (reached.reached_at, reached.next_at) == (
        local("2026-05-12", "15:45"),
        local("2026-05-12", "17:30"),
    )
    _nothing_due(county, call, respond)

    county.at("2026-05-12", "17:30")
    assert told(county.tick(call, respond)) == ["RungReached"]
    county.at("2026-05-13", "09:29")
    _nothing_due(county, call, respond)
    county.at("2026-05-13", "09:30")
    assert told(county.tick(call, respond)) == ["RungReached", "UrgeIssued"]

    county.at("2026-05-14", "17:30")
    facts = county.tick(call, respond)
    assert told(facts) == ["RungReached", "OrderDrafted"]
    drafted = facts[1]
    assert isinstance(drafted, e.OrderDrafted)
    assert drafted.addressee.name == "综合行政执法局"
    assert drafted.issuer.id == county.orgs["ducha"]
    assert [item.action for item in drafted.items] == [Action.RESPOND]

    county.at("2026-05-19", "17:30")
    facts = county.tick(call, respond)
    assert told(facts) == ["RungReached", "CircularDrafted", "FailureSuspected"]
    assert county.matter(call).ladders[0].standing is Standing.TOP
    county.at("2026-06-30", "09:00")
    _nothing_due(county, call, respond)


def test_after_a_standstill_the_rungs_come_in_order_and_no_reminder_with_them(county: SupervisedCounty) -> None:
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    county.at("2026-05-14", "18:00")
    facts = county.tick(call, respond)
    assert told(facts) == ["RungReached"] * 4 + ["UrgeIssued", "OrderDrafted"]
    rungs = [fact for fact in facts if isinstance(fact, e.RungReached)]
    assert [rung.rung for rung in rungs] == [Rung.REMIND, Rung.OVERDUE, Rung.URGE, Rung.ORDER]
    assert {rung.observed_at for rung in rungs} == {county.now}
    assert [rung.reached_at for rung in rungs] == sorted(rung.reached_at for rung in rungs)


def test_what_is_done_in_time_climbs_no_further_and_the_ladder_rests(county: SupervisedCounty) -> None:
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    county.at("2026-05-12", "16:00")
    county.tick(call, respond)
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.at("2026-05-12", "17:31")
    facts = county.tick(call, respond)
    assert told(facts) == ["LadderRested"]
    assert county.matter(call).ladders[0].standing is Standing.DONE
    assert county.matter(call).ladders[0].next_at is None
    _nothing_due(county, call, respond)


def test_a_moved_due_time_is_climbed_anew(county: SupervisedCounty) -> None:
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    county.at("2026-05-12", "16:00")
    county.tick(call, respond)
    change = r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.RESTART, reason="加急")
    county.say(change, "li")
    moved = county.call(call).obligations[respond].deadline
    assert moved.due != local("2026-05-12", "17:30")
    county.at("2026-05-12", "17:31")
    assert told(county.tick(call, respond)) == ["LadderRested"], "nothing is due by the new time yet"
    assert county.matter(call).ladders[0].standing is Standing.MOVED
    assert county.matter(call).ladders[0].version == county.matter(call).version, "it stands by that fact"
    county.now = moved.due
    facts = county.tick(call, respond)
    assert told(facts) == ["RungReached", "RungReached"]
    assert {fact.due for fact in facts if isinstance(fact, e.RungReached)} == {moved.due}


def test_an_emergency_climbs_in_minutes_in_the_middle_of_the_night(county: SupervisedCounty) -> None:
    county.at("2026-05-16", "02:10")
    call = county.placed(urgency=Urgency.EMERGENCY)
    county.say(AcceptCall(call_id=call), "duty")
    county.dispatch(call, by="duty")
    respond = county.place(call, Action.RESPOND)
    county.pass_time(minutes=23)
    assert told(county.tick(call, respond)) == ["RungReached", "ReminderSent"]
    county.pass_time(minutes=22)
    assert told(county.tick(call, respond)) == ["RungReached", "RungReached", "UrgeIssued"]
    county.pass_time(minutes=45)
    assert told(county.tick(call, respond)) == ["RungReached", "OrderDrafted"]


def test_one_reminder_and_one_urge_for_everything_of_an_organization_in_a_matter(county: SupervisedCounty) -> None:
    call = county.silent("shichang")
    county.at("2026-05-13", "10:00")
    facts = county.tick(call)
    urges = [fact for fact in facts if isinstance(fact, e.UrgeIssued)]
    assert [(urge.organization.name, len(urge.items)) for urge in urges] == [("综合行政执法局", 1), ("市场监管局", 1)]
    county.at("2026-05-20", "10:00")
    facts = county.tick(call)
    (drafted,) = [f for f in facts if isinstance(f, e.OrderDrafted) and f.addressee.id == county.orgs["zhifa"]]
    assert {item.action for item in drafted.items} == {Action.RESPOND, Action.HANDLE}, "one order names them all"


def test_a_draft_that_waits_names_what_became_overdue_meanwhile(county: SupervisedCounty) -> None:
    call = county.ordered()
    assert [item.action for item in county.matter(call).orders[0].items] == [Action.RESPOND]
    county.at("2026-05-20", "17:31")
    facts = county.tick(call)
    amended = [fact for fact in facts if isinstance(fact, e.OrderAmended)]
    assert [[item.action for item in one.items] for one in amended] == [[Action.RESPOND, Action.HANDLE]]
    assert len(county.matter(call).orders) == 1


def test_a_township_is_urged_and_never_ordered(county: SupervisedCounty) -> None:
    call = county.reported()
    confirm = county.place(call, Action.CONFIRM, "chengdong")
    county.at("2026-05-29", "10:00")
    facts = county.tick(call, confirm)
    assert told(facts) == ["RungReached"] * 3 + ["UrgeIssued"]
    ladder = county.matter(call).ladder(confirm, Action.CONFIRM)
    assert ladder is not None
    assert ladder.standing is Standing.TOP


@pytest.mark.parametrize("by", ["chengxi", "group"])
def test_what_a_township_or_the_leading_group_owes_as_anybody_leads_to_no_order(
    county: SupervisedCounty, by: str
) -> None:
    """Whatever its part in a call: an order goes to a department."""
    call = county.silent("chengxi") if by == "chengxi" else county.designating()
    action = Action.RESPOND if by == "chengxi" else Action.DESIGNATE
    county.at("2026-06-30", "10:00")
    facts = county.tick(call, county.place(call, action, by))
    assert told(facts)[:4] == ["RungReached"] * 3 + ["UrgeIssued"]
    assert not {"OrderDrafted", "CircularDrafted"} & set(told(facts))
    assert county.refused(o.DraftOrder(call_id=call, addressee=county.orgs[by]), "supervisor").code == (
        "cannot-be-supervised"
    )


def test_a_vertical_unit_is_urged_and_never_ordered(county: SupervisedCounty) -> None:
    call = county.silent(lead="yancao")
    county.at("2026-05-29", "10:00")
    facts = county.tick(call, county.place(call, Action.RESPOND, "yancao"))
    assert "OrderDrafted" not in told(facts)
    assert told(facts)[:4] == ["RungReached"] * 3 + ["UrgeIssued"]


def test_a_rung_the_county_has_no_limit_for_does_not_exist(county: SupervisedCounty) -> None:
    """Where rules were adopted before the ladder was known, it ends where they end."""
    call = county.silent()
    rules = county.streams.facts
    for stream, events in rules.items():
        kept = [x for x in events if getattr(x, "kind", None) is not LimitKind.ORDER_AFTER]
        if len(kept) < len(events):
            rules[stream] = [x.model_copy(update={"originator_version": n}) for n, x in enumerate(kept, 1)]
    county.streams._folded.clear()
    county.at("2026-05-15", "10:00")
    facts = county.tick(call, county.place(call, Action.RESPOND))
    reached = [fact for fact in facts if isinstance(fact, e.RungReached)]
    assert [fact.rung for fact in reached] == [Rung.REMIND, Rung.OVERDUE, Rung.URGE]
    assert reached[-1].next_rung is Rung.CIRCULAR


def test_a_limit_changed_later_moves_no_rung_whose_time_stands(county: SupervisedCounty) -> None:
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    county.at("2026-05-12", "17:30")
    county.tick(call, respond)
    line = LimitLine(
        kind=LimitKind.URGE_AFTER,
        urgency=Urgency.ORDINARY,
        amount=9,
        unit=LimitUnit.WORKING_DAYS,
        basis=Basis(document="本县办法(示例)", clause="催办"),
    )
    county.ask(SetLimits(lines=(line,)))
    county.at("2026-05-13", "09:30")
    assert told(county.tick(call, respond)) == ["RungReached", "UrgeIssued"]


def test_nobody_is_held_to_what_is_excused(county: SupervisedCounty) -> None:
    """Justified until Friday: the ladder waits until then, and climbs on after it."""
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    _justify(county, call, respond, "2026-05-15", "17:30")
    county.at("2026-05-13", "09:30")
    facts = county.tick(call, respond)
    assert told(facts) == ["LadderRested"]
    ladder = county.matter(call).ladder(respond, Action.RESPOND)
    assert ladder is not None
    assert (ladder.standing, ladder.rung, ladder.next_at) == (
        Standing.CLIMBING,
        None,
        local("2026-05-15", "17:30"),
    )
    _nothing_due(county, call, respond)
    county.at("2026-05-15", "17:31")
    assert told(county.tick(call, respond))[:4] == ["RungReached"] * 4


def test_what_stands_on_the_shelf_climbs_nothing(county: SupervisedCounty) -> None:
    call = county.silent()
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.shelved(call)
    county.at("2026-07-01", "09:00")
    _nothing_due(county, call, county.place(call, Action.HANDLE))


def test_who_waits_for_another_is_looked_at_again_every_morning_until_that_is_over(county: SupervisedCounty) -> None:
    call = county.silent("shichang")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    handle = county.place(call, Action.HANDLE)
    county.at("2026-05-18", "17:31")
    county.tick(call, handle)
    for now, again in (("2026-05-19", "2026-05-20"), ("2026-05-20", "2026-05-21")):
        county.at(now, "09:30")
        county.tick(call, handle)
        ladder = county.matter(call).ladder(handle, Action.HANDLE)
        assert ladder is not None
        assert (ladder.standing, ladder.next_at) == (Standing.CLIMBING, local(again, "09:30"))
    assert handle not in county.matter(call).urged
    county.at("2026-05-21", "09:00")
    county.say(h.ReportAssistance(call_id=call, text="已核查"), "shichang")
    county.at("2026-06-02", "17:31")
    county.tick(call, handle)
    assert handle in county.matter(call).urged, "eight days were waited, and they are over"


def _justify(county: SupervisedCounty, call: UUID, place: int, day: str, time: str) -> None:
    """As a fact of the other branches of the subject will: being late is justified until then."""
    from domain.shared.changes import changed

    folded = county.call(call)
    owed = changed(folded.obligations[place], justified_until=local(day, time))
    obligations = (*folded.obligations[:place], owed, *folded.obligations[place + 1 :])
    justified, facts = changed(folded, obligations=obligations), len(county.streams.facts[call])
    county.streams._folded[call, evolve_call] = (facts, justified)
    county.streams._folded[call, evolve_known] = (facts, KnownCall(justified))


def test_a_call_that_is_over_leaves_nothing_to_climb(county: SupervisedCounty) -> None:
    call = county.resolved()
    evaluate = county.place(call, Action.EVALUATE, "chengdong")
    county.at("2026-05-18", "12:00")
    county.tick(call, evaluate)
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    county.at("2026-05-29", "09:00")
    assert told(county.tick(call)) == ["LadderRested"]


def test_only_the_platform_itself_moves_the_ladder(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-14", "18:00")
    for who in ("li", "supervisor", "ducha_leader"):
        refusal = county.refused(county.asking(call), who)
        assert (refusal.code, refusal.status) == ("not-the-clock", 403)


def test_a_call_that_does_not_exist_is_passed_over(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-12", "16:00")
    asking = county.asking(call, county.place(call, Action.RESPOND))
    strange = RungDue(call=uuid4(), place=0, rung=Rung.REMIND, due=county.now)
    beyond = RungDue(call=call, place=99, rung=Rung.REMIND, due=county.now)
    facts = county.ask(asking.model_copy(update={"rungs": (*asking.rungs, strange, beyond)}))
    assert told(facts) == ["RungReached", "ReminderSent"]


def test_without_a_supervision_body_nothing_is_drafted_and_the_ladder_goes_on() -> None:
    plain = the_county()
    offices = rules_stream(NODE, RuleStream.OFFICES)
    *others, charged = plain.streams.facts[offices]
    assert isinstance(charged, OfficeCharged)
    assert charged.office is Office.SUPERVISION_BODY
    streams = MemoryStreams({**plain.streams.facts, offices: others})
    county = SupervisedCounty(plain.now, streams, plain.orgs, plain.people, plain.names)
    call = county.silent()
    county.at("2026-05-19", "18:00")
    facts = county.tick(call, county.place(call, Action.RESPOND))
    assert told(facts).count("RungReached") == 5
    assert not county.matter(call).orders


@pytest.mark.parametrize("again", [1, 2])
def test_the_same_asked_twice_is_recorded_once(county: SupervisedCounty, again: int) -> None:
    call = county.silent("shichang")
    county.at("2026-05-19", "18:00")
    asking = county.asking(call)
    county.ask(asking)
    before = len(county.history(county.matter(call).id))
    for _ in range(again):
        with pytest.raises(Refusal):
            county.ask(asking)
    assert len(county.history(county.matter(call).id)) == before
    keys = [
        (fact.place, fact.rung, fact.due)
        for fact in county.history(county.matter(call).id)
        if isinstance(fact, e.RungReached)
    ]
    assert len(keys) == len(set(keys))


def test_a_person_can_not_pass_as_the_platform(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-14", "18:00")
    forged = Actor(
        person=county.by("li").person,
        post="system",
        organization=county.orgs["platform"],
        organization_name="呼应平台",
    )
    assert county.refusal(county.asking(call), forged).code == "not-in-post"


def test_the_order_is_in_the_name_of_the_supervision_body(county: SupervisedCounty) -> None:
    order = county.matter(county.ordered()).orders[0]
    assert (order.issuer, order.stage) == (county.orgs["ducha"], OrderStage.DRAFTED)
    assert order.number.startswith("DB20260514-")
