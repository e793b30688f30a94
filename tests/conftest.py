"""One real PostgreSQL server for the whole run; every test that asks gets a database of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import create_engine

from infra import long_lived
from infra.migrations.upgrade import upgrade
from infra.services.postgres import Postgres
from tests.servers import postgres_server

long_lived.begin()  # before the tests bring in everything there is


def pytest_collection_finish() -> None:
    """Tests and modules stay until the end: no collection of garbage need walk them."""
    long_lived.settle()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files marked `long` first: the processes that share the work are then through at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


class Databases(Protocol):
    """Makes empty, upgraded databases; each lives as long as its block and is called by its DSN."""

    def __call__(self) -> AbstractContextManager[str]: ...


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server."""
    # A short path: the server's socket stands in this folder.
    with (
        tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as folder,
        postgres_server(Path(folder) / "pg") as server,
    ):
        yield server


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> Databases:
    """Fresh databases, copied from one that was upgraded once."""
    pattern = postgres.make_database("pattern")
    engine = create_engine(pattern.replace("postgresql://", "postgresql+psycopg://", 1))
    upgrade(engine)
    engine.dispose()

    return partial(fresh_copy, postgres, "pattern")


@contextmanager
def fresh_copy(postgres: Postgres, pattern: str) -> Iterator[str]:
    """DSN of a database of one's own, copied from another that nobody is connected to."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copied.format(sql.Identifier(name), sql.Identifier(pattern)))
        try:
            yield postgres.dsn(name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """DSN of an empty, upgraded database that nobody else uses."""
    with databases() as dsn:
        yield dsn
