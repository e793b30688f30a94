"""办理权限: every command, in every situation, by every person of the county: who may, and that nobody else may."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.commands import HANDLERS, STEPS, barred_steps, possible_steps
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.desks import STEP_OF, actions_for
from domain.calls.dispatch import dispatching as d
from domain.calls.dispatch import objections, part_dispatching, passing
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.supervision.desks import STEP_OF as SUPERVISION_STEP_OF
from tests.domain.calls.county import CallCounty
from tests.domain.calls.situations import SITUATIONS, commands

TOWN, TOWN_AND_GRID, PLATFORM, PARTIES = (
    {"wang", "mayor"},
    {"wang", "mayor", "grid"},
    {"li", "zhao"},
    {"zhifa", "shichang"},
)

EVALUATED = {"closed", "contested_evaluation", "exclusion_proposed"}
OVER = EVALUATED | {"handed_over", "withdrawn", "merged"}
BEFORE_PLATFORM = {"submitted", "not_endorsed"}
WAIT_FOR_DISPATCH = {"accepted", "unclear"}
DISPUTED = {"objected", "upheld_in_part", "opining", "designating"}
ESCALATED = {"escalated", "upper_received"}
DELAYED = {"extending", "suspending", "suspended", "waiting"} | ESCALATED
AT_WORK = DISPUTED | DELAYED | {"handling", "claimed", "convened", "agreed", "interim_proposed", "shelving_proposed"}
BEING_HANDLED = AT_WORK | {"reopened"}
INTERIM = {"interim", "final_owed"}
UNDER_WAY = BEING_HANDLED | INTERIM | {"shelved"}
UNTIL_RESOLVED = UNDER_WAY | {"reported", "confirmed"}
STILL_OWED = UNTIL_RESOLVED - {"reopened"}
"""What assistants and the township owed ended with the resolution; a call opened again is the lead's."""
DISPATCHED = UNTIL_RESOLVED | EVALUATED | {"resolved", "withdrawn"}
NOBODYS_BUT_THE_TOWNSHIPS = BEFORE_PLATFORM | {"sent_back", "declined", "resolved"}


def _in(situations: set[str], who: set[str]) -> Mapping[str, set[str]]:
    return dict.fromkeys(situations, who)


def _concerned(situation: str) -> set[str]:
    """Everybody with a part in the call, so far, who may add to its record."""
    who = set(TOWN_AND_GRID)
    if situation not in BEFORE_PLATFORM:
        who |= PLATFORM
    if situation in DISPATCHED:
        who |= PARTIES
    if situation in ("opining", "designating"):
        who |= {"keeper"}
    if situation in ("designating", "shelving_proposed", "shelved"):
        who |= {"leader"}
    if situation in ("convened", "agreed", "shelving_proposed", "shelved"):
        who |= {"zhujian"}
    if situation == "exclusion_proposed":
        who |= {"supervisor"}
    if situation == "claimed":
        who |= {"duty"}
    return who


_LIVE = set(SITUATIONS) - OVER

MORE_TIME: Mapping[str, set[str]] = {
    **_in(BEING_HANDLED - {"reopened"} | {"shelved"}, PARTIES),
    **_in(INTERIM | {"reported", "confirmed"}, {"shichang"}),
    "reopened": {"zhifa"},
}
"""Who has work that can be lengthened: milestones and a final result are due when the law says."""

