"""The application over a house of the county, in a process of its own, listening as `huying serve` does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from infra.composition import House
from infra.services.ports import free_ports
from infra.web import serve, web_app
from tests.benchmarks.http_server import county_clock, settings
from tests.journeys.instance import stop_process, wait_until_it_answers


@contextmanager
def served(folder: Path, dsn: str) -> Iterator[tuple[int, psutil.Process]]:
    """Its port and process, once it answers."""
    (port,) = free_ports(1)
    log = folder / "served.log"
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.served", str(folder), dsn, str(port)], stdout=said, stderr=said
        )
    try:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}", log)
        yield port, psutil.Process(process.pid)
    finally:
        stop_process(process)


def main() -> None:
    """Arguments: folder, dsn, port."""
    folder, dsn, port = sys.argv[1:4]
    clock = county_clock()
    with House.open(settings(folder, dsn), clock) as house:
        serve(web_app(house, clock, project_here=True), "127.0.0.1", int(port), lambda: None)


if __name__ == "__main__":
    main()
