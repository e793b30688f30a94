"""延期: asked in time, never longer than the rule, the sum of both budgets; a late answer is not the asker's fault."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls.delays import events as e
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.dispatch import passing
from domain.calls.words import ClockPolicy
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, extension, granting, owed, suspension
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local

DUE = local("2026-05-18", "17:30")
"""Five working days after Monday, 11 May."""


@pytest.fixture
def call(county: CallCounty) -> UUID:
    """With an assistant, and the township's cooperation by the list."""
    return county.handling("shichang", item=county.code_of("占道经营"))


def test_a_granted_extension_makes_the_budget_the_sum_of_both_with_both_rules(county: CallCounty, call: UUID) -> None:
    (asked,) = county.say(extension(call), "zhifa")
    assert isinstance(asked, e.ExtensionRequested)
    assert asked.answer.due == local("2026-05-12", "17:30")
    assert owed(county, call, Action.HANDLE).deadline.due == DUE, "nothing moves before the answer"
    assert county.obligation(call, Action.ANSWER_EXTENSION, "platform")
    (granted,) = county.say(granting(call), "li")
    assert isinstance(granted, e.ExtensionGranted)
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-28", "17:30")
    assert (handle.deadline.limit.amount, handle.deadline.limit.unit) == (13, LimitUnit.WORKING_DAYS)
    assert [part.amount for part in handle.deadline.budget] == [5, 8]
    assert all(part.basis for part in handle.deadline.budget)
    assert not granted.justified
    assert owed(county, call, Action.ANSWER_EXTENSION, "platform").performance is Performance.MET
    check_ledgers(county, county.call(call))


def test_asked_after_the_deadline_it_is_refused(county: CallCounty, call: UUID) -> None:
    county.now = DUE
    assert county.decide(extension(call), county.by("zhifa"))
    county.pass_time(seconds=1)
    assert county.refused(extension(call), "zhifa").code == "extension-too-late"
    county.at("2026-05-19", "09:00")
    refusal = county.refused(extension(call), "zhifa")
    assert (refusal.code, refusal.status) == ("extension-too-late", 409)


@pytest.mark.parametrize(("days", "code"), [(15, "extension-too-long"), (11, "extension-too-long"), (10, None)])
def test_no_longer_than_the_rule(county: CallCounty, call: UUID, days: int, code: str | None) -> None:
    if code is None:
        county.say(extension(call, days), "zhifa")
        return
    refusal = county.refused(extension(call, days), "zhifa")
    assert (refusal.code, refusal.field) == (code, "working_days")
    assert "10 个工作日" in refusal.message


def test_it_is_no_longer_either_when_asked_before_work_begins(county: CallCounty, call: UUID) -> None:
    """Ten days from the request on, today among them: the limit's own day of counting gives none beside them."""
    county.at("2026-05-12", "08:00")
    refusal = county.refused(extension(call, 11), "zhifa")
    assert (refusal.code, "10 个工作日" in refusal.message) == ("extension-too-long", True)
    assert county.decide(extension(call, 10), county.by("zhifa"))


def test_all_extensions_together_are_no_longer_either(county: CallCounty, call: UUID) -> None:
    county.say(extension(call), "zhifa")
    county.say(granting(call, 8), "li")
    assert county.refused(extension(call, 3, ground="complex_facts"), "zhifa").code == "extension-too-long"
    county.say(extension(call, 2, ground="complex_facts"), "zhifa")
    county.say(granting(call, 2, number=2), "li")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-06-01", "17:30")
    assert [part.amount for part in owed(county, call, Action.HANDLE).deadline.budget] == [5, 8, 2]
    check_ledgers(county, county.call(call))


