"""示范市示范县: its files are whole, resolve against each other, and can be planned and published as they are."""

import csv
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.imports.directory_tables import DirectoryReport, read_directory_folder
from adapters.imports.duty_list_table import DutyListReport, SourceGrade, read_duty_list
from adapters.imports.duty_roster_table import RosterReport, read_weekly_roster
from domain.directory.identity import organization_stream
from domain.directory.import_plan import Known, plan_import
from domain.directory.kinds import Management, OrganizationKind
from domain.duty_lists.items import title_key
from domain.duty_lists.kinds import DutyRole
from domain.shared.events import Actor, Envelope
from domain.shared.posts import Post

FOLDER = Path(__file__).parents[3] / "infra" / "demonstration"
NODE = "demo"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def directory() -> DirectoryReport:
    return read_directory_folder(FOLDER)


@pytest.fixture(scope="module")
def names(directory: DirectoryReport) -> dict[str, UUID]:
    return {
        name: organization_stream(NODE, row.code)
        for row in directory.organizations.rows
        for name in (row.name, *row.aliases)
    }


@pytest.fixture(scope="module")
def duty_list(names: dict[str, UUID]) -> DutyListReport:
    return read_duty_list((FOLDER / "duty_list.csv").read_bytes(), names)


@pytest.fixture(scope="module")
def roster(directory: DirectoryReport) -> RosterReport:
    persons = frozenset(row.code for row in directory.persons.rows)
    return read_weekly_roster((FOLDER / "duty_roster.csv").read_bytes(), persons, frozenset({"zhibanshi"}))


def test_every_row_of_the_list_resolves_and_becomes_an_item(duty_list: DutyListReport) -> None:
    assert [fault.message for fault in duty_list.faults] == []
    items = duty_list.drafts()
    assert len(items) == 81
    assert len({item.field for item in items}) == 13
    for item in items:
        assert any(duty.role is DutyRole.PRIMARY for duty in item.duties), item.title
        assert sum(duty.bearer is None for duty in item.duties) == 1, item.title
        assert len({(duty.bearer, duty.role, duty.mode) for duty in item.duties}) == len(item.duties), item.title
        assert len({(own.action, own.urgency) for own in item.limits}) == len(item.limits), item.title


def test_the_lists_words_are_understood_where_they_matter(duty_list: DutyListReport, names: dict[str, UUID]) -> None:
    rows = {title_key(row.field, row.title)[1]: row for row in duty_list.rows}
    assert [row.title for row in duty_list.rows if row.township_is_primary] == [
        "乡村规划区内违法建设(未取得或违反乡村建设规划许可)",
        "乡道建设和养护",
    ]
    assert rows["应急物资储备与调拨"].lead == names["应急管理局"]
    assert rows["占道经营(无证无照)联合整治"].lead == names["综合行政执法局"]
    assert [limit.words for limit in rows["暴露垃圾"].limits] == ["4个工作时内"]
    assert [limit.words for limit in rows["供水管道破裂"].limits] == ["3个紧急工作时内", "8个紧急工作时内", "5个工作日"]
    assert {grade: sum(row.grade is grade for row in duty_list.rows) for grade in SourceGrade} == {
        SourceGrade.SUPPORTED: 7,
        SourceGrade.PARTLY: 31,
        SourceGrade.MEMORY: 43,
    }
    for row in duty_list.rows:
        if row.grade is SourceGrade.MEMORY:
            assert "核对" in row.legal_basis, row.title


def test_every_stated_limit_of_the_list_is_offered(duty_list: DutyListReport) -> None:
    with (FOLDER / "duty_list.csv").open(encoding="utf-8", newline="") as file:
        stated = sum(
            row[column].count(word)
            for row in csv.DictReader(file)
            for column in ("county_primary_duty", "township_cooperative_duty")
            for word in ("工作时", "工作日", "分钟", "小时")
        )
    words = [limit.words for _, limit in duty_list.limits]
    assert sum(any(unit in word for unit in ("工作时", "工作日", "分钟", "小时")) for word in words) == stated == 25


