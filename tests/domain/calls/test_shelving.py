"""挂账: after a consultation, by a county leader, reviewed quarterly, not completed; back on a clock that is stated."""

from uuid import UUID

import pytest

from domain.calls.intake.submission import WithdrawCall
from domain.calls.slow_work import interim, shelving
from domain.calls.slow_work import shelving_events as se
from domain.calls.words import ClockPolicy, Stage
from domain.calls.work import handling as h
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, PauseGround, Performance
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def proposing(call: UUID) -> shelving.ProposeShelving:
    return shelving.ProposeShelving(call_id=call, reason="改造资金未落实")


def approving(call: UUID) -> shelving.ApproveShelving:
    return shelving.ApproveShelving(call_id=call, reference="县政府纪要〔2026〕8号")


def reviewing(call: UUID, policy: ClockPolicy | None = None, *, on: bool = False) -> shelving.ReviewShelving:
    return shelving.ReviewShelving(call_id=call, shelved_on=on, policy=policy, reason="资金已到位")


def last(county: CallCounty, call: UUID, action: Action) -> Obligation:
    return [o for o in county.call(call).obligations if o.action is action][-1]


def test_without_money_it_stands_on_the_shelf_and_is_not_completed(county: CallCounty) -> None:
    call = county.shelved()
    assert county.call(call).stage is Stage.SHELVED
    handle = last(county, call, Action.HANDLE)
    assert handle.pauses[-1].ground is PauseGround.SHELVED
    assert handle.performance is Performance.PENDING
    assert not handle.to_do, "nobody can do it now"
    assert Action.RESPOND in county.open_kinds(call), "to have responded is owed all the same"
    review = county.obligation(call, Action.REVIEW_SHELVING, "platform")
    assert review.deadline.due == local("2026-08-04", "17:30"), "sixty working days"
    assert county.refused(h.ReportResult(call_id=call, text="已完成"), "zhifa").code == "wrong-stage"
    county.pass_time(days=100)
    assert not last(county, call, Action.HANDLE).overdue_at(county.now)
    assert last(county, call, Action.REVIEW_SHELVING).overdue_at(county.now)


def test_a_review_keeps_it_there_until_the_next(county: CallCounty) -> None:
    call = county.shelved()
    county.at("2026-07-01", "09:00")
    county.say(reviewing(call, on=True), "li")
    reviews = [o for o in county.call(call).obligations if o.action is Action.REVIEW_SHELVING]
    assert [o.performance for o in reviews] == [Performance.MET, Performance.PENDING]
    assert county.call(call).stage is Stage.SHELVED


@pytest.mark.parametrize(
    ("policy", "due"),
    [(ClockPolicy.CONTINUE, ("2026-07-08", "09:00")), (ClockPolicy.RESTART, ("2026-07-08", "17:30"))],
)
def test_taken_up_again_the_clock_goes_on_as_stated(
    county: CallCounty, policy: ClockPolicy, due: tuple[str, str]
) -> None:
    """Shelved on the day of the dispatch, whose five working days begin the day after."""
    call = county.shelved()
    county.at("2026-07-01", "09:00")
    county.say(reviewing(call, policy), "li")
    assert county.call(call).stage is Stage.HANDLING
    handle = county.obligation(call, Action.HANDLE)
    assert handle.deadline.due == local(*due)
    assert handle.paused_since is None
    assert last(county, call, Action.REVIEW_SHELVING).performance is Performance.MET
    county.say(h.ReportResult(call_id=call, text="已改造"), "zhifa")
    assert last(county, call, Action.HANDLE).performance is Performance.MET


def test_the_time_on_the_shelf_counts_again_as_it_was_recorded(county: CallCounty) -> None:
    call = county.consulted()
    county.at("2026-05-13", "10:00")
    county.say(proposing(call), "zhifa")
    county.say(approving(call), "leader")
    county.at("2026-07-01", "09:00")
    county.say(reviewing(call, ClockPolicy.CONTINUE), "li")
    assert reckon(county.obligation(call, Action.HANDLE), county.rules.calendar, county.now).agrees


def test_what_was_overdue_before_the_shelf_stays_so(county: CallCounty) -> None:
    for policy in ClockPolicy:
        call = county.consulted()
        county.pass_time(days=20)
        county.say(proposing(call), "li")
        county.say(approving(call), "leader")
        assert last(county, call, Action.HANDLE).overdue_at(county.now)
        county.pass_time(days=30)
        county.say(reviewing(call, policy), "li")
        county.say(h.ReportResult(call_id=call, text="完成"), "zhifa")
        assert last(county, call, Action.HANDLE).performance is Performance.LATE


