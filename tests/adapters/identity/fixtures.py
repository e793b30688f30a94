"""A real database and a small town at its door, for the tests of identity and of the pages before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, text

from adapters.identity.api_tokens import ApiTokens
from adapters.identity.credentials import Credentials
from adapters.identity.identity import Identity
from adapters.identity.passwords import Passwords
from adapters.identity.sessions import Sessions, SessionTerms
from adapters.identity.throttle import AttemptLimits, SignInThrottle
from domain.shared.posts import Post
from tests.conftest import Databases

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Argon2 as it should never be used outside a test."""

PASSWORD = "correct horse 电池 9"
SCOPES = frozenset({"calls:read", "calls:write", "status:read"})


class MovingClock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: int) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class Held:
    """One post of the town."""

    post: Post
    organization_name: str
    organization_kind: str
    appointment: UUID = field(default_factory=uuid4)
    organization: UUID = field(default_factory=uuid4)
    acting_for: UUID | None = None
    person_name: str = ""


@dataclass
class Town:
    """Who is who: the directory as identity sees it."""

    names: dict[UUID, str] = field(default_factory=dict)
    posts: dict[UUID, list[Held]] = field(default_factory=dict)

    def move_in(self, name: str, *held: Held) -> UUID:
        person = uuid4()
        self.names[person] = name
        self.posts[person] = [replace(post, person_name=name) for post in held]
        return person

    def posts_of(self, person: UUID, at: datetime) -> list[Held]:
        assert at.tzinfo is not None
        return self.posts.get(person, [])

    def name_of(self, person: UUID) -> str:
        return self.names[person]


@dataclass
class Door:
    """Everything a test of the door needs."""

    engine: Engine
    clock: MovingClock
    town: Town
    identity: Identity

    def resident(self, name: str, login: str, *held: Held, must_change: bool = False) -> UUID:
        """Somebody with posts and an account whose password is PASSWORD."""
        person = self.town.move_in(name, *held)
        self.identity.credentials.enrol(person, login, PASSWORD, must_change=must_change)
        return person

    def rows(self, table: str) -> list[dict[str, object]]:
        """All rows of one of the door's tables."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


def caller() -> Held:
    """呼叫员 of a township."""
    return Held(Post.CALLER, "城东镇", "township")


def operator() -> Held:
    """受理员 of the platform."""
    return Held(Post.OPERATOR, "县呼应平台", "platform")


def identity_over(engine: Engine, clock: MovingClock, town: Town, *, hasher: PasswordHasher = CHEAP) -> Identity:
    """The identity service as composition builds it, with tight limits."""
    return Identity(
        credentials=Credentials(engine, clock, Passwords(hasher)),
        sessions=Sessions(engine, clock, SessionTerms(idle=timedelta(minutes=30), absolute=timedelta(hours=8))),
        tokens=ApiTokens(engine, clock, scopes=SCOPES),
        throttle=SignInThrottle(engine, clock, AttemptLimits(per_login=3, per_client=6)),
        posts_of=town.posts_of,
        name_of=town.name_of,
        breadth_of=lambda post, kind: "all" if kind == "platform" else "own",
        clock=clock,
        session_scopes=SCOPES,
    )


@pytest.fixture(scope="session")
def identity_engine(databases: Databases) -> Iterator[Engine]:
    """A real database with the store's tables."""
    with databases() as dsn:
        engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
        yield engine
        engine.dispose()


@pytest.fixture
def door(identity_engine: Engine) -> Door:
    """An empty town before an empty door."""
    with identity_engine.begin() as connection:
        connection.execute(text("TRUNCATE credentials, sessions, api_tokens, sign_in_failures"))
    clock, town = MovingClock(), Town()
    return Door(identity_engine, clock, town, identity_over(identity_engine, clock, town))
