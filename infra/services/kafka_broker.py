"""Kafka 节点: one Java process that is broker and controller, in one folder."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

from infra.services.kafka_libraries import KAFKA_FILES
from infra.services.ports import refuse_taken_port
from infra.services.problems import ServiceUnavailable, refuse_unwritable

FRESH_ARCHIVE = ".jsa.part"
"""Ending of an archive of classes that is being written."""
_NODE, _FORMATTER = "kafka.Kafka", "kafka.tools.StorageTool"
PROGRAMS = (_NODE, _FORMATTER)
"""Kafka's programs that are run here, by their main class."""

_SECONDS_TO_STOP = 8.0


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a node stands in its cluster: its number, its two ports, and its folder."""

    node_id: int
    port: int
    controller_port: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Machinery:
    """What runs it: the java program, the folder of jars, the largest heap in megabytes.

    Where the folder has an archive of a program's classes (see `archive_classes`), Java starts from it in half the
    time; one that does not fit this Java it passes over. `archiving`: the program writes one when it ends, under a
    name of its own, so that no half one is ever used.
    """

    java: Path
    libraries: Path
    heap_megabytes: int
    archiving: bool = False

    def archive(self, main_class: str, ending: str = ".jsa") -> Path:
        """Where the classes of one of Kafka's programs stand, archived."""
        return self.libraries.resolve() / (main_class + ending)

    def command(self, main_class: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command line of one of Kafka's programs."""
        if self.archiving:
            options = (f"-XX:ArchiveClassesAtExit={self.archive(main_class, FRESH_ARCHIVE)}", *options)
        elif self.archive(main_class).exists():
            options = (f"-XX:SharedArchiveFile={self.archive(main_class)}", *options)
        return [
            str(self.java),
            f"-Xmx{self.heap_megabytes}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            *options,
            "-cp",
            f"{self.libraries.resolve()}/*",  # the archive fits these very paths
            main_class,
            *arguments,
        ]


class Broker:
    """One node. `start` only starts the process; the cluster waits until it answers."""

    def __init__(self, seat: Seat, voters: str, settings: dict[str, str], machinery: Machinery) -> None:
        self.seat = seat
        self._voters = voters
        self._settings = settings
        self._machinery = machinery
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def occupy(self) -> None:
        """Take the folder for this node alone. Refuses ServiceUnavailable when another Kafka has it.

        Kafka itself notices too late: a second one becomes controller and writes before it looks for the lock. The
        Java process inherits the lock, so it is held as long as that process lives, whatever becomes of this one.
        """
        try:
            self.seat.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.seat.folder / "in-use.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refuse_unwritable(self.seat.folder, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(lock, 20, 0).decode() or "正在启动"
            os.close(lock)
            raise ServiceUnavailable(
                f"数据目录 {self.seat.folder} 正被另一个 Kafka 使用(进程号 {holder}):请先停止它,或换一个目录。"
            ) from error
        os.truncate(lock, 0)
        self._lock = lock

    def release(self) -> None:
        """Give the folder back, as far as this process holds it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def cluster_id(self) -> str | None:
        """The cluster this folder belongs to; None when it has not been set up. Refuses ServiceUnavailable."""
        marks = self._log_dir / "meta.properties"
        if not marks.is_file():
            if self._log_dir.exists():
                raise self._broken("缺少 meta.properties")
            return None
        found = re.search(r"^cluster\.id=(\S+)$", marks.read_text(errors="replace"), re.MULTILINE)
        if found is None:
            raise self._broken("meta.properties 无法识别")
        return found[1]

    def set_up(self, cluster_id: str) -> None:
        """Format the storage, in a folder of another name first: a half-formatted one is never taken for a whole."""
        part = self.seat.folder / "data.part"
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            settings = self._write_settings(part)
        except OSError as error:
            raise refuse_unwritable(self.seat.folder, error) from error
        done = subprocess.run(
            self._machinery.command(
                _FORMATTER, "format", "-t", cluster_id, "-c", str(settings), options=self._logging()
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise ServiceUnavailable(f"Kafka 无法初始化数据目录 {self.seat.folder}:{said[-1] if said else '没有说明'}")
        part.rename(self._log_dir)

    def start(self) -> None:
        """Start the process in the occupied folder. Refuses ServiceUnavailable: port taken, folder not writable."""
        assert self._lock is not None
        refuse_taken_port(self.seat.port)
        refuse_taken_port(self.seat.controller_port)
        try:
            settings = self._write_settings(self._log_dir)
            with self._log.with_suffix(".err").open("wb") as errors:
                # A session of its own: Ctrl-C in a terminal reaches us, and we stop Kafka in good order.
                self._process = subprocess.Popen(
                    self._machinery.command(_NODE, str(settings), options=self._logging()),
                    stdin=subprocess.DEVNULL,
                    stdout=errors,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[self._lock],
                )
                os.pwrite(self._lock, str(self._process.pid).encode(), 0)
        except OSError as error:
            raise refuse_unwritable(self.seat.folder, error) from error

    def refuse_if_ended(self) -> None:
        """Refuses ServiceUnavailable, with the cause, when the process is no longer there."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
            raise self._cause_of_end()

    def ask_to_stop(self) -> None:
        """Begin a clean stop."""
        if self.pid is not None:
            assert self._process is not None
            self._process.send_signal(signal.SIGTERM)

    def wait_stopped(self, seconds: float = _SECONDS_TO_STOP) -> bool:
        """Wait for the end of a clean stop; after that time it is ended the hard way. True when it was clean."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self._process = None
        return True

    def kill(self) -> None:
        """kill -9: what a power cut does to the process (not to the disk)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def _log_dir(self) -> Path:
        return self.seat.folder / "data"

    @property
    def _log(self) -> Path:
        return self.seat.folder / "server.log"

    def _logging(self) -> tuple[str, ...]:
        return (
            f"-Dlog4j2.configurationFile={KAFKA_FILES / 'log4j2.xml'}",
            f"-Dhuying.kafka.log={self._log}",
        )

    def _write_settings(self, log_dir: Path) -> Path:
        text = Template((KAFKA_FILES / "broker.properties").read_text()).substitute(
            self._settings,
            node_id=self.seat.node_id,
            port=self.seat.port,
            controller_port=self.seat.controller_port,
            voters=self._voters,
            log_dir=log_dir.resolve(),
        )
        path = self.seat.folder / "broker.properties"
        path.write_text(text)
        return path

    def _broken(self, cause: str) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"Kafka 数据目录 {self.seat.folder} 已损坏({cause}):请从备份恢复;"
            "或将该目录移走后重新启动,再由事实库补发(见运行手册)。"
        )

    def _cause_of_end(self) -> ServiceUnavailable:
        said = ""
        for path in (self._log, self._log.with_suffix(".err")):
            if path.is_file():
                said += path.read_text(errors="replace")[-200_000:]
        if "Address already in use" in said or "BindException" in said:
            return ServiceUnavailable(
                f"端口 {self.seat.port} 或 {self.seat.controller_port} 已被其他程序占用:"
                "请停止占用它的程序,或换一个端口。"
            )
        if "OutOfMemoryError" in said:
            return ServiceUnavailable(f"Kafka 内存不足({self._machinery.heap_megabytes} MB):请为它分配更多内存后重试。")
        # The exception says more than the line above it ("Exiting Kafka due to fatal exception").
        told = re.findall(r"^(?:Caused by: )?[\w.]+\.(\w+(?:Exception|Error): .+)$", said, re.MULTILINE)
        told = told or re.findall(r"^\S+ (?:ERROR|FATAL) (.+)$", said, re.MULTILINE)
        if not told:
            return ServiceUnavailable(f"Kafka 意外停止,没有说明原因:请查看日志 {self._log}。")
        return self._broken(told[-1].strip())
