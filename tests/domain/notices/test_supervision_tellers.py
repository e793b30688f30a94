"""督办的告知: what supervision tells whom, from the first reminder to the confirmed rectification."""

from uuid import UUID

import pytest

from domain.calls.intake.acceptance import AcceptCall
from domain.calls.words import RecomputeReason
from domain.calls.work import handling as h
from domain.directory.organization_commands import DissolveOrganization
from domain.notices.supervision_tellers import SUPERVISION_TELLERS, tell_of_supervision
from domain.notices.telling import Telling
from domain.notices.words import Topic
from domain.shared.events import EVENT_TYPES, Event
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from domain.supervision import circulars as c
from domain.supervision import events as e
from domain.supervision import failures as f
from domain.supervision import orders as o
from domain.supervision.matter import Matter, matter_stream
from domain.supervision.recomputing import RecomputeMatter
from domain.supervision.succession import SucceedInMatter
from domain.supervision.words import FailureKind
from tests.domain.calls.test_recomputing import outage
from tests.domain.memory import NODE, PLATFORM_ITSELF, local
from tests.domain.notices.told import last_tellings, last_told, tellings_of
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county

_DRAFTS: set[type[e.SupervisionEvent]] = {e.OrderAmended, e.OrderLapsed, e.CircularAmended, e.CircularLapsed}
SILENT = {e.RungReached, e.LadderRested, e.ContentWithdrawn, *_DRAFTS}
"""A rung is told by what it leads to; a draft that grew waits for the same signature; the rest asks nobody anything."""


@pytest.fixture
def county() -> SupervisedCounty:
    return the_supervised_county()


def told(county: SupervisedCounty, call: UUID, kind: type[Event] = Event) -> dict[str, Topic]:
    return last_told(county, matter_stream(NODE, call), kind)


def tellings(county: SupervisedCounty, call: UUID, kind: type[Event] = Event) -> dict[str, Telling]:
    return last_tellings(county, matter_stream(NODE, call), kind)


def issued(county: SupervisedCounty) -> UUID:
    """An order is signed on Friday morning."""
    call = county.ordered()
    county.at("2026-05-15", "09:00")
    county.say(o.IssueOrder(call_id=call, order=1, demands="立即响应"), "ducha_leader")
    return call


def circulated(county: SupervisedCounty) -> UUID:
    """Nobody responded for a week; a circular is drafted, with a suspicion beside it."""
    call = county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(call)
    return call


def test_every_fact_of_supervision_tells_somebody_or_was_considered_and_tells_nobody() -> None:
    facts = {kind for kind in EVENT_TYPES.values() if issubclass(kind, e.SupervisionEvent)}
    assert set(SUPERVISION_TELLERS) | SILENT == facts
    assert not set(SUPERVISION_TELLERS) & SILENT


def test_a_reminder_asks_the_posts_that_may_act_by_the_due_time_and_an_urge_their_leader_too(
    county: SupervisedCounty,
) -> None:
    call = county.silent()
    county.at("2026-05-12", "15:45")
    reminder = county.tick(call)[1]
    assert isinstance(reminder, e.ReminderSent)
    assert tellings(county, call) == {
        "zhifa": Telling(Topic.DUE_SOON, reminder.organization, h.RESPOND.posts, reminder.items[0].due)
    }
    county.at("2026-05-13", "10:00")
    county.tick(call)
    urged = tellings(county, call, e.UrgeIssued)
    assert {name: (one.topic, one.owed, one.leaders, one.page) for name, one in urged.items()} == {
        "zhifa": (Topic.URGED, True, True, "")
    }
    assert urged["zhifa"].due == reminder.items[0].due
    assert told(county, call, e.RungReached) == {}


def test_whoever_is_late_is_reminded_and_not_only_those_who_handle(county: SupervisedCounty) -> None:
    call = county.reported()
    county.at("2026-05-29", "10:00")
    county.tick(call)
    assert told(county, call, e.UrgeIssued) == {"chengdong": Topic.URGED}
    placed = county.placed()
    county.at("2026-06-05", "10:00")
    county.tick(placed)
    urged = tellings(county, placed, e.UrgeIssued)
    assert {name: one.posts for name, one in urged.items()} == {"platform": {Post.OPERATOR, Post.DUTY_OFFICER}}


