"""What goes wrong stays small: one poisoned fact parks one call, a dead connection is survived, nothing half done."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import orjson
import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from domain.calls.intake import acceptance
from domain.shared.events import Event
from projections.calls.view import CallsView
from projections.engine.builds import ensure
from projections.engine.feed import RawEvent, RebuildUnderWay
from projections.engine.folding import decode_batch
from projections.engine.projection import Facts, building_schema, former_schema, live_schema
from projections.engine.rows import Rows
from tests.adapters.kafka.bench import wait_until
from tests.county_store import CountyStore, county_store
from tests.projections.histories import LIVES, call_facts


def store_raw(house: CountyStore, stream: UUID, version: int, wire: str, state: bytes) -> int:
    """Put bytes into the store as they are, past the mapper."""
    (row,) = house.sql(
        "SELECT append_events(ARRAY[%s]::uuid[], ARRAY[%s]::bigint[], ARRAY[%s], ARRAY[%s::bytea], NULL, NULL, NULL)",
        stream,
        version,
        wire,
        state,
    )
    return int(row[0][0])


def shown(house: CountyStore) -> set[UUID]:
    return {stream for (stream,) in house.sql("SELECT stream_id FROM calls_v10.calls")}


class TestAPoisonedFact:
    @pytest.mark.parametrize(
        ("wire", "state"),
        [
            ("calls.NoteAdded", b"no json at all"),
            ("calls.NoteAdded", b'{"v":1,"sealed": broken'),
            ("calls.NoteAdded", b'{"v":1,"sealed":{"content":5}}'),
            ("calls.NoteAdded", b'{"v":1}'),
            ("calls.NoteAdded", b"\xff\xfe"),
            ("calls.FromTheFuture", b'{"v":1}'),
            ("calls.NoteAdded", b'{"v":99}'),
        ],
    )
    def test_that_cannot_be_read_parks_its_call_only(self, house: CountyStore, wire: str, state: bytes) -> None:
        call, other = house.placed(), house.placed()
        position = store_raw(house, call, 4, wire, state)
        house.say(acceptance.AcceptCall(call_id=other), "li")
        house.fold(batch=3)
        (parked,) = house.freshness.parked()
        assert (parked.stream, parked.position, parked.wire) == (call, position, wire)
        assert parked.reason
        newer = wire == "calls.FromTheFuture" or b"99" in state
        assert parked.code == ("event-type-unknown" if newer else "event-unreadable")
        assert house.freshness.standings()[0].parked == 1
        assert house.sql("SELECT stage FROM calls_v10.calls WHERE stream_id = %s", other) == [("accepted",)]
        assert house.sql("SELECT version FROM calls_v10.calls WHERE stream_id = %s", call) == [(3,)]
        assert house.freshness.wait_for(house.view, house.last_position(), 0)

    def test_whose_row_the_database_refuses_parks_its_call_only(self, house: CountyStore) -> None:
        before, bad, after = house.placed(), house.placed(), house.placed()
        state = orjson.loads(
            house.sql(
                "SELECT convert_from(state, 'UTF8') FROM stored_events"
                " WHERE originator_id = %s AND originator_version = 2",
                bad,
            )[0][0]
        )
        del state["sealed"]
        store_raw(house, bad, 4, "calls.CallEndorsed", orjson.dumps({**state, "remark": "一个\x00字符"}))
        house.fold()
        assert [parked.stream for parked in house.freshness.parked()] == [bad]
        assert {before, after} <= shown(house)
        assert len(house.rows()["timeline"]) == 9, "the bad call stays as it was before the bad fact"

    def test_is_named_without_what_stands_in_it(self, house: CountyStore) -> None:
        call = house.placed(text="李四欠钱不还")
        house.sql("ALTER TABLE calls_v10.calls ADD CONSTRAINT refused CHECK (text <> '李四欠钱不还')")
        house.fold()
        (parked,) = house.freshness.parked()
        assert parked.stream == call
        assert "refused" in parked.reason
        assert "李四" not in parked.reason

    def test_stays_parked_until_its_cause_is_mended_and_is_then_taken_back(self, house: CountyStore) -> None:
        call, other = house.placed(), house.placed()
        house.sql(f"ALTER TABLE calls_v10.calls ADD CONSTRAINT refused CHECK (stream_id <> '{call}')")
        house.fold()
        assert [(parked.stream, parked.code) for parked in house.freshness.parked()] == [(call, "row-refused")]
        assert shown(house) == {other}
        house.say(acceptance.AcceptCall(call_id=call), "li")
        house.fold()
        with pytest.raises(DBAPIError):
            house.writer().refold(call, "store")
        assert [parked.stream for parked in house.freshness.parked()] == [call], "it was too early"
        house.sql("ALTER TABLE calls_v10.calls DROP CONSTRAINT refused")
        house.writer().refold(call, "store")
        assert house.freshness.parked() == []
        rows = house.rows()
        house.rebuild()
        assert house.rows() == rows
        house.say(acceptance.DeclineCall(call_id=other, ground="not_public_affairs", reason="属民事纠纷"), "li")
        house.fold()
        assert house.freshness.parked() == []

    def test_a_call_is_taken_back_only_up_to_where_the_view_stands(self, house: CountyStore) -> None:
        call = house.placed()
        house.fold()
        house.say(acceptance.AcceptCall(call_id=call), "li")
        house.writer().refold(call, "store")
        assert house.sql("SELECT version FROM calls_v10.calls") == [(3,)]
        house.fold()
        assert house.sql("SELECT version FROM calls_v10.calls") == [(4,)]
        assert len(house.rows()["timeline"]) == 4

    def test_a_fold_that_fails_halfway_leaves_no_half_rows(self, database: str) -> None:
        class Failing(CallsView):
            """Fails at every acceptance, after having changed rows."""

            def apply(self, facts: Facts, rows: Rows) -> None:
                super().apply(facts, rows)
                if any(fact.event.wire == "calls.CallAccepted" for fact in facts):
                    raise ValueError("a bug in a fold")

        with county_store(database, view=Failing()) as house:
            call, other = house.placed(), house.placed()
            house.fold()
            rows = house.rows()
            house.say(acceptance.AcceptCall(call_id=call), "li")
            house.fold()
            assert house.rows() == rows
            assert "a bug in a fold" in house.freshness.parked()[0].reason
            assert house.freshness.parked()[0].code == "event-not-foldable"
            house.say(acceptance.SendCallBack(call_id=other, gaps="请补充照片"), "li")
            house.fold()
            assert len(house.rows()["timeline"]) == 7

    def test_a_database_that_is_away_while_decoding_parks_nothing(self, house: CountyStore) -> None:
        house.placed()
        with house.feed() as feed:
            batch = feed.read({}, 10_000, 0)

        class Away:
            def decode(self, batch: Sequence[RawEvent], *, fresh: bool = False) -> Sequence[Event | Exception]:
                raise ConnectionError("the keys are away")

        with pytest.raises(ConnectionError):
            decode_batch(Away(), batch)


class TestNothingHalfDone:
    @contextmanager
    def refusing(self, house: CountyStore, table: str, deed: str) -> Iterator[None]:
        house.sql(f"CREATE FUNCTION mishap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {deed}; RETURN NEW; END $$")
        house.sql(f"CREATE TRIGGER mishap BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mishap()")
        yield
        house.sql(f"DROP TRIGGER mishap ON {table}")
        house.sql("DROP FUNCTION mishap()")

    @pytest.mark.parametrize("table", ["projection_checkpoints", "calls_v10.timeline"])
    def test_a_connection_killed_between_rows_and_place_loses_neither(self, house: CountyStore, table: str) -> None:
        house.placed()
        with (
            self.refusing(house, table, "PERFORM pg_terminate_backend(pg_backend_pid())"),
            house.projector() as projector,
            pytest.raises(DBAPIError),
        ):
            projector.step(0)
        assert shown(house) == set()
        assert house.sql("SELECT count(*) FROM projection_checkpoints") == [(0,)]
        house.engine.dispose()
        house.fold()
        assert len(shown(house)) == 1
        assert len(house.rows()["timeline"]) == 3

    def test_the_place_moves_only_with_the_rows(self, house: CountyStore) -> None:
        house.placed()
        with (
            self.refusing(house, "projection_checkpoints", "RAISE EXCEPTION 'no place today'"),
            house.projector() as projector,
        ):
            projector.step(0)
        assert shown(house) == set()
        (standing,) = house.freshness.standings()
        assert standing.stopped is not None
        assert "no place today" in standing.stopped.reason


class TestARunningProjector:
    @contextmanager
    def running(self, house: CountyStore) -> Iterator[threading.Thread]:
        stop = threading.Event()
        with house.projector() as projector:
            thread = threading.Thread(target=projector.run, args=(stop,))
            thread.start()
            try:
                yield thread
            finally:
                stop.set()
                thread.join(10)
            assert not thread.is_alive()

    def test_survives_that_all_connections_are_ended(self, house: CountyStore) -> None:
        def is_shown(call: UUID) -> bool:
            return call in shown(house)

        with self.running(house) as thread:
            first = house.placed()
            wait_until(lambda: first in shown(house))
            for _ in range(3):
                house.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                call = house.placed()
                wait_until(partial(is_shown, call))
            assert thread.is_alive()
        assert house.freshness.parked() == []

    def test_a_rebuild_while_commands_run_loses_nothing_and_never_shows_less(self, house: CountyStore) -> None:
        for life in LIVES.values():
            life(house.county)
        for events in call_facts(house.county).values():
            house.keep(events)
        house.fold()
        known = len(shown(house))
        ended, problems, seen = threading.Event(), [], []

        def ask() -> None:
            try:
                while not ended.is_set():
                    call = house.placed()
                    house.say(acceptance.AcceptCall(call_id=call), "li")
            except BaseException as problem:
                problems.append(problem)

        def look() -> None:
            try:
                with psycopg.connect(house.dsn, autocommit=True) as connection:
                    while not ended.is_set():
                        row = connection.execute(
                            "SELECT count(*), (SELECT count(*) FROM calls_v10.timeline) FROM calls_v10.calls"
                        ).fetchone()
                        assert row is not None
                        seen.append(row[0])
            except BaseException as problem:
                problems.append(problem)

        threads = [threading.Thread(target=deed) for deed in (ask, look)]
        with self.running(house):
            for thread in threads:
                thread.start()
            for _ in range(4):
                house.rebuild(batch=20)
            ended.set()
            for thread in threads:
                thread.join()
            wait_until(lambda: house.freshness.wait_for(house.view, house.last_position(), 0))
        assert not problems
        assert min(seen) >= known
        assert seen == sorted(seen), "what was shown once is never gone for a moment"
        assert house.sql("SELECT generation FROM projections") == [(4,)]
        calls = house.sql(
            "SELECT count(DISTINCT originator_id), count(*) FROM stored_events WHERE topic LIKE 'calls.%'"
        )
        counted = "SELECT (SELECT count(*) FROM calls_v10.calls), (SELECT count(*) FROM calls_v10.timeline)"
        assert house.sql(counted) == calls
        schemas = {name for (name,) in house.sql("SELECT nspname FROM pg_namespace")}
        assert live_schema(house.view) in schemas
        assert not {building_schema(house.view), former_schema(house.view)} & schemas

    def test_a_rebuild_that_was_broken_off_is_begun_anew(self, house: CountyStore) -> None:
        house.placed()
        house.fold()
        rows = house.rows()

        def break_off(taken: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            house.rebuild(progress=break_off)
        assert house.rows() == rows
        house.rebuild()
        assert house.rows() == rows


class TestFreshness:
    def test_waits_until_the_fact_is_in(self, house: CountyStore) -> None:
        call = house.placed()
        position = house.last_position()
        assert not house.freshness.wait_for(house.view, position, 0)
        folding = threading.Timer(0.0, house.fold)
        folding.start()
        assert house.freshness.wait_for(house.view, position, 20)
        folding.join()
        assert call in shown(house)

    def test_does_not_wait_for_nothing(self, house: CountyStore) -> None:
        assert house.freshness.wait_for(house.view, 0, 0)

    def test_the_most_delayed_view_counts(self, house: CountyStore) -> None:
        house.placed()
        house.fold()
        assert house.freshness.worst_delay() == 0

        class Second(CallsView):
            name = "second"

        ensure_second = type("Second", (Second,), {"version": 1})()
        both = type(house.freshness)(house.engine, [house.view, ensure_second], house.streams.store_channel_of)
        assert both.worst_delay() > 0, "one view stands still: fresh others do not hide it"
        (first, second) = both.standings()
        assert (first.behind, second.behind) == (0, house.sql("SELECT count(*) FROM stored_events")[0][0])


def test_tables_are_made_once_by_many_at_once(house: CountyStore) -> None:
    house.sql("DROP SCHEMA calls_v10 CASCADE")
    house.sql("DELETE FROM projections")
    threads = [threading.Thread(target=ensure, args=(house.engine, house.view)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.placed()
    house.fold()
    assert len(shown(house)) == 1


def test_two_builds_of_one_view_do_not_meet(house: CountyStore) -> None:
    house.placed()
    house.fold()
    rows = house.rows()
    refused: list[BaseException] = []

    def build_too(taken: int) -> None:
        if not refused:
            with pytest.raises(RebuildUnderWay, match="正在由另一个进程重建") as problem:
                house.rebuild()
            refused.append(problem.value)

    house.rebuild(progress=build_too)
    assert refused
    assert house.rows() == rows
    house.rebuild()
    assert house.rows() == rows
