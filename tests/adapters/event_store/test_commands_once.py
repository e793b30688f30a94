"""Every command counts once: repeated, doubled, cut off after COMMIT, reused, decided by two at the same time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from domain.calls.dispatch import dispatching as d
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import NoteReach, Stage
from domain.calls.work import records as r
from domain.shared.commands import Receipt
from domain.shared.refusals import CommandIdReused, Refusal, StaleVersion
from tests.adapters.event_store.proxy import DroppingProxy
from tests.county_store import CountyStore, county_store


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do these in threads that start together; what was refused comes back as the refusal."""
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return deed()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_the_same_command_id_gets_the_first_answer(house: CountyStore) -> None:
    command, key = i.SubmitCall(text="门口有人占道", place="人民路"), uuid4()
    first = house.say(command, "wang", key)
    again = house.say(command, "wang", key)
    assert not first.repeated
    assert again.repeated
    assert (again.stream, again.version, again.positions) == (first.stream, first.version, first.positions)
    assert house.last_position() == first.position


def test_a_repeated_command_of_two_facts_gets_both_positions(house: CountyStore) -> None:
    call, key = house.submitted(), uuid4()
    first = house.say(i.EndorseCall(call_id=call), "mayor", key)
    assert len(first.positions) == 2
    assert first.version == 3
    assert house.say(i.EndorseCall(call_id=call), "mayor", key) == Receipt(key, call, 3, first.positions, repeated=True)


def test_eight_clicks_at_once_record_one_call(house: CountyStore) -> None:
    command, key = i.SubmitCall(text="门口有人占道", place="人民路"), uuid4()
    before = house.last_position()
    receipts = at_once(*[lambda: house.say(command, "wang", key)] * 8)
    assert all(isinstance(receipt, Receipt) for receipt in receipts), receipts
    assert len({receipt.positions for receipt in receipts}) == 1
    assert [receipt.repeated for receipt in receipts].count(False) == 1
    facts = house.sql("SELECT count(*) FROM stored_events WHERE notification_id > %s", before)
    assert facts == [(1,)]
    assert house.call(receipts[0].stream).text == "门口有人占道"


def test_eight_clicks_at_once_on_a_step_record_it_once(house: CountyStore) -> None:
    call, key = house.placed(), uuid4()
    receipts = at_once(*[lambda: house.say(acceptance.AcceptCall(call_id=call), "li", key)] * 8)
    assert all(isinstance(receipt, Receipt) for receipt in receipts), receipts
    assert house.call(call).version == 4


def test_a_reused_id_with_another_content_is_refused(house: CountyStore) -> None:
    key = uuid4()
    house.say(i.SubmitCall(text="门口有人占道", place="人民路"), "wang", key)
    before = house.last_position()
    with pytest.raises(CommandIdReused):
        house.say(i.SubmitCall(text="另一件事", place="人民路"), "wang", key)
    with pytest.raises(CommandIdReused):
        house.say(i.SubmitCall(text="门口有人占道", place="人民路"), "west", key)
    assert house.last_position() == before


def test_a_refused_command_leaves_its_id_free(house: CountyStore) -> None:
    call, key = house.submitted(), uuid4()
    with pytest.raises(Refusal):
        house.say(acceptance.AcceptCall(call_id=call), "li", key)
    house.say(i.EndorseCall(call_id=call), "mayor")
    assert not house.say(acceptance.AcceptCall(call_id=call), "li", key).repeated


def test_no_text_of_a_command_stands_beside_the_facts(house: CountyStore) -> None:
    house.submitted(text="绝密的话语内容")
    (row,) = house.sql("SELECT string_agg(commands::text, '') FROM commands")
    assert "绝密的话语内容" not in row[0]
    stored = house.sql("SELECT string_agg(encode(state, 'escape'), '') FROM stored_events")
    assert "绝密的话语内容".encode() not in stored[0][0].encode("latin-1", "replace")
    assert house.sql("SELECT count(*) FROM stored_events WHERE position(%s::bytea IN state) > 0", "绝密".encode()) == [
        (0,)
    ]


