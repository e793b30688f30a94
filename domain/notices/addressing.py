"""通知对象: which persons of an organization a telling reaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.notices.telling import Telling
from domain.shared.posts import Post
from domain.shared.urgency import Urgency

_LEADING = frozenset({Post.LEADER, Post.TOWNSHIP_LEADER})


@dataclass(frozen=True, slots=True)
class Holder:
    """在岗人员: a person who may act in a post of the organization now, in their own right or by delegation."""

    person: UUID
    post: Post


@dataclass(frozen=True, slots=True)
class Reached:
    """通知到的人. `called`: those who must be reached by what the rule demands of this urgency.

    `nobody`: there is nobody to be told, whoever did it.
    """

    persons: tuple[UUID, ...]
    called: frozenset[UUID]
    nobody: bool = False


def reached(
    telling: Telling,
    urgency: Urgency,
    holders: Sequence[Holder],
    on_duty: Sequence[UUID],
    *,
    actor: UUID | None,
    submitter: UUID | None,
) -> Reached:
    """Whom to tell. Never who did it themselves.

    Who holds a post that may act; leaders only where nobody else may, or nobody else is there, or it is for them too;
    a grid worker only about what they submitted. An emergency that asks something goes to who is on duty there besides,
    and calls them; where nobody is on duty, or it is not for the roster, it calls those it tells.
    """
    told = _unique(holder.person for holder in _fitting(telling, holders, submitter))
    roster = _unique(on_duty) if urgency is Urgency.EMERGENCY and telling.owed and telling.roster else ()
    called = roster or told
    persons = tuple(person for person in _unique((*told, *roster)) if person != actor)
    return Reached(persons, frozenset(called) & frozenset(persons), nobody=not (told or roster))


def _fitting(telling: Telling, holders: Sequence[Holder], submitter: UUID | None) -> Sequence[Holder]:
    fitting = [
        holder
        for holder in holders
        if holder.post in telling.posts and (holder.post is not Post.GRID_WORKER or holder.person == submitter)
    ]
    working = [holder for holder in fitting if holder.post not in _LEADING]
    leading = [holder for holder in holders if holder.post in _LEADING]
    told = working or fitting or leading
    return [*told, *leading] if telling.leaders else told


def _unique(persons: Iterable[UUID]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(persons))
