"""机构的办理: what can be asked about organizations and their duty rosters."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.directory.authority import require_directory_keeper, require_keeper_of
from domain.directory.events import Shift
from domain.directory.identity import organization_stream
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization import Organization, Standing
from domain.directory.organization import evolve as evolve_organization
from domain.directory.policies import leads_to
from domain.directory.refusals import (
    AlreadyRegistered,
    CircularParentage,
    CircularSuccession,
    NotOnTheDutyStaff,
)
from domain.directory.register import division_coded, organization_known, person_known
from domain.shared.commands import Command, Desk, Handlers, Streams
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.posts import Post

_ORGANIZATION = Field(title="机构")
_NAME = Field(title="机构全称", max_length=100)
_ALIASES = Field(default=(), title="挂牌名称", max_length=20)
_KIND = Field(title="机构类别")
_MANAGEMENT = Field(default=Management.COUNTY, title="管理体制")
_DIVISION = Field(default=None, title="区划代码", description="乡镇(街道)必填;功能区不是区划,可不填")
_PARENT = Field(default=None, title="上级机构")
_ENDS_AT = Field(default=None, title="撤销时间", description="临时机构必填")
_EFFECTIVE = Field(default=None, title="生效时间", description="不填则为办理时间")
_DOCUMENT = Field(default="", title="批准文件文号", max_length=200)


class EstablishOrganization(Command):
    """设立机构."""

    wire: ClassVar[str] = "directory.establish_organization"
    title: ClassVar[str] = "设立机构"

    code: str = Field(title="机构编码")
    name: str = _NAME
    aliases: tuple[str, ...] = _ALIASES
    kind: OrganizationKind = _KIND
    management: Management = _MANAGEMENT
    division_code: str | None = _DIVISION
    parent: UUID | None = _PARENT
    ends_at: Instant | None = _ENDS_AT
    effective_at: Instant | None = _EFFECTIVE


class RenameOrganization(Command):
    """机构更名、调整挂牌. Names the whole set of aliases from now on."""

    wire: ClassVar[str] = "directory.rename_organization"
    title: ClassVar[str] = "机构更名"

    organization: UUID = _ORGANIZATION
    name: str = _NAME
    aliases: tuple[str, ...] = _ALIASES
    effective_at: Instant | None = _EFFECTIVE
    document: str = _DOCUMENT


class ReorganizeOrganization(Command):
    """隶属调整. Names the whole standing from now on."""

    wire: ClassVar[str] = "directory.reorganize_organization"
    title: ClassVar[str] = "机构隶属调整"

    organization: UUID = _ORGANIZATION
    kind: OrganizationKind = _KIND
    management: Management = _MANAGEMENT
    division_code: str | None = _DIVISION
    parent: UUID | None = _PARENT
    ends_at: Instant | None = _ENDS_AT
    effective_at: Instant | None = _EFFECTIVE
    document: str = _DOCUMENT


class DeclareSuccession(Command):
    """声明职责承继."""

    wire: ClassVar[str] = "directory.declare_succession"
    title: ClassVar[str] = "声明职责承继"

    organization: UUID = _ORGANIZATION
    successor: UUID = Field(title="承继机构")
    effective_at: Instant | None = _EFFECTIVE
    document: str = Field(title="批准文件文号", min_length=1, max_length=200)


class DissolveOrganization(Command):
    """撤销机构. Names the successor unless one was declared before."""

    wire: ClassVar[str] = "directory.dissolve_organization"
    title: ClassVar[str] = "撤销机构"

    organization: UUID = _ORGANIZATION
    successor: UUID | None = Field(default=None, title="承继机构", description="此前已声明的可不填")
    effective_at: Instant | None = _EFFECTIVE
    document: str = Field(title="批准文件文号", min_length=1, max_length=200)


class SetDutyRoster(Command):
    """值班安排. Replaces what was set for the period."""

    wire: ClassVar[str] = "directory.set_duty_roster"
    title: ClassVar[str] = "值班安排"

    organization: UUID = Field(title="值班室")
    starts_at: Instant = Field(title="开始时间")
    ends_at: Instant = Field(title="结束时间")
    shifts: tuple[Shift, ...] = Field(title="班次", min_length=1, max_length=250)


def establish_organization(command: EstablishOrganization, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, AlreadyRegistered, unknown division or superior, and what establish does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    stream = organization_stream(desk.envelope.node, command.code)
    if desk.streams.find(stream, evolve_organization) is not None:
        raise AlreadyRegistered(field="code")
    effective_at = command.effective_at or desk.envelope.recorded_at
    return [
        Organization.establish(
            desk.envelope, command.code, command.name, command.aliases, _standing(command, desk), effective_at
        )
    ]


def rename_organization(command: RenameOrganization, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownOrganization, and what rename does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    effective_at = command.effective_at or desk.envelope.recorded_at
    organization = organization_known(desk.streams, command.organization)
    return [organization.rename(desk.envelope, command.name, command.aliases, effective_at, command.document)]


def reorganize_organization(command: ReorganizeOrganization, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownOrganization, CircularParentage, and what reorganize does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    organization = organization_known(desk.streams, command.organization)
    standing = _standing(command, desk)
    if standing.parent is not None and leads_to(
        standing.parent.id, organization.id, lambda step: organization_known(desk.streams, step).parent
    ):
        raise CircularParentage(field="parent")
    effective_at = command.effective_at or desk.envelope.recorded_at
    return [organization.reorganize(desk.envelope, standing, effective_at, command.document)]


def declare_succession(command: DeclareSuccession, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownOrganization, CircularSuccession, and what declare_succession does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    organization = organization_known(desk.streams, command.organization)
    successor = _successor_of(desk.streams, organization, command.successor)
    effective_at = command.effective_at or desk.envelope.recorded_at
    return [organization.declare_succession(desk.envelope, successor, effective_at, command.document)]


def dissolve_organization(command: DissolveOrganization, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownOrganization, CircularSuccession, NoSuccessor, and what dissolve does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    organization = organization_known(desk.streams, command.organization)
    effective_at = command.effective_at or desk.envelope.recorded_at
    facts: list[Event] = []
    if command.successor is not None:
        successor = _successor_of(desk.streams, organization, command.successor)
        declared = organization.declare_succession(desk.envelope, successor, effective_at, command.document)
        organization = evolve_organization(organization, declared)
        facts.append(declared)
    return [*facts, organization.dissolve(desk.envelope, effective_at, command.document)]


def set_duty_roster(command: SetDutyRoster, desk: Desk) -> Sequence[Event]:
    """By the duty room itself (值班员, 负责同志 or administrator) or a county administrator.
    Refuses NotAdministrator, UnknownPerson, NotOnTheDutyStaff (no post in this duty room then), and what
    set_roster does."""
    actor = desk.envelope.actor
    if actor.organization != command.organization or actor.post not in (Post.DUTY_OFFICER, Post.LEADER):
        require_keeper_of(desk.streams, actor, command.organization)
    organization = organization_known(desk.streams, command.organization)
    roster = organization.set_roster(desk.envelope, command.starts_at, command.ends_at, command.shifts)
    for shift in roster.shifts:
        if not person_known(desk.streams, shift.person).is_in(organization.id, shift.starts_at):
            raise NotOnTheDutyStaff(field="shifts")
    return [roster]


def _standing(command: EstablishOrganization | ReorganizeOrganization, desk: Desk) -> Standing:
    code = command.division_code
    return Standing(
        command.kind,
        command.management,
        division_coded(desk.streams, desk.envelope.node, code) if code else None,
        organization_known(desk.streams, command.parent) if command.parent else None,
        command.ends_at,
    )


def _successor_of(streams: Streams, organization: Organization, successor: UUID) -> Organization:
    """The successor, unless its duties would come back."""
    named = organization_known(streams, successor)
    if leads_to(named.id, organization.id, lambda step: organization_known(streams, step).successor):
        raise CircularSuccession(field="successor")
    return named


HANDLERS: Handlers = {
    EstablishOrganization: establish_organization,
    RenameOrganization: rename_organization,
    ReorganizeOrganization: reorganize_organization,
    DeclareSuccession: declare_succession,
    DissolveOrganization: dissolve_organization,
    SetDutyRoster: set_duty_roster,
}
