"""What can be wrong with Kafka: named by relay, views and doctor alike, stopping only its part, gone after the cure."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from pydantic import SecretStr

from adapters.kafka.problems import KafkaAhead, KafkaProblem
from adapters.kafka.relay import Relay, RelaySettings
from adapters.kafka.topics import topic_name
from api.findings import Finding
from domain.calls.intake import acceptance
from infra.backup.restoring import restore_backup
from infra.backup.taking import take_backup
from infra.composition import House
from infra.doctor import compare_views, findings
from infra.services.kafka import KafkaCluster
from infra.settings import Settings
from infra.topics import SUBJECTS, kafka_address, topic_settings
from projections.calls.view import CallsView
from projections.rates.view import RatesView
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.county_store import MASTER, CountyStore, county_store
from tests.domain.memory import NODE
from tests.journeys.county_over_http import BEGINNING, SetClock, at
from tests.servers import kafka_server

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    with kafka_server(tmp_path_factory.mktemp("kafka")) as cluster:
        yield cluster


class Installation:
    """A county over Kafka: commands are decided, the relay and the projector run in threads when asked."""

    def __init__(self, house: House, county: CountyStore) -> None:
        self.house = house
        self.county = county

    @contextmanager
    def relay(self) -> Iterator[list[KafkaProblem]]:
        """The relay; gives what it refused to go on with."""
        house = self.house
        settings = RelaySettings(
            house.dsn,
            kafka_address(house.settings),
            house.settings.node,
            SUBJECTS,
            topic_settings(house.settings),
            look_seconds=0.2,
        )
        refused: list[KafkaProblem] = []

        def run(stop: threading.Event) -> None:
            try:
                Relay(settings).run(stop)
            except KafkaProblem as problem:
                refused.append(problem)

        with running(run):
            yield refused

    @contextmanager
    def projector(self) -> Iterator[None]:
        with running(self.house.project_until):
            yield

    def wait_until_shown(self) -> None:
        """Every fact is in every view, and none is stopped."""
        last = self.county.last_position()

        def shown() -> bool:
            return all(
                one.stopped is None and one.behind == 0 for one in self.house.freshness.standings()
            ) and self.house.freshness.wait_for(CallsView, last, 0)

        wait_until(shown, 90)

    def stops(self) -> dict[str, str]:
        """Codes of the stopped views, by name."""
        return {one.name: one.stopped.code for one in self.house.freshness.standings() if one.stopped}

    def wait_until_every_view_stops(self, code: str) -> None:
        """Each of them, so that one that reads on is seen."""
        every = dict.fromkeys((view.name for view in self.house.views), code)
        wait_until(lambda: self.stops() == every, 60)

    def problems(self) -> dict[str, Finding]:
        """What the doctor finds, by code."""
        return {one.code: one for one in findings(self.house) if not one.well}


@contextmanager
def running(deed: Callable[[threading.Event], None]) -> Iterator[None]:
    stop, problems = threading.Event(), []

    def run() -> None:
        try:
            deed(stop)
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
    assert problems == []


def settings_of(dsn: str, kafka: KafkaCluster, folder: Path) -> Settings:
    return Settings(
        folder=folder,
        node=NODE,
        database_url=dsn,
        kafka=kafka.bootstrap,
        master_key=SecretStr(MASTER.hex()),
        demonstration=True,
    )


@pytest.fixture
def installed(databases: Databases, kafka: KafkaCluster, tmp_path: Path) -> Iterator[Installation]:
    """Everything shown; the topics are this test's alone, since they are removed at its end."""
    with (
        databases() as dsn,
        county_store(dsn) as county,
        House.open(settings_of(dsn, kafka, tmp_path / "data"), SetClock(BEGINNING)) as house,
    ):
        county.placed()
        try:
            yield Installation(house, county)
        finally:
            with kafka_address(house.settings).admin() as admin:
                topics = [topic_name(NODE, subject) for subject in SUBJECTS]
                admin.delete_topics(sorted(set(topics) & set(admin.list_topics())))
                wait_until(lambda: not set(topics) & set(admin.list_topics()), 30)


def delete_topic(house: House, topic: str) -> None:
    with kafka_address(house.settings).admin() as admin:
        admin.delete_topics([topic])
        wait_until(lambda: topic not in admin.list_topics(), 30)


def alter(house: House, topic: str, **configs: Any) -> None:
    with kafka_address(house.settings).admin() as admin:
        changed = {name.replace("_", "."): value for name, value in configs.items()}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, changed)])


def test_a_missing_topic_stops_only_the_views_that_read_it_until_the_relay_has_made_it_again(
    installed: Installation,
) -> None:
    with installed.relay(), installed.projector():
        installed.wait_until_shown()
        call = installed.county.placed()
        installed.wait_until_shown()
        # In a transaction of its own: published again in one piece, it will stand at another offset.
        installed.county.say(acceptance.AcceptCall(call_id=call), "li")
        installed.wait_until_shown()
    assert installed.problems().keys() == {"relay-not-running"}
    with installed.projector():
        wait_until(lambda: installed.house.freshness.worst_delay() == 0)
        delete_topic(installed.house, topic_name(NODE, "calls"))
        wait_until(lambda: len(installed.stops()) >= 2, 60)
        assert installed.stops() == dict.fromkeys(("calls", "rates"), "kafka-topic-missing"), "the others go on"
        found = installed.problems()
        assert topic_name(NODE, "calls") in found["kafka-topic-missing"].text
        assert "启动 huying relay" in found["kafka-topic-missing"].cure
        installed.county.placed()  # work goes on
        with installed.relay():
            wait_until(lambda: installed.stops() == dict.fromkeys(("calls", "rates"), "kafka-facts-missing"), 60)
            assert "huying rebuild " in installed.problems()["kafka-facts-missing"].cure
            installed.house.rebuild([CallsView(), RatesView()])
            installed.wait_until_shown()
            assert installed.problems() == {}
    assert all(one.well for one in compare_views(installed.house, lambda one: None))


