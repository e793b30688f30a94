"""委托代办 over HTTP: a leader lets somebody stand in by the form; who stands in signs, and the record names both."""

from datetime import timedelta
from uuid import uuid4

import httpx2 as httpx
import pytest

from domain.directory.identity import person_stream
from domain.shared.posts import Post
from tests.journeys.county_over_http import County, Json, Person, problem_in, when
from tests.journeys.shown_forms import ShownForm, form_to, forms_in

PAGE = "/account/delegation"
BOTH = "王呼叫(镇街负责同志,受张秀兰委托代办)"


def id_of(county: County, code: str) -> str:
    """The id of a person of the demonstration."""
    return str(person_stream(county.node, code))


def typed(county: County, code: str, **more: str) -> dict[str, str]:
    """What a leader writes into the form: until tomorrow at this hour."""
    ends_at = f"{county.clock() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    return {"delegate": id_of(county, code), "ends_at": ends_at, "reason": "外出培训", **more}


def grant(leader: Person, code: str, **more: str) -> httpx.Response:
    """Fill in the form and send it."""
    form = form_to(leader.page(PAGE), PAGE)
    return leader.browser.post(form.action, data=form.with_typed(**typed(leader.county, code, **more)))


def ending(person: Person) -> list[ShownForm]:
    """The forms to end a delegation on the person's page."""
    return [form for form in forms_in(person.page(PAGE)) if form.action.endswith("/end")]


def body(leader: Person, code: str) -> Json:
    """What an API client sends."""
    ends_at = leader.county.clock() + timedelta(hours=2)
    return {
        "person": str(leader.viewer.person),
        "appointment": str(leader.viewer.appointment),
        "delegate": id_of(leader.county, code),
        "ends_at": ends_at.isoformat(),
        "reason": "外出培训",
    }


def test_a_delegate_endorses_in_the_leaders_post_for_as_long_as_it_was_granted(county: County) -> None:
    clock, leader, caller = county.clock, county.person("cd-03"), county.person("cd-01")
    clock.set("2026-03-23 09:00")
    delegate = person_stream(county.node, "cd-01")
    assert all(post.post is not Post.TOWNSHIP_LEADER for post in county.identity.posts(delegate))
    page = leader.page(PAGE)
    assert "没有委托他人代办" in page
    assert "王呼叫(呼叫员)" in page
    assert "张秀兰(" not in page, "nobody delegates to oneself"
    sent = grant(leader, "cd-01")
    assert sent.status_code == 303, sent.text
    shown = leader.browser.get(sent.headers["location"]).text
    assert "已办理:委托代办" in shown
    assert "王呼叫</th>" in shown
    assert "3月24日(周二) 09:00" in shown

    calls = [caller.submit(text=text, place="柳河桥") for text in ("桥面护栏断裂", "桥下积水")]
    stand_in = county.person("cd-01", Post.TOWNSHIP_LEADER)
    assert stand_in.viewer.acting_for == leader.viewer.person
    assert "镇街负责同志(受托代办)" in stand_in.page("/")
    assert "受托的岗位不得再转委托" in stand_in.page(PAGE)
    assert "我受托代办的" in stand_in.page(PAGE)
    endorsing = [form_to(stand_in.page(f"/calls/{call}"), f"/calls/{call}/endorse") for call in calls]
    assert stand_in.browser.post(endorsing[0].action, data=endorsing[0].fields).status_code == 303
    endorsed = next(entry for entry in caller.record(calls[0]) if entry["type"] == "calls.CallEndorsed")
    assert (endorsed["person"], endorsed["acting_for"]) == (str(delegate), str(leader.viewer.person))
    assert "actor" not in endorsed["fact"]
    assert caller.record(calls[0])[0]["acting_for"] is None
    assert BOTH in caller.page(f"/calls/{calls[0]}")

    clock.later(minutes=5)
    (end,) = ending(leader)
    ended = leader.browser.post(end.action, data=end.fields)
    assert ended.status_code == 303, ended.text
    assert "没有委托他人代办" in leader.browser.get(ended.headers["location"]).text
    refused = stand_in.api.post(f"/api/v1/calls/{calls[1]}/endorse", json={})
    assert (refused.status_code, problem_in(refused)["code"]) == (401, "token-refused")
    assert all(post.post is not Post.TOWNSHIP_LEADER for post in county.identity.posts(delegate))
    assert caller.call(calls[1])["stage"] == "submitted"
    leader.do(calls[1], "endorse")


