"""阶段性办结: proposed by the lead, agreed by the platform, followed up by milestones, then resolved as usual."""

from typing import Any
from uuid import UUID

import pytest

from domain.calls.dispatch import objections
from domain.calls.intake.submission import WithdrawCall
from domain.calls.slow_work import interim
from domain.calls.slow_work import interim_events as ie
from domain.calls.words import ClockPolicy, Grade, Stage
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def the(county: CallCounty, call: UUID, action: Action, entry: int = 0) -> Obligation:
    """The newest obligation of a kind, open or ended."""
    found = [o for o in county.call(call).obligations if o.action is action and entry in (0, o.entry)]
    assert found, action
    return found[-1]


def milestone(call: UUID, number: int) -> interim.MeetMilestone:
    return interim.MeetMilestone(call_id=call, milestone=number, text="已完成")


def test_a_penalty_case_of_ninety_days_is_followed_up_milestone_by_milestone(county: CallCounty) -> None:
    """Story 6: the handling is done as of the proposal, every milestone has its own clock, the result comes at last."""
    call = county.handling()
    assert county.obligation(call, Action.HANDLE).deadline.due == local("2026-05-18", "17:30")
    county.pass_time(hours=2)
    proposed_at = county.now
    (proposed,) = county.say(county.interim_proposal(call, "2026-06-10", "2026-08-08"), "zhifa")
    assert isinstance(proposed, ie.InterimProposed)
    assert str(proposed.statutory_until) == "2026-08-09"
    assert county.call(call).stage is Stage.HANDLING
    assert {Action.HANDLE, Action.ANSWER_INTERIM} <= county.open_kinds(call)
    county.at("2026-05-12", "10:00")
    (agreed,) = county.say(interim.ApproveInterim(call_id=call), "li")
    assert isinstance(agreed, ie.InterimResolved)
    assert county.call(call).stage is Stage.INTERIM
    handled = the(county, call, Action.HANDLE)
    assert (handled.performance, handled.performed) == (Performance.MET, proposed_at)
    first, second = (the(county, call, Action.MILESTONE, number) for number in (1, 2))
    assert first.deadline.due == local("2026-06-10", "17:30")
    assert second.deadline.due == local("2026-08-10", "17:30"), "a Saturday: the next working day"
    for owed in (first, second):
        assert reckon(owed, county.rules.calendar, county.now).agrees
    county.say(h.ReportProgress(call_id=call, text="已调查取证"), "zhifa")

    county.at("2026-06-11", "09:00")
    county.say(milestone(call, 1), "zhifa")
    late = the(county, call, Action.MILESTONE, 1)
    assert late.performance is Performance.LATE, "an unmet milestone is overdue like anything else"
    assert Action.FINAL_RESULT not in county.open_kinds(call)
    assert county.refused(h.ReportResult(call_id=call, text="已完成"), "zhifa").code == "wrong-stage"
    county.at("2026-08-03", "09:00")
    (met,) = county.say(milestone(call, 2), "zhifa")
    assert isinstance(met, ie.MilestoneMet)
    assert met.final is not None
    assert met.final.due == local("2026-08-10", "17:30")
    county.say(h.ReportResult(call_id=call, text="处罚决定已送达并履行"), "zhifa")
    assert county.call(call).stage is Stage.RESULT_REPORTED
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    assert county.call(call).stage is Stage.CLOSED
    states = [o.performance for o in county.call(call).obligations]
    assert Performance.PENDING not in states


def test_of_an_emergency_the_first_result_was_the_proposal_too(county: CallCounty) -> None:
    call = county.interim_proposed(urgency=Urgency.EMERGENCY)
    proposed_at = county.now
    county.pass_time(hours=3)
    county.say(interim.ApproveInterim(call_id=call), "li")
    first = the(county, call, Action.FIRST_RESULT)
    assert (first.performance, first.performed) == (Performance.MET, proposed_at)


def test_milestones_are_met_in_any_order_and_the_last_one_opens_the_final_result(county: CallCounty) -> None:
    call = county.interim_resolved("2026-06-10", "2026-07-10", "2026-08-07")
    for number in (3, 1):
        county.say(milestone(call, number), "zhifa")
        assert Action.FINAL_RESULT not in county.open_kinds(call)
    county.say(milestone(call, 2), "zhifa")
    assert Action.FINAL_RESULT in county.open_kinds(call)


def test_a_milestone_is_met_once_and_only_where_there_is_one(county: CallCounty) -> None:
    call = county.interim_resolved()
    county.say(milestone(call, 1), "zhifa")
    for number in (1, 3):
        refusal = county.refused(milestone(call, number), "zhifa")
        assert (refusal.code, refusal.field) == ("no-such-milestone", "milestone")


