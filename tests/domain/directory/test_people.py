"""人员: appointments from–to, delegation, handover."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.directory.events import AppointmentEnded, DelegationGranted, HandoverDone, PersonAppointed, PersonRegistered
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.directory.person_commands import (
    AmendPerson,
    AppointPerson,
    EndAppointment,
    EndDelegation,
    GrantDelegation,
    HandOver,
    RegisterPerson,
)
from domain.directory.refusals import (
    AlreadyRegistered,
    AppointmentOver,
    DelegateElsewhere,
    DelegationBeyondAppointment,
    DelegationToOneself,
    EmptyName,
    MalformedCode,
    NotAdministrator,
    NotAPost,
    NothingChanged,
    NotYourPostToDelegate,
    OrganizationGone,
    OverlappingAppointment,
    ReceiverHoldsNoSuchPost,
    SelfServing,
    TimesReversed,
    UnknownAppointment,
    UnknownDelegation,
    UnknownOrganization,
    UnknownPerson,
)
from domain.shared.posts import Post
from tests.domain.directory.county import Town


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"code": "1001"}, AlreadyRegistered),
        ({"code": "11010519491231002X"}, MalformedCode),
        ({"code": "工号一"}, MalformedCode),
        ({"name": "  "}, EmptyName),
        ({"phone": "没有"}, MalformedCode),
    ],
)
def test_a_person_that_breaks_a_rule_is_not_registered(
    town: Town, fields: dict[str, str], refusal: type[Exception]
) -> None:
    command = RegisterPerson.model_validate({"code": "2001", "name": "新人", **fields})
    with pytest.raises(refusal):
        town.county.ask(command, town.administrator)


def test_name_and_phone_are_sealed_under_the_persons_own_key(town: Town) -> None:
    (fact,) = town.county.ask(RegisterPerson(code="2001", name="新人", phone="0531-88880000"), town.administrator)
    assert isinstance(fact, PersonRegistered)
    assert set(fact.sealed_fields) == {"name", "phone"}
    assert {fact.key_id(scope) for scope in fact.sealed_fields.values()} == {f"person/{fact.originator_id}"}


def test_a_person_is_amended_by_an_administrator_of_the_own_organization(town: Town) -> None:
    town.county.appointed(town.li, town.township, Post.ADMINISTRATOR)
    own = town.actor(town.li, Post.ADMINISTRATOR, town.township)
    town.county.ask(AmendPerson(person=town.wang, name="王呼叫", phone="13900001111"), own)
    with pytest.raises(NothingChanged):
        town.county.ask(AmendPerson(person=town.wang, name="王呼叫", phone="13900001111"), own)
    with pytest.raises(NotAdministrator):
        town.county.ask(AmendPerson(person=town.admin, name="赵管理", phone=None), own)


def _appoint(town: Town, who: UUID, **fields: object) -> AppointPerson:
    return AppointPerson.model_validate({"person": who, "organization": town.bureau, "post": Post.LIAISON, **fields})


def test_an_appointment_says_what_the_organization_was_called_and_was(town: Town) -> None:
    (fact,) = town.county.ask(_appoint(town, town.li), town.administrator)
    assert isinstance(fact, PersonAppointed)
    assert (fact.organization_name, fact.organization_kind) == ("综合行政执法局", OrganizationKind.DEPARTMENT)
    assert fact.starts_at == town.county.now
    assert fact.ends_at is None


def test_the_same_post_is_not_held_twice_at_one_time(town: Town) -> None:
    now = town.county.now
    town.county.ask(_appoint(town, town.li, starts_at=now, ends_at=now + timedelta(days=30)), town.administrator)
    for starts, ends in ((0, 1), (-1, 1), (29, None), (-10, 40)):
        with pytest.raises(OverlappingAppointment):
            town.county.ask(
                _appoint(
                    town,
                    town.li,
                    starts_at=now + timedelta(days=starts),
                    ends_at=None if ends is None else now + timedelta(days=ends),
                )
            )
    town.county.ask(_appoint(town, town.li, starts_at=now + timedelta(days=30)), town.administrator)
    town.county.ask(_appoint(town, town.li, post=Post.GRID_WORKER), town.administrator)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"post": Post.SYSTEM}, NotAPost),
        ({"organization": uuid4()}, UnknownOrganization),
        ({"person": uuid4()}, UnknownPerson),
        ({"ends_at": "2020-01-01T00:00:00Z"}, TimesReversed),
    ],
)
def test_an_appointment_that_breaks_a_rule_is_refused(
    town: Town, fields: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        town.county.ask(_appoint(town, town.li, **fields), town.administrator)


def test_nobody_is_appointed_to_a_dissolved_organization(town: Town) -> None:
    town.county.ask(DissolveOrganization(organization=town.bureau, successor=town.platform, document="办发〔2026〕3号"))
    with pytest.raises(OrganizationGone):
        town.county.ask(_appoint(town, town.li), town.administrator)


def test_an_organizations_administrator_appoints_its_people_but_no_administrators(town: Town) -> None:
    town.county.appointed(town.li, town.township, Post.ADMINISTRATOR)
    own = town.actor(town.li, Post.ADMINISTRATOR, town.township)
    town.county.ask(AppointPerson(person=town.wang, organization=town.township, post=Post.GRID_WORKER), own)
    for organization, post in ((town.bureau, Post.LIAISON), (town.township, Post.ADMINISTRATOR)):
        with pytest.raises(NotAdministrator):
            town.county.ask(AppointPerson(person=town.wang, organization=organization, post=post), own)


@pytest.mark.parametrize("post", [Post.AUDITOR, Post.REVIEWER])
def test_an_organizations_administrator_gives_nobody_eyes_for_the_whole_county(town: Town, post: Post) -> None:
    """A post that reads every call of the county is given by the county's administrator alone."""
    town.county.appointed(town.li, town.township, Post.ADMINISTRATOR)
    own = town.actor(town.li, Post.ADMINISTRATOR, town.township)
    watcher = AppointPerson(person=town.wang, organization=town.township, post=post)
    with pytest.raises(NotAdministrator):
        town.county.ask(watcher, own)
    town.county.ask(watcher, town.administrator)


