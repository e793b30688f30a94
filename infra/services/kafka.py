"""本机 Kafka: real Apache Kafka (KRaft) of one or several nodes, for one machine: trying out, development, tests.

No password and no encryption: it listens on 127.0.0.1 only. A production cluster is set up by infra/deploy.
"""

import base64
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from adapters.kafka.address import KafkaAddress
from infra.services.kafka_broker import FRESH_ARCHIVE, PROGRAMS, Broker, Machinery, Seat
from infra.services.kafka_libraries import bring_libraries, find_java
from infra.services.ports import LOCAL_HOST, free_ports, is_listening
from infra.services.problems import ServiceUnavailable

_SECONDS_TO_ANSWER = 90.0
_LOOK_AGAIN_SECONDS = 0.1
_SECONDS_TO_ARCHIVE = 120.0


class KafkaCluster:
    """One or more Kafka nodes, their facts under `folder`. Can be stopped, killed and started again at will.

    With three brokers every topic may have three copies, of which two must confirm (min.insync.replicas 2).
    """

    def __init__(
        self,
        folder: Path,
        *,
        brokers: int = 1,
        ports: Sequence[int] = (),
        libraries: Path | None = None,
        heap_megabytes: int = 512,
        archiving: bool = False,
    ) -> None:
        if ports and len(ports) != brokers:
            raise ValueError("one port for each broker")
        self._folder = folder.absolute()
        self._libraries = libraries or self._folder / "lib"
        self._heap_megabytes = heap_megabytes
        self._archiving = archiving
        drawn = free_ports(brokers * 2)
        self.ports: tuple[int, ...] = tuple(ports) or tuple(drawn[:brokers])
        self._controller_ports = drawn[brokers:]
        self.replication = min(3, brokers)
        self.min_insync = max(1, self.replication - 1)
        self.brokers: tuple[Broker, ...] = ()

    @property
    def bootstrap(self) -> str:
        """Where clients begin: "127.0.0.1:9092,…"."""
        return ",".join(f"{LOCAL_HOST}:{port}" for port in self.ports)

    @property
    def libraries(self) -> Path:
        """The folder of Kafka's jars."""
        return self._libraries

    def start(self) -> Self:
        """Start all nodes and wait until they answer. Refuses ServiceUnavailable, and leaves nothing running then."""
        machinery = Machinery(find_java(), bring_libraries(self._libraries), self._heap_megabytes, self._archiving)
        voters = ",".join(
            f"{number}@{LOCAL_HOST}:{port}" for number, port in enumerate(self._controller_ports, start=1)
        )
        settings = {"replication": str(self.replication), "min_insync": str(self.min_insync)}
        self.brokers = tuple(
            Broker(Seat(number, port, controller, self._folder / f"node-{number}"), voters, settings, machinery)
            for number, (port, controller) in enumerate(zip(self.ports, self._controller_ports, strict=True), start=1)
        )
        try:
            for broker in self.brokers:
                broker.occupy()
            self._set_up()
            for broker in self.brokers:
                broker.start()
            self.wait_until_it_answers()
        except BaseException:
            self.kill()
            raise
        finally:
            for broker in self.brokers:
                broker.release()
        return self

    def wait_until_it_answers(self, seconds: float = _SECONDS_TO_ANSWER) -> None:
        """Wait until every node is a member that takes requests. Refuses ServiceUnavailable."""
        deadline = time.monotonic() + seconds
        while not self._answers():
            for broker in self.brokers:
                broker.refuse_if_ended()
            if time.monotonic() > deadline:
                raise ServiceUnavailable(
                    f"Kafka 启动后 {seconds:.0f} 秒仍未应答:请查看 {self._folder} 下各节点的 server.log。"
                )
            # Another program comes up: there is nothing to be told by, only to ask again.
            time.sleep(_LOOK_AGAIN_SECONDS)

    def bring_back(self, broker: Broker) -> None:
        """Start one stopped or killed node again, and wait until it is a member. Refuses ServiceUnavailable."""
        broker.occupy()
        try:
            broker.start()
        finally:
            broker.release()
        self.wait_until_it_answers()

    def stop(self) -> None:
        """Stop cleanly, within seconds."""
        # All at once: the last ones would wait for a quorum that is gone, so each is given its time and no more.
        for broker in self.brokers:
            broker.ask_to_stop()
        for broker in self.brokers:
            broker.wait_stopped()

    def kill(self) -> None:
        """kill -9 of every node."""
        for broker in self.brokers:
            broker.kill()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _set_up(self) -> None:
        known = {broker: broker.cluster_id() for broker in self.brokers}
        ids = {cluster for cluster in known.values() if cluster is not None}
        if len(ids) > 1:
            raise ServiceUnavailable(f"目录 {self._folder} 下的节点属于不同的 Kafka 集群:请勿混用不同集群的数据目录。")
        cluster_id = ids.pop() if ids else _new_cluster_id()
        new = [broker for broker, cluster in known.items() if cluster is None]
        with ThreadPoolExecutor(max_workers=max(1, len(new))) as pool:
            for done in [pool.submit(broker.set_up, cluster_id) for broker in new]:
                done.result()

    def _answers(self) -> bool:
        if not all(is_listening(port) for port in self.ports):
            return False
        try:
            with KafkaAddress(self.bootstrap).admin() as admin:
                seen = admin.describe_cluster()["brokers"]
        except (KafkaError, OSError):
            return False
        return sum(1 for broker in seen if not broker.get("is_fenced", False)) == len(self.brokers)


def archive_classes(libraries: Path) -> None:
    """Run one node once, so that its classes stand archived beside the jars and every later one starts in half the
    time (Java's class data sharing). Nothing is done where they do already. Refuses ServiceUnavailable."""
    machinery = Machinery(find_java(), bring_libraries(libraries), 0)
    if all(machinery.archive(program).exists() for program in PROGRAMS):
        return
    with tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as folder:
        cluster = KafkaCluster(Path(folder), libraries=libraries, archiving=True).start()
        for broker in cluster.brokers:
            broker.ask_to_stop()
            if not broker.wait_stopped(_SECONDS_TO_ARCHIVE):
                raise ServiceUnavailable(f"Kafka 在 {_SECONDS_TO_ARCHIVE:.0f} 秒内没有停下来:请稍后重试。")
    for program in PROGRAMS:
        machinery.archive(program, FRESH_ARCHIVE).rename(machinery.archive(program))


def run_kafka_in_foreground(folder: Path, port: int) -> None:
    """Run one Kafka node until Ctrl-C or SIGTERM, then stop it cleanly. Refuses ServiceUnavailable.

    Call it from the main thread: it takes the two signals for its own while it runs.
    """
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with KafkaCluster(folder, ports=[port]) as cluster:
            while not ended.wait(1.0):
                for broker in cluster.brokers:
                    broker.refuse_if_ended()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _new_cluster_id() -> str:
    while True:
        name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # A leading dash would be taken for an option by Kafka's own tools.
        if not name.startswith("-"):
            return name
