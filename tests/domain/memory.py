"""The domain in memory: facts given, commands asked, facts or refusals gotten. No database: the domain is pure.

Streams are lists of events; every command goes through the authority and its handler as in the command bus.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from domain.assessment.commands import HANDLERS as ASSESSMENT
from domain.calls.commands import HANDLERS as CALLS
from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS as DIRECTORY
from domain.directory.identity import organization_stream, person_stream
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import EstablishOrganization
from domain.directory.person_commands import AppointPerson, RegisterPerson
from domain.duty_lists.commands import HANDLERS as DUTY_LISTS
from domain.rules.commands import HANDLERS as RULES
from domain.rules.rulebook import Rulebook, rulebook_of
from domain.shared.commands import Command, Fold, Handlers, State
from domain.shared.events import Actor, Envelope, Event
from domain.shared.identifiers import derived_id
from domain.shared.posts import Post
from domain.shared.refusals import NotFound, Refusal
from domain.supervision.commands import HANDLERS as SUPERVISION

Kind = TypeVar("Kind", bound=Event)

NODE = "shifan"
HANDLERS: Handlers = {**ASSESSMENT, **CALLS, **DIRECTORY, **DUTY_LISTS, **RULES, **SUPERVISION}
PLATFORM_ITSELF = Actor(
    person=None, post=Post.SYSTEM, organization=organization_stream(NODE, "platform"), organization_name="呼应平台"
)


class MemoryStreams:
    """Streams over lists of events. Folded states are kept and fast-forwarded: they are immutable."""

    def __init__(self, facts: dict[UUID, list[Event]] | None = None) -> None:
        self.facts: dict[UUID, list[Event]] = {stream: list(events) for stream, events in (facts or {}).items()}
        self._folded: dict[tuple[UUID, object], tuple[int, Any]] = {}

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        state = self.find(stream, fold)
        if state is None:
            raise NotFound
        return state

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        events = self.facts.get(stream, [])
        seen, before = self._folded.get((stream, fold), (0, None))
        state: State | None = before
        for event in events[seen:]:
            state = fold(state, event)
        self._folded[stream, fold] = (len(events), state)
        return state

    def in_clear(self, streams: Collection[UUID], fold: Fold[State]) -> Mapping[UUID, State]:
        found = {stream: self.find(stream, fold) for stream in streams}
        return {stream: state for stream, state in found.items() if state is not None}

    def record(self, events: Sequence[Event]) -> None:
        """Append. Versions must be consecutive, as the store would demand."""
        for event in events:
            stream = self.facts.setdefault(event.originator_id, [])
            assert event.originator_version == len(stream) + 1, "versions are consecutive"
            stream.append(event)

    def copy(self) -> "MemoryStreams":
        """The same facts, to go on separately; what was folded so far is shared."""
        twin = MemoryStreams(self.facts)
        twin._folded = dict(self._folded)
        return twin


@dataclass(frozen=True)
class MemoryDesk:
    """办理台 over memory streams."""

    envelope: Envelope
    streams: MemoryStreams
    expected_version: int | None = None

    def new_id(self, name: str = "") -> UUID:
        return derived_id(self.envelope.command_id, name)


@dataclass
class House:
    """A node in memory: its facts, and a clock that moves when told."""

    now: datetime
    streams: MemoryStreams = field(default_factory=MemoryStreams)

    def desk(self, by: Actor, command_id: UUID | None = None) -> MemoryDesk:
        """The desk for one command, now."""
        command_id = command_id or uuid4()
        envelope = Envelope(
            recorded_at=self.now,
            occurred_at=self.now,
            actor=by,
            command_id=command_id,
            correlation_id=command_id,
            node=NODE,
        )
        return MemoryDesk(envelope, self.streams)

    def decide(self, command: Command, by: Actor, command_id: UUID | None = None) -> list[Event]:
        """What the command would add; nothing is recorded."""
        desk = self.desk(by, command_id)
        check_authority(self.streams, desk.envelope)
        return list(HANDLERS[type(command)](command, desk))

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF, command_id: UUID | None = None) -> list[Event]:
        """Decide and append, as the command bus does."""
        events = self.decide(command, by, command_id)
        assert events, "a handler records a fact or refuses"
        self.streams.record(events)
        return events

    def refusal(self, command: Command, by: Actor) -> Refusal:
        """The refusal that the command meets. Nothing may have been recorded by it."""
        before = {stream: len(events) for stream, events in self.streams.facts.items()}
        try:
            self.ask(command, by)
        except Refusal as refusal:
            assert {stream: len(events) for stream, events in self.streams.facts.items()} == before
            return refusal
        raise AssertionError(f"{command.wire} was not refused")

    def history(self, stream: UUID) -> list[Event]:
        """Every fact of a stream, in order."""
        return list(self.streams.facts[stream])

    @property
    def rules(self) -> Rulebook:
        """The rules in force now."""
        return rulebook_of(self.streams, NODE)

    def pass_time(self, **duration: float) -> None:
        """Let real time pass."""
        self.now += timedelta(**duration)

    def at(self, day: str, time: str) -> None:
        """Set the clock to a local day and time, e.g. ("2026-05-11", "09:00"). It never goes back."""
        moment = local(day, time)
        assert moment >= self.now, "time goes forward"
        self.now = moment

    def organization(self, code: str, name: str, kind: OrganizationKind, **more: Any) -> UUID:
        self.ask(EstablishOrganization(code=code, name=name, kind=kind, **more))
        return organization_stream(NODE, code)

    def in_post(self, code: str, name: str, organization: UUID, organization_name: str, post: Post) -> Actor:
        """A person of the directory, appointed."""
        self.ask(RegisterPerson(code=code, name=name, phone="13800001234"))
        person = person_stream(NODE, code)
        self.ask(AppointPerson(person=person, organization=organization, post=post))
        return Actor(person=person, post=post, organization=organization, organization_name=organization_name)


def only(kind: type[Kind], facts: Sequence[Event]) -> Kind:
    """The one fact of a kind among these."""
    (fact,) = (fact for fact in facts if isinstance(fact, kind))
    return fact


def local(day: str, time: str) -> datetime:
    """A moment of Beijing time, in UTC."""
    return datetime.fromisoformat(f"{day}T{time}+08:00").astimezone(UTC)