def test_a_browser_left_open_in_a_delegated_post_is_turned_away_after_the_end(county: County) -> None:
    county.clock.set("2026-03-25 09:00")
    leader = county.person("cd-03")
    assert grant(leader, "cd-01").status_code == 303
    county.await_views()
    call = county.person("cd-01").submit(text="路灯不亮", place="府前路")
    stand_in = county.person("cd-01", Post.TOWNSHIP_LEADER)
    endorsing = form_to(stand_in.page(f"/calls/{call}"), f"/calls/{call}/endorse")
    (end,) = ending(stand_in)  # who acts may give it back
    assert stand_in.browser.post(end.action, data=end.fields).status_code == 303
    county.await_views()
    turned_away = stand_in.browser.post(endorsing.action, data=endorsing.fields)
    assert turned_away.status_code in (303, 403)
    assert "/account/post" in turned_away.headers.get("location", turned_away.text)
    assert county.person("cd-03").call(call)["stage"] == "submitted"


@pytest.mark.parametrize(
    ("code", "more", "says"),
    [
        ("cx-01", {}, "岗位只能委托给在同一机构任职的人员"),
        ("cd-03", {}, "不能委托给本人"),
        ("cd-01", {"ends_at": "2026-03-25T09:00"}, "结束时间必须晚于开始时间"),
        ("cd-01", {"starts_at": "2020-01-01T09:00"}, "委托的起止时间必须在任职期限以内"),
        ("cd-01", {"ends_at": ""}, "请填写“委托结束”"),
        ("cd-01", {"reason": " "}, "请填写“委托事由”"),
        ("cd-01", {"delegate": ""}, "请填写“受托人”"),
    ],
)
def test_a_delegation_against_a_rule_comes_back_as_it_was_typed(
    county: County, code: str, more: dict[str, str], says: str
) -> None:
    county.clock.set("2026-03-26 09:00")
    leader = county.person("cd-03")
    answer = grant(leader, code, **more)
    assert answer.status_code in (409, 422), answer.text
    assert says in answer.text
    again = form_to(answer.text, PAGE)
    assert again.fields["reason"].strip() == more.get("reason", "外出培训").strip()
    assert ending(leader) == []


def test_nobody_delegates_anothers_post_nor_ends_what_others_agreed(county: County) -> None:
    county.clock.set("2026-03-27 09:00")
    leader, other = county.person("cd-03"), county.person("cx-03")
    key = uuid4()
    assert problem_in(other.ask("/delegations", body(leader, "cx-01"), uuid4()))["code"] == "not-your-post-to-delegate"
    first, again = (leader.ask("/delegations", body(leader, "cd-02"), key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.text
    granted = first.json()["delegation"]
    assert (again.json()["delegation"], again.json()["repeated"]) == (granted, True)
    (listed,) = leader.get("/delegations")
    assert (listed["delegation"], listed["delegate_name"], listed["holder_name"]) == (granted, "方明辉", "张秀兰")
    assert when(listed["starts_at"]) == county.clock()
    assert county.person("cd-02").get("/delegations") == [listed]
    assert other.get("/delegations", person=str(leader.viewer.person)) == []

    stand_in = county.person("cd-02", Post.TOWNSHIP_LEADER)
    on = stand_in.ask("/delegations", body(leader, "cd-01"), uuid4())
    assert problem_in(on)["code"] == "not-your-post-to-delegate"
    whose = {"person": str(leader.viewer.person)}
    end = f"/delegations/{granted}/end"
    assert problem_in(other.ask(end, whose, uuid4()))["code"] == "not-administrator"
    form = form_to(other.page(PAGE), "/sign-out")
    forged = other.browser.post(f"{PAGE}/{granted}/end", data={**whose, "csrf_token": form.fields["csrf_token"]})
    assert forged.status_code == 403
    assert "名录由县级系统管理员维护" in forged.text
    unsigned = leader.browser.post(f"{PAGE}/{granted}/end", data=whose)
    assert unsigned.status_code == 403
    assert "页面已过期" in unsigned.text
    assert leader.ask(end, whose, uuid4()).status_code == 200
    assert problem_in(leader.ask(end, whose, uuid4()))["code"] == "unknown-delegation"
    assert leader.get("/delegations") == []
