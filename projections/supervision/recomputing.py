"""哪些督办的时限要重算: the calls whose matters a loaded notice or a declared outage may concern, as for calls.

No viewer's scope: nothing of a matter is given but its call, and only to commands that decide by its facts.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from projections.supervision.tables import obligations


def provisional_matters(connection: Connection) -> list[tuple[UUID, datetime]]:
    """Those with a clock still to run out that was counted through a year without a notice, each with its latest due
    time."""
    wanted = (
        select(obligations.c.call, func.max(obligations.c.due_at).label("due_at"))
        .where(obligations.c.is_open, obligations.c.state["deadline"]["provisional"].astext == "true")
        .group_by(obligations.c.call)
        .order_by(obligations.c.call)
    )
    return [(row.call, row.due_at) for row in connection.execute(wanted)]


def matters_through(connection: Connection, start: datetime, end: datetime) -> list[UUID]:
    """Those with a clock that ran through a span of time, and ran on or out since."""
    late = or_(obligations.c.is_open, obligations.c.ended_at > obligations.c.due_at)
    through = or_(obligations.c.is_open, obligations.c.ended_at > start)
    wanted = select(obligations.c.call).where(obligations.c.opened_at < end, through, late).distinct()
    return sorted(connection.execute(wanted).scalars())
