"""Topics: made with the settings under which nothing is lost, and checked when they are there already."""

from dataclasses import replace

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from adapters.kafka.problems import WrongTopics
from adapters.kafka.topics import TopicSettings, ensure_topics, topic_name
from tests.adapters.kafka.bench import Bench, wait_until

SETTINGS = TopicSettings(partitions=3)


def test_a_topic_is_named_after_its_node_and_subject() -> None:
    assert topic_name("331122", "duty_lists") == "huying.331122.duty-lists"


def test_a_node_name_that_cannot_stand_in_a_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="缙云"):
        topic_name("缙云", "calls")


def test_topics_are_made_so_that_nothing_is_ever_removed(bench: Bench) -> None:
    topic = topic_name(bench.node, "calls")
    with bench.settings.kafka.admin() as admin:
        ensure_topics(admin, [topic], SETTINGS)
        ensure_topics(admin, [topic], SETTINGS)
        partitions = admin.describe_topics([topic])[0]["partitions"]
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])["topic"][topic]
    assert len(partitions) == 3
    assert {name: entry["value"] for name, entry in configs.items()} == {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "min.insync.replicas": "1",
        "unclean.leader.election.enable": "false",
    }


@pytest.mark.parametrize(
    ("name", "value"), [("cleanup.policy", "compact"), ("retention.bytes", "1000000"), ("min.insync.replicas", "2")]
)
def test_a_topic_with_a_dangerous_setting_is_refused_by_name(bench: Bench, name: str, value: str) -> None:
    topic = topic_name(bench.node, "calls")
    with bench.settings.kafka.admin() as admin:
        ensure_topics(admin, [topic], SETTINGS)
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {name: value})])
        refusals: list[WrongTopics] = []

        def refused() -> bool:
            """A broker says a new setting a moment after it has taken it."""
            try:
                ensure_topics(admin, [topic], SETTINGS)
            except WrongTopics as refusal:
                refusals.append(refusal)
            return bool(refusals)

        wait_until(refused, 20.0)
    assert refusals[0].differences == (f"{topic} 的 {name} 为 {value},应为 {SETTINGS.configs()[name]}",)


def test_too_few_copies_are_refused(bench: Bench) -> None:
    topic = topic_name(bench.node, "calls")
    with bench.settings.kafka.admin() as admin:
        ensure_topics(admin, [topic], SETTINGS)
        with pytest.raises(WrongTopics, match="副本数为 1,应为 3"):
            ensure_topics(admin, [topic], replace(SETTINGS, replication=3))
