"""Story 7 over HTTP: 五一 with its make-up Saturday; a due date into an unpublished year, recomputed by a fact."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest

from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import OutageKind
from domain.shared.calendar_days import HolidayNotice
from domain.shared.commands import Ask
from infra.actors import system_actor
from infra.set_up import load_notices
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, at, due, open_county, when


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One of its own: a notice and an outage concern every call there is."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


def _handled(county: County, moment: str) -> str:
    county.clock.set(moment)
    operator = county.person("pt-01")
    call = county.person("cd-01").submit(text="河道内倾倒建筑垃圾", place="沙河大桥下")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhujianju"))
    return call


def _recomputed_by_notices(county: County) -> int:
    recomputing = county.house.recomputing()
    return recomputing.ask_all(recomputing.by_notices())


def _recomputed_by_outages(county: County, start: datetime, end: datetime) -> int:
    recomputing = county.house.recomputing()
    return recomputing.ask_all(recomputing.by_outages(start, end))


def test_due_dates_step_over_the_first_of_may_and_count_its_make_up_saturday(county: County) -> None:
    """1 to 5 May are off, Saturday 9 May works: 29, 30 April, 6, 7, 8 May; asked for two more: the 9th and the 11th."""
    call = _handled(county, "2026-04-28 09:00")
    housing, operator = county.person("zhujianju-z"), county.person("pt-01")
    assert due(housing.obligation(call, "handle")) == at("2026-05-08 17:30")
    housing.do(call, "request-extension", working_days=2, ground="complex_facts", reason="需查清来源")
    operator.do(call, "grant-extension", extension=1, working_days=2)
    assert due(housing.obligation(call, "handle")) == at("2026-05-11 17:30")


def test_a_due_date_in_a_year_without_a_notice_is_recomputed_by_a_fact(county: County) -> None:
    housing = county.person("zhujianju-z")
    call = _handled(county, "2026-12-28 09:00")
    handle = housing.obligation(call, "handle")
    assert (due(handle), handle["deadline"]["provisional"]) == (at("2027-01-04 17:30"), True)
    assert "暂定" in housing.page(f"/calls/{call}")
    record = housing.record(call)
    assert _recomputed_by_notices(county) == 0, "nothing is guessed before the notice"

    notice = HolidayNotice.model_validate(
        {
            "year": 2027,
            "number": "国办发明电〔2026〕99号(虚构)",
            "off_days": ["2027-01-01", "2027-01-04"],
            "make_up_days": ["2027-01-09"],
        }
    )
    assert load_notices(county.house, [notice], "虚构") == 1
    assert due(housing.obligation(call, "handle")) == at("2027-01-04 17:30"), "nothing moves by itself"
    assert _recomputed_by_notices(county) > 0
    handle = housing.obligation(call, "handle")
    assert (due(handle), handle["deadline"]["provisional"]) == (at("2027-01-06 17:30"), False)
    assert housing.record(call)[: len(record)] == record, "what is recorded does not change"
    assert housing.told(call)[-1] == "ClocksRecomputed"
    page = housing.page(f"/calls/{call}")
    assert "放假通知公布,暂定期限重算" in page
    assert "国办发明电〔2026〕99号(虚构)" in page
    assert _recomputed_by_notices(county) == 0


def test_an_outage_is_held_against_nobody(county: County) -> None:
    housing = county.person("zhujianju-z")
    call = _handled(county, "2027-03-01 09:00")
    county.clock.set("2027-03-03 09:00")
    start, end = at("2027-03-02 15:30"), at("2027-03-02 17:30")
    declared = DeclareOutage(kind=OutageKind.PLATFORM, starts_at=start, ends_at=end, description="机房断电")
    county.house.bus.execute(declared, Ask(uuid4(), system_actor(county.node)))
    housing.call(call)  # the view has what stands
    assert _recomputed_by_outages(county, start, end) > 0
    respond = housing.obligation(call, "respond")
    assert when(respond["justified_until"]) == at("2027-03-03 10:30")
    housing.do(call, "respond", handler="林工", contact="199 0000 0202", first_step="今天勘查")
    assert housing.obligation(call, "respond")["performance"] == "justified"
    assert "平台停用:2027-03-02 15:30 至 2027-03-02 17:30" in housing.page(f"/calls/{call}")
    assert _recomputed_by_outages(county, start, end) == 0
