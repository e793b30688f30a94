"""名录查询. Organizations and divisions are open to every signed-in person; people are not (see `may_see`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, any_, false, func, literal, or_, select, true

from domain.directory.kinds import OrganizationKind
from domain.shared.posts import Post
from projections.directory.entries import (
    DivisionEntry,
    GrantedDelegation,
    HeldPost,
    OnDuty,
    OrganizationEntry,
    OrganizationPeriod,
    PersonEntry,
    StaffMember,
)
from projections.directory.statements import (
    HELD_POSTS,
    division_entry,
    exists_post_seen_by,
    granted_delegation,
    held_post,
    may_see,
    organization_entry,
    period_entry,
    person_entry,
    runs,
    sees_everybody,
    select_delegations,
    select_divisions,
    select_organizations,
    stands,
)
from projections.directory.tables import (
    APPOINTMENTS,
    DELEGATIONS,
    DIVISIONS,
    ORGANIZATION_PERIODS,
    ORGANIZATIONS,
    PEOPLE,
    SHIFTS,
)
from projections.scope import Viewer

DISPATCHABLE = frozenset(
    {
        OrganizationKind.DEPARTMENT,
        OrganizationKind.ESTABLISHMENT_OFFICE,
        OrganizationKind.JUSTICE_OFFICE,
        OrganizationKind.STATIONED_AGENCY,
        OrganizationKind.ENFORCEMENT_TEAM,
        OrganizationKind.TEMPORARY_BODY,
        OrganizationKind.UTILITY,
        OrganizationKind.TOWNSHIP,
        OrganizationKind.FUNCTIONAL_ZONE,
    }
)
"""可派发机构: kinds a call can be dispatched to."""

_PAGE_LIMIT = 500


class DirectoryQueries:
    """名录查询. A moment comes in as `at`; spans are half-open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")

    # Signing in: there is no viewer yet.

    def posts_of(self, person: UUID, at: datetime) -> Sequence[HeldPost]:
        """The posts a person may act in at that time, in organizations that stand then: own ones first, then those
        delegated to them (受托代办; `appointment` is then the holder's)."""
        with self._single.connect() as connection:
            rows = connection.execute(HELD_POSTS, {"person": person, "at": at}).mappings().all()
        return [held_post(row) for row in rows]

    def name_of(self, person: UUID) -> str:
        """One person's name, for the session. Raises LookupError for an unknown person."""
        rows = self._all(select(PEOPLE.c.name).where(PEOPLE.c.stream_id == person))
        if not rows:
            raise LookupError("名录中没有该人员")
        return str(rows[0]["name"])

    def own_phone(self, viewer: Viewer) -> str | None:
        """本人电话, masked as everybody's: enough to see whether it is the right one."""
        rows = self._all(select(PEOPLE.c.masked_phone).where(PEOPLE.c.stream_id == viewer.person))
        return rows[0]["masked_phone"] if rows else None

    def person_by_code(self, code: str) -> PersonEntry | None:
        """The person with this code (工号), or None."""
        rows = self._all(select(PEOPLE).where(PEOPLE.c.code == code))
        return person_entry(rows[0]) if rows else None

    # Everybody who is signed in.

    def person_names(self, viewer: Viewer, persons: Collection[UUID]) -> Mapping[UUID, str]:
        """姓名: names of people that stand in facts the viewer may read. The unknown are left out.

        Open to every viewer: an id is only met in facts that the viewer may see.
        """
        rows = self._all(select(PEOPLE.c.stream_id, PEOPLE.c.name).where(PEOPLE.c.stream_id.in_(set(persons))))
        return {row["stream_id"]: row["name"] for row in rows}

    def organization(self, viewer: Viewer, organization: UUID) -> OrganizationEntry | None:
        """One organization, standing or not, or None."""
        rows = self._all(select_organizations().where(ORGANIZATIONS.c.stream_id == organization))
        return organization_entry(rows[0]) if rows else None

    def organizations_called(self, viewer: Viewer, name: str, at: datetime) -> Sequence[OrganizationEntry]:
        """Those that bear the name or alias at that time. More than one: the name does not decide."""
        called = or_(ORGANIZATIONS.c.name == name, literal(name) == any_(ORGANIZATIONS.c.aliases))
        return [organization_entry(row) for row in self._all(select_organizations().where(called, stands(at)))]

    def organizations(
        self,
        viewer: Viewer,
        at: datetime,
        *,
        kinds: Collection[OrganizationKind] = (),
        search: str = "",
        limit: int = 200,
        after_code: str = "",
    ) -> Sequence[OrganizationEntry]:
        """Standing organizations by kind and by a part of name, alias or code; pages by code."""
        statement = select_organizations().where(stands(at), ORGANIZATIONS.c.code > after_code)
        if kinds:
            statement = statement.where(ORGANIZATIONS.c.kind.in_({kind.value for kind in kinds}))
        if search:
            statement = statement.where(
                or_(
                    ORGANIZATIONS.c.name.icontains(search, autoescape=True),
                    ORGANIZATIONS.c.code.istartswith(search, autoescape=True),
                    func.array_to_string(ORGANIZATIONS.c.aliases, " ").icontains(search, autoescape=True),
                )
            )
        page = statement.order_by(ORGANIZATIONS.c.code).limit(min(limit, _PAGE_LIMIT))
        return [organization_entry(row) for row in self._all(page)]

    def departments(self, viewer: Viewer, at: datetime, search: str = "") -> Sequence[OrganizationEntry]:
        """派发对象: organizations a call can be dispatched to, for pickers."""
        return self.organizations(viewer, at, kinds=DISPATCHABLE, search=search, limit=_PAGE_LIMIT)

    def periods(self, viewer: Viewer, organization: UUID) -> Sequence[OrganizationPeriod]:
        """机构沿革, oldest first."""
        statement = (
            select(ORGANIZATION_PERIODS)
            .where(ORGANIZATION_PERIODS.c.stream_id == organization)
            .order_by(ORGANIZATION_PERIODS.c.version)
        )
        return [period_entry(row) for row in self._all(statement)]

    def organization_as_of(self, viewer: Viewer, organization: UUID, at: datetime) -> OrganizationPeriod | None:
        """What it was called and was at that time, by the dates of its documents, or None (not yet, or no more)."""
        statement = select(ORGANIZATION_PERIODS).where(
            ORGANIZATION_PERIODS.c.stream_id == organization,
            ORGANIZATION_PERIODS.c.valid_from <= at,
            or_(ORGANIZATION_PERIODS.c.valid_to.is_(None), ORGANIZATION_PERIODS.c.valid_to > at),
        )
        rows = self._all(statement.order_by(ORGANIZATION_PERIODS.c.version.desc()).limit(1))
        return period_entry(rows[0]) if rows else None

    def succeeded(
        self, viewer: Viewer, organizations: Collection[UUID], at: datetime
    ) -> Sequence[tuple[OrganizationEntry, OrganizationEntry]]:
        """Of these, the bodies that stand no more and whose duties have passed, over however many successions, to one
        that does: each with that one, by code."""
        known: dict[UUID, OrganizationEntry] = {}
        wanted = set(organizations)
        while wanted:
            rows = self._all(select_organizations().where(ORGANIZATIONS.c.stream_id.in_(wanted)))
            known |= {entry.id: entry for entry in map(organization_entry, rows)}
            passed = {entry.successor for entry in known.values() if not entry.stands_at(at) and entry.successor}
            wanted = passed - known.keys()
        pairs = ((known[id_], _heir(known, id_, at)) for id_ in organizations if id_ in known)
        gone = [(body, heir) for body, heir in pairs if heir is not None and heir.id != body.id]
        return sorted(gone, key=lambda pair: pair[0].code)

    def predecessors(self, viewer: Viewer, organization: UUID) -> Sequence[OrganizationEntry]:
        """Those whose duties passed to this organization."""
        statement = select_organizations().where(ORGANIZATIONS.c.successor_id == organization)
        return [organization_entry(row) for row in self._all(statement)]

    def people_of(self, viewer: Viewer, organization: UUID, at: datetime) -> Sequence[StaffMember]:
        """机构人员: who holds which post there at that time. Of other organizations only the contact posts (联系岗位),
        unless the viewer sees the whole county or keeps the directory."""
        statement = (
            select(PEOPLE, *(c for c in APPOINTMENTS.c if c.name != "stream_id"))
            .join(APPOINTMENTS, APPOINTMENTS.c.stream_id == PEOPLE.c.stream_id)
            .where(APPOINTMENTS.c.organization_id == organization, runs(APPOINTMENTS, at), may_see(viewer))
            .order_by(APPOINTMENTS.c.post, PEOPLE.c.code)
        )
        return [
            StaffMember(
                row["stream_id"],
                row["code"],
                row["name"],
                row["masked_phone"],
                row["appointment_id"],
                Post(row["post"]),
                row["starts_at"],
                row["ends_at"],
            )
            for row in self._all(statement)
        ]

    def people(
        self, viewer: Viewer, search: str = "", *, after_code: str = "", limit: int = 100
    ) -> Sequence[PersonEntry]:
        """人员名册 by a part of the name or the start of the code, by code. Only those who ever held a post in the
        viewer's organization, unless the viewer sees the whole county or keeps the directory."""
        statement = select(PEOPLE).where(PEOPLE.c.code > after_code, exists_post_seen_by(viewer))
        if search:
            statement = statement.where(
                or_(
                    PEOPLE.c.name.contains(search, autoescape=True),
                    PEOPLE.c.code.istartswith(search, autoescape=True),
                )
            )
        page = statement.order_by(PEOPLE.c.code).limit(min(limit, _PAGE_LIMIT))
        return [person_entry(row) for row in self._all(page)]

    def delegations_by(self, viewer: Viewer, holder: UUID, at: datetime) -> Sequence[GrantedDelegation]:
        """本人委出: delegations by this person that run at that time or later. Empty unless the viewer is that person,
        keeps the directory or sees the whole county."""
        return self._delegations(viewer, holder, DELEGATIONS.c.stream_id, at)

    def delegations_to(self, viewer: Viewer, delegate: UUID, at: datetime) -> Sequence[GrantedDelegation]:
        """本人受托: delegations to this person that run at that time or later, for the same eyes."""
        return self._delegations(viewer, delegate, DELEGATIONS.c.delegate_id, at)

    def _delegations(
        self, viewer: Viewer, person: UUID, side: "ColumnElement[UUID]", at: datetime
    ) -> Sequence[GrantedDelegation]:
        if not (viewer.person == person or sees_everybody(viewer)):
            return []
        return [granted_delegation(row) for row in self._all(select_delegations(at).where(side == person))]

    def on_duty(self, viewer: Viewer, at: datetime, duty_room: UUID | None = None) -> Sequence[OnDuty]:
        """值班: who is on duty at that time, those in charge first; of one duty room or of all."""
        statement = (
            select(SHIFTS, PEOPLE.c.name, PEOPLE.c.masked_phone, ORGANIZATIONS.c.name.label("organization_name"))
            .join(PEOPLE, PEOPLE.c.stream_id == SHIFTS.c.person_id)
            .join(ORGANIZATIONS, ORGANIZATIONS.c.stream_id == SHIFTS.c.stream_id)
            .where(runs(SHIFTS, at))
            .order_by(ORGANIZATIONS.c.code, SHIFTS.c.in_charge.desc(), PEOPLE.c.code)
        )
        if duty_room is not None:
            statement = statement.where(SHIFTS.c.stream_id == duty_room)
        return [
            OnDuty(
                row["stream_id"],
                row["organization_name"],
                row["person_id"],
                row["name"],
                row["masked_phone"],
                row["starts_at"],
                row["ends_at"],
                row["in_charge"],
            )
            for row in self._all(statement)
        ]

    def divisions_under(
        self, viewer: Viewer, parent_code: str | None, *, after_code: str = "", limit: int = 100
    ) -> Sequence[DivisionEntry]:
        """下级区划 by code, a page at a time (`after_code`: the last one of the page before); provinces under None."""
        parent = DIVISIONS.c.parent_code
        statement = select_divisions().where(
            parent.is_(None) if parent_code is None else parent == parent_code, DIVISIONS.c.code > after_code
        )
        page = statement.order_by(DIVISIONS.c.code).limit(min(limit, _PAGE_LIMIT))
        return [division_entry(row) for row in self._all(page)]

    def divisions_named(self, viewer: Viewer, search: str, limit: int = 50) -> Sequence[DivisionEntry]:
        """Divisions by a part of the name or the start of the code."""
        found = or_(
            DIVISIONS.c.name.icontains(search, autoescape=True), DIVISIONS.c.code.startswith(search, autoescape=True)
        )
        page = select_divisions().where(found).order_by(DIVISIONS.c.code).limit(min(limit, _PAGE_LIMIT))
        return [division_entry(row) for row in self._all(page)]

    def division(self, viewer: Viewer, code: str) -> DivisionEntry | None:
        """The division with this code, or None."""
        rows = self._all(select_divisions().where(DIVISIONS.c.code == code))
        return division_entry(rows[0]) if rows else None

    def registered_codes(self, viewer: Viewer) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """已登记编码 of divisions, organizations and persons, for the dry run of an import (the import itself asks the
        facts). Persons: none, unless the viewer keeps the directory or sees the whole county."""
        standing = select(DIVISIONS.c.code).where(DIVISIONS.c.valid_to.is_(None))
        undissolved = select(ORGANIZATIONS.c.code).where(ORGANIZATIONS.c.dissolved_at.is_(None))
        everybody = select(PEOPLE.c.code).where(true() if sees_everybody(viewer) else false())
        divisions, organizations, persons = (
            frozenset(row["code"] for row in self._all(statement)) for statement in (standing, undissolved, everybody)
        )
        return divisions, organizations, persons

    def _all(self, statement: "Select[Any]") -> Sequence[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(statement).mappings().all()


def _heir(known: Mapping[UUID, OrganizationEntry], organization: UUID, at: datetime) -> OrganizationEntry | None:
    """Who stands at the end of the chain of successions: itself, if it stands; None where nobody does."""
    passed: set[UUID] = set()
    entry = known.get(organization)
    while entry is not None and not entry.stands_at(at):
        passed.add(entry.id)
        entry = known.get(entry.successor) if entry.successor and entry.successor not in passed else None
    return entry