def test_the_result_sent_back_after_an_interim_is_owed_again_as_the_final_one(county: CallCounty) -> None:
    """What was performed by the interim stays performed."""
    call = county.interim_resolved("2026-06-10")
    county.say(milestone(call, 1), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已履行"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="现场未恢复"), "wang")
    assert county.call(call).stage is Stage.INTERIM
    assert {Action.FINAL_RESULT} <= county.open_kinds(call)
    assert the(county, call, Action.HANDLE).performance is Performance.MET
    county.say(h.ReportResult(call_id=call, text="已恢复"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    restart = completion.OrderRework(call_id=call, policy=ClockPolicy.RESTART, reason="抽查未恢复")
    county.say(restart, "li")
    assert county.call(call).stage is Stage.INTERIM


class TestTheAnswer:
    def test_what_was_proposed_after_the_deadline_stays_late(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-19", "09:00")
        county.say(county.interim_proposal(call), "zhifa")
        county.say(interim.ApproveInterim(call_id=call), "li")
        assert the(county, call, Action.HANDLE).performance is Performance.LATE

    def test_what_the_platform_takes_to_answer_is_not_the_leads(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        county.at("2026-05-25", "09:00")
        county.say(interim.ApproveInterim(call_id=call), "li")
        assert the(county, call, Action.HANDLE).performance is Performance.MET
        assert the(county, call, Action.ANSWER_INTERIM).performance is Performance.LATE

    def test_a_day_that_passed_while_it_waited_is_the_next_one(self, county: CallCounty) -> None:
        call = county.interim_proposed("2026-05-13", "2026-08-07")
        county.at("2026-05-14", "09:00")
        county.say(interim.ApproveInterim(call_id=call), "li")
        assert the(county, call, Action.MILESTONE, 1).deadline.due == local("2026-05-15", "17:30")

    def test_refused_in_time_the_clock_just_ran_on(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        before = county.obligation(call, Action.HANDLE)
        (refused,) = county.say(interim.RefuseInterim(call_id=call, reason="情况简单"), "li")
        assert isinstance(refused, ie.InterimRefused)
        assert refused.justified == ()
        assert county.obligation(call, Action.HANDLE) == before
        assert county.call(call).interim is None
        county.say(county.interim_proposal(call), "zhifa")

    def test_refused_late_the_overrun_is_justified_and_not_a_minute_more(self, county: CallCounty) -> None:
        """Answer due on the 12th at 17:30 with four working days left; answered on the 15th at noon."""
        call = county.interim_proposed()
        county.at("2026-05-15", "12:00")
        (refused,) = county.say(interim.RefuseInterim(call_id=call, reason="情况简单"), "li")
        assert isinstance(refused, ie.InterimRefused)
        until = local("2026-05-21", "12:00")
        (clock,) = refused.justified
        assert (clock.ground, clock.justified_until) == (ExcuseGround.LATE_ANSWER, until)
        county.now = until
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        assert the(county, call, Action.HANDLE).performance is Performance.JUSTIFIED

    def test_a_result_reported_meanwhile_makes_the_answer_needless(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        assert the(county, call, Action.ANSWER_INTERIM).performance is Performance.ENDED
        assert county.refused(interim.ApproveInterim(call_id=call), "li").code == "wrong-stage"


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "days", "code", "field"),
        [
            ({"filed_on": "2026-05-12"}, ("2026-06-10",), "filed-in-future", "filed_on"),
            ({}, ("2026-05-11",), "day-not-ahead", "milestones"),
            ({}, ("2026-07-10", "2026-06-10"), "milestones-out-of-order", "milestones"),
            ({}, ("2026-06-10", "2026-08-10"), "milestone-beyond-statute", "milestones"),
            ({"statutory_days": 20}, ("2026-06-10",), "milestone-beyond-statute", "milestones"),
        ],
    )
    def test_a_plan_that_can_not_be(
        self, county: CallCounty, fields: dict[str, Any], days: tuple[str, ...], code: str, field: str
    ) -> None:
        refusal = county.refused(county.interim_proposal(county.handling(), *days, **fields), "zhifa")
        assert (refusal.code, refusal.field) == (code, field)

    def test_one_proposal_at_a_time(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        assert county.refused(county.interim_proposal(call), "zhifa").code == "proposal-pending"

    def test_who_says_it_is_not_theirs_files_no_case(self, county: CallCounty) -> None:
        call = county.objected()
        assert county.refused(county.interim_proposal(call), "zhifa").code == "still-disputed"

    def test_an_objection_raised_meanwhile_stands_against_the_agreement(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        county.say(county.objection(call), "zhifa")
        assert county.refused(interim.ApproveInterim(call_id=call), "li").code == "still-disputed"
        rejected = objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属其职责")
        county.say(rejected, "li")
        county.say(interim.ApproveInterim(call_id=call), "li")

    def test_a_new_dispatch_ends_what_was_proposed(self, county: CallCounty) -> None:
        call = county.interim_proposed()
        county.say(county.objection(call), "zhifa")
        county.say(county.upholding(call), "li")
        assert the(county, call, Action.ANSWER_INTERIM).performance is Performance.ENDED
        county.dispatch(call, "zhujian")
        assert county.call(call).interim is None

    def test_the_township_withdraws_no_case_that_is_filed(self, county: CallCounty) -> None:
        call = county.interim_resolved()
        command = WithdrawCall(call_id=call, reason="已解决", asked_by="本镇")
        assert county.refused(command, "wang").code == "wrong-stage"
