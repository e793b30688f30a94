"""事件日志读取: an event log of any size (CSV or XLSX), case by case, in two passes over the file.

The first pass finds the header and counts the rows of every case; the second gives each case as soon as its last row
was read. So what stands in memory is the cases that are open between their first and last row, not the file.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from adapters.imports.csv_records import csv_rows, encoding_of
from adapters.imports.faults import Fault, nearest
from adapters.imports.history_cells import CaseCells, LogPlaces, NumberedCells
from adapters.imports.history_mapping import HistoryMapping
from adapters.imports.records import Record, Records, TableLimits, Unreadable, bare, tidy
from adapters.imports.tables import HEADER_WITHIN, Column, header_of, is_workbook
from adapters.imports.xlsx_records import read_xlsx

WORKBOOK = TableLimits(file_bytes=200 * 1024 * 1024, unpacked_bytes=2_000 * 1024 * 1024, rows=1_048_576)
"""A workbook can't hold more rows; beyond its size a CSV file is the way."""


class LogRefused(Exception):
    """The file as a whole can't be read as this event log."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


class EventLog:
    """One file, looked at once from beginning to end when it is opened. Raises LogRefused."""

    def __init__(self, path: Path, mapping: HistoryMapping) -> None:
        self._path = path
        self._records = Records()
        try:
            with path.open("rb") as content:
                self._workbook = is_workbook(content.read(4_096))
            if self._workbook:
                self._records = _workbook(path, mapping.sheet)
            else:
                self._encoding = encoding_of(path)
            self._header, self.places = self._laid_out(mapping)
            self._counts = self._counted()
        except Unreadable as unreadable:
            raise LogRefused([unreadable.fault]) from None
        self.rows = sum(self._counts.values())

    @property
    def cases(self) -> int:
        """How many cases, rows without a number counting as none."""
        return len(self._counts) - ("" in self._counts)

    def cell_faults(self) -> Mapping[int, tuple[str, str, str]]:
        """What an XLSX cell of a mapped column has wrong with it, by row: title, code, message."""
        keys = {place: key for key, place in self.places.columns.items()}
        return {
            row: (self.places.titles[keys[place]], code, what)
            for row, place, code, what in self._records.cell_faults
            if place in keys
        }

    def each_case(self) -> Iterator[CaseCells]:
        """Every case whole, those first whose last row comes first. Rows without a number come one by one."""
        waiting: dict[str, list[NumberedCells]] = {}
        for case, row, cells in self._body():
            if not case:
                yield CaseCells("", [(row, cells)])
                continue
            rows = waiting.setdefault(case, [])
            rows.append((row, cells))
            if len(rows) == self._counts[case]:
                yield CaseCells(case, waiting.pop(case))

    def _counted(self) -> Counter[str]:
        counts = Counter(case for case, _, _ in self._body())
        if not counts:
            raise Unreadable("empty-table", "表头以下没有任何内容,请检查文件。")
        return counts

    def _all(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Every row with its number."""
        if self._workbook:
            return ((record.number, record.cells) for record in self._records.rows)
        return csv_rows(self._path, self._encoding)

    def _body(self) -> Iterator[tuple[str, int, Sequence[str]]]:
        """Every row below the header, after the case that it names."""
        place, header = self.places.columns["case"], self._header
        for row, cells in self._all():
            if row > header:
                yield tidy(cells[place]) if place < len(cells) else "", row, cells

    def _laid_out(self, mapping: HistoryMapping) -> tuple[int, LogPlaces]:
        """The header's row, and where each column stands. Raises LogRefused for one that is missing or doubled."""
        named = mapping.columns.named
        wanted = [Column(key, (title,)) for key, title in named.items()]
        above = [Record(row, tuple(cells)) for row, cells in islice(self._all(), HEADER_WITHIN)]
        header = header_of(above, wanted)
        places: dict[str, list[int]] = {}
        for place, title in enumerate(header.cells):
            places.setdefault(bare(tidy(title)), []).append(place)
        faults = []
        for key, title in [*named.items(), *(("attributes", title) for title in mapping.columns.attributes)]:
            found = places.get(bare(title), [])
            if not found:
                near = nearest(title, [tidy(cell) for cell in header.cells if cell.strip()])
                what = f"文件中没有“{title}”列,映射文件 columns.{key} 指的就是它。{near}请改正列名。"
                faults.append(Fault.at(header.number, title, "missing-column", what))
            elif len(found) > 1:
                what = "文件中有两列同名,分不清是哪一列:请改名。"
                faults.append(Fault.at(header.number, title, "doubled-column", what))
        if faults:
            raise LogRefused(faults)
        attributes = [(title, places[bare(title)][0]) for title in mapping.columns.attributes]
        columns = {key: places[bare(title)][0] for key, title in named.items()}
        for _, last, address in self._records.merged:
            if last >= header.number:
                what = f"{address}是合并单元格,无法分清各行内容:请取消合并,并在每一行填写完整。"
                raise LogRefused([Fault.at(last, None, "merged-cells", what)])
        return header.number, LogPlaces(columns, attributes, named, len(header.cells))


def _workbook(path: Path, sheet: str) -> Records:
    if path.stat().st_size > WORKBOOK.file_bytes:
        raise Unreadable("file-too-large", "工作簿超过200MB:请另存为 CSV 后导入,CSV 不限大小。")
    return read_xlsx(path.read_bytes(), WORKBOOK, sheet or None)
