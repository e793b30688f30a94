"""哪些督办要由承接单位接着办: the matters that wait for bodies that are no more. Asked by the platform itself.

No viewer's scope: nothing of a matter is given but its call, and only to commands that decide by its facts.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, Select, func, select, union

from projections.calls.tables import calls
from projections.supervision.tables import matters, obligations, orders


def matters_awaiting(connection: Connection, gone: Collection[UUID]) -> Sequence[tuple[UUID, int, UUID]]:
    """Call, the versions of its matter and of itself in the views taken together (who has the call may say who has the
    matter), and which of these bodies: it issued or received an order or a
    circular that is not over, or owes something on one."""

    of_call = select(calls.c.version).where(calls.c.stream_id == matters.c.call).scalar_subquery()

    def of(body: Column[UUID]) -> Select[tuple[UUID, int, UUID]]:
        return (
            select(matters.c.call, (matters.c.version + func.coalesce(of_call, 0)).label("version"), body.label("body"))
            .join(body.table, body.table.c.stream_id == matters.c.stream_id)
            .where(body.table.c.is_open, body.in_(gone))
        )

    found = union(of(orders.c.issuer), of(orders.c.addressee), of(obligations.c.organization))
    return [(row.call, row.version, row.body) for row in connection.execute(found.order_by("call", "body"))]
