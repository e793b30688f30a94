"""记录: what every kind of table file is first read into: numbered rows of tidied text, and what could not be read."""

import re
import unicodedata
from dataclasses import dataclass, field

from adapters.imports.faults import Fault

_UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e"
_INVISIBLE = dict.fromkeys(map(ord, _UNSEEN))
_ANY_INVISIBLE = re.compile(f"[{_UNSEEN}]")


@dataclass(frozen=True, slots=True)
class TableLimits:
    """导入上限: what a table may hold at most. Sizes in bytes, cells in characters."""

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    rows: int = 50_000
    columns: int = 100
    cell_characters: int = 8_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file; `number` is what a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """True when no cell holds anything."""
        return not any(self.cells)


@dataclass(slots=True)
class Records:
    """All rows. `faults` by row and column index (from 0); `merged` are (first row, last row, address) of the file."""

    rows: list[Record] = field(default_factory=list)
    cell_faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    merged: list[tuple[int, int, str]] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole gives no rows. Never leaves this package: becomes the table's fault."""

    def __init__(self, code: str, what: str, row: int | None = None) -> None:
        super().__init__(what)
        self.fault = Fault.at(row, None, code, what)


def tidy(text: str) -> str:
    """Without blanks around (full-width ones too) and without invisible characters, which people never mean."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and _ANY_INVISIBLE.search(text):  # hardly a cell has any, and histories have millions
        text = text.translate(_INVISIBLE)
    return text.strip()


def control_character(text: str) -> str | None:
    """The first character that no text holds, or None."""
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) == "Cc":
            return character
    return None


def bare(title: str) -> str:
    """A column's title or a name for comparison: width, case, blanks and marks of obligation aside."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split()).strip("*").removesuffix("(必填)")
