"""One view being written: batches of facts folded into its rows, each batch in one transaction."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, IntegrityError

from domain.shared.events import Event
from projections.engine.checkpoints import (
    Mark,
    Marks,
    hold,
    move_marks,
    newest_time,
    park,
    parked_among,
    read_marks,
    write_marks,
)
from projections.engine.feed import Decoder, RawEvent, StreamReader
from projections.engine.folding import Decoded, Poison, decode_batch, fold, subject_of
from projections.engine.projection import Projection, live_schema
from projections.engine.row_tables import RowTables
from projections.engine.rows import Rows, RowShapes
from projections.engine.structure import refuse_if_altered

CHANNEL = "huying_views"
"""PostgreSQL NOTIFY channel on which open pages are told of changes."""

_BEGINNING = Mark(0, 0)


class ViewWriter:
    """Folds batches into the rows of one view, in a schema of its own."""

    def __init__(self, engine: Engine, projection: Projection, schema: str, streams: StreamReader, decoder: Decoder):
        self.projection = projection
        self.schema = schema
        self._engine = engine
        self._streams = streams
        self._decoder = decoder
        self._shapes = RowShapes(projection.metadata)
        self.marks: Marks = {}
        self.reload()

    def reload(self) -> None:
        """Read from the database where the view stands."""
        with self._engine.connect() as connection:
            self.marks = read_marks(connection, self.schema)

    def fold(self, batch: Sequence[Decoded]) -> bool:
        """Fold what is new to this view. Effect exactly once: rows and checkpoint change together.

        If another writer moved the view meanwhile, nothing more is written, the places are read again, and it gives
        False: what follows in the batch may then start behind the view's place.
        """
        new = [d for d in batch if self._is_new(d.raw)]
        if not new:
            return True
        try:
            return self._fold(new)
        except (DataError, IntegrityError) as problem:
            # The database refused a row: narrow it down to the one event and park its stream.
            if len(new) > 1:
                middle = len(new) // 2
                return self.fold(new[:middle]) and self.fold(new[middle:])
            return self._fold([Decoded(new[0].raw, problem)])

    def needs(self, raw: RawEvent) -> bool:
        """Whether the view reads such facts and does not have this one yet."""
        return subject_of(raw) in self.projection.subjects and raw.position > self._reached(raw.channel)

    def passes_over(self, batch: Sequence[Decoded]) -> bool:
        """Whether the view reads nothing of what such facts say, and has a place on each of their channels."""
        return all(d.raw.channel in self.marks and subject_of(d.raw) not in self.projection.subjects for d in batch)

    def refold(self, stream: UUID, channel: str) -> None:
        """Fold one stream anew from the store up to where the view stands on the stream's channel (after a mended
        cause)."""
        with self._engine.begin() as connection:
            self._hold(connection)
            self.marks = read_marks(connection, self.schema)
            connection.execute(
                text("DELETE FROM projection_parked WHERE schema_name = :schema AND stream_id = :stream"),
                {"schema": self.schema, "stream": stream},
            )
            tables = RowTables(connection, self.schema, self._shapes)
            rows, poison = self._fold_anew(tables, stream, self._reached(channel))
            if poison is not None:
                raise poison.reason
            tables.write([rows])

    def read_anew(self, channel: str) -> None:
        """Begin again at the start of a channel, passing over what was seen: for one whose places were rewritten and
        whose facts this view does not read."""
        with self._engine.begin() as connection:
            self._hold(connection)
            self.marks = read_marks(connection, self.schema)
            if mark := self.marks.get(channel):
                self.marks[channel] = Mark(0, mark.position, mark.built_to)
                write_marks(connection, self.schema, {channel: self.marks[channel]}, None)

    def refuse_if_altered(self) -> None:
        """Refuses TablesAltered."""
        with self._engine.connect() as connection:
            refuse_if_altered(connection, self.projection, self.schema)

    def _hold(self, connection: Connection) -> None:
        """One writer at a time in a schema. A build in a schema of its own does not hold up the serving view."""
        if self.schema == live_schema(self.projection):
            hold(connection, self.projection)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": self.schema})

    def _is_new(self, raw: RawEvent) -> bool:
        mark = self.marks.get(raw.channel)
        return mark is None or (raw.offset >= mark.next_offset)

    def _fold(self, batch: Sequence[Decoded]) -> bool:
        with self._engine.begin() as connection:
            self._hold(connection)
            standing = read_marks(connection, self.schema)
            if standing != self.marks:
                self.marks = standing
                return False
            topics = self._fold_streams(connection, self._mine(batch))
            marks = self._marks_after(batch)
            write_marks(connection, self.schema, marks, newest_time(d.event for d in batch))
            if topics and self.schema == live_schema(self.projection):
                for payload in _payloads(topics):
                    connection.execute(text("SELECT pg_notify(:c, :p)"), {"c": CHANNEL, "p": payload})
        self.marks = marks
        return True

    def _marks_after(self, batch: Iterable[Decoded]) -> Marks:
        marks = dict(self.marks)
        for entry in batch:
            raw = entry.raw
            before = marks.get(raw.channel, _BEGINNING)
            marks[raw.channel] = Mark(raw.offset + 1, max(raw.position, before.position), before.built_to)
        return marks

    def _mine(self, batch: Sequence[Decoded]) -> dict[UUID, list[Decoded]]:
        """The facts this view has not folded yet, stream by stream: between streams the order says nothing."""
        mine: dict[UUID, list[Decoded]] = {}
        for entry in batch:
            if self.needs(entry.raw):
                mine.setdefault(entry.raw.stream, []).append(entry)
        return mine

    def _reached(self, channel: str) -> int:
        mark = self.marks.get(channel)
        return mark.reached if mark is not None else 0

    def _fold_streams(self, connection: Connection, streams: dict[UUID, list[Decoded]]) -> set[str]:
        """Gives the topics that open pages are to be told of."""
        if not streams:
            return set()
        parked = parked_among(connection, self.schema, streams)
        tables = RowTables(connection, self.schema, self._shapes)
        loaded = tables.load(streams.keys() - parked)
        changed = []
        for stream, facts in streams.items():
            withdrawn = any(isinstance(f.event, Event) and f.event.withdraws_content for f in facts)
            if stream in parked:
                if withdrawn:
                    tables.forget(stream)  # it stays parked, but its texts must not stay
                continue
            if withdrawn:
                rows, poison = self._fold_anew(tables, stream, facts[-1].raw.position)
            else:
                rows = loaded[stream]
                poison = fold(self.projection, facts, rows)
            if poison is not None:
                # Where the tables are not as they were made, it is the view that stops, not every call in turn.
                refuse_if_altered(connection, self.projection, self.schema)
                park(connection, self.schema, poison)
            changed.append(rows)
        tables.write(changed)
        return {topic for rows in changed for topic in rows.topics}

    def _fold_anew(self, tables: RowTables, stream: UUID, up_to: int) -> tuple[Rows, Poison | None]:
        """One stream from its beginning, without what it can no longer show."""
        rows = tables.forget(stream)
        history = decode_batch(self._decoder, self._streams.stream(stream, up_to), fresh=True)
        return rows, fold(self.projection, history, rows)


def pass_over(engine: Engine, writers: Sequence[ViewWriter], batch: Sequence[Decoded]) -> None:
    """Move views on that pass over a batch, together: most facts concern two views of many, and a transaction for
    each of the others would be most of the work. One that another writer moved meanwhile reads its place again."""
    newest = newest_time(d.event for d in batch)
    further: dict[ViewWriter, Marks] = {}
    moves: dict[tuple[str, Mark, Mark], list[ViewWriter]] = {}
    for writer in writers:
        further[writer] = writer._marks_after(d for d in batch if writer._is_new(d.raw))
        for channel, after in further[writer].items():
            if after != (before := writer.marks[channel]):
                moves.setdefault((channel, before, after), []).append(writer)
    if not moves:
        return
    overtaken: set[ViewWriter] = set()
    with engine.begin() as connection:
        for (channel, before, after), moving in moves.items():
            moved = move_marks(connection, [w.schema for w in moving], channel, before, after, newest)
            overtaken.update(w for w in moving if w.schema not in moved)
    for writer, marks in further.items():
        if writer in overtaken:
            writer.reload()
        else:
            writer.marks = marks


def _payloads(topics: Iterable[str]) -> Iterable[str]:
    """NOTIFY payloads hold less than 8,000 bytes."""
    line = ""
    for topic in sorted(topics):
        if len(line) + len(topic) > 7000:
            yield line
            line = ""
        line += topic + "\n"
    if line:
        yield line
