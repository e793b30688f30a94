"""运行情况、履责台账: from calls handled over HTTP to figures, lists, documents, a frozen period and a statement."""

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID, uuid4

import docx
import openpyxl
import pypdf
import pytest

from api.security.gate import actor_of
from domain.assessment.columns import COLUMNS
from domain.assessment.commands import FreezePeriod
from domain.assessment.definitions import VERSION
from domain.assessment.events import Count, FrozenLine
from domain.assessment.measure import Dimension
from domain.shared.commands import Ask
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, Json, Person, SetClock, open_county, problem_in
from tests.journeys.shown_forms import form_to

SEPTEMBER = "2026-09"
OPENING = {
    "name": "2026年9月",
    "first_day": "2026-09-01",
    "last_day": "2026-09-30",
    "minimum": 2,
    "participation": 60,
    "aim": 95,
    "calls_low": 1,
    "calls_high": 50,
    "basis": "考核办法(示例)",
}


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: others open periods of the same months."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def handled(county: County) -> list[str]:
    """Three calls of 云台山镇 in September: one answered in time and closed, one late, one never answered."""
    county.clock.set("2026-09-01 09:00")
    caller, leader, operator = county.person("yt-01"), county.person("yt-03"), county.person("pt-01")
    liaison = county.person("shuiwuju-z")
    calls = []
    for day, text in ((1, "水渠堵塞"), (2, "河道淤积"), (3, "机井损坏")):
        county.clock.set(f"2026-09-0{day} 09:00")
        call = caller.submit(text=text, place="云台山村")
        leader.do(call, "endorse")
        operator.do(call, "accept")
        operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("shuiwuju"))
        calls.append(call)
    first, second, _ = calls
    answer = {"handler": "水务站", "contact": "199 0000 0000", "first_step": "今日到场"}
    county.clock.set("2026-09-01 10:00")
    liaison.do(first, "respond", **answer)
    liaison.do(first, "report-result", text="已疏通")
    caller.do(first, "confirm-result")
    operator.do(first, "resolve")
    caller.do(first, "evaluate", grade="satisfied")
    county.clock.set("2026-09-08 09:00")
    liaison.do(second, "respond", **answer)
    county.clock.set("2026-10-08 09:00")
    return calls


def line_of(figures: Json, name: str) -> Json:
    """The line of an organization, measure by measure: numerator and denominator."""
    (line,) = [line for line in figures["lines"] if line["name"] == name]
    return {measure: (one["met"], one["counted"]) for measure, one in line["counts"].items()}


def test_figures_and_the_lists_behind_them_say_the_same(county: County, handled: list[str]) -> None:
    supervisor = county.person("dc-01")
    figures = supervisor.get("/rates", period=SEPTEMBER, by="department")
    counts = line_of(figures, "水务局")
    assert counts["response"] == (1, 3)
    assert counts["completion"] == (1, 3)
    assert counts["satisfied_closure"] == (1, 1)
    of = county.organization("shuiwuju")
    asked = {"period": SEPTEMBER, "by": "department", "of": of, "measure": "response"}
    late = supervisor.get("/rates/lines", **asked, part="unmet")["items"]
    assert [line["call"] for line in late] == handled[:0:-1]
    assert {line["performance"] for line in late} == {"late", "pending"}
    assert len(supervisor.get("/rates/definitions")["measures"]) >= 20


def test_every_number_of_the_page_opens_a_list_as_long(county: County, handled: list[str]) -> None:
    supervisor = county.person("dc-01")
    supervisor.get("/rates", period=SEPTEMBER)
    page = supervisor.page(f"/rates?period={SEPTEMBER}&by=department")
    links = re.findall(r'<a href="(/rates/lines\?[^"]+)">(\d+)</a>', page)
    assert len(links) >= 6
    for href, number in links:
        shown = supervisor.page(href.replace("&amp;", "&"))
        assert shown.count('<a class="num nowrap" href="/calls/') == int(number), href
    assert "怎么算的" in page
    assert "不按高低" in page


def test_a_department_sees_its_own_line_and_the_county_but_no_other(county: County, handled: list[str]) -> None:
    own = county.person("shuiwuju-z").get("/rates", period=SEPTEMBER, by="department")
    assert [line["name"] for line in own["lines"]] == ["水务局"]
    assert own["total"]["counts"]["response"]["counted"] >= 3
    other = county.person("zhujianju-z").get("/rates", period=SEPTEMBER, by="department")
    assert "水务局" not in [line["name"] for line in other["lines"]]
    page = county.person("zhujianju-z").page(f"/rates?period={SEPTEMBER}")
    assert "水务局" not in page
    keeper = county.person("pt-03")
    assert problem_in(keeper.api.get("/api/v1/rates"))["code"] == "not-yours"
    assert keeper.browser.get("/record").status_code == 403


