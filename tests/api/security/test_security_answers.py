"""答复: what every answer tells the browser, and how errors are told to machines and to people."""

from uuid import uuid4

import anyio
import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import Message, Scope

from api.security.headers import SecurityHeaders
from api.security.settings import SecuritySettings
from api.validation import InvalidFields, parsed
from tests.adapters.identity.fixtures import PASSWORD, Door, caller
from tests.api.security.app import Site, shown, site

JSON = {"accept": "application/json"}
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)


@pytest.fixture
def at(door: Door) -> Site:
    """An https site that answers its faults."""
    door.resident("王呼叫", "wang", caller())
    return site(door, SecuritySettings(secure_cookies=True), raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/notice", 200), ("/queue", 303), ("/nowhere", 404), ("/api/v1/nowhere", 404), ("/fault/unexpected", 500)],
)
def test_every_answer_carries_the_security_headers_also_a_fault(at: Site, path: str, status: int) -> None:
    answer = at.browser.get(path)

    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.headers["x-request-id"]) == 32


def test_without_https_no_browser_is_told_to_insist_on_it(door: Door) -> None:
    plain = site(door, SecuritySettings(secure_cookies=False))

    assert "strict-transport-security" not in plain.browser.get("/notice").headers


def test_an_answer_that_may_be_kept_says_so_itself_and_is_left_alone() -> None:
    app = FastAPI()

    @app.get("/static/app.css")
    def css() -> Response:
        return Response("", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    app.add_middleware(SecurityHeaders, https=True)

    assert TestClient(app).get("/static/app.css").headers["cache-control"] == "public, max-age=31536000, immutable"


async def _stream_step_by_step(at: Site, cookie: str) -> list[str]:
    """Calls the app as a server does and notes the order in which things happen."""
    happened: list[str] = []
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/live",
        "raw_path": b"/live", "query_string": b"", "root_path": "", "scheme": "https", "client": ("192.0.2.1", 1),
        "server": ("huying.test", 443), "headers": [(b"host", b"huying.test"), (b"cookie", cookie.encode())],
    }  # fmt: skip

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in asked:
            return message
        await anyio.sleep_forever()  # the browser stays
        raise AssertionError

    async def send(message: Message) -> None:
        happened.append(message.get("body", b"").decode() or message["type"])

    await at.app(scope, receive, send)
    return happened


def test_a_live_stream_leaves_piece_by_piece(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    name = "__Host-huying_session"

    # A thread of its own: a browser test of this run may have left an event loop on this one.
    with start_blocking_portal() as loop:
        happened = loop.call(_stream_step_by_step, at, f"{name}={at.browser.cookies[name]}")

    assert happened == ["http.response.start", "data: 1\n\n", "data: 2\n\n", "http.response.body"]


@pytest.mark.parametrize(
    ("given", "kept"), [("proxy-4711-abc", True), ("short", False), ("x" * 65, False), ("bad id <b>", False)]
)
def test_a_request_id_of_the_proxy_is_kept_when_it_looks_like_one(at: Site, given: str, kept: bool) -> None:
    answer = at.browser.get("/api/v1/calls", headers={"X-Request-ID": given})

    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_refusal_leaves_as_problem_details_with_code_rule_and_way_out(at: Site) -> None:
    answer = at.browser.get(f"/api/v1/calls/{uuid4()}")

    assert answer.status_code == 412
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document.pop("request_id") == answer.headers["x-request-id"]
    sentence = "该事项已被他人更新,请刷新页面查看最新情况后再办理。"
    assert document == {
        "type": "urn:huying:problem:stale-version",
        "title": "内容已被他人更新",
        "status": 412,
        "detail": sentence,
        "code": "stale-version",
        "rule": sentence,
    }


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({"township": str(uuid4())}, "text", "请填写“事项描述”。"),
        ({"text": "", "township": str(uuid4())}, "text", "请填写“事项描述”。"),
        ({"text": "长" * 21, "township": str(uuid4())}, "text", "“事项描述”最多填写 20 个字,请精简。"),
        ({"text": "好", "township": "城东镇"}, "township", "“乡镇”不是有效的编号。"),
        (
            {"text": "好", "township": str(uuid4()), "places": [{"address": "一"}, {"address": "长" * 11}]},
            "places.1.address",
            "“地点第 2 项 地址”最多填写 10 个字,请精简。",
        ),
    ],
)
def test_what_was_filled_in_wrongly_is_named_by_its_title(
    at: Site, body: dict[str, object], field: str, detail: str
) -> None:
    at.sign_in("wang", PASSWORD)

    answer = at.browser.post("/api/v1/calls", json=body, headers={"X-CSRF-Token": at.token()})

    assert answer.status_code == 422
    assert (answer.json()["field"], answer.json()["detail"]) == (field, detail)
    assert answer.json()["code"] == "invalid"


