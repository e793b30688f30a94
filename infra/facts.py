"""事实库装配: the ground and the store upon it, for a process that reads and tells facts and decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine

from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.rules.rulebook import Rulebook, rulebook_of
from infra.ground import lay_ground
from infra.settings import Settings


@dataclass(slots=True)
class Facts:
    """The facts of an installation, and what they are reached by."""

    settings: Settings
    dsn: str
    engine: Engine
    pool: ConnectionPool
    keys: KeyRing
    store: EventStore

    def rulebook(self) -> Rulebook:
        """The rules in force, from the facts."""
        return rulebook_of(self.store.now(), self.settings.node)


@contextmanager
def open_facts(settings: Settings, dsn: str | None = None) -> Iterator[Facts]:
    """As `lay_ground` does, with the store. Refuses ServiceUnavailable."""
    with lay_ground(settings, dsn) as ground:
        store = EventStore(ground.dsn, ground.keys, pool_size=settings.database_pool)
        try:
            yield Facts(settings, ground.dsn, ground.engine, ground.pool, ground.keys, store)
        finally:
            store.close()
