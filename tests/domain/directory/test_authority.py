"""在岗核验: who may act in which post, at the moment of recording."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.directory.authority import check_authority
from domain.directory.events import DelegationGranted
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.directory.person_commands import EndAppointment, EndDelegation, GrantDelegation
from domain.directory.policies import breadth_of
from domain.directory.refusals import NotDelegated, NotInPost, OrganizationGone, PersonMissing
from domain.directory.register import person_known
from domain.shared.events import Actor
from domain.shared.posts import Post
from tests.domain.directory.county import PLATFORM_ITSELF, Town


def _may_act(town: Town, actor: Actor) -> None:
    check_authority(town.county, town.county.envelope(actor))


def test_the_holder_of_a_post_may_act_in_it_until_it_ends(town: Town) -> None:
    _may_act(town, town.caller)
    ended_at = town.county.now + timedelta(hours=1)
    town.county.ask(EndAppointment(person=town.wang, appointment=town.wang_appointment, ended_at=ended_at))
    town.county.pass_time(minutes=59)
    _may_act(town, town.caller)
    town.county.pass_time(minutes=1)
    with pytest.raises(NotInPost):
        _may_act(town, town.caller)


def test_a_post_is_not_held_before_it_begins(town: Town) -> None:
    town.county.appointed(town.li, town.bureau, Post.LIAISON, starts_at=town.county.now + timedelta(hours=1))
    liaison = town.actor(town.li, Post.LIAISON, town.bureau)
    with pytest.raises(NotInPost):
        _may_act(town, liaison)
    town.county.pass_time(hours=1)
    _may_act(town, liaison)


def test_another_post_another_organization_or_an_unknown_one_gives_no_authority(town: Town) -> None:
    for actor in (
        town.actor(town.wang, Post.OPERATOR, town.township),
        town.actor(town.wang, Post.CALLER, town.bureau),
        town.actor(town.li, Post.CALLER, town.township),
        town.actor(uuid4(), Post.CALLER, town.township),
        town.actor(town.wang, Post.CALLER, uuid4()),
        town.actor(town.wang, Post.CALLER, town.wang),
        town.caller.model_copy(update={"person": town.township}),
        town.caller.model_copy(update={"post": "emperor"}),
        town.actor(town.wang, Post.SYSTEM, town.township),
    ):
        with pytest.raises(NotInPost):
            _may_act(town, actor)


def test_only_the_platform_itself_acts_without_a_person(town: Town) -> None:
    _may_act(town, PLATFORM_ITSELF)
    with pytest.raises(PersonMissing):
        _may_act(town, PLATFORM_ITSELF.model_copy(update={"post": Post.ADMINISTRATOR}))


def test_nobody_acts_for_a_dissolved_organization(town: Town) -> None:
    town.county.ask(DissolveOrganization(organization=town.township, successor=town.platform, document="x"))
    with pytest.raises(OrganizationGone):
        _may_act(town, town.caller)


def test_nobody_acts_for_a_temporary_body_past_its_end(town: Town) -> None:
    ends_at = town.county.now + timedelta(days=1)
    body = town.county.organization("zb", "整治专班", OrganizationKind.TEMPORARY_BODY, ends_at=ends_at)
    town.county.appointed(town.li, body, Post.LIAISON)
    _may_act(town, town.actor(town.li, Post.LIAISON, body))
    town.county.pass_time(days=1)
    with pytest.raises(OrganizationGone):
        _may_act(town, town.actor(town.li, Post.LIAISON, body))


def _delegated(town: Town) -> UUID:
    (fact,) = town.county.ask(
        GrantDelegation(
            person=town.wang,
            appointment=town.wang_appointment,
            delegate=town.li,
            ends_at=town.county.now + timedelta(days=1),
            reason="外出",
        ),
        town.caller,
    )
    assert isinstance(fact, DelegationGranted)
    return fact.delegation


def test_a_delegate_acts_for_the_holder_while_the_delegation_runs(town: Town) -> None:
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    with pytest.raises(NotDelegated):
        _may_act(town, stand_in)
    _delegated(town)
    _may_act(town, stand_in)
    for wrong in (
        stand_in.model_copy(update={"acting_for": None}),
        stand_in.model_copy(update={"acting_for": town.admin}),
        stand_in.model_copy(update={"acting_for": uuid4()}),
        stand_in.model_copy(update={"person": town.admin}),
        stand_in.model_copy(update={"post": Post.TOWNSHIP_LEADER}),
    ):
        with pytest.raises((NotDelegated, NotInPost)):
            _may_act(town, wrong)
    town.county.pass_time(days=1)
    with pytest.raises(NotDelegated):
        _may_act(town, stand_in)


def test_a_delegate_who_left_the_organization_acts_for_nobody_there(town: Town) -> None:
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    _delegated(town)
    _may_act(town, stand_in)
    (held,) = person_known(town.county, town.li).appointments
    town.county.pass_time(hours=1)
    town.county.ask(EndAppointment(person=town.li, appointment=held.id))
    with pytest.raises(NotDelegated):
        _may_act(town, stand_in)


def test_a_delegation_ends_with_its_revocation_or_with_the_holders_appointment(town: Town) -> None:
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    delegation = _delegated(town)
    town.county.ask(EndDelegation(person=town.wang, delegation=delegation), town.caller)
    with pytest.raises(NotDelegated):
        _may_act(town, stand_in)
    _delegated(town)
    town.county.pass_time(hours=1)
    town.county.ask(EndAppointment(person=town.wang, appointment=town.wang_appointment))
    with pytest.raises(NotDelegated):
        _may_act(town, stand_in)


@pytest.mark.parametrize(
    ("post", "kind", "breadth"),
    [
        (Post.OPERATOR, OrganizationKind.PLATFORM, "all"),
        (Post.OPERATOR, OrganizationKind.HOTLINE_CENTRE, "own"),
        (Post.SUPERVISOR, OrganizationKind.SUPERVISION_BODY, "all"),
        (Post.SUPERVISOR, OrganizationKind.TOWNSHIP, "own"),
        (Post.LEADER, OrganizationKind.TWO_OFFICES, "all"),
        (Post.LEADER, OrganizationKind.LEADER_GROUP, "all"),
        (Post.LEADER, OrganizationKind.DEPARTMENT, "own"),
        (Post.AUDITOR, OrganizationKind.DEPARTMENT, "all"),
        (Post.REVIEWER, OrganizationKind.SUPERVISION_BODY, "all"),
        (Post.ADMINISTRATOR, OrganizationKind.PLATFORM, "own"),
        (Post.CALLER, OrganizationKind.TOWNSHIP, "own"),
        (Post.LIAISON, OrganizationKind.TWO_OFFICES, "own"),
    ],
)
def test_who_sees_the_whole_county(post: Post, kind: OrganizationKind, breadth: str) -> None:
    assert breadth_of(post, kind) == breadth
    assert breadth_of(post, kind.value) == breadth
