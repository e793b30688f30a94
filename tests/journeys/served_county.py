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
from infra.identity import make_identity
from infra.services.ports import free_ports
from infra.settings import Settings
from infra.web import web_app
from tests.journeys.browser import forget_sessions
from tests.journeys.county_over_http import County, SetClock


@dataclass(frozen=True, slots=True)
class ServedCounty:
    """Where it is, its house, and its time."""

    address: str
    house: House
    clock: SetClock
    county: County
    """The same county by its API: what happens before anybody looks at a page."""

    def shown(self) -> None:
        """What was done by the API stands on the pages; whoever looks at them signs in at the time it is now."""
        forget_sessions(self.address)
        self.county.await_views()

    def set(self, moment: str) -> Turn:
        """It is now this moment; the clock takes its turn, and the pages show what it did. Sessions have ended."""
        self.clock.set(moment)
        forget_sessions(self.address)
        return self.county.tick()


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
        app = web_app(house, clock, project_here=True)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
        server = uvicorn.Server(config)
        serving = threading.Thread(target=server.run, daemon=True)
        serving.start()
        limit = time.monotonic() + 60
        while not server.started:
            assert serving.is_alive(), "the server ended"
            assert time.monotonic() < limit
            time.sleep(0.05)
        try:
            county = County(house, app, clock, make_identity(house, clock))
            yield ServedCounty(f"http://127.0.0.1:{port}", house, clock, county)
        finally:
            app.state.hub.stop()
            server.should_exit = True
            serving.join(20)