def test_a_draft_is_told_to_the_leader_who_must_sign_and_to_nobody_else(county: SupervisedCounty) -> None:
    call = county.ordered()
    (drafted,) = [fact for fact in county.history(matter_stream(NODE, call)) if isinstance(fact, e.OrderDrafted)]
    (draft,) = tellings(county, call, e.OrderDrafted).items()
    assert draft == (
        "ducha",
        Telling(
            Topic.SIGN_ORDER,
            drafted.issuer,
            frozenset({Post.LEADER}),
            drafted.sign.due,
            "/supervision/orders/1",
            roster=False,
        ),
    )


def test_an_issued_order_asks_its_addressee_with_its_leader_and_goes_in_copy(county: SupervisedCounty) -> None:
    call = issued(county)
    order = tellings(county, call)
    assert {name: one.topic for name, one in order.items()} == {
        "zhifa": Topic.ANSWER_ORDER,
        "ducha": Topic.ORDER_ISSUED,
        "chengdong": Topic.ORDER_ISSUED,
        "platform": Topic.ORDER_ISSUED,
    }
    (fact,) = [one for one in county.history(matter_stream(NODE, call)) if isinstance(one, e.OrderIssued)]
    assert [copy.name for copy in fact.copies] == ["城东镇", "呼应平台"]
    assert (order["zhifa"].due, order["zhifa"].leaders) == (fact.reply.due, True)
    assert order["ducha"].posts == {Post.SUPERVISOR}, "who drafted learns that it was signed"
    assert {one.page for one in order.values()} == {"/supervision/orders/1"}
    assert not any(one.owed for name, one in order.items() if name != "zhifa")


def test_a_reply_goes_to_who_checks_it_and_what_came_of_it_back(county: SupervisedCounty) -> None:
    call = issued(county)
    (reply,) = county.say(o.ReplyToOrder(call_id=call, order=1, text="今日到场"), "zhifa")
    assert isinstance(reply, e.OrderReplied)
    check = tellings(county, call)
    assert {name: (one.topic, one.due) for name, one in check.items()} == {
        "ducha": (Topic.CHECK_REPLY, reply.check.due)
    }
    (refused,) = county.say(o.RefuseReply(call_id=call, order=1, reason="没有说明何时办结"), "supervisor")
    assert isinstance(refused, e.ReplyRefused)
    again = tellings(county, call)
    assert {name: (one.topic, one.due, one.leaders) for name, one in again.items()} == {
        "zhifa": (Topic.ANSWER_ORDER_AGAIN, refused.reply.due, True)
    }
    county.say(o.ReplyToOrder(call_id=call, order=1, text="今日下午响应"), "zhifa")
    county.say(o.AcceptReply(call_id=call, order=1), "supervisor")
    assert told(county, call, e.ReplyAccepted) == {"zhifa": Topic.REPLY_ACCEPTED}


def test_an_accepted_reply_that_closes_its_order_is_told_once(county: SupervisedCounty) -> None:
    call = issued(county)
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已响应"), "zhifa")
    county.say(o.AcceptReply(call_id=call, order=1), "supervisor")
    assert told(county, call, e.ReplyAccepted) == {}
    assert told(county, call, e.OrderClosed) == {
        "zhifa": Topic.ORDER_CLOSED,
        "chengdong": Topic.ORDER_CLOSED,
        "platform": Topic.ORDER_CLOSED,
    }


def test_a_draft_that_is_dropped_was_known_to_nobody_outside_and_stays_so(county: SupervisedCounty) -> None:
    call = county.ordered()
    county.say(o.DiscardOrder(call_id=call, order=1, reason="已电话督促"), "ducha_leader")
    assert told(county, call) == {"ducha": Topic.ORDER_DISCARDED}


def test_the_same_holds_for_a_circular(county: SupervisedCounty) -> None:
    call = circulated(county)
    county.say(c.DiscardCircular(call_id=call, circular=1, reason="已约谈"), "ducha_leader")
    assert told(county, call) == {"ducha": Topic.CIRCULAR_DISCARDED}


