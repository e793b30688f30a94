"""明文部分: reads stored events without any key: what people typed stays sealed."""

from collections.abc import Sequence

import orjson

from adapters.event_store.mapper import decode_value
from domain.shared.events import Event
from projections.engine.feed import RawEvent


class ClearDecoder:
    """A Decoder for those who need who, when and by when, and must not read what was written: it holds no key.

    What is sealed stands in the event as if it had been withdrawn.
    """

    def decode(self, batch: Sequence[RawEvent], *, fresh: bool = False) -> list[Event | Exception]:
        """See Decoder."""
        return [_decoded(raw) for raw in batch]


def _decoded(raw: RawEvent) -> Event | Exception:
    try:
        return decode_value(raw.wire, raw.stream, raw.version, orjson.loads(raw.value), None)
    except Exception as problem:  # whatever is wrong with one event is for the reader to judge
        return problem
