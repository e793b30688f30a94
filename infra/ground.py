"""地基: what every process of an installation stands on. A process that only carries facts needs nothing above it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine

from adapters.database.connections import make_engine, open_pool
from adapters.event_store.key_ring import KeyRing, WrongMasterKey
from infra.master_key import master_key
from infra.migrations.upgrade import upgrade
from infra.services.postgres import Postgres
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class Ground:
    """The database, its structure up to date, and the keys, known to fit what stands in it."""

    dsn: str
    engine: Engine
    pool: ConnectionPool
    keys: KeyRing


@contextmanager
def lay_ground(settings: Settings, dsn: str | None = None) -> Iterator[Ground]:
    """Start what is ours, connect, bring the database up to date. Refuses ServiceUnavailable.

    `dsn` is given where somebody else runs the database (tests).
    """
    with ExitStack() as laying:
        if dsn is None:
            dsn = settings.database_url or laying.enter_context(Postgres(settings.folder / "postgres")).dsn()
        secret = master_key(settings)
        engine = make_engine(dsn, settings.database_pool)
        laying.callback(engine.dispose)
        upgrade(engine)
        pool = open_pool(dsn, settings.database_pool)
        laying.callback(pool.close)
        keys = KeyRing(pool, secret)
        try:
            keys.check()
        except WrongMasterKey as wrong:
            raise ServiceUnavailable(str(wrong)) from wrong
        yield Ground(dsn, engine, pool, keys)
