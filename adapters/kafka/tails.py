"""末尾: the last committed fact of every partition, read from Kafka itself."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from kafka import KafkaConsumer, TopicPartition

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import fact_from
from adapters.kafka.offsets import beginning_offsets, end_offsets

_FIRST_STEP_BACK = 8
_SECONDS_TO_READ = 30.0


@dataclass(frozen=True, slots=True)
class Tail:
    """The last fact of a partition: where the next reader would begin, its position in the store, its identity.

    An empty partition has next_offset 0, position 0, and no identity.
    """

    next_offset: int = 0
    position: int = 0
    stream: UUID | None = None
    version: int = 0


def committed_reader(address: KafkaAddress) -> KafkaConsumer:
    """A consumer that sees committed facts only, belongs to no group and never moves by itself."""
    return KafkaConsumer(
        **address.options(),
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        fetch_max_wait_ms=100,
        fetch_max_bytes=32 * 1024 * 1024,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        metadata_max_age_ms=30_000,
    )


def read_tails(reader: KafkaConsumer, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, Tail]:
    """The tail of each partition. Takes the reader for its own: assignment and place are changed.

    The last offsets of a partition are often marks of finished or given-up transactions, which no reader is shown:
    so it steps back, further each time, until a fact turns up or the beginning is reached.
    Raises TimeoutError when Kafka does not answer in time.
    """
    tails = {partition: Tail() for partition in partitions}
    if not tails:
        return tails
    deadline = time.monotonic() + _SECONDS_TO_READ
    ends = end_offsets(reader, partitions)
    begins = beginning_offsets(reader, partitions)
    from_offset = dict(ends)
    step = _FIRST_STEP_BACK
    open_ones = [partition for partition in partitions if ends[partition] > begins[partition]]
    while open_ones:
        reader.assign(open_ones)
        for partition in open_ones:
            from_offset[partition] = max(begins[partition], ends[partition] - step)
            reader.seek(partition, from_offset[partition])
        _read_to_ends(reader, open_ones, ends, tails, deadline)
        open_ones = [p for p in open_ones if tails[p].stream is None and from_offset[p] > begins[p]]
        step *= 8
    return tails


def _read_to_ends(
    reader: KafkaConsumer,
    partitions: Collection[TopicPartition],
    ends: Mapping[TopicPartition, int],
    tails: dict[TopicPartition, Tail],
    deadline: float,
) -> None:
    while any(reader.position(partition) < ends[partition] for partition in partitions):
        if time.monotonic() > deadline:
            raise TimeoutError("Kafka 未在限定时间内给出各分区的末尾")
        for partition, records in reader.poll(timeout_ms=500).items():
            for record in records:
                fact = fact_from(record.headers, record.value)
                # Not simply the last one: whatever stands in the log, what is below the highest is published.
                if fact.position > tails[partition].position:
                    tails[partition] = Tail(record.offset + 1, fact.position, fact.stream, fact.version)
