"""记录: two times, late entries, corrections that keep both, urgency with a stated clock policy."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls import events as e
from domain.calls.dispatch import objections
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import ClockPolicy, Grade, LateFact, NoteReach
from domain.calls.work import completion, late_entries
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.shared.events import WITHDRAWN
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import PLATFORM_ITSELF, local

EMERGENCY, ORDINARY = Urgency.EMERGENCY, Urgency.ORDINARY


def late(
    county: CallCounty, call: UUID, fact: LateFact = LateFact.ARRIVAL, **before: float
) -> late_entries.MakeLateEntry:
    return late_entries.MakeLateEntry(
        call_id=call,
        fact=fact,
        occurred_at=county.now - timedelta(**before),
        text="已到现场",
        reason="现场无信号",
        proof="执法记录仪",
    )


def test_thirty_minutes_are_in_time_for_an_emergency_and_more_is_a_late_entry(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(hours=1)
    assert county.refused(late(county, call, minutes=30), "zhifa").code == "not-late"
    county.say(late(county, call, minutes=31), "zhifa")


def test_one_working_day_is_in_time_for_an_ordinary_call(county: CallCounty) -> None:
    call = county.handling()
    phoned = r.RecordPhoneCall(
        call_id=call, called=county.orgs["zhifa"], occurred_at=local("2026-05-11", "09:00"), text="催问"
    )
    county.at("2026-05-12", "17:30")
    county.say(phoned, "li")
    county.now += timedelta(seconds=1)
    assert county.refused(phoned, "li").code == "needs-late-entry"


def test_a_late_entry_heals_nothing_until_the_other_side_confirms(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(days=1)
    (fact,) = county.say(late(county, call, hours=23, minutes=50), "zhifa")
    assert isinstance(fact, e.LateEntryMade)
    assert (fact.entry, fact.other_side.name) == (1, "城东镇")
    assert fact.recorded_at - fact.occurred_at == timedelta(hours=23, minutes=50), "both times stand"
    assert fact.confirm.due == local("2026-05-13", "17:30"), "1 working day"
    assert Action.RESPOND in county.open_kinds(call)
    assert county.refused(late_entries.ConfirmLateEntry(call_id=call, entry=1), "zhifa").code == "wrong-stage"
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1, remark="属实"), "wang")
    assert Action.RESPOND not in county.open_kinds(call)
    (party,) = county.call(call).parties
    assert party.responded_at == fact.occurred_at
    assert county.call(call).late_entries[0].confirmed is True
    assert (
        county.refused(late_entries.ContestLateEntry(call_id=call, entry=1, reason="反悔"), "wang").code
        == "wrong-stage"
    )


def test_a_contested_late_entry_heals_nothing(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(days=1)
    county.say(late(county, call, hours=23), "zhifa")
    county.say(late_entries.ContestLateEntry(call_id=call, entry=1, reason="当时无人到场"), "wang")
    assert county.call(call).late_entries[0].confirmed is False
    assert Action.RESPOND in county.open_kinds(call)
    assert Action.CONFIRM_LATE_ENTRY not in county.open_kinds(call)


def test_a_late_phone_call_is_no_response(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(days=1)
    county.say(late(county, call, LateFact.PHONE_CALL, hours=23), "zhifa")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")
    assert Action.RESPOND in county.open_kinds(call)


def test_an_arrival_before_the_dispatch_is_no_response_to_it(county: CallCounty) -> None:
    call = county.accepted(urgency=EMERGENCY)
    county.pass_time(hours=2)
    county.dispatch(call)
    county.say(late(county, call, hours=1), "zhifa")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")
    assert Action.RESPOND in county.open_kinds(call)


def test_every_late_entry_is_answered_on_its_own_by_the_right_side(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(days=1)
    county.say(late(county, call, hours=23), "zhifa")
    county.say(late(county, call, LateFact.PHONE_CALL, hours=22), "zhifa")
    (by_town,) = county.say(late(county, call, LateFact.PHONE_CALL, hours=21), "wang")
    assert isinstance(by_town, e.LateEntryMade)
    assert by_town.other_side.name == "综合行政执法局", "a township's claim goes to the lead"
    refusal = county.refused(late_entries.ConfirmLateEntry(call_id=call, entry=3), "wang")
    assert (refusal.code, refusal.field) == ("not-your-call", "entry")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=2), "wang")
    assert [entry.confirmed for entry in county.call(call).late_entries] == [None, True, None]
    assert county.refused(late_entries.ConfirmLateEntry(call_id=call, entry=2), "wang").code == "not-your-call"
    county.say(late_entries.ContestLateEntry(call_id=call, entry=3, reason="没有接到"), "zhifa")


@pytest.mark.parametrize(("who", "side"), [("li", "呼应平台"), ("duty", "总值班室")])
def test_who_is_sent_to_the_late_entry_can_make_one(county: CallCounty, who: str, side: str) -> None:
    """The platform and the duty room phone too. Their claim is held against the lead, so the lead answers it."""
    call = county.handling(urgency=EMERGENCY)
    county.pass_time(hours=1)
    phoned = county.now - timedelta(minutes=50)
    record = r.RecordPhoneCall(call_id=call, called=county.orgs["zhifa"], occurred_at=phoned, text="已电话派发")
    refusal = county.refused(record, who)
    assert refusal.code == "needs-late-entry"
    assert "补录" in refusal.message
    (fact,) = county.say(late(county, call, LateFact.PHONE_CALL, minutes=50), who)
    assert isinstance(fact, e.LateEntryMade)
    assert (fact.organization.name, fact.other_side.name) == (side, "综合行政执法局")
    county.say(late_entries.ContestLateEntry(call_id=call, entry=1, reason="没有接到"), "zhifa")


def test_a_township_that_leads_does_not_confirm_its_own_claim(county: CallCounty) -> None:
    """An item may make the township the primary bearer; it calls for the county's cooperation then."""
    call = county.accepted(urgency=EMERGENCY)
    county.dispatch(call, "chengdong", "zhujian", item=county.code_of("村庄违建"))
    county.pass_time(hours=2)
    (fact,) = county.say(late(county, call, hours=1), "wang")
    assert isinstance(fact, e.LateEntryMade)
    assert fact.other_side.name == "呼应平台"


