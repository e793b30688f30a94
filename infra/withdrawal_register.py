"""撤除登记: every withdrawal as a table to keep beside the backups, and its use after an older one was restored."""

import csv
import io
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from domain.calls.events import ContentWithdrawn
from domain.calls.fold import evolve
from domain.shared.refusals import Refusal
from infra.clock import now
from infra.composition import House
from infra.content_withdrawal import withdraw
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console(stderr=True, soft_wrap=True)

COLUMNS = ("流编号", "呼叫编号", "决定文号", "机关甲", "机关乙", "撤除时间")

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]


@app.command(name="list", help="以 CSV 列出全部撤除;请与备份分开保存,每次撤除后更新。")
def list_withdrawals(data: DataFolder = None) -> None:
    """Print every withdrawal of the log."""
    with _house(data) as house:
        typer.echo(register_of(house), nl=False)


@app.command(name="apply", help="再次执行登记中的撤除:已撤除的跳过,不可恢复。")
def apply_withdrawals(
    register: Annotated[Path, typer.Argument(help="huying withdrawals list 生成的文件")], data: DataFolder = None
) -> None:
    """Withdraw again what an older backup brought back."""
    try:
        text = register.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceUnavailable(f"撤除登记 {register} 无法读取:请给出 huying withdrawals list 生成的文件。") from error
    with _house(data) as house:
        done, unknown = apply_register(house, text)
    console.print(f"已再次撤除 {done} 件。")
    if unknown:
        console.print(f"登记中有 {len(unknown)} 件不在本库(备份之后才有的):{'、'.join(unknown)}。", highlight=False)


def register_of(house: House) -> str:
    """Every withdrawal, oldest first, as CSV."""
    told = io.StringIO()
    table = csv.writer(told, lineterminator="\n")
    table.writerow(COLUMNS)
    with house.pool.connection() as connection:
        calls = connection.execute(
            "SELECT originator_id FROM stored_events WHERE topic = 'calls.ContentWithdrawn'"
            " GROUP BY originator_id ORDER BY min(notification_id)"
        ).fetchall()
    for (call,) in calls:
        number = house.store.get(call, evolve).number
        for event in house.store.history(call):
            if isinstance(event, ContentWithdrawn):
                recorded = event.recorded_at.isoformat(timespec="seconds")
                table.writerow((call, number, event.order_number, *event.offices, recorded))
    return told.getvalue()


def apply_register(house: House, text: str) -> tuple[int, list[str]]:
    """Withdraw what is not withdrawn yet. Gives how many, and the numbers of calls this store does not have."""
    done, unknown = 0, []
    for row in csv.DictReader(io.StringIO(text)):
        try:
            call, number = UUID(row["流编号"]), row["呼叫编号"]
            order, offices = row["决定文号"], (row["机关甲"], row["机关乙"])
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceUnavailable(f"撤除登记的列应为:{'、'.join(COLUMNS)}。") from error
        if house.store.find(call, evolve) is None:
            unknown.append(number)
            continue
        if any(isinstance(e, ContentWithdrawn) and e.order_number == order for e in house.store.history(call)):
            continue
        try:
            withdraw(house, call, order, offices)
        except Refusal as refusal:
            raise ServiceUnavailable(f"{number}:{refusal.message}") from refusal
        done += 1
    return done, unknown


def _house(data: Path | None) -> House:
    return House.open(Settings(folder=data) if data is not None else Settings(), now)
