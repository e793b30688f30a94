"""清单权限: who may take which step on a list. Handlers refuse by it and pages show by it."""

from uuid import UUID

from domain.directory.kinds import OrganizationKind
from domain.duty_lists.refusals import NotListApprover, NotListKeeper, NotListReviewer
from domain.shared.events import Actor
from domain.shared.posts import Post
from domain.shared.refusals import Refusal

REVIEWING_KINDS = frozenset({OrganizationKind.ESTABLISHMENT_OFFICE, OrganizationKind.JUSTICE_OFFICE})
"""编办 explains the list, 司法行政 the law (domain.md §8): a leader of either reviews."""


def is_set_up(actor: Actor) -> bool:
    """The platform itself: first set-up and its imports."""
    return actor.person is None and actor.post == Post.SYSTEM


def keeping(post: str, organization: UUID, keeper: UUID) -> Refusal | None:
    """Why this post can't draft or publish the list, or None: its keeper's 清单管理员 may."""
    return None if post == Post.LIST_KEEPER and organization == keeper else NotListKeeper()


def opening(post: str, kind: OrganizationKind | None) -> Refusal | None:
    """Why this post can't open a list, or None: 清单管理员 of 编办 may."""
    allowed = post == Post.LIST_KEEPER and kind is OrganizationKind.ESTABLISHMENT_OFFICE
    return None if allowed else NotListKeeper()


def reviewing(post: str, kind: OrganizationKind | None) -> Refusal | None:
    """Why this post can't review, or None: 负责同志 of 编办 or 司法行政 may."""
    return None if post == Post.LEADER and kind in REVIEWING_KINDS else NotListReviewer()


def approving(post: str, kind: OrganizationKind | None) -> Refusal | None:
    """Why this post can't approve, or None: 负责同志 of the two offices may."""
    return None if post == Post.LEADER and kind is OrganizationKind.TWO_OFFICES else NotListApprover()


def require(refusal: Refusal | None, actor: Actor) -> None:
    """Raise it, unless the platform itself acts."""
    if refusal is not None and not is_set_up(actor):
        raise refusal