def test_a_circular_is_signed_rectified_refused_and_confirmed(county: SupervisedCounty) -> None:
    call = circulated(county)
    assert told(county, call, e.CircularDrafted) == {"ducha": Topic.SIGN_CIRCULAR}
    (signed,) = county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    assert isinstance(signed, e.CircularIssued)
    circular = tellings(county, call)
    assert {name: one.topic for name, one in circular.items()} == {
        "zhifa": Topic.RECTIFY,
        "ducha": Topic.CIRCULAR_ISSUED,
        "chengdong": Topic.CIRCULAR_ISSUED,
        "platform": Topic.CIRCULAR_ISSUED,
    }
    assert (circular["zhifa"].due, circular["zhifa"].leaders) == (signed.rectify.due, True)
    assert {one.page for one in circular.values()} == {"/supervision/circulars/1"}
    report = c.ReportRectification(call_id=call, circular=1, text="已整改")
    (reported,) = county.say(report, "zhifa")
    assert isinstance(reported, e.RectificationReported)
    assert tellings(county, call)["ducha"].due == reported.confirm.due
    assert told(county, call) == {"ducha": Topic.CONFIRM_RECTIFICATION}
    county.say(c.RefuseRectification(call_id=call, circular=1, reason="仍未到场"), "supervisor")
    assert told(county, call) == {"zhifa": Topic.RECTIFY_AGAIN}
    county.say(report, "zhifa")
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    assert told(county, call) == {
        "zhifa": Topic.RECTIFIED,
        "chengdong": Topic.RECTIFIED,
        "platform": Topic.RECTIFIED,
    }


def test_a_suspicion_is_told_to_who_decides_it_and_to_nobody_it_is_about_before(county: SupervisedCounty) -> None:
    call = circulated(county)
    suspected = tellings(county, call, e.FailureSuspected)
    assert {name: (one.topic, one.posts, one.roster, one.page) for name, one in suspected.items()} == {
        "ducha": (Topic.JUDGE_SUSPICION, frozenset({Post.SUPERVISOR}), False, "/supervision#s1")
    }
    county.say(f.ConfirmFailure(call_id=call, suspicion=1, reason="仍未响应"), "supervisor")
    confirmed = tellings(county, call)
    assert {name: (one.topic, one.leaders) for name, one in confirmed.items()} == {
        "zhifa": (Topic.FAILURE_CONFIRMED, True),
        "chengdong": (Topic.FAILURE_CONFIRMED, False),
    }


def test_a_suspicion_that_is_dismissed_concerns_the_township_no_more_than_before(county: SupervisedCounty) -> None:
    call = county.silent()
    suspect = f.SuspectFailure(
        call_id=call, organization=county.orgs["zhifa"], kind=FailureKind.NO_RESPONSE, reason="群众反映"
    )
    county.say(suspect, "supervisor")
    assert told(county, call) == {"ducha": Topic.JUDGE_SUSPICION}
    county.say(f.DismissFailure(call_id=call, suspicion=1, reason="已电话响应"), "supervisor")
    assert told(county, call) == {"zhifa": Topic.FAILURE_DISMISSED}


