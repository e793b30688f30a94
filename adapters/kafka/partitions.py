"""分区: which partition a stream's facts stand in, computed as Kafka's own clients do (murmur2 of the key)."""

from functools import lru_cache
from uuid import UUID

from kafka.partitioner.default import murmur2
from psycopg_pool import ConnectionPool

from adapters.kafka.topics import topic_name


def key_of(stream: UUID) -> bytes:
    """The record key of a stream: its id as text."""
    return str(stream).encode()


@lru_cache(maxsize=10_000)
def partition_of(stream: UUID, partitions: int) -> int:
    """The partition among `partitions` in which all facts of the stream stand, in order.

    Remembered for the streams that were last asked for: the library's hash, in Python, is an eighth of the work of
    publishing a fact.
    """
    hashed: int = murmur2(key_of(stream))
    return (hashed & 0x7FFFFFFF) % partitions


def channel_name(topic: str, partition: int) -> str:
    """How a partition is called as a channel of a feed."""
    return f"{topic}/{partition}"


class KafkaChannels:
    """Finds on which channel a stored fact travels, for whoever waits until a view has taken it in."""

    def __init__(self, pool: ConnectionPool, node: str, partitions: int) -> None:
        self._pool = pool
        self._node = node
        self._partitions = partitions

    def channel_of(self, position: int) -> str | None:
        """The channel of the fact at that position of the store; None when there is none."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT originator_id, topic FROM stored_events WHERE notification_id = %s", (position,)
            ).fetchone()
        if row is None:
            return None
        return self.channel_of_stream(*row)

    def channel_of_stream(self, stream: UUID, wire: str) -> str:
        """The channel on which the stream's facts travel; `wire` is the name of any of them."""
        return channel_name(topic_name(self._node, wire.partition(".")[0]), partition_of(stream, self._partitions))
