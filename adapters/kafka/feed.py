"""Kafka 事实来源: an EventFeed over a node's topics, for views in production (house.md decision 3)."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import fact_from
from adapters.kafka.offsets import beginning_offsets, end_offsets
from adapters.kafka.partitions import channel_name
from adapters.kafka.problems import FactsMissing, TopicMissing
from adapters.kafka.tails import committed_reader, read_tails
from adapters.kafka.topics import subject_of
from projections.engine.feed import RawEvent

_SECONDS_TO_ANSWER = 5.0
_SECONDS_BETWEEN_LOOKS = 0.2
"""The consumer knows topics by name only, so their identities are looked at beside it: more often than a topic can be
removed, missed by the relay, made and filled again."""


class KafkaFeed:
    """Reads committed facts from given places. No group, no stored offsets: the places stand with the views.

    Raises ConnectionError or TimeoutError while Kafka is away (try again), FactsMissing when it lost what was read,
    and what `refuse` raises when it is told to which cluster the address leads.
    A topic that is missing is an obstacle to its readers only: the others' facts go on coming. That one went or was
    made anew is an interruption (ConnectionError, once): an offset of the old topic may exist in the new one too, with
    unread facts below it, so the places are to be compared before reading goes on.
    """

    def __init__(
        self,
        address: KafkaAddress,
        topics: Sequence[str],
        partitions: int,
        refuse: Callable[[str], None] = lambda cluster_id: None,
    ) -> None:
        self._address = address
        self._refuse = refuse
        self._topics = sorted(topics)
        self._topic_ids: dict[str, str | None] = {}
        self._look_again_at = 0.0
        self._every_partition = [TopicPartition(t, n) for t in self._topics for n in range(partitions)]
        self._partitions = self._every_partition
        self._reader: KafkaConsumer | None = None
        self._tail_reader: KafkaConsumer | None = None
        self._admin: KafkaAdminClient | None = None
        self._next: dict[str, int] = {}
        self._given: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._known_ends: dict[TopicPartition, tuple[int, int]] = {}

    def channels(self) -> Sequence[str]:
        """One channel for each partition of each topic: "huying.331122.calls/0"."""
        return [_channel(partition) for partition in self._every_partition]

    def subject_of(self, channel: str) -> str | None:
        """See EventFeed: one subject a topic."""
        return subject_of(channel.rpartition("/")[0])

    def obstacle(self, subjects: Collection[str]) -> Exception | None:
        """See EventFeed: a topic of these subjects that is missing. Raises ConnectionError."""
        self._connected()
        self._look_at_the_topics()
        gone = [topic for topic, found in self._topic_ids.items() if found is None and subject_of(topic) in subjects]
        return TopicMissing(gone) if gone else None

    def read(self, next_offsets: Mapping[str, int], limit: int, wait_seconds: float) -> Sequence[RawEvent]:
        """See EventFeed. Says that there is nothing only when that is so: Kafka has been asked and has answered."""
        try:
            reader = self._at(next_offsets)
            if not self._partitions:
                return []
            batches = reader.poll(timeout_ms=int(wait_seconds * 1000), max_records=limit)
            if not batches:
                batches = self._read_what_stands(reader, limit)
        except OffsetOutOfRangeError as error:
            raise self._missing(next_offsets) from error
        except (KafkaError, ConnectionError) as error:
            self.close()
            raise ConnectionError(f"Kafka 暂不可用:{error}") from error
        self._look_at_the_topics()
        events = [e for p in self._partitions if p in batches for e in self._new_events(_channel(p), batches[p])]
        # Nothing but repetitions is not nothing: an empty answer would be taken for the end.
        return events if events or not batches else self.read(dict(self._next), limit, wait_seconds)

    def ends(self) -> Mapping[str, int]:
        """See EventFeed: per channel, one past the last fact. Marks of transactions behind it do not count."""
        try:
            reader = self._connected()
            log_ends = end_offsets(reader, self._partitions)
            moved = [p for p in self._partitions if self._known_ends.get(p, (-1, 0))[0] != log_ends[p]]
            if moved:
                for partition, tail in read_tails(self._second_reader(), moved).items():
                    self._known_ends[partition] = (log_ends[partition], tail.next_offset)
        except (KafkaError, ConnectionError) as error:
            self.close()
            raise ConnectionError(f"Kafka 暂不可用:{error}") from error
        return {_channel(p): self._known_ends[p][1] for p in self._partitions}

    def refuse_if_rewritten(self, places: Mapping[str, tuple[int, int]]) -> None:
        """Check that the views' places (per channel: next offset, last position) still mean what they meant.

        When Kafka loses records (a power cut of all nodes), the relay publishes them again, at other offsets: a view
        that goes on at its old offset would miss some. So, before a view goes on after an interruption, the fact just
        before its place must still be the one it read last. Refuses FactsMissing.
        """
        self._connected()
        expected = {p: places[_channel(p)] for p in self._partitions if places.get(_channel(p), (0, 0))[0] > 0}
        if not expected:
            return
        try:
            reader = self._second_reader()
            ends = end_offsets(reader, expected)
            reader.assign(list(expected))
            for partition, (next_offset, _) in expected.items():
                if next_offset > ends[partition]:
                    raise FactsMissing(_channel(partition), next_offset)
                reader.seek(partition, next_offset - 1)
            self._compare_first(reader, expected)
        except OffsetOutOfRangeError as error:
            raise self._missing({_channel(p): next_offset for p, (next_offset, _) in expected.items()}) from error
        except (KafkaError, ConnectionError) as error:
            self.close()
            raise ConnectionError(f"Kafka 暂不可用:{error}") from error

    def places_after(self, position: int, standing: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        """See EventFeed. What Kafka does not confirm says nothing: then all is read again and passed over."""
        known = {channel: standing.get(channel, (0, 0)) for channel in self.channels()}
        try:
            self.refuse_if_rewritten(known)
        except FactsMissing:
            return dict.fromkeys(known, (0, 0))
        return known

    def close(self) -> None:
        """Give back the connections; the next reading makes new ones."""
        for reader in (self._reader, self._tail_reader):
            if reader is not None:
                reader.close(autocommit=False)
        if self._admin is not None:
            self._admin.close()
        self._reader = self._tail_reader = self._admin = None
        self._next.clear()
        self._given.clear()
        self._seen.clear()
        self._known_ends.clear()

    def _connected(self) -> KafkaConsumer:
        if self._reader is None:
            self._address.refuse_if_silent()
            try:
                self._admin = self._admin or self._address.admin()
                self._refuse(self._admin.describe_cluster()["cluster_id"])
            except KafkaError as error:
                self.close()
                raise ConnectionError(f"Kafka 暂不可用:{error}") from error
            self._look_again_at = 0.0
            self._look_at_the_topics()
            self._partitions = [p for p in self._every_partition if self._topic_ids[p.topic] is not None]
            try:
                self._reader = committed_reader(self._address)
            except KafkaError as error:
                raise ConnectionError(f"Kafka 暂不可用:{error}") from error
            self._reader.assign(self._partitions)
        return self._reader

    def _look_at_the_topics(self) -> None:
        """Raises ConnectionError when one went, came or was made anew since the last look."""
        if self._admin is None or time.monotonic() < self._look_again_at:
            return
        try:
            found = {topic["name"]: topic["topic_id"] for topic in self._admin.describe_topics(self._topics)}
        except KafkaError as error:
            self.close()
            raise ConnectionError(f"Kafka 暂不可用:{error}") from error
        self._look_again_at = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        known, self._topic_ids = self._topic_ids, found
        if known and (changed := [topic for topic in self._topics if found[topic] != known[topic]]):
            self.close()
            raise ConnectionError(f"Kafka 主题有变动({'、'.join(changed)}),核对进度后继续")

    def _second_reader(self) -> KafkaConsumer:
        """Looks here and there without moving the first."""
        if self._tail_reader is None:
            self._address.refuse_if_silent()
            self._tail_reader = committed_reader(self._address)
        return self._tail_reader

    def _compare_first(self, reader: KafkaConsumer, expected: Mapping[TopicPartition, tuple[int, int]]) -> None:
        deadline = time.monotonic() + _SECONDS_TO_ANSWER
        open_ones = dict(expected)
        while open_ones:
            if time.monotonic() > deadline:
                raise TimeoutError("Kafka 未在限定时间内给出记录")
            for partition, records in reader.poll(timeout_ms=200).items():
                next_offset, position = open_ones.pop(partition, (0, 0))
                first = records[0]
                if next_offset and (
                    first.offset != next_offset - 1 or fact_from(first.headers, first.value).position != position
                ):
                    raise FactsMissing(_channel(partition), next_offset)
            for partition, (next_offset, _) in open_ones.items():
                # Passed over without showing anything: a mark of a transaction stands there now.
                if reader.position(partition) >= next_offset:
                    raise FactsMissing(_channel(partition), next_offset)

    def _at(self, next_offsets: Mapping[str, int]) -> KafkaConsumer:
        """The reader, standing at the places asked for. It reads ahead, so it is moved only where it must be."""
        reader = self._connected()
        for partition in self._partitions:
            channel = _channel(partition)
            wanted = next_offsets.get(channel, 0)
            # Between the last fact given and the place reached there were repetitions only: that is the same place.
            if channel not in self._next or not self._given[channel] <= wanted <= self._next[channel]:
                reader.seek(partition, wanted)
                self._next[channel] = self._given[channel] = wanted
                self._seen.pop(channel, None)
        return reader

    def _read_what_stands(self, reader: KafkaConsumer, limit: int) -> Mapping[TopicPartition, Sequence[Any]]:
        ends = end_offsets(reader, self._partitions)
        self._refuse_if_missing(ends)
        deadline = time.monotonic() + _SECONDS_TO_ANSWER
        while any(reader.position(partition) < ends[partition] for partition in self._partitions):
            batches: Mapping[TopicPartition, Sequence[Any]] = reader.poll(timeout_ms=200, max_records=limit)
            if batches:
                return batches
            if time.monotonic() > deadline:
                raise TimeoutError("Kafka 未在限定时间内给出记录")
        return {}

    def _new_events(self, channel: str, records: Sequence[Any]) -> list[RawEvent]:
        events = []
        seen = self._seen.get(channel, 0)
        for record in records:
            position, stream, version, wire, state = fact_from(record.headers, record.value)
            self._next[channel] = record.offset + 1
            # Should Kafka ever hold a fact twice, the second is passed over: positions only grow along a channel.
            if position > seen:
                self._seen[channel] = seen = position
                self._given[channel] = record.offset + 1
                events.append(RawEvent(channel, record.offset, position, stream, version, wire, state))
        return events

    def _refuse_if_missing(self, ends: Mapping[TopicPartition, int]) -> None:
        for partition in self._partitions:
            wanted = self._next[_channel(partition)]
            if wanted > ends[partition]:
                raise FactsMissing(_channel(partition), wanted)

    def _missing(self, next_offsets: Mapping[str, int]) -> FactsMissing | ConnectionError:
        try:
            reader = self._connected()
            first = beginning_offsets(reader, self._partitions)
            ends = end_offsets(reader, self._partitions)
        except KafkaError as error:
            self.close()
            return ConnectionError(f"Kafka 暂不可用:{error}")
        for partition in self._partitions:
            wanted = next_offsets.get(_channel(partition), 0)
            if not first[partition] <= wanted <= ends[partition]:
                return FactsMissing(_channel(partition), wanted)
        return ConnectionError("Kafka 分区的首尾正在变动,稍后重试")


def _channel(partition: TopicPartition) -> str:
    return channel_name(partition.topic, partition.partition)
