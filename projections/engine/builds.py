"""Making a view, building it anew beside the serving one, and switching.

A build reads the store of record stream by stream: a view's rows belong to one stream each (decision 0004), so every
stream is folded whole in memory and written once, and shares of the streams can be folded by several processes.
What comes after is taken from the feed, as ever. See decision 0031.
"""

import gc
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, groupby

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, IntegrityError

from projections.engine.bulk import BulkTables, Step
from projections.engine.checkpoints import Mark, Marks, hold, park, read_marks, wait_for_no_disk, write_marks
from projections.engine.feed import (
    Decoder,
    EventFeed,
    FeedStandsStill,
    History,
    RebuildUnderWay,
    Share,
    StreamReader,
)
from projections.engine.folding import Decoded, Poison, Readable, decode_batch, fold, readable, subject_of
from projections.engine.projection import Projection, building_schema, former_schema, live_schema
from projections.engine.rows import Rows, RowShapes
from projections.engine.stops import forget_stop
from projections.engine.structure import make_tables
from projections.engine.view_writer import ViewWriter

Progress = Callable[[int], None]
FoldAll = Callable[[Sequence[Projection], int], None]
"""Folds all history up to a position into the schemas of the builds."""

_STREAMS_AT_ONCE = 1_000


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
        schema = live_schema(projection)
        connection.execute(text(f'CREATE SCHEMA "{schema}"'))
        make_tables(connection, projection, schema)
        connection.execute(
            text("INSERT INTO projections (name, version) VALUES (:name, :version)"),
            {"name": projection.name, "version": projection.version},
        )


def rebuild(
    engine: Engine,
    projections: Sequence[Projection],
    history: History,
    feed: EventFeed,
    decoder: Decoder,
    streams: StreamReader,
    fold_all: FoldAll,
    batch: int = 5_000,
    patience_seconds: float = 30.0,
    at_once: int = 1,
) -> None:
    """重建: fold all history into new tables while the old ones serve, then switch each in one transaction.

    `fold_all` is `fold_share` over every share, in this process or in several; `at_once` indexes are made beside each
    other afterwards. The serving view may have been fed
    from another feed, or stand behind the end of a store that was put back (then its place means nothing any more).
    Raises FeedStandsStill when the feed brings nothing for `patience_seconds` while the build still lacks what the
    serving view shows, RebuildUnderWay when another one builds the same view; whatever is raised, the serving views
    stay as they are.
    """
    with _alone(engine, projections):
        _rebuild(engine, projections, history, feed, decoder, streams, fold_all, batch, patience_seconds, at_once)


def _rebuild(
    engine: Engine,
    projections: Sequence[Projection],
    history: History,
    feed: EventFeed,
    decoder: Decoder,
    streams: StreamReader,
    fold_all: FoldAll,
    batch: int,
    patience_seconds: float,
    at_once: int,
) -> None:
    serving: dict[str, Marks] = {}
    for projection in projections:
        ensure(engine, projection)
        with engine.begin() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{live_schema(projection)}"'))  # perhaps dropped
            serving[projection.name] = read_marks(connection, live_schema(projection))
            _drop(connection, building_schema(projection))
            _drop(connection, former_schema(projection))
            BulkTables(projection, building_schema(projection)).make_bare(connection)
    up_to = history.last_position()
    fold_all(projections, up_to)
    _make_ready(engine, projections, at_once)
    for projection in projections:
        schema = building_schema(projection)
        with engine.begin() as connection:
            places = _places(feed, read_marks(connection, live_schema(projection)), up_to)
            write_marks(connection, schema, places, None)
        writer = ViewWriter(engine, projection, schema, streams, decoder)
        is_lost = any(mark.reached > up_to for mark in serving[projection.name].values())
        _switch(engine, projection, writer, feed, decoder, batch, patience_seconds, follow_serving=not is_lost)
        forget_stop(engine, projection)


def _make_ready(engine: Engine, projections: Sequence[Projection], at_once: int) -> None:
    """Indexes, keys and what the planner must know, of all tables. What fails half-way is dropped by the next build."""
    tables = [BulkTables(projection, building_schema(projection)) for projection in projections]

    def make(step: Step) -> None:
        with engine.begin() as connection:
            step(connection)

    with ThreadPoolExecutor(at_once) as beside:
        for steps in (BulkTables.each_index, BulkTables.each_table):
            for _ in beside.map(make, chain.from_iterable(map(steps, tables))):
                pass