MAY: Mapping[type[Command], Mapping[str, set[str]]] = {
    i.EndorseCall: {"submitted": {"mayor"}},
    i.RefuseEndorsement: {"submitted": {"mayor"}},
    acceptance.AcceptCall: {"placed": PLATFORM},
    acceptance.SendCallBack: {"placed": PLATFORM},
    i.SupplementCall: _in({"not_endorsed", "sent_back"}, TOWN_AND_GRID),
    acceptance.DeclineCall: {"placed": PLATFORM},
    acceptance.ContestDecline: {"declined": TOWN},
    acceptance.DecideContest: {"contested": PLATFORM},
    acceptance.HandCallOver: _in({"placed"} | WAIT_FOR_DISPATCH, PLATFORM),
    i.WithdrawCall: _in(
        BEFORE_PLATFORM | BEING_HANDLED | WAIT_FOR_DISPATCH | {"placed", "sent_back", "declined", "shelved"}, TOWN
    ),
    d.DispatchCall: _in(WAIT_FOR_DISPATCH, PLATFORM),
    part_dispatching.DispatchPart: {"upheld_in_part": PLATFORM},
    objections.RaiseObjection: _in(BEING_HANDLED, PARTIES),
    objections.UpholdObjection: {"objected": PLATFORM},
    objections.RejectObjection: {"objected": PLATFORM},
    objections.RequestOpinion: {"objected": PLATFORM},
    objections.GiveOpinion: {"opining": {"keeper"}},
    objections.DesignateHandler: {"designating": {"leader"}},
    h.Respond: _in(STILL_OWED, PARTIES),
    h.RecordArrival: _in(UNDER_WAY, PARTIES | TOWN_AND_GRID),
    h.ReportProgress: _in(UNDER_WAY, {"zhifa"}),
    h.ReportAssistance: _in(STILL_OWED - {"shelved"}, {"shichang"}),
    h.ReportCooperation: _in(STILL_OWED - {"shelved"}, TOWN_AND_GRID),
    h.ReportResult: _in(BEING_HANDLED | {"final_owed"}, {"zhifa"}),
    interim.ProposeInterim: _in(BEING_HANDLED, {"zhifa"}),
    interim.ApproveInterim: {"interim_proposed": PLATFORM},
    interim.RefuseInterim: {"interim_proposed": PLATFORM},
    interim.MeetMilestone: {"interim": {"zhifa"}},
    consultation.DeclareUnclear: _in(WAIT_FOR_DISPATCH, PLATFORM),
    consultation.ConveneConsultation: {
        situation: TOWN | PLATFORM | ({"duty"} if situation == "claimed" else set())
        for situation in UNDER_WAY | WAIT_FOR_DISPATCH
    },
    consultation.AnswerInvitation: {"convened": {"zhujian"} | PLATFORM},
    consultation.RecordConsultation: {"convened": TOWN},
    consultation.CompleteAgreedAction: {"agreed": {"zhujian"}},
    shelving.ProposeShelving: _in(BEING_HANDLED, {"zhifa"} | PLATFORM),
    shelving.ApproveShelving: {"shelving_proposed": {"leader"}},
    shelving.RefuseShelving: {"shelving_proposed": {"leader"}},
    shelving.ReviewShelving: {"shelved": PLATFORM},
    evaluations.ChangeEvaluation: _in(EVALUATED, TOWN),
    evaluations.ContestEvaluation: _in(EVALUATED, {"zhifa"}),
    evaluations.UpholdEvaluation: {"contested_evaluation": PLATFORM, "exclusion_proposed": {"supervisor"}},
    evaluations.ProposeExclusion: {"contested_evaluation": PLATFORM},
    evaluations.ExcludeEvaluation: {"exclusion_proposed": {"supervisor"}},
    evaluations.ReportPressure: _in(EVALUATED | {"resolved"}, TOWN),
    reopening.ReopenCall: _in(EVALUATED | {"resolved"}, TOWN | PLATFORM),
    **dict.fromkeys((x.RequestExtension, s.RequestSuspension), MORE_TIME),
    w.RequestWaiting: {situation: who for situation, who in MORE_TIME.items() if situation != "reopened"},
    x.GiveExtensionOpinion: {"extending": TOWN},
    x.GrantExtension: {"extending": PLATFORM},
    x.RefuseExtension: {"extending": PLATFORM},
    s.SuspendCall: {"suspending": PLATFORM},
    s.RefuseSuspension: {"suspending": PLATFORM},
    s.ResumeCall: {"suspended": {"zhifa"}},
    w.EndWaiting: {"waiting": {"zhifa"}, "upper_received": {"zhifa"}},
    u.EscalateUp: _in(UNDER_WAY | WAIT_FOR_DISPATCH, PLATFORM),
    u.RecordUpperReceipt: {"escalated": PLATFORM},
    **dict.fromkeys((u.RecordUpperAnswer, u.WithdrawEscalation), _in(ESCALATED, PLATFORM)),
    completion.ConfirmResult: {"reported": TOWN_AND_GRID},
    completion.OrderRework: {"reported": TOWN, "confirmed": PLATFORM},
    completion.ResolveCall: {"confirmed": PLATFORM},
    completion.EvaluateCall: {"resolved": TOWN},
    completion.CloseCall: {"resolved": PLATFORM, "declined": PLATFORM},
    merging.MergeCall: _in({"placed"} | WAIT_FOR_DISPATCH, PLATFORM),
    merging.SplitCall: _in(WAIT_FOR_DISPATCH | UNTIL_RESOLVED, PLATFORM),
    passing.PassStage: _in(BEING_HANDLED, {"zhifa"}),
    passing.SucceedParty: _in(_LIVE - BEFORE_PLATFORM | {"contested_evaluation", "exclusion_proposed"}, PLATFORM),
    instructions.RecordInstruction: _in(_LIVE - BEFORE_PLATFORM, PLATFORM),
    attention.RemindParty: _in(_LIVE - NOBODYS_BUT_THE_TOWNSHIPS, TOWN),
    attention.SendCopy: {
        situation: TOWN | PLATFORM | ({"duty"} if situation == "claimed" else set())
        for situation in _LIVE - BEFORE_PLATFORM
    },
    r.RecordPhoneCall: {situation: _concerned(situation) for situation in _LIVE},
    late_entries.MakeLateEntry: {situation: _concerned(situation) for situation in DISPATCHED - OVER},
    late_entries.ConfirmLateEntry: {"claimed": TOWN_AND_GRID},
    late_entries.ContestLateEntry: {"claimed": TOWN_AND_GRID},
    r.CorrectFact: {situation: TOWN | (PLATFORM if situation not in BEFORE_PLATFORM else set()) for situation in _LIVE},
    confidentiality.MarkConfidential: {
        situation: TOWN | (PLATFORM if situation not in BEFORE_PLATFORM else set()) for situation in SITUATIONS
    },
    r.ChangeUrgency: _in(_LIVE - BEFORE_PLATFORM, PLATFORM),
    r.AddNote: {situation: _concerned(situation) for situation in SITUATIONS},
    r.AttachEvidence: {situation: _concerned(situation) for situation in SITUATIONS},
    statement.AddStatement: {situation: _concerned(situation) - {"grid"} for situation in SITUATIONS},
}

