"""资料与体检命令: rebuild, refold, unpark, doctor: what an operator does about views."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from adapters.event_store.feed import RawDecoder, StoreStreams
from api.findings import Finding
from infra.clock import now
from infra.composition import House
from infra.doctor import compare_views, difference_in_words, examine
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from projections.engine.projection import Projection, live_schema
from projections.engine.structure import TablesAltered
from projections.engine.view_writer import ViewWriter

console = Console(stderr=True, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]


def rebuild_views(
    names: Annotated[list[str] | None, typer.Argument(help="资料名称,如 calls directory duty_lists")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="同时用几个进程")] = 1,
    data: DataFolder = None,
) -> None:
    """Rebuild views beside the serving ones, then switch."""
    with _house(data) as house:
        chosen = list(dict.fromkeys(_view(house, name) for name in names)) if names else house.views
        titles = "、".join(view.title for view in chosen)
        taken = 0
        with console.status(f"正在重建{titles}……") as status:

            def progress(count: int) -> None:
                nonlocal taken
                taken += count
                status.update(f"正在重建{titles}……已整理 {taken} 条记录")

            house.rebuild(chosen, progress, processes)
        console.print(f"{titles}:已重建,共整理 {taken} 条记录。")


def refold(
    name: Annotated[str, typer.Argument(help="资料名称,如 calls")],
    streams: Annotated[list[UUID], typer.Argument(help="流编号,如 huying doctor 所列")],
    data: DataFolder = None,
) -> None:
    """Fold single streams anew, whatever their rows are now."""
    with _house(data) as house:
        view = _view(house, name)
        for stream in streams:
            _refold(house, view, stream)
    console.print(f"已重新整理 {len(streams)} 件。")


def unpark(
    name: Annotated[str | None, typer.Argument(help="资料名称;不写则全部")] = None,
    stream: Annotated[UUID | None, typer.Argument(help="流编号;不写则该资料的全部")] = None,
    data: DataFolder = None,
) -> None:
    """Fold parked streams anew; those whose cause is still there stay parked."""
    with _house(data) as house:
        views = {live_schema(view): view for view in ([_view(house, name)] if name else house.views)}
        parked = [p for p in house.freshness.parked() if p.view in views and stream in (None, p.stream)]
        if not parked:
            raise ServiceUnavailable("没有停在一旁的记录,无需重新整理。")
        still = 0
        for one in parked:
            try:
                _refold(house, views[one.view], one.stream)
            except ServiceUnavailable as problem:
                still += 1
                console.print(
                    f"仍停在一旁:{views[one.view].name} {one.stream}:{problem}", markup=False, highlight=False
                )
    if still:
        raise ServiceUnavailable(f"已重新整理 {len(parked) - still} 件,仍有 {still} 件停在一旁:原因尚未排除。")
    console.print(f"已重新整理 {len(parked)} 件。")


def doctor(
    views: Annotated[bool, typer.Option("--views", help="另把页面资料逐行与事实重算的结果核对(较慢)")] = False,
    data: DataFolder = None,
) -> None:
    """Say what is wrong with an installation, and what to do."""
    settings = Settings(folder=data) if data is not None else Settings()
    findings = examine(settings, now)
    if views and not any(one.code.startswith(("database-", "installation-")) for one in findings):
        with House.open(settings, now) as house:
            findings += compare_views(house, lambda one: typer.echo(f"不同    {difference_in_words(one)}"))
    for finding in findings:
        typer.echo(told(finding))
    problems = sum(not finding.well for finding in findings)
    typer.echo(f"共 {len(findings)} 项," + (f"有问题 {problems} 项。" if problems else "全部正常。"))
    if problems:
        raise SystemExit(1)


def told(finding: Finding) -> str:
    """A finding as lines: state, what was found, and where it is not well, the cure and the code."""
    if finding.well:
        return f"正常    {finding.subject}:{finding.text}"
    return f"有问题  {finding.subject}:{finding.text}\n        怎么办:{finding.cure}\n        代码:{finding.code}"


def _house(data: Path | None) -> House:
    return House.open(Settings(folder=data) if data is not None else Settings(), now)


def _view(house: House, name: str) -> Projection:
    view = next((view for view in house.views if view.name == name), None)
    if view is None:
        known = "、".join(view.name for view in house.views)
        raise ServiceUnavailable(f"没有名为“{name}”的页面资料,可选:{known}。")
    return view


def _refold(house: House, view: Projection, stream: UUID) -> None:
    """Refuses ServiceUnavailable when the cause is still there: nothing has changed then."""
    streams = StoreStreams(house.pool)
    writer = ViewWriter(house.engine, view, live_schema(view), streams, RawDecoder(house.keys))
    known = streams.streams([stream])
    channel = house.channel_of_stream(stream, known[0].wire) if known else ""
    try:
        writer.refuse_if_altered()
        writer.refold(stream, channel)
    except TablesAltered as problem:
        raise ServiceUnavailable(f"{problem}。请先运行 huying rebuild {view.name}。") from problem
    except ConnectionError as problem:
        raise ServiceUnavailable(str(problem)) from problem
    except Exception as problem:
        raise ServiceUnavailable(f"未能重新整理 {stream}({type(problem).__name__}:{problem})。") from problem
