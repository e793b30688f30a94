"""The partition of a stream: the same as Kafka's own clients compute."""

from uuid import UUID

import pytest
from kafka.partitioner.default import murmur2
from psycopg_pool import ConnectionPool

from adapters.kafka.partitions import KafkaChannels, channel_name, partition_of
from tests.adapters.kafka.bench import PARTITIONS, Bench


@pytest.mark.parametrize(
    ("key", "hashed"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_hash_gives_the_values_of_kafka_s_java_client(key: bytes, hashed: int) -> None:
    assert murmur2(key) == hashed & 0xFFFFFFFF


def test_a_stream_keeps_its_partition() -> None:
    stream = UUID("018f3c1e-7a10-7000-8000-000000000001")
    assert {partition_of(stream, 6) for _ in range(3)} == {partition_of(stream, 6)}
    assert 0 <= partition_of(stream, 6) < 6


def test_whoever_waits_for_a_fact_finds_the_channel_on_which_kafka_holds_it(bench: Bench) -> None:
    bench.append(60)
    bench.append(20, subject="duty_lists")
    with bench.relay_thread():
        bench.wait_all_published()
    with ConnectionPool(bench.dsn, min_size=1, open=True) as pool:
        channels = KafkaChannels(pool, bench.node, PARTITIONS)
        for partition, record in bench.in_kafka():
            position = int(dict(record.headers)["ce_sequence"])
            assert channels.channel_of(position) == channel_name(partition.topic, partition.partition)
        assert channels.channel_of(bench.last_position() + 1) is None
