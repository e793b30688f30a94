"""考核周期的查询. Periods are open to everybody who reads figures; an exclusion to its organization, and to those who
see the whole county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select, true

from domain.assessment.events import FrozenLine
from domain.assessment.periods import Span, code_of
from domain.assessment.scheme import Scheme
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from projections.rates.tables import exclusions, periods
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class PeriodEntry:
    """考核周期. `figures`, `definitions` and `position` stand once it is frozen."""

    id: UUID
    version: int
    name: str
    first_day: date
    last_day: date
    since: datetime
    until: datetime
    state: PeriodState
    scheme: Scheme
    document: str
    frozen_at: datetime | None
    definitions: str
    position: int
    figures: tuple[FrozenLine, ...]

    @property
    def span(self) -> Span:
        """The months it has."""
        after = self.last_day + timedelta(days=1)
        months = (after.year - self.first_day.year) * 12 + after.month - self.first_day.month
        return Span(code_of(self.first_day, months), self.name, self.first_day, after)


@dataclass(frozen=True, slots=True)
class ExclusionEntry:
    """一件剔除申请."""

    number: int
    call: UUID
    call_number: str
    organization_name: str
    ground: ExclusionGround
    state: ExclusionState
    proposed_at: datetime
    reason: str
    decision: str


class PeriodQueries:
    """Reads periods and exclusions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, viewer: Viewer) -> list[PeriodEntry]:
        """Newest first, at most 200."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(periods).order_by(periods.c.since.desc(), periods.c.stream_id).limit(200))
            return [_period(row) for row in rows]

    def one(self, viewer: Viewer, period: UUID) -> PeriodEntry | None:
        """One period, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(periods).where(periods.c.stream_id == period)).one_or_none()
        return None if row is None else _period(row)

    def exclusions(self, viewer: Viewer, period: UUID) -> Sequence[ExclusionEntry]:
        """Those the viewer may read, in the order in which they were proposed."""
        readable = true() if viewer.sees_all else exclusions.c.organization == viewer.organization
        wanted = select(exclusions).where(exclusions.c.stream_id == period, readable).order_by(exclusions.c.number)
        with self._engine.connect() as connection:
            return [
                ExclusionEntry(
                    row.number,
                    row.call,
                    row.call_number,
                    row.organization_name,
                    ExclusionGround(row.ground),
                    ExclusionState(row.state),
                    row.proposed_at,
                    row.reason,
                    row.decision,
                )
                for row in connection.execute(wanted)
            ]


def _period(row: Any) -> PeriodEntry:
    # Of figures told in several facts the first ones may stand before the freeze does.
    unfrozen: dict[str, Any] = {"definitions": "", "position": 0, "figures": ()}
    frozen = unfrozen if row.frozen_at is None else row.frozen
    return PeriodEntry(
        row.stream_id,
        row.version,
        row.name,
        row.first_day,
        row.last_day,
        row.since,
        row.until,
        PeriodState(row.state),
        Scheme.model_validate(row.scheme),
        row.document,
        row.frozen_at,
        frozen["definitions"],
        frozen["position"],
        tuple(FrozenLine.model_validate(line) for line in frozen["figures"]),
    )
