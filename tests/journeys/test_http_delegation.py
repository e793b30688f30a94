"""委托代办 over HTTP: who stands in for somebody signs in to that post, and the record says so."""

from datetime import timedelta
from uuid import UUID, uuid4

from api.security.gate import actor_of
from domain.directory.identity import person_stream
from domain.directory.person_commands import GrantDelegation
from domain.shared.commands import Ask
from domain.shared.posts import Post
from tests.journeys.county_over_http import County


def test_a_delegate_endorses_in_the_leaders_post_for_as_long_as_it_was_granted(county: County) -> None:
    clock, leader = county.clock, county.person("cd-03")
    clock.set("2026-03-23 09:00")
    delegate = person_stream(county.node, "cd-01")
    assert all(post.post is not Post.TOWNSHIP_LEADER for post in county.identity.posts(delegate))
    grant = GrantDelegation(
        person=leader.viewer.person,
        appointment=leader.viewer.appointment,
        delegate=delegate,
        ends_at=clock() + timedelta(days=1),
        reason="外出培训",
    )
    county.house.bus.execute(grant, Ask(uuid4(), actor_of(leader.viewer)))
    county.house.catch_up()

    call = county.person("cd-01").submit(text="桥面护栏断裂", place="柳河桥")
    stand_in = county.person("cd-01", Post.TOWNSHIP_LEADER)
    assert stand_in.viewer.acting_for == leader.viewer.person
    stand_in.do(call, "endorse")
    endorsed = next(event for event in county.house.store.history(UUID(call)) if event.wire == "calls.CallEndorsed")
    assert endorsed.actor.person == delegate
    assert endorsed.actor.acting_for == leader.viewer.person

    clock.set("2026-03-25 09:00")
    assert all(post.post is not Post.TOWNSHIP_LEADER for post in county.identity.posts(delegate))
