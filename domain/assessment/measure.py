"""指标: what a measure is: which counted lines it is about, of whose work, by what it is broken down."""

from dataclasses import dataclass
from enum import Enum

from domain.assessment.marks import Mark
from domain.shared.labels import Labelled

NOTHING = Mark(0)

CALL = "call"
"""The counted line that stands for a call itself, beside those of its obligations."""


class Dimension(Labelled):
    """按什么分列. Never by person."""

    DEPARTMENT = "department", "承办单位"
    OFFICE = "office", "平台和裁决单位"
    TOWNSHIP = "township", "乡镇(街道)"
    ITEM = "item", "清单事项"
    FIELD = "field", "领域"


class Side(Enum):
    """Whose work a measure is about."""

    HANDLERS = "handlers"
    OFFICES = "offices"
    TOWNSHIPS = "townships"


@dataclass(frozen=True)
class Measure:
    """指标. A line counts with one of `actions`, all of `counted` and nothing of `without`; it is in the numerator with
    all of any `met`.

    No `met`: only a number is counted. `share`: neither high nor low is good in itself. `aim`: an aim in per cent named
    by rule documents, never a red line.
    """

    id: str
    name: str
    version: int
    side: Side
    actions: tuple[str, ...]
    counted: Mark
    met: tuple[Mark, ...]
    denominator: str
    numerator: str
    moment: str
    remark: str = ""
    share: bool = False
    aim: int | None = None
    without: Mark = NOTHING

    def counts(self, action: str, marks: int) -> bool:
        """Whether a line is in the denominator."""
        return action in self.actions and marks & (self.counted | self.without) == self.counted

    def meets(self, action: str, marks: int) -> bool:
        """Whether it is in the numerator."""
        return self.counts(action, marks) and any(marks & one == one for one in self.met)
