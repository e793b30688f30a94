"""The scope matrix: every route of the application against everybody who may come to it.

A route without a row fails. A step is asked with a version long gone: 412 says that the person was let in and only the
version stood against it, so that nothing is changed by asking; 409 that the call is at another stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.calls.commands import slug
from api.calls.examples import EXAMPLES
from api.security.scopes import Scope
from domain.calls.commands import STEPS
from domain.shared.identifiers import derived_id
from tests.journeys.county_over_http import County, Person, client_of, form_to

STALE = {"If-Match": '"1"'}
EVERYBODY = (200, 200, 200)


@dataclass(frozen=True)
class Row:
    """What a route answers: to whom it is for (`own`), to another organization's person, to the auditor."""

    expected: tuple[int, int, int]
    own: str = "cd-01"
    other: str = "zhujianju-z"
    scope: Scope | None = None
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    files: bool = False
    anonymous: int | None = None
    by_token: int | None = None


def step(expected_own: int, own: str, other: str, **body: Any) -> tuple[int, str, str, dict[str, Any]]:
    """A step on the call being handled."""
    return expected_own, own, other, body


STEP_ROWS = {
    "endorse": step(409, "cd-03", "cx-03"),
    "refuse-endorsement": step(409, "cd-03", "cx-03"),
    "accept": step(409, "pt-01", "rx-01"),
    "send-back": step(409, "pt-01", "rx-01"),
    "supplement": step(409, "cd-01", "cx-01"),
    "decline": step(409, "pt-01", "rx-01"),
    "contest-decline": step(409, "cd-01", "cx-01"),
    "decide-contest": step(409, "pt-01", "rx-01"),
    "hand-over": step(409, "pt-01", "rx-01"),
    "withdraw": step(412, "cd-01", "cx-01"),
    "dispatch": step(409, "pt-01", "rx-01"),
    "raise-objection": step(412, "zhzfj-z", "zhujianju-z"),
    "uphold-objection": step(409, "pt-01", "rx-01"),
    "reject-objection": step(409, "pt-01", "rx-01"),
    "request-opinion": step(409, "pt-01", "rx-01"),
    "give-opinion": step(403, "bb-02", "zhujianju-f"),  # nobody asked 编办 yet, so it has no part in the call
    "designate": step(403, "ld-01", "zhujianju-f"),  # nor the leading group
    "respond": step(412, "zhzfj-z", "zhujianju-z"),
    "report-result": step(412, "zhzfj-z", "shichangju-z"),
    "report-assistance": step(412, "shichangju-z", "zhujianju-z"),
    "report-progress": step(412, "zhzfj-z", "shichangju-z"),
    "record-arrival": step(412, "zhzfj-z", "zhujianju-z", organization="zhzfj"),
    "report-cooperation": step(409, "cd-01", "cx-01"),
    "confirm-result": step(409, "cd-01", "cx-01"),
    "order-rework": step(409, "cd-01", "cx-01"),
    "resolve": step(409, "pt-01", "rx-01"),
    "evaluate": step(409, "cd-01", "cx-01"),
    "close": step(409, "pt-01", "rx-01"),
    "confirm-late-entry": step(409, "cd-01", "cx-01"),
    "contest-late-entry": step(409, "cd-01", "cx-01"),
    "record-phone-call": step(412, "cd-01", "cx-01", called="zhzfj"),
    "make-late-entry": step(412, "zhzfj-z", "zhujianju-z", occurred_at="2026-03-18T09:00:00+08:00"),
    "attach-evidence": step(412, "cd-01", "cx-01", attachments="the file"),
    "add-note": step(412, "zhzfj-z", "zhujianju-z"),
    "correct-fact": step(412, "cd-01", "cx-01"),
    "change-urgency": step(412, "pt-01", "rx-01"),
}

