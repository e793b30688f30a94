"""A process that does nothing but append events, through the product's own recorder. Small, so that it starts soon."""

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


def write(dsn: str, each: int, begin: Event) -> None:
    """Append one event after another to a stream of its own, from the moment when all may begin."""
    stream = uuid4()
    with datastore(dsn) as store:
        recorder = Recorder(store)
        begin.wait()
        for version in range(1, each + 1):
            recorder.insert_events([StoredEvent(stream, version, "calls.CallAccepted", b"{}")])
