"""登录限次: how many failed sign-ins one login and one client address may have within a window."""

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, text

from adapters.identity.passwords import normal_login
from adapters.identity.people import Clock
from adapters.identity.refusals import SignInRefused, TooManyAttempts
from adapters.identity.tables import sign_in_failures


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """限次: failures allowed per login and per address within `window`. An office shares one address: it has more."""

    per_login: int = 8
    per_client: int = 40
    window: timedelta = timedelta(minutes=15)


class SignInThrottle:
    """Counts failures in the database, so that every process of the product counts alike."""

    def __init__(self, engine: Engine, clock: Clock, limits: AttemptLimits | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._limits = limits or AttemptLimits()

    @contextmanager
    def attempt(self, login: str, client: str) -> Iterator[None]:
        """One attempt to sign in. Refuses TooManyAttempts before any password is looked at.

        The attempt counts as failed from its start, so that a hundred at once are no way round the limit. When the
        block ends well the login's failures are forgotten; the address keeps those of other logins. When it ends with
        anything but SignInRefused the attempt is taken back: it was no wrong password.
        """
        attempt, by_login = uuid4(), _login_subject(login)
        allowed = {by_login: self._limits.per_login, _client_subject(client): self._limits.per_client}
        self._admit(attempt, allowed)
        try:
            yield
        except SignInRefused:
            raise
        except BaseException:
            self._take_back(allowed, sign_in_failures.c.attempt == attempt)
            raise
        this_or_same_login = (sign_in_failures.c.attempt == attempt) | (sign_in_failures.c.subject == by_login)
        self._take_back(allowed, this_or_same_login)

    def _admit(self, attempt: UUID, allowed: Mapping[str, int]) -> None:
        now = self._clock()
        since = now - self._limits.window
        with self._engine.begin() as connection:
            _one_at_a_time(connection, allowed)
            connection.execute(
                delete(sign_in_failures).where(sign_in_failures.c.subject.in_(allowed), sign_in_failures.c.at <= since)
            )
            counts = connection.execute(
                select(sign_in_failures.c.subject, func.count(), func.min(sign_in_failures.c.at))
                .where(sign_in_failures.c.subject.in_(allowed))
                .group_by(sign_in_failures.c.subject)
            ).all()
            waits = [
                oldest + self._limits.window - now for subject, count, oldest in counts if count >= allowed[subject]
            ]
            if not waits:
                connection.execute(
                    insert(sign_in_failures),
                    [{"attempt": attempt, "subject": subject, "at": now} for subject in sorted(allowed)],
                )
        if waits:
            raise TooManyAttempts(max(1, round(max(waits).total_seconds())))

    def _take_back(self, subjects: Iterable[str], which: ColumnElement[bool]) -> None:
        with self._engine.begin() as connection:
            _one_at_a_time(connection, subjects)
            connection.execute(delete(sign_in_failures).where(which))

    def forget_old(self) -> int:
        """Remove what no longer counts (whenever somebody signs in). Returns how many."""
        with self._engine.begin() as connection:
            return connection.execute(
                delete(sign_in_failures).where(sign_in_failures.c.at <= self._clock() - self._limits.window)
            ).rowcount


def _one_at_a_time(connection: Connection, subjects: Iterable[str]) -> None:
    """Wait for whoever counts the same login or address. In one order, so that two can't wait in a circle."""
    for subject in sorted(subjects):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:s, 0))"), {"s": subject})


def _login_subject(login: str) -> str:
    # Hashed: people type their password into the login field by mistake, and it should not stand in a table.
    return "login:" + hashlib.sha256(normal_login(login).encode()).hexdigest()


def _client_subject(client: str) -> str:
    """An IPv6 customer has a whole /64 to choose from: it counts as one address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return f"client:{client[:64]}"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return f"client:{address.ipv4_mapped}"
        return f"client:{ipaddress.ip_network((address, 64), strict=False)}"
    return f"client:{address}"
