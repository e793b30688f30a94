"""哪些督办的时限要重算: the calls whose matters a loaded notice or a declared outage may concern, as for calls.

No viewer's scope: nothing of a matter is given but its call, and only to commands that decide by its facts.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select, union_all

from projections.supervision.tables import ladders, obligations


def provisional_matters(connection: Connection) -> list[tuple[UUID, datetime]]:
    """Those with a clock still to run out, or a rung still to be reached, that was counted through a year without a
    notice, each with the latest of these times."""
    clocks = select(obligations.c.call, obligations.c.due_at.label("at")).where(
        obligations.c.is_open, obligations.c.state["deadline"]["provisional"].astext == "true"
    )
    rungs = select(ladders.c.call, ladders.c.next_at.label("at")).where(ladders.c.next_provisional)
    found = union_all(clocks, rungs).subquery()
    wanted = select(found.c.call, func.max(found.c.at).label("due_at")).group_by(found.c.call).order_by(found.c.call)
    return [(row.call, row.due_at) for row in connection.execute(wanted)]


def matters_through(connection: Connection, start: datetime, end: datetime) -> list[UUID]:
    """Those with a clock that ran through a span of time, and ran on or out since."""
    late = or_(obligations.c.is_open, obligations.c.ended_at > obligations.c.due_at)
    through = or_(obligations.c.is_open, obligations.c.ended_at > start)
    wanted = select(obligations.c.call).where(obligations.c.opened_at < end, through, late).distinct()
    return sorted(connection.execute(wanted).scalars())
