"""The projector: takes batches off a feed and folds them into views, each batch in one transaction per view."""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from domain.shared.events import Event
from projections.engine.checkpoints import (
    Mark,
    Marks,
    hold,
    newest_time,
    park,
    parked_among,
    read_marks,
    write_marks,
)
from projections.engine.feed import (
    Decoder,
    EventFeed,
    FeedUnreadable,
    PlaceLost,
    RawEvent,
    StreamReader,
    ViewFromAnotherFeed,
)
from projections.engine.projection import Projection, live_schema
from projections.engine.rows import Rows
from projections.engine.stops import StoppedViews
from projections.engine.structure import TablesAltered, refuse_if_altered

log = structlog.get_logger()

_OF_ALL_VIEWS = (OperationalError, InterfaceError, NoConnectionFree, ConnectionError, TimeoutError)
"""A database or broker that is away is no view's own fault: it is waited for."""

CHANNEL = "huying_views"
"""PostgreSQL NOTIFY channel on which open pages are told of changes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A raw event with what it says, or why it could not be read."""

    raw: RawEvent
    event: Event | Exception | None
    """None where no view reads its subject: it only moves the place."""


def decode_batch(decoder: Decoder, batch: Sequence[RawEvent], subjects: Collection[str] | None = None) -> list[Decoded]:
    """Decode each event once, for all views; with `subjects`, only those events that some view reads."""
    read = [raw for raw in batch if subjects is None or raw.wire.partition(".")[0] in subjects]
    decoder.prefetch(read)
    decoded = []
    for raw in batch:
        event: Event | Exception | None = None
        if subjects is not None and raw.wire.partition(".")[0] not in subjects:
            decoded.append(Decoded(raw, None))
            continue
        try:
            event = decoder.decode(raw)
        except ConnectionError:
            raise
        except Exception as problem:  # whatever is wrong with one event must only stop its own stream: it is parked
            event = problem
        decoded.append(Decoded(raw, event))
    return decoded


