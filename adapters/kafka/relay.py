"""分发: publishes every stored fact to Kafka, exactly once and per stream in order (house.md decision 4).

What makes it exact is positions, not transactions: the relay reads from Kafka itself where each partition ends and
publishes what lies behind. Transactions do two things beside: they fence an older relay, and they keep half-written
batches from readers.
"""

import os
import socket
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import psycopg
import structlog
from kafka.errors import KafkaError
from psycopg import sql

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import StoredFact
from adapters.kafka.problems import AnotherCluster, KafkaAhead, KafkaProblem, RelayFenced
from adapters.kafka.progress import Progress, ProgressTable
from adapters.kafka.publishing import Publishing
from adapters.kafka.topics import TopicSettings

log = structlog.get_logger()

_SHORTEST_PAUSE = 0.1
_LONGEST_PAUSE = 15.0


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What a relay needs to know. `dsn` leads to the store of record; topics of `subjects` are there from the start."""

    dsn: str
    kafka: KafkaAddress
    node: str
    subjects: Collection[str] = ()
    topics: TopicSettings = field(default_factory=TopicSettings)
    listen_channel: str = "stored_events"
    poll_seconds: float = 0.5
    batch: int = 1_000
    look_seconds: float = 30.0
    """How often the topics' settings are looked at again while nothing else happens."""


@dataclass(frozen=True, slots=True)
class RelayStanding:
    """In what state the relay is: starting, publishing, waiting (why, see message), fenced, refused, stopped."""

    state: str = "starting"
    message: str = ""
    position: int = 0
    published: int = 0


class Relay:
    """The one writer of a node's topics. Run it in a process or a thread of its own."""

    def __init__(self, settings: RelaySettings) -> None:
        self._settings = settings
        self._owner: UUID = uuid4()
        self._owner_name = f"{socket.gethostname()}, 进程 {os.getpid()}"
        self._claimed = False
        self._standing = RelayStanding()
        self._pause = _SHORTEST_PAUSE

    @property
    def standing(self) -> RelayStanding:
        """How it stands right now, for a health check in the same process (others read the table kafka_relay)."""
        return self._standing

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set. Waits, with growing pauses, for a database or Kafka that is away.

        Raises KafkaProblem for what waiting does not mend; RelayFenced among them must not be restarted by itself.
        """
        while not stop.is_set():
            try:
                with self._store() as store:
                    self._attend(store, stop)
            except psycopg.OperationalError as error:
                self._say("waiting", f"事实库暂不可用,稍后重试:{error}")
            stop.wait(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._say("stopped", "")

    def _attend(self, store: psycopg.Connection, stop: threading.Event) -> None:
        table = ProgressTable(store, self._settings.node)
        try:
            try:
                self._serve(store, table, stop)
            except (KafkaError, OSError) as error:
                # A fenced producer fails in several ways, and so does one that slept too long: the table tells which.
                self._refuse_if_replaced(table)
                self._say("waiting", f"Kafka 暂不可用,稍后重试:{error}", table)
        except KafkaProblem as problem:
            self._say(
                "fenced" if isinstance(problem, RelayFenced) else "refused", str(problem), table, code=problem.code
            )
            raise

    def _serve(self, store: psycopg.Connection, table: ProgressTable, stop: threading.Event) -> None:
        self._take_charge(table)
        settings = self._settings
        with Publishing(settings.kafka, settings.node, settings.subjects, settings.topics) as publishing:
            progress = self._refuse_if_replaced(table)
            if progress.cluster_id not in (None, publishing.cluster_id):
                raise AnotherCluster(progress.cluster_id or "", publishing.cluster_id)
            publishing.take_over()
            self._refuse_if_kafka_is_ahead(store, publishing)
            table.bind_cluster(self._owner, publishing.cluster_id)
            position = _safe_beginning(progress, publishing)
            self._say("publishing", "", table, position, code="")
            self._pause = _SHORTEST_PAUSE
            look_at = time.monotonic() + settings.look_seconds
            while not stop.is_set():
                facts = self._next_facts(store, position)
                if not facts:
                    self._refuse_if_replaced(table)
                    if time.monotonic() > look_at:
                        publishing.refuse_if_topics_changed()
                        look_at = time.monotonic() + settings.look_seconds
                    for _ in store.notifies(timeout=settings.poll_seconds, stop_after=1):
                        pass
                    continue
                published = publishing.publish(facts)
                position = facts[-1].position
                tails = {channel: tail.position for channel, tail in publishing.tails.items()}
                if not table.save(self._owner, position, tails):
                    self._refuse_if_replaced(table)
                self._standing = replace(
                    self._standing, position=position, published=self._standing.published + published
                )

    def _store(self) -> psycopg.Connection:
        store = psycopg.connect(
            self._settings.dsn, autocommit=True, connect_timeout=10, application_name="huying-relay"
        )
        # The progress is a hint of where to look: a power cut may take back its last lines.
        store.execute("SET synchronous_commit TO off")
        store.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._settings.listen_channel)))
        return store

    def _take_charge(self, table: ProgressTable) -> None:
        """Once in a life: one that was replaced must find that out, and not take charge again after a pause."""
        if not self._claimed:
            table.make()
            table.claim(self._owner, self._owner_name)
            self._claimed = True

    def _refuse_if_replaced(self, table: ProgressTable) -> Progress:
        progress = table.read()
        if progress is None or progress.owner != self._owner:
            raise RelayFenced(self._settings.node, progress.owner_name if progress else "记录已被清除")
        return progress

    def _refuse_if_kafka_is_ahead(self, store: psycopg.Connection, publishing: Publishing) -> None:
        """Every last fact in Kafka must be the one the store has at that position."""
        positions = [tail.position for tail in publishing.tails.values()]
        rows = store.execute(
            "SELECT notification_id, originator_id, originator_version FROM stored_events"
            " WHERE notification_id = ANY(%s)",
            (positions,),
        ).fetchall()
        stored = {position: (stream, version) for position, stream, version in rows}
        for channel, tail in publishing.tails.items():
            if stored.get(tail.position) != (tail.stream, tail.version):
                raise KafkaAhead(channel, tail.position)

    def _next_facts(self, store: psycopg.Connection, after: int) -> Sequence[StoredFact]:
        with store.cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
                " WHERE notification_id > %s ORDER BY notification_id LIMIT %s",
                (after, self._settings.batch),
                prepare=True,
            )
            return [StoredFact(*row) for row in cursor]

    def _say(
        self,
        state: str,
        message: str,
        table: ProgressTable | None = None,
        position: int | None = None,
        code: str | None = None,
    ) -> None:
        changed = (state, message) != (self._standing.state, self._standing.message)
        self._standing = replace(
            self._standing,
            state=state,
            message=message,
            position=self._standing.position if position is None else position,
        )
        if changed:
            log.info("分发状态", node=self._settings.node, state=state, message=message)
        if table is not None:
            table.tell(self._owner, state, message, code)


def _safe_beginning(progress: Progress, publishing: Publishing) -> int:
    """The position behind which something may be missing in Kafka.

    Normally the noted one: all before it was committed before it was noted. But where a partition now ends before the
    noted place (a power cut took unsynced records, a topic was removed), reading begins at that partition's end.
    """
    tails = publishing.tails
    beginning = progress.position
    for channel, noted in progress.tails.items():
        found = tails[channel].position if channel in tails else 0
        if found < noted:
            log.warning("Kafka 丢失了记录,由事实库补发", channel=channel, noted=noted, found=found)
            beginning = min(beginning, found)
    return beginning
