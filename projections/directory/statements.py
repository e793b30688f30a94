"""名录查询的组成: the clauses that queries share, and the way from a row to an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, and_, exists, or_, select, true

from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post
from projections.directory.entries import DivisionEntry, HeldPost, OrganizationEntry, OrganizationPeriod, PersonEntry
from projections.directory.tables import APPOINTMENTS, DIVISIONS, ORGANIZATIONS, PEOPLE
from projections.scope import Viewer

CONTACT_POSTS = frozenset({Post.LIAISON, Post.DUTY_OFFICER, Post.OPERATOR})
"""联系岗位: whom anybody in the county may find in another organization."""

_SUPERIORS = ORGANIZATIONS.alias("superiors")
_SUCCESSORS = ORGANIZATIONS.alias("successors")
_CHILDREN = DIVISIONS.alias("children")

HELD = (
    APPOINTMENTS.c.appointment_id,
    APPOINTMENTS.c.post,
    APPOINTMENTS.c.organization_id,
    ORGANIZATIONS.c.name.label("organization_name"),
    ORGANIZATIONS.c.kind.label("organization_kind"),
    APPOINTMENTS.c.starts_at,
    APPOINTMENTS.c.ends_at,
)


def runs(table: FromClause, at: datetime) -> "ColumnElement[bool]":
    return and_(table.c.starts_at <= at, or_(table.c.ends_at.is_(None), table.c.ends_at > at))


def stands(at: datetime) -> "ColumnElement[bool]":
    return and_(
        *(or_(end.is_(None), end > at) for end in (ORGANIZATIONS.c.ends_at, ORGANIZATIONS.c.dissolved_at)),
    )


def sees_everybody(viewer: Viewer) -> bool:
    """Administrators keep the directory; those who see the whole county see its people too."""
    return viewer.sees_all or viewer.post is Post.ADMINISTRATOR


def exists_post_seen_by(viewer: Viewer) -> "ColumnElement[bool]":
    """People of the viewer's own organization, or everybody."""
    if sees_everybody(viewer):
        return true()
    return exists().where(
        APPOINTMENTS.c.stream_id == PEOPLE.c.stream_id, APPOINTMENTS.c.organization_id == viewer.organization
    )


def may_see(viewer: Viewer) -> "ColumnElement[bool]":
    """Which appointments of other people this viewer may see."""
    if sees_everybody(viewer):
        return true()
    return or_(
        APPOINTMENTS.c.organization_id == viewer.organization,
        APPOINTMENTS.c.post.in_({post.value for post in CONTACT_POSTS}),
    )


def select_organizations() -> "Select[Any]":
    return (
        select(
            ORGANIZATIONS,
            _SUPERIORS.c.name.label("parent_name"),
            _SUCCESSORS.c.name.label("successor_name"),
        )
        .outerjoin(_SUPERIORS, _SUPERIORS.c.stream_id == ORGANIZATIONS.c.parent_id)
        .outerjoin(_SUCCESSORS, _SUCCESSORS.c.stream_id == ORGANIZATIONS.c.successor_id)
        .order_by(ORGANIZATIONS.c.code)
    )


def select_divisions() -> "Select[Any]":
    return select(DIVISIONS, exists().where(_CHILDREN.c.parent_code == DIVISIONS.c.code).label("has_children"))


def held_post(row: RowMapping) -> HeldPost:
    return HeldPost(
        row["appointment_id"],
        Post(row["post"]),
        row["organization_id"],
        row["organization_name"],
        OrganizationKind(row["organization_kind"]),
        row["starts_at"],
        row["ends_at"],
        row["acting_for"],
    )


def person_entry(row: RowMapping) -> PersonEntry:
    return PersonEntry(row["stream_id"], row["code"], row["name"], row["masked_phone"])


def organization_entry(row: RowMapping) -> OrganizationEntry:
    return OrganizationEntry(
        row["stream_id"],
        row["code"],
        row["name"],
        tuple(row["aliases"]),
        OrganizationKind(row["kind"]),
        Management(row["management"]),
        row["division_code"],
        row["division_name"],
        row["parent_id"],
        row["parent_name"],
        row["established_at"],
        row["ends_at"],
        row["dissolved_at"],
        row["successor_id"],
        row["successor_name"],
    )


def period_entry(row: RowMapping) -> OrganizationPeriod:
    return OrganizationPeriod(
        row["stream_id"],
        row["name"],
        tuple(row["aliases"]),
        OrganizationKind(row["kind"]),
        Management(row["management"]),
        row["valid_from"],
        row["valid_to"],
    )


def division_entry(row: RowMapping) -> DivisionEntry:
    return DivisionEntry(
        row["stream_id"],
        row["code"],
        row["name"],
        DivisionLevel(row["level"]),
        row["parent_code"],
        row["valid_to"],
        row["has_children"],
    )
