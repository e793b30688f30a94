"""A process that does nothing but append events, through the product's own recorder. Small, so that it starts soon."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store.recorder import Recorder


def datastore(dsn: str) -> PostgresDatastore:
    """The library's datastore for a database of the tests."""
    parts = conninfo_to_dict(dsn)
    return PostgresDatastore(
        dbname=str(parts["dbname"]),
        host=str(parts["host"]),
        port="5432",
        user=str(parts["user"]),
        password="",
        pool_size=1,
        max_overflow=30,
        originator_id_type="uuid",
    )


def write(dsn: str, each: int, begin: Event, threads: int = 1) -> None:
    """Append one event after another, each thread to a stream of its own, from the moment when all may begin.

    Threads share one recorder, as those of one process do.
    """
    with datastore(dsn) as store, ThreadPoolExecutor(threads) as pool:
        recorder = Recorder(store)
        begin.wait()
        for done in [pool.submit(_append, recorder, each) for _ in range(threads)]:
            done.result()


def _append(recorder: Recorder, each: int) -> None:
    stream = uuid4()
    for version in range(1, each + 1):
        recorder.insert_events([StoredEvent(stream, version, "calls.CallAccepted", b"{}")])
