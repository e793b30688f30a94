"""办得久的和要更多时间的: how slow work, delays, merging and succession meet on one call."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import instructions, merging
from domain.calls.delays import suspensions as susp
from domain.calls.dispatch import passing
from domain.calls.intake import submission
from domain.calls.slow_work import consultation as c
from domain.calls.slow_work import interim
from domain.calls.slow_work import shelving as s
from domain.calls.words import BasisKind, ClockPolicy, Grade, InstructionSource, ReopeningPolicy, Stage
from domain.calls.work import completion, handling, records
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, PauseGround, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, extension, granting, owed, suspension, waiting_on
from tests.domain.calls.county import CallCounty


def suspended(county: CallCounty, call: UUID) -> UUID:
    county.say(suspension(call), "zhifa")
    county.say(susp.SuspendCall(call_id=call, suspension=1), "li")
    return call


def shelved(county: CallCounty, call: UUID) -> UUID:
    county.say(s.ProposeShelving(call_id=call, reason="资金未落实"), "zhifa")
    county.say(s.ApproveShelving(call_id=call, reference="县政府纪要〔2026〕8号"), "leader")
    return call


def both_evaluated(county: CallCounty) -> UUID:
    """Two townships called about one matter, and both have evaluated."""
    call = county.handling()
    west = county.submitted(by="west", text="小学门口摆摊堵路")
    county.say(submission.EndorseCall(call_id=west), "west_leader")
    county.say(merging.MergeCall(call_id=west, into=call, reason="同一批摊位"), "li")
    county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED), "west")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    return call


class TestOnTheShelf:
    @pytest.mark.parametrize("asking", ["extension", "suspension", "waiting"])
    def test_nobody_asks_for_more_time_while_no_clock_runs(self, county: CallCounty, asking: str) -> None:
        call = shelved(county, county.consulted(call=county.handling("shichang")))
        ask = {
            "extension": extension(call),
            "suspension": suspension(call),
            "waiting": waiting_on(county, call, "shichang"),
        }[asking]
        assert county.refused(ask, "zhifa").code == "clock-stands-still"

    def test_a_suspended_call_is_not_shelved_before_that_is_over(self, county: CallCounty) -> None:
        call = suspended(county, county.consulted())
        assert county.refused(s.ProposeShelving(call_id=call, reason="资金未落实"), "zhifa").code == "paused-already"
        county.say(susp.ResumeCall(call_id=call, reason="已鉴定"), "zhifa")
        assert county.call(shelved(county, call)).stage is Stage.SHELVED

    def test_first_every_request_for_more_time_is_answered(self, county: CallCounty) -> None:
        call = county.consulted()
        county.say(s.ProposeShelving(call_id=call, reason="资金未落实"), "zhifa")
        county.say(extension(call), "zhifa")
        approve = s.ApproveShelving(call_id=call, reference="县政府纪要〔2026〕8号")
        assert county.refused(approve, "leader").code == "requests-wait"
        county.say(granting(call), "li")
        county.say(approve, "leader")

    def test_an_assistants_suspension_ends_with_it_and_no_time_is_taken_out_twice(self, county: CallCounty) -> None:
        call = county.consulted(call=county.handling("shichang"))
        county.say(suspension(call), "shichang")
        county.say(susp.SuspendCall(call_id=call, suspension=1), "li")
        county.pass_time(minutes=30)
        shelved(county, call)
        assist = owed(county, call, Action.ASSIST, "shichang")
        assert [p.ground for p in assist.pauses] == [PauseGround.SUSPENSION, PauseGround.SHELVED]
        assert assist.pauses[0].until == assist.pauses[1].since
        county.pass_time(days=3)
        county.say(
            s.ReviewShelving(call_id=call, shelved_on=False, policy=ClockPolicy.CONTINUE, reason="资金到位"), "li"
        )
        check_ledgers(county, county.call(call))

    def test_an_instruction_shortens_no_clock_that_stands_still(self, county: CallCounty) -> None:
        call = shelved(county, county.consulted())
        before = county.call(call).obligations
        county.say(
            instructions.RecordInstruction(
                call_id=call,
                source=InstructionSource.LEADER,
                number="批1号",
                text="从速",
                due=county.now.replace(day=13),
            ),
            "li",
        )
        assert county.call(call).obligations == before

    def test_others_are_merged_into_it_and_a_part_may_be_split_off(self, county: CallCounty) -> None:
        call = shelved(county, county.consulted())
        county.say(merging.MergeCall(call_id=county.placed(), into=call, reason="同一件事"), "li")
        county.say(merging.SplitCall(call_id=call, text="路灯不亮", place="东口", reason="另一单位"), "li")
        assert county.call(call).co_callers


def _waited(county: CallCounty) -> UUID:
    """Two days of it waited for another one."""
    call = county.handling("shichang")
    county.say(handling.Respond(call_id=call, handler="郑某", contact="139", first_step="到场"), "zhifa")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.pass_time(days=2)
    county.say(handling.ReportAssistance(call_id=call, done=True, text="已核查"), "shichang")
    return call


def _justified_time(county: CallCounty, call: UUID) -> timedelta:
    handle = owed(county, call, Action.HANDLE)
    return county.rules.calendar.working_time_between(handle.deadline.due, handle.justified_to)


@pytest.mark.parametrize("policy", ClockPolicy)
def test_taken_up_from_the_shelf_what_was_justified_follows_the_due_time(
    county: CallCounty, policy: ClockPolicy
) -> None:
    call = shelved(county, county.consulted(call=_waited(county)))
    before = _justified_time(county, call)
    assert before == timedelta(hours=7, minutes=30), "a day; the day of the dispatch does not count"
    county.pass_time(days=9)
    county.say(s.ReviewShelving(call_id=call, shelved_on=False, policy=policy, reason="资金到位"), "li")
    anew = policy is ClockPolicy.RESTART
    assert _justified_time(county, call) == (timedelta() if anew else before), "waited before the clock started"
    check_ledgers(county, county.call(call))


def test_started_anew_or_shortened_a_clock_is_not_justified_by_what_lay_behind_its_old_due_time(
    county: CallCounty,
) -> None:
    call = _waited(county)
    county.say(
        records.ChangeUrgency(call_id=call, urgency=Urgency.EMERGENCY, policy=ClockPolicy.RESTART, reason="堵死了"),
        "li",
    )
    assert _justified_time(county, call) == timedelta()
    call = _waited(county)
    due = county.now + timedelta(hours=3)
    county.say(
        instructions.RecordInstruction(
            call_id=call, source=InstructionSource.LEADER, number="批1号", text="从速", due=due
        ),
        "li",
    )
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due <= due
    assert handle.justified_to == handle.deadline.due + timedelta(days=2), "two days, as minutes are counted"


def test_what_the_lead_had_suspended_ends_with_the_interim_resolution(county: CallCounty) -> None:
    call = suspended(county, county.interim_proposed())
    county.say(interim.ApproveInterim(call_id=call), "li")
    handled = owed(county, call, Action.HANDLE)
    assert handled.performance is Performance.MET
    assert [pause.until for pause in handled.pauses] == [county.now]


def test_a_call_with_an_open_consultation_is_not_merged_away(county: CallCounty) -> None:
    call, other = county.accepted(), county.handling()
    county.say(c.DeclareUnclear(call_id=call, reason="两家都可能"), "li")
    county.say(county.convening(call), "li")
    merge = merging.MergeCall(call_id=call, into=other, reason="同一件事")
    assert county.refused(merge, "li").code == "consultation-open"
    county.pass_time(minutes=61)
    county.say(county.recording(call, "zhifa"), "li")
    county.say(merge, "li")
    assert county.call(call).stage is Stage.MERGED


def test_what_the_last_lead_had_proposed_goes_with_it(county: CallCounty) -> None:
    call = county.interim_proposed()
    county.say(
        passing.PassStage(
            call_id=call,
            handler=county.orgs["huanjing"],
            point="检测不合格",
            basis=BasisKind.POWERS,
            reference="三定规定",
            text="材料已移交",
        ),
        "zhifa",
    )
    state = county.call(call)
    assert state.interim is None
    assert owed(county, call, Action.ANSWER_INTERIM, "platform").performance is Performance.ENDED


def test_a_successor_meets_the_milestones_and_the_agreed_actions(county: CallCounty) -> None:
    call = county.interim_proposed()
    county.say(interim.ApproveInterim(call_id=call), "li")
    county.say(county.convening(call, "zhifa"), "wang")
    county.pass_time(minutes=61)
    agreed = {"organization": county.orgs["zhifa"], "text": "先行清理", "day": "2026-05-20"}
    county.say(county.recording(call, "zhifa", actions=[agreed]), "wang")
    county.ask(
        DissolveOrganization(organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编9号")
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    county.say(interim.MeetMilestone(call_id=call, milestone=1, text="已完成"), "zhujian")
    county.say(c.CompleteAgreedAction(call_id=call, agreed=1, text="已落实"), "zhujian")
    state = county.call(call)
    assert state.interim is not None
    assert {state.interim.organization, state.agreed[0].organization} == {county.orgs["zhujian"]}


class TestTwoEvaluations:
    def test_each_is_contested_and_excluded_for_itself(self, county: CallCounty) -> None:
        call = both_evaluated(county)
        west = county.orgs["chengxi"]
        unnamed = evaluations.ContestEvaluation(call_id=call, reason="评价的是别的事", proof="派发单")
        assert county.refused(unnamed, "zhifa").code == "which-evaluation"
        county.say(unnamed.model_copy(update={"evaluator": west}), "zhifa")
        county.say(evaluations.ProposeExclusion(call_id=call, reason="与本事项无关"), "li")
        county.say(evaluations.ExcludeEvaluation(call_id=call), "supervisor")
        assert [(one.township, one.excluded) for one in county.call(call).evaluations] == [
            (west, True),
            (county.orgs["chengdong"], False),
        ]

    def test_each_township_changes_its_own(self, county: CallCounty) -> None:
        call = both_evaluated(county)
        county.say(evaluations.ChangeEvaluation(call_id=call, grade=Grade.BASICALLY, reason="复查好转"), "west")
        assert [one.grade for one in county.call(call).evaluations] == [Grade.BASICALLY, Grade.SATISFIED]

    def test_one_is_contested_while_the_other_is_still_owed_and_filing_leaves_that_open(
        self, county: CallCounty
    ) -> None:
        call = county.handling()
        west = county.submitted(by="west", text="小学门口摆摊堵路")
        county.say(submission.EndorseCall(call_id=west), "west_leader")
        county.say(merging.MergeCall(call_id=west, into=call, reason="同一批摊位"), "li")
        county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.ResolveCall(call_id=call), "li")
        county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED), "west")
        county.say(evaluations.ContestEvaluation(call_id=call, reason="评价的是别的事", proof="派发单"), "zhifa")
        county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
        assert county.call(call).stage is Stage.CLOSED
        county.say(evaluations.UpholdEvaluation(call_id=call, reason="评价属实"), "li")

    def test_opened_again_both_evaluate_anew(self, county: CallCounty) -> None:
        call = both_evaluated(county)
        county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason="又来了"), "wang")
        assert county.call(call).evaluations == ()
        county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.ResolveCall(call_id=call), "li")
        owing = [one.organization for one in county.call(call).open_obligations if one.action is Action.EVALUATE]
        assert owing == [county.orgs["chengdong"], county.orgs["chengxi"]]


def test_opened_again_on_the_same_clock_what_was_justified_stays_so(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(handling.Respond(call_id=call, handler="郑某", contact="139", first_step="到场"), "zhifa")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.pass_time(days=2)
    county.say(handling.ReportAssistance(call_id=call, done=True, text="已核查"), "shichang")
    county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
    before = owed(county, call, Action.HANDLE)
    assert before.justified_until is not None
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.CONTINUE, reason="又来了"), "wang")
    again = owed(county, call, Action.HANDLE)
    assert again.excuses == before.excuses
    assert again.justified_until is not None
    assert again.justified_until - again.deadline.due >= before.justified_until - before.deadline.due
    check_ledgers(county, county.call(call))


def test_opened_again_on_the_same_clock_what_was_late_and_justified_is_held_against_nobody(county: CallCounty) -> None:
    call = _waited(county)
    county.at("2026-05-19", "10:00")
    county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.pass_time(days=2)
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.CONTINUE, reason="又来了"), "wang")
    again = owed(county, call, Action.HANDLE)
    assert again.overdue_at(county.now)
    assert again.justified_at(county.now)
    check_ledgers(county, county.call(call))
