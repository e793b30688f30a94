"""登录: passwords, what is stored of them, and how often one may be wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import thread_time

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from adapters.identity.identity import DemonstrationDoor
from adapters.identity.refusals import (
    DemonstrationOnly,
    LoginTaken,
    NoPostHeld,
    PostNotHeld,
    SignInRefused,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from adapters.identity.tables import sessions
from tests.adapters.identity.fixtures import PASSWORD, Door, caller, identity_over, operator

HERE = "192.0.2.7"


def test_the_right_password_opens_a_session_in_the_only_post(door: Door) -> None:
    person = door.resident("王呼叫", "wang", caller())

    signed_in = door.identity.session(door.identity.sign_in("wang", PASSWORD, client=HERE))

    assert signed_in is not None
    assert signed_in.person == person
    assert signed_in.viewer is not None
    assert (signed_in.viewer.name, signed_in.viewer.organization_name) == ("王呼叫", "城东镇")


def test_login_and_password_are_the_same_typed_full_width_or_in_capitals(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    full_width = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in PASSWORD)

    assert full_width != PASSWORD
    assert door.identity.sign_in(" WANG ", full_width, client=HERE)


@pytest.mark.parametrize(
    ("login", "password"),
    [("wang", "wrong"), ("nobody", PASSWORD), ("", ""), ("wa\x00ng2", PASSWORD), ("wang", "\ud83d half an emoji")],
)
def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(door: Door, login: str, password: str) -> None:
    door.resident("王呼叫", "wang", caller())

    with pytest.raises(SignInRefused) as refused:
        door.identity.sign_in(login, password, client=HERE)

    assert refused.value.message == SignInRefused.rule
    assert door.rows("sessions") == []


def test_an_unknown_login_takes_as_long_as_a_wrong_password(door: Door) -> None:
    slow = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)
    identity = identity_over(door.engine, door.clock, door.town, hasher=slow)
    identity.credentials.enrol(door.town.move_in("王呼叫", caller()), "wang", PASSWORD)

    def fastest_of_five(login: str) -> float:
        times = []
        for _ in range(5):
            begun = thread_time()  # its work: how long it took besides is a matter of who else is at work
            assert identity.credentials.check(login, "wrong password 1") is None
            times.append(thread_time() - begun)
        return min(times)

    known, unknown = fastest_of_five("wang"), fastest_of_five("nobody")

    assert unknown > known * 0.6, f"unknown {unknown * 1000:.1f} ms, known {known * 1000:.1f} ms"


def test_neither_password_nor_session_token_is_stored(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)

    stored = repr(door.rows("credentials") + door.rows("sessions"))

    assert PASSWORD not in stored
    assert token not in stored
    assert "$argon2id$" in stored


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    stronger = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    identity = identity_over(door.engine, door.clock, door.town, hasher=stronger)

    identity.sign_in("wang", PASSWORD, client=HERE)

    (row,) = door.rows("credentials")
    assert "m=128,t=2,p=1" in str(row["password_hash"])
    assert identity.sign_in("wang", PASSWORD, client=HERE)


def test_after_three_wrong_passwords_even_the_right_one_waits_out_the_window(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    for _ in range(3):
        with pytest.raises(SignInRefused):
            door.identity.sign_in("wang", "wrong", client=HERE)
        door.clock.advance(minutes=1)

    with pytest.raises(TooManyAttempts) as refused:
        door.identity.sign_in("Wang", PASSWORD, client="198.51.100.1")
    assert refused.value.retry_after == 12 * 60
    assert "12 分钟" in refused.value.message

    door.clock.advance(minutes=12)
    assert door.identity.sign_in("wang", PASSWORD, client=HERE)


def test_unknown_logins_are_throttled_just_like_known_ones(door: Door) -> None:
    for _ in range(3):
        with pytest.raises(SignInRefused):
            door.identity.sign_in("nobody", "wrong", client=HERE)

    with pytest.raises(TooManyAttempts):
        door.identity.sign_in("nobody", "wrong", client=HERE)


def test_one_address_trying_many_logins_is_stopped_and_others_are_not(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    for number in range(6):
        with pytest.raises(SignInRefused):
            door.identity.sign_in(f"guess{number}", "wrong", client=f"2001:db8::{number}")

    with pytest.raises(TooManyAttempts):
        door.identity.sign_in("wang", PASSWORD, client="2001:db8::ffff")
    assert door.identity.sign_in("wang", PASSWORD, client="2001:db8:0:1::1")


def test_a_good_sign_in_forgets_the_failures_of_the_login_but_not_those_of_the_address(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    for login in ("wang", "wang", "guess1", "guess2", "guess3"):
        with pytest.raises(SignInRefused):
            door.identity.sign_in(login, "wrong", client=HERE)

    door.identity.sign_in("wang", PASSWORD, client=HERE)

    with pytest.raises(SignInRefused):
        door.identity.sign_in("wang", "wrong", client=HERE)
    with pytest.raises(TooManyAttempts):
        door.identity.sign_in("wang", PASSWORD, client=HERE)
    assert door.identity.sign_in("wang", PASSWORD, client="198.51.100.1")


def test_a_hundred_attempts_at_once_are_no_way_round_the_limit(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())

    def guess(number: int) -> type[Exception]:
        with pytest.raises((SignInRefused, TooManyAttempts)) as refused:
            door.identity.sign_in("wang", f"wrong {number}", client=f"198.51.100.{number}")
        return refused.type

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(40)))

    assert outcomes.count(SignInRefused) == 3
    assert outcomes.count(TooManyAttempts) == 37


def test_logins_typed_at_the_door_do_not_stand_in_the_table_of_failures(door: Door) -> None:
    with pytest.raises(SignInRefused):
        door.identity.sign_in("my-password-by-mistake", "", client=HERE)

    assert "mistake" not in repr(door.rows("sign_in_failures"))


def test_old_failures_are_swept_away_and_young_ones_stay(door: Door) -> None:
    """Whenever somebody signs in, whoever it was that failed."""
    door.resident("王呼叫", "wang", caller())
    for login in ("old", "young"):
        with pytest.raises(SignInRefused):
            door.identity.sign_in(login, "wrong", client=login)
        door.clock.advance(minutes=10)

    door.identity.sign_in("wang", PASSWORD, client=HERE)
    assert len(door.rows("sign_in_failures")) == 2, "the login and the address of the young one"


def test_somebody_without_a_post_is_turned_away_and_not_counted_as_a_guesser(door: Door) -> None:
    door.resident("赵离任", "zhao")

    with pytest.raises(NoPostHeld):
        door.identity.sign_in("zhao", PASSWORD, client=HERE)

    assert door.rows("sign_in_failures") == []
    assert door.rows("sessions") == []


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short 1", "10 至 128"),
        ("a1" * 65, "10 至 128"),
        ("onlyletters", "2 类"),
        ("aaaaaaaaa1", "重复"),
        ("wang-2026-05", "登录名"),
    ],
)
def test_a_weak_password_is_refused_with_the_part_of_the_rule_it_misses(door: Door, password: str, reason: str) -> None:
    person = door.town.move_in("王呼叫", caller())

    with pytest.raises(WeakPassword, match=reason):
        door.identity.credentials.enrol(person, "wang", password)


def test_a_login_belongs_to_one_person(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())

    with pytest.raises(LoginTaken):
        door.identity.credentials.enrol(door.town.move_in("王二", caller()), "WANG", PASSWORD)


def test_changing_the_password_takes_the_present_one_and_ends_every_other_session(door: Door) -> None:
    door.resident("王呼叫", "wang", caller(), must_change=True)
    at_home = door.identity.sign_in("wang", PASSWORD, client=HERE)
    at_work = door.identity.sign_in("wang", PASSWORD, client=HERE)
    before = door.identity.session(at_work)
    assert before is not None
    assert before.must_change

    with pytest.raises(WrongPassword):
        door.identity.change_password(at_work, "not it", "another horse 8", client=HERE)
    with pytest.raises(WeakPassword, match="相同"):
        door.identity.change_password(at_work, PASSWORD, PASSWORD, client=HERE)
    new = door.identity.change_password(at_work, PASSWORD, "another horse 8", client=HERE)

    after = door.identity.session(new)
    assert after is not None
    assert not after.must_change
    assert after.viewer == before.viewer
    assert door.identity.session(at_home) is None
    assert door.identity.session(at_work) is None
    with pytest.raises(SignInRefused):
        door.identity.sign_in("wang", PASSWORD, client=HERE)
    assert door.identity.sign_in("wang", "another horse 8", client=HERE)


def test_the_present_password_cannot_be_guessed_from_an_open_session(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)
    for _ in range(3):
        with pytest.raises(WrongPassword):
            door.identity.change_password(token, "guess", "another horse 8", client=HERE)

    with pytest.raises(TooManyAttempts):
        door.identity.change_password(token, PASSWORD, "another horse 8", client=HERE)


def test_a_reset_password_must_be_changed_and_ends_the_sessions(door: Door) -> None:
    person = door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)

    door.identity.reset_password(person, "set by the office 1")

    assert door.identity.session(token) is None
    fresh = door.identity.session(door.identity.sign_in("wang", "set by the office 1", client=HERE))
    assert fresh is not None
    assert fresh.must_change


def test_a_reset_password_ends_the_tokens_given_out_too(door: Door) -> None:
    """A password is reset when somebody else may have had it: what they made with it must not outlive it."""
    person = door.resident("王呼叫", "wang", caller())
    signed_in = door.identity.session(door.identity.sign_in("wang", PASSWORD, client=HERE))
    assert signed_in is not None
    assert signed_in.viewer is not None
    ends = door.clock.now + timedelta(days=30)
    _, secret = door.identity.issue_token(signed_in.viewer, scopes=["calls:read"], label="脚本", expires_at=ends)
    assert door.identity.token_viewer(secret) is not None

    door.identity.reset_password(person, "set by the office 1")

    assert door.identity.token_viewer(secret) is None


def test_sessions_whose_time_is_over_do_not_pile_up(door: Door) -> None:
    """Most people close the browser: nothing else would ever take their sessions away."""
    person = door.resident("王呼叫", "wang", caller())
    for _ in range(3):
        door.identity.sign_in("wang", PASSWORD, client=HERE)
    door.clock.now += timedelta(days=1)

    door.identity.sign_in("wang", PASSWORD, client=HERE)

    with door.engine.connect() as connection:
        held = select(func.count()).select_from(sessions).where(sessions.c.person_id == person)
        assert connection.execute(held).scalar_one() == 1


def test_one_click_signs_in_without_a_password_in_a_demonstration_only(door: Door) -> None:
    first, second = caller(), operator()
    person = door.town.move_in("李受理", first, second)
    with pytest.raises(DemonstrationOnly):
        DemonstrationDoor(door.identity, demonstration=False)
    demonstration = DemonstrationDoor(door.identity, demonstration=True)

    signed_in = door.identity.session(demonstration.sign_in(person, second.appointment))

    assert signed_in is not None
    assert signed_in.viewer is not None
    assert signed_in.viewer.appointment == second.appointment
    assert not signed_in.must_change
    with pytest.raises(PostNotHeld):
        demonstration.sign_in(person, caller().appointment)
