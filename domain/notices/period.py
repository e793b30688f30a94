"""考核周期 as telling people needs it: which months it has, and which organizations have a line in its figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from domain.assessment.events import (
    AssessmentEvent,
    FiguresCounted,
    FrozenLine,
    PeriodFrozen,
    PeriodListed,
    PeriodOpened,
)
from domain.assessment.measure import Dimension
from domain.assessment.periods import code_of, span_of
from domain.calls.events import OrganizationRef

_OF_ORGANIZATIONS = frozenset({Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP})


@dataclass(frozen=True, slots=True)
class AssessedPeriod:
    """考核周期 as the facts so far say. `months`: its span in words of the product's own, not the name somebody typed,
    since it leaves the house. `lined`: whose line stands in the figures, by the organization's id."""

    id: UUID
    months: str
    lined: Mapping[UUID, OrganizationRef] = field(default_factory=lambda: MappingProxyType({}))


class NotAPeriod(Exception):
    """The first fact of the stream opens no period."""

    code = "event-not-foldable"


def known_period(period: AssessedPeriod | None, event: AssessmentEvent) -> AssessedPeriod:
    """One fact further; of the register of periods nothing has to be known, since it tells nobody. Refuses NotAPeriod
    for a stream that begins as neither does."""
    if isinstance(event, PeriodOpened):
        return AssessedPeriod(event.originator_id, _months(event))
    if isinstance(event, PeriodListed):
        return AssessedPeriod(event.originator_id, "")
    if period is None:
        raise NotAPeriod(event.wire)
    if isinstance(event, (FiguresCounted, PeriodFrozen)):
        return replace(period, lined=MappingProxyType({**period.lined, **_organizations(event.figures)}))
    return period


def _months(event: PeriodOpened) -> str:
    after = event.last_day + timedelta(days=1)
    months = (after.year - event.first_day.year) * 12 + after.month - event.first_day.month
    return span_of(code_of(event.first_day, months)).name


def _organizations(figures: Iterable[FrozenLine]) -> dict[UUID, OrganizationRef]:
    lines = (line for line in figures if line.key and line.dimension in _OF_ORGANIZATIONS)
    return {UUID(line.key): OrganizationRef(id=UUID(line.key), name=line.name) for line in lines}
