"""督办自己的应履责事项: what orders and circulars ask for is reminded, urged, recomputed, explained and stated on."""

from uuid import UUID

from domain.calls.words import RecomputeReason
from domain.calls.work import handling as h
from domain.notices.supervision_tellers import tell_of_supervision
from domain.notices.words import Topic
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.rules.calendar_commands import DeclareOutage, LoadHolidayNotice
from domain.rules.rulebook import rulebook_of
from domain.rules.words import OutageKind
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import orders as o
from domain.supervision.explanation import explain
from domain.supervision.matter import matter_stream
from domain.supervision.recomputing import RecomputeMatter
from domain.supervision.statement import StateInMatter
from domain.supervision.words import OrderStage, Rung, Standing
from tests.domain.calls.test_recomputing import NOTICE
from tests.domain.memory import NODE, PLATFORM_ITSELF, local
from tests.domain.supervision.county import SupervisedCounty, told


def issued(county: SupervisedCounty) -> UUID:
    """Signed on Friday 15 May, 09:00: to be answered by Friday 22 May, 17:30. They responded, and the clock saw it."""
    call = county.ordered()
    county.at("2026-05-15", "09:00")
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.tick(call)
    return call


def owed(county: SupervisedCounty, call: UUID, action: Action) -> tuple[int, Obligation]:
    return max((place, one) for place, one in enumerate(county.matter(call).obligations) if one.action is action)


def facts_of(county: SupervisedCounty, call: UUID) -> list[Event]:
    return county.streams.facts[matter_stream(NODE, call)]


def test_an_order_that_nobody_answers_is_reminded_and_urged_and_goes_no_further(county: SupervisedCounty) -> None:
    call = issued(county)
    place, reply = owed(county, call, Action.ORDER_REPLY)
    assert reply.deadline.due == local("2026-05-22", "17:30")

    county.at("2026-05-21", "16:00")
    facts = county.tick_own(call)
    assert told(facts) == ["RungReached", "ReminderSent"]
    reminded = facts[-1]
    assert isinstance(reminded, e.ReminderSent)
    assert [(item.place, item.action) for item in reminded.items] == [(place, Action.ORDER_REPLY)]

    county.at("2026-06-10", "10:00")
    facts = county.tick_own(call)
    assert told(facts) == ["RungReached", "RungReached", "UrgeIssued"]
    urged = facts[-1]
    assert isinstance(urged, e.UrgeIssued)
    assert urged.organization.id == county.orgs["zhifa"]
    ladder = county.matter(call).ladder(place, Action.ORDER_REPLY)
    assert ladder is not None
    assert (ladder.rung, ladder.standing) == (Rung.URGE, Standing.TOP), "never ordered, never circulated"

    county.at("2026-07-10", "10:00")
    assert county.refusal(county.asking_own(call), PLATFORM_ITSELF).code == "nothing-due"


def test_who_answers_in_time_is_neither_reminded_again_nor_urged(county: SupervisedCounty) -> None:
    call = issued(county)
    county.at("2026-05-21", "16:00")
    county.tick_own(call)
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已响应,今日到场"), "zhifa")
    county.at("2026-05-22", "17:30")
    facts = county.tick_own(call)
    assert "UrgeIssued" not in told(facts)
    rested = [fact for fact in facts if isinstance(fact, e.LadderRested)]
    assert [(fact.action, fact.standing) for fact in rested] == [(Action.ORDER_REPLY, Standing.DONE)]


def test_a_signature_that_waits_is_reminded_and_nobody_but_the_signing_leaders_learn_of_it(
    county: SupervisedCounty,
) -> None:
    call = county.ordered()
    county.at("2026-05-18", "10:00")
    facts = county.tick_own(call)
    assert told(facts) == ["RungReached"] * 3 + ["UrgeIssued"]
    (telling,) = tell_of_supervision(county.matter(call), facts[-1])
    assert telling.topic is Topic.URGED
    assert telling.organization.id == county.orgs["ducha"]
    assert telling.posts == {Post.LEADER}
    assert telling.roster is False
    assert telling.page == "/supervision/orders/1"


def test_a_draft_whose_items_are_all_done_lapses_and_nobody_is_late_with_its_signature(
    county: SupervisedCounty,
) -> None:
    """Due to be signed by Friday, 17:30; they respond on Friday at 16:00, and the clock looks on Monday."""
    call = county.ordered()
    county.at("2026-05-15", "16:00")
    done = county.now
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.at("2026-05-18", "09:00")
    facts = county.tick_own(call)
    assert told(facts)[0] == "OrderLapsed"
    assert "UrgeIssued" not in told(facts)
    _, sign = owed(county, call, Action.SIGN_ORDER)
    assert (sign.ended, sign.performance) == (done, Performance.ENDED)
    assert county.matter(call).orders[0].stage is OrderStage.DISCARDED
    assert county.refused(o.IssueOrder(call_id=call, order=1), "ducha_leader").code == "wrong-supervision-stage"
    county.at("2026-05-27", "10:00")
    assert "OrderDrafted" in told(county.tick(call)), "late with the work, it is ordered anew"


