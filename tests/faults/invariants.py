"""What must hold whatever happened, checked by code that shares nothing with the product but its tables and topics.

Raw SQL, kafka-python's bare consumer, the files on the disk. Every check gives the violations it found, in words.
"""

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition

from tests.faults.ledger import Asked

_NAMED_AT_MOST = 5
_SECONDS_TO_HAVE_LEADERS = 60.0


@dataclass(frozen=True, slots=True)
class Event:
    """A row of stored_events."""

    position: int
    stream: str
    version: int
    wire: str
    state: bytes

    @property
    def name(self) -> str:
        """As Kafka names it."""
        return f"{self.stream}/{self.version}"


@dataclass(frozen=True, slots=True)
class Noted:
    """A row of commands."""

    key: str
    name: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A committed record in Kafka."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Mapping[str, str]
    value: bytes


Rows = Mapping[str, Sequence[str]]
"""Every table of every view by its name: its rows as text, sorted."""


def stored_events(dsn: str) -> list[Event]:
    """The store of record, in order."""
    with psycopg.connect(dsn) as connection:
        return [
            Event(position, str(stream), version, wire, bytes(state))
            for position, stream, version, wire, state in connection.execute(
                "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
                " ORDER BY notification_id"
            )
        ]


def noted_commands(dsn: str) -> dict[str, Noted]:
    """Every command that was noted, by its id."""
    with psycopg.connect(dsn) as connection:
        return {
            str(key): Noted(str(key), name, tuple(positions))
            for key, name, positions in connection.execute("SELECT command_id, name, positions FROM commands")
        }


def records_in_kafka(bootstrap: str, node: str) -> list[Record]:
    """Every committed record of the node's topics; in each partition in order."""
    records = []
    with KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        fetch_max_bytes=32 * 1024 * 1024,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        max_poll_records=5_000,
    ) as reader:
        topics = sorted(topic for topic in reader.topics() if topic.startswith(f"huying.{node}."))
        partitions = [TopicPartition(t, n) for t in topics for n in sorted(reader.partitions_for_topic(t) or ())]
        ends = _ends(reader, partitions)
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        while any(reader.position(partition) < ends[partition] for partition in partitions):
            for partition, batch in reader.poll(timeout_ms=500).items():
                records += [
                    Record(
                        partition.topic,
                        partition.partition,
                        one.offset,
                        one.key.decode(),
                        {name: value.decode() for name, value in one.headers},
                        one.value,
                    )
                    for one in batch
                ]
    return sorted(records, key=lambda record: (record.topic, record.partition, record.offset))