def test_an_administrator_gives_no_post_to_themselves(town: Town) -> None:
    """Who keeps the directory sees no calls: so they can't make an operator of themselves either."""
    for command in (
        AppointPerson(person=town.admin, organization=town.platform, post=Post.OPERATOR),
        _delegate(town, delegate=town.admin),
    ):
        with pytest.raises(SelfServing):
            town.county.ask(command, town.administrator)


def test_an_ended_appointment_is_not_ended_again_later(town: Town) -> None:
    end = EndAppointment(person=town.wang, appointment=town.wang_appointment)
    town.county.pass_time(hours=1)
    (fact,) = town.county.ask(end, town.administrator)
    assert isinstance(fact, AppointmentEnded)
    town.county.pass_time(hours=1)
    with pytest.raises(AppointmentOver):
        town.county.ask(end, town.administrator)
    with pytest.raises(UnknownAppointment):
        town.county.ask(EndAppointment(person=town.wang, appointment=uuid4()), town.administrator)


def test_an_appointment_does_not_end_before_it_began(town: Town) -> None:
    before = town.county.now - timedelta(days=1)
    with pytest.raises(TimesReversed):
        town.county.ask(EndAppointment(person=town.wang, appointment=town.wang_appointment, ended_at=before))


def _delegate(town: Town, **fields: object) -> GrantDelegation:
    return GrantDelegation.model_validate(
        {
            "person": town.wang,
            "appointment": town.wang_appointment,
            "delegate": town.li,
            "ends_at": town.county.now + timedelta(days=3),
            "reason": "外出培训",
            **fields,
        }
    )


def test_a_post_is_delegated_by_its_holder(town: Town) -> None:
    (fact,) = town.county.ask(_delegate(town), town.caller)
    assert isinstance(fact, DelegationGranted)
    assert (fact.originator_id, fact.delegate, fact.post) == (town.wang, town.li, Post.CALLER)
    assert fact.key_id(fact.sealed_fields["reason"]) == f"person/{town.wang}"


def test_only_the_holder_or_an_administrator_delegates_a_post(town: Town) -> None:
    town.county.appointed(town.li, town.township, Post.GRID_WORKER)
    colleague = town.actor(town.li, Post.GRID_WORKER, town.township)
    with pytest.raises(NotYourPostToDelegate):
        town.county.ask(_delegate(town), colleague)
    town.county.ask(_delegate(town), town.administrator)


def test_a_delegated_post_is_not_delegated_on(town: Town) -> None:
    town.county.ask(_delegate(town), town.caller)
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    with pytest.raises(NotYourPostToDelegate):
        town.county.ask(_delegate(town, delegate=town.admin), stand_in)
    with pytest.raises(UnknownAppointment):
        town.county.ask(_delegate(town, person=town.li, delegate=town.admin), stand_in)


