"""What is under fire: a whole installation on this machine, every part of which can be hurt and mended."""

import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from infra.services.kafka import KafkaCluster
from infra.services.kafka_broker import Broker
from infra.services.postgres import Postgres
from tests.adapters.event_store.proxy import DroppingProxy
from tests.faults.disk import SmallDisk
from tests.faults.short_limits import set_short_limits
from tests.journeys.kafka_shape import ROLES, Shape, production_shape
from tests.servers import KAFKA_LIBRARIES

BROKERS = 3
_HEAP_MEGABYTES = 256
_STORE_MEGABYTES = 3_000
_FILES_MEGABYTES = 400
_SECONDS_BEFORE_RESTART = 1.0
_A_MOMENT_AHEAD = timedelta(seconds=1)
_LAST_WORDS = 4_000
"""Bytes: a sentence, or the end of a traceback, beside what another process says into the same file."""


@dataclass
class Clock:
    """The product's time, as all its processes read it from the file.

    `moved_on`: how far it has been moved on for good; `off_by`: how far it is wrong.
    """

    file: Path
    moved_on: timedelta = timedelta()
    off_by: timedelta = timedelta()

    def move_on(self, by: timedelta) -> None:
        """So much time passes at once."""
        self.moved_on += by
        self._show(self._ahead())

    def set_off_by(self, seconds: float) -> None:
        """From now on it is off by so much."""
        self.off_by = timedelta(seconds=seconds)
        self._show(self._ahead())

    @contextmanager
    def standing_still(self) -> Iterator[datetime]:
        """No time passes meanwhile, so nothing more comes due. At which moment: nobody has seen a later one."""
        moment = datetime.now(UTC) + self.moved_on + self.off_by + _A_MOMENT_AHEAD
        self._show(moment.isoformat())
        try:
            yield moment
        finally:
            self._show(self._ahead())

    def _ahead(self) -> str:
        return str((self.moved_on + self.off_by).total_seconds())

    def _show(self, words: str) -> None:
        """Written beside and moved over: nobody reads half a number."""
        part = self.file.with_suffix(".part")
        part.write_text(words)
        part.replace(self.file)


@dataclass
class Scene:
    """The installation and what it stands on. `complaints`: what a fault itself found to be wrong."""

    folder: Path
    shape: Shape
    postgres: Postgres
    proxy: DroppingProxy
    clock: Clock
    store_disk: SmallDisk | None
    files_disk: SmallDisk | None
    complaints: list[str] = field(default_factory=list)
    supervisor: "Supervisor | None" = None
    kills: "Counter[str]" = field(default_factory=Counter)
    """How often kill -9 was sent, by what it ended: a process of the product by its role, PostgreSQL, a broker."""

    @property
    def kafka(self) -> KafkaCluster:
        """The three brokers."""
        return self.shape.kafka

    def kill_process(self, role: str) -> None:
        """kill -9 of one of the product's processes."""
        self.shape.kill(role)
        self.kills[role] += 1

    def kill_broker(self, broker: Broker) -> None:
        """kill -9 of one Kafka node."""
        broker.kill()
        self.kills["broker"] += 1

    def kill_database(self) -> None:
        """kill -9 of PostgreSQL, of all its processes at once."""
        self.kills["postgres"] += 1
        server = psutil.Process(self.postgres.pid)
        for process in (server, *server.children(recursive=True)):
            process.kill()

    def leader_of(self, topic: str, partition: int) -> Broker:
        """The broker that leads a partition now."""
        with self.shape.bench.settings.kafka.admin() as admin:
            number = admin.describe_topics([topic])[0]["partitions"][partition]["leader_id"]
        return next(broker for broker in self.kafka.brokers if broker.seat.node_id == number)

    def said_so_far(self, role: str) -> int:
        """How much the processes of a role have said until now: from there on is what they say next."""
        log = self._log(role)
        return log.stat().st_size if log.is_file() else 0

    def said_since(self, role: str, since: int, at_most: int | None = None) -> str:
        """What they have said since then, or the end of it; without colours, and without where the installation lay."""
        log = self._log(role)
        if not log.is_file():
            return ""
        with log.open("rb") as said:
            end = said.seek(0, os.SEEK_END)
            said.seek(since if at_most is None else max(since, end - at_most))
            return _COLOURS.sub("", said.read().decode(errors="replace")).replace(str(self.folder), "…")

    def last_words(self, role: str, since: int = 0) -> str:
        """The end of what they have said since then: what an earlier end said excuses no later one."""
        return self.said_since(role, since, _LAST_WORDS)

    def _log(self, role: str) -> Path:
        return self.folder / f"{role}.log"


_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Supervisor:
    """Starts again what ended by itself, as infra/deploy's units do: after a while, and never a relay that was fenced.

    It complains of ends that must not be: by a signal nobody sent, fenced without another relay, without a sentence.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor")
        self.restarts = 0

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        running = self._scene.shape.running
        heard = dict.fromkeys(ROLES, 0)
        while not self._stop.wait(0.2):
            for role in ROLES:
                process = running.get(role)
                if process is None or process.poll() is None:
                    continue
                words = self._scene.last_words(role, heard[role])
                heard[role] = self._scene.said_so_far(role)
                if process.returncode != 1 or "不能继续" not in words:
                    self._scene.complaints.append(f"{role} ended by itself with {process.returncode}: {words}")
                self._stop.wait(_SECONDS_BEFORE_RESTART)
                # A fault may have taken it over meanwhile: then it is that one's to start.
                if running.get(role) is process and not self._stop.is_set():
                    self._scene.shape.start(role)
                    self.restarts += 1


@contextmanager
def installation(*, small_disks: bool) -> Iterator[Scene]:
    """Everything up and running, the demonstration county loaded. `small_disks`: on disks that can be filled (root)."""
    with ExitStack() as opening:
        folder = Path(opening.enter_context(TemporaryDirectory(prefix="huying-faults-", ignore_cleanup_errors=True)))
        os.chmod(folder, 0o755)  # PostgreSQL's own user passes through here
        store_disk = files_disk = None
        if small_disks:
            store_disk = opening.enter_context(SmallDisk(folder / "store", _STORE_MEGABYTES))
            files_disk = opening.enter_context(SmallDisk(folder / "attachments", _FILES_MEGABYTES))
        postgres = opening.enter_context(Postgres(folder / "store" / "pg"))
        dsn = postgres.make_database("faults")
        kafka = opening.enter_context(
            KafkaCluster(folder / "kafka", brokers=BROKERS, libraries=KAFKA_LIBRARIES, heap_megabytes=_HEAP_MEGABYTES)
        )
        proxy = opening.enter_context(DroppingProxy(dsn))
        clock = Clock(folder / "clock-off-by")
        clock.set_off_by(0)
        shape = opening.enter_context(
            production_shape(
                folder,
                dsn,
                kafka,
                program=("-m", "tests.faults.process", str(clock.file)),
                of_role={"serve": {"HUYING_DATABASE_URL": proxy.dsn}},
            )
        )
        set_short_limits(shape)
        scene = Scene(folder, shape, postgres, proxy, clock, store_disk, files_disk)
        with Supervisor(scene) as supervisor:
            scene.supervisor = supervisor
            yield scene
