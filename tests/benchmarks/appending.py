"""追加: one fact a transaction, by one thread and by eight: ours, the library's default, and bare INSERTs."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters.event_store.recorder import Recorder
from tests.adapters.event_store.writer import datastore
from tests.benchmarks.figures import SEED, Figure, median, per_second

Append = Callable[[Sequence[StoredEvent]], object]

GOALS = {1: 2.0, 8: 3.0}
"""Times the library's default, by threads (issue 3)."""

CONFLICTS = 0.05
RUNS = 5


def rate(append: Append, pattern: StoredEvent, threads: int, each: int, conflicts: float = 0.0) -> float:
    """Events a second. `conflicts`: the share of appends whose version is taken already; they count as done."""

    def write(place: int) -> None:
        stream, chance = uuid4(), random.Random(SEED + place)
        for version in range(1, each + 1):
            event = StoredEvent(stream, version, pattern.topic, pattern.state)
            append([event])
            if chance.random() < conflicts:
                with suppress(IntegrityError):
                    append([event])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: append([StoredEvent(uuid4(), 1, pattern.topic, pattern.state)]), range(threads)))
        return per_second(threads * each, lambda: list(pool.map(write, range(threads))))


def append_figures(dsn: str, plain_dsn: str, pattern: StoredEvent, quick: bool) -> list[Figure]:
    """Both figures; `plain_dsn` is an empty database for the library's own tables. Median of five, side by side."""
    with datastore(dsn) as ours, datastore(plain_dsn) as theirs:
        recorder, peer = Recorder(ours), _library_default(theirs)
        return [_figure(recorder, peer, plain_dsn, pattern, threads, quick) for threads in GOALS]


def _figure(
    recorder: Recorder,
    peer: PostgresApplicationRecorder,
    plain_dsn: str,
    pattern: StoredEvent,
    threads: int,
    quick: bool,
) -> Figure:
    each = (200 if quick else 1_000) // (1 if threads == 1 else 4)
    arms: dict[str, Callable[[], float]] = {
        "ours": lambda: rate(recorder.insert_events, pattern, threads, each),
        "conflicts": lambda: rate(recorder.insert_events, pattern, threads, each, CONFLICTS),
        "library": lambda: rate(peer.insert_events, pattern, threads, each),
        "locked": lambda: _bare_insert(plain_dsn, pattern, threads, each, locked=True),
        "bare": lambda: _bare_insert(plain_dsn, pattern, threads, each, locked=False),
    }
    runs = [{name: arm() for name, arm in arms.items()} for _ in range(RUNS)]
    value = {name: median([run[name] for run in runs]) for name in arms}
    times = median([run["ours"] / run["library"] for run in runs])
    alone = (
        f"The goal is set by the quotient of the medians ({value['ours'] / value['library']:.2f}), which may lie below"
        f" the median of the runs' own ratios ({times:.2f}). One thread pays for each fact one round trip with lock,"
        " NOTIFY and insert, and one commit with its flush to disk: nobody waits with whom to share it. A lone asker"
        " writes in its own thread, so nothing is handed over. Tried and left out: a thread that writes for all, and"
        " savepoints (decision 0023). Of some 650 µs an append the flush takes 220 (seen by turning it off), our own"
        " processor time 230, the server and the way there and back the rest."
    )
    return Figure(
        f"append_{threads}_thread{'s' if threads > 1 else ''}",
        value["ours"],
        "events/s",
        "higher",
        f"{threads} thread(s) append one {len(pattern.state)}-byte event each at a time through one recorder of ours"
        f" (lock, NOTIFY, insert in one round trip, for everybody who waits); median of {RUNS} runs of"
        f" {threads * each}, the arms in turn. {times:.1f} × the library in the same run (median of the runs' ratios)."
        f" With {CONFLICTS:.0%} conflicts {value['conflicts']:,.0f}/s."
        f" BEGIN, LOCK, INSERT, COMMIT by hand {value['locked']:,.0f}/s."
        f" Goal: {GOALS[threads]:.0f} × the library.",
        goal=GOALS[threads] * value["library"],
        peer="library's default PostgresApplicationRecorder",
        peer_value=value["library"],
        limit="bare INSERT, autocommit, no order kept",
        limit_value=value["bare"],
        notes=alone if threads == 1 else "",
    )


def _library_default(store: PostgresDatastore) -> PostgresApplicationRecorder:
    recorder = PostgresApplicationRecorder(store, events_table_name="library_events")
    recorder.create_table()
    return recorder


_INSERT = "INSERT INTO bare (id, version, topic, state) VALUES (%s, %s, %s, %s)"


def _bare_insert(dsn: str, pattern: StoredEvent, threads: int, each: int, *, locked: bool) -> float:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare (id uuid, version bigint, topic text, state bytea,"
            " position bigserial UNIQUE, PRIMARY KEY (id, version))"
        )
    connections = [psycopg.connect(dsn, autocommit=True) for _ in range(threads)]

    def write(connection: psycopg.Connection) -> None:
        stream = uuid4()
        for version in range(each):
            row = (stream, version, pattern.topic, pattern.state)
            if locked:
                with connection.transaction():
                    connection.execute("LOCK TABLE bare IN EXCLUSIVE MODE", prepare=True)
                    connection.execute(_INSERT, row, prepare=True)
            else:
                connection.execute(_INSERT, row, prepare=True)

    try:
        with ThreadPoolExecutor(threads) as pool:
            return per_second(threads * each, lambda: list(pool.map(write, connections)))
    finally:
        for connection in connections:
            connection.close()
