"""更新延迟: from the acknowledgement of a command until everybody else can read what it changed; and what each process
weighs after that."""

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from uuid import UUID

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
    return [_figure("freshness_embedded", delays, said, 60, "One process, fed from the store.")]


def kafka_figures(bench: Bench) -> list[Figure]:
    """Serve, relay and project as processes over PostgreSQL and Kafka."""
    dsn = bench.database()
    with production_shape(bench.new_folder(), dsn, bench.kafka) as shape:
        delays, said = _delays(shape, dsn, bench.some(1_000, 300))
        weights = {role: _megabytes(process.pid) for role, process in shape.running.items()}
    heaviest = max(weights.values())
    return [
        _figure("freshness_kafka", delays, said, 250, "Three processes, through Kafka (one broker)."),
        Figure(
            "process_memory",
            heaviest,
            "MB",
            "lower",
            "Resident memory of the heaviest process after the load of freshness_kafka: "
            + ", ".join(f"{role} {weight:.0f} MB" for role, weight in weights.items())
            + ".",
            goal=250,
        ),
    ]


def _figure(name: str, delays: Sequence[float], said: Sequence[Said], goal: float, how: str) -> Figure:
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
    )


def _delays(running: Reached, dsn: str, notes: int) -> tuple[list[float], Sequence[Said]]:
    """Milliseconds of each note; 0 for one that could be read before its acknowledgement arrived."""
    with closing(Notetakers(running)) as people, _Eye(dsn) as eye:
        people.write(CLIENTS)  # everything has been done once
        said = people.write(notes, eye.look_for)
        return eye.delays(), said


class _Eye:
    """Looks for rows on a connection of its own until each has been seen."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
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
            f"SELECT stream_id, version FROM {timeline.fullname} JOIN unnest(%s::uuid[], %s::bigint[])"
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
