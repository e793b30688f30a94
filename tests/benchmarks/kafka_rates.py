"""Kafka: how fast the relay publishes and a projector takes in, beside the bare client with the same records."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import StoredFact, headers_of, topic_of
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.partitions import key_of, partition_of
from adapters.kafka.relay import Relay, RelaySettings
from adapters.kafka.topics import TopicSettings, topic_name
from infra.topics import PARTITIONS, SUBJECTS
from projections.engine.feed import RawEvent
from projections.engine.projector import Projector
from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, per_second
from tests.benchmarks.synthetic import store_calls
from tests.county_store import CountyStore

_NODE, _BARE_NODE = "bench", "bare"
_BATCH = 500
"""As the projector reads."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Facts a second, and microseconds of this process's own work for each: what is left when the machine is busy."""

    rate: float
    work: float


class Stopwatch:
    """Runs from its making."""

    def __init__(self) -> None:
        self._began, self._worked = time.perf_counter(), time.process_time()

    def speed(self, facts: int) -> Speed:
        """Of so many facts since then."""
        worked = time.process_time() - self._worked
        return Speed(facts / (time.perf_counter() - self._began), worked / facts * 1_000_000)


Record = tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]


def kafka_figures(bench: Bench) -> list[Figure]:
    """The same facts all the way: published by the relay, by the bare client, read, decoded, folded."""
    address = KafkaAddress(bench.kafka.bootstrap)
    with bench.house() as house:
        store_calls(house.dsn, house.county, bench.some(8_000, 1_500))
        facts = _facts(house)
        published = _publish(house, address, len(facts))
        records = [_bare_record(fact) for fact in facts]
        bare_published = _publish_bare(address, records)
        bare_read = _read_bare(address, len(facts))
        read, events = _read(address, len(facts))
        assert len(events) == len(facts)
        decoded = per_second(len(facts), lambda: _decode(house, events))
        folded = _fold(house, address, len(facts))
    size = sum(len(fact.state) for fact in facts) / len(facts)
    what = f"{len(facts):,} facts of real shape ({size:.0f} bytes each), {PARTITIONS} partitions a topic, one broker"
    bare_reader = "bare KafkaConsumer, the same records and settings"
    return [
        Figure(
            "relay_throughput",
            published.rate,
            "events/s",
            "higher",
            f"{what}: read from the store and published by the relay in transactions of 1,000, with its progress noted"
            f" after each. Own work a fact: {published.work:.0f} µs, of the bare client {bare_published.work:.0f} µs.",
            goal=0.6 * bare_published.rate,
            peer="bare KafkaProducer: acks all, idempotent, no transactions, records made beforehand",
            peer_value=bare_published.rate,
            notes=f"{published.rate / bare_published.rate:.2f} of the bare client, whose records lie ready: the relay"
            " reads each fact from the store, works out its partition, key and headers, holds it against the tail of"
            " its partition and sends in transactions. Of its work for a fact the headers take some 6 µs and the key"
            " with its partition 1 (9 until the partition was remembered for recent streams); the rest is the client's"
            " own sending, a future to await for each record, and a confirmed transaction for each thousand.",
        ),
        Figure(
            "kafka_feed_throughput",
            read.rate,
            "events/s",
            "higher",
            f"{what}: read through the feed in batches of {_BATCH} as raw events with their places."
            f" Own work a fact: {read.work:.0f} µs, of the bare client {bare_read.work:.0f} µs.",
            goal=0.6 * bare_read.rate,
            peer=bare_reader,
            peer_value=bare_read.rate,
            notes=f"{read.rate / bare_read.rate:.2f} of the bare client, which does nothing with what it reads: the"
            " feed reads a fact out of the headers of each record and checks that positions only grow along a channel."
            " The headers take 3.4 µs of its work for a fact, most of it the identity; nearly all else is the"
            " client's.",
        ),
        Figure(
            "kafka_projector_throughput",
            folded,
            "events/s",
            "higher",
            f"{what}: the whole way into the calls view: feed, decryption, fold, rows, places, a transaction for each"
            f" {_BATCH}. Decoding alone: {decoded:,.0f} events/s.",
            goal=0.6 * bare_read.rate,
            peer=bare_reader,
            peer_value=bare_read.rate,
            notes="The bare client does nothing with what it reads; here each fact is decrypted, folded and written."
            " Folding and upserting live rows is the work, not Kafka: see kafka_feed_throughput for the reading alone"
            " and rebuild_all_views for the same without upserts.",
        ),
    ]


