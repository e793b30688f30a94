"""值班表: a weekly pattern becomes dated shifts."""

from datetime import UTC, date, datetime

import pytest

from adapters.imports.duty_roster_table import RosterReport, read_weekly_roster
from adapters.imports.faults import TableRefused
from tests.adapters.imports.workbooks import csv_file

HEADER = ["星期", "机构编码", "人员编号", "开始", "结束", "带班"]


def read(*rows: list[str]) -> RosterReport:
    return read_weekly_roster(csv_file([HEADER, *rows]), frozenset({"1", "2"}), frozenset({"room"}))


def test_shifts_of_the_week_are_dated_and_a_night_shift_ends_the_next_day() -> None:
    report = read(["星期一", "room", "1", "08:00", "20:00", "是"], ["周日", "room", "2", "20:00", "8:00", ""])
    assert report.faults == ()
    sunday, monday = report.dated(date(2026, 3, 1), 3)  # a Sunday
    assert (sunday.person_code, sunday.starts_at, sunday.ends_at) == (
        "2",
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 2, 0, tzinfo=UTC),
    )
    assert (monday.person_code, monday.in_charge, monday.starts_at) == ("1", True, datetime(2026, 3, 2, tzinfo=UTC))


def test_wrong_rows_are_named_by_row_and_column() -> None:
    report = read(
        ["星期八", "room", "1", "08:00", "20:00", ""],
        ["星期一", "x", "1", "08:00", "20:00", ""],
        ["星期一", "room", "9", "08:00", "20:00", ""],
        ["星期一", "room", "1", "八点", "24:30", ""],
    )
    assert [(fault.row, fault.column) for fault in report.faults] == [
        (2, "星期"),
        (3, "机构编码"),
        (4, "人员编号"),
        (5, "开始"),
        (5, "结束"),
    ]
    with pytest.raises(TableRefused):
        report.dated(date(2026, 3, 1), 7)


@pytest.mark.parametrize(
    ("first", "second", "overlapping"),
    [
        (("星期一", "08:00", "20:00"), ("星期一", "19:00", "21:00"), True),
        (("星期一", "08:00", "20:00"), ("星期一", "20:00", "21:00"), False),
        (("星期一", "06:00", "09:00"), ("星期日", "20:00", "08:00"), True),
        (("星期日", "20:00", "08:00"), ("星期一", "06:00", "09:00"), True),
    ],
)
def test_one_person_is_not_on_two_shifts_at_once_over_the_turn_of_the_week_either(
    first: tuple[str, str, str], second: tuple[str, str, str], overlapping: bool
) -> None:
    rows = [[day, "room", "1", starts, ends, ""] for day, starts, ends in (first, second)]
    faults = read(*rows).faults
    assert [(fault.row, fault.code) for fault in faults] == ([(3, "overlapping-shift")] if overlapping else [])
