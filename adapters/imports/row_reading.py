"""名录行读取: from table rows to directory rows: cells by sort, doubled codes, superiors that do not stand."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Generic, TypeVar

from adapters.imports.directory_columns import PARENT
from adapters.imports.faults import Fault, in_file_order, nearest
from adapters.imports.records import bare
from adapters.imports.tables import Column, Table, TableRow, read_table
from domain.directory.import_rows import AppointmentRow, DivisionRow, OrganizationRow, PersonRow
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post

CHINA_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Dates in tables are days in China, which has one time zone and no summer time."""

_Row = TypeVar("_Row", DivisionRow, OrganizationRow, PersonRow, AppointmentRow)
_Placed = TypeVar("_Placed", DivisionRow, OrganizationRow)
_Word = TypeVar("_Word", DivisionLevel, Management, OrganizationKind, Post)
_DATE = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?)?"
)
_MOBILE = re.compile(r"\+?[0-9]{3,4}[0-9 -]{3,15}")


class RowReading:
    """One row being read: its cells by sort, its faults collected."""

    def __init__(self, row: TableRow) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def code(self, column: Column) -> str:
        """An identifier, in half-width characters, without blanks."""
        return "".join(unicodedata.normalize("NFKC", self.row[column.name]).split())

    def text(self, column: Column) -> str:
        """A name on one line."""
        return " ".join(self.row[column.name].split())

    def names(self, column: Column) -> tuple[str, ...]:
        """Several names, parted by 、 ; | or line breaks; each once."""
        parts = re.split("[、;\uff1b|\n]", self.row[column.name])
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def word(self, column: Column, words: type[_Word], default: _Word | None = None) -> _Word | None:
        """One of a closed list, by its code word or the word people use."""
        text = self.row[column.name]
        if not text:
            return default
        known = {**{bare(word.label): word for word in words}, **{word.value: word for word in words}}
        found = known.get(bare(text))
        if found is None:
            choices = "、".join(f"{word.label}({word.value})" for word in words)
            self.fault(column, "unknown-word", f"“{text}”不在可选范围内。{nearest(text, known)}可填:{choices}。")
        return found

    def day(self, column: Column) -> datetime | None:
        """A day (its first moment in China) or a moment, or None where the cell is empty."""
        text = unicodedata.normalize("NFKC", self.row[column.name])
        if not text:
            return None
        found = _DATE.fullmatch(text)
        try:
            if found is None:
                raise ValueError
            return datetime(
                int(found["year"]),
                int(found["month"]),
                int(found["day"]),
                int(found["hour"] or 0),
                int(found["minute"] or 0),
                tzinfo=CHINA_TIME,
            )
        except ValueError:
            self.fault(column, "wrong-date", f"“{text}”不是有效日期,请写成2026-03-01的形式。")
            return None

    def phone(self, column: Column) -> str | None:
        """A telephone number as digits, or None where the cell is empty."""
        text = unicodedata.normalize("NFKC", self.row[column.name])
        if not text:
            return None
        if not _MOBILE.fullmatch(text):
            self.fault(column, "wrong-phone", "不是电话号码,请只填写数字(可带区号和横线)。")
            return None
        return re.sub("[ -]", "", text)

    def fault(self, column: Column, code: str, what: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault.at(self.row.number, column.title, code, what))


@dataclass(frozen=True, slots=True)
class RowsRead(Generic[_Row]):
    """One table read: rows without fault, faults, notices."""

    rows: tuple[_Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    notices: tuple[Fault, ...] = ()


def read_rows(
    content: bytes,
    columns: Sequence[Column],
    key_column: Column | None,
    parse: Callable[[RowReading], _Row],
    key_of: Callable[[_Row], str],
) -> RowsRead[_Row]:
    """Every row parsed; those with a fault left out. Keys of `key_column` must differ."""
    table: Table = read_table(content, columns)
    rows, faults, seen = [], list(table.faults), dict[str, int]()
    for each in table.rows:
        reading = RowReading(each)
        row = parse(reading)
        if key_column is not None and not repeated(seen, key_of(row), reading, key_column):
            seen[key_of(row)] = each.number
        faults.extend(reading.faults)
        if not reading.faults:
            rows.append(row)
    return RowsRead(tuple(rows), in_file_order(faults), in_file_order(table.notices))


def with_superiors(read: RowsRead[_Placed], registered: frozenset[str], what: str) -> RowsRead[_Placed]:
    """Rows whose superior is unknown, or that stand above themselves, become faults."""
    parents: Mapping[str, str | None] = {row.code: row.parent_code for row in read.rows}
    known, circles = registered | set(parents), _in_circles(parents)
    rows, faults = [], list(read.faults)
    for row in read.rows:
        code, parent = row.code, row.parent_code
        fault = None
        if parent is not None and parent not in known:
            hint = nearest(parent, known)
            words = f"上级{what}“{parent}”没有登记,也不在本表中(或该行有差错)。{hint}请补上该行或改正编码。"
            fault = Fault.at(row.line, PARENT.title, "unknown-parent", words)
        elif code in circles:
            words = f"“{code}”的上级一级级向上又回到自己,请改正上级编码。"
            fault = Fault.at(row.line, PARENT.title, "circular-parent", words)
        if fault is None:
            rows.append(row)
        else:
            faults.append(fault)
    return RowsRead(tuple(rows), in_file_order(faults), read.notices)


def _in_circles(parents: Mapping[str, str | None]) -> set[str]:
    """Codes that stand above themselves. Each code is visited once."""
    circles, done = set[str](), set[str]()
    for start in parents:
        path: dict[str, int] = {}
        code: str | None = start
        while code is not None and code not in done and code not in path:
            path[code] = len(path)
            code = parents.get(code)
        if code is not None and code in path:
            circles.update(list(path)[path[code] :])
        done.update(path)
    return circles


def repeated(seen: Mapping[str, int], code: str, reading: RowReading, column: Column) -> bool:
    """True, and noted, when an earlier row has the same code."""
    if code not in seen:
        return False
    reading.fault(column, "doubled-code", f"“{code}”与第{seen[code]}行重复,同一编码只能有一行。")
    return True
