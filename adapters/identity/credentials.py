"""登录账号: one login and one password hash a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.identity.passwords import PasswordRule, Passwords, normal_login
from adapters.identity.people import Clock
from adapters.identity.refusals import LoginTaken, NoCredential, WeakPassword
from adapters.identity.tables import credentials


@dataclass(frozen=True, slots=True)
class Credential:
    """账号. `must_change`: the password was set by somebody else and has to be replaced first."""

    person: UUID
    login: str
    changed_at: datetime
    must_change: bool


class Credentials:
    """The sign-in accounts. Passwords go in and never come out."""

    def __init__(self, engine: Engine, clock: Clock, passwords: Passwords, rule: PasswordRule | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._passwords = passwords
        self._rule = rule or PasswordRule()

    def enrol(self, person: UUID, login: str, password: str, *, must_change: bool = True) -> None:
        """Open an account. Refuses LoginTaken (also when the person has an account), WeakPassword."""
        self._rule.check(password, login)
        row = {
            "person_id": person,
            "login": normal_login(login),
            "password_hash": self._passwords.hash(password),
            "changed_at": self._clock(),
            "must_change": must_change,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(credentials).values(row))
        except IntegrityError:
            raise LoginTaken(field="login") from None

    def check(self, login: str, password: str) -> Credential | None:
        """The account whose login and password these are, or None. Brings an outdated hash up to date on the way."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(credentials).where(credentials.c.login == normal_login(login))
            ).one_or_none()
        stored = row.password_hash if row else None
        if not self._passwords.matches(stored, password) or row is None:
            return None
        if self._passwords.outdated(row.password_hash):
            with self._engine.begin() as connection:
                # Only the hash just verified is replaced: a password changed in this very moment stays changed.
                connection.execute(
                    update(credentials)
                    .where(credentials.c.person_id == row.person_id, credentials.c.password_hash == row.password_hash)
                    .values(password_hash=self._passwords.hash(password))
                )
        return Credential(row.person_id, row.login, row.changed_at, row.must_change)

    def of(self, person: UUID) -> Credential:
        """The account of a person. Refuses NoCredential."""
        with self._engine.connect() as connection:
            row = connection.execute(select(credentials).where(credentials.c.person_id == person)).one_or_none()
        if row is None:
            raise NoCredential
        return Credential(row.person_id, row.login, row.changed_at, row.must_change)

    def set_password(self, person: UUID, password: str, *, must_change: bool) -> None:
        """Replace the password. `must_change` when somebody else sets it. Refuses NoCredential, WeakPassword."""
        account = self.of(person)
        self._rule.check(password, account.login)
        if self.check(account.login, password) is not None:
            raise WeakPassword("新口令不能与原口令相同,请重新设置。", field="new_password")
        with self._engine.begin() as connection:
            connection.execute(
                update(credentials)
                .where(credentials.c.person_id == person)
                .values(password_hash=self._passwords.hash(password), changed_at=self._clock(), must_change=must_change)
            )

    def close(self, person: UUID) -> None:
        """Take the account away."""
        with self._engine.begin() as connection:
            connection.execute(delete(credentials).where(credentials.c.person_id == person))
