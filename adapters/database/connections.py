"""数据库连接: pools that hand out no dead connection and ask no question to find that out."""

import select
from typing import Any

import orjson
import psycopg
from psycopg_pool import ConnectionPool
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError


def open_pool(dsn: str, size: int) -> ConnectionPool:
    """A pool whose connections commit every statement by itself: one round trip each."""
    return ConnectionPool(
        dsn,
        kwargs={"autocommit": True},
        min_size=1,
        max_size=size,
        open=True,
        timeout=10,
        check=refuse_closed,
    )


def make_engine(dsn: str, size: int) -> Engine:
    """An engine for views and identity. After a restart of the database every connection is made anew."""
    engine = create_engine(
        sqlalchemy_url(dsn),
        pool_size=size,
        max_overflow=4,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # a refused row is logged, and what people wrote must stand in no log
    )

    @event.listens_for(engine, "checkout")
    def refuse_closed_by_server(connection: "psycopg.Connection[Any]", record: object, proxy: object) -> None:
        try:
            refuse_closed(connection)
        except psycopg.OperationalError as closed:
            raise InvalidatePoolError from closed

    return engine


def refuse_closed(connection: "psycopg.Connection[Any]") -> None:
    """Raises psycopg.OperationalError when the server has closed its end.

    Seen from the socket alone: an idle connection has nothing to read unless the server said something unasked. A
    question to the server (`SELECT 1`) would find out no more and costs a round trip for every statement.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    while waiting.poll(0):
        connection.pgconn.consume_input()


def sqlalchemy_url(dsn: str) -> str:
    """SQLAlchemy names its driver in the address."""
    for prefix in ("postgresql://", "postgres://"):
        if dsn.startswith(prefix):
            return "postgresql+psycopg://" + dsn.removeprefix(prefix)
    return dsn
