"""The projector: takes batches off a feed and has each view fold them; a view that can't go on stops alone."""

import threading
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from projections.engine.feed import (
    Decoder,
    EventFeed,
    FeedUnreadable,
    PlaceLost,
    StreamReader,
    ViewFromAnotherFeed,
)
from projections.engine.folding import decode_batch
from projections.engine.projection import Projection, live_schema
from projections.engine.reasons import reason_of
from projections.engine.stops import StoppedViews
from projections.engine.structure import TablesAltered
from projections.engine.view_writer import ViewWriter, pass_over

log = structlog.get_logger()

_OF_ALL_VIEWS = (OperationalError, InterfaceError, NoConnectionFree, ConnectionError, TimeoutError)
"""A database or broker that is away is no view's own fault: it is waited for."""


class Projector:
    """Runs several views over one feed. Each event is decoded once.

    A view that can't go on stops alone (its tables were altered, its place was lost, its topic is missing); it is
    tried again by itself, with growing pauses, and returns once the cause is mended.
    """

    def __init__(
        self,
        engine: Engine,
        feed: EventFeed,
        decoder: Decoder,
        streams: StreamReader,
        projections: Sequence[Projection],
        batch: int = 500,
        stopped: StoppedViews | None = None,
    ) -> None:
        self._engine = engine
        self._feed = feed
        self._decoder = decoder
        self._batch = batch
        self._writers = [ViewWriter(engine, p, live_schema(p), streams, decoder) for p in projections]
        self._stopped = stopped or StoppedViews(engine)
        self._unchecked = set(self._writers)
        self._on_trial = set(self._writers)

    def step(self, wait_seconds: float = 0.5) -> int:
        """Take one batch and fold it into every view that goes on. Gives the number of events taken.

        Refuses ViewFromAnotherFeed when that is so of every view.
        """
        channels = self._feed.channels()
        working = self._working(channels)
        if not working:
            return 0
        offsets = {
            channel: min(w.marks[channel].next_offset if channel in w.marks else 0 for w in working)
            for channel in channels
        }
        try:
            batch = self._feed.read(offsets, self._batch, wait_seconds)
        except _OF_ALL_VIEWS:
            raise
        except PlaceLost as lost:
            self._find_who_lost_their_place(lost, working)
            return 0
        except Exception as problem:  # what the feed brings can't be trusted: no view goes on with it
            for writer in working:
                self._stop(writer, problem if hasattr(problem, "code") else FeedUnreadable(problem))
            return 0
        decoded = decode_batch(self._decoder, batch, lambda raw: any(w.needs(raw) for w in working)) if batch else []
        passing = [w for w in working if w.passes_over(decoded)]
        for writer in working:
            if writer in passing:
                continue
            try:
                writer.fold(decoded)
            except _OF_ALL_VIEWS:
                raise
            except Exception as problem:  # one broken view does not hold up the others
                self._stop(writer, problem)
            else:
                self._resume(writer)
        pass_over(self._engine, passing, decoded)
        for writer in passing:
            self._resume(writer)
        return len(batch)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. A database or broker that goes away is waited for, with growing pauses."""
        pause = 0.1
        while not stop.is_set():
            try:
                if not self.step() and all(w.projection in self._stopped for w in self._writers):
                    stop.wait(0.5)
                pause = 0.1
            except (*_OF_ALL_VIEWS, DBAPIError) as problem:
                log.warning("视图更新暂停,稍后重试", reason=reason_of(problem), seconds=pause)
                self._unchecked.update(self._writers)
                stop.wait(pause)
                pause = min(pause * 2, 5.0)
                self._reload_when_possible()

    def catch_up(self, timeout_seconds: float = 60.0) -> None:
        """Fold until every event that stands now is in every view, save those that had to stop.

        Refuses ViewFromAnotherFeed when that is so of every view.
        """
        self._refuse_foreign_places(self._feed.channels())
        ends = self._feed.ends()
        limit = time.monotonic() + timeout_seconds
        while any(
            (w.marks[channel].next_offset if channel in w.marks else 0) < end
            for w in self._writers
            for channel, end in ends.items()
            if w.projection not in self._stopped
        ):
            if time.monotonic() > limit:
                raise TimeoutError("视图未能在限定时间内更新到最新")
            self.step(0.05)

    def _working(self, channels: Sequence[str]) -> list[ViewWriter]:
        """The views that go on, after a look at those not looked at since the start or the last pause."""
        self._refuse_foreign_places(channels)
        for writer in self._writers:
            if writer.projection in self._stopped:
                if not self._stopped.is_due(writer.projection):
                    continue
                writer.reload()
            elif writer not in self._unchecked and not self._is_hindered(writer, channels):
                continue
            self._check(writer, channels)
        return [w for w in self._writers if w not in self._unchecked]

    def _is_hindered(self, writer: ViewWriter, channels: Sequence[str]) -> bool:
        try:
            return bool(_foreign_place(writer, channels) or self._feed.obstacle(writer.projection.subjects))
        except _OF_ALL_VIEWS:
            raise
        except Exception:  # the check that follows meets it again, and names it
            return True

    def _check(self, writer: ViewWriter, channels: Sequence[str]) -> None:
        try:
            writer.refuse_if_altered()
            if foreign := _foreign_place(writer, channels):
                raise ViewFromAnotherFeed(writer.projection.title, writer.projection.name, foreign)
            if obstacle := self._feed.obstacle(writer.projection.subjects):
                raise obstacle
            self._refuse_lost_places(writer)
        except _OF_ALL_VIEWS:
            raise
        except Exception as problem:
            self._stop(writer, problem)
        else:
            self._unchecked.discard(writer)

    def _refuse_lost_places(self, writer: ViewWriter) -> None:
        """Whether the feed still holds what was read. Of subjects the view does not read it may begin anew."""
        while True:
            try:
                self._feed.refuse_if_rewritten({c: (m.next_offset, m.position) for c, m in writer.marks.items()})
                return
            except PlaceLost as lost:
                subject = self._feed.subject_of(lost.channel)
                if subject is None or subject in writer.projection.subjects:
                    raise
                writer.read_anew(lost.channel)

    def _find_who_lost_their_place(self, lost: PlaceLost, working: Sequence[ViewWriter]) -> None:
        self._unchecked.update(self._writers)
        channels = self._feed.channels()
        for writer in working:
            self._check(writer, channels)
        if all(w.projection not in self._stopped for w in working):
            subject = self._feed.subject_of(lost.channel)
            for writer in working:
                if subject is None or subject in writer.projection.subjects:
                    self._stop(writer, lost)

    def _refuse_foreign_places(self, channels: Sequence[str]) -> None:
        """A place on a channel of another feed covers facts that this feed brings again: going on would fold them
        twice. Where it is so of every view, a setting is wrong: nothing is to be waited for."""
        foreign = [(writer, channel) for writer in self._writers if (channel := _foreign_place(writer, channels))]
        if not foreign or len(foreign) < len(self._writers):
            return
        for writer, channel in foreign:
            self._stop(writer, ViewFromAnotherFeed(writer.projection.title, writer.projection.name, channel))
        writer, channel = foreign[0]
        raise ViewFromAnotherFeed(writer.projection.title, writer.projection.name, channel)

    def _stop(self, writer: ViewWriter, problem: Exception) -> None:
        if not isinstance(problem, TablesAltered):
            try:
                writer.refuse_if_altered()
            except TablesAltered as altered:
                problem = altered
        self._unchecked.add(writer)
        self._on_trial.add(writer)
        self._stopped.stop(writer.projection, problem)

    def _resume(self, writer: ViewWriter) -> None:
        if writer in self._on_trial:
            self._on_trial.discard(writer)
            self._stopped.resume(writer.projection)

    def _reload_when_possible(self) -> None:
        try:
            for writer in self._writers:
                writer.reload()
        except DBAPIError as problem:
            log.warning("数据库仍不可用", reason=reason_of(problem))


def _foreign_place(writer: ViewWriter, channels: Sequence[str]) -> str | None:
    """A channel of another feed on which the view has a place."""
    known = frozenset(channels)
    return next((channel for channel in writer.marks if channel not in known), None)
