"""The embedded PostgreSQL: starts anywhere, keeps facts through kill -9, stops cleanly, and says what is wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

from infra.services.postgres import Postgres
from infra.services.problems import ServiceUnavailable
from tests.adapters.kafka.bench import wait_until


def _note(server: Postgres, word: str) -> None:
    with psycopg.connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (word text)")
        connection.execute("INSERT INTO notes VALUES (%s)", (word,))


def _notes(server: Postgres) -> list[str]:
    with psycopg.connect(server.dsn()) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM notes")]


def _said(server: Postgres, statement: str) -> str:
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_it_keeps_facts_from_start_to_start_and_stops_with_connections_open(folder: Path) -> None:
    server = Postgres(folder / "pg")
    with server:
        _note(server, "呼应")
        left_open = psycopg.connect(server.dsn())
        pid = server.pid
        server.stop()
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        left_open.close()
    with server:
        assert _notes(server) == ["呼应"]


def test_commits_are_synced_and_text_sorts_alike_on_every_machine(folder: Path) -> None:
    with Postgres(folder / "pg") as server, psycopg.connect(server.dsn()) as connection:
        settings = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('server_encoding'), datcollate FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert settings == ("on", "on", "UTF8", "C.UTF-8")


def test_its_log_has_room_for_a_rebuild_unless_somebody_set_how_much(folder: Path) -> None:
    server = Postgres(folder / "pg")
    with server:
        wait_until(lambda: _said(server, "SHOW max_wal_size") == "2GB")
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET max_wal_size = '512MB'")
    with server:
        assert _said(server, "SHOW max_wal_size") == "512MB"


def test_it_starts_again_at_once_after_kill_9_with_everything_that_was_committed(folder: Path) -> None:
    server = Postgres(folder / "pg").start()
    _note(server, "一")
    os.kill(server.pid, signal.SIGKILL)
    with Postgres(folder / "pg") as again:
        _note(again, "二")
        assert _notes(again) == ["一", "二"]


def test_a_stale_mark_that_names_a_living_stranger_is_no_obstacle(folder: Path) -> None:
    server = Postgres(folder / "pg").start()
    mark = (folder / "pg" / "postmaster.pid").read_text().split("\n", 1)
    server.stop()
    # As after a restart of the machine: the old number now belongs to another program, here to this test.
    (folder / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n{mark[1]}")
    (folder / "pg" / ".handle_pids.json").write_text(json.dumps([os.getppid()]))
    with server:
        assert server.pid != os.getpid()
        pid = server.pid
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_server_whose_program_was_killed_is_joined_and_stopped_by_the_next(folder: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from infra.services.postgres import Postgres;"
        "Postgres(Path(sys.argv[1])).start(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder / "pg")], check=False)
    assert killed.returncode == -signal.SIGKILL
    with Postgres(folder / "pg") as server:
        pid = server.pid
        _note(server, "三")
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_the_last_of_two_programs_stops_it(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from infra.services.postgres import Postgres;"
        "s = Postgres(Path(sys.argv[1])).start(); print('up', flush=True); sys.stdin.read(); s.stop()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "pg")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == b"up\n"
        with Postgres(folder / "pg") as server:
            dsn = server.dsn()
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        other.stdin.close()
        assert other.wait(10) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def test_sqlalchemy_reaches_it_too_and_a_further_database_is_made_when_asked(folder: Path) -> None:
    with Postgres(folder / "pg") as server:
        assert server.make_database("第二库") == server.dsn("第二库")
        engine = create_engine(server.sqlalchemy_url("第二库"))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_database()")).scalar_one() == "第二库"
        engine.dispose()


@pytest.mark.parametrize("missing", ["global/pg_control", "PG_VERSION", "base"])
def test_a_broken_folder_is_named_in_one_sentence_and_nothing_is_left_running(folder: Path, missing: str) -> None:
    server = Postgres(folder / "pg").start()
    server.stop()
    (folder / "pg" / missing).rename(folder / "taken-away")
    with pytest.raises(ServiceUnavailable, match=r"数据库目录 .*pg 无法使用\(.+\):请从备份恢复该目录"):
        server.start()
    running = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"]]
    assert not [command for command in running if str(folder / "pg") in command]


def test_a_folder_that_cannot_be_made_is_named_in_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(ServiceUnavailable, match="无法写入"):
        Postgres(folder / "file" / "pg").start()