def test_a_ground_that_was_granted_is_used_up_one_that_was_refused_is_not(county: CallCounty, call: UUID) -> None:
    county.say(extension(call, 2), "zhifa")
    county.say(x.RefuseExtension(call_id=call, extension=1, reason="请先说明订货时间"), "li")
    county.say(extension(call, 2), "zhifa")
    county.say(granting(call, 2, number=2), "li")
    refusal = county.refused(extension(call, 1), "zhifa")
    assert (refusal.code, refusal.field) == ("extension-ground-used", "ground")
    assert county.refused(extension(call, 1, ground="no_money"), "zhifa").code == "unknown-ground"


def test_no_work_lasts_longer_than_twenty_five_days_from_its_dispatch(county: CallCounty) -> None:
    call = county.handling(complex=True)
    county.at("2026-05-25", "17:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    rework = completion.OrderRework(call_id=call, reason="反弹", policy=ClockPolicy.RESTART)
    county.say(rework, "li")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-06-08", "17:30")
    refusal = county.refused(extension(call, 6), "zhifa")
    assert (refusal.code, refusal.field) == ("beyond-longest-handling", "working_days")
    assert "至多还可延期 5 个工作日" in refusal.message
    county.say(extension(call, 5), "zhifa")
    county.say(granting(call, 5), "li")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-06-15", "17:30")


def test_what_paused_the_work_is_not_counted_against_the_twenty_five_days(county: CallCounty) -> None:
    """Ten days of work, ten more, and ten in between of a test that others make."""
    call = county.handling(complex=True)
    county.say(suspension(call, "2026-05-25"), "zhifa")
    county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    county.at("2026-05-26", "09:00")
    assert county.decide(extension(call, 10), county.by("zhifa"))


def test_work_that_is_due_after_the_twenty_five_days_has_no_day_left(county: CallCounty) -> None:
    call = county.handling(complex=True)
    county.at("2026-06-05", "10:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.OrderRework(call_id=call, reason="反弹", policy=ClockPolicy.RESTART), "li")
    refusal = county.refused(extension(call, 1), "zhifa")
    assert (refusal.code, "至多还可延期 0 个工作日" in refusal.message) == ("beyond-longest-handling", True)


def test_what_was_asked_for_one_duty_is_not_granted_beyond_the_longest_time_of_another(county: CallCounty) -> None:
    """Asked by the assistant for its own, granted when it had inherited what the lead had been told to do again."""
    call = county.handling("zhujian", complex=True)
    county.at("2026-05-22", "10:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.OrderRework(call_id=call, reason="反弹", policy=ClockPolicy.RESTART), "li")
    county.say(extension(call, 10), "zhujian")
    heir, document = county.orgs["zhujian"], "示编〔2026〕9号"
    county.ask(DissolveOrganization(organization=county.orgs["zhifa"], successor=heir, document=document))
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    assert county.refused(granting(call, 10), "li").code == "beyond-longest-handling"
    (granted,) = county.say(granting(call, 3), "li")
    assert isinstance(granted, e.ExtensionGranted)
    assert {clock.task for clock in granted.moved} >= {"handle", "assist"}


def test_a_new_round_knows_nothing_of_the_old_ones_extension(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(county.objection(call), "zhifa")
    county.say(extension(call), "shichang")
    county.say(granting(call), "li")
    county.say(county.upholding(call), "li")
    county.dispatch(call, "zhujian", "shichang")
    assert county.decide(extension(call), county.by("shichang")), "ground and days are to be had again"


def test_the_platform_may_grant_less_and_never_more(county: CallCounty, call: UUID) -> None:
    county.say(extension(call, 5), "zhifa")
    assert county.refused(granting(call, 6), "li").code == "more-than-asked"
    (granted,) = county.say(granting(call, 3), "li")
    assert isinstance(granted, e.ExtensionGranted)
    assert (granted.working_days, granted.asked) == (3, 5)
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-05-21", "17:30")
    assert county.refused(granting(call, 3), "li").code == "wrong-stage"


def test_one_request_at_a_time(county: CallCounty, call: UUID) -> None:
    county.say(extension(call, 5), "zhifa")
    assert county.refused(extension(call, 2, ground="complex_facts"), "zhifa").code == "already-asked"
    assert county.refused(granting(call, 3, number=2), "li").code == "no-such-request"
    assert county.decide(extension(call, 2), county.by("shichang")), "another party asks for itself"


def test_a_request_to_suspend_is_no_request_for_more_time(county: CallCounty, call: UUID) -> None:
    """Neither to be granted as one, nor to be heard about."""
    county.say(suspension(call), "shichang")
    assert county.refused(_opinion(call), "wang").code == "wrong-stage"
    county.say(extension(call, 2), "zhifa")
    assert county.refused(granting(call, 2, number=1), "li").code == "no-such-request"


def test_the_township_has_no_opinion_of_what_it_asks_for_itself(county: CallCounty) -> None:
    call = county.handling("chengdong")
    county.say(extension(call, 2), "wang")
    assert county.refused(_opinion(call), "wang").code == "wrong-stage"


def test_of_two_requests_each_is_heard_about_once(county: CallCounty, call: UUID) -> None:
    county.say(extension(call, 2), "zhifa")
    county.say(extension(call, 2), "shichang")
    county.say(_opinion(call), "wang")
    assert county.refused(_opinion(call), "wang").code == "no-such-request"
    assert county.decide(_opinion(call, 2), county.by("wang"))


def test_the_township_is_heard_once_and_nothing_waits_for_it(county: CallCounty, call: UUID) -> None:
    assert county.refused(_opinion(call), "wang").code == "wrong-stage"
    county.say(extension(call, 5), "zhifa")
    assert county.refused(_opinion(call), "west").code == "not-your-call"
    before = county.call(call).open_obligations
    county.say(_opinion(call), "wang")
    assert county.call(call).open_obligations == before
    assert county.call(call).delays[0].opinion is False
    assert county.refused(_opinion(call), "mayor").code == "wrong-stage"
    county.say(granting(call, 5), "li")


def _opinion(call: UUID, number: int = 1) -> x.GiveExtensionOpinion:
    return x.GiveExtensionOpinion(call_id=call, extension=number, agrees=False, text="群众等不起")


def test_the_cooperation_due_with_the_lead_moves_with_it_the_assistants_clock_is_its_own(
    county: CallCounty, call: UUID
) -> None:
    county.say(extension(call, 3), "zhifa")
    county.say(granting(call, 3), "li")
    assert owed(county, call, Action.COOPERATE, "chengdong").deadline.due == local("2026-05-21", "17:30")
    assert owed(county, call, Action.ASSIST, "shichang").deadline.due == DUE
    county.say(extension(call, 2), "shichang")
    county.say(granting(call, 2, number=2), "li")
    assert owed(county, call, Action.ASSIST, "shichang").deadline.due == local("2026-05-20", "17:30")
    assert owed(county, call, Action.HANDLE).deadline.due == local("2026-05-21", "17:30")


def test_what_the_platform_takes_too_long_to_answer_is_justified_after_the_new_deadline(
    county: CallCounty, call: UUID
) -> None:
    """Due on Tuesday, answered on Thursday at ten: a working day and an hour and a half."""
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-14", "10:00")
    county.say(granting(call, 3), "li")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-21", "17:30")
    assert handle.justified_until == local("2026-05-25", "10:00")
    assert owed(county, call, Action.ANSWER_EXTENSION, "platform").performance is Performance.LATE
    check_ledgers(county, county.call(call))


@pytest.mark.parametrize(("at", "performance"), [("09:59", Performance.JUSTIFIED), ("10:01", Performance.LATE)])
def test_refused_late_the_gap_is_justified_to_the_minute(
    county: CallCounty, call: UUID, at: str, performance: Performance
) -> None:
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-14", "10:00")
    (refused,) = county.say(x.RefuseExtension(call_id=call, extension=1, reason="不必等"), "li")
    assert isinstance(refused, e.ExtensionRefused)
    assert len(refused.justified) == 1
    county.at("2026-05-20", at)
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is performance
    check_ledgers(county, county.call(call))


def test_a_gap_that_began_after_the_deadline_heals_nothing(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-18", "16:00")
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-21", "10:00")
    (refused,) = county.say(x.RefuseExtension(call_id=call, extension=1, reason="不必等"), "li")
    assert isinstance(refused, e.ExtensionRefused)
    assert not refused.justified
    assert owed(county, call, Action.HANDLE).overdue_at(county.now)


def test_asked_in_time_and_granted_after_the_deadline_it_was_never_late(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-18", "16:00")
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-19", "15:00")
    county.say(granting(call, 3), "li")
    county.at("2026-05-21", "17:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.MET


@pytest.mark.parametrize(("day", "performance"), [("2026-05-12", Performance.ENDED), ("2026-05-13", Performance.UNMET)])
def test_nobody_answers_a_request_of_one_who_is_done(
    county: CallCounty, call: UUID, day: str, performance: Performance
) -> None:
    """The answer lapses with the work; one that was due by then was not given."""
    county.say(extension(call, 3), "zhifa")
    county.at(day, "09:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert Action.ANSWER_EXTENSION not in county.open_kinds(call)
    assert owed(county, call, Action.ANSWER_EXTENSION, "platform").performance is performance
    assert county.refused(granting(call, 3), "li").code == "wrong-stage"


def test_an_emergency_counted_in_hours_is_extended_by_working_days(county: CallCounty) -> None:
    call = county.handling(urgency=Urgency.EMERGENCY)
    county.say(extension(call, 2), "zhifa")
    county.say(granting(call, 2), "li")
    deadline = owed(county, call, Action.HANDLE).deadline
    assert [(part.amount, part.unit) for part in deadline.budget] == [
        (24, LimitUnit.HOURS),
        (2, LimitUnit.WORKING_DAYS),
    ]
    assert deadline.limit.amount == 24
    assert deadline.due == local("2026-05-14", "09:00"), "a day from Monday at nine, then two working days"
    assert deadline.due_soon == local("2026-05-13", "15:00"), "three quarters of the whole"
    check_ledgers(county, county.call(call))


def test_a_restart_by_the_platform_starts_with_the_limit_before_it_was_extended(county: CallCounty) -> None:
    call = county.handling()
    county.say(extension(call, 8), "zhifa")
    county.say(granting(call, 8), "li")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.OrderRework(call_id=call, reason="反弹", policy=ClockPolicy.RESTART), "li")
    deadline = owed(county, call, Action.HANDLE).deadline
    assert (deadline.limit.amount, deadline.parts, deadline.due) == (5, None, DUE)


def test_what_was_justified_follows_the_work_through_a_rework(county: CallCounty, call: UUID) -> None:
    """The days others took to look at the result are nobody's."""
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-14", "10:00")
    county.say(x.RefuseExtension(call_id=call, extension=1, reason="不必等"), "li")
    county.at("2026-05-15", "17:30")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-19", "17:30")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-20", "17:30"), "one day was left"
    assert handle.justified_until == local("2026-05-22", "10:00")
    check_ledgers(county, county.call(call))


def test_late_and_justified_the_time_to_look_at_the_result_is_not_held_against_the_lead(
    county: CallCounty, call: UUID
) -> None:
    county.say(extension(call, 3), "zhifa")
    county.at("2026-05-14", "10:00")
    county.say(x.RefuseExtension(call_id=call, extension=1, reason="不必等"), "li")
    county.at("2026-05-19", "17:30")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED
    county.at("2026-05-21", "17:30")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    handle = owed(county, call, Action.HANDLE)
    assert handle.justified_until == local("2026-05-22", "10:00"), "an hour and a half were left"
    county.now = local("2026-05-22", "10:00") - timedelta(minutes=1)
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED
