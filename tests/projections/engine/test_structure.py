"""How the tables of a view are made."""

from projections.engine.projection import live_schema
from tests.county_store import CountyStore

_SAMPLED = (
    "SELECT c.relname, a.attname, a.atttypid = 'jsonb'::regtype FROM pg_attribute a"
    " JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
    " WHERE c.relnamespace = %s::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"
    " AND a.attstattarget IS DISTINCT FROM 0"
)


def sampled(house: CountyStore) -> list[tuple[str, str, bool]]:
    """The columns the planner keeps statistics of, and which of them hold JSON."""
    return [(table, column, is_json) for table, column, is_json in house.sql(_SAMPLED, live_schema(house.view))]


def test_no_statistics_are_kept_of_json_whether_a_view_is_made_or_built_anew(house: CountyStore) -> None:
    made = sampled(house)
    assert made
    assert not [column for column in made if column[2]]
    house.placed()
    house.rebuild()
    assert sorted(sampled(house)) == sorted(made)
    known = {(table, column) for table, column in house.sql("SELECT tablename, attname FROM pg_stats")}
    assert ("calls", "state") not in known
    assert ("calls", "number") in known
