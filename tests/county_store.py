"""示范县 on a real PostgreSQL: the county's facts stored, commands decided by the real bus, views folded for real."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg_pool import ConnectionPool
from sqlalchemy import Engine

from adapters.database.connections import make_engine, open_pool
from adapters.event_store.command_bus import CommandBus
from adapters.event_store.feed import RawDecoder, StoreFeed, StoreStreams
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.calls.intake import submission as i
from domain.directory.authority import check_authority
from domain.shared.commands import Ask, Command, Receipt
from domain.shared.events import Event
from projections.calls.queries import CallQueries
from projections.calls.view import CallsView
from projections.engine.builds import Progress, ensure
from projections.engine.feed import EventFeed
from projections.engine.freshness import Freshness
from projections.engine.projection import Projection, live_schema
from projections.engine.projector import Projector
from projections.engine.view_writer import ViewWriter
from tests.building import build_anew
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import HANDLERS, NODE

MASTER = b"m" * 32


@dataclass
class CountyStore:
    """One database with the county founded in it. `county` is the same county in memory: orgs, people, its clock."""

    dsn: str
    pool: ConnectionPool
    keys: KeyRing
    store: EventStore
    bus: CommandBus
    engine: Engine
    county: CallCounty
    view: Projection

    def say(self, command: Command, by: str, command_id: UUID | None = None, expected: int | None = None) -> Receipt:
        """Ask the real bus, as a person of the county."""
        return self.bus.execute(command, Ask(command_id or uuid4(), self.county.by(by), expected_version=expected))

    def call(self, call: UUID) -> Call:
        return self.store.get(call, evolve)

    def submitted(self, **more: Any) -> UUID:
        fields = {"text": "门口有人占道摆摊", "place": "人民路12号", **more}
        stream = self.say(i.SubmitCall(**fields), "wang").stream
        assert stream is not None
        return stream

    def placed(self, **more: Any) -> UUID:
        call = self.submitted(**more)
        self.say(i.EndorseCall(call_id=call), "mayor")
        return call

    def keep(self, events: Iterable[Event]) -> None:
        """Store facts that the county in memory decided, as they are."""
        self.store.save(*events)

    @property
    def decoder(self) -> RawDecoder:
        return RawDecoder(self.keys)

    @property
    def streams(self) -> StoreStreams:
        return StoreStreams(self.pool)

    @property
    def queries(self) -> CallQueries:
        return CallQueries(self.engine)

    @property
    def freshness(self) -> Freshness:
        return Freshness(self.engine, [self.view], self.streams.store_channel_of)

    def writer(self) -> ViewWriter:
        return ViewWriter(self.engine, self.view, live_schema(self.view), self.streams, self.decoder)

    @contextmanager
    def feed(self) -> Iterator[StoreFeed]:
        feed = StoreFeed(self.dsn)
        try:
            yield feed
        finally:
            feed.close()

    @contextmanager
    def projector(self, batch: int = 500) -> Iterator[Projector]:
        with self.feed() as feed:
            yield Projector(self.engine, feed, self.decoder, self.streams, [self.view], batch=batch)

    def fold(self, batch: int = 500) -> None:
        """Fold everything that stands."""
        with self.projector(batch) as projector:
            projector.catch_up()

    def rebuild(
        self,
        feed: EventFeed | None = None,
        *,
        batch: int = 5_000,
        patience_seconds: float = 20.0,
        progress: Progress = lambda taken: None,
    ) -> None:
        """Build the view anew; it goes on with that feed, or the store's."""
        build_anew(
            self.dsn,
            self.engine,
            self.pool,
            self.keys,
            [self.view],
            feed,
            batch=batch,
            patience_seconds=patience_seconds,
            progress=progress,
        )

    def sql(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Look into (or meddle with) the database directly."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), params or None)
            return cursor.fetchall() if cursor.description else []

    def rows(self, schema: str | None = None) -> dict[str, list[str]]:
        """Every row of the view as text, table by table, in order."""
        schema = schema or live_schema(self.view)
        return {
            table.name: [
                row[0] for row in self.sql(f'SELECT to_jsonb(t)::text FROM "{schema}"."{table.name}" t ORDER BY 1')
            ]
            for table in self.view.metadata.sorted_tables
        }

    def last_position(self) -> int:
        return int(self.sql("SELECT coalesce(max(notification_id), 0) FROM stored_events")[0][0])


@contextmanager
def county_store(
    dsn: str,
    *,
    view: Projection | None = None,
    clock: Callable[[], datetime] | None = None,
    founded: bool = True,
    pool_size: int = 8,
) -> Iterator[CountyStore]:
    """Open the database at `dsn` (upgraded) and found the county in it, unless it stands there already."""
    county = the_county()
    with ExitStack() as opening:
        pool = opening.enter_context(open_pool(dsn, pool_size))
        keys = KeyRing(pool, MASTER)
        store = EventStore(dsn, keys, pool_size=pool_size)
        opening.callback(store.close)
        engine = make_engine(dsn, pool_size)
        opening.callback(engine.dispose)
        view = view or CallsView()
        ensure(engine, view)
        bus = CommandBus(store, keys, pool, HANDLERS, check_authority, clock or (lambda: county.now), NODE)
        house = CountyStore(dsn, pool, keys, store, bus, engine, county, view)
        if founded:
            house.keep(founding(county))
        yield house


def founding(county: CallCounty) -> Sequence[Event]:
    """Everything that was decided before the first call."""
    return [event for events in county.streams.facts.values() for event in events]
