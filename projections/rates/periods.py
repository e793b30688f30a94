"""考核周期的查询. Periods are open to everybody who reads figures; an exclusion to its organization, and to those who
see the whole county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, and_, select, true, tuple_

from domain.assessment.events import FrozenLine
from domain.assessment.periods import Span, code_of
from domain.assessment.scheme import Scheme
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from projections.calls.sight import not_kept_from
from projections.rates.tables import exclusions, periods
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class PeriodHead:
    """考核周期 without its figures. `frozen_at` stands once it is frozen, `withdrawn` says why it was."""

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
    withdrawn: str

    @property
    def span(self) -> Span:
        """The months it has."""
        after = self.last_day + timedelta(days=1)
        months = (after.year - self.first_day.year) * 12 + after.month - self.first_day.month
        return Span(code_of(self.first_day, months), self.name, self.first_day, after)


@dataclass(frozen=True, slots=True)
class Freeze:
    """冻结 of some months: by a period that has exactly these (`whole`), or by one they lie within."""

    period: PeriodHead
    frozen_at: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class PeriodEntry(PeriodHead):
    """The same with what was frozen: empty before."""

    definitions: str
    position: int
    figures: tuple[FrozenLine, ...]


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

    def of_months(self, viewer: Viewer, spans: Sequence[Span]) -> Mapping[Span, PeriodHead]:
        """The period with exactly these months, for each span that has one. Of several the one that binds: published
        before frozen before open, then the newest."""
        months = tuple_(periods.c.since, periods.c.until).in_([(span.since, span.until) for span in spans])
        standing = select(*_HEAD).where(months, periods.c.state != PeriodState.WITHDRAWN.value)
        with self._engine.connect() as connection:
            heads = [_head(row) for row in connection.execute(standing.order_by(*_BINDING))]
        found = {(head.since, head.until): head for head in heads}
        return {span: found[span.since, span.until] for span in spans if (span.since, span.until) in found}

    def freezes(self, viewer: Viewer, spans: Sequence[Span]) -> Mapping[Span, Freeze]:
        """The narrowest frozen period that has all months of a span, for each span of which one has. Of several with
        the same months the one that binds, as above."""
        begun, lasts = max(span.since for span in spans), min(span.until for span in spans)
        wanted = select(*_HEAD).where(
            periods.c.frozen_at.is_not(None), periods.c.since <= begun, periods.c.until >= lasts
        )
        widest_first = (periods.c.until - periods.c.since).desc()
        with self._engine.connect() as connection:
            heads = [_head(row) for row in connection.execute(wanted.order_by(widest_first, *_BINDING))]
        return {
            span: Freeze(head, head.frozen_at, (head.since, head.until) == (span.since, span.until))
            for span in spans
            for head in heads
            if head.frozen_at is not None and head.since <= span.since and span.until <= head.until
        }

    def one(self, viewer: Viewer, period: UUID) -> PeriodEntry | None:
        """One period, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(periods).where(periods.c.stream_id == period)).one_or_none()
        return None if row is None else _period(row)

    def exclusions(self, viewer: Viewer, period: UUID) -> Sequence[ExclusionEntry]:
        """Those the viewer may read, in the order in which they were proposed: none on a call that is kept from it."""
        own = true() if viewer.sees_all else exclusions.c.organization == viewer.organization
        readable = and_(own, not_kept_from(viewer, exclusions.c.call))
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


_HEAD = tuple(column for column in periods.c if column is not periods.c.frozen)
_BINDING = (periods.c.document != "", periods.c.frozen_at.nulls_first(), periods.c.stream_id)
"""Of several periods with the same months: the one that binds comes last."""


def _head(row: Any) -> PeriodHead:
    return PeriodHead(**_of_head(row))


def _of_head(row: Any) -> dict[str, Any]:
    return {
        "id": row.stream_id,
        "version": row.version,
        "name": row.name,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "since": row.since,
        "until": row.until,
        "state": PeriodState(row.state),
        "scheme": Scheme.model_validate(row.scheme),
        "document": row.document,
        "frozen_at": row.frozen_at,
        "withdrawn": row.withdrawn,
    }


def _period(row: Any) -> PeriodEntry:
    # Of figures told in several facts the first ones may stand before the freeze does.
    unfrozen: dict[str, Any] = {"definitions": "", "position": 0, "figures": ()}
    frozen = unfrozen if row.frozen_at is None else row.frozen
    return PeriodEntry(
        **_of_head(row),
        definitions=frozen["definitions"],
        position=frozen["position"],
        figures=tuple(FrozenLine.model_validate(line) for line in frozen["figures"]),
    )
