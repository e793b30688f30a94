"""移交下一环节,职责承接."""

from datetime import timedelta
from uuid import UUID

from domain.calls.aftermath import evaluations
from domain.calls.delays.suspensions import SuspendCall
from domain.calls.dispatch import objections, passing
from domain.calls.dispatch import passing_events as p
from domain.calls.intake import acceptance, submission
from domain.calls.words import BasisKind, LateFact, Role, Stage
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.rules.rulebook import Office
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, suspension
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.calls.situations import SITUATIONS
from tests.domain.memory import PLATFORM_ITSELF


def passing_on(county: CallCounty, call: object, handler: str = "huanjing", **more: object) -> passing.PassStage:
    fields = {
        "call_id": call,
        "handler": county.orgs[handler],
        "point": "检测结论为不合格",
        "basis": BasisKind.STATUTE,
        "reference": "《大气污染防治法》第一百一十八条",
        "text": "检查记录和检测报告已移交",
        **more,
    }
    return passing.PassStage(**fields)


def test_the_next_lead_goes_on_with_clocks_of_its_own(county: CallCounty) -> None:
    call = county.handling()
    county.pass_time(days=1)
    (fact,) = county.say(passing_on(county, call), "zhifa")
    assert isinstance(fact, p.StagePassed)
    state = county.call(call)
    assert state.stage is Stage.HANDLING
    assert state.lead is not None
    assert (state.lead.name, state.lead.role) == ("生态环境分局", Role.LEAD)
    handle = county.obligation(call, Action.HANDLE)
    assert (handle.organization, handle.deadline.opened) == (county.orgs["huanjing"], county.now)
    (before,) = [o for o in state.obligations if o.action is Action.HANDLE and o.organization == county.orgs["zhifa"]]
    assert before.performance is Performance.TRANSFERRED
    assert county.refused(h.ReportResult(call_id=call, text="已清理"), "zhifa").status in (403, 409)
    county.say(h.ReportResult(call_id=call, text="已处罚"), "huanjing")


def test_the_township_cooperates_by_the_time_of_whoever_leads_now(county: CallCounty) -> None:
    """Its cooperation is due with the lead's work: with that of the next lead, unless it was late already."""
    for days, in_time in ((3, True), (20, False)):
        call = county.handling(item=county.code_of("占道经营"))
        before = county.obligation(call, Action.COOPERATE).deadline
        county.pass_time(days=days)
        county.say(passing_on(county, call), "zhifa")
        (owed,) = [o for o in county.call(call).obligations if o.action is Action.COOPERATE]
        taken = county.obligation(call, Action.HANDLE).deadline
        assert owed.deadline == (taken if in_time else before)
        assert owed.owed_to == county.orgs["huanjing" if in_time else "zhifa"]
        assert owed.overdue_at(county.now) is not in_time


def test_what_the_lead_had_suspended_keeps_nobody_s_clock_after_it_passed_it_on(county: CallCounty) -> None:
    call = county.handling(item=county.code_of("占道经营"))
    county.say(suspension(call), "zhifa")
    county.say(SuspendCall(call_id=call, suspension=1), "li")
    county.say(passing_on(county, call), "zhifa")
    assert county.obligation(call, Action.COOPERATE).deadline == county.obligation(call, Action.HANDLE).deadline
    check_ledgers(county, county.call(call))


def test_what_the_first_lead_was_late_with_stays_with_it(county: CallCounty) -> None:
    call = county.handling()
    county.pass_time(days=20)
    county.say(passing_on(county, call), "zhifa")
    late = {o.action: o.performance for o in county.call(call).obligations if o.organization == county.orgs["zhifa"]}
    assert late == {Action.RESPOND: Performance.UNMET, Action.HANDLE: Performance.UNMET}


def test_an_assistant_that_takes_over_leads_and_assists_no_more(county: CallCounty) -> None:
    call = county.handling("huanjing")
    county.say(passing_on(county, call), "zhifa")
    parties = [(party.name, party.role) for party in county.call(call).current_parties]
    assert parties == [("生态环境分局", Role.LEAD)]
    assert Action.ASSIST not in county.open_kinds(call)


