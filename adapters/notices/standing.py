"""通知的运行情况: how far planning is, what could not be planned or delivered, and what is to be done again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, text

from adapters.notices.outbox import CHANNEL_MISSING, Unplanned
from domain.notices.records import DeliveryState
from domain.rules.notice_rule import Channel


@dataclass(frozen=True, slots=True)
class Planning:
    """计划进度: None in `seen_seconds`: never begun. `behind`: facts stored and not looked at yet.

    `anything`: whether any fact is stored at all.
    """

    behind: int
    seen_seconds: float | None
    anything: bool


@dataclass(frozen=True, slots=True)
class GivenUp:
    """未送达的发送: `number` is the matter's (of the first notice where several were gathered)."""

    id: UUID
    channel: Channel
    number: str
    person: UUID | None
    organization_name: str
    code: str
    reason: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Stalled:
    """发不出去的通知方式: how many wait though they are due, since when, and what was answered last."""

    channel: Channel
    waiting: int
    since: datetime
    answer: str


class NoticeStanding:
    """Asked by the doctor, the status page and the command line."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def planning(self) -> Planning:
        """How far planning has come."""
        with self._engine.connect() as connection:
            behind, seen, anything = connection.execute(_PLANNING).one()
        return Planning(behind, float(seen) if seen is not None else None, anything)

    def unplanned(self) -> Sequence[Unplanned]:
        """Facts whose notices could not be planned, newest first."""
        with self._engine.connect() as connection:
            return [Unplanned(*row) for row in connection.execute(_UNPLANNED)]

    def given_up(self, most: int = 50) -> Sequence[GivenUp]:
        """What was given up and nobody settled, newest first; not what was demanded of a channel that is missing."""
        with self._engine.connect() as connection:
            rows = connection.execute(_GIVEN_UP, {"missing": CHANNEL_MISSING, "most": most})
            return [
                GivenUp(which, Channel(channel), number, person, organization, code, answer, ended)
                for which, channel, number, person, organization, code, answer, ended in rows
            ]

    def missing(self) -> int:
        """How many the rule demanded by channels this installation does not have, and nobody settled."""
        with self._engine.connect() as connection:
            return int(connection.execute(_MISSING, {"missing": CHANNEL_MISSING}).scalar() or 0)

    def stalled(self, now: datetime, minutes: float = 5.0) -> Sequence[Stalled]:
        """Channels on which something has been due for so long."""
        with self._engine.connect() as connection:
            rows = connection.execute(_STALLED, {"now": now, "minutes": minutes})
            return [Stalled(Channel(channel), count, since, answer) for channel, count, since, answer in rows]

    def settle(self, which: Collection[UUID] = ()) -> int:
        """Note that somebody has seen to it otherwise (all of it where none is named); gives how many."""
        with self._engine.begin() as connection:
            done = connection.execute(_SETTLE, {"which": list(which), "all": not which}).rowcount
            if not which:
                done += connection.execute(text("DELETE FROM notice_unplanned")).rowcount
        return done

    def send_again(self, now: datetime, which: Collection[UUID] = ()) -> int:
        """What was given up is due now (all of it where none is named); gives how many."""
        with self._engine.begin() as connection:
            return connection.execute(_AGAIN, {"now": now, "which": list(which), "all": not which}).rowcount


_PLANNING = text(
    "SELECT count(e.notification_id), (SELECT extract(epoch FROM now() - max(seen_at)) FROM notice_places),"
    " EXISTS (SELECT 1 FROM stored_events)"
    " FROM (SELECT 1) AS one LEFT JOIN LATERAL (SELECT notification_id FROM stored_events"
    "  WHERE notification_id >= (SELECT max(next_offset) FROM notice_places) LIMIT 10001) AS e ON true"
)
_UNPLANNED = text(
    "SELECT position, stream_id, version, wire, code, reason FROM notice_unplanned ORDER BY position DESC LIMIT 50"
)
_UNSETTLED = f" WHERE d.state = '{DeliveryState.GIVEN_UP.value}' AND d.settled_at IS NULL"
_GIVEN_UP = text(
    "SELECT d.delivery_id, d.channel, n.number, d.person_id, n.organization_name, d.code, d.answer, d.ended_at"
    " FROM notice_deliveries d CROSS JOIN LATERAL (SELECT number, organization_name FROM notices"
    "  JOIN notice_delivery_items i USING (notice_id) WHERE i.delivery_id = d.delivery_id"
    "  ORDER BY position LIMIT 1) AS n" + _UNSETTLED + " AND d.code <> :missing ORDER BY d.ended_at DESC LIMIT :most"
)
_MISSING = text("SELECT count(*) FROM notice_deliveries d" + _UNSETTLED + " AND d.code = :missing")
_STALLED = text(
    "SELECT channel, count(*), min(should_go_at), (array_agg(answer ORDER BY attempts DESC))[1]"
    " FROM notice_deliveries WHERE state IN ('waiting', 'sending')"
    " AND should_go_at < CAST(:now AS timestamptz) - :minutes * interval '1 minute' GROUP BY channel ORDER BY channel"
)
_SETTLE = text(
    "UPDATE notice_deliveries d SET settled_at = now()" + _UNSETTLED + " AND (:all OR d.delivery_id = ANY(:which))"
)
_AGAIN = text(
    "UPDATE notice_deliveries d SET state = 'waiting', next_at = :now, should_go_at = :now, attempts = 0, code = '',"
    " ended_at = NULL" + _UNSETTLED + " AND (:all OR d.delivery_id = ANY(:which))"
)
