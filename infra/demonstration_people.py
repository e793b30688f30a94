"""演示人员: everybody who can be signed in as by one click, those of the first story in front."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine, and_, or_, select

from domain.shared.posts import Post
from projections.directory.tables import APPOINTMENTS, ORGANIZATIONS, PEOPLE

_STORY: Mapping[tuple[str, str], str] = {
    ("王呼叫", "caller"): "① 发起呼叫,最后确认、评价",
    ("城东镇", "township_leader"): "② 签发",
    ("李受理", "operator"): "③ 受理、派发,最后办结",
    ("综合行政执法局", "liaison"): "④ 主办:响应、报结果",
    ("市场监督管理局", "liaison"): "⑤ 协办:响应、报协办情况",
}


def demonstration_people(engine: Engine, at: datetime) -> Sequence[Mapping[str, object]]:
    """One row a post: person_id, appointment, name, post, organization_name, story."""
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
    people = []
    for row in rows:
        post = Post(row.post)
        story = _STORY.get((row.name, post.value)) or _STORY.get((row.organization_name, post.value))
        people.append(
            {
                "person_id": str(row.stream_id),
                "appointment": str(row.appointment_id),
                "name": row.name,
                "post": post.label,
                "organization_name": row.organization_name,
                "story": story,
            }
        )
    return sorted(people, key=lambda person: person["story"] or "⑨")
