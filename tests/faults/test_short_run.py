"""A few rounds under fire, on every test run. The long run is `make faults`."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.campaign import Campaign, campaign
from tests.faults.invariants import kafka_is_the_store, records_in_kafka, stored_events
from tests.faults.kinds import BY_NAME
from tests.journeys.kafka_shape import NODE
from tests.servers import console_consumer

SEED = "short"
ROUNDS = (
    ("kill_leader", "kill_serve"),
    ("zombie_relay", "kill_postgres"),
    ("power_cut",),
    ("lost_after_commit", "kill_project", "clock_back"),
)
"""Every process, every service, and what is worst of each; none that needs root."""

# When a broker vanishes, kafka-python now and then leaves a socket to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*unclosed.*socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed.*socket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[Campaign]:
    """One installation for the file."""
    with campaign(SEED, small_disks=False) as campaign_:
        yield campaign_


@pytest.mark.parametrize("names", ROUNDS, ids=" + ".join)
def test_nothing_is_lost_and_nothing_doubled(running: Campaign, names: tuple[str, ...]) -> None:
    done = running.round([BY_NAME[name] for name in names])
    assert done.violations == ()
    assert done.acknowledged > 0
    assert (running.lost, running.doubled) == (0, 0)


def test_kafka_s_own_consumer_reads_the_same_records_as_the_checks_do(running: Campaign) -> None:
    """So that the checks of Kafka rest on no client of ours or of anybody who might be wrong in the same way."""
    records = records_in_kafka(running.scene.kafka.bootstrap, NODE)
    by_console = console_consumer(running.scene.kafka, rf"huying\.{NODE}\..*", len(records))
    assert sorted((r.partition, r.offset, r.key, r.value) for r in by_console) == sorted(
        (r.partition, r.offset, r.key, r.value) for r in records
    )
    assert kafka_is_the_store(stored_events(running.scene.shape.dsn), records) == []


def test_an_answer_that_is_not_the_first_one_is_named(running: Campaign) -> None:
    """The check of repeated keys can fail: here what was noted as told is not what was told."""
    told = next(one for one in running.ledger.asked if one.acknowledged)
    person = running.staff.by_code(told.person)
    assert person.repeat(told) == ""
    never_told = replace(told, receipt={**told.receipt, "position": told.receipt["position"] + 1})
    assert "was answered" in person.repeat(never_told)


def test_a_session_that_ended_is_named(running: Campaign) -> None:
    leaver = running.staff.leaders["sq"]
    assert leaver.session_complaint() == ""
    leaver.http.cookies.clear()
    assert "instead of (200," in leaver.session_complaint()
