"""启动与停止: `make run` a second time until the first page is there, and Ctrl-C until nothing runs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from infra.services.ports import free_ports
from infra.services.postgres import Postgres
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, median
from tests.journeys.instance import wait_until_it_answers

_ROOT = Path(__file__).parents[2]


def start_figures(bench: Bench) -> list[Figure]:
    """The first start makes the data; the following ones find it."""
    folder = bench.new_folder()
    (first, *again), stops = zip(*(_start_and_stop(folder) for _ in range(bench.some(4, 2))), strict=True)
    return [
        Figure(
            "cold_start",
            median(again),
            "s",
            "lower",
            f"`make run` on a data folder that a first start has made, with its own PostgreSQL, until the sign-in page"
            f" comes: median of {len(again)} ({', '.join(f'{one:.1f}' for one in again)} s). The first start, which"
            f" makes database and demonstration county: {first:.1f} s.",
            goal=5,
            limit="starting Python and importing the application",
            limit_value=_import_seconds(),
        ),
        Figure(
            "clean_stop",
            max(stops),
            "s",
            "lower",
            f"Ctrl-C on that `make run` until it has ended and its PostgreSQL with it: the longest of {len(stops)}"
            f" ({', '.join(f'{one:.1f}' for one in stops)} s).",
            goal=3,
            limit="stopping a PostgreSQL of its kind alone",
            limit_value=_database_stop_seconds(bench.new_folder()),
        ),
    ]


def _start_and_stop(folder: Path) -> tuple[float, float]:
    """Seconds to the first page, and from Ctrl-C to the end."""
    (port,) = free_ports(1)
    began = time.monotonic()
    with (folder / "run.log").open("wb") as said:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=_ROOT,
            env={**os.environ, "HUYING_FOLDER": str(folder)},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}", folder / "run.log")
        started = time.monotonic()
    finally:
        told = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C
        process.wait(30)
    return started - began, time.monotonic() - told


def _import_seconds() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import infra.composition, infra.web"], cwd=_ROOT, check=True)
    return time.monotonic() - began


def _database_stop_seconds(folder: Path) -> float:
    server = Postgres(folder / "pg").start()
    began = time.monotonic()
    server.stop()
    return time.monotonic() - began
