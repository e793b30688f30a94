"""CSV 读取: UTF-8 with or without mark, or GB18030, told apart by content."""

import codecs
import csv
import io

from adapters.imports.records import Record, Records, TableLimits, Unreadable, tidy

_REMEDY = "请用电子表格软件另存为“CSV UTF-8(逗号分隔)”或 XLSX 后重新上传。"
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
        if "field larger" in str(error):
            raise Unreadable("cell-too-long", "有单元格内容过长,可能是引号没有成对,请检查。", number + 1) from None
        raise Unreadable(
            "broken-quotes", f"引号没有成对或引号后有多余字符,无法分清各列。{_REMEDY}", number + 1
        ) from None
    return records


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
        raise Unreadable(
            "unknown-encoding", f"含有按 UTF-8 和 GB18030 都无法解读的字符,文件可能已损坏或编码不对。{_REMEDY}", row
        ) from None


def _is_damaged_utf8(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return whole > _DAMAGED_SHARE * broken


def _delimiter(text: str) -> str:
    """A tab where the first line has tabs and no comma (copied out of a spreadsheet), else a comma."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return "\t" if "\t" in first and "," not in first else ","
