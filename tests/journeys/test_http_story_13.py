"""Story 13 over HTTP: the clumsy hand: nothing is doubled, nothing typed is lost, every refusal is a clear sentence."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape
from io import BytesIO
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from PIL import Image

from domain.shared.identifiers import derived_id
from tests.journeys.county_over_http import County, Person, problem_in
from tests.journeys.shown_forms import form_to

MATTER = {"text": "路面塌陷半米深,已用警戒带围挡", "place": "南环路与公园路交叉口"}
STRANGE = "𠮷野家门口😀👨‍👩‍👧 路面塌陷 <b>&\"'</b> ﷽ é"


@pytest.fixture
def caller(county: County) -> Person:
    """王呼叫 on a Monday morning."""
    county.clock.set("2026-04-27 09:00")
    return county.person("cd-01")


def _photo() -> bytes:
    kept = BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def _accepted(county: County, caller: Person) -> str:
    call = caller.submit(**MATTER)
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    return call


def test_the_same_request_twice_is_one_call_with_one_receipt(county: County, caller: Person) -> None:
    """The second answer is the first one, said to be so; another content under the same number is refused."""
    key = uuid4()
    first, second = caller.ask("/calls", MATTER, key), caller.ask("/calls", MATTER, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json() | {"repeated": True}
    assert second.headers["location"] == first.headers["location"]
    reused = problem_in(caller.ask("/calls", MATTER | {"place": "别处"}, key))
    assert (reused["status"], reused["code"]) == (422, "idempotency-key-reused")
    assert len(caller.record(first.json()["id"])) == 1
    stolen = problem_in(county.person("cx-01").ask("/calls", MATTER, key))
    assert stolen["code"] == "idempotency-key-reused"


def test_the_same_request_many_times_at_once_is_one_call(county: County, caller: Person) -> None:
    """Eight at the same moment: one fact, eight times the same receipt."""
    key, start = uuid4(), Barrier(8)

    def send() -> tuple[int, int]:
        start.wait()
        answer = caller.ask("/calls", MATTER, key)
        return answer.status_code, answer.json()["position"]

    with ThreadPoolExecutor(8) as hands:
        answers = {hands.submit(send) for _ in range(8)}
        assert len({answer.result() for answer in answers}) == 1
    assert len(caller.record(str(derived_id(key, "call")))) == 1


def test_a_double_click_on_the_form_is_one_call(county: County, caller: Person) -> None:
    """The form carries its own request number."""
    form = form_to(caller.page("/calls/new"), "/calls/new").with_typed(**MATTER)
    first = caller.browser.post("/calls/new", data=form)
    second = caller.browser.post("/calls/new", data=form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]


def test_the_back_button_after_a_step_tells_what_stands_now(county: County, caller: Person) -> None:
    """A page from before the step: another text on it is refused by its version, and the typed text comes back."""
    call = caller.submit(**MATTER)
    leader = county.person("cd-03")
    old = leader.page(f"/calls/{call}")
    endorse, send_back = (form_to(old, f"/calls/{call}/{step}") for step in ("endorse", "refuse-endorsement"))
    assert leader.browser.post(endorse.action, data=endorse.with_typed(remark="同意")).status_code == 303
    late = leader.browser.post(send_back.action, data=send_back.with_typed(reason="位置要写清楚门牌号"))
    assert late.status_code in (409, 412)
    assert "位置要写清楚门牌号" in late.text
    assert "刷新" in late.text
    assert leader.told(call)[-1] == "CallPlaced"


def test_two_operators_dispatch_at_once_and_one_dispatch_stands(county: County, caller: Person) -> None:
    """Both saw the same version; the other is told that it was done."""
    first, second = county.person("pt-01"), county.person("pt-02")
    for _ in range(5):
        call = _accepted(county, caller)
        version, start = first.call(call)["version"], Barrier(2)
        orders = [(first, "zhzfj"), (second, "zhujianju")]

        def dispatch(
            order: tuple[Person, str], call: str = call, version: int = version, start: Barrier = start
        ) -> int:
            operator, code = order
            body = {"basis": "powers", "reference": "三定规定", "lead": county.organization(code)}
            start.wait()
            answer = operator.ask(f"/calls/{call}/dispatch", body, uuid4(), **{"If-Match": f'"{version}"'})
            if answer.status_code != 200:
                assert problem_in(answer)["code"] in ("wrong-stage", "stale-version")
            return answer.status_code

        with ThreadPoolExecutor(2) as hands:
            statuses = sorted(hands.map(dispatch, orders))
        assert statuses in ([200, 409], [200, 412])
        assert first.told(call).count("CallDispatched") == 1
        assert first.call(call)["round"] == 1


def test_a_stale_version_is_refused_and_nothing_is_recorded(county: County, caller: Person) -> None:
    """If-Match names what was seen; what is no version is refused too."""
    call = caller.submit(**MATTER)
    caller.do(call, "add-note", text="补充:积水约十厘米")
    key = uuid4()
    stale = problem_in(caller.ask(f"/calls/{call}/add-note", {"text": "又及"}, key, **{"If-Match": '"1"'}))
    assert (stale["status"], stale["code"]) == (412, "stale-version")
    broken = problem_in(caller.ask(f"/calls/{call}/add-note", {"text": "又及"}, key, **{"If-Match": "昨天".encode()}))
    assert (broken["status"], broken["field"]) == (422, "If-Match")
    fresh = caller.ask(f"/calls/{call}/add-note", {"text": "又及"}, key, **{"If-Match": '"2"'})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] == '"3"'
    assert caller.told(call) == ["CallSubmitted", "NoteAdded", "NoteAdded"]


def test_the_form_comes_back_with_what_was_typed_and_the_photo_kept(county: County, caller: Person) -> None:
    """A place forgotten: everything else stands in the form again, the photo need not be chosen anew."""
    form = form_to(caller.page("/calls/new"), "/calls/new")
    typed = form.with_typed(text=STRANGE, place="", own_measures="已围挡")
    photo = {"attachments": ("现场.jpg", _photo(), "image/jpeg")}
    refused = caller.browser.post("/calls/new", data=typed, files=photo)
    assert refused.status_code == 422
    assert "请填写“在哪里”" in refused.text
    again = form_to(refused.text, "/calls/new")
    assert again.fields["text"].strip() == STRANGE
    assert again.fields["own_measures"].strip() == "已围挡"
    assert again.fields["command_id"] == form.fields["command_id"]
    assert "现场.jpg" in refused.text
    sent = caller.browser.post("/calls/new", data=again.with_typed(place="南环路"))
    assert sent.status_code == 303
    call = str(derived_id(UUID(form.fields["command_id"]), "call"))
    assert caller.call(call)["text"] == STRANGE
    assert [file["name"] for file in caller.get(f"/calls/{call}/attachments")] == ["现场.jpg"]
    assert STRANGE in unescape(caller.page(f"/calls/{call}"))


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("大照片.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * (30 * 1024 * 1024), 413, "20MB"),
        ("照片.jpg", b"MZ\x90\x00\x03" + b"\x00" * 5000, 415, "只接收"),
        ("空.jpg", b"", 422, "空文件"),
        ("坏.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 500, 422, "损坏"),
    ],
    ids=["30 MB", "an exe named jpg", "empty", "broken"],
)
def test_a_file_that_cannot_be_taken_loses_no_word(
    county: County, caller: Person, name: str, content: bytes, status: int, sentence: str
) -> None:
    """By the form and by the API; the text stands in the form that comes back, and no call was made."""
    form = form_to(caller.page("/calls/new"), "/calls/new")
    typed = form.with_typed(**MATTER)
    refused = caller.browser.post("/calls/new", data=typed, files={"attachments": (name, content, "image/jpeg")})
    assert refused.status_code == status
    assert sentence in refused.text
    again = form_to(refused.text, "/calls/new")
    assert (again.fields["text"].strip(), again.fields["place"]) == (MATTER["text"], MATTER["place"])
    call = derived_id(UUID(form.fields["command_id"]), "call")
    assert caller.api.get(f"/api/v1/calls/{call}").status_code == 404

    sent = caller.api.post(
        "/api/v1/attachments", params={"idempotency_key": str(uuid4())}, files={"file": (name, content, "image/jpeg")}
    )
    problem = problem_in(sent)
    assert problem["status"] == status
    assert sentence in problem["detail"]


def test_a_photo_sent_ahead_of_its_call_stands_in_it(county: County, caller: Person) -> None:
    """POST /attachments with the request number that the submission will carry; nobody's word is taken for the file."""
    key = uuid4()
    sent = caller.api.post(
        "/api/v1/attachments", params={"idempotency_key": str(key)}, files={"file": ("a.exe.jpg", _photo(), "x/y")}
    )
    assert sent.status_code == 201
    named = {"sha256": sent.json()["sha256"], "size": 7, "media_type": "text/html"}
    answer = caller.ask("/calls", MATTER | {"attachments": [named]}, key)
    assert answer.status_code == 201, answer.text
    call = answer.json()["id"]
    (file,) = caller.get(f"/calls/{call}/attachments")
    assert (file["media_type"], file["size"]) == ("image/jpeg", sent.json()["size"])
    content = caller.api.get(f"/api/v1/calls/{call}/attachments/{file['sha256']}")
    assert content.headers["content-type"] == "image/jpeg"
    assert len(content.content) == file["size"]
    unknown = {"sha256": "0" * 64, "size": 1, "media_type": "image/jpeg"}
    for body, number in ((MATTER | {"attachments": [unknown]}, uuid4()), (MATTER | {"attachments": [named]}, None)):
        assert problem_in(caller.ask("/calls", body, number))["code"] == "attachment-unknown"
    stranger = county.person("cx-01").api
    assert stranger.get(f"/api/v1/calls/{call}/attachments/{file['sha256']}").status_code == 404
    other = stranger.post(f"/api/v1/calls/{call}/attachments", files={"file": ("a.jpg", _photo(), "image/jpeg")})
    assert other.status_code == 404


