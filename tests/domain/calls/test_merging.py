"""合并与拆分."""

from uuid import UUID

import pytest

from domain.calls.aftermath import reopening
from domain.calls.aftermath.events import CallReopened
from domain.calls.around import merge_events as m
from domain.calls.around import merging
from domain.calls.events import CallEvaluated
from domain.calls.intake import submission
from domain.calls.slow_work import consultation
from domain.calls.words import ClockPolicy, Evaluator, Grade, NoteReach, ReopeningPolicy, Stage
from domain.calls.work import completion, handling, records
from domain.obligations.words import Action, Ending, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import only


def placed_by_the_west(county: CallCounty) -> UUID:
    """The neighbours call about the same matter."""
    call = county.submitted(by="west", text="小学门口摆摊堵路", place="学前街东口")
    county.say(submission.EndorseCall(call_id=call), "west_leader")
    return call


def merge(call: UUID, into: UUID) -> merging.MergeCall:
    return merging.MergeCall(call_id=call, into=into, reason="同一批摊位")


def test_a_duplicate_goes_on_in_the_other_call_and_both_keep_history_and_caller(county: CallCounty) -> None:
    first, second = county.handling(), placed_by_the_west(county)
    merged, joined = county.say(merge(second, first), "li")
    assert isinstance(merged, m.CallMerged)
    assert isinstance(joined, m.CoCallerJoined)
    duplicate, call = county.call(second), county.call(first)
    assert (duplicate.stage, duplicate.merged_into) == (Stage.MERGED, first)
    assert not duplicate.open_obligations
    assert [(one.call, one.township) for one in call.co_callers] == [(second, county.orgs["chengxi"])]
    assert call.stage is Stage.HANDLING
    assert county.orgs["chengxi"] in call.concerned, "the other caller reads the call that goes on"
    assert county.orgs["chengdong"] not in duplicate.concerned, "nobody else reads the duplicate"


def test_the_platform_has_answered_the_duplicate_in_time(county: CallCounty) -> None:
    first, second = county.handling(), placed_by_the_west(county)
    county.say(merge(second, first), "li")
    (accept,) = [owed for owed in county.call(second).obligations if owed.action is Action.ACCEPT]
    assert accept.performance is Performance.MET


def test_an_accepted_duplicate_passes_its_dispatch_on(county: CallCounty) -> None:
    first, second = county.handling(), county.accepted()
    county.say(merge(second, first), "li")
    (dispatch,) = [owed for owed in county.call(second).obligations if owed.action is Action.DISPATCH]
    assert dispatch.ending is Ending.PASSED_ON


def test_nobody_has_to_find_out_any_more_who_leads_a_duplicate(county: CallCounty) -> None:
    first, second = county.handling(), county.accepted()
    county.say(consultation.DeclareUnclear(call_id=second, reason="住建、自然资源都可能"), "li")
    county.say(merge(second, first), "li")
    (convene,) = [owed for owed in county.call(second).obligations if owed.action is Action.CONVENE]
    assert (convene.ending, convene.performance) == (Ending.LAPSED, Performance.ENDED)


def test_every_caller_evaluates_and_the_last_one_closes_it(county: CallCounty) -> None:
    first = county.handling()
    county.say(merge(placed_by_the_west(county), first), "li")
    county.say(merge(placed_by_the_west(county), first), "li")
    county.say(handling.ReportResult(call_id=first, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=first), "wang")
    county.say(completion.ResolveCall(call_id=first), "li")
    owing = [owed.organization for owed in county.call(first).open_obligations if owed.action is Action.EVALUATE]
    assert owing == [county.orgs["chengdong"], county.orgs["chengxi"]], "each township once, however often it called"
    (west,) = county.say(completion.EvaluateCall(call_id=first, grade=Grade.BASICALLY), "west")
    assert isinstance(west, CallEvaluated)
    assert west.evaluator is Evaluator.CO_CALLER
    assert county.call(first).stage is Stage.RESOLVED
    assert county.refused(completion.EvaluateCall(call_id=first, grade=Grade.SATISFIED), "west").code == "wrong-stage"
    county.say(completion.EvaluateCall(call_id=first, grade=Grade.SATISFIED), "wang")
    assert county.call(first).stage is Stage.CLOSED
    assert [(one.number, one.township_name) for one in county.call(first).evaluations] == [(1, "城西镇"), (2, "城东镇")]


def resolved_for_both(county: CallCounty, lead: str = "zhifa") -> UUID:
    """Resolved as who called first confirmed it, another township having called about it too."""
    call = county.handling(lead=lead)
    county.say(merge(placed_by_the_west(county), call), "li")
    county.say(handling.ReportResult(call_id=call, text="已清理"), "west" if lead == "chengxi" else lead)
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    return call


def opening_again(call: UUID, policy: ReopeningPolicy = ReopeningPolicy.RESTART) -> reopening.ReopenCall:
    return reopening.ReopenCall(call_id=call, policy=policy, reason="学前街东口没有清理")


@pytest.mark.parametrize("policy", ReopeningPolicy)
def test_a_township_whose_own_matter_is_not_solved_opens_it_again_whatever_the_first_caller_confirmed(
    county: CallCounty, policy: ReopeningPolicy
) -> None:
    call = resolved_for_both(county)
    assert reopening.ReopenCall in county.offered(call, "west")
    fact = only(CallReopened, county.say(opening_again(call, policy), "west"))
    assert fact.township is not None
    assert (fact.township.id, fact.by_platform) == (county.orgs["chengxi"], False)
    now = county.call(call)
    assert (now.stage, now.reopenings) == (Stage.HANDLING, 1)
    assert {owed.action for owed in now.open_obligations} <= {Action.HANDLE}, "nobody evaluates what goes on"
    assert (now.work is not None and now.work.stands_still) is (policy is ReopeningPolicy.NONE)


