"""已知事实: what a process knows of the streams is what stands, and finding that out costs one look."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import OperationalError, StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.event_store.known_streams import KnownStreams
from adapters.event_store.recorder import Recorded, Recorder
from domain.calls.intake import acceptance
from domain.calls.work import records as r
from domain.directory.person import evolve as evolve_person
from domain.directory.person_commands import EndAppointment
from domain.directory.refusals import NotInPost
from domain.shared.commands import Ask
from domain.shared.refusals import NotFound
from tests.adapters.event_store.writer import datastore
from tests.county_store import CountyStore, county_store
from tests.domain.memory import PLATFORM_ITSELF

Versions = tuple[int, ...]


def versions(state: Versions | None, event: StoredEvent) -> Versions:
    """A fold that keeps everything: the versions in the order they were folded."""
    return (*(state or ()), event.originator_version)


def doubled(state: Versions | None, event: StoredEvent) -> Versions:
    """Another fold of the same streams."""
    return (*(state or ()), 2 * event.originator_version)


class CountingLog:
    """The recorder, and how often it was asked."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.asked: list[str] = []

    def since(self, position: int, limit: int) -> Sequence[Recorded]:
        self.asked.append("since")
        return self._recorder.since(position, limit)

    def newest(self) -> Recorded | None:
        self.asked.append("newest")
        return self._recorder.newest()

    def select_streams(self, streams: Collection[UUID]) -> Sequence[StoredEvent]:
        self.asked.append("streams")
        return self._recorder.select_streams(streams)


class Desk:
    """A process that knows streams, beside another that writes them."""

    def __init__(self, recorder: Recorder, size: int = 100) -> None:
        self._writing = recorder
        self.log = CountingLog(recorder)
        self._known = KnownStreams(self.log, _as_it_is, _as_it_is, size)

    def write(self, stream: UUID, *numbers: int) -> None:
        self._writing.insert_events([StoredEvent(stream, number, "calls.X", b"{}") for number in numbers])

    def read(self, stream: UUID, fold: Callable[[Any, Any], Versions] = versions) -> Versions | None:
        self._known.catch_up()
        return self._known.find(stream, fold)

    def read_together(self, *streams: UUID) -> list[Versions | None]:
        self._known.catch_up()
        return [self._known.find(stream, versions) for stream in streams]

    def in_clear(self, *streams: UUID) -> Mapping[UUID, Versions]:
        self._known.catch_up()
        return self._known.in_clear(streams, versions)

    def get(self, stream: UUID) -> Versions:
        return self._known.get(stream, versions)


def _as_it_is(stored: StoredEvent) -> Any:
    """Whatever is called a riddle can't be decoded."""
    if stored.topic == "calls.Riddle":
        raise ValueError("a riddle")
    return stored


@pytest.fixture
def recorder(database: str) -> Iterator[Recorder]:
    with datastore(database) as store:
        yield Recorder(store)


@pytest.fixture
def desk(recorder: Recorder) -> Desk:
    return Desk(recorder)


def test_streams_known_already_cost_one_look_however_many_they_are(desk: Desk) -> None:
    streams = [uuid4() for _ in range(5)]
    for stream in streams:
        desk.write(stream, 1)
    desk.read_together(*streams)
    desk.write(streams[0], 2)
    desk.log.asked.clear()
    assert desk.read_together(*streams) == [(1, 2), (1,), (1,), (1,), (1,)]
    assert desk.log.asked == ["since"]


def test_many_streams_are_read_in_clear_in_one_query_and_none_is_kept(desk: Desk) -> None:
    known, *others = streams = [uuid4() for _ in range(6)]
    nowhere = uuid4()
    for stream in streams:
        desk.write(stream, 1, 2)
    desk.read(known)
    desk.log.asked.clear()
    assert desk.in_clear(*streams, nowhere) == dict.fromkeys(streams, (1, 2))
    assert desk.log.asked == ["since", "streams"]
    desk.write(others[0], 3)
    desk.log.asked.clear()
    assert desk.in_clear(*others) == dict.fromkeys(others, (1, 2)) | {others[0]: (1, 2, 3)}
    assert desk.read(known) == (1, 2)
    assert desk.log.asked == ["since", "streams", "since"], "what was known before is known still"


def test_one_that_can_not_be_decoded_is_told_to_who_asks_for_many(desk: Desk, recorder: Recorder) -> None:
    sound, broken = uuid4(), uuid4()
    desk.write(sound, 1)
    recorder.insert_events([StoredEvent(broken, 1, "calls.Riddle", b"{}")])
    assert desk.in_clear(sound) == {sound: (1,)}
    with pytest.raises(ValueError, match="a riddle"):
        desk.in_clear(sound, broken)


def test_a_stream_that_does_not_exist_is_known_until_it_begins(desk: Desk) -> None:
    stream = uuid4()
    assert desk.read(stream) is None
    with pytest.raises(NotFound):
        desk.get(stream)
    desk.write(stream, 1)
    desk.log.asked.clear()
    assert desk.read(stream) == (1,)
    assert desk.log.asked == ["since"]


