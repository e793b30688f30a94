"""告知: what each fact of a call tells whom, in the order a call goes."""

import pytest

from domain.calls import events as e
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.around.merge_events import PartTakenOver
from domain.calls.around.statement import AddStatement
from domain.calls.dispatch import objections
from domain.calls.events import CallEvent
from domain.calls.intake import acceptance, submission
from domain.calls.slow_work.consultation_events import InvitationAnswered
from domain.calls.words import ClockPolicy, LateFact, NoteReach
from domain.calls.work import completion, handling, late_entries, records
from domain.notices.matter import Matter, NotACall, known
from domain.notices.tellers import TELLERS, tell
from domain.notices.words import Topic
from domain.obligations.words import Action
from domain.shared.events import EVENT_TYPES
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.notices.told import last_tellings, last_told, tellings_of

SILENT = {
    e.CallEndorsed,
    e.EvidenceAttached,
    e.CallClosed,
    e.ContentWithdrawn,
    InvitationAnswered,
    PartTakenOver,
}
"""Facts that ask nothing of anybody by themselves, and of which nobody need be told."""


def test_every_fact_of_a_call_tells_somebody_or_was_considered_and_tells_nobody() -> None:
    facts = {kind for kind in EVENT_TYPES.values() if issubclass(kind, CallEvent)}
    assert set(TELLERS) | SILENT == facts
    assert not set(TELLERS) & SILENT


def test_a_submitted_call_asks_the_townships_leader_to_endorse_it(county: CallCounty) -> None:
    call = county.submitted()
    told = last_tellings(county, call)
    assert {name: one.topic for name, one in told.items()} == {"chengdong": Topic.ENDORSE}
    assert told["chengdong"].posts == {Post.TOWNSHIP_LEADER}
    assert told["chengdong"].due is not None


def test_a_placed_call_asks_the_platform_and_an_emergency_the_duty_room_too(county: CallCounty) -> None:
    assert last_told(county, county.placed()) == {"platform": Topic.ACCEPT}
    emergency = county.submitted(urgency=Urgency.EMERGENCY)
    assert last_told(county, emergency) == {"platform": Topic.ACCEPT, "duty_room": Topic.ACCEPT}


def test_the_due_time_told_is_the_one_recorded(county: CallCounty) -> None:
    call = county.handling("shichang")
    (fact,) = [f for f in county.history(call) if isinstance(f, e.CallDispatched)]
    told = last_tellings(county, call)
    assert told["zhifa"].due == fact.lead.respond.due
    assert told["shichang"].due == fact.assistants[0].respond.due


def test_a_dispatch_asks_lead_and_assistants_and_lets_the_township_know(county: CallCounty) -> None:
    assert last_told(county, county.handling("shichang")) == {
        "zhifa": Topic.RESPOND_AS_LEAD,
        "shichang": Topic.RESPOND_AS_ASSISTANT,
        "chengdong": Topic.DISPATCHED,
    }


def test_a_call_sent_back_and_supplemented_goes_to_and_fro(county: CallCounty) -> None:
    call = county.placed()
    county.say(acceptance.SendCallBack(call_id=call, gaps="请补充地点"), "li")
    assert last_told(county, call) == {"chengdong": Topic.SUPPLEMENT}
    county.say(submission.SupplementCall(call_id=call, text="占道摆摊", place="人民路12号东侧"), "wang")
    assert last_told(county, call) == {"platform": Topic.ACCEPT_SUPPLEMENTED}


def test_a_declined_call_may_be_contested_and_is_answered(county: CallCounty) -> None:
    call = county.declined()
    assert last_told(county, call) == {"chengdong": Topic.CONTEST_DECLINE}
    county.say(acceptance.ContestDecline(call_id=call, reason="属公共事务"), "wang")
    assert last_told(county, call) == {"platform": Topic.ANSWER_CONTEST}
    county.say(acceptance.DecideContest(call_id=call, upheld=False, reason="应受理"), "zhao")
    assert last_told(county, call) == {"platform": Topic.DISPATCH, "chengdong": Topic.CONTEST_GRANTED}


def test_an_objection_asks_the_platform_and_its_outcome_is_told_to_all_it_concerns(county: CallCounty) -> None:
    call = county.objected()
    assert last_told(county, call) == {"platform": Topic.MEDIATE, "chengdong": Topic.OBJECTED}
    county.say(objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="清单明确"), "li")
    assert last_told(county, call) == {"zhifa": Topic.OBJECTION_REJECTED, "chengdong": Topic.OBJECTION_REJECTED}


