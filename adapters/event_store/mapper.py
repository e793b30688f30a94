"""Between events and their stored bytes: stable names, versions, sealed parts.

The stored bytes are a JSON object: "v" (shape version), the clear fields, and "sealed": scope → {key, box}.
The same bytes go to Kafka and into the transparency log.
"""

import base64
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from eventsourcing.persistence import Mapper, StoredEvent
from pydantic import ValidationError

from adapters.event_store.json_parts import JSON, PartWriter, filled_fields
from domain.shared.events import EVENT_TYPES, WITHDRAWN, Actor, Event
from domain.shared.refusals import Invalid, Refusal

MAX_EVENT_BYTES = 60_000
"""tlog-tiles entries hold 65,535 bytes (house.md decision 8)."""


_ACTORS_AT_HAND = 20_000
_ACTORS: Final[dict[tuple[Any, ...], Actor]] = {}


class Opener(Protocol):
    """Decrypts the sealed parts; gives None when the key was destroyed."""

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None: ...


class Sealer(Opener, Protocol):
    """Encrypts the sealed parts too."""

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes: ...


class FactUnreadable(Exception):
    """A stored event that can't be read. It stands as it is; nothing of its stream can be decided until the cause is
    gone."""

    code = "event-unreadable"


class UnknownEventType(FactUnreadable):
    """A stored event of a type this release does not know, probably written by a newer one."""

    code = "event-type-unknown"

    def __init__(self, wire: str, version: int) -> None:
        super().__init__(f"不认识的记录类型 {wire} 第{version}版:请升级本节点程序后重试。")


class EventTooLarge(Refusal):
    """An event above the size every log entry must keep."""

    code = "content-too-long"
    status = 413
    rule = "填写的内容过长,单条记录不能超过 60 KB:请精简文字,或把长文本作为附件上传。"


