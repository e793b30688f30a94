"""Random lives of calls: whoever may do something does it, in any order and at any time, by the real handlers."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from uuid import UUID

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import merging
from domain.calls.commands import possible_steps
from domain.calls.delays import escalating, extensions, suspensions
from domain.calls.dispatch import dispatching, objections
from domain.calls.intake import acceptance
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import FINAL_STAGES, Grade
from domain.calls.work import completion, handling, late_entries
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
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
