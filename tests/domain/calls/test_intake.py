"""呼叫与受理: submit, endorse, send back once, decline and contest, hand over, withdraw."""

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError

from domain.calls import events as e
from domain.calls.dispatch import objections
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import Stage
from domain.directory.person_commands import GrantDelegation
from domain.directory.register import person_known
from domain.obligations.words import Action
from domain.rules.words import ReasonList
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.calls.county import MONDAY, CallCounty
from tests.domain.memory import local

EMERGENCY = Urgency.EMERGENCY


def test_a_call_of_two_fields_is_enough(county: CallCounty) -> None:
    (fact,) = county.say(i.SubmitCall(text="有人占道", place="人民路"), "wang")
    assert isinstance(fact, e.CallSubmitted)
    assert (fact.township.name, fact.urgency) == ("城东镇", Urgency.ORDINARY)
    assert fact.discovered_at == county.now
    assert fact.number.startswith("HY20260511-")
    assert fact.endorse is not None
    assert fact.endorse.due == local(MONDAY, "15:00"), "4 working hours, the noon break left out"
    assert county.call(fact.originator_id).stage is Stage.SUBMITTED
    assert county.open_kinds(fact.originator_id) == {Action.ENDORSE}


def test_what_the_township_thinks_it_falls_under_stands_in_the_call(county: CallCounty) -> None:
    code = county.code_of("占道经营")
    assert county.call(county.submitted(item_hint=code)).item_hint == code
    assert county.call(county.submitted()).item_hint == ""


@pytest.mark.parametrize("depth", [50, 400, 5_000])
def test_a_text_nested_without_end_is_a_wrong_text_and_no_fault(depth: int) -> None:
    nested: object = "有人占道"
    for _ in range(depth):
        nested = [nested]
    with pytest.raises(ValidationError):
        i.SubmitCall.model_validate({"text": nested, "place": "人民路"})


def test_the_same_command_id_decides_the_same_facts_about_the_same_call(county: CallCounty) -> None:
    command = i.SubmitCall(text="有人占道", place="人民路", informant_name="赵群众")
    id_ = uuid4()
    first, second = (county.decide(command, county.by("wang"), id_) for _ in range(2))
    assert first == second
    other = county.decide(command, county.by("wang"), uuid4())
    assert other[0].originator_id != first[0].originator_id
    assert isinstance(first[0], e.CallSubmitted)
    assert first[0].informant not in (None, first[0].originator_id)


def test_an_emergency_skips_the_endorsement_and_its_minutes_are_real(county: CallCounty) -> None:
    county.at("2026-05-16", "02:20")  # Saturday night
    call = county.submitted(urgency=EMERGENCY, phoned_at=local("2026-05-16", "02:10"), phoned_with="周值班")
    submitted, phoned, placed = county.history(call)
    assert isinstance(submitted, e.CallSubmitted)
    assert submitted.endorse is None
    assert isinstance(phoned, e.PhoneCallRecorded)
    assert (phoned.occurred_at, phoned.recorded_at) == (local("2026-05-16", "02:10"), county.now)
    assert phoned.called.name == "总值班室"
    assert submitted.discovered_at == local("2026-05-16", "02:10")
    assert isinstance(placed, e.CallPlaced)
    assert placed.accept.due == county.now + timedelta(minutes=10)
    assert placed.duty_room is not None
    waiting = {obligation.organization for obligation in county.call(call).open_obligations}
    assert waiting == {county.orgs["platform"], county.orgs["duty_room"]}


def test_a_phone_report_long_ago_is_no_timely_record(county: CallCounty) -> None:
    late = i.SubmitCall(text="险情", place="河堤", urgency=EMERGENCY, phoned_at=county.now - timedelta(minutes=31))
    refusal = county.refused(late, "wang")
    assert (refusal.code, refusal.field) == ("needs-late-entry", "phoned_at")
    in_time = late.model_copy(update={"phoned_at": county.now - timedelta(minutes=30)})
    assert len(county.say(in_time, "wang")) == 3


@pytest.mark.parametrize("field", ["discovered_at", "phoned_at"])
def test_nothing_is_found_or_phoned_in_the_future(county: CallCounty, field: str) -> None:
    soon = {field: county.now + timedelta(minutes=1)}
    assert (
        county.refused(i.SubmitCall(text="险情", place="河堤", urgency=EMERGENCY, **soon), "wang").code
        == "future-claim"
    )