def test_a_topic_that_vanishes_under_a_running_relay_is_made_and_filled_again(installed: Installation) -> None:
    with installed.relay() as refused:
        topic = topic_name(NODE, "duty_lists")
        wait_until(lambda: installed.house.relay().behind == 0, 60)
        delete_topic(installed.house, topic)
        with kafka_address(installed.house.settings).admin() as admin:
            wait_until(lambda: topic in admin.list_topics(), 60)
        wait_until(lambda: installed.house.relay().code == "", 60)
        assert refused == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [({"retention_ms": "1000"}, {"retention_ms": "-1"}), ({"cleanup_policy": "compact"}, {"cleanup_policy": "delete"})],
)
def test_a_topic_whose_settings_were_changed_stops_the_relay_and_nothing_else(
    installed: Installation, wrong: dict[str, str], right: dict[str, str]
) -> None:
    topic = topic_name(NODE, "directory")
    with installed.relay() as refused, installed.projector():
        installed.wait_until_shown()
        alter(installed.house, topic, **wrong)
        wait_until(lambda: bool(refused), 60)
        assert [problem.code for problem in refused] == ["kafka-wrong-topics"]
        relay = installed.house.relay()
        assert (relay.state, relay.code) == ("refused", "kafka-wrong-topics")
        (name,) = wrong
        told = installed.problems()["kafka-wrong-topics"]
        assert f"{topic} 的 {name.replace('_', '.')} 为 {wrong[name]},应为 {right[name]}" in told.text
        assert "改回" in told.cure
        installed.county.placed()
        assert installed.stops() == {}
        alter(installed.house, topic, **right)
        with installed.relay() as again:
            installed.wait_until_shown()
            assert again == []
            assert installed.problems() == {}


def test_a_topic_with_another_number_of_partitions_is_named(installed: Installation) -> None:
    topic = topic_name(NODE, "calls")
    with kafka_address(installed.house.settings).admin() as admin:
        admin.create_topics({topic: {"num_partitions": 2, "configs": {"retention.ms": "-1"}}})
        admin.wait_for_topics([topic])
    with installed.relay() as refused:
        wait_until(lambda: bool(refused), 60)
    assert "分区数为 2,应为 6" in str(refused[0])
    assert "分区数为 2,应为 6" in installed.house.relay().text


def test_a_cluster_with_another_systems_data_is_neither_written_nor_read(installed: Installation) -> None:
    with installed.relay(), installed.projector():
        installed.wait_until_shown()
    bound = installed.county.sql("SELECT cluster_id FROM kafka_relay")[0][0]
    installed.county.sql("UPDATE kafka_relay SET cluster_id = 'the-one-before'")
    with installed.projector(), installed.relay() as refused:
        installed.wait_until_every_view_stops("kafka-another-cluster")
        wait_until(lambda: bool(refused), 60)
        assert [problem.code for problem in refused] == ["kafka-another-cluster"]
        told = installed.problems()["kafka-another-cluster"]
        assert "the-one-before" in told.text
        assert "change-cluster" in told.cure
        installed.county.placed()
        installed.county.sql("UPDATE kafka_relay SET cluster_id = %s", bound)
        with installed.relay():
            installed.wait_until_shown()
            assert installed.problems() == {}


def test_after_a_restore_no_view_reads_kafka_before_the_relay_has_compared_it_with_the_store(
    installed: Installation, databases: Databases, kafka: KafkaCluster, tmp_path: Path
) -> None:
    with installed.relay(), installed.projector():
        installed.wait_until_shown()
    take_backup(installed.house, tmp_path / "backup", at(BEGINNING))
    with databases() as dsn:
        settings = settings_of(dsn, kafka, tmp_path / "restored")
        assert not restore_backup(settings, tmp_path / "backup").views_built
        with county_store(dsn, founded=False) as county, House.open(settings, SetClock(BEGINNING)) as house:
            same = Installation(house, county)
            with same.projector():
                same.wait_until_every_view_stops("kafka-not-compared")
                assert "先启动 huying relay" in same.problems()["kafka-not-compared"].cure
                with same.relay() as refused:
                    same.wait_until_shown()
                    assert refused == []
            assert all(one.well for one in compare_views(house, lambda one: None))


def test_after_a_restore_of_an_older_backup_nothing_is_written_or_read_until_it_is_settled(
    installed: Installation, databases: Databases, kafka: KafkaCluster, tmp_path: Path
) -> None:
    with installed.relay():
        wait_until(lambda: installed.house.relay().behind == 0, 60)
        take_backup(installed.house, tmp_path / "older", at(BEGINNING))
        installed.county.placed()
        wait_until(lambda: installed.house.relay().behind == 0, 60)
    with databases() as dsn:
        settings = settings_of(dsn, kafka, tmp_path / "restored")
        restore_backup(settings, tmp_path / "older")
        with county_store(dsn, founded=False) as county, House.open(settings, SetClock(BEGINNING)) as house:
            older = Installation(house, county)
            with older.projector(), older.relay() as refused:
                wait_until(lambda: bool(refused), 60)
                assert [type(problem) for problem in refused] == [KafkaAhead]
                older.wait_until_every_view_stops("kafka-ahead-of-store")
                assert "更新的备份" in older.problems()["kafka-ahead-of-store"].cure
                county.placed()  # commands are taken all the same
            assert county.sql("SELECT count(*) FROM calls_v10.calls") == [(0,)]