def _facts(house: CountyStore) -> list[StoredFact]:
    rows = house.sql(
        "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
        " ORDER BY notification_id"
    )
    return [StoredFact(*row) for row in rows]


def _publish(house: CountyStore, address: KafkaAddress, facts: int) -> Speed:
    """From the first transaction acknowledged to the last: the start of a relay is no part of its speed."""
    relay = Relay(RelaySettings(house.dsn, address, _NODE, SUBJECTS, TopicSettings(partitions=PARTITIONS)))
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        wait_until(lambda: relay.standing.published > 0, 60)
        before, watch = relay.standing.published, Stopwatch()
        wait_until(lambda: relay.standing.published >= facts, 300)
        return watch.speed(facts - before)
    finally:
        stop.set()
        thread.join()


def _bare_record(fact: StoredFact) -> Record:
    partition = partition_of(fact.stream, PARTITIONS)
    return topic_of(fact, _BARE_NODE), partition, key_of(fact.stream), fact.state, headers_of(fact, _NODE)


def _publish_bare(address: KafkaAddress, records: Sequence[Record]) -> Speed:
    producer = KafkaProducer(
        **address.options(),
        enable_idempotence=True,
        acks="all",
        max_in_flight_requests_per_connection=5,
        batch_size=256 * 1024,
        linger_ms=20,
    )
    with address.admin() as admin:
        topics = {topic: {"num_partitions": PARTITIONS, "replication_factor": 1} for topic in {r[0] for r in records}}
        admin.create_topics(topics)
        admin.wait_for_topics(sorted(topics), timeout_ms=30_000)
    for topic in topics:
        producer.partitions_for(topic)

    watch = Stopwatch()
    try:
        for topic, partition, key, value, headers in records:
            producer.send(topic, value=value, key=key, headers=headers, partition=partition)
        producer.flush()
        return watch.speed(len(records))
    finally:
        producer.close()


def _partitions() -> list[TopicPartition]:
    return [TopicPartition(topic_name(_NODE, subject), number) for subject in SUBJECTS for number in range(PARTITIONS)]


def _read_bare(address: KafkaAddress, facts: int) -> Speed:
    with KafkaConsumer(
        **address.options(),
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        fetch_max_bytes=32 * 1024 * 1024,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    ) as reader:
        reader.assign(_partitions())

        watch, seen = Stopwatch(), 0
        while seen < facts:
            seen += sum(map(len, reader.poll(timeout_ms=500, max_records=_BATCH).values()))
        return watch.speed(facts)


def _read(address: KafkaAddress, facts: int) -> tuple[Speed, list[RawEvent]]:
    feed = KafkaFeed(address, [topic_name(_NODE, subject) for subject in SUBJECTS], PARTITIONS)
    events: list[RawEvent] = []
    places: dict[str, int] = {}
    watch = Stopwatch()
    while len(events) < facts:
        batch = feed.read(places, _BATCH, 0.5)
        events += batch
        places |= {event.channel: event.offset + 1 for event in batch}
    speed = watch.speed(facts)
    feed.close()
    return speed, events


def _decode(house: CountyStore, events: Sequence[RawEvent]) -> None:
    decoder = house.decoder
    for place in range(0, len(events), _BATCH):
        decoder.decode(events[place : place + _BATCH])


def _fold(house: CountyStore, address: KafkaAddress, facts: int) -> float:
    feed = KafkaFeed(address, [topic_name(_NODE, subject) for subject in SUBJECTS], PARTITIONS)
    projector = Projector(house.engine, feed, house.decoder, house.streams, [house.view], batch=_BATCH)
    try:
        return per_second(facts, lambda: projector.catch_up(600))
    finally:
        feed.close()