def test_the_record_its_workbook_and_its_sheet_agree(county: County, handled: list[str]) -> None:
    liaison = county.person("shuiwuju-z")
    lines = liaison.get("/obligations", period=SEPTEMBER)["items"]
    owed = [line for line in lines if line["call"] in handled]
    assert {line["action"] for line in owed} == {"respond", "handle"}
    late = next(line for line in owed if line["performance"] == "late")
    liaison.do(late["call"], "add-statement", obligation=late["place"], text="=HYPERLINK(1) 防汛值守,次日到场")
    liaison.get("/obligations")
    page = liaison.page(f"/record?period={SEPTEMBER}")
    assert "防汛值守" in page
    assert f"/calls/{late['call']}/obligations/{late['place']}" in page

    lines = liaison.get("/obligations", period=SEPTEMBER)["items"]
    book = openpyxl.load_workbook(BytesIO(liaison.browser.get(f"/record.xlsx?period={SEPTEMBER}").content))
    sheet = book["履责台账"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [line["number"] for line in lines]
    assert [row[13] for row in rows] == [f"/calls/{one['call']}/obligations/{one['place']}" for one in lines]
    said = next(row[12] for row in rows if row[12])
    assert said.startswith("'="), "what somebody typed is no formula"
    assert all(cell.data_type == "s" for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None)

    read = pypdf.PdfReader(BytesIO(liaison.browser.get(f"/record.pdf?period={SEPTEMBER}").content))
    text = "".join(read.pages[0].extract_text().split())
    assert len(read.pages) == 1
    assert "水务局履责情况说明" in text
    assert late["number"] in text
    assert "防汛值守" in text
    for word in ("失职", "尽职"):
        assert word not in text + page


def test_the_circular_has_the_figures_of_the_page(county: County, handled: list[str]) -> None:
    supervisor = county.person("dc-01")
    answer = supervisor.browser.get(f"/rates/circular.docx?period={SEPTEMBER}")
    assert answer.headers["content-disposition"].startswith("attachment")
    document = docx.Document(BytesIO(answer.content))
    departments = document.tables[0]
    (row,) = [row for row in departments.rows if row.cells[0].text == "水务局"]
    headings = [cell.text for cell in departments.rows[0].cells]
    assert "1/3" in row.cells[headings.index("响应率")].text
    counted = line_of(supervisor.get("/rates", period=SEPTEMBER, by="department"), "水务局")
    assert counted["response"] == (1, 3)


OCTOBER = "2026-10"


@pytest.fixture(scope="module")
def assessed(county: County, handled: list[str]) -> str:
    """October, with a scheme of its own: of two calls that were resolved one is evaluated; the third one, which is
    given, was withdrawn before anybody answered."""
    caller, leader, operator = county.person("yt-01"), county.person("yt-03"), county.person("pt-01")
    liaison = county.person("shuiwuju-z")
    calls = []
    for text in ("涵管堵塞", "渠道渗漏", "水闸锈死"):
        call = caller.submit(text=text, place="云台山村")
        leader.do(call, "endorse")
        operator.do(call, "accept")
        operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("shuiwuju"))
        calls.append(call)
    for call in calls[:2]:
        liaison.do(call, "respond", handler="水务站", contact="199 0000 0000", first_step="今日到场")
        liaison.do(call, "report-result", text="已修好")
        caller.do(call, "confirm-result")
        operator.do(call, "resolve")
    caller.do(calls[0], "evaluate", grade="satisfied")
    caller.do(calls[2], "withdraw", reason="已解决", asked_by="水务局电话要求")
    period = {**OPENING, "name": "2026年10月", "first_day": "2026-10-01", "last_day": "2026-10-31", "minimum": 1}
    opened = county.person("dc-01").ask("/periods", period, uuid4())
    assert opened.status_code == 201, opened.text
    county.await_views()
    return calls[2]


def test_a_withdrawal_after_dispatch_leaves_the_missing_response_in_the_figures(county: County, assessed: str) -> None:
    supervisor = county.person("dc-01")
    assert line_of(supervisor.get("/rates", period=OCTOBER, by="department"), "水务局")["response"] == (2, 3)
    asked = {"period": OCTOBER, "by": "department", "measure": "response", "part": "unmet"}
    (left,) = supervisor.get("/rates/lines", **asked)["items"]
    assert (left["call"], left["performance"]) == (assessed, "ended")
    assert left["number"] in supervisor.page(f"/rates/lines?{urlencode(asked)}")
    assert "派发后撤回的,撤回时尚未响应的仍计入" in supervisor.page(f"/rates?period={OCTOBER}&by=department")


