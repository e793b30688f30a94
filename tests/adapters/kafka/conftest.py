"""A real Kafka for the folder; each test has its own node (so topics) and database."""

from collections.abc import Iterator
from itertools import count

import pytest

from adapters.kafka.address import KafkaAddress
from infra.services.kafka import KafkaCluster
from infra.services.postgres import Postgres
from tests.adapters.kafka.bench import Bench
from tests.servers import kafka_server

_numbers = count(1)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    with kafka_server(tmp_path_factory.mktemp("kafka")) as cluster:
        yield cluster


@pytest.fixture
def bench(postgres: Postgres, kafka: KafkaCluster) -> Iterator[Bench]:
    """A fresh store and a node nobody has used."""
    number = next(_numbers)
    dsn = postgres.make_database(f"relay_{number}")
    with Bench(dsn, KafkaAddress(kafka.bootstrap), f"n{number}") as bench:
        yield bench
