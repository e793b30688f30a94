"""The first story told by the demonstration itself: from the sign-in page, step by step, without a manual."""

import re
from html import unescape

from starlette.testclient import TestClient

from api.pages.story import STORY
from tests.journeys.county_over_http import County
from tests.journeys.shown_forms import ShownForm, form_to, forms_in

NEXT = "/sign-in/demonstration/next"


def _steps(page: str) -> list[ShownForm]:
    return [form for form in forms_in(page) if "step" in form.fields]


def test_the_sign_in_page_lists_the_steps_and_each_leads_to_where_it_is_done(county: County) -> None:
    """The line above every page says which step it is; whoever leaves is led to the next step."""
    stranger = county.stranger()
    stranger.headers["accept"] = "text/html"
    for number, step in enumerate(STORY, start=1):
        door = stranger.get("/sign-in").text
        offered = _steps(door)
        assert [form.fields["step"] for form in offered] == [str(n) for n in range(1, len(STORY) + 1)]
        assert step.text in door, "the coming step is explained"
        chosen = offered[number - 1]
        entered = stranger.post(chosen.action, data=chosen.fields)
        assert (entered.status_code, entered.headers["location"]) == (303, step.begins)
        page = stranger.get(step.begins, follow_redirects=True)
        assert page.status_code == 200
        assert f"演示第 {number}/{len(STORY)} 步" in page.text
        assert step.title in page.text
        leave = next(form for form in forms_in(page.text) if form.action == "/sign-out")
        assert stranger.post(leave.action, data=leave.fields).status_code == 303


def test_somebody_else_s_way_in_leaves_the_story(county: County) -> None:
    stranger = county.stranger()
    stranger.headers["accept"] = "text/html"
    door = stranger.get("/sign-in").text
    stranger.post("/sign-in/demonstration", data=_steps(door)[2].fields)
    stranger.cookies.delete("huying_session")
    people = [form for form in forms_in(stranger.get("/sign-in").text) if "person_id" in form.fields]
    other = next(form for form in people if "step" not in form.fields)
    stranger.post(other.action, data=other.fields)
    assert "演示第" not in stranger.get("/").text


class Stranger:
    """Somebody who follows the guide: one page after the other, with its forms as they stand."""

    def __init__(self, county: County) -> None:
        self.http: TestClient = county.stranger()
        self.http.headers["accept"] = "text/html"
        self.path, self.page = "", ""
        self.open("/sign-in")
        self.send(_steps(self.page)[0])

    def open(self, path: str) -> None:
        """Look at a page; its path is remembered without what stands behind the question mark."""
        answer = self.http.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        self.path, self.page = answer.url.path, unescape(answer.text)

    def send(self, form: ShownForm, **typed: str) -> None:
        """Send a form, and look at the page it leads to."""
        answer = self.http.post(form.action, data=form.with_typed(**typed))
        assert answer.status_code == 303, answer.text
        self.open(answer.headers["location"])

    def take(self, step: str, **typed: str) -> None:
        """Take a step on the matter in front."""
        self.send(form_to(self.page, f"{self.path}/{step}"), **typed)

    def come_in_as_the_next(self) -> None:
        """Press the one button."""
        matter = self.path
        self.send(form_to(self.page, NEXT))
        assert self.path == matter, "it opens that very matter"

    @property
    def is_led_on(self) -> bool:
        """Whether the page offers to come in as the next person."""
        return any(form.action == NEXT for form in forms_in(self.page))


