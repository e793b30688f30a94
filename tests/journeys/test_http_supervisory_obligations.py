"""督办要求的应履责事项 over HTTP: an order nobody answers is urged, stands in the record, and explains itself."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, Person, SetClock, open_county
from tests.journeys.shown_forms import form_to
from tests.journeys.supervision_acts import supervise, supervision, told

MAY = "2026-05"
ORDER = "/supervision/orders/1"


@pytest.fixture(scope="module")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: its clock is turned."""
    with counties() as dsn, open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running:
        yield running


@pytest.fixture(scope="module")
def unanswered(county: County) -> str:
    """Dispatched on Monday 11 May; ordered on the 15th, to be answered by Friday the 22nd, 17:30; the work is urged on
    the 19th, the answer on the 25th."""
    county.clock.set("2026-05-11 08:40")
    call = county.person("cd-01").submit(text="废弃围挡倒伏,占压人行道", place="工业路北段")
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    county.clock.set("2026-05-11 09:00")
    lead = county.organization("zhzfj")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead)
    county.clock.set("2026-05-14 17:31")
    county.tick()
    county.clock.set("2026-05-15 09:00")
    supervise(county.person("dc-04"), call, "issue-order", order=1)
    for urged in ("2026-05-19 09:31", "2026-05-25 09:31"):
        county.clock.set(urged)
        county.tick()
    county.await_notices()
    return call


def _reply(person: Person, call: str) -> dict[str, object]:
    lines = person.get("/obligations", period=MAY, action="order_reply")["items"]
    (line,) = [one for one in lines if one["call"] == call]
    return dict(line)


def test_who_does_not_answer_an_order_is_urged_and_led_to_the_order(county: County, unanswered: str) -> None:
    liaison = county.person("zhzfj-z")
    ladders = {one["action"]: one for one in supervision(liaison, unanswered)["ladders"]}
    assert (ladders["order_reply"]["rung"], ladders["order_reply"]["standing"]) == ("urge", "top")
    found = told(county, "zhzfj-z", unanswered)
    assert {where for what, where in found if what.startswith("催办")} == {"", ORDER}
    page = liaison.page(f"/calls/{unanswered}/supervision")
    place = supervision(liaison, unanswered)["ladders"][-1]["place"]
    assert f'href="/calls/{unanswered}/supervision/obligations/{place}"' in page
    county.tick()
    county.await_notices()
    assert told(county, "zhzfj-z", unanswered) == found, "once"
    board = county.person("dc-01").get("/supervision")
    assert "order_reply" in {line["action"] for line in board["late"] if line["call"] == unanswered}
    assert "答复督办" in county.person("dc-01").page("/supervision")
    assert not [line for line in county.person("cd-01").get("/supervision")["late"] if line["action"] == "order_reply"]


def test_it_stands_in_the_record_with_its_paper_its_lateness_and_its_numbers(county: County, unanswered: str) -> None:
    liaison, supervisor = county.person("zhzfj-z"), county.person("dc-01")
    number = supervision(liaison, unanswered)["orders"][0]["number"]
    line = _reply(liaison, unanswered)
    assert (line["performance"], line["document"], line["item_title"]) == ("pending", f"督办通知单 {number}", "")
    page = liaison.page(f"/record?period={MAY}&action=order_reply")
    assert f'<a href="/calls/{unanswered}{ORDER}">督办通知单 {number}</a>' in page
    assert "待履行(已超期)" in page
    assert f'href="/calls/{unanswered}/supervision/obligations/{line["place"]}"' in page
    of = county.organization("zhzfj")
    sheet = load_workbook(
        BytesIO(supervisor.browser.get(f"/record.xlsx?period={MAY}&organization={of}&action=order_reply").content)
    )["履责台账"]
    headings = [cell.value for cell in sheet[1]]
    (row,) = [dict(zip(headings, one, strict=True)) for one in sheet.iter_rows(min_row=2, values_only=True)]
    assert row["对谁履行"] == supervisor.viewer.organization_name
    assert "至导出时 工作时间 1小时1分" in row.values()
    assert f"/calls/{unanswered}/supervision/obligations/{line['place']}" in row.values()
    pdf = liaison.browser.get(f"/record.pdf?period={MAY}").content
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())
    assert "答复督办" in text


