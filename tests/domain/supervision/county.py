"""示范县 as supervision needs it: a 督查机构 charged, its leader, the departments' leaders, and the city above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.directory.kinds import OrganizationKind
from domain.obligations.words import Action
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.supervision.commands import possible_steps
from domain.supervision.firing import FireRungs, RungDue
from domain.supervision.fold import evolve
from domain.supervision.matter import Matter, matter_stream
from domain.supervision.rights import Seat, Subject
from domain.supervision.words import Rung
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import NODE, PLATFORM_ITSELF

_MORE_PEOPLE = {
    "ducha_leader": ("尤主任", "ducha", Post.LEADER),
    "zhifa_leader": ("何局长", "zhifa", Post.LEADER),
    "shichang_leader": ("吕局长", "shichang", Post.LEADER),
    "city_leader": ("施主任", "city", Post.LEADER),
    "city_supervisor": ("孔督办", "city", Post.SUPERVISOR),
}


@dataclass
class SupervisedCounty(CallCounty):
    """The county, and a clock that is turned by hand."""

    def tick(self, call: UUID, *places: int, by: Actor = PLATFORM_ITSELF) -> list[Event]:
        """The clock asks about these obligations of a call (about all, when none is named), now."""
        return self.ask(self.asking(call, *places), by)

    def asking(self, call: UUID, *places: int) -> FireRungs:
        """What the clock asks: of these obligations of the call; of all of them and of its supervision's."""
        matter = self.streams.find(matter_stream(NODE, call), evolve)
        own = matter.obligations if matter is not None and not places else ()
        return FireRungs(
            rungs=(
                *(
                    RungDue(call=call, place=place, rung=Rung.REMIND, due=owed.deadline.due)
                    for place, owed in enumerate(self.call(call).obligations)
                    if not places or place in places
                ),
                *(
                    RungDue(call=call, place=place, own=True, rung=Rung.REMIND, due=owed.deadline.due)
                    for place, owed in enumerate(own)
                ),
            )
        )

    def tick_own(self, call: UUID) -> list[Event]:
        """The clock asks about what the supervision of a call asks for, and about nothing else, now."""
        return self.ask(self.asking_own(call), PLATFORM_ITSELF)

    def asking_own(self, call: UUID) -> FireRungs:
        """What the clock asks then."""
        return FireRungs(rungs=tuple(one for one in self.asking(call).rungs if one.own))

    def place(self, call: UUID, action: Action, organization: str = "zhifa") -> int:
        """The last obligation of a kind."""
        return max(
            place
            for place, owed in enumerate(self.call(call).obligations)
            if (owed.action, owed.organization) == (action, self.orgs[organization])
        )

    def matter(self, call: UUID) -> Matter:
        return self.streams.get(matter_stream(NODE, call), evolve)

    def offered_here(self, call: UUID, by: str, subject: Subject = Subject.ORDER, number: int = 1) -> set[str]:
        """What a page would offer a person, by the last part of the command's name."""
        actor = self.people[by]
        kind = next(k.value for c, k in _KINDS.items() if self.orgs.get(c) == actor.organization)
        seat = Seat(Post(actor.post), actor.organization, kind)
        steps = possible_steps(self.matter(call), subject, number, seat)
        return {step.command.wire.partition(".")[2] for step in steps}

    def silent(self, *assistants: str, **more: Any) -> UUID:
        """A call dispatched on Monday 09:00 that nobody responds to: due on Tuesday, 17:30."""
        return self.handling(*assistants, **more)

    def ordered(self, *assistants: str) -> UUID:
        """An order has been drafted: three working days after the dispatch."""
        call = self.silent(*assistants)
        self.at("2026-05-14", "17:31")
        self.tick(call)
        assert self.matter(call).orders, "drafted"
        return call


_KINDS = {
    "ducha": OrganizationKind.SUPERVISION_BODY,
    "city": OrganizationKind.CITY_PLATFORM,
    "zhifa": OrganizationKind.DEPARTMENT,
    "shichang": OrganizationKind.DEPARTMENT,
    "chengdong": OrganizationKind.TOWNSHIP,
    "chengxi": OrganizationKind.TOWNSHIP,
    "platform": OrganizationKind.PLATFORM,
    "group": OrganizationKind.LEADER_GROUP,
}


def the_supervised_county() -> SupervisedCounty:
    """A fresh county on Monday morning, 11 May 2026, 09:00."""
    plain = the_county()
    county = SupervisedCounty(
        plain.now, plain.streams, dict(plain.orgs), dict(plain.people), {**plain.names, "city": "示范市平台"}
    )
    orgs, people = dict(plain.orgs), dict(plain.people)
    orgs["city"] = county.organization("city", "示范市平台", OrganizationKind.CITY_PLATFORM)
    for key, (name, code, post) in _MORE_PEOPLE.items():
        people[key] = county.in_post(f"p-{key.replace('_', '-')}", name, orgs[code], county.names[code], post)
    county.orgs, county.people = orgs, people
    return county


def told(events: Sequence[Event]) -> list[str]:
    """The names of facts, in order."""
    return [event.wire.partition(".")[2] for event in events]