class UnstorableCharacter(Invalid):
    """A NUL character: PostgreSQL keeps none in a text, so no view could ever show the event."""

    code = "unstorable-character"
    rule = "填写的内容含有无法保存的控制字符(NUL),请删去后重新提交。"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the events of one class are written: what stands in clear, which fields are sealed under which scope."""

    head: bytes
    clear: tuple[str, ...]
    sealed: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    @cache
    def of(cls, kind: type[Event]) -> "Shape":
        names = [name for name in kind.model_fields if name not in ("originator_id", "originator_version")]
        scopes = dict.fromkeys(kind.sealed_fields[name] for name in names if name in kind.sealed_fields)
        return cls(
            b'{"v":%d,' % kind.schema_version,
            tuple(name for name in names if name not in kind.sealed_fields),
            tuple((scope, tuple(n for n in names if kind.sealed_fields.get(n) == scope)) for scope in scopes),
        )


def encode(event: Event, sealer: Sealer, part: PartWriter = filled_fields) -> StoredEvent:
    """The event as it will stand for ever: pydantic's JSON of it, which tests hold it to, in four fifths of the time.

    Whoever writes many that share parts gives a `part` that remembers them (RecurringParts): the bytes are the same.
    Refuses EventTooLarge, UnstorableCharacter, and what the sealer does.
    """
    shape, values = Shape.of(type(event)), event.__dict__
    said = {name: value for name in shape.clear if (value := values[name]) is not None}
    if event.__pydantic_extra__:
        said |= {name: value for name, value in event.__pydantic_extra__.items() if value is not None}
    stream, version = event.originator_id, event.originator_version
    boxes: dict[str, dict[str, str]] = {}
    for scope, names in shape.sealed:
        content = {name: value for name in names if (value := values[name]) is not None}
        if content:
            key = event.key_id(scope)
            context = context_of(event.wire, stream, version)
            box = sealer.seal(key, _holdable(orjson.dumps(content, part, JSON)), context)
            boxes[scope] = {"key": key, "box": base64.b64encode(box).decode()}
    if boxes:
        said["sealed"] = boxes
    state = shape.head + _holdable(orjson.dumps(said, part, JSON))[1:]
    if len(state) > MAX_EVENT_BYTES:
        raise EventTooLarge
    return StoredEvent(stream, version, event.wire, state)


def decode(stored: StoredEvent, keys: Opener | None) -> Event:
    """The stored event in today's shape; without `keys` what is sealed stands in it as if withdrawn. Refuses
    FactUnreadable (UnknownEventType where a newer release wrote it)."""
    stream = stored.originator_id
    assert isinstance(stream, UUID)
    try:
        return decode_value(stored.topic, stream, stored.originator_version, orjson.loads(stored.state), keys)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag) as problem:
        place = f"{stored.topic} {stream} {stored.originator_version}"
        raise FactUnreadable(f"一条记录读不出来({place}):{type(problem).__name__}") from problem


def decode_value(wire: str, stream: UUID, stream_version: int, value: dict[str, Any], keys: Opener | None) -> Event:
    """The same from the stored bytes as JSON, for those who read many; `value` is used up. Refuses UnknownEventType."""
    version = value.pop("v")
    event_type = EVENT_TYPES.get(wire)
    if event_type is None or version > event_type.schema_version:
        raise UnknownEventType(wire, version)
    sealed = value.pop("sealed", None)
    withdrawn = keys is None and bool(sealed)
    if sealed and keys is not None:
        context = context_of(wire, stream, stream_version)
        for part in sealed.values():
            plain = keys.open(part["key"], base64.b64decode(part["box"]), context)
            if plain is None:
                withdrawn = True
            else:
                value.update(orjson.loads(plain))
    while version < event_type.schema_version:
        value = event_type.upcasters[version](value)
        version += 1
    if withdrawn:
        for name in _never_left_out(event_type):
            value.setdefault(name, WITHDRAWN)
    value["originator_id"] = stream
    value["originator_version"] = stream_version
    value["actor"] = _actor(value.get("actor"))
    event: Event = event_type.__pydantic_validator__.validate_python(value)  # what `model_validate` asks, sooner
    return event


def _actor(stored: Any) -> Any:
    """Who did it: the very same record for all that the same one did, as reading it anew is a third of reading a fact.

    Anything that is no actor is left to the event's own check.
    """
    try:
        said = (*stored, *stored.values())
        if (known := _ACTORS.get(said)) is not None:
            return known
        actor = Actor.model_validate(stored)
    except (ValidationError, TypeError, AttributeError):
        return stored
    if len(_ACTORS) >= _ACTORS_AT_HAND:
        _ACTORS.clear()
    _ACTORS[said] = actor
    return actor


@cache
def _never_left_out(kind: type[Event]) -> tuple[str, ...]:
    """Sealed fields that every such event has: asking a model for its fields takes longer than filling one in."""
    return tuple(name for name in kind.sealed_fields if kind.model_fields[name].is_required())


def sealed_keys(value: Any) -> list[str]:
    """Names of the keys that a stored event (as JSON) needs, to fetch many at once. None where it is not as it should
    be: whoever decodes it says so."""
    try:
        return [part["key"] for part in value["sealed"].values()] if "sealed" in value else []
    except (KeyError, TypeError, AttributeError):
        return []


def _holdable(text: bytes) -> bytes:
    """The JSON itself. Refuses UnstorableCharacter; it is read only where it looks as if it had one."""
    if b"\\u0000" in text and _holds_nul(orjson.loads(text)):
        raise UnstorableCharacter
    return text


def _holds_nul(value: Any) -> bool:
    match value:
        case str():
            return "\x00" in value
        case dict():
            return any(_holds_nul(part) for pair in value.items() for part in pair)
        case list():
            return any(_holds_nul(part) for part in value)
        case _:
            return False


def context_of(wire: str, stream: UUID | str, version: int) -> bytes:
    """What a sealed part is bound to: which fact it is of. `stream` may be given as its text."""
    return f"{wire}/{stream}/{version}".encode()


class EventMapper(Mapper[UUID]):
    """The library's mapper, with our encoding."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """See `encode`."""
        return encode(domain_event, self._sealer)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """See `decode`."""
        return decode(stored_event, self._sealer)
