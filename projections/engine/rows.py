"""The rows that one stream has in a view: changed in memory while its facts are folded, written together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Table

Row = dict[str, Any]
Key = tuple[Any, ...]
"""What tells a stream's rows of one table apart: the primary key without the stream."""


class RowShapes:
    """The tables of a view, as far as rows in memory must know them.

    Every table has a `stream_id`, first in its primary key: the stream whose facts alone decide the row. So rows of
    different streams never meet, and the order between streams does not matter (decision 0004). Tables marked
    `info={"put_only": True}` are never read back: rows are only put.
    """

    def __init__(self, metadata: MetaData) -> None:
        self.tables: Mapping[str, Table] = {table.name: table for table in metadata.sorted_tables}
        self.keys: Mapping[str, Sequence[str]] = {
            name: tuple(str(column.name) for column in table.primary_key if column.name != "stream_id")
            for name, table in self.tables.items()
        }
        self.key_of: Mapping[str, Callable[[Mapping[Any, Any]], Key]] = {
            name: _key_of(columns) for name, columns in self.keys.items()
        }


class Rows:
    """The rows of one stream. A projection reads and puts them; whoever made this writes what changed."""

    def __init__(self, stream: UUID, shapes: RowShapes) -> None:
        self.stream = stream
        self._key_of = shapes.key_of
        self._loaded: dict[str, dict[Key, Row]] = {}
        self._held: dict[str, dict[Key, Row]] = {}
        self._before: dict[str, dict[Key, Row]] = {}
        self.topics: set[str] = set()

    def hold(self, table: str, row: Row) -> None:
        """Take in a row as it stands in the database."""
        key = self._key_of[table](row)
        self._loaded.setdefault(table, {})[key] = row
        self._held.setdefault(table, {})[key] = row

    def get(self, table: Table, *key: Any) -> Row | None:
        """One row by its key within the stream, or None. Do not change it: put a new one."""
        return self._held.get(table.name, {}).get(key)

    def all(self, table: Table) -> Iterator[Row]:
        """All rows of one table."""
        return iter(self.standing(table.name))

    def put(self, table: Table, row: Row) -> None:
        """Add the row, or replace the one with its key."""
        name = table.name
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = {}
        held[self._key_of[name](row)] = row

    def remove(self, table: Table, *key: Any) -> None:
        """Take the row away, if it is there."""
        self._held.get(table.name, {}).pop(key, None)

    def touch(self, *topics: str) -> None:
        """Tell open pages that something they show changed (e.g. "call:<id>", "desk:<organization>")."""
        self.topics.update(topics)

    def begin(self) -> None:
        """What follows can be taken back."""
        self._before = {name: dict(rows) for name, rows in self._held.items()}

    def take_back(self) -> None:
        """Undo everything since `begin`."""
        self._held = self._before

    def changes(self, table: str) -> Mapping[Key, Row | None]:
        """What is to be written: the new row of each changed key, None where it is to go."""
        loaded, held = self._loaded.get(table, {}), self._held.get(table, {})
        changed: dict[Key, Row | None] = {key: None for key in loaded if key not in held}
        for key, row in held.items():
            before = loaded.get(key)
            if before is not row and before != row:
                changed[key] = row
        return changed

    def standing(self, table: str) -> Sequence[Row]:
        """Every row of a table as it stands now."""
        return list(self._held.get(table, {}).values())


def _key_of(columns: Sequence[str]) -> Callable[[Mapping[Any, Any]], Key]:
    match columns:
        case []:
            return lambda row: ()
        case [name]:
            return lambda row: (row[name],)
        case _:
            return itemgetter(*columns)
