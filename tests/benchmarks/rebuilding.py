"""重建时办理: what commands cost while the calls view is folded anew beside them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.bench import Bench, shown, wait_until_at_rest
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.load import CLIENTS, RATE, Notetakers
from tests.benchmarks.synthetic import store_calls
from tests.county_store import MASTER
from tests.domain.calls.county import the_county
from tests.journeys.instance import start_process
from tests.journeys.kafka_shape import NODE


def rebuild_while_serving_figures(bench: Bench) -> list[Figure]:
    """`huying rebuild calls` as an operator runs it, again and again while commands come in."""
    dsn, notes = bench.database(), bench.some(750, 250)
    with bench.demonstration(dsn) as running:
        events = store_calls(dsn, the_county(), bench.some(4_000, 1_000))
        wait_until(lambda: shown(dsn), 300)
        wait_until_at_rest(running.pid)
        with closing(Notetakers(running)) as people:
            people.write(CLIENTS)
            without = [said.milliseconds for said in people.write(notes)]
            stop = threading.Event()
            with ThreadPoolExecutor(1) as beside_it:
                building = beside_it.submit(_rebuild_until, stop, dsn, running.folder)
                beside = [said.milliseconds for said in people.write(notes)]
                stop.set()
                took = building.result()
    return [
        Figure(
            "rebuild_while_serving",
            percentile(beside, 0.99),
            "ms p99",
            "lower",
            f"{notes:,} notes at {RATE:.0f} a second over HTTP while `huying rebuild calls` folds {events:,} facts anew"
            f" in a process of its own ({len(took)} times, {max(took):.1f} s at most): p50"
            f" {percentile(beside, 0.5):.1f} ms. Without a rebuild: p50 {percentile(without, 0.5):.1f} ms, p99 the"
            " limit. Goal: twice the limit. The calls view alone is rebuilt, over these few facts; rebuild_all_views"
            " folds every view, over a far longer history, with nobody at work.",
            goal=2 * percentile(without, 0.99),
            limit="the same commands without a rebuild, p99",
            limit_value=percentile(without, 0.99),
            notes=f"Not profiled. The rebuild computes all the while on cores that server, projector, PostgreSQL and"
            f" {CLIENTS} clients use as well; a p99 of {notes:,} notes moves with its {notes // 100} slowest. How much"
            " one run differs from the next is not known. It begins when the process is at rest: in two runs in which"
            " its clock was still catching up thousands of rungs, the p99 without a rebuild was 0.4 and 0.9 s. Tried:"
            " full garbage collections taken out of every process (decision 0047).",
        )
    ]


def _rebuild_until(stop: threading.Event, dsn: str, folder: Path) -> list[float]:
    """Seconds of each."""
    took: list[float] = []
    settings = {"HUYING_DATABASE_URL": dsn, "HUYING_NODE": NODE, "HUYING_MASTER_KEY": MASTER.hex()}
    while not stop.is_set():
        began = time.monotonic()
        process = start_process("rebuild", folder, "calls", settings=settings)
        if process.wait(300) != 0:
            raise RuntimeError((folder / "rebuild.log").read_text()[-2000:])
        took.append(time.monotonic() - began)
    return took
