"""首尾: where partitions begin and end, or a passing KafkaError when Kafka can't tell right now.

kafka-python 3.0.12 leaves a partition that has no leader at the moment out of its question and then stumbles over its
missing answer (KeyError), instead of asking again: a broker that dies would end whoever asks.
"""

from collections.abc import Collection, Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import LeaderNotAvailableError


def beginning_offsets(
    reader: KafkaConsumer, partitions: Collection[TopicPartition], timeout_ms: int
) -> Mapping[TopicPartition, int]:
    """The first offset of each partition. Raises KafkaError, LeaderNotAvailableError among them."""
    try:
        return dict(reader.beginning_offsets(list(partitions), timeout_ms=timeout_ms))
    except KeyError as left_out:
        raise LeaderNotAvailableError(f"{left_out}") from left_out


def end_offsets(
    reader: KafkaConsumer, partitions: Collection[TopicPartition], timeout_ms: int
) -> Mapping[TopicPartition, int]:
    """One past the last offset of each partition that this reader may see. Raises as `beginning_offsets` does."""
    try:
        return dict(reader.end_offsets(list(partitions), timeout_ms=timeout_ms))
    except KeyError as left_out:
        raise LeaderNotAvailableError(f"{left_out}") from left_out
