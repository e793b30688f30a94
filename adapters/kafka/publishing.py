"""One time in charge: from fencing the relay before, through learning what stands in Kafka, to publishing the rest."""

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from kafka import KafkaConsumer, TopicPartition

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import StoredFact, headers_of, topic_of
from adapters.kafka.offsets import end_offsets
from adapters.kafka.partitions import channel_name, key_of, partition_of
from adapters.kafka.problems import WrongTopics
from adapters.kafka.tails import Tail, committed_reader, read_tails
from adapters.kafka.topics import TopicSettings, differing_settings, ensure_topics, topic_name
from adapters.kafka.transactions import FencingProducer

_SECONDS_TO_SETTLE = 60.0
_LOOK_AGAIN_SECONDS = 0.05


class Publishing:
    """Publishes facts of one node, each once: a fact goes out if and only if its position lies behind its partition's
    last one. Any error ends it; a new one begins by looking at Kafka again."""

    def __init__(self, address: KafkaAddress, node: str, subjects: Collection[str], topics: TopicSettings) -> None:
        self._address = address
        self._node = node
        self._settings = topics
        self._subjects = subjects
        self._known_topics: set[str] = set()
        self._tails: dict[TopicPartition, Tail] = {}
        self._open = ExitStack()
        self.cluster_id = ""

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._address.refuse_if_silent()
            self._admin = opening.enter_context(self._address.admin())
            self.cluster_id = self._admin.describe_cluster()["cluster_id"]
            self._producer = opening.enter_context(FencingProducer(self._address, f"huying.{self._node}.relay"))
            self._reader = opening.enter_context(committed_reader(self._address))
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def take_over(self) -> None:
        """Fence the relay before, then learn where every partition ends: read sooner, an end could still move."""
        self._producer.take_over()
        prefix = topic_name(self._node, "")
        there = {topic for topic in self._admin.list_topics() if topic.startswith(prefix)}
        self._learn(there | {topic_name(self._node, subject) for subject in self._subjects})

    @property
    def tails(self) -> Mapping[str, Tail]:
        """The last fact of every channel that has one."""
        return {
            channel_name(partition.topic, partition.partition): tail
            for partition, tail in self._tails.items()
            if tail.position
        }

    def publish(self, facts: Sequence[StoredFact]) -> int:
        """Publish those of the facts (in order of position) that do not stand in Kafka yet. Gives their number."""
        self._learn({topic_of(fact, self._node) for fact in facts} - self._known_topics)
        records = []
        moved: dict[TopicPartition, Tail] = {}
        for fact in facts:
            number = partition_of(fact.stream, self._settings.partitions)
            partition = TopicPartition(topic_of(fact, self._node), number)
            if fact.position > moved.get(partition, self._tails[partition]).position:
                records.append((*partition, key_of(fact.stream), fact.state, headers_of(fact, self._node)))
                moved[partition] = Tail(0, fact.position, fact.stream, fact.version)
        if records:
            self._producer.publish(records)
            self._tails |= moved
        return len(records)

    def refuse_if_topics_changed(self) -> None:
        """Raises ConnectionError when a topic is gone (a new beginning makes and fills it), WrongTopics when one has
        other settings than it was made with."""
        if gone := self._known_topics - set(self._admin.list_topics()):
            raise ConnectionError(f"主题 {'、'.join(sorted(gone))} 不见了,将重新建立并补发")
        if differences := differing_settings(self._admin, self._known_topics, self._settings):
            raise WrongTopics(differences)

    def _learn(self, topics: set[str]) -> None:
        """Make or check these topics, and read where their partitions end."""
        if not topics:
            return
        ensure_topics(self._admin, topics, self._settings)
        partitions = [TopicPartition(t, n) for t in topics for n in range(self._settings.partitions)]
        self._wait_until_settled(partitions)
        self._tails |= read_tails(self._reader, partitions)
        self._known_topics |= topics

    def _wait_until_settled(self, partitions: Sequence[TopicPartition]) -> None:
        """Wait until no transaction is open on them: behind an open one, committed facts could stand unseen."""
        with KafkaConsumer(
            **self._address.options(),
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_uncommitted",
            allow_auto_create_topics=False,
        ) as everything:
            deadline = time.monotonic() + _SECONDS_TO_SETTLE
            while self._ends(self._reader, partitions) != self._ends(everything, partitions):
                if time.monotonic() > deadline:
                    raise TimeoutError("Kafka 主题上有长时间未结束的事务:请由管理员查明并中止该事务")
                # Kafka finishes it by itself and tells nobody.
                time.sleep(_LOOK_AGAIN_SECONDS)

    @staticmethod
    def _ends(reader: KafkaConsumer, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        return end_offsets(reader, partitions)
