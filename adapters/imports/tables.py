"""导入表: reads CSV and XLSX files into rows by column, every fault named by row and column, none of them raised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.imports.csv_records import read_csv
from adapters.imports.faults import Fault, in_file_order
from adapters.imports.records import (
    Record,
    Records,
    TableLimits,
    Unreadable,
    bare,
    control_character,
)
from adapters.imports.xlsx_records import read_xlsx

HEADER_WITHIN = 10
"""The header is looked for in so many rows: lists often carry a title above it."""

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "文件是旧版 XLS 或加了密码的工作簿,请去掉密码并另存为 XLSX 后重新上传。"),
    (b"%PDF", "文件是 PDF,不是表格,请上传 XLSX 或 CSV 文件。"),
    (b"\xff\xd8\xff", "文件是图片,不是表格,请上传 XLSX 或 CSV 文件。"),
    (b"\x89PNG", "文件是图片,不是表格,请上传 XLSX 或 CSV 文件。"),
    (b"MZ", "文件是可执行程序,不是表格,请上传 XLSX 或 CSV 文件。"),
    (b"<", "文件是网页(常见于系统导出的“假”表格),请用电子表格软件打开并另存为 XLSX 后重新上传。"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """列: `name` in code, `titles` it may have in the file, the first being the one that faults name.

    `required`: the file must have it. `filled`: every row must have something in it.
    """

    name: str
    titles: tuple[str, ...]
    required: bool = True
    filled: bool = False

    @property
    def title(self) -> str:
        """The title that messages use."""
        return self.titles[0]

    def is_titled(self, title: str) -> bool:
        """True when a header cell means this column."""
        return bare(title) in {bare(known) for known in (*self.titles, self.name)}


@dataclass(frozen=True, slots=True)
class TableRow:
    """一行: `number` in the file, and the cells by column name; a column that the file lacks gives empty text."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Table:
    """导入表 as read: the rows without fault, the faults, and notices (things left out that are no fault)."""

    rows: tuple[TableRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()


def read_table(
    content: bytes, columns: Sequence[Column], *, sheet: str | None = None, limits: TableLimits | None = None
) -> Table:
    """Read a CSV or XLSX file, told apart by content. `sheet`: of a workbook; None takes the first visible one."""
    limits = limits or TableLimits()
    try:
        records = _records(content, sheet, limits)
        header = header_of(records.rows, columns)
    except Unreadable as unreadable:
        return Table(faults=(unreadable.fault,))
    return _Reading(records, header, columns, limits).table()


def _records(content: bytes, sheet: str | None, limits: TableLimits) -> Records:
    if len(content) > limits.file_bytes:
        raise Unreadable("file-too-large", _too_large(limits).message)
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Unreadable("empty-table", "文件是空的,请检查后重新上传。")
    if is_workbook(content):
        return read_xlsx(content, limits, sheet)
    return read_csv(content, limits)


def is_workbook(content: bytes) -> bool:
    """Whether it is an XLSX workbook rather than a CSV file, told by how it begins. Raises Unreadable: neither."""
    if content.startswith(b"PK\x03\x04"):
        return True
    for signature, message in _SIGNATURES:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(signature):
            raise Unreadable("not-a-table", message)
    return False


def _too_large(limits: TableLimits) -> Fault:
    return Fault(None, None, "file-too-large", f"文件超过{limits.file_bytes // 1024 // 1024}MB,请拆分后分次导入。")


def header_of(rows: Sequence[Record], columns: Sequence[Column]) -> Record:
    """The row among the first ones that names most columns. Raises Unreadable when none names any."""
    if not rows:
        raise Unreadable("empty-table", "表格中没有任何内容,请检查后重新上传。")

    def named(record: Record) -> int:
        return sum(any(column.is_titled(cell) for cell in record.cells if cell) for column in columns)

    header = max(rows[:HEADER_WITHIN], key=named)
    if not named(header):
        hint = "表头使用了全角逗号,请改用半角逗号分隔。" if any("\uff0c" in cell for cell in rows[0].cells) else ""
        wanted = "、".join(column.title for column in columns if column.required)
        raise Unreadable("no-header", f"前{HEADER_WITHIN}行中找不到表头。{hint}表头应包含:{wanted}。")
    return header


class _Reading:
    """One table being read."""

    def __init__(self, records: Records, header: Record, columns: Sequence[Column], limits: TableLimits) -> None:
        self._records = records
        self._header = header
        self._columns = columns
        self._limits = limits
        self._faults: list[Fault] = []
        self._notices = list(records.notices)
        self._places: dict[int, Column] = {}

    def table(self) -> Table:
        self._place_columns()
        self._note_titles_above()
        self._refuse_merged()
        faulty = self._cell_faults()
        rows = []
        for record in self._records.rows:
            if record.number <= self._header.number:
                continue
            before = len(self._faults)
            row = self._row(record)
            if len(self._faults) == before and record.number not in faulty:
                rows.append(row)
        if not rows and not self._faults:
            self._faults.append(Fault(None, None, "empty-table", "表头以下没有任何内容,请填写后重新上传。"))
        return Table(tuple(rows), in_file_order(self._faults), in_file_order(self._notices))

    def _place_columns(self) -> None:
        if len(self._header.cells) > self._limits.columns:
            self._fault(self._header.number, None, "too-many-columns", f"超过{self._limits.columns}列,请删去无关的列。")
        taken: dict[str, str] = {}
        for index, title in enumerate(self._header.cells):
            column = next((column for column in self._columns if title and column.is_titled(title)), None)
            if column is None:
                if title:
                    what = "不是本表的列,该列内容不导入;如是列名写错,请改正后重新上传。"
                    self._notices.append(Fault.at(self._header.number, title, "extra-column", what))
                continue
            if column.name in taken:
                what = f"与“{taken[column.name]}”列重复,请只保留一列。"
                self._fault(self._header.number, title, "doubled-column", what)
                continue
            taken[column.name] = title
            self._places[index] = column
        for column in self._columns:
            if column.required and column.name not in taken:
                what = f"缺少“{column.title}”列(可写作:{'、'.join((*column.titles, column.name))}),请补上。"
                self._fault(self._header.number, None, "missing-column", what)

    def _note_titles_above(self) -> None:
        above = [record.number for record in self._records.rows if record.number < self._header.number]
        if above:
            what = f"按表头读取,其上{len(above)}行(标题、说明)不导入。"
            self._notices.append(Fault.at(self._header.number, None, "header-not-first", what))

    def _refuse_merged(self) -> None:
        for first, last, address in self._records.merged:
            if last >= self._header.number:
                what = f"{address}是合并单元格,无法分清各行内容:请取消合并,并在每一行填写完整。"
                self._fault(max(first, self._header.number), None, "merged-cells", what)

    def _cell_faults(self) -> set[int]:
        """Report faulty cells of the columns that are imported; gives the rows they stand in."""
        rows = set()
        for number, index, code, what in self._records.cell_faults:
            column = self._places.get(index)
            if number > self._header.number and column is not None:
                self._fault(number, column.title, code, what)
                rows.add(number)
        return rows | {
            row for first, last, _ in self._records.merged for row in range(first, min(last, first + 50_000) + 1)
        }

    def _row(self, record: Record) -> TableRow:
        cells = {}
        for index, text in enumerate(record.cells):
            column = self._places.get(index)
            if column is None:
                if text and index >= len(self._header.cells):
                    what = f"比表头多出内容“{text[:20]}”,可能是内容中的逗号没有加引号,请检查本行。"
                    self._fault(record.number, None, "too-many-cells", what)
                continue
            if len(text) > self._limits.cell_characters:
                what = f"内容超过{self._limits.cell_characters}字,请精简。"
                self._fault(record.number, column.title, "cell-too-long", what)
            if control_character(text) is not None:
                self._fault(
                    record.number, column.title, "control-character", "含有无法显示的控制字符,请删去后重新填写。"
                )
            cells[column.name] = text
        for column in self._places.values():
            if column.filled and not cells.get(column.name):
                self._fault(record.number, column.title, "empty-cell", "不能为空,请填写。")
        return TableRow(record.number, cells)

    def _fault(self, row: int | None, column: str | None, code: str, what: str) -> None:
        self._faults.append(Fault.at(row, column, code, what))
