"""The relay against the real Kafka: each fact once, in order, byte for byte, whatever happens to it."""

import gc
import signal
from collections import defaultdict
from dataclasses import replace

import pytest

from adapters.kafka.cloud_events import topic_of
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.partitions import partition_of
from adapters.kafka.problems import AnotherCluster, KafkaAhead, WrongTopics
from adapters.kafka.progress import change_cluster
from adapters.kafka.topics import topic_name
from infra.services.kafka import KafkaCluster
from infra.services.postgres import Postgres
from projections.engine.feed import RawEvent
from tests.adapters.kafka.bench import PARTITIONS, Bench, wait_until
from tests.adapters.kafka.relay_process import FENCED
from tests.servers import console_consumer

pytestmark = pytest.mark.long


def test_kafka_s_own_console_consumer_reads_every_fact_byte_for_byte_in_order_and_with_complete_headers(
    bench: Bench, kafka: KafkaCluster
) -> None:
    bench.append(250, streams=12)
    bench.append(40, streams=3, subject="duty_lists")
    with bench.relay_thread():
        bench.wait_all_published()
        bench.append(10, streams=12)
        bench.wait_all_published()

    facts = {f"{fact.stream}/{fact.version}": fact for fact in bench.stored()}
    versions: dict[str, int] = defaultdict(int)
    records = console_consumer(kafka, rf"huying\.{bench.node}\..*", 300)
    assert len(records) == len(facts) == 300
    for record in records:
        fact = facts[record.headers["ce_id"]]
        assert record.value == fact.state
        assert record.key == str(fact.stream)
        assert record.partition == partition_of(fact.stream, PARTITIONS)
        assert record.headers == {
            "ce_specversion": "1.0",
            "ce_id": f"{fact.stream}/{fact.version}",
            "ce_source": f"/huying/{bench.node}/{fact.subject}",
            "ce_type": f"cn.huying.{fact.subject}.CallAccepted.v1",
            "ce_subject": str(fact.stream),
            "ce_time": "2026-11-24T02:03:04.567890Z",
            "ce_sequence": f"{fact.position:019d}",
            "ce_originatorversion": str(fact.version),
            "content-type": "application/json",
        }
        assert fact.version == versions[record.key] + 1
        versions[record.key] = fact.version


MOMENTS = ("sending", "written", "committing", "committed")


def test_a_relay_killed_again_and_again_in_the_middle_leaves_each_fact_once_and_in_order(bench: Bench) -> None:
    bench.append(1_000)
    for number in range(10):  # twenty times: on calls that go on, in the journey over Kafka
        bench.append(150)
        if number % 5 < 4:
            relay = bench.relay_process(MOMENTS[number % 5], "kill")
        else:
            before = bench.position()
            relay = bench.relay_process()
            wait_until(lambda before=before: bench.position() > before)  # type: ignore[misc]
            relay.send(signal.SIGKILL)
        assert relay.wait() == -signal.SIGKILL
    with bench.relay_thread():
        bench.wait_all_published()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_relay_that_slept_while_another_took_over_writes_nothing_more_and_says_so(bench: Bench, moment: str) -> None:
    bench.append(300)
    sleeper = bench.relay_process(moment, "stop")
    sleeper.wait_stopped()
    with bench.relay_thread():
        bench.wait_all_published()
        bench.append(100)
        bench.wait_all_published()
        sleeper.send(signal.SIGCONT)
        assert sleeper.wait() == FENCED
    assert "已由另一个进程接管" in sleeper.words()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_a_relay_that_was_replaced_while_its_database_was_away_does_not_take_charge_again(bench: Bench) -> None:
    bench.append(300)
    sleeper = bench.relay_process("committed", "stop")
    sleeper.wait_stopped()
    ended = bench.store.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'huying-relay' AND datname = current_database()"
    )
    assert ended.rowcount == 1
    with bench.relay_thread():
        bench.wait_all_published()
        sleeper.send(signal.SIGCONT)
        assert sleeper.wait() == FENCED
        bench.append(50)
        bench.wait_all_published()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_a_relay_outlives_the_loss_of_its_database_connection(bench: Bench) -> None:
    bench.append(1_000)
    with bench.relay_thread() as relay:
        wait_until(lambda: relay.standing.position > 0)
        bench.store.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'huying-relay' AND datname = current_database()"
        )
        bench.append(100)
        bench.wait_all_published()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_of_two_relays_started_by_mistake_one_ends_with_a_clear_message_and_no_fact_stands_twice(
    bench: Bench,
) -> None:
    bench.append(3_000)
    relays = [bench.relay_process(), bench.relay_process()]
    bench.wait_all_published()
    wait_until(lambda: any(relay.ended() for relay in relays))
    bench.append(200)
    bench.wait_all_published()
    left = [relay for relay in relays if not relay.ended()]
    assert len(left) == 1
    left[0].send(signal.SIGTERM)
    assert sorted(relay.wait() for relay in relays) == [0, FENCED]
    bench.assert_kafka_holds_each_fact_once_and_in_order()


