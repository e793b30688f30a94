"""区划的办理: what can be asked about divisions."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from domain.directory.authority import require_directory_keeper
from domain.directory.division import Division
from domain.directory.division import evolve as evolve_division
from domain.directory.identity import division_stream
from domain.directory.kinds import DivisionLevel
from domain.directory.refusals import AlreadyRegistered
from domain.directory.register import division_coded
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event

_CODE = Field(title="区划代码", description="统计用区划代码,12位;网格可为15位")


class RegisterDivision(Command):
    """登记区划."""

    wire: ClassVar[str] = "directory.register_division"
    title: ClassVar[str] = "登记区划"

    code: str = _CODE
    name: str = Field(title="区划名称", max_length=100)
    level: DivisionLevel = Field(title="层级")
    parent_code: str | None = Field(default=None, title="上级区划代码", description="省级不填")


class RenameDivision(Command):
    """区划更名."""

    wire: ClassVar[str] = "directory.rename_division"
    title: ClassVar[str] = "区划更名"

    code: str = _CODE
    name: str = Field(title="新名称", max_length=100)


class AbolishDivision(Command):
    """撤销区划."""

    wire: ClassVar[str] = "directory.abolish_division"
    title: ClassVar[str] = "撤销区划"

    code: str = _CODE
    effective_at: Instant = Field(title="撤销时间")
    successor_codes: tuple[str, ...] = Field(default=(), title="承接区域的区划代码", max_length=200)
    document: str = Field(title="批准文件文号", min_length=1, max_length=200)


def register_division(command: RegisterDivision, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, AlreadyRegistered, UnknownDivision (the parent), and what Division.register does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    node = desk.envelope.node
    if desk.streams.find(division_stream(node, command.code), evolve_division) is not None:
        raise AlreadyRegistered(field="code")
    parent = division_coded(desk.streams, node, command.parent_code) if command.parent_code else None
    return [Division.register(desk.envelope, command.code, command.name, command.level, parent)]


def rename_division(command: RenameDivision, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownDivision, and what Division.rename does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    return [division_coded(desk.streams, desk.envelope.node, command.code).rename(desk.envelope, command.name)]


def abolish_division(command: AbolishDivision, desk: Desk) -> Sequence[Event]:
    """Refuses NotAdministrator, UnknownDivision, and what Division.abolish does."""
    require_directory_keeper(desk.streams, desk.envelope.actor)
    node = desk.envelope.node
    successors = tuple(division_coded(desk.streams, node, code) for code in command.successor_codes)
    division = division_coded(desk.streams, node, command.code)
    return [division.abolish(desk.envelope, command.effective_at, successors, command.document)]


HANDLERS: Handlers = {
    RegisterDivision: register_division,
    RenameDivision: rename_division,
    AbolishDivision: abolish_division,
}
