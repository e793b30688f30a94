"""考核的告知: what each fact of an assessment period tells to which organization (domain.md §7).

A proposed exclusion is told to who decides it, its decision to whom it concerns, and frozen and published figures to
each organization that has a line in them: what the page behind it shows them is their own line and the county's.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.assessment import events as e
from domain.assessment import rights
from domain.notices.period import AssessedPeriod
from domain.notices.telling import Telling, one_each
from domain.notices.words import Topic
from domain.shared.events import Event
from domain.shared.posts import Post

_FIGURES_READ_BY = frozenset(
    {Post.LIAISON, Post.LEADER, Post.TOWNSHIP_LEADER, Post.OPERATOR, Post.SUPERVISOR, Post.LIST_KEEPER}
)
"""专管员 and 负责同志 of departments and townships; at the platform, 督查机构 and 编办 those who do what is counted."""


def tell_of_assessment(period: AssessedPeriod, event: Event) -> tuple[Telling, ...]:
    """What the fact tells; `period` is what is known with it. What came by an import of history tells nothing."""
    teller = ASSESSMENT_TELLERS.get(type(event))
    if teller is None or event.imported_from is not None:
        return ()
    return one_each(teller(period, event))


def _proposed(period: AssessedPeriod, event: e.ExclusionProposed) -> Iterator[Telling]:
    """One office may propose and decide, two people of it: only who proposed is not told."""
    for decider in event.deciders:
        yield Telling(
            Topic.DECIDE_EXCLUSION, decider, rights.ASSESSING_POSTS, page=_exclusion(event.exclusion), roster=False
        )


def _decided(period: AssessedPeriod, event: e.ExclusionDecided) -> Iterator[Telling]:
    topic = Topic.EXCLUDED if event.approved else Topic.NOT_EXCLUDED
    yield Telling(topic, event.organization, rights.SPEAKING_POSTS, page=_exclusion(event.exclusion))


def _lined_know(topic: Topic) -> "AssessmentTeller":
    def teller(period: AssessedPeriod, event: Any) -> Iterator[Telling]:
        for organization in period.lined.values():
            yield Telling(topic, organization, _FIGURES_READ_BY, leaders=True)

    return teller


def _exclusion(number: int) -> str:
    return f"#exclusion-{number}"


AssessmentTeller = Callable[[AssessedPeriod, Any], Iterable[Telling]]

ASSESSMENT_TELLERS: Mapping[type[Event], AssessmentTeller] = {
    e.ExclusionProposed: _proposed,
    e.ExclusionDecided: _decided,
    e.PeriodFrozen: _lined_know(Topic.PERIOD_FROZEN),
    e.ResultPublished: _lined_know(Topic.RESULT_PUBLISHED),
}
"""By fact: what it tells. A period that begins, or is withdrawn as opened by mistake, asks nothing of anybody, and
figures that stand in several facts (统计数字) are told with the last of them (冻结)."""
