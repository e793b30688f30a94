"""通知命令: huying notices …: what could not be delivered, sending it again or settling it, connecting systems."""

import re
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from adapters.notices.planner import NOBODY
from adapters.notices.preferences import Webhooks
from adapters.notices.signed_post import AddressUnreadable, check_address
from adapters.notices.standing import NoticeStanding
from api.pages.times import exact_text
from domain.directory.identity import organization_stream
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from infra.clock import now
from infra.composition import House
from infra.cures import cure_of
from infra.notice_findings import UNPLANNED
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console(stderr=True, soft_wrap=True)

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]
Which = Annotated[list[UUID] | None, typer.Argument(help="发送编号(huying notices list 所列);不写则全部")]
OrganizationCode = Annotated[str, typer.Argument(help="机构编码(名录中的)")]


@app.command(name="list", help="列出未送达和未能计划的通知。")
def list_given_up(data: DataFolder = None) -> None:
    """Print what was given up."""
    with _house(data) as house:
        standing = NoticeStanding(house.engine)
        left, unplanned = standing.given_up(500), standing.unplanned()
    for one in left:
        typer.echo(f"{one.id}  {one.channel.label}  {one.number}  {one.organization_name}  {exact_text(one.ended_at)}")
        typer.echo(f"    {one.reason}。怎么办:{cure_of(one.code)}")
    for fact in unplanned:
        code = fact.code if fact.code == NOBODY else UNPLANNED
        typer.echo(f"第 {fact.position} 号记录  未能计划\n    {fact.reason}。怎么办:{cure_of(code)}")
    if not left and not unplanned:
        typer.echo("没有未送达的通知。")


@app.command(help="再次发送未送达的通知(编号不变,对方能去重的不会重复)。")
def again(which: Which = None, data: DataFolder = None) -> None:
    """Send given-up notices again."""
    with _house(data) as house:
        done = NoticeStanding(house.engine).send_again(now(), which or ())
    console.print(f"{done} 条将再次发送。")


@app.command(help="未送达的已另行告知:不再列出。")
def settle(which: Which = None, data: DataFolder = None) -> None:
    """Note that somebody has seen to it."""
    with _house(data) as house:
        done = NoticeStanding(house.engine).settle(which or ())
    console.print(f"{done} 条已注明另行告知。")


@app.command(help="登记机构自己系统的接收地址,生成签名密钥(只显示一次);再次登记则更换密钥。")
def connect(organization: OrganizationCode, url: str, data: DataFolder = None) -> None:
    """Connect an organization's system."""
    try:
        check_address(url)
    except AddressUnreadable as problem:
        raise ServiceUnavailable(f"{problem}。") from None
    with _house(data) as house:
        known = _organization(house, organization)
        secret = Webhooks(house.engine, house.keys, now).register(known.id, url)
    console.print(f"已登记“{known.name}”的接收地址。签名密钥(只显示这一次):")
    typer.echo(secret)


@app.command(help="取消机构系统的对接。")
def disconnect(organization: OrganizationCode, data: DataFolder = None) -> None:
    """Disconnect an organization's system."""
    with _house(data) as house:
        known = _organization(house, organization)
        if not Webhooks(house.engine, house.keys, now).remove(known.id):
            raise ServiceUnavailable(f"“{known.name}”没有登记过接收地址。")
    console.print(f"已取消“{known.name}”的对接。")


def _organization(house: House, code: str) -> Organization:
    known = None
    if re.fullmatch(r"[\w.-]{1,64}", code):
        known = house.store.find(organization_stream(house.settings.node, code), evolve_organization)
    if not isinstance(known, Organization):
        raise ServiceUnavailable(f"名录中没有编码为 {code} 的机构,请核对。")
    return known


def _house(data: Path | None) -> House:
    return House.open(Settings(folder=data) if data is not None else Settings(), now)
