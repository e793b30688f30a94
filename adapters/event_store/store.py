"""事实库: the eventsourcing application over PostgreSQL, and the streams it gives to handlers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store.key_ring import KeyRing
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorder import Recorder
from domain.shared.commands import Fold, State
from domain.shared.events import Event
from domain.shared.refusals import NotFound


class EventStore(Application[UUID]):
    """Saves events and folds streams. Folded streams stay in a cache and are fast-forwarded on every read."""

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
                "AGGREGATE_CACHE_MAXSIZE": str(cached_streams),
                "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
            }
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

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        """The state of a stream now. Refuses NotFound."""
        state = self.find(stream, fold)
        if state is None:
            raise NotFound
        return state

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        """The state of a stream now, or None when it has no event."""

        def project(state: Any, events: Iterable[Event]) -> Any:
            for event in events:
                state = fold(state, event)
            return state

        try:
            state: State = self.repository.get(stream, projector_func=project)
        except AggregateNotFoundError:
            return None
        return state

    def history(self, stream: UUID) -> list[Event]:
        """Every event of a stream, in order."""
        return [event for event in self.events.get(stream) if isinstance(event, Event)]
