"""Story 12 over HTTP: the wrong eyes see nothing, the auditor sees everything and writes nothing."""

import hashlib
from uuid import UUID, uuid4

import pytest

from api.calls.commands import slug
from api.calls.examples import EXAMPLES
from domain.calls.commands import STEPS
from tests.journeys.county_over_http import County, problem_in
from tests.journeys.shown_forms import forms_in

SECRET = "白杨林场深处有人烧炭取柴"
WRONG_EYES = {
    "another department": "zhujianju-z",
    "its leader": "zhujianju-f",
    "another township": "cx-01",
    "another township's leader": "cx-03",
    "another township's grid worker": "cx-11",
    "the hotline's operator": "rx-01",
    "the administrator": "pt-03",
    "the list keeper": "bb-01",
    "a utility": "gongdian-z",
    "an agency of the parent": "cd-paichusuo-z",
}


@pytest.fixture(scope="module")
def secret_call(county: County) -> str:
    """A call with an informant, dispatched to 自然资源和规划局, with a photo in it."""
    county.clock.set("2026-04-20 09:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(
        text=SECRET,
        place="白杨林场三号岔口",
        informant_name="赵大山",
        informant_phone="19900008888",
        discovered_how="report",
    )
    sent = caller.api.post(f"/api/v1/calls/{call}/attachments", files={"file": ("现场.pdf", _pdf(), "application/pdf")})
    assert sent.status_code == 201, sent.text
    file = sent.json()
    named = {name: file[name] for name in ("sha256", "size", "media_type", "thumbnail")}
    caller.do(call, "attach-evidence", attachments=[named], attachment_names=[file["name"]], text="现场说明")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("ziranju"))
    return call


def _pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.mark.parametrize("who", WRONG_EYES)
def test_no_query_page_or_stream_shows_it_to(county: County, secret_call: str, who: str) -> None:
    """Whoever may not read it does not even learn that it exists."""
    stranger = county.person(WRONG_EYES[who])
    call = secret_call
    record = county.person("jw-01").record(call)
    sha256 = record[1]["fact"]["attachments"][0]["sha256"]
    for path in (f"/calls/{call}", f"/calls/{call}/record", f"/calls/{call}/attachments"):
        assert problem_in(stranger.api.get(f"/api/v1{path}"))["code"] == "not-found"
    assert stranger.api.get(f"/api/v1/calls/{call}/attachments/{sha256}").status_code == 404
    past = stranger.api.get(f"/api/v1/calls/{call}", params={"as_of": "2026-04-20T09:00:00+08:00"})
    assert past.status_code == 404
    for queue in ("to_do", "done", "mine"):
        assert call not in stranger.queue(queue)
    assert stranger.get("/calls", queue="search", words="烧炭")["items"] == []

    for page in (f"/calls/{call}", f"/calls/{call}/triage", f"/calls/{call}/files/{sha256}"):
        answer = stranger.browser.get(page)
        assert answer.status_code in (403, 404), page
        assert SECRET not in answer.text
        assert "赵大山" not in answer.text
    for page in ("/", "/queue/to-do", "/queue/done", "/search?q=烧炭"):
        assert SECRET not in stranger.page(page)
    for topics in (f"call:{call}", f"desk:{county.organization('ziranju')}"):
        assert stranger.browser.get("/live", params={"topics": topics}).status_code == 404


@pytest.mark.parametrize("who", WRONG_EYES)
def test_no_step_is_open_to(county: County, secret_call: str, who: str) -> None:
    """Every step on the call is refused to them, and nothing is recorded."""
    stranger = county.person(WRONG_EYES[who])
    before = county.person("jw-01").call(secret_call)["version"]
    for step in STEPS:
        answer = stranger.ask(f"/calls/{secret_call}/{slug(step.command)}", EXAMPLES[step.command], uuid4())
        problem = problem_in(answer)
        assert problem["status"] in (403, 404, 422), (slug(step.command), problem)
        assert SECRET not in answer.text
    assert county.person("jw-01").call(secret_call)["version"] == before


