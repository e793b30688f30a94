"""发送台: one sender's hold on the outbox: it takes what is due, and what a dead sender held comes back.

A sender has a number and, as long as it lives, a lock of the database on it, held by a connection of its own. Killed,
the lock is gone with the connection: no lease has to run out, and no slow sender is taken for a dead one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, text

from adapters.database.connections import refuse_closed
from domain.notices.records import DeliveryState
from domain.rules.notice_rule import Channel
from domain.shared.urgency import Urgency

UNKNOWN = "notice-outcome-unknown"
"""The code of what may or may not have been received, and must not be sent again."""

_SENDERS = 72_117
"""The first half of the senders' lock numbers."""


@dataclass(frozen=True, slots=True)
class Taken:
    """领取的发送: one sending, begun by this sender. `attempts` counts this one."""

    id: UUID
    channel: Channel
    person: UUID | None
    organization: UUID
    urgency: Urgency
    gathered: bool
    should_go_at: datetime
    attempts: int


class SendingDesk:
    """What one living sender of one channel may do."""

    def __init__(self, engine: Engine, connection: "psycopg.Connection[Any]", channel: Channel, number: int) -> None:
        self._engine = engine
        self._connection = connection
        self._channel = channel
        self._number = number

    def take(self, now: datetime) -> Taken | None:
        """The next that is due, emergencies first; nobody else can take it now. Raises psycopg.OperationalError where
        this sender has lost its hold."""
        refuse_closed(self._connection)
        row = self._connection.execute(
            "UPDATE notice_deliveries SET state = 'sending', sender = %(sender)s, attempts = attempts + 1"
            " WHERE delivery_id = (SELECT delivery_id FROM notice_deliveries"
            "  WHERE state = 'waiting' AND channel = %(channel)s AND next_at <= %(now)s"
            "  ORDER BY (urgency = 'emergency') DESC, next_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING delivery_id, person_id, organization_id, urgency, gathered, should_go_at, attempts",
            {"sender": self._number, "channel": self._channel.value, "now": now},
        ).fetchone()
        if row is None:
            return None
        which, person, organization, urgency, gathered, should_go_at, attempts = row
        return Taken(which, self._channel, person, organization, Urgency(urgency), gathered, should_go_at, attempts)

    def bring_back(self, now: datetime, *, deduplicates: bool) -> int:
        """What senders that are no more had begun: due again where the receiver takes it once, else given up as
        unclear. Gives how many."""
        held = self._connection.execute(
            "SELECT DISTINCT sender FROM notice_deliveries WHERE state = 'sending' AND channel = %s AND sender <> %s",
            (self._channel.value, self._number),
        ).fetchall()
        return sum(self._bring_back_from(sender, now, deduplicates) for (sender,) in held)

    def _bring_back_from(self, sender: int, now: datetime, deduplicates: bool) -> int:
        numbers = (_SENDERS, sender)
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", numbers).fetchone()
        if row is None or not row[0]:
            return 0  # it lives
        try:
            return self._connection.execute(
                _AGAIN if deduplicates else _GIVE_UP_UNKNOWN,
                {
                    "now": now,
                    "channel": self._channel.value,
                    "sender": sender,
                    "answer": "发送进程中断",
                    "code": UNKNOWN,
                },
            ).rowcount
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", numbers)

    def sent(self, taken: Taken, answer: str, now: datetime) -> None:
        """It was taken over, whatever was thought of it meanwhile."""
        self._end(taken, DeliveryState.SENT, "", answer, now)

    def give_up(self, taken: Taken, code: str, reason: str, now: datetime) -> None:
        """It is not tried again."""
        self._end(taken, DeliveryState.GIVEN_UP, code, reason, now)

    def later(self, taken: Taken, reason: str, at: datetime) -> None:
        """Tried again then; and what else goes to the same place does not have to find out for itself."""
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE notice_deliveries SET state = 'waiting', sender = NULL, next_at = :at, answer = :answer"
                    " WHERE delivery_id = :id AND state = 'sending' AND sender = :sender"
                ),
                {"id": taken.id, "at": at, "answer": reason, "sender": self._number},
            )
            if taken.channel is Channel.WEBHOOK:
                connection.execute(
                    text(
                        "UPDATE notice_deliveries SET next_at = greatest(next_at, :at)"
                        " WHERE state = 'waiting' AND channel = :channel AND organization_id = :organization"
                    ),
                    {"at": at, "channel": taken.channel.value, "organization": taken.organization},
                )

    def _end(self, taken: Taken, state: DeliveryState, code: str, answer: str, now: datetime) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE notice_deliveries SET state = :state, sender = NULL, code = :code, answer = :answer,"
                    " ended_at = :now WHERE delivery_id = :id AND ((state = 'sending' AND sender = :sender)"
                    " OR (:state = 'sent' AND state = 'given_up' AND code = :unknown))"
                ),
                {
                    "state": state.value,
                    "code": code,
                    "answer": answer,
                    "now": now,
                    "id": taken.id,
                    "sender": self._number,
                    "unknown": UNKNOWN,
                },
            )


_OF_THE_DEAD = " WHERE state = 'sending' AND channel = %(channel)s AND sender = %(sender)s"
_AGAIN = (
    "UPDATE notice_deliveries SET state = 'waiting', sender = NULL, next_at = %(now)s, answer = %(answer)s"
    + _OF_THE_DEAD
)
_GIVE_UP_UNKNOWN = (
    "UPDATE notice_deliveries SET state = 'given_up', sender = NULL, code = %(code)s, answer = %(answer)s,"
    " ended_at = %(now)s" + _OF_THE_DEAD
)


@contextmanager
def sending_desk(engine: Engine, dsn: str, channel: Channel) -> Iterator[SendingDesk]:
    """A new sender, known as alive until the block or the process ends. Raises psycopg.OperationalError."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        row = connection.execute("SELECT nextval('notice_senders')").fetchone()
        assert row is not None
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (_SENDERS, row[0]))
        yield SendingDesk(engine, connection, channel, row[0])
