"""Rows written in bulk: into tables that hold nothing yet and have no index, which come last."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import Connection, Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from projections.engine.projection import Projection, live_schema
from projections.engine.row_tables import to_json
from projections.engine.rows import Row, Rows
from projections.engine.structure import make_tables

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

Step = Callable[[Connection], None]
"""A piece of work in a transaction of its own."""


class BulkTables:
    """The tables of a view in the schema of a build."""

    def __init__(self, projection: Projection, schema: str) -> None:
        self._schema = schema
        self._live = live_schema(projection)
        self._tables = [_BulkTable(table, schema) for table in projection.metadata.sorted_tables]
        self._projection = projection

    def make_bare(self, connection: Connection) -> None:
        """Make schema and tables, without keys and indexes. Nothing looks after them while they are being filled."""
        connection.execute(text(f'CREATE SCHEMA "{self._schema}"'))
        make_tables(self._translated(connection), self._projection, self._schema)
        for bulk in self._tables:
            connection.execute(text(f'ALTER TABLE {bulk.name} DROP CONSTRAINT "{bulk.key}"'))
            for index in bulk.table.indexes:
                connection.execute(text(f'DROP INDEX "{self._schema}"."{index.name}"'))
            connection.execute(text(f"ALTER TABLE {bulk.name} SET (autovacuum_enabled = false)"))

    def copy(self, connection: Connection, streams: Sequence[Rows]) -> None:
        """Write all rows of these streams, a COPY a table."""
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        for bulk in self._tables:
            with raw.cursor() as cursor:
                cursor.adapters.register_dumper(None, _AsJsonb)
                with cursor.copy(bulk.statement) as copy:
                    copy.set_types(bulk.types)
                    for rows in streams:
                        for row in rows.standing(bulk.table.name):
                            copy.write_row(bulk.values(row))

    def each_index(self) -> Iterator[Step]:
        """One step for every index, those of the keys among them: in any order, and beside each other."""
        for bulk in self._tables:
            key = ", ".join(f'"{column.name}"' for column in bulk.table.primary_key)
            yield partial(self._make, text(f'CREATE UNIQUE INDEX "{bulk.key}" ON {bulk.name} ({key})'))
            for index in bulk.table.indexes:
                yield partial(self._make, CreateIndex(index))

    def each_table(self) -> Iterator[Step]:
        """Afterwards, likewise: one step for every table, which gives it its key and lets the planner know it."""
        for bulk in self._tables:
            yield bulk.make_known

    def _make(self, index: TextClause | CreateIndex, connection: Connection) -> None:
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        self._translated(connection).execute(index)

    def _translated(self, connection: Connection) -> Connection:
        return connection.execution_options(schema_translate_map={self._live: self._schema})


class _BulkTable:
    """One table with its COPY statement, and the way from a row to the values of it."""

    def __init__(self, table: Table, schema: str) -> None:
        self.table = table
        self.name = f'"{schema}"."{table.name}"'
        self.key = f"{table.name}_pkey"
        columns = [column for column in table.columns if column.computed is None]
        self.types = [column.type.compile(_DIALECT).lower() for column in columns]
        self.values: Callable[[Row], tuple[Any, ...]] = itemgetter(*[column.name for column in columns])
        listed = ", ".join(f'"{column.name}"' for column in columns)
        self.statement = f"COPY {self.name} ({listed}) FROM STDIN (FORMAT binary)"

    def make_known(self, connection: Connection) -> None:
        """Take the index of the key for the key, and let the planner know what is there."""
        connection.execute(text(f'ALTER TABLE {self.name} ADD PRIMARY KEY USING INDEX "{self.key}"'))
        connection.execute(text(f"ANALYZE {self.name}"))
        connection.execute(text(f"ALTER TABLE {self.name} RESET (autovacuum_enabled)"))


class _AsJsonb(Dumper):
    """Whatever is to stand in a jsonb column, by our own rules for JSON."""

    oid = psycopg.adapters.types["jsonb"].oid
    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        """A version byte, then the text."""
        return b"\x01" + to_json(obj)
