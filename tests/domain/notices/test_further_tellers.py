"""告知(续): delays, slow work, consultations, what follows a resolution, merging and passing on."""

from domain.calls.aftermath import evaluations, reopening
from domain.calls.aftermath import events as a
from domain.calls.around import attention, instructions, merging
from domain.calls.around import merge_events as m
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.delays import extensions, suspensions
from domain.calls.delays.escalation_events import EscalatedUp, UpperAnswerRecorded
from domain.calls.delays.events import ExtensionRequested
from domain.calls.dispatch import passing
from domain.calls.intake import acceptance, submission
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.slow_work import consultation_events as c
from domain.calls.words import BasisKind, InstructionSource, ReopeningPolicy
from domain.calls.work import completion, handling
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.notices.words import Topic
from domain.obligations.words import Action
from domain.shared.posts import Post
from tests.domain.calls.asking import (
    escalating_up,
    extension,
    granting,
    suspension,
    upper_answer,
    upper_receipt,
    waiting_on,
)
from tests.domain.calls.county import CallCounty
from tests.domain.notices.told import last_tellings, last_told


def test_a_request_for_more_time_asks_the_platform_and_its_answer_goes_to_who_asked(county: CallCounty) -> None:
    call = county.handling("shichang")
    (fact,) = county.say(extension(call), "zhifa")
    assert isinstance(fact, ExtensionRequested)
    told = last_tellings(county, call)
    assert {name: one.topic for name, one in told.items()} == {
        "platform": Topic.ANSWER_EXTENSION,
        "chengdong": Topic.EXTENSION_ASKED,
    }
    assert told["platform"].owed
    assert told["platform"].due == fact.answer.due
    county.say(granting(call), "li")
    assert last_told(county, call) == {"zhifa": Topic.EXTENSION_GRANTED, "chengdong": Topic.EXTENSION_GRANTED}


def test_a_refused_extension_and_a_refused_suspension_say_that_the_time_runs_on(county: CallCounty) -> None:
    call = county.handling()
    county.say(extension(call), "zhifa")
    county.say(extensions.RefuseExtension(call_id=call, extension=1, reason="理由不足"), "li")
    assert last_told(county, call)["zhifa"] is Topic.EXTENSION_REFUSED
    county.say(suspension(call), "zhifa")
    assert last_told(county, call)["platform"] is Topic.ANSWER_SUSPENSION
    county.say(suspensions.RefuseSuspension(call_id=call, suspension=2, reason="不属规定理由"), "li")
    assert last_told(county, call)["zhifa"] is Topic.SUSPENSION_REFUSED


