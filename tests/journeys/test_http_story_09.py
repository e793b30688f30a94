"""Story 9 over HTTP, what the facts alone say: a wall falls; who owed what, what was done, what excuses, what not.

The review that decides upon it comes later. Here stands what it will stand on: three calls, one of them never finished.
"""

from collections.abc import Iterator
from io import BytesIO

import pypdf
import pytest

from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, Json, Person, SetClock, at, due, open_county, when
from tests.journeys.fallen_wall import JUNE, three_reports


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: its figures are counted."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def calls(county: County) -> list[str]:
    """Three reports of 城东镇."""
    return three_reports(county)


def _owed(person: Person, call: str, organization: str) -> dict[str, Json]:
    return {one["action"]: one for one in person.call(call)["obligations"] if one["organization"] == organization}


def test_the_township_reported_three_times_cordoned_off_and_did_all_of_its_part(
    county: County, calls: list[str]
) -> None:
    supervisor, town = county.person("dc-01"), county.organization("chengdong")
    for call in calls:
        said = _owed(supervisor, call, town)
        assert set(said) >= ({"endorse"} if call == calls[2] else {"endorse", "confirm", "evaluate"})
        assert {one["performance"] for one in said.values()} == {"met"}, call
    shown = supervisor.page(f"/calls/{calls[2]}")
    for words in ("已封闭通道,24 小时值守", "已封闭通道,疏散墙边三户", "围墙于昨夜倒塌"):
        assert words in shown
    (line,) = [x for x in supervisor.get("/rates", period=JUNE, by="township")["lines"] if x["name"] == "城东镇"]
    counts = line["counts"]
    assert (counts["volume"]["counted"], counts["confirm_in_time"]) == (3, {"met": 2, "counted": 2})


def test_the_dated_request_justifies_two_days_of_six_and_not_the_rest(county: County, calls: list[str]) -> None:
    housing = county.person("zhujianju-z")
    handle = _owed(housing, calls[2], housing.organization)["handle"]
    assert due(handle) == at("2026-06-23 17:30")
    assert when(handle["justified_until"]) == at("2026-06-25 17:30")
    assert (handle["performance"], handle["light"]) == ("pending", "overdue")
    place = [one["action"] for one in housing.call(calls[2])["obligations"]].index("handle")
    path = f"/calls/{calls[2]}/obligations/{place}"
    # Six working days of seven hours after the 23rd (the 19th was 端午), of which two are justified.
    as_of = housing.get(path, as_of="2026-07-01T17:30:00+08:00")
    assert (as_of["late_by"], as_of["justified"]) == ("P1DT18H", "PT14H")
    assert as_of["agrees"]
    page = housing.page(path)
    for words in ("等待他方办理", "与记录一致"):
        assert words in page
    assert "确定拆除方案" in housing.page(f"/calls/{calls[2]}")
    then = housing.get(path, as_of="2026-06-24T12:00:00+08:00")
    assert (then["performance"], then["justified"]) == ("pending", "PT3H30M"), "what was known then"
    assist = _owed(housing, calls[2], county.organization("xiaofang"))
    said = {action: one["performance"] for action, one in assist.items()}
    assert said == {"respond": "met", "assist": "late"}, "what others waited for is late on its own account"


def test_the_record_says_what_stands_and_no_word_of_guilt(county: County, calls: list[str]) -> None:
    """履责台账 of both: every line with its state; the bearer may say something beside it."""
    housing, supervisor = county.person("zhujianju-z"), county.person("dc-01")
    lines = [line for line in housing.get("/obligations", period=JUNE)["items"] if line["call"] in calls]
    assert {line["performance"] for line in lines if line["action"] == "respond"} == {"met"}
    states = {line["call"]: line["performance"] for line in lines if line["action"] == "handle"}
    assert states == {calls[0]: "met", calls[1]: "met", calls[2]: "pending"}
    open_line = next(line for line in lines if (line["call"], line["action"]) == (calls[2], "handle"))
    housing.do(calls[2], "add-statement", obligation=open_line["place"], text="拆除方案 6 月 25 日已报批")
    housing.get("/obligations")
    answer = supervisor.browser.get(
        f"/record.pdf?period={JUNE}&organization={county.organization('zhujianju')}",
    )
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.content)).pages)
    packed = "".join(text.split())
    assert "住房和城乡建设局履责情况说明" in packed
    assert "拆除方案6月25日已报批" in packed
    for words in ("失职", "尽职", "追责", "免责"):
        assert words not in packed + supervisor.page(f"/record?period={JUNE}")


def test_nothing_shows_a_word_of_it_to_those_who_need_not_know(county: County, calls: list[str]) -> None:
    for stranger in ("shuiwuju-z", "cx-01", "shichangju-z"):
        person = county.person(stranger)
        assert person.browser.get(f"/calls/{calls[2]}").status_code == 404
        assert calls[2] not in {line["id"] for line in person.get("/calls", queue="to_do")["items"]}
        assert "惠民小区" not in person.page("/search?q=围墙")
    assert county.person("xiaofang-z").browser.get(f"/calls/{calls[2]}").status_code == 200
