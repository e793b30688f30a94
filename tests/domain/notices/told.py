"""What the facts of a call or of its supervision told, as short words: organization by its code, topic, due."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.notices.subjects import Known, known, told
from domain.notices.telling import Telling
from domain.notices.words import Topic
from domain.shared.events import Event
from tests.domain.calls.county import CallCounty


def tellings_of(history: Sequence[Event]) -> Iterator[tuple[Event, Known, tuple[Telling, ...]]]:
    """Every fact of a stream with what is known with it and what it tells."""
    now: Known | None = None
    for event in history:
        before, now = now, known(now, event)
        yield event, now, told(before, now, event)


def last_told(county: CallCounty, stream: UUID, kind: type[Event] = Event) -> dict[str, Topic]:
    """What the stream's last fact of a kind told, by organization."""
    return {name: telling.topic for name, telling in last_tellings(county, stream, kind).items()}


def last_tellings(county: CallCounty, stream: UUID, kind: type[Event] = Event) -> dict[str, Telling]:
    """The same with due times, posts and pages."""
    *_, tellings = (told for event, _, told in tellings_of(county.history(stream)) if isinstance(event, kind))
    names = {organization: code for code, organization in county.orgs.items()}
    return {names[telling.organization.id]: telling for telling in tellings}