def test_it_explains_itself_as_page_and_as_data_now_and_then(county: County, unanswered: str) -> None:
    liaison = county.person("zhzfj-z")
    place = _reply(liaison, unanswered)["place"]
    path = f"/calls/{unanswered}/supervision/obligations/{place}"
    said = liaison.get(path)
    assert (said["performance"], said["late_by"], said["agrees"]) == ("pending", "PT1H1M", True)
    assert said["basis"].startswith("督办通知单 ")
    assert [fact["type"] for fact in said["facts"]] == ["supervision.OrderIssued"]
    earlier = liaison.get(path, as_of="2026-05-20T12:00:00+08:00")
    assert earlier["late_by"] == "PT0S"
    before = liaison.api.get(f"/api/v1{path}", params={"as_of": "2026-05-01T12:00:00+08:00"})
    assert (before.status_code, before.json()["detail"]) == (404, "没有这一项应履责事项,或者在该时点尚未产生。")
    page = liaison.page(path)
    for shown in ("答复督办", "督办文书", "工作时间 1小时", "与记录一致", "签发督办通知单", "由此产生"):
        assert shown in page, shown
    assert f'method="get" action="{path}"' in page
    then = liaison.browser.get(path, params={"as_of": "2026-05-20T12:00"}).text
    for shown in ("以下为 2026-05-20 12:00:59 的情况", f'<a href="{path}">看现在的情况</a>'):
        assert shown in then, shown
    for stranger in ("zhujianju-z", "cx-01"):
        assert county.person(stranger).browser.get(path).status_code == 404
        assert county.person(stranger).api.get(f"/api/v1{path}").status_code == 404


def test_a_draft_explains_itself_to_nobody_but_who_may_know_of_it(county: County) -> None:
    county.clock.set("2026-06-08 08:40")
    call = county.person("cd-01").submit(text="路面塌陷", place="北环路")
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhzfj"))
    county.clock.set("2026-06-12 17:31")
    county.tick()
    path = f"/calls/{call}/supervision/obligations/0"
    assert county.person("dc-04").get(path)["action"] == "sign_order"
    assert county.person("zhzfj-z").api.get(f"/api/v1{path}").status_code == 404
    assert county.person("zhzfj-z").browser.get(path).status_code == 404


def test_its_bearer_states_something_on_it_and_nothing_typed_is_lost(county: County, unanswered: str) -> None:
    liaison, supervisor = county.person("zhzfj-z"), county.person("dc-01")
    path = f"/calls/{unanswered}/supervision/obligations/{_reply(liaison, unanswered)['place']}"
    action = f"/calls/{unanswered}/supervision/add-statement"
    form = form_to(liaison.page(path), action)
    refused = liaison.browser.post(action, data=form.with_typed(text="短"))
    assert refused.status_code == 422
    assert "短" in form_to(refused.text, action).fields["text"]
    done = liaison.browser.post(action, data=form_to(refused.text, action).with_typed(text="经办人出差,已补报"))
    assert done.status_code == 303, done.text
    assert done.headers["location"].startswith(path)
    shown = liaison.browser.get(done.headers["location"]).text
    assert "已办理:提交督办陈述。" in shown
    assert "经办人出差,已补报" in shown
    then = liaison.browser.get(path, params={"as_of": "2026-05-20T12:00"}).text
    assert "此后的办理不在内" in then
    assert "经办人出差,已补报" not in then
    assert _reply(supervisor, unanswered)["statements"] == 1
    page = supervisor.page(f"/record?period={MAY}&organization={liaison.organization}&action=order_reply")
    assert "经办人出差,已补报" in page
    assert action not in supervisor.page(path), "nobody states for another"
    assert "督办陈述" in supervisor.page(f"/calls/{unanswered}/supervision")
    county.await_notices()
    assert "承担单位提交了新的陈述" in supervisor.page("/inbox")


@pytest.mark.parametrize("of", ["", "/supervision"])
def test_the_facts_it_rests_on_lead_to_where_they_stand(county: County, unanswered: str, of: str) -> None:
    liaison = county.person("zhzfj-z")
    page = liaison.page(f"/calls/{unanswered}{of}/obligations/1")
    led = re.findall(rf'href="(/calls/{unanswered}{of})#(r\d+)"', page)
    assert led
    for where, anchor in led:
        assert f'id="{anchor}"' in liaison.page(where), anchor
