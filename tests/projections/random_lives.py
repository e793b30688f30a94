"""Random lives of calls: whoever may do something does it, in any order and at any time, by the real handlers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from uuid import UUID

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import merging
from domain.calls.commands import possible_steps
from domain.calls.delays import escalating, extensions, suspensions
from domain.calls.dispatch import dispatching, objections, passing
from domain.calls.intake import acceptance, submission
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import FINAL_STAGES, Grade, ReopeningPolicy
from domain.calls.work import completion, handling, late_entries
from domain.directory.organization_commands import DissolveOrganization
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import extension, granting, suspension
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.calls.situations import SITUATIONS
from tests.domain.obligations.contents import drawn

_MINUTES = (0, 0, 0, 5, 5, 40, 40, 200, 1_500, 4_000)
_DISPUTING = {
    objections.RaiseObjection,
    objections.UpholdObjection,
    objections.RejectObjection,
    objections.RequestOpinion,
    objections.GiveOpinion,
    objections.DesignateHandler,
    acceptance.DeclineCall,
    acceptance.ContestDecline,
    acceptance.DecideContest,
    late_entries.MakeLateEntry,
    handling.RecordArrival,
    handling.ReportCooperation,
    completion.OrderRework,
}
_RARE = ("shelved", "designating", "objected", "objected", "objected")
"""Where chance hardly leads."""
_LENGTHY = {
    extensions.RequestExtension,
    extensions.GrantExtension,
    suspensions.RequestSuspension,
    suspensions.SuspendCall,
    interim.ProposeInterim,
    interim.ApproveInterim,
    interim.MeetMilestone,
    shelving.ProposeShelving,
    shelving.ApproveShelving,
    consultation.ConveneConsultation,
    consultation.AnswerInvitation,
    consultation.RecordConsultation,
    consultation.CompleteAgreedAction,
    evaluations.ChangeEvaluation,
    evaluations.ContestEvaluation,
    evaluations.ProposeExclusion,
    evaluations.ExcludeEvaluation,
    reopening.ReopenCall,
    escalating.EscalateUp,
    escalating.RecordUpperReceipt,
    merging.MergeCall,
}


def random_county(seed: int, calls: int = 20, deeds: int = 26) -> CallCounty:
    """So many calls, each with so many attempts at a next step, over some months. Lived once, given as a copy."""
    county = _lived(seed, calls, deeds)
    return replace(county, streams=county.streams.copy())


@cache
def _lived(seed: int, calls: int, deeds: int) -> CallCounty:
    county, random = the_county(), Random(seed)
    rare = [SITUATIONS[name](county) for name in _RARE]
    for number in range(calls):
        by = random.choice(("wang", "west"))
        if number < len(rare):
            call = rare[number]
        else:
            call = county.submitted(by, urgency=random.choice((Urgency.ORDINARY, *Urgency)))
        for _ in range(deeds):
            county.now += timedelta(minutes=random.choice(_MINUTES))
            _something(county, call, random)
            if county.call(call).stage in FINAL_STAGES and random.random() < 0.7:
                break
    return county


def county_of_endings() -> CallCounty:
    """Three calls in every situation: withdrawn at once where that may be; inherited by the lead's successor, and by
    the successor's (in some it had been granted an extension as assistant, in two of these more time for that alone);
    withdrawn after twelve days; of a township that was dissolved. The lead took a part over in four. Weeks later."""
    county = _with_endings()
    return replace(county, streams=county.streams.copy())


@cache
def _with_endings() -> CallCounty:
    county = the_county()
    early, inherited, late = ([bring(county) for bring in SITUATIONS.values()] for _ in range(3))
    _withdrawn(county, early)
    extended, refused = SITUATIONS["extending"](county), SITUATIONS["reported"](county)
    county.say(granting(extended), "li")
    helped, *of_two = (county.handling("zhujian") for _ in range(3))
    for call in (helped, *of_two):
        county.say(extension(call), "zhujian")
        county.say(granting(call), "li")
    called = [county.handling() for _ in range(2)]
    in_parts = [county.taken_over() for _ in range(4)]
    _in_part_resolved(county, in_parts[0])
    county.shelved(in_parts[1])
    concerned = (*inherited, extended, refused, helped, *of_two, *called, *in_parts[1:3])
    _dissolved(county, "zhifa", "zhujian", concerned)
    county.pass_time(days=9)
    _one_of_two_delayed(county, *of_two)
    _dissolved(county, "zhujian", "huanjing", concerned)
    county.say(completion.OrderRework(call_id=refused, reason="没有解决"), "wang")
    county.pass_time(days=12)
    _withdrawn(county, late)
    _township_dissolved(county, *called)
    county.pass_time(days=40)
    return county


def _in_part_resolved(county: CallCounty, call: UUID) -> None:
    """After it was sent back once, and opened again."""
    county.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    county.say(handling.ReportResult(call_id=call, text="再次清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason="又来了"), "wang")


def _township_dissolved(county: CallCounty, convened: UUID, confirmed: UUID) -> None:
    """After it convened a consultation on one call, and confirmed what was done about another."""
    county.say(county.convening(convened, "huanjing"), "wang")
    county.pass_time(minutes=61)
    county.say(county.recording(convened, "huanjing"), "wang")
    county.say(handling.ReportResult(call_id=confirmed, text="已清理"), "huanjing")
    county.say(completion.ConfirmResult(call_id=confirmed), "wang")
    _dissolved(county, "chengdong", "chengxi", (convened, confirmed))


def _one_of_two_delayed(county: CallCounty, extended: UUID, suspended: UUID) -> None:
    """What the assistant inherited has run out: more time is given for its assistance alone."""
    county.say(extension(extended, 1, ground="complex_facts"), "zhujian")
    county.say(granting(extended, 1, number=2), "li")
    county.say(suspension(suspended, str(county.now.date() + timedelta(days=2))), "zhujian")
    county.say(suspensions.SuspendCall(call_id=suspended, suspension=2), "li")


def _withdrawn(county: CallCounty, calls: Iterable[UUID]) -> None:
    for call in calls:
        if submission.WithdrawCall in county.offered(call, "wang"):
            county.say(submission.WithdrawCall(call_id=call, reason="已解决", asked_by="主办单位"), "wang")


def _dissolved(county: CallCounty, gone: str, heir: str, calls: Iterable[UUID]) -> None:
    body = county.orgs[gone]
    county.pass_time(minutes=1)
    county.ask(DissolveOrganization(organization=body, successor=county.orgs[heir], document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    for call in calls:
        bearers = {owed.organization for owed in county.call(call).open_obligations}
        if body in {*bearers, county.call(call).township}:
            county.say(passing.SucceedParty(call_id=call, dissolved=body), "li")


def _something(county: CallCounty, call: UUID, random: Random) -> None:
    """One step somebody may take: mostly one that brings the call on."""
    folded = county.call(call)
    offers: list[tuple[str, type[Command], bool]] = []
    for who, actor in county.people.items():
        for step in possible_steps(folded, Post(actor.post), actor.organization):
            offers.append((who, step.command, step.primary))
    primary = [offer for offer in offers if offer[2]]
    disputing = [offer for offer in offers if offer[1] in _DISPUTING]
    lengthy = [offer for offer in offers if offer[1] in _LENGTHY]
    way = random.random()
    chosen = (primary if way < 0.5 else disputing if way < 0.7 else lengthy if way < 0.9 else offers) or offers
    kind = random.choice(sorted({offer[1] for offer in chosen}, key=lambda one: one.wire))
    who = random.choice([offer[0] for offer in chosen if offer[1] is kind])
    command = drawn(kind, random, county, folded)
    if isinstance(command, merging.MergeCall):
        others = [one for one, facts in county.streams.facts.items() if facts[0].wire == "calls.CallSubmitted"]
        others = [one for one in others if one != call]
        command = command.model_copy(update={"into": random.choice(others)}) if others else command
    if isinstance(command, completion.EvaluateCall):
        command = command.model_copy(update={"grade": random.choice(list(Grade))})
    if isinstance(command, dispatching.DispatchCall) and random.random() < 0.5:
        command = county.dispatching(call, "zhifa", "shichang", item=county.code_of("占道经营"))
    try:
        county.say(command, who)
    except Refusal:
        return  # what was filled in does not fit this call: nothing happened
