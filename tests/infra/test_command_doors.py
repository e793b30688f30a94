"""命令的门: help tells every command in a line without bringing any of them in, and each does stand behind its door."""

import subprocess
import sys

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from infra.command_line import DOORS, app

COMMANDS = sorted(get_group(app).commands)

_HELP = """\
import sys
from infra.command_line import app
try:
    app(["--help"])
finally:
    print("brought in:", *sys.modules)
"""


def test_the_list_of_commands_is_told_with_every_door_closed() -> None:
    said = subprocess.run([sys.executable, "-c", _HELP], check=True, capture_output=True, text=True).stdout

    told, _, brought_in = said.partition("brought in:")
    lines = [line.split() for line in told.partition("Commands:")[2].splitlines() if line.strip()]
    assert sorted(line[0] for line in lines) == COMMANDS
    assert all(len(line) > 1 for line in lines), "each with what it is for"
    assert not {door.module for door in DOORS.values()} & set(brought_in.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_stands_behind_its_door(command: str) -> None:
    said = CliRunner().invoke(app, [command, "--help"])

    assert said.exit_code == 0, said.output
    assert f" {command} " in said.output.splitlines()[0] + " "