def test_whoever_is_waited_for_is_asked(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    told = last_tellings(county, call)
    assert (told["shichang"].topic, told["shichang"].owed) == (Topic.WAITED_FOR, True)
    assert told["chengdong"].topic is Topic.WAITING


def test_an_interim_resolution_asks_for_its_milestones_and_then_for_the_final_result(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.interim_proposal(call), "zhifa")
    assert last_told(county, call)["platform"] is Topic.ANSWER_INTERIM
    county.say(interim.ApproveInterim(call_id=call), "li")
    assert last_told(county, call) == {"zhifa": Topic.MEET_MILESTONES, "chengdong": Topic.INTERIM_RESOLVED}
    county.say(interim.MeetMilestone(call_id=call, milestone=1, text="已立案"), "zhifa")
    assert last_told(county, call) == {"chengdong": Topic.MILESTONE_MET, "platform": Topic.MILESTONE_MET}
    county.say(interim.MeetMilestone(call_id=call, milestone=2, text="已处罚"), "zhifa")
    assert last_told(county, call)["zhifa"] is Topic.FINAL_RESULT


def test_shelving_asks_the_leader_and_then_the_platform_to_look_again(county: CallCounty) -> None:
    call = county.consulted()
    county.say(shelving.ProposeShelving(call_id=call, reason="资金未落实"), "zhifa")
    told = last_tellings(county, call)
    assert (told["group"].topic, told["group"].posts) == (Topic.APPROVE_SHELVING, frozenset({Post.LEADER}))
    county.say(shelving.ApproveShelving(call_id=call, reference="纪要〔2026〕8号"), "leader")
    assert last_told(county, call) == {
        "platform": Topic.REVIEW_SHELVING,
        "zhifa": Topic.SHELVED,
        "chengdong": Topic.SHELVED,
    }


def test_a_consultation_asks_whom_it_invites_and_its_agreed_actions_ask_whose_they_are(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.convening(call, "zhifa", "zhujian"), "li")
    told = last_told(county, call, c.ConsultationConvened)
    assert told == {
        "zhifa": Topic.ATTEND,
        "zhujian": Topic.ATTEND,
        "platform": Topic.HOLD,
        "chengdong": Topic.CONVENED,
    }
    county.pass_time(minutes=61)
    action = {"organization": county.orgs["zhujian"], "text": "出具鉴定", "day": "2026-05-20"}
    county.say(county.recording(call, "zhifa", "zhujian", actions=[action]), "li")
    told = last_told(county, call, c.ConsultationHeld)
    assert (told["zhujian"], told["zhifa"]) == (Topic.AGREED_ACTION, Topic.CONSULTATION_HELD)
    assert told["chengdong"] is Topic.CONSULTATION_HELD
    county.say(consultation.CompleteAgreedAction(call_id=call, agreed=1, text="已出具"), "zhujian")
    assert last_told(county, call)["zhifa"] is Topic.AGREED_ACTION_DONE


def test_the_platform_hears_of_a_consultation_that_the_township_convenes(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.convening(call, "zhujian"), "mayor")
    told = last_told(county, call)
    assert told == {
        "zhujian": Topic.ATTEND,
        "chengdong": Topic.HOLD,
        "platform": Topic.CONVENED,
        "zhifa": Topic.CONVENED,
    }
    county.pass_time(minutes=61)
    county.say(county.recording(call, "zhujian"), "mayor")
    told = last_told(county, call)
    assert {told[name] for name in ("zhujian", "platform", "zhifa")} == {Topic.CONSULTATION_HELD}


def test_pressure_reported_reaches_nobody_who_handled_the_matter(county: CallCounty) -> None:
    call = county.evaluated("shichang")
    county.say(evaluations.ReportPressure(call_id=call, pressing="某局", text="要求改为满意"), "wang")
    assert last_told(county, call, a.PressureReported) == {"ducha": Topic.PRESSURE}


def test_a_contested_evaluation_asks_the_platform_and_its_exclusion_the_supervision_body(county: CallCounty) -> None:
    call = county.evaluated()
    county.say(evaluations.ContestEvaluation(call_id=call, reason="评的是别的事", proof="派发单"), "zhifa")
    assert last_told(county, call) == {
        "platform": Topic.DECIDE_EVALUATION,
        "chengdong": Topic.EVALUATION_CONTESTED,
    }
    county.say(evaluations.ProposeExclusion(call_id=call, reason="与本事项无关"), "li")
    assert last_told(county, call)["ducha"] is Topic.APPROVE_EXCLUSION


def test_a_call_opened_again_asks_its_lead(county: CallCounty) -> None:
    call = county.resolved()
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason="又来了"), "wang")
    told = last_tellings(county, call)
    assert (told["zhifa"].topic, told["zhifa"].owed) == (Topic.REOPENED, True)


def test_a_reminder_reaches_who_is_late_and_a_copy_who_may_read(county: CallCounty) -> None:
    call = county.handling()
    county.say(attention.SendCopy(call_id=call, copied=county.orgs["huanjing"]), "li")
    assert last_told(county, call) == {"huanjing": Topic.COPIED}
    county.pass_time(days=20)
    county.say(attention.RemindParty(call_id=call, reminded=county.orgs["zhifa"]), "wang")
    assert last_told(county, call) == {"zhifa": Topic.REMINDED}


