"""The feed of views from Kafka: every committed fact, per channel in order, from any place."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from kafka import KafkaProducer

from adapters.kafka.address import KafkaAddress
from adapters.kafka.cloud_events import headers_of
from adapters.kafka.feed import KafkaFeed
from adapters.kafka.partitions import channel_name, key_of, partition_of
from adapters.kafka.problems import FactsMissing, TopicMissing
from adapters.kafka.topics import topic_name
from adapters.kafka.transactions import FencingProducer
from infra.services.ports import free_ports
from projections.engine.feed import EventFeed, RawEvent
from tests.adapters.kafka.bench import PARTITIONS, Bench, wait_until


@pytest.fixture
def feed(bench: Bench) -> Iterator[KafkaFeed]:
    """A feed over calls and duty lists, of which 120 and 30 facts stand in Kafka."""
    bench.append(120)
    bench.append(30, subject="duty_lists")
    with bench.relay_thread():
        bench.wait_all_published()
    feed = KafkaFeed(bench.settings.kafka, _topics(bench), PARTITIONS)
    yield feed
    feed.close()


def _topics(bench: Bench) -> list[str]:
    return [topic_name(bench.node, subject) for subject in ("calls", "duty_lists")]


def _read_all(feed: EventFeed, limit: int, offsets: dict[str, int] | None = None) -> list[RawEvent]:
    """As a rebuild reads: until an empty answer without waiting."""
    offsets = dict(offsets or {})
    taken: list[RawEvent] = []
    while batch := feed.read(offsets, limit, 0.0):
        assert len(batch) <= limit
        taken.extend(batch)
        offsets |= {event.channel: event.offset + 1 for event in batch}
    return taken


@pytest.mark.parametrize("limit", [7, 1_000])
def test_a_view_reads_every_fact_and_each_stream_in_order(bench: Bench, feed: KafkaFeed, limit: int) -> None:
    taken = _read_all(feed, limit)
    stored = {fact.position: fact for fact in bench.stored()}
    assert sorted(event.position for event in taken) == sorted(stored)
    places: dict[str, tuple[int, int]] = {}
    for event in taken:
        fact = stored[event.position]
        assert (event.stream, event.version, event.wire, event.value) == (
            fact.stream,
            fact.version,
            fact.wire,
            fact.state,
        )
        assert event.channel == channel_name(
            topic_name(bench.node, fact.subject), partition_of(fact.stream, PARTITIONS)
        )
        assert places.get(event.channel, (-1, 0)) < (event.offset, event.position)
        places[event.channel] = (event.offset, event.position)


def test_a_view_goes_on_where_it_stood(bench: Bench, feed: KafkaFeed) -> None:
    first = feed.read({}, 40, 1.0)
    offsets = {event.channel: event.offset + 1 for event in first}
    again = KafkaFeed(bench.settings.kafka, _topics(bench), PARTITIONS)
    try:
        rest = _read_all(again, 1_000, offsets)
    finally:
        again.close()
    assert len(first) + len(rest) == 150
    assert {event.position for event in first}.isdisjoint(event.position for event in rest)


def test_the_ends_are_what_a_reader_of_all_facts_reaches(feed: KafkaFeed) -> None:
    ends = feed.ends()
    assert set(ends) == set(feed.channels())
    reached = dict.fromkeys(feed.channels(), 0)
    reached |= {event.channel: event.offset + 1 for event in _read_all(feed, 1_000)}
    assert reached == ends


def test_what_was_written_but_given_up_is_never_shown(bench: Bench, feed: KafkaFeed) -> None:
    before = (_read_all(feed, 1_000), feed.ends())
    bench.append(40)
    dying = bench.relay_process("written", "kill")
    dying.wait()
    shown = (_read_all(feed, 1_000), feed.ends())
    assert shown == before
    with bench.relay_thread():
        bench.wait_all_published()
    assert len(_read_all(feed, 1_000)) == len(before[0]) + 40


def test_a_fact_that_stands_twice_is_given_once(bench: Bench, feed: KafkaFeed) -> None:
    fact = bench.stored()[-1]
    topic, partition = topic_name(bench.node, fact.subject), partition_of(fact.stream, PARTITIONS)
    record = (topic, partition, key_of(fact.stream), fact.state, headers_of(fact, bench.node))
    with FencingProducer(bench.settings.kafka, "somebody-else") as producer:
        producer.take_over()
        producer.publish([record, record])
    taken = _read_all(feed, 1_000)
    assert len(taken) == 150
    assert [event.position for event in taken].count(fact.position) == 1


def test_a_record_that_is_none_of_ours_is_an_error_and_not_passed_over(bench: Bench, feed: KafkaFeed) -> None:
    producer = KafkaProducer(**bench.settings.kafka.options())
    producer.send(topic_name(bench.node, "calls"), value=b"{}", key=b"x", headers=[("ce_id", b"x")]).get(10)
    producer.close()
    with pytest.raises(ValueError, match="ce_id"):
        _read_all(feed, 1_000)


def test_a_view_that_has_read_more_than_kafka_holds_is_told_to_rebuild(feed: KafkaFeed) -> None:
    channel = feed.channels()[0]
    with pytest.raises(FactsMissing, match="重建视图"):
        feed.read({name: 1_000_000 if name == channel else end for name, end in feed.ends().items()}, 10, 0.1)


def test_a_view_whose_places_were_rewritten_after_a_loss_is_told_to_rebuild(bench: Bench, feed: KafkaFeed) -> None:
    taken = _read_all(feed, 1_000)
    places = {event.channel: (event.offset + 1, event.position) for event in taken}
    feed.refuse_if_rewritten(places)
    feed.refuse_if_rewritten({})
    lists = {channel: place for channel, place in places.items() if "duty-lists" in channel}

    _lose_the_calls(bench)
    # Published again in other batches, and with more facts behind: every old offset exists, and means another fact.
    bench.settings = replace(bench.settings, batch=7)
    bench.append(200)
    with bench.relay_thread():
        bench.wait_all_published()
    feed.close()
    with pytest.raises(ConnectionError, match=r"主题有变动.*calls"):
        feed.refuse_if_rewritten(lists)
    feed.refuse_if_rewritten(lists)
    for channel in places.keys() - lists.keys():
        with pytest.raises(FactsMissing, match="重建视图"):
            feed.refuse_if_rewritten({channel: places[channel]})


@pytest.mark.parametrize("looks_meanwhile", [True, False])
def test_that_a_topic_was_made_anew_is_said_once_before_any_fact_of_it_is_given(
    bench: Bench, feed: KafkaFeed, looks_meanwhile: bool
) -> None:
    """Each old offset exists in the new topic: who read on there would miss what now stands below it."""
    taken = _read_all(feed, 1_000)
    places = {event.channel: event.offset + 1 for event in taken}
    _lose_the_calls(bench)
    if looks_meanwhile:
        wait_until(lambda: _looks(feed))
    bench.settings = replace(bench.settings, batch=7)
    bench.append(200)
    with bench.relay_thread():
        bench.wait_all_published()
    with pytest.raises(ConnectionError, match=r"主题有变动.*calls"):
        feed.read(places, 1_000, 0.1)
    with pytest.raises(FactsMissing):
        feed.refuse_if_rewritten({event.channel: (event.offset + 1, event.position) for event in taken})
    again = _read_all(feed, 1_000)
    assert len(again) == len(taken) + 200


def _lose_the_calls(bench: Bench) -> None:
    with bench.settings.kafka.admin() as admin:
        admin.delete_topics([topic_name(bench.node, "calls")])
        wait_until(lambda: topic_name(bench.node, "calls") not in admin.list_topics())


def _looks(feed: KafkaFeed) -> bool:
    """Whether the feed knows that the topic of the calls is gone."""
    try:
        feed.read({}, 1, 0.0)
    except ConnectionError:
        return False
    return isinstance(feed.obstacle(["calls"]), TopicMissing)


def test_a_feed_without_kafka_says_so() -> None:
    feed = KafkaFeed(KafkaAddress(f"127.0.0.1:{free_ports(1)[0]}"), ["huying.n.calls"], 3)
    with pytest.raises(ConnectionError, match="Kafka"):
        feed.read({}, 10, 0.1)
    with pytest.raises(ConnectionError, match="Kafka"):
        feed.ends()
