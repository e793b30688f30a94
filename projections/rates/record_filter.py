"""台账筛选: what of the record is asked for, whichever view its lines stand in."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from domain.assessment.periods import Span
from domain.obligations.words import Action, Performance
from domain.supervision.words import SuspicionState
from projections.rates.tables import counted


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """台账筛选: all of what is named. `span`: by due time; `suspicions`: with a 疑似情形 in one of these states, which
    the viewer may know of; `number`: of the call, whole."""

    span: Span
    organization: UUID | None = None
    state: Performance | None = None
    action: Action | None = None
    item: str = ""
    township: UUID | None = None
    suspicions: frozenset[SuspicionState] = frozenset()
    number: str = ""


def dispatched_by(item: str) -> ColumnElement[bool]:
    """Whether a line rests on an item: its code, or part of its title."""
    return or_(counted.c.item == item, counted.c.item_title.contains(item, autoescape=True))
