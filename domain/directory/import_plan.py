"""名录导入方案: from parsed rows to the facts that are missing. Pure: importing the same table again gives nothing.

What a table does not name stays as it is: nothing is abolished, dissolved or ended by being absent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from domain.directory.division import Division
from domain.directory.division import evolve as evolve_division
from domain.directory.events import DivisionEvent, OrganizationEvent, PersonEvent, Shift
from domain.directory.identity import check_division_code, division_stream, organization_stream, person_stream
from domain.directory.import_rosters import RosterPart, roster_parts
from domain.directory.import_rows import (
    AppointmentRow,
    DirectoryRows,
    DivisionRow,
    OrganizationRow,
    PersonRow,
    ShiftRow,
    level_of,
    parent_code_of,
)
from domain.directory.kinds import DivisionLevel
from domain.directory.organization import Organization, Standing
from domain.directory.organization import evolve as evolve_organization
from domain.directory.person import Appointment, Person
from domain.directory.person import evolve as evolve_person
from domain.directory.policies import covers, leads_to
from domain.directory.refusals import (
    AlreadyRegistered,
    CircularParentage,
    NotOnTheDutyStaff,
    RowProblem,
    RowRefused,
    UnknownDivision,
    UnknownOrganization,
    UnknownPerson,
    WrongLevel,
)
from domain.shared.events import Envelope, Event
from domain.shared.identifiers import stream_id
from domain.shared.refusals import Refusal

_Row = TypeVar("_Row", DivisionRow, OrganizationRow, PersonRow, AppointmentRow, RosterPart)


@dataclass
class Known:
    """已登记: the folded streams that the rows name, by stream id. The plan adds what it registers on the way."""

    divisions: dict[UUID, Division] = field(default_factory=dict)
    organizations: dict[UUID, Organization] = field(default_factory=dict)
    persons: dict[UUID, Person] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """The streams that rows name or refer to: what has to be known before planning."""

    divisions: frozenset[UUID]
    organizations: frozenset[UUID]
    persons: frozenset[UUID]


def streams_named(rows: DirectoryRows, node: str) -> Named:
    """Every stream that planning these rows looks at."""
    divisions = {row.code for row in rows.divisions}
    divisions |= {code for row in rows.divisions if (code := _parent_of(row))}
    divisions |= {row.division_code for row in rows.organizations if row.division_code}
    organizations = {row.code for row in rows.organizations}
    organizations |= {row.parent_code for row in rows.organizations if row.parent_code}
    placed: tuple[AppointmentRow | ShiftRow, ...] = (*rows.appointments, *rows.shifts)
    organizations |= {row.organization_code for row in placed}
    persons = {row.code for row in rows.persons} | {row.person_code for row in placed}
    return Named(
        frozenset(division_stream(node, code) for code in divisions),
        frozenset(organization_stream(node, code) for code in organizations),
        frozenset(person_stream(node, code) for code in persons),
    )


def plan_import(rows: DirectoryRows, known: Known, envelope: Envelope) -> Sequence[Event]:
    """The facts that make the directory say what the rows say, in an order in which each can stand.

    Refuses RowRefused, naming every row that breaks a rule and why; then nothing at all is to be recorded.
    """
    plan = _Plan(known, envelope)
    plan.each("区划表", sorted(rows.divisions, key=lambda row: (_level_of(row).rank, row.code)), plan.division)
    plan.each("机构表", _superiors_first(rows.organizations), plan.organization)
    plan.check_names(rows.organizations)
    plan.each("人员表", rows.persons, plan.person)
    plan.each("任职表", rows.appointments, plan.appointment)
    plan.each("值班表", roster_parts(rows.shifts), plan.roster)
    if plan.problems:
        raise RowRefused(tuple(sorted(plan.problems)))
    return plan.events


class _Plan:
    """Plans row by row; a refused row is noted and the next one is looked at, so that all are reported at once."""

    def __init__(self, known: Known, envelope: Envelope) -> None:
        self.events: list[Event] = []
        self.problems: list[RowProblem] = []
        self._known = known
        self._envelope = envelope
        self._node = envelope.node
        self._lines: dict[tuple[str, str], int] = {}

    def each(self, table: str, rows: Iterable[_Row], plan_row: Callable[[_Row], None]) -> None:
        for row in rows:
            try:
                plan_row(row)
            except Refusal as refusal:
                self.problems.append(RowProblem(table, row.line, refusal.message))

    def division(self, row: DivisionRow) -> None:
        self._once("区划代码", row.code, row.line)
        level, parent_code = _level_of(row), _parent_of(row)
        check_division_code(row.code, level)
        stream = division_stream(self._node, row.code)
        parent = None
        if parent_code:
            parent = self._known.divisions.get(division_stream(self._node, parent_code))
            if parent is None:
                raise UnknownDivision(f"上级区划“{parent_code}”没有登记,也不在本表中")
        standing = self._known.divisions.get(stream)
        fact: DivisionEvent
        if standing is None:
            fact = Division.register(self._envelope, row.code, row.name, level, parent)
        else:
            standing.check_standing()
            if (standing.level, standing.parent) != (level, parent and parent.id):
                raise WrongLevel("层级或上级与现有登记不符;隶属变化应登记新的区划代码,并撤销原代码")
            if standing.name == row.name:
                return
            fact = standing.rename(self._envelope, row.name)
        self.events.append(fact)
        self._known.divisions[stream] = evolve_division(standing, fact)

    def organization(self, row: OrganizationRow) -> None:
        self._once("机构编码", row.code, row.line)
        stream = organization_stream(self._node, row.code)
        known = self._known.organizations.get(stream)
        asked = Standing(
            row.kind,
            row.management,
            self._division(row.division_code),
            self._organization(row.parent_code) if row.parent_code else None,
            row.ends_at,
        )
        at = self._envelope.recorded_at
        if known is None:
            since = row.established_at or at
            self._record_organization(
                None, Organization.establish(self._envelope, row.code, row.name, row.aliases, asked, since)
            )
            return
        known.check_standing(at)
        if (known.name, known.aliases) != (row.name, row.aliases):
            known = self._record_organization(known, known.rename(self._envelope, row.name, row.aliases, at, ""))
        if not known.stands_as(asked):
            self._refuse_circle(known, asked.parent)
            self._record_organization(known, known.reorganize(self._envelope, asked, at, ""))

    def check_names(self, rows: Sequence[OrganizationRow]) -> None:
        """One name or alias means one organization, among all that the table and the facts show."""
        bearers: dict[str, UUID] = {}
        lines = {organization_stream(self._node, row.code): row.line for row in rows}
        for organization in self._known.organizations.values():
            if not organization.stands_at(self._envelope.recorded_at):
                continue
            for name in (organization.name, *organization.aliases):
                other = bearers.setdefault(name, organization.id)
                line = lines.get(organization.id) or lines.get(other)
                if other != organization.id and line is not None:
                    self.problems.append(RowProblem("机构表", line, f"“{name}”已是另一机构的名称或挂牌名称"))

    def person(self, row: PersonRow) -> None:
        self._once("人员编号", row.code, row.line)
        stream = person_stream(self._node, row.code)
        known = self._known.persons.get(stream)
        fact: PersonEvent
        if known is None:
            fact = Person.register(self._envelope, row.code, row.name, row.phone)
        else:
            phone = row.phone or known.phone
            if (known.name, known.phone) == (row.name, phone):
                return
            fact = known.amend(self._envelope, row.name, phone)
        self._record_person(known, fact)

    def appointment(self, row: AppointmentRow) -> None:
        person = self._person(row.person_code)
        organization = self._organization(row.organization_code)
        held = self._held(person, organization, row)
        if held is None:
            starts_at = row.starts_at or self._envelope.recorded_at
            key = f"{row.person_code}/{row.organization_code}/{row.post}/{starts_at.isoformat()}"
            appointment = stream_id(self._node, "appointment", key)
            self._record_person(
                person, person.appoint(self._envelope, appointment, row.post, organization, starts_at, row.ends_at)
            )
        elif row.ends_at is not None and (held.ends_at is None or row.ends_at < held.ends_at):
            self._record_person(person, person.end_appointment(self._envelope, held.id, row.ends_at))

    def roster(self, part: RosterPart) -> None:
        room = self._organization(part.organization_code)
        shifts = []
        for row in part.rows:
            person = self._person(row.person_code)
            if not person.is_in(room.id, row.starts_at):
                raise NotOnTheDutyStaff(f"第{row.line}行的人员在该班次时间未在值班室任职")
            shifts.append(
                Shift(person=person.id, starts_at=row.starts_at, ends_at=row.ends_at, in_charge=row.in_charge)
            )
        fact = room.set_roster(self._envelope, part.starts_at, part.ends_at, shifts)
        standing = {shift for shift in room.shifts if part.starts_at <= shift.starts_at < part.ends_at}
        if standing != set(fact.shifts):
            self._record_organization(room, fact)

    def _held(self, person: Person, organization: Organization, row: AppointmentRow) -> Appointment | None:
        """The appointment that the row speaks of: the one with its start, or without a start the one running now."""
        for held in person.appointments:
            if held.post is not row.post or held.organization != organization.id:
                continue
            runs = covers(held.starts_at, held.ends_at, self._envelope.recorded_at)
            if held.starts_at == row.starts_at or (row.starts_at is None and runs):
                return held
        return None

    def _division(self, code: str | None) -> Division | None:
        if not code:
            return None
        division = self._known.divisions.get(division_stream(self._node, code))
        if division is None:
            raise UnknownDivision(f"区划“{code}”没有登记,也不在区划表中")
        return division

    def _organization(self, code: str) -> Organization:
        organization = self._known.organizations.get(organization_stream(self._node, code))
        if organization is None:
            raise UnknownOrganization(f"机构“{code}”没有登记,也不在机构表中(或该行未能受理)")
        return organization

    def _person(self, code: str) -> Person:
        person = self._known.persons.get(person_stream(self._node, code))
        if person is None:
            raise UnknownPerson(f"人员“{code}”没有登记,也不在人员表中(或该行未能受理)")
        return person

    def _refuse_circle(self, organization: Organization, above: Organization | None) -> None:
        def superior(step: UUID) -> UUID | None:
            known = self._known.organizations.get(step)
            return known.parent if known else None

        if above is not None and leads_to(above.id, organization.id, superior):
            raise CircularParentage

    def _record_organization(self, before: Organization | None, fact: OrganizationEvent) -> Organization:
        self.events.append(fact)
        after = evolve_organization(before, fact)
        self._known.organizations[after.id] = after
        return after

    def _record_person(self, before: Person | None, fact: PersonEvent) -> None:
        self.events.append(fact)
        after = evolve_person(before, fact)
        self._known.persons[after.id] = after

    def _once(self, what: str, code: str, line: int) -> None:
        earlier = self._lines.setdefault((what, code), line)
        if earlier != line:
            raise AlreadyRegistered(f"{what}“{code}”与第{earlier}行重复")


def _level_of(row: DivisionRow) -> DivisionLevel:
    return row.level or level_of(row.code)


def _parent_of(row: DivisionRow) -> str | None:
    return row.parent_code or parent_code_of(row.code, _level_of(row))


def _superiors_first(rows: Sequence[OrganizationRow]) -> list[OrganizationRow]:
    """Superiors before those under them. Rows of a circle come last, in file order: they are refused one by one,
    unless the superiors stand already."""
    by_code = {row.code: row for row in rows}
    placed: dict[int, OrganizationRow] = {}
    for row in rows:
        chain: list[OrganizationRow] = []
        step: OrganizationRow | None = row
        while step is not None and step.line not in placed and step not in chain:
            chain.append(step)
            step = by_code.get(step.parent_code) if step.parent_code else None
        for link in reversed(chain):
            placed[link.line] = link
    return list(placed.values())
