"""可见范围: whose eyes a query answers to. Every query takes a Viewer; none is unscoped."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from domain.shared.posts import Post


class Breadth(StrEnum):
    """How far a person sees: only their own organization's part, or every matter of the county."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Viewer:
    """查阅人: a signed-in person in one of their posts. `breadth` follows from post and kind of organization.

    `acting_for` is the holder of the post where it is held by delegation (受托代办); `appointment` is then theirs.
    """

    person: UUID
    name: str
    post: Post
    organization: UUID
    organization_name: str
    organization_kind: str
    appointment: UUID
    breadth: Breadth
    acting_for: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def sees_all(self) -> bool:
        """True for those who answer for the whole county (platform, supervision, audit, review, leaders)."""
        return self.breadth is Breadth.ALL
