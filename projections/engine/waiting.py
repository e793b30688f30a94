"""待更新: facts that are stored and not yet on the pages: how many, since when, and one's own among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, text

from projections.engine.freshness import KNOWN_AT
from projections.engine.projection import Projection, live_schema
from projections.scope import Viewer

MOST_COUNTED = 10_000
"""Beyond this many nobody needs the exact number, and counting them would cost every page."""

_MOST_READ = 2_000
"""How many of the newest waiting facts are looked through for one's own."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """资料截至: pages show everything recorded before `since`; `behind` facts recorded since are not shown yet."""

    since: datetime
    behind: int


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """待更新的记录: one fact the viewer's own hand recorded, as its clear part tells it. `number`: of a new call."""

    stream: UUID
    version: int
    position: int
    wire: str
    recorded_at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class StreamWaiting:
    """What of one stream is not shown yet: one's own facts, oldest first, and how many of others."""

    own: Sequence[WaitingFact]
    others: int


class Waiting:
    """Reads, from the store itself, what the views lack. Nothing sealed is opened for it."""

    def __init__(self, engine: Engine, projections: Sequence[Projection]) -> None:
        self._engine = engine
        self._schemas = [live_schema(projection) for projection in projections]

    def backlog(self) -> Backlog | None:
        """What some view lacks, or None when every view has everything. One cheap query, for every page's frame."""
        with self._engine.connect() as connection:
            since, behind = connection.execute(_BACKLOG, {"schemas": self._schemas, "most": MOST_COUNTED + 1}).one()
        return Backlog(since, behind) if since is not None else None

    def own(self, viewer: Viewer, most: int = 10) -> list[WaitingFact]:
        """What the viewer recorded in this organization and some view lacks, newest first."""
        with self._engine.connect() as connection:
            return self._facts(connection, _OWN, viewer, schemas=self._schemas, read=_MOST_READ, most=most)

    def of_stream(self, viewer: Viewer, stream: UUID, shown_version: int) -> StreamWaiting:
        """What stands in the stream after the version that its view shows (0: the view does not have it)."""
        after = {"stream": stream, "version": shown_version}
        with self._engine.connect() as connection:
            newest = connection.execute(_NEWEST, {"stream": stream}).scalar() or 0
            if newest <= shown_version:
                return StreamWaiting((), 0)
            own = self._facts(connection, _OWN_OF_STREAM, viewer, **after)
        return StreamWaiting(own, newest - shown_version - len(own))

    def _facts(self, connection: Connection, statement: str, viewer: Viewer, **given: object) -> list[WaitingFact]:
        who = {"person": str(viewer.person), "organization": str(viewer.organization)}
        return [_fact(row) for row in connection.execute(text(statement), {**who, **given})]


def _fact(row: Row[Any]) -> WaitingFact:
    return WaitingFact(
        row.originator_id, row.originator_version, row.notification_id, row.topic, row.recorded_at, row.number or ""
    )


_REACHED = (
    "SELECT min(position) AS position FROM (SELECT coalesce(max(greatest(c.position, c.built_to)), 0) AS position"
    " FROM unnest(CAST(:schemas AS text[])) AS view LEFT JOIN projection_checkpoints c ON c.schema_name = view"
    " GROUP BY view) AS each_view"
)
"""The place up to which every view has come."""

_BACKLOG = text(
    f"WITH reached AS MATERIALIZED ({_REACHED}),"
    " missing AS (SELECT state FROM stored_events WHERE notification_id > (SELECT position FROM reached)"
    "  ORDER BY notification_id LIMIT 1)"
    f" SELECT (SELECT {KNOWN_AT} FROM missing),"
    " (SELECT count(*) FROM (SELECT 1 FROM stored_events WHERE notification_id > (SELECT position FROM reached)"
    "  LIMIT :most) AS waiting)"
)

_FIELDS = (
    "originator_id, originator_version, notification_id, topic,"
    " (said ->> 'recorded_at')::timestamptz AS recorded_at, said ->> 'number' AS number"
)
_BY = "said #>> '{actor,person}' = :person AND said #>> '{actor,organization}' = :organization"

_OWN = (
    f"WITH reached AS MATERIALIZED ({_REACHED}),"
    " newest AS (SELECT originator_id, originator_version, notification_id, topic,"
    "  convert_from(state, 'UTF8')::jsonb AS said FROM stored_events"
    "  WHERE notification_id > (SELECT position FROM reached) ORDER BY notification_id DESC LIMIT :read)"
    f" SELECT {_FIELDS} FROM newest WHERE {_BY} ORDER BY notification_id DESC LIMIT :most"
)

_NEWEST = text("SELECT max(originator_version) FROM stored_events WHERE originator_id = :stream")

_OWN_OF_STREAM = (
    f"SELECT {_FIELDS} FROM (SELECT originator_id, originator_version, notification_id, topic,"
    "  convert_from(state, 'UTF8')::jsonb AS said FROM stored_events"
    "  WHERE originator_id = :stream AND originator_version > :version) AS later"
    f" WHERE {_BY} ORDER BY originator_version"
)
