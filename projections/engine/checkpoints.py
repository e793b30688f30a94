"""进度: where each view stands on each channel, which streams are parked, and which generation serves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection, DateTime, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from domain.shared.events import Event
from projections.engine.folding import Poison
from projections.engine.projection import Projection
from projections.engine.reasons import reason_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mark:
    """One channel's place: the next offset to read and the last position seen there.

    `built_to`: the build folded every fact up to this position straight from the store. What a channel still brings
    from before it is passed over.
    """

    next_offset: int
    position: int
    built_to: int = 0

    @property
    def reached(self) -> int:
        """Every fact of this channel up to here is in the view."""
        return max(self.position, self.built_to)


Marks = dict[str, Mark]

# Statements are made once: making one, and knowing it again, costs as much as sending it.
_HOLD = text(
    "SELECT generation, set_config('synchronous_commit', 'off', true) FROM projections"
    " WHERE name = :name AND version = :version FOR UPDATE"
)
_READ = text("SELECT channel, next_offset, position, built_to FROM projection_checkpoints WHERE schema_name = :schema")
_WRITE = text(
    "INSERT INTO projection_checkpoints (schema_name, channel, next_offset, position, built_to, recorded_at)"
    " VALUES (:schema, :channel, :next_offset, :position, :built_to, :newest)"
    " ON CONFLICT (schema_name, channel) DO UPDATE SET next_offset = excluded.next_offset,"
    " position = excluded.position, updated_at = now(),"
    " recorded_at = coalesce(excluded.recorded_at, projection_checkpoints.recorded_at)"
)
_DO_NOT_WAIT = text("SET LOCAL synchronous_commit TO off")
_MOVE = text(
    "UPDATE projection_checkpoints SET next_offset = :next_offset, position = :position, updated_at = now(),"
    " recorded_at = coalesce(:newest, recorded_at)"
    " WHERE schema_name = ANY(:schemas) AND channel = :channel"
    " AND (next_offset, position, built_to) = (:was_offset, :was_position, :was_built_to)"
    " RETURNING schema_name"
).bindparams(bindparam("newest", type_=DateTime(timezone=True)))
_PARKED = text(
    "SELECT stream_id FROM projection_parked WHERE schema_name = :schema AND stream_id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_PARK = text(
    "INSERT INTO projection_parked (schema_name, stream_id, position, topic, reason, code)"
    " VALUES (:schema, :stream, :position, :topic, :reason, :code) ON CONFLICT DO NOTHING"
)


def wait_for_no_disk(connection: Connection) -> None:
    """This transaction commits without waiting (decision 0051): what a power cut takes of a view is folded again."""
    connection.execute(_DO_NOT_WAIT)


def hold(connection: Connection, projection: Projection) -> int:
    """Take the view's row for this transaction, so that two writers of one view wait for each other.

    Gives the generation: it changes when a rebuild is switched in. The commit does not wait for the disk: after a
    power cut the last rows may be gone, and their places with them, so that they are folded again (decision 0051).
    """
    whose = {"name": projection.name, "version": projection.version}
    generation: int = connection.execute(_HOLD, whose).scalar_one()
    return generation


def read_marks(connection: Connection, schema: str) -> Marks:
    """Where the view in this schema stands."""
    rows = connection.execute(_READ, {"schema": schema})
    return {channel: Mark(*place) for channel, *place in rows}


def write_marks(connection: Connection, schema: str, marks: Mapping[str, Mark], newest: datetime | None) -> None:
    """Move the view's places on; same transaction as its rows. `newest` is the recorded time of the last fact."""
    connection.execute(
        _WRITE,
        [
            {
                "schema": schema,
                "channel": channel,
                "next_offset": mark.next_offset,
                "position": mark.position,
                "built_to": mark.built_to,
                "newest": newest,
            }
            for channel, mark in marks.items()
        ],
    )


def move_marks(
    connection: Connection, schemas: Sequence[str], channel: str, before: Mark, after: Mark, newest: datetime | None
) -> Sequence[str]:
    """Move several views on along a channel on which they stand at the same place. Gives those that still stood
    there."""
    wait_for_no_disk(connection)
    moved = connection.execute(
        _MOVE,
        {
            "schemas": list(schemas),
            "channel": channel,
            "next_offset": after.next_offset,
            "position": after.position,
            "newest": newest,
            "was_offset": before.next_offset,
            "was_position": before.position,
            "was_built_to": before.built_to,
        },
    )
    return moved.scalars().all()


def parked_among(connection: Connection, schema: str, streams: Iterable[UUID]) -> set[UUID]:
    """Which of these streams are parked in this view."""
    rows = connection.execute(_PARKED, {"schema": schema, "ids": list(streams)})
    return set(rows.scalars())


def park(connection: Connection, schema: str, poison: Poison) -> None:
    """搁置: take one stream out of this view until somebody mends the cause. The others go on."""
    raw, reason = poison.raw, reason_of(poison.reason)
    connection.execute(
        _PARK,
        {
            "schema": schema,
            "stream": raw.stream,
            "position": raw.position,
            "topic": raw.wire,
            "reason": reason,
            "code": poison.code,
        },
    )
    log.error("记录搁置", view=schema, position=raw.position, type=raw.wire, code=poison.code, reason=reason)


def newest_time(events: Iterable[Event | BaseException | None]) -> datetime | None:
    """The latest time at which one of the decoded events came to be known here."""
    return max((e.known_at for e in events if isinstance(e, Event)), default=None)
