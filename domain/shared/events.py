"""事实: the base of every event, its envelope, and which of its parts are sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.shared.deadlines import Instant

WITHDRAWN = "〔内容已依令撤除〕"
"""What stands where a sealed text stood, once its key is destroyed (domain.md §9)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a field that is stored encrypted. `scope` says under whose key: the stream's or a person's."""

    scope: str = "content"


SealedText = Annotated[str, Sealed()]
"""密封文本: free text, under the key of the stream (one call, one review …)."""

IdentityText = Annotated[str, Sealed("identity")]
"""身份信息: a citizen's name, phone or address, under that person's own key."""


class Actor(BaseModel):
    """办理人: who did it: person, post and organization as they were that moment.

    `person` is None when the platform itself acts (a timer, the first set-up, an import).
    The organization's name stands beside its id; a person's name is personal data and stands in the directory only.
    """

    model_config = ConfigDict(frozen=True)

    person: UUID | None = None
    post: str
    organization: UUID
    organization_name: str
    acting_for: UUID | None = None


class Envelope(BaseModel):
    """What every fact carries besides its content. `occurred_at` is a claim, `recorded_at` a fact."""

    model_config = ConfigDict(frozen=True)

    recorded_at: Instant
    occurred_at: Instant
    actor: Actor
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None = None
    node: str


class Event(Envelope):
    """事实: something that happened, for ever. Subclasses name their wire name: `class X(Event, wire="calls.X")`.

    Unknown fields written by a newer release are kept. A changed shape raises `schema_version` and adds an upcaster
    from each older version: a function from the old value's fields to the next version's.
    """

    # What can't be read is logged and shown to those who keep the instance running: without what stood in it.
    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    wire: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1
    upcasters: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    sealed_fields: ClassVar[Mapping[str, str]] = {}
    withdraws_content: ClassVar[bool] = False
    """True for the fact that content was withdrawn: views then fold the stream anew, without it."""

    originator_id: UUID
    originator_version: int
    imported_from: str | None = None
    """Only facts of an older platform have it: which row of which file told it (domain.shared.provenance)."""
    imported_at: Instant | None = None
    """When it was imported. `occurred_at` and `recorded_at` are then the older platform's own times."""

    def __init_subclass__(cls, wire: str = "", **kwargs: Any) -> None:
        # Python hands the class keyword to this method too, and object's own takes none.
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, wire: str = "", **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        sealed = {}
        for name, field in cls.model_fields.items():
            marks = [*field.metadata, *(m for part in get_args(field.annotation) for m in get_args(part)[1:])]
            for mark in marks:
                if isinstance(mark, Sealed):
                    sealed[name] = mark.scope
        cls.sealed_fields = sealed
        if wire:
            if wire in EVENT_TYPES:
                raise TypeError(f"two event classes claim the wire name {wire}")
            cls.wire = wire
            EVENT_TYPES[wire] = cls

    @property
    def known_at(self) -> datetime:
        """When this system came to know it: recorded here, or imported."""
        return self.imported_at or self.recorded_at

    def key_id(self, scope: str) -> str:
        """Name of the key that seals the fields of one scope. Overridden where a citizen has a key of their own."""
        if scope != "content":
            raise ValueError(f"{self.wire} names no key for scope {scope}")
        return f"{self.wire.partition('.')[0]}/{self.originator_id}"

    @classmethod
    def first(cls, stream: UUID, envelope: Envelope, **fields: Any) -> Self:
        """The event that opens a stream (version 1)."""
        return cls.at_version(stream, 1, envelope, **fields)

    @classmethod
    def at_version(cls, stream: UUID, version: int, envelope: Envelope, **fields: Any) -> Self:
        """The event as number `version` of `stream`."""
        return cls(
            originator_id=stream,
            originator_version=version,
            recorded_at=envelope.recorded_at,
            occurred_at=envelope.occurred_at,
            actor=envelope.actor,
            command_id=envelope.command_id,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
            node=envelope.node,
            **fields,
        )


EVENT_TYPES: dict[str, type[Event]] = {}
"""Every known event by wire name. Filled as the subjects are imported."""
