"""Story 8 over HTTP: nobody responds; time alone leads from 临期 to a signed order, a circular, a rectification."""

from collections import Counter
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from api.security.scopes import Scope
from domain.directory.identity import organization_stream
from tests.conftest import Databases
from tests.journeys.county_over_http import (
    BEGINNING,
    County,
    Person,
    SetClock,
    client_of,
    open_county,
    problem_in,
)
from tests.journeys.shown_forms import form_to
from tests.journeys.supervision_acts import supervise, supervision, told

_ORDER, _CIRCULAR = "/supervision/orders/1", "/supervision/circulars/1"
JULY = "2026-07"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: what waits for a signature in others would stand beside it."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def silent(county: County) -> str:
    """Dispatched on Wednesday 22 July 2026, 09:00: the response is due on Thursday 17:30, the work a week later."""
    county.clock.set("2026-07-22 08:40")
    call = county.person("cd-01").submit(text="废弃围挡倒伏,占压人行道", place="工业路北段")
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    county.clock.set("2026-07-22 09:00")
    lead = county.organization("zhzfj")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
    return call


def test_nobody_responds_and_the_record_says_how_far_that_went(county: County, silent: str) -> None:
    """One walk from the first light to the confirmed rectification; the town's sheet stays clean."""
    clock, tick = county.clock, county.tick
    supervisor, leader, liaison = county.person("dc-01"), county.person("dc-04"), county.person("zhzfj-z")
    town, department = county.person("cd-01"), county.organization("zhzfj")

    clock.set("2026-07-23 15:44")
    tick()
    assert problem_in(supervisor.api.get(f"/api/v1/calls/{silent}/supervision"))["status"] == 404
    clock.set("2026-07-23 15:45")
    tick()
    assert supervision(liaison, silent)["record"] == ["supervision.RungReached", "supervision.ReminderSent"]
    assert liaison.obligation(silent, "respond")["light"] == "due_soon"
    clock.set("2026-07-23 17:31")
    tick()
    assert liaison.obligation(silent, "respond")["light"] == "overdue"
    clock.set("2026-07-24 09:31")
    tick()
    assert supervision(town, silent)["record"][-1] == "supervision.UrgeIssued"
    board = supervisor.get("/supervision")
    assert [(one["call"], one["action"]) for one in board["late"] if one["call"] == silent] == [(silent, "respond")]

    clock.set("2026-07-27 17:31")
    tick()
    assert supervision(liaison, silent)["orders"] == [], "a draft says nothing to anybody"
    drafted = supervision(supervisor, silent)["orders"][0]
    assert (drafted["stage"], drafted["addressee"], drafted["level"]) == ("drafted", department, "county")
    clock.set("2026-07-28 09:00")
    assert [line["action"] for line in leader.get("/supervision")["to_do"]] == ["sign_order"]
    unsigned = problem_in(
        supervisor.ask(f"/calls/{silent}/supervision/issue-order", {"order": 1}),
    )
    assert (unsigned["status"], unsigned["code"]) == (403, "not-your-supervision")
    supervise(leader, silent, "issue-order", order=1, demands="请立即响应")
    order = supervision(liaison, silent)["orders"][0]
    assert order["signed_by"] == str(leader.viewer.person)
    assert order["possible_steps"] == ["reply-to-order"]
    assert [line["action"] for line in liaison.get("/supervision")["to_do"]] == ["order_reply"]
    assert [line["action"] for line in county.person("zhzfj-f").get("/supervision")["to_do"]] == ["order_reply"]
    supervise(liaison, silent, "reply-to-order", order=1, text="人员调整漏看,今日安排")
    supervise(supervisor, silent, "accept-reply", order=1, remark="请抓紧")

    clock.set("2026-07-30 17:31")
    tick()
    suspected = supervision(liaison, silent)["suspicions"][0]
    assert (suspected["kind"], suspected["state"], suspected["organization"]) == (
        "no_response",
        "suspected",
        department,
    )
    assert supervision(town, silent)["suspicions"] == [], "suspected only: not the town's business"
    circular = supervision(supervisor, silent)["circulars"][0]
    assert circular["stage"] == "drafted"
    suspicions = _suspected(liaison, silent)
    assert suspicions == {"respond": [("no_response", "suspected", "")], "handle": [("no_response", "suspected", "")]}
    waiting = liaison.page(f"/record?period={JULY}&suspicion=suspected")
    assert "疑似不响应,待认定" in waiting
    assert "没有这样的应履责事项" in liaison.page(f"/record?period={JULY}&suspicion=confirmed")
    supervise(supervisor, silent, "confirm-failure", suspicion=1, reason="期限内没有响应,催办、督办后仍未响应")
    confirmed = supervision(town, silent)["suspicions"]
    assert [(one["state"], one["organization"]) for one in confirmed] == [("confirmed", department)]

    clock.set("2026-07-31 09:00")
    supervise(leader, silent, "issue-circular", circular=1, demands="三个工作日内整改到位")
    supervise(liaison, silent, "report-rectification", circular=1, text="已清理并安排专人巡查")
    supervise(supervisor, silent, "confirm-rectification", circular=1)
    ended = supervision(supervisor, silent)
    assert ended["circulars"][0]["stage"] == "rectified"
    assert ended["obligations"] == []
    again = supervisor.refused(silent, "supervision/draft-circular", addressee=department)
    assert (again["status"], again["code"]) == (409, "already-circulated")
    assert "draft-circular" not in supervisor.page(f"/calls/{silent}/supervision"), "nobody is left to circulate"
    township = str(organization_stream(county.node, "chengdong"))
    assert {ladder["organization"] for ladder in ended["ladders"]} == {department}
    assert all(one["organization"] != township for one in ended["suspicions"])


