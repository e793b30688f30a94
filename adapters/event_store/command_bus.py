"""办理: takes a command, decides it against facts, appends what happened, once for every command id."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError
from psycopg_pool import ConnectionPool

from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.shared.commands import Ask, Command, Handlers, Receipt, Streams
from domain.shared.events import Envelope, Event
from domain.shared.identifiers import derived_id
from domain.shared.refusals import CommandIdReused, Refusal, StaleVersion

Authority = Callable[[Streams, Envelope], None]
"""Refuses when the actor does not hold the post they act in (decided from the directory's facts)."""

_ATTEMPTS = 25
"""Every conflict means that somebody else got through: so many writers at once on one stream are served."""


class DecidedNothing(RuntimeError):
    """A handler recorded no fact and did not refuse: a mistake in the program."""

    def __init__(self, command: Command) -> None:
        super().__init__(f"{command.wire} decided nothing: a handler records a fact or refuses")


@dataclass(frozen=True, slots=True)
class _Desk:
    envelope: Envelope
    streams: Streams
    expected_version: int | None

    def new_id(self, name: str = "") -> UUID:
        return derived_id(self.envelope.command_id, name)


class CommandBus:
    """One transaction a command. Nothing is half done: either all events of a command stand, or none."""

    def __init__(
        self,
        store: EventStore,
        keys: KeyRing,
        pool: ConnectionPool,
        handlers: Handlers,
        authority: Authority,
        clock: Callable[[], datetime],
        node: str,
    ) -> None:
        self._store = store
        self._keys = keys
        self._pool = pool
        self._handlers = handlers
        self._authority = authority
        self._clock = clock
        self._node = node

    def execute(self, command: Command, ask: Ask) -> Receipt:
        """Decide and record. A repeated command id gets the first answer; a reused one is refused (CommandIdReused).

        A conflict with another writer is decided again on the newer facts, unless the asker named the version they
        had seen: then it is refused (StaleVersion). Any Refusal means that nothing was recorded.
        """
        record = CommandRecord(ask.command_id, command.wire, self._fingerprint(command, ask))
        now = self._clock()
        envelope = Envelope(
            recorded_at=now,
            occurred_at=ask.occurred_at or now,
            actor=ask.actor,
            command_id=ask.command_id,
            correlation_id=ask.correlation_id or ask.command_id,
            causation_id=ask.causation_id,
            node=self._node,
        )
        lost = False
        for _ in range(_ATTEMPTS):
            try:
                events = self._decide(command, envelope, ask.expected_version)
            except (Refusal, DecidedNothing):
                # The very same command may have been recorded before: then that is the answer. It is looked for only
                # here and where the store refuses it: whoever repeats nothing does not pay for those who do.
                if (earlier := self._earlier(record)) is not None:
                    return earlier
                raise
            try:
                positions = self._store.append(events, record)
            except IntegrityError:
                if (earlier := self._earlier(record)) is not None:
                    return earlier
                continue
            except (OperationalError, InterfaceError):
                # The connection may have been lost before or after COMMIT. Trying once more is safe: the command id
                # is unique, and the table lock makes the second try wait for a first that is still under way.
                if lost:
                    raise
                lost = True
                continue
            return Receipt(
                ask.command_id,
                events[0].originator_id,
                max(e.originator_version for e in events if e.originator_id == events[0].originator_id),
                tuple(positions),
            )
        raise StaleVersion

    def _decide(self, command: Command, envelope: Envelope, expected_version: int | None) -> Sequence[Event]:
        streams = self._store.now()
        self._authority(streams, envelope)
        events = self._handlers[type(command)](command, _Desk(envelope, streams, expected_version))
        if not events:
            raise DecidedNothing(command)
        if expected_version is not None and events[0].originator_version != expected_version + 1:
            raise StaleVersion
        return events

    def _earlier(self, record: CommandRecord) -> Receipt | None:
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT fingerprint, positions FROM commands WHERE command_id = %s", (record.command_id,)
            ).fetchone()
            if row is None:
                return None
            if bytes(row[0]) != record.fingerprint:
                raise CommandIdReused
            placed = connection.execute(
                "SELECT originator_id, originator_version FROM stored_events WHERE notification_id = ANY(%s)"
                " ORDER BY notification_id",
                (row[1],),
            ).fetchall()
        stream = placed[0][0]
        version = max(version for id_, version in placed if id_ == stream)
        return Receipt(record.command_id, stream, version, tuple(row[1]), repeated=True)

    def _fingerprint(self, command: Command, ask: Ask) -> bytes:
        said = {
            "command": command.wire,
            "body": command.model_dump(mode="json"),
            "person": str(ask.actor.person),
            "organization": str(ask.actor.organization),
        }
        return self._keys.fingerprint(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))
