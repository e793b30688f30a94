"""哪些事项要由承接单位接着办: the calls in which bodies that are no more had a part. Asked by the platform itself.

No viewer's scope: nothing of a call is given but its id, and only to commands that decide by its facts.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, Uuid, any_, cast, column, func, select, union
from sqlalchemy.dialects.postgresql import ARRAY

from domain.calls.words import FINAL_STAGES, Stage
from projections.calls.tables import calls, obligations

_UNDER_WAY = tuple(stage for stage in Stage if stage not in FINAL_STAGES)


def calls_concerning(connection: Connection, gone: Collection[UUID]) -> Sequence[tuple[UUID, int, UUID]]:
    """Call, its version in the view, and which of these bodies: calls under way that concern it, if only by what it has
    done; and any call of which something is still asked of it."""
    body = (
        func.unnest(cast(sorted(gone), ARRAY(Uuid)))
        .table_valued(column("organization", Uuid), name="gone")
        .render_derived()
    )
    under_way = select(calls.c.stream_id, calls.c.version, body.c.organization).where(
        calls.c.stage.in_(_UNDER_WAY), body.c.organization == any_(calls.c.concerned)
    )
    asked = (
        select(calls.c.stream_id, calls.c.version, obligations.c.organization)
        .join(obligations, obligations.c.stream_id == calls.c.stream_id)
        .where(obligations.c.is_open, obligations.c.organization.in_(gone))
    )
    rows = connection.execute(union(under_way, asked).order_by("stream_id", "organization"))
    return [(row.stream_id, row.version, row.organization) for row in rows]