def test_one_button_leads_from_each_step_to_the_next_once_it_is_done(county: County) -> None:
    """What is done is never asked for again; nobody has to look for the matter; at its end the guide says so."""
    one = Stranger(county)
    assert not one.is_led_on
    one.send(form_to(one.page, "/calls/new"), text="学前街小学门口流动摊贩占道经营", place="学前街东口")
    assert "下一步:以张秀兰(城东镇镇街负责同志)进入" in one.page
    one.come_in_as_the_next()
    assert "点“签发”。" in one.page
    assert not one.is_led_on, "the step is not done yet"
    one.take("endorse")
    one.come_in_as_the_next()
    assert "点“受理”。" in one.page
    one.take("accept")
    assert "点“受理”。" not in one.page
    assert "点“查清单、派发”。" in one.page
    call = one.path
    one.open(f"{call}/triage")
    assert "按呼叫内容的用词" in one.page, "the words of the call are looked for at once"
    found = one.page.split('<li class="hy-result')[1]
    assert "占道经营(无证无照)联合整治" in found
    one.open(re.findall(r'href="(/calls/[^"#]*item=[^"#]*)', found)[0])
    assert "主办、协办和职责已按清单填好。" in one.page
    one.send(next(form for form in forms_in(one.page) if "assistants" in form.fields))
    for organization in ("综合行政执法局", "市场监督管理局"):
        assert f"({organization}专管员)进入" in one.page
        one.come_in_as_the_next()
        one.take("respond", contact="19900000101", first_step="半小时内到场")
    assert "勾“本单位协办职责已完成”。" in one.page
    one.take("report-assistance", text="没做完,还有两户")
    assert not one.is_led_on, "nobody stated that it is complete"
    one.take("report-assistance", text="八户均已登记", done="true")
    one.come_in_as_the_next()
    one.take("report-result", text="已全部劝离")
    one.come_in_as_the_next()
    one.take("confirm-result")
    one.come_in_as_the_next()
    one.take("resolve")
    one.come_in_as_the_next()
    one.take("evaluate", grade="satisfied")
    assert "第一件事已办完" in one.page
    assert not one.is_led_on
    assert "演示第" not in one.page
    one.open("/queue/to-do")
    assert f'href="{call}">打开这件事' in one.page


def test_the_button_needs_the_token_of_the_page_it_stands_on(county: County) -> None:
    one = Stranger(county)
    one.send(form_to(one.page, "/calls/new"), text="路灯不亮", place="学前街东口")
    fields = {**form_to(one.page, NEXT).fields, "csrf_token": "another"}
    assert one.http.post(NEXT, data=fields).status_code == 403
    one.http.cookies.delete("huying_session")
    assert one.http.post(NEXT, data=fields).status_code in (303, 401)
    one.open("/queue/to-do")
    assert one.path == "/sign-in", "nobody came in"


def test_no_box_is_ticked_before_somebody_ticks_it(county: County) -> None:
    """已到现场查看 is stated by hand or not at all, and so says the record."""
    caller, leader, operator, lead = (county.person(code) for code in ("cd-01", "cd-03", "pt-01", "zhzfj-z"))
    call = caller.submit(text="河边垃圾成堆", place="南河桥下")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    powers = {"basis": "powers", "reference": "三定规定", "lead": county.organization("zhzfj"), "assistants": []}
    operator.do(call, "dispatch", **powers)
    shown = form_to(lead.page(f"/calls/{call}"), f"/calls/{call}/respond")
    assert shown.fields["handler"] == lead.viewer.name
    assert shown.fields["contact"] == ""
    lead.do(call, "respond", handler="陈中队长", contact="19900000101", first_step="到场清理")
    lead.do(call, "report-result", text="已清理")
    confirm = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/confirm-result")
    assert "on_site" not in confirm.fields
    assert caller.browser.post(confirm.action, data=confirm.fields).status_code == 303
    resolve = form_to(operator.page(f"/calls/{call}"), f"/calls/{call}/resolve")
    assert "spot_checked" not in resolve.fields
    confirmed = next(e for e in operator.record(call) if e["type"] == "calls.ResultConfirmed")
    assert confirmed["fact"]["on_site"] is False


def test_an_objection_says_itself_whether_it_is_to_everything(county: County) -> None:
    """A form without the choice is refused with what is to be chosen: no scope is meant silently."""
    caller, leader, operator, lead = (county.person(code) for code in ("cd-01", "cd-03", "pt-01", "zhzfj-z"))
    call = caller.submit(text="河边又有垃圾成堆", place="南河桥下")
    leader.do(call, "endorse")
    operator.do(call, "accept")
    powers = {"basis": "powers", "reference": "三定规定", "lead": county.organization("zhzfj"), "assistants": []}
    operator.do(call, "dispatch", **powers)
    form = form_to(lead.page(f"/calls/{call}"), f"/calls/{call}/raise-objection")
    assert "whole" not in form.fields
    typed = {"ground": "others_bear", "cited": "三定规定第二条", "reason": "河道归水务局"}
    refused = lead.browser.post(form.action, data=form.with_typed(**typed))
    assert refused.status_code == 422
    assert "请选择“异议范围”" in refused.text
    assert "河道归水务局" in refused.text
