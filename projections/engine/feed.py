"""事实来源: the port through which a projection is fed, from the store or from Kafka."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.shared.events import Event


@dataclass(frozen=True, slots=True)
class RawEvent:
    """A stored event as it comes off a feed.

    `channel` is one ordered line of the feed ("store", or "topic/partition"), `offset` its place there;
    `position` is the event's global place in the store. Events of one stream always share a channel, in order.
    """

    channel: str
    offset: int
    position: int
    stream: UUID
    version: int
    wire: str
    value: bytes


class EventFeed(Protocol):
    """Gives events after what was already taken. One reader at a time; not thread-safe."""

    def channels(self) -> Sequence[str]:
        """Every channel there is now."""
        ...

    def read(self, next_offsets: Mapping[str, int], limit: int, wait_seconds: float) -> Sequence[RawEvent]:
        """Up to `limit` events at or past the next offset of each channel (0 where none is named), in channel order.

        Waits at most `wait_seconds` when there is none, then gives an empty sequence.
        """
        ...

    def ends(self) -> Mapping[str, int]:
        """The next offset that will be written, per channel: what is below it exists now."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class Decoder(Protocol):
    """From raw to event; raises for what this release cannot read, and ConnectionError when the keys are away."""

    def decode(self, raw: RawEvent) -> Event: ...
    def prefetch(self, batch: Sequence[RawEvent], *, fresh: bool = False) -> None:
        """Fetch in one go what decoding the batch will need (content keys); `fresh`: whatever was fetched before."""
        ...


class StreamReader(Protocol):
    """Reads one stream from the store of record, to fold it anew (a parked or scrubbed stream)."""

    def stream(self, stream: UUID, up_to_position: int) -> Sequence[RawEvent]: ...