def test_a_month_is_read_by_its_own_scheme_in_the_table_the_course_of_the_year_and_the_circular(
    county: County, assessed: str
) -> None:
    """One evaluation of two is too little to compare by: said wherever the percentage is shown."""
    supervisor, of = county.person("dc-01"), county.organization("shuiwuju")
    table = _cells(supervisor.page(f"/rates?period={OCTOBER}&by=department"), "水务局")
    course = supervisor.page(f"/rates/trend?by=department&of={of}")
    assert _cells(course, "2026年10月") == table
    assert table["满意率"] == "100% 1 / 1 参与率不足 60%,仅供了解"
    assert "不足 10 件(2026年10月 1 件)的不计百分比" in course
    document = docx.Document(BytesIO(supervisor.browser.get(f"/rates/circular.docx?period={OCTOBER}").content))
    headings, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    (own,) = [dict(zip(headings, row, strict=True)) for row in rows if row[0] == "水务局"]
    assert own["满意率"] == "100%(1/1,参与率不足 60%,仅供了解)"
    assert own["评价参与率"] == "50%(1/2)"


def test_the_course_of_months_is_the_figures_of_each(county: County, handled: list[str]) -> None:
    """Of one department for who reads all; its own for the department itself, and never another's."""
    supervisor, liaison, of = county.person("dc-01"), county.person("shuiwuju-z"), county.organization("shuiwuju")
    course = supervisor.get("/rates/trend", by="department", of=of)
    assert (course["by"], course["of"], len(course["months"])) == ("department", of, 12)
    assert [one["period"] for one in course["months"]] == sorted(one["period"] for one in course["months"])
    for month in (SEPTEMBER, OCTOBER):
        (told,) = [one for one in course["months"] if one["period"] == month]
        figures = supervisor.get("/rates", period=month, by="department")
        (line,) = [one for one in figures["lines"] if one["key"] == of]
        assert told["counts"] == line["counts"]
        assert told["scheme"] == figures["scheme"]
    assert liaison.get("/rates/trend", by="department")["months"] == course["months"]
    others = liaison.get("/rates/trend", by="department", of=county.organization("zhzfj"))["months"]
    assert not any(count["counted"] for one in others for count in one["counts"].values())
    refused = problem_in(supervisor.api.get("/api/v1/rates/trend", params={"by": "department", "of": "水务局"}))
    assert (refused["status"], refused["field"]) == (422, "of")


def _cells(page: str, heading: str) -> dict[str, str]:
    """The figures of one line as they are read, by measure."""
    (row,) = re.findall(rf'<tr><th scope="row">(?:<a[^>]*>)?{heading}(?:</a>)?(.*?)</tr>', page, re.S)
    cells = re.findall(r'data-label="([^"]+)">(.*?)</td>', row, re.S)
    return {label: " ".join(re.sub(r"<[^>]+>", "", text).split()) for label, text in cells}