def test_the_duty_room_records_emergencies_only_for_a_named_township(county: CallCounty) -> None:
    night = {"text": "倾倒", "place": "东河", "urgency": EMERGENCY}
    call = county.submitted("duty", **night, township=county.orgs["chengdong"])
    assert county.call(call).township_name == "城东镇"
    assert county.refused(i.SubmitCall(**night), "duty").code == "invalid"
    ordinary = i.SubmitCall(text="占道", place="路口", township=county.orgs["chengdong"])
    assert county.refused(ordinary, "duty").code == "not-yours"
    not_a_township = i.SubmitCall(**night, township=county.orgs["zhifa"])
    assert county.refused(not_a_township, "duty").code == "not-yours"
    not_an_organization = i.SubmitCall(**night, township=call)
    assert county.refused(not_an_organization, "duty").status in (404, 422)


def test_a_township_duty_officer_can_not_call_in_the_name_of_another_township(county: CallCounty) -> None:
    command = i.SubmitCall(text="倾倒", place="东河", urgency=EMERGENCY, township=county.orgs["chengdong"])
    assert county.refused(command, "west_duty").code == "not-yours"


@pytest.mark.parametrize("who", ["li", "zhifa", "keeper", "leader", "auditor"])
def test_only_townships_call(county: CallCounty, who: str) -> None:
    assert county.refused(i.SubmitCall(text="占道", place="路口"), who).code == "not-your-post"


def test_a_caller_calls_for_the_own_township_whatever_the_form_says(county: CallCounty) -> None:
    call = county.submitted("west", township=county.orgs["chengdong"])
    assert county.call(call).township == county.orgs["chengxi"]


def test_every_file_has_its_name(county: CallCounty) -> None:
    photo = e.Attachment(sha256="a" * 64, size=10, media_type="image/jpeg")
    with pytest.raises(ValidationError, match="附件与附件名称的数目不一致"):
        i.SubmitCall(text="占道", place="路口", attachments=(photo,), attachment_names=("甲.jpg", "乙.jpg"))
    with pytest.raises(ValidationError):
        e.Attachment(sha256="王某的照片", size=10, media_type="image/jpeg")
    with pytest.raises(ValidationError):
        e.Attachment(sha256="a" * 64, size=10, media_type="王某的照片")


def test_an_endorsed_call_is_placed_and_the_platform_clock_starts(county: CallCounty) -> None:
    call = county.submitted()
    endorsed, placed = county.say(i.EndorseCall(call_id=call, remark="请速办"), "mayor")
    assert isinstance(endorsed, e.CallEndorsed)
    assert isinstance(placed, e.CallPlaced)
    assert placed.accept.due == local(MONDAY, "11:00"), "2 working hours"
    assert placed.duty_room is None
    assert county.call(call).stage is Stage.PLACED


def test_a_leader_has_a_call_changed_and_then_has_the_whole_time_again(county: CallCounty) -> None:
    call = county.submitted()
    county.say(i.RefuseEndorsement(call_id=call, reason="地点不清"), "mayor")
    assert county.call(call).stage is Stage.NOT_ENDORSED
    assert county.open_kinds(call) == {Action.AMEND}
    county.at("2026-05-12", "08:30")
    (fact,) = county.say(i.SupplementCall(call_id=call, text="人民路有人占道", place="人民路12号"), "wang")
    assert isinstance(fact, e.CallSupplemented)
    assert fact.accept is None
    assert fact.endorse is not None
    assert fact.endorse.due == local("2026-05-12", "14:30")
    assert county.call(call).stage is Stage.SUBMITTED
    assert county.call(call).place == "人民路12号"


def test_accepting_opens_the_dispatch(county: CallCounty) -> None:
    call = county.placed()
    (fact,) = county.say(acceptance.AcceptCall(call_id=call), "li")
    assert isinstance(fact, e.CallAccepted)
    assert fact.dispatch.due == local(MONDAY, "15:00")
    assert county.call(call).stage is Stage.ACCEPTED


def test_the_duty_room_may_accept_an_emergency_and_then_owes_the_dispatch(county: CallCounty) -> None:
    call = county.placed(urgency=EMERGENCY)
    county.say(acceptance.AcceptCall(call_id=call), "duty")
    (obligation,) = county.call(call).open_obligations
    assert (obligation.action, obligation.organization) == (Action.DISPATCH, county.orgs["duty_room"])
    ordinary = county.placed()
    assert county.refused(acceptance.AcceptCall(call_id=ordinary), "duty").code == "not-your-call"


