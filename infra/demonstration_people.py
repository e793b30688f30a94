"""演示人员: everybody who can be signed in as by one click, those of the first story in front."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, and_, or_, select

from api.pages.story import STORY
from domain.shared.posts import Post
from projections.directory.tables import APPOINTMENTS, ORGANIZATIONS, PEOPLE

_ORDER = {(step.who, step.post): number for number, step in reversed(list(enumerate(STORY)))}
"""At which step of the first story somebody comes in."""


def demonstration_people(engine: Engine, at: datetime) -> Sequence[Mapping[str, object]]:
    """One row a post: person_id, appointment, name, post, organization_name."""
    statement = (
        select(
            APPOINTMENTS.c.stream_id,
            APPOINTMENTS.c.appointment_id,
            PEOPLE.c.name,
            APPOINTMENTS.c.post,
            ORGANIZATIONS.c.name.label("organization_name"),
        )
        .join(PEOPLE, PEOPLE.c.stream_id == APPOINTMENTS.c.stream_id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.stream_id == APPOINTMENTS.c.organization_id)
        .where(
            APPOINTMENTS.c.starts_at <= at,
            or_(APPOINTMENTS.c.ends_at.is_(None), and_(APPOINTMENTS.c.ends_at > at)),
        )
        .order_by(ORGANIZATIONS.c.name, APPOINTMENTS.c.post)
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
    people = [
        {
            "person_id": str(row.stream_id),
            "appointment": str(row.appointment_id),
            "name": row.name,
            "post": Post(row.post).label,
            "organization_name": row.organization_name,
        }
        for row in rows
    ]
    return sorted(people, key=_comes_in)


def _comes_in(person: Mapping[str, str]) -> int:
    named = (person["name"], person["organization_name"])
    return min(_ORDER.get((name, person["post"]), len(STORY)) for name in named)
