"""告知的来源: the subjects whose facts are told (calls, their supervision, assessment), folded and told each by its own
rules."""

from dataclasses import dataclass
from uuid import UUID

from domain.assessment.events import AssessmentEvent
from domain.notices import matter as calls
from domain.notices.assessment_tellers import tell_of_assessment
from domain.notices.matter import Matter
from domain.notices.period import AssessedPeriod, known_period
from domain.notices.supervision_tellers import tell_of_supervision
from domain.notices.tellers import tell
from domain.notices.telling import Telling
from domain.shared.events import Event
from domain.shared.urgency import Urgency
from domain.supervision.events import SupervisionEvent
from domain.supervision.fold import evolve
from domain.supervision.matter import Matter as SupervisedMatter

SUBJECTS = ("assessment", "calls", "supervision")
"""Whose facts tell: the first part of their wire names."""

Known = AssessedPeriod | Matter | SupervisedMatter
"""What the facts of one stream say so far. Of what was typed nothing: they are read without any key."""


@dataclass(frozen=True, slots=True)
class About:
    """所涉事项 as every notice names it. `call`: the call, or the period of whatever is told of one."""

    call: UUID
    number: str
    urgency: Urgency
    submitted_by: UUID | None = None


def known(before: Known | None, event: Event) -> Known:
    """One fact of a stream further. Refuses NotACall or NotAPeriod for a stream that begins as none of them does."""
    if isinstance(event, SupervisionEvent):
        return evolve(before if isinstance(before, SupervisedMatter) else None, event)
    if isinstance(event, AssessmentEvent):
        return known_period(before if isinstance(before, AssessedPeriod) else None, event)
    return calls.known(before if isinstance(before, Matter) else None, event)


def told(before: Known | None, now: Known, event: Event) -> tuple[Telling, ...]:
    """What the fact tells; `before` and `now` are what was known without it and with it."""
    if isinstance(now, SupervisedMatter):
        return tell_of_supervision(now, event)
    if isinstance(now, AssessedPeriod):
        return tell_of_assessment(now, event)
    return tell(before if isinstance(before, Matter) else now, now, event)


def about(now: Known) -> About:
    """What it is about."""
    if isinstance(now, SupervisedMatter):
        return About(now.about.id, now.about.number, now.about.urgency)
    if isinstance(now, AssessedPeriod):
        return About(now.id, now.months, Urgency.ORDINARY)
    return About(now.call, now.number, now.urgency, now.submitted_by)
