"""期限说明: why an obligation is due then, late or excused, as a page and as data; now and as of an earlier moment."""

import re
from typing import Any

import pytest

from tests.journeys.county_over_http import County, Person, at, when


@pytest.fixture
def call(county: County) -> str:
    """Accepted at noon of a Friday in the evening of the working day: dispatched late on the Monday after it."""
    county.clock.set("2026-04-17 16:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="井盖缺失", place="东风路")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")  # dispatch: 4 working hours, 1.5 of them on Friday
    county.clock.set("2026-04-20 16:00")
    parties = {"lead": county.organization("zhujianju"), "assistants": [county.organization("ziranju")]}
    operator.do(call, "dispatch", basis="powers", reference="三定规定", **parties)
    return call


def _explained(county: County, call: str, action: str, **query: Any) -> Any:
    operator = county.person("pt-01")
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index(action)
    return operator.get(f"/calls/{call}/obligations/{place}", **query)


def test_the_spans_add_up_to_what_was_used_and_the_calendar_agrees_with_the_record(county: County, call: str) -> None:
    said = _explained(county, call, "dispatch")
    assert said["performance"] == "late"
    assert (said["budget"], said["consumed"], said["late_by"]) == ("PT4H", "PT7H", "PT3H")
    assert [span["counted"] for span in said["spans"]] == ["PT7H"]
    assert said["agrees"] is True
    assert when(said["recomputed_due"]) == when(said["deadline"]["due"]) == at("2026-04-20 11:00")
    assert [fact["type"] for fact in said["facts"]] == ["calls.CallAccepted", "calls.CallDispatched"]


def test_as_of_an_earlier_moment_it_is_what_was_known_then(county: County, call: str) -> None:
    said = _explained(county, call, "dispatch", as_of="2026-04-20T09:30:00+08:00")
    assert (said["performance"], said["consumed"], said["late_by"]) == ("pending", "PT2H30M", "PT0S")
    assert [fact["type"] for fact in said["facts"]] == ["calls.CallAccepted"]


def test_the_duty_of_a_party_names_the_basis_of_its_dispatch(county: County, call: str) -> None:
    assert _explained(county, call, "handle")["basis"] == "三定规定"


def test_the_page_says_it_in_words_and_is_linked_from_the_call(county: County, call: str) -> None:
    operator = county.person("pt-01")
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index("dispatch")
    path = f"/calls/{call}/obligations/{place}"
    assert f'href="{path}"' in operator.page(f"/calls/{call}")
    page = operator.page(path)
    for shown in (
        "逾期履行",
        "工作时间 7小时",
        '超出工作时间</dt><dd class="num">3小时',
        "与记录一致",
        "由此产生",
        "由此了结",
        "2026-04-18",
        "非工作日",
    ):
        assert shown in page, shown


def test_what_is_excused_is_told_with_its_ground_its_span_and_its_fact(county: County, call: str) -> None:
    operator, lead = county.person("pt-01"), county.person("zhujianju-z")
    lead.do(call, "respond", handler="陈某", contact="13900000000", first_step="设围挡")
    lead.do(call, "request-extension", working_days=2, ground="procurement", reason="井盖已订货")
    county.clock.set("2026-04-28 10:00")
    refused = operator.do(call, "refuse-extension", extension=1, reason="可先用临时井盖")
    said = _explained(county, call, "handle")
    (excuse,) = said["excuses"]
    assert (excuse["ground"], excuse["ground_label"]) == ("late_answer", "申请逾期未答复")
    assert (when(excuse["since"]), when(excuse["until"])) == (at("2026-04-21 17:30"), at("2026-04-28 10:00"))
    assert excuse["fact"] == refused["version"]
    assert when(said["justified_until"]) is not None
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index("handle")
    assert "申请逾期未答复" in operator.page(f"/calls/{call}/obligations/{place}")


def test_bad_places_and_moments_are_answered_in_words(county: County, call: str) -> None:
    api = county.person("pt-01").api
    before = api.get(f"/api/v1/calls/{call}/obligations/0", params={"as_of": "2026-01-01T00:00:00+08:00"})
    assert (before.status_code, before.json()["detail"]) == (404, "没有这一项应履责事项,或者在该时点尚未产生。")
    assert api.get(f"/api/v1/calls/{call}/obligations/999").status_code == 404
    assert api.get(f"/api/v1/calls/{call}/obligations/-1").status_code == 422
    zoneless = api.get(f"/api/v1/calls/{call}/obligations/0", params={"as_of": "2026-04-20T09:30:00"})
    assert (zoneless.status_code, zoneless.json()["field"]) == (422, "as_of")


def test_a_page_takes_an_earlier_moment_from_its_form_in_the_time_of_the_county(county: County, call: str) -> None:
    operator = county.person("pt-01")
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index("dispatch")
    path = f"/calls/{call}/obligations/{place}"
    page = operator.page(path)
    for shown in (f'method="get" action="{path}"', "历史时点", 'type="datetime-local" name="as_of" value=""', "查看"):
        assert shown in page, shown
    assert "看现在的情况" not in page
    then = _page_as_of(operator, path, "2026-04-20T09:30")
    value = 'name="as_of" value="2026-04-20T09:30"'
    for shown in ("以下为 2026-04-20 09:30:59 的情况", "当时怎样", "工作时间 2小时30分", value):
        assert shown in then, shown
    assert f'<a href="{path}">看现在的情况</a>' in then
    zoned = _page_as_of(operator, path, "2026-04-20T01:30:00Z")
    assert "以下为 2026-04-20 09:30:00 的情况" in zoned, "a given zone holds"
    emptied = _page_as_of(operator, path, "")
    assert "逾期履行" in emptied
    assert "看现在的情况" not in emptied


