"""平台故障命令: huying declare-outage …: what could not be done meanwhile is held against nobody."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console

from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import OutageKind
from domain.shared.calendar import LOCAL
from domain.shared.commands import Ask
from domain.shared.refusals import Refusal
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

console = Console(stderr=True, soft_wrap=True)


def declare_outage(
    start: Annotated[str, typer.Option("--from", help="开始时间,如 2026-05-11T14:00")],
    end: Annotated[str, typer.Option("--to", help="结束时间,如 2026-05-11T16:30")],
    kind: Annotated[OutageKind, typer.Option("--kind", help="种类")] = OutageKind.PLATFORM,
    description: Annotated[str, typer.Option("--description", help="情况说明")] = "",
    data: Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")] = None,
) -> None:
    """Declare an outage that is over, and justify for all what ran through it."""
    starts_at, ends_at = _moment(start), _moment(end)
    with House.open(Settings(folder=data) if data is not None else Settings(), now) as house:
        command = DeclareOutage(kind=kind, starts_at=starts_at, ends_at=ends_at, description=description)
        try:
            house.bus.execute(command, Ask(uuid4(), system_actor(house.settings.node)))
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
        if not house.settings.kafka:
            house.catch_up()
        recomputing = house.recomputing()
        done = recomputing.ask_all(recomputing.by_outages(starts_at, ends_at))
    console.print(f"已公布{kind.label};{done} 件事项的时限已按此重算,期间计为正当事由。")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ServiceUnavailable(f"时间“{text}”不能识别,请写成 2026-05-11T14:00 的样子。") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