DRAFT = {
    "field": "安全生产",
    "title": "测试事项",
    "duties": [{"role": "primary", "text": "查处", "bearer": "zhzfj"}, {"role": "cooperative", "text": "巡查报告"}],
}
LIST_STEPS = {
    "open-list": (409, "bb-01", {"kind": "territorial", "keeper": "bianban"}),
    "open-revision": (412, "bb-01", {"kind": "territorial"}),
    "submit-revision": (412, "bb-01", {"revision": "the draft"}),
    "send-revision-back": (409, "bb-01", {"revision": "the draft", "reason": "再改"}),
    "review-revision": (409, "sf-01", {"revision": "the draft"}),
    "approve-revision": (409, "ld-02", {"revision": "the draft"}),
    "publish-revision": (
        409,
        "bb-01",
        {
            "revision": "the draft",
            "document_number": "示办发〔2026〕9号",
            "published_on": "2026-03-20",
            "effective_from": "2026-03-21",
        },
    ),
    "discard-revision": (412, "bb-01", {"revision": "the draft", "reason": "不用了"}),
    "suspend-item-by-law": (
        412,
        "bb-01",
        {"kind": "territorial", "item": "the item", "effective_from": "2026-03-21", "law": "新法"},
    ),
    "add-item": (412, "bb-01", {"revision": "the draft", "content": DRAFT}),
    "amend-item": (412, "bb-01", {"revision": "the draft", "item": "the item", "content": DRAFT, "reason": "改"}),
    "remove-item": (412, "bb-01", {"revision": "the draft", "item": "the item", "reason": "删"}),
    "import-items": (412, "bb-01", {"kind": "territorial", "items": [DRAFT]}),
}

C, D, L = Scope.CALLS_READ, Scope.DIRECTORY_READ, Scope.LISTS_READ
API = {
    "GET /api/v1/openapi.json": Row(EVERYBODY, anonymous=200, by_token=200),
    "GET /api/v1/viewer": Row(EVERYBODY, by_token=200),
    "POST /api/v1/viewer/post": Row((403, 403, 403), body={"appointment": str(uuid4())}),  # for people at a browser
    "POST /api/v1/calls": Row((201, 403, 403), scope=Scope.CALLS_WRITE, body={"text": "路灯不亮", "place": "府前路"}),
    "GET /api/v1/calls": Row(EVERYBODY, scope=C),
    "GET /api/v1/calls/{call_id}": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/record": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/attachments": Row((200, 404, 200), scope=C),
    "GET /api/v1/calls/{call_id}/attachments/{sha256}": Row((200, 404, 200), scope=C),
    "POST /api/v1/attachments": Row(
        (201, 403, 403), scope=Scope.CALLS_WRITE, files=True, query={"idempotency_key": str(uuid4())}
    ),
    "POST /api/v1/calls/{call_id}/attachments": Row((201, 404, 403), scope=Scope.CALLS_WRITE, files=True),
    "GET /api/v1/lists": Row(EVERYBODY, scope=L),
    "GET /api/v1/lists/{kind}/revisions": Row(EVERYBODY, scope=L),
    "GET /api/v1/revisions/{revision_id}": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/revisions/{revision_id}/items": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/revisions/{revision_id}/changes": Row((200, 404, 200), own="bb-01", scope=L),
    "GET /api/v1/items": Row(EVERYBODY, scope=L, query={"words": "油烟"}),
    "GET /api/v1/items/{code}": Row(EVERYBODY, scope=L),
    "GET /api/v1/items/{code}/history": Row(EVERYBODY, scope=L),
    "GET /api/v1/organizations": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}/periods": Row(EVERYBODY, scope=D),
    "GET /api/v1/organizations/{organization_id}/people": Row(EVERYBODY, scope=D),
    "GET /api/v1/status": Row((200, 403, 200), own="pt-01", scope=Scope.STATUS_READ),
    **{
        f"POST /api/v1/calls/{{call_id}}/{slug(one.command)}": Row(
            (STEP_ROWS[slug(one.command)][0], 403, 403),
            own=STEP_ROWS[slug(one.command)][1],
            other=STEP_ROWS[slug(one.command)][2],
            scope=Scope.CALLS_WRITE,
            body=EXAMPLES[one.command] | STEP_ROWS[slug(one.command)][3],
        )
        for one in STEPS
    },
    **{
        f"POST /api/v1/lists/{name}": Row((status, 403, 403), own=own, scope=Scope.LISTS_WRITE, body=body)
        for name, (status, own, body) in LIST_STEPS.items()
    },
}

