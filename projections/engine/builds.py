"""Making a view, building it anew beside the serving one, and switching."""

import gc
import time
from collections.abc import Callable, Collection

from sqlalchemy import Connection, Engine, text

from projections.engine.checkpoints import Marks, hold, read_marks
from projections.engine.feed import Decoder, EventFeed, FeedStandsStill, StreamReader
from projections.engine.projection import Projection, building_schema, former_schema, live_schema
from projections.engine.projector import ViewWriter, decode_batch

Progress = Callable[[int], None]


def ensure(engine: Engine, projection: Projection) -> None:
    """Make the tables of a view that this database does not have yet. Safe to call from several processes."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('huying views'))"))
        known = connection.execute(
            text("SELECT 1 FROM projections WHERE name = :name AND version = :version"),
            {"name": projection.name, "version": projection.version},
        ).scalar()
        if known:
            return
        _make(connection, projection, live_schema(projection))
        connection.execute(
            text("INSERT INTO projections (name, version) VALUES (:name, :version)"),
            {"name": projection.name, "version": projection.version},
        )


def rebuild(
    engine: Engine,
    projection: Projection,
    feed: EventFeed,
    decoder: Decoder,
    streams: StreamReader,
    progress: Progress = lambda taken: None,
    batch: int = 5_000,
    patience_seconds: float = 30.0,
    follow_serving: bool = True,
) -> None:
    """重建: fold all history into new tables while the old ones serve, then switch in one transaction.

    The serving view may have been fed from another feed. Raises FeedStandsStill when this one brings nothing for
    `patience_seconds` while it still lacks what the serving view shows. `follow_serving` False: where the serving view
    stands means nothing any more (PlaceLost), so the end of the feed is far enough.
    """
    ensure(engine, projection)
    schema = building_schema(projection)
    with engine.begin() as connection:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{live_schema(projection)}"'))  # dropped by hand, maybe
        _drop(connection, schema)
        _drop(connection, former_schema(projection))
        _make(connection, projection, schema)
    writer = ViewWriter(engine, projection, schema, streams, decoder)
    gc.collect()
    gc.disable()
    try:
        while taken := _fold_once(writer, feed, decoder, batch, wait=0.0 if writer.marks else 1.0):
            progress(taken)
        _switch(engine, projection, writer, feed, decoder, batch, patience_seconds, follow_serving)
    finally:
        gc.enable()


def _fold_once(writer: ViewWriter, feed: EventFeed, decoder: Decoder, batch: int, wait: float) -> int:
    offsets = {c: writer.marks[c].next_offset if c in writer.marks else 0 for c in feed.channels()}
    events = feed.read(offsets, batch, wait)
    if events:
        writer.fold(decode_batch(decoder, events, writer.projection.subjects))
    return len(events)


def _switch(
    engine: Engine,
    projection: Projection,
    writer: ViewWriter,
    feed: EventFeed,
    decoder: Decoder,
    batch: int,
    patience_seconds: float,
    follow_serving: bool,
) -> None:
    """Catch up to where the serving view stands, then swap while nobody writes it."""
    live, schema = live_schema(projection), building_schema(projection)
    channels = frozenset(feed.channels())
    moved_at = time.monotonic()
    while True:
        with engine.begin() as connection:
            hold(connection, projection)
            if not follow_serving or not _is_behind(writer.marks, read_marks(connection, live), channels):
                # Renamed, not dropped: a rename waits for no reader, so that no page stops and none is caught between.
                connection.execute(text(f'ALTER SCHEMA "{live}" RENAME TO "{former_schema(projection)}"'))
                connection.execute(text(f'ALTER SCHEMA "{schema}" RENAME TO "{live}"'))
                _forget(connection, live)
                for table in ("projection_checkpoints", "projection_parked"):
                    connection.execute(
                        text(f"UPDATE {table} SET schema_name = :live WHERE schema_name = :built"),
                        {"live": live, "built": schema},
                    )
                connection.execute(
                    text(
                        "UPDATE projections SET generation = generation + 1, updated_at = now()"
                        " WHERE name = :name AND version = :version"
                    ),
                    {"name": projection.name, "version": projection.version},
                )
                break
        if _fold_once(writer, feed, decoder, batch, wait=0.2):
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > patience_seconds:
            raise FeedStandsStill(projection.title)
    with engine.begin() as connection:
        _drop(connection, former_schema(projection))


def _is_behind(built: Marks, serving: Marks, channels: Collection[str]) -> bool:
    """Whether the serving view has facts that the build lacks.

    By position and not by offset: on a new cluster the same facts stand at other offsets. A channel of another feed
    is compared with the furthest position of any of ours.
    """
    furthest = max((mark.position for mark in built.values()), default=0)
    reached = {channel: mark.position for channel, mark in built.items()}
    return any(
        (reached.get(channel, 0) if channel in channels else furthest) < mark.position
        for channel, mark in serving.items()
    )


def _make(connection: Connection, projection: Projection, schema: str) -> None:
    connection.execute(text(f'CREATE SCHEMA "{schema}"'))
    mapped = connection.execution_options(schema_translate_map={live_schema(projection): schema})
    projection.metadata.create_all(mapped, checkfirst=False)


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
    _forget(connection, schema)


def _forget(connection: Connection, schema: str) -> None:
    for table in ("projection_checkpoints", "projection_parked"):
        connection.execute(text(f"DELETE FROM {table} WHERE schema_name = :schema"), {"schema": schema})
