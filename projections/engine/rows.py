"""The rows a batch of events changes: read once, changed in memory, written once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import Connection, MetaData, Table, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

Row = dict[str, Any]
_Key = tuple[Any, ...]


class Rows:
    """The part of a view that the streams of one batch own.

    Every table of a view has a `stream_id`: the stream whose facts alone decide the row. So rows of different streams
    never meet, and the order between streams does not matter. Tables marked `info={"append_only": True}` are never
    read back: rows are only put.
    """

    def __init__(self, connection: Connection, schema: str, metadata: MetaData) -> None:
        self._connection = connection
        self._schema = schema
        self._tables: dict[str, Table] = {table.name: table for table in metadata.sorted_tables}
        self._held: dict[str, dict[UUID, dict[_Key, Row]]] = {name: {} for name in self._tables}
        self._changed: dict[str, dict[_Key, Row | None]] = {name: {} for name in self._tables}
        self._undo: list[tuple[str, UUID, _Key, Row | None, bool, Row | None]] = []
        self.topics: set[str] = set()

    def load(self, streams: Iterable[UUID]) -> None:
        """Read the rows of these streams, one query a table."""
        ids = list(streams)
        for name, table in self._tables.items():
            held = self._held[name]
            for stream in ids:
                held.setdefault(stream, {})
            if table.info.get("append_only") or not ids:
                continue
            for row in self._connection.execute(
                text(f'SELECT * FROM "{self._schema}"."{name}" WHERE stream_id = ANY(:ids)').bindparams(
                    bindparam("ids", ids, ARRAY(Uuid))
                )
            ).mappings():
                held[row["stream_id"]][self._key(table, row)] = dict(row)

    def begin_without(self, streams: Iterable[UUID]) -> None:
        """Let these streams have no rows yet, whatever stands in the database: to see what a fold gives."""
        for stream in streams:
            for held in self._held.values():
                held[stream] = {}

    def given(self, table: Table) -> list[Row]:
        """Every row of the streams at hand, as folded so far."""
        return [row for rows in self._held[table.name].values() for row in rows.values()]

    def get(self, table: Table, stream: UUID, *rest: Any) -> Row | None:
        """One row by its key (the stream first), or None. Do not change it: put a new one."""
        return self._held[table.name][stream].get((stream, *rest))

    def of_stream(self, table: Table, stream: UUID) -> Iterator[Row]:
        """All rows of one stream in one table."""
        return iter(list(self._held[table.name][stream].values()))

    def put(self, table: Table, row: Row) -> None:
        """Add the row, or replace the one with its key."""
        key = self._key(table, row)
        stream = row["stream_id"]
        held = self._held[table.name][stream]
        if held.get(key) == row:
            return
        self._note(table.name, stream, key, held.get(key))
        held[key] = row
        self._changed[table.name][key] = row

    def remove(self, table: Table, stream: UUID, *rest: Any) -> None:
        """Take the row away, if it is there."""
        key = (stream, *rest)
        held = self._held[table.name][stream]
        if key in held:
            self._note(table.name, stream, key, held[key])
            del held[key]
            self._changed[table.name][key] = None

    def touch(self, *topics: str) -> None:
        """Tell open pages that something they show changed (e.g. "call:<id>", "desk:<organization>")."""
        self.topics.update(topics)

    def begin(self) -> None:
        """Start of one event: what follows can be taken back."""
        self._undo.clear()

    def take_back(self) -> None:
        """Undo everything since `begin`."""
        for name, stream, key, before, was_changed, change in reversed(self._undo):
            held = self._held[name][stream]
            if before is None:
                held.pop(key, None)
            else:
                held[key] = before
            if was_changed:
                self._changed[name][key] = change
            else:
                self._changed[name].pop(key, None)
        self._undo.clear()

    def forget_stream(self, stream: UUID) -> None:
        """Drop all rows of a stream from the view, to fold it anew."""
        for name in self._tables:
            self._connection.execute(
                text(f'DELETE FROM "{self._schema}"."{name}" WHERE stream_id = :id'), {"id": stream}
            )
            self._held[name][stream] = {}
            for key in [key for key in self._changed[name] if key[0] == stream]:
                del self._changed[name][key]

    def write(self) -> None:
        """Write what changed: a statement for removals and one for the rest, per table."""
        for name, table in self._tables.items():
            changed = self._changed[name]
            removed = [key for key, row in changed.items() if row is None]
            kept = [row for row in changed.values() if row is not None]
            if removed:
                self._remove(table, removed)
            if kept:
                self._upsert(table, kept)
            changed.clear()

    def _remove(self, table: Table, keys: Sequence[_Key]) -> None:
        columns = [str(column.name) for column in table.primary_key]  # plain strings: orjson takes no subclass as a key
        match = " AND ".join(f't."{c}" = gone."{c}"' for c in columns)
        self._connection.execute(
            text(
                f'DELETE FROM "{self._schema}"."{table.name}" t USING'
                f' jsonb_populate_recordset(NULL::"{self._schema}"."{table.name}", CAST(:rows AS jsonb)) gone'
                f" WHERE {match}"
            ),
            {"rows": _json([dict(zip(columns, key, strict=True)) for key in keys])},
        )

    def _upsert(self, table: Table, rows: Sequence[Row]) -> None:
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
        names = [column.name for column in table.columns]
        listed = ", ".join(f'"{c}"' for c in names)
        rest = ", ".join(f'"{c}" = excluded."{c}"' for c in names if c not in table.primary_key.columns)
        action = f"DO UPDATE SET {rest}" if rest else "DO NOTHING"
        self._connection.execute(
            text(
                f'INSERT INTO "{self._schema}"."{table.name}" ({listed}) SELECT {listed} FROM'
                f' jsonb_populate_recordset(NULL::"{self._schema}"."{table.name}", CAST(:rows AS jsonb))'
                f" ON CONFLICT ({keys}) {action}"
            ),
            {"rows": _json(rows)},
        )

    def _note(self, name: str, stream: UUID, key: _Key, before: Row | None) -> None:
        changed = self._changed[name]
        self._undo.append((name, stream, key, before, key in changed, changed.get(key)))

    @staticmethod
    def _key(table: Table, row: Mapping[Any, Any]) -> _Key:
        return tuple(row[column.name] for column in table.primary_key)


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows, default=_model_fields, option=orjson.OPT_UTC_Z).decode()


def _model_fields(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"no JSON for {type(value).__name__}")
