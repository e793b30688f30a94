"""机构: decides what may happen to one organization."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from domain.directory.division import Division
from domain.directory.events import (
    DutyRosterSet,
    OrganizationDissolved,
    OrganizationEstablished,
    OrganizationEvent,
    OrganizationRenamed,
    OrganizationReorganized,
    Shift,
    SuccessionDeclared,
)
from domain.directory.identity import check_code, organization_stream
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.policies import check_span
from domain.directory.refusals import (
    BeforeLastChange,
    DivisionMissing,
    DoubledAlias,
    EmptyName,
    EndDateMissing,
    NoSuccessor,
    NotADutyRoom,
    NothingChanged,
    NotYetEffective,
    OrganizationGone,
    SuccessionStands,
    UnknownOrganization,
    WrongLevel,
)
from domain.directory.rosters import after, in_order
from domain.shared.events import Envelope


@dataclass(frozen=True, slots=True)
class Standing:
    """机构身份: kind, management, place and superior of an organization, and its end where it has one.

    Refuses EndDateMissing (temporary bodies), DivisionMissing and WrongLevel (townships), DivisionGone,
    OrganizationGone (the superior).
    """

    kind: OrganizationKind
    management: Management
    division: Division | None = None
    parent: "Organization | None" = None
    ends_at: datetime | None = None

    def check(self, at: datetime) -> None:
        """Whether an organization can stand so at that time."""
        if self.kind is OrganizationKind.TEMPORARY_BODY and self.ends_at is None:
            raise EndDateMissing(field="ends_at")
        if self.kind is OrganizationKind.TOWNSHIP:
            if self.division is None:
                raise DivisionMissing(field="division_code")
            if self.division.level is not DivisionLevel.TOWNSHIP:
                raise WrongLevel(
                    f"乡镇(街道)机构应对应乡级行政区划,“{self.division.name}”是{self.division.level.label},请另选区划。",
                    field="division_code",
                )
        if self.division is not None:
            self.division.check_standing()
        if self.parent is not None:
            self.parent.check_standing(at)

    def fields(self) -> dict[str, Any]:
        """The same as fields of an event."""
        return {
            "kind": self.kind,
            "management": self.management,
            "division": self.division and self.division.id,
            "division_code": self.division and self.division.code,
            "division_name": self.division and self.division.name,
            "parent": self.parent and self.parent.id,
            "parent_name": self.parent and self.parent.name,
            "ends_at": self.ends_at,
        }


@dataclass(frozen=True, slots=True)
class Organization:
    """机构: what the next decision needs to know."""

    id: UUID
    version: int
    code: str
    name: str
    kind: OrganizationKind
    management: Management
    changed_at: datetime
    aliases: tuple[str, ...] = ()
    division: UUID | None = None
    parent: UUID | None = None
    ends_at: datetime | None = None
    dissolved: bool = False
    successor: UUID | None = None
    shifts: tuple[Shift, ...] = ()

    @classmethod
    def establish(
        cls,
        envelope: Envelope,
        code: str,
        name: str,
        aliases: Sequence[str],
        standing: Standing,
        effective_at: datetime,
    ) -> OrganizationEstablished:
        """设立. Refuses MalformedCode, EmptyName, DoubledAlias, wrong dates and what Standing does."""
        check_code(code, "机构编码")
        _check_names(name, aliases)
        if effective_at > envelope.recorded_at:
            raise NotYetEffective(field="effective_at")
        check_span(effective_at, standing.ends_at)
        standing.check(envelope.recorded_at)
        return OrganizationEstablished.first(
            organization_stream(envelope.node, code),
            envelope,
            code=code,
            name=name,
            aliases=tuple(aliases),
            effective_at=effective_at,
            **standing.fields(),
        )

    def rename(
        self, envelope: Envelope, name: str, aliases: Sequence[str], effective_at: datetime, document: str
    ) -> OrganizationRenamed:
        """更名、调整挂牌. Refuses OrganizationGone, EmptyName, DoubledAlias, NothingChanged and wrong dates."""
        self.check_standing(envelope.recorded_at)
        _check_names(name, aliases)
        if name == self.name and tuple(aliases) == self.aliases:
            raise NothingChanged(field="name")
        self._check_effective(envelope, effective_at)
        return OrganizationRenamed.at_version(
            self.id,
            self.version + 1,
            envelope,
            name=name,
            was=self.name,
            aliases=tuple(aliases),
            effective_at=effective_at,
            document=document,
        )

    def reorganize(
        self, envelope: Envelope, standing: Standing, effective_at: datetime, document: str
    ) -> OrganizationReorganized:
        """隶属调整. Refuses OrganizationGone (not when merely expired: an end date may be moved), NothingChanged,
        wrong dates and what Standing does.

        Whether the superior stands below this organization is checked by the handler, which can read the chain.
        """
        if self.dissolved:
            raise OrganizationGone
        if self.stands_as(standing):
            raise NothingChanged
        self._check_effective(envelope, effective_at)
        check_span(effective_at, standing.ends_at)
        standing.check(envelope.recorded_at)
        return OrganizationReorganized.at_version(
            self.id,
            self.version + 1,
            envelope,
            name=self.name,
            effective_at=effective_at,
            document=document,
            **standing.fields(),
        )

    def declare_succession(
        self, envelope: Envelope, successor: "Organization", effective_at: datetime, document: str
    ) -> SuccessionDeclared:
        """声明职责承继. Refuses SuccessionStands, OrganizationGone (either), wrong dates.

        That the duties do not come back here is checked by the handler, which can read the chain.
        """
        if self.dissolved:
            raise OrganizationGone
        if self.successor is not None:
            raise SuccessionStands
        successor.check_standing(envelope.recorded_at)
        self._check_effective(envelope, effective_at)
        return SuccessionDeclared.at_version(
            self.id,
            self.version + 1,
            envelope,
            name=self.name,
            successor=successor.id,
            successor_name=successor.name,
            effective_at=effective_at,
            document=document,
        )

    def dissolve(self, envelope: Envelope, effective_at: datetime, document: str) -> OrganizationDissolved:
        """撤销. Refuses OrganizationGone, NoSuccessor (temporary bodies need none), wrong dates."""
        if self.dissolved:
            raise OrganizationGone
        if self.successor is None and self.kind is not OrganizationKind.TEMPORARY_BODY:
            raise NoSuccessor(field="successor")
        self._check_effective(envelope, effective_at)
        return OrganizationDissolved.at_version(
            self.id, self.version + 1, envelope, name=self.name, effective_at=effective_at, document=document
        )

    def set_roster(
        self, envelope: Envelope, starts_at: datetime, ends_at: datetime, shifts: Sequence[Shift]
    ) -> DutyRosterSet:
        """排班. Refuses NotADutyRoom, OrganizationGone, TimesReversed, RosterNotOrderly. Who may stand on it is
        checked by the handler."""
        if self.kind is not OrganizationKind.DUTY_ROOM:
            raise NotADutyRoom
        self.check_standing(envelope.recorded_at)
        return DutyRosterSet.at_version(
            self.id,
            self.version + 1,
            envelope,
            organization_name=self.name,
            starts_at=starts_at,
            ends_at=ends_at,
            shifts=in_order(shifts, starts_at, ends_at),
        )

    def stands_as(self, asked: Standing) -> bool:
        """True when that standing already holds."""
        division, parent = asked.division and asked.division.id, asked.parent and asked.parent.id
        return (asked.kind, asked.management, division, parent, asked.ends_at) == (
            self.kind,
            self.management,
            self.division,
            self.parent,
            self.ends_at,
        )

    def stands_at(self, at: datetime) -> bool:
        """True while the organization is neither dissolved nor past its end."""
        return not self.dissolved and (self.ends_at is None or at < self.ends_at)

    def check_standing(self, at: datetime) -> Self:
        """Itself. Refuses OrganizationGone."""
        if not self.stands_at(at):
            raise OrganizationGone(f"“{self.name}”已撤销或已到期,不能再以其名义办理或在其中任职,请由职责承继机构办理。")
        return self

    def _check_effective(self, envelope: Envelope, effective_at: datetime) -> None:
        if effective_at > envelope.recorded_at:
            raise NotYetEffective(field="effective_at")
        if effective_at < self.changed_at:
            raise BeforeLastChange(field="effective_at")


def evolve(organization: Organization | None, event: OrganizationEvent) -> Organization:
    """One step of the fold. Refuses UnknownOrganization for a stream that is no organization."""
    if not isinstance(event, OrganizationEvent):  # an id of another sort of stream was given
        raise UnknownOrganization
    match event:
        case OrganizationEstablished():
            return Organization(
                event.originator_id,
                event.originator_version,
                event.code,
                event.name,
                event.kind,
                event.management,
                event.effective_at,
                event.aliases,
                event.division,
                event.parent,
                event.ends_at,
            )
        case _ if organization is None:
            raise UnknownOrganization
    moved = replace(organization, version=event.originator_version)
    match event:
        case OrganizationRenamed():
            return replace(moved, name=event.name, aliases=event.aliases, changed_at=event.effective_at)
        case OrganizationReorganized():
            return replace(
                moved,
                kind=event.kind,
                management=event.management,
                division=event.division,
                parent=event.parent,
                ends_at=event.ends_at,
                changed_at=event.effective_at,
            )
        case SuccessionDeclared():
            return replace(moved, successor=event.successor, changed_at=event.effective_at)
        case OrganizationDissolved():
            return replace(moved, dissolved=True, changed_at=event.effective_at)
        case DutyRosterSet():
            return replace(moved, shifts=after(event, moved.shifts))
        case _:
            return moved


def _check_names(name: str, aliases: Sequence[str]) -> None:
    if not name or not all(aliases):
        raise EmptyName(field="name")
    if len({name, *aliases}) != len(aliases) + 1:
        raise DoubledAlias(field="aliases")
