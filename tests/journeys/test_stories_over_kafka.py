"""Stories 2, 6, 7, 8 and 9 told again, as they are, with every page and answer from views that a real Kafka feeds.

One relay sends, one projector reads; the clock of story 8 looks at these views as well. At the end Kafka holds each
fact once, and the views hold row by row what the store gives. (Story 1 runs over all processes of an installation: see
test_kafka_production_shape.)
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.kafka.address import KafkaAddress
from adapters.kafka.topics import TopicSettings
from infra.topics import PARTITIONS, SUBJECTS
from tests.adapters.kafka.bench import Bench
from tests.conftest import Databases
from tests.journeys import test_http_story_02 as story_2
from tests.journeys import test_http_story_06 as story_6
from tests.journeys import test_http_story_07 as story_7
from tests.journeys import test_http_story_08 as story_8
from tests.journeys import test_http_story_09 as story_9
from tests.journeys.county_over_http import BEGINNING, County, SetClock, open_county
from tests.servers import kafka_server

pytestmark = pytest.mark.long

NODE = "stories"

silent = story_8.silent
calls = story_9.calls


@pytest.fixture(scope="module")
def bench(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A database and a Kafka with topics of the product's shape, and a relay between them."""
    with (
        kafka_server(tmp_path_factory.mktemp("kafka")) as kafka,
        databases() as dsn,
        Bench(dsn, KafkaAddress(kafka.bootstrap), NODE) as bench,
    ):
        topics = TopicSettings(partitions=PARTITIONS)
        bench.settings = replace(bench.settings, subjects=SUBJECTS, topics=topics)
        with bench.relay_thread():
            yield bench


@pytest.fixture(scope="module")
def county(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One county for all of them; each story brings its own calls and sets the clock as it goes."""
    folder, kafka = tmp_path_factory.mktemp("county"), bench.settings.kafka.bootstrap
    with open_county(bench.dsn, folder, SetClock(BEGINNING), kafka=kafka, node=NODE) as running:
        yield running


def test_stories_told_over_kafka_show_what_they_show_from_the_store(
    county: County, silent: str, request: pytest.FixtureRequest, bench: Bench
) -> None:
    """First the one whose clock looks at every call there is, last the one whose notice and outage concern them all."""
    story_8.test_nobody_responds_and_the_record_says_how_far_that_went(county, silent)
    reported = request.getfixturevalue("calls")
    story_9.test_the_township_reported_three_times_cordoned_off_and_did_all_of_its_part(county, reported)
    story_9.test_the_dated_request_justifies_two_days_of_six_and_not_the_rest(county, reported)
    story_2.test_it_is_late_by_fifteen_minutes_for_ever(county)
    story_2.test_a_next_day_claim_is_no_arrival_but_a_late_entry_the_town_confirms(county)
    story_6.test_the_day_after_the_deadline_is_too_late_fifteen_days_too_many_eight_are_granted(county)
    story_6.test_three_working_days_of_testing_leave_the_budget_and_it_goes_on_by_itself(county)
    story_7.test_a_due_date_in_a_year_without_a_notice_is_recomputed_by_a_fact(county)
    story_7.test_an_outage_is_held_against_nobody(county)
    county.await_views()
    bench.assert_kafka_holds_each_fact_once_and_in_order()
    channels = bench.store.execute("SELECT DISTINCT channel FROM projection_checkpoints").fetchall()
    assert all(channel.startswith(f"huying.{NODE}.") for (channel,) in channels), "they are fed by nothing else"
    for view in county.house.views:
        compared = list(county.house.comparison().everything(view))
        assert sum(one.streams for one in compared) > 0, view.name
        assert [difference for one in compared for difference in one.differences] == [], view.name
