"""The processes under measurement (http_commands.py): the application alone or with the views and notices in the same
process, the projector and the notifier as a process of their own, one bare route."""

import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg_pool
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from infra import long_lived
from infra.composition import House
from infra.notices import make_notifier
from infra.settings import Settings
from infra.web import web_app

BEGAN = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
"""The county's Monday morning; the clock goes on from there."""


def county_clock() -> Callable[[], datetime]:
    """The county's clock: real seconds since the start, on the county's day."""
    offset = datetime.now(UTC) - BEGAN - timedelta(minutes=30)
    return lambda: datetime.now(UTC) - offset


def settings(folder: str, dsn: str) -> Settings:
    """As an installation would have them."""
    return Settings(
        folder=Path(folder),
        node="shifan",
        database_url=dsn,
        master_key="6d" * 32,
        database_pool=16,
    )


class Body(BaseModel):
    """What the bare route takes."""

    text: str


def bare(dsn: str) -> FastAPI:
    """One route, one INSERT: what the framework and the database could do at best."""
    app = FastAPI()
    pool = psycopg_pool.ConnectionPool(dsn, min_size=4, max_size=16, open=True)
    with pool.connection() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare_http (id bigserial PRIMARY KEY, text text)")

    @app.post("/bare")
    def insert(body: Body) -> dict[str, int]:
        with pool.connection() as connection:
            row = connection.execute(
                "INSERT INTO bare_http (text) VALUES (%s) RETURNING id", (body.text,), prepare=True
            ).fetchone()
        assert row is not None
        return {"id": row[0]}

    return app


def beside(folder: str, dsn: str) -> None:
    """Fold the views and plan notices, as `huying project` and `huying notify` do, until the standard input ends."""
    clock, stop = county_clock(), threading.Event()
    with House.open(settings(folder, dsn), clock) as house:
        notifier = make_notifier(house, clock)
        notifier.planner.begin()
        working = [threading.Thread(target=run, args=(stop,)) for run in (house.project_until, notifier.run)]
        long_lived.settle()
        for thread in working:
            thread.start()
        print("ready", flush=True)
        sys.stdin.read()
        stop.set()
        for thread in working:
            thread.join()


def main() -> None:
    """Arguments: what (web, one_process, beside, bare), folder, dsn. Says its port on a line of its own, and ends with
    its standard input."""
    what, folder, dsn = sys.argv[1:4]
    long_lived.begin()
    if what == "beside":
        beside(folder, dsn)
        return
    if what == "bare":
        app = bare(dsn)
    else:
        clock = county_clock()
        app = web_app(House.open(settings(folder, dsn), clock), clock, project_here=what == "one_process")
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    server = uvicorn.Server(config)

    def end_with_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_parent, daemon=True).start()
    # As infra.web listens: the protocol is named, or small answers wait for the client's acknowledgement.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    long_lived.settle()
    print(sock.getsockname()[1], flush=True)
    server.run(sockets=[sock])


if __name__ == "__main__":
    main()
