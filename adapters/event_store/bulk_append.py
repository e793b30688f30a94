"""批量追加: many commands' events by COPY, in one transaction that obeys the order of positions like every other.

What the recorder does for the commands of people (append_together: lock, NOTIFY, events, command ids), this does for
an import of thousands of them: the bytes go straight into the table, so that the lock is held for a fraction of a
second. Content keys made for them are stored in the same transaction: no fact stands whose key does not.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import IntegrityError

from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.key_ring import KeyDestroyed, KeyRing

StoredRow = tuple[UUID, int, str, bytes]
"""A stored event as its table has it: stream, version, topic, state. One of the library's would take as long to make
as to send."""

_NONCE = 12
_DRAWN_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Entry:
    """One command with its events: they stand together or not at all."""

    command: CommandRecord
    events: Sequence[StoredRow]


class DrawnTogether:
    """Random bytes as the system gives them, many drawn together: to ask for each nonce takes as long as to seal."""

    def __init__(self) -> None:
        self._drawn = b""
        self._place = 0

    def __call__(self, count: int) -> bytes:
        """So many bytes, never given before."""
        if self._place + count > len(self._drawn):
            self._drawn, self._place = os.urandom(max(count, _DRAWN_AT_ONCE)), 0
        self._place += count
        return self._drawn[self._place - count : self._place]


class BulkSealer:
    """Seals and opens for one batch, with the keys that stand among `key_ids` and new ones for all others.

    `made` are the new keys, wrapped, to be stored with the events.
    """

    def __init__(self, ring: KeyRing, key_ids: Iterable[str]) -> None:
        self._ring = ring
        self._ciphers: dict[str, AESGCM | None] = ring.standing(key_ids)
        self.made: dict[str, bytes] = {}
        self._random = DrawnTogether()

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        """See Sealer. Refuses KeyDestroyed."""
        if key_id not in self._ciphers:
            self._ciphers[key_id], self.made[key_id] = self._ring.fresh(key_id, self._random)
        cipher = self._ciphers[key_id]
        if cipher is None:
            raise KeyDestroyed
        nonce = self._random(_NONCE)
        return nonce + cipher.encrypt(nonce, plain, context)

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        """See Opener."""
        cipher = self._ciphers.get(key_id)
        return None if cipher is None else cipher.decrypt(box[:_NONCE], box[_NONCE:], context)


def append_in_bulk(connection: psycopg.Connection, entries: Sequence[Entry], keys: Mapping[str, bytes]) -> int:
    """Append all of them in one transaction; gives the last position. `keys` are new content keys, wrapped.

    Raises IntegrityError when a version, a command id or a key stands already: then nothing of it was recorded.
    """
    try:
        with connection.transaction(), connection.cursor() as cursor:
            _copy(cursor, "content_keys (key_id, wrapped)", keys.items(), ["text", "bytea"])
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            cursor.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
            cursor.execute("NOTIFY stored_events")
            _copy(
                cursor,
                "stored_events (originator_id, originator_version, topic, state)",
                chain.from_iterable(entry.events for entry in entries),
                ["uuid", "int8", "text", "bytea"],
            )
            # Nobody else takes positions while the lock is held: ours are consecutive, in the order of the rows.
            row = cursor.execute("SELECT currval('stored_events_notification_id_seq')").fetchone()
            assert row is not None
            last: int = row[0]
            position = last - sum(len(entry.events) for entry in entries)
            noted = []
            for entry in entries:
                first, position = position + 1, position + len(entry.events)
                command = entry.command
                positions = ",".join(map(str, range(first, position + 1)))
                noted.append((command.command_id, command.name, command.fingerprint, f"{{{positions}}}"))
            _copy(cursor, "commands (command_id, name, fingerprint, positions)", noted)
    except psycopg.errors.UniqueViolation as taken:
        raise IntegrityError(str(taken)) from taken
    return last


def _copy(
    cursor: psycopg.Cursor, into: str, rows: Iterable[Sequence[object]], types: Sequence[str] | None = None
) -> None:
    """In binary where the types are given; an array is sooner put together as text than by psycopg."""
    with cursor.copy(f"COPY {into} FROM STDIN{' (FORMAT binary)' if types else ''}".encode()) as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)