@pytest.mark.parametrize(
    ("moment", "status", "said"),
    [
        ("0001-01-01T00:00", 422, "历史时点无效"),
        ("1950-01-01T00:00", 422, "在该时点尚未产生,请填写较晚的时点"),
        ("2026-01-01T00:00", 422, "在该时点尚未产生,请填写较晚的时点"),
        ("2030-01-01T00:00", 422, "历史时点不能晚于现在"),
        ("9999-12-31T23:59:00-08:00", 422, "历史时点无效"),
        ("yesterday", 422, "历史时点无效"),
    ],
)
def test_a_page_answers_a_moment_without_the_duty_and_one_that_is_none_in_words(
    county: County, call: str, moment: str, status: int, said: str
) -> None:
    answer = county.person("pt-01").browser.get(f"/calls/{call}/obligations/0", params={"as_of": moment})
    assert (answer.status_code, said in answer.text) == (status, True)
    kept = f'name="as_of" value="{moment}" aria-invalid="true"'
    assert kept in answer.text, "on the page it was asked from, with what was typed"
    assert "现在怎样" in answer.text


def test_what_was_stated_later_is_not_on_the_page_of_an_earlier_moment(county: County, call: str) -> None:
    operator = county.person("pt-01")
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index("dispatch")
    operator.do(call, "add-statement", obligation=place, text="受理员外出,回来即派")
    path = f"/calls/{call}/obligations/{place}"
    assert "受理员外出,回来即派" in operator.page(path)
    assert "受理员外出,回来即派" in _page_as_of(operator, path, "2026-04-20T16:00")
    assert "受理员外出,回来即派" not in _page_as_of(operator, path, "2026-04-20T15:59")


def test_what_is_left_of_a_budget_and_how_far_its_end_is_have_words_of_their_own(county: County, call: str) -> None:
    """Half past four on a Friday, due on Monday at eleven: a weekend away, and three and a half hours of work."""
    operator = county.person("pt-01")
    place = [owed["action"] for owed in operator.call(call)["obligations"]].index("dispatch")
    then = _page_as_of(operator, f"/calls/{call}/obligations/{place}", "2026-04-17T16:29")
    for shown in ("距到期 2天18小时(自然时间)", "可用工作时间", "已用工作时间"):
        assert shown in then, shown
    assert re.findall(r"剩余工作时间</dt><dd[^>]*>([^<]*)<", then) == ["3小时30分"]


def test_the_page_of_a_wait_and_of_a_suspension_lists_what_began_and_what_ended_them(county: County, call: str) -> None:
    lead, helper, operator = _helped(county, call)
    handle = _place(county, call, "handle", lead)
    lead.do(call, "request-waiting", on=helper.organization, own_step="须先查明管线", request="请查明管线")
    reason = {"reason": "须先鉴定", "proof": "委托书8号", "ground": "testing"}
    lead.do(call, "request-suspension", last_day="2026-05-08", **reason)
    paused = operator.do(call, "suspend", suspension=1)
    county.clock.set("2026-04-22 10:00")
    helper.do(call, "report-assistance", text="管线已查明")
    county.clock.set("2026-04-22 15:00")
    resumed = lead.do(call, "resume", reason="鉴定报告已出")
    said = operator.get(f"/calls/{call}/obligations/{handle}")
    assert [fact["type"].removeprefix("calls.") for fact in said["facts"]] == [
        "CallDispatched", "WaitingRequested", "CallSuspended", "WaitingEnded", "CallResumed"
    ]  # fmt: skip
    (wait,) = said["excuses"]
    assert (wait["fact"], wait["ended_by"]) == (said["facts"][1]["version"], said["facts"][3]["version"])
    (pause,) = [span for span in said["spans"] if span["pause"]]
    assert (pause["fact"], pause["ended_by"]) == (paused["version"], resumed["version"])
    page = operator.page(f"/calls/{call}/obligations/{handle}")
    for shown in (
        "正当事由(等待他方办理)开始", "正当事由(等待他方办理)结束", "暂缓办理期间停算开始", "暂缓办理期间停算结束"
    ):  # fmt: skip
        assert shown in page, shown


def test_who_reported_without_having_responded_is_told_why_a_response_is_still_owed(county: County, call: str) -> None:
    _, helper, operator = _helped(county, call)
    path = f"/calls/{call}/obligations/{_place(county, call, 'respond', helper)}"
    assert "尚缺响应" not in operator.page(path)
    helper.do(call, "report-assistance", text="管线已查明")
    for shown in ("已有办理记录,尚缺响应", "不代替响应", "请补录", "平台无记录"):
        assert shown in helper.page(path), shown
    assert "已有办理记录,尚缺响应" in helper.page(f"/calls/{call}")
    helper.do(call, "respond", handler="林某", contact="13900000001", first_step="已查明")
    assert "尚缺响应" not in helper.page(path)


def _helped(county: County, call: str) -> tuple[Person, Person, Person]:
    """The lead, which responded, the assistant, which did not, and the platform."""
    lead, helper, operator = county.person("zhujianju-z"), county.person("ziranju-z"), county.person("pt-01")
    lead.do(call, "respond", handler="陈某", contact="13900000000", first_step="设围挡")
    return lead, helper, operator


def _place(county: County, call: str, action: str, whose: Person) -> int:
    owed = county.person("pt-01").call(call)["obligations"]
    return [(one["action"], one["organization"]) for one in owed].index((action, whose.organization))


def _page_as_of(person: Person, path: str, moment: str) -> str:
    answer = person.browser.get(path, params={"as_of": moment})
    assert answer.status_code == 200, answer.text
    return answer.text
