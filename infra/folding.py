"""整理装配: the facts, the views folded from them, and the feed that brings them: all that a projector needs."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import text

from adapters.event_store.feed import RawDecoder, StoreFeed, StoreHistory, StoreStreams
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.problems import AnotherCluster, KafkaAhead, KafkaProblem, StoreRestored
from adapters.kafka.progress import progress_of
from adapters.kafka.topics import topic_name
from infra.facts import Facts, open_facts
from infra.master_key import master_key
from infra.rebuilding import fold_here, fold_in_processes
from infra.relay_standing import RelayStanding, relay_standing
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from infra.topics import PARTITIONS, SUBJECTS, kafka_address
from infra.views import projections
from projections.engine.builds import Progress, ensure, rebuild
from projections.engine.checkpoints import read_marks
from projections.engine.feed import EventFeed, RebuildUnderWay
from projections.engine.projection import Projection, live_schema
from projections.engine.projector import Projector

log = structlog.get_logger()

_SECONDS_FOR_THE_RELAY = 20.0
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(slots=True)
class Folding(Facts):
    """The facts, and the views kept from them."""

    views: list[Projection]

    def feed(self) -> EventFeed:
        """What projections are fed from: Kafka where it is set, else the store."""
        if self.settings.kafka:
            topics = [topic_name(self.settings.node, subject) for subject in SUBJECTS]
            return KafkaFeed(kafka_address(self.settings), topics, PARTITIONS, self.refuse_kafka)
        return StoreFeed(self.dsn)

    def projector(self, feed: EventFeed) -> Projector:
        """A projector over all views."""
        return Projector(self.engine, feed, RawDecoder(self.keys), StoreStreams(self.pool), self.views)

    def refuse_kafka(self, cluster_id: str) -> None:
        """Whether this node may read from that cluster. Refuses AnotherCluster, KafkaAhead, StoreRestored."""
        with self.pool.connection() as connection:
            progress = progress_of(connection, self.settings.node)
        if progress is None:
            return
        if progress.cluster_id not in (None, cluster_id):
            raise AnotherCluster(progress.cluster_id or "", cluster_id)
        if progress.code == KafkaAhead.code:
            raise KafkaAhead
        if progress.code == StoreRestored.code:
            raise StoreRestored

    def catch_up(self, timeout_seconds: float = 120.0) -> None:
        """Fold everything that stands in the store into the views, here and now (start-up, imports, tests).

        Refuses ServiceUnavailable when it can't be done in time (with Kafka: no relay sends it), ViewFromAnotherFeed.
        """
        feed = self.feed()
        try:
            if self.settings.kafka:
                self._await_relay()
            self._adopt(feed)
            self.projector(feed).catch_up(timeout_seconds)
        except (ConnectionError, TimeoutError) as problem:
            raise ServiceUnavailable(f"页面资料未能更新到最新({problem}):请检查 Kafka 和数据库后重试。") from problem
        finally:
            feed.close()

    def project_until(self, stop: threading.Event) -> None:
        """Run the projector until told to stop. Refuses ViewFromAnotherFeed, KafkaProblem."""
        feed = self.feed()
        try:
            self._adopt(feed)
            self.projector(feed).run(stop)
        finally:
            feed.close()

    def rebuild(self, views: Sequence[Projection], progress: Progress = lambda taken: None, processes: int = 1) -> None:
        """重建 views from the store; they then go on with what projections are fed from now.

        Refuses RebuildUnderWay, FeedStandsStill, FoldingFailed, KafkaProblem.
        """
        fold_all = (
            fold_here(self.engine, self.dsn, self.keys, progress)
            if processes == 1
            else fold_in_processes(processes, self.dsn, master_key(self.settings), projections, progress)
        )
        feed = self.feed()
        try:
            rebuild(
                self.engine,
                views,
                StoreHistory(self.dsn),
                feed,
                RawDecoder(self.keys),
                StoreStreams(self.pool),
                fold_all,
                at_once=processes,
            )
        finally:
            feed.close()

    def relay(self) -> RelayStanding:
        """How the relay stands."""
        return relay_standing(self.pool, self.settings.node)

    def _adopt(self, feed: EventFeed) -> None:
        """Views that a new release brings are built from the store at once, instead of being filled fact by fact.

        So are those of a demonstration that is started with and without Kafka in turn. A real installation is told
        instead: there, another feed is more likely a forgotten setting.
        """
        known = frozenset(feed.channels())
        with self.engine.connect() as connection:
            places = {view.name: read_marks(connection, live_schema(view)).keys() for view in self.views}
            has_facts = bool(connection.execute(text("SELECT EXISTS (SELECT 1 FROM stored_events)")).scalar())
        anew = [
            view
            for view in self.views
            if (has_facts and not places[view.name]) or (self.settings.demonstration and places[view.name] - known)
        ]
        if not anew:
            return
        try:
            feed.ends()  # asked before the work, not after it: whether the feed may be read at all
            self.rebuild(anew)
        except (ConnectionError, TimeoutError, KafkaProblem, RebuildUnderWay) as problem:
            log.warning("页面资料未能先行整理,将逐条更新", reason=str(problem))

    def _await_relay(self) -> None:
        """Until every fact that stands now has left for Kafka: before, the end of Kafka is no end."""
        with self.pool.connection() as connection:
            row = connection.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        newest = row[0] if row else 0
        limit = time.monotonic() + _SECONDS_FOR_THE_RELAY
        while (standing := self.relay()).position < newest:
            if not standing.running or time.monotonic() > limit:
                raise ServiceUnavailable(
                    f"页面资料未能更新到最新:转发(relay){standing.text}。请启动 huying relay 或排除其故障后重试。"
                )
            time.sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def open_folding(settings: Settings, dsn: str | None = None) -> Iterator[Folding]:
    """As `open_facts` does, with every view's tables there. Refuses ServiceUnavailable."""
    with open_facts(settings, dsn) as facts:
        views = projections()
        for view in views:
            ensure(facts.engine, view)
        yield Folding(settings, facts.dsn, facts.engine, facts.pool, facts.keys, facts.store, views)
