"""名录视图: what people find, over real PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.directory.division_commands import AbolishDivision, RegisterDivision, RenameDivision
from domain.directory.events import Shift
from domain.directory.identity import organization_stream, person_stream
from domain.directory.kinds import DivisionLevel, Management, OrganizationKind
from domain.directory.organization_commands import (
    DissolveOrganization,
    EstablishOrganization,
    RenameOrganization,
    ReorganizeOrganization,
    SetDutyRoster,
)
from domain.directory.person_commands import (
    AmendPerson,
    AppointPerson,
    EndAppointment,
    GrantDelegation,
    HandOver,
    RegisterPerson,
)
from domain.directory.refusals import NotInPost, OverlappingAppointment
from domain.shared.events import Actor
from domain.shared.posts import Post
from projections.directory import mask_phone
from projections.scope import Breadth
from tests.projections.directory_house import NODE, House, opened_house, viewer


@pytest.fixture
def house(database: str) -> Iterator[House]:
    with opened_house(database) as opened:
        yield opened


def _organization(house: House, code: str, name: str, kind: OrganizationKind, **more: object) -> UUID:
    house.ask(EstablishOrganization.model_validate({"code": code, "name": name, "kind": kind, **more}))
    return organization_stream(NODE, code)


def _person(house: House, code: str, name: str, phone: str | None = "13800001234") -> UUID:
    house.ask(RegisterPerson(code=code, name=name, phone=phone))
    return person_stream(NODE, code)


def _appointed(house: House, person: UUID, organization: UUID, post: Post, **more: object) -> None:
    house.ask(AppointPerson.model_validate({"person": person, "organization": organization, "post": post, **more}))


def test_a_person_signs_in_to_the_posts_held_that_moment(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT)
    platform = _organization(house, "platform", "呼应平台", OrganizationKind.PLATFORM)
    li = _person(house, "1002", "李受理")
    _appointed(house, li, bureau, Post.LIAISON, ends_at=house.now + timedelta(days=10))
    _appointed(house, li, platform, Post.OPERATOR, starts_at=house.now + timedelta(days=5))
    house.catch_up()

    def posts(days: int) -> list[tuple[Post, str, OrganizationKind]]:
        held = house.queries.posts_of(li, house.now + timedelta(days=days))
        return [(h.post, h.organization_name, h.organization_kind) for h in held]

    liaison = (Post.LIAISON, "综合行政执法局", OrganizationKind.DEPARTMENT)
    operator = (Post.OPERATOR, "呼应平台", OrganizationKind.PLATFORM)
    assert posts(-1) == []
    assert posts(0) == [liaison]
    assert posts(5) == [liaison, operator]
    assert posts(10) == [operator]
    assert house.queries.name_of(li) == "李受理"
    found = house.queries.person_by_code("1002")
    assert found is not None
    assert (found.id, found.masked_phone) == (li, "138****1234")
    with pytest.raises(LookupError):
        house.queries.name_of(uuid4())
    assert house.queries.person_by_code("none") is None


def test_a_renamed_organization_shows_its_new_name_everywhere_and_keeps_the_old(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT, aliases=("城市管理局",))
    li = _person(house, "1002", "李联络")
    _appointed(house, li, bureau, Post.LIAISON)
    founded = house.now
    house.pass_time(days=30)
    house.ask(RenameOrganization(organization=bureau, name="城市管理和综合执法局", aliases=("园林局",)))
    house.catch_up()
    me = viewer()
    assert house.queries.posts_of(li, house.now)[0].organization_name == "城市管理和综合执法局"
    assert [o.id for o in house.queries.organizations_called(me, "园林局", house.now)] == [bureau]
    assert [o.id for o in house.queries.organizations_called(me, "城市管理和综合执法局", house.now)] == [bureau]
    assert house.queries.organizations_called(me, "综合行政执法局", house.now) == []
    before = house.queries.organization_as_of(me, bureau, house.now - timedelta(seconds=1))
    assert before is not None
    assert (before.name, before.valid_from, before.valid_to) == ("综合行政执法局", founded, house.now)
    assert house.queries.organization_as_of(me, bureau, founded - timedelta(seconds=1)) is None
    assert [p.name for p in house.queries.periods(me, bureau)] == ["综合行政执法局", "城市管理和综合执法局"]


def test_a_dissolved_organization_leaves_the_pickers_and_names_its_successor(house: House) -> None:
    old = _organization(house, "old", "园林局", OrganizationKind.DEPARTMENT)
    new = _organization(house, "new", "城市管理局", OrganizationKind.DEPARTMENT, management=Management.COUNTY)
    li = _person(house, "1002", "李联络")
    _appointed(house, li, old, Post.LIAISON)
    house.pass_time(days=1)
    house.ask(DissolveOrganization(organization=old, successor=new, document="办发〔2026〕3号"))
    house.catch_up()
    me = viewer()
    entry = house.queries.organization(me, old)
    assert entry is not None
    assert (entry.successor, entry.successor_name, entry.dissolved_at) == (new, "城市管理局", house.now)
    assert not entry.stands_at(house.now)
    assert [o.id for o in house.queries.departments(me, house.now)] == [new]
    assert [o.id for o in house.queries.departments(me, house.now - timedelta(seconds=1))] == [new, old]
    assert [o.id for o in house.queries.predecessors(me, new)] == [old]
    assert house.queries.posts_of(li, house.now) == []
    assert house.queries.organization_as_of(me, old, house.now) is None


def test_organizations_are_found_by_kind_name_alias_and_code(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT, aliases=("城市管理局",))
    team = _organization(house, "zhzf-1", "一中队", OrganizationKind.ENFORCEMENT_TEAM, parent=bureau)
    _organization(house, "wind", "100%风电公司", OrganizationKind.UTILITY, management=Management.ENTERPRISE)
    _organization(house, "platform", "呼应平台", OrganizationKind.PLATFORM)
    house.ask(ReorganizeOrganization(organization=team, kind=OrganizationKind.STATIONED_AGENCY, parent=bureau))
    house.catch_up()
    me = viewer()

    def found(search: str = "", *kinds: OrganizationKind) -> list[str]:
        return [o.code for o in house.queries.organizations(me, house.now, kinds=kinds, search=search)]

    assert found("执法") == ["zhzf"]
    assert found("城市管理") == ["zhzf"]
    assert found("ZHZF") == ["zhzf", "zhzf-1"]
    assert found("0%风") == ["wind"]
    assert found("%") == ["wind"]
    assert found("", OrganizationKind.STATIONED_AGENCY, OrganizationKind.PLATFORM) == ["platform", "zhzf-1"]
    assert [o.code for o in house.queries.departments(me, house.now)] == ["wind", "zhzf", "zhzf-1"]
    entry = house.queries.organization(me, team)
    assert entry is not None
    assert entry.parent_name == "综合行政执法局"
    first = house.queries.organizations(me, house.now, limit=2)
    rest = house.queries.organizations(me, house.now, limit=2, after_code=first[-1].code)
    assert [o.code for o in (*first, *rest)] == ["platform", "wind", "zhzf", "zhzf-1"]


def test_people_of_another_organization_show_only_those_to_contact(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT)
    li, sun, zhou = (_person(house, code, name) for code, name in (("1", "李"), ("2", "孙"), ("3", "周")))
    _appointed(house, li, bureau, Post.LIAISON)
    _appointed(house, sun, bureau, Post.LEADER)
    _appointed(house, zhou, bureau, Post.LIAISON, ends_at=house.now + timedelta(days=1))
    house.pass_time(days=2)
    house.ask(AmendPerson(person=li, name="李联络", phone="0531-8888"))
    house.catch_up()

    def seen(**eyes: Any) -> list[str]:
        return [m.name for m in house.queries.people_of(viewer(**eyes), bureau, house.now)]

    assert seen() == ["李联络"]
    assert seen(organization=bureau) == ["孙", "李联络"]
    assert seen(post=Post.AUDITOR, breadth=Breadth.ALL) == ["孙", "李联络"]
    assert seen(post=Post.ADMINISTRATOR) == ["孙", "李联络"]
    member = house.queries.people_of(viewer(), bureau, house.now)[0]
    assert member.masked_phone == "*******88"
    assert house.queries.person_names(viewer(), [li, sun, uuid4()]) == {li: "李联络", sun: "孙"}
    assert house.queries.person_names(viewer(), []) == {}


def test_the_register_of_people_shows_only_those_of_the_own_organization(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT)
    li, _ = _person(house, "1", "李一"), _person(house, "2", "李二")
    _appointed(house, li, bureau, Post.LIAISON)
    house.catch_up()

    def found(search: str = "", after: str = "", **eyes: Any) -> list[str]:
        return [p.name for p in house.queries.people(viewer(**eyes), search, after_code=after)]

    assert found() == []
    assert found(organization=bureau) == ["李一"]
    assert found(post=Post.ADMINISTRATOR) == ["李一", "李二"]
    assert found("李", "1", post=Post.ADMINISTRATOR) == ["李二"]
    assert found("二", breadth=Breadth.ALL) == ["李二"]
    assert found("2", breadth=Breadth.ALL) == ["李二"]


def test_many_clerks_appointing_one_person_at_once_make_one_appointment(house: House) -> None:
    bureau = _organization(house, "zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT)
    li = _person(house, "1", "李")
    together = threading.Barrier(6)

    def appoint(_: int) -> str:
        together.wait(timeout=10)
        try:
            _appointed(house, li, bureau, Post.LIAISON)
        except OverlappingAppointment:
            return "refused"
        return "recorded"

    with ThreadPoolExecutor(6) as clerks:
        answers = sorted(clerks.map(appoint, range(6)))
    assert answers == ["recorded"] + ["refused"] * 5
    house.catch_up()
    assert len(house.queries.posts_of(li, house.now)) == 1


def test_the_roster_says_who_is_on_duty_and_a_new_one_replaces_its_period(house: House) -> None:
    room = _organization(house, "zbs", "总值班室", OrganizationKind.DUTY_ROOM)
    li, sun = _person(house, "1", "李值班"), _person(house, "2", "孙带班")
    for person in (li, sun):
        _appointed(house, person, room, Post.DUTY_OFFICER)
    day = timedelta(days=1)
    start = house.now

    def shift(person: UUID, first: int, in_charge: bool = False) -> Shift:
        return Shift(
            person=person, starts_at=start + first * day, ends_at=start + (first + 1) * day, in_charge=in_charge
        )

    def on_duty(days: float) -> list[tuple[str, bool]]:
        at = start + timedelta(days=days)
        return [(duty.name, duty.in_charge) for duty in house.queries.on_duty(viewer(), at, room)]

    house.ask(
        SetDutyRoster(
            organization=room,
            starts_at=start,
            ends_at=start + 3 * day,
            shifts=(shift(li, 0), shift(sun, 0, True), shift(li, 1), shift(li, 2)),
        )
    )
    house.catch_up()
    assert on_duty(0.5) == [("孙带班", True), ("李值班", False)]
    assert on_duty(1) == [("李值班", False)]
    assert on_duty(3) == []
    house.ask(SetDutyRoster(organization=room, starts_at=start + day, ends_at=start + 3 * day, shifts=(shift(sun, 1),)))
    house.catch_up()
    assert [on_duty(days) for days in (0.5, 1.5, 2.5)] == [
        [("孙带班", True), ("李值班", False)],
        [("孙带班", False)],
        [],
    ]
    assert house.queries.on_duty(viewer(), start)[0].organization_name == "总值班室"
    assert house.queries.on_duty(viewer(), start, uuid4()) == []


def test_a_delegated_post_is_offered_to_the_delegate_and_the_bus_takes_it(house: House) -> None:
    township = _organization(house, "zone", "城东开发区", OrganizationKind.FUNCTIONAL_ZONE)
    wang, li = _person(house, "1", "王"), _person(house, "2", "李")
    _appointed(house, wang, township, Post.CALLER)
    _appointed(house, li, township, Post.GRID_WORKER)
    house.catch_up()
    (held,) = house.queries.posts_of(wang, house.now)
    caller = Actor(person=wang, post=Post.CALLER, organization=township, organization_name="城东开发区")
    grant = GrantDelegation(
        person=wang, appointment=held.appointment, delegate=li, ends_at=house.now + timedelta(days=1), reason="外出"
    )
    house.ask(grant, caller)
    house.catch_up()
    own, offered = house.queries.posts_of(li, house.now)
    assert (offered.appointment, offered.acting_for, offered.post) == (held.appointment, wang, Post.CALLER)
    assert (held.person_name, offered.person_name) == ("王", "李")
    assert own.post is Post.GRID_WORKER
    assert [post.appointment for post in house.queries.posts_of(li, house.now + timedelta(days=1))] == [own.appointment]
    (granted,) = house.queries.delegations_by(viewer(person=wang), wang, house.now)
    assert (granted.delegate, granted.delegate_name, granted.organization) == (li, "李", township)
    assert house.queries.delegations_by(viewer(post=Post.ADMINISTRATOR), wang, house.now) == [granted]
    assert house.queries.delegations_by(viewer(), wang, house.now) == []
    assert (granted.holder, granted.holder_name, granted.organization_name) == (wang, "王", "城东开发区")
    assert house.queries.delegations_to(viewer(person=li), li, house.now) == [granted]
    assert house.queries.delegations_to(viewer(person=li), wang, house.now) == []
    assert house.queries.delegations_by(viewer(person=li), li, house.now) == []
    assert house.queries.delegations_by(viewer(person=wang), wang, house.now + timedelta(days=1)) == []
    with pytest.raises(NotInPost):
        house.ask(grant, caller.model_copy(update={"person": li}))
    house.pass_time(hours=1)
    house.ask(EndAppointment(person=wang, appointment=held.appointment))
    house.catch_up()
    assert [post.appointment for post in house.queries.posts_of(li, house.now)] == [own.appointment]


def test_a_delegate_who_left_the_organization_is_offered_its_posts_no_longer(house: House) -> None:
    """Reading goes by the posts offered here: who left must not read on in somebody else's post."""
    zone = _organization(house, "zone", "城东开发区", OrganizationKind.FUNCTIONAL_ZONE)
    wang, li = _person(house, "1", "王"), _person(house, "2", "李")
    _appointed(house, wang, zone, Post.CALLER)
    _appointed(house, li, zone, Post.GRID_WORKER)
    house.catch_up()
    (held,), (own,) = (house.queries.posts_of(who, house.now) for who in (wang, li))
    ends_at = house.now + timedelta(days=1)
    house.ask(
        GrantDelegation(person=wang, appointment=held.appointment, delegate=li, ends_at=ends_at, reason="外出"),
        Actor(person=wang, post=Post.CALLER, organization=zone, organization_name="城东开发区"),
    )
    house.pass_time(hours=1)
    house.ask(EndAppointment(person=li, appointment=own.appointment))
    house.catch_up()
    assert len(house.queries.posts_of(li, house.now - timedelta(minutes=1))) == 2
    assert house.queries.posts_of(li, house.now) == []


