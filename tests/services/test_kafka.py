"""The local Kafka: real, one node or three, keeps facts through stop and kill -9, and says what is wrong."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from adapters.kafka.address import KafkaAddress
from infra.services.kafka import KafkaCluster
from infra.services.kafka_libraries import bring_libraries, find_java
from infra.services.ports import LOCAL_HOST, free_ports, is_listening
from infra.services.problems import ServiceUnavailable
from tests.adapters.kafka.bench import wait_until
from tests.servers import KAFKA_LIBRARIES

pytestmark = pytest.mark.long


def _make_topic(cluster: KafkaCluster, topic: str) -> None:
    with KafkaAddress(cluster.bootstrap).admin() as admin:
        admin.create_topics(
            {topic: {"num_partitions": 1, "replication_factor": cluster.replication}}, wait_for_metadata=True
        )


def _write(cluster: KafkaCluster, topic: str, *words: str) -> None:
    producer = KafkaProducer(**KafkaAddress(cluster.bootstrap).options(), acks="all", enable_idempotence=True)
    for word in words:
        producer.send(topic, word.encode(), partition=0).get(30)
    producer.close()


def _read(cluster: KafkaCluster, topic: str) -> list[str]:
    partition = TopicPartition(topic, 0)
    words: list[str] = []
    with KafkaConsumer(**KafkaAddress(cluster.bootstrap).options(), auto_offset_reset="earliest") as reader:
        reader.assign([partition])
        end = reader.end_offsets([partition])[partition]
        while reader.position(partition) < end:
            for record in reader.poll(timeout_ms=500).get(partition, ()):
                words.append(record.value.decode())
    return words


def test_one_node_starts_from_archived_classes_and_keeps_facts_through_a_clean_stop_and_kill_9(folder: Path) -> None:
    cluster = KafkaCluster(folder, libraries=KAFKA_LIBRARIES)
    with cluster:
        _make_topic(cluster, "t")
        _write(cluster, "t", "一")
        assert "kafka.Kafka.jsa" in Path(f"/proc/{cluster.brokers[0].pid}/maps").read_text()
    assert not is_listening(cluster.ports[0])
    # Another run, other ports: the facts belong to the folder.
    again = KafkaCluster(folder, libraries=KAFKA_LIBRARIES)
    with again:
        _write(again, "t", "二")
        again.kill()
        again.start()
        assert _read(again, "t") == ["一", "二"]
        with pytest.raises(ServiceUnavailable, match=rf"正被另一个 Kafka 使用\(进程号 {again.brokers[0].pid}\)"):
            KafkaCluster(folder, libraries=KAFKA_LIBRARIES).start()
        assert _read(again, "t") == ["一", "二"]


def test_three_nodes_go_on_without_one_of_them_lose_nothing_and_take_it_back(folder: Path) -> None:
    with KafkaCluster(folder, brokers=3, libraries=KAFKA_LIBRARIES, heap_megabytes=256) as cluster:
        assert (cluster.replication, cluster.min_insync) == (3, 2)
        _make_topic(cluster, "t")
        _write(cluster, "t", "一", "二")
        with KafkaAddress(cluster.bootstrap).admin() as admin:
            leader = admin.describe_topics(["t"])[0]["partitions"][0]["leader_id"]
        cluster.brokers[leader - 1].kill()
        _write(cluster, "t", "三")
        assert _read(cluster, "t") == ["一", "二", "三"]
        cluster.bring_back(cluster.brokers[leader - 1])
        _write(cluster, "t", "四")
        assert _read(cluster, "t") == ["一", "二", "三", "四"]


def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.create_server((LOCAL_HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceUnavailable, match=f"端口 {port} 已被其他程序占用"):
            KafkaCluster(folder, ports=[port], libraries=KAFKA_LIBRARIES).start()


def test_broken_facts_are_named_and_not_written_over(folder: Path) -> None:
    data = folder / "node-1" / "data"
    data.mkdir(parents=True)
    (data / "something").write_text("left")
    with pytest.raises(ServiceUnavailable, match=r"已损坏\(缺少 meta.properties\)"):
        KafkaCluster(folder, libraries=KAFKA_LIBRARIES).start()
    (data / "meta.properties").write_text("version=1\ncluster.id=xxis-0d0SrGIaTYlbHMWPQ\nnode.id=7\n")
    with pytest.raises(ServiceUnavailable, match=r"node-1 已损坏\(.*7"):
        KafkaCluster(folder, libraries=KAFKA_LIBRARIES).start()
    assert (data / "something").read_text() == "left"


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(ServiceUnavailable, match="无法写入"):
        KafkaCluster(folder / "file", libraries=KAFKA_LIBRARIES).start()


def test_without_java_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(ServiceUnavailable, match=r"本机没有 Java.*请安装 Java 17"):
        KafkaCluster(folder).start()


def test_with_an_old_java_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = folder / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(folder))
    with pytest.raises(ServiceUnavailable, match="是第 8 版,Kafka 需要第 17 版:请安装 Java 17"):
        find_java()


def test_without_maven_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = find_java()
    monkeypatch.setenv("JAVA_HOME", str(java.resolve().parent.parent))
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(ServiceUnavailable, match=r"本机没有 Maven.*请安装 Maven"):
        KafkaCluster(folder / "kafka").start()
    assert not (folder / "kafka" / "lib").exists()


def test_the_jars_are_not_fetched_again_once_they_are_complete(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_libraries(KAFKA_LIBRARIES)
    monkeypatch.setenv("PATH", str(folder))
    assert bring_libraries(KAFKA_LIBRARIES) == KAFKA_LIBRARIES
    assert list(KAFKA_LIBRARIES.glob("kafka-server-4.*.jar"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_it_runs_until_it_is_told_to_stop(folder: Path, how: signal.Signals) -> None:
    (folder / "lib").symlink_to(KAFKA_LIBRARIES)
    (port,) = free_ports(1)
    code = (
        "import sys; from pathlib import Path; from infra.services.kafka import run_kafka_in_foreground;"
        "run_kafka_in_foreground(Path(sys.argv[1]), int(sys.argv[2]))"
    )
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, str(folder), str(port)]) as runner:
        wait_until(lambda: is_listening(port) or runner.poll() is not None, 60)
        os.kill(runner.pid, how)
        assert runner.wait(15) == 0
    assert not is_listening(port)
    assert (folder / "node-1" / "data" / ".kafka_cleanshutdown").exists()
