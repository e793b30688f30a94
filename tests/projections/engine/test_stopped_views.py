"""A broken view stops alone, says so where every process can read it, and returns once its cause is mended."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
from sqlalchemy import MetaData

from domain.calls.intake import acceptance
from infra.views import projections
from projections.calls import tables
from projections.calls.view import CallsView
from projections.engine.builds import ensure
from projections.engine.freshness import Freshness, Standing
from projections.engine.projection import live_schema
from projections.engine.projector import Projector
from projections.engine.stops import StoppedViews
from projections.engine.structure import TablesAltered, altered
from tests.county_store import CountyStore


class Twin(CallsView):
    """A second view of the same facts, with tables of its own: folded after the first in one projector."""

    name: ClassVar[str] = "twin"
    title: ClassVar[str] = "并行资料"
    metadata: ClassVar[MetaData] = MetaData(schema=f"twin_v{tables.VERSION}")


for _table in tables.metadata.sorted_tables:
    _table.to_metadata(Twin.metadata, schema=live_schema(Twin))


class Passing:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def both(house: CountyStore, clock: Passing) -> Iterator[Projector]:
    """One projector over the calls view and its twin; the calls view comes first."""
    twin = Twin()
    ensure(house.engine, twin)
    with house.feed() as feed:
        yield Projector(
            house.engine,
            feed,
            house.decoder,
            house.streams,
            [house.view, twin],
            stopped=StoppedViews(house.engine, clock),
        )


def standings(house: CountyStore) -> tuple[Standing, Standing]:
    first, second = Freshness(house.engine, [house.view, Twin()], house.streams.store_channel_of).standings()
    return first, second


def count(house: CountyStore, table: str) -> int:
    return int(house.sql(f"SELECT count(*) FROM {table}")[0][0])


ALTERATIONS = {
    "a column that the fold reads was dropped": ("ALTER TABLE calls_v10.calls DROP COLUMN state", "缺少列 state"),
    "a column that is only written was dropped": ("ALTER TABLE calls_v10.timeline DROP COLUMN fact", "缺少列 fact"),
    "a table was dropped": ("DROP TABLE calls_v10.obligations", "缺少表 calls_v10.obligations"),
    "all tables were dropped": ("DROP SCHEMA calls_v10 CASCADE", "缺少表 calls_v10.calls"),
    "a column has another type": ("ALTER TABLE calls_v10.calls ALTER number TYPE int USING 0", "类型为 integer"),
    "a column that must be filled was added": (
        "ALTER TABLE calls_v10.obligations ADD mine text; UPDATE calls_v10.obligations SET mine = 'x';"
        " ALTER TABLE calls_v10.obligations ALTER mine SET NOT NULL",
        "多出必填的列 mine",
    ),
    "the key was dropped": ("ALTER TABLE calls_v10.calls DROP CONSTRAINT calls_pkey", "主键不符"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_a_view_whose_tables_were_altered_stops_alone_and_returns_after_a_rebuild(
    house: CountyStore, what: str
) -> None:
    statement, named = ALTERATIONS[what]
    call, clock = house.placed(), Passing()
    with both(house, clock) as projector:
        projector.catch_up()
        house.sql(statement)
        house.say(acceptance.AcceptCall(call_id=call), "li")
        house.placed()
        projector.catch_up()
        broken, well = standings(house)
        assert broken.stopped is not None
        assert broken.stopped.code == TablesAltered.code
        assert named in broken.stopped.reason
        assert (well.stopped, well.behind, well.parked) == (None, 0, 0)
        assert house.freshness.parked() == [], "no call is blamed for what was done to the tables"
        assert count(house, "twin_v10.timeline") == 7
        assert not house.freshness.wait_for(house.view, house.last_position(), 60), "nobody waits for a stopped view"

        house.rebuild()
        clock.now += 60
        house.placed()
        projector.catch_up()
        assert [s.stopped for s in standings(house)] == [None, None]
        assert count(house, "calls_v10.timeline") == count(house, "twin_v10.timeline") == 10


def test_the_tables_of_every_view_are_as_they_were_made(house: CountyStore) -> None:
    for view in projections():
        ensure(house.engine, view)
        with house.engine.connect() as connection:
            assert altered(connection, view, live_schema(view)) == []


def test_a_dropped_column_that_is_only_noticed_between_facts_stops_the_view_at_the_next_start(
    house: CountyStore,
) -> None:
    house.placed()
    house.fold()
    house.sql("ALTER TABLE calls_v10.attachments DROP COLUMN size")
    house.placed()
    with both(house, Passing()) as projector:
        projector.catch_up()
    broken, well = standings(house)
    assert broken.stopped is not None
    assert "calls_v10.attachments 缺少列 size" in broken.stopped.reason
    assert well.behind == 0


def test_a_place_ahead_of_the_store_stops_the_view_and_a_rebuild_brings_it_back(house: CountyStore) -> None:
    house.placed()
    clock = Passing()
    with both(house, clock) as projector:
        projector.catch_up()
    rows = house.rows()
    house.sql("UPDATE projection_checkpoints SET position = 9000, next_offset = 9001 WHERE schema_name = 'calls_v10'")
    house.placed()
    with both(house, clock) as projector:
        projector.catch_up()
        broken, well = standings(house)
        assert broken.stopped is not None
        assert broken.stopped.code == "view-ahead-of-store"
        assert house.rows() == rows, "nothing is passed over, nothing is folded at a wrong place"
        assert (well.stopped, well.behind) == (None, 0)
        house.rebuild()
        clock.now += 60
        projector.step(0)
    assert [s.stopped for s in standings(house)] == [None, None]
    assert len(house.rows()["calls"]) == 2


def test_a_fold_that_fails_outside_of_any_event_stops_its_view_and_is_tried_again_by_itself(
    house: CountyStore,
) -> None:
    house.placed()
    clock = Passing()
    house.sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$")
    house.sql("CREATE TRIGGER no BEFORE INSERT ON calls_v10.calls FOR EACH ROW EXECUTE FUNCTION no()")
    with both(house, clock) as projector:
        projector.catch_up()
        broken, well = standings(house)
        assert broken.stopped is not None
        assert (broken.stopped.code, well.behind) == ("view-failed", 0)
        assert "not today" in broken.stopped.reason
        since = broken.stopped.stopped_at
        for _ in range(3):
            clock.now += 60
            projector.step(0)
        again = standings(house)[0].stopped
        assert again is not None
        assert again.stopped_at == since, "it has stood still since then"
        house.sql("DROP TRIGGER no ON calls_v10.calls")
        projector.step(0)
        assert standings(house)[0].stopped is not None, "not tried before its time"
        clock.now += 60
        projector.step(0)
        projector.catch_up()
    assert [(s.stopped, s.behind) for s in standings(house)] == [(None, 0), (None, 0)]
    assert live_schema(house.view) == "calls_v10"
    assert house.rows()["calls"]
