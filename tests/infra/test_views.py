"""The views of this release by themselves, and processes that share the folding of them."""

import subprocess
import sys

import infra.composition  # noqa: F401  (by it every type of fact is known)
from adapters.event_store.feed import StoreHistory
from adapters.event_store.key_ring import KeyRing
from domain.shared.events import EVENT_TYPES
from infra.rebuilding import fold_in_processes
from infra.views import projections
from projections.engine.builds import rebuild
from projections.engine.projection import live_schema
from projections.rates.view import RatesView
from tests.county_store import MASTER, CountyStore, county_store
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.obligations.lives import lives
from tests.projections.histories import LIVES, call_facts

_WHAT_IT_HAS = """
import sys
import {modules}
from domain.shared.events import EVENT_TYPES
print(*EVENT_TYPES)
print(*sys.modules)
"""
_PAGES_AND_TABLES = {"api", "fastapi", "jinja2", "openpyxl", "docx", "PIL"}


def has(*modules: str) -> tuple[set[str], set[str]]:
    """The facts known to a process that brings these in, and all modules it then has."""
    code = _WHAT_IT_HAS.format(modules=", ".join(modules))
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    known, brought_in, _ = told.split("\n")
    return set(known.split()), set(brought_in.split())


def test_a_process_that_folds_a_share_knows_every_fact_its_views_read_and_brings_in_no_pages() -> None:
    known, brought_in = has("infra.rebuilding", "infra.views")
    read = {subject for view in projections() for subject in view.subjects}
    assert {wire for wire in EVENT_TYPES if wire.partition(".")[0] in read} <= known
    assert not brought_in & {*_PAGES_AND_TABLES, "infra.composition"}


def test_a_projector_and_a_notifier_know_every_fact_and_bring_in_nothing_they_would_decide_with() -> None:
    for part in ("folding", "notices"):
        known, brought_in = has("infra.command_line", f"infra.{part}")
        assert known == set(EVENT_TYPES)
        assert not brought_in & {*_PAGES_AND_TABLES - {"jinja2"}, "infra.composition", "adapters.imports"}


def test_a_relay_sends_facts_without_knowing_any() -> None:
    known, brought_in = has("infra.command_line", "infra.ground", "infra.topics", "adapters.kafka.relay")
    assert known == set()
    assert not brought_in & {*_PAGES_AND_TABLES, "infra.facts", "infra.composition", "adapters.imports"}


def test_several_processes_build_the_rows_that_one_builds(database: str) -> None:
    with county_store(database) as house, house.feed() as feed:
        for facts in call_facts(_the_county_of_every_life()).values():
            house.keep(facts)
        as_made = _made(house)
        house.rebuild()
        built = house.rows()
        taken: list[int] = []
        shared = fold_in_processes(2, house.dsn, MASTER, projections, taken.append)
        history, views = StoreHistory(house.dsn), [house.view]
        rebuild(house.engine, views, history, feed, house.decoder, house.streams, shared, at_once=2)
        assert house.rows() == built
        assert _made(house) == as_made, "whichever was ready first"
        assert built["calls"]
        assert sum(taken) == len(built["timeline"])


def _made(house: CountyStore) -> set[tuple[str, str]]:
    """Keys, indexes, and what the server was told of each table."""
    schema = live_schema(house.view)
    found = set(house.sql("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s", schema))
    keys = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = %s::regnamespace"
    found |= set(house.sql(f"{keys} AND contype = 'p'", schema))
    tables = "SELECT relname, coalesce(array_to_string(reloptions, ','), '') FROM pg_class WHERE relnamespace ="
    return found | set(house.sql(f"{tables} %s::regnamespace AND relkind = 'r'", schema))


def test_a_view_that_has_nothing_of_what_was_typed_is_built_without_opening_it(database: str) -> None:
    """By a ring of the wrong master key: whoever opened a single text could not go on. Its rows are those of before."""
    with county_store(database, view=RatesView()) as house:
        for facts in (life.facts for life in lives("20261128", 30)):
            house.keep(facts)
        for facts in call_facts(_the_county_of_every_life()).values():
            house.keep(facts)
        house.fold()
        folded = house.rows()
        house.keys = KeyRing(house.pool, b"x" * len(MASTER))
        house.rebuild()
        assert house.rows() == folded
        assert folded["counted"]
        assert house.sql("SELECT * FROM projection_parked") == []


def _the_county_of_every_life() -> CallCounty:
    county = the_county()
    for life in LIVES.values():
        life(county)
    return county