BARRED: Mapping[tuple[type[Command], str], Mapping[str, str]] = {
    **{
        (objections.RaiseObjection, situation): {"zhifa": "already-objected"}
        for situation in ("objected", "upheld_in_part", "opining", "designating")
    },
    **{
        (command, "shelved"): dict.fromkeys(PARTIES, "clock-stands-still")
        for command in (x.RequestExtension, s.RequestSuspension, w.RequestWaiting)
    },
    (x.RequestExtension, "reopened"): {"zhifa": "clock-stands-still"},
    (s.RequestSuspension, "reopened"): {"zhifa": "clock-stands-still"},
    (x.RequestExtension, "extending"): {"zhifa": "already-asked"},
    (s.RequestSuspension, "suspending"): {"zhifa": "already-asked"},
    **{(interim.ProposeInterim, situation): {"zhifa": "still-disputed"} for situation in DISPUTED},
    (interim.ProposeInterim, "interim_proposed"): {"zhifa": "proposal-pending"},
    **{
        (shelving.ProposeShelving, situation): dict.fromkeys({"zhifa"} | PLATFORM, "needs-consultation")
        for situation in BEING_HANDLED - {"agreed", "shelving_proposed"}
    },
    (shelving.ProposeShelving, "shelving_proposed"): dict.fromkeys({"zhifa"} | PLATFORM, "proposal-pending"),
    (consultation.ConveneConsultation, "convened"): dict.fromkeys(TOWN | PLATFORM, "consultation-runs"),
    (consultation.DeclareUnclear, "unclear"): dict.fromkeys(PLATFORM, "unclear-already"),
    **{
        (evaluations.ContestEvaluation, situation): {"zhifa": "evaluation-contested-already"}
        for situation in ("contested_evaluation", "exclusion_proposed")
    },
    (objections.RaiseObjection, "claimed"): dict.fromkeys(PARTIES, "emergency-not-objectable"),
}
"""Who is told the rule that forbids a step, instead of being offered it: the situation would fit, a rule does not."""

POSITION = {"wrong-stage", "not-your-call", "not-your-post"}
"""Refusals of a person or a moment; one that names a field is about what was typed."""


def test_the_matrix_names_every_command_on_a_call() -> None:
    assert set(MAY) == set(HANDLERS) - {i.SubmitCall, r.WithdrawContent, RecomputeClocks}
    assert set(MAY) == {step.command for step in STEPS}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_exactly_those_with_a_right_may_take_each_step(county: CallCounty, situation: str) -> None:
    call = SITUATIONS[situation](county)
    for command in commands(county, call):
        expected = MAY[type(command)].get(situation, set())
        may = {who for who, actor in county.people.items() if _in_position(county, command, who)}
        assert may == expected, f"{command.wire} in {situation}"
        barred = BARRED.get((type(command), situation), {})
        offered = {who for who in county.people if type(command) in county.offered(call, who)}
        assert offered == expected - set(barred), f"{command.wire} offered in {situation}"
        said = {
            who: bars[type(command)].code
            for who in county.people
            if type(command) in (bars := county.barred(call, who))
        }
        assert said == barred, f"{command.wire} barred in {situation}"


