"""Real servers for tests, as context managers: register them as session fixtures where they are needed."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.services.kafka import KafkaCluster
from infra.services.kafka_libraries import KAFKA_FILES, find_java
from infra.services.postgres import Postgres

KAFKA_LIBRARIES = Path(__file__).parent.parent / "var" / "kafka" / "lib"
"""Brought by Maven once, and shared with `huying kafka up`."""


@contextmanager
def postgres_server(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of the test run's own; `make_database(name)` gives each test a fresh database."""
    with Postgres(folder) as server:
        yield server


@contextmanager
def kafka_server(folder: Path, brokers: int = 1) -> Iterator[KafkaCluster]:
    """A Kafka of the test run's own on free ports; tests keep apart by node names, hence topics."""
    with KafkaCluster(folder, brokers=brokers, libraries=KAFKA_LIBRARIES, heap_megabytes=384) as cluster:
        yield cluster


@dataclass(frozen=True, slots=True)
class ConsoleRecord:
    """One record as Kafka's own console consumer prints it."""

    partition: int
    offset: int
    key: str
    headers: dict[str, str]
    value: bytes


def console_consumer(cluster: KafkaCluster, topics: str, expected: int) -> list[ConsoleRecord]:
    """Everything committed in topics of that pattern, as Kafka's own console consumer reads it: no code of ours.

    It ends after a silence. On a busy machine the first silence comes before the first record: where there is less
    than expected, it is given more time once.
    """
    records = _read_by_console(cluster, topics, 2_500)
    return records if len(records) >= expected else _read_by_console(cluster, topics, 20_000)


def _read_by_console(cluster: KafkaCluster, topics: str, silence_milliseconds: int) -> list[ConsoleRecord]:
    field, line = b"\x1d", b"\x1e"
    properties = {
        "print.partition": "true",
        "print.offset": "true",
        "print.headers": "true",
        "print.key": "true",
        "key.separator": field.decode(),
        "headers.separator": "\x1f",
        "line.separator": line.decode(),
    }
    arguments = [f"--formatter-property={name}={value}" for name, value in properties.items()]
    printed = subprocess.run(
        [
            str(find_java()),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={KAFKA_FILES / 'console-log4j2.xml'}",
            "-cp",
            f"{cluster.libraries}/*",
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            f"--bootstrap-server={cluster.bootstrap}",
            f"--include={topics}",
            "--from-beginning",
            "--isolation-level=read_committed",
            f"--timeout-ms={silence_milliseconds}",
            *arguments,
        ],
        capture_output=True,
        check=True,
        timeout=120,
    ).stdout
    records = []
    for text in printed.split(line)[:-1]:
        partition, offset, headers, key, value = text.split(field, 4)
        records.append(
            ConsoleRecord(
                int(partition.removeprefix(b"Partition:")),
                int(offset.removeprefix(b"Offset:")),
                key.decode(),
                dict(one.split(":", 1) for one in headers.decode().split("\x1f")),
                value,
            )
        )
    return records
