"""装配: the one place where everything is wired together."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog
from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, text

from adapters.attachments.library import AttachmentLibrary
from adapters.event_store.command_bus import CommandBus
from adapters.event_store.feed import RawDecoder, StoreFeed, StoreHistory, StoreStreams
from adapters.event_store.key_ring import KeyRing
from adapters.event_store.store import EventStore
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.partitions import KafkaChannels
from adapters.kafka.problems import AnotherCluster, KafkaAhead, KafkaProblem, StoreRestored
from adapters.kafka.progress import progress_of
from adapters.kafka.topics import topic_name
from domain.assessment.commands import HANDLERS as ASSESSMENT
from domain.calls.commands import HANDLERS as CALLS
from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS as DIRECTORY
from domain.duty_lists.commands import HANDLERS as DUTY_LISTS
from domain.rules.commands import HANDLERS as RULES
from domain.rules.rulebook import Rulebook, rulebook_of
from domain.shared.commands import CommandPort, Handlers
from domain.shared.events import Actor
from domain.supervision.commands import HANDLERS as SUPERVISION
from infra.actors import platform_actor, system_actor
from infra.clockwork import ALONE, ClockStanding, Clockwork, Pace, clock_standing, known_to_the_database
from infra.ground import lay_ground
from infra.master_key import master_key
from infra.period_listing import PeriodsListedFirst
from infra.rebuilding import fold_here, fold_in_processes
from infra.recomputing import CalendarWatch, Recomputing
from infra.relay_standing import RelayStanding, relay_standing
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from infra.successions import SuccessionWatch
from infra.topics import PARTITIONS, SUBJECTS, kafka_address
from infra.views import projections
from projections.engine.builds import Progress, ensure, rebuild
from projections.engine.checkpoints import read_marks
from projections.engine.comparison import Comparison
from projections.engine.feed import EventFeed, RebuildUnderWay
from projections.engine.freshness import Freshness
from projections.engine.projection import Projection, live_schema
from projections.engine.projector import Projector
from projections.supervision.timers import Timers

log = structlog.get_logger()

HANDLERS: Handlers = {**ASSESSMENT, **CALLS, **DIRECTORY, **DUTY_LISTS, **RULES, **SUPERVISION}

_SECONDS_FOR_THE_RELAY = 20.0
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(slots=True)
class House:
    """A wired house: the store, the keys, the bus, the views' engine. Close it when done."""

    settings: Settings
    dsn: str
    engine: Engine
    pool: ConnectionPool
    keys: KeyRing
    store: EventStore
    bus: CommandBus
    views: list[Projection]
    freshness: Freshness
    attachments: AttachmentLibrary
    clock: Callable[[], datetime]
    _open: ExitStack

    @classmethod
    def open(cls, settings: Settings, clock: Callable[[], datetime], *, dsn: str | None = None) -> Self:
        """Start what is ours, connect, bring the database up to date. Refuses ServiceUnavailable.

        `dsn` is given where somebody else runs the database (tests).
        """
        with ExitStack() as opening:
            ground = opening.enter_context(lay_ground(settings, dsn))
            dsn, engine, pool, keys = ground.dsn, ground.engine, ground.pool, ground.keys
            store = EventStore(dsn, keys, pool_size=settings.database_pool)
            opening.callback(store.close)
            views = projections()
            for view in views:
                ensure(engine, view)
            channel_of = (
                KafkaChannels(pool, settings.node, PARTITIONS).channel_of
                if settings.kafka
                else StoreStreams(pool).store_channel_of
            )
            return cls(
                settings,
                dsn,
                engine,
                pool,
                keys,
                store,
                CommandBus(store, keys, pool, HANDLERS, check_authority, clock, settings.node),
                views,
                Freshness(engine, views, channel_of),
                AttachmentLibrary(settings.folder / "attachments", keys, settings.file_megabytes * 1024 * 1024),
                clock,
                opening.pop_all(),
            )

    def close(self) -> None:
        """Disconnect, and stop what is ours."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def commands(self) -> CommandPort:
        """办理, for whoever asks from outside."""
        return PeriodsListedFirst(self.bus, self.pool, self._platform_actor())

    def rulebook(self) -> Rulebook:
        """The rules in force, from the facts."""
        return rulebook_of(self.store.now(), self.settings.node)

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

    def comparison(self) -> Comparison:
        """Lays the views' rows beside what the facts give."""
        return Comparison(self.engine, StoreStreams(self.pool), RawDecoder(self.keys), self.channel_of_stream)

    def channel_of_stream(self, stream: UUID, wire: str) -> str:
        """On which channel of the feed the facts of a stream travel; `wire` is the name of any of them."""
        if self.settings.kafka:
            return KafkaChannels(self.pool, self.settings.node, PARTITIONS).channel_of_stream(stream, wire)
        return StoreStreams(self.pool).store_channel_of_stream(stream, wire)

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

    def clockwork(self, pace: Pace = ALONE) -> Clockwork:
        """What takes the turns of the clock."""
        watch = CalendarWatch(self.recomputing(), self.freshness.worst_delay)
        actor = self._platform_actor()
        successions = SuccessionWatch(self.bus, self.engine, actor)
        return Clockwork(self.bus, Timers(self.engine), actor, self.clock, watch, successions, pace)

    def recomputing(self) -> Recomputing:
        """What asks for 时限重算."""
        return Recomputing(self.bus, self.engine, self.rulebook, self._platform_actor())

    def _platform_actor(self) -> Callable[[], Actor]:
        return platform_actor(self.rulebook, system_actor(self.settings.node))

    def keep_time_until(self, stop: threading.Event, pace: Pace = ALONE) -> None:
        """Run the clock until told to stop."""
        with known_to_the_database(self.dsn):
            self.clockwork(pace).run(stop)

    def clock_standing(self) -> ClockStanding:
        """How the clock stands."""
        return clock_standing(self.dsn, Timers(self.engine), self.clock())

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