def _in_position(county: CallCounty, command: Command, who: str) -> bool:
    try:
        assert county.decide(command, county.by(who))
    except Refusal as refusal:
        return refusal.field is not None or refusal.code not in POSITION
    return True


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whoever_can_do_what_waits_finds_it_among_what_waits_for_them(county: CallCounty, situation: str) -> None:
    """A grid worker whose call was sent back sees it in 待办; nobody sees there what is not theirs to do."""
    call = SITUATIONS[situation](county)
    kinds = {obligation.action for obligation in county.call(call).open_obligations} - {Action.FIRST_RESULT}
    kinds -= {Action.CONVENE}  # by its right the township convenes as well, and owes it not
    for who, actor in county.people.items():
        waiting = {
            kind
            for kind in actions_for(Post(actor.post)) & kinds
            if county.call(call).owing(kind, actor.organization) is not None
        }
        can = {kind for kind in kinds if STEP_OF[kind].command in county.offered(call, who)}
        assert waiting == can, f"{who} in {situation}"


def test_every_kind_of_task_is_somebodys_to_do() -> None:
    assert set(STEP_OF) | set(SUPERVISION_STEP_OF) == set(Action) - {Action.CALL}, "a call is made when it is told"
    assert not set(STEP_OF) & set(SUPERVISION_STEP_OF)


def test_the_stage_is_named_in_the_refusal(county: CallCounty) -> None:
    refusal = county.refused(acceptance.AcceptCall(call_id=county.submitted()), "li")
    assert refusal.code == "not-your-call", "before it is placed it is nobody's but the township's"
    refusal = county.refused(acceptance.AcceptCall(call_id=county.accepted()), "li")
    assert (refusal.code, refusal.status) == ("wrong-stage", 409)
    assert "待派发" in refusal.message
    assert "受理" in refusal.message


def test_rights_are_refused_with_403(county: CallCounty) -> None:
    call = county.placed()
    for who in ("wang", "auditor", "zhifa"):
        assert county.refused(acceptance.AcceptCall(call_id=call), who).status == 403


def test_an_appointment_that_ended_gives_no_right(county: CallCounty) -> None:
    never_appointed = county.by("li").model_copy(update={"organization": county.orgs["zhifa"]})
    assert county.refusal(acceptance.AcceptCall(call_id=county.placed()), never_appointed).code == "not-in-post"


def test_primary_steps_are_offered_first(county: CallCounty) -> None:
    for situation, bring in SITUATIONS.items():
        call = county.call(bring(county))
        for actor in county.people.values():
            steps = possible_steps(call, Post(actor.post), actor.organization)
            assert [s.primary for s in steps] == sorted((s.primary for s in steps), reverse=True), situation


def test_what_a_rule_of_time_refuses_is_not_offered_and_the_rule_is_named(county: CallCounty) -> None:
    """The page and the interface offer the same: nothing that would only be refused."""
    handling, declined, resolved = county.handling(), county.declined(), county.resolved()
    lead, town, desk = (
        (Post.LIAISON, county.orgs["zhifa"]),
        (Post.CALLER, county.orgs["chengdong"]),
        (Post.OPERATOR, county.orgs["platform"]),
    )
    objecting, contesting, evaluating = objections.RaiseObjection, acceptance.ContestDecline, completion.EvaluateCall
    for call, who, step in ((handling, lead, objecting), (declined, town, contesting), (resolved, town, evaluating)):
        assert _said(county, call, *who, step) == (True, "")
    for call, rule in ((declined, "contest-open"), (resolved, "evaluation-open")):
        assert _said(county, call, *desk, completion.CloseCall) == (False, rule)
    county.at("2026-05-29", "09:00")
    assert _said(county, handling, *lead, objecting) == (False, "objection-too-late")
    for call, step in ((declined, contesting), (resolved, evaluating)):
        assert _said(county, call, *town, step) == (False, "deadline-passed")
        assert _said(county, call, *desk, completion.CloseCall) == (True, "")


def _said(county: CallCounty, call: UUID, post: Post, organization: UUID, step: type[Command]) -> tuple[bool, str]:
    """Whether a step is offered now, and else the rule against it."""
    known, now = county.call(call), county.now
    offered = {one.command for one in possible_steps(known, post, organization, now)}
    bars = {one.command: bar.code for one, bar in barred_steps(known, post, organization, now)}
    return step in offered, bars.get(step, "")
