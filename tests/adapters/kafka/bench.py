"""A store with synthetic facts, relays in threads and processes, and a look into Kafka."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid5

import psycopg
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import create_engine

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import StoredFact, topic_of
from adapters.kafka.progress import Progress, ProgressTable
from adapters.kafka.relay import Relay, RelaySettings
from adapters.kafka.topics import TopicSettings
from infra.migrations.upgrade import upgrade

PARTITIONS = 3
_SPACE = UUID("6f2c1a52-6f0e-4d0a-9a39-0d6f3f3f7a11")


class Bench:
    """One node: its database, its topics, its relays. Ends what it started."""

    def __init__(self, dsn: str, kafka: KafkaAddress, node: str) -> None:
        self.settings = RelaySettings(
            dsn=dsn, kafka=kafka, node=node, topics=TopicSettings(partitions=PARTITIONS), poll_seconds=0.2, batch=100
        )
        self.dsn = dsn
        self.node = node
        self._random = Random(node)
        self._versions: dict[UUID, int] = defaultdict(int)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        engine = create_engine(self.dsn.replace("postgresql://", "postgresql+psycopg://"))
        upgrade(engine)
        engine.dispose()
        self.store = self._open.enter_context(psycopg.connect(self.dsn, autocommit=True))
        ProgressTable(self.store, self.node).make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def connect_again(self) -> None:
        """The database was stopped and started: the connection to it is another."""
        self.store.close()
        self.store = self._open.enter_context(psycopg.connect(self.dsn, autocommit=True))

    def append(self, facts: int, streams: int = 20, subject: str = "calls") -> None:
        """Store so many synthetic facts, spread over so many streams, through the store's own function."""
        ids, versions, names, states = [], [], [], []
        for _ in range(facts):
            stream = uuid5(_SPACE, f"{self.node}/{subject}/{self._random.randrange(streams)}")
            self._versions[stream] += 1
            ids.append(stream)
            versions.append(self._versions[stream])
            names.append(f"{subject}.CallAccepted")
            states.append(self._state())
        self.store.execute(
            "SELECT append_events(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[], NULL, NULL, NULL)",
            (ids, versions, names, states),
        )

    def stored(self) -> list[StoredFact]:
        """Everything in the store, in order of position."""
        rows = self.store.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
            " ORDER BY notification_id"
        )
        return [StoredFact(*row) for row in rows]

    def progress(self) -> Progress | None:
        """The relay's row."""
        return ProgressTable(self.store, self.node).read()

    def position(self) -> int:
        """How far the relay says it has come."""
        progress = self.progress()
        return progress.position if progress else 0

    def state(self) -> str:
        """In what state the relay says it is."""
        progress = self.progress()
        return progress.state if progress else ""

    def last_position(self) -> int:
        """The position of the last stored fact."""
        row = self.store.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        assert row is not None
        return int(row[0])

    def wait_all_published(self, seconds: float = 30.0) -> None:
        """Until the relay says that everything stored stands in Kafka."""
        last = self.last_position()
        wait_until(lambda: self.position() >= last, seconds)

    @contextmanager
    def relay_thread(self) -> Iterator[Relay]:
        """A relay in this process; what it raised is raised at the end."""
        relay, stop, problems = Relay(self.settings), threading.Event(), []

        def run() -> None:
            try:
                relay.run(stop)
            except Exception as problem:
                problems.append(problem)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield relay
        finally:
            stop.set()
            thread.join(30)
        assert not thread.is_alive()
        if problems:
            raise problems[0]

    def relay_process(self, moment: str = "", deed: str = "", *, sent: int = 40, held: bool = False) -> "RelayProcess":
        """A relay in a process of its own, that does something to itself at a moment: see relay_process.py.

        `sent`: after how many records "sending" is in its middle. `held`: it begins only when told to (`begin`).
        """
        process = RelayProcess(self.settings, moment, deed, sent, held)
        self._open.callback(process.end)
        return process

    def in_kafka(self) -> list[tuple[TopicPartition, Any]]:
        """Every committed record of the node's topics, partition by partition, in order."""
        topics = {topic_of(fact, self.node) for fact in self.stored()}
        return [
            (partition, record)
            for topic in sorted(topics)
            for partition, record in committed_records(self.settings.kafka, topic)
        ]

    def assert_kafka_holds_each_fact_once_and_in_order(self) -> None:
        """The whole claim: same facts, each once, same bytes, per stream in order of version."""
        stored = {f"{fact.stream}/{fact.version}": fact for fact in self.stored()}
        seen: list[str] = []
        versions: dict[str, int] = defaultdict(int)
        for _, record in self.in_kafka():
            headers = {name: value.decode() for name, value in record.headers}
            identity = headers["ce_id"]
            seen.append(identity)
            fact = stored[identity]
            assert record.value == fact.state
            assert int(headers["ce_sequence"]) == fact.position
            key = record.key.decode()
            assert key == str(fact.stream)
            assert fact.version == versions[key] + 1
            versions[key] = fact.version
        assert len(seen) == len(set(seen)), "a fact stands in Kafka twice"
        assert set(seen) == set(stored)

    def _state(self) -> bytes:
        # Spacing that no encoder of ours makes: bytes that were read and written anew would differ.
        words = "".join(self._random.choices('乡呼县应上下联动责任清单 abc\\"{}', k=self._random.randrange(5, 200)))
        value = {"v": 1, "recorded_at": "2026-11-24T02:03:04.567890Z", "text": words}
        return json.dumps(value, ensure_ascii=self._random.random() < 0.5, separators=(" , ", " : ")).encode()


