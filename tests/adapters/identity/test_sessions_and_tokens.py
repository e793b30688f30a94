"""会话与令牌: how long they last, whom they stand for, how they end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.identity.refusals import PostNotHeld, SignInRefused, TokenNotFound, TokenTermNotAllowed, UnknownScope
from projections.scope import Breadth, Viewer
from tests.adapters.identity.fixtures import PASSWORD, SCOPES, Door, caller, operator

HERE = "192.0.2.7"


def _viewer(door: Door, token: str) -> Viewer:
    signed_in = door.identity.session(token)
    assert signed_in is not None
    assert signed_in.viewer is not None
    return signed_in.viewer


def test_a_session_left_idle_ends_and_a_used_one_goes_on(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    used, idle = (door.identity.sign_in("wang", PASSWORD, client=HERE) for _ in range(2))

    door.clock.advance(minutes=20)
    assert door.identity.session(used) is not None
    door.clock.advance(minutes=20)

    assert door.identity.session(used) is not None
    assert door.identity.session(idle) is None


def test_a_session_ends_after_its_whole_time_however_busy_it_is(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)

    for _ in range(23):
        door.clock.advance(minutes=20)
        assert door.identity.session(token) is not None
    door.clock.advance(minutes=20)

    assert door.identity.session(token) is None
    assert door.rows("sessions") == []


def test_reading_within_the_same_minute_writes_nothing(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)
    (before,) = door.rows("sessions")

    door.clock.advance(seconds=59)
    door.identity.session(token)
    (unchanged,) = door.rows("sessions")
    door.clock.advance(seconds=1)
    door.identity.session(token)
    (seen,) = door.rows("sessions")

    assert unchanged == before
    assert seen["seen_at"] == door.clock.now


def test_signing_in_again_gives_a_new_token_and_ends_the_one_the_browser_had(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    planted = door.identity.sign_in("wang", PASSWORD, client=HERE)

    own = door.identity.sign_in("wang", PASSWORD, client=HERE, replacing=planted)

    assert own != planted
    assert door.identity.session(planted) is None
    assert door.identity.session(own) is not None


def test_signing_out_ends_this_session_and_everywhere_ends_all(door: Door) -> None:
    person = door.resident("王呼叫", "wang", caller())
    other = door.resident("李受理", "li", operator())
    one, two, three = (door.identity.sign_in("wang", PASSWORD, client=HERE) for _ in range(3))
    hers = door.identity.sign_in("li", PASSWORD, client=HERE)

    door.identity.sign_out(one)
    assert door.identity.session(one) is None
    assert door.identity.session(two) is not None
    assert door.identity.sign_out_everywhere(person, but=three) == 1
    assert door.identity.session(two) is None
    assert len(door.identity.sessions.of(person)) == 1
    assert door.identity.sign_out_everywhere(person) == 1

    assert door.identity.session(three) is None
    assert door.identity.session(hers) is not None
    assert other != person


def test_with_several_posts_none_acts_until_one_is_chosen(door: Door) -> None:
    first, second = caller(), operator()
    door.resident("李兼职", "li", first, second)
    token = door.identity.sign_in("li", PASSWORD, client=HERE)
    before = door.identity.session(token)
    assert before is not None
    assert before.viewer is None
    assert [post.organization_name for post in before.posts] == ["城东镇", "县呼应平台"]

    door.identity.switch_post(token, second.appointment)

    after = door.identity.session(token)
    assert after is not None
    assert after.viewer is not None
    assert (after.viewer.appointment, after.viewer.breadth) == (second.appointment, Breadth.ALL)
    assert after.viewer.sees_all
    assert after.csrf_secret != before.csrf_secret


def test_a_post_of_somebody_else_cannot_be_chosen(door: Door) -> None:
    theirs = operator()
    door.resident("李受理", "li", theirs)
    door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)

    with pytest.raises(PostNotHeld):
        door.identity.switch_post(token, theirs.appointment)
    with pytest.raises(SignInRefused):
        door.identity.switch_post("no such session", theirs.appointment)

    assert _viewer(door, token).organization_name == "城东镇"


def test_a_post_that_ends_stops_acting_at_once_and_the_other_does_not_slip_in(door: Door) -> None:
    first, second = caller(), operator()
    person = door.resident("李兼职", "li", first, second)
    token = door.identity.sign_in("li", PASSWORD, client=HERE)
    door.identity.switch_post(token, second.appointment)

    door.town.posts[person] = [first]

    signed_in = door.identity.session(token)
    assert signed_in is not None
    assert signed_in.viewer is None


def test_somebody_taken_out_of_the_directory_can_still_sign_out(door: Door) -> None:
    person = door.resident("王呼叫", "wang", caller())
    token = door.identity.sign_in("wang", PASSWORD, client=HERE)

    del door.town.posts[person], door.town.names[person]

    signed_in = door.identity.session(token)
    assert signed_in is not None
    assert (signed_in.viewer, signed_in.name) == (None, "未登记人员")


def test_sessions_whose_time_is_over_are_swept_away(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    door.identity.sign_in("wang", PASSWORD, client=HERE)
    door.clock.advance(minutes=31)
    young = door.identity.sign_in("wang", PASSWORD, client=HERE)

    assert len(door.rows("sessions")) == 1, "signing in swept"
    assert door.identity.session(young) is not None


def _token_holder(door: Door) -> Viewer:
    door.resident("李受理", "li", operator())
    return _viewer(door, door.identity.sign_in("li", PASSWORD, client=HERE))


def test_a_token_acts_in_its_post_within_its_scopes(door: Door) -> None:
    holder = _token_holder(door)

    issued, secret = door.identity.issue_token(
        holder, scopes=["calls:read"], label=" 12345 热线对接 ", expires_at=door.clock.now + timedelta(days=90)
    )
    seen = door.identity.token_viewer(secret)

    assert seen is not None
    assert (seen.person, seen.appointment, seen.breadth) == (holder.person, holder.appointment, Breadth.ALL)
    assert seen.scopes == {"calls:read"}
    assert holder.scopes == SCOPES
    assert issued.label == "12345 热线对接"
    assert secret.startswith("hy_")
    assert secret not in repr(door.rows("api_tokens"))
    assert door.identity.tokens_of(holder.person) == [issued]


def test_a_token_ends_by_time_by_revocation_and_with_its_post(door: Door) -> None:
    holder = _token_holder(door)
    later = door.clock.now + timedelta(days=1)
    (_, short), (revoked, gone), (_, long) = (
        door.identity.issue_token(holder, scopes=["calls:read"], label="x", expires_at=later + timedelta(days=extra))
        for extra in (0, 5, 5)
    )

    door.identity.revoke_token(holder, revoked.token)
    assert door.identity.token_viewer(gone) is None
    assert door.identity.token_viewer(short) is not None
    door.clock.advance(days=1)
    assert door.identity.token_viewer(short) is None
    assert door.identity.token_viewer(long) is not None
    door.town.posts[holder.person] = [caller()]

    assert door.identity.token_viewer(long) is None
    assert [token.revoked_at is None for token in door.identity.tokens_of(holder.person)].count(False) == 1


def test_somebody_elses_token_cannot_be_revoked(door: Door) -> None:
    holder = _token_holder(door)
    door.resident("王呼叫", "wang", caller())
    other = _viewer(door, door.identity.sign_in("wang", PASSWORD, client=HERE))
    issued, secret = door.identity.issue_token(
        holder, scopes=["calls:read"], label="x", expires_at=door.clock.now + timedelta(days=1)
    )

    for token in (issued.token, uuid4()):
        with pytest.raises(TokenNotFound):
            door.identity.revoke_token(other, token)

    assert door.identity.token_viewer(secret) is not None
    assert door.identity.tokens.revoke_all(holder.person) == 1
    assert door.identity.token_viewer(secret) is None


@pytest.mark.parametrize("scopes", [[], ["calls:read", "everything"]])
def test_a_token_needs_known_scopes(door: Door, scopes: list[str]) -> None:
    holder = _token_holder(door)

    with pytest.raises(UnknownScope):
        door.identity.issue_token(holder, scopes=scopes, label="x", expires_at=door.clock.now + timedelta(days=1))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_ends_in_the_future_but_not_too_far(door: Door, days: int) -> None:
    holder = _token_holder(door)

    with pytest.raises(TokenTermNotAllowed, match="366 天"):
        door.identity.issue_token(
            holder, scopes=["calls:read"], label="x", expires_at=door.clock.now + timedelta(days=days)
        )


def test_a_session_token_is_no_api_token_and_the_other_way_round(door: Door) -> None:
    holder = _token_holder(door)
    session = door.identity.sign_in("li", PASSWORD, client=HERE)
    _, secret = door.identity.issue_token(
        holder, scopes=["calls:read"], label="x", expires_at=door.clock.now + timedelta(days=1)
    )

    assert door.identity.token_viewer(session) is None
    assert door.identity.session(secret) is None
