"""性能测量: a run of the parts that were asked for, over real PostgreSQL and Kafka; see docs/benchmarks.

A part is one module; PARTS is the list of them, in the order in which they run: first what people wait for at a page,
then what an operator waits for, last what explains the others or is needed least often.
"""

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from infra import long_lived
from infra.services.postgres import Postgres
from tests.benchmarks import (
    building,
    catching_up,
    clock,
    freshness,
    kafka_rates,
    obligations,
    pages,
    rates,
    rebuilding,
    starting,
    streams,
)
from tests.benchmarks.appending import append_figures
from tests.benchmarks.bench import Bench, Part
from tests.benchmarks.figures import Figure, Run, UnexplainedMiss, machine, standing_in, write
from tests.benchmarks.http_commands import http_figures
from tests.benchmarks.importing import TOWNSHIPS, import_figure
from tests.benchmarks.importing_history import import_history_figures
from tests.benchmarks.synthetic import one_stored_event
from tests.domain.calls.county import the_county

BUDGET_MINUTES = {False: 15.0, True: 2.0}
"""Of a full and of a quick run. After the first, no part begins that would take longer, as far as is known."""


def _append(bench: Bench) -> list[Figure]:
    return append_figures(bench.database(), bench.empty_database(), one_stored_event(the_county()), bench.quick)


def _http(bench: Bench) -> list[Figure]:
    return http_figures(str(bench.folder), bench.database(), bench.empty_database(), bench.quick)


def _import(bench: Bench) -> list[Figure]:
    with bench.house(founded=False) as house:
        return [import_figure(house, TOWNSHIPS)]


PARTS: Sequence[Part] = (
    Part(("queue_page", "call_page", "search"), "页面", pages.page_figures),
    Part(("command_http_p50", "command_http_p99", "command_http", "command_http_one_process"), "办理(HTTP)", _http),
    Part(("freshness_embedded",), "更新延迟(单进程)", freshness.embedded_figures),
    Part(("freshness_kafka", "process_memory"), "更新延迟(经 Kafka)", freshness.kafka_figures),
    Part(("live_stream", "live_stream_memory"), "实时提示", streams.stream_figures),
    Part(("rates_page", "rates_own_page", "rates_list"), "运行情况", rates.rates_figures),
    Part(("append_1_thread", "append_8_threads"), "追加", _append),
    Part(("rebuild_while_serving",), "重建时办理", rebuilding.rebuild_while_serving_figures),
    Part(("commands_while_catching_up",), "补触发时办理", catching_up.catching_up_figures),
    Part(("cold_start", "clean_stop"), "启动与停止", starting.start_figures),
    Part(("clock_catches_up", "clock_due_timers"), "时钟", clock.clock_figures),
    Part(
        ("relay_throughput", "kafka_feed_throughput", "kafka_projector_throughput"),
        "Kafka 收发",
        kafka_rates.kafka_figures,
    ),
    Part(("fold_call", "deadline", "reckon_obligation"), "应履责事项", obligations.obligation_figures),
    Part(("import_directory",), "导入", _import),
    Part(("import_history", "import_history_of_copy"), "导入历史", import_history_figures),
    Part(("rebuild_all_views", "rebuild_two_processes", "rebuild_obligations"), "重建", building.rebuild_figures),
)


def main() -> None:
    """Measure and write it down."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="性能测量")
    parser.add_argument("--quick", action="store_true", help="约两分钟")
    parser.add_argument("--only", default="", help="只测这些(逗号分隔,如 queue_page,search)")
    asked = parser.parse_args()
    only = [name for name in asked.only.split(",") if name]
    parts = _chosen(parser, only)
    # As the product's own processes do (infra/__main__.py).
    long_lived.begin()
    long_lived.settle()
    then, begun, standing = machine(), time.monotonic(), standing_in()
    console = Console()
    figures: list[Figure] = []
    left_out: list[str] = []
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    )
    with tempfile.TemporaryDirectory(prefix="hyb-") as folder, Postgres(Path(folder) / "pg") as postgres, progress:
        bench = Bench(postgres, Path(folder), asked.quick)
        work = progress.add_task("", total=len(parts))
        with bench.opened:
            for part in parts:
                expected = 0.0 if asked.quick else _expected_minutes(part, standing)
                if figures and _minutes_since(begun) + expected > BUDGET_MINUTES[asked.quick]:
                    left_out += part.names
                    continue
                progress.update(work, description=part.title)
                part_begun = time.monotonic()
                measured = part.run(bench)
                part_minutes = _minutes_since(part_begun)
                for figure in measured:
                    figures.append(replace(figure, part_minutes=part_minutes))
                    console.print(
                        f"{figure.name}: {figure.value:,.1f} {figure.unit}"
                        + ("" if figure.reached is None else "  ✓" if figure.reached else f"  ✗ {figure.goal:,.1f}")
                    )
                progress.advance(work)
    if left_out:
        console.print(f"时间不够,未测:{'、'.join(left_out)}(可用 ONLY= 单独测)。")
    try:
        write(figures, Run(asked.quick, then, _minutes_since(begun), only, left_out))
    except UnexplainedMiss as problem:
        raise SystemExit(str(problem)) from problem
    console.print("docs/benchmarks/ 已更新" + (";已有完整测量的各项保持不变。" if asked.quick else "。"))


def _minutes_since(moment: float) -> float:
    return (time.monotonic() - moment) / 60


def _expected_minutes(part: Part, standing: Mapping[str, Mapping[str, Any]]) -> float:
    """What the part took when it was last measured in full; nothing where that is not known."""
    known = [figure for name, figure in standing.items() if name.startswith(tuple(part.names))]
    return max((figure.get("part_minutes", 0.0) for figure in known if not figure.get("quick")), default=0.0)


def _chosen(parser: argparse.ArgumentParser, names: Sequence[str]) -> Sequence[Part]:
    known = [name for part in PARTS for name in part.names]
    if unknown := [name for name in names if name not in known]:
        parser.error(f"没有 {'、'.join(unknown)};可选:{'、'.join(known)}")
    return [part for part in PARTS if not names or set(names) & set(part.names)]