def test_a_period_is_frozen_published_and_counted_again(county: County, handled: list[str]) -> None:
    supervisor, operator = county.person("dc-01"), county.person("pt-01")
    opened = supervisor.ask("/periods", OPENING, uuid4())
    assert opened.status_code == 201, opened.text
    period = opened.json()["id"]
    asked = {
        "call": handled[2],
        "organization": county.organization("shuiwuju"),
        "ground": "outage",
        "reason": "平台故障",
    }
    assert supervisor.ask(f"/periods/{period}/propose-exclusion", asked, uuid4()).status_code == 200
    decision = {"exclusion": 1, "approved": True, "reason": "属实"}
    own = supervisor.ask(f"/periods/{period}/decide-exclusion", decision, uuid4())
    assert problem_in(own)["code"] == "exclusion-same-person"
    supervisor.get("/periods")
    _by_form(operator, period, "decide-exclusion", reason="属实", approved="true")
    assert line_of(supervisor.get("/rates", period=SEPTEMBER, by="department"), "水务局")["response"] == (1, 2)

    _by_form(supervisor, period, "freeze")
    frozen = supervisor.get(f"/periods/{period}")
    assert frozen["state"] == "frozen"
    (line,) = [one for one in frozen["figures"] if one["name"] == "水务局" and one["dimension"] == "department"]
    assert line["counts"]["response"] == {"met": 1, "counted": 2}
    page = supervisor.page(f"/periods/{period}")
    assert "完全一致" in page
    own_lines = county.person("zhujianju-z").get(f"/periods/{period}")["figures"]
    assert "水务局" not in {one["name"] for one in own_lines}

    # A late result goes into today's figures, not into the frozen ones.
    county.person("shuiwuju-z").do(handled[1], "report-result", text="已清淤")
    county.person("yt-01").do(handled[1], "confirm-result")
    operator.do(handled[1], "resolve")
    supervisor.get("/rates")
    page = supervisor.page(f"/periods/{period}")
    assert "与冻结的数字不同" in page
    assert re.search(r"水务局.*?办结率.*?1/2.*?2/2", page, re.S)
    assert supervisor.get(f"/periods/{period}")["figures"] == frozen["figures"]
    _by_form(supervisor, period, "publish", document="督查通报〔2026〕9号")
    assert supervisor.get(f"/periods/{period}")["document"] == "督查通报〔2026〕9号"

    county.await_notices()
    where = f"/periods/{period}"
    assert opened_from_inbox(operator, "请决定:有新的剔除申请") == [f"{where}#exclusion-1"]
    assert 'id="exclusion-1"' in operator.page(where)
    liaison = county.person("shuiwuju-z")
    assert opened_from_inbox(liaison, "剔除申请已同意,不计入本期数字") == [f"{where}#exclusion-1"]
    for figures in ("考核周期的数字已冻结,可查看本单位数字", "考核结果已公布,可查看本单位数字"):
        assert opened_from_inbox(liaison, figures) == [where]
    assert opened_from_inbox(county.person("yt-03"), "考核结果已公布,可查看本单位数字") == [where]
    assert opened_from_inbox(county.person("yt-01"), "考核结果已公布,可查看本单位数字") == []


def opened_from_inbox(person: Person, topic: str) -> list[str]:
    """Where the messages about September with these words lead when they are opened."""
    found = []
    for entry in re.split(r'<li id="notice-', person.page("/inbox"))[1:]:
        if f">{topic}<" in entry and "考核周期 2026年9月" in entry:
            form = form_to(entry, "/inbox/open")
            opened = person.browser.post(form.action, data=form.fields)
            assert person.browser.get(opened.headers["location"]).status_code == 200
            found.append(opened.headers["location"])
    return found


def test_a_large_county_reads_its_frozen_figures_whole(county: County, handled: list[str]) -> None:
    """More lines than one fact holds: on the page, by the API, for the own line of a department, and counted again."""
    supervisor, liaison = county.person("dc-01"), county.person("shuiwuju-z")
    opening = {**OPENING, "name": "2026年8月", "first_day": "2026-08-01", "last_day": "2026-08-31"}
    period = supervisor.ask("/periods", opening, uuid4()).json()["id"]
    figures = tuple(
        FrozenLine(
            dimension=dimension,
            key=liaison.organization if number == 119 and dimension is Dimension.DEPARTMENT else str(UUID(int=number)),
            name=f"第{number}局",
            counts={id_: Count(met=number, counted=9_000) for id_ in COLUMNS[dimension, False]},
        )
        for dimension, lines in ((Dimension.DEPARTMENT, 120), (Dimension.TOWNSHIP, 60))
        for number in range(lines)
    )
    freeze = FreezePeriod(period_id=UUID(period), definitions=VERSION, position=county.newest(), figures=figures)
    county.house.bus.execute(freeze, Ask(uuid4(), actor_of(supervisor.viewer)))
    county.await_views()
    read = supervisor.get(f"/periods/{period}")
    assert read["state"] == "frozen"
    assert [(one["dimension"], one["key"]) for one in read["figures"]] == [
        (one.dimension.value, one.key) for one in figures
    ]
    page = supervisor.page(f"/periods/{period}")
    assert all(page.count(f">第{number}局<") >= 2 for number in range(60))
    assert "与冻结的数字不同" in page, "of August nothing is on record here"
    own = liaison.get(f"/periods/{period}")["figures"]
    assert [one["name"] for one in own] == ["第119局"]


