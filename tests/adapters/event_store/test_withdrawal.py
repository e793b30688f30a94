"""内容撤除: afterwards no text of the call can be read anywhere, and everything still folds."""

from uuid import UUID

import pytest

from adapters.event_store.feed import RawDecoder
from adapters.event_store.key_ring import KeyDestroyed, KeyRing
from adapters.event_store.store import EventStore
from adapters.event_store.withdrawal import withdraw_content
from domain.calls.fold import evolve
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.refusals import NotYourPost
from domain.calls.words import NoteReach, Stage
from domain.calls.work import records as r
from domain.calls.work.records import WithdrawContent
from domain.shared.events import WITHDRAWN
from domain.shared.refusals import Invalid
from projections.engine.projection import live_schema
from projections.engine.projector import Projector
from tests.county_store import MASTER, CountyStore
from tests.domain.memory import PLATFORM_ITSELF

SECRETS = ("甲乙丙丁", "子丑寅卯", "张三丰", "13911112222", "天地玄黄", "宇宙洪荒", "日月盈昃", "辰宿列张")


def spoken_of(house: CountyStore) -> UUID:
    """A call on which everybody wrote something."""
    call = house.submitted(
        text="甲乙丙丁的事", place="子丑寅卯路", informant_name="张三丰", informant_phone="13911112222"
    )
    house.say(i.EndorseCall(call_id=call, remark="天地玄黄"), "mayor")
    house.say(r.AddNote(call_id=call, text="宇宙洪荒", reach=NoteReach.PARTIES), "li")
    house.say(r.CorrectFact(call_id=call, field="place", is_now="日月盈昃巷", reason="辰宿列张"), "wang")
    return call


def withdraw(house: CountyStore, call: UUID, keys: KeyRing | None = None) -> None:
    command = WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县政府办公室"))
    withdraw_content(house.store, keys or house.keys, house.bus, PLATFORM_ITSELF, command)


def everything_written(house: CountyStore) -> str:
    """Every row of every table of every schema, and every fact as this node can decode it."""
    tables = house.sql(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    texts = [str(row) for schema, table in tables for row in house.sql(f'SELECT t::text FROM "{schema}"."{table}" t')]
    with house.feed() as feed:
        decoder = RawDecoder(KeyRing(house.pool, MASTER))
        texts += [repr(event) for event in decoder.decode(feed.read({}, 10_000, 0))]
    return "\n".join(texts)


def test_before_the_texts_are_there(house: CountyStore) -> None:
    spoken_of(house)
    house.fold()
    written = everything_written(house)
    assert all(secret in written for secret in SECRETS)


def test_afterwards_none_is_anywhere(house: CountyStore) -> None:
    call, other = spoken_of(house), house.submitted(text="另一件事")
    house.fold()
    withdraw(house, call)
    house.fold()
    written = everything_written(house)
    assert [secret for secret in SECRETS if secret in written] == []
    assert "另一件事" in written
    kept = house.call(call)
    assert (kept.text, kept.place, kept.withdrawn_content) == (WITHDRAWN, WITHDRAWN, True)
    assert house.call(other).text == "另一件事"


def test_a_process_that_still_trusts_the_key_shows_nothing_either(house: CountyStore) -> None:
    """The projector and the web run in processes of their own: they read the key a moment before."""
    call = spoken_of(house)
    elsewhere = KeyRing(house.pool, MASTER)
    with house.feed() as feed:
        projector = Projector(house.engine, feed, RawDecoder(elsewhere), house.streams, [house.view])
        projector.catch_up()
        other_store = EventStore(house.dsn, elsewhere)
        assert other_store.get(call, evolve).text == "甲乙丙丁的事"
        withdraw(house, call)
        projector.catch_up()
        kept = other_store.get(call, evolve)
        other_store.close()
    assert (kept.text, kept.place) == (WITHDRAWN, WITHDRAWN)
    shown = str(house.rows())
    assert [secret for secret in SECRETS if secret in shown] == []


def test_folded_in_one_batch_with_what_it_withdraws_nothing_shows(house: CountyStore) -> None:
    call = spoken_of(house)
    house.store.get(call, evolve)
    withdraw(house, call)
    house.fold(batch=10_000)
    assert [secret for secret in SECRETS if secret in str(house.rows())] == []


def test_it_still_folds_and_rebuilds_to_the_same_rows(house: CountyStore) -> None:
    call = spoken_of(house)
    house.fold()
    withdraw(house, call)
    house.fold()
    rows = house.rows()
    house.rebuild()
    assert house.rows() == rows
    assert house.call(call).stage is Stage.PLACED


def test_the_work_goes_on_without_texts(house: CountyStore) -> None:
    call = spoken_of(house)
    withdraw(house, call)
    house.say(acceptance.AcceptCall(call_id=call), "li")
    house.fold()
    assert house.call(call).stage is Stage.ACCEPTED
    with pytest.raises(KeyDestroyed):
        house.say(r.AddNote(call_id=call, text="再写一点"), "li")


def test_a_parked_calls_texts_go_too(house: CountyStore) -> None:
    """A view that had to leave a call out before it heard of the withdrawal must not keep its texts."""
    call = spoken_of(house)
    house.fold()
    house.sql(
        "INSERT INTO projection_parked (schema_name, stream_id, position, topic, reason)"
        " VALUES (%s, %s, 1, 'calls.X', 'for the test')",
        live_schema(house.view),
        call,
    )
    withdraw(house, call)
    house.fold()
    assert [secret for secret in SECRETS if secret in str(house.rows())] == []


class TestWhoMayAndHow:
    def test_a_person_destroys_nothing(self, house: CountyStore) -> None:
        call = spoken_of(house)
        command = WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县政府办公室"))
        with pytest.raises(NotYourPost):
            withdraw_content(house.store, house.keys, house.bus, house.county.by("li"), command)
        assert house.sql("SELECT count(*) FROM content_keys WHERE destroyed_at IS NOT NULL") == [(0,)]

    def test_one_office_twice_destroys_nothing(self, house: CountyStore) -> None:
        call = spoken_of(house)
        command = WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县委办公室"))
        with pytest.raises(Invalid):
            withdraw_content(house.store, house.keys, house.bus, PLATFORM_ITSELF, command)
        assert house.sql("SELECT count(*) FROM content_keys WHERE destroyed_at IS NOT NULL") == [(0,)]

    def test_stopped_between_destroying_and_recording_it_is_ended_by_the_same_order(self, house: CountyStore) -> None:
        call = spoken_of(house)
        house.keys.destroy(f"calls/{call}", "撤〔2026〕1号")
        withdraw(house, call)
        withdraw(house, call)
        assert house.sql("SELECT count(*) FROM stored_events WHERE topic = 'calls.ContentWithdrawn'") == [(1,)]
        assert house.sql("SELECT count(*) FROM content_keys WHERE destroyed_at IS NOT NULL") == [(2,)]
