"""暂缓办理: on closed grounds, until a set day, then by itself; a suspension after a breach heals nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.calls import events as ce
from domain.calls.delays import events as e
from domain.calls.delays import suspensions as s
from domain.calls.dispatch import passing
from domain.calls.lights import Light, light_of
from domain.calls.words import ClockPolicy
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, extension, granting, owed, suspension
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local

DUE = local("2026-05-18", "17:30")


@pytest.fixture
def call(county: CallCounty) -> UUID:
    return county.handling("shichang", item=county.code_of("占道经营"))


def suspended(county: CallCounty, call: UUID, last_day: str = "2026-05-14", by: str = "zhifa") -> e.CallSuspended:
    """Asked, and granted on the next morning before work begins."""
    county.say(suspension(call, last_day), by)
    county.at("2026-05-12", "08:30")
    (fact,) = county.say(s.SuspendCall(call_id=call, suspension=county.call(call).delays[-1].number), "li")
    assert isinstance(fact, e.CallSuspended)
    return fact


def test_three_working_days_for_a_test_leave_the_budget(county: CallCounty, call: UUID) -> None:
    fact = suspended(county, call)
    assert fact.until == local("2026-05-15", "00:00")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-21", "17:30")
    assert owed(county, call, Action.COOPERATE, "chengdong").deadline.due == local("2026-05-21", "17:30")
    assert owed(county, call, Action.ASSIST, "shichang").deadline.due == DUE, "an assistant asks for itself"
    assert handle.to_do, "work may go on"
    check_ledgers(county, county.call(call))


def test_it_goes_on_by_itself_on_the_day_after_the_last(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    handle = owed(county, call, Action.HANDLE)
    assert light_of(handle, local("2026-05-12", "08:29")) is Light.NORMAL
    assert light_of(handle, local("2026-05-13", "12:00")) is Light.SUSPENDED
    assert light_of(handle, local("2026-05-15", "00:01")) is Light.NORMAL
    assert light_of(handle, local("2026-05-19", "17:30")) is Light.NORMAL, "three of five days are used"
    assert light_of(handle, local("2026-05-21", "17:00")) is Light.DUE_SOON
    assert light_of(handle, local("2026-05-21", "17:31")) is Light.OVERDUE
    county.at("2026-05-21", "17:31")
    county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.LATE
    assert "calls.CallResumed" not in {fact.wire for fact in county.history(call)}


def test_a_suspension_after_a_breach_heals_nothing(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-18", "16:00")
    county.say(suspension(call, "2026-05-22"), "zhifa")
    county.at("2026-05-19", "09:00")
    (fact,) = county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    assert isinstance(fact, e.CallSuspended)
    assert not fact.moved
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == DUE
    assert light_of(handle, local("2026-05-20", "12:00")) is Light.OVERDUE
    county.at("2026-05-20", "10:00")
    county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    handle = owed(county, call, Action.HANDLE)
    assert handle.performance is Performance.LATE
    late_by = reckon(handle, county.rules.calendar, county.now).late_by
    assert late_by == timedelta(hours=8, minutes=30), "the suspension took nothing off: a day, and Wednesday until ten"


@pytest.mark.parametrize("ground", ["no_money", "conditions_lacking"])
def test_money_is_no_ground(county: CallCounty, call: UUID, ground: str) -> None:
    refusal = county.refused(suspension(call, ground=ground), "zhifa")
    assert (refusal.code, refusal.field) == ("not-a-suspension-ground", "ground")
    assert "挂账" in refusal.message


def test_every_ground_of_the_list_holds(county: CallCounty, call: UUID) -> None:
    for ground in (
        "proceedings",
        "testing",
        "statutory_notice",
        "weather",
        "superior_approval",
        "contact_failed",
    ):
        assert county.decide(suspension(call, ground=ground), county.by("zhifa"))


def test_all_suspensions_together_last_thirty_working_days_at_most(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-11", "17:30")
    refusal = county.refused(suspension(call, "2026-06-24"), "zhifa")
    assert (refusal.code, refusal.field) == ("suspension-too-long", "last_day")
    assert "30 个工作日" in refusal.message
    county.say(suspension(call, "2026-05-14"), "zhifa")
    county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    county.at("2026-05-15", "00:00")
    refusal = county.refused(suspension(call, "2026-06-24"), "zhifa")
    assert "此前已暂缓 3.0 个工作日" in refusal.message
    assert county.decide(suspension(call, "2026-06-23"), county.by("zhifa")), "27 more: 19 June is a holiday"


def test_what_an_heir_inherits_was_suspended_as_long_as_it_was(county: CallCounty) -> None:
    """Of its two duties the one that stood still longest counts."""
    call = county.handling("zhujian")
    county.at("2026-05-11", "17:30")
    county.say(suspension(call, "2026-05-14"), "zhifa")
    county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    heir, document = county.orgs["zhujian"], "示编〔2026〕9号"
    county.ask(DissolveOrganization(organization=county.orgs["zhifa"], successor=heir, document=document))
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    county.at("2026-05-15", "00:00")
    assert "此前已暂缓 3.0 个工作日" in county.refused(suspension(call, "2026-06-24"), "zhujian").message
    assert county.decide(suspension(call, "2026-06-23"), county.by("zhujian"))


def test_a_late_answer_is_justified_beside_the_pause_and_follows_it_when_it_is_cut(
    county: CallCounty, call: UUID
) -> None:
    county.say(suspension(call, "2026-05-18"), "zhifa")
    county.at("2026-05-14", "10:00")
    (fact,) = county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    assert isinstance(fact, e.CallSuspended)
    assert [(clock.task, clock.ground) for clock in fact.justified] == [("handle", ExcuseGround.LATE_ANSWER)]
    check_ledgers(county, county.call(call))
    county.at("2026-05-15", "10:00")
    county.say(s.ResumeCall(call_id=call, reason="已出报告"), "zhifa")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-19", "17:30"), "a day"
    assert handle.justified_until == local("2026-05-21", "10:00"), "from Tuesday evening to Thursday at ten"
    check_ledgers(county, county.call(call))


def test_the_time_others_took_to_look_at_a_result_is_no_suspension(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-12", "17:30")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-19", "17:30")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    assert county.refused(suspension(call, "2026-07-02"), "zhifa").code == "suspension-too-long"
    assert county.decide(suspension(call, "2026-07-01"), county.by("zhifa")), "thirty days, all of them"


def test_it_needs_a_day_that_is_to_come_and_one_at_a_time(county: CallCounty, call: UUID) -> None:
    refusal = county.refused(suspension(call, "2026-05-10"), "zhifa")
    assert (refusal.code, refusal.field) == ("suspension-over", "last_day")
    county.at("2026-05-12", "00:00")
    assert county.refused(suspension(call, "2026-05-11"), "zhifa").code == "suspension-over", "to the second"
    county.say(suspension(call), "zhifa")
    assert county.refused(suspension(call), "zhifa").code == "already-asked"
    county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    assert county.refused(suspension(call), "zhifa").code == "already-suspended"
    county.at("2026-05-15", "09:00")
    assert county.decide(suspension(call, "2026-05-18"), county.by("zhifa"))


def test_the_platform_may_shorten_it_and_not_lengthen_it(county: CallCounty, call: UUID) -> None:
    county.say(suspension(call), "zhifa")
    longer = s.SuspendCall(call_id=call, suspension=1, last_day=date(2026, 5, 15))
    assert county.refused(longer, "li").code == "more-than-asked"
    (fact,) = county.say(s.SuspendCall(call_id=call, suspension=1, last_day=date(2026, 5, 12)), "li")
    assert isinstance(fact, e.CallSuspended)
    assert (fact.last_day, fact.until) == (date(2026, 5, 12), local("2026-05-13", "00:00"))


def test_one_whose_days_are_gone_by_is_refused_and_the_late_answer_is_justified(county: CallCounty, call: UUID) -> None:
    county.say(suspension(call, "2026-05-13"), "zhifa")
    county.at("2026-05-14", "10:00")
    assert county.refused(s.SuspendCall(call_id=call, suspension=1), "li").code == "suspension-over"
    county.say(s.RefuseSuspension(call_id=call, suspension=1, reason="期间已过"), "li")
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-20", "10:00")


def test_resumed_early_the_clock_has_what_it_had_left(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    assert county.refused(s.ResumeCall(call_id=call, reason="已出报告"), "shichang").code == "wrong-stage"
    county.at("2026-05-13", "08:30")
    (fact,) = county.say(s.ResumeCall(call_id=call, reason="已出报告"), "zhifa")
    assert isinstance(fact, e.CallResumed)
    assert fact.was_until == local("2026-05-15", "00:00")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-19", "17:30"), "one day of pause"
    assert light_of(handle, local("2026-05-13", "08:31")) is Light.NORMAL
    assert county.refused(s.ResumeCall(call_id=call, reason="已出报告"), "zhifa").code == "wrong-stage"
    check_ledgers(county, county.call(call))


def test_after_its_last_day_there_is_nothing_to_resume(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    county.at("2026-05-15", "00:00")
    assert county.refused(s.ResumeCall(call_id=call, reason="已出报告"), "zhifa").code == "not-suspended"


def test_a_result_ends_the_suspension_and_a_rework_goes_on_with_the_rest(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    county.at("2026-05-13", "08:30")
    resumed, reported = county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    assert (type(resumed), type(reported)) == (e.CallResumed, ce.ResultReported)
    county.at("2026-05-18", "08:30")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-05-22", "17:30"), "five days were left"
    check_ledgers(county, county.call(call))


def test_an_assistant_suspends_its_own_work_alone(county: CallCounty, call: UUID) -> None:
    suspended(county, call, by="shichang")
    assert owed(county, call, Action.ASSIST, "shichang").deadline.due == local("2026-05-21", "17:30")
    assert owed(county, call, Action.HANDLE).deadline.due == DUE
    facts = county.say(h.ReportAssistance(call_id=call, text="已核"), "shichang")
    assert [type(fact) for fact in facts] == [e.CallResumed, ce.AssistanceReported]


def test_clocks_started_anew_stand_still_no_longer(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    change = r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.RESTART, reason="加重")
    facts = county.say(change, "li")
    assert [type(fact) for fact in facts] == [e.CallResumed, ce.UrgencyChanged]
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-15", "17:30")
    assert light_of(handle, local("2026-05-13", "12:00")) is Light.NORMAL
    check_ledgers(county, county.call(call))


def test_extended_while_suspended_both_count(county: CallCounty, call: UUID) -> None:
    suspended(county, call)
    county.say(extension(call, 2), "zhifa")
    county.say(granting(call, 2, number=2), "li")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-25", "17:30")
    assert light_of(handle, local("2026-05-13", "12:00")) is Light.SUSPENDED
    check_ledgers(county, county.call(call))


def test_a_suspension_between_the_old_deadline_and_the_extended_one_counts(county: CallCounty, call: UUID) -> None:
    """Asked to extend in time, suspended before the answer came: by the budget it has, it was not late."""
    county.at("2026-05-18", "17:00")
    county.say(extension(call, 5), "zhifa")
    county.say(suspension(call, "2026-05-20"), "zhifa")
    county.at("2026-05-19", "08:30")
    county.say(s.SuspendCall(call_id=call, suspension=2), "li")
    assert owed(county, call, Action.HANDLE).deadline.due == DUE
    county.say(granting(call, 5), "li")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-05-27", "17:30")
    check_ledgers(county, county.call(call))


def test_a_new_round_knows_nothing_of_the_old_ones_suspension(county: CallCounty) -> None:
    call = county.handling()
    suspended(county, call)
    county.say(county.objection(call), "zhifa")
    county.say(county.upholding(call), "li")
    county.dispatch(call, "zhujian")
    assert county.call(call).suspension_of(county.orgs["zhujian"]) is None
    assert county.refused(s.ResumeCall(call_id=call, reason="已出报告"), "zhifa").code == "not-your-call"
