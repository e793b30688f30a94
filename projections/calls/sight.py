"""可见范围 of calls, as a condition of SQL: what every question to the calls view carries."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.sql.selectable import FromClause

from domain.shared.posts import Post
from projections.calls.tables import calls
from projections.scope import Viewer


def visible(viewer: Viewer, table: FromClause = calls) -> ColumnElement[bool]:
    """Which rows of `table` (the calls, or some of them) the viewer may read. An administrator reads none, and nobody
    what is about their own organization's staff in confidence."""
    if viewer.sees_all:
        return table.c.kept_from.is_distinct_from(viewer.organization)
    if viewer.post is Post.ADMINISTRATOR:
        return table.c.stream_id.is_(None)
    return table.c.concerned.contains([viewer.organization])


def not_kept_from(viewer: Viewer, call: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Which rows about a call, by its id, are not kept from the viewer: for who sees everything else."""
    return call.not_in(select(calls.c.stream_id).where(calls.c.kept_from == viewer.organization))


def own_calls(viewer: Viewer, *columns: ColumnElement[Any]) -> Select[Any]:
    """我发起: the calls of the viewer's township. It is concerned in each of them, so only the post is looked at: asked
    of each call whom it concerns, the planner would find them by that."""
    wanted = select(*columns).where(calls.c.township == viewer.organization)
    return wanted.where(visible(viewer)) if viewer.post is Post.ADMINISTRATOR else wanted
