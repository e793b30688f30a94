"""哪些督办要由承接单位接着办: the matters that wait for bodies that are no more. Asked by the platform itself.

No viewer's scope: nothing of a matter is given but its call, and only to commands that decide by its facts.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Column, Connection, Select, select, union

from projections.supervision.tables import matters, obligations, orders


def matters_awaiting(connection: Connection, gone: Collection[UUID]) -> Sequence[tuple[UUID, int, UUID]]:
    """Call, the version of its matter in the view, and which of these bodies: it issued or received an order or a
    circular that is not over, or owes something on one."""

    def of(body: Column[UUID]) -> Select[tuple[UUID, int, UUID]]:
        return (
            select(matters.c.call, matters.c.version, body.label("body"))
            .join(body.table, body.table.c.stream_id == matters.c.stream_id)
            .where(body.table.c.is_open, body.in_(gone))
        )

    found = union(of(orders.c.issuer), of(orders.c.addressee), of(obligations.c.organization))
    return [(row.call, row.version, row.body) for row in connection.execute(found.order_by("call", "body"))]