class ViewWriter:
    """Folds batches into the rows of one view, in a schema of its own."""

    def __init__(self, engine: Engine, projection: Projection, schema: str, streams: StreamReader, decoder: Decoder):
        self.projection = projection
        self.schema = schema
        self._engine = engine
        self._streams = streams
        self._decoder = decoder
        self.marks: Marks = {}
        self.reload()

    def reload(self) -> None:
        """Read from the database where the view stands."""
        with self._engine.connect() as connection:
            self.marks = read_marks(connection, self.schema)

    def fold(self, batch: Sequence[Decoded]) -> bool:
        """Fold what is new to this view. Effect exactly once: rows and checkpoint change together.

        If another writer moved the view meanwhile, nothing more is written, the places are read again, and it gives
        False: what follows in the batch may then start behind the view's place.
        """
        new = [d for d in batch if self._is_new(d.raw)]
        if not new:
            return True
        try:
            return self._fold(new)
        except (DataError, IntegrityError) as problem:
            # The database refused a row: narrow it down to the one event and park its stream.
            if len(new) > 1:
                middle = len(new) // 2
                return self.fold(new[:middle]) and self.fold(new[middle:])
            return self._fold([Decoded(new[0].raw, problem)])

    def refold(self, stream: UUID, channel: str) -> None:
        """Fold one stream anew from the store up to where the view stands on the stream's channel (after a mended
        cause)."""
        with self._engine.begin() as connection:
            self._hold(connection)
            self.marks = read_marks(connection, self.schema)
            connection.execute(
                text("DELETE FROM projection_parked WHERE schema_name = :schema AND stream_id = :stream"),
                {"schema": self.schema, "stream": stream},
            )
            rows = Rows(connection, self.schema, self.projection.metadata)
            rows.load([stream])
            mark = self.marks.get(channel)
            self._refold(rows, stream, mark.position if mark else 0)
            rows.write()

    def read_anew(self, channel: str) -> None:
        """Begin again at the start of a channel, passing over what was seen: for one whose places were rewritten and
        whose facts this view does not read."""
        with self._engine.begin() as connection:
            self._hold(connection)
            self.marks = read_marks(connection, self.schema)
            if mark := self.marks.get(channel):
                self.marks[channel] = Mark(0, mark.position)
                write_marks(connection, self.schema, {channel: self.marks[channel]}, None)

    def refuse_if_altered(self) -> None:
        """Refuses TablesAltered."""
        with self._engine.connect() as connection:
            refuse_if_altered(connection, self.projection, self.schema)

    def _hold(self, connection: Connection) -> None:
        """One writer at a time in a schema. A build in a schema of its own does not hold up the serving view."""
        if self.schema == live_schema(self.projection):
            hold(connection, self.projection)
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": self.schema})

    def _is_new(self, raw: RawEvent) -> bool:
        mark = self.marks.get(raw.channel)
        return mark is None or (raw.offset >= mark.next_offset)

    def _fold(self, batch: Sequence[Decoded]) -> bool:
        projection = self.projection
        with self._engine.begin() as connection:
            self._hold(connection)
            standing = read_marks(connection, self.schema)
            if standing != self.marks:
                self.marks = standing
                return False
            mine = [d for d in batch if d.raw.wire.partition(".")[0] in projection.subjects and self._unseen(d.raw)]
            streams = {d.raw.stream for d in mine}
            parked = parked_among(connection, self.schema, streams) if streams else set()
            rows = Rows(connection, self.schema, projection.metadata)
            rows.load(streams - parked)
            for entry in mine:
                raw = entry.raw
                if raw.stream in parked:
                    if isinstance(entry.event, Event) and entry.event.withdraws_content:
                        rows.forget_stream(raw.stream)  # it stays parked, but its texts must not stay
                    continue
                rows.begin()
                try:
                    if isinstance(entry.event, Exception):
                        raise entry.event
                    assert entry.event is not None, "decoded, since this view reads its subject"
                    if entry.event.withdraws_content:
                        self._refold(rows, raw.stream, raw.position)
                    else:
                        projection.apply(entry.event, raw.position, rows)
                except (OperationalError, ConnectionError):
                    raise
                except Exception as problem:
                    # Where the tables are not as they were made, it is the view that stops, not every call in turn.
                    refuse_if_altered(connection, projection, self.schema)
                    rows.take_back()
                    parked.add(raw.stream)
                    park(connection, self.schema, raw, problem, _code_of_parked(problem, entry))
                    log.error("记录搁置", view=self.schema, position=raw.position, type=raw.wire, reason=str(problem))
            rows.write()
            marks = dict(self.marks)
            for entry in batch:
                raw = entry.raw
                before = marks.get(raw.channel)
                marks[raw.channel] = Mark(raw.offset + 1, max(raw.position, before.position if before else 0))
            write_marks(connection, self.schema, marks, newest_time(d.event for d in batch))
            if rows.topics and self.schema == live_schema(projection):
                for payload in _payloads(rows.topics):
                    connection.execute(text("SELECT pg_notify(:c, :p)"), {"c": CHANNEL, "p": payload})
        self.marks = marks
        return True

    def _unseen(self, raw: RawEvent) -> bool:
        mark = self.marks.get(raw.channel)
        return mark is None or raw.position > mark.position

    def _refold(self, rows: Rows, stream: UUID, up_to: int) -> None:
        rows.forget_stream(stream)
        history = self._streams.stream(stream, up_to)
        self._decoder.prefetch(history, fresh=True)
        for raw in history:
            self.projection.apply(self._decoder.decode(raw), raw.position, rows)


def _code_of_parked(problem: Exception, entry: Decoded) -> str:
    """The stable name of what parks a stream."""
    if isinstance(problem, (DataError, IntegrityError)):
        return "row-refused"
    if problem is entry.event:
        return str(getattr(problem, "code", None) or "event-unreadable")
    return "event-not-foldable"


def _payloads(topics: Iterable[str]) -> Iterable[str]:
    """NOTIFY payloads hold less than 8,000 bytes."""
    line = ""
    for topic in sorted(topics):
        if len(line) + len(topic) > 7000:
            yield line
            line = ""
        line += topic + "\n"
    if line:
        yield line


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
        self._feed = feed
        self._decoder = decoder
        self._batch = batch
        self._subjects = frozenset(subject for p in projections for subject in p.subjects)
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
        decoded = decode_batch(self._decoder, batch, self._subjects) if batch else []
        for writer in working:
            try:
                writer.fold(decoded)
            except _OF_ALL_VIEWS:
                raise
            except Exception as problem:  # one broken view does not hold up the others
                self._stop(writer, problem)
            else:
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
                log.warning("视图更新暂停,稍后重试", reason=str(problem), seconds=pause)
                self._unchecked.update(self._writers)
                stop.wait(pause)
                pause = min(pause * 2, 5.0)
                self._reload_when_possible()

    def catch_up(self, timeout_seconds: float = 60.0) -> None:
        """Fold until every event that stands now is in every view, save those that had to stop."""
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
            log.warning("数据库仍不可用", reason=str(problem))


def _foreign_place(writer: ViewWriter, channels: Sequence[str]) -> str | None:
    """A channel of another feed on which the view has a place."""
    known = frozenset(channels)
    return next((channel for channel in writer.marks if channel not in known), None)