FORM = {"csrf_token": "of the page"}
PAGES = {
    "GET /sign-in": Row((303, 303, 303), anonymous=200, by_token=200),
    "POST /sign-in": Row((403, 403, 403), body={}, anonymous=403, by_token=403),  # no doorstep cookie: form expired
    "POST /sign-in/demonstration": Row((422, 422, 422), body=FORM, anonymous=422, by_token=422),
    "POST /sign-out": Row((303, 303, 303), body=FORM),
    "POST /sign-out/everywhere": Row((303, 303, 303), body=FORM),
    "GET /account/post": Row(EVERYBODY),
    "POST /account/post": Row((303, 303, 303), body={**FORM, "appointment": "their own"}),
    "GET /account/password": Row(EVERYBODY),
    "POST /account/password": Row((404, 404, 404), body=FORM),  # one-click people have no password
    "GET /account/tokens": Row(EVERYBODY),
    "POST /account/tokens": Row((422, 422, 422), body=FORM),
    "POST /account/tokens/{token}/revoke": Row((404, 404, 404), body=FORM),
    "GET /": Row(EVERYBODY),
    "GET /queue": Row((307, 307, 307), anonymous=307, by_token=307),
    "GET /queue/{which}": Row(EVERYBODY),
    "GET /search": Row(EVERYBODY, query={"q": "路灯"}),
    "GET /calls/new": Row((200, 403, 403)),
    "POST /calls/new": Row((422, 403, 403), body=FORM),
    "GET /calls/{call_id}/files/{sha256}": Row((200, 404, 200)),
    "GET /live": Row((404, 404, 404), query={"topics": f"call:{uuid4()}"}),  # another's topic; one's own never ends
    "GET /lists": Row(EVERYBODY),
    "GET /lists/{kind}": Row(EVERYBODY),
    "GET /revisions/{revision_id}": Row((200, 404, 200), own="bb-01"),
    "GET /items/{code}": Row(EVERYBODY),
    "GET /directory": Row(EVERYBODY),
    "GET /organizations/{organization_id}": Row(EVERYBODY),
    "GET /status": Row((200, 403, 200), own="pt-01"),
    "GET /calls/{call_id}": Row((200, 404, 200)),
    "POST /calls/{call_id}/{step}": Row((412, 403, 403), body={**FORM, "text": "备注", "expected_version": "1"}),
    "GET /calls/{call_id}/triage": Row((200, 404, 403), own="pt-01", other="rx-01"),
    "GET /calls/{call_id}/triage/items": Row((200, 404, 403), own="pt-01", other="rx-01", query={"q": "油烟"}),
    "POST /calls/{call_id}/triage": Row(
        (412, 403, 403),
        own="pt-01",
        other="rx-01",
        body={**FORM, "basis": "powers", "reference": "三定", "lead": "zhzfj", "expected_version": "1"},
    ),
    "GET /static": Row(EVERYBODY, anonymous=200, by_token=200),
}
ROWS = API | PAGES


@dataclass(frozen=True)
class Matters:
    """What the rows are asked about: a call being handled and one to be dispatched, a file, a draft, an item."""

    handled: str
    accepted: str
    file: dict[str, Any]
    draft: str
    item: str


@pytest.fixture(scope="module")
def matters(county: County) -> Matters:
    """Made once; nothing asked in this module changes them."""
    county.clock.set("2026-03-18 08:30")
    caller, operator, keeper = county.person("cd-01"), county.person("pt-01"), county.person("bb-01")
    calls = []
    for place in ("府前路", "北环路"):
        calls.append(caller.submit(text="井盖缺失", place=place))
        county.person("cd-03").do(calls[-1], "endorse")
        operator.do(calls[-1], "accept")
    handled, accepted = calls
    operator.do(
        handled,
        "dispatch",
        basis="powers",
        reference="三定规定",
        lead=county.organization("zhzfj"),
        assistants=[county.organization("shichangju")],
    )
    county.clock.set("2026-03-20 10:00")  # objecting is still allowed, recording what was on the 18th is not
    sent = caller.api.post(f"/api/v1/calls/{handled}/attachments", files=_file()).json()
    named = {name: sent[name] for name in ("sha256", "size", "media_type", "thumbnail")}
    caller.do(handled, "attach-evidence", attachments=[named])
    key = uuid4()
    keeper.change_list("open-revision", key, kind="territorial")
    item = keeper.get("/items", words="餐饮油烟")[0]["item"]["code"]
    return Matters(handled, accepted, named, str(derived_id(key, "revision")), item)


def _file() -> dict[str, tuple[str, bytes, str]]:
    content = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    return {"file": ("说明.pdf", content, "application/pdf")}


