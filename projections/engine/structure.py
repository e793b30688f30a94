"""表结构: how the tables of a view are made, and whether they are still so, or were altered by hand."""

from sqlalchemy import Connection, Table, Text, bindparam, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from projections.engine.projection import Projection

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


class TablesAltered(Exception):
    """页面资料的表被改动: folding stops before a row is lost or half written. `code` is for machines."""

    code = "view-tables-altered"

    def __init__(self, differences: list[str]) -> None:
        self.differences = tuple(differences)
        super().__init__("表结构被改动:" + ";".join(differences))


def make_tables(connection: Connection, projection: Projection, schema: str) -> None:
    """Make the tables in a schema (to which the connection translates the view's own).

    No statistics are kept of JSON: no query asks for a whole value, and comparing thousands of them with each other is
    most of what an ANALYZE takes. What is asked for within it stands in an index, which has its own.
    """
    projection.metadata.create_all(connection, checkfirst=False)
    for table in projection.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, JSONB):
                connection.execute(
                    text(f'ALTER TABLE "{schema}"."{table.name}" ALTER COLUMN "{column.name}" SET STATISTICS 0')
                )


def refuse_if_altered(connection: Connection, projection: Projection, schema: str) -> None:
    """Refuses TablesAltered, naming each table and column."""
    if differences := altered(connection, projection, schema):
        raise TablesAltered(differences)


def altered(connection: Connection, projection: Projection, schema: str) -> list[str]:
    """Every table and column that is missing, of another type, or in the way of new rows, in words."""
    standing: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, demanded in connection.execute(_COLUMNS, {"schema": schema}):
        standing.setdefault(table, {})[column] = (kind, demanded)
    keys = {table: list(columns) for table, columns in connection.execute(_KEYS, {"schema": schema})}
    wanted = _as_postgresql_says(connection, projection)
    found: list[str] = []
    for table in projection.metadata.sorted_tables:
        name = f"{schema}.{table.name}"
        if table.name not in standing:
            found.append(f"缺少表 {name}")
            continue
        found += _columns_that_differ(table, name, standing[table.name], wanted)
        if keys.get(table.name) != [column.name for column in table.primary_key]:
            found.append(f"表 {name} 的主键不符")
    return found


def _as_postgresql_says(connection: Connection, projection: Projection) -> dict[str, str]:
    """For every type the tables are declared with, how PostgreSQL itself calls it (varchar: character varying)."""
    declared = {column.type.compile(_DIALECT) for table in projection.metadata.tables.values() for column in table.c}
    rows = connection.execute(_TYPES.bindparams(bindparam("types", sorted(declared), ARRAY(Text))))
    return {str(kind): str(called) for kind, called in rows}


def _columns_that_differ(
    table: Table, name: str, standing: dict[str, tuple[str, bool]], wanted: dict[str, str]
) -> list[str]:
    found = []
    for column in table.columns:
        kind = wanted[column.type.compile(_DIALECT)]
        if column.name not in standing:
            found.append(f"表 {name} 缺少列 {column.name}")
        elif standing[column.name][0] != kind:
            found.append(f"表 {name} 的列 {column.name} 类型为 {standing[column.name][0]},应为 {kind}")
    for column_name in standing.keys() - {column.name for column in table.columns}:
        if standing[column_name][1]:
            found.append(f"表 {name} 多出必填的列 {column_name}")
    return found


_TYPES = text("SELECT kind, format_type(kind::regtype, NULL) FROM unnest(:types) AS kind")

_COLUMNS = text(
    "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull AND NOT a.atthasdef"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = :schema AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
)

_KEYS = text(
    "SELECT c.relname, array_agg(a.attname::text ORDER BY array_position(i.indkey::smallint[], a.attnum))"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)"
    " WHERE n.nspname = :schema AND i.indisprimary GROUP BY c.relname"
)
