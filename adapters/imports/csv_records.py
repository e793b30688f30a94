"""CSV 读取: UTF-8 with or without mark, or GB18030, told apart by content."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.imports.records import Record, Records, TableLimits, Unreadable, tidy

_REMEDY = "请用电子表格软件另存为“CSV UTF-8(逗号分隔)”或 XLSX 后重新上传。"
_UNDECODABLE = f"含有按 UTF-8 和 GB18030 都无法解读的字符,文件可能已损坏或编码不对。{_REMEDY}"
_DAMAGED_SHARE = 10


def read_csv(content: bytes, limits: TableLimits) -> Records:
    """All records of a CSV file; a record with line breaks inside counts as one row, as a spreadsheet shows it.

    Raises Unreadable: unknown encoding, unclosed quotes, too many rows.
    """
    text = _decoded(content)
    records = Records()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            record = Record(number, tuple(tidy(cell) for cell in cells))
            if record.blank:
                continue
            if len(records.rows) > limits.rows:
                raise Unreadable("too-many-rows", f"表格超过{limits.rows}行,请拆分后分次导入。")
            records.rows.append(record)
    except csv.Error as error:
        raise _unparted(error, number + 1) from None
    return records


def csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a CSV file of any size, one after the other, as they stand, each with its number as a spreadsheet
    shows it; blank ones left out.

    `encoding` as `encoding_of` gives it. Raises Unreadable.
    """
    number = 0
    with path.open(encoding=encoding, newline="") as lines:
        delimiter = _delimiter(lines.read(100_000))
        lines.seek(0)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if any(cells):
                    yield number, cells
        except csv.Error as error:
            raise _unparted(error, number + 1) from None
        except UnicodeDecodeError:
            raise Unreadable("unknown-encoding", _UNDECODABLE, number + 1) from None


def encoding_of(path: Path) -> str:
    """The encoding of a CSV file of any size, told by all of its content. Raises Unreadable."""
    with path.open("rb") as content:
        head = content.read(1_000_000)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise Unreadable("unknown-encoding", f"文件是 UTF-16 编码(“Unicode 文本”),不能导入。{_REMEDY}")
        decoder = codecs.getincrementaldecoder("utf-8")()
        part, row = head, 1
        try:
            while part:
                decoder.decode(part)
                row += part.count(b"\n")
                part = content.read(1_000_000)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if _is_damaged_utf8(head):
                raise Unreadable("unknown-encoding", _UNDECODABLE, row + part.count(b"\n", 0, error.start)) from None
            return "gb18030"
    return "utf-8-sig"


def _unparted(error: csv.Error, row: int) -> Unreadable:
    if "field larger" in str(error):
        return Unreadable("cell-too-long", "有单元格内容过长,可能是引号没有成对,请检查。", row)
    return Unreadable("broken-quotes", f"引号没有成对或引号后有多余字符,无法分清各列。{_REMEDY}", row)


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("unknown-encoding", f"文件是 UTF-16 编码(“Unicode 文本”),不能导入。{_REMEDY}")
    if content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
        return _strictly(content, "utf-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # GB18030 accepts most byte pairs: a UTF-8 file with one damaged character would turn into nonsense unnoticed.
        if _is_damaged_utf8(content):
            return _strictly(content, "utf-8")
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise Unreadable("unknown-encoding", _UNDECODABLE, row) from None


def _is_damaged_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return whole > _DAMAGED_SHARE * broken


def _delimiter(text: str) -> str:
    """A tab where the first line has tabs and no comma (copied out of a spreadsheet), else a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "\t" if "\t" in first and "," not in first else ","
