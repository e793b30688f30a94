"""待发: writes planned notices and their sendings, all of a batch or none, each once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from adapters.notices.place import Place, move
from adapters.notices.tables import deliveries, items, notices, unplanned
from domain.notices.records import DeliveryState, Notice, delivery_id, digest_id
from domain.notices.routing import Route
from domain.rules.notice_rule import Channel, NoticeRule
from projections.engine.view_writer import CHANNEL

CHANNEL_MISSING = "notice-channel-missing"
"""The code of what the rule demands and this installation cannot send."""

_TOLD_AT_ONCE = 150
"""PostgreSQL NOTIFY payloads hold less than 8,000 bytes."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice and where it goes, besides the inbox."""

    notice: Notice
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Unplanned:
    """未能计划: a fact whose notices could not be planned, or not all of them, and why."""

    position: int
    stream: UUID
    version: int
    wire: str
    code: str
    reason: str


class OutboxWriter:
    """Writes for the planner."""

    def __init__(self, engine: Engine, offered: frozenset[Channel]) -> None:
        self._engine = engine
        self._offered = offered

    def write(
        self,
        planned: Sequence[Planned],
        problems: Sequence[Unplanned],
        rule: NoticeRule | None,
        now: datetime,
        before: Place | None = None,
        further: Place | None = None,
        tried: Sequence[Unplanned] = (),
    ) -> bool:
        """One transaction: the notices, what could not be planned, and the place. False: another planner was faster.

        `tried`: what was tried again, and stands as a problem no more unless it is among the problems.
        """
        with self._engine.begin() as connection:
            if before is not None and further is not None and not move(connection, before, further):
                return False
            if planned:
                new = _write_notices(connection, [one.notice for one in planned])
                fresh = [one for one in planned if one.notice.id in new]
                for one in fresh:
                    for route in one.routes:
                        self._write_route(connection, one.notice, route, rule, now)
                _wake(connection, {one.notice.person for one in fresh if one.notice.person is not None})
            if tried:
                connection.execute(delete(unplanned).where(unplanned.c.position.in_([one.position for one in tried])))
            for problem in problems:
                _note(connection, problem)
        return True

    def unplanned(self) -> list[Unplanned]:
        """What could not be planned so far, oldest first."""
        columns = [unplanned.c[name] for name in ("position", "stream_id", "version", "wire", "code", "reason")]
        with self._engine.connect() as connection:
            return [Unplanned(*row) for row in connection.execute(select(*columns).order_by(unplanned.c.position))]

    def _write_route(
        self, connection: Connection, notice: Notice, route: Route, rule: NoticeRule | None, now: datetime
    ) -> None:
        if route.channel not in self._offered and not route.demanded:
            return
        row: dict[str, Any] = {
            "channel": route.channel.value,
            "person_id": notice.person,
            "organization_id": notice.organization,
            "urgency": notice.urgency.value,
            "demanded": route.demanded,
            "gathered": route.gathered,
            "attempts": 0,
            "code": "",
            "answer": "",
            "state": DeliveryState.WAITING.value,
            "ended_at": None,
        }
        if route.channel not in self._offered:
            row |= {
                "state": DeliveryState.GIVEN_UP.value,
                "code": CHANNEL_MISSING,
                "answer": "本平台尚未接通",
                "ended_at": now,
            }
        if route.gathered and notice.person is not None and rule is not None:
            which = self._open_digest(connection, notice.person, route, rule, row)
        else:
            which = delivery_id(notice.id, route.channel)
            _add(connection, which, route.at, row)
        connection.execute(insert(items).on_conflict_do_nothing(), {"delivery_id": which, "notice_id": notice.id})

    def _open_digest(
        self, connection: Connection, person: UUID, route: Route, rule: NoticeRule, row: dict[str, Any]
    ) -> UUID:
        """The person's next digest by that channel which nobody has begun to send, held until the commit."""
        at = route.at
        while True:
            which = digest_id(person, route.channel, at)
            _add(connection, which, at, row)
            state, attempts = connection.execute(
                select(deliveries.c.state, deliveries.c.attempts)
                .where(deliveries.c.delivery_id == which)
                .with_for_update()
            ).one()
            if (state, attempts) == (DeliveryState.WAITING, 0):
                return which
            at = rule.next_digest(at)


def _write_notices(connection: Connection, planned: Iterable[Notice]) -> frozenset[UUID]:
    """Gives those that did not stand yet: only they are sent anywhere."""
    statement = insert(notices).on_conflict_do_nothing().returning(notices.c.notice_id)
    return frozenset(connection.execute(statement, [_row(notice) for notice in planned]).scalars())


def _add(connection: Connection, which: UUID, at: datetime, row: dict[str, Any]) -> None:
    values = {**row, "delivery_id": which, "should_go_at": at, "next_at": at}
    connection.execute(insert(deliveries).on_conflict_do_nothing(), values)


def _note(connection: Connection, problem: Unplanned) -> None:
    values = {
        "position": problem.position,
        "stream_id": problem.stream,
        "version": problem.version,
        "wire": problem.wire,
        "code": problem.code,
        "reason": problem.reason,
    }
    connection.execute(insert(unplanned).on_conflict_do_nothing(), values)


def _wake(connection: Connection, persons: set[UUID]) -> None:
    """Tell open inboxes."""
    topics = [f"inbox:{person}" for person in sorted(persons, key=str)]
    for start in range(0, len(topics), _TOLD_AT_ONCE):
        payload = "\n".join(topics[start : start + _TOLD_AT_ONCE])
        connection.execute(text("SELECT pg_notify(:c, :p)"), {"c": CHANNEL, "p": payload})


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "notice_id": notice.id,
        "call_id": notice.call,
        "version": notice.version,
        "position": notice.position,
        "number": notice.number,
        "topic": notice.topic.value,
        "urgency": notice.urgency.value,
        "due": notice.due,
        "person_id": notice.person,
        "organization_id": notice.organization,
        "organization_name": notice.organization_name,
        "by_organization": notice.by_organization,
        "recorded_at": notice.recorded_at,
        "page": notice.page,
    }