def test_a_claim_in_the_future_is_refused(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    assert county.refused(late(county, call, minutes=-1), "zhifa").code == "future-claim"
    future = r.RecordPhoneCall(
        call_id=call, called=county.orgs["zhifa"], occurred_at=county.now + timedelta(seconds=1), text="催问"
    )
    assert county.refused(future, "li").code == "future-claim"


def test_there_is_no_late_entry_before_the_dispatch(county: CallCounty) -> None:
    call = county.accepted(urgency=EMERGENCY)
    county.pass_time(hours=2)
    assert county.refused(late(county, call, hours=1), "wang").code == "wrong-stage"


def test_a_released_party_may_still_answer_a_claim(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-13", "09:00")
    county.say(late(county, call, LateFact.PHONE_CALL, days=2), "wang")
    county.say(county.objection(call), "zhifa")
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="派错"), "li")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "zhifa")


def test_a_correction_keeps_what_was_and_what_is(county: CallCounty) -> None:
    call = county.submitted(text="东门有人占道", place="人民路12号")
    fix = r.CorrectFact(call_id=call, field="place", is_now="人民路21号", reason="门牌看错")
    (fact,) = county.say(fix, "wang")
    assert isinstance(fact, e.FactCorrected)
    assert (fact.was, fact.is_now, fact.field_text) == ("人民路12号", "人民路21号", "在哪里")
    assert county.call(call).place == "人民路21号"
    assert county.refused(fix, "wang").code == "nothing-to-correct"
    county.say(fix.model_copy(update={"field": "text", "is_now": "西门有人占道"}), "mayor")
    assert county.call(call).text == "西门有人占道"
    history = county.history(call)
    assert isinstance(history[0], e.CallSubmitted)
    assert history[0].place == "人民路12号", "the first statement stays"


@pytest.mark.parametrize(("field", "is_now"), [("urgency", "特急"), ("place", "路" * 501)])
def test_a_correction_follows_the_rules_of_the_field(county: CallCounty, field: str, is_now: str) -> None:
    command = r.CorrectFact(call_id=county.submitted(), field=field, is_now=is_now, reason="写错了")
    assert county.refused(command, "wang").code == "invalid"


def change(call: UUID, urgency: Urgency, policy: ClockPolicy) -> r.ChangeUrgency:
    return r.ChangeUrgency(call_id=call, urgency=urgency, policy=policy, reason="情况变化")


