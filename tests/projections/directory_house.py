"""The directory on real PostgreSQL: store, keys, command bus, projector, queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, create_engine

from adapters.event_store.command_bus import CommandBus
from adapters.event_store.feed import RawDecoder, StoreFeed, StoreStreams
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS
from domain.directory.identity import organization_stream
from domain.shared.commands import Ask, Command, Receipt
from domain.shared.events import Actor, Envelope
from domain.shared.posts import Post
from projections.directory import Directory, DirectoryQueries
from projections.engine.builds import ensure
from projections.engine.projector import Projector
from projections.scope import Breadth, Viewer

NODE = "shifan"
START = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)
PLATFORM_ITSELF = Actor(
    person=None, post=Post.SYSTEM, organization=organization_stream(NODE, "platform"), organization_name="呼应平台"
)


@dataclass
class House:
    """Everything wired as in one embedded process, with a clock that moves when told."""

    dsn: str
    store: EventStore
    keys: KeyRing
    pool: ConnectionPool
    engine: Engine
    queries: DirectoryQueries
    view: Directory = field(default_factory=Directory)
    now: datetime = START

    def __post_init__(self) -> None:
        self.bus = CommandBus(self.store, self.keys, self.pool, HANDLERS, check_authority, lambda: self.now, NODE)

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF) -> Receipt:
        return self.bus.execute(command, Ask(uuid4(), by))

    def envelope(self, actor: Actor = PLATFORM_ITSELF, command_id: UUID | None = None) -> Envelope:
        command_id = command_id or uuid4()
        return Envelope(
            recorded_at=self.now,
            occurred_at=self.now,
            actor=actor,
            command_id=command_id,
            correlation_id=command_id,
            node=NODE,
        )

    def pass_time(self, **duration: int) -> None:
        self.now += timedelta(**duration)

    def catch_up(self, batch: int = 500) -> None:
        """Fold everything that stands into the view."""
        feed = StoreFeed(self.dsn)
        try:
            self.projector(feed, batch).catch_up()
        finally:
            feed.close()

    def projector(self, feed: StoreFeed, batch: int) -> Projector:
        ensure(self.engine, self.view)
        return Projector(self.engine, feed, RawDecoder(self.keys), StoreStreams(self.pool), [self.view], batch=batch)


@contextmanager
def opened_house(dsn: str) -> Iterator[House]:
    """A house over a database, closed behind you."""
    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    with ConnectionPool(dsn, min_size=1, max_size=4, open=True) as pool:
        keys = KeyRing(pool, b"m" * 32)
        store = EventStore(dsn, keys)
        try:
            yield House(dsn, store, keys, pool, engine, DirectoryQueries(engine))
        finally:
            store.close()
            engine.dispose()


def viewer(post: Post = Post.LIAISON, breadth: Breadth = Breadth.OWN, **fields: Any) -> Viewer:
    """Somebody who looks."""
    return Viewer(
        person=fields.get("person", uuid4()),
        name="查阅人",
        post=post,
        organization=fields.get("organization", uuid4()),
        organization_name="某机构",
        organization_kind="department",
        appointment=uuid4(),
        breadth=breadth,
    )
