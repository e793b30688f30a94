"""响应与办理: respond, arrive, report, confirm on site, rework, resolve, evaluate, close."""

from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.calls import events as e
from domain.calls.words import ClockPolicy, Grade, LateFact, Stage
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.obligations.words import Action, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local

EMERGENCY = Urgency.EMERGENCY


def responding(call: UUID, **more: str) -> h.Respond:
    fields = {"handler": "郑某", "contact": "13900000000", "first_step": "今日到场", **more}
    return h.Respond(call_id=call, **fields)


def test_the_ordinary_loop_from_dispatch_to_the_archive(county: CallCounty) -> None:
    call = county.handling("shichang", item=county.code_of("占道经营"))
    county.say(responding(call), "zhifa")
    county.say(responding(call), "shichang")
    assert county.open_kinds(call) == {Action.HANDLE, Action.ASSIST, Action.COOPERATE}
    county.say(h.ReportAssistance(call_id=call, text="资质已核"), "shichang")
    county.say(h.ReportCooperation(call_id=call, text="已劝导"), "grid")
    (result,) = county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert isinstance(result, e.ResultReported)
    assert result.confirm.due == local("2026-05-13", "17:30")
    assert county.call(call).stage is Stage.RESULT_REPORTED
    county.say(completion.ConfirmResult(call_id=call, text="确已清理"), "wang")
    assert county.call(call).stage is Stage.CONFIRMED
    (resolved,) = county.say(completion.ResolveCall(call_id=call, spot_checked=True), "li")
    assert isinstance(resolved, e.CallResolved)
    assert resolved.evaluate.due == local("2026-05-18", "17:30")
    assert county.open_kinds(call) == {Action.EVALUATE}
    evaluated, closed = county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    assert isinstance(evaluated, e.CallEvaluated)
    assert isinstance(closed, e.CallClosed)
    assert closed.evaluated
    assert county.call(call).stage is Stage.CLOSED
    assert not county.call(call).open_obligations
    assert [event.originator_version for event in county.history(call)] == list(range(1, 15))


@pytest.mark.parametrize(
    "nothing", ["  ", "\u200b\u200b\u200b", "\u3164\u3164\u3164", "\u2800 \u2800", "\ufeff\u00ad\u2060"]
)
@pytest.mark.parametrize("empty", ["handler", "contact", "first_step"])
def test_an_empty_click_is_no_response(county: CallCounty, empty: str, nothing: str) -> None:
    """Nor are characters that nobody can see."""
    call = county.handling()
    with pytest.raises(ValidationError):
        responding(call, **{empty: nothing})


def test_a_text_that_shows_in_another_order_than_it_is_recorded_is_refused(county: CallCounty) -> None:
    with pytest.raises(ValidationError, match="控制字符"):
        responding(county.handling(), contact="\u202e00000000931")


def test_invisible_joiners_between_visible_characters_stay(county: CallCounty) -> None:
    (fact,) = county.say(responding(county.handling(), first_step="已联系👨‍👩‍👧一家"), "zhifa")
    assert isinstance(fact, e.PartyResponded)
    assert fact.first_step == "已联系👨‍👩‍👧一家"


def test_a_response_is_given_once(county: CallCounty) -> None:
    call = county.handling()
    county.say(responding(call), "zhifa")
    assert county.refused(responding(call), "zhifa").code == "wrong-stage"
    assert county.obligation(call, Action.HANDLE)


