"""更新延迟: from the acknowledgement of a command until everybody else can read what it changed; and what each process
weighs after that."""

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import UUID, uuid4

import psutil
import psycopg

from projections.calls.tables import timeline
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.load import CLIENTS, RATE, Notetakers, Said
from tests.journeys.kafka_shape import Reached, production_shape

_LOOK_AGAIN_SECONDS = 0.001
_WHAT = (
    "{notes:,} notes at {rate:.0f} a second (open loop, {clients} clients, over HTTP): from the acknowledgement until"
    " another connection reads the row, looked at every millisecond. p50 {p50:.1f} ms, p95 {p95:.1f} ms, worst"
    " {worst:.1f} ms. The commands themselves: p50 {said50:.1f} ms, p99 {said99:.1f} ms from the moment each was due."
)


def embedded_figures(bench: Bench) -> list[Figure]:
    """One process serves and folds, over PostgreSQL alone."""
    dsn = bench.database()
    with bench.demonstration(dsn) as running:
        delays, said = _delays(running, dsn, bench.some(1_000, 300))
        bare = _bare_delays(bench.empty_database(), bench.some(1_000, 300))
    return [_figure("freshness_embedded", delays, bare, said, 60, "One process, fed from the store.")]


def kafka_figures(bench: Bench) -> list[Figure]:
    """The product's processes over PostgreSQL and Kafka, as an installation has them."""
    dsn = bench.database()
    with production_shape(bench.new_folder(), dsn, bench.kafka) as shape:
        delays, said = _delays(shape, dsn, bench.some(1_000, 300))
        weights = {role: _megabytes(process.pid) for role, process in shape.running.items()}
        bare = _bare_delays(bench.empty_database(), bench.some(1_000, 300))
    heaviest = max(weights.values())
    how = f"{len(weights)} processes ({', '.join(weights)}), through Kafka (one broker)."
    return [
        _figure("freshness_kafka", delays, bare, said, 250, how),
        Figure(
            "process_memory",
            heaviest,
            "MB",
            "lower",
            "Resident memory of the heaviest of the product's own processes after the load of freshness_kafka: "
            + ", ".join(f"{role} {weight:.0f} MB" for role, weight in weights.items())
            + ".",
            goal=250,
            limit="a Python process that has only imported FastAPI, uvicorn and psycopg",
            limit_value=_bare_megabytes(),
        ),
    ]


def _figure(
    name: str, delays: Sequence[float], bare: Sequence[float], said: Sequence[Said], goal: float, how: str
) -> Figure:
    commands = [one.milliseconds for one in said]
    return Figure(
        name,
        percentile(delays, 0.99),
        "ms p99",
        "lower",
        f"{how} "
        + _WHAT.format(
            notes=len(delays),
            rate=RATE,
            clients=CLIENTS,
            p50=percentile(delays, 0.5),
            p95=percentile(delays, 0.95),
            worst=max(delays),
            said50=percentile(commands, 0.5),
            said99=percentile(commands, 0.99),
        ),
        goal=goal,
        limit="bare rows at the same pace, no HTTP: a listener copies each on its NOTIFY, looked at alike, p99",
        limit_value=percentile(bare, 0.99),
        notes=_NOTES.get(name, ""),
    )


_NOTES = {
    "freshness_embedded": "With three views and neither clock nor notices in the process it was 21 ms. Now one"
    " interpreter answers, folds five views (two of which fold the call), plans and sends notices and looks at the"
    " clock every two seconds. Of its time at this pace answering takes 65 %, the projector 15 %, planning notices"
    " 10 %, pages 5 %, the clock 1 %. Routes looked through once (a third of answering until then) and views that pass"
    " over together, without waiting for the disk (decision 0051), came of that profile."
}


def _delays(running: Reached, dsn: str, notes: int) -> tuple[list[float], Sequence[Said]]:
    """Milliseconds of each note; 0 for one that could be read before its acknowledgement arrived."""
    with closing(Notetakers(running)) as people, _Eye(dsn, timeline.fullname) as eye:
        people.write(CLIENTS)  # everything has been done once
        said = people.write(notes, eye.look_for)
        return eye.delays(), said


def _bare_delays(dsn: str, rows: int) -> list[float]:
    """Milliseconds from the commit of a bare row until the eye reads the copy that a bare listener made of it."""

    def copy_what_is_told() -> None:
        copied = 0
        while copied < rows:
            for told in list(listener.notifies(stop_after=1)):
                listener.execute("INSERT INTO copied SELECT * FROM noted WHERE version = %s", (told.payload,))
                copied += 1

    with (
        psycopg.connect(dsn, autocommit=True) as listener,
        psycopg.connect(dsn, autocommit=True) as writer,
        ThreadPoolExecutor(1) as beside,
        _Eye(dsn, "copied") as eye,
    ):
        for table in ("noted", "copied"):
            writer.execute(f"CREATE TABLE {table} (stream_id uuid, version bigint PRIMARY KEY)".encode())
        listener.execute("LISTEN noted")
        beside.submit(copy_what_is_told)
        began = time.perf_counter() + 0.1
        for row in range(rows):
            due, stream = began + row / RATE, uuid4()
            time.sleep(max(0.0, due - time.perf_counter()))
            noted = "WITH n AS (INSERT INTO noted VALUES (%s, %s)) SELECT pg_notify('noted', %s::text)"
            writer.execute(noted, (stream, row, row))
            eye.look_for(Said(stream, row, row, due, time.perf_counter()))
        return eye.delays()


def _bare_megabytes() -> float:
    weigh = "import fastapi, psycopg, uvicorn, psutil; print(psutil.Process().memory_info().rss)"
    said = subprocess.run([sys.executable, "-c", weigh], capture_output=True, text=True, check=True).stdout
    return int(said) / 1024 / 1024


class _Eye:
    """Looks for rows of a table on a connection of its own until each has been seen."""

    def __init__(self, dsn: str, table: str) -> None:
        self._dsn = dsn
        self._table = table
        self._awaited: dict[tuple[UUID, int], float] = {}
        self._delays: list[float] = []
        self._lock = threading.Lock()
        self._last = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Eye":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._last.set()
        self._thread.join()

    def look_for(self, said: Said) -> None:
        """From now on."""
        with self._lock:
            self._awaited[said.call, said.version] = said.answered

    def delays(self) -> list[float]:
        """Of all that were looked for, once they have been seen."""
        self._last.set()
        self._thread.join()
        return self._delays

    def _look(self) -> None:
        wanted = (
            f"SELECT stream_id, version FROM {self._table} JOIN unnest(%s::uuid[], %s::bigint[])"
            " AS a(stream_id, version) USING (stream_id, version)"
        ).encode()
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            while not (self._last.is_set() and not self._awaited):
                with self._lock:
                    awaited = list(self._awaited)
                if awaited:
                    seen = connection.execute(wanted, ([c for c, _ in awaited], [v for _, v in awaited])).fetchall()
                    at = time.perf_counter()
                    with self._lock:
                        self._delays += [(at - self._awaited.pop(key)) * 1000 for key in seen]
                time.sleep(_LOOK_AGAIN_SECONDS)


def _megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1024 / 1024