def test_every_route_has_its_row(county: County) -> None:
    """A new route is asked about here before it serves anybody; a row without a route is a mistake too."""
    served = set()
    for route in iter_route_contexts(county.app.routes):
        methods = getattr(route, "methods", None) or {"GET"}
        served |= {f"{method} {route.path}" for method in methods if method != "HEAD"}
    assert served == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_the_anonymous_come_no_further_than_the_door(county: County, matters: Matters, name: str) -> None:
    """401 from the API; the pages lead to signing in."""
    row = ROWS[name]
    default = 401 if name in API or name.startswith("POST") else 303
    answer = _ask(county, matters, name, county.stranger(), row, accept="*/*" if name in API else "text/html")
    assert answer.status_code == (row.anonymous or default), answer.text[:500]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("who", ["own", "other", "auditor"])
def test_everybody_gets_what_is_theirs(county: County, matters: Matters, name: str, who: str) -> None:
    """To whom the route is for, to another organization's person, to the auditor who reads all and writes nothing."""
    row = ROWS[name]
    code = {"own": row.own, "other": row.other, "auditor": "jw-01"}[who]
    person = county.person(code)
    if name in API:
        answer = _ask(county, matters, name, person.api, row)
    else:
        person = Person(county, person.viewer)  # a browser of their own: some rows sign out
        answer = _ask(county, matters, name, person.browser, _filled(person, row), accept="text/html")
    assert answer.status_code == row.expected[("own", "other", "auditor").index(who)], answer.text[:500]


@pytest.mark.parametrize("name", ROWS)
def test_a_token_opens_only_what_its_scopes_name(county: County, matters: Matters, name: str) -> None:
    """Every other scope is not enough for the API; no scope at all opens a page."""
    row = ROWS[name]
    scopes = [scope.value for scope in Scope if scope is not row.scope]
    client = client_of(county.app, authorization=f"Bearer {county.token(county.person(row.own).viewer, *scopes)}")
    answer = _ask(county, matters, name, client, row)
    assert answer.status_code == (row.by_token or 403), answer.text[:500]
    if answer.status_code == 403 and name != "POST /sign-in":
        assert answer.json()["code"] == ("scope-missing" if row.scope else "session-only")


def _filled(person: Person, row: Row) -> Row:
    if row.body is None or "csrf_token" not in row.body:
        return row
    own = {"appointment": str(person.viewer.appointment)} if "appointment" in row.body else {}
    token = form_to(person.page("/"), "/sign-out").fields["csrf_token"]
    return replace(row, body={**row.body, "csrf_token": token, **own})


def _ask(
    county: County, matters: Matters, name: str, client: Any, row: Row, accept: str = "application/json"
) -> httpx.Response:
    method, _, path = name.partition(" ")
    places = {
        "call_id": matters.accepted if "triage" in path else matters.handled,
        "sha256": matters.file["sha256"],
        "kind": "territorial",
        "revision_id": matters.draft,
        "code": matters.item,
        "organization_id": county.organization("zhzfj"),
        "which": "to-do",
        "step": "add-note",
        "token": str(uuid4()),
    }
    address = "/static/huying.css" if path == "/static" else path.format(**places)
    sent: dict[str, Any] = {"params": dict(row.query) or None, "headers": {"accept": accept}}
    if row.files:
        sent["files"] = _file()
    elif row.body is not None:
        body = _named(county, matters, row.body)
        sent["json" if name in API else "data"] = body
        if name in API and name != "POST /api/v1/calls":
            sent["headers"] |= STALE
    response: httpx.Response = client.request(method, address, **sent)
    return response


def _named(county: County, matters: Matters, value: Any) -> Any:
    """The body with the stand-ins of the table replaced by what they stand for."""
    if isinstance(value, Mapping):
        return {name: _named(county, matters, part) for name, part in value.items()}
    if isinstance(value, list):
        return [_named(county, matters, part) for part in value]
    stand_ins = {"the draft": matters.draft, "the item": matters.item, "the file": [matters.file]}
    if value in ("zhzfj", "bianban"):
        return county.organization(value)
    return stand_ins.get(value, value) if isinstance(value, str) else value


def test_every_step_has_an_example_that_can_be_read() -> None:
    """What the interface description shows is a body the command takes."""
    for one in STEPS:
        one.command.model_validate({"call_id": str(uuid4()), **EXAMPLES[one.command]})
