"""机构: established, renamed, reorganized, succeeded, dissolved; rosters of duty rooms."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.directory.division_commands import RenameDivision
from domain.directory.events import (
    DutyRosterSet,
    OrganizationDissolved,
    OrganizationRenamed,
    OrganizationReorganized,
    Shift,
    SuccessionDeclared,
)
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.organization import Organization, Standing
from domain.directory.organization import evolve as evolve_organization
from domain.directory.organization_commands import (
    DeclareSuccession,
    DissolveOrganization,
    EstablishOrganization,
    RenameOrganization,
    ReorganizeOrganization,
    SetDutyRoster,
)
from domain.directory.refusals import (
    AlreadyRegistered,
    BeforeLastChange,
    CircularParentage,
    CircularSuccession,
    DivisionMissing,
    DoubledAlias,
    EmptyName,
    EndDateMissing,
    MalformedCode,
    NoSuccessor,
    NotAdministrator,
    NotADutyRoom,
    NothingChanged,
    NotOnTheDutyStaff,
    NotYetEffective,
    OrganizationGone,
    RosterNotOrderly,
    SuccessionStands,
    TimesReversed,
    UnknownDivision,
    UnknownOrganization,
    WrongLevel,
)
from domain.shared.posts import Post
from tests.domain.directory.county import Town


def _state(town: Town, organization: UUID) -> Organization:
    return town.county.get(organization, evolve_organization)


def _establish(**fields: object) -> EstablishOrganization:
    return EstablishOrganization.model_validate(
        {"code": "new", "name": "新机构", "kind": OrganizationKind.DEPARTMENT, **fields}
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"code": "zhzf"}, AlreadyRegistered),
        ({"code": "新"}, MalformedCode),
        ({"name": " "}, EmptyName),
        ({"aliases": ("新机构",)}, DoubledAlias),
        ({"aliases": ("牌子", "牌子")}, DoubledAlias),
        ({"kind": OrganizationKind.TEMPORARY_BODY}, EndDateMissing),
        ({"kind": OrganizationKind.TOWNSHIP}, DivisionMissing),
        ({"kind": OrganizationKind.TOWNSHIP, "division_code": "370101000000"}, WrongLevel),
        ({"division_code": "999999000000"}, UnknownDivision),
        ({"parent": uuid4()}, UnknownOrganization),
        ({"ends_at": "2020-01-01T00:00:00Z"}, TimesReversed),
        ({"effective_at": "2030-01-01T00:00:00Z"}, NotYetEffective),
    ],
)
def test_an_organization_that_breaks_a_rule_is_not_established(
    town: Town, fields: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        town.county.ask(_establish(**fields), town.administrator)


def test_a_functional_zone_needs_no_division(town: Town) -> None:
    zone = town.county.organization("zone", "经济开发区", OrganizationKind.FUNCTIONAL_ZONE)
    assert _state(town, zone).division is None


def test_a_division_is_no_organization(town: Town) -> None:
    """An id of another sort of stream is refused by name, however it is given."""
    division = next(iter(town.county.facts))
    with pytest.raises(UnknownOrganization):
        town.county.ask(_establish(parent=division))


def test_every_kind_and_management_has_its_words() -> None:
    words = [kind.label for kind in OrganizationKind] + [m.label for m in Management] + [d.label for d in DivisionLevel]
    assert len(set(words)) == len(words)


def test_a_renamed_organization_carries_its_former_name(town: Town) -> None:
    rename = RenameOrganization(organization=town.bureau, name="城市管理和综合执法局", aliases=("园林局",))
    (fact,) = town.county.ask(rename, town.administrator)
    assert isinstance(fact, OrganizationRenamed)
    assert fact.was == "综合行政执法局"
    assert _state(town, town.bureau).aliases == ("园林局",)
    with pytest.raises(NothingChanged):
        town.county.ask(rename, town.administrator)


def test_a_change_is_not_dated_before_the_last_one(town: Town) -> None:
    with pytest.raises(BeforeLastChange):
        town.county.ask(
            RenameOrganization(
                organization=town.bureau, name="执法局", effective_at=town.county.now - timedelta(days=1)
            )
        )


def test_an_organization_goes_over_to_vertical_management(town: Town) -> None:
    change = ReorganizeOrganization(
        organization=town.bureau, kind=OrganizationKind.DEPARTMENT, management=Management.VERTICAL
    )
    (fact,) = town.county.ask(change, town.administrator)
    assert isinstance(fact, OrganizationReorganized)
    assert _state(town, town.bureau).management is Management.VERTICAL
    with pytest.raises(NothingChanged):
        town.county.ask(change, town.administrator)


def test_no_organization_stands_above_itself(town: Town) -> None:
    team = town.county.organization("team", "执法中队", OrganizationKind.ENFORCEMENT_TEAM, parent=town.bureau)
    squad = town.county.organization("squad", "执法小队", OrganizationKind.ENFORCEMENT_TEAM, parent=team)
    for above in (town.bureau, team, squad):
        with pytest.raises(CircularParentage):
            town.county.ask(
                ReorganizeOrganization(organization=town.bureau, kind=OrganizationKind.DEPARTMENT, parent=above)
            )


def test_a_circle_that_two_writers_made_at_once_does_not_hang_the_next_decision(town: Town) -> None:
    one = town.county.organization("one", "甲队", OrganizationKind.ENFORCEMENT_TEAM)
    two = town.county.organization("two", "乙队", OrganizationKind.ENFORCEMENT_TEAM)
    under = {
        organization: _state(town, organization).reorganize(
            town.county.envelope(),
            Standing(OrganizationKind.ENFORCEMENT_TEAM, Management.COUNTY, parent=_state(town, above)),
            town.county.now,
            "",
        )
        for organization, above in ((one, two), (two, one))
    }
    town.county.record(list(under.values()))
    town.county.ask(ReorganizeOrganization(organization=town.bureau, kind=OrganizationKind.DEPARTMENT, parent=one))
    with pytest.raises(CircularParentage):
        town.county.ask(ReorganizeOrganization(organization=one, kind=OrganizationKind.DEPARTMENT, parent=two))


def test_the_end_of_a_temporary_body_can_be_moved_even_when_it_ran_out(town: Town) -> None:
    ends_at = town.county.now + timedelta(days=10)
    body = town.county.organization("zb", "整治专班", OrganizationKind.TEMPORARY_BODY, ends_at=ends_at)
    town.county.pass_time(days=11)
    with pytest.raises(OrganizationGone):
        town.county.ask(RenameOrganization(organization=body, name="专项整治专班"))
    longer = ReorganizeOrganization(
        organization=body, kind=OrganizationKind.TEMPORARY_BODY, ends_at=town.county.now + timedelta(days=10)
    )
    town.county.ask(longer)
    assert _state(town, body).stands_at(town.county.now)


def test_duties_pass_to_a_successor_and_do_not_come_back(town: Town) -> None:
    merged = town.county.organization("merged", "城市管理委员会", OrganizationKind.DEPARTMENT)
    declare = DeclareSuccession(organization=town.bureau, successor=merged, document="办发〔2026〕3号")
    (fact,) = town.county.ask(declare, town.administrator)
    assert isinstance(fact, SuccessionDeclared)
    assert fact.successor_name == "城市管理委员会"
    with pytest.raises(CircularSuccession):
        town.county.ask(DeclareSuccession(organization=merged, successor=town.bureau, document="办发〔2026〕4号"))
    with pytest.raises(CircularSuccession):
        town.county.ask(DeclareSuccession(organization=merged, successor=merged, document="办发〔2026〕4号"))
    with pytest.raises(SuccessionStands):
        town.county.ask(declare, town.administrator)


def test_an_organization_is_not_dissolved_leaving_its_duties_to_nobody(town: Town) -> None:
    with pytest.raises(NoSuccessor):
        town.county.ask(DissolveOrganization(organization=town.bureau, document="办发〔2026〕3号"))


def test_dissolving_can_name_the_successor_in_one_act(town: Town) -> None:
    merged = town.county.organization("merged", "城市管理委员会", OrganizationKind.DEPARTMENT)
    dissolve = DissolveOrganization(organization=town.bureau, successor=merged, document="办发〔2026〕3号")
    declared, dissolved = town.county.ask(dissolve, town.administrator)
    assert isinstance(declared, SuccessionDeclared)
    assert isinstance(dissolved, OrganizationDissolved)
    assert dissolved.originator_version == declared.originator_version + 1
    for command in (
        DissolveOrganization(organization=town.bureau, document="办发〔2026〕3号"),
        RenameOrganization(organization=town.bureau, name="执法局"),
        ReorganizeOrganization(organization=town.bureau, kind=OrganizationKind.UTILITY),
        DeclareSuccession(organization=town.bureau, successor=merged, document="办发〔2026〕3号"),
        DeclareSuccession(organization=merged, successor=town.bureau, document="办发〔2026〕3号"),
    ):
        with pytest.raises((OrganizationGone, CircularSuccession)):
            town.county.ask(command)


def test_a_temporary_body_ends_without_a_successor(town: Town) -> None:
    ends_at = town.county.now + timedelta(days=10)
    body = town.county.organization("zb", "整治专班", OrganizationKind.TEMPORARY_BODY, ends_at=ends_at)
    town.county.ask(DissolveOrganization(organization=body, document="办发〔2026〕3号"))
    assert not _state(town, body).stands_at(town.county.now)


def test_only_an_administrator_of_the_county_keeps_organizations(town: Town) -> None:
    own = town.actor(town.li, Post.ADMINISTRATOR, town.township)
    town.county.appointed(town.li, town.township, Post.ADMINISTRATOR)
    for actor in (town.caller, own):
        with pytest.raises(NotAdministrator):
            town.county.ask(_establish(), actor)
        with pytest.raises(NotAdministrator):
            town.county.ask(RenameDivision(code="370101100000", name="城东街道"), actor)


def _roster(town: Town, room: UUID, *shifts: Shift) -> SetDutyRoster:
    return SetDutyRoster(
        organization=room, starts_at=town.county.now, ends_at=town.county.now + timedelta(days=7), shifts=shifts
    )


def _shift(town: Town, person: UUID, from_hour: int, to_hour: int) -> Shift:
    start = town.county.now
    return Shift(person=person, starts_at=start + timedelta(hours=from_hour), ends_at=start + timedelta(hours=to_hour))


def test_the_duty_room_sets_its_own_roster_in_order_of_time(town: Town) -> None:
    room = town.county.organization("zbs", "县委县政府总值班室", OrganizationKind.DUTY_ROOM)
    town.county.appointed(town.li, room, Post.DUTY_OFFICER)
    officer = town.actor(town.li, Post.DUTY_OFFICER, room)
    later, first = _shift(town, town.li, 12, 24), _shift(town, town.li, 0, 12)
    (fact,) = town.county.ask(_roster(town, room, later, first), officer)
    assert isinstance(fact, DutyRosterSet)
    assert fact.shifts == (first, later)


def test_a_disorderly_roster_is_refused(town: Town) -> None:
    room = town.county.organization("zbs", "县委县政府总值班室", OrganizationKind.DUTY_ROOM)
    town.county.appointed(town.li, room, Post.DUTY_OFFICER)
    own = _shift(town, town.li, 0, 12)
    cases: list[tuple[SetDutyRoster, type[Exception]]] = [
        (_roster(town, town.bureau, own), NotADutyRoom),
        (_roster(town, room, own, _shift(town, town.li, 11, 13)), RosterNotOrderly),
        (_roster(town, room, _shift(town, town.li, 24 * 7, 24 * 8)), RosterNotOrderly),
        (_roster(town, room, _shift(town, town.li, 12, 12)), TimesReversed),
        (_roster(town, room, own, _shift(town, town.wang, 0, 12)), NotOnTheDutyStaff),
    ]
    for command, refusal in cases:
        with pytest.raises(refusal):
            town.county.ask(command, town.administrator)
    with pytest.raises(NotAdministrator):
        town.county.ask(_roster(town, room, own), town.caller)
