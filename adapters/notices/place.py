"""计划进度: up to which fact notices were planned, and whether that place still means what it meant."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, Engine, func, select, text, update

from adapters.notices.tables import places
from projections.engine.feed import EventFeed, RawEvent

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """The next offset to read; the fact just before it, and when that was recorded.

    `silent_until`: facts recorded up to then tell nothing, wherever they stand in the store.
    """

    channel: str
    next_offset: int
    stream: UUID | None = None
    version: int | None = None
    recorded_at: datetime | None = None
    silent_until: datetime | None = None

    def after(self, raw: RawEvent, newest: datetime | None) -> "Place":
        """The place behind that fact."""
        return replace(self, next_offset=raw.offset + 1, stream=raw.stream, version=raw.version, recorded_at=newest)

    @property
    def values(self) -> dict[str, Any]:
        """As a row."""
        return {
            "next_offset": self.next_offset,
            "stream_id": self.stream,
            "version": self.version,
            "recorded_at": self.recorded_at,
            "silent_until": self.silent_until,
        }


class Places:
    """Reads and begins the place on the feed's one channel."""

    def __init__(self, engine: Engine, feed: EventFeed, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._feed = feed
        self._clock = clock

    def begin(self) -> None:
        """Note the end of what stands, where no place is noted yet."""
        with self._engine.connect() as connection:
            if _read(connection, self._channel) is not None:
                return
        end = self._feed.ends()[self._channel]
        place = Place(self._channel, end)
        if (last := self._fact_before(place)) is not None:
            place = place.after(last, self._clock())
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO notice_places (channel, next_offset, stream_id, version, recorded_at)"
                    " VALUES (:channel, :next_offset, :stream_id, :version, :recorded_at) ON CONFLICT DO NOTHING"
                ),
                {"channel": self._channel, **place.values},
            )

    def checked(self) -> Place:
        """The place to go on from.

        Where another fact stands before it than was planned last (the store was restored to an earlier moment and went
        on), everything is looked through again, and what was recorded up to the last planned fact tells nothing anew.
        """
        with self._engine.connect() as connection:
            place = _read(connection, self._channel)
        if place is None:
            self.begin()
            return self.checked()
        before = self._fact_before(place)
        if place.stream is None or (before and (before.stream, before.version) == (place.stream, place.version)):
            return place
        anew = Place(self._channel, 0, silent_until=place.recorded_at)
        log.warning("事实库曾恢复到较早时点,通知重新核对进度", was=place.next_offset)
        with self._engine.begin() as connection:
            connection.execute(update(places).where(places.c.channel == self._channel).values(**anew.values))
        return anew

    def show_life(self) -> None:
        """Note that somebody is planning."""
        with self._engine.begin() as connection:
            connection.execute(update(places).values(seen_at=func.now()))

    @property
    def _channel(self) -> str:
        (channel,) = self._feed.channels()
        return channel

    def _fact_before(self, place: Place) -> RawEvent | None:
        if place.next_offset == 0:
            return None
        found = self._feed.read({place.channel: place.next_offset - 1}, 1, 0)
        return found[0] if found and found[0].offset == place.next_offset - 1 else None


def move(connection: Connection, before: Place, further: Place) -> bool:
    """Move the place on in this transaction. False when somebody else moved it meanwhile."""
    standing = _read(connection, before.channel, hold=True)
    if standing is None or standing.next_offset != before.next_offset:
        return False
    connection.execute(
        update(places).where(places.c.channel == before.channel).values(**further.values, seen_at=func.now())
    )
    return True


def _read(connection: Connection, channel: str, *, hold: bool = False) -> Place | None:
    statement = select(
        places.c.channel,
        places.c.next_offset,
        places.c.stream_id,
        places.c.version,
        places.c.recorded_at,
        places.c.silent_until,
    ).where(places.c.channel == channel)
    row = connection.execute(statement.with_for_update() if hold else statement).one_or_none()
    return Place(*row) if row is not None else None
