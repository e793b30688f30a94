"""Rows and the database: read for the streams of a batch, written back where they changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import Connection, Table, TextClause, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from projections.engine.rows import Row, Rows, RowShapes


class RowTables:
    """The tables of a view in one schema, within one transaction."""

    def __init__(self, connection: Connection, schema: str, shapes: RowShapes) -> None:
        self._connection = connection
        self._schema = schema
        self._shapes = shapes

    def load(self, streams: Collection[UUID]) -> Mapping[UUID, Rows]:
        """The rows of these streams as they stand, one query a table."""
        found = {stream: Rows(stream, self._shapes) for stream in streams}
        if not found:
            return found
        for name, table in self._shapes.tables.items():
            if table.info.get("put_only"):
                continue
            for row in self._connection.execute(_loading(self._schema, name), {"ids": list(found)}).mappings():
                found[row["stream_id"]].hold(name, dict(row))
        return found

    def forget(self, stream: UUID) -> Rows:
        """Delete all rows of a stream, and begin it anew."""
        for name in self._shapes.tables:
            self._connection.execute(
                text(f'DELETE FROM "{self._schema}"."{name}" WHERE stream_id = :id'), {"id": stream}
            )
        return Rows(stream, self._shapes)

    def write(self, changed: Iterable[Rows]) -> None:
        """Write what changed: per table a statement for removals and one for the rest."""
        changed = list(changed)
        for name, table in self._shapes.tables.items():
            removed: list[Row] = []
            kept: list[Row] = []
            for rows in changed:
                for key, row in rows.changes(name).items():
                    if row is None:
                        removed.append(
                            {"stream_id": rows.stream, **dict(zip(self._shapes.keys[name], key, strict=True))}
                        )
                    else:
                        kept.append(row)
            if removed:
                self._remove(table, removed)
            if kept:
                self._upsert(table, kept)

    def _remove(self, table: Table, keys: Sequence[Row]) -> None:
        match = " AND ".join(f't."{c}" = gone."{c}"' for c in keys[0])
        self._connection.execute(
            text(
                f'DELETE FROM "{self._schema}"."{table.name}" t USING'
                f' jsonb_populate_recordset(NULL::"{self._schema}"."{table.name}", CAST(:rows AS jsonb)) gone'
                f" WHERE {match}"
            ),
            {"rows": to_json(keys).decode()},
        )

    def _upsert(self, table: Table, rows: Sequence[Row]) -> None:
        self._connection.execute(_putting(self._schema, table), {"rows": to_json(rows).decode()})


# A statement is made once: making one, and knowing it again, costs as much as sending it.


@cache
def _loading(schema: str, table: str) -> TextClause:
    return text(f'SELECT * FROM "{schema}"."{table}" WHERE stream_id = ANY(:ids)').bindparams(
        bindparam("ids", type_=ARRAY(Uuid))
    )


@cache
def _putting(schema: str, table: Table) -> TextClause:
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    names = [column.name for column in table.columns if column.computed is None]
    listed = ", ".join(f'"{c}"' for c in names)
    rest = ", ".join(f'"{c}" = excluded."{c}"' for c in names if c not in table.primary_key.columns)
    action = f"DO UPDATE SET {rest}" if rest else "DO NOTHING"
    return text(
        f'INSERT INTO "{schema}"."{table.name}" ({listed}) SELECT {listed} FROM'
        f' jsonb_populate_recordset(NULL::"{schema}"."{table.name}", CAST(:rows AS jsonb))'
        f" ON CONFLICT ({keys}) {action}"
    )


def to_json(value: Any) -> bytes:
    """A row, or one value of a row, as JSON. Instants of UTC end in Z; models become objects, and so do dataclasses, of
    what differs from their defaults: reading fills these in, and what is usual need be neither written nor kept."""
    return orjson.dumps(value, default=_fields, option=_JSON)


_JSON: Final = orjson.OPT_UTC_Z | orjson.OPT_PASSTHROUGH_DATACLASS


def _fields(value: Any) -> object:
    if isinstance(value, BaseModel):
        extra = value.__pydantic_extra__
        return {**value.__dict__, **extra} if extra else value.__dict__
    held, usual = value.__dict__, _defaults(value.__class__)
    return {name: said for name, said in held.items() if said is not usual[name]}


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    """By field of a dataclass; where there is none, MISSING, which nothing is."""
    if not is_dataclass(kind):
        raise TypeError(f"no JSON for {kind.__name__}")
    return {field.name: field.default for field in fields(kind)}
