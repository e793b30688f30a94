"""撤并的机构: bodies that are no more and have a successor. Asked by the platform itself, without anybody's scope."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select

from projections.directory.tables import ORGANIZATIONS


def succeeded_bodies(connection: Connection, now: datetime) -> Collection[UUID]:
    """Every organization that was dissolved, or whose time ran out by `now`, and whose duties passed to another."""
    gone = or_(ORGANIZATIONS.c.dissolved_at.is_not(None), ORGANIZATIONS.c.ends_at <= now)
    wanted = select(ORGANIZATIONS.c.stream_id).where(gone, ORGANIZATIONS.c.successor_id.is_not(None))
    return sorted(connection.execute(wanted).scalars())
