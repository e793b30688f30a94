"""However the facts are cut into batches, whoever is stopped in between, and when all is built anew: the same rows."""

import threading
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.shared.events import Event
from projections.calls.view import call_json
from projections.directory.view import Directory
from projections.duty_lists.view import DutyLists
from projections.engine.builds import ensure
from projections.engine.feed import RawEvent
from projections.engine.folding import Decoded, decode_batch
from projections.engine.projection import Fact, Facts, Projection, live_schema
from projections.engine.projector import Projector
from projections.engine.view_writer import ViewWriter, pass_over
from projections.supervision.view import SupervisionView
from tests.conftest import Databases
from tests.county_store import CountyStore, county_store
from tests.domain.calls.county import the_county
from tests.projections.histories import LIVES, beside, call_facts, interleaved

few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def folded_alone(house: CountyStore) -> dict[str, object]:
    """What the domain's own fold says of every call: the oracle knows nothing of the engine."""
    states = {}
    for (stream,) in house.sql("SELECT DISTINCT originator_id FROM stored_events WHERE topic LIKE 'calls.%'"):
        state: Call | None = None
        for event in house.store.history(stream):
            state = evolve(state, event)
        assert state is not None
        states[str(stream)] = call_json.dump_python(state, mode="json")
    return states


def shown(house: CountyStore) -> dict[str, object]:
    rows = house.sql("SELECT stream_id, state FROM calls_v10.calls")
    return {str(id_): call_json.dump_python(call_json.validate_python(state), mode="json") for id_, state in rows}