def test_an_empty_form_names_every_field_that_is_missing(county: County, caller: Person) -> None:
    """One clear sentence a field, and no call."""
    form = form_to(caller.page("/calls/new"), "/calls/new")
    refused = caller.browser.post("/calls/new", data=form.fields)
    assert refused.status_code == 422
    assert "请填写“什么事”" in refused.text
    assert "请填写“在哪里”" in refused.text
    problem = problem_in(caller.ask("/calls", {}))
    assert {error["field"] for error in problem["errors"]} == {"text", "place"}
    blank = problem_in(caller.ask("/calls", {"text": "   ", "place": "\t"}))
    assert blank["status"] == 422


def test_ten_thousand_characters_come_back_and_five_thousand_go_through(county: County, caller: Person) -> None:
    """The limit is said, and not one character of what was typed is lost."""
    long = "塌" * 10_000
    form = form_to(caller.page("/calls/new"), "/calls/new")
    refused = caller.browser.post("/calls/new", data=form.with_typed(text=long, place="南环路"))
    assert refused.status_code == 422
    assert "最多填写 5000 个字" in refused.text
    assert form_to(refused.text, "/calls/new").fields["text"].strip() == long
    just = "𠮷" * 5_000
    call = caller.submit(text=just, place="南环路")
    assert caller.call(call)["text"] == just