def test_the_workbook_says_on_what_a_line_rests_and_how_late_it_was_and_the_api_what_else_is_true(
    county: County,
) -> None:
    county.clock.set("2026-10-12 09:00")
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    lead, assistant = county.person("zhzfj-z"), county.person("shichangju-z")
    call = caller.submit(text="占道经营", place="学前街东口")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    item = operator.get("/items", words="占道经营", township=leader.organization)[0]
    by_list = {"basis": "list_item", "revision": item["revision"]["id"], "item": item["item"]["code"]}
    operator.do(call, "dispatch", **by_list, lead=lead.organization, assistants=[assistant.organization])
    answer = {"handler": "中队", "contact": "199 0000 0000", "first_step": "今日到场"}
    assistant.do(call, "respond", **answer)
    more_time = {"working_days": 2, "ground": "complex_facts", "reason": "需查清来源"}
    lead.do(call, "request-extension", **more_time)
    operator.do(call, "grant-extension", extension=1, working_days=2)
    county.clock.set("2026-10-15 09:00")
    lead.do(call, "respond", **answer)
    county.clock.set("2026-10-26 09:00")

    lines = {
        line["action"]: line
        for line in lead.get("/obligations", period="2026-10", number=lead.call(call)["number"])["items"]
    }
    assert lines["handle"]["marks"] == ["extended"]
    assert lines["handle"]["justified_by"] == ""
    (assists, *_) = assistant.get("/obligations", period="2026-10", number=lead.call(call)["number"])["items"]
    assert "extended" not in assists["marks"]
    book = openpyxl.load_workbook(BytesIO(lead.browser.get("/record.xlsx?period=2026-10").content))
    headings, *rows = book["履责台账"].iter_rows(values_only=True)
    said = {row[2]: dict(zip(headings, row, strict=True)) for row in rows if row[0] == lines["handle"]["number"]}
    respond, handle = said["响应"], said["办理"]
    assert respond["逾期多久"] in lead.page(f"/calls/{call}/obligations/{lines['respond']['place']}")
    assert respond["逾期多久"] == "1.07 个工作日"
    assert handle["逾期多久"].startswith("至导出时 ")
    duties = {party["organization"]: party["duty_text"] for party in lead.call(call)["parties"]}
    for line in (respond, handle):
        assert line["职责"] == duties[lead.organization]
        assert item["item"]["title"] in line["派发依据"]
        assert line["清单版本"].endswith(f"清单(第{item['revision']['number']}版)")
        assert line["对谁履行"] == "城东镇"
        assert line["第几轮派发"] == "1"
        assert line["时限依据"]


def test_a_line_says_that_it_was_objected_to_and_by_what_its_lateness_is_justified(county: County) -> None:
    """An extension that the platform answers too late is no fault of who asked for it."""
    county.clock.set("2026-10-12 09:00")
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    lead = county.person("zhzfj-z")
    call = caller.submit(text="渣土乱倒", place="城东路")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=lead.organization)
    lead.do(call, "raise-objection", ground="another_bearer", cited="三定", reason="不属本单位")
    lead.do(call, "request-extension", working_days=2, ground="complex_facts", reason="需查清来源")
    county.clock.set("2026-10-26 09:00")
    operator.do(call, "refuse-extension", extension=1, reason="理由不足")
    lines = lead.get("/obligations", period="2026-10", number=lead.call(call)["number"])["items"]
    handle = next(line for line in lines if line["action"] == "handle")
    assert ("objected" in handle["marks"], handle["justified_by"]) == (True, "申请逾期未答复")


def test_a_line_says_that_its_call_was_judged_ill_and_opened_again(county: County) -> None:
    """The list behind a number says why the line is in it."""
    county.clock.set("2026-10-14 09:00")
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    lead = county.person("zhzfj-z")
    call = caller.submit(text="护栏破损", place="城东路桥头")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=lead.organization)
    lead.do(call, "respond", handler="陈某", contact="13900000000", first_step="到场")
    lead.do(call, "report-result", text="已修复")
    caller.do(call, "confirm-result")
    operator.do(call, "resolve")
    caller.do(call, "evaluate", grade="dissatisfied", text="没修好")
    caller.do(call, "reopen", policy="restart", reason="没修好")
    number = lead.call(call)["number"]
    lines = lead.get("/obligations", period="2026-10", number=number)["items"]
    marks = [line["marks"] for line in lines if line["action"] == "handle"]
    assert sorted(marks, key=len) == [[], ["resolved", "dissatisfied", "reopened"]]
    page = lead.page(f"/record?period=2026-10&number={number}")
    assert "有评价不满意" in page
    assert "办结后重新打开" in page


def _by_form(person: Person, period: str, step: str, **typed: str) -> None:
    """Fill in the form of the period's page and send it."""
    form = form_to(person.page(f"/periods/{period}"), f"/periods/{period}/{step}")
    answer = person.browser.post(form.action, data=form.with_typed(**typed))
    assert answer.status_code == 303, answer.text[:800]
    position = int(answer.headers["location"].rpartition("=")[2])
    assert person.api.get("/api/v1/periods", params={"min_position": position}).status_code == 200
