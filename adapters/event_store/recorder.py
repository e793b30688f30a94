"""The recorder: one round trip that keeps the order of positions equal to the order of commits."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, starmap
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg.rows import tuple_row

from adapters.event_store.group_commit import CommandRecord, GroupCommit, Member
from adapters.event_store.typed_lists import Bigints, Bytes, Integers, Texts, Uuids

_APPEND = (
    "SELECT append_together(%b::int[], %b::uuid[], %b::bigint[], %b::text[], %b::bytea[],"
    " %b::uuid[], %b::text[], %b::bytea[])"
)
"""Arrays go over in binary form: written out as text, eight events cost twenty times as much to send."""

_SELECT = "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
_STREAMS = (
    "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE originator_id = ANY(%b::uuid[])"
    " ORDER BY originator_id, originator_version"
)


class Recorded(NamedTuple):
    """A fact where it stands: its position, then what the library's StoredEvent has."""

    position: int
    stream: UUID
    version: int
    topic: str
    state: bytes


class Recorder(PostgresApplicationRecorder):
    """Appends through `append_together` (see the migrations): lock, NOTIFY, inserts and command ids in one call, for
    everybody who waits.

    The library's own function mode leaves the lock out and lets a reader miss events (traps.md); this one keeps it.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__(datastore, events_table_name="stored_events")
        self._commits = GroupCommit(self.write)

    def create_table(self) -> None:
        """The migrations make the table."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append atomically; gives the positions. `command` (a CommandRecord) is noted in the same transaction.

        Raises the library's IntegrityError when a stream already has such a version, or the command id is known.
        """
        command: CommandRecord | None = kwargs.get("command")
        return self._commits.append(Member(stored_events, command))

    def since(self, position: int, limit: int) -> Sequence[Recorded]:
        """Facts from a position on, in order."""
        statement = _SELECT + " WHERE notification_id >= %s ORDER BY notification_id LIMIT %s"
        return [Recorded(*row) for row in self._select(statement, position, limit)]

    def select_streams(self, streams: Collection[UUID]) -> Sequence[StoredEvent]:
        """Every event of many streams, stream by stream, in order."""
        return list(starmap(StoredEvent, self._select(_STREAMS, Uuids(streams))))

    def newest(self) -> Recorded | None:
        """The fact recorded last."""
        rows = self._select(_SELECT + " ORDER BY notification_id DESC LIMIT 1")
        return Recorded(*rows[0]) if rows else None

    def write(self, members: Sequence[Member]) -> None:
        """Append for all of them in one transaction, in their order; each member stands or is refused by itself."""
        try:
            self._append(members)
        except (OperationalError, InterfaceError):
            # Whether it was committed is not known: each asker finds out by its command id, on a connection that works.
            self.datastore.pool.check()
            raise
        except PersistenceError:
            if len(members) == 1:
                raise
            for member in members:  # nobody pays for what a neighbour brought
                self._write_alone(member)

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)  # as the library reads streams
    def _select(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """In binary form: as text the bytes of a fact come over twice as long, to be put together digit by digit."""
        with (
            self.datastore.get_connection() as connection,
            connection.cursor(binary=True, row_factory=tuple_row) as cursor,
        ):
            cursor.execute(statement.encode(), params, prepare=True)
            return cursor.fetchall()

    def _write_alone(self, member: Member) -> None:
        try:
            self._append([member])
        except PersistenceError as problem:
            member.failure = problem

    def _append(self, members: Sequence[Member]) -> None:
        events = [event for member in members for event in member.events]
        commands = [member.command for member in members]
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(
                _APPEND,
                (
                    Integers(len(member.events) for member in members),
                    Uuids(_stream(event) for event in events),
                    Bigints(event.originator_version for event in events),
                    Texts(event.topic for event in events),
                    Bytes(event.state for event in events),
                    Uuids(None if command is None else command.command_id for command in commands),
                    Texts(None if command is None else command.name for command in commands),
                    Bytes(None if command is None else command.fingerprint for command in commands),
                ),
                prepare=True,
            ).fetchone()
        assert row is not None
        positions: Iterator[int | None] = iter(row[0])
        for member in members:
            placed = [position for position in islice(positions, len(member.events)) if position is not None]
            if len(placed) == len(member.events):
                member.positions = placed
            else:
                member.refuse()


def _stream(event: StoredEvent) -> UUID:
    assert isinstance(event.originator_id, UUID)  # the library takes texts too; ours has none
    return event.originator_id