@contextmanager
def _alone(engine: Engine, projections: Sequence[Projection]) -> Iterator[None]:
    """One build of a view at a time: locks of a session, which end with it however it ends."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        try:
            for projection in projections:
                lock = {"name": f"huying build of {building_schema(projection)}"}
                if not session.execute(text("SELECT pg_try_advisory_lock(hashtext(:name))"), lock).scalar():
                    raise RebuildUnderWay(projection.title)
            yield
        finally:
            session.execute(text("SELECT pg_advisory_unlock_all()"))


def fold_share(
    engine: Engine,
    projections: Sequence[Projection],
    history: History,
    decoder: Decoder,
    up_to: int,
    share: Share,
    progress: Progress = lambda taken: None,
) -> None:
    """Fold one share of all streams up to a position, whole streams at a time, into the schemas of the builds."""
    builders = [_Builder(engine, projection) for projection in projections]
    subjects = frozenset(subject for projection in projections for subject in projection.subjects)
    with _no_garbage_collection():
        for stream in _streams(history, decoder, subjects, up_to, share, progress):
            subject, read = subject_of(stream[0].raw), readable(stream)
            for builder in builders:
                if subject in builder.subjects:
                    builder.take(stream, read)
        for builder in builders:
            builder.write()


def _streams(
    history: History, decoder: Decoder, subjects: Collection[str], up_to: int, share: Share, progress: Progress
) -> Iterator[list[Decoded]]:
    """Stream after stream, decoded. Keys are read anew with every batch: what was just withdrawn stays unread."""

    def decoded() -> Iterator[Decoded]:
        for batch in history.batches(subjects, up_to, share):
            yield from decode_batch(decoder, batch, fresh=True)
            progress(len(batch))

    for _, facts in groupby(decoded(), key=_stream_of):
        yield list(facts)


def _stream_of(fact: Decoded) -> object:
    return fact.raw.stream.int  # numbers are compared sooner than identifiers


class _Builder:
    """Folds whole streams into one view, and writes them many at a time."""

    def __init__(self, engine: Engine, projection: Projection) -> None:
        self.subjects = projection.subjects
        self._engine = engine
        self._projection = projection
        self._schema = building_schema(projection)
        self._shapes = RowShapes(projection.metadata)
        self._tables = BulkTables(projection, self._schema)
        self._waiting: list[tuple[list[Decoded], Rows, Poison | None]] = []

    def take(self, facts: list[Decoded], read: Readable) -> None:
        """One stream, whole."""
        rows = Rows(facts[0].raw.stream, self._shapes)
        self._waiting.append((facts, rows, fold(self._projection, facts, rows, read)))
        if len(self._waiting) >= _STREAMS_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what was taken."""
        waiting, self._waiting = self._waiting, []
        self._write(waiting)

    def _write(self, streams: Sequence[tuple[list[Decoded], Rows, Poison | None]]) -> None:
        if not streams:
            return
        try:
            with self._engine.begin() as connection:
                wait_for_no_disk(connection)
                self._tables.copy(connection, [rows for _, rows, _ in streams])
                for _, _, poison in streams:
                    if poison is not None:
                        park(connection, self._schema, poison)
        except (DataError, IntegrityError) as problem:
            # The database refused a row: narrow it down to the stream, and in it to the fact.
            if len(streams) > 1:
                middle = len(streams) // 2
                self._write(streams[:middle])
                self._write(streams[middle:])
            else:
                self._write_up_to_the_refused(streams[0][0], problem)

    def _write_up_to_the_refused(self, facts: list[Decoded], problem: Exception) -> None:
        """The fewest last facts are left out with which the database takes the rows."""
        for taken in range(len(facts) - 1, -1, -1):
            rows = Rows(facts[0].raw.stream, self._shapes)
            fold(self._projection, facts[:taken], rows)
            try:
                with self._engine.begin() as connection:
                    self._tables.copy(connection, [rows])
                    park(connection, self._schema, Poison(facts[taken].raw, problem))
                return
            except (DataError, IntegrityError) as still:
                problem = still


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Millions of short-lived records without a cycle: looking for one costs a quarter of a build."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _places(feed: EventFeed, serving: Marks, up_to: int) -> Marks:
    """Where the feed is read on after the build."""
    standing = {channel: (mark.next_offset, mark.position) for channel, mark in serving.items()}
    return {channel: Mark(*place, up_to) for channel, place in feed.places_after(up_to, standing).items()}


def _fold_once(writer: ViewWriter, feed: EventFeed, decoder: Decoder, batch: int, wait: float) -> int:
    offsets = {c: writer.marks[c].next_offset if c in writer.marks else 0 for c in feed.channels()}
    events = feed.read(offsets, batch, wait)
    if events:
        writer.fold(decode_batch(decoder, events, writer.needs))
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
        if _fold_once(writer, feed, decoder, batch, wait=0.0):
            moved_at = time.monotonic()
            continue
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
    furthest = max((mark.reached for mark in built.values()), default=0)
    reached = {channel: mark.reached for channel, mark in built.items()}
    return any(
        (reached.get(channel, 0) if channel in channels else furthest) < mark.reached
        for channel, mark in serving.items()
    )


def _drop(connection: Connection, schema: str) -> None:
    connection.execute(text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
    _forget(connection, schema)


def _forget(connection: Connection, schema: str) -> None:
    for table in ("projection_checkpoints", "projection_parked"):
        connection.execute(text(f"DELETE FROM {table} WHERE schema_name = :schema"), {"schema": schema})