def test_a_delegation_that_breaks_a_rule_is_refused(town: Town) -> None:
    now = town.county.now
    cases: list[tuple[GrantDelegation, type[Exception]]] = [
        (_delegate(town, delegate=town.wang), DelegationToOneself),
        (_delegate(town, delegate=uuid4()), UnknownPerson),
        (_delegate(town, starts_at=now - timedelta(days=1)), DelegationBeyondAppointment),
        (_delegate(town, starts_at=now, ends_at=now), TimesReversed),
        (_delegate(town, starts_at=now - timedelta(days=2), ends_at=now), TimesReversed),
    ]
    for command, refusal in cases:
        with pytest.raises(refusal):
            town.county.ask(command, town.caller)


def test_a_post_is_delegated_within_its_own_organization_only(town: Town) -> None:
    """Else the department that handles a call could be asked to confirm and evaluate its own work for the township."""
    liaison = town.county.person("1009", "孙专管")
    town.county.appointed(liaison, town.bureau, Post.LIAISON)
    for by in (town.caller, town.administrator):
        with pytest.raises(DelegateElsewhere) as refused:
            town.county.ask(_delegate(town, delegate=liaison), by)
        assert "同一机构" in refused.value.message


def test_a_delegation_does_not_outlast_the_appointment(town: Town) -> None:
    town.county.ask(
        EndAppointment(
            person=town.wang, appointment=town.wang_appointment, ended_at=town.county.now + timedelta(days=2)
        )
    )
    with pytest.raises(DelegationBeyondAppointment):
        town.county.ask(_delegate(town), town.caller)


def test_a_delegation_is_ended_once_by_either_side(town: Town) -> None:
    (granted,) = town.county.ask(_delegate(town), town.caller)
    assert isinstance(granted, DelegationGranted)
    end = EndDelegation(person=town.wang, delegation=granted.delegation)
    stand_in = town.actor(town.li, Post.CALLER, town.township, acting_for=town.wang)
    town.county.ask(end, stand_in)
    with pytest.raises(UnknownDelegation):
        town.county.ask(end, town.caller)


def test_a_third_person_does_not_end_a_delegation(town: Town) -> None:
    (granted,) = town.county.ask(_delegate(town), town.caller)
    assert isinstance(granted, DelegationGranted)
    other = town.county.person("1009", "孙旁人")
    town.county.appointed(other, town.bureau, Post.LIAISON)
    with pytest.raises(NotAdministrator):
        town.county.ask(
            EndDelegation(person=town.wang, delegation=granted.delegation),
            town.actor(other, Post.LIAISON, town.bureau),
        )


def test_work_is_handed_over_to_somebody_in_the_same_post(town: Town) -> None:
    hand_over = HandOver(
        person=town.wang, appointment=town.wang_appointment, receiver=town.li, note="在办三件", end_appointment=True
    )
    with pytest.raises(ReceiverHoldsNoSuchPost):
        town.county.ask(hand_over, town.administrator)
    town.county.appointed(town.li, town.township, Post.CALLER)
    town.county.pass_time(hours=1)
    done, ended = town.county.ask(hand_over, town.caller)
    assert isinstance(done, HandoverDone)
    assert isinstance(ended, AppointmentEnded)
    assert (done.receiver, ended.ended_at) == (town.li, town.county.now)


def test_the_matters_of_somebody_who_left_can_still_be_handed_over(town: Town) -> None:
    town.county.appointed(town.li, town.township, Post.CALLER)
    town.county.pass_time(hours=1)
    town.county.ask(EndAppointment(person=town.wang, appointment=town.wang_appointment), town.administrator)
    town.county.pass_time(hours=1)
    (done,) = town.county.ask(
        HandOver(person=town.wang, appointment=town.wang_appointment, receiver=town.li, note="全部移交"),
        town.administrator,
    )
    assert isinstance(done, HandoverDone)


def test_others_do_not_hand_over_ones_work(town: Town) -> None:
    town.county.appointed(town.li, town.township, Post.CALLER)
    with pytest.raises(NotAdministrator):
        town.county.ask(
            HandOver(person=town.wang, appointment=town.wang_appointment, receiver=town.li, note="我来办"),
            town.actor(town.li, Post.CALLER, town.township),
        )
