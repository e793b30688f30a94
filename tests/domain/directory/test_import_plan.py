"""名录导入方案: only what is new or changed, all problems at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.directory.division import evolve as evolve_division
from domain.directory.events import (
    AppointmentEnded,
    DivisionRenamed,
    DutyRosterSet,
    OrganizationRenamed,
    OrganizationReorganized,
    PersonAmended,
)
from domain.directory.import_plan import Known, plan_import, streams_named
from domain.directory.import_rows import (
    AppointmentRow,
    DirectoryRows,
    DivisionRow,
    OrganizationRow,
    PersonRow,
    ShiftRow,
)
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization import evolve as evolve_organization
from domain.directory.person import evolve as evolve_person
from domain.directory.refusals import RowRefused
from domain.shared.events import Event
from domain.shared.posts import Post
from tests.domain.directory.county import NODE, START, County

ROWS = DirectoryRows(
    divisions=(
        DivisionRow(2, "370101100000", "城东镇"),
        DivisionRow(3, "370101000000", "示范县"),
        DivisionRow(4, "370100000000", "示范市"),
        DivisionRow(5, "370000000000", "示范省"),
    ),
    organizations=(
        OrganizationRow(2, "team", "执法中队", OrganizationKind.ENFORCEMENT_TEAM, parent_code="zhzf"),
        OrganizationRow(3, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT, aliases=("城市管理局",)),
        OrganizationRow(4, "chengdong", "城东镇", OrganizationKind.TOWNSHIP, division_code="370101100000"),
    ),
    persons=(PersonRow(2, "1001", "王呼叫", "13800001234"), PersonRow(3, "1002", "李联络")),
    appointments=(
        AppointmentRow(2, "1001", "chengdong", Post.CALLER),
        AppointmentRow(3, "1002", "zhzf", Post.LIAISON, START - timedelta(days=100), START + timedelta(days=100)),
    ),
)


def _import(county: County, rows: DirectoryRows) -> list[Event]:
    """Plan and record; what is known is folded from the recorded facts."""
    named = streams_named(rows, NODE)
    known = Known(
        {i: d for i in named.divisions if (d := county.find(i, evolve_division))},
        {i: o for i in named.organizations if (o := county.find(i, evolve_organization))},
        {i: p for i in named.persons if (p := county.find(i, evolve_person))},
    )
    events = list(plan_import(rows, known, county.envelope()))
    county.record(events)
    return events


def test_rows_in_any_order_are_registered_from_above_to_below() -> None:
    county = County()
    wires = [event.wire.partition(".")[2] for event in _import(county, ROWS)]
    assert wires == (
        ["DivisionRegistered"] * 4
        + ["OrganizationEstablished"] * 3
        + ["PersonRegistered"] * 2
        + ["PersonAppointed"] * 2
    )


def test_the_same_table_again_gives_nothing_even_later() -> None:
    county = County()
    _import(county, ROWS)
    assert _import(county, ROWS) == []
    county.pass_time(days=3)
    assert _import(county, ROWS) == []


def test_only_what_changed_is_recorded() -> None:
    county = County()
    _import(county, ROWS)
    county.pass_time(days=1)
    changed = DirectoryRows(
        divisions=(replace(ROWS.divisions[0], name="城东街道"), *ROWS.divisions[1:]),
        organizations=(
            replace(ROWS.organizations[0], management=Management.VERTICAL),
            replace(ROWS.organizations[1], aliases=()),
            ROWS.organizations[2],
        ),
        persons=(replace(ROWS.persons[0], phone="13900009999"), ROWS.persons[1]),
        appointments=(ROWS.appointments[0], replace(ROWS.appointments[1], ends_at=START + timedelta(days=50))),
    )
    facts = _import(county, changed)
    assert [type(fact) for fact in facts] == [
        DivisionRenamed,
        OrganizationRenamed,
        OrganizationReorganized,
        PersonAmended,
        AppointmentEnded,
    ]
    assert _import(county, changed) == []


def test_a_blank_phone_leaves_the_known_one() -> None:
    county = County()
    _import(county, ROWS)
    assert _import(county, DirectoryRows(persons=(PersonRow(2, "1001", "王呼叫"),))) == []


def test_what_a_table_leaves_out_stays_as_it_is() -> None:
    county = County()
    _import(county, ROWS)
    assert _import(county, DirectoryRows(organizations=(ROWS.organizations[1],))) == []


def test_a_dismissed_officer_is_not_brought_back_by_an_old_table() -> None:
    county = County()
    _import(county, ROWS)
    early = replace(ROWS.appointments[1], ends_at=START + timedelta(days=1))
    _import(county, DirectoryRows(appointments=(early,)))
    assert _import(county, DirectoryRows(appointments=(ROWS.appointments[1],))) == []


def test_every_refused_row_is_named_and_nothing_is_recorded() -> None:
    county = County()
    bad = DirectoryRows(
        divisions=(
            *ROWS.divisions,
            DivisionRow(6, "370101100000", "又一个城东镇"),
            DivisionRow(7, "999999100000", "无根镇"),
            DivisionRow(8, "12", "短"),
        ),
        organizations=(
            *ROWS.organizations,
            OrganizationRow(5, "copy", "城市管理局", OrganizationKind.DEPARTMENT),
            OrganizationRow(6, "a", "甲", OrganizationKind.DEPARTMENT, parent_code="b"),
            OrganizationRow(7, "b", "乙", OrganizationKind.DEPARTMENT, parent_code="a"),
            OrganizationRow(8, "zb", "专班", OrganizationKind.TEMPORARY_BODY),
        ),
        appointments=(
            AppointmentRow(2, "1001", "nowhere", Post.CALLER),
            AppointmentRow(3, "9999", "chengdong", Post.CALLER),
        ),
        persons=ROWS.persons,
    )
    with pytest.raises(RowRefused) as refused:
        _import(county, bad)
    assert [(problem.table, problem.line) for problem in refused.value.problems] == [
        ("任职表", 2),
        ("任职表", 3),
        *(("区划表", line) for line in (6, 7, 8)),
        *(("机构表", line) for line in (5, 6, 7, 8)),
    ]
    assert "任职表第2行" in refused.value.message
    assert "另有4处" in refused.value.message
    assert county.facts == {}


def test_a_circle_of_superiors_is_refused_among_organizations_that_stand() -> None:
    county = County()
    _import(county, ROWS)
    circle = DirectoryRows(organizations=(replace(ROWS.organizations[1], parent_code="team"), ROWS.organizations[0]))
    with pytest.raises(RowRefused, match="成环"):
        _import(county, circle)


@given(st.permutations(ROWS.divisions), st.permutations(ROWS.organizations), st.integers(0, 4))
def test_an_import_in_any_order_and_in_two_parts_gives_the_same_directory(
    divisions: list[DivisionRow], organizations: list[OrganizationRow], cut: int
) -> None:
    at_once, in_parts = County(), County()
    _import(at_once, ROWS)
    first = sorted(divisions, key=lambda row: -row.line)[:cut]
    _import(in_parts, DirectoryRows(divisions=tuple(first)))
    _import(in_parts, DirectoryRows(divisions=tuple(divisions)))
    _import(in_parts, replace(ROWS, divisions=(), organizations=tuple(organizations)))

    def said(county: County) -> dict[object, list[object]]:
        return {
            stream: [(e.wire, e.model_dump(exclude={"command_id", "correlation_id"})) for e in events]
            for stream, events in county.facts.items()
        }

    assert said(at_once) == said(in_parts)


def _watch(hours: int, shifts: int) -> DirectoryRows:
    """A duty room with one officer, who stands `shifts` times for so many hours."""
    return DirectoryRows(
        organizations=(OrganizationRow(2, "zbs", "总值班室", OrganizationKind.DUTY_ROOM),),
        persons=(PersonRow(2, "7", "李值班"),),
        appointments=(AppointmentRow(2, "7", "zbs", Post.DUTY_OFFICER),),
        shifts=tuple(
            ShiftRow(n + 2, "zbs", "7", START + timedelta(hours=hours * n), START + timedelta(hours=hours * (n + 1)))
            for n in range(shifts)
        ),
    )


def test_a_roster_is_imported_in_facts_of_bounded_size_and_only_what_changed_again() -> None:
    county = County()
    rows = _watch(hours=12, shifts=730)
    rosters = [fact for fact in _import(county, rows) if isinstance(fact, DutyRosterSet)]
    assert [len(roster.shifts) for roster in rosters] == [200, 200, 200, 130]
    assert [roster.ends_at for roster in rosters[:-1]] == [roster.starts_at for roster in rosters[1:]]
    assert all(len(roster.model_dump_json()) < 60_000 for roster in rosters)
    assert _import(county, rows) == []
    changed = replace(rows, shifts=(*rows.shifts[:250], replace(rows.shifts[250], in_charge=True), *rows.shifts[251:]))
    (fact,) = _import(county, changed)
    assert isinstance(fact, DutyRosterSet)
    assert fact.starts_at == rows.shifts[200].starts_at


def test_a_shift_for_somebody_not_of_the_duty_room_is_refused_by_its_row() -> None:
    rows = _watch(hours=12, shifts=2)
    stranger = replace(rows, persons=(*rows.persons, PersonRow(3, "8", "孙旁人")))
    stranger = replace(stranger, shifts=(rows.shifts[0], replace(rows.shifts[1], person_code="8")))
    with pytest.raises(RowRefused, match="值班表第2行:第3行"):
        _import(County(), stranger)