def test_a_call_is_sent_back_once(county: CallCounty) -> None:
    call = county.placed()
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺照片"), "li")
    assert county.call(call).stage is Stage.SENT_BACK
    assert county.open_kinds(call) == {Action.SUPPLEMENT}
    county.say(i.SupplementCall(call_id=call, text="有人占道", place="人民路"), "wang")
    refusal = county.refused(acceptance.SendCallBack(call_id=call, gaps="还缺电话"), "li")
    assert refusal.code == "already-sent-back"
    assert "只能一次" in refusal.message


def test_the_platform_goes_on_with_the_time_it_had_left(county: CallCounty) -> None:
    call = county.placed()
    county.at(MONDAY, "10:00")  # one of two working hours is used
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺照片"), "li")
    county.at("2026-05-12", "17:00")
    (fact,) = county.say(i.SupplementCall(call_id=call, text="有人占道", place="人民路"), "wang")
    assert isinstance(fact, e.CallSupplemented)
    assert fact.accept is not None
    assert fact.accept.due == local("2026-05-13", "09:00"), "30 minutes on Tuesday, 30 on Wednesday"
    assert fact.accept.opened == local(MONDAY, "09:00"), "the same clock, not a new one"
    assert fact.accept.limit.unit is LimitUnit.WORKING_HOURS
    assert county.obligation(call, Action.ACCEPT).deadline == fact.accept


def test_an_emergency_goes_on_in_real_minutes_for_platform_and_duty_room(county: CallCounty) -> None:
    county.at("2026-05-16", "23:58")
    call = county.placed(urgency=EMERGENCY)
    county.pass_time(minutes=4)
    county.say(acceptance.SendCallBack(call_id=call, gaps="在哪个路口"), "li")
    county.pass_time(minutes=47)
    county.say(i.SupplementCall(call_id=call, text="险情", place="东河路口"), "wang")
    dues = {county.obligation(call, Action.ACCEPT, who).deadline.due for who in ("platform", "duty_room")}
    assert dues == {county.now + timedelta(minutes=6)}
    county.say(acceptance.AcceptCall(call_id=call), "duty")
    assert county.open_kinds(call) == {Action.DISPATCH}


def test_sending_back_after_a_breach_does_not_heal_it(county: CallCounty) -> None:
    call = county.placed()
    county.at(MONDAY, "11:30")
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺照片"), "li")
    county.at("2026-05-12", "09:00")
    county.say(i.SupplementCall(call_id=call, text="有人占道", place="人民路"), "wang")
    assert county.obligation(call, Action.ACCEPT).deadline.due == local(MONDAY, "11:00")


def test_a_call_sent_back_at_the_last_moment_is_due_when_it_returns(county: CallCounty) -> None:
    call = county.placed()
    county.at(MONDAY, "11:00")
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺照片"), "li")
    county.at("2026-05-12", "20:00")
    county.say(i.SupplementCall(call_id=call, text="有人占道", place="人民路"), "wang")
    assert county.obligation(call, Action.ACCEPT).deadline.due == county.now


def test_a_decline_names_a_ground_of_the_closed_list(county: CallCounty) -> None:
    call = county.placed()
    for ground in ("no_item", "清单上没有", ""):
        assert (
            county.refused(acceptance.DeclineCall(call_id=call, ground=ground, reason="没有事项"), "li").code
            == "unknown-ground"
        )
    (fact,) = county.say(acceptance.DeclineCall(call_id=call, ground="in_proceedings", reason="已诉讼"), "li")
    assert isinstance(fact, e.CallDeclined)
    assert fact.ground_text == "已进入诉讼、仲裁、行政复议程序"
    assert county.call(call).stage is Stage.DECLINED


def test_no_list_item_is_no_ground_to_decline(county: CallCounty) -> None:
    texts = [reason.text for reason in county.rules.reasons(ReasonList.DECLINE)]
    assert texts
    assert not [text for text in texts if "无清单" in text or "没有清单" in text or "清单外" in text]


def test_a_decline_is_contested_once_and_decided_by_somebody_else(county: CallCounty) -> None:
    call = county.declined()
    county.say(acceptance.ContestDecline(call_id=call, reason="不是民事纠纷"), "wang")
    assert county.call(call).stage is Stage.DECLINE_CONTESTED
    decision = acceptance.DecideContest(call_id=call, upheld=False, reason="应予受理")
    refusal = county.refused(decision, "li")
    assert (refusal.code, refusal.status) == ("same-person-decides", 403)
    (fact,) = county.say(decision, "zhao")
    assert isinstance(fact, e.DeclineContestDecided)
    assert fact.dispatch is not None
    assert county.call(call).stage is Stage.ACCEPTED
    assert county.open_kinds(call) == {Action.DISPATCH}


