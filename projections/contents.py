"""记录的内容: what a fact says beside the columns of a record, and whom its actor acted for (受托代办)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from domain.shared.events import Actor, Event

_BUT_WHOM_FOR = set(Actor.model_fields) - {"acting_for"}


def content_of(event: Event, columns: set[str]) -> orjson.Fragment:
    """The fact as JSON without what stands in `columns` of its own. Whom somebody acted for stays with it, as
    `actor.acting_for`: few facts have it."""
    if event.actor.acting_for is None:
        return orjson.Fragment(event.model_dump_json(exclude=columns, exclude_none=True))
    but_whom_for: dict[str, Any] = {**dict.fromkeys(columns, True), "actor": _BUT_WHOM_FOR}
    return orjson.Fragment(event.model_dump_json(exclude=but_whom_for, exclude_none=True))


def taken_apart(content: Mapping[str, Any]) -> tuple[dict[str, Any], UUID | None]:
    """What the fact says, and whom its actor acted for."""
    holder = content.get("actor", {}).get("acting_for")
    said = {name: value for name, value in content.items() if name != "actor"}
    return said, UUID(holder) if holder else None
