"""事实库: the eventsourcing application over PostgreSQL, and the streams it gives to handlers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.known_streams import KnownStreams
from adapters.event_store.mapper import EventMapper, decode, encode
from adapters.event_store.recorder import Recorder
from domain.shared.commands import Fold, State, Streams
from domain.shared.events import Event


class EventStore(Application[UUID]):
    """Saves events and folds streams. Folded streams stay known and are brought up to date by one look at the log."""

    name = "huying"

    def __init__(self, dsn: str, keys: KeyRing, *, pool_size: int = 8, cached_streams: int = 5_000) -> None:
        parts = conninfo_to_dict(dsn)
        self._keys = keys
        super().__init__(
            {
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": str(parts.get("dbname", "")),
                "POSTGRES_HOST": str(parts.get("host", "")),
                "POSTGRES_PORT": str(parts.get("port", "5432")),
                "POSTGRES_USER": str(parts.get("user", "")),
                "POSTGRES_PASSWORD": str(parts.get("password", "")),
                "POSTGRES_POOL_SIZE": "1",
                "POSTGRES_MAX_OVERFLOW": str(pool_size - 1),
                "POSTGRES_MAX_WAITING": "0",
                "POSTGRES_CONNECT_TIMEOUT": "10",
                "CREATE_TABLE": "n",
            }
        )
        assert isinstance(self.recorder, Recorder)
        self._known = KnownStreams(
            self.recorder,
            lambda stored: decode(stored, keys),
            lambda stored: decode(stored, None),
            cached_streams,
        )

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """The library's PostgreSQL factory, whatever the process environment says."""
        return PostgresFactory(env)

    def construct_recorder(self) -> ApplicationRecorder:
        """Our one-round-trip recorder."""
        assert isinstance(self.factory, PostgresFactory)
        return Recorder(self.factory.datastore)

    def construct_mapper(self) -> Mapper[UUID]:
        """Stable names, versions, sealed parts."""
        return EventMapper(self._keys)

    def append(self, events: Sequence[Event], command: CommandRecord | None = None) -> Sequence[int]:
        """Save events all together and note the command with them; gives their positions.

        As `save`, without what the library does for aggregates: a command of thousands of facts pays for its facts.
        """
        assert isinstance(self.recorder, Recorder)
        return self.recorder.insert_events([encode(event, self._keys) for event in events], command=command)

    def now(self) -> Streams:
        """Every stream as it stands now or later: one look for however many streams are then read."""
        self._known.catch_up()
        return self._known

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        """The state of a stream now. Refuses NotFound."""
        return self.now().get(stream, fold)

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        """The state of a stream now, or None when it has no event."""
        return self.now().find(stream, fold)

    def in_clear(self, streams: Collection[UUID], fold: Fold[State]) -> Mapping[UUID, State]:
        """The states of many streams now, by their clear parts alone."""
        return self.now().in_clear(streams, fold)

    def history(self, stream: UUID) -> list[Event]:
        """Every event of a stream, in order."""
        return [event for event in self.events.get(stream) if isinstance(event, Event)]
