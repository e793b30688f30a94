"""名录导入表: every wrong row is named by row and column before anything is planned."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.imports.directory_tables import (
    DirectoryFiles,
    DirectoryReport,
    Registered,
    read_appointments,
    read_directory,
    read_directory_folder,
    read_divisions,
    read_organizations,
    read_persons,
)
from adapters.imports.faults import Fault, TableRefused
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post
from tests.adapters.imports.workbooks import csv_file, workbook

DIVISIONS = ["区划代码", "名称", "层级", "上级代码"]
ORGANIZATIONS = [
    "编码",
    "名称",
    "简称",
    "机构类别",
    "管理体制",
    "上级编码",
    "所在区划",
    "挂牌名称",
    "设立日期",
    "到期日期",
]
PERSONS = ["人员编号", "姓名", "手机"]
APPOINTMENTS = ["人员编号", "机构编码", "岗位", "任职日期", "到期日期"]
COUNTY = "990121000000"


def codes(faults: tuple[Fault, ...]) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in faults]


def organization(code: str, name: str, kind: str = "部门", **more: str) -> list[str]:
    cells = {"编码": code, "名称": name, "机构类别": kind, **more}
    return [cells.get(title, "") for title in ORGANIZATIONS]


def test_divisions_take_level_and_parent_from_the_code_where_the_table_does_not_say() -> None:
    content = csv_file(
        [["代码", "名称"], ["990121000000", "示范县"], ["990121100000", "城东镇"], ["990121100201001", "网格"]]
    )
    read = read_divisions(content, frozenset({"990100000000", "990121100201"}))
    assert read.faults == ()
    assert [(row.level, row.parent_code) for row in read.rows] == [
        (DivisionLevel.COUNTY, "990100000000"),
        (DivisionLevel.TOWNSHIP, "990121000000"),
        (DivisionLevel.GRID, "990121100201"),
    ]


def test_wrong_divisions_are_named_by_row_and_column() -> None:
    read = read_divisions(
        csv_file(
            [
                DIVISIONS,
                ["9901", "短码市", "", ""],
                ["990100000000", "示范市", "地级", ""],
                ["990121000000", "示范县", "县级", "990199000000"],
                ["990000000000", "示范省", "province", ""],
                ["990000000000", "又一省", "省级", ""],
            ]
        )
    )
    assert codes(read.faults) == [
        (2, "区划代码", "malformed-code"),
        (3, "层级", "unknown-word"),
        (4, "上级编码", "unknown-parent"),
        (6, "区划代码", "doubled-code"),
    ]
    assert "第5行" in read.faults[3].message


def test_a_division_code_kept_as_a_number_in_a_workbook_is_read() -> None:
    assert read_divisions(workbook([DIVISIONS[:2], [990000000000, "示范省"]])).rows[0].code == "990000000000"


def test_an_organization_is_read_with_all_it_has() -> None:
    content = csv_file(
        [
            ORGANIZATIONS,
            organization("zhzf", "综合行政执法局", 简称="执法局", 挂牌名称="城市管理局、执法局", 所在区划=COUNTY),
            organization(
                "zb", "秸秆禁烧专班", "temporary_body", 到期日期="2027/1/31", 设立日期="2026年3月1日", 上级编码="zhzf"
            ),
            organization("qx", "气象局", 管理体制="垂直管理"),
        ]
    )
    read = read_organizations(content, frozenset({COUNTY}))
    assert read.faults == ()
    first, second, third = read.rows
    assert (first.aliases, first.division_code, first.management) == (
        ("执法局", "城市管理局"),
        COUNTY,
        Management.COUNTY,
    )
    assert (second.kind, second.parent_code) == (OrganizationKind.TEMPORARY_BODY, "zhzf")
    assert second.ends_at == datetime(2027, 1, 30, 16, tzinfo=UTC)
    assert second.established_at == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert third.management is Management.VERTICAL


def test_wrong_organizations_are_named_by_row_and_column() -> None:
    read = read_organizations(
        csv_file(
            [
                ORGANIZATIONS,
                organization("a b!", "甲局"),
                organization("b", "乙局", "局"),
                organization("c", "丙局", 管理体制="省管"),
                organization("d", "丁镇", "township"),
                organization("e", "戊局", 所在区划="990199000000"),
                organization("f", "己专班", "temporary_body"),
                organization("g", "庚局", 设立日期="2026-02-30"),
                organization("h", "辛局", 设立日期="2026-03-01", 到期日期="2026-03-01"),
                organization("i", "壬局", 上级编码="nobody"),
                organization("j", "癸局", 挂牌名称="乙局"),
                organization("j", "癸二局"),
            ]
        ),
        frozenset({COUNTY}),
    )
    assert codes(read.faults) == [
        (2, "编码", "malformed-code"),
        (3, "机构类别", "unknown-word"),
        (4, "管理体制", "unknown-word"),
        (5, "所在区划", "division-missing"),
        (6, "所在区划", "unknown-division"),
        (7, "到期日期", "end-missing"),
        (8, "设立日期", "wrong-date"),
        (9, "到期日期", "dates-reversed"),
        (10, "上级编码", "unknown-parent"),
        (11, "挂牌名称", "doubled-name"),
        (12, "编码", "doubled-code"),
    ]
    assert "2026-03-01的形式" in read.faults[6].message
    assert "第3行" in read.faults[9].message


def test_organizations_above_each_other_in_a_circle_are_all_named_and_those_beside_are_not() -> None:
    read = read_organizations(
        csv_file(
            [
                ORGANIZATIONS,
                organization("a", "甲局", 上级编码="b"),
                organization("b", "乙局", 上级编码="c"),
                organization("c", "丙局", 上级编码="a"),
                organization("d", "丁局", 上级编码="a"),
                organization("e", "戊局", 上级编码="e"),
                organization("f", "己局"),
            ]
        )
    )
    assert [(fault.row, fault.code) for fault in read.faults] == [(row, "circular-parent") for row in (2, 3, 4, 6)]


def test_persons_are_read_with_their_phone_as_digits() -> None:
    read = read_persons(csv_file([PERSONS, ["1001", "王 呼叫", "199 0000 0001"], ["1002", "李受理", ""]]))
    assert read.faults == ()
    assert [(row.name, row.phone) for row in read.rows] == [("王 呼叫", "19900000001"), ("李受理", None)]


def test_a_citizens_number_is_no_person_code_and_words_are_no_phone() -> None:
    read = read_persons(csv_file([PERSONS, ["370101199001011234", "王", ""], ["2", "李", "问办公室"], ["2", "赵", ""]]))
    assert codes(read.faults) == [
        (2, "人员编号", "malformed-code"),
        (3, "手机", "wrong-phone"),
        (4, "人员编号", "doubled-code"),
    ]
    assert "工号" in read.faults[0].message


def test_appointments_are_read_by_the_posts_word_on_screen_or_in_code() -> None:
    read = read_appointments(
        csv_file(
            [APPOINTMENTS, ["1", "t", "呼叫员", "2026-01-05", ""], ["1", "t", "grid_worker", "", "2026-02-01 12:00"]]
        ),
        frozenset({"1"}),
        frozenset({"t"}),
    )
    assert read.faults == ()
    assert [row.post for row in read.rows] == [Post.CALLER, Post.GRID_WORKER]
    assert read.rows[1].ends_at == datetime(2026, 2, 1, 4, tzinfo=UTC)


def test_wrong_appointments_are_named_by_row_and_column() -> None:
    read = read_appointments(
        csv_file(
            [
                APPOINTMENTS,
                ["9", "t", "呼叫员", "", ""],
                ["1", "x", "呼叫员", "", ""],
                ["1", "t", "书记", "", ""],
                ["1", "t", "system", "", ""],
                ["1", "t", "受理员", "2026-02-01", "2026-01-01"],
                ["1", "t", "呼叫员", "2026-01-01", "2026-06-01"],
                ["1", "t", "呼叫员", "2026-06-01", ""],
                ["1", "t", "呼叫员", "2026-09-01", ""],
            ]
        ),
        frozenset({"1"}),
        frozenset({"t"}),
    )
    assert codes(read.faults) == [
        (2, "人员编号", "unknown-person"),
        (3, "机构编码", "unknown-organization"),
        (4, "岗位", "unknown-word"),
        (5, "岗位", "not-a-post"),
        (6, "到期日期", "dates-reversed"),
        (9, "任职日期", "overlapping-appointment"),
    ]
    assert "第8行" in read.faults[5].message


def test_tables_refer_to_each_other_and_to_what_is_registered() -> None:
    report = read_directory(
        DirectoryFiles(
            organizations=csv_file([ORGANIZATIONS, organization("t", "城东镇", "township", 所在区划="990121100000")]),
            appointments=csv_file([APPOINTMENTS, ["1", "t", "呼叫员", "", ""]]),
        ),
        Registered(divisions=frozenset({"990121100000"}), persons=frozenset({"1"})),
    )
    rows = report.directory_rows()
    assert (len(rows.divisions), len(rows.organizations), len(rows.persons), len(rows.appointments)) == (0, 1, 0, 1)


def test_with_any_fault_in_any_table_nothing_is_handed_on() -> None:
    report = read_directory(DirectoryFiles(persons=csv_file([PERSONS, ["1", "", ""], ["2", "李", ""]])))
    assert codes(report.faults) == [(2, "姓名", "empty-cell")]
    with pytest.raises(TableRefused):
        report.directory_rows()


def test_a_folder_may_hold_csv_or_workbooks_or_lack_a_table(tmp_path: Path) -> None:
    (tmp_path / "persons.xlsx").write_bytes(workbook([PERSONS, ["1", "王", "19900000001"]]))
    (tmp_path / "divisions.csv").write_bytes(csv_file([DIVISIONS, ["990000000000", "示范省", "", ""]], "gb18030"))
    report: DirectoryReport = read_directory_folder(tmp_path)
    assert report.faults == ()
    assert [len(report.divisions.rows), len(report.organizations.rows), len(report.persons.rows)] == [1, 0, 1]
