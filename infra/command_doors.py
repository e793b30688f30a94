"""命令的门: a command's module is brought in when that command is given, not at the start of every other process.

Half of what all the commands need together (tables and spreadsheets, templates, what a doctor examines) no process
that stays needs, and a county's restart starts five.
"""

from collections import UserDict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Door:
    """Where a command stands: the function, or the Typer of a group of commands, `name` in `module`. `help` in a
    line."""

    module: str
    name: str
    help: str


def group_with(doors: Mapping[str, Door]) -> type[TyperGroup]:
    """A group that has, before its own commands, those behind the doors."""

    class GroupWithDoors(TyperGroup):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = self._listed = _Commands({**doors, **self.commands})

        def format_commands(self, ctx: Any, formatter: Any) -> None:
            """The list of commands, with every door closed."""
            with formatter.section("Commands"):
                formatter.write_dl([(name, found.help or "") for name, found in self._listed.data.items()])

    return GroupWithDoors


class _Commands(UserDict[str, Any]):
    """By name; typer names no public class for one. Names can be listed with every door closed."""

    def __getitem__(self, name: str) -> Any:
        command = super().__getitem__(name)
        if isinstance(command, Door):
            command = self.data[name] = _opened(name, command)
        return command


def _opened(name: str, door: Door) -> Any:
    found = getattr(import_module(door.module), door.name)
    around = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    around.callback()(_nothing)  # with one command only, typer makes no group
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name, help=door.help)
    else:
        around.command(name=name, help=door.help)(found)
    return get_group(around).commands[name]


def _nothing() -> None:
    pass