def test_another_fold_of_the_same_stream_gets_its_own_state(desk: Desk) -> None:
    stream = uuid4()
    desk.write(stream, 1, 2)
    assert desk.read(stream) == (1, 2)
    assert desk.read(stream, doubled) == (2, 4)
    assert desk.read(stream) == (1, 2)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 3),
    acts=st.lists(st.tuples(st.sampled_from(["write", "read", "many"]), st.integers(0, 3)), max_size=30),
)
def test_whatever_is_written_and_read_in_any_order_what_is_known_is_what_stands(
    recorder: Recorder, size: int, acts: Sequence[tuple[str, int]]
) -> None:
    """Also when fewer streams are kept than used, and when one gains more than is kept for it."""
    desk, streams = Desk(recorder, size), [uuid4() for _ in range(4)]
    written = [0, 0, 0, 0]
    for act, place in acts:
        if act != "read":
            more = 1 if act == "write" else 15
            desk.write(streams[place], *range(written[place] + 1, written[place] + more + 1))
            written[place] += more
        else:
            assert desk.read(streams[place]) == (tuple(range(1, written[place] + 1)) or None)


def test_who_slept_through_more_than_is_caught_up_with_reads_anew(desk: Desk) -> None:
    kept, busy = uuid4(), uuid4()
    desk.write(kept, 1)
    desk.read(kept)
    desk.write(busy, *range(1, 2_500))
    desk.write(kept, 2)
    assert desk.read(kept) == (1, 2)
    desk.write(kept, 3)
    assert desk.read(kept) == (1, 2, 3)


def test_a_database_set_back_under_a_running_process_is_noticed(desk: Desk, database: str) -> None:
    """Restored from a backup: what this process knows stands no more, and it must not write behind it."""
    kept, lost = uuid4(), uuid4()
    desk.write(kept, 1)
    desk.write(lost, 1)
    desk.write(kept, 2)
    assert desk.read_together(kept, lost) == [(1, 2), (1,)]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
        connection.execute(
            "DELETE FROM stored_events WHERE NOT (originator_id = %s AND originator_version = 1)", (kept,)
        )
        connection.execute("SELECT setval('stored_events_notification_id_seq', 1)")
    assert desk.read_together(kept, lost) == [(1,), None]
    for _ in range(2):
        desk.write(uuid4(), 1)
    desk.write(lost, 1)
    assert desk.read_together(kept, lost) == [(1,), (1,)]


def test_whoever_reads_after_an_acknowledgement_finds_what_was_acknowledged(recorder: Recorder) -> None:
    """Eight threads write and read eight streams of one process that keeps only six of them."""
    desk, streams = Desk(recorder, size=6), [uuid4() for _ in range(8)]
    newest = [0] * 8
    start = threading.Barrier(8)

    def work(place: int) -> None:
        start.wait()
        for version in range(1, 60):
            desk.write(streams[place], version)
            newest[place] = version
            other = (place + version) % 8
            acknowledged = newest[other]
            found = desk.read(streams[other]) or ()
            assert found == tuple(range(1, len(found) + 1))
            assert len(found) >= acknowledged

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


class AwayLog(CountingLog):
    """The first look lasts until six have asked, and fails."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.all_asked = threading.Event()

    def since(self, position: int, limit: int) -> Sequence[Recorded]:
        first = not self.asked
        recorded = super().since(position, limit)
        if first:
            self.all_asked.wait()
        if len(self.asked) <= 2:
            raise OperationalError("the database is away")
        return recorded


def test_while_the_database_is_away_those_who_wait_share_one_failure(recorder: Recorder) -> None:
    log = AwayLog(recorder)
    known = KnownStreams(log, _as_it_is, _as_it_is, 10)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(known.catch_up) for _ in range(6)]
        while known._asked < 6:
            assert not any(one.done() for one in asked)
        log.all_asked.set()
        assert all(isinstance(one.exception(), OperationalError) for one in asked)
    assert log.asked == ["since", "since"]
    known.catch_up()
    assert log.asked == ["since", "since", "since", "newest"]


class TestDecidingFromThem:
    """The same through the command bus, with another process beside this one."""

    @pytest.fixture
    def elsewhere(self, house: CountyStore, database: str) -> Iterator[CountyStore]:
        with county_store(database, founded=False) as other:
            yield other

    def test_a_post_that_ended_in_another_process_a_moment_ago_holds_no_more(
        self, house: CountyStore, elsewhere: CountyStore
    ) -> None:
        call = house.placed()
        house.say(r.AddNote(call_id=call, text="已电话联系"), "li")
        person = house.county.by("li").person
        assert person is not None
        (held,) = elsewhere.store.get(person, evolve_person).appointments
        elsewhere.bus.execute(EndAppointment(person=person, appointment=held.id), Ask(uuid4(), PLATFORM_ITSELF))
        with pytest.raises(NotInPost):
            house.say(acceptance.AcceptCall(call_id=call), "li")

    def test_two_processes_in_turn_on_one_call_decide_on_the_newest(
        self, house: CountyStore, elsewhere: CountyStore
    ) -> None:
        call = house.placed()
        before = house.call(call).version
        for number in range(6):
            (house, elsewhere)[number % 2].say(r.AddNote(call_id=call, text=f"第{number}条"), "li")
        assert house.call(call).version == elsewhere.call(call).version == before + 6
