"""The demonstration county at a real address, for browsers, with a clock that the test sets and turns."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import uvicorn
from pydantic import SecretStr

from infra.clockwork import Turn, known_to_the_database
from infra.composition import House
from infra.demonstration.loading import load_demonstration
from infra.services.ports import free_ports
from infra.settings import Settings
from infra.web import web_app
from tests.journeys.browser import forget_sessions
from tests.journeys.county_over_http import SetClock


@dataclass(frozen=True, slots=True)
class ServedCounty:
    """Where it is, its house, and its time."""

    address: str
    house: House
    clock: SetClock

    def set(self, moment: str) -> Turn:
        """It is now this moment; the clock takes its turn, and the pages show what it did. Sessions have ended."""
        self.clock.set(moment)
        forget_sessions(self.address)
        self._await_views()
        turn = self.house.clockwork().turn()
        self._await_views()
        return turn

    def _await_views(self) -> None:
        with self.house.pool.connection() as connection:
            row = connection.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        assert row is not None
        assert all(self.house.freshness.wait_for(view, int(row[0]), 30) for view in self.house.views)


@contextmanager
def served_county(dsn: str, folder: Path, clock: SetClock) -> Iterator[ServedCounty]:
    """One process with everything in it but the clock, over an empty, upgraded database."""
    (port,) = free_ports(1)
    settings = Settings(
        folder=folder, demonstration=True, master_key=SecretStr(uuid4().hex * 2), kafka="", https=False, port=port
    )
    with House.open(settings, clock, dsn=dsn) as house, known_to_the_database(dsn):
        load_demonstration(house)
        house.catch_up()
        config = uvicorn.Config(
            web_app(house, clock, project_here=True), host="127.0.0.1", port=port, log_level="warning", access_log=False
        )
        server = uvicorn.Server(config)
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        limit = time.monotonic() + 60
        while not server.started:
            assert serving.is_alive(), "the server ended"
            assert time.monotonic() < limit
            time.sleep(0.05)
        try:
            yield ServedCounty(f"http://127.0.0.1:{port}", house, clock)
        finally:
            config.app.state.hub.stop()  # type: ignore[union-attr]
            server.should_exit = True
            serving.join(20)
