"""待办、已办: the statements behind lists of tasks, read in the order of their index, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import FromClause

from domain.calls.desks import kinds_for
from projections.calls.tables import calls, tasks
from projections.scope import Viewer

TaskPlace = tuple[datetime, UUID, int]
"""Behind which task a page begins: its moment in the list, its call, its place within the call."""


def tasks_of(viewer: Viewer, condition: ColumnElement[bool]) -> Select[Any]:
    """The tasks of the viewer's post in their organization that fulfil the condition, to be counted."""
    return select(tasks.c.kind).where(
        condition, tasks.c.organization == viewer.organization, tasks.c.kind.in_(_kinds(viewer))
    )


def task_lines(
    columns: Sequence[str],
    viewer: Viewer,
    condition: ColumnElement[bool],
    moment: str,
    after: TaskPlace | None,
    page: int,
    *,
    newest_first: bool = False,
) -> Select[Any]:
    """One page of the viewer's tasks that fulfil the condition, by `moment`, with their calls' `columns`.

    Each kind of task is read by itself: a post with few tasks in a busy organization looks through nobody else's.
    """

    def ordered(wanted: Select[Any], table: FromClause) -> Select[Any]:
        order = [table.c[name] for name in (moment, "stream_id", "place")]
        return wanted.order_by(*(column.desc() if newest_first else column for column in order))

    kinds = func.unnest(cast(_kinds(viewer), ARRAY(Text))).table_valued("kind", name="kinds").render_derived()
    of_kind = select(tasks).where(condition, tasks.c.organization == viewer.organization, tasks.c.kind == kinds.c.kind)
    if after is not None:
        place = tuple_(tasks.c[moment], tasks.c.stream_id, tasks.c.place)
        of_kind = of_kind.where(place < after if newest_first else place > after)
    each = ordered(of_kind, tasks).limit(page).lateral("of_kind")
    found = ordered(select(each).select_from(kinds.join(each, true())), each).limit(page).subquery("found")
    shown = select(
        *(calls.c[name] for name in columns),
        *(found.c[name] for name in ("kind", "organization_name", "deadline", "due_at", "ended_at")),
        found.c.place.label("task_place"),
    )
    return ordered(shown.join_from(found, calls, calls.c.stream_id == found.c.stream_id), found)


def _kinds(viewer: Viewer) -> list[str]:
    return sorted(kind.value for kind in kinds_for(viewer.post))
