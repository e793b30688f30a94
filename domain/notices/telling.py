"""告知: that one organization is told one thing, and the ways to say so about a call."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from domain.calls import rights
from domain.calls.events import OrganizationRef
from domain.calls.rights import Step
from domain.notices.matter import Matter
from domain.notices.words import Topic
from domain.shared.deadlines import Deadline, Instant
from domain.shared.posts import Post


@dataclass(frozen=True, slots=True)
class Telling:
    """告知: one organization is told one thing, by `due` where something is asked of it.

    `page`: where under the call's page it stands ("" for the call itself). `leaders`: 负责同志 are told besides whoever
    works on it. `roster`: an emergency may be told to who is on duty, whatever their post.
    """

    topic: Topic
    organization: OrganizationRef
    posts: frozenset[Post]
    due: Instant | None = None
    page: str = ""
    leaders: bool = False
    roster: bool = True

    @property
    def owed(self) -> bool:
        """Whether it asks something of the organization."""
        return self.topic.owed


def one_each(tellings: Iterable[Telling]) -> tuple[Telling, ...]:
    """One telling an organization: what it owes before what it should merely know, else the first."""
    told: dict[UUID, Telling] = {}
    for telling in tellings:
        same = told.setdefault(telling.organization.id, telling)
        if telling.owed and not same.owed:
            told[telling.organization.id] = telling
    return tuple(told.values())


def owes(step: Step, topic: Topic, organization: OrganizationRef | None, due: Deadline | None = None) -> list[Telling]:
    """The organization must take the step: told to the posts that may."""
    if organization is None:
        return []
    return [Telling(topic, organization, step.posts, due.due if due is not None else None)]


def knows(topic: Topic, posts: frozenset[Post], organizations: Iterable[OrganizationRef | None]) -> Iterator[Telling]:
    """The organizations should know."""
    for organization in organizations:
        if organization is not None:
            yield Telling(topic, organization, posts)


def township_knows(topic: Topic, matter: Matter) -> Iterator[Telling]:
    """The calling township should know, and every other one whose call goes on in this one."""
    return knows(topic, rights.TOWNSHIP_POSTS, matter.townships)


def parties_know(topic: Topic, matter: Matter) -> Iterator[Telling]:
    """主办 and 协办 should know."""
    return knows(topic, rights.HANDLING_POSTS, matter.parties)


def everybody_knows(topic: Topic, matter: Matter) -> Iterator[Telling]:
    """All with a part in the matter should know."""
    yield from township_knows(topic, matter)
    yield from knows(topic, rights.INTAKE_POSTS, matter.desks)
    yield from parties_know(topic, matter)
