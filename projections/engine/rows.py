"""The rows that one stream has in a view: changed in memory while its facts are folded, written together."""

from collections.abc import Iterator, Mapping, Sequence
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
    `info={"append_only": True}` are never read back: rows are only put.
    """

    def __init__(self, metadata: MetaData) -> None:
        self.tables: Mapping[str, Table] = {table.name: table for table in metadata.sorted_tables}
        self.keys: Mapping[str, Sequence[str]] = {
            name: tuple(str(column.name) for column in table.primary_key if column.name != "stream_id")
            for name, table in self.tables.items()
        }

    def key(self, table: str, row: Mapping[Any, Any]) -> Key:
        """The key of a row within its stream."""
        return tuple([row[name] for name in self.keys[table]])


class Rows:
    """The rows of one stream. A projection reads and puts them; whoever made this writes what changed."""

    def __init__(self, stream: UUID, shapes: RowShapes) -> None:
        self.stream = stream
        self._shapes = shapes
        self._held: dict[str, dict[Key, Row]] = {}
        self._changed: dict[str, dict[Key, Row | None]] = {}
        self._undo: list[tuple[str, Key, Row | None, bool, Row | None]] = []
        self.topics: set[str] = set()

    def hold(self, table: str, row: Row) -> None:
        """Take in a row as it stands in the database."""
        self._held.setdefault(table, {})[self._shapes.key(table, row)] = row

    def get(self, table: Table, *key: Any) -> Row | None:
        """One row by its key within the stream, or None. Do not change it: put a new one."""
        return self._held.get(table.name, {}).get(key)

    def all(self, table: Table) -> Iterator[Row]:
        """All rows of one table."""
        return iter(list(self._held.get(table.name, {}).values()))

    def put(self, table: Table, row: Row) -> None:
        """Add the row, or replace the one with its key."""
        name = table.name
        key = self._shapes.key(name, row)
        held = self._held.setdefault(name, {})
        before = held.get(key)
        if before == row:
            return
        self._note(name, key, before)
        held[key] = row
        self._changed[name][key] = row

    def remove(self, table: Table, *key: Any) -> None:
        """Take the row away, if it is there."""
        held = self._held.get(table.name, {})
        if key in held:
            self._note(table.name, key, held.pop(key))
            self._changed[table.name][key] = None

    def touch(self, *topics: str) -> None:
        """Tell open pages that something they show changed (e.g. "call:<id>", "desk:<organization>")."""
        self.topics.update(topics)

    def begin(self) -> None:
        """What follows can be taken back."""
        self._undo.clear()

    def take_back(self) -> None:
        """Undo everything since `begin`."""
        for name, key, before, was_changed, change in reversed(self._undo):
            if before is None:
                self._held[name].pop(key, None)
            else:
                self._held[name][key] = before
            if was_changed:
                self._changed[name][key] = change
            else:
                self._changed[name].pop(key, None)
        self._undo.clear()

    def changes(self, table: str) -> Mapping[Key, Row | None]:
        """What is to be written: the new row of each changed key, None where it is to go."""
        return self._changed.get(table, {})

    def standing(self, table: str) -> Sequence[Row]:
        """Every row of a table as it stands now."""
        return list(self._held.get(table, {}).values())

    def _note(self, name: str, key: Key, before: Row | None) -> None:
        changed = self._changed.setdefault(name, {})
        self._undo.append((name, key, before, key in changed, changed.get(key)))
