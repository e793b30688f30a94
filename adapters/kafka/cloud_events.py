"""CloudEvents 1.0 over Kafka, binary mode: the stored bytes are the value, what they are stands in headers."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import orjson

from adapters.kafka.topics import topic_name

_TYPE_PREFIX = "cn.huying."


class StoredFact(NamedTuple):
    """A row of the store of record: position, stream, version in the stream, wire name, bytes."""

    position: int
    stream: UUID
    version: int
    wire: str
    state: bytes

    @property
    def subject(self) -> str:
        """The subject of domain.md it belongs to: the wire name before the dot."""
        return self.wire.partition(".")[0]


def headers_of(fact: StoredFact, node: str) -> list[tuple[str, bytes]]:
    """The headers of the record. `ce_sequence` is the position in the store, so padded that text sorts like numbers."""
    value, stream = orjson.loads(fact.state), str(fact.stream)
    return [
        (name, text.encode())
        for name, text in (
            ("ce_specversion", "1.0"),
            ("ce_id", f"{stream}/{fact.version}"),
            ("ce_source", f"/huying/{node}/{fact.subject}"),
            ("ce_type", f"{_TYPE_PREFIX}{fact.wire}.v{value['v']}"),
            ("ce_subject", stream),
            ("ce_time", value["recorded_at"]),
            ("ce_sequence", f"{fact.position:019d}"),
            ("ce_originatorversion", str(fact.version)),
            ("content-type", "application/json"),
        )
    ]


def fact_from(headers: Sequence[tuple[str, bytes]], value: bytes) -> StoredFact:
    """The stored fact a record carries. Raises ValueError for a record that is none of ours."""
    named: Mapping[str, bytes] = dict(headers)
    try:
        identity, _, version = named["ce_id"].decode().partition("/")
        return StoredFact(int(named["ce_sequence"]), UUID(identity), int(version), _wire_name(named["ce_type"]), value)
    except (KeyError, ValueError) as error:
        raise ValueError(f"not a CloudEvents record of ours: {sorted(named)}") from error


@lru_cache(maxsize=1_000)
def _wire_name(kind: bytes) -> str:
    """Of the header that says the type. Raises ValueError for a type that is none of ours."""
    name = kind.decode()
    wire = name.removeprefix(_TYPE_PREFIX).rpartition(".v")[0]
    if not name.startswith(_TYPE_PREFIX) or not wire:
        raise ValueError(name)
    return wire


def topic_of(fact: StoredFact, node: str) -> str:
    """The topic the fact is published to."""
    return topic_name(node, fact.subject)