def test_the_whole_directory_can_be_planned_by_the_domains_rules(directory: DirectoryReport) -> None:
    assert [fault.message for fault in directory.faults] == []
    command_id = uuid4()
    envelope = Envelope(
        recorded_at=NOW,
        occurred_at=NOW,
        actor=Actor(person=None, post=Post.SYSTEM, organization=uuid4(), organization_name="呼应平台"),
        command_id=command_id,
        correlation_id=command_id,
        node=NODE,
    )
    rows = directory.directory_rows()
    events = plan_import(rows, Known(), envelope)
    assert len(events) == len(rows.divisions) + len(rows.organizations) + len(rows.persons) + len(rows.appointments)


def test_every_post_is_held_and_the_first_storys_people_are_there(directory: DirectoryReport) -> None:
    held = {(row.organization_code, row.post): row.person_code for row in directory.appointments.rows}
    persons = {row.code: row.name for row in directory.persons.rows}
    assert {post for _, post in held} == set(Post) - {Post.SYSTEM}
    chengdong = [row for row in directory.appointments.rows if row.organization_code == "chengdong"]
    assert "王呼叫" in {persons[row.person_code] for row in chengdong if row.post is Post.CALLER}
    operators = [persons[r.person_code] for r in directory.appointments.rows if r.post is Post.OPERATOR]
    assert "李受理" in operators
    kinds = {row.code: row.kind for row in directory.organizations.rows}
    for code, kind in kinds.items():
        if kind is OrganizationKind.TOWNSHIP:
            assert (code, Post.CALLER) in held
            assert (code, Post.TOWNSHIP_LEADER) in held
        if kind in (OrganizationKind.DEPARTMENT, OrganizationKind.UTILITY, OrganizationKind.STATIONED_AGENCY):
            assert (code, Post.LIAISON) in held


def test_every_kind_of_organization_and_management_is_there(directory: DirectoryReport) -> None:
    assert {row.kind for row in directory.organizations.rows} == set(OrganizationKind)
    assert {row.management for row in directory.organizations.rows} == set(Management)
    named = {row.name: row.management for row in directory.organizations.rows}
    assert named["消防救援大队"] is Management.VERTICAL
    assert named["生态环境分局"] is Management.CITY_DISPATCHED
    assert named["示范县供电公司"] is Management.ENTERPRISE


def test_every_bearer_of_the_list_has_a_liaison_to_receive_a_dispatch(
    directory: DirectoryReport, duty_list: DutyListReport
) -> None:
    codes = {organization_stream(NODE, row.code): row.code for row in directory.organizations.rows}
    liaisons = {row.organization_code for row in directory.appointments.rows if row.post is Post.LIAISON}
    assert {codes[bearer.organization] for row in duty_list.rows for bearer in row.bearers} <= liaisons


def test_codes_and_phones_are_plainly_invented(directory: DirectoryReport) -> None:
    assert all(row.code.startswith("99") for row in directory.divisions.rows)
    phones = [row.phone for row in directory.persons.rows]
    assert all(phone is not None and phone.startswith("1990000") and len(phone) == 11 for phone in phones)
    assert len(set(phones)) == len(phones)
    assert "虚构" in (FOLDER / "README.md").read_text("utf-8")


def test_the_duty_room_is_manned_at_every_moment_by_people_who_hold_a_post_there(
    directory: DirectoryReport, roster: RosterReport
) -> None:
    assert roster.faults == ()
    staff = {row.person_code for row in directory.appointments.rows if row.organization_code == "zhibanshi"}
    shifts = [shift for shift in roster.dated(date(2026, 3, 1), 15) if not shift.in_charge]
    assert {shift.person_code for shift in shifts} <= staff
    for earlier, later in pairwise(shifts):
        assert later.starts_at == earlier.ends_at
    assert shifts[-1].ends_at - shifts[0].starts_at == timedelta(days=15)
