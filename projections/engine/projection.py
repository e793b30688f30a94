"""视图: what a projection is: tables, a version, and one pure step from facts to row changes."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol

from sqlalchemy import MetaData

from domain.shared.events import Event
from projections.engine.rows import Rows


class Fact(NamedTuple):
    """An event and its place in the store."""

    event: Event
    position: int


class Projection(Protocol):
    """A view folded from events. A changed fold or table gets a new `version`: it is built beside the old one.

    `subjects` are the wire-name prefixes it reads ("calls", …). `apply` takes successive facts of one stream, however
    many, and must depend on nothing but these and the stream's own rows: cut anywhere, the rows end up the same.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int]
    subjects: ClassVar[frozenset[str]]
    metadata: ClassVar[MetaData]

    def apply(self, facts: Sequence[Fact], rows: Rows) -> None:
        """Change the stream's rows as the facts say."""
        ...


def live_schema(projection: Projection | type[Projection]) -> str:
    """The PostgreSQL schema that queries of this release read, e.g. "queues_v1"."""
    return f"{projection.name}_v{projection.version}"


def building_schema(projection: Projection | type[Projection]) -> str:
    """The schema in which a rebuild works until it is switched in."""
    return f"{live_schema(projection)}__next"


def former_schema(projection: Projection | type[Projection]) -> str:
    """Where the replaced tables stand from the switch until they are dropped."""
    return f"{live_schema(projection)}__former"