def test_emoji_and_rare_characters_go_through_unchanged(county: County, caller: Person) -> None:
    """To the view, the record, the search and the page; markup in them is text."""
    call = caller.submit(text=STRANGE, place="𠮷家村🏠")
    assert caller.call(call)["text"] == STRANGE
    assert caller.record(call)[0]["fact"]["place"] == "𠮷家村🏠"
    found = caller.get("/calls", queue="search", words="𠮷家村🏠")["items"]
    assert call in {line["id"] for line in found}
    page = caller.page(f"/calls/{call}")
    assert STRANGE in unescape(page)
    assert "<b>&" not in page


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused_in_a_clear_sentence(county: County, caller: Person, character: str) -> None:
    """PostgreSQL can't hold NUL: such a fact would stop the views. Refused in the body, the form and the address."""
    text = f"路面{character}塌陷"
    problem = problem_in(caller.ask("/calls", MATTER | {"text": text}))
    assert (problem["status"], problem["field"]) == (422, "text")
    assert "控制字符" in problem["detail"]
    form = form_to(caller.page("/calls/new"), "/calls/new")
    refused = caller.browser.post("/calls/new", data=form.with_typed(text=text, place="南环路"))
    assert refused.status_code == 422
    assert "控制字符" in refused.text
    assert form_to(refused.text, "/calls/new").fields["place"] == "南环路"
    call = caller.submit(text="第一行\n\t第二行", place="南环路")
    assert caller.call(call)["text"] == "第一行\n\t第二行"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/calls?queue=search&words=%00",
        "/search?q=%00",
        "/lists?q=a%00",
        "/api/v1/items/%00",
        "/directory?q=%00",
        "/queue/to-do?after=%00",
        "/api/v1/organizations?words=%00",
        "/items/%00",
        "/api/v1/items?words=%00",
    ],
)
def test_a_nul_in_the_address_is_refused_not_a_fault(county: County, caller: Person, path: str) -> None:
    """Whoever pastes rubbish into the address line gets a sentence."""
    person = caller.api if path.startswith("/api/") else caller.browser
    answer = person.get(path)
    assert 400 <= answer.status_code < 500, answer.text


def test_half_a_character_and_broken_json_are_refused(county: County, caller: Person) -> None:
    """A lone surrogate, a body that is no JSON, and one of another type."""
    headers = {"content-type": "application/json"}
    for content in (b'{"text":"\\ud800\\ud800","place":"x"}', b'{"text":', b"[]", b"\xff\xfe", b"null"):
        problem = problem_in(caller.api.post("/api/v1/calls", content=content, headers=headers))
        assert problem["status"] in (400, 422)
    assert problem_in(caller.api.post("/api/v1/calls", content=b"text=x"))["status"] in (415, 422)


def test_a_step_form_comes_back_with_its_words(county: County, caller: Person) -> None:
    """A response without a phone number: the first step typed stands there again."""
    call = _accepted(county, caller)
    lead = county.person("zhzfj-z")
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=lead.organization)
    form = form_to(lead.page(f"/calls/{call}"), f"/calls/{call}/respond")
    refused = lead.browser.post(form.action, data=form.with_typed(handler="陈中队长", first_step="派车围挡,联系施工"))
    assert refused.status_code == 422
    again = form_to(refused.text, form.action)
    assert again.fields["first_step"].strip() == "派车围挡,联系施工"
    assert again.fields["handler"] == "陈中队长"
    assert "请填写“联系电话”" in refused.text
