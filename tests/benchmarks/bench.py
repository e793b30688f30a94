"""The bench: servers and databases that the parts of a run share, and how much a part may do."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
from sqlalchemy import create_engine

from infra.migrations.upgrade import upgrade
from infra.services.kafka import KafkaCluster
from infra.services.postgres import Postgres
from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.figures import Figure
from tests.county_store import MASTER, CountyStore, county_store
from tests.journeys.instance import Instance, instance
from tests.journeys.kafka_shape import NODE
from tests.servers import kafka_server


@dataclass
class Bench:
    """`quick`: about a sixth of the work. Kafka is started by the first part that needs it."""

    postgres: Postgres
    folder: Path
    quick: bool
    opened: ExitStack = field(default_factory=ExitStack)

    def some(self, full: int, quick: int) -> int:
        """How much to do in this run."""
        return quick if self.quick else full

    def empty_database(self) -> str:
        """A database without tables."""
        return self.postgres.make_database(f"bench_{uuid4().hex[:8]}")

    def database(self) -> str:
        """A database brought up to date."""
        dsn = self.empty_database()
        engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
        upgrade(engine)
        engine.dispose()
        return dsn

    def new_folder(self) -> Path:
        """A folder for one instance."""
        folder = self.folder / uuid4().hex[:8]
        folder.mkdir()
        return folder

    @contextmanager
    def house(self, *, founded: bool = True) -> Iterator[CountyStore]:
        """The county in a database of its own, without a server before it."""
        with county_store(self.database(), founded=founded) as house:
            yield house

    @contextmanager
    def demonstration(self, dsn: str) -> Iterator[Instance]:
        """One process with everything in it over this database, the demonstration county loaded."""
        settings = {"HUYING_DATABASE_URL": dsn, "HUYING_NODE": NODE, "HUYING_MASTER_KEY": MASTER.hex()}
        with instance(self.new_folder(), settings=settings) as running:
            yield running

    @cached_property
    def kafka(self) -> KafkaCluster:
        """One real broker."""
        return self.opened.enter_context(kafka_server(self.new_folder()))


@dataclass(frozen=True, slots=True)
class Part:
    """What is measured in one go. `names`: of its figures, or how they begin."""

    names: Sequence[str]
    title: str
    run: Callable[[Bench], Sequence[Figure]]


def shown(dsn: str) -> bool:
    """Whether every stored fact stands in every view."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT min(position) >= (SELECT max(notification_id) FROM stored_events) FROM projection_checkpoints"
            " WHERE channel = 'store'"
        ).fetchone()
    return row is not None and bool(row[0])


_AT_REST_PERCENT = 15.0
_AT_REST_SECONDS = 4.0
"""Of one core, for so long: less than the clock and the feeds take when nothing happens would never be seen. A clock
that catches up beside people may take no more, but records facts all the while."""


def wait_until_at_rest(pid: int, dsn: str) -> None:
    """Until views, notices and clock of an instance have caught up: otherwise it would be their work that is
    measured."""
    process = psutil.Process(pid)

    def at_rest() -> bool:
        before = _newest(dsn)
        return process.cpu_percent(_AT_REST_SECONDS) < _AT_REST_PERCENT and _newest(dsn) == before and shown(dsn)

    wait_until(at_rest, 600)


def _newest(dsn: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute("SELECT max(notification_id) FROM stored_events").fetchone()
