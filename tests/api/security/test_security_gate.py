"""门禁: cookies, forged forms, posts, tokens and scopes, through HTTP."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from api.security.forgery import form_token
from api.security.settings import SecuritySettings
from tests.adapters.identity.fixtures import PASSWORD, Door, caller, operator
from tests.api.security.app import Site, shown, site

HTTPS = SecuritySettings(secure_cookies=True)
SESSION = "__Host-huying_session"


@pytest.fixture
def at(door: Door) -> Site:
    """An https site, one resident signed out before it."""
    door.resident("王呼叫", "wang", caller())
    return site(door, HTTPS)


def _bearer(at: Site, *scopes: str) -> dict[str, str]:
    person = next(person for person, name in at.door.town.names.items() if name == "王呼叫")
    (holder,) = at.door.identity.posts(person)
    _, secret = at.door.identity.issue_token(
        holder, scopes=scopes, label="x", expires_at=at.door.clock.now + timedelta(days=1)
    )
    return {"Authorization": f"Bearer {secret}"}


def test_the_session_cookie_cannot_be_read_sent_in_clear_or_planted(at: Site) -> None:
    answer = at.sign_in("wang", PASSWORD)

    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{SESSION}=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert answer.status_code == 303
    assert attributes == {"httponly", "secure", "samesite=lax", "path=/"}


def test_without_https_the_cookie_has_a_plain_name_and_still_no_script_reads_it(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    plain = site(door, SecuritySettings(secure_cookies=False))

    plain.sign_in("wang", PASSWORD)

    assert "huying_session" in plain.browser.cookies
    assert plain.browser.get("/queue").status_code == 200


def test_signing_in_goes_on_to_the_page_that_was_asked_for(at: Site) -> None:
    turned = at.browser.get("/queue", params={"light": "red"})
    assert (turned.status_code, turned.headers["location"]) == (303, "/sign-in?next=/queue%3Flight%3Dred")
    assert shown(at.browser.get(turned.headers["location"]).text, "next") == "/queue?light=red"

    answer = at.sign_in("wang", PASSWORD, next="/queue?light=red")

    assert answer.headers["location"] == "/queue?light=red"
    page = at.browser.get("/queue")
    assert page.status_code == 200
    assert "城东镇" in shown(page.text, "actor")


@pytest.mark.parametrize(
    "next",
    ["https://evil.test/", "//evil.test", "///evil.test", "//[bad", "/\\evil.test", "javascript:alert(1)", "/a\r\nb"],
)
def test_signing_in_never_leads_to_another_site(at: Site, next: str) -> None:
    assert at.sign_in("wang", PASSWORD, next=next).headers["location"] == "/"


def test_a_wrong_password_shows_the_form_again_with_the_login_and_without_the_password(at: Site) -> None:
    answer = at.sign_in("wang", "my wrong password")

    assert answer.status_code == 401
    assert shown(answer.text, "login") == "wang"
    assert "登录名或口令不正确" in shown(answer.text, "refusal")
    assert "my wrong password" not in answer.text
    assert SESSION not in at.browser.cookies


def test_too_many_attempts_say_when_to_come_back(at: Site) -> None:
    for _ in range(3):
        at.sign_in("wang", "wrong")

    answer = at.sign_in("wang", PASSWORD)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"


def test_a_sign_in_form_made_elsewhere_signs_nobody_in(at: Site) -> None:
    form = {"login": "wang", "password": PASSWORD}
    token = at.open_sign_in()
    stranger = site(at.door, HTTPS)

    for data, headers in (
        (form, {}),
        ({**form, "csrf_token": stranger.open_sign_in()}, {}),
        ({**form, "csrf_token": token}, {"Origin": "https://evil.test"}),
        ({**form, "csrf_token": token}, {"Origin": "null"}),
        ({**form, "csrf_token": token}, {"Sec-Fetch-Site": "cross-site"}),
        ({**form, "csrf_token": token}, {"Sec-Fetch-Site": "same-site"}),
    ):
        assert at.browser.post("/sign-in", data=data, headers=headers).status_code == 403
    assert at.door.rows("sessions") == []

    honest = {"Origin": "https://huying.test", "Sec-Fetch-Site": "same-origin"}
    assert at.browser.post("/sign-in", data={**form, "csrf_token": token}, headers=honest).status_code == 303


def test_a_form_needs_the_token_of_the_session_in_a_field_or_a_header(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    token = at.token()
    salt, _, signature = token.partition(".")

    for forged in ("", "x", token[:-1], f"{salt[:-1]}x.{signature}", f".{signature}"):
        answer = at.browser.post("/queue/note", data={"text": "好", "csrf_token": forged})
        assert answer.status_code == 403
        assert "页面已过期" in answer.text
    assert at.browser.post("/queue/note", data={"text": "好", "csrf_token": token}).text == "王呼叫:好"
    assert at.browser.post("/queue/note", data={"text": "好"}, headers={"X-CSRF-Token": token}).text == "王呼叫:好"
    assert at.token() != token


def test_a_valid_token_does_not_help_a_foreign_page(at: Site) -> None:
    at.sign_in("wang", PASSWORD)

    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://[bad"}):
        answer = at.browser.post("/queue/note", data={"text": "好", "csrf_token": at.token()}, headers=headers)
        assert answer.status_code == 403
        assert "其他网站" in answer.text


def test_behind_a_proxy_only_the_public_origin_counts(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    behind = site(door, SecuritySettings(secure_cookies=True, public_origin="https://huying.example.gov.cn"))
    form = {"login": "wang", "password": PASSWORD, "csrf_token": behind.open_sign_in()}

    for origin, status in (("https://huying.test", 403), ("https://huying.example.gov.cn", 303)):
        assert behind.browser.post("/sign-in", data=form, headers={"Origin": origin}).status_code == status


def test_a_photo_and_the_token_travel_in_one_form(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    files = {"photo": ("现场.jpg", b"\xff\xd8" * 800_000)}

    assert at.browser.post("/photos", files=files).status_code == 403
    answer = at.browser.post("/photos", files=files, data={"csrf_token": at.token()})

    assert answer.text == "现场.jpg 1600000"


def test_signing_in_changes_the_session_token_the_browser_came_with(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    first = at.browser.cookies[SESSION]
    form = {"login": "wang", "password": PASSWORD, "csrf_token": "-"}
    at.browser.cookies.set("__Host-huying_doorstep", "secret", domain="huying.test")
    at.browser.post("/sign-in", data={**form, "csrf_token": form_token("secret")})

    assert at.browser.cookies[SESSION] != first
    assert len(at.door.rows("sessions")) == 1


def test_signing_out_ends_the_session_on_the_server_and_in_the_browser(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    token = at.browser.cookies[SESSION]
    assert at.browser.post("/sign-out").status_code == 403

    answer = at.browser.post("/sign-out", data={"csrf_token": at.token()})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "storage" in answer.headers["clear-site-data"]
    assert SESSION not in at.browser.cookies
    at.browser.cookies.set(SESSION, token, domain="huying.test")
    assert at.browser.get("/queue").status_code == 303


def test_signing_out_everywhere_ends_the_other_desk_too(at: Site) -> None:
    other_desk = site(at.door, HTTPS)
    other_desk.sign_in("wang", PASSWORD)
    at.sign_in("wang", PASSWORD)

    at.browser.post("/sign-out/everywhere", data={"csrf_token": at.token()})

    assert other_desk.browser.get("/queue").headers["location"].startswith("/sign-in")


def test_with_two_posts_one_is_chosen_first_and_forms_of_the_other_post_are_refused(door: Door) -> None:
    first, second = caller(), operator()
    door.resident("李兼职", "li", first, second)
    at = site(door, HTTPS)
    at.sign_in("li", PASSWORD)
    assert at.browser.get("/queue").headers["location"] == "/account/post?next=/queue"
    assert "县呼应平台" in shown(at.browser.get("/account/post").text, "posts")

    def choose(appointment: object) -> int:
        form = {"appointment": str(appointment), "csrf_token": at.token()}
        return at.browser.post("/account/post", data=form).status_code

    assert choose(first.appointment) == 303
    opened_as_caller = at.token()
    assert choose(second.appointment) == 303
    assert choose(uuid4()) == 403

    late = at.browser.post("/queue/note", data={"text": "好", "csrf_token": opened_as_caller})
    assert late.status_code == 403
    assert "切换岗位" in late.text
    assert "县呼应平台" in shown(at.browser.get("/queue").text, "actor")


def test_an_initial_password_is_changed_before_anything_else(door: Door) -> None:
    door.resident("王呼叫", "wang", caller(), must_change=True)
    at = site(door, HTTPS)
    at.sign_in("wang", PASSWORD)
    assert at.browser.get("/queue").headers["location"] == "/account/password?next=/queue"
    new = {"present_password": PASSWORD, "new_password": "another horse 8", "repeated_password": "another horse 8"}

    unequal = at.browser.post("/account/password", data={**new, "repeated_password": "x", "csrf_token": at.token()})
    assert (unequal.status_code, shown(unequal.text, "field")) == (422, "repeated_password")
    weak = {**new, "new_password": "short", "repeated_password": "short", "csrf_token": at.token()}
    assert at.browser.post("/account/password", data=weak).status_code == 422
    done = at.browser.post("/account/password", data={**new, "next": "/queue", "csrf_token": at.token()})

    assert done.headers["location"] == "/queue"
    assert at.browser.get("/queue").status_code == 200


def test_a_part_of_a_page_asked_after_the_session_ended_sends_the_whole_page_to_sign_in(at: Site) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://huying.test/queue?light=red"}

    answer = at.browser.get("/queue", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=/queue%3Flight%3Dred"


def test_an_unreadable_address_of_the_page_leads_to_sign_in_all_the_same(at: Site) -> None:
    answer = at.browser.get("/queue", headers={"HX-Request": "true", "HX-Current-URL": "https://[bad"})

    assert answer.headers["hx-redirect"] == "/sign-in"


def test_a_page_for_everybody_knows_who_is_signed_in(at: Site) -> None:
    assert at.browser.get("/notice").text == "陌生人"
    at.sign_in("wang", PASSWORD)
    assert at.browser.get("/notice").text == "王呼叫"


@pytest.mark.parametrize(
    ("method", "path", "scopes", "status"),
    [
        ("GET", "/api/v1/calls", None, 401),
        ("GET", "/api/v1/calls", ["calls:read"], 200),
        ("GET", "/api/v1/calls", ["calls:write", "status:read"], 403),
        ("POST", "/api/v1/calls", ["calls:read"], 403),
        ("POST", "/api/v1/calls", ["calls:write"], 200),
        ("GET", "/api/v1/viewer", ["status:read"], 200),
        ("GET", "/queue", ["calls:read", "calls:write", "status:read"], 403),
        ("GET", "/account/tokens", ["calls:read", "calls:write", "status:read"], 403),
    ],
)
def test_a_token_opens_what_its_scopes_name_and_no_page(
    at: Site, method: str, path: str, scopes: list[str] | None, status: int
) -> None:
    headers = _bearer(at, *scopes) if scopes else {}
    body = {"text": "占道经营", "township": str(uuid4())} if method == "POST" else None

    assert at.browser.request(method, path, headers=headers, json=body).status_code == status


@pytest.mark.parametrize("authorization", ["Bearer hy_unknown", "Bearer", "Basic d2FuZzp4", "", "hy_x"])
def test_a_bad_token_is_refused_even_beside_a_good_session(at: Site, authorization: str) -> None:
    at.sign_in("wang", PASSWORD)

    answer = at.browser.get("/api/v1/calls", headers={"Authorization": authorization})

    assert answer.status_code == 401
    assert answer.json()["code"] == "token-refused"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_api_by_session_needs_the_form_token_for_commands_only(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    body = {"text": "占道经营", "township": str(uuid4())}

    assert at.browser.get("/api/v1/calls").json() == {"organization": "城东镇"}
    refused = at.browser.post("/api/v1/calls", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "form-expired")
    assert at.browser.post("/api/v1/calls", json=body, headers={"X-CSRF-Token": at.token()}).status_code == 200


def test_the_api_says_who_it_takes_the_caller_for(at: Site) -> None:
    answer = at.browser.get("/api/v1/viewer", headers=_bearer(at, "calls:read")).json()

    assert (answer["name"], answer["post"], answer["post_label"]) == ("王呼叫", "caller", "呼叫员")
    assert (answer["organization_name"], answer["scopes"]) == ("城东镇", ["calls:read"])
    assert at.browser.get("/api/v1/viewer").json()["code"] == "not-signed-in"


def test_the_post_can_be_chosen_through_the_api_by_session_only(door: Door) -> None:
    first, second = caller(), operator()
    person = door.resident("李兼职", "li", first, second)
    at = site(door, HTTPS)
    at.sign_in("li", PASSWORD)
    assert at.browser.get("/api/v1/viewer").json()["code"] == "post-not-chosen"
    post = {"appointment": str(second.appointment)}

    chosen = at.browser.post("/api/v1/viewer/post", json=post, headers={"X-CSRF-Token": at.token()})

    assert chosen.json()["organization_name"] == "县呼应平台"
    assert at.browser.get("/api/v1/viewer").json() == chosen.json()
    _, secret = door.identity.issue_token(
        door.identity.posts(person)[0], scopes=["calls:read"], label="x", expires_at=door.clock.now + timedelta(days=1)
    )
    by_token = at.browser.post("/api/v1/viewer/post", json=post, headers={"Authorization": f"Bearer {secret}"})
    assert by_token.json()["code"] == "session-only"


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    form = {"label": "热线对接", "last_day": "2026-06-30", "scopes": ["calls:read", "status:read"]}

    page = at.browser.post("/account/tokens", data={**form, "csrf_token": at.token()})
    secret = shown(page.text, "issued")
    headers = {"Authorization": f"Bearer {secret}"}
    assert at.browser.get("/api/v1/calls", headers=headers).status_code == 200
    listed = at.browser.get("/account/tokens").text
    assert "热线对接" in listed
    assert secret not in listed
    (row,) = at.door.rows("api_tokens")
    assert isinstance(row["expires_at"], datetime)
    assert row["expires_at"].isoformat() == "2026-06-30T16:00:00+00:00"
    at.browser.post(f"/account/tokens/{row['token_id']}/revoke", data={"csrf_token": at.token()})

    assert at.browser.get("/api/v1/calls", headers=headers).status_code == 401


def test_a_token_without_scopes_or_of_the_past_is_not_issued(at: Site) -> None:
    at.sign_in("wang", PASSWORD)
    form = {"label": "热线对接", "last_day": "2026-06-30", "scopes": ["calls:read"]}

    mistakes: tuple[dict[str, str | list[str]], ...] = ({"scopes": []}, {"last_day": "2026-05-01"})
    for wrong in mistakes:
        answer = at.browser.post("/account/tokens", data={**form, **wrong, "csrf_token": at.token()})
        assert answer.status_code == 422
        assert shown(answer.text, "issued") == "None"
    assert at.door.rows("api_tokens") == []