def test_what_the_city_signs_is_copied_to_the_countys_own_supervision(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-15", "09:00")
    county.say(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    assert told(county, call) == {"city": Topic.SIGN_ORDER}, "the county knows nothing of a draft of the city"
    county.say(o.IssueOrder(call_id=call, order=1), "city_leader")
    assert told(county, call) == {
        "zhifa": Topic.ANSWER_ORDER,
        "city": Topic.ORDER_ISSUED,
        "chengdong": Topic.ORDER_ISSUED,
        "platform": Topic.ORDER_ISSUED,
        "ducha": Topic.ORDER_ISSUED,
    }


def test_a_townships_own_supervision_asks_the_party_and_is_copied_to_the_supervision_body(
    county: SupervisedCounty,
) -> None:
    call = county.silent("shichang")
    county.say(
        o.SuperviseAsTownship(call_id=call, addressee=county.orgs["shichang"], demands="请参加联合整治"), "mayor"
    )
    assert told(county, call) == {"shichang": Topic.ANSWER_TOWNSHIP_ORDER, "ducha": Topic.TOWNSHIP_ORDER_ISSUED}
    county.say(o.ReplyToOrder(call_id=call, order=1, text="明日参加"), "shichang")
    assert tellings(county, call)["chengdong"].posts >= {Post.TOWNSHIP_LEADER}
    county.say(o.AcceptReply(call_id=call, order=1), "mayor")
    assert told(county, call, e.OrderClosed) == {"shichang": Topic.ORDER_CLOSED, "ducha": Topic.ORDER_CLOSED}


def test_an_emergency_is_told_as_one(county: SupervisedCounty) -> None:
    county.at("2026-05-16", "02:10")
    call = county.placed(urgency=Urgency.EMERGENCY)
    county.say(AcceptCall(call_id=call), "duty")
    county.dispatch(call, by="duty")
    county.pass_time(minutes=23)
    county.tick(call)
    assert tellings(county, call)["zhifa"].roster
    *_, (_, now, _) = tellings_of(county.history(matter_stream(NODE, call)))
    assert isinstance(now, Matter)
    assert now.about.urgency is Urgency.EMERGENCY


def test_imported_supervision_tells_nothing_and_no_typed_word_is_in_anything_told(county: SupervisedCounty) -> None:
    call = issued(county)
    history = county.history(matter_stream(NODE, call))
    matter, last = county.matter(call), history[-1]
    assert tell_of_supervision(matter, last)
    assert tell_of_supervision(matter, last.model_copy(update={"imported_from": "旧平台"})) == ()
    assert "立即响应" not in repr([told for _, _, told in tellings_of(history)])


def test_whoever_steps_in_for_a_dissolved_body_is_asked_for_what_is_left(county: SupervisedCounty) -> None:
    call = issued(county)
    (asked,) = county.matter(call).open_obligations
    dissolve(county, "zhifa", "zhujian")
    dissolve(county, "ducha", "bianban")
    fact = county.ask(SucceedInMatter(call_id=call, dissolved=county.orgs["zhifa"]))[0]
    assert isinstance(fact, e.PartySucceeded)
    assert tellings(county, call) == {
        "zhujian": Telling(
            Topic.ANSWER_ORDER,
            fact.now,
            o.REPLY_TO_ORDER.posts,
            asked.deadline.due,
            "/supervision/orders/1",
            leaders=True,
        )
    }
    county.ask(SucceedInMatter(call_id=call, dissolved=county.orgs["ducha"]))
    assert told(county, call) == {"bianban": Topic.SUCCEEDED}, "nothing waits for it yet: it learns that it steps in"
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已接手"), "zhujian")
    assert told(county, call) == {"bianban": Topic.CHECK_REPLY}
    dissolve(county, "bianban", "group")
    county.ask(SucceedInMatter(call_id=call, dissolved=county.orgs["bianban"]))
    assert told(county, call) == {"group": Topic.CHECK_REPLY}


def test_the_successor_of_a_party_is_asked_to_answer_the_township(county: SupervisedCounty) -> None:
    call = county.silent("shichang")
    ordering = o.SuperviseAsTownship(call_id=call, addressee=county.orgs["zhifa"], demands="请派员参加")
    county.say(ordering, "mayor")
    dissolve(county, "zhifa", "zhujian")
    county.ask(SucceedInMatter(call_id=call, dissolved=county.orgs["zhifa"]))
    assert told(county, call) == {"zhujian": Topic.ANSWER_TOWNSHIP_ORDER}


def test_a_recomputed_clock_is_told_to_whose_it_is(county: SupervisedCounty) -> None:
    call = issued(county)
    county.at("2026-05-18", "18:00")
    outage(county, local("2026-05-18", "14:00"), local("2026-05-18", "16:00"))
    county.ask(RecomputeMatter(call_id=call, reason=RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    assert told(county, call) == {"zhifa": Topic.RECOMPUTED}


def dissolve(county: SupervisedCounty, was: str, heir: str) -> None:
    county.ask(
        DissolveOrganization(organization=county.orgs[was], successor=county.orgs[heir], document="示编〔2026〕9号")
    )
    county.pass_time(minutes=1)
