"""机构撤并: whatever a dissolved body leaves open goes on to its successor by the clock, and nobody has to find it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.call import Call
from domain.calls.dispatch.passing import SucceedParty
from domain.calls.fold import evolve
from domain.directory.identity import organization_stream
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization, EstablishOrganization
from domain.rules.commands import ChargeOffice
from domain.rules.words import Office
from domain.shared.commands import Ask
from domain.supervision import orders
from domain.supervision.fold import evolve as evolve_matter
from domain.supervision.matter import matter_stream
from infra.composition import House
from infra.settings import Settings
from tests.conftest import Databases
from tests.county_store import MASTER
from tests.domain.calls.situations import SITUATIONS
from tests.domain.memory import NODE, PLATFORM_ITSELF
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county


@contextmanager
def opened(databases: Databases, folder: Path, county: SupervisedCounty) -> Iterator[House]:
    """The county as it stands, with views; the clock of the house is the county's."""
    settings = Settings(folder=folder, node=NODE, master_key=SecretStr(MASTER.hex()), kafka="")
    with databases() as dsn:
        settings = settings.model_copy(update={"database_url": dsn})
        with House.open(settings, lambda: county.now, dsn=dsn) as house:
            for facts in county.streams.facts.values():
                house.store.save(*facts)
            house.catch_up()
            yield house


@pytest.fixture
def county() -> SupervisedCounty:
    return the_supervised_county()


def dissolve(county: SupervisedCounty, was: str, heir: str) -> None:
    county.ask(
        DissolveOrganization(organization=county.orgs[was], successor=county.orgs[heir], document="示编〔2026〕9号")
    )
    county.pass_time(minutes=1)


def new_platform(county: SupervisedCounty) -> UUID:
    heir = county.organization("platform-2", "新呼应平台", OrganizationKind.PLATFORM)
    county.orgs = {**county.orgs, "platform-2": heir}
    dissolve(county, "platform", "platform-2")
    return heir


def known(house: House, calls: Iterable[UUID]) -> list[Call]:
    return [house.store.get(call, evolve) for call in calls]