class TestTwoOperatorsAtOnce:
    def test_exactly_one_of_accepting_and_declining_wins(self, house: CountyStore) -> None:
        for _ in range(10):
            call = house.placed()
            accept, decline = at_once(
                partial(house.say, acceptance.AcceptCall(call_id=call), "li"),
                partial(
                    house.say,
                    acceptance.DeclineCall(call_id=call, ground="not_public_affairs", reason="属民事纠纷"),
                    "zhao",
                ),
            )
            stage = house.call(call).stage
            if isinstance(accept, Receipt):
                assert isinstance(decline, Refusal)
                assert stage is Stage.ACCEPTED
            else:
                assert isinstance(decline, Receipt)
                assert stage is Stage.DECLINED
            assert house.call(call).version == 4

    def test_who_named_the_version_they_saw_learns_that_it_is_stale(self, house: CountyStore) -> None:
        call = house.placed()
        seen = house.call(call).version
        outcomes = at_once(*[lambda: house.say(r.AddNote(call_id=call, text="已电话联系"), "li", expected=seen)] * 4)
        assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, StaleVersion) for outcome in outcomes) == 3
        assert house.call(call).version == seen + 1

    def test_sixteen_notes_at_once_all_stand(self, house: CountyStore) -> None:
        call = house.placed()
        before = house.call(call).version
        outcomes = at_once(
            *[
                lambda n=n: house.say(r.AddNote(call_id=call, text=f"第{n}条", reach=NoteReach.PARTIES), "li")
                for n in range(16)
            ]
        )
        assert all(isinstance(outcome, Receipt) for outcome in outcomes), outcomes
        assert house.call(call).version == before + 16


def test_a_stale_version_is_refused(house: CountyStore) -> None:
    call = house.placed()
    before = house.last_position()
    with pytest.raises(StaleVersion):
        house.say(acceptance.AcceptCall(call_id=call), "li", expected=2)
    with pytest.raises(StaleVersion):
        house.say(acceptance.AcceptCall(call_id=call), "li", expected=4)
    assert house.last_position() == before
    assert house.say(acceptance.AcceptCall(call_id=call), "li", expected=3).version == 4


class TestConnectionLost:
    """The database commits, and the connection is gone before its answer arrives."""

    @pytest.fixture
    def cut(self, database: str) -> Iterator[tuple[CountyStore, DroppingProxy]]:
        with (
            DroppingProxy(database) as proxy,
            county_store(proxy.dsn) as house,
        ):
            yield house, proxy

    def test_after_commit_the_asker_still_gets_the_first_answer(self, cut: tuple[CountyStore, DroppingProxy]) -> None:
        house, proxy = cut
        call = house.placed()
        before = house.last_position()
        proxy.drop_after_commit_of(b"calls.CallAccepted")
        receipt = house.say(acceptance.AcceptCall(call_id=call), "li")
        assert proxy.dropped == 1
        assert receipt.positions == (before + 1,)
        assert house.last_position() == before + 1
        assert house.call(call).stage is Stage.ACCEPTED

    def test_before_anything_arrived_it_is_tried_again(self, cut: tuple[CountyStore, DroppingProxy]) -> None:
        house, proxy = cut
        call = house.placed()
        proxy.drop_before(b"calls.CallAccepted")
        receipt = house.say(acceptance.AcceptCall(call_id=call), "li")
        assert proxy.dropped == 1
        assert not receipt.repeated
        assert house.call(call).version == 4

    def test_all_connections_ended_between_two_commands(self, house: CountyStore) -> None:
        call = house.placed()
        house.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        house.say(acceptance.AcceptCall(call_id=call), "li")
        assert house.call(call).stage is Stage.ACCEPTED


class TestFactsOnlyGrow:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE stored_events SET state = ''",
            "UPDATE stored_events SET topic = 'x' WHERE false",
            "DELETE FROM stored_events",
            "TRUNCATE stored_events",
        ],
    )
    def test_the_database_itself_refuses_a_change(self, house: CountyStore, change: str) -> None:
        count = house.sql("SELECT count(*), max(notification_id) FROM stored_events")
        with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
            house.sql(change)
        assert house.sql("SELECT count(*), max(notification_id) FROM stored_events") == count

    def test_a_version_stands_once(self, house: CountyStore) -> None:
        with psycopg.connect(house.dsn) as connection, pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                sql.SQL(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
                    " SELECT originator_id, originator_version, topic, state FROM stored_events LIMIT 1"
                )
            )


def test_a_refused_command_records_nothing_of_several_facts(house: CountyStore) -> None:
    """Two facts of one command stand both or not at all: the second is refused by the store."""
    call = house.submitted()
    house.sql("ALTER TABLE stored_events ADD CONSTRAINT no_placing CHECK (topic <> 'calls.CallPlaced') NOT VALID")
    before = house.last_position()
    with pytest.raises(Refusal):
        house.say(i.EndorseCall(call_id=call), "mayor")
    house.sql("ALTER TABLE stored_events DROP CONSTRAINT no_placing")
    assert house.last_position() == before
    assert house.sql("SELECT count(*) FROM commands WHERE name = 'calls.endorse'") == [(0,)]
    house.say(i.EndorseCall(call_id=call), "mayor")
    house.say(acceptance.AcceptCall(call_id=call), "li")
    house.say(d.DispatchCall(call_id=call, basis="powers", reference="三定规定", lead=house.county.orgs["zhifa"]), "li")
    assert house.call(call).stage is Stage.HANDLING
