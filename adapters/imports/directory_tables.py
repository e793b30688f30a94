"""名录导入表: divisions, organizations, persons and appointments from tables, as rows the directory can plan with.

A dry run: what the rows mean to the facts that stand already is decided by domain.directory.import_plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from adapters.imports.directory_columns import (
    ALIASES,
    APPOINTMENT_COLUMNS,
    CODE,
    DIVISION,
    DIVISION_CODE,
    DIVISION_COLUMNS,
    ENDS,
    ESTABLISHED,
    KIND,
    LEVEL,
    MANAGEMENT,
    NAME,
    ORGANIZATION,
    ORGANIZATION_COLUMNS,
    PARENT,
    PERSON,
    PERSON_CODE,
    PERSON_COLUMNS,
    PERSON_NAME,
    PHONE,
    POST,
    SHORT_NAME,
    STARTS,
)
from adapters.imports.faults import Fault, TableRefused, nearest
from adapters.imports.row_reading import RowReading, RowsRead, read_rows, with_superiors
from adapters.imports.tables import Column
from domain.directory.identity import check_code, check_division_code
from domain.directory.import_rows import (
    AppointmentRow,
    DirectoryRows,
    DivisionRow,
    OrganizationRow,
    PersonRow,
    level_of,
    parent_code_of,
)
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.policies import overlap
from domain.directory.refusals import MalformedCode
from domain.shared.posts import Post

TABLE_NAMES = ("divisions", "organizations", "persons", "appointments")


@dataclass(frozen=True, slots=True)
class DirectoryFiles:
    """名录文件: the content of each table's file; None where it is not imported."""

    divisions: bytes | None = None
    organizations: bytes | None = None
    persons: bytes | None = None
    appointments: bytes | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """已登记: codes that rows may refer to without standing in a table themselves."""

    divisions: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DirectoryReport:
    """导入检查报告 of all four tables."""

    divisions: RowsRead[DivisionRow] = field(default_factory=RowsRead)
    organizations: RowsRead[OrganizationRow] = field(default_factory=RowsRead)
    persons: RowsRead[PersonRow] = field(default_factory=RowsRead)
    appointments: RowsRead[AppointmentRow] = field(default_factory=RowsRead)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Of all tables, in their order."""
        read = (self.divisions, self.organizations, self.persons, self.appointments)
        return tuple(fault for table in read for fault in table.faults)

    def directory_rows(self) -> DirectoryRows:
        """All rows together. Refuses TableRefused while there is any fault."""
        if self.faults:
            raise TableRefused(self.faults)
        return DirectoryRows(self.divisions.rows, self.organizations.rows, self.persons.rows, self.appointments.rows)


def read_directory_folder(folder: Path, registered: Registered | None = None) -> DirectoryReport:
    """Read `<table>.csv` or `<table>.xlsx` for each of TABLE_NAMES; a table without a file is left out."""

    def content(table: str) -> bytes | None:
        for suffix in (".csv", ".xlsx"):
            path = folder / f"{table}{suffix}"
            if path.is_file():
                return path.read_bytes()
        return None

    return read_directory(DirectoryFiles(*map(content, TABLE_NAMES)), registered)


def read_directory(files: DirectoryFiles, registered: Registered | None = None) -> DirectoryReport:
    """Read the given tables; later ones may refer to earlier ones and to what is registered."""
    known = registered or Registered()
    divisions: RowsRead[DivisionRow] = RowsRead()
    organizations: RowsRead[OrganizationRow] = RowsRead()
    persons: RowsRead[PersonRow] = RowsRead()
    appointments: RowsRead[AppointmentRow] = RowsRead()
    if files.divisions is not None:
        divisions = read_divisions(files.divisions, known.divisions)
    places = known.divisions | {row.code for row in divisions.rows}
    if files.organizations is not None:
        organizations = read_organizations(files.organizations, places, known.organizations)
    bodies = known.organizations | {row.code for row in organizations.rows}
    if files.persons is not None:
        persons = read_persons(files.persons)
    people = known.persons | {row.code for row in persons.rows}
    if files.appointments is not None:
        appointments = read_appointments(files.appointments, people, bodies)
    return DirectoryReport(divisions, organizations, persons, appointments)


def read_divisions(content: bytes, registered: frozenset[str] = frozenset()) -> RowsRead[DivisionRow]:
    """区划表. Level and parent follow from the code where not given; a parent stands in the table or is registered."""

    def parse(reading: RowReading) -> DivisionRow:
        code = reading.code(DIVISION_CODE)
        level = reading.word(LEVEL, DivisionLevel)
        _check(reading, DIVISION_CODE, lambda: check_division_code(code, level or level_of(code)))
        if not reading.faults and level is None:
            level = level_of(code)
        parent = reading.code(PARENT) or (parent_code_of(code, level) if level else None)
        return DivisionRow(reading.row.number, code, reading.text(NAME), level, parent)

    read = read_rows(content, DIVISION_COLUMNS, DIVISION_CODE, parse, lambda row: row.code)
    return with_superiors(read, registered, "区划")


def read_organizations(
    content: bytes, divisions: frozenset[str] = frozenset(), registered: frozenset[str] = frozenset()
) -> RowsRead[OrganizationRow]:
    """机构表. The short name becomes an alias. No name or alias may mean two organizations."""
    bearers: dict[str, int] = {}

    def parse(reading: RowReading) -> OrganizationRow:
        code, name = reading.code(CODE), reading.text(NAME)
        _check(reading, CODE, lambda: check_code(code, "机构编码"))
        short = reading.text(SHORT_NAME)
        aliases = tuple(a for a in dict.fromkeys((*filter(None, [short]), *reading.names(ALIASES))) if a != name)
        for word in (name, *aliases):
            if bearers.setdefault(word, reading.row.number) != reading.row.number:
                what = f"“{word}”已是第{bearers[word]}行机构的名称或挂牌名称,一个名称只能指一个机构。"
                reading.fault(NAME if word == name else ALIASES, "doubled-name", what)
        division = reading.code(DIVISION) or None
        if division is not None and division not in divisions:
            what = f"区划“{division}”没有登记,也不在区划表中。{nearest(division, divisions)}请改正或先登记该区划。"
            reading.fault(DIVISION, "unknown-division", what)
        kind = reading.word(KIND, OrganizationKind) or OrganizationKind.DEPARTMENT
        if kind is OrganizationKind.TOWNSHIP and division is None:
            reading.fault(DIVISION, "division-missing", "乡镇(街道)机构须填写所在区划代码。")
        since, until = reading.day(ESTABLISHED), reading.day(ENDS)
        if kind is OrganizationKind.TEMPORARY_BODY and not reading.row[ENDS.name]:
            reading.fault(ENDS, "end-missing", "临时机构(专班、指挥部)须填写到期日期。")
        _check_order(reading, since, until)
        management = reading.word(MANAGEMENT, Management, Management.COUNTY) or Management.COUNTY
        parent = reading.code(PARENT) or None
        return OrganizationRow(
            reading.row.number, code, name, kind, management, aliases, division, parent, since, until
        )

    read = read_rows(content, ORGANIZATION_COLUMNS, CODE, parse, lambda row: row.code)
    return with_superiors(read, registered, "机构")


def read_persons(content: bytes) -> RowsRead[PersonRow]:
    """人员表. A citizen's number is refused as a code: codes stand in clear for ever."""

    def parse(reading: RowReading) -> PersonRow:
        code = reading.code(PERSON_CODE)
        _check(reading, PERSON_CODE, lambda: check_code(code, "人员编号"))
        return PersonRow(reading.row.number, code, reading.text(PERSON_NAME), reading.phone(PHONE))

    return read_rows(content, PERSON_COLUMNS, PERSON_CODE, parse, lambda row: row.code)


