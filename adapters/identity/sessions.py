"""会话: one signed-in browser."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, bindparam, delete, insert, select, update
from sqlalchemy.engine import RowMapping

from adapters.identity.people import Clock
from adapters.identity.tables import credentials, sessions

_SEEN_STEP = timedelta(minutes=1)
"""The time last seen is written at most this often, so that reading a page is seldom a write."""

_stored = select(sessions, credentials.c.must_change).select_from(
    sessions.outerjoin(credentials, credentials.c.person_id == sessions.c.person_id)
)
_BY_TOKEN = _stored.where(sessions.c.token_hash == bindparam("hash"))
"""Asked in the database for every request: an ended session stops at once, in every process."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """会话时限: `idle` since the last request, `absolute` since sign-in."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as it is stored: no token, only what it stands for.

    `must_change`: the person's password has to be replaced first. False for who signed in without an account, by one
    click in a demonstration.
    """

    person: UUID
    appointment: UUID | None
    csrf_secret: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    must_change: bool


class Sessions:
    """Sessions by token. The token is 256 random bits; the table holds its SHA-256 only."""

    def __init__(self, engine: Engine, clock: Clock, terms: SessionTerms | None = None) -> None:
        self._engine = engine
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._terms = terms or SessionTerms()

    def open(self, person: UUID, appointment: UUID | None, *, replacing: str | None = None) -> str:
        """Begin a session under a new token, which is returned and kept nowhere. `replacing` ends the one before it."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._engine.begin() as connection:
            if replacing:
                connection.execute(delete(sessions).where(sessions.c.token_hash == _hashed(replacing)))
            connection.execute(
                insert(sessions).values(
                    token_hash=_hashed(token),
                    person_id=person,
                    appointment_id=appointment,
                    csrf_secret=secrets.token_urlsafe(32),
                    opened_at=now,
                    seen_at=now,
                    expires_at=now + self._terms.absolute,
                )
            )
        return token

    def find(self, token: str) -> OpenSession | None:
        """The session of a token, or None when there is none, it sat idle too long or its time is over."""
        now = self._clock()
        with self._single.connect() as connection:
            row = connection.execute(_BY_TOKEN, {"hash": _hashed(token)}).mappings().one_or_none()
            if row is None:
                return None
            if row["expires_at"] <= now or row["seen_at"] + self._terms.idle <= now:
                connection.execute(delete(sessions).where(sessions.c.token_hash == _hashed(token)))
                return None
            if row["seen_at"] + _SEEN_STEP <= now:
                connection.execute(update(sessions).where(sessions.c.token_hash == _hashed(token)).values(seen_at=now))
        return _open_session(row)

    def choose(self, token: str, appointment: UUID) -> None:
        """Act in another post from now on. Forms opened under the post before it are no longer accepted: the secret
        behind their token changes, so that nobody acts in a post they did not see on the page."""
        with self._engine.begin() as connection:
            connection.execute(
                update(sessions)
                .where(sessions.c.token_hash == _hashed(token))
                .values(appointment_id=appointment, csrf_secret=secrets.token_urlsafe(32))
            )

    def end(self, token: str) -> None:
        """Sign out here."""
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == _hashed(token)))

    def end_all(self, person: UUID, *, but: str | None = None) -> int:
        """Sign out everywhere, or everywhere but here. Returns how many sessions ended."""
        which = sessions.c.person_id == person
        if but:
            which &= sessions.c.token_hash != _hashed(but)
        with self._engine.begin() as connection:
            return connection.execute(delete(sessions).where(which)).rowcount

    def of(self, person: UUID) -> list[OpenSession]:
        """The sessions of a person that still count, newest first."""
        now = self._clock()
        with self._engine.connect() as connection:
            rows = connection.execute(
                _stored.where(
                    sessions.c.person_id == person,
                    sessions.c.expires_at > now,
                    sessions.c.seen_at > now - self._terms.idle,
                ).order_by(sessions.c.opened_at.desc())
            ).mappings()
            return [_open_session(row) for row in rows]

    def forget_old(self) -> int:
        """Remove sessions whose time is over; done whenever somebody signs in. Returns how many."""
        now = self._clock()
        with self._engine.begin() as connection:
            return connection.execute(
                delete(sessions).where((sessions.c.expires_at <= now) | (sessions.c.seen_at <= now - self._terms.idle))
            ).rowcount


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _open_session(row: RowMapping) -> OpenSession:
    return OpenSession(
        person=row["person_id"],
        appointment=row["appointment_id"],
        csrf_secret=row["csrf_secret"],
        opened_at=row["opened_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        must_change=bool(row["must_change"]),
    )
