"""The store as a feed (one process, embedded), the reader of single streams, and the decoder of raw events."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg_pool import ConnectionPool

from adapters.event_store.key_ring import KeyRing, KeysAtHand
from adapters.event_store.mapper import decode_value, sealed_keys
from domain.shared.events import Event
from projections.engine.feed import RawEvent, Share, ViewAheadOfStore

STORE_CHANNEL = "store"
_SELECT = "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
"""Read in binary form: as text the bytes of a fact come over twice as long, to be put together digit by digit."""


class StoreFeed:
    """Tails the events table by position. Listens for the store's NOTIFY and looks anyway every half second, since
    an event may commit between a look and the listening."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()

    def channels(self) -> Sequence[str]:
        """One channel: the order of commits."""
        return [STORE_CHANNEL]

    def read(self, next_offsets: Mapping[str, int], limit: int, wait_seconds: float) -> Sequence[RawEvent]:
        """See EventFeed. An offset is a position."""
        start = next_offsets.get(STORE_CHANNEL, 0)
        batch = self._select(start, limit)
        if not batch and wait_seconds > 0:
            self._await_notice(min(wait_seconds, 0.5))
            batch = self._select(start, limit)
        return batch

    def ends(self) -> Mapping[str, int]:
        """One past the last position."""
        row = self._run("SELECT coalesce(max(notification_id), -1) + 1 FROM stored_events", ()).fetchone()
        assert row is not None
        return {STORE_CHANNEL: row[0]}

    def refuse_if_rewritten(self, places: Mapping[str, tuple[int, int]]) -> None:
        """See EventFeed. Refuses ViewAheadOfStore for a place that is not just behind a fact of the store."""
        for channel, (next_offset, position) in places.items():
            known = self._run("SELECT 1 FROM stored_events WHERE notification_id = %s", (position,)).fetchone()
            if position and (known is None or next_offset != position + 1):
                raise ViewAheadOfStore(channel, position)

    def subject_of(self, channel: str) -> str | None:
        """See EventFeed: one line for all subjects."""
        return None

    def obstacle(self, subjects: Collection[str]) -> Exception | None:
        """See EventFeed: in the store nothing stands in the way of one subject alone."""
        return None

    def places_after(self, position: int, standing: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        """See EventFeed. An offset is a position."""
        return {STORE_CHANNEL: (position + 1, position)}

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _select(self, start: int, limit: int) -> list[RawEvent]:
        rows = self._run(_SELECT + " WHERE notification_id >= %s ORDER BY notification_id LIMIT %s", (start, limit))
        return [_raw(row) for row in rows.fetchall()]

    def _await_notice(self, seconds: float) -> None:
        try:
            for _ in self._connected().notifies(timeout=seconds, stop_after=1):
                break
        except psycopg.OperationalError as problem:
            self.close()
            raise ConnectionError(f"事实库连接中断:{problem}") from problem

    def _run(self, statement: str, params: tuple[int, ...]) -> psycopg.Cursor:
        try:
            return self._connected().execute(statement.encode(), params, prepare=True, binary=True)
        except psycopg.OperationalError as problem:
            self.close()
            raise ConnectionError(f"事实库连接中断:{problem}") from problem

    def _connected(self) -> psycopg.Connection:
        with self._lock:
            if self._connection is None or self._connection.closed:
                try:
                    self._connection = psycopg.connect(self._dsn, autocommit=True)
                except psycopg.OperationalError as problem:
                    raise ConnectionError(f"事实库无法连接:{problem}") from problem
                self._connection.execute("LISTEN stored_events")
            return self._connection


class StoreStreams:
    """Reads single streams, and finds where an event stands."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def stream(self, stream: UUID, up_to_position: int) -> Sequence[RawEvent]:
        """One stream's events up to a position, in order. Raises ConnectionError when the store is away."""
        with _reachable(), self._pool.connection() as connection:
            rows = connection.execute(
                _SELECT + " WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version",
                (stream, up_to_position),
                binary=True,
            ).fetchall()
        return [_raw(row) for row in rows]

    def streams(self, streams: Collection[UUID]) -> Sequence[RawEvent]:
        """All events of many streams, stream by stream, in order. Raises ConnectionError when the store is away."""
        with _reachable(), self._pool.connection() as connection:
            rows = connection.execute(
                _SELECT + " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version",
                (list(streams),),
                binary=True,
            ).fetchall()
        return [_raw(row) for row in rows]

    def ids(self, subjects: Collection[str], after: UUID | None, limit: int) -> Sequence[UUID]:
        """The next streams of these subjects in order of their ids: to go through all of them piece by piece."""
        return self._ids(
            "SELECT originator_id FROM stored_events WHERE originator_version = 1"
            " AND split_part(topic, '.', 1) = ANY(%s) AND (%s::uuid IS NULL OR originator_id > %s)"
            " ORDER BY originator_id LIMIT %s",
            (list(subjects), after, after, limit),
        )

    def sample(self, subjects: Collection[str], size: int) -> Sequence[UUID]:
        """Up to `size` streams: half of those that changed last, half from a place taken at random."""
        newest = self._ids(
            "SELECT originator_id FROM (SELECT originator_id, topic, notification_id FROM stored_events"
            "  ORDER BY notification_id DESC LIMIT %s) AS last WHERE split_part(topic, '.', 1) = ANY(%s)"
            " GROUP BY originator_id ORDER BY max(notification_id) DESC LIMIT %s",
            (size * 20, list(subjects), size - size // 2),
        )
        return list(dict.fromkeys([*newest, *self.ids(subjects, uuid4(), size // 2)]))

    def unknown_among(self, streams: Collection[UUID]) -> Sequence[UUID]:
        """Which of these the store has no fact of."""
        return self._ids(
            "SELECT id FROM unnest(%s::uuid[]) AS id"
            " WHERE NOT EXISTS (SELECT 1 FROM stored_events WHERE originator_id = id)",
            (list(streams),),
        )

    def _ids(self, statement: str, params: tuple[object, ...]) -> list[UUID]:
        with _reachable(), self._pool.connection() as connection:
            return [row[0] for row in connection.execute(statement.encode(), params).fetchall()]

    def store_channel_of(self, position: int) -> str | None:
        """The store feed has one channel; None when there is no fact at that position."""
        with self._pool.connection() as connection:
            known = connection.execute("SELECT 1 FROM stored_events WHERE notification_id = %s", (position,)).fetchone()
        return STORE_CHANNEL if known else None

    def store_channel_of_stream(self, stream: UUID, wire: str) -> str:
        """The store feed has one channel."""
        return STORE_CHANNEL


class StoreHistory:
    """The store read stream by stream. Each reading has a connection of its own, so that several may go on at once."""

    def __init__(self, dsn: str, batch: int = 5_000) -> None:
        self._dsn = dsn
        self._batch = batch

    def last_position(self) -> int:
        """See History. Positions are given in the order of commits: all facts up to this one stand."""
        with _reachable(), psycopg.connect(self._dsn) as connection:
            row = connection.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        return row[0] if row else 0

    def batches(self, subjects: Collection[str], up_to: int, share: Share) -> Iterator[Sequence[RawEvent]]:
        """See History. The database gives as fast as batches are taken; little is held in memory."""
        with (
            _reachable(),
            psycopg.connect(self._dsn) as connection,
            connection.cursor("history", binary=True) as cursor,
        ):
            connection.execute("SET LOCAL work_mem = '64MB'")  # a long history is sorted in fewer passes
            cursor.execute(
                _SELECT + " WHERE notification_id <= %s AND originator_id BETWEEN %s AND %s"
                " AND split_part(topic, '.', 1) = ANY(%s) ORDER BY originator_id, originator_version",
                (up_to, share.first, share.last, list(subjects)),
            )
            while rows := cursor.fetchmany(self._batch):
                yield list(map(_raw, rows))


class RawDecoder:
    """Decodes raw events with the key ring. A database that is away is no fault of an event: ConnectionError."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def decode(self, batch: Sequence[RawEvent], *, fresh: bool = False) -> list[Event | Exception]:
        """See Decoder. One query for all content keys of the batch."""
        values = [_parsed(raw.value) for raw in batch]
        with _reachable():
            keys = self._keys.at_hand((key for value in values for key in sealed_keys(value)), fresh=fresh)
            return [_decoded(raw, value, keys) for raw, value in zip(batch, values, strict=True)]


def _parsed(state: bytes) -> dict[str, Any] | Exception:
    try:
        value: dict[str, Any] = orjson.loads(state)
    except orjson.JSONDecodeError as problem:
        return problem
    return value


def _decoded(raw: RawEvent, value: dict[str, Any] | Exception, keys: KeysAtHand) -> Event | Exception:
    if isinstance(value, Exception):
        return value
    try:
        return decode_value(raw.wire, raw.stream, raw.version, value, keys)
    except psycopg.OperationalError:
        raise
    except Exception as problem:  # whatever is wrong with one event must only stop its own stream
        return problem


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as problem:
        raise ConnectionError(f"事实库连接中断:{problem}") from problem


def _raw(row: tuple[int, UUID, int, str, bytes]) -> RawEvent:
    position, stream, version, wire, state = row
    return RawEvent(STORE_CHANNEL, position, position, stream, version, wire, state)