def read_appointments(
    content: bytes, persons: frozenset[str], organizations: frozenset[str]
) -> RowsRead[AppointmentRow]:
    """任职表. The same person may hold a post in an organization only once at a time."""
    held: dict[tuple[str, str, Post], list[tuple[int, datetime | None, datetime | None]]] = {}

    def parse(reading: RowReading) -> AppointmentRow:
        person, organization = reading.code(PERSON), reading.code(ORGANIZATION)
        _check_known(reading, PERSON, person, persons, "人员")
        _check_known(reading, ORGANIZATION, organization, organizations, "机构")
        post = reading.word(POST, Post) or Post.SYSTEM
        if post is Post.SYSTEM and not reading.faults:
            reading.fault(POST, "not-a-post", "“平台自动办理”不是人员岗位,请另选岗位。")
        since, until = reading.day(STARTS), reading.day(ENDS)
        _check_order(reading, since, until)
        others = held.setdefault((person, organization, post), [])
        if not reading.faults:  # a row that means nothing yet overlaps with nothing
            for row, other_since, other_until in others:
                if overlap(since or _EARLIEST, until, other_since or _EARLIEST, other_until):
                    what = f"与第{row}行同一人、同一机构、同一岗位的任职时间重叠,请合并或调整起止日期。"
                    reading.fault(STARTS, "overlapping-appointment", what)
            others.append((reading.row.number, since, until))
        return AppointmentRow(reading.row.number, person, organization, post, since, until)

    return read_rows(content, APPOINTMENT_COLUMNS, None, parse, lambda row: row.person_code)


_EARLIEST = datetime.fromisoformat("1900-01-01T00:00:00+08:00")


def _check(reading: RowReading, column: Column, rule: Callable[[], None]) -> None:
    try:
        rule()
    except MalformedCode as refusal:
        reading.fault(column, "malformed-code", refusal.message)


def _check_known(reading: RowReading, column: Column, code: str, known: frozenset[str], what: str) -> None:
    if code not in known:
        words = f"{what}“{code}”没有登记,也不在{what}表中(或该行有差错)。{nearest(code, known)}请改正或补上该行。"
        reading.fault(column, f"unknown-{'person' if column is PERSON else 'organization'}", words)


def _check_order(reading: RowReading, since: datetime | None, until: datetime | None) -> None:
    if since is not None and until is not None and until <= since:
        reading.fault(ENDS, "dates-reversed", "到期日期不晚于开始日期,请核对。")
