"""冻结的数字: what a frozen period shows when facts came after it, and what every other page says of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from typing import NamedTuple
from uuid import UUID, uuid4

import docx
import pytest

from api.security.gate import actor_of
from domain.assessment.commands import OpenPeriod
from domain.assessment.definitions import VERSION
from domain.assessment.events import UNLISTED, PeriodFrozen
from domain.assessment.measure import Dimension
from domain.shared.commands import Ask
from domain.shared.refusals import Refusal
from tests.journeys.county_over_http import County, Json, problem_in
from tests.journeys.shown_forms import form_to

NOVEMBER = "2026-11"
OPENING = {
    "name": "2026年11月",
    "first_day": "2026-11-01",
    "last_day": "2026-11-30",
    "minimum": 2,
    "participation": 60,
    "aim": 95,
    "calls_low": 1,
    "calls_high": 50,
    "basis": "考核办法(示例)",
}
ANSWER = {"handler": "水务站", "contact": "199 0000 0000", "first_step": "今日到场"}
DOCUMENT = "督查通报〔2026〕11号"


class Frozen(NamedTuple):
    """The period of November, published; `done` was resolved before the freeze, `later` after it."""

    period: str
    done: str
    later: str
    listed: str


@pytest.fixture(scope="module")
def frozen(county: County) -> Frozen:
    """Two calls off the list for 水务局, one of them resolved after the freeze, and a listed one for 综合行政执法局."""
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    liaison, supervisor = county.person("shuiwuju-z"), county.person("dc-01")
    calls = []
    for day, text in ((2, "水渠堵塞"), (3, "河道淤积"), (4, "占道经营")):
        county.clock.set(f"2026-11-0{day} 09:00")
        call = caller.submit(text=text, place="学前街")
        leader.do(call, "endorse")
        operator.do(call, "accept")
        calls.append(call)
        if text == "占道经营":
            found = operator.get("/items", words=text, township=county.organization("chengdong"))[0]
            basis = {"basis": "list_item", "revision": found["revision"]["id"], "item": found["item"]["code"]}
            operator.do(call, "dispatch", lead=county.organization("zhzfj"), **basis)
        else:
            lead = county.organization("shuiwuju")
            operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
            liaison.do(call, "respond", **ANSWER)
    done, later, listed = calls
    for call, moment in ((done, "2026-11-05 10:00"), (later, "2026-12-09 10:00")):
        if call == later:
            county.clock.set("2026-12-08 09:00")
            period = str(supervisor.ask("/periods", OPENING, uuid4()).json()["id"])
            county.await_views()
            frozen = supervisor.ask(f"/periods/{period}/freeze", {}, uuid4())
            assert frozen.status_code == 200, frozen.text
        county.clock.set(moment)
        liaison.do(call, "report-result", text="已清淤")
        caller.do(call, "confirm-result")
        operator.do(call, "resolve")
    county.person("zhzfj-z").do(listed, "respond", **ANSWER)
    published = supervisor.ask(f"/periods/{period}/publish", {"document": DOCUMENT}, uuid4())
    assert published.status_code == 200, published.text
    county.await_views()
    return Frozen(period, done, later, listed)


@pytest.fixture(scope="module")
def frozen_quarter(county: County, frozen: Frozen) -> str:
    """The third quarter, frozen and not published."""
    quarter = {**OPENING, "name": "2026年第三季度", "first_day": "2026-07-01", "last_day": "2026-09-30"}
    supervisor = county.person("dc-01")
    period = str(supervisor.ask("/periods", quarter, uuid4()).json()["id"])
    county.await_views()
    assert supervisor.ask(f"/periods/{period}/freeze", {}, uuid4()).status_code == 200
    county.await_views()
    return period


def test_the_circular_of_a_frozen_period_has_the_frozen_figures(county: County, frozen: Frozen) -> None:
    supervisor = county.person("dc-01")
    assert _line(supervisor.get("/rates", period=NOVEMBER, by="department"), "水务局")["completion"] == (2, 2)
    document = docx.Document(BytesIO(supervisor.browser.get(f"/rates/circular.docx?period={NOVEMBER}").content))
    departments = document.tables[0]
    (row,) = [row for row in departments.rows if row.cells[0].text == "水务局"]
    headings = [cell.text for cell in departments.rows[0].cells]
    assert row.cells[headings.index("办结率")].text == "50%(1/2)"
    said = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "冻结的数字" in said
    assert f"计至记录 {supervisor.get(f'/periods/{frozen.period}')['position']}" in said
    townships = {row.cells[0].text for row in document.tables[2].rows}
    assert "云台山镇" in townships, "a township without a call stands there too"


@pytest.mark.parametrize("who", ["dc-01", "shuiwuju-z", "cd-03"])
def test_figures_of_a_frozen_period_counted_now_say_so_and_lead_to_the_frozen_ones(
    county: County, frozen: Frozen, who: str
) -> None:
    person, said = county.person(who), "本周期已冻结,以冻结的数字为准"
    body = person.get("/rates", period=NOVEMBER, by="item")["frozen"]
    assert (body["period"], body["state"], body["document"]) == (frozen.period, "published", DOCUMENT)
    page = person.page(f"/rates?period={NOVEMBER}&by=township")
    assert said in page
    assert f'href="/periods/{frozen.period}?by=township"' in page
    assert f'href="/rates?period={NOVEMBER}&amp;by=township"' in person.page(f"/periods/{frozen.period}?by=township")
    trend = person.page("/rates/trend?by=township")
    marked = rf'2026年11月</a> <a class="hy-tag" href="/periods/{frozen.period}\?by=township">已冻结</a>'
    assert re.search(marked, trend)
    assert not re.search(r'2026年10月</a> <a class="hy-tag"', trend)
    for other in ("2026-10", "2026-Q4"):
        assert person.get("/rates", period=other)["frozen"] is None
        assert said not in person.page(f"/rates?period={other}")


def test_shares_items_and_fields_are_frozen_and_shown_as_they_were_counted(county: County, frozen: Frozen) -> None:
    supervisor = county.person("dc-01")
    kept = supervisor.get(f"/periods/{frozen.period}")["figures"]
    assert {line["dimension"] for line in kept} == {one.value for one in Dimension}
    unlisted = [line for line in kept if line["key"] == UNLISTED]
    assert {(line["dimension"], line["key"], line["name"]) for line in unlisted} == {
        ("item", UNLISTED, "清单外"),
        ("field", UNLISTED, "清单外或未载明领域"),
    }
    assert all(line["counts"]["completion"] == {"met": 1, "counted": 2} for line in unlisted)
    listed = "占道经营(无证无照)联合整治"
    for by, name, due in (
        ("department", "水务局", 2),
        ("township", "城东镇", 3),
        ("item", "清单外", 2),
        ("item", listed, 1),
    ):
        page = supervisor.page(f"/periods/{frozen.period}?by={by}")
        shares = page.partition("过程占比")[2].partition("重新统计核对")[0]
        row = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', shares, re.S)
        assert row is not None, (by, name)
        (extended,) = re.findall(r'data-label="延期率">(.*?)</td>', row[1])
        assert re.sub(r"<[^>]+>", "", extended).split()[-3:] == ["0", "/", str(due)], (by, name)


def test_every_frozen_number_opens_the_list_as_it_was_counted(county: County, frozen: Frozen) -> None:
    supervisor = county.person("dc-01")
    for by in ("department", "office", "township", "item", "field"):
        page = supervisor.page(f"/periods/{frozen.period}?by={by}")
        links = set(re.findall(rf'<a href="(/periods/{frozen.period}/lines\?[^"]+)">(\d+)</a>', page))
        assert len(links) > 3, by
        for href, number in links:
            shown = supervisor.page(href.replace("&amp;", "&"))
            assert shown.count('<a class="num nowrap" href="/calls/') == int(number), href
            assert "冻结时的清单" in shown


def test_the_list_behind_a_frozen_number_is_that_of_the_freeze_and_todays_says_so(
    county: County, frozen: Frozen
) -> None:
    supervisor, of = county.person("dc-01"), county.organization("shuiwuju")
    asked = {"by": "department", "of": of, "measure": "completion"}
    unmet = supervisor.get(f"/periods/{frozen.period}/lines", **asked, part="unmet")["items"]
    assert [(line["call"], line["performance"], line["performed_at"]) for line in unmet] == [
        (frozen.later, "pending", None)
    ]
    (met,) = supervisor.get(f"/periods/{frozen.period}/lines", **asked, part="met")["items"]
    assert met["call"] == frozen.done
    today = supervisor.get("/rates/lines", period=NOVEMBER, **asked, part="met")["items"]
    assert {line["call"] for line in today} == {frozen.done, frozen.later}
    page = supervisor.page(f"/rates/lines?period={NOVEMBER}&measure=completion&by=department&of={of}&part=unmet")
    there = f"/periods/{frozen.period}/lines?by=department&amp;measure=completion&amp;part=unmet&amp;of={of}"
    assert f'<a href="{there}">看冻结时的清单</a>' in page


def test_nobody_opens_the_list_behind_anothers_frozen_number(county: County, frozen: Frozen) -> None:
    asked = {"by": "department", "of": county.organization("shuiwuju"), "measure": "completion"}
    own = county.person("shuiwuju-z").get(f"/periods/{frozen.period}/lines", **asked)["items"]
    assert {line["call"] for line in own} == {frozen.done, frozen.later}
    assert county.person("zhujianju-z").get(f"/periods/{frozen.period}/lines", **asked)["items"] == []
    keeper = county.person("pt-03").api.get(f"/api/v1/periods/{frozen.period}/lines", params=asked)
    assert problem_in(keeper)["code"] == "not-yours"


def test_a_department_reads_of_frozen_items_and_fields_only_the_countys_sum(county: County, frozen: Frozen) -> None:
    page = county.person("shuiwuju-z").page(f"/periods/{frozen.period}?by=item")
    assert "全县" in page
    assert "占道经营" not in page
    assert "清单外" not in page
    assert "这里只列全县" in page


@pytest.mark.parametrize("who", ["dc-01", "shuiwuju-z", "cd-03"])
def test_a_month_within_a_frozen_quarter_says_so_and_leads_to_the_quarter(
    county: County, frozen_quarter: str, who: str
) -> None:
    person = county.person(who)
    said = "本期在已冻结的考核周期“2026年第三季度”之内"
    for months, within in (("2026-08", True), ("2026-07..2026-08", True), ("2026-06", False), ("2026", False)):
        body = person.get("/rates", period=months, by="item")
        assert (body["frozen"], body["frozen_within"] and body["frozen_within"]["period"]) == (
            None,
            frozen_quarter if within else None,
        ), months
        page = person.page(f"/rates?period={months}&by=township")
        assert (said in page) == within, months
        assert (f'<a href="/periods/{frozen_quarter}?by=township">看该周期冻结的数字</a>' in page) == within
        listed = person.page(f"/rates/lines?period={months}&by=township&measure=completion")
        there = f"/periods/{frozen_quarter}/lines?by=township&amp;measure=completion&amp;part=counted"
        assert (f'<a href="{there}">看该周期冻结时的清单</a>' in listed) == within, months
    whole = person.get("/rates", period="2026-Q3")
    assert (whole["frozen"]["period"], whole["frozen_within"]) == (frozen_quarter, None)
    trend = person.page("/rates/trend?by=township")
    tag = rf'<a class="hy-tag" href="/periods/{frozen_quarter}\?by=township">所在周期已冻结</a>'
    assert [month for month in range(6, 11) if re.search(rf"2026年{month}月</a> {tag}", trend)] == [7, 8, 9]


def test_an_open_month_within_a_frozen_quarter_says_so_on_its_page_and_in_the_circular(
    county: County, frozen_quarter: str
) -> None:
    supervisor = county.person("dc-01")
    august = {**OPENING, "name": "2026年8月", "first_day": "2026-08-01", "last_day": "2026-08-31"}
    opened = supervisor.ask("/periods", august, uuid4()).json()["id"]
    county.await_views()
    said = "本期在已冻结的考核周期“2026年第三季度”之内"
    page = supervisor.page(f"/periods/{opened}?by=township")
    assert said in page
    assert f'<a href="/periods/{frozen_quarter}?by=township">看该周期冻结的数字</a>' in page
    assert said not in supervisor.page(f"/periods/{frozen_quarter}")
    document = docx.Document(BytesIO(supervisor.browser.get("/rates/circular.docx?period=2026-08").content))
    assert said in "".join(paragraph.text for paragraph in document.paragraphs)


def test_periods_that_cross_are_refused_on_the_page_and_a_wrong_one_is_withdrawn(
    county: County, frozen: Frozen
) -> None:
    supervisor = county.person("dc-01")
    spring = {**OPENING, "name": "2025年3月至4月", "first_day": "2025-03-01", "last_day": "2025-04-30", "minimum": 7}
    wrong = supervisor.ask("/periods", spring, uuid4()).json()["id"]
    county.await_views()
    assert supervisor.get("/rates", period="2025-03..2025-04")["scheme"]["minimum"] == 7
    crossing = {**OPENING, "name": "2025年第二季度", "first_day": "2025-04-01", "last_day": "2025-06-30"}
    assert problem_in(supervisor.ask("/periods", crossing, uuid4()))["code"] == "periods-overlap"
    form = form_to(supervisor.page("/periods"), "/periods")
    refused = supervisor.browser.post(form.action, data=form.fields | crossing)
    assert refused.status_code == 409
    assert "与考核周期“2025年3月至4月”(2025-03-01 至 2025-04-30)部分重叠" in refused.text
    assert 'value="2025年第二季度"' in refused.text, "what was typed is kept"
    again = problem_in(supervisor.ask("/periods", spring, uuid4()))
    assert (again["code"], "先撤销该周期" in again["detail"]) == ("period-exists", True)

    withdrawal = form_to(supervisor.page(f"/periods/{wrong}"), f"/periods/{wrong}/withdraw")
    done = supervisor.browser.post(withdrawal.action, data=withdrawal.fields | {"reason": "起止月份填错"})
    page = supervisor.page(done.headers["location"])
    assert "本考核周期已撤销,不再办理(原因:起止月份填错)" in page
    assert f'action="/periods/{wrong}/' not in page
    body = supervisor.get(f"/periods/{wrong}")
    assert (body["state"], body["withdrawn"]) == ("withdrawn", "起止月份填错")
    assert supervisor.get("/rates", period="2025-03..2025-04")["scheme"]["minimum"] == 10, "as shipped"
    assert supervisor.ask("/periods", crossing, uuid4()).status_code == 201


def test_of_periods_that_cross_and_are_opened_at_once_one_stands(county: County, frozen: Frozen) -> None:
    supervisor, opening = county.person("dc-01"), {**OPENING, "name": "三个月"}
    months = [(date(2024, month, 1), date(2024, month + 3, 1) - timedelta(days=1)) for month in (1, 2, 3)]

    def open_one(span: tuple[date, date]) -> str:
        command = OpenPeriod.model_validate({**opening, "first_day": span[0], "last_day": span[1]})
        try:
            county.house.bus.execute(command, Ask(uuid4(), actor_of(supervisor.viewer)))
        except Refusal as refusal:
            return refusal.code
        return "opened"

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(open_one, months)) == ["opened", "periods-overlap", "periods-overlap"]


def test_a_period_frozen_by_older_definitions_says_so_and_has_no_column_for_what_these_did_not_know(
    county: County, frozen: Frozen
) -> None:
    supervisor = county.person("dc-01")
    opening = {**OPENING, "name": "2026年10月", "first_day": "2026-10-01", "last_day": "2026-10-31"}
    period = supervisor.ask("/periods", opening, uuid4()).json()["id"]
    facts = county.house.store.history(UUID(frozen.period))
    (freeze,) = (fact for fact in facts if isinstance(fact, PeriodFrozen))
    now = county.clock()
    elsewhere = {"originator_id": UUID(period), "originator_version": 2, "command_id": uuid4(), "recorded_at": now}
    county.house.store.append([freeze.model_copy(update={**elsewhere, "definitions": "2026-3"})])
    county.await_views()
    page = supervisor.page(f"/periods/{period}?by=township")
    assert f"冻结所用口径版本 2026-3,现按口径版本 {VERSION} 统计,因口径不同的差异也在内。" in page
    today = supervisor.page(f"/periods/{frozen.period}?by=township")
    assert "因口径不同的差异也在内" not in today
    assert ("召集会商及时率" in page, "召集会商及时率" in today) == (False, True)
    assert ("呼叫量" in page, "呼叫量" in today) == (True, True)


def _line(figures: Json, name: str) -> Json:
    (line,) = [line for line in figures["lines"] if line["name"] == name]
    return {measure: (one["met"], one["counted"]) for measure, one in line["counts"].items()}
