"""派发: basis, addressees, pinned texts and limits, the phone, and the revision of the day of the call."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.calls import events as e
from domain.calls.dispatch import dispatching as d
from domain.calls.dispatch import objections
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import BasisKind, ClockPolicy, Role, Stage
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.duty_lists.kinds import ListKind
from domain.duty_lists.revision_commands import SuspendItemByLaw
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local

EMERGENCY = Urgency.EMERGENCY


def test_a_dispatch_by_list_pins_item_revision_duties_and_due_times(county: CallCounty) -> None:
    call = county.accepted()
    fact = county.dispatch(call, "zhifa", "shichang", item=county.code_of("占道经营"))
    assert isinstance(fact, e.CallDispatched)
    assert (fact.round, fact.off_list) == (1, False)
    assert fact.basis.item is not None
    assert (fact.basis.item.revision, fact.basis.item.title) == (county.revision, "占道经营")
    assert fact.basis.reference == "属地管理事项责任清单(第1版,示办发〔2026〕3号)第1项“占道经营”"
    assert fact.lead.duty_text == "主体责任:查处占道经营。"
    (assistant,) = fact.assistants
    assert (assistant.role, assistant.duty_text) == (Role.ASSISTANT, "配合责任:核查经营资质。")
    assert fact.township_duty == "劝导、维持秩序。", "the standing patrol begins with no call"
    assert fact.lead.respond.due == local("2026-05-12", "17:30")
    assert fact.lead.complete.due == local("2026-05-18", "17:30"), "5 working days from the next day"
    assert fact.lead.objection is not None
    assert fact.lead.objection.due == local("2026-05-13", "17:30")
    assert fact.lead.first_result is None
    assert {(t.action, t.organization_name) for t in county.call(call).open_obligations} == {
        (Action.RESPOND, "综合行政执法局"),
        (Action.HANDLE, "综合行政执法局"),
        (Action.RESPOND, "市场监管局"),
        (Action.ASSIST, "市场监管局"),
        (Action.COOPERATE, "城东镇"),
    }


def test_a_typed_reference_does_not_replace_the_one_of_the_list(county: CallCounty) -> None:
    call = county.accepted()
    fact = county.dispatch(call, item=county.code_of("占道经营"), reference="某领导口头意见")
    assert fact.basis.reference.startswith("属地管理事项责任清单")


def test_a_township_named_in_the_list_has_its_duty_too(county: CallCounty) -> None:
    call = county.accepted()
    assert county.dispatch(call, item=county.code_of("流动摊点疏导")).township_duty == "设置疏导点。"
    west = county.submitted("west")
    county.say(i.EndorseCall(call_id=west), "west_leader")
    county.say(acceptance.AcceptCall(call_id=west), "li")
    assert county.dispatch(west, item=county.code_of("流动摊点疏导")).township_duty == ""


def test_the_items_own_limit_beats_the_default_and_the_complex_one(county: CallCounty) -> None:
    for complex_ in (False, True):
        call = county.accepted()
        fact = county.dispatch(call, "huanjing", item=county.code_of("餐饮油烟扰民"), complex=complex_)
        assert fact.lead.complete.due == local("2026-05-14", "17:30")
        assert fact.lead.complete.limit.basis == "餐饮油烟事项时限"


def test_a_complex_matter_has_ten_working_days_but_no_emergency_has(county: CallCounty) -> None:
    assert county.dispatch(county.accepted(), complex=True).lead.complete.due == local("2026-05-25", "17:30")
    emergency = county.dispatch(county.accepted(urgency=EMERGENCY), complex=True).lead
    assert emergency.complete.due == county.now + timedelta(hours=24)


def test_an_emergency_owes_a_first_result_and_knows_no_objection(county: CallCounty) -> None:
    fact = county.dispatch(county.accepted(urgency=EMERGENCY), "zhifa", "shichang")
    assert fact.lead.respond.due == county.now + timedelta(minutes=30)
    assert fact.lead.first_result.due == county.now + timedelta(hours=2)
    assert fact.lead.objection is None
    assert fact.assistants[0].first_result is None, "the first result is the lead's"


def test_a_call_on_no_list_is_dispatched_by_another_basis(county: CallCounty) -> None:
    call = county.accepted()
    fact = county.dispatch(call)
    assert (fact.off_list, fact.basis.kind, fact.basis.item) == (True, BasisKind.POWERS, None)
    assert county.call(call).off_list
    assert Action.COOPERATE not in county.open_kinds(call), "judged by law and 三定: the list gives the town no part"


@pytest.mark.parametrize("kind", [kind for kind in BasisKind if kind is not BasisKind.LIST_ITEM])
def test_every_basis_off_the_list_names_its_document(county: CallCounty, kind: BasisKind) -> None:
    call = county.accepted()
    for reference in ("", "  "):
        refusal = county.refused(county.dispatching(call, basis=kind, reference=reference), "li")
        assert (refusal.code, refusal.field) == ("basis-needs-reference", "reference")
    assert county.dispatch(call, basis=kind, reference="〔2026〕1号").basis.kind is kind


def test_a_dispatch_by_list_names_item_and_revision(county: CallCounty) -> None:
    call = county.accepted()
    for missing in ({"revision": None, "item": "territorial-0001"}, {"revision": county.revision, "item": None}):
        command = county.dispatching(call, basis=BasisKind.LIST_ITEM, **missing)
        assert county.refused(command, "li").code == "basis-needs-item"


def test_an_item_that_is_not_in_the_list_of_the_day_is_refused(county: CallCounty) -> None:
    call = county.accepted()
    assert county.refused(county.dispatching(call, item="territorial-9999"), "li").code == "item-not-in-force"
    code = county.code_of("占道经营")
    for revision in (county.later_revision, uuid4(), county.orgs["zhifa"]):
        refusal = county.refused(county.dispatching(call, item=code, revision=revision), "li")
        assert refusal.code in ("revision-not-in-force", "unknown-revision")


class TestWhomTheItemNames:
    def test_by_list_nobody_leads_whom_the_item_does_not_name(self, county: CallCounty) -> None:
        call, code = county.accepted(), county.code_of("占道经营")
        refusal = county.refused(county.dispatching(call, "zhujian", item=code), "li")
        assert (refusal.code, refusal.field) == ("not-named-by-item", "lead")
        assert "改用其他派发依据" in refusal.message
        county.dispatch(call, "zhujian")

    def test_whoever_assists_need_not_be_named(self, county: CallCounty) -> None:
        fact = county.dispatch(county.accepted(), "zhifa", "zhujian", item=county.code_of("占道经营"))
        assert fact.assistants[0].duty_text == ""

    def test_a_designation_binds_whatever_the_item_says(self, county: CallCounty) -> None:
        call = county.designating()
        county.say(county.designation(call, "zhujian"), "leader")
        county.dispatch(call, "zhujian", item=county.code_of("占道经营"))

    def test_the_successor_stands_where_the_item_names_one_that_is_gone(self, county: CallCounty) -> None:
        call, code = county.accepted(), county.code_of("占道经营")
        dissolved = DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕1号"
        )
        county.ask(dissolved)
        fact = county.dispatch(call, "zhujian", item=code)
        assert fact.lead.duty_text == "主体责任:查处占道经营。"

    def test_a_part_goes_by_list_only_to_whom_the_item_names(self, county: CallCounty) -> None:
        call = county.upheld_in_part(item=county.code_of("占道经营"))
        command = county.dispatching_part(call, "huanjing", basis=BasisKind.LIST_ITEM, reference="")
        refusal = county.refused(command, "li")
        assert (refusal.code, refusal.field) == ("not-named-by-item", "handler")


class TestTheTownshipThatCalled:
    """It may call where it answers itself: for the county's cooperation. It never judges its own work."""

    def test_it_leads_its_own_call_only_where_the_list_makes_it_the_primary_bearer(self, county: CallCounty) -> None:
        call = county.accepted()
        for command in (
            county.dispatching(call, "chengdong"),
            county.dispatching(call, "chengdong", item=county.code_of("占道经营")),
            county.dispatching(
                call, "chengdong", item=county.code_of("村庄违建"), basis=BasisKind.STATUTE, reference="法"
            ),
        ):
            refusal = county.refused(command, "li")
            assert (refusal.code, refusal.field) == ("caller-leads", "lead")
            assert "县级承办单位" in refusal.message
        fact = county.dispatch(call, "chengdong", "zhujian", item=county.code_of("村庄违建"))
        assert fact.lead.duty_text == "主体责任:巡查、制止、拆除。"
        assert fact.township_duty == "", "what it leads is no cooperation beside it"

    def test_another_township_may_lead(self, county: CallCounty) -> None:
        county.dispatch(county.accepted(), "chengxi")

    def test_a_designation_binds_it_too(self, county: CallCounty) -> None:
        call = county.designating()
        county.say(county.designation(call, "chengdong"), "leader")
        county.dispatch(call, "chengdong")
        assert county.call(call).own_work

    def test_it_neither_confirms_nor_evaluates_its_own_work(self, county: CallCounty) -> None:
        town = county.in_post("p-900", "许专管", county.orgs["chengdong"], "城东镇", Post.LIAISON)
        call = county.accepted()
        county.dispatch(call, "chengdong", "zhujian", item=county.code_of("村庄违建"))
        (fact,) = county.ask(h.ReportResult(call_id=call, text="已拆除"), town)
        assert isinstance(fact, e.ResultReported)
        assert fact.confirmer is not None
        assert county.obligation(call, Action.CONFIRM).organization_name == "呼应平台"
        for command in (completion.ConfirmResult(call_id=call), completion.OrderRework(call_id=call, reason="没拆净")):
            assert county.refused(command, "mayor").status in (403, 409)
        county.say(completion.OrderRework(call_id=call, reason="没拆净"), "li")
        county.ask(h.ReportResult(call_id=call, text="已拆除"), town)
        county.say(completion.ConfirmResult(call_id=call), "li")
        facts = county.say(completion.ResolveCall(call_id=call), "li")
        assert [fact.wire for fact in facts] == ["calls.CallResolved", "calls.CallClosed"]
        assert isinstance(facts[1], e.CallClosed)
        assert not facts[1].evaluated, "nobody is satisfied with himself"
        assert not county.call(call).open_obligations


