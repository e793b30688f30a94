"""办结之后: opened again on a stated clock; evaluations changed, contested, excluded; and pressure reported."""

from uuid import UUID

import pytest

from domain.calls.aftermath import evaluations, reopening
from domain.calls.aftermath import events as ae
from domain.calls.events import CallEvaluated
from domain.calls.words import Grade, ReopeningPolicy, Stage
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.directory.person_commands import AppointPerson
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, PauseGround, Performance
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def reopen(call: UUID, policy: ReopeningPolicy = ReopeningPolicy.RESTART) -> reopening.ReopenCall:
    return reopening.ReopenCall(call_id=call, policy=policy, reason="三天后又来了")


def handlings(county: CallCounty, call: UUID) -> list[Obligation]:
    return [o for o in county.call(call).obligations if o.action is Action.HANDLE]


def last(county: CallCounty, call: UUID, action: Action) -> Obligation:
    return [o for o in county.call(call).obligations if o.action is action][-1]


class TestReopening:
    @pytest.mark.parametrize("who", ["wang", "mayor", "li"])
    @pytest.mark.parametrize("evaluated", [True, False])
    def test_what_is_resolved_or_closed_goes_back_to_the_same_lead(
        self, county: CallCounty, who: str, evaluated: bool
    ) -> None:
        call = county.evaluated() if evaluated else county.resolved()
        county.pass_time(days=3)
        (fact,) = county.say(reopen(call), who)
        assert isinstance(fact, ae.CallReopened)
        assert (fact.lead.name, fact.by_platform) == ("综合行政执法局", who == "li")
        assert county.call(call).stage is Stage.HANDLING
        assert county.open_kinds(call) == {Action.HANDLE}
        (party,) = county.call(call).parties
        assert not party.finished, "the lead is at work again"
        assert county.call(call).reopenings == 1
        first, again = handlings(county, call)
        assert (first.performance, again.performance) == (Performance.MET, Performance.PENDING)
        assert again.deadline.opened == county.now

    def test_evaluated_again_after_it(self, county: CallCounty) -> None:
        call = county.evaluated()
        county.say(reopen(call), "wang")
        assert county.call(call).evaluations == ()
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.ResolveCall(call_id=call), "li")
        county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
        (evaluation,) = county.call(call).evaluations
        assert evaluation.grade is Grade.SATISFIED
        wires = [event.wire for event in county.history(call)]
        assert wires.count("calls.CallEvaluated") == wires.count("calls.CallClosed") == 2

    def test_continued_the_lead_has_the_time_it_had_left(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-13", "17:30")  # two of five working days are used
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.ResolveCall(call_id=call), "li")
        county.at("2026-05-20", "08:30")
        county.say(reopen(call, ReopeningPolicy.CONTINUE), "wang")
        again = county.obligation(call, Action.HANDLE)
        assert again.deadline.due == local("2026-05-22", "17:30")
        assert reckon(again, county.rules.calendar, county.now).agrees

    def test_by_the_policy_of_none_no_clock_runs_against_the_lead(self, county: CallCounty) -> None:
        call = county.resolved()
        county.say(reopen(call, ReopeningPolicy.NONE), "li")
        again = county.obligation(call, Action.HANDLE)
        assert again.to_do, "it waits in the queue all the same"
        county.pass_time(days=300)
        assert not county.obligation(call, Action.HANDLE).overdue_at(county.now)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        assert last(county, call, Action.HANDLE).performance is Performance.MET

    def test_sent_back_after_it_only_the_further_duty_is_owed_again(self, county: CallCounty) -> None:
        call = county.resolved()
        county.say(reopen(call), "wang")
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="没有"), "wang")
        first, again = handlings(county, call)
        assert (first.open, again.open) == (False, True)

    def test_opened_untimed_it_stays_so_when_it_is_sent_back_and_its_next_reopening_counts_no_time_of_it(
        self, county: CallCounty
    ) -> None:
        call = county.resolved()
        county.say(reopen(call, ReopeningPolicy.NONE), "li")
        county.pass_time(days=2)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        reported = county.now
        county.pass_time(days=1)
        county.say(completion.OrderRework(call_id=call, reason="没有"), "wang")
        again = county.obligation(call, Action.HANDLE)
        assert [(pause.ground, pause.until) for pause in again.pauses] == [
            (PauseGround.UNTIMED, reported),
            (PauseGround.VERIFICATION, county.now),
            (PauseGround.UNTIMED, None),
        ]
        assert (again.ended_by, again.attested_by) == (0, 0)
        county.pass_time(days=3)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.ResolveCall(call_id=call), "li")
        county.say(reopen(call, ReopeningPolicy.CONTINUE), "wang")
        again = county.obligation(call, Action.HANDLE)
        assert again.paused_since is None
        assert not again.overdue_at(county.now), "none of its time was used"
        assert reckon(again, county.rules.calendar, county.now).agrees

    def test_beyond_its_time_it_is_a_new_call(self, county: CallCounty) -> None:
        call = county.resolved()
        county.at("2026-06-08", "17:30")
        assert reopening.REOPEN.untimely(county.call(call), county.orgs["chengdong"], county.now) is None
        county.pass_time(minutes=1)
        assert reopening.REOPEN.untimely(county.call(call), county.orgs["chengdong"], county.now) is not None
        assert county.refused(reopen(call), "wang").code == "reopening-too-late"

    def test_what_was_declined_was_never_resolved(self, county: CallCounty) -> None:
        call = county.declined()
        county.pass_time(days=30)
        county.say(completion.CloseCall(call_id=call), "li")
        assert county.refused(reopen(call), "wang").code == "wrong-stage"


