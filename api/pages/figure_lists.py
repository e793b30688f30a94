"""指标后面的清单: the page of lines behind one number, counted now or as they stood at a freeze."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from api.services import Services
from domain.assessment.measure import Dimension, Measure
from projections.rates.lines import PAGE, CountedLine
from projections.scope import Viewer

Part = Literal["counted", "met", "unmet"]
_PARTS: Mapping[Part, str] = {"counted": "全部", "met": "已达到", "unmet": "未达到"}


@dataclass(frozen=True)
class ListAsked:
    """Which list: of a measure, by a dimension, of one line (`of`; None: of all), a part, behind a place. `named`: what
    else its address names."""

    path: str
    named: Mapping[str, str]
    measure: Measure
    dimension: Dimension
    of: str | None
    part: Part
    after: str = ""

    def on(self, path: str, **more: str) -> str:
        """The address of the same list there, without what only this page names."""
        asked = {"by": self.dimension.value, "measure": self.measure.id, "part": self.part, **more}
        return f"{path}?{urlencode(asked if self.of is None else {**asked, 'of': self.of})}"

    def here(self, **more: str) -> str:
        """Its own address with something else."""
        return self.on(self.path, **{**self.named, **more})


def list_context(
    services: Services, viewer: Viewer, months: str, asked: ListAsked, found: Sequence[CountedLine]
) -> dict[str, Any]:
    """What the page of such a list says about it, beside its rows."""
    return {
        "title": f"{asked.measure.name}:{_whose(services, viewer, asked.dimension, asked.of)}",
        "subtitle": f"{months} · {_said(asked.measure, asked.part)}",
        "parts": [
            {"href": asked.here(part=code), "label": label, "active": code == asked.part}
            for code, label in _PARTS.items()
        ]
        if asked.measure.met
        else [],
        "next_href": asked.here(after=found[-1].place_in_list) if len(found) == PAGE else None,
        "first_href": asked.here() if asked.after else None,
    }


def _whose(services: Services, viewer: Viewer, dimension: Dimension, key: str | None) -> str:
    if key is None:
        return "全县"
    if dimension is Dimension.FIELD:
        return key or "清单外或未载明领域"
    if dimension is Dimension.ITEM:
        return key or "清单外"
    try:
        entry = services.directory.organization(viewer, UUID(key))
    except ValueError:
        return ""
    return entry.name if entry else "已撤销的机构"


def _said(measure: Measure, part: Part) -> str:
    if part == "counted":
        return measure.denominator
    return measure.numerator if part == "met" else f"{measure.denominator},但不在“{measure.numerator}”之内"
