"""The scope matrix: every route of the application against everybody who may come to it.

A route without a row fails. A step is asked with a version long gone: 412 says that the person was let in and only the
version stood against it, so that nothing is changed by asking; 409 that the call is at another stage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from fastapi.routing import iter_route_contexts

from api.calls.examples import EXAMPLES
from api.security.scopes import Scope
from api.supervision.examples import EXAMPLES as SUPERVISION_EXAMPLES
from domain.calls.commands import STEPS
from domain.shared.identifiers import derived_id
from domain.supervision.commands import STEPS as SUPERVISION_STEPS
from tests.api.scope_rows import API, DELEGATION, MONTH, ROWS, Row
from tests.journeys.county_over_http import County, Person, client_of
from tests.journeys.shown_forms import form_to

STALE = {"If-Match": '"1"'}


@dataclass(frozen=True)
class Matters:
    """What the rows are asked about: a call being handled and one to be dispatched, a file, a draft, an item."""

    handled: str
    accepted: str
    supervised: str
    file: dict[str, Any]
    draft: str
    item: str
    period: str
    delegation: str


@pytest.fixture(scope="module")
def matters(county: County) -> Matters:
    """Made once; nothing asked in this module changes them."""
    supervised = _supervised(county)
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
    period = county.person("dc-01").ask("/periods", MONTH, uuid4()).json()["id"]
    _further(county, period, handled)
    leader = county.person("cd-03")
    far = _named_people(county, DELEGATION) | {"starts_at": "2030-01-01T09:00:00+08:00"}  # it lets nobody act here
    delegation = leader.ask("/delegations", far, uuid4()).json()["delegation"]
    caller.get("/periods")  # until the views have it
    return Matters(handled, accepted, supervised, named, str(derived_id(key, "revision")), item, period, delegation)


def _further(county: County, period: str, call: str) -> None:
    """An exclusion was asked for and refused: who saw the period as it was opened has not seen it as it is."""
    lead = county.organization("zhzfj")
    asked = {"call": call, "organization": lead, "ground": "outage", "reason": "平台故障"}
    refused = {"exclusion": 1, "approved": False, "reason": "当日平台正常"}
    for who, step, body in (("zhzfj-z", "propose", asked), ("dc-01", "decide", refused)):
        answer = county.person(who).ask(f"/periods/{period}/{step}-exclusion", body, uuid4())
        assert answer.status_code == 200, answer.text


def _supervised(county: County) -> str:
    """A call nobody responded to: an order and a circular wait for their signature, a suspicion for its decision."""
    county.clock.set("2026-03-05 08:30")
    caller, operator, supervisor = county.person("cd-01"), county.person("pt-01"), county.person("dc-01")
    call = caller.submit(text="路面塌陷", place="北环路")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    lead, assistant = county.organization("zhzfj"), county.organization("shichangju")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=lead, assistants=[assistant])
    county.clock.set("2026-03-18 08:00")
    supervisor.do(call, "supervision/draft-order", addressee=lead)
    supervisor.do(call, "supervision/draft-circular", addressee=lead)
    supervisor.do(call, "supervision/suspect-failure", organization=lead, kind="late_response", reason="逾期未响应")
    return call


def _file() -> dict[str, tuple[str, bytes, str]]:
    content = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    return {"file": ("说明.pdf", content, "application/pdf")}


def test_every_route_has_its_row(county: County) -> None:
    """A new route is asked about here before it serves anybody; a row without a route is a mistake too."""
    served = set()
    for route in iter_route_contexts(county.app.routes):
        methods = getattr(route, "methods", None) or {"GET"}
        served |= {f"{method} {route.path}" for method in methods if method != "HEAD"}
    assert served == {name.partition("?")[0] for name in ROWS}


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
    method, _, path = name.partition("?")[0].partition(" ")
    places = {
        "call_id": matters.accepted if "triage" in path else matters.handled,
        "place": "0",
        "sha256": matters.file["sha256"],
        "kind": "territorial",
        "revision_id": matters.draft,
        "code": matters.item,
        "organization_id": county.organization("zhzfj"),
        "which": "to-do",
        "step": "publish" if path.startswith("/periods") else "add-note",
        "period_id": matters.period,
        "token": str(uuid4()),
        "delegation_id": matters.delegation,
        "notice_id": str(uuid4()),
        "delegation": str(uuid4()),
    }
    if path.startswith("/api/v1/bulk"):
        places["step"] = "endorse"
    if "supervision" in path:
        places |= {"call_id": matters.supervised, "kind": "orders", "step": "discard-order"}
        places |= {"number": "1", "form": "pdf"}
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
    stand_ins = {
        "the draft": matters.draft,
        "the item": matters.item,
        "the file": [matters.file],
        "the call": matters.handled,
    }
    if value in ("zhzfj", "bianban", "shichangju", "ranqi"):
        return county.organization(value)
    return _named_people(county, {"": stand_ins.get(value, value)})[""] if isinstance(value, str) else value


def _named_people(county: County, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the leader of 城东镇, their post and a colleague in it."""
    leader = county.person("cd-03").viewer
    people = {
        "the leader": str(leader.person),
        "the leader's post": str(leader.appointment),
        "a colleague": str(county.person("cd-02").viewer.person),
    }
    return {name: people.get(value, value) if isinstance(value, str) else value for name, value in body.items()}


def test_every_step_has_an_example_that_can_be_read() -> None:
    """What the interface description shows is a body the command takes."""
    for one in STEPS:
        one.command.model_validate({"call_id": str(uuid4()), **EXAMPLES[one.command]})
    for another in SUPERVISION_STEPS:
        another.command.model_validate({"call_id": str(uuid4()), **SUPERVISION_EXAMPLES[another.command]})
