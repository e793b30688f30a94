"""A small county in memory: facts given, commands asked, facts or refusals gotten. No database: the domain is pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS
from domain.directory.division_commands import RegisterDivision
from domain.directory.events import PersonAppointed
from domain.directory.identity import organization_stream, person_stream
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.organization_commands import EstablishOrganization
from domain.directory.person_commands import AppointPerson, RegisterPerson
from domain.shared.commands import Command, Fold, State
from domain.shared.events import Actor, Envelope, Event
from domain.shared.posts import Post
from domain.shared.refusals import NotFound

NODE = "shifan"
START = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)
PLATFORM_ITSELF = Actor(
    person=None, post=Post.SYSTEM, organization=organization_stream(NODE, "platform"), organization_name="呼应平台"
)


@dataclass(frozen=True)
class OneDesk:
    envelope: Envelope
    streams: "County"
    expected_version: int | None = None

    def new_id(self, name: str = "") -> UUID:
        return uuid5(self.envelope.command_id, name)


class County:
    """Streams held in memory, and a clock that moves when told."""

    def __init__(self) -> None:
        self.now = START
        self.facts: dict[UUID, list[Event]] = defaultdict(list)

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        state = self.find(stream, fold)
        if state is None:
            raise NotFound
        return state

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        state: State | None = None
        for event in self.facts.get(stream, []):
            state = fold(state, event)
        return state

    def in_clear(self, streams: Collection[UUID], fold: Fold[State]) -> Mapping[UUID, State]:
        found = {stream: self.find(stream, fold) for stream in streams}
        return {stream: state for stream, state in found.items() if state is not None}

    def envelope(self, actor: Actor = PLATFORM_ITSELF) -> Envelope:
        command_id = uuid4()
        return Envelope(
            recorded_at=self.now,
            occurred_at=self.now,
            actor=actor,
            command_id=command_id,
            correlation_id=command_id,
            node=NODE,
        )

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF) -> Sequence[Event]:
        """Decide as the command bus does: authority, handler, append."""
        envelope = self.envelope(by)
        check_authority(self, envelope)
        events = HANDLERS[type(command)](command, OneDesk(envelope, self))
        self.record(events)
        return events

    def record(self, events: Sequence[Event]) -> None:
        for event in events:
            stream = self.facts[event.originator_id]
            assert event.originator_version == len(stream) + 1
            stream.append(event)

    def pass_time(self, **duration: int) -> None:
        self.now += timedelta(**duration)

    def division(self, code: str, name: str, level: DivisionLevel, parent: str | None = None) -> None:
        self.ask(RegisterDivision(code=code, name=name, level=level, parent_code=parent))

    def organization(self, code: str, name: str, kind: OrganizationKind, **more: Any) -> UUID:
        self.ask(EstablishOrganization(code=code, name=name, kind=kind, **more))
        return organization_stream(NODE, code)

    def person(self, code: str, name: str) -> UUID:
        self.ask(RegisterPerson(code=code, name=name, phone="13800001234"))
        return person_stream(NODE, code)

    def appointed(self, person: UUID, organization: UUID, post: Post, **more: Any) -> UUID:
        (fact,) = self.ask(AppointPerson(person=person, organization=organization, post=post, **more))
        assert isinstance(fact, PersonAppointed)
        return fact.appointment


@dataclass
class Town:
    """城东镇 in 示范县, its platform, a department and some people in their posts."""

    county: County
    platform: UUID
    township: UUID
    bureau: UUID
    wang: UUID
    li: UUID
    admin: UUID
    wang_appointment: UUID

    def actor(self, person: UUID, post: Post, organization: UUID, acting_for: UUID | None = None) -> Actor:
        return Actor(person=person, post=post, organization=organization, organization_name="—", acting_for=acting_for)

    @property
    def administrator(self) -> Actor:
        return self.actor(self.admin, Post.ADMINISTRATOR, self.platform)

    @property
    def caller(self) -> Actor:
        return self.actor(self.wang, Post.CALLER, self.township)


def a_town() -> Town:
    county = County()
    county.division("370000000000", "示范省", DivisionLevel.PROVINCE)
    county.division("370100000000", "示范市", DivisionLevel.CITY, "370000000000")
    county.division("370101000000", "示范县", DivisionLevel.COUNTY, "370100000000")
    county.division("370101100000", "城东镇", DivisionLevel.TOWNSHIP, "370101000000")
    platform = county.organization("platform", "呼应平台", OrganizationKind.PLATFORM)
    township = county.organization("chengdong", "城东镇", OrganizationKind.TOWNSHIP, division_code="370101100000")
    bureau = county.organization(
        "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT, aliases=("城市管理局",), management=Management.COUNTY
    )
    wang, li, admin = county.person("1001", "王呼叫"), county.person("1002", "李代办"), county.person("1003", "赵管理")
    held = county.appointed(wang, township, Post.CALLER)
    county.appointed(li, township, Post.SUPERVISOR)
    county.appointed(admin, platform, Post.ADMINISTRATOR)
    return Town(county, platform, township, bureau, wang, li, admin, held)