class TestChanging:
    def change(self, call: UUID, grade: Grade = Grade.BASICALLY) -> evaluations.ChangeEvaluation:
        return evaluations.ChangeEvaluation(call_id=call, grade=grade, reason="复查好转")

    def test_both_values_and_the_reason_stand(self, county: CallCounty) -> None:
        call = county.evaluated()
        (fact,) = county.say(self.change(call), "wang")
        assert isinstance(fact, ae.EvaluationChanged)
        assert (fact.was, fact.grade) == (Grade.DISSATISFIED, Grade.BASICALLY)
        (evaluation,) = county.call(call).evaluations
        assert evaluation.grade is Grade.BASICALLY

    def test_what_was_contested_is_no_more(self, county: CallCounty) -> None:
        call = county.contested()
        county.say(self.change(call), "wang")
        assert last(county, call, Action.DECIDE_EVALUATION).performance is Performance.ENDED
        assert not county.call(call).open_obligations

    def test_refusals(self, county: CallCounty) -> None:
        call = county.evaluated()
        refusal = county.refused(self.change(call, Grade.DISSATISFIED), "wang")
        assert (refusal.code, refusal.field) == ("same-grade", "grade")
        county.pass_time(days=8)
        assert county.refused(self.change(call), "wang").code == "change-too-late"
        unevaluated = county.resolved()
        assert county.refused(self.change(unevaluated), "wang").code == "wrong-stage"