def test_every_wrong_field_is_listed(at: Site) -> None:
    at.sign_in("wang", PASSWORD)

    answer = at.browser.post("/api/v1/calls", json={}, headers={"X-CSRF-Token": at.token()})

    assert [error["title"] for error in answer.json()["errors"]] == ["事项描述", "乡镇"]


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/api/v1/calls/x", "“call”不是有效的编号。"),
        ("/api/v1/calls/7a4f0e6e-5d4c-4d7e-9a51-6a1f0f8f0c11?size=a", "“size”应为整数。"),
    ],
)
def test_a_wrong_address_or_query_is_named_too(at: Site, path: str, detail: str) -> None:
    assert at.browser.get(path).json()["detail"] == detail


def test_a_body_that_is_no_json_says_so(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    headers = {"X-CSRF-Token": at.token(), "Content-Type": "application/json"}

    answer = at.browser.post("/api/v1/calls", content="{not json", headers=headers)

    assert (answer.status_code, answer.json()["detail"]) == (422, "提交的内容不是有效的 JSON。")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("DELETE", "/api/v1/calls", 405, "method-not-allowed"),
        ("GET", "/api/v1/fault/database", 503, "unavailable"),
        ("GET", "/api/v1/fault/unexpected", 500, "unexpected"),
    ],
)
def test_faults_leave_as_problem_details_without_anything_from_inside(
    at: Site, method: str, path: str, status: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = at.browser.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert "10.0.0.1" not in answer.text
    if status >= 500:
        logged = capsys.readouterr().out
        assert "secret" in logged
        assert answer.json()["request_id"] in logged
    if status == 503:
        assert answer.headers["retry-after"] == "30"
    if status == 500:
        assert answer.json()["request_id"] in answer.json()["detail"]
    if status == 405:
        assert answer.headers["allow"] == "GET"


def test_a_person_at_a_browser_gets_a_page_and_a_program_gets_the_document(at: Site) -> None:
    page = at.browser.get("/nowhere")
    document = at.browser.get("/nowhere", headers=JSON)

    assert page.headers["content-type"].startswith("text/html")
    assert shown(page.text, "detail") == document.json()["detail"]
    assert page.status_code == document.status_code == 404


def test_a_fault_in_the_page_about_the_fault_still_answers(at: Site) -> None:
    answer = at.browser.get("/fault/in-page")

    assert answer.status_code == 500
    assert "系统发生故障" in answer.text
    assert "secret" not in answer.text


class Evaluation(BaseModel):
    """A command found by its name."""

    score: int = Field(title="评分", ge=1, le=5)
    wishes: list[str] = Field(default=[], title="建议", max_length=2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "请填写“评分”。"),
        ({"score": 6}, "“评分”不能大于 5。"),
        ({"score": "高"}, "“评分”应为整数。"),
        ({"score": 3, "wishes": ["a", "b", "c"]}, "“建议”最多 2 项。"),
        ({"score": 3, "wishes": ["a", 7]}, "“建议第 2 项”应为文字。"),
    ],
)
def test_a_form_read_by_hand_is_refused_in_the_same_words(values: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        parsed(Evaluation, values)

    assert refused.value.message == message
    assert refused.value.status == 422


def test_a_form_read_by_hand_gives_the_model() -> None:
    assert parsed(Evaluation, {"score": "4"}) == Evaluation(score=4)