def test_a_merged_call_tells_its_township_and_the_other_one(county: CallCounty) -> None:
    first, second = county.handling(), county.placed()
    county.say(merging.MergeCall(call_id=second, into=first, reason="同一批"), "li")
    assert last_told(county, second, m.CallMerged) == {"chengdong": Topic.MERGED}
    assert last_told(county, first, m.CoCallerJoined) == {"chengdong": Topic.CO_CALLER}


def test_whose_call_goes_on_in_another_hears_how_that_goes_and_is_asked_to_evaluate_it(county: CallCounty) -> None:
    first, second = county.handling(), county.submitted(by="west", text="摆摊堵路", place="学前街东口")
    county.say(submission.EndorseCall(call_id=second), "west_leader")
    county.say(merging.MergeCall(call_id=second, into=first, reason="同一批"), "li")
    assert last_told(county, first) == {"chengdong": Topic.CO_CALLER, "chengxi": Topic.CO_CALLER}
    county.say(handling.Respond(call_id=first, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    assert last_told(county, first) == {"chengdong": Topic.RESPONDED, "chengxi": Topic.RESPONDED}
    county.say(handling.ReportResult(call_id=first, text="已清理"), "zhifa")
    told = last_tellings(county, first)
    assert {name: (one.topic, one.owed) for name, one in told.items()} == {
        "chengdong": (Topic.CONFIRM, True),
        "chengxi": (Topic.RESULT_REPORTED, False),
    }, "who called first confirms on site; the others can still say what is not solved"
    county.say(completion.ConfirmResult(call_id=first), "wang")
    county.say(completion.ResolveCall(call_id=first), "li")
    told = last_tellings(county, first)
    assert {name: one.topic for name, one in told.items()} == {
        "chengdong": Topic.EVALUATE,
        "chengxi": Topic.EVALUATE,
        "zhifa": Topic.RESOLVED,
    }
    assert told["chengxi"].due == told["chengdong"].due is not None


def test_whose_call_goes_on_in_another_hears_that_it_was_declined(county: CallCounty) -> None:
    first, second = county.placed(), county.submitted(by="west", text="摆摊堵路", place="学前街东口")
    county.say(submission.EndorseCall(call_id=second), "west_leader")
    county.say(merging.MergeCall(call_id=second, into=first, reason="同一批"), "li")
    county.say(acceptance.DeclineCall(call_id=first, ground="not_public_affairs", reason="属民事纠纷"), "li")
    assert last_told(county, first) == {"chengdong": Topic.CONTEST_DECLINE, "chengxi": Topic.CONTEST_DECLINE}


def test_what_is_passed_on_asks_the_next_lead_and_later_facts_reach_it(county: CallCounty) -> None:
    call = county.handling()
    passed = passing.PassStage(
        call_id=call,
        handler=county.orgs["huanjing"],
        point="检测不合格",
        basis=BasisKind.POWERS,
        reference="三定规定",
        text="材料已移交",
    )
    county.say(passed, "zhifa")
    assert last_told(county, call) == {
        "huanjing": Topic.RESPOND_AS_LEAD,
        "chengdong": Topic.STAGE_PASSED,
        "platform": Topic.STAGE_PASSED,
    }
    instruction = instructions.RecordInstruction(
        call_id=call, source=InstructionSource.LEADER, number="批1号", text="从速办理"
    )
    county.say(instruction, "li")
    assert last_told(county, call) == {"huanjing": Topic.INSTRUCTED}, "the lead of before is told nothing more"


def test_the_successor_of_the_platform_is_told_by_the_platform_itself(county: CallCounty) -> None:
    call = county.confirmed()
    heir = county.organization("platform-2", "新呼应平台", OrganizationKind.PLATFORM)
    county.orgs = {**county.orgs, "platform-2": heir}
    county.ask(DissolveOrganization(organization=county.orgs["platform"], successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    county.ask(passing.SucceedParty(call_id=call, dissolved=county.orgs["platform"]))
    (telling,) = last_tellings(county, call).values()
    assert (telling.topic, telling.organization.id) == (Topic.SUCCEEDED, heir)
    assert Post.OPERATOR in telling.posts


def test_a_successor_is_told_and_stands_in_the_others_place(county: CallCounty) -> None:
    call = county.handling()
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    assert last_told(county, call) == {"zhujian": Topic.SUCCEEDED}
    county.say(
        instructions.RecordInstruction(call_id=call, source=InstructionSource.LEADER, number="批1号", text="从速办理"),
        "li",
    )
    assert last_told(county, call) == {"zhujian": Topic.INSTRUCTED}


def test_where_the_calling_township_inherits_the_lead_the_platform_is_asked_to_confirm(county: CallCounty) -> None:
    call = county.reported()
    gone, heir = county.orgs["zhifa"], county.orgs["chengdong"]
    county.ask(DissolveOrganization(organization=gone, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    county.ask(passing.SucceedParty(call_id=call, dissolved=gone))
    assert last_told(county, call) == {"chengdong": Topic.SUCCEEDED, "platform": Topic.CONFIRM}


def test_where_the_heir_may_not_step_in_the_platform_is_asked_who_shall(county: CallCounty) -> None:
    call = county.handling()
    county.say(MarkConfidential(call_id=call, about=county.orgs["zhujian"], reason="怕被报复"), "wang")
    body, heir = county.orgs["zhifa"], county.orgs["zhujian"]
    county.ask(DissolveOrganization(organization=body, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    county.ask(passing.SucceedParty(call_id=call, dissolved=body))
    due = county.obligation(call, Action.NAME_SUCCESSOR, "platform").deadline.due
    assert {name: (one.topic, one.owed, one.due) for name, one in last_tellings(county, call).items()} == {
        "platform": (Topic.STEP_IN, True, due)
    }
    named = {"instead": county.orgs["huanjing"], "basis": "示编函〔2026〕3号"}
    county.say(passing.SucceedParty(call_id=call, dissolved=body, **named), "li")
    assert last_told(county, call) == {"huanjing": Topic.SUCCEEDED}


def test_where_the_platform_itself_is_gone_and_nobody_may_step_in_the_supervisors_hear(county: CallCounty) -> None:
    call = county.handling()
    county.say(MarkConfidential(call_id=call, about=county.orgs["zhujian"], reason="怕被报复"), "wang")
    body, heir = county.orgs["platform"], county.orgs["zhujian"]
    county.ask(DissolveOrganization(organization=body, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    county.ask(passing.SucceedParty(call_id=call, dissolved=body))
    told = last_tellings(county, call)
    assert {name: (one.topic, one.owed) for name, one in told.items()} == {"ducha": (Topic.PLATFORM_GONE, False)}
    assert Post.SUPERVISOR in told["ducha"].posts


def test_an_escalation_has_the_platform_fetch_the_receipt_and_everybody_learns_what_comes_back(
    county: CallCounty,
) -> None:
    call = county.handling("shichang")
    (sent,) = county.say(escalating_up(county, call), "li")
    assert isinstance(sent, EscalatedUp)
    told = last_tellings(county, call)
    assert {name: one.topic for name, one in told.items()} == {
        "platform": Topic.FOLLOW_UP_ESCALATION,
        "zhifa": Topic.ESCALATED,
        "shichang": Topic.ESCALATED,
        "chengdong": Topic.ESCALATED,
    }
    assert (told["platform"].owed, told["platform"].due) == (True, sent.follow_up.due)
    others = ("zhifa", "shichang", "chengdong")
    county.say(upper_receipt(call), "li")
    assert last_told(county, call) == dict.fromkeys(others, Topic.UPPER_RECEIPT)
    county.say(upper_answer(call), "li")
    assert last_told(county, call, UpperAnswerRecorded) == dict.fromkeys(others, Topic.UPPER_ANSWER)
    assert last_told(county, call) == {"zhifa": Topic.WAITING_ENDED}


def test_a_mark_of_confidentiality_is_told_to_all_who_have_a_part(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.say(MarkConfidential(call_id=call, text="有人反映占道", reason="举报人怕被报复"), "wang")
    assert last_told(county, call) == dict.fromkeys(("platform", "zhifa", "shichang"), Topic.CONFIDENTIAL)