def test_one_organization_has_one_role(county: CallCounty) -> None:
    call = county.accepted()
    assert county.refused(county.dispatching(call, "zhifa", "zhifa"), "li").code == "doubled-party"
    assert county.refused(county.dispatching(call, "zhifa", "shichang", "shichang"), "li").code == "doubled-party"


@pytest.mark.parametrize("who", ["platform", "ducha", "jiwei"])
def test_those_who_judge_are_not_dispatched_to(county: CallCounty, who: str) -> None:
    call = county.accepted()
    lead = county.refused(county.dispatching(call, who), "li")
    assert (lead.code, lead.field) == ("cannot-be-dispatched-to", "lead")
    assistant = county.refused(county.dispatching(call, "zhifa", who), "li")
    assert (assistant.code, assistant.field) == ("cannot-be-dispatched-to", "assistants")


def test_an_organization_that_is_none_or_gone_is_refused(county: CallCounty) -> None:
    call = county.accepted()
    assert county.refused(_to(county.dispatching(call), uuid4()), "li").code == "invalid"
    assert county.refused(_to(county.dispatching(call), call), "li").status in (404, 422)
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhujian"], successor=county.orgs["zhifa"], document="示编〔2026〕1号"
        )
    )
    assert county.refused(county.dispatching(call, "zhujian"), "li").code == "invalid"


