"""Holiday notices from the chinesecalendar package and from files."""

import json
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest

from adapters.imports.holiday_notices import (
    LARGEST,
    NoticeFileRefused,
    RowFault,
    notices_of_chinesecalendar,
    read_notices,
)
from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import HolidayNotice
from infra.defaults.shipped_rules import shipped_notice_numbers
from tests.domain.shared.calendars import USUAL, ZONE

HEADING = "年度,文号,放假日,调休上班日\n"
LABOUR_DAY = HEADING + "2026,国办发明电〔2025〕7号,2026-05-01~2026-05-05、2026-10-01,2026-05-09\n"
NOTICE = HolidayNotice(
    year=2026,
    number="国办发明电〔2025〕7号",
    off_days=(*(date(2026, 5, day) for day in range(1, 6)), date(2026, 10, 1)),
    make_up_days=(date(2026, 5, 9),),
)


def test_the_package_becomes_one_notice_a_year_with_its_number() -> None:
    notices = notices_of_chinesecalendar(shipped_notice_numbers())
    assert [notice.year for notice in notices] == list(range(2004, 2027))
    numbers = {notice.year: notice.number for notice in notices}
    assert numbers[2026] == "国办发明电〔2025〕7号"
    assert numbers[2020] == "国办发明电〔2019〕16号(经国办发明电〔2020〕1号调整)"
    assert numbers[2004] == "2004年放假安排(文号未录)"


def test_every_day_of_every_announced_year_works_as_the_package_says() -> None:
    calendar = WorkingCalendar(notices_of_chinesecalendar({}), [USUAL])
    day = date(2004, 1, 1)
    while day.year <= 2026:
        assert calendar.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_working_days_of_a_year_are_as_many_as_the_package_counts() -> None:
    calendar = WorkingCalendar(notices_of_chinesecalendar({}), [USUAL])
    starts, ends = (datetime.combine(date(year, 1, 1), time(), ZONE) for year in (2026, 2027))
    counted = chinese_calendar.get_workdays(date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.working_days_between(starts, ends) == len(counted)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_spreadsheets_write(encoding: str) -> None:
    assert read_notices("放假.csv", LABOUR_DAY.encode(encoding)) == [NOTICE]


def test_a_table_may_have_english_headings_more_columns_and_empty_rows() -> None:
    text = 'note,number,year,off_days,make_up_days\r\n,,,,\r\nx,A,2026,"2026-05-01, 2026-05-02 2026-05-03",\r\n'
    (notice,) = read_notices("notices.CSV", text.encode())
    assert notice.off_days == (date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3))
    assert notice.make_up_days == ()


def test_days_may_be_parted_by_the_full_width_marks_people_type() -> None:
    days = "2026-05-01\uff5e2026-05-03\uff0c2026-05-04\uff1b2026-05-05\u30012026-10-01"
    (notice,) = read_notices("放假.csv", f"{HEADING}2026,{NOTICE.number},{days},2026-05-09\n".encode())
    assert notice == NOTICE


def test_a_json_file_is_read() -> None:
    entry = {
        "year": 2026,
        "number": NOTICE.number,
        "off_days": ["2026-05-01~2026-05-05", "2026-10-01"],
        "make_up_days": ["2026-05-09"],
    }
    assert read_notices("notices.json", json.dumps([entry]).encode()) == [NOTICE]


def test_a_file_may_hold_a_notice_and_its_amendment() -> None:
    text = LABOUR_DAY + "2026,国办发明电〔2026〕1号,2026-05-06,\n"
    assert [notice.number for notice in read_notices("n.csv", text.encode())] == [
        NOTICE.number,
        "国办发明电〔2026〕1号",
    ]


def test_every_fault_is_named_by_its_row_and_nothing_is_taken() -> None:
    text = (
        LABOUR_DAY
        + "二〇二六,A,2026-05-01,\n"
        + "2026,,2026-05-01,\n"
        + "2026,B,2026-02-30,\n"
        + "2026,C,2026-05-01,2026-05-01\n"
        + "2026,D,2026-05-05~2026-05-01,\n"
        + "2026,E,2025-05-01,\n"
        + "2026,国办发明电〔2025〕7号,2026-05-01,\n"
        + "2026,F,,\n"
    )
    with pytest.raises(NoticeFileRefused) as refused:
        read_notices("n.csv", text.encode())
    faults = refused.value.faults
    assert [fault.row for fault in faults] == list(range(3, 11))
    words = ("年度", "文号", "2026-02-30", "两次", "起止", "不属于", "第2行重复", "没有列出")
    for fault, word in zip(faults, words, strict=True):
        assert word in fault.message
    assert "第3行" in refused.value.message
    assert "等8处" in refused.value.message


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("n.csv", b"", RowFault(1, "表头缺少列:年度、文号、放假日")),
        ("n.csv", HEADING.encode(), RowFault(0, "文件中没有放假通知")),
        ("n.json", b"{}", RowFault(0, "JSON文件应为通知的列表")),
        ("n.json", b"[1]", RowFault(1, "年度“”应为四位年份")),
        ("n.csv", b"\xff\xff\xff", RowFault(0, "文件编码无法识别,请另存为UTF-8格式")),
        ("n.csv", b"x" * (LARGEST + 1), RowFault(0, "文件过大,放假通知文件不超过1MB")),
    ],
)
def test_a_file_that_is_no_table_of_notices_is_refused(name: str, content: bytes, fault: RowFault) -> None:
    with pytest.raises(NoticeFileRefused) as refused:
        read_notices(name, content)
    assert refused.value.faults == (fault,)


def test_broken_json_is_refused() -> None:
    with pytest.raises(NoticeFileRefused, match="JSON"):
        read_notices("n.json", b"[{")