def test_an_upheld_objection_tells_those_who_are_free_of_it_although_they_are_no_party_any_more(
    county: CallCounty,
) -> None:
    call = county.handling("shichang")
    county.say(county.objection(call), "zhifa")
    county.say(county.upholding(call), "li")
    assert last_told(county, call) == {
        "platform": Topic.DISPATCH_ANEW,
        "zhifa": Topic.OBJECTION_UPHELD,
        "shichang": Topic.OBJECTION_UPHELD,
        "chengdong": Topic.OBJECTION_UPHELD,
    }


def test_a_part_goes_to_another_and_the_objector_learns_of_it(county: CallCounty) -> None:
    call = county.upheld_in_part()
    assert last_told(county, call)["platform"] is Topic.DISPATCH_PART
    county.say(county.dispatching_part(call), "li")
    assert last_told(county, call) == {
        "huanjing": Topic.RESPOND_AS_ASSISTANT,
        "zhifa": Topic.PART_DISPATCHED,
        "chengdong": Topic.PART_DISPATCHED,
    }


def test_an_opinion_is_asked_of_the_office_and_the_designation_of_the_group(county: CallCounty) -> None:
    call = county.objected()
    county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
    assert last_told(county, call) == {"bianban": Topic.OPINE}
    county.say(county.opinion(call), "keeper")
    assert last_told(county, call) == {
        "group": Topic.DESIGNATE,
        "platform": Topic.OPINION_GIVEN,
        "zhifa": Topic.OPINION_GIVEN,
    }
    county.say(county.designation(call), "leader")
    assert last_told(county, call) == {
        "platform": Topic.DISPATCH_ANEW,
        "zhujian": Topic.DESIGNATED,
        "zhifa": Topic.DESIGNATED,
        "chengdong": Topic.DESIGNATED,
    }


def test_a_result_goes_to_confirmation_verification_evaluation(county: CallCounty) -> None:
    call = county.reported("shichang")
    assert last_told(county, call) == {"chengdong": Topic.CONFIRM}
    county.say(completion.ConfirmResult(call_id=call), "wang")
    assert last_told(county, call) == {
        "platform": Topic.RESOLVE,
        "zhifa": Topic.CONFIRMED,
        "shichang": Topic.CONFIRMED,
    }
    county.say(completion.ResolveCall(call_id=call), "li")
    assert last_told(county, call) == {
        "chengdong": Topic.EVALUATE,
        "zhifa": Topic.RESOLVED,
        "shichang": Topic.RESOLVED,
    }
    county.say(completion.EvaluateCall(call_id=call, grade="satisfied"), "wang")
    assert last_told(county, call, e.CallEvaluated) == {"zhifa": Topic.EVALUATED, "shichang": Topic.EVALUATED}


def test_rework_asks_the_lead_again(county: CallCounty) -> None:
    call = county.reported()
    county.say(completion.OrderRework(call_id=call, reason="仍在占道"), "wang")
    assert last_told(county, call) == {"zhifa": Topic.REWORK}


def test_who_did_it_is_not_told_what_they_know(county: CallCounty) -> None:
    call = county.handling()
    county.say(handling.Respond(call_id=call, handler="郑专管", contact="13900000000", first_step="到现场"), "zhifa")
    assert last_told(county, call) == {"chengdong": Topic.RESPONDED}