class RelayProcess:
    """A relay in a process of its own."""

    def __init__(self, settings: RelaySettings, moment: str, deed: str, sent: int, held: bool) -> None:
        told = {
            "dsn": settings.dsn,
            "bootstrap": settings.kafka.bootstrap,
            "node": settings.node,
            "partitions": settings.topics.partitions,
            "batch": settings.batch,
            "moment": moment,
            "deed": deed,
            "sent": sent,
            "held": held,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.adapters.kafka.relay_process", json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def begin(self) -> None:
        """One that was held begins."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self, seconds: float = 40.0) -> int:
        """Wait for its end; gives the exit code (negative: the signal that killed it)."""
        self._process.wait(seconds)
        return self._process.returncode

    def ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def wait_stopped(self) -> None:
        """Wait until the process stands still (SIGSTOP)."""
        path = f"/proc/{self._process.pid}/stat"

        def stands_still() -> bool:
            with open(path) as file:
                return file.read().rpartition(")")[2].split()[0] == "T"

        wait_until(stands_still, 30)

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def words(self) -> str:
        """What it said on standard error. After its end."""
        assert self._process.stderr is not None
        return self._process.stderr.read().decode()

    def end(self) -> None:
        """End it in any case."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()


def committed_records(kafka: KafkaAddress, topic: str) -> Iterator[tuple[TopicPartition, Any]]:
    """Every committed record of a topic, read with kafka-python alone."""
    with KafkaConsumer(
        **kafka.options(), isolation_level="read_committed", enable_auto_commit=False, auto_offset_reset="earliest"
    ) as reader:
        for number in sorted(reader.partitions_for_topic(topic) or ()):
            partition = TopicPartition(topic, number)
            end = reader.end_offsets([partition])[partition]
            reader.assign([partition])
            reader.seek_to_beginning(partition)
            while reader.position(partition) < end:
                for record in reader.poll(timeout_ms=500).get(partition, ()):
                    yield partition, record


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition; fails when it does not come true in time.

    What is dear to look at is looked at less often: whoever waits leaves the processor to what is waited for.
    """
    deadline = time.monotonic() + seconds
    while True:
        looked_at = time.monotonic()
        if true():
            return
        now = time.monotonic()
        assert now < deadline, "what was waited for did not happen"
        time.sleep(min(max(_LOOK_AGAIN_SECONDS, _TIMES_THE_LOOK * (now - looked_at)), _LOOK_AGAIN_AT_LAST_SECONDS))


_LOOK_AGAIN_SECONDS = 0.01
_LOOK_AGAIN_AT_LAST_SECONDS = 0.25
_TIMES_THE_LOOK = 4
