"""编号: stream identifiers that everybody computes alike."""

from collections.abc import Iterable
from hashlib import sha1
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1d2a3c-8f52-5a53-9f0e-3c1d5b7a9e21")


def stream_id(node: str, kind: str, name: str) -> UUID:
    """The identifier of a stream that is named rather than created, e.g. a division by its code.

    `node` is the county (or city) the system serves; `kind` the sort of stream; `name` its natural key.
    """
    return uuid5(_NAMESPACE, f"{node}/{kind}/{name}")


def derived_id(command_id: UUID, name: str) -> UUID:
    """The identifier a command gives to what it creates: the same again when the same command is tried again."""
    return uuid5(command_id, name)


def derived_ids(command_id: UUID, names: Iterable[str]) -> list[UUID]:
    """`derived_id` of many names, sooner: what they have in common is looked at once."""
    space = command_id.bytes
    return [UUID(bytes=sha1(space + name.encode(), usedforsecurity=False).digest()[:16], version=5) for name in names]