def test_a_late_response_stays_late_however_well_it_is_solved(county: CallCounty) -> None:
    county.at("2026-05-16", "02:20")
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(minutes=45)
    county.say(responding(call), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清运"), "zhifa")
    (obligation,) = [obligation for obligation in county.call(call).obligations if obligation.action is Action.RESPOND]
    assert obligation.done
    assert obligation.ended is not None
    assert obligation.ended - obligation.deadline.due == timedelta(minutes=15)


def test_an_arrival_recorded_by_either_side_discharges_the_response(county: CallCounty) -> None:
    for who in ("zhifa", "wang", "grid"):
        call = county.handling(urgency=EMERGENCY)
        county.pass_time(minutes=20)
        arrived = county.now - timedelta(minutes=10)
        arrival = h.RecordArrival(call_id=call, organization=county.orgs["zhifa"], occurred_at=arrived)
        (fact,) = county.say(arrival, who)
        assert (fact.occurred_at, fact.recorded_at) == (arrived, county.now)
        assert Action.RESPOND not in county.open_kinds(call)
        (party,) = county.call(call).parties
        assert party.arrived_at == arrived


def test_a_party_has_responded_since_its_first_response_or_arrival_was_recorded(county: CallCounty) -> None:
    call, other = county.handling(), county.handling()
    first = county.now
    county.say(responding(call), "zhifa")
    county.say(h.RecordArrival(call_id=other, organization=county.orgs["zhifa"]), "zhifa")
    county.pass_time(minutes=50)
    county.say(h.RecordArrival(call_id=call, organization=county.orgs["zhifa"]), "zhifa")
    for one in (call, other):
        (party,) = county.call(one).parties
        assert party.responded_at == first


def test_who_responds_to_a_further_part_has_responded_before(county: CallCounty) -> None:
    call = county.upheld_in_part("shichang")
    first = county.now
    county.say(responding(call), "shichang")
    county.pass_time(minutes=50)
    county.say(county.dispatching_part(call, "shichang"), "li")
    county.say(responding(call), "shichang")
    party = county.call(call).party(county.orgs["shichang"])
    assert party is not None
    assert party.responded_at == first


def test_an_arrival_before_the_dispatch_answers_no_dispatch(county: CallCounty) -> None:
    """Nor does one of an earlier round answer a later one."""
    for urgency, before in ((EMERGENCY, timedelta(minutes=20)), (Urgency.ORDINARY, timedelta(hours=3))):
        call = county.handling(urgency=urgency)
        dispatched = county.now
        county.pass_time(minutes=5, seconds=30)
        early = h.RecordArrival(call_id=call, organization=county.orgs["zhifa"], occurred_at=dispatched - before)
        for who in ("zhifa", "wang"):
            refusal = county.refused(early, who)
            assert (refusal.code, refusal.field) == ("arrived-before-dispatch", "occurred_at")
        assert Action.RESPOND in county.open_kinds(call)
        county.say(early.model_copy(update={"occurred_at": dispatched}), "zhifa")


def test_an_arrival_in_the_minute_of_the_dispatch_counts(county: CallCounty) -> None:
    """A form takes the time to the minute."""
    county.pass_time(seconds=40)
    call = county.handling(urgency=EMERGENCY)
    arrival = h.RecordArrival(call_id=call, organization=county.orgs["zhifa"], occurred_at=local("2026-05-11", "09:00"))
    county.say(arrival, "zhifa")


def test_an_arrival_is_one_partys_own(county: CallCounty) -> None:
    call = county.handling("shichang")
    of_the_lead = h.RecordArrival(call_id=call, organization=county.orgs["zhifa"])
    refusal = county.refused(of_the_lead, "shichang")
    assert (refusal.code, refusal.field) == ("not-your-call", "organization")
    of_a_stranger = h.RecordArrival(call_id=call, organization=county.orgs["zhujian"])
    assert county.refused(of_a_stranger, "wang").code == "not-your-call"
    county.say(of_the_lead, "wang")
    assert county.call(call).owing(Action.RESPOND, county.orgs["shichang"]), "the assistant's stays"


def test_an_arrival_claimed_too_late_is_a_late_entry(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(minutes=40)
    late = h.RecordArrival(
        call_id=call, organization=county.orgs["zhifa"], occurred_at=county.now - timedelta(minutes=31)
    )
    assert county.refused(late, "zhifa").code == "needs-late-entry"
    future = late.model_copy(update={"occurred_at": county.now + timedelta(minutes=1)})
    assert county.refused(future, "zhifa").code == "future-claim"


def test_an_assistant_that_is_not_done_keeps_its_duty(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(h.ReportAssistance(call_id=call, done=False, text="正在核查"), "shichang")
    assert Action.ASSIST in county.open_kinds(call)
    county.say(h.ReportAssistance(call_id=call, text="核查完毕"), "shichang")
    assert Action.ASSIST not in county.open_kinds(call)


def test_progress_ends_nothing(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    before = [(owed.action, owed.deadline) for owed in county.call(call).open_obligations]
    county.say(h.ReportProgress(call_id=call, text="已联系车辆"), "zhifa")
    assert [(owed.action, owed.deadline) for owed in county.call(call).open_obligations] == before


def test_rework_by_the_township_gives_the_lead_the_time_it_had_left_whatever_it_asks(county: CallCounty) -> None:
    call = county.handling()
    original = county.obligation(call, Action.HANDLE).deadline
    county.pass_time(days=2)
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.pass_time(days=1)
    rework = completion.OrderRework(call_id=call, policy=ClockPolicy.RESTART, reason="又摆出来了")
    (fact,) = county.say(rework, "wang")
    assert isinstance(fact, e.ReworkOrdered)
    assert (fact.policy, fact.by_platform) == (ClockPolicy.CONTINUE, False)
    again = county.obligation(call, Action.HANDLE).deadline
    assert (again.opened, again.limit) == (original.opened, original.limit)
    assert original.due == local("2026-05-18", "17:30")
    assert again.due == local("2026-05-19", "17:30"), "the day it was looked at is not the lead's"
    assert county.call(call).stage is Stage.HANDLING
    assert county.obligation(call, Action.HANDLE).reworks == 1


def test_a_result_that_came_late_stays_late_through_any_rework(county: CallCounty) -> None:
    for policy in ClockPolicy:
        call = county.handling()
        county.pass_time(days=20)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.OrderRework(call_id=call, policy=policy, reason="未清理"), "li")
        assert county.obligation(call, Action.HANDLE).overdue_at(county.now)
        county.say(h.ReportResult(call_id=call, text="已清理干净"), "zhifa")
        handled = [owed for owed in county.call(call).obligations if owed.action is Action.HANDLE]
        assert [owed.performance for owed in handled] == [Performance.LATE]


def test_the_platform_may_restart_the_time_with_the_limit_of_the_matter(county: CallCounty) -> None:
    call = county.accepted()
    county.dispatch(call, "huanjing", item=county.code_of("餐饮油烟扰民"))
    county.say(h.ReportResult(call_id=call, text="已整改"), "huanjing")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.at("2026-05-13", "10:00")
    restart = completion.OrderRework(call_id=call, policy=ClockPolicy.RESTART, reason="抽查未达标")
    (fact,) = county.say(restart, "li")
    assert isinstance(fact, e.ReworkOrdered)
    assert (fact.policy, fact.by_platform) == (ClockPolicy.RESTART, True)
    assert fact.complete.due == local("2026-05-18", "17:30"), "the item's own 3 working days, not the county's 5"
    again = county.confirmed(complex=True)
    (fact,) = county.say(restart.model_copy(update={"call_id": again}), "li")
    assert isinstance(fact, e.ReworkOrdered)
    assert fact.complete.due == local("2026-05-27", "17:30"), "a complex matter's 10"


def test_the_platform_may_let_the_time_go_on(county: CallCounty) -> None:
    call = county.confirmed()
    (fact,) = county.say(completion.OrderRework(call_id=call, reason="抽查未达标"), "li")
    assert isinstance(fact, e.ReworkOrdered)
    assert fact.complete.opened == local("2026-05-11", "09:00")


def test_no_evaluation_is_never_counted_as_satisfied(county: CallCounty) -> None:
    call = county.resolved()
    due = county.obligation(call, Action.EVALUATE).deadline.due
    county.now = due
    refusal = county.refused(completion.CloseCall(call_id=call), "li")
    assert refusal.code == "evaluation-open"
    assert "不计为满意" in refusal.message
    county.now = due + timedelta(seconds=1)
    late = county.refused(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    assert late.code == "deadline-passed"
    (closed,) = county.say(completion.CloseCall(call_id=call), "li")
    assert isinstance(closed, e.CallClosed)
    assert not closed.evaluated
    assert not [fact for fact in county.history(call) if isinstance(fact, e.CallEvaluated)]
    (obligation,) = [obligation for obligation in county.call(call).obligations if obligation.action is Action.EVALUATE]
    assert not obligation.done


def test_an_evaluation_at_the_last_moment_counts(county: CallCounty) -> None:
    call = county.resolved()
    county.now = county.obligation(call, Action.EVALUATE).deadline.due
    evaluated, _ = county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED, text="拖了太久"), "mayor")
    assert isinstance(evaluated, e.CallEvaluated)
    assert evaluated.grade is Grade.DISSATISFIED


def test_what_was_not_done_falls_away_undone_at_the_resolution(county: CallCounty) -> None:
    call = county.resolved("shichang")
    undone = {
        obligation.action for obligation in county.call(call).obligations if obligation.ended and not obligation.done
    }
    assert undone == {Action.RESPOND, Action.ASSIST}


def test_a_claim_pending_at_the_resolution_is_still_answered(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(hours=1)
    county.say(
        late_entries.MakeLateEntry(
            call_id=call,
            fact=LateFact.ARRIVAL,
            occurred_at=county.now - timedelta(minutes=50),
            text="已到场",
            reason="现场忙",
            proof="照片",
        ),
        "zhifa",
    )
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert county.open_kinds(call) == {Action.EVALUATE, Action.CONFIRM_LATE_ENTRY}
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")


def test_a_decline_nobody_contests_is_filed_once_its_window_has_passed(county: CallCounty) -> None:
    call = county.declined()
    due = county.obligation(call, Action.CONTEST_DECLINE).deadline.due
    county.now = due
    assert county.refused(completion.CloseCall(call_id=call), "li").code == "contest-open"
    county.now = due + timedelta(seconds=1)
    county.say(completion.CloseCall(call_id=call), "li")
    assert county.call(call).stage is Stage.CLOSED
    assert not county.call(call).open_obligations
