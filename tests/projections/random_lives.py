"""Random lives of calls: whoever may do something does it, in any order and at any time, by the real handlers."""

from datetime import timedelta
from random import Random
from uuid import UUID

from domain.calls.commands import possible_steps
from domain.calls.words import FINAL_STAGES
from domain.shared.commands import Command
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.calls.situations import commands

_MINUTES = (0, 0, 5, 40, 200, 1_500, 4_000, 12_000)


def random_county(seed: int, calls: int = 12, deeds: int = 22) -> CallCounty:
    """So many calls, each with so many attempts at a next step, spread over some months."""
    county, random = the_county(), Random(seed)
    for _ in range(calls):
        by = random.choice(("wang", "west"))
        call = county.submitted(by, urgency=random.choice(list(Urgency)))
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
    chosen = random.choice(primary if primary and random.random() < 0.6 else offers)
    fitting = [command for command in commands(county, call) if type(command) is chosen[1]]
    try:
        county.say(random.choice(fitting), chosen[0])
    except Refusal:
        return  # what was filled in does not fit this call: nothing happened