@few
@given(
    lives=st.lists(st.sampled_from(sorted(LIVES)), min_size=1, max_size=5),
    sides=st.lists(st.integers(0, 99), max_size=6),
    cuts=st.lists(st.integers(1, 13), min_size=1, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_any_batches_with_restarts_and_a_rebuild_give_the_rows_of_folding_once(
    databases: Databases, lives: list[str], sides: list[int], cuts: list[int], seed: int
) -> None:
    county = the_county()
    calls = [LIVES[life](county) for life in lives]
    for number, side in enumerate(sides):
        beside(county, calls[number % len(calls)], side)
    with databases() as dsn, county_store(dsn, founded=False) as house:
        for event in interleaved(call_facts(county), Random(seed)):
            house.keep([event])
        turn = 0
        while True:  # each batch by a projector that was just started, of another size
            with house.projector(batch=cuts[turn % len(cuts)]) as projector:
                if projector.step(0) == 0:
                    break
            turn += 1
        piecewise = house.rows()
        assert shown(house) == folded_alone(house)
        house.rebuild(batch=10_000)
        assert house.rows() == piecewise
        house.rebuild(batch=cuts[0])
        assert house.rows() == piecewise
        assert house.freshness.parked() == []


def test_what_several_views_fold_of_a_stream_is_folded_once_from_its_beginning_only() -> None:
    county = the_county()
    LIVES["evaluated"](county)
    (events,) = call_facts(county).values()
    folded: list[int] = []

    def step(call: Call | None, event: Event) -> Call:
        folded.append(event.originator_version)
        return evolve(call, event)

    facts = Facts(Fact(event, event.originator_version) for event in events)
    first, second = facts.after_each(step, None), facts.after_each(step, None)
    assert folded == [event.originator_version for event in events]
    assert second is first
    assert [call.version for call in first] == folded
    rest = Facts(facts[2:])
    assert rest.after_each(step, first[1]) == first[2:]
    assert rest.after_each(step, first[1])[0].version == first[2].version
    assert len(folded) == len(events) + 2 * len(rest), "from a state in between nothing is kept"


def test_the_same_batch_again_changes_nothing(house: CountyStore) -> None:
    LIVES["evaluated"](house.county)
    for events in call_facts(house.county).values():
        house.keep(events)
    writer = house.writer()
    with house.feed() as feed:
        batch = decode_batch(house.decoder, feed.read({}, 10_000, 0))
    assert writer.fold(batch)
    rows = house.rows()
    assert writer.fold(batch)
    assert house.writer().fold(batch)
    assert house.rows() == rows


def test_two_projectors_on_one_view_do_each_fact_once(house: CountyStore) -> None:
    for _ in range(4):
        for life in LIVES.values():
            life(house.county)
    facts = interleaved(call_facts(house.county), Random(1))
    problems: list[BaseException] = []

    def project() -> None:
        try:
            with house.projector(batch=3) as projector:
                while projector.step(0.05) or not stored.is_set():
                    pass
        except BaseException as problem:
            problems.append(problem)

    stored = threading.Event()
    threads = [threading.Thread(target=project) for _ in range(2)]
    for thread in threads:
        thread.start()
    for start in range(0, len(facts), 7):
        house.keep(facts[start : start + 7])
    stored.set()
    for thread in threads:
        thread.join()
    assert not problems
    house.fold()
    assert shown(house) == folded_alone(house)
    assert house.sql("SELECT count(*) FROM calls_v10.timeline") == [(len(facts),)]
    assert house.freshness.parked() == []


def test_two_projectors_and_a_poisoned_fact_lose_nothing(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is overtaken while it narrows a refused batch down must not go on in the middle of it."""
    with databases() as dsn, county_store(dsn, founded=False) as house:
        calls = [LIVES["handling"](house.county) for _ in range(6)]
        facts = interleaved(call_facts(house.county), Random(2))
        house.keep(facts)
        poisoned = calls[2]
        house.sql(f"ALTER TABLE calls_v10.calls ADD CONSTRAINT refused CHECK (stream_id <> '{poisoned}')")
        slow, quick = house.writer(), house.writer()
        with house.feed() as feed:
            batch = decode_batch(house.decoder, feed.read({}, 10_000, 0))
        assert len(batch) == len(facts)
        slow_fold = slow._fold
        overtaken: list[bool] = []

        def overtaken_once(part: Sequence[Decoded]) -> bool:
            if len(part) == len(batch) // 2 and not overtaken:
                overtaken.append(True)
                assert quick.fold(batch[:3]), "the quick one stands in the middle of the slow one's first half"
            return slow_fold(part)

        monkeypatch.setattr(slow, "_fold", overtaken_once)
        slow.fold(batch)
        assert overtaken
        house.fold()
        expected = folded_alone(house)
        del expected[str(poisoned)]
        assert shown(house) == expected
        assert [parked.stream for parked in house.freshness.parked()] == [poisoned]


def test_a_raw_event_of_another_subject_only_moves_the_place(house: CountyStore) -> None:
    house.fold()
    last = house.last_position()
    assert house.writer().marks["store"].next_offset == last + 1
    assert house.sql("SELECT count(*) FROM calls_v10.calls") == [(0,)]
    nothing = RawEvent("store", 1, 1, house.county.orgs["zhifa"], 1, "calls.CallAccepted", b"broken")
    assert house.writer().fold(decode_batch(house.decoder, [nothing])), "already seen: not even looked at"
    assert house.freshness.parked() == []


def test_views_that_read_nothing_of_a_batch_move_on_in_one_transaction_and_the_overtaken_one_looks_again(
    house: CountyStore,
) -> None:
    views: list[Projection] = [Directory(), DutyLists(), SupervisionView()]
    for view in views:
        ensure(house.engine, view)
    with house.feed() as feed:
        Projector(house.engine, feed, house.decoder, house.streams, views).catch_up()
        before = house.last_position()
        house.placed()
        facts = decode_batch(house.decoder, feed.read({"store": before + 1}, 100, 0))
        directory, lists, supervision = (
            ViewWriter(house.engine, view, live_schema(view), house.streams, house.decoder) for view in views
        )
        assert all(writer.passes_over(facts) for writer in (directory, lists, supervision))
        assert not house.writer().passes_over(facts), "the calls view reads them"
        overtaken_to = facts[0].raw.offset + 1
        assert ViewWriter(house.engine, views[1], live_schema(views[1]), house.streams, house.decoder).fold(facts[:1])
        pass_over(house.engine, [directory, lists, supervision], facts)
        end = house.last_position() + 1
        assert [w.marks["store"].next_offset for w in (directory, lists, supervision)] == [end, overtaken_to, end]
        pass_over(house.engine, [directory, lists, supervision], facts)
        assert [w.marks["store"].next_offset for w in (directory, lists, supervision)] == [end, end, end]
        stood = house.sql(
            "SELECT schema_name, next_offset, xmin::text FROM projection_checkpoints WHERE schema_name <> 'calls_v10'"
        )
    assert {offset for _, offset, _ in stood} == {end}
    written = {schema: transaction for schema, _, transaction in stood}
    assert written[live_schema(views[0])] == written[live_schema(views[2])]