def test_a_draft_lapsed_when_the_last_of_its_items_was_done(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.at("2026-05-20", "17:31")
    county.tick(call)
    assert {item.action for item in county.matter(call).orders[0].items} == {Action.RESPOND, Action.HANDLE}
    county.at("2026-05-21", "09:00")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.at("2026-05-21", "10:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-21", "11:00")
    assert told(county.tick_own(call))[0] == "OrderLapsed"
    assert owed(county, call, Action.SIGN_ORDER)[1].ended == local("2026-05-21", "10:00")


def test_a_draft_stands_while_something_it_names_or_something_else_is_overdue(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.at("2026-05-18", "17:31")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.at("2026-05-18", "17:32")
    facts = county.tick_own(call)
    assert told(facts)[0] == "OrderAmended", "the work is overdue by now"
    (order,) = county.matter(call).orders
    assert (order.stage, [item.action for item in order.items]) == (OrderStage.DRAFTED, [Action.HANDLE])
    assert "OrderAmended" not in told(county.tick(call)), "once"


def test_what_an_organization_is_late_with_in_the_call_and_on_the_order_is_urged_at_once(
    county: SupervisedCounty,
) -> None:
    call = county.silent()
    county.at("2026-05-13", "09:30")
    county.tick(call)
    county.at("2026-05-14", "17:31")
    county.tick(call)
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.at("2026-05-27", "10:00")
    urges = [fact for fact in county.tick(call) if isinstance(fact, e.UrgeIssued) and _of(fact, county, "zhifa")]
    assert len(urges) == 1
    assert {Action.HANDLE, Action.ORDER_REPLY} <= {item.action for item in urges[0].items}
    (telling,) = tell_of_supervision(county.matter(call), urges[0])
    assert telling.page == "", "the call itself is late too"
    calls_places = {item.place for item in urges[0].items if not item.action.supervisory}
    assert calls_places <= set(county.matter(call).urged)
    reply, _ = owed(county, call, Action.ORDER_REPLY)
    assert (reply in county.matter(call).urged) is (reply in {*calls_places, county.place(call, Action.RESPOND)})


def _of(fact: e.UrgeIssued, county: SupervisedCounty, code: str) -> bool:
    return fact.organization.id == county.orgs[code]


def test_an_outage_justifies_a_late_answer_once(county: SupervisedCounty) -> None:
    call = issued(county)
    county.at("2026-05-25", "10:00")
    start, end = local("2026-05-22", "08:30"), local("2026-05-22", "17:30")
    county.ask(DeclareOutage(kind=OutageKind.PLATFORM, starts_at=start, ends_at=end), PLATFORM_ITSELF)
    asking = RecomputeMatter(call_id=call, reason=RecomputeReason.OUTAGE)
    (fact,) = county.ask(asking, PLATFORM_ITSELF)
    assert isinstance(fact, e.ClocksRecomputed)
    assert [(one.task, one.ground) for one in fact.justified] == [("order_reply", ExcuseGround.OUTAGE)]
    _, reply = owed(county, call, Action.ORDER_REPLY)
    assert reply.justified_until == local("2026-05-25", "17:30"), "a day was lost, a day is justified"
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute"
    assert county.refused(asking, "supervisor").code == "not-your-supervision"
    assert "UrgeIssued" not in told(county.tick_own(call)), "nobody is urged while being late is no fault"
    county.say(o.ReplyToOrder(call_id=call, order=1, text="平台恢复后答复"), "zhifa")
    _, reply = owed(county, call, Action.ORDER_REPLY)
    assert reply.performance is Performance.JUSTIFIED


def test_a_provisional_answer_is_due_anew_once_the_notice_is_known(county: SupervisedCounty) -> None:
    county.at("2026-12-21", "09:00")
    call = county.silent()
    county.at("2026-12-28", "09:00")
    county.tick(call)
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    _, before = owed(county, call, Action.ORDER_REPLY)
    assert before.deadline.provisional
    asking = RecomputeMatter(call_id=call, reason=RecomputeReason.NOTICE)
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute"
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(asking, PLATFORM_ITSELF)
    _, after = owed(county, call, Action.ORDER_REPLY)
    assert (after.deadline.provisional, after.deadline.due) == (False, local("2027-01-06", "17:30"))
    assert after.moved[-1].deadline == before.deadline, "the old one stays readable"
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute"


def test_the_next_rung_of_a_ladder_is_counted_anew_once_the_notice_is_known(county: SupervisedCounty) -> None:
    """To be responded to by Thursday 31 December, urged in the first hour of the next working day: Friday and Monday
    turn out to be days off."""
    call = _late_at_the_turn_of_the_year(county)
    place = county.place(call, Action.RESPOND)
    before = county.matter(call).ladder(place, Action.RESPOND)
    assert before is not None
    assert (before.rung, before.next_rung, before.next_provisional) == (Rung.OVERDUE, Rung.URGE, True)
    assert before.next_at == local("2027-01-01", "09:30")
    asking = RecomputeMatter(call_id=call, reason=RecomputeReason.NOTICE)
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute"
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    facts = county.ask(asking, PLATFORM_ITSELF)
    assert told(facts) == ["LadderRested"]
    after = county.matter(call).ladder(place, Action.RESPOND)
    assert after is not None
    assert (after.rung, after.standing) == (Rung.OVERDUE, Standing.CLIMBING)
    assert (after.next_rung, after.next_at, after.next_provisional) == (Rung.URGE, local("2027-01-05", "09:30"), False)
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute", "once"
    county.at("2027-01-05", "09:29")
    assert county.refusal(county.asking(call, place), PLATFORM_ITSELF).code == "nothing-due"
    county.at("2027-01-05", "09:31")
    assert "UrgeIssued" in told(county.tick(call, place))


def test_a_clock_that_looks_before_the_rungs_were_counted_anew_goes_by_the_notice(county: SupervisedCounty) -> None:
    call = _late_at_the_turn_of_the_year(county)
    place = county.place(call, Action.RESPOND)
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.at("2027-01-01", "09:31")
    assert told(county.tick(call, place)) == ["LadderRested"]
    ladder = county.matter(call).ladder(place, Action.RESPOND)
    assert ladder is not None
    assert (ladder.next_at, ladder.next_provisional) == (local("2027-01-05", "09:30"), False)


def _late_at_the_turn_of_the_year(county: SupervisedCounty) -> UUID:
    county.at("2026-12-30", "09:00")
    call = county.silent()
    county.at("2026-12-31", "17:31")
    county.tick(call)
    return call


def test_a_matter_nobody_supervised_has_nothing_to_recompute(county: SupervisedCounty) -> None:
    asking = RecomputeMatter(call_id=county.silent(), reason=RecomputeReason.OUTAGE)
    assert county.refusal(asking, PLATFORM_ITSELF).code == "nothing-to-recompute"


def test_who_was_asked_may_state_something_on_it_and_who_asked_learns_of_it(county: SupervisedCounty) -> None:
    call = issued(county)
    place, before = owed(county, call, Action.ORDER_REPLY)
    (fact,) = county.say(StateInMatter(call_id=call, obligation=place, text="已当面答复"), "zhifa")
    assert isinstance(fact, e.StatementAdded)
    assert (fact.action, fact.opened_by) == (Action.ORDER_REPLY, before.opened_by)
    (telling,) = tell_of_supervision(county.matter(call), fact)
    assert (telling.topic, telling.organization.id) == (Topic.STATED, county.orgs["ducha"])
    assert telling.page == f"/supervision/obligations/{place}"
    assert owed(county, call, Action.ORDER_REPLY)[1] == before, "it changes nothing"


def test_nobody_states_for_another_or_on_what_is_not_there(county: SupervisedCounty) -> None:
    call = issued(county)
    signed, _ = owed(county, call, Action.SIGN_ORDER)
    other = county.refused(StateInMatter(call_id=call, obligation=signed, text="已当面答复"), "zhifa")
    assert (other.code, other.field) == ("not-your-obligation", "obligation")
    nowhere = county.refused(StateInMatter(call_id=call, obligation=99, text="已当面答复"), "zhifa")
    assert (nowhere.code, nowhere.field) == ("invalid", "obligation")
    stranger = county.refused(StateInMatter(call_id=call, obligation=signed, text="已当面答复"), "shichang_leader")
    assert stranger.code == "not-your-supervision"


def test_it_explains_itself_as_of_any_moment_from_the_facts_alone(county: SupervisedCounty) -> None:
    call = issued(county)
    place, _ = owed(county, call, Action.ORDER_REPLY)
    county.at("2026-05-25", "09:30")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已响应,今日到场"), "zhifa")
    calendar, facts = rulebook_of(county.streams, NODE).calendar, facts_of(county, call)
    assert explain(facts, place, calendar, local("2026-05-14", "18:00")) is None, "not asked for by then"
    earlier = explain(facts, place, calendar, local("2026-05-20", "12:00"))
    assert earlier is not None
    assert earlier.owed.performance is Performance.PENDING
    assert [fact.wire for fact in earlier.cited] == ["supervision.OrderIssued"]
    later = explain(facts, place, calendar, county.now)
    assert later is not None
    assert later.owed.performance is Performance.LATE
    assert later.reckoning.agrees
    assert later.reckoning.late_by.total_seconds() == 3_600, "an hour of working time"
    assert later.duty is not None
    assert later.duty.reference == f"督办通知单 {county.matter(call).orders[0].number}"
    assert [fact.wire for fact in later.cited] == ["supervision.OrderIssued", "supervision.OrderReplied"]
    assert explain(facts, 99, calendar, county.now) is None