def test_a_phone_dispatch_recorded_in_time_starts_the_clock_at_the_phone_call(county: CallCounty) -> None:
    county.at("2026-05-16", "02:20")
    call = county.accepted(urgency=EMERGENCY)
    county.pass_time(minutes=15)
    phoned = county.now - timedelta(minutes=12)
    fact = county.dispatch(call, by_phone_at=phoned)
    assert fact.by_phone
    assert (fact.occurred_at, fact.recorded_at) == (phoned, county.now)
    assert fact.lead.respond.opened == phoned
    assert fact.lead.respond.due == phoned + timedelta(minutes=30)
    assert fact.lead.first_result.due == phoned + timedelta(hours=2)
    assert fact.lead.complete.due == phoned + timedelta(hours=24)


def test_a_phone_dispatch_recorded_too_late_starts_no_clock_in_the_past(county: CallCounty) -> None:
    call = county.accepted(urgency=EMERGENCY)
    county.pass_time(minutes=45)
    late = county.dispatching(call, by_phone_at=county.now - timedelta(minutes=31))
    refusal = county.refused(late, "li")
    assert refusal.code == "needs-late-entry"
    assert "补录" in refusal.message
    assert "不填电话派发时间" in refusal.message, "the way out is to dispatch now and enter the call late"
    future = county.dispatching(call, by_phone_at=county.now + timedelta(seconds=1))
    assert county.refused(future, "li").code == "future-claim"


@pytest.mark.parametrize("urgency", [Urgency.ORDINARY, Urgency.URGENT])
def test_only_an_emergency_is_dispatched_by_phone(county: CallCounty, urgency: Urgency) -> None:
    """Else the platform could open a department's clock up to a working day before the department heard of it."""
    county.at("2026-05-11", "15:00")
    call = county.accepted(urgency=urgency)
    phoned = county.dispatching(call, by_phone_at=local("2026-05-11", "09:00"))
    refusal = county.refused(phoned, "li")
    assert (refusal.code, refusal.field) == ("phone-dispatch-of-emergency", "by_phone_at")
    assert "特急" in refusal.message
    assert county.dispatch(call).lead.respond.opened == county.now


