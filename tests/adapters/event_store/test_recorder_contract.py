"""The library's own contract for recorders, run against ours on a real PostgreSQL.

Of the library's base cases these apply. Those for tracking and process recorders do not: places stand beside the views
(decision 0020), not in the library's tables; those for factories, transcoders and mappers test what we don't use: our
mapper is another (test_stored_names_and_shapes.py).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as contract

from adapters.event_store.recorder import Recorder
from tests.adapters.event_store.writer import datastore
from tests.conftest import Databases


class _OnPostgres:
    """Gives each test case a recorder on a database of its own."""

    make: Callable[[], Recorder]
    recorder: type[Recorder] = Recorder

    @pytest.fixture(autouse=True)
    def _database(self, databases: Databases) -> Iterator[None]:
        with databases() as dsn, datastore(dsn) as store:
            self.make = lambda: self.recorder(store)
            yield

    def create_recorder(self) -> Recorder:
        return self.make()


class TestApplicationRecorder(_OnPostgres, contract.ApplicationRecorderTestCase[Recorder]):
    """Insert, select, notifications, conflicts, concurrency; a conflict leaves a gap in the positions."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class _KeepsPositionsToItself(Recorder):
    """What an aggregate recorder is to the library: the same, except that it gives no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # type: ignore[override]
        super().insert_events(stored_events, **kwargs)


class TestStreams(_OnPostgres, contract.AggregateRecorderTestCase):
    """Versions stand once, several events all or none, reading forwards, backwards and in part."""

    recorder = _KeepsPositionsToItself


class TestPositionsOfOneCommandStandTogether(_OnPostgres, contract.NonInterleavingNotificationIDsBaseCase):
    """Two large appends at once never mix their positions."""

    insert_num = 1000