# When a broker vanishes, kafka-python now and then leaves a socket to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*unclosed.*socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning")
def test_relay_and_feed_outlive_kafka_s_sudden_end_say_that_they_wait_and_go_on(
    bench: Bench, kafka: KafkaCluster
) -> None:
    bench.append(2_000)
    relay = bench.relay_process()
    wait_until(lambda: bench.position() > 0)
    feed = KafkaFeed(bench.settings.kafka, [topic_name(bench.node, "calls")], PARTITIONS)
    taken = {event.position: event for event in feed.read({}, 50, 5.0)}
    assert taken
    kafka.kill()
    bench.append(500)
    with pytest.raises(ConnectionError, match="Kafka 暂不可用"):
        _read_on(feed, taken)  # what it had read ahead comes first
    wait_until(lambda: bench.state() == "waiting", 60)
    kafka.start()
    bench.wait_all_published(60)
    assert bench.state() == "publishing"
    relay.send(signal.SIGTERM)
    assert relay.wait() == 0
    bench.assert_kafka_holds_each_fact_once_and_in_order()
    _read_on(feed, taken)
    feed.close()
    gc.collect()
    assert taken.keys() == {fact.position for fact in bench.stored()}


def _read_on(feed: KafkaFeed, taken: dict[int, RawEvent]) -> None:
    """Read to the end from where one stands; nothing may come a second time."""
    places: dict[str, int] = {}
    for event in taken.values():
        places[event.channel] = max(places.get(event.channel, 0), event.offset + 1)
    while batch := feed.read(places, 500, 0.1):
        assert taken.keys().isdisjoint(event.position for event in batch)
        taken.update((event.position, event) for event in batch)
        places |= {event.channel: event.offset + 1 for event in batch}


def test_a_relay_refuses_another_cluster_until_the_change_is_declared(bench: Bench) -> None:
    bench.append(20)
    with bench.relay_thread():
        bench.wait_all_published()
    bench.store.execute("UPDATE kafka_relay SET cluster_id = 'another'")
    with pytest.raises(AnotherCluster, match="another"), bench.relay_thread() as relay:
        wait_until(lambda: relay.standing.state == "refused")
    assert bench.state() == "refused"
    change_cluster(bench.store, bench.node)
    bench.append(20)
    with bench.relay_thread():
        bench.wait_all_published()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_a_relay_refuses_to_publish_from_a_store_that_was_put_back_to_an_older_state(
    bench: Bench, postgres: Postgres
) -> None:
    bench.append(50)
    with bench.relay_thread():
        bench.wait_all_published()
    with Bench(postgres.make_database(f"{bench.node}_older"), bench.settings.kafka, bench.node) as older:
        older.append(30)
        with pytest.raises(KafkaAhead), older.relay_thread() as relay:
            wait_until(lambda: relay.standing.state == "refused")
        older.append(60, streams=7)
        with pytest.raises(KafkaAhead), older.relay_thread() as relay:
            wait_until(lambda: relay.standing.state == "refused")
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_facts_that_kafka_lost_are_published_again_from_the_store(bench: Bench) -> None:
    bench.append(80)
    bench.append(30, subject="supervision")
    with bench.relay_thread():
        bench.wait_all_published()
    with bench.settings.kafka.admin() as admin:
        admin.delete_topics([topic_name(bench.node, "calls")])
        wait_until(lambda: topic_name(bench.node, "calls") not in admin.list_topics())
    bench.append(5)
    with bench.relay_thread():
        bench.wait_all_published()
    bench.assert_kafka_holds_each_fact_once_and_in_order()


def test_a_relay_refuses_topics_under_which_facts_could_be_lost(bench: Bench) -> None:
    bench.append(1)
    topic = topic_of(bench.stored()[0], bench.node)
    with bench.settings.kafka.admin() as admin:
        admin.create_topics({topic: {"num_partitions": 5, "configs": {"retention.ms": "1000"}}})
        admin.wait_for_topics([topic])
    with pytest.raises(WrongTopics) as refused, bench.relay_thread() as relay:
        wait_until(lambda: relay.standing.state == "refused")
    assert f"{topic} 分区数为 5,应为 3" in refused.value.differences
    assert f"{topic} 的 retention.ms 为 1000,应为 -1" in refused.value.differences


def test_a_fact_is_published_at_once_and_not_at_the_next_look(bench: Bench) -> None:
    bench.settings = replace(bench.settings, poll_seconds=8.0)
    bench.append(1)
    with bench.relay_thread() as relay:
        bench.wait_all_published()
        for number in range(2, 7):
            bench.append(1)
            wait_until(lambda number=number: relay.standing.published == number, 7)  # type: ignore[misc]
