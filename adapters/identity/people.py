"""在任岗位: what identity needs to know of the directory, handed in as plain callables."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.shared.posts import Post


class Appointment(Protocol):
    """任职: one post a person holds in one organization."""

    @property
    def appointment(self) -> UUID: ...
    @property
    def post(self) -> Post: ...
    @property
    def organization(self) -> UUID: ...
    @property
    def organization_name(self) -> str: ...
    @property
    def organization_kind(self) -> str: ...
    @property
    def acting_for(self) -> UUID | None: ...
    @property
    def person_name(self) -> str: ...


Clock = Callable[[], datetime]
"""The time now, always with a zone."""

PostsOf = Callable[[UUID, datetime], Sequence[Appointment]]
"""(person, moment) → the posts held at that moment, each with the person's name as the directory has it."""

NameOf = Callable[[UUID], str]
"""person → the name as the directory has it, for who holds no post. Raises LookupError for an unknown person."""

BreadthOf = Callable[[Post, str], str]
"""(post, kind of organization) → the value of a Breadth: how far the person sees."""
