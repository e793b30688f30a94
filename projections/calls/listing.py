"""待办、已办: the statements behind lists of obligations, read in the order of their index, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import FromClause

from domain.calls.desks import actions_for
from projections.calls.obligation_rows import obligation_columns
from projections.calls.tables import calls, obligations
from projections.scope import Viewer

ObligationPlace = tuple[datetime, UUID, int]
"""Behind which obligation a page begins: its moment in the list, its call, its place within the call."""


def obligations_of(viewer: Viewer, condition: ColumnElement[bool]) -> Select[Any]:
    """The obligations of the viewer's post in their organization that fulfil the condition, to be counted."""
    return select(obligations.c.action).where(
        condition, obligations.c.organization == viewer.organization, obligations.c.action.in_(_actions(viewer))
    )


def obligation_lines(
    columns: Sequence[str],
    viewer: Viewer,
    condition: ColumnElement[bool],
    moment: str,
    after: ObligationPlace | None,
    page: int,
    *,
    newest_first: bool = False,
) -> Select[Any]:
    """One page of the viewer's obligations that fulfil the condition, by `moment`, with their calls' `columns`.

    Each action is read by itself: a post that owes little in a busy organization looks through nobody else's.
    """

    def ordered(wanted: Select[Any], table: FromClause) -> Select[Any]:
        order = [table.c[name] for name in (moment, "stream_id", "place")]
        return wanted.order_by(*(column.desc() if newest_first else column for column in order))

    actions = func.unnest(cast(_actions(viewer), ARRAY(Text))).table_valued("action", name="actions").render_derived()
    of_action = select(obligations).where(
        condition, obligations.c.organization == viewer.organization, obligations.c.action == actions.c.action
    )
    if after is not None:
        place = tuple_(obligations.c[moment], obligations.c.stream_id, obligations.c.place)
        of_action = of_action.where(place < after if newest_first else place > after)
    each = ordered(of_action, obligations).limit(page).lateral("of_action")
    found = ordered(select(each).select_from(actions.join(each, true())), each).limit(page).subquery("found")
    shown = select(
        *(calls.c[name] for name in columns),
        *obligation_columns(found),
        found.c.due_at,
        found.c.place.label("obligation_place"),
    )
    return ordered(shown.join_from(found, calls, calls.c.stream_id == found.c.stream_id), found)


def _actions(viewer: Viewer) -> list[str]:
    return sorted(action.value for action in actions_for(viewer.post))
