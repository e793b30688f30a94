"""The library's own contract for recorders, run against ours on a real PostgreSQL."""

from collections.abc import Callable, Iterator

import pytest
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.tests import persistence as contract
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store.recorder import Recorder
from tests.conftest import Databases


def datastore(dsn: str) -> PostgresDatastore:
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


class _OnPostgres:
    """Gives each test case a recorder on a database of its own."""

    make: Callable[[], Recorder]

    @pytest.fixture(autouse=True)
    def _database(self, databases: Databases) -> Iterator[None]:
        with databases() as dsn, datastore(dsn) as store:
            self.make = lambda: Recorder(store)
            yield

    def create_recorder(self) -> Recorder:
        return self.make()


class TestApplicationRecorder(_OnPostgres, contract.ApplicationRecorderTestCase[Recorder]):
    """Insert, select, notifications, conflicts, concurrency; a conflict leaves a gap in the positions."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsOfOneCommandStandTogether(_OnPostgres, contract.NonInterleavingNotificationIDsBaseCase):
    """Two large appends at once never mix their positions."""

    insert_num = 1000
