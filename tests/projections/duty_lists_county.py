"""示范县 on real PostgreSQL: the same offices as in memory, asked through the command bus and read from the view."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, Table, create_engine, select

from adapters.event_store.command_bus import CommandBus
from adapters.event_store.feed import RawDecoder, StoreFeed, StoreStreams
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS as DIRECTORY
from domain.duty_lists.commands import HANDLERS as DUTY_LISTS
from domain.shared.commands import Ask, Command, Fold, State
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from projections.duty_lists import DutyListQueries, DutyLists
from projections.engine.builds import ensure
from projections.engine.projector import Projector
from projections.scope import Breadth, Viewer
from tests.building import build_anew
from tests.domain.directory.county import NODE, PLATFORM_ITSELF
from tests.domain.duty_lists.county import ListCounty, Offices, the_offices


class StoredCounty(ListCounty):
    """The county's streams in the store, and the view of its lists."""

    def __init__(self, dsn: str, store: EventStore, keys: KeyRing, pool: ConnectionPool, engine: Engine) -> None:
        super().__init__()
        self.store = store
        self.engine = engine
        self.view = DutyLists()
        self.queries = DutyListQueries(engine)
        self.bus = CommandBus(store, keys, pool, {**DIRECTORY, **DUTY_LISTS}, check_authority, lambda: self.now, NODE)
        self._dsn = dsn
        self._pool = pool
        self._keys = keys
        self._decoder = RawDecoder(keys)
        self._streams = StoreStreams(pool)

    def get(self, stream: UUID, fold: Fold[State]) -> State:
        return self.store.get(stream, fold)

    def find(self, stream: UUID, fold: Fold[State]) -> State | None:
        return self.store.find(stream, fold)

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF) -> Sequence[Event]:
        """The facts that the command added."""
        receipt = self.bus.execute(command, Ask(uuid4(), by))
        return self.facts_at(receipt.positions)

    def facts_at(self, positions: Sequence[int]) -> list[Event]:
        found = self.store.recorder.select_notifications(positions[0], len(positions), positions[-1])
        return [self.store.mapper.to_domain_event(one) for one in found]  # type: ignore[misc]

    def catch_up(self, batch: int = 500) -> None:
        """Fold everything that stands into the view."""
        ensure(self.engine, self.view)
        feed = StoreFeed(self._dsn)
        try:
            Projector(self.engine, feed, self._decoder, self._streams, [self.view], batch=batch).catch_up()
        finally:
            feed.close()

    def rebuild(self, batch: int) -> None:
        """Build the view anew."""
        build_anew(self._dsn, self.engine, self._pool, self._keys, [self.view], batch=batch)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the view."""
        with self.engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(_ordered(table)).all()]
                for table in self.view.metadata.sorted_tables
            }


@contextmanager
def stored_offices(dsn: str) -> Iterator[tuple[Offices, StoredCounty]]:
    """The offices over a database, closed behind you."""
    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    with ConnectionPool(dsn, min_size=1, max_size=4, open=True) as pool:
        keys = KeyRing(pool, b"m" * 32)
        store = EventStore(dsn, keys)
        try:
            county = StoredCounty(dsn, store, keys, pool, engine)
            yield the_offices(county), county
        finally:
            store.close()
            engine.dispose()


def viewer(kind: str = "township", breadth: Breadth = Breadth.OWN, organization: UUID | None = None) -> Viewer:
    """Somebody who looks."""
    return Viewer(
        person=uuid4(),
        name="查阅人",
        post=Post.LIAISON,
        organization=organization or uuid4(),
        organization_name="某机构",
        organization_kind=kind,
        appointment=uuid4(),
        breadth=breadth,
    )


def _ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)
