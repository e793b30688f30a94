"""哪些事项的时限要重算: the calls that a loaded notice or a declared outage may concern. Asked by the platform itself.

No viewer's scope: nothing of a call is given but its id, and only to commands that decide by its facts.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from projections.calls.tables import obligations


def provisional_calls(connection: Connection) -> list[tuple[UUID, datetime]]:
    """Calls with a clock still to run out that was counted through a year without a notice, each with its latest due
    time."""
    wanted = (
        select(obligations.c.stream_id, func.max(obligations.c.due_at).label("due_at"))
        .where(obligations.c.ended_at.is_(None), obligations.c.ledger["deadline"]["provisional"].astext == "true")
        .group_by(obligations.c.stream_id)
        .order_by(obligations.c.stream_id)
    )
    return [(row.stream_id, row.due_at) for row in connection.execute(wanted)]


def calls_through(connection: Connection, start: datetime, end: datetime) -> list[UUID]:
    """Calls with a clock that ran through a span of time, and ran on or out since."""
    late = or_(obligations.c.ended_at.is_(None), obligations.c.ended_at > obligations.c.due_at)
    through = or_(obligations.c.ended_at.is_(None), obligations.c.ended_at > start)
    wanted = select(obligations.c.stream_id).where(obligations.c.opened_at < end, through, late).distinct()
    return sorted(connection.execute(wanted).scalars())