def test_a_handover_stands_beside_the_appointment(house: House) -> None:
    zone = _organization(house, "zone", "城东开发区", OrganizationKind.FUNCTIONAL_ZONE)
    wang, li = _person(house, "1", "王"), _person(house, "2", "李")
    for person in (wang, li):
        _appointed(house, person, zone, Post.CALLER)
    house.catch_up()
    (held,) = house.queries.posts_of(wang, house.now)
    house.pass_time(hours=1)
    house.ask(HandOver(person=wang, appointment=held.appointment, receiver=li, note="在办三件", end_appointment=True))
    house.catch_up()
    assert house.queries.posts_of(wang, house.now) == []
    assert [m.name for m in house.queries.people_of(viewer(organization=zone), zone, house.now)] == ["李"]


def test_divisions_are_paged_level_by_level(house: House) -> None:
    levels = [
        ("370000000000", "示范省", DivisionLevel.PROVINCE, None),
        ("370100000000", "示范市", DivisionLevel.CITY, "370000000000"),
        *((f"3701{n:02}000000", f"第{n}县", DivisionLevel.COUNTY, "370100000000") for n in range(1, 8)),
    ]
    for code, name, level, parent in levels:
        house.ask(RegisterDivision(code=code, name=name, level=level, parent_code=parent))
    house.ask(RenameDivision(code="370101000000", name="示范县"))
    house.ask(AbolishDivision(code="370107000000", effective_at=house.now, document="民发〔2026〕1号"))
    house.catch_up()
    me = viewer()
    assert [d.name for d in house.queries.divisions_under(me, None)] == ["示范省"]
    first = house.queries.divisions_under(me, "370100000000", limit=4)
    second = house.queries.divisions_under(me, "370100000000", limit=4, after_code=first[-1].code)
    assert [d.name for d in (*first, *second)] == ["示范县", *(f"第{n}县" for n in range(2, 8))]
    assert second[-1].abolished_at == house.now
    assert [d.code for d in house.queries.divisions_named(me, "示范")] == [
        "370000000000",
        "370100000000",
        "370101000000",
    ]
    city = house.queries.division(me, "370100000000")
    assert city is not None
    assert city.has_children
    assert not first[0].has_children
    assert house.queries.division(me, "000000000000") is None


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001234", "138****1234"),
        ("+8613800001234", "+86*******1234"),
        ("12345", "***45"),
        (None, None),
    ],
)
def test_a_phone_is_masked(phone: str | None, masked: str | None) -> None:
    assert mask_phone(phone) == masked


def test_names_and_phones_stand_in_no_stored_event_in_clear(house: House) -> None:
    _person(house, "1", "欧阳特别名", "13812345678")
    with house.pool.connection() as connection:
        states = connection.execute("SELECT convert_from(state, 'UTF8') FROM stored_events").fetchall()
    assert states
    assert not any("欧阳" in state or "13812345678" in state for (state,) in states)
