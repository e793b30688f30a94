"""Content keys: wrapped at rest, made once, destroyed for good and soon everywhere."""

import hmac
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from psycopg_pool import ConnectionPool

from adapters.event_store.bulk_append import BulkSealer
from adapters.event_store.key_ring import KeyDestroyed, KeyRing, WrongMasterKey
from tests.county_store import MASTER


@pytest.fixture
def pool(database: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(database, min_size=1, max_size=8, open=True) as pool:
        yield pool


def one(pool: ConnectionPool, statement: str) -> object:
    with pool.connection() as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def test_what_was_sealed_opens_in_another_process_and_nowhere_else(pool: ConnectionPool) -> None:
    box = KeyRing(pool, MASTER).seal("calls/1", "门口".encode(), b"here")
    other = KeyRing(pool, MASTER)
    assert other.open("calls/1", box, b"here") == "门口".encode()
    with pytest.raises(InvalidTag):
        other.open("calls/1", box, b"elsewhere")


def test_keys_stand_wrapped_in_the_database(pool: ConnectionPool) -> None:
    KeyRing(pool, MASTER).seal("calls/1", b"x", b"")
    wrapped = one(pool, "SELECT wrapped FROM content_keys")
    assert isinstance(wrapped, bytes)
    assert len(wrapped) == 12 + 32 + 16


def test_a_wrong_master_key_is_told(pool: ConnectionPool) -> None:
    box = KeyRing(pool, MASTER).seal("calls/1", b"x", b"")
    wrong = KeyRing(pool, b"w" * 32)
    with pytest.raises(WrongMasterKey):
        wrong.check()
    with pytest.raises(WrongMasterKey):
        wrong.open("calls/1", box, b"")
    with pytest.raises(WrongMasterKey):
        wrong.seal("calls/1", b"x", b"")
    KeyRing(pool, MASTER).check()


def test_one_broken_key_does_not_keep_the_others_from_being_fetched(pool: ConnectionPool) -> None:
    keys = KeyRing(pool, MASTER)
    box = keys.seal("calls/1", b"x", b"")
    keys.seal("calls/2", b"y", b"")
    one(pool, "UPDATE content_keys SET wrapped = 'broken' WHERE key_id = 'calls/2' RETURNING key_id")
    other = KeyRing(pool, MASTER)
    at_hand = other.at_hand(["calls/1", "calls/2"])
    assert at_hand.open("calls/1", box, b"") == b"x"
    with pytest.raises(WrongMasterKey):
        at_hand.open("calls/2", box, b"")


def test_a_master_key_of_another_length_is_refused(pool: ConnectionPool) -> None:
    with pytest.raises(ValueError, match="32"):
        KeyRing(pool, b"short")


def test_sixteen_makers_at_once_make_one_key(pool: ConnectionPool) -> None:
    rings = [KeyRing(pool, MASTER) for _ in range(4)]
    for number in range(20):
        start = threading.Barrier(16)

        def seal(place: int, number: int = number, start: threading.Barrier = start) -> bytes:
            start.wait()
            return rings[place % 4].seal(f"calls/{number}", str(place).encode(), b"")

        with ThreadPoolExecutor(16) as threads:
            boxes = list(threads.map(seal, range(16)))
        reader = KeyRing(pool, MASTER)
        assert [reader.open(f"calls/{number}", box, b"") for box in boxes] == [str(n).encode() for n in range(16)]
        for ring in rings:
            assert ring.open(f"calls/{number}", boxes[0], b"") == b"0", "nobody still believes that there is no key"
    assert one(pool, "SELECT count(*) FROM content_keys") == 20


def test_a_key_looked_for_too_early_is_found_as_soon_as_it_is_made(pool: ConnectionPool) -> None:
    early = KeyRing(pool, MASTER)
    assert early.open("calls/1", b"-" * 40, b"") is None
    box = KeyRing(pool, MASTER).seal("calls/1", b"x", b"")
    assert early.open("calls/1", box, b"") == b"x"


class TestDestruction:
    def test_is_for_good(self, pool: ConnectionPool) -> None:
        keys = KeyRing(pool, MASTER)
        box = keys.seal("calls/1", b"x", b"")
        assert keys.destroy("calls/1", "撤〔2026〕1号")
        assert not keys.destroy("calls/1", "撤〔2026〕2号")
        assert keys.open("calls/1", box, b"") is None
        with pytest.raises(KeyDestroyed):
            keys.seal("calls/1", b"y", b"")
        assert one(pool, "SELECT destroyed_by FROM content_keys") == "撤〔2026〕1号"
        assert one(pool, "SELECT wrapped IS NULL FROM content_keys") is True

    def test_of_a_key_that_never_was_destroys_nothing(self, pool: ConnectionPool) -> None:
        assert not KeyRing(pool, MASTER).destroy("calls/1", "撤〔2026〕1号")

    def test_takes_effect_in_another_process_within_the_time_of_trust(
        self, pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        keys, other = KeyRing(pool, MASTER), KeyRing(pool, MASTER)
        box = keys.seal("calls/1", b"x", b"")
        assert other.open("calls/1", box, b"") == b"x"
        keys.destroy("calls/1", "撤〔2026〕1号")
        now += 5.1
        assert other.open("calls/1", box, b"") is None
        with pytest.raises(KeyDestroyed):
            other.seal("calls/1", b"y", b"")

    def test_takes_effect_at_once_for_who_reads_fresh(self, pool: ConnectionPool) -> None:
        keys, other = KeyRing(pool, MASTER), KeyRing(pool, MASTER)
        box = keys.seal("calls/1", b"x", b"")
        assert other.open("calls/1", box, b"") == b"x"
        keys.destroy("calls/1", "撤〔2026〕1号")
        assert other.at_hand(["calls/1"], fresh=True).open("calls/1", box, b"") is None
        assert other.open("calls/1", box, b"") is None

    def test_cannot_be_undone_in_half(self, pool: ConnectionPool) -> None:
        KeyRing(pool, MASTER).seal("calls/1", b"x", b"")
        with pytest.raises(psycopg.errors.CheckViolation):
            one(pool, "UPDATE content_keys SET wrapped = NULL RETURNING key_id")


def test_the_fingerprint_of_a_command_is_the_same_in_every_release(pool: ConnectionPool) -> None:
    keyed = hmac.digest(MASTER, b"command fingerprints", "sha256")
    keys = KeyRing(pool, MASTER)
    for said in (b"one", b"", b"one"):
        assert keys.fingerprint(said) == hmac.digest(keyed, said, "sha256")


def test_a_batch_draws_no_nonce_twice_and_what_it_sealed_opens(pool: ConnectionPool) -> None:
    sealer = BulkSealer(KeyRing(pool, MASTER), [])
    boxes = [sealer.seal("calls/1", b"x", b"here") for _ in range(3_000)]
    assert len({box[:12] for box in boxes}) == 3_000
    assert {sealer.open("calls/1", box, b"here") for box in boxes} == {b"x"}
