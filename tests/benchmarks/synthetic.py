"""Synthetic calls of real shape: lives decided by the real handlers, copied under new identifiers, sealed for real."""

import os
from collections.abc import Iterator
from random import Random
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import StoredEvent

from adapters.event_store.mapper import encode
from domain.shared.events import Event
from tests.benchmarks.figures import SEED
from tests.county_store import MASTER
from tests.domain.calls.county import CallCounty
from tests.projections.histories import LIVES, call_facts


class BulkSealer:
    """Seals as the key ring does, with keys that are written in bulk afterwards."""

    def __init__(self) -> None:
        self._wrapper = AESGCM(MASTER)
        self._ciphers: dict[str, AESGCM] = {}
        self.wrapped: list[tuple[str, bytes]] = []

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        """See Sealer."""
        if (cipher := self._ciphers.get(key_id)) is None:
            key, nonce = AESGCM.generate_key(256), os.urandom(12)
            cipher = self._ciphers[key_id] = AESGCM(key)
            self.wrapped.append((key_id, nonce + self._wrapper.encrypt(nonce, key, key_id.encode())))
        nonce = os.urandom(12)
        return nonce + cipher.encrypt(nonce, plain, context)

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        """See Sealer."""
        return self._ciphers[key_id].decrypt(box[:12], box[12:], context)


def patterns(county: CallCounty) -> list[list[Event]]:
    """One life of each kind."""
    for life in LIVES.values():
        life(county)
    return list(call_facts(county).values())


def copies(lives: list[list[Event]], calls: int, random: Random) -> Iterator[list[Event]]:
    """So many calls, each a copy of one of these lives."""
    for number in range(calls):
        stream = UUID(int=random.getrandbits(128), version=4)
        yield [
            event.model_copy(
                update={"originator_id": stream}
                | ({"number": f"HY20260511-{number:06d}"} if event.originator_version == 1 else {})
            )
            for event in lives[number % len(lives)]
        ]


def store_calls(dsn: str, county: CallCounty, calls: int) -> int:
    """Write so many calls of every kind into the store. Gives the number of events."""
    return store_copies(dsn, patterns(county), calls)


def store_copies(dsn: str, lives: list[list[Event]], calls: int) -> int:
    """Write so many copies of these lives by COPY, mixed as they would have come in. Gives the number of events."""
    random, sealer = Random(SEED), BulkSealer()
    events = 0
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        with cursor.copy(
            "COPY stored_events (originator_id, originator_version, topic, state) FROM STDIN (FORMAT binary)"
        ) as copy:
            copy.set_types(["uuid", "int8", "text", "bytea"])
            under_way: list[list[Event]] = []
            source = copies(lives, calls, random)
            while True:
                while len(under_way) < 200 and (more := next(source, None)) is not None:
                    under_way.append(list(reversed(more)))
                if not under_way:
                    break
                place = random.randrange(len(under_way))
                stored = encode(under_way[place].pop(), sealer)
                copy.write_row((stored.originator_id, stored.originator_version, stored.topic, stored.state))
                events += 1
                if not under_way[place]:
                    under_way.pop(place)
        with cursor.copy("COPY content_keys (key_id, wrapped) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", "bytea"])
            for row in sealer.wrapped:
                copy.write_row(row)
    return events


def one_stored_event(county: CallCounty) -> StoredEvent:
    """A stored fact of ordinary size (an acceptance)."""
    accepted = next(e for events in patterns(county) for e in events if e.wire == "calls.CallAccepted")
    return encode(accepted, BulkSealer())
