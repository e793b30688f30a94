"""What the facts of a call told, as short words: organization by its code in the county, topic, due."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.notices.matter import Matter, known
from domain.notices.tellers import tell
from domain.notices.telling import Telling
from domain.notices.words import Topic
from domain.shared.events import Event
from tests.domain.calls.county import CallCounty


def tellings_of(history: Sequence[Event]) -> Iterator[tuple[Event, Matter, tuple[Telling, ...]]]:
    """Every fact of a call with the matter it leaves and what it tells."""
    matter: Matter | None = None
    for event in history:
        before, matter = matter, known(matter, event)
        yield event, matter, tell(before or matter, matter, event)


def last_told(county: CallCounty, call: UUID, kind: type[Event] = Event) -> dict[str, Topic]:
    """What the call's last fact of a kind told, by organization."""
    return {name: telling.topic for name, telling in last_tellings(county, call, kind).items()}


def last_tellings(county: CallCounty, call: UUID, kind: type[Event] = Event) -> dict[str, Telling]:
    """The same with due times and posts."""
    *_, tellings = (told for event, _, told in tellings_of(county.history(call)) if isinstance(event, kind))
    names = {organization: code for code, organization in county.orgs.items()}
    return {names[telling.organization.id]: telling for telling in tellings}
