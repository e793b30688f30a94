"""The recorder: one round trip that keeps the order of positions equal to the order of commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """What is noted of a command beside its events, in the same transaction."""

    command_id: UUID
    name: str
    fingerprint: bytes


class Recorder(PostgresApplicationRecorder):
    """Appends through `append_events` (see the migrations): lock, NOTIFY, insert and command id in one call.

    The library's own function mode leaves the lock out and lets a reader miss events (traps.md); this one keeps it.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, events_table_name="stored_events")

    def create_table(self) -> None:
        """The migrations make the table."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append atomically; gives the positions. `command` (a CommandRecord) is noted in the same transaction.

        Raises the library's IntegrityError when a stream already has such a version, or the command id is known.
        """
        command: CommandRecord | None = kwargs.get("command")
        with self.datastore.get_connection() as connection:
            row = connection.execute(
                "SELECT append_events(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[], %s, %s, %s) AS positions",
                (
                    [e.originator_id for e in stored_events],
                    [e.originator_version for e in stored_events],
                    [e.topic for e in stored_events],
                    [e.state for e in stored_events],
                    command and command.command_id,
                    command and command.name,
                    command and command.fingerprint,
                ),
                prepare=True,
            ).fetchone()
        assert row is not None
        positions: list[int] = row["positions"]
        return positions
