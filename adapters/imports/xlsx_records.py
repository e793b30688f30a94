"""XLSX 读取: what people really put into cells: formulas, numbers, dates, merged cells, several sheets."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from adapters.imports.faults import Fault
from adapters.imports.records import Record, Records, TableLimits, Unreadable, tidy

_EXACT_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number; longer codes have lost their last ones."""

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""A sign that XML can't hold (ECMA-376 22.9.2.19): most often half of a line break. openpyxl leaves it as it stands."""

_BROKEN = "文件已损坏或不是 XLSX 工作簿,请用电子表格软件打开并另存为 XLSX 后重新上传。"

_PARSER_ERRORS = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    SyntaxError,  # ElementTree.ParseError, and lxml's where it is installed: openpyxl then parses with it
)
"""What openpyxl and the ZIP reader were seen to raise over damaged workbooks."""


def read_xlsx(content: bytes, limits: TableLimits, sheet: str | None = None) -> Records:
    """All records of one sheet: the named one, or the first that is visible (the others are named in a notice).

    Raises Unreadable: broken, unpacks to too much, no such sheet, too many rows.
    """
    _check_package(content, limits)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except _PARSER_ERRORS as error:
        raise Unreadable("broken-workbook", _BROKEN) from error
    try:
        chosen, notices = _choose(book, sheet)
        records = Records(notices=notices)
        # Some programs write a wrong extent into the sheet; rows beyond it would silently be lost.
        chosen.reset_dimensions()
        try:
            for number, cells in enumerate(chosen.iter_rows(), start=1):
                _take(records, number, cells, limits)
            records.merged = list(_merged_ranges(content, chosen.title))
        except _PARSER_ERRORS as error:
            raise Unreadable("broken-workbook", _BROKEN) from error
        return records
    finally:
        book.close()


def _check_package(content: bytes, limits: TableLimits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if "[Content_Types].xml" not in package.namelist():
                raise Unreadable("broken-workbook", _BROKEN)
    except _PARSER_ERRORS as error:
        raise Unreadable("broken-workbook", _BROKEN) from error
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Unreadable(
            "file-too-large",
            f"工作簿展开后超过{limits.unpacked_bytes // 1024 // 1024}MB,请删去无关工作表和空白格式后重新上传。",
        )


def _choose(book: Any, sheet: str | None) -> tuple[Any, list[Fault]]:
    names = [each.title for each in book.worksheets]
    if sheet is not None:
        if sheet not in names:
            raise Unreadable("no-such-sheet", f"工作簿中没有名为“{sheet}”的工作表,现有:{'、'.join(names)}。")
        return book[sheet], []
    visible = [each for each in book.worksheets if each.sheet_state == "visible"]
    if not visible:
        raise Unreadable("empty-table", "工作簿中没有可见的工作表,请检查文件。")
    others = "、".join(each.title for each in visible[1:])
    if not others:
        return visible[0], []
    notice = f"只读取了工作表“{visible[0].title}”;另有工作表{others}没有读取,如需导入请指定工作表名称。"
    return visible[0], [Fault(None, None, "other-sheets", notice)]


def _take(records: Records, number: int, cells: tuple[Any, ...], limits: TableLimits) -> None:
    texts = []
    for index, cell in enumerate(cells):
        text, problem = _text_of(cell)
        texts.append(tidy(text))
        if problem:
            records.cell_faults.append((number, index, *problem))
    record = Record(number, tuple(texts))
    if record.blank:
        return
    if len(records.rows) > limits.rows:
        raise Unreadable("too-many-rows", f"表格超过{limits.rows}行,请拆分后分次导入。")
    records.rows.append(record)


def _text_of(cell: Any) -> tuple[str, tuple[str, str] | None]:
    """The cell as text, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", None
    if cell.data_type == "f":
        return str(value), ("formula-cell", "单元格是公式,请复制该列后“选择性粘贴为数值”再上传。")
    if cell.data_type == "e":
        return str(value), ("error-cell", f"单元格显示错误值{value},请改为实际内容。")
    if isinstance(value, bool):
        return ("是" if value else "否"), None
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat(), None
        return value.isoformat(" ", "seconds" if value.second else "minutes"), None
    if isinstance(value, date | time):
        return value.isoformat(), None
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return _ESCAPED.sub(_sign, str(value)), None


def _sign(escaped: re.Match[str]) -> str:
    sign = chr(int(escaped[1], 16))
    return escaped[0] if "\ud800" <= sign <= "\udfff" else sign


def _number(value: float, number_format: str) -> tuple[str, tuple[str, str] | None]:
    if not float(value).is_integer():
        return str(value), None
    text = str(int(value))
    if re.fullmatch("0{2,}", number_format or ""):
        text = text.zfill(len(number_format))  # what the author sees has its leading zeros
    if abs(value) >= _EXACT_DIGITS:
        return text, ("number-lost-digits", "超过15位的编码以数字保存,末位已丢失:请把该列设为“文本”格式后重新填写。")
    return text, None


def _merged_ranges(content: bytes, title: str) -> Iterator[tuple[int, int, str]]:
    """Merged cells of the sheet, read from its own part: the streaming reader leaves them out."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        part = _part_of(package, title)
        if part is None:
            return
        with package.open(part) as xml:
            for _, element in ElementTree.iterparse(xml):
                if element.tag.endswith("}mergeCell"):
                    address = element.get("ref", "")
                    _, first, _, last = range_boundaries(address)
                    yield int(first or 1), int(last or 1), address
                elif element.tag.endswith("}row"):
                    element.clear()  # a sheet of 50,000 rows need not stand in memory


def _part_of(package: zipfile.ZipFile, title: str) -> str | None:
    """The package part that holds the sheet with this title."""
    relation = None
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet") and element.get("name") == title:
            relation = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
    for element in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels")).iter():
        if relation is not None and element.get("Id") == relation:
            target = element.get("Target", "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return part if part in package.namelist() else None
    return None
