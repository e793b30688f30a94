"""值班表导入: shift rows as rosters small enough for one fact each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.directory.import_rows import ShiftRow

SHIFTS_IN_ONE_FACT = 200
"""About 30 KB: well below the size that every fact must keep."""


@dataclass(frozen=True, slots=True)
class RosterPart:
    """排班的一段: the rows of one duty room that start from `starts_at` until before `ends_at`."""

    organization_code: str
    starts_at: datetime
    ends_at: datetime
    rows: tuple[ShiftRow, ...]

    @property
    def line(self) -> int:
        """Where it begins in the file, for refusals."""
        return min(row.line for row in self.rows)


def roster_parts(rows: Sequence[ShiftRow]) -> list[RosterPart]:
    """The rows of each duty room in order of time, cut so that shifts starting together stay together.

    Each part reaches to where the next begins, so that a shift that a newer table leaves out is replaced too.
    """
    by_room: dict[str, list[ShiftRow]] = defaultdict(list)
    for row in rows:
        by_room[row.organization_code].append(row)
    parts = []
    for code, mine in by_room.items():
        cuts = _cut(sorted(mine, key=lambda row: (row.starts_at, row.line)))
        for place, cut in enumerate(cuts):
            ends_at = cuts[place + 1][0].starts_at if place + 1 < len(cuts) else max(row.ends_at for row in cut)
            parts.append(RosterPart(code, cut[0].starts_at, ends_at, tuple(cut)))
    return parts


def _cut(rows: Sequence[ShiftRow]) -> list[list[ShiftRow]]:
    cuts: list[list[ShiftRow]] = [[]]
    for row in rows:
        latest = cuts[-1]
        if len(latest) >= SHIFTS_IN_ONE_FACT and latest[-1].starts_at != row.starts_at:
            cuts.append([])
        cuts[-1].append(row)
    return cuts