def test_the_next_lead_may_object_as_to_any_dispatch(county: CallCounty) -> None:
    call = county.handling()
    county.say(passing_on(county, call), "zhifa")
    assert objections.RaiseObjection in county.offered(call, "huanjing")


def test_it_is_passed_to_another_who_can_lead_on_a_named_basis(county: CallCounty) -> None:
    call = county.handling()
    assert county.refused(passing_on(county, call, "zhifa"), "zhifa").code == "passed-to-oneself"
    assert county.refused(passing_on(county, call, "jiwei"), "zhifa").code == "cannot-be-dispatched-to"
    assert county.refused(passing_on(county, call, "chengdong"), "zhifa").code == "caller-leads"
    assert county.refused(passing_on(county, call, reference=""), "zhifa").code == "basis-needs-reference"
    assert county.refused(passing_on(county, call, basis=BasisKind.LIST_ITEM), "zhifa").code == "basis-needs-item"
    assert county.refused(passing_on(county, call), "shichang").status == 403


def test_a_designated_lead_passes_only_to_the_designated(county: CallCounty) -> None:
    call = county.designating()
    county.say(county.designation(call, "zhifa"), "leader")
    assert county.refused(passing_on(county, call), "zhifa").code == "not-the-designated"


def test_a_successor_takes_over_what_is_open_with_the_time_that_is_left(county: CallCounty) -> None:
    call = county.handling()
    county.say(h.Respond(call_id=call, handler="郑专管", contact="0531-1", first_step="到场"), "zhifa")
    before = county.obligation(call, Action.HANDLE)
    county.pass_time(days=2)
    command = passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"])
    assert county.refused(command, "li").code == "not-succeeded"
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(command, "li")
    after = county.obligation(call, Action.HANDLE)
    assert after.organization == county.orgs["zhujian"]
    assert after.deadline == before.deadline, "time before stays"
    assert after.inherited_from == county.orgs["zhifa"]
    state = county.call(call)
    assert state.lead is not None
    assert state.lead.organization == county.orgs["zhujian"]
    gone = [o for o in state.obligations if o.organization == county.orgs["zhifa"]]
    assert {o.performance for o in gone} == {Performance.MET, Performance.TRANSFERRED}
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhujian")
    assert county.now - after.deadline.opened >= timedelta(days=2)


def test_a_successor_reworks_what_the_dissolved_body_had_reported(county: CallCounty) -> None:
    call = county.reported()
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    again = county.obligation(call, Action.HANDLE)
    assert (again.organization, again.inherited_from) == (county.orgs["zhujian"], county.orgs["zhifa"])
    county.say(h.ReportResult(call_id=call, text="已重新办理"), "zhujian")
    handled = [o for o in county.call(call).obligations if o.action is Action.HANDLE]
    assert [o.performance for o in handled] == [Performance.MET, Performance.MET]


