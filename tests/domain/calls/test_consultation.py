"""会商: convened by platform or township; to come, to record and to do what was agreed are owed."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls.around.attention import overdue
from domain.calls.intake import acceptance
from domain.calls.intake.submission import WithdrawCall
from domain.calls.lights import Light, light_of
from domain.calls.slow_work import consultation
from domain.calls.slow_work import consultation_events as ce
from domain.calls.words import Stage
from domain.calls.work import handling as h
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, PauseGround, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def owed_by(county: CallCounty, call: UUID, action: Action, organization: str) -> Obligation:
    """The newest obligation of a kind of one organization, open or ended."""
    mine = county.orgs[organization]
    found = [o for o in county.call(call).obligations if o.action is action and o.organization == mine]
    assert found, (action, organization)
    return found[-1]


def unclear(call: UUID) -> consultation.DeclareUnclear:
    return consultation.DeclareUnclear(call_id=call, reason="住建、自然资源都可能")


@pytest.mark.parametrize("convener", ["li", "wang", "mayor"])
def test_whoever_convenes_every_invited_organization_owes_its_attendance(county: CallCounty, convener: str) -> None:
    call = county.handling()
    starts = local("2026-05-12", "14:30")
    (fact,) = county.say(county.convening(call, "zhifa", "zhujian", starts=starts), convener)
    assert isinstance(fact, ce.ConsultationConvened)
    for name in ("zhifa", "zhujian"):
        attend = owed_by(county, call, Action.ATTEND, name)
        assert attend.deadline.due == starts
        assert reckon(attend, county.rules.calendar, county.now).agrees
    hold = owed_by(county, call, Action.HOLD, "platform" if convener == "li" else "chengdong")
    assert hold.deadline.due == local("2026-05-13", "17:30"), "recorded a working day after it was held"
    assert county.orgs["zhujian"] in county.call(call).readers
    county.say(consultation.AnswerInvitation(call_id=call, attendee="冯科长"), "zhujian")
    assert owed_by(county, call, Action.ATTEND, "zhujian").open, "to name somebody is not yet to come"


def test_nobody_failed_to_attend_what_was_not_held(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.convening(call, "zhifa", "zhujian"), "li")
    county.at("2026-05-13", "09:00")
    county.say(WithdrawCall(call_id=call, reason="已解决", asked_by="报修群众"), "wang")
    for name in ("zhifa", "zhujian"):
        assert owed_by(county, call, Action.ATTEND, name).performance is Performance.ENDED


def test_until_it_is_recorded_only_the_convener_is_late(county: CallCounty) -> None:
    call = county.handling()
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.say(county.convening(call, "zhifa", "zhujian"), "li")
    county.at("2026-05-15", "09:00")
    for name in ("zhifa", "zhujian"):
        attend = owed_by(county, call, Action.ATTEND, name)
        assert light_of(attend, county.now) is Light.SUSPENDED
    assert light_of(owed_by(county, call, Action.HOLD, "platform"), county.now) is Light.OVERDUE
    assert {owed.action for owed in overdue(county.call(call), county.orgs["chengdong"], county.now)} == {Action.HOLD}
    county.say(county.recording(call, "zhifa"), "li")
    states = [owed_by(county, call, Action.ATTEND, name).performance for name in ("zhifa", "zhujian")]
    assert states == [Performance.MET, Performance.UNMET]


def test_who_came_was_there_and_who_did_not_come_was_not(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.convening(call), "wang")
    county.pass_time(minutes=90)
    (held,) = county.say(county.recording(call, "zhujian"), "wang")
    assert isinstance(held, ce.ConsultationHeld)
    assert [one.name for one in held.absent] == ["综合行政执法局"]
    assert owed_by(county, call, Action.ATTEND, "zhujian").performance is Performance.MET
    assert owed_by(county, call, Action.ATTEND, "zhifa").performance is Performance.UNMET
    assert owed_by(county, call, Action.HOLD, "chengdong").performance is Performance.MET


def test_each_agreed_action_is_owed_by_whoever_was_there_and_done_one_by_one(county: CallCounty) -> None:
    zhujian, platform = county.orgs["zhujian"], county.orgs["platform"]
    actions = [
        {"organization": zhujian, "text": "出具加固图纸", "day": "2026-05-15"},
        {"organization": platform, "text": "每周通报进度", "day": "2026-05-29"},
    ]
    call = county.consulted(actions=actions)
    assert {Action.HANDLE, Action.AGREED_ACTION} <= county.open_kinds(call)
    assert owed_by(county, call, Action.AGREED_ACTION, "zhujian").deadline.due == local("2026-05-15", "17:30")
    done = consultation.CompleteAgreedAction(call_id=call, agreed=1, text="图纸已交")
    refusal = county.refused(done.model_copy(update={"agreed": 1}), "li")
    assert (refusal.code, refusal.field) == ("no-such-action", "agreed")
    county.at("2026-05-18", "09:00")
    county.say(done, "zhujian")
    assert owed_by(county, call, Action.AGREED_ACTION, "zhujian").performance is Performance.LATE
    assert owed_by(county, call, Action.AGREED_ACTION, "platform").open
    assert county.refused(done, "zhujian").code == "wrong-stage"
    county.say(county.convening(call), "wang")
    county.pass_time(minutes=61)
    more = county.recording(call, "zhujian", actions=[{"organization": zhujian, "text": "复核", "day": "2026-05-22"}])
    (held,) = county.say(more, "wang")
    assert isinstance(held, ce.ConsultationHeld)
    assert [action.number for action in held.actions] == [3], "actions are numbered through the call"


class TestUnclearWhoShouldLead:
    def test_the_platform_convenes_in_a_working_day_and_the_dispatch_waits(self, county: CallCounty) -> None:
        call = county.accepted()
        county.pass_time(hours=1)
        left = county.obligation(call, Action.DISPATCH).deadline
        (fact,) = county.say(unclear(call), "li")
        assert isinstance(fact, ce.LeadUnclear)
        assert fact.convene.due == local("2026-05-12", "17:30")
        dispatch = county.obligation(call, Action.DISPATCH)
        assert dispatch.pauses[-1].ground is PauseGround.CONSULTATION
        assert dispatch.to_do, "it may be dispatched all the same"
        county.at("2026-05-12", "09:00")
        county.say(county.convening(call), "li")
        assert owed_by(county, call, Action.CONVENE, "platform").performance is Performance.MET
        county.at("2026-05-12", "11:00")
        (held,) = county.say(county.recording(call, "zhifa", "zhujian"), "li")
        assert isinstance(held, ce.ConsultationHeld)
        assert held.dispatch is not None
        again = county.obligation(call, Action.DISPATCH)
        assert again.paused_since is None
        assert (left.due, again.deadline.due) == (local("2026-05-11", "15:00"), local("2026-05-12", "16:00"))
        assert reckon(again, county.rules.calendar, county.now).agrees
        county.dispatch(call, "zhujian")
        assert owed_by(county, call, Action.DISPATCH, "platform").performance is Performance.MET

    def test_dispatched_without_it_the_convening_is_needless_or_was_not_done(self, county: CallCounty) -> None:
        for hours, state in ((1, Performance.ENDED), (72, Performance.UNMET)):
            call = county.accepted()
            county.say(unclear(call), "li")
            county.pass_time(hours=hours)
            county.dispatch(call, "zhujian")
            assert owed_by(county, call, Action.CONVENE, "platform").performance is state

    def test_a_dispatch_that_was_late_before_stays_late(self, county: CallCounty) -> None:
        call = county.accepted()
        county.pass_time(hours=30)
        county.say(unclear(call), "li")
        county.say(county.convening(call), "li")
        county.pass_time(minutes=61)
        county.say(county.recording(call), "li")
        county.dispatch(call, "zhujian")
        assert owed_by(county, call, Action.DISPATCH, "platform").performance is Performance.LATE

    def test_convened_by_the_township_nobody_else_has_to(self, county: CallCounty) -> None:
        call = county.accepted()
        county.say(unclear(call), "li")
        county.say(county.convening(call), "wang")
        assert owed_by(county, call, Action.CONVENE, "platform").performance is Performance.ENDED

    def test_the_duty_room_does_it_for_an_emergency_it_accepted(self, county: CallCounty) -> None:
        call = county.placed(urgency=Urgency.EMERGENCY)
        county.say(acceptance.AcceptCall(call_id=call), "duty")
        (fact,) = county.say(unclear(call), "duty")
        assert isinstance(fact, ce.LeadUnclear)
        assert fact.convene.due == county.now + timedelta(hours=1)

    def test_it_is_said_once_a_dispatch_and_never_against_a_designation(self, county: CallCounty) -> None:
        call = county.accepted()
        county.say(unclear(call), "li")
        assert county.refused(unclear(call), "li").code == "unclear-already"
        designated = county.designating()
        county.say(county.designation(designated), "leader")
        assert county.refused(unclear(designated), "li").code == "lead-is-designated"


class TestRefusals:
    @pytest.mark.parametrize(
        ("minutes", "code"),
        [(0, "consultation-in-past"), (-5, "consultation-in-past"), (6_000, "consultation-too-far")],
    )
    def test_it_is_held_soon_and_not_in_the_past(self, county: CallCounty, minutes: int, code: str) -> None:
        call = county.handling()
        command = county.convening(call, starts=county.now + timedelta(minutes=minutes))
        refusal = county.refused(command, "li")
        assert (refusal.code, refusal.field) == (code, "starts")

    @pytest.mark.parametrize("invited", [("chengdong", "zhifa"), ("zhifa", "zhifa")])
    def test_others_are_invited_each_once(self, county: CallCounty, invited: tuple[str, ...]) -> None:
        refusal = county.refused(county.convening(county.handling(), *invited), "wang")
        assert (refusal.code, refusal.field) == ("nobody-invited", "invited")

    def test_one_at_a_time(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(county.convening(call), "li")
        assert county.refused(county.convening(call), "wang").code == "consultation-runs"

    def test_no_result_before_its_time(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(county.convening(call), "li")
        county.pass_time(minutes=60)
        assert county.refused(county.recording(call, "zhifa"), "li").code == "not-yet-held"

    def test_only_the_invited_came_and_only_who_came_agreed(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(county.convening(call), "li")
        county.pass_time(minutes=61)
        assert county.refused(county.recording(call, "huanjing"), "li").code == "not-invited"
        action = {"organization": county.orgs["zhujian"], "text": "出图", "day": "2026-05-15"}
        refusal = county.refused(county.recording(call, "zhifa", actions=[action]), "li")
        assert (refusal.code, refusal.field) == ("agreed-by-absent", "actions")
        today = {**action, "organization": county.orgs["zhifa"], "day": "2026-05-11"}
        refusal = county.refused(county.recording(call, "zhifa", actions=[today]), "li")
        assert (refusal.code, refusal.field) == ("day-not-ahead", "actions")

    def test_only_the_convener_records_it(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(county.convening(call), "wang")
        county.pass_time(minutes=61)
        assert county.refused(county.recording(call, "zhifa"), "li").code == "wrong-stage"


def test_what_was_never_held_nobody_failed_to_attend(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.convening(call), "wang")
    county.pass_time(days=5)
    county.say(WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"), "wang")
    assert owed_by(county, call, Action.ATTEND, "zhifa").performance is Performance.ENDED
    assert owed_by(county, call, Action.HOLD, "chengdong").performance is Performance.UNMET


def test_a_consultation_outlives_the_result_and_ends_with_the_resolution(county: CallCounty) -> None:
    action = {"organization": county.orgs["zhujian"], "text": "出图", "day": "2026-05-15"}
    call = county.consulted(actions=[action])
    county.say(h.ReportResult(call_id=call, text="已排险"), "zhifa")
    assert county.call(call).stage is Stage.RESULT_REPORTED
    assert Action.AGREED_ACTION in county.open_kinds(call)
    county.say(consultation.CompleteAgreedAction(call_id=call, agreed=1, text="已交"), "zhujian")


def test_while_the_township_s_consultation_runs_nobody_owes_another_one(county: CallCounty) -> None:
    """Said to be unclear after the township had convened: the platform could not convene, so it does not owe it."""
    call = county.accepted()
    county.say(county.convening(call), "mayor")
    county.say(unclear(call), "li")
    assert county.refused(county.convening(call), "li").code == "consultation-runs"
    convene = owed_by(county, call, Action.CONVENE, "platform")
    assert convene.performance is Performance.ENDED
    county.at("2026-05-14", "09:00")
    county.say(county.recording(call, "zhifa"), "mayor")
    county.dispatch(call)
    assert owed_by(county, call, Action.CONVENE, "platform").performance is Performance.ENDED
    assert owed_by(county, call, Action.DISPATCH, "platform").performance is Performance.MET
