"""门禁页面: what the pages of this room hand to their templates, and the way back after signing in."""

from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response


class Pages(Protocol):
    """Renders a template (a file name of api/web/templates) with a context, to a response of that status."""

    def __call__(
        self, request: Request, template: str, context: Mapping[str, object], status: int = 200
    ) -> Response: ...


def way_back(target: str) -> str:
    """A path of ours to go on to, or the first page: an address handed in never leads to another site.

    Browsers read `//host`, `/\\host` and slashes around a line break as another site's address.
    """
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if ours else "/"


def see(target: str) -> RedirectResponse:
    """Go on to another page of ours with GET."""
    return RedirectResponse(way_back(target), 303)


def client_of(request: Request) -> str:
    """The address a request came from. Behind a proxy the server is told to trust it (uvicorn, forwarded-allow-ips)."""
    return request.client.host if request.client else "unknown"
