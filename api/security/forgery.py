"""防伪造: whether a request that changes something was made on a page of ours, by the one who is signed in."""

import hashlib
import hmac
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.requests import Request

from api.security.refusals import CrossSite, FormExpired

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def changes_something(request: Request) -> bool:
    """Whether the method may change anything."""
    return request.method not in _HARMLESS


def form_token(secret: str) -> str:
    """A token for one rendering of a page. It differs every time, so that compressed pages don't give it away."""
    salt = secrets.token_hex(8)
    return f"{salt}.{_signed(secret, salt)}"


def token_fits(secret: str, token: str) -> bool:
    """Whether the token was made from this secret."""
    salt, _, signature = token.partition(".")
    return hmac.compare_digest(_signed(secret, salt).encode(), signature.encode())


async def refuse_forgery(request: Request, secret: str, *, public_origin: str = "") -> None:
    """Refuses CrossSite and FormExpired, unless the request came from a page of ours with a token of `secret`."""
    refuse_other_sites(request, public_origin=public_origin)
    if not token_fits(secret, await _brought(request)):
        raise FormExpired


def refuse_other_sites(request: Request, *, public_origin: str = "") -> None:
    """Refuses CrossSite when the browser says that another site's page made the request.

    Browsers too old for Sec-Fetch-Site send Origin; the few that send neither rest on the token alone.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise CrossSite
    origin = request.headers.get("origin")
    if origin is None:
        return
    ours = public_origin.rstrip("/")
    same = origin == ours if ours else _host(origin) == request.headers.get("host", "")
    if not same:
        raise CrossSite


def _host(origin: str) -> str | None:
    with suppress(ValueError):
        return urlsplit(origin).netloc or None
    return None


async def _brought(request: Request) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORMS:
        return ""
    form = await request.form()  # kept by the request: the route reads the same form again
    request.scope.setdefault("state", {}).setdefault("close_at_end", []).append(form.close)
    value = form.get(FIELD)
    return value if isinstance(value, str) else ""


def _signed(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), f"form:{salt}".encode(), hashlib.sha256).hexdigest()
