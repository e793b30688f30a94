"""合并提交: many wait, one writes, and everybody gets what is theirs."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.event_store.group_commit import CommandRecord, GroupCommit, Member
from adapters.event_store.recorder import Recorder
from tests.adapters.event_store.writer import datastore

STREAMS = [uuid4() for _ in range(3)]
TOPIC = "calls.CallAccepted"


def event(stream: UUID, version: int, topic: str = TOPIC) -> StoredEvent:
    return StoredEvent(stream, version, topic, b"{}")


def command() -> CommandRecord:
    return CommandRecord(uuid4(), "calls.accept", b"f")


@pytest.fixture
def recorder(database: str) -> Iterator[Recorder]:
    with datastore(database) as store:
        yield Recorder(store)


def transactions(dsn: str, streams: Sequence[UUID]) -> int:
    """How many transactions wrote these streams."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT count(DISTINCT xmin::text) FROM stored_events WHERE originator_id = ANY(%s)", (list(streams),)
        ).fetchone()
    assert row is not None
    return int(row[0])


members = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=3, unique=True),
        st.integers(0, 3) | st.none(),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=members, cuts=st.lists(st.integers(1, 12), max_size=3))
def test_together_the_same_stand_as_one_by_one(
    recorder: Recorder,
    asked: Sequence[tuple[Sequence[tuple[int, int]], int | None]],
    cuts: Sequence[int],
) -> None:
    """Whatever conflicts with what, and wherever a batch ends: first come, first served, each whole or not at all."""
    streams, commands = [uuid4() for _ in range(3)], [uuid4() for _ in range(4)]
    batch = [
        Member(
            [event(streams[place], version) for place, version in events],
            None if number is None else CommandRecord(commands[number], "calls.accept", b"f"),
        )
        for events, number in asked
    ]
    ends = [0, *sorted(cuts), len(batch)]
    for start, end in pairwise(ends):
        if part := batch[start:end]:
            recorder.write(part)
    taken: set[object] = set()
    last = 0
    for (events, number), member in zip(asked, batch, strict=True):
        wanted = {*events, *([] if number is None else [f"command {number}"])}
        if taken & wanted:
            assert isinstance(member.failure, IntegrityError)
            continue
        taken |= wanted
        assert member.failure is None
        assert member.positions is not None
        assert list(member.positions) == sorted(member.positions)
        assert member.positions[0] > last
        last = member.positions[-1]
    stored = [
        (streams.index(e.originator_id), e.originator_version) for s in streams for e in recorder.select_events(s)
    ]
    assert sorted(stored) == sorted(key for key in taken if isinstance(key, tuple))


def test_who_waits_is_taken_along(recorder: Recorder, database: str) -> None:
    """While the first is held up by another process, eight come; the next transaction is theirs together."""
    first, rest = uuid4(), [uuid4() for _ in range(8)]
    with psycopg.connect(database) as other, ThreadPoolExecutor(9) as pool:
        other.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        leading = pool.submit(recorder.insert_events, [event(first, 1)])
        wait_for_the_lock(database, 1)
        following = [pool.submit(recorder.insert_events, [event(stream, 1)]) for stream in rest]
        while len(recorder._commits._waiting) < len(rest):
            assert not leading.done()
        other.rollback()
        positions = [leading.result(), *[one.result() for one in following]]
    assert len({one for part in positions for one in part}) == 9
    assert transactions(database, [first]) == 1
    assert transactions(database, rest) == 1


def test_a_neighbour_that_the_database_refuses_costs_the_others_nothing(recorder: Recorder, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE stored_events ADD CONSTRAINT c CHECK (topic <> 'calls.Impossible')")
    good, bad = uuid4(), uuid4()
    batch = [
        Member([event(good, 1)], command()),
        Member([event(bad, 1), event(bad, 2, "calls.Impossible")], command()),
        Member([event(good, 2)], command()),
    ]
    recorder.write(batch)
    assert [type(member.failure) for member in batch] == [type(None), IntegrityError, type(None)]
    assert len(recorder.select_events(good)) == 2
    assert recorder.select_events(bad) == []


def test_a_lost_connection_is_told_and_the_next_try_finds_one_that_works(recorder: Recorder, database: str) -> None:
    stream = uuid4()
    with psycopg.connect(database, autocommit=True) as other, ThreadPoolExecutor(1) as pool:
        with other.transaction():
            other.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
            waiting = pool.submit(recorder.insert_events, [event(stream, 1)])
            wait_for_the_lock(database, 1)
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE relation = 'stored_events'::regclass AND NOT granted"
            )
            with pytest.raises(PersistenceError):
                waiting.result()
        recorder.insert_events([event(stream, 1)])
    assert len(recorder.select_events(stream)) == 1


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=40),
    failing=st.sets(st.integers(0, 39)),
)
def test_everybody_is_settled_once_and_in_small_transactions(sizes: Sequence[int], failing: set[int]) -> None:
    """Any number of askers at once; a write that breaks fails its own members and no other."""
    asked = [Member([event(uuid4(), 1)] * size, None) for size in sizes]
    written: list[Sequence[Member]] = []
    broken = {id(asked[number]) for number in failing if number < len(asked)}

    def write(batch: Sequence[Member]) -> None:
        written.append(batch)
        if any(id(member) in broken for member in batch):
            raise PersistenceError("the database is away")
        for member in batch:
            member.positions = [1] * len(member.events)

    commits = GroupCommit(write)
    start = threading.Barrier(len(asked))

    def ask(member: Member) -> bool:
        start.wait()
        try:
            return len(commits.append(member)) == len(member.events)
        except PersistenceError:
            return False

    with ThreadPoolExecutor(len(asked)) as pool:
        answered = list(pool.map(ask, asked))
    assert sorted(id(member) for batch in written for member in batch) == sorted(map(id, asked))
    assert all(len(batch) <= 64 for batch in written)
    assert all(len(batch) == 1 or sum(len(member.events) for member in batch) <= 1_000 for batch in written)
    hit = {id(member) for batch in written for member in batch if any(id(other) in broken for other in batch)}
    assert answered == [id(member) not in hit for member in asked]


def test_killed_in_the_middle_of_many_commands_nothing_acknowledged_is_lost_and_none_stands_in_half(
    database: str,
) -> None:
    writing = subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.event_store.writing_process", database],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writing.stdout is not None
    acknowledged = [UUID(writing.stdout.readline().strip()) for _ in range(200)]
    writing.kill()
    rest = writing.stdout.read().split()
    writing.stdout.close()
    writing.wait()
    acknowledged += [UUID(line) for line in rest if len(line) == 36]
    with psycopg.connect(database) as connection:
        noted: dict[UUID, list[int]] = dict(connection.execute("SELECT command_id, positions FROM commands").fetchall())
        stored = {row[0] for row in connection.execute("SELECT notification_id FROM stored_events")}
    assert set(acknowledged) <= set(noted)
    assert all(len(positions) == 2 for positions in noted.values())
    assert sorted(one for positions in noted.values() for one in positions) == sorted(stored)


def wait_for_the_lock(dsn: str, waiting: int) -> None:
    """Until so many connections wait for the table."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'stored_events'::regclass AND NOT granted"
        ).fetchone() != (waiting,):
            pass