def test_a_township_that_inherits_the_lead_does_not_confirm_its_own_work(county: CallCounty) -> None:
    """It called, the department reported, and then the department's work went to the township: 镇街主办."""
    call = county.reported()
    asked = county.obligation(call, Action.CONFIRM)
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["chengdong"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    mine, instead = [o for o in county.call(call).obligations if o.action is Action.CONFIRM]
    assert (mine.organization, mine.performance) == (county.orgs["chengdong"], Performance.TRANSFERRED)
    assert (instead.organization, instead.deadline) == (county.orgs["platform"], asked.deadline), "in the time left"
    assert county.refused(completion.ConfirmResult(call_id=call), "wang").code == "not-your-call"
    county.say(completion.ConfirmResult(call_id=call), "li")
    assert county.call(call).obligations[-2].performance is Performance.MET
    check_ledgers(county, county.call(call))


def test_a_successor_that_has_to_do_the_same_already_has_it_to_do_once(county: CallCounty) -> None:
    """Lead and assistant become one body: one response; the work of both stays."""
    call = county.handling("zhujian")
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    owed = [o.action for o in county.call(call).open_obligations if o.organization == county.orgs["zhujian"]]
    assert sorted(owed) == sorted({Action.RESPOND, Action.HANDLE, Action.ASSIST, Action.FIRST_RESULT} & set(owed))
    assert {Action.RESPOND, Action.HANDLE, Action.ASSIST} <= set(owed)
    county.say(h.Respond(call_id=call, handler="冯专管", contact="0531-2", first_step="到场"), "zhujian")
    assert Action.RESPOND not in county.open_kinds(call)


def test_an_assistant_that_inherits_the_lead_still_owes_its_first_result_after_its_assistance(
    county: CallCounty,
) -> None:
    call = county.handling("zhujian", urgency=Urgency.EMERGENCY)
    dissolved(county, "zhifa", "zhujian")
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")

    county.say(h.ReportAssistance(call_id=call, done=True, text="配合已完成"), "zhujian")

    assert county.obligation(call, Action.FIRST_RESULT, "zhujian").performance is Performance.PENDING
    assert Action.ASSIST not in county.open_kinds(call)
    county.say(h.ReportProgress(call_id=call, first_result=True, text="已围挡"), "zhujian")
    assert Action.FIRST_RESULT not in county.open_kinds(call)


def dissolved(county: CallCounty, was: str, successor: str) -> None:
    """A body is dissolved, and another one of the county has succeeded it."""
    county.ask(
        DissolveOrganization(
            organization=county.orgs[was], successor=county.orgs[successor], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)


def new_platform(county: CallCounty) -> str:
    """The platform is dissolved; the new one, with an operator of its own, has succeeded it."""
    heir = county.organization("platform-2", "新呼应平台", OrganizationKind.PLATFORM)
    county.orgs = {**county.orgs, "platform-2": heir}
    operator = county.in_post("p-heir", "尹受理", heir, "新呼应平台", Post.OPERATOR)
    county.people = {**county.people, "heir": operator}
    dissolved(county, "platform", "platform-2")
    return "heir"


def test_a_dissolved_platform_is_succeeded_by_the_platform_itself_and_the_call_goes_on(county: CallCounty) -> None:
    call = county.confirmed()
    heir = new_platform(county)
    assert county.refused(completion.ResolveCall(call_id=call), "li").code == "organization-dissolved"
    assert county.refused(completion.ResolveCall(call_id=call), heir).code == "not-your-call"
    command = passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"])
    county.ask(command, PLATFORM_ITSELF)
    assert county.refusal(command, PLATFORM_ITSELF).code == "not-succeeded", "asked again, it finds nothing"
    county.say(completion.ResolveCall(call_id=call), heir)
    assert county.call(call).platform == county.orgs["platform-2"]


def test_a_platform_that_owes_nothing_at_the_moment_is_succeeded_too(county: CallCounty) -> None:
    call = county.handling()
    assert all(o.organization != county.orgs["platform"] for o in county.call(call).open_obligations)
    heir = new_platform(county)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"]), heir)
    assert county.call(call).platform_name == "新呼应平台"
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), heir)


def test_the_heir_of_the_office_that_was_asked_gives_the_opinion(county: CallCounty) -> None:
    call, other = county.objected(), county.objected()
    for one in (call, other):
        county.say(objections.RequestOpinion(call_id=one, question="由谁承办"), "li")
    heir = county.organization("bianban-2", "县机构编制办", OrganizationKind.ESTABLISHMENT_OFFICE)
    keeper = county.in_post("p-keeper-2", "许清单", heir, "县机构编制办", Post.LIST_KEEPER)
    county.orgs, county.people = {**county.orgs, "bianban-2": heir}, {**county.people, "keeper-2": keeper}
    dissolved(county, "zhifa", "zhujian")
    county.say(passing.SucceedParty(call_id=other, dissolved=county.orgs["zhifa"]), "li")
    county.say(county.opinion(other), "keeper")
    dissolved(county, "bianban", "bianban-2")
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["bianban"]), "li")
    county.say(county.opinion(call), "keeper-2")


