"""A row that is not as the facts say is named: by table, stream, key and column, and never by what stands in it."""

from uuid import uuid4

import orjson
import pytest

from domain.calls.intake import acceptance
from projections.engine.comparison import Comparison, Difference
from projections.engine.structure import TablesAltered
from tests.county_store import CountyStore
from tests.projections.engine.test_mishaps import store_raw
from tests.projections.histories import LIVES, call_facts


def comparison(house: CountyStore) -> Comparison:
    return Comparison(house.engine, house.streams, house.decoder, house.streams.store_channel_of_stream)


def differences(house: CountyStore) -> list[Difference]:
    return [one for piece in comparison(house).everything(house.view) for one in piece.differences]


def test_whole_lives_of_calls_folded_in_batches_are_as_each_fold_alone_gives(house: CountyStore) -> None:
    for life in LIVES.values():
        life(house.county)
    for events in call_facts(house.county).values():
        house.keep(events)
    house.fold(batch=7)
    pieces = list(comparison(house).everything(house.view))
    assert sum(piece.streams for piece in pieces) == len(LIVES)
    assert [one for piece in pieces for one in piece.differences] == []


def test_every_row_changed_taken_away_or_put_in_by_hand_is_named(house: CountyStore) -> None:
    changed, robbed, well = house.placed(), house.placed(), house.placed()
    stranger = uuid4()
    house.fold()
    house.sql("UPDATE calls_v10.calls SET text = '改过', place = '改过' WHERE stream_id = %s", changed)
    house.sql("DELETE FROM calls_v10.timeline WHERE stream_id = %s AND version = 2", robbed)
    house.sql(
        "INSERT INTO calls_v10.obligations"
        " SELECT (jsonb_populate_record(t, jsonb_build_object('stream_id', %s::text))).*"
        " FROM calls_v10.obligations t WHERE stream_id = %s AND place = 0",
        str(stranger),
        well,
    )
    found = differences(house)
    assert {(one.table, one.stream, one.key, one.kind, one.columns) for one in found} == {
        ("calls_v10.calls", changed, "", "changed", ("place", "text")),
        ("calls_v10.timeline", robbed, "2", "missing", ()),
        ("calls_v10.obligations", stranger, "0", "extra", ()),
    }
    for stream in (changed, robbed, stranger):
        house.writer().refold(stream, "store")
    assert differences(house) == []


def test_a_bounded_sample_finds_what_was_changed_lately(house: CountyStore) -> None:
    calls = [house.placed() for _ in range(5)]
    house.fold()
    assert comparison(house).sample(house.view, 4).differences == []
    house.sql("UPDATE calls_v10.calls SET stage = 'closed' WHERE stream_id = %s", calls[-1])
    compared = comparison(house).sample(house.view, 4)
    assert compared.streams <= 4
    assert [(one.stream, one.columns) for one in compared.differences] == [(calls[-1], ("stage",))]


def test_what_the_view_has_not_taken_in_yet_is_no_difference(house: CountyStore) -> None:
    call = house.placed()
    house.fold()
    house.say(acceptance.AcceptCall(call_id=call), "li")
    house.placed()
    assert differences(house) == []


def test_a_parked_call_is_no_difference_and_a_fact_that_became_unreadable_is_named(house: CountyStore) -> None:
    parked, damaged = house.placed(), house.placed()
    store_raw(house, parked, 4, "calls.NoteAdded", b"no json at all")
    house.fold()
    assert differences(house) == []
    house.sql("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
    house.sql("UPDATE stored_events SET state = %s WHERE originator_id = %s", orjson.dumps({"v": 99}), damaged)
    assert [(one.table, one.stream, one.kind) for one in differences(house)] == [
        ("stored_events", damaged, "unreadable")
    ]


def test_altered_tables_are_said_to_be_that(house: CountyStore) -> None:
    house.sql("ALTER TABLE calls_v10.calls DROP COLUMN place")
    with pytest.raises(TablesAltered, match=r"calls_v10\.calls 缺少列 place"):
        differences(house)
