"""考核的办理权限: who may take which step. Handlers refuse by it and pages show by it."""

from uuid import UUID

from domain.assessment.refusals import NotAssessor, NotConcerned
from domain.directory.kinds import OrganizationKind
from domain.shared.posts import Post
from domain.shared.refusals import Refusal

_ASSESSING = {
    Post.SUPERVISOR: OrganizationKind.SUPERVISION_BODY,
    Post.OPERATOR: OrganizationKind.PLATFORM,
}
ASSESSING_POSTS = frozenset(_ASSESSING)
"""Who runs periods, each in its own office."""
SPEAKING_POSTS = frozenset({Post.LIAISON, Post.LEADER, Post.TOWNSHIP_LEADER, Post.CALLER})
"""Who speaks for an organization about its figures."""


def assessing(post: str, kind: str) -> Refusal | None:
    """Why this post can't run a period, or None: 督办员 of the supervision body and 受理员 of the platform may."""
    allowed = post in set(Post) and _ASSESSING.get(Post(post)) == kind
    return None if allowed else NotAssessor()


def proposing(post: str, kind: str, own: UUID, organization: UUID) -> Refusal | None:
    """Why this post can't propose an exclusion for an organization: whoever runs the period may, and its own people."""
    if assessing(post, kind) is None or (post in SPEAKING_POSTS and own == organization):
        return None
    return NotConcerned()
