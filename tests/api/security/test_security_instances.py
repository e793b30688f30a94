"""演示与正式: one click signs in where nothing is real, and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from adapters.identity.identity import DemonstrationDoor
from api.security.demonstration import NotADemonstration, demonstration_router
from api.security.scopes import ALL_SCOPES, Scope
from api.security.settings import SecuritySettings, check_production_settings
from tests.adapters.identity.fixtures import Door, caller, operator
from tests.api.security.app import Site, shown, site

ROUTE = "/sign-in/demonstration"


def _click(at: Site, person: UUID, **fields: str) -> int:
    form = {"person_id": str(person), "csrf_token": at.open_sign_in(), **fields}
    return at.browser.post(ROUTE, data=form).status_code


def _paths(at: Site) -> set[str]:
    return {route["path"] for route in _flat(at.app.routes)}


def _flat(routes: Iterable[object]) -> list[dict[str, str]]:
    found = []
    for route in routes:
        if hasattr(route, "path"):
            found.append({"path": route.path})
        for inner in (getattr(route, "routes", None), getattr(getattr(route, "original_router", None), "routes", None)):
            if inner:
                found.extend(_flat(inner))
    return found


def test_in_a_demonstration_one_click_signs_in_as_anybody_in_any_of_their_posts(door: Door) -> None:
    first, second = caller(), operator()
    person = door.town.move_in("李兼职", first, second)
    at = site(door, SecuritySettings(secure_cookies=False, demonstration=True))
    assert "李兼职" in shown(at.browser.get("/sign-in").text, "demonstration")

    assert _click(at, person, appointment=str(second.appointment)) == 303

    assert "县呼应平台" in shown(at.browser.get("/queue").text, "actor")
    assert ROUTE in _paths(at)


def test_in_a_demonstration_a_foreign_page_still_signs_nobody_in(door: Door) -> None:
    person = door.town.move_in("王呼叫", caller())
    at = site(door, SecuritySettings(secure_cookies=False, demonstration=True))

    assert at.browser.post(ROUTE, data={"person_id": str(person)}).status_code == 403
    assert door.rows("sessions") == []


def test_a_production_instance_has_no_such_route_and_refuses_the_request(door: Door) -> None:
    person = door.town.move_in("王呼叫", caller())
    at = site(door, SecuritySettings(secure_cookies=True, demonstration=False))

    assert "/sign-in" in _paths(at)
    assert not [path for path in _paths(at) if path.startswith(ROUTE)]
    assert _click(at, person) == 404
    assert shown(at.browser.get("/sign-in").text, "demonstration") == "()"
    assert door.rows("sessions") == []


def test_the_route_cannot_even_be_made_outside_a_demonstration(door: Door) -> None:
    at = site(door, SecuritySettings(secure_cookies=True, demonstration=False))

    with pytest.raises(NotADemonstration):
        demonstration_router(at.security, DemonstrationDoor(door.identity, demonstration=True))


@dataclass(frozen=True)
class Settings:
    """An instance's settings, good for production."""

    production: bool = True
    demonstration: bool = False
    secure_cookies: bool = True
    public_origin: str = "https://huying.example.gov.cn"
    master_key: str | None = "a key set by hand"


def test_a_well_set_production_instance_may_start() -> None:
    assert check_production_settings(Settings()) == []
    assert check_production_settings(Settings(public_origin="https://huying.example.gov.cn:8443/")) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"demonstration": True}, "HUYING_DEMONSTRATION"),
        ({"secure_cookies": False}, "HUYING_HTTPS"),
        ({"public_origin": ""}, "HUYING_PUBLIC_ORIGIN"),
        ({"public_origin": "https://[bad"}, "HUYING_PUBLIC_ORIGIN"),
        ({"public_origin": "http://huying.example.gov.cn"}, "HUYING_PUBLIC_ORIGIN"),
        ({"public_origin": "https://huying.example.gov.cn/app"}, "HUYING_PUBLIC_ORIGIN"),
        ({"master_key": None}, "HUYING_MASTER_KEY"),
        ({"master_key": ""}, "HUYING_MASTER_KEY"),
    ],
)
def test_a_production_instance_does_not_start_with_one_thing_amiss(wrong: dict[str, Any], named: str) -> None:
    (problem,) = check_production_settings(replace(Settings(), **wrong))

    assert named in problem
    assert check_production_settings(replace(Settings(production=False), **wrong)) == []


def test_a_production_instance_does_not_start_on_demonstration_people() -> None:
    (problem,) = check_production_settings(Settings(), holds_demonstration_people=True)

    assert "演示人员" in problem


def test_everything_amiss_is_said_at_once() -> None:
    amiss = Settings(demonstration=True, secure_cookies=False, public_origin="", master_key=None)

    assert len(check_production_settings(amiss, holds_demonstration_people=True)) == 5


def test_every_scope_has_a_name_people_can_read() -> None:
    assert all(scope.label for scope in Scope)
    assert {scope.value for scope in Scope} == ALL_SCOPES