def test_assistants_and_the_township_wait_with_the_lead(county: CallCounty) -> None:
    call = county.shelved(county.handling("shichang", item=county.code_of("占道经营")))
    assert not {Action.ASSIST, Action.COOPERATE} & county.open_kinds(call)
    county.pass_time(days=60)
    county.say(reviewing(call, ClockPolicy.CONTINUE), "li")
    assert {Action.ASSIST, Action.COOPERATE, Action.HANDLE} <= county.open_kinds(call)


def test_what_was_done_before_does_not_stand_still_on_the_shelf(county: CallCounty) -> None:
    call = county.consulted(call=county.handling("shichang"))
    county.say(h.ReportAssistance(call_id=call, text="本局的已办"), "shichang")
    done = last(county, call, Action.ASSIST)
    county.say(proposing(call), "zhifa")
    county.say(approving(call), "leader")
    assert last(county, call, Action.ASSIST) == done
    county.pass_time(days=60)
    assert reckon(done, county.rules.calendar, county.now).due == done.deadline.due


class TestRefusals:
    def test_a_consultation_comes_first(self, county: CallCounty) -> None:
        for who in ("zhifa", "li"):
            assert county.refused(proposing(county.handling()), who).code == "needs-consultation"

    def test_a_consultation_of_an_earlier_round_is_none(self, county: CallCounty) -> None:
        call = county.consulted()
        county.say(county.objection(call), "zhifa")
        county.say(county.upholding(call), "li")
        county.dispatch(call, "zhujian")
        assert county.refused(proposing(call), "zhujian").code == "needs-consultation"

    def test_while_it_is_disputed_who_handles_it_nobody_shelves_it(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        county.say(county.objection(call), "zhifa")
        assert county.refused(approving(call), "leader").code == "still-disputed"
        disputed = county.consulted()
        county.say(county.objection(disputed), "zhifa")
        assert county.refused(proposing(disputed), "zhifa").code == "still-disputed"

    def test_one_proposal_at_a_time(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        assert county.refused(proposing(call), "li").code == "proposal-pending"

    def test_taken_up_again_the_clock_is_stated(self, county: CallCounty) -> None:
        refusal = county.refused(reviewing(county.shelved()), "li")
        assert (refusal.code, refusal.field) == ("needs-clock-policy", "policy")

    def test_only_a_county_leader_decides(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        for who in ("li", "zhifa", "wang", "supervisor"):
            assert county.refused(approving(call), who).code in {"not-your-post", "not-your-call"}


class TestTheAnswer:
    def test_refused_the_clock_ran_on(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        before = county.obligation(call, Action.HANDLE)
        (fact,) = county.say(shelving.RefuseShelving(call_id=call, reason="资金可列支"), "leader")
        assert isinstance(fact, se.ShelvingRefused)
        assert fact.justified == ()
        assert county.obligation(call, Action.HANDLE) == before
        county.say(proposing(call), "li")

    def test_refused_late_the_overrun_is_justified(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        assert county.obligation(call, Action.APPROVE_SHELVING).deadline.due == local("2026-05-14", "17:30")
        county.at("2026-05-20", "17:30")
        (fact,) = county.say(shelving.RefuseShelving(call_id=call, reason="资金可列支"), "leader")
        assert isinstance(fact, se.ShelvingRefused)
        (clock,) = fact.justified
        assert clock.justified_until == local("2026-05-22", "17:30")

    def test_agreed_to_go_on_by_milestones_the_shelf_is_not_asked_any_more(self, county: CallCounty) -> None:
        call = county.shelving_proposed()
        county.say(county.interim_proposal(call), "zhifa")
        county.say(interim.ApproveInterim(call_id=call), "li")
        assert last(county, call, Action.APPROVE_SHELVING).performance is Performance.ENDED


def test_the_township_may_withdraw_what_is_on_the_shelf(county: CallCounty) -> None:
    call = county.shelved()
    county.say(WithdrawCall(call_id=call, reason="已自行解决", asked_by="本镇"), "wang")
    assert last(county, call, Action.HANDLE).performance is Performance.ENDED
    assert Performance.PENDING not in {o.performance for o in county.call(call).obligations}
