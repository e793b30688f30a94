"""数据库连接: what the server closed is not handed out, and nothing is asked to find that out."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, text

from adapters.database.connections import make_engine, open_pool, refuse_closed


@pytest.fixture
def pool(database: str) -> Iterator[ConnectionPool]:
    with open_pool(database, 4) as opened:
        yield opened


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = make_engine(database, 4)
    yield made
    made.dispose()


def end_all(dsn: str) -> None:
    """What a restart of the database does to those who are connected; returns when it is done."""
    with psycopg.connect(dsn, autocommit=True) as other:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}".encode())


def backend(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])


def test_a_pool_hands_out_no_connection_that_the_server_ended(pool: ConnectionPool, database: str) -> None:
    for _ in range(3):
        end_all(database)
        with pool.connection() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_all_connections_of_an_engine_are_made_anew_after_the_server_ended_them(engine: Engine, database: str) -> None:
    held = [engine.connect() for _ in range(4)]
    for connection in held:
        connection.execute(text("SELECT 1"))
        connection.close()
    end_all(database)
    for _ in range(4):
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_statement_of_the_pool_is_committed_by_itself(pool: ConnectionPool, database: str) -> None:
    with pool.connection() as connection:
        connection.execute("CREATE TABLE noted (at int)")
        with psycopg.connect(database) as other:
            assert other.execute("SELECT count(*) FROM noted").fetchone() == (0,)


def test_what_the_server_said_unasked_does_not_end_a_connection(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection, psycopg.connect(database, autocommit=True) as other:
        connection.execute("LISTEN something")
        number = backend(connection)
        other.execute("NOTIFY something")
        while not list(_notices(connection)):
            refuse_closed(connection)
        refuse_closed(connection)
        assert backend(connection) == number


def test_a_connection_that_the_server_ended_is_refused(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        refuse_closed(connection)
        end_all(database)
        with pytest.raises(psycopg.OperationalError):
            refuse_closed(connection)


def _notices(connection: psycopg.Connection) -> Iterator[object]:
    while (notice := connection.pgconn.notifies()) is not None:
        yield notice