class TestContesting:
    def contest(self, call: UUID) -> evaluations.ContestEvaluation:
        return evaluations.ContestEvaluation(call_id=call, reason="评价的是别的事", proof="派发单")

    def test_the_evaluation_stands_while_the_platform_decides(self, county: CallCounty) -> None:
        call = county.contested()
        assert county.call(call).stage is Stage.CLOSED
        decide = county.obligation(call, Action.DECIDE_EVALUATION, "platform")
        assert decide.deadline.due == local("2026-05-14", "17:30")
        (evaluation,) = county.call(call).evaluations
        assert (evaluation.grade, evaluation.contested, evaluation.excluded) == (Grade.DISSATISFIED, True, False)
        county.say(evaluations.UpholdEvaluation(call_id=call, reason="属实"), "li")
        assert not county.call(call).open_obligations
        assert county.refused(self.contest(call), "zhifa").code == "evaluation-contested-already"

    def test_only_the_lead_contests_and_only_in_time(self, county: CallCounty) -> None:
        call = county.evaluated("shichang")
        assert county.refused(self.contest(call), "shichang").code == "not-your-call"
        assert county.refused(self.contest(call), "wang").code in {"not-your-post", "not-your-call"}
        (evaluated,) = (fact for fact in county.history(call) if isinstance(fact, CallEvaluated))
        assert evaluated.contest is not None
        assert county.call(call).evaluations[0].contest_until == evaluated.contest.due
        county.pass_time(days=4)
        assert county.refused(self.contest(call), "zhifa").code == "contest-too-late"

    def test_excluding_takes_two_bodies(self, county: CallCounty) -> None:
        call = county.contested()
        county.say(evaluations.ProposeExclusion(call_id=call, reason="与本事项无关"), "li")
        approve = county.obligation(call, Action.APPROVE_EXCLUSION, "ducha")
        assert approve.deadline.due == local("2026-05-14", "17:30")
        exclude = evaluations.ExcludeEvaluation(call_id=call)
        for who in ("li", "zhao", "zhifa", "wang", "leader", "auditor"):
            assert county.refused(exclude, who).code in {"not-your-post", "not-your-call"}
        (fact,) = county.say(exclude, "supervisor")
        assert isinstance(fact, ae.EvaluationExcluded)
        assert fact.grade is Grade.DISSATISFIED, "it stays readable"
        (evaluation,) = county.call(call).evaluations
        assert (evaluation.grade, evaluation.excluded) == (Grade.DISSATISFIED, True)
        change = evaluations.ChangeEvaluation(call_id=call, grade=Grade.SATISFIED, reason="改改")
        assert county.refused(change, "wang").code == "evaluation-excluded"

    def test_and_two_persons(self, county: CallCounty) -> None:
        """Somebody who holds a post in both."""
        call = county.contested()
        both = county.in_post("p-911", "两处任职", county.orgs["platform"], "呼应平台", Post.OPERATOR)
        assert both.person is not None
        county.ask(evaluations.ProposeExclusion(call_id=call, reason="无关"), both)
        there = both.model_copy(
            update={"post": Post.SUPERVISOR, "organization": county.orgs["ducha"], "organization_name": "督查室"}
        )
        county.ask(AppointPerson(person=both.person, organization=there.organization, post=Post.SUPERVISOR))
        refusal: Refusal = county.refusal(evaluations.ExcludeEvaluation(call_id=call), there)
        assert (refusal.code, refusal.status) == ("proposer-approves", 403)

    def test_whoever_is_asked_to_exclude_may_uphold(self, county: CallCounty) -> None:
        call = county.contested()
        county.say(evaluations.ProposeExclusion(call_id=call, reason="无关"), "li")
        (fact,) = county.say(evaluations.UpholdEvaluation(call_id=call, reason="评价有据"), "supervisor")
        assert isinstance(fact, ae.EvaluationUpheld)
        assert last(county, call, Action.APPROVE_EXCLUSION).performance is Performance.MET

    def test_opened_again_there_is_nothing_left_to_decide(self, county: CallCounty) -> None:
        call = county.contested()
        county.say(reopen(call), "wang")
        assert last(county, call, Action.DECIDE_EVALUATION).performance is Performance.ENDED
        assert county.open_kinds(call) == {Action.HANDLE}


def test_pressure_changes_nothing_that_is_known_of_the_call(county: CallCounty) -> None:
    """Nobody learns of it by an obligation, a stage or an evaluation."""
    for call in (county.resolved(), county.evaluated()):
        before = county.call(call)
        report = evaluations.ReportPressure(call_id=call, pressing="某局", text="要求改为满意")
        (fact,) = county.say(report, "wang")
        assert isinstance(fact, ae.PressureReported)
        assert fact.heard_by.id == county.orgs["ducha"]
        after = county.call(call)
        assert after.obligations == before.obligations
        assert after.evaluations == before.evaluations
        assert after.readers == before.readers
