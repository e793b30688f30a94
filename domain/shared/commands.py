"""办理请求: what can be asked, and the desk a handler decides at."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from domain.shared.events import Actor, Envelope, Event

State = TypeVar("State", covariant=True)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")
"""Characters nobody types: PostgreSQL can't hold them (NUL in jsonb), or they show a text in another order than it
stands in the record (direction overrides). Tabs and line ends are text."""

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category, and nothing to see."""


_LARGEST = 2_000_000_000
"""More than any count, limit or file size here; less than what JSON and the database can hold."""


class Command(BaseModel):
    """请求: one thing asked of the system. Holds only what the asker says; who, when and which id come in the envelope.

    `wire` is the stable name (`calls.accept`), `title` the words on the button. No text in it, at any depth, holds
    control characters: what was recorded could neither be shown nor kept in a view. A field of invisible characters
    only is an empty field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    wire: ClassVar[str] = ""
    title: ClassVar[str] = ""

    @field_validator("*", mode="before")
    @classmethod
    def _no_control_characters(cls, value: Any, field: ValidationInfo) -> Any:
        if holds_control_characters(value):
            declared = cls.model_fields.get(field.field_name or "")
            named = declared.title if declared and declared.title else "填写的内容"
            raise ValueError(f"“{named}”中含有无法显示和保存的控制字符,请删去后重新填写(可从记事本重新粘贴)。")
        return "" if isinstance(value, str) and not _shows_anything(value) else value

    @field_validator("*", mode="after")
    @classmethod
    def _no_vast_numbers(cls, value: Any) -> Any:
        if _holds_vast_number(value):
            raise ValueError(f"填写的数字过大,不能超过 {_LARGEST},请核对。")
        return value


def _shows_anything(text: str) -> bool:
    return any(character not in _BLANK and unicodedata.category(character) not in _UNSEEN for character in text)


def holds_control_characters(value: object) -> bool:
    """Whether any text in the value, at any depth, holds a control character other than tab and line ends."""
    waiting = [value]  # no recursion: how deep it goes is up to whoever sent it
    while waiting:
        match waiting.pop():
            case str() as text:
                if _CONTROL.search(text):
                    return True
            case UUID() | datetime() | int() | None:  # most of what a command of many parts consists of
                continue
            case BaseModel() as part:  # checked when it was made, or typed parts of an item: look inside all the same
                waiting.append(dict(part))
            case Mapping() as pairs:
                waiting.extend(part for pair in pairs.items() for part in pair)
            case (Sequence() | set() | frozenset()) as parts if not isinstance(parts, bytes):
                waiting.extend(parts)
    return False


def _holds_vast_number(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) > _LARGEST
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        return any(map(_holds_vast_number, value.values()))
    return isinstance(value, tuple | list) and any(map(_holds_vast_number, value))


class Streams(Protocol):
    """Reads the state of one stream, folded from its events. Facts only: no view is read to decide."""

    def get(self, stream: UUID, fold: "Fold[State]") -> State:
        """The state now. Refuses NotFound when the stream has no event."""
        ...

    def find(self, stream: UUID, fold: "Fold[State]") -> State | None:
        """The state now, or None when the stream has no event."""
        ...

    def in_clear(self, streams: Collection[UUID], fold: "Fold[State]") -> Mapping[UUID, State]:
        """The states now of many streams at the price of one reading, without those that have no event: for a command
        that decides about all of them and needs nothing that anybody typed, which stands there as if withdrawn."""
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


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, with which command id, having seen which version; `occurred_at` only where it differs from now."""

    command_id: UUID
    actor: Actor
    expected_version: int | None = None
    occurred_at: datetime | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """回执: which facts a command added. The same for every repetition of the same command id."""

    command_id: UUID
    stream: UUID | None
    version: int
    positions: tuple[int, ...]
    repeated: bool = False

    @property
    def position(self) -> int:
        """The last position, to wait for in a view (read your own writes)."""
        return self.positions[-1] if self.positions else 0


class CommandPort(Protocol):
    """办理: decides and records a command, once for every command id. Refuses with a Refusal; then nothing stands."""

    def execute(self, command: Command, ask: Ask) -> Receipt: ...
