"""导入表: what people really upload is read, or refused in words that name row, column and remedy."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.imports.records import TableLimits, tidy
from adapters.imports.tables import Column, Table, read_table
from tests.adapters.imports.damage import damaged
from tests.adapters.imports.workbooks import csv_file, with_part_changed, workbook

FIELD = Column("domain", ("领域",), filled=True)
TITLE = Column("item", ("事项", "事项名称"), filled=True)
NOTE = Column("note", ("说明",), required=False)
COLUMNS = (FIELD, TITLE, NOTE)
HEADER = ["领域", "事项", "说明"]
ROW = ["市容环境", "暴露垃圾", "每日"]


def read(content: bytes, **more: Any) -> Table:
    return read_table(content, COLUMNS, **more)


def codes(table: Table) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in table.faults]


def noticed(table: Table) -> list[tuple[int | None, str | None, str]]:
    return [(notice.row, notice.column, notice.code) for notice in table.notices]


# No surrogates and no control characters: no text of a table has them, and a workbook can't hold them.
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: tidy(text) != "" and not text.startswith("=")
)
_ROWS = st.lists(st.tuples(_TEXT, _TEXT, st.one_of(st.just(""), _TEXT)), min_size=1, max_size=8)


def _expected(rows: list[tuple[str, str, str]]) -> list[tuple[int, dict[str, str]]]:
    return [
        (number, {"domain": tidy(field), "item": tidy(title), "note": tidy(note)})
        for number, (field, title, note) in enumerate(rows, start=2)
    ]


@settings(max_examples=60, deadline=None)
@given(rows=_ROWS, encoding=st.sampled_from(["utf-8", "utf-8-sig"]))
def test_any_text_survives_a_csv_file_with_its_row_number(rows: list[tuple[str, str, str]], encoding: str) -> None:
    table = read(csv_file([HEADER, *rows], encoding))
    assert table.faults == ()
    assert [(row.number, dict(row.cells)) for row in table.rows] == _expected(rows)


@settings(max_examples=30, deadline=None)
@given(rows=_ROWS)
def test_any_text_survives_a_workbook_with_its_row_number(rows: list[tuple[str, str, str]]) -> None:
    def as_text(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                cell.data_type = "s" if cell.value else cell.data_type

    table = read(workbook([HEADER, *rows], as_text))
    assert table.faults == ()
    read_back = [(row.number, {"note": "", **row.cells}) for row in table.rows]
    assert read_back == _expected(rows)


@pytest.mark.parametrize(
    ("kept", "read_as"),
    [
        ("占道_x000D_\n经营", "占道\n经营"),
        ("占道_x000d_经营", "占道\n经营"),
        ("占道_x0009_经营", "占道\t经营"),
        ("占道_x005F_x000D_经营", "占道_x000D_经营"),
        ("占道_xD83D_经营", "占道_xD83D_经营"),
        ("max_xl_0001", "max_xl_0001"),
    ],
)
def test_what_a_workbook_writes_for_a_sign_that_xml_can_not_hold_is_that_sign(kept: str, read_as: str) -> None:
    (row,) = read(workbook([HEADER, ("城市管理", kept, "")])).rows

    assert row.cells["item"] == read_as


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-8-sig"])
def test_chinese_files_are_read_whatever_program_saved_them(encoding: str) -> None:
    table = read(csv_file([HEADER, ROW], encoding))
    assert table.faults == ()
    assert table.rows[0]["item"] == "暴露垃圾"


def test_a_rare_name_survives_gb18030() -> None:
    assert read(csv_file([HEADER, ["𠮷田", "㙍头村", ""]], "gb18030")).rows[0]["domain"] == "𠮷田"


def test_one_damaged_character_in_a_utf8_file_is_named_by_its_row_instead_of_turning_all_into_nonsense() -> None:
    content = bytearray(csv_file([HEADER, *[ROW] * 20]))
    place = content.rindex("垃".encode())
    content[place] = 0xFF
    table = read(bytes(content))
    assert codes(table) == [(21, None, "unknown-encoding")]
    assert "UTF-8" in table.faults[0].message


def test_bytes_that_are_neither_utf8_nor_gb18030_are_named_by_their_row() -> None:
    content = csv_file([HEADER, ROW], "gb18030") + b"\x81\x20abc\xff\n"
    assert codes(read(content)) == [(3, None, "unknown-encoding")]


def test_utf16_is_named() -> None:
    assert codes(read(csv_file([HEADER, ROW], "utf-16"))) == [(None, None, "unknown-encoding")]


def test_columns_copied_out_of_a_spreadsheet_with_tabs_are_read() -> None:
    assert read("领域\t事项\n市容环境\t垃圾,渣土\n".encode()).rows[0]["item"] == "垃圾,渣土"


def test_titles_are_known_in_chinese_and_in_code_whatever_their_width_blanks_or_asterisks() -> None:
    table = read(csv_file([["\uff24omain", "*事 项 名 称(必填)"], ["甲", "乙"]]))
    assert table.faults == ()
    assert dict(table.rows[0].cells) == {"domain": "甲", "item": "乙"}


def test_blanks_around_and_invisible_characters_are_dropped_and_those_inside_kept() -> None:
    table = read(csv_file([HEADER, ["\u3000市容 环境\u00a0", "\ufeff暴露\u200b垃圾\n", "\u3000"]]))
    assert dict(table.rows[0].cells) == {"domain": "市容 环境", "item": "暴露垃圾", "note": ""}


def test_blank_rows_are_passed_over_and_rows_keep_their_number() -> None:
    table = read(csv_file([HEADER, ROW, ["", "", ""], [], ["甲", "乙\n丙", ""], ROW]))
    assert [row.number for row in table.rows] == [2, 5, 6]


def test_a_title_above_the_header_is_passed_over_and_said() -> None:
    table = read(csv_file([["示范县责任清单"], [], HEADER, ROW]))
    assert [row.number for row in table.rows] == [4]
    assert noticed(table) == [(3, None, "header-not-first")]


def test_a_missing_column_is_named_with_the_titles_it_may_have() -> None:
    table = read(csv_file([["领域", "说明"], ["甲", "乙"]]))
    assert codes(table) == [(1, None, "missing-column")]
    assert "事项名称" in table.faults[0].message


def test_an_unknown_column_is_left_out_and_said() -> None:
    table = read(csv_file([[*HEADER, "负责人"], [*ROW, "张三"]]))
    assert table.faults == ()
    assert noticed(table) == [(1, "负责人", "extra-column")]
    assert "负责人" not in table.rows[0].cells


def test_a_column_under_two_titles_is_named() -> None:
    table = read(csv_file([["领域", "事项", "事项名称"], ["甲", "乙", "丙"]]))
    assert codes(table) == [(1, "事项名称", "doubled-column")]


def test_an_empty_cell_that_must_be_filled_is_named_and_the_good_rows_still_read() -> None:
    table = read(csv_file([HEADER, ["甲", "", ""], ROW, ["甲"]]))
    assert codes(table) == [(2, "事项", "empty-cell"), (4, "事项", "empty-cell")]
    assert [row.number for row in table.rows] == [3]
    assert table.faults[0].message == "第2行“事项”列:不能为空,请填写。"


def test_a_comma_without_quotes_is_told_by_the_cell_too_many() -> None:
    assert codes(read("领域,事项\n甲,乙,丙\n".encode())) == [(2, None, "too-many-cells")]


def test_quotes_that_do_not_close_are_named() -> None:
    assert codes(read('领域,事项\n甲,"乙\n丙,丁\n'.encode())) == [(2, None, "broken-quotes")]


def test_a_control_character_is_named() -> None:
    assert codes(read(csv_file([HEADER, ["甲\x07", "乙", ""]]))) == [(2, "领域", "control-character")]


def test_a_header_with_fullwidth_commas_is_recognised_as_the_reason() -> None:
    (fault,) = read("领域\uff0c事项\n甲\uff0c乙\n".encode()).faults
    assert fault.code == "no-header"
    assert "半角逗号" in fault.message


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty-table", "空"),
        (b"\xef\xbb\xbf\r\n \n", "empty-table", "空"),
        (csv_file([HEADER]), "empty-table", "表头以下"),
        (csv_file([["张三", "李四"], ["甲", "乙"]]), "no-header", "领域、事项"),
        (b"%PDF-1.4 abc", "not-a-table", "PDF"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "not-a-table", "网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "not-a-table", "XLS"),
        (b"MZ\x90" + bytes(100), "not-a-table", "程序"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "not-a-table", "图片"),
        (b"PK\x03\x04" + bytes(100), "broken-workbook", "损坏"),
        (workbook([HEADER, ROW])[:-40], "broken-workbook", "损坏"),
    ],
)
def test_what_is_no_table_is_told_by_its_content(content: bytes, code: str, words: str) -> None:
    table = read(content)
    assert table.rows == ()
    assert [fault.code for fault in table.faults] == [code]
    assert words in table.faults[0].message


def test_a_zip_that_is_no_workbook_is_named() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("a.txt", "x")
    assert [fault.code for fault in read(made.getvalue()).faults] == ["broken-workbook"]


def test_limits_are_kept_and_named() -> None:
    small = TableLimits(file_bytes=1024 * 1024, unpacked_bytes=10_000, rows=3, columns=3, cell_characters=5)
    many = csv_file([HEADER, *[ROW] * 4])
    assert [f.code for f in read(many, limits=small).faults] == ["too-many-rows"]
    assert [f.code for f in read(workbook([HEADER, *[ROW] * 4]), limits=TableLimits(rows=3)).faults] == [
        "too-many-rows"
    ]
    assert [f.code for f in read(workbook([HEADER, ROW]), limits=small).faults] == ["file-too-large"]
    assert codes(read(csv_file([HEADER, ["甲" * 6, "乙", ""]]), limits=small)) == [(2, "领域", "cell-too-long")]
    assert codes(read(csv_file([[*HEADER, "x"], ROW]), limits=small)) == [(1, None, "too-many-columns")]
    table = read(bytes(small.file_bytes + 1), limits=small)
    assert codes(table) == [(None, None, "file-too-large")]
    assert "1MB" in table.faults[0].message


def _set(place: str, value: Any, number_format: str = "General") -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[place] = value
        sheet[place].number_format = number_format

    return change


def test_a_formula_is_named_with_the_way_out() -> None:
    table = read(workbook([HEADER, ROW, ROW], _set("B3", '=CONCATENATE("暴露","垃圾")')))
    assert codes(table) == [(3, "事项", "formula-cell")]
    assert "数值" in table.faults[0].message
    assert [row.number for row in table.rows] == [2]


def test_a_formula_in_a_column_that_is_not_imported_matters_not() -> None:
    assert read(workbook([[*HEADER, "合计"], [*ROW, "=1+1"]])).faults == ()


def test_an_error_value_is_named() -> None:
    assert codes(read(workbook([HEADER, ROW], _set("C2", "#REF!")))) == [(2, "说明", "error-cell")]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (990121100000, "General", "990121100000"),
        (990121100000.0, "General", "990121100000"),
        (42, "000000", "000042"),
        (1.5, "General", "1.5"),
        (True, "General", "是"),
        (date(2026, 3, 1), "yyyy-mm-dd", "2026-03-01"),
        (datetime(2026, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2026-03-01 08:30"),  # noqa: DTZ001
    ],
)
def test_numbers_and_dates_read_as_their_author_sees_them(value: Any, number_format: str, text: str) -> None:
    table = read(workbook([HEADER, ROW], _set("C2", value, number_format)))
    assert table.faults == ()
    assert table.rows[0]["note"] == text


def test_a_code_that_lost_digits_as_a_number_is_named() -> None:
    table = read(workbook([HEADER, ROW], _set("C2", 370101199001011234)))
    assert codes(table) == [(2, "说明", "number-lost-digits")]
    assert "文本" in table.faults[0].message


def test_merged_cells_in_the_table_are_named_and_their_rows_left_out() -> None:
    table = read(workbook([HEADER, ROW, ROW, ["", "", ""], ROW], lambda sheet: sheet.merge_cells("A3:A4")))
    assert codes(table) == [(3, None, "merged-cells")]
    assert "A3:A4" in table.faults[0].message
    assert [row.number for row in table.rows] == [2, 5]


def test_a_merged_title_above_the_header_matters_not() -> None:
    table = read(workbook([["示范县责任清单"], HEADER, ROW], lambda sheet: sheet.merge_cells("A1:C1")))
    assert table.faults == ()
    assert [row.number for row in table.rows] == [3]


def test_a_sheet_is_chosen_by_name_else_the_first_visible_one_and_the_others_are_said() -> None:
    def add_sheets(sheet: Any) -> None:
        hidden = sheet.parent.create_sheet("旧表", 0)
        hidden.sheet_state = "hidden"
        hidden.append(["x"])
        second = sheet.parent.create_sheet("二批")
        second.append(HEADER)
        second.append(["甲", "乙", "丙"])
        sheet.title = "一批"

    content = workbook([HEADER, ROW], add_sheets)
    first = read(content)
    assert first.rows[0]["item"] == "暴露垃圾"
    assert [notice.code for notice in first.notices] == ["other-sheets"]
    assert "二批" in first.notices[0].message
    assert read(content, sheet="二批").rows[0]["item"] == "乙"
    missing = read(content, sheet="三批")
    assert [fault.code for fault in missing.faults] == ["no-such-sheet"]
    assert "一批、二批" in missing.faults[0].message


def test_a_wrong_extent_in_the_sheet_loses_no_row() -> None:
    content = workbook([HEADER, ROW, ROW, ROW])
    lying = with_part_changed(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:C4"', b'ref="A1:A1"')
    )
    assert lying != content
    assert len(read(lying).rows) == 3


def test_faults_come_in_the_order_of_the_file() -> None:
    table = read(csv_file([["领域", "事项"], ["", "乙"], ["甲", "乙", "丙"], ["甲", ""]]))
    assert [fault.row for fault in table.faults] == [2, 3, 4]


_WORKBOOK = workbook([["清单"], HEADER, ROW, ROW], lambda sheet: sheet.merge_cells("A1:C1"))


@st.composite
def _workbook_with_a_damaged_part(draw: st.DrawFn) -> bytes:
    """Damage inside a part, which a checksum of the archive would not tell."""
    with zipfile.ZipFile(io.BytesIO(_WORKBOOK)) as package:
        part = draw(st.sampled_from(package.namelist()))
        spoilt = draw(damaged(package.read(part)))
    return with_part_changed(_WORKBOOK, part, lambda _: spoilt)


# openpyxl warns about relations it drops; what it then reads is judged by the header.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(content=st.one_of(damaged(_WORKBOOK, csv_file([HEADER, ROW])), _workbook_with_a_damaged_part()))
def test_a_damaged_table_gives_rows_or_faults_with_a_message_and_never_an_exception(content: bytes) -> None:
    table = read(content)
    assert table.rows or table.faults
    assert all(fault.message for fault in table.faults)


def test_a_workbook_whose_properties_are_lost_is_refused_whichever_parser_is_installed() -> None:
    content = with_part_changed(workbook([HEADER, ROW]), "docProps/core.xml", lambda part: b"")

    assert codes(read(content)) == [(None, None, "broken-workbook")]
