"""新旧程度: how far each view is behind, what is parked, and waiting for one's own write."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, text

from projections.engine.projection import Projection, live_schema
from projections.engine.stops import Stop, read_stops

ChannelOf = Callable[[int], str | None]
"""Which channel of the feed an event with this position travels on; None when there is no such event."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One view: how many facts it lacks, the age of the oldest of them in seconds, and its parked streams."""

    name: str
    title: str
    version: int
    behind: int
    behind_seconds: float
    updated_at: datetime | None
    parked: int
    stopped: Stop | None = None
    """Set while the view is not updated at all, with code and reason."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A stream that a view had to leave out, and why."""

    view: str
    stream: UUID
    position: int
    wire: str
    reason: str
    parked_at: datetime
    code: str = ""


KNOWN_AT = (
    "coalesce(convert_from(state, 'UTF8')::jsonb ->> 'imported_at',"
    " convert_from(state, 'UTF8')::jsonb ->> 'recorded_at')::timestamptz"
)
"""Event.known_at of a stored fact: what was imported a minute ago is not years behind."""


class Freshness:
    """Answers about the views of this release."""

    def __init__(self, engine: Engine, projections: Sequence[Projection], channel_of: ChannelOf) -> None:
        self._engine = engine
        self._projections = projections
        self._channel_of = channel_of

    def channel_of(self, position: int) -> str | None:
        """Which channel of the feed an event with this position travels on."""
        return self._channel_of(position)

    def wait_for(self, projection: Projection | type[Projection], position: int, timeout_seconds: float = 3.0) -> bool:
        """Wait until the view has taken the event at `position` in. False when time runs out, and at once when the view
        is stopped."""
        if position <= 0:
            return True
        channel = self._channel_of(position)
        if channel is None:
            return True
        limit = time.monotonic() + timeout_seconds
        pause = 0.002
        while True:
            with self._engine.connect() as connection:
                reached, stopped = connection.execute(
                    _REACHED, {"schema": live_schema(projection), "channel": channel}
                ).one()
            if reached is not None and reached >= position:
                return True
            if stopped or time.monotonic() > limit:
                return False
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    def standings(self) -> list[Standing]:
        """Every view's lag in events and seconds, measured against the store."""
        found = []
        with self._engine.connect() as connection:
            stops = read_stops(connection)
            for projection in self._projections:
                schema = live_schema(projection)
                behind, oldest = connection.execute(_LAG, {"schema": schema}).one()
                updated, parked = connection.execute(
                    text(
                        "SELECT (SELECT max(updated_at) FROM projection_checkpoints WHERE schema_name = :schema),"
                        " (SELECT count(*) FROM projection_parked WHERE schema_name = :schema)"
                    ),
                    {"schema": schema},
                ).one()
                found.append(
                    Standing(
                        projection.name,
                        projection.title,
                        projection.version,
                        behind,
                        oldest or 0.0,
                        updated,
                        parked,
                        stops.get(schema),
                    )
                )
        return found

    def worst_delay(self) -> float:
        """Age in seconds of the oldest fact that some view lacks. One cheap query, for every page's frame."""
        with self._engine.connect() as connection:
            return float(
                connection.execute(
                    _WORST, {"schemas": [live_schema(projection) for projection in self._projections]}
                ).scalar()
                or 0.0
            )

    def parked(self) -> list[Parked]:
        """All parked streams, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT schema_name, stream_id, position, topic, reason, parked_at, code FROM projection_parked"
                    " ORDER BY parked_at DESC LIMIT 200"
                )
            )
            return [Parked(*row) for row in rows]


_REACHED = text(
    "SELECT (SELECT greatest(position, built_to) FROM projection_checkpoints"
    "  WHERE schema_name = :schema AND channel = :channel),"
    " EXISTS (SELECT 1 FROM projection_stops WHERE schema_name = :schema)"
)

_LAG = text(
    "WITH reached AS (SELECT coalesce(max(greatest(position, built_to)), 0) AS position FROM projection_checkpoints"
    "  WHERE schema_name = :schema),"
    " missing AS (SELECT state FROM stored_events WHERE notification_id > (SELECT position FROM reached)"
    "  ORDER BY notification_id LIMIT 1)"
    " SELECT (SELECT count(*) FROM stored_events WHERE notification_id > (SELECT position FROM reached)),"
    f" (SELECT extract(epoch FROM now() - {KNOWN_AT})::float"
    "  FROM missing)"
)

_WORST = text(
    "WITH reached AS (SELECT coalesce(max(greatest(c.position, c.built_to)), 0) AS position"
    "  FROM unnest(CAST(:schemas AS text[])) AS view"
    "  LEFT JOIN projection_checkpoints c ON c.schema_name = view GROUP BY view),"
    " missing AS (SELECT state FROM stored_events WHERE notification_id > (SELECT min(position) FROM reached)"
    "  ORDER BY notification_id LIMIT 1)"
    f" SELECT extract(epoch FROM now() - {KNOWN_AT})::float"
    " FROM missing"
)
