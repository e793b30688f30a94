"""大小: what is too large is refused with a sentence, whether or not it says its length."""

from collections.abc import Iterator

import pytest

from api.security.settings import SecuritySettings
from tests.adapters.identity.fixtures import PASSWORD, Door, caller
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


def test_a_30_mb_photo_is_refused_by_name_and_size_under_the_shipped_limits(door: Door) -> None:
    door.resident("王呼叫", "wang", caller())
    at = site(door, SecuritySettings(secure_cookies=True))
    at.sign_in("wang", PASSWORD)

    answer = at.browser.post(
        "/photos",
        files={"photo": ("现场.jpg", b"\xff" * (30 * MEGABYTE))},
        data={"csrf_token": at.token()},
    )

    assert answer.status_code == 413
    assert "“现场.jpg”有 30.0 MB,超过单个文件 25 MB 的上限" in answer.text


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
