"""设立过的考核周期: asked by the platform itself; nothing of a period is given but which it is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from projections.rates.tables import periods


def opened_periods(connection: Connection) -> Sequence[UUID]:
    """Every period, whatever became of it, by its months."""
    found = select(periods.c.stream_id).order_by(periods.c.since, periods.c.until, periods.c.stream_id)
    return list(connection.scalars(found))