def test_who_declined_can_not_decide_through_a_delegate(county: CallCounty) -> None:
    li, zhao = county.by("li"), county.by("zhao")
    assert li.person is not None
    assert zhao.person is not None
    call = county.declined()
    county.say(acceptance.ContestDecline(call_id=call, reason="不是民事纠纷"), "wang")
    (held,) = person_known(county.streams, li.person).appointments
    county.ask(
        GrantDelegation(
            appointment=held.id,
            person=li.person,
            delegate=zhao.person,
            starts_at=county.now,
            ends_at=county.now + timedelta(days=1),
            reason="外出",
        ),
        li,
    )
    acting = zhao.model_copy(update={"acting_for": li.person})
    refusal = county.refusal(acceptance.DecideContest(call_id=call, upheld=True, reason="维持"), acting)
    assert refusal.code == "same-person-decides"


def test_an_upheld_decline_ends_the_call_for_good(county: CallCounty) -> None:
    call = county.declined()
    county.say(acceptance.ContestDecline(call_id=call, reason="不是民事纠纷"), "mayor")
    county.say(acceptance.DecideContest(call_id=call, upheld=True, reason="维持"), "zhao")
    assert county.call(call).stage is Stage.CLOSED
    assert not county.call(call).open_obligations
    assert county.refused(acceptance.ContestDecline(call_id=call, reason="仍不服"), "wang").code == "wrong-stage"


def test_a_decline_is_contested_within_its_window(county: CallCounty) -> None:
    call = county.declined()
    due = county.obligation(call, Action.CONTEST_DECLINE).deadline.due
    assert due == local("2026-05-14", "17:30"), "3 working days from the next day"
    county.now = due + timedelta(seconds=1)
    refusal = county.refused(acceptance.ContestDecline(call_id=call, reason="不是民事纠纷"), "wang")
    assert refusal.code == "deadline-passed"
    assert "重新发起呼叫" in refusal.message
    county.now = due
    county.say(acceptance.ContestDecline(call_id=call, reason="不是民事纠纷"), "wang")


def test_a_call_is_handed_over_with_a_receipt_to_a_named_channel(county: CallCounty) -> None:
    call = county.accepted()
    unknown = acceptance.HandCallOver(call_id=call, target="friend", receipt="1", reason="不归我们")
    assert county.refused(unknown, "li").code == "unknown-ground"
    with pytest.raises(ValidationError):
        acceptance.HandCallOver(call_id=call, target="petition", receipt="", reason="信访事项")
    (fact,) = county.say(
        acceptance.HandCallOver(call_id=call, target="petition", receipt="XF-7", reason="信访事项"), "li"
    )
    assert isinstance(fact, e.CallHandedOver)
    assert fact.target_text == "信访部门"
    assert county.call(call).stage is Stage.HANDED_OVER
    assert not county.call(call).open_obligations


def test_a_call_is_withdrawn_freely_before_dispatch_and_with_an_asker_after(county: CallCounty) -> None:
    before = county.placed()
    (fact,) = county.say(i.WithdrawCall(call_id=before, reason="已自行解决"), "wang")
    assert isinstance(fact, e.CallWithdrawn)
    assert not fact.after_dispatch
    after = county.handling()
    for asker in ("", "   "):
        refusal = county.refused(i.WithdrawCall(call_id=after, reason="已解决", asked_by=asker), "wang")
        assert (refusal.code, refusal.field) == ("withdraw-needs-asker", "asked_by")
    (fact,) = county.say(i.WithdrawCall(call_id=after, reason="已解决", asked_by="执法局电话要求"), "wang")
    assert isinstance(fact, e.CallWithdrawn)
    assert fact.after_dispatch, "the response stays counted"
    assert county.call(after).stage is Stage.WITHDRAWN
    assert not county.call(after).open_obligations


def test_a_withdrawal_after_a_mis_dispatch_still_names_who_asked(county: CallCounty) -> None:
    call = county.objected()
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="确属派错"), "li")
    assert county.call(call).stage is Stage.ACCEPTED
    assert county.refused(i.WithdrawCall(call_id=call, reason="算了"), "wang").code == "withdraw-needs-asker"


def test_an_unknown_call_and_the_id_of_something_else_are_not_found(county: CallCounty) -> None:
    for id_ in (uuid4(), county.orgs["zhifa"], county.revision, county.by("li").person):
        assert county.refused(acceptance.AcceptCall(call_id=id_), "li").code == "not-found"
