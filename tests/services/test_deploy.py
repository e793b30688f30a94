"""The deployment files name what exists: settings, commands, and the Kafka that is tested."""

import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_group

from infra.command_line import app
from infra.services.kafka_libraries import KAFKA_FILES
from infra.settings import Settings

DEPLOY = KAFKA_FILES.parent / "deploy"


def test_every_setting_of_the_example_is_one_of_ours() -> None:
    named = re.findall(r"^HUYING_(\w+)=", (DEPLOY / "huying.env.example").read_text(), re.MULTILINE)
    assert len(named) > 5
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda unit: unit.stem)
def test_every_unit_runs_a_command_there_is(unit: Path) -> None:
    (command,) = re.findall(r"^ExecStart=/opt/huying/bin/huying (\S+)$", unit.read_text(), re.MULTILINE)
    assert command in get_group(app).commands


def test_the_containers_run_the_kafka_that_is_tested_with_one_copy_allowed_to_be_away() -> None:
    (tested,) = re.findall(r"<kafka.version>(.+)</kafka.version>", (KAFKA_FILES / "pom.xml").read_text())
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    nodes = [service for name, service in services.items() if name.startswith("kafka-")]
    assert len(nodes) == 3
    for node in nodes:
        assert node["image"] == f"apache/kafka:{tested}"
        assert node["environment"]["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
        assert node["environment"]["KAFKA_LOG_RETENTION_MS"] == "-1"
        assert node["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len({node["environment"]["KAFKA_NODE_ID"] for node in nodes}) == 3
