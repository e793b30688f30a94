"""视图: what a projection is: tables, a version, and one pure step from facts to row changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from sqlalchemy import MetaData

from domain.shared.events import Event
from projections.engine.rows import Rows

State = TypeVar("State")


class Fact(NamedTuple):
    """An event and its place in the store."""

    event: Event
    position: int


class Facts(list[Fact]):
    """Successive facts of one stream, as every view is given them. What several views fold of them is folded once."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        super().__init__(facts)
        self._folded: dict[object, Sequence[Any]] = {}

    def after_each(self, step: Callable[[State | None, Event], State], before: State | None) -> Sequence[State]:
        """What a pure step makes of each fact and of what was before it. Where nothing was (the stream is folded from
        its beginning), the next view that asks gets the same answer."""
        if before is not None:
            return list(self._steps(step, before))
        if step not in self._folded:
            self._folded[step] = list(self._steps(step, None))
        return self._folded[step]

    def _steps(self, step: Callable[[State | None, Event], State], state: State | None) -> Iterator[State]:
        for event, _ in self:
            state = step(state, event)
            yield state


class Projection(Protocol):
    """A view folded from events. A changed fold or table gets a new `version`: it is built beside the old one.

    `subjects` are the wire-name prefixes it reads ("calls", …). `apply` takes successive facts of one stream, however
    many, and must depend on nothing but these and the stream's own rows: cut anywhere, the rows end up the same.
    `reads_content`: what people typed has a part in its rows. Any other view is built without opening what is sealed.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int]
    subjects: ClassVar[frozenset[str]]
    reads_content: ClassVar[bool]
    metadata: ClassVar[MetaData]

    def apply(self, facts: Facts, rows: Rows) -> None:
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
