"""Every check of what must hold names the damage, when there is some: a check that can't fail checks nothing."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.faults.invariants import (
    Event,
    Noted,
    Record,
    acknowledged_commands_have_their_events,
    attachments_have_their_files,
    doubled,
    events_and_commands_belong_together,
    kafka_is_the_store,
    lost,
    month_sums_are_those_of_the_rows,
    noted_commands,
    nothing_is_parked,
    placed_calls_are_told_once,
    reached_offsets,
    stored_events,
    versions_have_no_gap,
    view_rows,
    views_are_a_fresh_rebuild,
)
from tests.faults.ledger import Asked

CALLS = [uuid4() for _ in range(3)]
IMPORTED = 1


class Told:
    """A small store in a real database, as the product's own function fills it, and what people were told."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.asked: list[Asked] = []
        self.append(uuid4(), [(uuid4(), 1)], noted=False)  # an import: an event without a command
        for call in CALLS:
            self.append(uuid4(), [(call, 1)])
            self.append(uuid4(), [(call, 2), (call, 3)])
        self.refuse(uuid4())

    def append(self, key: UUID, places: Sequence[tuple[UUID, int]], *, noted: bool = True) -> None:
        state = json.dumps({"v": 1, "command_id": str(key)}).encode()
        row = self.sql(
            "SELECT append_events(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[], %s, %s, %s)",
            [stream for stream, _ in places],
            [version for _, version in places],
            ["calls.CallAccepted"] * len(places),
            [state] * len(places),
            key if noted else None,
            "calls.accept" if noted else None,
            b"fingerprint" if noted else None,
        )
        if noted:
            stream, version = places[-1]
            receipt = {"command_id": str(key), "id": str(stream), "version": version, "position": row[0][0][-1]}
            self.asked.append(Asked(str(key), "pt-01", "/calls", {}, 200, receipt, 1))

    def refuse(self, key: UUID) -> None:
        self.asked.append(Asked(str(key), "pt-01", "/calls", {}, 409, {}, 1, "not-awaiting-acceptance"))

    def sql(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # past the trigger that refuses changes
            cursor = connection.execute(statement.encode(), params or None)
            return cursor.fetchall() if cursor.description else []

    @property
    def events(self) -> list[Event]:
        return stored_events(self.dsn)

    @property
    def noted(self) -> dict[str, Noted]:
        return noted_commands(self.dsn)

    def violations(self) -> list[str]:
        return [
            *acknowledged_commands_have_their_events(self.asked, self.events, self.noted),
            *events_and_commands_belong_together(self.events, self.noted, IMPORTED),
            *versions_have_no_gap(self.events),
        ]


@pytest.fixture
def told(database: str) -> Told:
    return Told(database)


def test_an_undamaged_store_has_no_violation(told: Told) -> None:
    assert told.violations() == []
    assert len(told.events) == 10
    assert (lost(told.asked, told.events), doubled(told.events, told.noted, in_kafka(told.events))) == (0, 0)


DAMAGE_TO_THE_STORE = {
    "an event is gone": ("DELETE FROM stored_events WHERE notification_id = 4", "nothing there"),
    "a command is gone": ("DELETE FROM commands WHERE positions = '{2}'", "is not noted"),
    "an event of another command stands there": (
        "UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE notification_id = 5)"
        " WHERE notification_id = 2",
        "belongs to another command",
    ),
    "an event of another stream stands there": (
        f"UPDATE stored_events SET originator_id = '{uuid4()}' WHERE notification_id = 2",
        "at that position stands",
    ),
    "a command notes other positions": (
        "UPDATE commands SET positions = '{4}' WHERE positions = '{3,4}'",
        "in the store it caused",
    ),
    "a command notes nothing": ("UPDATE commands SET positions = '{}' WHERE positions = '{2}'", "notes events at ()"),
    "an event is there twice": (
        "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
        " SELECT originator_id, 4, topic, state FROM stored_events WHERE notification_id = 4",
        "in the store it caused",
    ),
    "a version is left out": (
        "UPDATE stored_events SET originator_version = 5 WHERE notification_id = 4",
        "follows version 2",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE_TO_THE_STORE)
def test_damage_to_the_store_is_named(told: Told, damage: str) -> None:
    statement, words = DAMAGE_TO_THE_STORE[damage]
    told.sql(statement)
    assert any(words in one for one in told.violations()), told.violations()


def test_a_refused_command_that_was_recorded_after_all_is_named(told: Told) -> None:
    told.append(UUID(told.asked[-1].key), [(uuid4(), 1)])
    assert any("was refused (not-awaiting-acceptance) and is recorded" in one for one in told.violations())


def test_an_event_without_a_command_is_named_once_the_import_is_over(told: Told) -> None:
    told.append(uuid4(), [(uuid4(), 1)], noted=False)
    assert any("which is not noted" in one for one in told.violations())


def test_what_is_lost_and_what_is_doubled_is_counted(told: Told) -> None:
    told.sql("DELETE FROM stored_events WHERE notification_id IN (2, 5)")
    assert lost(told.asked, told.events) == 2
    told.sql(
        "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
        " SELECT originator_id, 4, topic, state FROM stored_events WHERE notification_id = 4"
    )
    records = in_kafka(told.events)
    assert doubled(told.events, told.noted, records) == 1
    assert doubled(told.events, told.noted, [*records, records[0]]) == 2


def in_kafka(events: Sequence[Event]) -> list[Record]:
    """What Kafka should hold of these events."""
    return [
        Record(
            "huying.shape.calls",
            UUID(event.stream).int % 3,
            event.position,
            event.stream,
            {"ce_id": event.name, "ce_sequence": f"{event.position:019d}"},
            event.state,
        )
        for event in events
    ]


def _swapped(records: list[Record]) -> list[Record]:
    """The second and the third fact of one call have changed places."""
    second, third = (n for n, r in enumerate(records) if r.key == str(CALLS[0]) and r.headers["ce_id"][-1] != "1")
    records[second], records[third] = records[third], records[second]
    return records


DAMAGE_TO_KAFKA: dict[str, tuple[Callable[[list[Record]], list[Record]], str]] = {
    "a record is missing": (lambda records: records[:4] + records[5:], "is missing in Kafka"),
    "a record stands twice": (lambda records: [*records, records[5]], "stands in Kafka 2 times"),
    "a byte is another": (lambda r: [replace(r[0], value=r[0].value.replace(b"1", b"2", 1)), *r[1:]], "other bytes"),
    "two records of a call change places": (_swapped, "behind version 3"),
    "a record has another key": (lambda r: [replace(r[0], key="x"), *r[1:]], "under key x"),
    "a record has another position": (
        lambda r: [replace(r[0], headers={**r[0].headers, "ce_sequence": "7"}), *r[1:]],
        "sequence 7",
    ),
    "a call stands in two partitions": (lambda r: [*r[:-1], replace(r[-1], partition=9)], "whose stream stands in"),
    "a stranger stands there": (
        lambda r: [*r, replace(r[0], headers={"ce_id": "stranger/1"})],
        "which is not in the store",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE_TO_KAFKA)
def test_damage_to_kafka_is_named(told: Told, damage: str) -> None:
    do, words = DAMAGE_TO_KAFKA[damage]
    events = told.events
    assert kafka_is_the_store(events, in_kafka(events)) == []
    found = kafka_is_the_store(events, do(in_kafka(events)))
    assert any(words in one for one in found), found


class TestViews:
    @pytest.fixture
    def view(self, told: Told) -> Told:
        told.sql("INSERT INTO projections (name, version) VALUES ('calls', 7)")
        told.sql("CREATE SCHEMA calls_v7")
        told.sql("CREATE TABLE calls_v7.calls (stream_id int PRIMARY KEY, stage text)")
        told.sql("INSERT INTO calls_v7.calls SELECT n, 'placed' FROM generate_series(1, 5) n")
        return told

    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (
                "UPDATE calls_v7.calls SET stage = 'closed' WHERE stream_id = 3",
                "lacks a row that a rebuild makes",
            ),
            ("DELETE FROM calls_v7.calls WHERE stream_id = 3", "has a row that a rebuild does not make"),
            ("INSERT INTO calls_v7.calls VALUES (6, 'placed')", "calls_v7.calls lacks a row that a rebuild makes"),
            ("CREATE TABLE calls_v7.more (n int)", "calls_v7.more stands on one side only"),
        ],
    )
    def test_a_row_that_a_rebuild_makes_otherwise_is_named(self, view: Told, damage: str, words: str) -> None:
        grown = view_rows(view.dsn)
        assert views_are_a_fresh_rebuild(grown, view_rows(view.dsn)) == []
        view.sql(damage)
        found = views_are_a_fresh_rebuild(grown, view_rows(view.dsn))
        assert any(words in one for one in found), found

    def test_views_without_any_row_prove_nothing(self, told: Told) -> None:
        assert views_are_a_fresh_rebuild(view_rows(told.dsn), view_rows(told.dsn)) == [
            "views: there is no row in any view"
        ]

    def test_a_parked_stream_and_how_far_a_view_has_come_are_seen(self, view: Told) -> None:
        assert nothing_is_parked(view.dsn) == []
        view.sql("INSERT INTO projection_parked VALUES ('calls_v7', %s, 4, 'calls.X', 'broken')", CALLS[0])
        assert nothing_is_parked(view.dsn) == [f"parked: calls_v7 parked {CALLS[0]} at 4 (calls.X): broken"]
        assert reached_offsets(view.dsn) == {"calls_v7": {"": 0}}
        view.sql("INSERT INTO projection_checkpoints VALUES ('calls_v7', 'huying.shape.calls/0', 12, 10)")
        assert reached_offsets(view.dsn) == {"calls_v7": {"huying.shape.calls/0": 12}}


class TestMonthSums:
    @pytest.fixture
    def rates(self, told: Told) -> Told:
        told.sql("INSERT INTO projections (name, version) VALUES ('rates', 7)")
        told.sql("CREATE SCHEMA rates_v7")
        told.sql("CREATE TABLE rates_v7.counted (moment timestamptz, organization uuid, action text, marks int)")
        told.sql(
            "CREATE TABLE rates_v7.cells (dimension text, month timestamptz, key text, action text, marks int,"
            " number bigint)"
        )
        told.sql("CREATE TABLE rates_v7.cells_filled (at timestamptz)")
        told.sql(
            "INSERT INTO rates_v7.counted SELECT '2026-05-12 12:00+08', %s, 'handle', 3 FROM generate_series(1, 2)",
            CALLS[0],
        )
        told.sql(
            "INSERT INTO rates_v7.cells VALUES ('bearer', '2026-05-01 00:00+08', %s, 'handle', 3, 2)", str(CALLS[0])
        )
        told.sql("INSERT INTO rates_v7.cells_filled VALUES (now())")
        return told

    def test_sums_that_a_build_left_empty_are_no_violation(self, rates: Told) -> None:
        assert month_sums_are_those_of_the_rows(rates.dsn) == []
        rates.sql("DELETE FROM rates_v7.cells")
        rates.sql("DELETE FROM rates_v7.cells_filled")
        assert month_sums_are_those_of_the_rows(rates.dsn) == []

    @pytest.mark.parametrize(
        ("damage", "kept", "rows"),
        [
            ("UPDATE rates_v7.cells SET number = 3", 3, 2),
            ("DELETE FROM rates_v7.cells", 0, 2),
            ("DELETE FROM rates_v7.counted", 2, 0),
        ],
    )
    def test_a_sum_that_is_not_that_of_the_rows_is_named(self, rates: Told, damage: str, kept: int, rows: int) -> None:
        rates.sql(damage)
        assert month_sums_are_those_of_the_rows(rates.dsn) == [
            f"sums: handle of {CALLS[0]}: {kept} kept, {rows} in the rows"
        ]


def test_a_placed_call_told_to_nobody_or_twice_is_named(told: Told) -> None:
    told.append(uuid4(), [(call := uuid4(), 1)])
    told.sql("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
    told.sql("UPDATE stored_events SET topic = 'calls.CallPlaced' WHERE originator_id = %s", call)
    assert placed_calls_are_told_once(told.dsn) == [], "nothing was told before the first notice"
    notice = (
        "INSERT INTO notices SELECT gen_random_uuid(), %s, %s, 1, 'HY', 'accept', 'ordinary', NULL, %s, %s,"
        " '', '', now()"
    )
    person, organization = uuid4(), uuid4()
    told.sql(notice, CALLS[0], 1, person, organization)
    (found,) = placed_calls_are_told_once(told.dsn)
    assert "was told to nobody" in found
    told.sql(notice, call, 1, person, organization)
    assert placed_calls_are_told_once(told.dsn) == []
    told.sql(notice, call, 1, person, organization)
    (found,) = placed_calls_are_told_once(told.dsn)
    assert "2 times" in found


class TestAttachments:
    @pytest.fixture
    def event(self, tmp_path: Path) -> Event:
        """An event that names a file, which is there."""
        stream, address = str(CALLS[0]), "a" * 64
        for part in ("content", "description"):
            self.path(tmp_path, part).parent.mkdir(parents=True, exist_ok=True)
            self.path(tmp_path, part).write_bytes(b"HYF1" + 2 * ((40).to_bytes(4, "big") + bytes(40)))
        state = {"v": 1, "attachments": [{"sha256": address, "size": 60, "media_type": "image/png"}]}
        return Event(1, stream, 1, "calls.CallSubmitted", json.dumps(state).encode())

    @staticmethod
    def path(folder: Path, part: str) -> Path:
        name = hashlib.sha256(f"calls/{CALLS[0]}\n{'a' * 64}\n{part}".encode()).hexdigest()
        return folder / name[:2] / name[2:4] / name

    def test_a_file_that_is_there_is_no_violation(self, event: Event, tmp_path: Path) -> None:
        assert attachments_have_their_files([event], tmp_path) == []

    @pytest.mark.parametrize("part", ["content", "description"])
    def test_a_file_that_is_not_there_is_named(self, event: Event, tmp_path: Path, part: str) -> None:
        self.path(tmp_path, part).unlink()
        (found,) = attachments_have_their_files([event], tmp_path)
        assert f"its {part} is not there" in found

    @pytest.mark.parametrize("kept", [4, 20, 48, 91], ids=["nothing", "in a frame", "a frame short", "a byte short"])
    def test_a_file_that_breaks_off_is_named(self, event: Event, tmp_path: Path, kept: int) -> None:
        path = self.path(tmp_path, "content")
        path.write_bytes(path.read_bytes()[:kept])
        (found,) = attachments_have_their_files([event], tmp_path)
        assert "its content is no whole sealed file" in found