def test_clocks_that_continue_are_not_moved(county: CallCounty) -> None:
    call = county.handling()
    before = county.call(call).open_obligations
    (fact,) = county.say(change(call, EMERGENCY, ClockPolicy.CONTINUE), "li")
    assert isinstance(fact, e.UrgencyChanged)
    assert (fact.was, fact.urgency, fact.moved) == (ORDINARY, EMERGENCY, ())
    assert county.call(call).open_obligations == before
    assert county.refused(change(call, EMERGENCY, ClockPolicy.RESTART), "li").code == "same-urgency"


def test_clocks_that_restart_run_from_now_by_the_new_limits(county: CallCounty) -> None:
    call = county.handling("shichang", item=county.code_of("占道经营"))
    county.pass_time(hours=1)
    county.say(change(call, EMERGENCY, ClockPolicy.RESTART), "li")
    dues = {(t.action, t.organization_name): t.deadline.due - county.now for t in county.call(call).open_obligations}
    assert dues == {
        (Action.RESPOND, "综合行政执法局"): timedelta(minutes=30),
        (Action.RESPOND, "市场监管局"): timedelta(minutes=30),
        (Action.HANDLE, "综合行政执法局"): timedelta(hours=24),
        (Action.ASSIST, "市场监管局"): timedelta(hours=24),
        (Action.COOPERATE, "城东镇"): timedelta(hours=24),
        (Action.FIRST_RESULT, "综合行政执法局"): timedelta(hours=2),
    }