def test_a_phone_dispatch_is_of_its_own_round(county: CallCounty) -> None:
    """No clock of the second addressee starts while the first one still had the call."""
    call = county.objected()
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="派错"), "li")
    change = r.ChangeUrgency(call_id=call, urgency=EMERGENCY, policy=ClockPolicy.CONTINUE, reason="险情扩大")
    county.say(change, "li")
    returned = county.now
    county.pass_time(minutes=10)
    early = county.dispatching(call, "zhujian", by_phone_at=returned - timedelta(minutes=1))
    assert county.refused(early, "li").code == "phone-dispatch-too-early"
    assert county.dispatch(call, "zhujian", by_phone_at=returned).lead.respond.opened == returned


def test_the_revision_in_force_on_the_day_of_the_call_applies_however_late_it_is_dispatched(county: CallCounty) -> None:
    county.at("2026-05-30", "10:00")  # a Saturday
    call = county.accepted()
    county.at("2026-06-03", "09:00")
    smoke = county.code_of("餐饮油烟扰民")
    refusal = county.refused(county.dispatching(call, item=smoke, revision=county.later_revision), "li")
    assert refusal.code == "revision-not-in-force"
    fact = county.dispatch(call, "huanjing", item=smoke)
    assert fact.basis.item.revision == county.revision
    assert fact.lead.duty_text == "主体责任:查处超标排放(示办发〔2026〕3号)。"

    newer = county.accepted()
    assert county.refused(county.dispatching(newer, item=smoke), "li").code == "revision-not-in-force"
    fact = county.dispatch(newer, "zhifa", item=smoke, revision=county.later_revision)
    assert fact.lead.duty_text == "主体责任:查处超标排放(示办发〔2026〕8号)。"


def test_the_day_of_a_call_is_the_local_day(county: CallCounty) -> None:
    county.at("2026-05-31", "23:50")  # 15:50 UTC
    call = county.accepted()
    assert county.refused(
        county.dispatching(call, item=county.code_of("占道经营"), revision=county.later_revision), "li"
    )
    county.at("2026-06-01", "00:10")  # still 31 May in UTC
    later = county.accepted()
    county.dispatch(later, item=county.code_of("占道经营"), revision=county.later_revision)


def test_an_item_suspended_by_law_opens_no_new_obligation_but_a_running_one_stays(county: CallCounty) -> None:
    """Before the law changed the call was made, but nothing dispatched: what the law ended obliges nobody anew."""
    code = county.code_of("占道经营")
    called, running = county.accepted(), county.accepted()
    county.dispatch(running, item=code)
    county.say(county.objection(running), "zhifa")
    county.at("2026-05-12", "09:00")
    suspension = SuspendItemByLaw(
        kind=ListKind.TERRITORIAL, item=code, effective_from=date(2026, 5, 12), law="条例第三条"
    )
    county.say(suspension, "keeper")
    for call in (called, county.accepted()):
        refusal = county.refused(county.dispatching(call, item=code), "li")
        assert refusal.code == "item-not-in-force"
        assert "改用其他派发依据" in refusal.message
        county.dispatch(call)
    assert Action.HANDLE in county.open_kinds(running), "it stays with its lead"
    county.say(objections.UpholdObjection(call_id=running, organization=county.orgs["zhifa"], reason="派错"), "li")
    assert county.refused(county.dispatching(running, item=code), "li").code == "item-not-in-force", "a new obligation"


def test_a_call_is_dispatched_once(county: CallCounty) -> None:
    call = county.handling()
    assert county.refused(county.dispatching(call), "li").code == "wrong-stage"
    assert county.call(call).stage is Stage.HANDLING


def test_a_reported_first_result_ends_only_that_duty(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.say(h.ReportProgress(call_id=call, first_result=True, text="已围挡"), "zhifa")
    assert county.open_kinds(call) == {Action.RESPOND, Action.HANDLE}


def test_a_reclaimed_item_goes_to_no_township_in_any_role(county: CallCounty) -> None:
    call = county.accepted()
    reclaimed: dict[str, Any] = {"item": county.code_of("烟花爆竹许可", county.reclaimed), "revision": county.reclaimed}
    for parties in (("chengxi",), ("zhifa", "chengdong")):
        refusal = county.refused(county.dispatching(call, *parties, **reclaimed), "li")
        assert refusal.code == "reclaimed-item"
        assert "不得派发给乡镇" in refusal.message
    county.dispatch(call, "zhifa", **reclaimed)


def _to(command: d.DispatchCall, lead: UUID) -> d.DispatchCall:
    return command.model_copy(update={"lead": lead})
