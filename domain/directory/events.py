"""名录事实: what happened to divisions, organizations and persons.

Streams: Division by its code, Organization by its code, Person by their code (see `identity.py`).
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.deadlines import Instant
from domain.shared.events import Event, IdentityText, SealedText
from domain.shared.posts import Post


class DivisionEvent(Event):
    """区划事实: stands in the stream of one division."""


class DivisionRegistered(DivisionEvent, wire="directory.DivisionRegistered"):
    """区划登记. `parent` is None for a province."""

    code: str
    name: str
    level: DivisionLevel
    parent: UUID | None = None
    parent_code: str | None = None


class DivisionRenamed(DivisionEvent, wire="directory.DivisionRenamed"):
    """区划更名. The code stays: a new code is a new division and the old one is abolished."""

    code: str
    name: str
    was: str


class DivisionAbolished(DivisionEvent, wire="directory.DivisionAbolished"):
    """区划撤销, naming the divisions that took over its area (none when it simply ended) and the document."""

    code: str
    name: str
    effective_at: Instant
    successors: tuple[UUID, ...] = ()
    document: str


class OrganizationEvent(Event):
    """机构事实: stands in the stream of one organization."""


class OrganizationEstablished(OrganizationEvent, wire="directory.OrganizationEstablished"):
    """机构设立. `ends_at` is set for bodies with an end date; `aliases` are the further names it hangs out (挂牌)."""

    code: str
    name: str
    kind: OrganizationKind
    management: Management
    effective_at: Instant
    aliases: tuple[str, ...] = ()
    division: UUID | None = None
    division_code: str | None = None
    division_name: str | None = None
    parent: UUID | None = None
    parent_name: str | None = None
    ends_at: Instant | None = None


class OrganizationRenamed(OrganizationEvent, wire="directory.OrganizationRenamed"):
    """机构更名或挂牌调整. Names the whole set of aliases that holds from now on."""

    name: str
    was: str
    aliases: tuple[str, ...] = ()
    effective_at: Instant
    document: str = ""


class OrganizationReorganized(OrganizationEvent, wire="directory.OrganizationReorganized"):
    """隶属调整: kind, management, division, parent or end date changed. Carries all of them as they now hold."""

    name: str
    kind: OrganizationKind
    management: Management
    effective_at: Instant
    division: UUID | None = None
    division_code: str | None = None
    division_name: str | None = None
    parent: UUID | None = None
    parent_name: str | None = None
    ends_at: Instant | None = None
    document: str = ""


class SuccessionDeclared(OrganizationEvent, wire="directory.SuccessionDeclared"):
    """职责承继: open obligations of this organization pass to the successor from `effective_at` on."""

    name: str
    successor: UUID
    successor_name: str
    effective_at: Instant
    document: str


class OrganizationDissolved(OrganizationEvent, wire="directory.OrganizationDissolved"):
    """机构撤销."""

    name: str
    effective_at: Instant
    document: str = ""


class Shift(BaseModel):
    """值班班次: one person on duty from `starts_at` until before `ends_at`; `in_charge` marks the 带班领导."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: UUID
    starts_at: Instant
    ends_at: Instant
    in_charge: bool = False


class DutyRosterSet(OrganizationEvent, wire="directory.DutyRosterSet"):
    """值班安排. Replaces what was set before for shifts that start within the period."""

    organization_name: str
    starts_at: Instant
    ends_at: Instant
    shifts: tuple[Shift, ...]


class PersonEvent(Event):
    """人员事实: stands in the stream of one person. All personal text is sealed under that person's own key."""

    def key_id(self, scope: str) -> str:
        """One key a person, whatever the scope."""
        return f"person/{self.originator_id}"


class PersonRegistered(PersonEvent, wire="directory.PersonRegistered"):
    """人员登记. The name and phone stand nowhere else in the log."""

    code: str
    name: IdentityText
    phone: IdentityText | None = None


class PersonAmended(PersonEvent, wire="directory.PersonAmended"):
    """人员信息变更: name and phone as they are from now on."""

    name: IdentityText
    phone: IdentityText | None = None


class PersonAppointed(PersonEvent, wire="directory.PersonAppointed"):
    """任职: holds the post in the organization from `starts_at` until before `ends_at` (None: until ended)."""

    appointment: UUID
    post: Post
    organization: UUID
    organization_name: str
    organization_kind: OrganizationKind
    starts_at: Instant
    ends_at: Instant | None = None


class AppointmentEnded(PersonEvent, wire="directory.AppointmentEnded"):
    """免去任职, at `ended_at`."""

    appointment: UUID
    post: Post
    organization: UUID
    organization_name: str
    ended_at: Instant


class DelegationGranted(PersonEvent, wire="directory.DelegationGranted"):
    """委托代办: the holder of an appointment lets another person act for them for a time. Stream of the holder."""

    delegation: UUID
    appointment: UUID
    post: Post
    organization: UUID
    organization_name: str
    delegate: UUID
    starts_at: Instant
    ends_at: Instant
    reason: SealedText


class DelegationEnded(PersonEvent, wire="directory.DelegationEnded"):
    """委托终止, before its time ran out."""

    delegation: UUID
    delegate: UUID
    organization: UUID
    ended_at: Instant


class HandoverDone(PersonEvent, wire="directory.HandoverDone"):
    """工作交接: the open matters of one appointment were handed to another holder of the post. Stream of the giver."""

    appointment: UUID
    post: Post
    organization: UUID
    organization_name: str
    receiver: UUID
    handed_at: Instant
    note: SealedText
