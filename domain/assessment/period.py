"""考核周期: what the next decision needs to know about one period, folded from its facts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.assessment.events import (
    AssessmentEvent,
    ExclusionDecided,
    ExclusionProposed,
    PeriodFrozen,
    PeriodOpened,
    PeriodWithdrawn,
    ResultPublished,
)
from domain.assessment.words import ExclusionState, PeriodState
from domain.shared.changes import changed
from domain.shared.refusals import NotFound


@dataclass(frozen=True)
class Exclusion:
    """一件剔除申请. `proposed_by` and `proposed_for`: the person, and who they acted for."""

    number: int
    call: UUID
    organization: UUID
    proposed_by: UUID | None
    proposed_for: UUID | None
    state: ExclusionState = ExclusionState.PROPOSED


@dataclass(frozen=True)
class Period:
    """考核周期."""

    id: UUID
    version: int
    name: str
    since: datetime
    until: datetime
    state: PeriodState = PeriodState.OPEN
    exclusions: tuple[Exclusion, ...] = ()

    def exclusion(self, number: int) -> Exclusion | None:
        """An exclusion by its number."""
        return self.exclusions[number - 1] if 1 <= number <= len(self.exclusions) else None


def evolve(period: Period | None, event: AssessmentEvent) -> Period:
    """One fact further. Refuses NotFound for a stream that is no period."""
    if isinstance(event, PeriodOpened):
        return Period(event.originator_id, event.originator_version, event.name, event.since, event.until)
    if period is None or not isinstance(event, AssessmentEvent):
        raise NotFound
    period = changed(period, version=event.originator_version)
    match event:
        case ExclusionProposed():
            proposed = Exclusion(
                event.exclusion, event.call, event.organization.id, event.actor.person, event.actor.acting_for
            )
            return changed(period, exclusions=(*period.exclusions, proposed))
        case ExclusionDecided():
            state = ExclusionState.APPROVED if event.approved else ExclusionState.REFUSED
            return changed(
                period,
                exclusions=tuple(
                    changed(x, state=state) if x.number == event.exclusion else x for x in period.exclusions
                ),
            )
        case PeriodFrozen():
            return changed(period, state=PeriodState.FROZEN)
        case PeriodWithdrawn():
            return changed(period, state=PeriodState.WITHDRAWN)
        case ResultPublished():
            return changed(period, state=PeriodState.PUBLISHED)
        case _:
            return period
