"""批量办理: one step on several calls, each for itself; and duplicates that the platform alone is shown."""

import re
from typing import Any
from uuid import uuid4

from tests.journeys.county_over_http import County, Person, problem_in
from tests.journeys.shown_forms import form_to, forms_in


def _submitted(county: County, count: int) -> list[str]:
    county.clock.set("2026-04-21 09:00")
    caller = county.person("cd-01")
    return [caller.submit(text=f"第{number}处路面破损", place=f"东风路{number}号") for number in range(count)]


def _send(person: Person, step: str, calls: list[str], command_id: str = "") -> tuple[int, str]:
    person.call(calls[0])  # until the views have it
    token = next(form.fields["csrf_token"] for form in forms_in(person.page("/queue/to-do")) if form.fields)
    sent = {"csrf_token": token, "step": step, "command_id": command_id or str(uuid4()), "call": calls}
    answer = person.browser.post("/queue/bulk", data=sent)
    return answer.status_code, answer.text


def test_each_row_is_decided_for_itself_and_says_what_became_of_it(county: County) -> None:
    first, second, third = _submitted(county, 3)
    leader = county.person("cd-03")
    leader.do(second, "endorse")
    status, page = _send(leader, "endorse", [first, second, third])
    assert status == 200
    assert "共 3 件:已办理 2 件,未办理 1 件" in page
    assert page.count("已签发") == 2
    assert "不能办理“签发”" in page
    assert {county.person("pt-01").call(call)["stage"] for call in (first, second, third)} == {"placed"}


def test_the_same_form_sent_again_records_nothing_twice(county: County) -> None:
    calls = _submitted(county, 2)
    leader, once = county.person("cd-03"), str(uuid4())
    _send(leader, "endorse", calls, once)
    told = [leader.told(call) for call in calls]
    status, page = _send(leader, "endorse", calls, once)
    assert (status, "共 2 件:已办理 2 件。" in page) == (200, True)
    assert [leader.told(call) for call in calls] == told


def test_others_calls_unknown_steps_and_nothing_chosen_are_refused_in_words(county: County) -> None:
    (call,) = _submitted(county, 1)
    leader = county.person("cd-03")
    assert _send(leader, "withdraw", [call])[0] == 404
    status, page = _send(leader, "endorse", [call, str(uuid4()), "no id at all"])
    assert (status, "已办理 1 件,未办理 2 件" in page) == (200, True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', leader.page("/queue/to-do"))
    assert token is not None
    empty = leader.browser.post("/queue/bulk", data={"csrf_token": token[1], "step": "endorse"})
    assert (empty.status_code, "请先勾选要办理的事项" in empty.text) == (422, True)


def test_a_program_gets_an_answer_for_each_call_and_the_same_again(county: County) -> None:
    first, second, third = _submitted(county, 3)
    leader = county.person("cd-03")
    leader.do(second, "endorse")
    others = str(uuid4())
    asked: dict[str, Any] = {"calls": [{"call": call} for call in (first, second, third, first, others)]}
    asked["calls"][2]["version"] = "7"
    once = uuid4()
    answer = leader.ask("/bulk/endorse", asked, once)
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]
    assert [(row["call"], row["done"], row["code"]) for row in rows] == [
        (first, True, ""),
        (second, False, "wrong-stage"),
        (third, False, "stale-version"),
        (others, False, "not-found"),
    ]
    assert answer.json()["done"] == 1
    assert all(row["detail"] for row in rows[1:])
    assert leader.call(first, min_position=rows[0]["position"])["version"] == rows[0]["version"]
    again = leader.ask("/bulk/endorse", asked, once).json()["results"]
    assert [(row["done"], row["repeated"], row["position"]) for row in again[:2]] == [
        (True, True, rows[0]["position"]),
        (False, False, None),
    ]
    wrong: list[Any] = [[], [{"call": first}] * 51, [{"call": first, "step": "accept"}]]
    for body in wrong:
        refused = problem_in(leader.api.post("/api/v1/bulk/endorse", json={"calls": body}))
        assert (refused["status"], refused["code"]) == (422, "invalid"), body
    assert leader.api.post("/api/v1/bulk/withdraw", json=asked).status_code == 422


def test_only_the_platform_is_shown_what_may_be_the_same_matter_and_merges_it(county: County) -> None:
    county.clock.set("2026-04-22 09:00")
    east, west, operator = county.person("cd-01"), county.person("cx-01"), county.person("pt-01")
    first = east.submit(text="文昌桥头垃圾成堆,气味难闻", place="文昌桥西头")
    county.person("cd-03").do(first, "endorse")
    second = west.submit(text="文昌桥垃圾成堆无人清", place="文昌桥西头路边")
    county.person("cx-03").do(second, "endorse")
    number = operator.call(first)["number"]
    page = operator.page(f"/calls/{second}")
    assert "疑似重复" in page
    assert number in page
    assert number not in west.page(f"/calls/{second}"), "never another township's call"
    assert [one["number"] for one in operator.get(f"/calls/{second}/alike")] == [number]
    assert west.get(f"/calls/{second}/alike") == []

    hint = "市容环境卫生"
    lamp = east.submit(text="路灯三盏不亮", place="学前街东口", item_hint=hint)
    county.person("cd-03").do(lamp, "endorse")
    stalls = east.submit(text="摊贩堵住了路", place="学前街东口", item_hint=hint)
    county.person("cd-03").do(stalls, "endorse")
    assert operator.call(lamp)["number"] in operator.page(f"/calls/{stalls}"), "the same place and item, in other words"

    operator.do(second, "merge", into=first, reason="同一处垃圾")
    assert west.call(second)["stage"] == "merged"
    assert [one["call"] for one in west.call(first)["co_callers"]] == [second], "the co-caller reads where it goes on"
    assert operator.refused(second, "merge", into=first, reason="再并一次")["code"] == "wrong-stage"

    liaison = county.person("zhzfj-z")
    operator.do(first, "accept")
    operator.do(first, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhzfj"))
    liaison.do(first, "report-result", text="桥西头已清理")
    east.do(first, "confirm-result", on_site=True)
    operator.do(first, "resolve")
    assert "reopen" in west.call(first)["possible_steps"]
    form = form_to(west.page(f"/calls/{first}"), f"/calls/{first}/reopen")
    typed = {"policy": "restart", "reason": "路边的垃圾没有清理"}
    assert west.browser.post(form.action, data=form.fields | typed).status_code == 303
    assert "提出镇街" in east.page(f"/calls/{first}")
    assert liaison.queue()[first]["action"] == "handle"
