"""名录条目: what the directory's queries give back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post


@dataclass(frozen=True, slots=True)
class DivisionEntry:
    """区划."""

    id: UUID
    code: str
    name: str
    level: DivisionLevel
    parent_code: str | None
    abolished_at: datetime | None
    has_children: bool


@dataclass(frozen=True, slots=True)
class OrganizationEntry:
    """机构, as it is called and stands today. `parent_name` and `successor_name` are today's too."""

    id: UUID
    code: str
    name: str
    aliases: tuple[str, ...]
    kind: OrganizationKind
    management: Management
    division_code: str | None
    division_name: str | None
    parent: UUID | None
    parent_name: str | None
    established_at: datetime
    ends_at: datetime | None
    dissolved_at: datetime | None
    successor: UUID | None
    successor_name: str | None

    def stands_at(self, at: datetime) -> bool:
        """True while it is neither dissolved nor past its end."""
        return all(end is None or at < end for end in (self.ends_at, self.dissolved_at))


@dataclass(frozen=True, slots=True)
class OrganizationPeriod:
    """机构沿革的一段: name and nature from `valid_from` until before `valid_to`."""

    organization: UUID
    name: str
    aliases: tuple[str, ...]
    kind: OrganizationKind
    management: Management
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class HeldPost:
    """在任岗位: one post a person may act in. `acting_for` is set when it is held by delegation (受托代办);
    `person_name` is the name of whoever acts."""

    appointment: UUID
    post: Post
    organization: UUID
    organization_name: str
    organization_kind: OrganizationKind
    starts_at: datetime
    ends_at: datetime | None
    acting_for: UUID | None
    person_name: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """机构人员: who holds which post there. The phone is masked."""

    person: UUID
    code: str
    name: str
    masked_phone: str | None
    appointment: UUID
    post: Post
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """人员. The phone is masked."""

    id: UUID
    code: str
    name: str
    masked_phone: str | None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """值班人员: who is on duty in a duty room, from when until before when; 带班 when in charge."""

    organization: UUID
    organization_name: str
    person: UUID
    name: str
    masked_phone: str | None
    starts_at: datetime
    ends_at: datetime
    in_charge: bool


@dataclass(frozen=True, slots=True)
class GrantedDelegation:
    """委托: a post that its holder lets another person act in, from when until before when."""

    delegation: UUID
    appointment: UUID
    holder: UUID
    holder_name: str
    delegate: UUID
    delegate_name: str
    post: Post
    organization: UUID
    organization_name: str
    starts_at: datetime
    ends_at: datetime
