"""Order of positions = order of commits: no reader that tails the store ever misses an event."""

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import closing
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.event_store.feed import STORE_CHANNEL, StoreFeed
from tests.adapters.event_store.writer import write

pytestmark = pytest.mark.long

WRITERS = 8
READERS = 2
EACH = 2_500
"""Twenty thousand events in all."""

EACH_OF_A_FEW = 500
"""Enough for the loss to show in a run or two, once the lock is taken out."""


def hammer(dsn: str, each: int, threads: int = 1) -> list[set[int]]:
    """Eight writers append one event at a time while readers tail. Gives the positions that each reader missed.

    The writers are processes, each of so many threads.
    """
    processes = multiprocessing.get_context("spawn")
    begin = processes.Event()
    ended = threading.Event()
    seen: list[list[int]] = [[] for _ in range(READERS)]

    def tail(positions: list[int]) -> None:
        with closing(StoreFeed(dsn)) as feed:
            place = 0
            while True:
                last_look = ended.is_set()
                batch = feed.read({STORE_CHANNEL: place}, 500, 0.02)
                positions.extend(event.position for event in batch)
                if batch:
                    place = batch[-1].offset + 1
                elif last_look:
                    return

    readers = [threading.Thread(target=tail, args=(positions,)) for positions in seen]
    writers = [processes.Process(target=write, args=(dsn, each, begin, threads)) for _ in range(WRITERS // threads)]
    for writer in writers:
        writer.start()
    for reader in readers:
        reader.start()
    begin.set()
    for writer in writers:
        writer.join()
    ended.set()
    for reader in readers:
        reader.join()
    assert [writer.exitcode for writer in writers] == [0] * len(writers)
    with psycopg.connect(dsn) as connection:
        stored = {row[0] for row in connection.execute("SELECT notification_id FROM stored_events")}
    assert len(stored) == WRITERS * each
    return [stored - set(positions) for positions in seen]


def take_the_lock_out(dsn: str) -> None:
    """What append_together would be without its one line."""
    line = "LOCK TABLE stored_events IN EXCLUSIVE MODE;"
    with psycopg.connect(dsn, autocommit=True) as connection:
        (definition,) = connection.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'append_together'"
        ).fetchone() or ("",)
        assert definition.count(line) == 1
        connection.execute(definition.replace(line, ""))


@pytest.mark.parametrize("threads", [1, 4], ids=["eight processes", "two processes of four threads"])
def test_no_tailing_reader_misses_an_event(database: str, threads: int) -> None:
    assert hammer(database, EACH, threads) == [set()] * READERS


def test_without_the_lock_the_same_hammer_loses_events(database: str) -> None:
    take_the_lock_out(database)
    for _ in range(10):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
            connection.execute("TRUNCATE stored_events")
        if any(hammer(database, EACH_OF_A_FEW)):
            return
    pytest.fail("nothing was lost in ten runs: the test above proves nothing")


class TestTwoTransactionsSideBySide:
    """The same, without luck: one transaction is held open while another wants to commit."""

    @pytest.fixture
    def sides(self, database: str) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
        with psycopg.connect(database) as slow, psycopg.connect(database, autocommit=True) as quick:
            quick.execute("SET statement_timeout = '20s'")
            yield slow, quick

    def test_the_second_waits_for_the_first(self, sides: tuple[psycopg.Connection, psycopg.Connection]) -> None:
        slow, quick = sides
        _append(slow, uuid4())
        quick.execute("SET statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            _append(quick, uuid4())

    def test_a_reader_is_not_kept_waiting(self, sides: tuple[psycopg.Connection, psycopg.Connection]) -> None:
        slow, quick = sides
        _append(slow, uuid4())
        assert quick.execute("SELECT count(*) FROM stored_events").fetchone() == (0,)

    def test_without_the_lock_the_second_overtakes_and_a_reader_misses_the_first(
        self, database: str, sides: tuple[psycopg.Connection, psycopg.Connection]
    ) -> None:
        take_the_lock_out(database)
        slow, quick = sides
        first, second = uuid4(), uuid4()
        _append(slow, first)
        _append(quick, second)
        with closing(StoreFeed(database)) as feed:
            seen = feed.read({}, 10, 0)
            slow.commit()
            later = feed.read({STORE_CHANNEL: seen[-1].offset + 1}, 10, 0)
        assert [event.stream for event in seen] == [second]
        assert later == []


def _append(connection: psycopg.Connection, stream: UUID) -> None:
    connection.execute(
        "SELECT append_together(ARRAY[1], ARRAY[%s]::uuid[], ARRAY[1]::bigint[], ARRAY['calls.X'], ARRAY['{}'::bytea],"
        " ARRAY[NULL]::uuid[], ARRAY[NULL], ARRAY[NULL]::bytea[])",
        (stream,),
    )
