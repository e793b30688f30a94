"""账号命令: huying account …: opens a login for somebody in the directory, gives a new password to who forgot it."""

import re
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from adapters.identity.credentials import Credentials
from adapters.identity.passwords import PasswordRule, Passwords
from adapters.identity.refusals import NoCredential
from domain.directory.identity import person_stream
from domain.directory.person import Person
from domain.directory.person import evolve as evolve_person
from domain.shared.refusals import Refusal
from infra.clock import now
from infra.composition import House
from infra.identity import make_identity
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console(stderr=True, soft_wrap=True)

_UNMISTAKABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")
"""What can be read out on the telephone or copied by hand without being mistaken."""

_LOGIN = re.compile(r"\w[\w.@-]{1,39}")

DataFolder = Annotated[Path | None, typer.Option("--data", help="数据目录(默认 var)")]
PersonCode = Annotated[str, typer.Argument(help="人员编号(名录中的工号)")]
Ask = Annotated[bool, typer.Option("--ask", help="自己输入口令(不填则生成一个,只显示一次)")]


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """开通结果: the login, and the posts the person can sign in to now (none: the login opens nothing yet)."""

    login: str
    posts: tuple[str, ...]


@app.command(help="为名录中的人员开通登录账号。首次登录须更换口令。")
def add(
    person: PersonCode,
    login: Annotated[str, typer.Option("--login", help="登录名(不填则用人员编号)")] = "",
    ask: Ask = False,
    data: DataFolder = None,
) -> None:
    """Open an account."""
    login = login or person
    refuse_unless_login(login)
    with _house(data) as house:
        password = _asked() if ask else new_password(login)
        try:
            opened = open_account(house, person, login, password)
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
    if not opened.posts:
        console.print("[yellow]注意:[/]该人员当前没有在任岗位,导入任职后才能登录。")
    console.print(f"已开通登录名 [bold]{opened.login}[/]:{'、'.join(opened.posts) or '暂无岗位'}。首次登录须更换口令。")
    _show_once(password, generated=not ask)


@app.command(help="重置一个人的口令:原有登录全部退出,接口令牌全部吊销,下次登录须更换口令。")
def reset(person: PersonCode, ask: Ask = False, data: DataFolder = None) -> None:
    """Give a new password."""
    with _house(data) as house:
        try:
            who = registered_person(house, person).id
            login = make_credentials(house).of(who).login
            password = _asked() if ask else new_password(login)
            make_identity(house, now).reset_password(who, password)
        except Refusal as refusal:
            raise ServiceUnavailable(refusal.message) from refusal
    console.print(f"登录名 [bold]{login}[/] 的口令已重置,原有登录已全部退出,接口令牌已全部吊销。下次登录须更换口令。")
    _show_once(password, generated=not ask)


def open_account(house: House, code: str, login: str, password: str) -> OpenedAccount:
    """开通. The person is looked up among the facts, so no view need be up to date.

    Refuses LoginTaken, WeakPassword; ServiceUnavailable for a malformed login, for somebody not in the directory, or
    who has an account.
    """
    refuse_unless_login(login)
    person = registered_person(house, code)
    credentials = make_credentials(house)
    taken = _login_held(credentials, person.id)
    if taken is not None:
        raise ServiceUnavailable(
            f"人员编号 {code} 已有账号(登录名 {taken}),不需再开通;忘记口令请运行 huying account reset {code}。"
        )
    credentials.enrol(person.id, login, password, must_change=True)
    at = now()
    posts = tuple(
        f"{held.organization_name} · {held.post.label}"
        for held in person.appointments
        if held.holds(held.post, held.organization, at)
    )
    return OpenedAccount(credentials.of(person.id).login, posts)


def refuse_unless_login(login: str) -> None:
    """2 to 40 letters, digits, dots, dashes, underscores or @, the first no sign. Refuses ServiceUnavailable."""
    if not _LOGIN.fullmatch(login):
        raise ServiceUnavailable(
            f"登录名“{login}”不符合要求:须为 2 至 40 位字母、数字、汉字、点、横线、下划线或 @,请用 --login 另行指定。"
        )


def registered_person(house: House, code: str) -> Person:
    """The person with this code (工号), from the facts. Refuses ServiceUnavailable."""
    person = house.store.find(person_stream(house.settings.node, code), evolve_person)
    if person is None:
        raise ServiceUnavailable(
            f"名录中没有人员编号 {code}(节点 {house.settings.node}):"
            "请核对编号,或先用 huying import directory 导入人员和任职。"
        )
    return person


def new_password(login: str) -> str:
    """A random password that meets the rule: four groups of four, about 93 bits. `login` is a well-formed one."""
    rule = PasswordRule()
    while True:
        password = "-".join("".join(secrets.choice(_UNMISTAKABLE) for _ in range(4)) for _ in range(4))
        try:
            rule.check(password, login)
        except Refusal:  # it happened to contain a very short login: another one
            continue
        return password


def make_credentials(house: House) -> Credentials:
    """The accounts of this house."""
    return Credentials(house.engine, now, Passwords())


def _login_held(credentials: Credentials, person: UUID) -> str | None:
    try:
        return credentials.of(person).login
    except NoCredential:
        return None


def _house(data: Path | None) -> House:
    return House.open(Settings(folder=data) if data is not None else Settings(), now)


def _asked() -> str:
    password: str = typer.prompt("口令", hide_input=True, confirmation_prompt="再输入一次", err=True)
    return password


def _show_once(password: str, *, generated: bool) -> None:
    if generated:
        console.print("初始口令如下,只显示这一次,请当面或电话交给本人:")
        typer.echo(password)
