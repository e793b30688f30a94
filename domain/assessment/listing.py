"""考核周期目录补登: what an earlier build opened is listed as if it had been with its opening (decision 0063)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.assessment.events import PeriodListed
from domain.assessment.period import Period, evolve
from domain.assessment.refusals import NotAssessor, NothingToList
from domain.assessment.register import register_of, register_stream
from domain.shared.calendar import LOCAL
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post

MOST_LISTED = 200


class ListPeriods(Command):
    """补登考核周期目录, by the platform itself."""

    wire: ClassVar[str] = "assessment.list_periods"
    title: ClassVar[str] = "补登考核周期目录"

    periods: tuple[UUID, ...] = Field(title="考核周期", min_length=1, max_length=MOST_LISTED)


def list_periods(command: ListPeriods, desk: Desk) -> Sequence[Event]:
    """补登. Asked again, it finds nothing. Refuses NotAssessor, NothingToList."""
    actor, node = desk.envelope.actor, desk.envelope.node
    if actor.person is not None or actor.post != Post.SYSTEM:
        raise NotAssessor("考核周期目录由平台自动补登。")
    register = register_of(desk.streams, node)
    known = {listed.period for listed in register.listed}
    facts: list[Event] = []
    for id_ in dict.fromkeys(command.periods):
        period = desk.streams.find(id_, evolve) if id_ not in known else None
        if isinstance(period, Period):
            version = register.version + len(facts) + 1
            listed = PeriodListed.at_version(
                register_stream(node), version, desk.envelope, period=id_, **_named(period)
            )
            facts.append(listed)
    if not facts:
        raise NothingToList
    return facts


def _named(period: Period) -> dict[str, object]:
    last_moment = period.until - timedelta(microseconds=1)
    return {
        "name": period.name,
        "first_day": period.since.astimezone(LOCAL).date(),
        "last_day": last_moment.astimezone(LOCAL).date(),
    }


HANDLERS: Handlers = {ListPeriods: list_periods}