def test_it_may_do_so_once_it_has_been_filed_and_no_longer_than_who_called_first(county: CallCounty) -> None:
    call = resolved_for_both(county)
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED), "west")
    until = county.call(call).reopen_until
    assert until is not None
    county.now = until
    assert reopening.ReopenCall in county.offered(call, "west")
    county.pass_time(seconds=1)
    assert county.refused(opening_again(call), "west").code == "reopening-too-late"
    assert county.refused(opening_again(call), "wang").code == "reopening-too-late"


def test_handled_anew_it_is_evaluated_by_every_caller_again(county: CallCounty) -> None:
    call = resolved_for_both(county)
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    county.say(opening_again(call), "west")
    county.say(handling.ReportResult(call_id=call, text="东口也已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    owing = [owed.organization for owed in county.call(call).open_obligations if owed.action is Action.EVALUATE]
    assert owing == [county.orgs["chengdong"], county.orgs["chengxi"]]


def test_whoever_called_too_and_leads_it_does_not_judge_its_own_work(county: CallCounty) -> None:
    call = resolved_for_both(county, lead="chengxi")
    assert reopening.ReopenCall not in county.offered(call, "west")
    assert county.refused(opening_again(call), "west").status == 403


def test_one_confirms_on_site_for_all_and_the_others_neither_confirm_nor_send_back(county: CallCounty) -> None:
    call = county.handling()
    county.say(merge(placed_by_the_west(county), call), "li")
    county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
    for command in (
        completion.ConfirmResult(call_id=call),
        completion.OrderRework(call_id=call, reason="学前街东口没有清理"),
    ):
        assert county.refused(command, "west").status == 403
    county.say(records.AddNote(call_id=call, reach=NoteReach.PARTIES, text="学前街东口没有清理"), "west")


def test_nothing_goes_into_itself_into_what_is_over_or_into_what_was_merged(county: CallCounty) -> None:
    first, second, third = county.handling(), county.placed(), county.placed()
    assert county.refused(merge(second, second), "li").field == "into"
    county.say(merge(second, first), "li")
    assert county.refused(merge(third, second), "li").code == "merge-target-over"
    assert county.refused(merge(third, county.resolved()), "li").code == "merge-target-over"
    assert county.refused(merge(third, county.submitted()), "li").field == "into", "it was not sent out yet"
    assert county.refused(merge(third, county.orgs["zhifa"]), "li").status == 404, "an organization is no call"


def test_what_took_others_in_goes_nowhere_so_no_circle_arises(county: CallCounty) -> None:
    first, second, third = county.placed(), county.placed(), county.placed()
    county.say(merge(second, first), "li")
    assert county.refused(merge(first, third), "li").code == "merge-chain"


@pytest.mark.parametrize("who", ["wang", "zhifa", "duty", "supervisor"])
def test_only_the_platform_merges_and_splits(county: CallCounty, who: str) -> None:
    first, second = county.handling(), county.placed()
    assert county.refused(merge(second, first), who).status == 403
    split = merging.SplitCall(call_id=first, text="路灯不亮", place="东口", reason="另一单位")
    assert county.refused(split, who).status == 403


def test_what_is_dispatched_is_not_merged_any_more(county: CallCounty) -> None:
    first, second = county.handling(), county.handling()
    assert county.refused(merge(second, first), "li").code == "wrong-stage"


def test_a_part_becomes_a_call_of_the_same_township_accepted_with_it(county: CallCounty) -> None:
    call = county.handling()
    before = county.call(call)
    county.pass_time(minutes=20)
    facts = county.say(merging.SplitCall(call_id=call, text="路灯不亮", place="学前街东口", reason="另一单位"), "li")
    (split,) = [fact for fact in facts if isinstance(fact, m.CallSplit)]
    part, origin = county.call(split.part), county.call(call)
    assert (part.stage, part.township, part.split_from) == (Stage.ACCEPTED, before.township, call)
    assert (part.number, part.text) == (split.part_number, "路灯不亮")
    assert origin.parts == (split.part,)
    assert origin.obligations == before.obligations, "the clocks of the call run on"
    assert county.obligation(split.part, Action.DISPATCH).deadline.opened == county.now
    county.dispatch(split.part, "zhujian")
    assert county.call(split.part).stage is Stage.HANDLING


def test_who_called_first_does_not_withdraw_what_others_called_for_too(county: CallCounty) -> None:
    first = county.handling()
    withdrawing = submission.WithdrawCall(call_id=first, reason="已自行解决", asked_by="城东镇")
    county.say(merge(placed_by_the_west(county), first), "li")
    refusal = county.refused(withdrawing, "wang")
    assert refusal.code == "called-by-others-too"
    assert county.call(first).stage is Stage.HANDLING


def test_a_more_urgent_call_goes_into_another_only_once_that_is_as_urgent(county: CallCounty) -> None:
    """Its clocks would end with it: the others were counted by a slower limit."""
    first = county.handling()
    emergency = county.submitted(by="west", text="小学门口摆摊起火", place="学前街东口", urgency=Urgency.EMERGENCY)
    refusal = county.refused(merge(emergency, first), "li")
    assert (refusal.code, refusal.field) == ("merge-less-urgent", "into")
    faster = records.ChangeUrgency(call_id=first, urgency=Urgency.EMERGENCY, policy=ClockPolicy.RESTART, reason="起火")
    county.say(faster, "li")
    county.say(merge(emergency, first), "li")
    county.say(merge(placed_by_the_west(county), first), "li")
    assert len(county.call(first).co_callers) == 2