def test_no_file_is_kept_for_whoever_may_not_carry_one(county: County, secret_call: str) -> None:
    """By the page too: neither for a call they may not read or only read, nor for one that does not exist."""
    content = _pdf() + b"% brought by a stranger"
    sha256, nobodys = hashlib.sha256(content).hexdigest(), str(uuid4())
    for code, call in ((WRONG_EYES["another department"], secret_call), ("jw-01", secret_call), ("cd-01", nobodys)):
        stranger = county.person(code)
        token = forms_in(stranger.page("/"))[0].fields["csrf_token"]
        answer = stranger.browser.post(
            f"/calls/{call}/attach-evidence",
            data={"csrf_token": token, "command_id": str(uuid4())},
            files={"attachments": ("a.pdf", content, "application/pdf")},
        )
        assert answer.status_code in (403, 404), code
        assert county.house.attachments.kept(UUID(call), sha256) is None, code
    with county.house.pool.connection() as connection:
        made = connection.execute("SELECT count(*) FROM content_keys WHERE key_id = %s", (f"calls/{nobodys}",))
        assert made.fetchone() == (0,), "no key is made for a call that does not exist"


def test_the_anonymous_get_a_door_and_nothing_else(county: County, secret_call: str) -> None:
    """401 from the API, the sign-in page from the pages."""
    stranger = county.stranger()
    for path in ("/calls", f"/calls/{secret_call}", f"/calls/{secret_call}/record", "/lists", "/organizations"):
        answer = stranger.get(f"/api/v1{path}")
        assert problem_in(answer)["status"] == 401
        assert "Bearer" in answer.headers["www-authenticate"]
    for page in ("/", f"/calls/{secret_call}", "/lists", "/directory", "/status"):
        answer = stranger.get(page, headers={"accept": "text/html"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


def test_the_auditor_sees_everything_and_writes_nothing(county: County, secret_call: str) -> None:
    """Both auditors: the county's and the city's."""
    for code in ("jw-01", "cs-01"):
        auditor = county.person(code)
        seen = auditor.call(secret_call)
        assert seen["text"] == SECRET
        assert seen["possible_steps"] == []
        assert SECRET in auditor.page(f"/calls/{secret_call}")
        for step in STEPS:
            problem = problem_in(
                auditor.ask(f"/calls/{secret_call}/{slug(step.command)}", EXAMPLES[step.command], uuid4())
            )
            assert problem["status"] in (403, 422), (slug(step.command), problem)
        assert problem_in(auditor.ask("/calls", EXAMPLES[STEPS[0].command] | {"text": "某事", "place": "某处"}))
        assert auditor.call(secret_call)["version"] == seen["version"]


def test_the_informant_is_masked_to_the_handler_and_open_to_the_township(county: County, secret_call: str) -> None:
    """By the API and on the page."""
    handler, town, platform = county.person("ziranju-z"), county.person("cd-01"), county.person("pt-01")
    shown = handler.record(secret_call)[0]["fact"]
    assert (shown["informant_name"], shown["informant_phone"]) == ("赵**", "199****8888")
    page = handler.page(f"/calls/{secret_call}")
    assert "19900008888" not in page
    assert "赵大山" not in page
    for trusted in (town, platform):
        assert trusted.record(secret_call)[0]["fact"]["informant_phone"] == "19900008888"
        assert "19900008888" in trusted.page(f"/calls/{secret_call}")


def test_an_internal_note_stays_in_its_house(county: County, secret_call: str) -> None:
    """Others who may read the call do not see it."""
    handler, town = county.person("ziranju-z"), county.person("cd-01")
    handler.do(secret_call, "add-note", reach="internal", text="怀疑与护林员有关,先不外传")
    assert "不外传" in handler.page(f"/calls/{secret_call}")
    assert "不外传" not in town.page(f"/calls/{secret_call}")
    assert all("不外传" not in str(entry["fact"]) for entry in town.record(secret_call))
    auditor = county.person("jw-01")
    assert "不外传" in auditor.page(f"/calls/{secret_call}"), "an auditor sees everything"
    assert any("不外传" in str(entry["fact"]) for entry in auditor.record(secret_call))


def test_no_browser_keeps_a_file(county: County, secret_call: str) -> None:
    """A copy kept for an hour would still be shown after the content was withdrawn."""
    reader = county.person("cd-01")
    sha256 = reader.record(secret_call)[1]["fact"]["attachments"][0]["sha256"]
    for served in (
        reader.browser.get(f"/calls/{secret_call}/files/{sha256}"),
        reader.api.get(f"/api/v1/calls/{secret_call}/attachments/{sha256}"),
    ):
        assert served.status_code == 200
        assert served.headers["cache-control"] == "private, no-store"
