"""接口令牌: what another system shows instead of a person at a browser."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Engine, bindparam, insert, select, update
from sqlalchemy.engine import RowMapping

from adapters.identity.people import Clock
from adapters.identity.refusals import TokenNotFound, TokenTermNotAllowed, UnknownScope
from adapters.identity.tables import api_tokens

_PREFIX = "hy_"
"""Lets a scanner of repositories and mails recognise a token that got out."""

_VALID = select(api_tokens).where(
    api_tokens.c.token_hash == bindparam("hash"),
    api_tokens.c.revoked_at.is_(None),
    api_tokens.c.expires_at > bindparam("now"),
)
"""Asked in the database for every request: a revoked token stops at once, in every process."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """令牌: everything about a token but the token."""

    token: UUID
    person: UUID
    appointment: UUID
    scopes: frozenset[str]
    label: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class ApiTokens:
    """Tokens act for one person in one post, within their scopes, until they end or are revoked."""

    def __init__(
        self, engine: Engine, clock: Clock, *, scopes: Collection[str], longest: timedelta = timedelta(days=366)
    ) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._scopes = frozenset(scopes)
        self._longest = longest

    def issue(
        self, person: UUID, appointment: UUID, *, scopes: Collection[str], label: str, expires_at: datetime
    ) -> tuple[ApiToken, str]:
        """A new token and its secret, which is shown this once. Refuses UnknownScope, TokenTermNotAllowed."""
        now = self._clock()
        if not scopes or not self._scopes.issuperset(scopes):
            raise UnknownScope(field="scopes")
        if not now < expires_at <= now + self._longest:
            raise TokenTermNotAllowed(
                f"接口令牌的到期时间须在将来,且有效期最长 {self._longest.days} 天,请重新选择到期时间。",
                field="expires_at",
            )
        secret = _PREFIX + secrets.token_urlsafe(32)
        issued = ApiToken(uuid4(), person, appointment, frozenset(scopes), label.strip(), now, expires_at, None)
        with self._engine.begin() as connection:
            connection.execute(
                insert(api_tokens).values(
                    token_id=issued.token,
                    token_hash=_hashed(secret),
                    person_id=person,
                    appointment_id=appointment,
                    scopes=sorted(issued.scopes),
                    label=issued.label,
                    issued_at=now,
                    expires_at=expires_at,
                )
            )
        return issued, secret

    def find(self, secret: str) -> ApiToken | None:
        """The token whose secret this is, or None when there is none, it has ended or was revoked."""
        if not secret.startswith(_PREFIX):
            return None
        with self._reading.connect() as connection:
            held = connection.execute(_VALID, {"hash": _hashed(secret), "now": self._clock()})
            row = held.mappings().one_or_none()
        return _api_token(row) if row else None

    def revoke(self, token: UUID, *, person: UUID | None = None) -> None:
        """End a token at once. With `person`, only one of theirs. Refuses TokenNotFound."""
        which = (api_tokens.c.token_id == token) & api_tokens.c.revoked_at.is_(None)
        if person is not None:
            which &= api_tokens.c.person_id == person
        with self._engine.begin() as connection:
            if not connection.execute(update(api_tokens).where(which).values(revoked_at=self._clock())).rowcount:
                raise TokenNotFound

    def revoke_all(self, person: UUID) -> int:
        """End every token of a person. Returns how many."""
        with self._engine.begin() as connection:
            return connection.execute(
                update(api_tokens)
                .where(api_tokens.c.person_id == person, api_tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            ).rowcount

    def of(self, person: UUID) -> list[ApiToken]:
        """Every token a person was ever given, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(api_tokens).where(api_tokens.c.person_id == person).order_by(api_tokens.c.issued_at.desc())
            ).mappings()
            return [_api_token(row) for row in rows]


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _api_token(row: RowMapping) -> ApiToken:
    return ApiToken(
        token=row["token_id"],
        person=row["person_id"],
        appointment=row["appointment_id"],
        scopes=frozenset(row["scopes"]),
        label=row["label"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
