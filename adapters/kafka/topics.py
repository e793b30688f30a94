"""主题: the Kafka topics of one node, made and checked by the product itself (house.md decision 4)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from adapters.kafka.problems import WrongTopics

_SECONDS_TO_MAKE = 30


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """How topics are made. The number of partitions can't be changed later: order per stream rests on it."""

    partitions: int = 6
    replication: int = 1

    @property
    def min_insync(self) -> int:
        """How many copies must hold a fact before it counts: one may be away (with three, two must have it)."""
        return max(1, self.replication - 1)

    def configs(self) -> dict[str, str]:
        """What must be set on every topic: nothing is ever removed, and nothing counts before enough copies exist."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": "-1",
            "retention.bytes": "-1",
            "min.insync.replicas": str(self.min_insync),
            "unclean.leader.election.enable": "false",
        }


@cache
def topic_name(node: str, subject: str) -> str:
    """huying.<node>.<subject>: "duty_lists" of node "331122" is "huying.331122.duty-lists".

    Raises ValueError for a node name that can't stand in a topic name.
    """
    if not re.fullmatch(r"[a-zA-Z0-9-]+", node):
        raise ValueError(f"节点名称 {node!r} 只能由字母、数字和连字符组成")
    return f"huying.{node}.{subject.replace('_', '-')}"


def subject_of(topic: str) -> str:
    """The subject whose facts stand in a topic of ours: "huying.331122.duty-lists" → "duty_lists"."""
    return topic.rpartition(".")[2].replace("-", "_")


def ensure_topics(admin: KafkaAdminClient, topics: Collection[str], settings: TopicSettings) -> None:
    """Make the topics that are missing; refuse WrongTopics when one exists with other settings."""
    missing = set(topics) - set(admin.list_topics())
    if missing:
        plan = {
            topic: {
                "num_partitions": settings.partitions,
                "replication_factor": settings.replication,
                "configs": settings.configs(),
            }
            for topic in sorted(missing)
        }
        try:
            admin.create_topics(plan, timeout_ms=_SECONDS_TO_MAKE * 1000)
        except TopicAlreadyExistsError:
            # Somebody made one of them in the same moment: the others are made now, and all are checked below.
            for topic in missing - set(admin.list_topics()):
                admin.create_topics({topic: plan[topic]}, timeout_ms=_SECONDS_TO_MAKE * 1000)
        admin.wait_for_topics(sorted(missing), timeout_ms=_SECONDS_TO_MAKE * 1000)
    differences = differing_settings(admin, topics, settings)
    if differences:
        raise WrongTopics(differences)


def differing_settings(admin: KafkaAdminClient, topics: Collection[str], settings: TopicSettings) -> list[str]:
    """Every setting of these topics that is not as required, in words; empty when all is well."""
    names = sorted(topics)
    found: list[str] = []
    described: Mapping[str, Any] = {topic["name"]: topic for topic in admin.describe_topics(names)}
    configs = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names], config_filter="all"
    )["topic"]
    for name in names:
        partitions = described[name]["partitions"]
        if len(partitions) != settings.partitions:
            found.append(f"{name} 分区数为 {len(partitions)},应为 {settings.partitions}")
        copies = min(len(partition["replica_nodes"]) for partition in partitions)
        if copies < settings.replication:
            found.append(f"{name} 副本数为 {copies},应为 {settings.replication}")
        for key, wanted in settings.configs().items():
            value = configs[name][key]["value"]
            if value != wanted:
                found.append(f"{name} 的 {key} 为 {value},应为 {wanted}")
    return found
