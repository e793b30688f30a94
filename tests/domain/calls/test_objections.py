"""退单: objections stop no clock, are few and early, and end in a ruling that binds."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls import events as e
from domain.calls.commands import barred_steps, possible_steps
from domain.calls.dispatch import objections
from domain.calls.intake import submission as i
from domain.calls.words import BasisKind, ClockPolicy, Role, Stage
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local

LEAD_TASKS = {Action.RESPOND, Action.HANDLE}


def test_an_objection_stops_no_clock_and_the_first_lead_keeps_its_tasks(county: CallCounty) -> None:
    call = county.handling()
    before = {obligation.action: obligation.deadline for obligation in county.call(call).open_obligations}
    (fact,) = county.say(county.objection(call, proposed=county.orgs["zhujian"], whole=False), "zhifa")
    assert isinstance(fact, e.ObjectionRaised)
    assert fact.ground_text == "清单、三定规定或法律明确由其他单位承担主体责任"
    assert fact.mediate.due == local("2026-05-12", "17:30"), "the platform mediates in 1 working day"
    assert fact.proposed is not None
    assert fact.proposed.name == "住房和城乡建设局"
    after = {obligation.action: obligation.deadline for obligation in county.call(call).open_obligations}
    assert after == {**before, Action.MEDIATE: fact.mediate}
    assert county.call(call).stage is Stage.HANDLING
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"), "zhifa")


def test_an_objection_is_raised_within_two_working_days(county: CallCounty) -> None:
    county.at("2026-05-29", "10:00")  # Friday: Monday and Tuesday count
    call = county.handling()
    until = county.call(call).parties[0].objection_until
    assert until == local("2026-06-02", "17:30")
    county.now = until + timedelta(seconds=1)
    refusal = county.refused(county.objection(call), "zhifa")
    assert refusal.code == "objection-too-late"
    assert "继续承办" in refusal.message
    county.now = until
    county.say(county.objection(call), "zhifa")


def test_an_emergency_can_not_be_objected_to(county: CallCounty) -> None:
    call = county.handling(urgency=Urgency.EMERGENCY)
    refusal = county.refused(county.objection(call), "zhifa")
    assert refusal.code == "emergency-not-objectable"
    assert "先处置、后定责" in refusal.message


def test_an_emergency_made_ordinary_opens_no_endless_time_to_object(county: CallCounty) -> None:
    call = county.handling(urgency=Urgency.EMERGENCY)
    change = r.ChangeUrgency(call_id=call, urgency=Urgency.ORDINARY, policy=ClockPolicy.CONTINUE, reason="险情解除")
    county.say(change, "li")
    county.now = local("2026-05-13", "17:31")
    assert county.refused(county.objection(call), "zhifa").code == "objection-too-late"
    county.now = local("2026-05-13", "17:30")
    county.say(county.objection(call), "zhifa")


def test_the_ground_is_one_of_the_closed_list(county: CallCounty) -> None:
    call = county.handling()
    assert county.refused(county.objection(call, ground="no_staff"), "zhifa").code == "unknown-ground"


def test_one_party_objects_once_to_one_dispatch(county: CallCounty) -> None:
    call = county.objected()
    assert county.refused(county.objection(call), "zhifa").code == "already-objected"
    county.say(objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属本局职责"), "li")
    assert county.refused(county.objection(call), "zhifa").code == "already-objected"


def test_a_rejected_objection_leaves_every_clock_as_it_was(county: CallCounty) -> None:
    call = county.handling()
    before = county.call(call).open_obligations
    county.say(county.objection(call), "zhifa")
    county.pass_time(days=1)
    county.say(objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属本局职责"), "li")
    assert county.call(call).open_obligations == before
    assert county.call(call).misdispatches == 0
    decided = objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属本局职责")
    assert county.refused(decided, "li").code == "wrong-stage"


def test_an_upheld_objection_ends_the_partys_duties_and_the_platform_dispatches_anew(county: CallCounty) -> None:
    call = county.handling("shichang", item=county.code_of("占道经营"))
    county.say(county.objection(call), "zhifa")
    (fact,) = county.say(
        objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="派错"), "li"
    )
    assert isinstance(fact, e.ObjectionUpheld)
    assert fact.dispatch is not None
    state = county.call(call)
    assert (state.stage, state.misdispatches, state.lead) == (Stage.ACCEPTED, 1, None)
    assert county.open_kinds(call) == {Action.DISPATCH}
    fallen = [
        t for t in state.obligations if t.round == 1 and t.action in LEAD_TASKS | {Action.ASSIST, Action.COOPERATE}
    ]
    assert fallen
    assert not any(obligation.done for obligation in fallen), "fallen away, not done"
    assert county.dispatch(call, "zhujian").round == 2
    assert county.refused(h.Respond(call_id=call, handler="郑某", contact="139", first_step="看看"), "zhifa").code == (
        "not-your-call"
    )


def test_a_third_objection_is_refused_whoever_raises_it(county: CallCounty) -> None:
    call = county.objected()
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="派错"), "li")
    county.dispatch(call, "zhujian")
    county.say(county.objection(call), "zhujian")
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhujian"], reason="又派错"), "li")
    county.dispatch(call, "shichang")
    refusal = county.refused(county.objection(call), "shichang")
    assert refusal.code == "objections-exhausted"
    assert "两次异议" in refusal.message


def test_two_parties_objections_are_mediated_each_on_its_own(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(county.objection(call), "zhifa")
    county.pass_time(hours=1)
    county.say(county.objection(call), "shichang")
    county.say(objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属本局"), "li")
    (waiting,) = [
        obligation for obligation in county.call(call).open_obligations if obligation.action is Action.MEDIATE
    ]
    assert waiting.deadline.opened == county.now, "the assistant's own clock goes on"
    again = objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属本局")
    assert county.refused(again, "li").code == "no-open-objection"
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["shichang"], reason="无关"), "li")
    state = county.call(call)
    assert state.stage is Stage.HANDLING, "the lead goes on without that assistant"
    assert [party.name for party in state.current_parties] == ["综合行政执法局"]
    assert county.open_kinds(call) == LEAD_TASKS


def test_nobody_settles_an_objection_that_was_never_raised(county: CallCounty) -> None:
    call = county.handling("shichang")
    for command in (objections.UpholdObjection, objections.RejectObjection):
        assert county.refused(
            command(call_id=call, organization=county.orgs["zhifa"], reason="没有异议"), "li"
        ).code == ("wrong-stage")
    county.say(county.objection(call), "zhifa")
    for command in (objections.UpholdObjection, objections.RejectObjection):
        other = command(call_id=call, organization=county.orgs["shichang"], reason="没有异议")
        assert county.refused(other, "li").code == "no-open-objection"
    assert (
        county.refused(objections.RequestOpinion(call_id=county.handling(), question="归谁"), "li").code
        == "wrong-stage"
    )


def test_an_opinion_guides_and_the_designation_binds(county: CallCounty) -> None:
    call = county.objected()
    (asked,) = county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
    assert isinstance(asked, e.OpinionRequested)
    assert asked.opine.due == local("2026-05-14", "17:30"), "3 working days"
    assert county.open_kinds(call) == LEAD_TASKS | {Action.OPINE}
    (given,) = county.say(county.opinion(call), "keeper")
    assert isinstance(given, e.OpinionGiven)
    assert given.citable
    assert county.open_kinds(call) == LEAD_TASKS | {Action.DESIGNATE}
    county.pass_time(hours=1)
    (fact,) = county.say(county.designation(call), "leader")
    assert isinstance(fact, e.HandlerDesignated)
    assert fact.dispatch is not None
    assert county.open_kinds(call) == {Action.DISPATCH}
    refusal = county.refused(county.dispatching(call, "shichang"), "li")
    assert (refusal.code, refusal.field) == ("not-the-designated", "lead")
    county.dispatch(call, "zhujian", basis="designation", reference="会议纪要〔2026〕5号")
    refusal = county.refused(county.objection(call), "zhujian")
    assert refusal.code == "objections-exhausted", "the designation binds"


def test_a_complex_dispute_has_five_working_days(county: CallCounty) -> None:
    call = county.objected()
    (asked,) = county.say(objections.RequestOpinion(call_id=call, question="由谁承办", complex=True), "li")
    assert isinstance(asked, e.OpinionRequested)
    assert asked.opine.due == local("2026-05-18", "17:30")


def test_designating_todays_lead_changes_nothing_but_ends_the_dispute(county: CallCounty) -> None:
    call = county.designating()
    clocks = {t.action: t.deadline for t in county.call(call).open_obligations if t.action in LEAD_TASKS}
    (fact,) = county.say(county.designation(call, "zhifa"), "leader")
    assert isinstance(fact, e.HandlerDesignated)
    assert fact.dispatch is None
    state = county.call(call)
    assert {t.action: t.deadline for t in state.open_obligations} == clocks
    assert not any(party.objection_open for party in state.parties)
    assert state.designated == county.orgs["zhifa"]


def test_a_vertical_unit_can_not_be_bound(county: CallCounty) -> None:
    call = county.designating()
    refusal = county.refused(county.designation(call, "yancao"), "leader")
    assert (refusal.code, refusal.field) == ("cannot-bind-vertical", "handler")
    assert "商请其上级" in refusal.message
    assert county.refused(county.designation(call, "jiwei"), "leader").code == "cannot-be-dispatched-to"


def test_while_an_opinion_is_awaited_the_platform_rules_no_longer(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(county.objection(call), "zhifa")
    county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
    for command in (objections.UpholdObjection, objections.RejectObjection):
        assert county.refused(command(call_id=call, organization=county.orgs["zhifa"], reason="改主意"), "li")
    county.say(county.objection(call), "shichang")
    assert county.refused(objections.RequestOpinion(call_id=call, question="再问"), "li").code == "wrong-stage"
    late = objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="改主意")
    assert county.refused(late, "li").code == "no-open-objection"
    county.say(county.opinion(call), "keeper")
    county.say(county.designation(call), "leader")
    assert county.open_kinds(call) == {Action.DISPATCH}, "the designation settles the assistant's objection too"


def test_a_result_reported_meanwhile_is_not_thrown_away_by_the_ruling(county: CallCounty) -> None:
    call = county.objected()
    county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    assert Action.MEDIATE in county.open_kinds(call), "the platform still owes an answer"
    (fact,) = county.say(
        objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="派错"), "li"
    )
    assert isinstance(fact, e.ObjectionUpheld)
    assert fact.dispatch is None
    state = county.call(call)
    assert (state.stage, state.misdispatches) == (Stage.RESULT_REPORTED, 1)
    assert county.open_kinds(call) == {Action.CONFIRM}
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    assert county.obligation(call, Action.HANDLE).organization == county.orgs["zhifa"]


@pytest.mark.parametrize("stage", [Stage.RESULT_REPORTED, Stage.CONFIRMED])
def test_a_designation_after_the_result_binds_nobody_to_do_it_again(county: CallCounty, stage: Stage) -> None:
    call = county.designating()
    county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    if stage is Stage.CONFIRMED:
        county.say(completion.ConfirmResult(call_id=call), "wang")
    (fact,) = county.say(county.designation(call), "leader")
    assert isinstance(fact, e.HandlerDesignated)
    assert fact.dispatch is None
    assert county.call(call).stage is stage
    assert county.call(call).designated == county.orgs["zhujian"]


def test_no_dispute_outlives_the_resolution(county: CallCounty) -> None:
    call = county.designating()
    county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert county.open_kinds(call) == {Action.EVALUATE}
    assert county.refused(county.designation(call), "leader").code == "wrong-stage"


def test_who_has_done_its_part_can_no_longer_say_it_was_not_its_own(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(h.ReportAssistance(call_id=call, text="已核查"), "shichang")
    assert county.refused(county.objection(call), "shichang").code == "wrong-stage"


def test_a_withdrawn_call_ends_the_dispute(county: CallCounty) -> None:
    call = county.objected()
    county.say(i.WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"), "mayor")
    assert not county.call(call).open_obligations


class TestUpheldInPart:
    def test_the_party_stays_bound_for_the_rest_and_its_clocks_run_on(self, county: CallCounty) -> None:
        call = county.handling("shichang", item=county.code_of("占道经营"))
        before = {(t.action, t.organization): t.deadline for t in county.call(call).open_obligations}
        county.say(county.objection(call, whole=False), "zhifa")
        county.pass_time(hours=2)
        (fact,) = county.say(county.upholding(call), "li")
        assert isinstance(fact, e.ObjectionUpheld)
        assert fact.whole is False
        assert fact.dispatch is not None
        state = county.call(call)
        assert (state.stage, state.round, state.misdispatches) == (Stage.HANDLING, 1, 1)
        owed = {(t.action, t.organization): t.deadline for t in state.open_obligations}
        assert owed == {**before, (Action.DISPATCH_PART, county.orgs["platform"]): fact.dispatch}
        assert [party.name for party in state.current_parties] == ["综合行政执法局", "市场监管局"]
        county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"), "zhifa")
        assert county.refused(county.dispatching(call, "zhujian"), "li").code == "wrong-stage", "only that part"

    def test_that_part_goes_to_a_further_party_with_clocks_of_its_own(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang")
        running = {
            obligation.action: obligation.deadline
            for obligation in county.call(call).open_obligations
            if obligation.entry == 0
        }
        county.pass_time(days=1)
        (fact,) = county.say(county.dispatching_part(call, "huanjing"), "li")
        assert isinstance(fact, e.PartDispatched)
        assert (fact.round, fact.objection, fact.objector.name) == (1, 1, "综合行政执法局")
        assert (fact.off_list, fact.basis.reference, fact.part) == (True, "“三定”规定第三条", "油烟部分")
        assert fact.party.role is Role.ASSISTANT, "the first lead keeps the matter"
        assert fact.party.respond.due == local("2026-05-13", "17:30")
        assert fact.party.complete.due == local("2026-05-19", "17:30")
        state = county.call(call)
        assert state.round == 1
        assert {
            obligation.action: obligation.deadline for obligation in state.open_obligations if obligation.entry == 0
        } == running
        theirs = {
            obligation.action
            for obligation in state.open_obligations
            if obligation.organization == county.orgs["huanjing"]
        }
        assert theirs == {Action.RESPOND, Action.ASSIST}
        assert state.owing(Action.DISPATCH_PART) is None
        county.say(h.Respond(call_id=call, handler="褚某", contact="13900000000", first_step="去检测"), "huanjing")
        county.say(h.ReportAssistance(call_id=call, text="已检测"), "huanjing")
        assert county.refused(county.dispatching_part(call), "li").code == "wrong-stage", "once"

    def test_of_two_parts_each_waits_for_its_own_dispatch(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang")
        county.say(county.objection(call, whole=False), "shichang")
        county.say(county.upholding(call, "shichang"), "li")
        county.say(county.dispatching_part(call, "huanjing", objector=county.orgs["shichang"]), "li")
        waiting = [o.entry for o in county.call(call).open_obligations if o.action is Action.DISPATCH_PART]
        assert waiting == [1], "the lead's part"
        county.say(county.dispatching_part(call, "zhujian"), "li")

    def test_by_list_it_rests_on_the_item_of_the_running_dispatch(self, county: CallCounty) -> None:
        call = county.upheld_in_part(item=county.code_of("占道经营"))
        (fact,) = county.say(county.dispatching_part(call, "shichang", basis=BasisKind.LIST_ITEM, reference=""), "li")
        assert isinstance(fact, e.PartDispatched)
        assert not fact.off_list
        assert fact.party.duty_text == "配合责任:核查经营资质。"
        off_list = county.upheld_in_part()
        command = county.dispatching_part(off_list, basis=BasisKind.LIST_ITEM)
        assert county.refused(command, "li").code == "basis-needs-item"
        command = county.dispatching_part(off_list, reference="")
        assert county.refused(command, "li").code == "basis-needs-reference"

    def test_an_assistant_keeps_its_other_duty_and_the_lead_may_take_the_part(self, county: CallCounty) -> None:
        call = county.handling("shichang")
        county.say(county.objection(call, whole=False), "shichang")
        county.say(county.upholding(call, "shichang"), "li")
        assert county.obligation(call, Action.ASSIST, "shichang")
        first = county.obligation(call, Action.HANDLE).deadline
        county.pass_time(days=1)
        (fact,) = county.say(county.dispatching_part(call, "zhifa", objector=county.orgs["shichang"]), "li")
        assert isinstance(fact, e.PartDispatched)
        assert fact.party.role is Role.LEAD
        handling = [t.deadline for t in county.call(call).open_obligations if t.action is Action.HANDLE]
        assert handling == [first, fact.party.complete], "each on its own clock"
        county.say(h.ReportResult(call_id=call, text="全部处理"), "zhifa")
        (rework,) = county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
        assert isinstance(rework, e.ReworkOrdered)
        assert rework.complete == first, "the part lengthens nothing"

    def test_an_assistant_of_the_round_takes_the_part_on_top_of_its_own(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang", item=county.code_of("占道经营"))
        county.say(h.ReportAssistance(call_id=call, text="本局的已办"), "shichang")
        assert county.call(call).owing(Action.ASSIST) is None
        county.say(county.dispatching_part(call, "shichang"), "li")
        state = county.call(call)
        assert len(state.current_parties) == 2
        assert county.obligation(call, Action.ASSIST, "shichang").entry == 1
        (party,) = [p for p in state.current_parties if p.role is Role.ASSISTANT]
        assert (party.duty_text, party.finished) == ("配合责任:核查经营资质。", False)

    def test_what_an_assistant_is_bound_to_holds_its_part_too(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang")
        by_list = {"basis": BasisKind.LIST_ITEM, "revision": county.revision, "item": county.code_of("占道经营")}
        county.say(county.dispatching_part(call, "shichang", **by_list, reference=""), "li")
        party = county.call(call).party(county.orgs["shichang"])
        assert party is not None
        assert party.duty_text == "配合责任:核查经营资质。"

    def test_it_never_goes_back_to_whoever_was_right_that_it_is_not_theirs(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang")
        refusal = county.refused(county.dispatching_part(call, "zhifa"), "li")
        assert (refusal.code, refusal.field) == ("not-its-part", "handler")
        county.say(county.objection(call), "shichang")
        county.say(county.upholding(call, "shichang"), "li")
        assert county.refused(county.dispatching_part(call, "shichang"), "li").code == "not-its-part"
        other = county.dispatching_part(call, objector=county.orgs["shichang"])
        assert county.refused(other, "li").code == "no-part-to-dispatch"
        assert county.refused(county.dispatching_part(call, "jiwei"), "li").code == "cannot-be-dispatched-to"

    def test_a_part_outlives_neither_a_new_dispatch_nor_the_resolution(self, county: CallCounty) -> None:
        call = county.upheld_in_part("shichang")
        county.say(county.objection(call), "shichang")
        county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
        county.say(county.opinion(call), "keeper")
        county.say(county.designation(call), "leader")
        assert county.open_kinds(call) == {Action.DISPATCH}
        other = county.upheld_in_part()
        county.say(h.ReportResult(call_id=other, text="已处理"), "zhifa")
        assert Action.DISPATCH_PART in county.open_kinds(other)
        county.say(completion.ConfirmResult(call_id=other), "wang")
        county.say(completion.ResolveCall(call_id=other), "li")
        assert county.open_kinds(other) == {Action.EVALUATE}

    def test_upheld_after_the_result_only_the_misdispatch_is_recorded(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(county.objection(call, whole=False), "zhifa")
        county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
        (fact,) = county.say(county.upholding(call), "li")
        assert isinstance(fact, e.ObjectionUpheld)
        assert (fact.whole, fact.dispatch) == (False, None)
        assert county.open_kinds(call) == {Action.RESPOND, Action.CONFIRM}, "still bound, it owes its response"
        assert county.call(call).misdispatches == 1

    def test_the_lead_takes_no_part_after_its_result(self, county: CallCounty) -> None:
        call = county.handling("shichang")
        county.say(county.objection(call, whole=False), "shichang")
        county.say(county.upholding(call, "shichang"), "li")
        county.say(h.ReportResult(call_id=call, text="已处理"), "zhifa")
        command = county.dispatching_part(call, "zhifa", objector=county.orgs["shichang"])
        assert county.refused(command, "li").code == "lead-has-reported"
        county.say(county.dispatching_part(call, objector=county.orgs["shichang"]), "li")


def test_an_objection_that_a_rule_forbids_is_not_offered_and_the_rule_is_named(county: CallCounty) -> None:
    """Offered it would only be refused; the API and the pages take both from the same rule."""
    organization = county.orgs["zhifa"]
    ordinary, emergency = county.handling(), county.handling(urgency=Urgency.EMERGENCY)
    assert objections.RAISE_OBJECTION in possible_steps(county.call(ordinary), Post.LIAISON, organization)
    assert _barred(county, ordinary) is None

    assert objections.RAISE_OBJECTION not in possible_steps(county.call(emergency), Post.LIAISON, organization)
    assert _barred(county, emergency) == "emergency-not-objectable"
    assert _barred(county, emergency, Post.OPERATOR) is None, "nobody else is told"

    county.say(county.objection(ordinary), "zhifa")
    assert _barred(county, ordinary) == "already-objected"
    assert county.refused(county.objection(ordinary), "zhifa").code == "already-objected"


def _barred(county: CallCounty, call: UUID, post: Post = Post.LIAISON) -> str | None:
    """The rule that stands against an objection of 综合行政执法局."""
    bars = barred_steps(county.call(call), post, county.orgs["zhifa"])
    return next((refusal.code for step, refusal in bars if step is objections.RAISE_OBJECTION), None)
