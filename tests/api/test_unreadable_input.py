"""What no page would send: moments at the ends of time, numbers without bounds, files nobody sent, NUL at the door."""

from typing import Any
from uuid import uuid4

import pytest

from tests.journeys.county_over_http import County, Person, client_of, problem_in
from tests.journeys.shown_forms import form_to, forms_in

FIRST, LAST = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"


@pytest.fixture(scope="module")
def handled(county: County) -> str:
    """An emergency being handled by 综合行政执法局."""
    county.clock.set("2026-03-24 09:00")
    call = county.person("cd-01").submit(text="燃气泄漏", place="府前路", urgency="emergency")
    operator = county.person("pt-01")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhzfj"))
    return call


@pytest.mark.parametrize("moment", [FIRST, LAST])
@pytest.mark.parametrize("name", ["discovered_at", "phoned_at"])
def test_a_submission_from_the_ends_of_time_is_refused_or_kept(county: County, moment: str, name: str) -> None:
    """The calendar's bounds are a sentence, not a fault; what is kept can be read again."""
    county.clock.set("2026-03-24 09:00")
    caller = county.person("cd-01")
    answer = caller.ask("/calls", {"text": "路灯不亮", "place": "府前路", name: moment}, uuid4())
    if answer.status_code == 201:
        assert caller.call(answer.json()["id"])["text"] == "路灯不亮"
        assert "路灯不亮" in caller.page(f"/calls/{answer.json()['id']}")
    else:
        assert problem_in(answer)["status"] == 422


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_a_claim_from_the_ends_of_time_is_refused(county: County, handled: str, moment: str) -> None:
    """Arrival, phone call, late entry, phone dispatch."""
    lead = county.person("zhzfj-z")
    late = {"fact": "arrival", "text": "到场", "reason": "忘记", "proof": "影像"}
    arrived = lead.ask(f"/calls/{handled}/record-arrival", {"organization": lead.organization, "occurred_at": moment})
    phoned = lead.ask(
        f"/calls/{handled}/record-phone-call",
        {"called": county.organization("chengdong"), "text": "电话告知", "occurred_at": moment},
    )
    entered = lead.ask(f"/calls/{handled}/make-late-entry", {**late, "occurred_at": moment})
    for answer in (arrived, phoned, entered):
        assert problem_in(answer)["status"] == 422


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_a_look_at_the_ends_of_time_finds_what_stood_then(county: County, handled: str, moment: str) -> None:
    """Nothing before the first fact, everything after the last."""
    answer = county.person("pt-01").api.get(f"/api/v1/calls/{handled}", params={"as_of": moment})
    assert answer.status_code == (404 if moment == FIRST else 200), answer.text


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("confirm-late-entry", {"entry": 10**40}),
        ("add-note", {"text": "备注", "reach": "nobody"}),
        ("respond", {"handler": "陈队", "contact": "1" * 101, "first_step": "到场"}),
        ("attach-evidence", {"attachments": [{"sha256": "0" * 64, "size": 10**30, "media_type": "image/jpeg"}]}),
        ("attach-evidence", {"attachments": [], "attachment_names": ["多出的名字"]}),
        ("report-progress", {"text": "进展", "unknown": 1}),
        ("designate", {"handler": "不是编号", "reference": "文号", "reason": "理由"}),
    ],
)
def test_what_a_step_cannot_take_is_said(county: County, handled: str, step: str, body: dict[str, Any]) -> None:
    """A refusal with the field it is about; rules about two fields together too."""
    problem = problem_in(county.person("zhzfj-z").ask(f"/calls/{handled}/{step}", body, uuid4()))
    assert problem["status"] in (403, 409, 422)


def test_nothing_like_that_stopped_a_view(county: County, handled: str) -> None:
    """No stream is parked by what came in."""
    assert county.person("pt-01").get("/status")["parked"] == []


def test_a_list_item_holds_no_control_character_at_any_depth(county: County) -> None:
    """The item's parts are texts of the command as well."""
    county.clock.set("2026-03-24 09:00")
    duty = {"role": "primary", "text": "查\x00处", "bearer": county.organization("zhzfj")}
    item = {"field": "安全生产", "title": "某事项", "duties": [duty]}
    problem = problem_in(county.person("bb-01").ask("/lists/import-items", {"kind": "territorial", "items": [item]}))
    assert problem["status"] == 422
    assert "控制字符" in problem["detail"]


@pytest.mark.parametrize("depth", [400, 200_000])
def test_a_body_nested_without_end_is_refused_not_stumbled_over(county: County, depth: int) -> None:
    """Lists in lists in lists, where a text belongs."""
    body = '{"place":"某处","text":' + "[" * depth + "]" * depth + "}"
    api = county.person("cd-01").api
    answer = api.post("/api/v1/calls", content=body, headers={"content-type": "application/json"})
    assert problem_in(answer)["status"] in (400, 422)


def test_a_nul_at_the_door_is_a_sentence(county: County) -> None:
    """The sign-in form and the token's label."""
    stranger = client_of(county.app, accept="text/html")
    token = forms_in(stranger.get("/sign-in").text)[0].fields["csrf_token"]
    refused = stranger.post("/sign-in", data={"csrf_token": token, "login": "cd\x0001", "password": "x"})
    assert refused.status_code == 422
    assert "控制字符" in refused.text
    at_desk = Person(county, county.person("cd-01").viewer)
    form = form_to(at_desk.page("/account/tokens"), "/account/tokens")
    for typed in ({"label": "脚本\x00", "last_day": "2026-06-01"}, {"label": "脚本", "last_day": "9999-12-31"}):
        answer = at_desk.browser.post("/account/tokens", data={**form.fields, "scopes": "calls:read", **typed})
        assert answer.status_code == 422, answer.text


def test_a_position_that_no_fact_has_keeps_nobody_waiting(county: County) -> None:
    """Whoever names one is answered with what stands."""
    answer = county.person("cd-01").api.get("/api/v1/calls", params={"min_position": 9_000_000_000_000_000})
    assert answer.status_code == 200
    assert problem_in(county.person("cd-01").api.get("/api/v1/calls", params={"min_position": 10**30}))


@pytest.mark.parametrize(
    ("path", "unknown", "said"),
    [
        ("/calls", "state", "可用的有:after、min_position、queue、words。"),
        ("/obligations", "organisation", "organization"),
        ("/rates/definitions", "period", "它没有查询参数。"),
    ],
)
def test_a_parameter_that_a_route_does_not_have_is_named_with_those_it_has(
    county: County, path: str, unknown: str, said: str
) -> None:
    """Left unread, a misspelt filter would answer with too much."""
    answer = county.person("pt-01").api.get(f"/api/v1{path}", params={unknown: "x"})
    problem = problem_in(answer)
    assert (problem["status"], problem["code"], problem["field"]) == (422, "invalid", unknown)
    assert f"本接口没有查询参数“{unknown}”" in problem["detail"]
    assert said in problem["detail"]


def test_a_token_out_of_scope_hears_of_its_scope_first(county: County) -> None:
    narrow = client_of(county.app, authorization=f"Bearer {county.token(county.person('pt-01').viewer, 'lists:read')}")
    assert problem_in(narrow.get("/api/v1/calls", params={"state": "x"}))["code"] == "scope-missing"
