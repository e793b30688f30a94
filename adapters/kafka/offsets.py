"""首尾: where partitions begin and end, or a passing KafkaError when Kafka can't tell right now.

kafka-python 3.0.12 leaves a partition that has no leader at the moment out of its question and then stumbles over its
missing answer (KeyError), instead of asking again: a broker that dies would end whoever asks. A topic that is just
being made or removed is left out of the answer.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import LeaderNotAvailableError

_MILLISECONDS_TO_ANSWER = 10_000


def beginning_offsets(reader: KafkaConsumer, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
    """The first offset of each partition. Raises KafkaError, LeaderNotAvailableError among them."""
    return _complete(reader.beginning_offsets, partitions)


def end_offsets(reader: KafkaConsumer, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
    """One past the last offset of each partition that this reader may see. Raises as `beginning_offsets` does."""
    return _complete(reader.end_offsets, partitions)


def _complete(
    ask: Callable[..., Mapping[Any, int]], partitions: Collection[TopicPartition]
) -> Mapping[TopicPartition, int]:
    try:
        answer = ask(list(partitions), timeout_ms=_MILLISECONDS_TO_ANSWER)
        return {partition: answer[partition] for partition in partitions}
    except KeyError as left_out:
        raise LeaderNotAvailableError(f"{left_out}") from left_out
