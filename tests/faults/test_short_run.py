"""A few rounds under fire, on every test run. The long run is `make faults`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from adapters.kafka.address import KafkaAddress
from adapters.kafka.offsets import beginning_offsets, end_offsets
from adapters.kafka.tails import committed_reader
from tests.adapters.kafka.bench import wait_until
from tests.faults.campaign import Campaign, campaign
from tests.faults.invariants import kafka_is_the_store, records_in_kafka, stored_events
from tests.faults.kinds import BY_NAME
from tests.journeys.kafka_shape import NODE
from tests.servers import console_consumer

SEED = "short"
ROUNDS = (
    ("kill_leader", "kill_project", "lost_after_commit"),
    ("zombie_relay", "sleeping_clock", "kill_serve", "clock_back", "kill_postgres"),
    ("power_cut",),
)
"""Every process, every service, and what is worst of each; none that needs root."""

# When a broker vanishes, kafka-python now and then leaves a socket to the garbage collector.
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:.*unclosed.*socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Campaign]:
    """One installation for the file."""
    with campaign(SEED, small_disks=False) as campaign_:
        yield campaign_


@pytest.mark.parametrize("names", ROUNDS, ids=" + ".join)
def test_nothing_is_lost_and_nothing_doubled(running: Campaign, names: tuple[str, ...]) -> None:
    done = running.round([BY_NAME[name] for name in names])
    assert done.violations == ()
    assert done.acknowledged > 0
    assert (running.lost, running.doubled) == (0, 0)


def test_the_clock_fired_what_came_due_under_fire(running: Campaign) -> None:
    """So that nothing doubled and nothing left out means something."""
    assert sum(done.rungs_fired for done in running.rounds) > 0


def test_kafka_s_own_consumer_reads_the_same_records_as_the_checks_do(running: Campaign) -> None:
    """So that the checks of Kafka rest on no client of ours or of anybody who might be wrong in the same way."""
    running.scene.shape.stop("clock")  # so that nobody writes while two read
    bootstrap, events = running.scene.kafka.bootstrap, stored_events(running.scene.shape.dsn)
    wait_until(lambda: len(records_in_kafka(bootstrap, NODE)) >= len(events), 60)
    records = records_in_kafka(bootstrap, NODE)
    by_console = console_consumer(running.scene.kafka, rf"huying\.{NODE}\..*", len(records))
    assert sorted((r.partition, r.offset, r.key, r.value) for r in by_console) == sorted(
        (r.partition, r.offset, r.key, r.value) for r in records
    )
    assert kafka_is_the_store(events, records) == []


def test_a_partition_without_a_leader_is_a_passing_state_for_whoever_asks_where_it_ends(running: Campaign) -> None:
    """Found here: the projector ended with a KeyError of the client library when the leader of a partition died."""
    kafka, address = running.scene.kafka, KafkaAddress(running.scene.kafka.bootstrap)
    with address.admin() as admin:
        admin.create_topics({"one-copy": {"num_partitions": 3, "replication_factor": 1}}, timeout_ms=30_000)
        admin.wait_for_topics(["one-copy"], timeout_ms=30_000)
    partitions = [TopicPartition("one-copy", number) for number in range(3)]
    whole = dict.fromkeys(partitions, 0)
    with committed_reader(address) as reader:
        wait_until(lambda: _whole(reader, partitions) == whole, 60)
        leader = running.scene.leader_of("one-copy", 0)
        leader.kill()
        wait_until(lambda: _whole(reader, partitions) is None, 60)
        kafka.bring_back(leader)
        wait_until(lambda: _whole(reader, partitions) == whole, 60)


def _whole(reader: KafkaConsumer, partitions: list[TopicPartition]) -> Mapping[TopicPartition, int] | None:
    """Beginnings and ends, when there is one; None when Kafka can't tell for the moment."""
    try:
        assert beginning_offsets(reader, partitions) == end_offsets(reader, partitions)
        return end_offsets(reader, partitions)
    except KafkaError:
        return None


def test_an_answer_that_is_not_the_first_one_is_named(running: Campaign) -> None:
    """The check of repeated keys can fail: here what was noted as told is not what was told."""
    told = next(one for one in running.ledger.asked if one.acknowledged)
    person = running.staff.by_code(told.person)
    assert person.repeat(told) == ""
    never_told = replace(told, receipt={**told.receipt, "position": told.receipt["position"] + 1})
    assert "was answered" in person.repeat(never_told)


def test_a_session_that_ended_is_named(running: Campaign) -> None:
    leaver = running.staff.leaders["sq"]
    assert leaver.session_complaint() == ""
    leaver.http.cookies.clear()
    assert "instead of (200," in leaver.session_complaint()