def _ends(reader: KafkaConsumer, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
    """kafka-python stumbles (KeyError) over a partition that has no leader yet; it gets one within seconds."""
    limit = time.monotonic() + _SECONDS_TO_HAVE_LEADERS
    while True:
        try:
            ends: Mapping[TopicPartition, int] = reader.end_offsets(list(partitions))
        except KeyError:
            if time.monotonic() > limit:
                raise
        else:
            return ends


def view_rows(dsn: str) -> dict[str, list[str]]:
    """Every row of every view as text; sums that the database keeps beside them are another matter."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT t.schemaname, t.tablename FROM pg_tables t"
            " JOIN projections p ON t.schemaname = p.name || '_v' || p.version"
            " WHERE (p.name, t.tablename) NOT IN (('rates', 'cells'), ('rates', 'cells_filled')) ORDER BY 1, 2"
        ).fetchall()
        return {
            f"{schema}.{table}": [
                row[0]
                for row in connection.execute(
                    f'SELECT to_jsonb(t)::text FROM "{schema}"."{table}" t ORDER BY 1'.encode()
                )
            ]
            for schema, table in tables
        }


def acknowledged_commands_have_their_events(
    asked: Iterable[Asked], events: Sequence[Event], noted: Mapping[str, Noted]
) -> list[str]:
    """Whoever was told "recorded" finds it recorded: at that position, in that stream, as that version."""
    by_position = {event.position: event for event in events}
    found = []
    for one in asked:
        command = noted.get(one.key)
        if not one.acknowledged:
            if command is not None:
                found.append(f"command {one.key} ({one.path}) was refused ({one.problem}) and is recorded")
            continue
        event = by_position.get(one.receipt["position"])
        if command is None:
            found.append(f"command {one.key} ({one.path}) was acknowledged and is not noted")
        elif event is None:
            found.append(f"command {one.key} was acknowledged at position {one.receipt['position']}: nothing there")
        elif one.receipt["position"] != max(command.positions, default=0):
            found.append(f"command {one.key} was answered {one.receipt['position']}, noted are {command.positions}")
        elif (event.stream, event.version) != (one.receipt["id"], one.receipt["version"]):
            found.append(f"command {one.key} was answered {one.answer}, at that position stands {event.name}")
        elif json.loads(event.state)["command_id"] != one.key:
            found.append(f"command {one.key}: the event at {event.position} belongs to another command")
    return named("acknowledged commands", found)


def lost(asked: Iterable[Asked], events: Sequence[Event]) -> int:
    """How many commands were acknowledged and have no event."""
    caused = {json.loads(event.state)["command_id"] for event in events}
    return sum(one.acknowledged and one.key not in caused for one in asked)


def doubled(events: Sequence[Event], noted: Mapping[str, Noted], records: Sequence[Record]) -> int:
    """How many events a command caused beyond those noted of it, and how many records stand in Kafka once more."""
    caused = Counter(json.loads(event.state)["command_id"] for event in events)
    names = Counter(record.headers.get("ce_id", "") for record in records)
    return sum(max(0, caused[key] - len(command.positions)) for key, command in noted.items()) + sum(
        count - 1 for count in names.values()
    )


def events_and_commands_belong_together(
    events: Sequence[Event], noted: Mapping[str, Noted], imported_up_to: int
) -> list[str]:
    """No event without its command and no command without its events. What was imported before has no command."""
    positions: dict[str, list[int]] = defaultdict(list)
    for event in events:
        if event.position > imported_up_to or json.loads(event.state)["command_id"] in noted:
            positions[json.loads(event.state)["command_id"]].append(event.position)
    found = [
        f"events {places} name command {key}, which is not noted"
        for key, places in positions.items()
        if key not in noted
    ]
    found += [
        f"command {key} notes events at {command.positions}, in the store it caused {tuple(positions.get(key, ()))}"
        for key, command in noted.items()
        if tuple(positions.get(key, ())) != command.positions or not command.positions
    ]
    return named("events and commands", found)


def versions_have_no_gap(events: Sequence[Event]) -> list[str]:
    """Every stream is 1, 2, 3, …, in the order of positions."""
    last: dict[str, int] = defaultdict(int)
    found = []
    for event in events:
        if event.version != last[event.stream] + 1:
            found.append(f"{event.name} at {event.position} follows version {last[event.stream]}")
        last[event.stream] = event.version
    return named("versions", found)


def kafka_is_the_store(events: Sequence[Event], records: Sequence[Record]) -> list[str]:
    """Every stored event stands in Kafka once, byte for byte, each stream in one partition in order; nothing else."""
    stored = {event.name: event for event in events}
    times = Counter(record.headers.get("ce_id", "") for record in records)
    found = [f"{name} stands in Kafka {count} times" for name, count in times.items() if count > 1]
    found += [f"{name} ({stored[name].position}) is missing in Kafka" for name in stored if name not in times]
    places: dict[str, tuple[str, int]] = {}
    reached: dict[str, int] = defaultdict(int)
    for record in records:
        name = record.headers.get("ce_id", "")
        where = f"{record.topic}/{record.partition}@{record.offset}"
        event = stored.get(name)
        if event is None:
            found.append(f"{where} holds {name!r}, which is not in the store")
            continue
        if record.value != event.state:
            found.append(f"{where} holds {name} with other bytes than the store")
        if record.headers.get("ce_sequence") != f"{event.position:019d}" or record.key != event.stream:
            found.append(f"{where} holds {name} under key {record.key}, sequence {record.headers.get('ce_sequence')}")
        if event.version <= reached[event.stream]:
            found.append(f"{where} holds {name} behind version {reached[event.stream]} of its stream")
        reached[event.stream] = event.version
        if places.setdefault(event.stream, (record.topic, record.partition)) != (record.topic, record.partition):
            found.append(f"{where} holds {name}, whose stream stands in {places[event.stream]}")
    return named("Kafka and store", found)


def views_are_a_fresh_rebuild(before: Rows, after: Rows) -> list[str]:
    """The rows that grew event by event are those that a rebuild makes; there are some at all."""
    if not any(before.values()):
        return ["views: there is no row in any view"]
    found = [f"table {name} stands on one side only" for name in sorted(set(before) ^ set(after))]
    for name in sorted(set(before) & set(after)):
        grown, built = Counter(before[name]), Counter(after[name])
        found += [f"{name} has a row that a rebuild does not make: {row[:300]}" for row in grown - built]
        found += [f"{name} lacks a row that a rebuild makes: {row[:300]}" for row in built - grown]
    return named("views", found)


def month_sums_are_those_of_the_rows(dsn: str) -> list[str]:
    """What triggers keep beside the rates' rows (decision 0041; a rebuild leaves it empty) is what the rows give."""
    with psycopg.connect(dsn) as connection:
        found = []
        for (schema,) in connection.execute("SELECT name || '_v' || version FROM projections WHERE name = 'rates'"):
            if connection.execute(f'SELECT FROM "{schema}".cells_filled'.encode()).fetchone() is not None:
                found += connection.execute(_SUMS_THAT_DIFFER.replace("{schema}", schema).encode()).fetchall()
        return named(
            "sums", [f"{action} of {key}: {kept} kept, {rows} in the rows" for action, key, kept, rows in found]
        )


_SUMS_THAT_DIFFER = """
    WITH kept AS (
        SELECT month, key, action, marks, number FROM "{schema}".cells WHERE dimension = 'bearer' AND number <> 0
    ), of_rows AS (
        SELECT date_trunc('month', moment, 'Asia/Shanghai') AS month, organization::text AS key, action, marks, count(*)
        FROM "{schema}".counted WHERE marks & 32768 = 0 GROUP BY 1, 2, 3, 4
    )
    SELECT action, key, coalesce(number, 0), coalesce(count, 0)
    FROM kept FULL JOIN of_rows USING (month, key, action, marks)
    WHERE number IS DISTINCT FROM count
    AND action IN ('accept', 'dispatch', 'respond', 'handle', 'assist', 'confirm', 'resolve')
"""
"""By bearer; what is still pending (bit 15 of the marks) is not summed."""


def nothing_is_parked(dsn: str) -> list[str]:
    """No view had to leave a stream out."""
    with psycopg.connect(dsn) as connection:
        parked = connection.execute("SELECT schema_name, stream_id, position, topic, reason FROM projection_parked")
        return named("parked", [f"{view} parked {stream} at {at} ({t}): {why}" for view, stream, at, t, why in parked])


def placed_calls_are_told_once(dsn: str) -> list[str]:
    """Every call that was placed since the first notice was told of, and nobody was told of a fact twice."""
    with psycopg.connect(dsn) as connection:
        untold = connection.execute(
            "SELECT originator_id, originator_version, notification_id FROM stored_events e"
            " WHERE topic = 'calls.CallPlaced' AND notification_id >= (SELECT min(position) FROM notices)"
            " AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.call_id = e.originator_id"
            "  AND n.version = e.originator_version AND n.topic = 'accept')"
        )
        found = [f"{stream}/{version} ({position}) was told to nobody" for stream, version, position in untold]
        twice = connection.execute(
            "SELECT call_id, position, person_id, organization_id, count(*) FROM notices GROUP BY 1, 2, 3, 4"
            " HAVING count(*) > 1"
        )
        found += [f"{call} at {at} was told to {person} of {of} {n} times" for call, at, person, of, n in twice]
    return named("notices", found)


_SEALED_FILE = b"HYF1"
"""How a sealed file begins."""


def attachments_have_their_files(events: Sequence[Event], folder: Path) -> list[str]:
    """Whatever file an event names lies sealed in the folder, under the name that its owner and address give it."""
    found = []
    for event in events:
        for file in _files_in(json.loads(event.state)):
            for part in ("content", "description"):
                owner = f"calls/{event.stream}"
                name = hashlib.sha256(f"{owner}\n{file['sha256']}\n{part}".encode()).hexdigest()
                path = folder / name[:2] / name[2:4] / name
                if not path.is_file():
                    found.append(f"{event.name} names {file['sha256']}: its {part} is not there")
                elif not _is_whole(path.read_bytes(), file["size"] if part == "content" else 1):
                    found.append(f"{event.name} names {file['sha256']}: its {part} is no whole sealed file")
    return named("attachments", found)


def _is_whole(sealed: bytes, least: int) -> bool:
    """Frame after frame to the very end, each with its length before it, and not less sealed than was to be kept."""
    at, held = len(_SEALED_FILE), 0
    if not sealed.startswith(_SEALED_FILE):
        return False
    while at < len(sealed):
        length = int.from_bytes(sealed[at : at + 4], "big")
        at += 4 + length
        held += length
    return at == len(sealed) and held >= least


def reached_offsets(dsn: str) -> dict[str, dict[str, int]]:
    """How far each view has come: view → channel → next offset."""
    reached: dict[str, dict[str, int]] = defaultdict(dict)
    with psycopg.connect(dsn) as connection:
        for schema, channel, offset in connection.execute(
            "SELECT p.name || '_v' || p.version, c.channel, c.next_offset FROM projections p"
            " LEFT JOIN projection_checkpoints c ON c.schema_name = p.name || '_v' || p.version"
        ):
            reached[schema][channel or ""] = offset or 0
    return reached


def _files_in(value: Any) -> Iterator[Mapping[str, Any]]:
    match value:
        case {"sha256": str(), "media_type": str()}:
            yield value
        case dict():
            for part in value.values():
                yield from _files_in(part)
        case list():
            for part in value:
                yield from _files_in(part)


def named(what: str, found: Sequence[str]) -> list[str]:
    """What was found, under the name of what was checked; of much only the beginning."""
    told = [f"{what}: {one}" for one in found[:_NAMED_AT_MOST]]
    return told + ([f"{what}: and {len(found) - len(told)} more"] if len(found) > len(told) else [])
