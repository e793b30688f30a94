"""核对: a view's rows beside what a fold of the facts gives, so that a row changed by hand is named."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from projections.engine.checkpoints import Marks, parked_among, read_marks
from projections.engine.feed import Decoder, RawEvent
from projections.engine.folding import decode_batch, fold, subject_of
from projections.engine.projection import Projection, live_schema
from projections.engine.row_tables import to_json
from projections.engine.rows import Row, Rows, RowShapes
from projections.engine.structure import refuse_if_altered

StreamChannel = Callable[[UUID, str], str]
"""On which channel of the feed the facts of a stream (with this wire name) travel."""

_AT_ONCE = 200


class FactsByStream(Protocol):
    """The store of record, read stream by stream."""

    def streams(self, streams: Collection[UUID]) -> Sequence[RawEvent]: ...
    def ids(self, subjects: Collection[str], after: UUID | None, limit: int) -> Sequence[UUID]: ...
    def sample(self, subjects: Collection[str], size: int) -> Sequence[UUID]: ...
    def unknown_among(self, streams: Collection[UUID]) -> Sequence[UUID]: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not as the facts say. `columns` are named, never shown.

    `kind`: changed, missing, extra; unreadable where the stream's facts themselves can't be folded any more.
    """

    table: str
    stream: UUID
    key: str
    kind: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many streams were looked at in one piece, and what differs."""

    streams: int
    differences: Sequence[Difference]


class Comparison:
    """Folds streams anew in memory, and lays the rows beside those of the database, piece by piece, in snapshots."""

    def __init__(self, engine: Engine, facts: FactsByStream, decoder: Decoder, channel_of: StreamChannel) -> None:
        self._engine = engine
        self._facts = facts
        self._decoder = decoder
        self._channel_of = channel_of

    def sample(self, projection: Projection, size: int) -> Compared:
        """A bounded look: some streams that changed last, some from anywhere. Refuses TablesAltered."""
        return self.of(projection, self._facts.sample(projection.subjects, size))

    def everything(self, projection: Projection) -> Iterator[Compared]:
        """Every stream of the store, then every row of a stream that the store does not know. Refuses TablesAltered."""
        with self._engine.connect() as connection:
            refuse_if_altered(connection, projection, live_schema(projection))
        after: UUID | None = None
        while streams := self._facts.ids(projection.subjects, after, _AT_ONCE):
            yield self.of(projection, streams)
            after = streams[-1]
        yield from self._of_unknown_streams(projection)

    def of(self, projection: Projection, streams: Sequence[UUID]) -> Compared:
        """These streams. What differs is looked at twice: a fact may just be on its way into the view."""
        found = self._differences(projection, streams)
        if found:
            found = self._differences(projection, sorted({one.stream for one in found}))
        return Compared(len(streams), found)

    def _differences(self, projection: Projection, streams: Sequence[UUID]) -> list[Difference]:
        if not streams:
            return []
        schema = live_schema(projection)
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            refuse_if_altered(connection, projection, schema)
            marks = read_marks(connection, schema)
            parked = parked_among(connection, schema, streams)
            chosen = [stream for stream in streams if stream not in parked]
            folded, unreadable = fold_anew(projection, self._taken_in(projection, chosen, marks), self._decoder)
            readable = [stream for stream in chosen if stream not in unreadable]
            return [Difference("stored_events", stream, "", "unreadable", ()) for stream in unreadable] + [
                difference
                for table in projection.metadata.sorted_tables
                for difference in _beside(
                    connection, schema, table, [row for rows in folded for row in rows.standing(table.name)], readable
                )
            ]

    def _taken_in(self, projection: Projection, streams: Sequence[UUID], marks: Marks) -> list[RawEvent]:
        """The facts of these streams up to where the view stands."""
        reached = defaultdict(int, {channel: mark.reached for channel, mark in marks.items()})
        return [
            raw
            for raw in self._facts.streams(streams)
            if subject_of(raw) in projection.subjects
            and raw.position <= reached[self._channel_of(raw.stream, raw.wire)]
        ]

    def _of_unknown_streams(self, projection: Projection) -> Iterator[Compared]:
        schema = live_schema(projection)
        for table in projection.metadata.sorted_tables:
            after = UUID(int=0)
            with self._engine.connect() as connection:
                while streams := list(
                    connection.execute(
                        text(
                            f'SELECT DISTINCT stream_id FROM "{schema}"."{table.name}" WHERE stream_id > :after'
                            " ORDER BY stream_id LIMIT 5000"
                        ),
                        {"after": after},
                    ).scalars()
                ):
                    if unknown := self._facts.unknown_among(streams):
                        found = _beside(connection, schema, table, [], unknown)
                        yield Compared(len(unknown), found)
                    after = streams[-1]


def fold_anew(
    projection: Projection, facts: Sequence[RawEvent], decoder: Decoder
) -> tuple[list[Rows], frozenset[UUID]]:
    """Fold the facts (stream by stream, in order) into rows in memory: what the view should hold of these streams.

    Gives beside it the streams that could not be folded: a fact that was taken in once can't be read any more.
    """
    shapes = RowShapes(projection.metadata)
    folded: list[Rows] = []
    unreadable: set[UUID] = set()
    for stream, own in groupby(decode_batch(decoder, facts, fresh=True), key=lambda fact: fact.raw.stream):
        rows = Rows(stream, shapes)
        if fold(projection, list(own), rows) is None:
            folded.append(rows)
        else:
            unreadable.add(stream)
    return folded, frozenset(unreadable)


def _beside(
    connection: Connection, schema: str, table: Table, folded: Sequence[Row], streams: Collection[UUID]
) -> list[Difference]:
    keys = [str(column.name) for column in table.primary_key]
    match = " AND ".join(f'a."{key}" = b."{key}"' for key in keys)
    rest = ", ".join(f'coalesce(a."{key}", b."{key}")::text' for key in keys[1:]) or "NULL"
    statement = text(
        f'WITH a AS (SELECT * FROM jsonb_populate_recordset(NULL::"{schema}"."{table.name}", CAST(:rows AS jsonb))),'
        f' b AS (SELECT * FROM "{schema}"."{table.name}" WHERE stream_id = ANY(:ids))'
        f" SELECT coalesce(a.stream_id, b.stream_id), concat_ws('/', {rest}),"
        " CASE WHEN b.stream_id IS NULL THEN 'missing' WHEN a.stream_id IS NULL THEN 'extra' ELSE 'changed' END,"
        " (SELECT coalesce(array_agg(key ORDER BY key), '{}') FROM jsonb_each(to_jsonb(a)) x"
        "  FULL JOIN jsonb_each(to_jsonb(b)) y USING (key) WHERE x.value IS DISTINCT FROM y.value)"
        f" FROM a FULL JOIN b ON {match} WHERE to_jsonb(a) IS DISTINCT FROM to_jsonb(b) ORDER BY 1, 2"
    ).bindparams(bindparam("ids", list(streams), ARRAY(Uuid)))
    return [
        Difference(f"{schema}.{table.name}", stream, key, kind, tuple(columns) if kind == "changed" else ())
        for stream, key, kind, columns in connection.execute(statement, {"rows": to_json(folded).decode()})
    ]
