"""历史导入命令: huying import-history: facts of an older platform, with their own times, become facts here."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from adapters.imports.event_log import EventLog, LogRefused
from adapters.imports.history_import import Instructions, Outcome, Rejected
from adapters.imports.history_mapping import MappingRefused, read_mapping
from adapters.imports.history_preparation import prepared
from domain.shared.refusals import Refusal
from infra.clock import now
from infra.composition import House
from infra.history_processes import batches, import_here, import_in_processes, make_ready
from infra.master_key import master_key
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

console = Console(stderr=True, soft_wrap=True)

_SHOWN = 20
"""So many rejects are shown on the screen; all of them stand in the file."""

_SMALL = 5_000
"""So few rows are imported before further processes would have started."""

_SMALL_FILE = 500_000
"""In bytes: fewer are hardly more rows than that."""


def import_history(
    file: Annotated[Path, typer.Argument(help="原平台导出的办理记录(CSV 或 XLSX),每行一个环节")],
    mapping: Annotated[Path, typer.Option("--mapping", help="映射文件(YAML):哪一列、哪个词是什么")],
    rejects: Annotated[Path | None, typer.Option("--rejects", help="未导入的写到哪里(默认:文件名.未导入.csv)")] = None,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, help="同时用几个进程(默认按处理器)")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并报告,不导入")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")] = None,
) -> None:
    """Import the event log of an older platform. Exit code 1 when a case was not imported."""
    for path in (file, mapping):
        if not path.is_file():
            raise ServiceUnavailable(f"没有文件 {path},请核对路径。")
    rejects = rejects or file.with_name(f"{file.name}.未导入.csv")
    if processes != 1 and file.stat().st_size > _SMALL_FILE:
        make_ready()
    try:
        said = read_mapping(mapping.read_bytes())
        log = EventLog(file, said)
    except MappingRefused as refused:
        raise ServiceUnavailable(refused.message) from refused
    except LogRefused as refused:
        raise ServiceUnavailable(f"文件不能导入:{refused}") from refused
    settings = Settings(folder=data) if data is not None else Settings()
    with House.open(settings, now) as house, _alone(house, said.source):
        try:
            given = prepared(house.store, settings.node, said, log, file.name, now(), dry_run=dry_run)
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
        outcome = _taken(house, log, given, processes or _fitting(log))
    _write_rejects(rejects, outcome.rejected)
    _report(outcome, log, rejects, dry_run)
    if outcome.rejected:
        raise typer.Exit(1)


def _taken(house: House, log: EventLog, given: Instructions, processes: int) -> Outcome:
    outcome = Outcome()
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as shown:
        task = shown.add_task("正在检查" if given.dry_run else "正在导入", total=log.rows)

        def told(part: Outcome) -> None:
            outcome.add(part)
            shown.update(task, completed=outcome.rows)

        work, master = batches(log.each_case()), master_key(house.settings)
        if processes == 1:
            import_here(work, house.dsn, master, given, told)
        else:
            import_in_processes(processes, work, house.dsn, master, given, told)
    return outcome


def _fitting(log: EventLog) -> int:
    return 1 if log.rows < _SMALL else min(4, os.cpu_count() or 1)


@contextmanager
def _alone(house: House, source: str) -> Iterator[None]:
    """One import of an older platform at a time. The lock falls with this process, however it ends."""
    with psycopg.connect(house.dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (f"import-history {source}",)
        ).fetchone()
        if row is None or not row[0]:
            raise ServiceUnavailable(f"“{source}”的另一次导入正在进行,请等它结束后再试。")
        yield


def _write_rejects(path: Path, rejected: Sequence[Rejected]) -> None:
    """A file that a spreadsheet opens; none where everything was imported, so that no old one misleads."""
    if not rejected:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["行", "列", "事项编号", "差错", "说明和办法", "该事项行数(均未导入)"])
        for one in sorted(rejected, key=lambda one: (one.row, one.column)):
            rows.writerow([one.row, one.column, one.case, one.code, one.message, one.rows])


def _report(outcome: Outcome, log: EventLog, rejects: Path, dry_run: bool) -> None:
    done = "可导入" if dry_run else "已导入"
    table = Table(title="检查结果(没有导入)" if dry_run else "导入结果", show_header=False)
    for name, value in (
        (f"{done}事项", f"{outcome.new:,} 件,另有 {outcome.grown:,} 件补充了新的记录"),
        ("此前已导入", f"{outcome.known:,} 件,没有新的记录,不重复导入"),
        ("未导入", f"{outcome.rejected_cases:,} 件"),
        ("文件", f"{log.rows:,} 行,其中 {outcome.left_out:,} 行按映射不导入"),
        ("办理记录", f"{outcome.facts:,} 条,其中 {outcome.implied:,} 条为原平台无记录的环节,依其后的记录推定并注明"),
    ):
        table.add_row(name, value)
    console.print(table)
    for one in sorted(outcome.rejected, key=lambda one: one.row)[:_SHOWN]:
        place = f"第{one.row}行" + (f"“{one.column}”列" if one.column else "")
        console.print(f"  {place}(事项 {one.case or '无编号'}):{one.message}", markup=False, highlight=False)
    if len(outcome.rejected) > _SHOWN:
        console.print(f"  ……另有 {len(outcome.rejected) - _SHOWN:,} 处")
    if outcome.rejected:
        console.print(f"未导入的全部写在 {rejects}:改正后用同一命令再导入一次即可,已导入的不会重复。", markup=False)
