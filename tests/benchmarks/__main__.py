"""性能测量: `python -m tests.benchmarks [--quick]`. Real PostgreSQL, real code, bounded; writes docs/benchmarks/."""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import create_engine

from infra.migrations.upgrade import upgrade
from infra.services.postgres import Postgres
from tests.benchmarks.appending import append_figures
from tests.benchmarks.figures import Figure, machine, write
from tests.benchmarks.http_commands import http_figures
from tests.benchmarks.importing import TOWNSHIPS, import_figure
from tests.benchmarks.synthetic import one_stored_event
from tests.benchmarks.viewing import freshness_figure, queue_figure, rebuild_figure
from tests.county_store import CountyStore, county_store
from tests.domain.calls.county import the_county
from tests.projections.histories import LIVES, call_facts


def main() -> None:
    """Measure everything and write it down."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="性能测量")
    parser.add_argument("--quick", action="store_true", help="约两分钟")
    quick: bool = parser.parse_args().quick
    then, begun = machine(), time.monotonic()
    console = Console()
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    )
    with tempfile.TemporaryDirectory(prefix="hyb-") as folder, Postgres(Path(folder) / "pg") as postgres, progress:
        bench = Bench(postgres, folder, quick)
        work = progress.add_task("", total=len(bench.parts))
        figures: list[Figure] = []
        for title, part in bench.parts.items():
            progress.update(work, description=title)
            for figure in part():
                figures.append(figure)
                console.print(
                    f"{figure.name}: {figure.value:,.1f} {figure.unit}"
                    + ("" if figure.reached is None else "  ✓" if figure.reached else f"  ✗ {figure.goal:,.1f}")
                )
            progress.advance(work)
    write(figures, quick=quick, machine_then=then, minutes=(time.monotonic() - begun) / 60)
    console.print("docs/benchmarks/ 已更新。")


class Bench:
    """The parts, each on databases of its own."""

    def __init__(self, postgres: Postgres, folder: str, quick: bool) -> None:
        self._postgres = postgres
        self._folder = folder
        self._quick = quick
        self.parts = {
            "追加": self._append,
            "重建": self._rebuild,
            "更新延迟": self._freshness,
            "办理(HTTP)": self._http,
            "导入": self._import,
            "待办一页": self._queue,
        }

    def _database(self) -> str:
        dsn = self._postgres.make_database(f"bench_{uuid4().hex[:8]}")
        engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
        upgrade(engine)
        engine.dispose()
        return dsn

    @contextmanager
    def _house(self, *, founded: bool = True) -> Iterator[CountyStore]:
        with county_store(self._database(), founded=founded) as house:
            yield house

    def _append(self) -> list[Figure]:
        plain = self._postgres.make_database(f"bench_{uuid4().hex[:8]}")
        return append_figures(self._database(), plain, one_stored_event(the_county()), self._quick)

    def _rebuild(self) -> list[Figure]:
        with self._house() as house:
            return [rebuild_figure(house, 1_500 if self._quick else 12_000)]

    def _freshness(self) -> list[Figure]:
        with self._house() as house:
            return [freshness_figure(house, 100 if self._quick else 300)]

    def _http(self) -> list[Figure]:
        bare = self._postgres.make_database(f"bench_{uuid4().hex[:8]}")
        return http_figures(self._folder, self._database(), bare, self._quick)

    def _import(self) -> list[Figure]:
        with self._house(founded=False) as house:
            return [import_figure(house, TOWNSHIPS)]

    def _queue(self) -> list[Figure]:
        with self._house() as house:
            for _ in range(10):
                for life in LIVES.values():
                    life(house.county)
            for facts in call_facts(house.county).values():
                house.keep(facts)
            house.fold()
            return [queue_figure(house, calls) for calls in (10_000, 100_000)]


if __name__ == "__main__":
    main()
