"""追加: one fact a transaction, by one thread and by eight: ours, the library's default, and a bare INSERT."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters.event_store.recorder import Recorder
from tests.adapters.event_store.writer import datastore
from tests.benchmarks.figures import Figure, median, per_second

Append = Callable[[Sequence[StoredEvent]], object]


def rate(append: Append, pattern: StoredEvent, threads: int, each: int) -> float:
    """Events a second."""

    def write(_: int) -> None:
        stream = uuid4()
        for version in range(1, each + 1):
            append([StoredEvent(stream, version, pattern.topic, pattern.state)])

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: append([StoredEvent(uuid4(), 1, pattern.topic, pattern.state)]), range(threads)))
        return per_second(threads * each, lambda: list(pool.map(write, range(threads))))


def append_figures(dsn: str, plain_dsn: str, pattern: StoredEvent, quick: bool) -> list[Figure]:
    """Both figures; `plain_dsn` is an empty database for the library's own tables. Median of three, side by side."""
    with datastore(dsn) as ours, datastore(plain_dsn) as theirs:
        peer = _library_default(theirs)
        figures = []
        for threads, goal in ((1, 2_000.0), (8, 2_600.0)):
            each = (300 if quick else 1_500) // (1 if threads == 1 else 3)
            runs = [
                (
                    rate(Recorder(ours).insert_events, pattern, threads, each),
                    rate(peer.insert_events, pattern, threads, each),
                    _bare_insert(plain_dsn, pattern, threads, each),
                )
                for _ in range(3)
            ]
            ours_rate, peer_rate, limit = (median([run[place] for run in runs]) for place in range(3))
            figures.append(
                Figure(
                    f"append_{threads}_thread{'s' if threads > 1 else ''}",
                    ours_rate,
                    "events/s",
                    "higher",
                    f"{threads} thread(s) append one {len(pattern.state)}-byte event a transaction through our recorder"
                    f" (lock, NOTIFY and insert in one round trip); median of three runs of {threads * each}.",
                    goal=goal,
                    peer="library's default PostgresApplicationRecorder",
                    peer_value=peer_rate,
                    limit="bare INSERT, autocommit, no order kept",
                    limit_value=limit,
                )
            )
    return figures


def _library_default(store: PostgresDatastore) -> PostgresApplicationRecorder:
    recorder = PostgresApplicationRecorder(store, events_table_name="library_events")
    recorder.create_table()
    return recorder


def _bare_insert(dsn: str, pattern: StoredEvent, threads: int, each: int) -> float:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare (id uuid, version bigint, topic text, state bytea,"
            " position bigserial UNIQUE, PRIMARY KEY (id, version))"
        )
    connections = [psycopg.connect(dsn, autocommit=True) for _ in range(threads)]

    def write(connection: psycopg.Connection) -> None:
        stream = uuid4()
        for version in range(each):
            connection.execute(
                "INSERT INTO bare (id, version, topic, state) VALUES (%s, %s, %s, %s)",
                (stream, version, pattern.topic, pattern.state),
                prepare=True,
            )

    try:
        with ThreadPoolExecutor(threads) as pool:
            return per_second(threads * each, lambda: list(pool.map(write, connections)))
    finally:
        for connection in connections:
            connection.close()