def test_a_withdrawn_call_is_told_to_everybody_who_had_a_part(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(submission.WithdrawCall(call_id=call, reason="已解决", asked_by="镇长"), "wang")
    assert last_told(county, call) == {
        "platform": Topic.WITHDRAWN,
        "zhifa": Topic.WITHDRAWN,
        "shichang": Topic.WITHDRAWN,
    }


def test_raised_to_an_emergency_it_is_asked_of_those_who_handle_and_known_to_the_others(county: CallCounty) -> None:
    call = county.handling()
    county.say(
        records.ChangeUrgency(
            call_id=call, urgency=Urgency.EMERGENCY, policy=ClockPolicy.RESTART, reason="出现人员受伤"
        ),
        "li",
    )
    told = last_tellings(county, call)
    assert told["zhifa"].topic is Topic.URGENCY
    assert told["zhifa"].due is not None
    assert told["chengdong"].topic is Topic.URGENCY_CHANGED
    *_, (_, matter, _) = tellings_of(county.history(call))
    assert isinstance(matter, Matter)
    assert matter.urgency is Urgency.EMERGENCY


def test_a_late_entry_asks_the_other_side_and_its_answer_comes_back(county: CallCounty) -> None:
    call = county.handling()
    dispatched = county.now
    county.pass_time(days=2)
    county.say(
        late_entries.MakeLateEntry(
            call_id=call,
            fact=LateFact.PHONE_CALL,
            occurred_at=dispatched,
            text="电话说明情况",
            reason="by_phone",
            proof="通话记录",
        ),
        "zhifa",
    )
    assert last_told(county, call) == {"chengdong": Topic.CONFIRM_LATE_ENTRY}
    county.say(late_entries.ContestLateEntry(call_id=call, entry=1, reason="没有接到"), "wang")
    assert last_told(county, call) == {"zhifa": Topic.LATE_ENTRY_CONTESTED}


def test_a_note_for_all_parties_is_told_and_an_internal_one_is_not(county: CallCounty) -> None:
    call = county.handling()
    county.say(records.AddNote(call_id=call, reach=NoteReach.INTERNAL, text="内部"), "zhifa")
    assert last_told(county, call) == {}
    county.say(records.AddNote(call_id=call, reach=NoteReach.PARTIES, text="请配合"), "zhifa")
    assert last_told(county, call) == {"chengdong": Topic.NOTED, "platform": Topic.NOTED}


def test_imported_history_tells_nothing(county: CallCounty) -> None:
    call = county.submitted()
    (fact,) = county.history(call)
    matter = known(None, fact)
    assert tell(matter, matter, fact)
    assert tell(matter, matter, fact.model_copy(update={"imported_from": "旧平台"})) == ()


def test_no_word_of_what_people_typed_is_in_anything_told(county: CallCounty) -> None:
    call = county.confirmed("shichang")
    for _, matter, tellings in tellings_of(county.history(call)):
        said = repr((matter, tellings))
        assert not any(typed in said for typed in ("占道摆摊", "人民路12号", "已清理完毕"))


def test_a_stream_that_does_not_begin_as_a_call_is_refused(county: CallCounty) -> None:
    call = county.placed()
    with pytest.raises(NotACall):
        known(None, county.history(call)[1])


def test_a_statement_is_told_to_the_platform_and_to_who_supervises_and_leads_to_what_it_is_about(
    county: CallCounty,
) -> None:
    call = county.handling("shichang")
    (place,) = [n for n, o in enumerate(county.call(call).obligations) if o.action is Action.ASSIST]
    county.say(AddStatement(call_id=call, obligation=place, text="当日暴雨封路"), "shichang")
    told = last_tellings(county, call)
    assert {name: (one.topic, one.owed, one.page) for name, one in told.items()} == dict.fromkeys(
        ("platform", "ducha"), (Topic.STATED, False, f"/obligations/{place}")
    )
    assert (set(told["platform"].posts), set(told["ducha"].posts)) == ({Post.OPERATOR}, {Post.SUPERVISOR})


def test_the_platforms_own_statement_is_told_to_who_supervises_and_not_to_itself(county: CallCounty) -> None:
    call = county.placed()
    (place,) = [n for n, o in enumerate(county.call(call).obligations) if o.action is Action.ACCEPT]
    county.say(AddStatement(call_id=call, obligation=place, text="当日停电"), "li")
    assert last_told(county, call) == {"ducha": Topic.STATED}


def test_a_statement_of_before_names_no_supervisor_and_is_told_to_the_platform(county: CallCounty) -> None:
    call = county.handling()
    (place,) = [n for n, o in enumerate(county.call(call).obligations) if o.action is Action.HANDLE]
    county.say(AddStatement(call_id=call, obligation=place, text="当日暴雨封路"), "zhifa")
    *before, fact = county.history(call)
    *_, (_, _, told) = tellings_of([*before, fact.model_copy(update={"supervision": None})])
    assert [one.organization.id for one in told] == [county.orgs["platform"]]


def test_a_statement_on_a_call_about_the_staff_of_who_supervises_is_not_told_there(county: CallCounty) -> None:
    call = county.handling()
    about = MarkConfidential(call_id=call, about=county.orgs["ducha"], reason="反映督查人员")
    county.say(about, "wang")
    (place,) = [n for n, o in enumerate(county.call(call).obligations) if o.action is Action.HANDLE]
    county.say(AddStatement(call_id=call, obligation=place, text="当日暴雨封路"), "zhifa")
    assert last_told(county, call) == {"platform": Topic.STATED}
