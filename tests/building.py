"""Building views anew from the store, in this process, as `huying rebuild` does."""

from collections.abc import Sequence

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine

from adapters.event_store.feed import RawDecoder, StoreFeed, StoreHistory, StoreStreams
from adapters.event_store.key_ring import KeyRing
from infra.rebuilding import fold_here
from projections.engine.builds import Progress, rebuild
from projections.engine.feed import EventFeed
from projections.engine.projection import Projection


def build_anew(
    dsn: str,
    engine: Engine,
    pool: ConnectionPool,
    keys: KeyRing,
    views: Sequence[Projection],
    feed: EventFeed | None = None,
    *,
    batch: int = 5_000,
    patience_seconds: float = 20.0,
    progress: Progress = lambda taken: None,
) -> None:
    """Fold everything that stands, then go on with that feed (the store's when none is named)."""
    following = feed or StoreFeed(dsn)
    try:
        rebuild(
            engine,
            views,
            StoreHistory(dsn, batch),
            following,
            RawDecoder(keys),
            StoreStreams(pool),
            fold_here(engine, dsn, keys, progress),
            batch,
            patience_seconds,
        )
    finally:
        if feed is None:
            following.close()
