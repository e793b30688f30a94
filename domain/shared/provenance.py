"""导入来源: which row of an older platform's file a fact was told by, as `Event.imported_from` keeps it."""

from dataclasses import dataclass
from typing import Self

_IMPLIED = "~"


@dataclass(frozen=True, slots=True)
class Provenance:
    """导入来源: file and row (as a spreadsheet numbers it).

    `implied`: the old record has no such step, but the row presupposes that it was done (平台无记录). Its time is the
    row's, so it may look later than it was, never earlier; whoever judges performance leaves it out.
    """

    file: str
    row: int
    implied: bool = False

    @classmethod
    def read(cls, said: str) -> Self:
        """From what a fact says."""
        file, _, row = said.rpartition("#")
        return cls(file, int(row.removesuffix(_IMPLIED)), row.endswith(_IMPLIED))

    @property
    def words(self) -> str:
        """As people read it."""
        if self.implied:
            return f"原平台没有此环节的记录,依{self.file}第{self.row}行推定"
        return f"导入自{self.file}第{self.row}行"


def told_by(file: str, row: int, *, implied: bool) -> str:
    """What a fact says of its provenance."""
    return f"{file}#{row}{_IMPLIED if implied else ''}"


def is_implied(imported_from: str | None) -> bool:
    """Whether a fact stands for a step of which the older platform has no record."""
    return imported_from is not None and imported_from.endswith(_IMPLIED)
