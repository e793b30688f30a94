"""大小: what is too large is refused with a sentence, whether or not it says its length."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.security.settings import SecuritySettings
from tests.adapters.identity.fixtures import PASSWORD, SCOPES, Door, caller
from tests.api.security.app import Site, site

MEGABYTE = 1024 * 1024


@pytest.fixture
def at(door: Door) -> Site:
    """Somebody signed in, where a file may have 1 MB, three files go at once, other bodies have 1 MB."""
    door.resident("王呼叫", "wang", caller())
    small = SecuritySettings(secure_cookies=True, file_limit=MEGABYTE, files=3, plain_limit=MEGABYTE)
    at = site(door, small)
    at.sign_in("wang", PASSWORD)
    return at


def _chunks(megabytes: int) -> Iterator[bytes]:
    for _ in range(megabytes * 16):
        yield b"x" * (MEGABYTE // 16)


@pytest.mark.parametrize("cookie", [None, "made-up"])
def test_a_strangers_form_gets_no_more_room_than_a_form_without_files(at: Site, cookie: str | None) -> None:
    """Files come from people who have signed in; a session that ran out is told to sign in."""
    at.browser.cookies.clear()
    if cookie is not None:
        at.browser.cookies.set(at.security.cookies.session_name, cookie)
    photo = {"photo": ("a.jpg", b"x" * (2 * MEGABYTE))}

    declared = at.browser.post("/photos", files=photo)
    counted = at.browser.post(
        "/photos", content=_chunks(2), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    for answer in (declared, counted):
        assert answer.status_code == 413
        assert "请登录后重新提交" in answer.text
    assert at.browser.post("/photos", files={"photo": ("a.jpg", b"x")}).status_code != 413


def test_whoever_is_known_may_send_files_by_session_or_by_token(at: Site, door: Door) -> None:
    photo = {"photo": ("a.jpg", b"x" * (2 * MEGABYTE))}
    assert at.browser.post("/photos", files=photo, data={"csrf_token": at.token()}).status_code == 200
    at.browser.cookies.clear()
    refused = at.browser.post("/photos", files=photo, headers={"Authorization": f"Bearer {_token_of(door)}"})
    assert refused.status_code != 413, "refused, if at all, for another reason than its size"
    assert at.browser.post("/photos", files=photo, headers={"Authorization": "Bearer made-up"}).status_code == 413


def _token_of(door: Door) -> str:
    (viewer,) = door.identity.posts(next(iter(door.town.names)))
    ends = door.clock() + timedelta(days=30)
    return door.identity.issue_token(viewer, scopes=SCOPES, label="测试", expires_at=ends)[1]


@pytest.mark.parametrize("path", ["/photos", "/nowhere"])
def test_a_form_above_all_files_together_is_refused_before_anybody_reads_it(at: Site, path: str) -> None:
    answer = at.browser.post(path, files={"photo": ("a.jpg", b"x" * (5 * MEGABYTE))}, data={"csrf_token": "-"})

    assert answer.status_code == 413
    assert "超过 4 MB 的上限" in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("path", "megabytes", "kind", "status"),
    [
        ("/raw", 1, "application/octet-stream", 200),
        ("/raw", 2, "application/octet-stream", 413),
        ("/api/v1/calls", 2, "application/json", 413),
        ("/queue/note", 2, "application/x-www-form-urlencoded", 413),
        ("/photos", 5, "multipart/form-data; boundary=x", 413),
    ],
)
def test_a_body_that_does_not_say_its_length_is_counted(
    at: Site, path: str, megabytes: int, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind, "X-CSRF-Token": at.token(), "accept": "application/json"}

    answer = at.browser.post(path, content=_chunks(megabytes), headers=headers)

    assert answer.status_code == status
    if status == 413:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "body-too-large"
        assert f"超过 {4 if path == '/photos' else 1} MB 的上限" in answer.json()["detail"]


def test_a_lied_content_length_helps_nobody(at: Site) -> None:
    headers = {"Content-Type": "application/octet-stream", "Content-Length": "10", "X-CSRF-Token": at.token()}

    assert at.browser.post("/raw", content=_chunks(2), headers=headers).status_code == 413


def test_exactly_the_limit_passes(at: Site) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-CSRF-Token": at.token()}

    assert at.browser.post("/raw", content=b"x" * MEGABYTE, headers=headers).text == str(MEGABYTE)
    assert at.browser.post("/raw", content=b"x" * (MEGABYTE + 1), headers=headers).status_code == 413
