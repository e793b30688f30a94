"""Random lives of calls: whoever may do something does it, in any order and at any time, by the real handlers."""

from datetime import timedelta
from random import Random
from uuid import UUID

from domain.calls import acceptance, completion, dispatching, handling, late_entries, objections
from domain.calls.commands import possible_steps
from domain.calls.words import FINAL_STAGES, Grade
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.calls.situations import commands

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


def random_county(seed: int, calls: int = 20, deeds: int = 26) -> CallCounty:
    """So many calls, each with so many attempts at a next step, spread over some months."""
    county, random = the_county(), Random(seed)
    for _ in range(calls):
        by = random.choice(("wang", "west"))
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
    way = random.random()
    chosen = (primary if way < 0.5 else disputing if way < 0.9 else offers) or offers
    kind = random.choice(sorted({offer[1] for offer in chosen}, key=lambda one: one.wire))
    who = random.choice([offer[0] for offer in chosen if offer[1] is kind])
    (command,) = [command for command in commands(county, call) if type(command) is kind]
    if isinstance(command, completion.EvaluateCall):
        command = command.model_copy(update={"grade": random.choice(list(Grade))})
    if isinstance(command, dispatching.DispatchCall) and random.random() < 0.5:
        command = county.dispatching(call, "zhifa", "shichang", item=county.code_of("占道经营"))
    try:
        county.say(command, who)
    except Refusal:
        return  # what was filled in does not fit this call: nothing happened