def test_the_heirs_operator_lets_whoever_is_gone_be_succeeded(county: CallCounty) -> None:
    call = county.handling()
    heir = new_platform(county)
    dissolved(county, "zhifa", "zhujian")
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), heir)
    lead = county.call(call).lead
    assert lead is not None
    assert (lead.organization, lead.name) == (county.orgs["zhujian"], "住房和城乡建设局")
    assert (
        county.refused(passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"]), "zhujian").status == 403
    )


def test_a_township_that_merged_into_another_has_its_calls_endorsed_there(county: CallCounty) -> None:
    call = county.submitted()
    dissolved(county, "chengdong", "chengxi")
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["chengdong"]), PLATFORM_ITSELF)
    county.say(submission.EndorseCall(call_id=call), "west_leader")
    assert county.call(call).stage is Stage.PLACED


def claimed(county: CallCounty, call: UUID, by: str) -> None:
    county.pass_time(days=4)
    claim = late_entries.MakeLateEntry(
        call_id=call,
        fact=LateFact.ARRIVAL,
        occurred_at=county.now - timedelta(days=3),
        text="已到现场",
        reason="现场无信号",
        proof="执法记录仪",
    )
    county.say(claim, by)


def test_the_heir_of_the_other_side_confirms_or_contests_a_late_entry(county: CallCounty) -> None:
    for command in (
        late_entries.ConfirmLateEntry(call_id=UUID(int=0), entry=1),
        late_entries.ContestLateEntry(call_id=UUID(int=0), entry=1, reason="当时未见到人"),
    ):
        one = the_county()
        call = one.handling()
        claimed(one, call, "zhifa")
        dissolved(one, "chengdong", "chengxi")
        one.ask(passing.SucceedParty(call_id=call, dissolved=one.orgs["chengdong"]))
        assert one.obligation(call, Action.CONFIRM_LATE_ENTRY, "chengxi")
        one.say(command.model_copy(update={"call_id": call}), "west")
        assert Action.CONFIRM_LATE_ENTRY not in one.open_kinds(call)


def test_nobody_confirms_its_own_late_entry_as_heir_of_the_other_side(county: CallCounty) -> None:
    call = county.handling()
    claimed(county, call, "li")
    dissolved(county, "zhifa", "platform")
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]))
    confirming = late_entries.ConfirmLateEntry(call_id=call, entry=1)
    assert county.refused(confirming, "li").field == "entry"


def test_a_closed_call_passes_on_what_is_still_to_be_decided_of_it(county: CallCounty) -> None:
    call = SITUATIONS["contested_evaluation"](county)
    heir = new_platform(county)
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"]), PLATFORM_ITSELF)
    county.say(evaluations.UpholdEvaluation(call_id=call, reason="评价属实"), heir)
    command = passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"])
    assert county.refusal(command, PLATFORM_ITSELF).code == "wrong-stage", "nothing waits for anybody"


def test_a_call_that_waits_for_its_designated_lead_goes_to_the_successor(county: CallCounty) -> None:
    call = county.designating()
    county.say(county.designation(call, "huanjing"), "leader")
    dissolved(county, "huanjing", "zhujian")
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["huanjing"]), PLATFORM_ITSELF)
    assert county.call(call).designated == county.orgs["zhujian"]


def test_new_calls_go_to_the_successor_of_the_platform_that_was_charged(county: CallCounty) -> None:
    heir = new_platform(county)
    assert county.rules.office(Office.PLATFORM).name == "新呼应平台"
    call = county.placed()
    county.say(acceptance.AcceptCall(call_id=call), heir)


def test_a_call_is_filed_by_the_platform_itself_whoever_took_it_in(county: CallCounty) -> None:
    """平台自动办理 needs no part in the call: filing waits for no succession."""
    call = county.resolved()
    new_platform(county)
    county.pass_time(days=60)
    itself = PLATFORM_ITSELF.model_copy(update={"organization": county.orgs["platform-2"]})
    county.ask(completion.CloseCall(call_id=call), itself)
    assert county.call(call).stage is Stage.CLOSED
