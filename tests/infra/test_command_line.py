"""命令行 as real processes: every failure is one clear sentence and an exit code, every stop a clean one."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from domain.directory.identity import person_stream
from infra.services.ports import LOCAL_HOST, free_ports, is_listening
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.journeys.instance import sign_in_page_comes
from tests.journeys.shown_forms import forms_in
from tests.servers import KAFKA_LIBRARIES

pytestmark = pytest.mark.long


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short path: a database's socket stands in it."""
    with tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def huying(*command: str, **settings: str) -> "subprocess.Popen[str]":
    """The product's command in a process of its own; what it says comes through a pipe."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
    return subprocess.Popen(
        [sys.executable, "-m", "infra", *command],
        env={**environment, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def refused(*command: str, **settings: str) -> str:
    """What it says when it can't go on: one sentence, an exit code other than 0, no traceback."""
    with huying(*command, **settings) as process:
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert said.startswith("不能继续:"), said
    assert len(said.strip().splitlines()) == 1, said
    return said


def wait_until_it_serves(process: "subprocess.Popen[str]", port: int, seconds: float = 90.0) -> None:
    def serves() -> bool:
        assert process.poll() is None, process.communicate()[1]
        return sign_in_page_comes(f"http://{LOCAL_HOST}:{port}")

    wait_until(serves, seconds)


def stop(process: "subprocess.Popen[str]", how: signal.Signals) -> str:
    """What it had said once it ended; how long a stop takes is measured by the benchmarks (`clean_stop`)."""
    process.send_signal(how)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


def left_running(folder: Path) -> list[str]:
    """Processes that name the folder or run in it: database, broker, parts of the product."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            surroundings = process.environ().get("HUYING_FOLDER", "") if "-m infra" in words else ""
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if str(folder) in words or str(folder) in surroundings:
            found.append(words)
    return found


class TestOneProcess:
    def test_told_to_stop_it_stops_its_database_too_and_starts_again(self, folder: Path) -> None:
        (port,) = free_ports(1)
        for how in (signal.SIGTERM, signal.SIGINT):
            process = huying("serve", "--demonstration", "--data", str(folder), "--port", str(port))
            with process:
                wait_until_it_serves(process, port)
                assert any("postgres" in words for words in left_running(folder))
                said = stop(process, how)
            assert said.endswith("已停止。\n")
            assert left_running(folder) == []
            assert not (folder / "postgres" / "postmaster.pid").exists()

    def test_told_to_stop_while_it_starts_it_leaves_no_database_behind(self, folder: Path) -> None:
        (port,) = free_ports(1)
        with huying("serve", "--demonstration", "--data", str(folder), "--port", str(port)) as process:
            wait_until(lambda: (folder / "postgres" / "postmaster.pid").exists(), 60)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        assert process.returncode != 0
        assert left_running(folder) == []


class TestTheProductionShapeOnOneMachine:
    def test_it_comes_up_takes_a_call_stops_at_once_and_goes_on_at_the_second_start(self, folder: Path) -> None:
        (folder / "kafka").mkdir()
        (folder / "kafka" / "lib").symlink_to(KAFKA_LIBRARIES)
        (port,) = free_ports(1)
        matter = "路灯不亮,行人夜间看不清"
        for start in ("first", "second"):
            with huying("run-with-kafka", "--data", str(folder), "--port", str(port)) as process:
                wait_until_it_serves(process, port, 120)
                with httpx.Client(base_url=f"http://{LOCAL_HOST}:{port}", timeout=20) as caller:
                    _sign_in(caller)
                    if start == "first":
                        _submit(caller, matter)
                    wait_until(lambda caller=caller: matter in caller.get("/queue/mine").text, 30)  # type: ignore[misc]
                stop(process, signal.SIGINT)
            assert left_running(folder) == []
            assert not is_listening(port)


def _sign_in(caller: httpx.Client) -> None:
    who = str(person_stream("demo", "cd-01"))

    def found() -> bool:
        return any(form.fields.get("person_id") == who for form in forms_in(caller.get("/sign-in").text))

    wait_until(found, 60)
    door = next(f for f in forms_in(caller.get("/sign-in").text) if f.fields.get("person_id") == who)
    assert caller.post(door.action, data=door.fields).status_code == 303


def _submit(caller: httpx.Client, matter: str) -> None:
    form = next(f for f in forms_in(caller.get("/calls/new").text) if "text" in f.fields)
    answer = caller.post(form.action or "/calls/new", data=form.with_typed(text=matter, place="府前路中段"))
    assert answer.status_code == 303, answer.text


class TestWhatKeepsItFromStarting:
    def test_a_taken_port(self, folder: Path, databases: Databases) -> None:
        with databases() as dsn, socket.create_server((LOCAL_HOST, 0)) as taken:
            port = taken.getsockname()[1]
            settings = {"HUYING_DATABASE_URL": dsn, "HUYING_MASTER_KEY": "a" * 64, "HUYING_FOLDER": str(folder)}
            said = refused("serve", "--demonstration", "--port", str(port), **settings)
        assert f"{LOCAL_HOST}:{port} 无法监听" in said
        assert "换一个端口" in said

    def test_a_folder_that_cannot_be_written(self, folder: Path) -> None:
        (folder / "file").write_text("")
        said = refused("serve", "--demonstration", "--data", str(folder / "file"))
        assert "无法写入" in said
        assert "换一个目录" in said

    def test_a_broken_database_folder(self, folder: Path) -> None:
        (folder / "postgres").mkdir()
        (folder / "postgres" / "base").write_text("left")
        said = refused("serve", "--demonstration", "--data", str(folder))
        assert "没有数据库标记" in said
        assert "备份" in said
        assert (folder / "postgres" / "base").read_text() == "left"

    def test_kafka_without_java(self, folder: Path) -> None:
        said = refused("kafka", "up", "--data", str(folder), PATH=str(folder), JAVA_HOME="")
        assert "本机没有 Java" in said

    def test_a_relay_without_kafka(self) -> None:
        assert "HUYING_KAFKA" in refused("relay")

    def test_a_setting_that_cannot_be(self) -> None:
        assert "HUYING_PORT" in refused("doctor", HUYING_PORT="http")

    def test_a_settings_file_that_is_not_there(self, folder: Path) -> None:
        assert str(folder / "none.env") in refused("doctor", HUYING_SETTINGS=str(folder / "none.env"))

    @pytest.mark.parametrize("command", ["serve", "relay", "project", "rebuild", "migrate"])
    def test_a_database_that_is_away(self, folder: Path, command: str) -> None:
        """As when a supervisor starts it again before the database is back."""
        (port,) = free_ports(1)
        away = f"postgresql://huying@{LOCAL_HOST}:{port}/huying"
        said = refused(
            command,
            HUYING_DATABASE_URL=away,
            HUYING_MASTER_KEY="a" * 64,
            HUYING_DEMONSTRATION="1",
            HUYING_FOLDER=str(folder),
            HUYING_KAFKA=f"{LOCAL_HOST}:{port}",
        )
        assert "数据库无法连接" in said
        assert "HUYING_DATABASE_URL" in said
