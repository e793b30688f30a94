"""The list of all pages is compared with the application: a page that is added is opened in every trial, or excused."""

from uuid import uuid4

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Match

from tests.journeys.all_pages import NOT_AMONG_THEM, ROLES, Matters, pages_of, pieces_of
from tests.journeys.county_over_http import County

_ABOUT = Matters(str(uuid4()), str(uuid4()), "1-1", str(uuid4()), str(uuid4()), str(uuid4()))


def test_every_address_outside_the_api_is_a_page_of_somebody_or_excused_with_a_reason(county: County) -> None:
    routes = [one for one in iter_route_contexts(county.app.routes) if "GET" in (one.methods or {"GET"})]
    listed = {path for role in ROLES for path in (*pages_of(role, _ABOUT), *pieces_of(role, _ABOUT))}
    opened = {_route_of(path, routes) for path in listed}
    pages = {str(one.path) for one in routes if not str(one.path).startswith("/api/")}
    assert opened - pages == set(), "a listed address that nothing serves"
    assert pages - opened == set(NOT_AMONG_THEM), "a page nobody opens in a trial, or an excuse for one that is opened"


def _route_of(path: str, routes: list[RouteContext]) -> str:
    """The first that takes it, as the application chooses."""
    asked = {"type": "http", "method": "GET", "path": path.partition("?")[0], "root_path": "", "headers": []}
    return next((str(one.path) for one in routes if one.matches(asked)[0] is Match.FULL), path)
