"""在岗与值班: who may act in an organization's posts at a moment, and who is on duty there: for the product itself.

No viewer: nobody reads the answer, it only decides whom a notice reaches (domain/notices).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, and_, exists, select, union

from domain.notices.addressing import Holder
from domain.shared.posts import Post
from projections.directory.statements import runs
from projections.directory.tables import APPOINTMENTS, DELEGATIONS, SHIFTS

_OWN = APPOINTMENTS.alias("own")


class PeopleAtWork:
    """Reads the directory view."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def holders(self, organizations: Collection[UUID], at: datetime) -> Mapping[UUID, list[Holder]]:
        """Holders and delegates of every post, by organization. A delegate counts while they hold a post there."""
        held = select(APPOINTMENTS.c.organization_id, APPOINTMENTS.c.stream_id.label("person"), APPOINTMENTS.c.post)
        held = held.where(APPOINTMENTS.c.organization_id.in_(organizations), runs(APPOINTMENTS, at))
        belongs = exists().where(
            _OWN.c.stream_id == DELEGATIONS.c.delegate_id,
            _OWN.c.organization_id == DELEGATIONS.c.organization_id,
            runs(_OWN, at),
        )
        delegated = (
            select(DELEGATIONS.c.organization_id, DELEGATIONS.c.delegate_id.label("person"), DELEGATIONS.c.post)
            .join(
                APPOINTMENTS,
                and_(
                    APPOINTMENTS.c.stream_id == DELEGATIONS.c.stream_id,
                    APPOINTMENTS.c.appointment_id == DELEGATIONS.c.appointment_id,
                    runs(APPOINTMENTS, at),
                ),
            )
            .where(DELEGATIONS.c.organization_id.in_(organizations), runs(DELEGATIONS, at), belongs)
        )
        found: dict[UUID, list[Holder]] = {}
        with self._engine.connect() as connection:
            for organization, person, post in connection.execute(union(held, delegated).order_by("person", "post")):
                found.setdefault(organization, []).append(Holder(person, Post(post)))
        return found

    def on_duty(self, organizations: Collection[UUID], at: datetime) -> Mapping[UUID, list[UUID]]:
        """值班人员 at that moment by organization, those in charge first."""
        statement = (
            select(SHIFTS.c.stream_id, SHIFTS.c.person_id)
            .where(SHIFTS.c.stream_id.in_(organizations), runs(SHIFTS, at))
            .order_by(SHIFTS.c.stream_id, SHIFTS.c.in_charge.desc(), SHIFTS.c.person_id)
        )
        found: dict[UUID, list[UUID]] = {}
        with self._engine.connect() as connection:
            for organization, person in connection.execute(statement):
                found.setdefault(organization, []).append(person)
        return found