def test_a_restart_does_not_heal_a_breach(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-13", "09:00")  # the response was due on Tuesday
    breached = county.obligation(call, Action.RESPOND).deadline
    (fact,) = county.say(change(call, Urgency.URGENT, ClockPolicy.RESTART), "li")
    assert isinstance(fact, e.UrgencyChanged)
    assert county.obligation(call, Action.RESPOND).deadline == breached
    assert [moved.task for moved in fact.moved] == ["handle"]


def test_a_restart_respects_the_items_own_limit_and_the_complex_one(county: CallCounty) -> None:
    smoke = county.accepted(urgency=Urgency.URGENT)
    county.dispatch(smoke, "huanjing", item=county.code_of("餐饮油烟扰民"))
    county.say(change(smoke, ORDINARY, ClockPolicy.RESTART), "li")
    assert county.obligation(smoke, Action.HANDLE).deadline.due == local("2026-05-14", "17:30")
    hard = county.handling(complex=True)
    county.say(change(hard, Urgency.URGENT, ClockPolicy.RESTART), "li")
    assert county.obligation(hard, Action.HANDLE).deadline.due == local("2026-05-18", "17:30")


def test_a_phone_call_is_a_fact_of_its_own(county: CallCounty) -> None:
    call = county.handling()
    phoned = r.RecordPhoneCall(call_id=call, called=county.orgs["zhifa"], spoke_with="郑某", text="约定下午到场")
    (fact,) = county.say(phoned, "wang")
    assert isinstance(fact, e.PhoneCallRecorded)
    assert (fact.organization.name, fact.called.name) == ("城东镇", "综合行政执法局")
    assert Action.RESPOND in county.open_kinds(call)


def test_notes_and_evidence_are_added_even_after_the_end(county: CallCounty) -> None:
    call = county.resolved()
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    (note,) = county.say(r.AddNote(call_id=call, reach=NoteReach.PARTIES, text="归档备查"), "zhifa")
    assert isinstance(note, e.NoteAdded)
    assert note.reach is NoteReach.PARTIES
    photo = e.Attachment(sha256="b" * 64, size=1, media_type="image/png")
    county.say(r.AttachEvidence(call_id=call, attachments=(photo,), attachment_names=("现场.png",)), "wang")
    refusal = county.refused(r.AttachEvidence(call_id=call, text="没有文件"), "wang")
    assert (refusal.code, refusal.field) == ("invalid", "attachments")


def test_content_is_withdrawn_by_the_platform_on_the_order_of_two_offices(county: CallCounty) -> None:
    call = county.submitted(informant_name="赵群众")
    order = r.WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县司法局"))
    for who in ("li", "auditor", "leader"):
        assert county.refused(order, who).code == "not-your-post"
    one = order.model_copy(update={"offices": ("县委办公室", "县委办公室")})
    assert county.refusal(one, PLATFORM_ITSELF).code == "invalid"
    (fact,) = county.ask(order, PLATFORM_ITSELF)
    assert isinstance(fact, e.ContentWithdrawn)
    submitted = county.history(call)[0]
    assert isinstance(submitted, e.CallSubmitted)
    assert set(fact.keys) == {submitted.key_id("content"), submitted.key_id("identity")}
    assert county.call(call).withdrawn_content


def test_withdrawn_content_is_left_nowhere_in_what_is_known_of_the_call(county: CallCounty) -> None:
    agreed = {"organization": county.orgs["zhujian"], "text": "出图", "day": "2026-07-01"}
    call = county.consulted(call=county.handling(), actions=[agreed])
    county.say(county.interim_proposal(call), "zhifa")
    order = r.WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县司法局"))
    county.ask(order, PLATFORM_ITSELF)
    state = county.call(call)
    assert state.interim is not None
    assert (state.text, state.place, state.item_hint) == (WITHDRAWN, WITHDRAWN, "")
    assert ([action.text for action in state.agreed], state.interim.texts) == ([""], ())
    assert state.interim.milestones, "the days stay"


def test_nobody_signs_in_as_the_platform_itself(county: CallCounty) -> None:
    forged = county.by("li").model_copy(update={"post": Post.SYSTEM})
    call = county.submitted()
    order = r.WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县司法局"))
    assert county.refusal(order, forged).status == 403


class TestRaisedToAnEmergency:
    @pytest.mark.parametrize("policy", ClockPolicy)
    def test_before_it_is_accepted_the_duty_room_may_take_it_in(self, county: CallCounty, policy: ClockPolicy) -> None:
        call = county.placed()
        before = county.obligation(call, Action.ACCEPT, "platform").deadline
        county.pass_time(minutes=30)
        (fact,) = county.say(change(call, EMERGENCY, policy), "li")
        assert isinstance(fact, e.UrgencyChanged)
        assert fact.duty_room is not None
        duty_room = county.obligation(call, Action.ACCEPT, "duty_room").deadline
        assert duty_room == fact.accept
        assert duty_room.due == county.now + timedelta(minutes=10), "its clock starts when it hears of it"
        platform = county.obligation(call, Action.ACCEPT, "platform").deadline
        assert platform == (before if policy is ClockPolicy.CONTINUE else duty_room)
        county.say(acceptance.AcceptCall(call_id=call), "duty")
        county.dispatch(call, by="duty")

    def test_sent_back_it_returns_to_the_duty_room_too_and_by_the_new_limit(self, county: CallCounty) -> None:
        call = county.placed()
        county.pass_time(minutes=30)
        county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
        (fact,) = county.say(change(call, EMERGENCY, ClockPolicy.RESTART), "li")
        assert isinstance(fact, e.UrgencyChanged)
        assert fact.accept is None, "no clock runs while the township supplements"
        county.pass_time(minutes=5)
        county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
        for who in ("platform", "duty_room"):
            assert county.obligation(call, Action.ACCEPT, who).deadline.due == county.now + timedelta(minutes=10)
        county.say(acceptance.AcceptCall(call_id=call), "duty")

    def test_with_the_clocks_going_on_the_rest_of_the_old_limit_remains(self, county: CallCounty) -> None:
        call = county.placed()
        county.pass_time(minutes=30)
        county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
        county.say(change(call, EMERGENCY, ClockPolicy.CONTINUE), "li")
        county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
        assert county.obligation(call, Action.ACCEPT, "platform").deadline.due == local("2026-05-11", "11:00")

    def test_a_breach_before_it_was_sent_back_is_not_healed(self, county: CallCounty) -> None:
        call = county.placed()
        due = county.obligation(call, Action.ACCEPT, "platform").deadline.due
        county.pass_time(hours=4)
        county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
        county.say(change(call, EMERGENCY, ClockPolicy.RESTART), "li")
        county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
        assert county.obligation(call, Action.ACCEPT, "platform").deadline.due == due

    def test_after_acceptance_the_duty_room_may_dispatch(self, county: CallCounty) -> None:
        call = county.accepted()
        assert county.refused(county.dispatching(call), "duty").code == "not-your-call"
        county.say(change(call, EMERGENCY, ClockPolicy.RESTART), "li")
        assert county.orgs["duty_room"] in county.call(call).concerned
        county.dispatch(call, by="duty")