def _suspected(person: Person, call: str, **asked: str) -> dict[str, list[tuple[str, str, str]]]:
    """疑似情形 of the call in the record a person reads: kind, state and who decided, by what was to be done."""
    lines = person.get("/obligations", period=JULY, **asked)["items"]
    return {
        line["action"]: [(one["kind"], one["state"], one["decided_by"]) for one in line["suspicions"]]
        for line in lines
        if line["call"] == call and line["suspicions"]
    }


def test_the_record_shows_what_was_confirmed_by_whom_and_when(county: County, silent: str) -> None:
    """On the page, in the API, the workbook and the one page; found by its filter and by the call's number."""
    supervisor, liaison, stranger = county.person("dc-01"), county.person("zhzfj-z"), county.person("zhujianju-z")
    decider = supervisor.viewer.organization_name
    of = county.organization("zhzfj")
    confirmed = [("no_response", "confirmed", decider)]
    for person in (liaison, supervisor):
        assert _suspected(person, silent) == {"respond": confirmed, "handle": confirmed}
        assert _suspected(person, silent, suspicion="confirmed") == {"respond": confirmed, "handle": confirmed}
        assert _suspected(person, silent, suspicion="suspected") == {}
    assert _suspected(stranger, silent) == _suspected(county.person("cd-01"), silent) == {}

    number = liaison.call(silent)["number"]
    page = liaison.page(f"/record?period={JULY}&suspicion=confirmed&number={number}")
    assert page.count("不响应,已认定") == 2
    assert f"{decider} 2026-07-30 17:31" in page
    assert f"/calls/{silent}/supervision#s1" in page
    assert {one["call"] for one in liaison.get("/obligations", period=JULY, number=number)["items"]} == {silent}
    assert liaison.get("/obligations", period=JULY, number=f"{number}0")["items"] == []
    for asked_by_papers in ("答复督办", "整改", "签发通报"):
        assert f">{asked_by_papers}</option>" in page

    book = load_workbook(BytesIO(supervisor.browser.get(f"/record.xlsx?period={JULY}&organization={of}").content))
    sheet = book["履责台账"]
    column = [cell.value for cell in sheet[1]].index("疑似情形及认定")
    said = [row[column] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] == number]
    assert said == [f"不响应,已认定({decider} 2026-07-30 17:31) /calls/{silent}/supervision#s1"] * 2

    read = PdfReader(BytesIO(liaison.browser.get(f"/record.pdf?period={JULY}").content))
    assert len(read.pages) == 1
    text = "".join(read.pages[0].extract_text().split())
    assert "疑似情形:已认定1项" in text
    assert "不响应,已认定" in text
    for word in ("失职", "尽职"):
        assert word not in page + text + "".join(said)

    narrow = client_of(county.app, authorization=f"Bearer {county.token(liaison.viewer, Scope.RECORDS_READ)}")
    lines = narrow.get("/api/v1/obligations", params={"period": JULY}).json()["items"]
    assert lines
    assert not any(line["suspicions"] for line in lines), "told only to who may read supervision"
    for address in ("obligations", "obligations.xlsx", "obligations.pdf"):
        refused = problem_in(narrow.get(f"/api/v1/{address}", params={"suspicion": "any"}))
        assert (refused["status"], refused["code"]) == (403, "scope-missing"), address

    book_by_token = load_workbook(BytesIO(narrow.get("/api/v1/obligations.xlsx", params={"period": JULY}).content))
    unsaid = list(book_by_token["履责台账"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in unsaid] == [line["number"] for line in lines]
    assert not any(row[column] for row in unsaid), "told only to who may read supervision"
    pages = PdfReader(BytesIO(narrow.get("/api/v1/obligations.pdf", params={"period": JULY}).content)).pages
    assert "不响应" not in "".join(pages[0].extract_text().split())
    whole = liaison.api.get("/api/v1/obligations.pdf", params={"period": JULY})
    assert whole.headers["content-disposition"].startswith("attachment")
    assert "疑似情形:已认定1项" in "".join(PdfReader(BytesIO(whole.content)).pages[0].extract_text().split())


def test_each_step_was_told_to_whom_it_concerned(county: County, silent: str) -> None:
    """In the inbox, each with the page to go on from; a draft and a suspicion to nobody before they are decided."""
    county.await_notices()
    suspicion = "/supervision#s1"
    assert told(county, "zhzfj-z", silent) == Counter(
        [
            ("请抓紧办理:即将到期", ""),
            ("催办:已超期,请立即办理", ""),
            ("请答复:督办通知单", _ORDER),
            ("督办答复已认可", _ORDER),
            ("催办:已超期,请立即办理", ""),
            ("疑似情形已认定属实", suspicion),
            ("请整改:贵单位被通报", _CIRCULAR),
            ("通报整改已确认到位", _CIRCULAR),
        ]
    )
    assert told(county, "zhzfj-f", silent) == Counter(
        [
            ("催办:已超期,请立即办理", ""),
            ("请答复:督办通知单", _ORDER),
            ("催办:已超期,请立即办理", ""),
            ("疑似情形已认定属实", suspicion),
            ("请整改:贵单位被通报", _CIRCULAR),
        ]
    )
    assert told(county, "dc-04", silent) == Counter([("请审签:督办通知单草稿", _ORDER), ("请审签:通报草稿", _CIRCULAR)])
    assert told(county, "dc-01", silent) == Counter(
        [
            ("督办通知单已签发", _ORDER),
            ("请审核:督办答复", _ORDER),
            ("请认定:有新的疑似情形", suspicion),
            ("通报已签发", _CIRCULAR),
            ("请确认:已报告整改情况", _CIRCULAR),
        ]
    )
    assert told(county, "cd-01", silent) == Counter(
        [
            ("督办通知单已签发", _ORDER),
            ("疑似情形已认定属实", suspicion),
            ("通报已签发", _CIRCULAR),
            ("通报整改已确认到位", _CIRCULAR),
        ]
    )
    assert told(county, "pt-01", silent) == Counter(
        [
            ("督办通知单已签发", _ORDER),
            ("通报已签发", _CIRCULAR),
            ("通报整改已确认到位", _CIRCULAR),
        ]
    )
    for stranger in ("zhujianju-z", "jw-01", "ld-01", "zb-01"):
        assert not told(county, stranger, silent), stranger


def test_the_pages_show_it_to_whom_it_concerns_and_to_nobody_else(county: County, silent: str) -> None:
    liaison, supervisor, stranger = county.person("zhzfj-z"), county.person("dc-01"), county.person("zhujianju-z")
    page = liaison.page(f"/calls/{silent}")
    for said in ("督办通知单", "通报", "不响应", "已认定"):
        assert said in page
    for path in ("/supervision", _ORDER, _CIRCULAR):
        own = f"/calls/{silent}{path}"
        assert liaison.browser.get(own).status_code == 200, own
        assert stranger.browser.get(own).status_code == 404, own
    assert "失职" not in page + supervisor.page(f"/calls/{silent}/supervision")
    assert "尽职" not in page + supervisor.page("/supervision")
    assert "镇街呼叫" not in supervisor.page(f"/calls/{silent}{_ORDER}")
    assert "签发人" in supervisor.page(f"/calls/{silent}{_ORDER}")
    assert problem_in(stranger.api.get(f"/api/v1/calls/{silent}/supervision"))["status"] == 404
    assert stranger.get("/supervision")["late"] == []


def test_the_documents_are_printed_as_pdf_and_word(county: County, silent: str) -> None:
    """Numbered, until when to answer, and on which ground: the same on paper, in Word and on the page."""
    liaison = county.person("zhzfj-z")
    for path, title, due in (
        (_ORDER, "督办通知单", "答复期限:2026-08-04 17:30"),
        (_CIRCULAR, "通报", "整改期限:2026-08-07 17:30"),
    ):
        until = f"于 {due.partition(':')[2]} 前通过平台"
        written = _written(liaison, f"/calls/{silent}{path}")
        for said in (
            title,
            "综合行政执法局",
            "签发人",
            due,
            until,
            "第1项依据:三定规定。",
            "时限:响应 1个工作日(依据:",
        ):
            for where, text in written.items():
                assert "".join(said.split()) in text, (said, where)
        papers = {form: liaison.api.get(f"/api/v1/calls/{silent}{path}/document.{form}") for form in ("pdf", "docx")}
        on_paper = "".join(page.extract_text() for page in PdfReader(BytesIO(papers["pdf"].content)).pages)
        assert "".join(on_paper.split()) == written["pdf"], "a program gets the same paper"
        assert papers["docx"].headers["content-disposition"].startswith("attachment")
    stranger = county.person("zhujianju-z")
    for client, prefix in ((stranger.browser, ""), (stranger.api, "/api/v1")):
        assert client.get(f"{prefix}/calls/{silent}{_ORDER}/document.pdf").status_code == 404
    assert liaison.browser.get(f"/calls/{silent}{_ORDER}/document.txt").status_code == 422
    of_no_calls = county.token(liaison.viewer, Scope.SUPERVISION_READ)
    narrow = client_of(county.app, authorization=f"Bearer {of_no_calls}")
    refused = problem_in(narrow.get(f"/api/v1/calls/{silent}{_ORDER}/document.pdf"))
    assert (refused["status"], refused["code"]) == (403, "scope-missing"), "it says what the call is about"


def _written(person: Person, path: str) -> dict[str, str]:
    """A document as it stands on its page, on paper and in Word, without spaces."""
    pdf, word = (person.browser.get(f"{path}/document.{form}") for form in ("pdf", "docx"))
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    texts = {
        "page": unescape(person.page(path)),
        "pdf": "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf.content)).pages),
        "docx": "".join(paragraph.text for paragraph in Document(BytesIO(word.content)).paragraphs),
    }
    return {where: "".join(text.split()) for where, text in texts.items()}


def test_a_call_whose_evaluation_window_is_over_is_filed_by_the_clock(county: County) -> None:
    """Not evaluated, and so not counted as satisfied; filed by the platform itself, once."""
    county.clock.set("2026-08-03 08:40")
    caller, operator, liaison = county.person("cd-01"), county.person("pt-01"), county.person("zhzfj-z")
    call = caller.submit(text="广告牌松动", place="南关桥头")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhzfj"))
    liaison.do(call, "respond", handler="陈某", contact="13900000000", first_step="到场加固")
    liaison.do(call, "report-result", text="已加固")
    caller.do(call, "confirm-result")
    operator.do(call, "resolve")
    county.clock.set("2026-08-10 17:30")
    county.tick()
    assert operator.call(call)["stage"] == "resolved"
    county.clock.set("2026-08-10 17:31")
    assert county.tick().ended == 1
    assert operator.call(call)["stage"] == "closed"
    last = operator.record(call)[-1]
    assert (last["type"], last["person"], last["fact"]["evaluated"]) == ("calls.CallClosed", None, False)
    assert county.tick().ended == 0


def test_the_forms_of_the_pages_do_what_the_api_does(county: County) -> None:
    """Drafted by a supervisor, refused where it must be, signed on the page; what was typed is kept."""
    county.clock.set("2026-08-17 08:40")
    caller, operator, supervisor = county.person("cd-01"), county.person("pt-01"), county.person("dc-01")
    leader, liaison = county.person("dc-04"), county.person("zhzfj-z")
    call = caller.submit(text="流动摊贩占道", place="东关街")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    found = operator.get("/items", words="占道经营", township=county.organization("chengdong"))[0]
    listed = {"revision": found["revision"]["id"], "item": found["item"]["code"]}
    operator.do(call, "dispatch", basis="list_item", lead=county.organization("zhzfj"), **listed)
    county.clock.set("2026-08-19 09:00")
    page = f"/calls/{call}/supervision"

    def send(person: Person, shown: str, step: str, **typed: str) -> tuple[int, str]:
        form = form_to(person.page(shown), f"{page}/{step}")
        answer = person.browser.post(f"{page}/{step}", data={**form.fields, **typed})
        return answer.status_code, answer.text

    assert send(supervisor, page, "draft-order", addressee=county.organization("zhzfj"))[0] == 303
    assert "答复期限:签发时确定" in supervisor.page(page + "/orders/1")
    status, text = send(liaison, page, "draft-order") if "draft-order" in liaison.page(page) else (0, "")
    assert (status, text) == (0, ""), "not offered to whom it does not belong"
    assert send(leader, page + "/orders/1", "issue-order", demands="请立即到场")[0] == 303
    status, text = send(liaison, page + "/orders/1", "reply-to-order", text="")
    assert status == 422
    assert "未能办理" in text
    assert send(liaison, page + "/orders/1", "reply-to-order", text="已派员到场")[0] == 303
    assert "已派员到场" in supervisor.page(page + "/orders/1")
    assert "审核督办答复" in supervisor.page("/queue/to-do")
    assert send(supervisor, page + "/orders/1", "refuse-reply", reason="没有说明何时办结")[0] == 303
    assert "答复督办" in liaison.page("/queue/to-do")
    anew = "退回后重新答复期限:2026-08-26 17:30"
    (duty,) = [one for one in found["item"]["duties"] if one["bearer"]["organization"] == liaison.organization]
    ground = f"第{found['item']['number']}项“{found['item']['title']}”。你单位职责:主体责任:{duty['text']}"
    for where, text in _written(liaison, page + "/orders/1").items():
        for said in ("答复期限:2026-08-26 17:30", anew, "第1项依据:", "第1版", ground, "请立即到场"):
            assert "".join(said.split()) in text, (said, where)


def test_work_that_ran_out_and_was_passed_on_is_put_before_the_supervisors(county: County) -> None:
    """The clock asks once more, though the work is over: responded, never done, no fact of any work."""
    clock, operator, liaison = county.clock, county.person("pt-01"), county.person("zhzfj-z")
    clock.set("2026-09-07 08:40")
    call = county.person("cd-01").submit(text="沟渠堵塞", place="北关村")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=liaison.organization)
    liaison.do(call, "respond", handler="陈某", contact="13900000000", first_step="到场查看")
    clock.set("2026-09-14 17:31")
    county.tick()
    assert liaison.obligation(call, "handle")["light"] == "overdue"
    clock.set("2026-09-14 17:40")
    taker = county.organization("zhujianju")
    passed = {"handler": taker, "point": "涉及排水管网", "basis": "powers", "reference": "三定规定", "text": "移交"}
    liaison.do(call, "pass-stage", **passed)
    clock.set("2026-09-15 09:31")
    county.tick()
    (suspected,) = supervision(liaison, call)["suspicions"]
    assert (suspected["kind"], suspected["organization"]) == ("inaction", liaison.organization)
    assert "响应不作为" in county.person("dc-01").page("/supervision")
    assert "移交、撤回或办结时仍未办" in liaison.page(f"/calls/{call}/supervision")


def test_whoever_sends_a_result_back_says_whether_it_was_the_lead_s_fault(county: County) -> None:
    clock, operator, liaison, caller = (county.clock, *map(county.person, ("pt-01", "zhzfj-z", "cd-01")))
    clock.set("2026-09-21 08:40")
    call = caller.submit(text="垃圾堆放", place="南关村")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=liaison.organization)
    liaison.do(call, "respond", handler="陈某", contact="13900000000", first_step="到场清理")
    liaison.do(call, "report-result", text="已清理")
    form = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/order-rework")
    asked = {**form.fields, "reason": "清理后又被他人倾倒"}
    assert "own_fault" not in form.fields, "neither is chosen beforehand"
    silent = caller.browser.post(form.action, data=asked)
    assert silent.status_code == 422
    assert "清理后又被他人倾倒" in silent.text
    assert caller.browser.post(form.action, data={**asked, "own_fault": "false"}).status_code == 303
    assert "不是承办单位的原因" in caller.page(f"/calls/{call}")
    assert caller.record(call)[-1]["fact"]["own_fault"] is False
