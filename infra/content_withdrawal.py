"""撤除内容命令: huying withdraw-content …: the one door through which a call's texts and files are destroyed."""

from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid5

import typer
from rich.console import Console
from sqlalchemy import select

from adapters.event_store.withdrawal import withdraw_content
from domain.calls.events import ContentWithdrawn, files_of
from domain.calls.work.records import WithdrawContent
from domain.shared.commands import Ask
from domain.shared.refusals import NotFound, Refusal
from domain.supervision.withdrawal import WithdrawMatterContent
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from projections.calls.tables import calls
from projections.calls.view import CallsView
from projections.supervision.view import SupervisionView

console = Console(stderr=True, soft_wrap=True)

_SECONDS_FOR_THE_VIEW = 30.0


def withdraw_by_order(
    number: Annotated[str, typer.Argument(help="呼叫编号,如 HY20260501-7K3QD")],
    order: Annotated[str, typer.Option("--order", help="撤除决定文号")],
    office: Annotated[list[str], typer.Option("--office", help="作出决定的机关,写两次")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")] = None,
) -> None:
    """Withdraw the content of one call by an order of two offices."""
    if len(office) != 2:
        raise ServiceUnavailable("撤除内容须由两个不同的机关共同决定:请写两次 --office。")
    with House.open(Settings(folder=data) if data is not None else Settings(), now) as house:
        call = numbered_call(house, number)
        if not yes:
            typer.confirm(
                f"将按{order}永久撤除 {number} 的全部文字和附件,任何人都不能恢复(办理时间和经过保留)。确定吗?",
                abort=True,
                err=True,
            )
        try:
            files = withdraw(house, call, order, (office[0], office[1]))
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
    console.print(f"已撤除 {number} 的内容,删除附件 {files} 个;页面资料中的文字已清除。")


def numbered_call(house: House, number: str) -> UUID:
    """The call that people know by this number. Refuses ServiceUnavailable for none, and for more than one."""
    with house.engine.connect() as connection:
        found = connection.execute(select(calls.c.stream_id).where(calls.c.number == number.strip())).scalars().all()
    if len(found) != 1:
        raise ServiceUnavailable(
            f"编号 {number} 对应 {len(found)} 件呼叫,没有撤除任何内容:请核对编号;刚提交的呼叫请稍后再试。"
        )
    call: UUID = found[0]
    return call


def withdraw(house: House, call: UUID, order: str, offices: tuple[str, str]) -> int:
    """Destroy the keys, record it, delete the files, and see to it that the views show nothing more.

    Gives the number of files deleted. Stopped in between, the same order can be given again. Refuses NotFound,
    Invalid; ServiceUnavailable when the views could not be brought up to date, with everything else done.
    """
    receipt = withdraw_content(
        house.store,
        house.keys,
        house.bus,
        system_actor(house.settings.node),
        WithdrawContent(call_id=call, order_number=order, offices=offices),
    )
    matter = _withdraw_matter(house, call, order)
    deleted = _discard_files(house, call)
    if not house.settings.kafka:
        house.catch_up()
    shown = house.freshness.wait_for(CallsView, max(receipt.positions), _SECONDS_FOR_THE_VIEW)
    if not shown or not house.freshness.wait_for(SupervisionView, matter, _SECONDS_FOR_THE_VIEW):
        raise ServiceUnavailable(
            "内容已撤除、附件已删除,但页面资料尚未清除:请运行 huying doctor,按提示使页面资料恢复更新"
            "(用 Kafka 的须 huying relay 和 huying project 都在运行),再在“运行状态”页核对。"
        )
    return deleted


def _withdraw_matter(house: House, call: UUID, order: str) -> int:
    """What was written on its supervision stood under the same key. Gives the position to wait for, 0 for none."""
    command = WithdrawMatterContent(call_id=call, order_number=order)
    named = uuid5(call, f"supervision withdrawn by {order}")
    try:
        return house.bus.execute(command, Ask(named, system_actor(house.settings.node))).position
    except NotFound:
        return 0  # nothing was supervised


def discard_withdrawn(house: House, call: UUID) -> None:
    """After a restore: what the log says was withdrawn has no key and no file, whatever came with the backup."""
    for event in house.store.history(call):
        if isinstance(event, ContentWithdrawn):
            for key in event.keys:
                house.keys.destroy(key, event.order_number)
    _discard_files(house, call)


def _discard_files(house: House, call: UUID) -> int:
    attached = {file.sha256 for event in house.store.history(call) for file, _ in files_of(event)}
    return sum(house.attachments.discard(call, sha256) for sha256 in sorted(attached))
