"""名录规则: pure rules about posts and organizations."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from domain.directory.kinds import OrganizationKind
from domain.directory.refusals import TimesReversed
from domain.shared.posts import Post

Breadth = Literal["own", "all"]
"""可见范围: only the own organization's part, or every matter of the county."""

_EVERYWHERE: Final = frozenset({Post.AUDITOR, Post.REVIEWER})
_IN_SOME_KINDS: Final = {
    Post.OPERATOR: frozenset({OrganizationKind.PLATFORM}),
    Post.SUPERVISOR: frozenset({OrganizationKind.SUPERVISION_BODY, OrganizationKind.CITY_PLATFORM}),
    Post.LEADER: frozenset(
        {
            OrganizationKind.TWO_OFFICES,
            OrganizationKind.LEADER_GROUP,
            OrganizationKind.SUPERVISION_BODY,
            OrganizationKind.CITY_PLATFORM,
        }
    ),
}
_COUNTY_KEEPERS: Final = frozenset(
    {OrganizationKind.PLATFORM, OrganizationKind.TWO_OFFICES, OrganizationKind.ESTABLISHMENT_OFFICE}
)


def breadth_of(post: Post, kind: str) -> Breadth:
    """How far a post sees. All: platform operators, supervisors and leaders of the supervision body and the city
    platform, leaders of the two offices and the leading group, auditors, reviewers. Everybody else sees the own
    organization's part, administrators included: keeping the directory gives no look into casework."""
    if post in _EVERYWHERE or kind in _IN_SOME_KINDS.get(post, frozenset()):
        return "all"
    return "own"


def keeps_whole_directory(post: Post, kind: str) -> bool:
    """True for an administrator of the platform, the two offices or 编办, who keeps the county's directory.
    Administrators elsewhere keep their own organization's people."""
    return post is Post.ADMINISTRATOR and kind in _COUNTY_KEEPERS


def covers(starts_at: datetime, ends_at: datetime | None, at: datetime) -> bool:
    """True when `at` lies in the half-open span from `starts_at` until before `ends_at` (None: no end)."""
    return starts_at <= at and (ends_at is None or at < ends_at)


def overlap(starts_a: datetime, ends_a: datetime | None, starts_b: datetime, ends_b: datetime | None) -> bool:
    """True when two half-open spans share a moment."""
    return (ends_b is None or starts_a < ends_b) and (ends_a is None or starts_b < ends_a)


def check_span(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuses TimesReversed."""
    if ends_at is not None and ends_at <= starts_at:
        raise TimesReversed(field="ends_at")


def leads_to(start: UUID, target: UUID, onward: Callable[[UUID], UUID | None]) -> bool:
    """True when following `onward` from `start` (itself included) meets `target`.

    Stops at a circle that is there already: two commands decided at the same moment can make one.
    """
    seen: set[UUID] = set()
    step: UUID | None = start
    while step is not None and step not in seen:
        if step == target:
            return True
        seen.add(step)
        step = onward(step)
    return False
