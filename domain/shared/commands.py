"""办理请求: what can be asked, and the desk a handler decides at."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.shared.events import Envelope, Event

State = TypeVar("State", covariant=True)


class Command(BaseModel):
    """请求: one thing asked of the system. Holds only what the asker says; who, when and which id come in the envelope.

    `wire` is the stable name (`calls.accept`), `title` the words on the button.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    wire: ClassVar[str] = ""
    title: ClassVar[str] = ""


class Streams(Protocol):
    """Reads the state of one stream, folded from its events. Facts only: no view is read to decide."""

    def get(self, stream: UUID, fold: "Fold[State]") -> State:
        """The state now. Refuses NotFound when the stream has no event."""
        ...

    def find(self, stream: UUID, fold: "Fold[State]") -> State | None:
        """The state now, or None when the stream has no event."""
        ...


Fold = Callable[[Any, Any], State]
"""evolve(state or None, event) → state: one pure step."""


class Desk(Protocol):
    """办理台: all that a handler may know while deciding one command.

    `envelope` has the actor, the time and the command id; `new_id(name)` gives a stream id that is the same when the
    same command is tried again; `expected_version` is what the asker had seen (If-Match), or None.
    """

    @property
    def envelope(self) -> Envelope: ...
    @property
    def streams(self) -> Streams: ...
    @property
    def expected_version(self) -> int | None: ...
    def new_id(self, name: str = "") -> UUID: ...


Handler = Callable[[Any, Desk], Sequence[Event]]
Handlers = Mapping[type[Command], Handler]
