"""名录查询的组成: the clauses that queries share, and the way from a row to an entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    FromClause,
    RowMapping,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.shared.posts import Post
from projections.directory.entries import (
    DivisionEntry,
    GrantedDelegation,
    HeldPost,
    OrganizationEntry,
    OrganizationPeriod,
    PersonEntry,
)
from projections.directory.tables import APPOINTMENTS, DELEGATIONS, DIVISIONS, ORGANIZATIONS, PEOPLE
from projections.scope import Viewer

CONTACT_POSTS = frozenset({Post.LIAISON, Post.DUTY_OFFICER, Post.OPERATOR})
"""联系岗位: whom anybody in the county may find in another organization."""

_SUPERIORS = ORGANIZATIONS.alias("superiors")
_SUCCESSORS = ORGANIZATIONS.alias("successors")
_CHILDREN = DIVISIONS.alias("children")
_HOLDERS = PEOPLE.alias("holders")
_DELEGATES = PEOPLE.alias("delegates")

Moment = datetime | BindParameter[datetime]


def runs(table: FromClause, at: Moment) -> "ColumnElement[bool]":
    return and_(table.c.starts_at <= at, or_(table.c.ends_at.is_(None), table.c.ends_at > at))


def stands(at: Moment) -> "ColumnElement[bool]":
    return and_(
        *(or_(end.is_(None), end > at) for end in (ORGANIZATIONS.c.ends_at, ORGANIZATIONS.c.dissolved_at)),
    )


_PERSON, _AT = bindparam("person", type_=Uuid()), bindparam("at", type_=DateTime(timezone=True))

_HELD = (
    APPOINTMENTS.c.appointment_id,
    APPOINTMENTS.c.post,
    APPOINTMENTS.c.organization_id,
    ORGANIZATIONS.c.name.label("organization_name"),
    ORGANIZATIONS.c.kind.label("organization_kind"),
    APPOINTMENTS.c.starts_at,
    APPOINTMENTS.c.ends_at,
    PEOPLE.c.name.label("person_name"),
)
_STANDING = and_(ORGANIZATIONS.c.stream_id == APPOINTMENTS.c.organization_id, stands(_AT), runs(APPOINTMENTS, _AT))

_OWN = APPOINTMENTS.alias("own")
_BELONGS = exists().where(
    _OWN.c.stream_id == DELEGATIONS.c.delegate_id,
    _OWN.c.organization_id == APPOINTMENTS.c.organization_id,
    runs(_OWN, _AT),
)
"""As the authority decides it: a delegate acts only while they hold a post of their own in that organization."""

_HELD_POSTS = union_all(
    select(*_HELD, cast(null(), Uuid()).label("acting_for"), literal(1).label("place"))
    .join(ORGANIZATIONS, _STANDING)
    .join(PEOPLE, PEOPLE.c.stream_id == APPOINTMENTS.c.stream_id)
    .where(APPOINTMENTS.c.stream_id == _PERSON),
    select(*_HELD, APPOINTMENTS.c.stream_id.label("acting_for"), literal(2).label("place"))
    .join(ORGANIZATIONS, _STANDING)
    .join(
        DELEGATIONS,
        and_(
            DELEGATIONS.c.stream_id == APPOINTMENTS.c.stream_id,
            DELEGATIONS.c.appointment_id == APPOINTMENTS.c.appointment_id,
            runs(DELEGATIONS, _AT),
        ),
    )
    .join(PEOPLE, PEOPLE.c.stream_id == DELEGATIONS.c.delegate_id)
    .where(DELEGATIONS.c.delegate_id == _PERSON, _BELONGS),
).subquery()
HELD_POSTS = select(_HELD_POSTS).order_by(_HELD_POSTS.c.place, _HELD_POSTS.c.starts_at, _HELD_POSTS.c.appointment_id)
"""The posts that `person` may act in at the moment `at`, by the person's name: own ones first, then those delegated.

Made once: it runs before every request.
"""


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


def select_delegations(at: Moment) -> "Select[Any]":
    """Those that run at that time or later, by when they begin."""
    return (
        select(
            DELEGATIONS,
            _HOLDERS.c.name.label("holder_name"),
            _DELEGATES.c.name.label("delegate_name"),
            ORGANIZATIONS.c.name.label("organization_name"),
        )
        .join(_HOLDERS, _HOLDERS.c.stream_id == DELEGATIONS.c.stream_id)
        .join(_DELEGATES, _DELEGATES.c.stream_id == DELEGATIONS.c.delegate_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.stream_id == DELEGATIONS.c.organization_id)
        .where(DELEGATIONS.c.ends_at > at)
        .order_by(DELEGATIONS.c.starts_at, DELEGATIONS.c.delegation_id)
    )


def granted_delegation(row: RowMapping) -> GrantedDelegation:
    return GrantedDelegation(
        row["delegation_id"],
        row["appointment_id"],
        row["stream_id"],
        row["holder_name"],
        row["delegate_id"],
        row["delegate_name"],
        Post(row["post"]),
        row["organization_id"],
        row["organization_name"],
        row["starts_at"],
        row["ends_at"],
    )


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
        row["person_name"],
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
