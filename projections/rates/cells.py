"""月度汇总: the lines of `counted` that are settled, counted by month, so that a year's figures need no year's rows.

Kept by the database itself, as an index is: triggers add and take away with every change of a row, in the same
transaction. No fold and no query writes here, so the sums are those of the rows at every moment (decision 0041).
A build leaves them empty, since its processes would wait for each other's sums; the first change after it counts
everything once, and until then figures are counted from the rows.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    event,
    func,
    select,
)

from domain.assessment.columns import actions_of
from domain.assessment.definitions import MEASURES
from domain.assessment.marks import Mark
from domain.assessment.measure import Dimension
from domain.assessment.periods import Span
from projections.rates import tables

_beside = MetaData(schema=tables.metadata.schema)
"""Not among the tables of the view: the engine neither loads nor writes them."""

cells = Table(
    "cells",
    _beside,
    Column("dimension", Text, primary_key=True),
    Column("month", DateTime(timezone=True), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("marks", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
cells_filled = Table("cells_filled", _beside, Column("at", DateTime(timezone=True), primary_key=True))
"""Holds a row once the sums stand for every row."""

_BY = {
    Dimension.DEPARTMENT: "bearer",
    Dimension.OFFICE: "bearer",
    Dimension.TOWNSHIP: "township",
    Dimension.ITEM: "item",
    Dimension.FIELD: "field",
}
_ACTIONS = sorted({action for measure in MEASURES.values() for action in measure.actions})


def stand(connection: Connection) -> bool:
    """Whether the sums stand for every row."""
    return connection.execute(select(cells_filled.c.at).limit(1)).first() is not None


def settled(dimension: Dimension, span: Span) -> Select[Any]:
    """Key, name, action, marks and number of the settled lines of whole months."""
    return (
        select(cells.c.key, cells.c.name, cells.c.action, cells.c.marks, func.sum(cells.c.number).label("number"))
        .where(
            cells.c.dimension == _BY[dimension],
            cells.c.month >= span.since,
            cells.c.month < span.until,
            cells.c.action.in_(actions_of(dimension)),
        )
        .group_by(cells.c.key, cells.c.name, cells.c.action, cells.c.marks)
    )


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_LINES = f"""
    SELECT d.dimension, date_trunc('month', t.moment, 'Asia/Shanghai') AS month, d.key, d.name, t.action, t.marks, sign
    FROM (%(source)s) t
    CROSS JOIN LATERAL (VALUES ('bearer', t.organization::text, ''), ('township', t.township::text, ''),
        ('item', t.item, t.item_title), ('field', t.field, '')) AS d (dimension, key, name)
    WHERE t.marks & {int(Mark.PENDING)} = 0 AND t.action IN ({_listed(_ACTIONS)})
    AND (d.dimension IN ('bearer', 'township') OR t.action IN ({_listed(actions_of(Dimension.ITEM))}))
"""
_ADD = """
    INSERT INTO %(schema)s.cells AS c (dimension, month, key, name, action, marks, number)
    SELECT dimension, month, key, name, action, marks, sum(sign) FROM ({lines}) l
    GROUP BY dimension, month, key, name, action, marks HAVING sum(sign) <> 0
    ON CONFLICT (dimension, month, key, name, action, marks) DO UPDATE SET number = c.number + excluded.number
"""


def _adding(source: str) -> str:
    return _ADD.format(lines=_LINES % {"source": source}).replace("%(schema)s", "%1$I")


_BUILDING = "TG_TABLE_SCHEMA LIKE '%\\_\\_next'"

_FILL = f"""
CREATE FUNCTION "{{schema}}".fill_cells() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE stands boolean;
BEGIN
    IF {_BUILDING} THEN RETURN NULL; END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.cells_filled)', TG_TABLE_SCHEMA) INTO stands;
    IF NOT stands THEN
        EXECUTE format('DELETE FROM %1$I.cells', TG_TABLE_SCHEMA);
        EXECUTE format($sql${_adding("SELECT *, 1 AS sign FROM %1$I.counted")}$sql$, TG_TABLE_SCHEMA);
        EXECUTE format('INSERT INTO %1$I.cells_filled VALUES (now())', TG_TABLE_SCHEMA);
    END IF;
    RETURN NULL;
END $body$
"""


def _keeping(name: str, source: str) -> str:
    return f"""
CREATE FUNCTION "{{schema}}".{name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {_BUILDING} THEN RETURN NULL; END IF;
    EXECUTE format($sql${_adding(source)}$sql$, TG_TABLE_SCHEMA);
    RETURN NULL;
END $body$
"""


_ADDED, _GONE = "SELECT *, 1 AS sign FROM added", "SELECT *, -1 AS sign FROM gone"
_MADE_WITH_THE_TABLE = (
    _FILL,
    _keeping("cells_added", _ADDED),
    _keeping("cells_changed", f"{_ADDED} UNION ALL {_GONE}"),
    _keeping("cells_gone", _GONE),
    'CREATE TRIGGER fill_cells BEFORE INSERT OR UPDATE OR DELETE ON "{schema}".counted'
    ' FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".fill_cells()',
    'CREATE TRIGGER cells_added AFTER INSERT ON "{schema}".counted REFERENCING NEW TABLE AS added'
    ' FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".cells_added()',
    'CREATE TRIGGER cells_changed AFTER UPDATE ON "{schema}".counted REFERENCING NEW TABLE AS added OLD TABLE AS gone'
    ' FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".cells_changed()',
    'CREATE TRIGGER cells_gone AFTER DELETE ON "{schema}".counted REFERENCING OLD TABLE AS gone'
    ' FOR EACH STATEMENT EXECUTE FUNCTION "{schema}".cells_gone()',
)


def with_month_sums(metadata: MetaData) -> MetaData:
    """The tables of the view, whose `counted` is made with its sums and what keeps them, wherever it is made."""
    event.listen(metadata.tables[tables.counted.key], "after_create", _make_beside)
    return metadata


def _make_beside(target: Table, connection: Connection, **_: object) -> None:
    """The sums and what keeps them, in whatever schema the table is made."""
    renamed = connection.get_execution_options().get("schema_translate_map") or {}
    schema = renamed.get(target.schema, target.schema)
    _beside.create_all(connection, checkfirst=False)
    for statement in _MADE_WITH_THE_TABLE:
        # Signs of per cent are the database's own here, and stand for no parameter.
        connection.exec_driver_sql(statement.replace("{schema}", str(schema)).replace("%", "%%"))