def test_every_open_call_of_a_dissolved_body_goes_on_with_its_successor_by_the_clock(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    submitted, handling = county.submitted(), county.handling()
    under_way = [handling, county.handling("zhujian"), county.confirmed()]
    waiting = [county.accepted(), county.resolved(), SITUATIONS["contested_evaluation"](county)]
    over = county.evaluated()
    platform = new_platform(county)
    dissolve(county, "zhifa", "zhujian")
    dissolve(county, "chengdong", "chengxi")
    with opened(databases, tmp_path, county) as house:
        clockwork = house.clockwork()
        turn = clockwork.turn()
        calls = known(house, [*under_way, *waiting])
        assert {call.platform for call in calls} == {platform}
        assert {call.lead and call.lead.organization for call in calls[:3]} == {county.orgs["zhujian"]}
        assert {call.township for call in [*known(house, [submitted]), *calls[:-1]]} == {county.orgs["chengxi"]}
        assert house.store.get(over, evolve).version == county.call(over).version, "nothing waits for anybody"
        assert turn.failed == 0
        stood = house.store.get(handling, evolve).version
        house.catch_up()
        county.pass_time(minutes=2)
        assert clockwork.turn().succeeded == 0, "nothing is left, though what they did stays theirs"
        assert house.store.get(handling, evolve).version == stood
        county.pass_time(days=60)
        assert clockwork.turn().ended > 0, "and what was resolved is filed in the successor's name"


def test_a_call_about_the_heirs_own_staff_waits_for_whom_the_platform_names_and_holds_up_nobody(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    """Its order waits with it, and goes where the call goes."""
    complaint, other = county.ordered(), county.handling()
    county.say(orders.IssueOrder(call_id=complaint, order=1), "ducha_leader")
    about = MarkConfidential(call_id=complaint, about=county.orgs["zhujian"], reason="举报人要求保密")
    county.say(about, "wang")
    dissolve(county, "zhifa", "zhujian")
    with opened(databases, tmp_path, county) as house:
        clockwork = house.clockwork()
        assert clockwork.turn().succeeded == 2
        lead = house.store.get(other, evolve).lead
        assert lead is not None
        assert lead.organization == county.orgs["zhujian"]
        call = house.store.get(complaint, evolve)
        assert call.stand_ins == ((county.orgs["zhifa"], None),), "that nobody has stepped in is told"
        for _ in range(2):
            house.catch_up()
            county.pass_time(minutes=2)
            assert clockwork.turn().succeeded == 0, "once"
        named = SucceedParty(
            call_id=complaint,
            dissolved=county.orgs["zhifa"],
            instead=county.orgs["huanjing"],
            basis="示编函〔2026〕3号",
        )
        house.bus.execute(named, Ask(uuid4(), county.by("li")))
        house.catch_up()
        county.pass_time(minutes=2)
        assert clockwork.turn().succeeded == 1
        (order,) = house.store.get(matter_stream(NODE, complaint), evolve_matter).orders
        assert order.addressee == county.orgs["huanjing"]


def test_once_the_county_charges_another_body_with_the_platforms_office_the_clock_passes_on_what_nobody_could_take(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    call = county.handling()
    county.say(MarkConfidential(call_id=call, about=county.orgs["zhujian"], reason="举报人要求保密"), "wang")
    dissolve(county, "platform", "zhujian")
    with opened(databases, tmp_path, county) as house:
        clockwork = house.clockwork()
        assert clockwork.turn().succeeded == 1, "that nobody has stepped in is told"
        for _ in range(2):
            house.catch_up()
            county.pass_time(minutes=2)
            assert clockwork.turn().succeeded == 0
        other = organization_stream(NODE, "platform-2")
        for command in (
            EstablishOrganization(code="platform-2", name="新呼应平台", kind=OrganizationKind.PLATFORM),
            ChargeOffice(office=Office.PLATFORM, organization=other),
        ):
            house.bus.execute(command, Ask(uuid4(), PLATFORM_ITSELF))
        house.catch_up()
        county.pass_time(minutes=2)
        assert clockwork.turn().succeeded == 1
        assert house.store.get(call, evolve).platform == other


def test_a_succession_declared_while_two_clocks_run_is_found_within_a_minute_and_followed_once(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    call = county.handling()
    with opened(databases, tmp_path, county) as house:
        clocks = [house.clockwork(), house.clockwork()]
        assert [clock.turn().succeeded for clock in clocks] == [0, 0]
        county.pass_time(minutes=1)
        house.bus.execute(
            DissolveOrganization(
                organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
            ),
            Ask(uuid4(), PLATFORM_ITSELF),
        )
        house.catch_up()
        county.pass_time(minutes=1)
        assert [clock.turn().succeeded for clock in clocks] == [1, 0]
        assert house.store.get(call, evolve).version == county.call(call).version + 1


def test_orders_go_on_to_the_successor_before_the_calls_do_and_nobody_is_ordered_twice(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    call = county.ordered()
    county.say(orders.IssueOrder(call_id=call, order=1), "ducha_leader")
    drafted = county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(drafted)
    dissolve(county, "zhifa", "zhujian")
    with opened(databases, tmp_path, county) as house:
        clockwork = house.clockwork()
        turn = clockwork.turn()
        assert (turn.succeeded, turn.failed) == (4, 0)
        house.catch_up()
        for _ in range(3):
            county.pass_time(days=1)
            assert clockwork.turn().failed == 0
            house.catch_up()
        for stream in (matter_stream(NODE, call), matter_stream(NODE, drafted)):
            matter = house.store.get(stream, evolve_matter)
            assert [order.addressee for order in matter.orders] == [county.orgs["zhujian"]], "one, and the heir's"
