"""可见范围 of calls, as a condition of SQL: what every question to the calls view carries."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.sql.selectable import FromClause

from domain.shared.posts import Post
from projections.calls.tables import calls
from projections.scope import Viewer


def visible(viewer: Viewer, table: FromClause = calls) -> ColumnElement[bool]:
    """Which rows of `table` (the calls, or some of them) the viewer may read. An administrator reads none."""
    if viewer.sees_all:
        return table.c.stream_id.is_not(None)
    if viewer.post is Post.ADMINISTRATOR:
        return table.c.stream_id.is_(None)
    return table.c.concerned.contains([viewer.organization])


def own_calls(viewer: Viewer, *columns: ColumnElement[Any]) -> Select[Any]:
    """我发起: the calls of the viewer's township. It is concerned in each of them, so only the post is looked at: asked
    of each call whom it concerns, the planner would find them by that."""
    wanted = select(*columns).where(calls.c.township == viewer.organization)
    return wanted.where(visible(viewer)) if viewer.post is Post.ADMINISTRATOR else wanted
