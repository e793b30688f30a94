"""哪些计数项: whose lines a viewer reads, which lie in a span, which are taken out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, literal, or_, select, true

from domain.assessment.measure import Dimension
from domain.assessment.periods import Span
from domain.assessment.words import ExclusionState
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from projections.calls.sight import not_kept_from
from projections.rates.tables import counted, exclusions
from projections.scope import Viewer

KEY: Mapping[Dimension, ColumnElement[Any]] = {
    Dimension.DEPARTMENT: counted.c.organization,
    Dimension.OFFICE: counted.c.organization,
    Dimension.TOWNSHIP: counted.c.township,
    Dimension.ITEM: counted.c.item,
    Dimension.FIELD: counted.c.field,
}
"""What a line is counted under, by dimension."""


def own_lines(viewer: Viewer, dimension: Dimension) -> ColumnElement[bool]:
    """Which lines a viewer reads: all of them, or the own line of their organization; an administrator none.

    By item or field, a department reads what it bears, a township what its calls were about.
    """
    if viewer.sees_all:
        return true()
    if reads_none(viewer):
        return false()
    bears, called = counted.c.organization == viewer.organization, counted.c.township == viewer.organization
    match dimension:
        case Dimension.TOWNSHIP:
            return called
        case Dimension.DEPARTMENT | Dimension.OFFICE:
            return bears
        case _:
            return or_(bears, called)


def named_lines(viewer: Viewer, dimension: Dimension) -> ColumnElement[bool]:
    """The same for lists, where each line names its call: none of a call that is kept from the viewer."""
    own = own_lines(viewer, dimension)
    return and_(own, not_kept_from(viewer, counted.c.stream_id)) if viewer.sees_all else own


def reads_none(viewer: Viewer) -> bool:
    """An administrator, who keeps the directory and reads no figure."""
    return viewer.post is Post.ADMINISTRATOR and not viewer.sees_all


def within(span: Span, now: datetime) -> ColumnElement[bool]:
    """In the span; what is still to be done only once its moment has passed."""
    within = and_(counted.c.moment >= span.since, counted.c.moment < span.until)
    if now >= span.until:
        return within
    return and_(within, or_(counted.c.moment < now, ~counted.c.pending))


def excluded(known_at: int | None = None) -> ColumnElement[bool]:
    """Taken out by an approved exclusion, of all (None) or of those decided up to a position."""
    decided = true() if known_at is None else exclusions.c.decided_position <= known_at
    return (
        select(literal(1))
        .where(
            exclusions.c.call == counted.c.stream_id,
            exclusions.c.organization == counted.c.organization,
            exclusions.c.state == ExclusionState.APPROVED.value,
            counted.c.moment >= exclusions.c.since,
            counted.c.moment < exclusions.c.until,
            decided,
        )
        .exists()
    )


def of_key(dimension: Dimension, key: str) -> ColumnElement[bool]:
    """The lines of one organization, item or field. Refuses Invalid for what is none."""
    return KEY[dimension] == _typed(dimension, key)


def _typed(dimension: Dimension, key: str) -> UUID | str:
    if dimension in (Dimension.ITEM, Dimension.FIELD):
        return key
    try:
        return UUID(key)
    except ValueError:
        raise Invalid("没有这一行,请从运行情况页重新打开。", field="of") from None
