"""事件日志: any file that is shaped like one is read case by case; a cell that can't be read is named."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.imports.event_log import EventLog, LogRefused
from adapters.imports.history_cells import CellFault, CellReader, NumberedCells, Organizations
from adapters.imports.history_mapping import HistoryMapping, read_mapping
from adapters.imports.records import bare
from domain.calls.events import OrganizationRef
from domain.calls.history.log import OldOrganization, OldRow, OldStep
from domain.calls.words import Grade
from domain.directory.kinds import OrganizationKind
from domain.shared.urgency import Urgency
from tests.adapters.imports.workbooks import csv_file, workbook
from tests.old_platform import COLUMNS, MAPPING, lives, rows_of, write_log

NOW = datetime(2026, 11, 27, tzinfo=UTC)
MAPPED = read_mapping(MAPPING.encode())
ZHIFA = OldOrganization(OrganizationRef(id=uuid4(), name="综合行政执法局"), OrganizationKind.DEPARTMENT)
TOWN = OldOrganization(OrganizationRef(id=uuid4(), name="城东镇"), OrganizationKind.TOWNSHIP)
KNOWN = Organizations({bare(one.ref.name): one for one in (ZHIFA, TOWN)}, ("综合行政执法局", "城东镇"))
PLACES = {key: COLUMNS.index(title) for key, title in MAPPED.columns.named.items()}


def reader(mapping: HistoryMapping = MAPPED) -> CellReader:
    return CellReader(mapping, PLACES, [("经办", COLUMNS.index("经办人"))], len(COLUMNS), KNOWN, NOW)


def cells(*columns: str, **said: str) -> NumberedCells:
    whole = {"工单号": "1", "环节": "派单", "办理时间": "2024-03-04 09:00:00", "处理单位": "城东镇", **said}
    return (7, tuple(whole.get(title, "") for title in columns or COLUMNS))


def read(mapping: HistoryMapping = MAPPED, **said: str) -> OldRow:
    row = reader(mapping).read(*cells(**said))
    assert row is not None
    return row


def read_with_more(**said: str) -> OldRow:
    """Of a platform that also keeps when a row was noted and by when the response was due."""
    mapping = read_mapping(
        MAPPING.replace("columns:\n", "columns:\n  recorded: 登记时间\n  respond_deadline: 响应期限\n").encode()
    )
    columns = (*COLUMNS, "登记时间", "响应期限")
    places = {key: columns.index(title) for key, title in mapping.columns.named.items()}
    row = CellReader(mapping, places, [], len(columns), KNOWN, NOW).read(*cells(*columns, **said))
    assert row is not None
    return row


def test_every_case_comes_whole_though_its_rows_lie_far_apart(tmp_path: Path) -> None:
    cases = list(lives(40))
    log = EventLog(write_log(tmp_path / "旧.csv", rows_of(cases)), MAPPED)

    found = {case.number: [cells[1] for _, cells in case.rows] for case in log.each_case()}

    assert found == {life[0]["工单号"]: [line["环节"] for line in life] for life in cases}
    assert (log.cases, log.rows) == (40, sum(map(len, cases)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_has_the_number_a_spreadsheet_shows_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (case,) = lives(1)
    case[0] = {**case[0], "内容": "第一行\n第二行"}
    log = EventLog(write_log(tmp_path / "旧.csv", case, encoding), MAPPED)

    (found,) = log.each_case()

    assert [number for number, _ in found.rows] == list(range(2, len(case) + 2))
    assert found.rows[0][1][COLUMNS.index("内容")] == "第一行\n第二行"


def test_a_workbook_is_read_like_a_csv_file_dates_and_all(tmp_path: Path) -> None:
    at = datetime(2024, 3, 4, 9, 0, 30)  # noqa: DTZ001
    path = tmp_path / "旧.xlsx"
    path.write_bytes(workbook([["导出说明"], ["工单号", "环节", "办理时间", "处理单位"], ["A1", "受理", at, "城东镇"]]))
    mapping = read_mapping(
        "source: 原平台\nbasis: {kind: statute, reference: 某条例}\nactivities: {受理: 受理}\n"
        "columns: {case: 工单号, activity: 环节, time: 办理时间, organization: 处理单位}\n".encode()
    )
    log = EventLog(path, mapping)

    (case,) = log.each_case()
    places = log.places
    row = CellReader(mapping, places.columns, places.attributes, places.width, KNOWN, NOW).read(*case.rows[0])

    assert row is not None
    assert (row.number, row.occurred_at) == (3, datetime(2024, 3, 4, 1, 0, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有任何内容"),
        ("工单号,环节\n1,受理\n".encode(), "没有“办理时间”列"),
        ("甲,乙\n1,2\n".encode(), "找不到表头"),
        ((",".join((*COLUMNS, "环节")) + "\n1\n").encode(), "两列同名"),
        ((",".join(COLUMNS) + "\n").encode(), "没有任何内容"),
        ((",".join(COLUMNS) + '\n1,"没有关上的引号\n').encode(), "引号"),
        ("工单号".encode("utf-16"), "UTF-16"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04broken", "损坏"),
    ],
)
def test_a_file_that_is_no_event_log_is_refused_as_a_whole(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "旧.csv"
    path.write_bytes(content)

    with pytest.raises(LogRefused, match=said):
        list(EventLog(path, MAPPED).each_case())


def test_a_row_is_read_into_what_it_says() -> None:
    row = read(承办单位="综合行政执法局", 紧急程度="加急", 办理期限="2024-03-09", 内容="请办理", 经办人="张某")

    assert (row.number, row.step, row.word) == (7, OldStep.DISPATCHED, "派单")
    assert (row.organization, row.handler, row.urgency) == (TOWN, ZHIFA, Urgency.URGENT)
    assert row.occurred_at == row.recorded_at == datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
    assert row.due == datetime(2024, 3, 9, 15, 59, 59, tzinfo=UTC), "a day without a time ends with the day"
    assert (row.text, row.attributes) == ("请办理", "经办:张某")
    assert read(环节="回访", 满意度="很满意").grade is Grade.SATISFIED
    assert read(环节="回访", 满意度="").grade is None, "whoever tells the case says what is missing"
    assert read(环节=" 派单\u3000").word == "派单"


@pytest.mark.parametrize("said", [" 请办理", "请办理 ", "  请办理  ", "\u3000请办理\u3000", "请办理\u200b"])
def test_what_stands_around_a_text_unseen_is_no_part_of_it(said: str) -> None:
    row = read(内容=said, 地点=" 学前街 ")

    assert (row.text, row.place) == ("请办理", "学前街")


def test_a_text_keeps_the_blanks_and_strokes_within_it() -> None:
    assert read(内容="甲 | 乙 |丙").text == "甲 | 乙 |丙"


@pytest.mark.parametrize(
    "said", ["2024/3/4 9:00", "2024年3月4日 9时0分", "2024-03-04T09:00:00+08:00", "2024.3.4 09:00:00"]
)
def test_times_are_read_as_people_and_programs_write_them(said: str) -> None:
    assert read(办理时间=said).occurred_at == datetime(2024, 3, 4, 1, 0, tzinfo=UTC)


def test_a_day_without_a_time_is_its_first_second() -> None:
    assert read(办理时间="2024-03-04").occurred_at == datetime(2024, 3, 3, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["2024-03-09 23:59:59", "2024/3/9", "2024-03-09"])
def test_a_limit_that_names_a_day_ends_with_the_day(said: str) -> None:
    assert read(办理期限=said).due == datetime(2024, 3, 9, 15, 59, 59, tzinfo=UTC)


def test_the_first_and_the_last_year_of_the_calendar_can_be_told() -> None:
    assert read(办理时间="2000-06-01 09:00:00").occurred_at.year == 2000
    assert read(办理期限="2046-06-01").due == datetime(2046, 6, 1, 15, 59, 59, tzinfo=UTC)
    with pytest.raises(CellFault, match="年份"):
        read(办理时间="2000-01-01 07:59:59")  # 1999 in UTC


def test_what_was_noted_later_keeps_both_times() -> None:
    row = read_with_more(登记时间="2024-03-05 10:00:00", 响应期限="2024-03-06")

    assert (row.occurred_at, row.recorded_at) == (
        datetime(2024, 3, 4, 1, 0, tzinfo=UTC),
        datetime(2024, 3, 5, 2, 0, tzinfo=UTC),
    )
    assert row.respond_due == datetime(2024, 3, 6, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("noted", ["", "2024-03-04 09:00:00", "2024/3/4 9:00"])
def test_what_was_noted_at_once_has_one_time(noted: str) -> None:
    row = read_with_more(登记时间=noted)

    assert row.recorded_at == row.occurred_at


def test_nothing_is_noted_before_it_was_done() -> None:
    with pytest.raises(CellFault, match="早于办理时间") as fault:
        read_with_more(登记时间="2024-03-04 08:59:59")

    assert (fault.value.key, fault.value.code) == ("recorded", "recorded-before")


def test_a_form_of_ones_own_and_another_zone_are_taken_from_the_mapping() -> None:
    mapping = read_mapping((MAPPING + 'time_format: "%d.%m.%Y %H:%M"\ntime_zone: UTC\n').encode())

    assert read(mapping, 办理时间="04.03.2024 09:00").occurred_at == datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
    with pytest.raises(CellFault, match=r"%d\.%m\.%Y"):
        read(mapping, 办理时间="2024/3/4 9:00")


@pytest.mark.parametrize(("said", "hour"), [("2024-01-15 09:00:00", 8), ("2024-07-15 09:00:00", 7)])
def test_a_zone_with_summer_time_is_counted_as_of_each_day(said: str, hour: int) -> None:
    mapping = read_mapping((MAPPING + "time_zone: Europe/Berlin\n").encode())

    assert read(mapping, 办理时间=said).occurred_at.hour == hour


@pytest.mark.parametrize(
    ("said", "code", "way_out"),
    [
        ({"处理单位": "综合执法局"}, "unknown-organization", "您是否要填写“综合行政执法局”"),
        ({"环节": "转办"}, "unknown-activity", "activities"),
        ({"环节": ""}, "activity-missing", "请补上"),
        ({"办理时间": ""}, "time-missing", "办理时间"),
        ({"办理时间": "上周三"}, "wrong-time", "2026-03-01 09:30:00"),
        ({"办理时间": "2024-02-30 09:00:00"}, "wrong-time", "请写成"),
        ({"办理时间": "1924-02-03 09:00:00"}, "wrong-time", "年份"),
        ({"办理时间": "0001-01-01 00:00:00"}, "wrong-time", "年份"),
        ({"办理期限": "9999-12-31"}, "wrong-time", "年份"),
        ({"办理时间": "2027-01-01 09:00:00"}, "in-the-future", "时区"),
        ({"紧急程度": "火急"}, "unknown-urgency", "urgencies"),
        ({"环节": "回访", "满意度": "五星"}, "unknown-grade", "grades"),
        ({"内容": "坏\x00字"}, "control-character", "删去"),
        ({"内容": "长" * 8_001}, "cell-too-long", "精简"),
    ],
)
def test_a_cell_that_can_not_be_read_names_row_column_and_way_out(
    said: dict[str, str], code: str, way_out: str
) -> None:
    with pytest.raises(CellFault, match=way_out) as fault:
        reader().read(*cells(**said))

    assert (fault.value.row, fault.value.code) == (7, code)
    assert MAPPED.columns.named[fault.value.key] in said


def test_a_row_may_end_early_and_may_have_blanks_beyond_the_last_column() -> None:
    row, usual = cells(承办单位="综合行政执法局")
    short = usual[: COLUMNS.index("承办单位") + 1]

    for told in (short, usual, (*usual, "", "  ")):
        found = reader().read(row, told)
        assert found is not None
        assert (found.handler, found.text, found.due) == (ZHIFA, "", None)


_WORDS = st.sampled_from(
    [
        *("", " ", "派单", "回访", "系统提醒", "城东镇", "综合行政执法局", "城东镇、综合行政执法局", "加急", "很满意"),
        *("2024-03-04", "2024-03-04T09:00+08:00", "2024年3月4日", "0001-01-01", "9999-12-31T23:59Z", "24:00"),
        *("1999-12-31T23:59:59-00:01", "2024-13-01", "20240304", "2024-W10-1"),
    ]
)
_ANY_CELL = st.one_of(_WORDS, st.text(max_size=20), st.datetimes().map(str))
_ANY_ROW = st.builds(
    lambda usual, changed, beyond, end: [*(changed.get(at, cell) for at, cell in enumerate(usual)), *beyond][:end],
    st.just(cells()[1]),
    st.dictionaries(st.integers(0, len(COLUMNS) - 1), _ANY_CELL, max_size=5),
    st.lists(st.sampled_from(["", " ", "\u3000", "多"]), max_size=3),
    st.one_of(st.none(), st.integers(0, len(COLUMNS))),
)


@settings(max_examples=400, deadline=None)
@given(row=_ANY_ROW, form=st.sampled_from(["", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d"]))
def test_any_row_is_read_or_its_fault_named(row: list[str], form: str) -> None:
    """The file has no column of limits; when a row was noted stands where others have them."""
    mapping = MAPPED.model_copy(update={"time_format": form})
    places = {**PLACES, "recorded": PLACES["deadline"]}
    del places["deadline"]
    said = CellReader(mapping, places, [("经办", COLUMNS.index("经办人"))], len(COLUMNS), KNOWN, NOW)

    found = None
    with suppress(CellFault):
        said.check_number(7, row)
        found = said.read(7, row)

    assert found is None or found.occurred_at <= found.recorded_at <= NOW


def test_several_organizations_in_a_cell_are_told_apart_however_they_are_parted() -> None:
    for said in (
        "综合行政执法局、城东镇",
        "综合行政执法局; 城东镇",
        "综合行政执法局,,城东镇",
        "综合行政执法局\n城东镇",
    ):
        assert read(协办单位=said).assistants == (ZHIFA, TOWN)
    assert read().assistants == ()


def test_a_comma_without_quotes_is_noticed() -> None:
    row, usual = cells()

    with pytest.raises(CellFault, match="引号") as fault:
        reader().read(row, (*usual, "多出来的"))

    assert fault.value.code == "too-many-cells"


def test_a_case_needs_a_number() -> None:
    with pytest.raises(CellFault, match="编号"):
        reader().check_number(*cells(工单号=""))


def test_a_number_has_sixty_characters_at_most() -> None:
    reader().check_number(*cells(工单号="9" * 60))

    with pytest.raises(CellFault, match="60字"):
        reader().check_number(*cells(工单号="9" * 61))


def test_a_word_left_out_on_purpose_is_no_fault() -> None:
    assert reader().read(*cells(环节="系统提醒")) is None


def test_small_files_have_a_header_below_a_title(tmp_path: Path) -> None:
    path = tmp_path / "旧.csv"
    path.write_bytes(csv_file([["某县平台导出"], list(COLUMNS), ["A1", "受理", "2024-03-04 09:00:00"]]))

    (case,) = EventLog(path, MAPPED).each_case()

    assert (case.number, case.rows[0][0]) == ("A1", 3)
