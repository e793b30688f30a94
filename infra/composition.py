"""装配: the one place where everything is wired together."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from adapters.attachments.library import AttachmentLibrary
from adapters.event_store.command_bus import CommandBus
from adapters.event_store.feed import RawDecoder, StoreStreams
from adapters.kafka.partitions import KafkaChannels
from domain.assessment.commands import HANDLERS as ASSESSMENT
from domain.calls.commands import HANDLERS as CALLS
from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS as DIRECTORY
from domain.duty_lists.commands import HANDLERS as DUTY_LISTS
from domain.rules.commands import HANDLERS as RULES
from domain.shared.commands import CommandPort, Handlers
from domain.shared.events import Actor
from domain.supervision.commands import HANDLERS as SUPERVISION
from infra.actors import platform_actor, system_actor
from infra.clockwork import ALONE, ClockStanding, Clockwork, Pace, clock_standing, known_to_the_database
from infra.folding import Folding, open_folding
from infra.period_listing import PeriodsListedFirst
from infra.recomputing import CalendarWatch, Recomputing
from infra.settings import Settings
from infra.successions import SuccessionWatch
from infra.topics import PARTITIONS
from projections.engine.comparison import Comparison
from projections.engine.freshness import Freshness
from projections.supervision.timers import Timers

HANDLERS: Handlers = {**ASSESSMENT, **CALLS, **DIRECTORY, **DUTY_LISTS, **RULES, **SUPERVISION}


@dataclass(slots=True)
class House(Folding):
    """A wired house: the store, the keys, the bus, the views' engine. Close it when done."""

    bus: CommandBus
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
            folding = opening.enter_context(open_folding(settings, dsn))
            engine, pool, keys, store, views = folding.engine, folding.pool, folding.keys, folding.store, folding.views
            channel_of = (
                KafkaChannels(pool, settings.node, PARTITIONS).channel_of
                if settings.kafka
                else StoreStreams(pool).store_channel_of
            )
            return cls(
                settings,
                folding.dsn,
                engine,
                pool,
                keys,
                store,
                views,
                CommandBus(store, keys, pool, HANDLERS, check_authority, clock, settings.node),
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

    def comparison(self) -> Comparison:
        """Lays the views' rows beside what the facts give."""
        return Comparison(self.engine, StoreStreams(self.pool), RawDecoder(self.keys), self.channel_of_stream)

    def channel_of_stream(self, stream: UUID, wire: str) -> str:
        """On which channel of the feed the facts of a stream travel; `wire` is the name of any of them."""
        if self.settings.kafka:
            return KafkaChannels(self.pool, self.settings.node, PARTITIONS).channel_of_stream(stream, wire)
        return StoreStreams(self.pool).store_channel_of_stream(stream, wire)

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
