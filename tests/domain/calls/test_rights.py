"""办理权限: every command, in every situation, by every person of the county: who may, and that nobody else may."""

from collections.abc import Mapping

import pytest

from domain.calls import acceptance, completion, late_entries, objections, part_dispatching, statement
from domain.calls import dispatching as d
from domain.calls import handling as h
from domain.calls import intake as i
from domain.calls import records as r
from domain.calls.commands import HANDLERS, STEPS, possible_steps
from domain.calls.desks import STEP_OF, actions_for
from domain.obligations.words import Action
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from tests.domain.calls.county import CallCounty
from tests.domain.calls.situations import SITUATIONS, commands

TOWN, TOWN_AND_GRID, PLATFORM, PARTIES = (
    {"wang", "mayor"},
    {"wang", "mayor", "grid"},
    {"li", "zhao"},
    {"zhifa", "shichang"},
)

OVER = {"closed", "handed_over", "withdrawn"}
BEFORE_PLATFORM = {"submitted", "not_endorsed"}
BEING_HANDLED = {"handling", "objected", "upheld_in_part", "opining", "designating", "claimed"}
UNTIL_RESOLVED = BEING_HANDLED | {"reported", "confirmed"}
DISPATCHED = UNTIL_RESOLVED | {"resolved", "closed", "withdrawn"}


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
    if situation == "designating":
        who |= {"leader"}
    if situation == "claimed":
        who |= {"duty"}
    return who


_LIVE = set(SITUATIONS) - OVER

MAY: Mapping[type[Command], Mapping[str, set[str]]] = {
    i.EndorseCall: {"submitted": {"mayor"}},
    i.RefuseEndorsement: {"submitted": {"mayor"}},
    acceptance.AcceptCall: {"placed": PLATFORM},
    acceptance.SendCallBack: {"placed": PLATFORM},
    i.SupplementCall: _in({"not_endorsed", "sent_back"}, TOWN_AND_GRID),
    acceptance.DeclineCall: {"placed": PLATFORM},
    acceptance.ContestDecline: {"declined": TOWN},
    acceptance.DecideContest: {"contested": PLATFORM},
    acceptance.HandCallOver: _in({"placed", "accepted"}, PLATFORM),
    i.WithdrawCall: _in(BEFORE_PLATFORM | BEING_HANDLED | {"placed", "sent_back", "declined", "accepted"}, TOWN),
    d.DispatchCall: {"accepted": PLATFORM},
    part_dispatching.DispatchPart: {"upheld_in_part": PLATFORM},
    objections.RaiseObjection: _in(BEING_HANDLED, PARTIES),
    objections.UpholdObjection: {"objected": PLATFORM},
    objections.RejectObjection: {"objected": PLATFORM},
    objections.RequestOpinion: {"objected": PLATFORM},
    objections.GiveOpinion: {"opining": {"keeper"}},
    objections.DesignateHandler: {"designating": {"leader"}},
    h.Respond: _in(UNTIL_RESOLVED, PARTIES),
    h.RecordArrival: _in(BEING_HANDLED, PARTIES | TOWN_AND_GRID),
    h.ReportProgress: _in(BEING_HANDLED, {"zhifa"}),
    h.ReportAssistance: _in(UNTIL_RESOLVED, {"shichang"}),
    h.ReportCooperation: _in(UNTIL_RESOLVED, TOWN_AND_GRID),
    h.ReportResult: _in(BEING_HANDLED, {"zhifa"}),
    completion.ConfirmResult: {"reported": TOWN_AND_GRID},
    completion.OrderRework: {"reported": TOWN, "confirmed": PLATFORM},
    completion.ResolveCall: {"confirmed": PLATFORM},
    completion.EvaluateCall: {"resolved": TOWN},
    completion.CloseCall: {"resolved": PLATFORM, "declined": PLATFORM},
    r.RecordPhoneCall: {situation: _concerned(situation) for situation in _LIVE},
    late_entries.MakeLateEntry: {situation: _concerned(situation) for situation in DISPATCHED - OVER},
    late_entries.ConfirmLateEntry: {"claimed": TOWN_AND_GRID},
    late_entries.ContestLateEntry: {"claimed": TOWN_AND_GRID},
    r.CorrectFact: {situation: TOWN | (PLATFORM if situation not in BEFORE_PLATFORM else set()) for situation in _LIVE},
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
    (objections.RaiseObjection, "claimed"): dict.fromkeys(PARTIES, "emergency-not-objectable"),
}
"""Who is told the rule that forbids a step, instead of being offered it: the situation would fit, a rule does not."""

POSITION = {"wrong-stage", "not-your-call", "not-your-post"}
"""Refusals of a person or a moment; one that names a field is about what was typed."""


def test_the_matrix_names_every_command_on_a_call() -> None:
    assert set(MAY) == set(HANDLERS) - {i.SubmitCall, r.WithdrawContent}
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
    for who, actor in county.people.items():
        waiting = {
            kind
            for kind in actions_for(Post(actor.post)) & kinds
            if county.call(call).owing(kind, actor.organization) is not None
        }
        can = {kind for kind in kinds if STEP_OF[kind].command in county.offered(call, who)}
        assert waiting == can, f"{who} in {situation}"


def test_every_kind_of_task_is_somebodys_to_do() -> None:
    assert set(STEP_OF) == set(Action)


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
