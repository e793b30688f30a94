"""导入差错: what is wrong with a table, cell by cell, in words its author can act on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

from domain.shared.refusals import Invalid

_NAMED_IN_REFUSAL = 5
_COMPARED = 5_000
"""Comparing with every code of the country would take a second a fault, and codes are not misspelt but wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """差错: `row` is the row's number in the file (None: the file as a whole), `column` its title as the file has it.

    `code` is stable and for machines; `message` is one Chinese sentence that names place, fault and remedy.
    """

    row: int | None
    column: str | None
    code: str
    message: str

    @classmethod
    def at(cls, row: int | None, column: str | None, code: str, what: str) -> Self:
        """A fault whose message names the place first."""
        place = (f"第{row}行" if row is not None else "") + (f"“{column}”列" if column else "")
        return cls(row, column, code, f"{place}:{what}" if place else what)


class TableRefused(Invalid):
    """A table with faults was to be taken as a whole: nothing was taken."""

    code = "table-refused"
    rule = "导入表有差错,没有导入任何内容。请按差错说明修改后重新上传。"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        named = " ".join(fault.message for fault in self.faults[:_NAMED_IN_REFUSAL])
        more = f"(另有{len(self.faults) - _NAMED_IN_REFUSAL}处)" if len(self.faults) > _NAMED_IN_REFUSAL else ""
        super().__init__(f"导入表有{len(self.faults)}处差错,没有导入任何内容:{named}{more}请修改后重新上传。")


def in_file_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sorted as an author works through the file: the whole file first, then row by row."""
    return tuple(sorted(faults, key=lambda fault: -1 if fault.row is None else fault.row))


def nearest(word: str, known: Iterable[str]) -> str:
    """“您是否要填写…” with the nearest known words, or nothing when none is near."""
    words = list(known)
    near = get_close_matches(word, words, n=3, cutoff=0.5) if len(words) <= _COMPARED else []
    return f"您是否要填写“{'”“'.join(near)}”?" if near else ""
