"""The interface description against the application: schemathesis asks every operation, as an operator and a caller."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import Receive, Scope, Send

from tests.journeys.county_over_http import County

pytestmark = pytest.mark.long

load_all_checks()

CONFORMANCE = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def described(county: County) -> schemathesis.BaseSchema:
    """The description as it is served; what runs beside the application runs already."""

    async def without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for said in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{said}.complete"})
            return
        await county.app(scope, receive, send)

    county.clock.set("2026-03-23 09:00")
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", without_lifespan)


def _standing(county: County) -> dict[str, str]:
    """Things that stand: a call at the platform, an organization, the published revision and an item of it."""
    county.clock.set("2026-03-23 09:00")
    caller = county.person("cd-01")
    call = caller.submit(text="井盖缺失", place="府前路")
    county.person("cd-03").do(call, "endorse")
    hit = caller.get("/items", words="餐饮油烟")[0]
    return {
        "call_id": call,
        "organization_id": county.organization("zhzfj"),
        "revision_id": hit["revision"]["id"],
        "code": hit["item"]["code"],
    }


@pytest.mark.parametrize("code", ["pt-01", "cd-01"], ids=["an operator", "a caller"])
def test_every_operation_answers_as_it_is_described(
    described: schemathesis.BaseSchema, county: County, code: str, subtests: pytest.Subtests
) -> None:
    """No fault inside, and only the documented statuses, content types and shapes, for things that stand."""
    headers = {"Authorization": county.person(code).api.headers["authorization"]}
    asked, stands = 0, dict[str, str]()
    for found in described.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an invalid description raises here, as it should
        # A call of its own for each operation that may change it.
        if not stands or (operation.method == "post" and "{call_id}" in operation.path):
            stands = _standing(county)
        with subtests.test(operation.label):
            _ask(operation, stands, headers)
        asked += 1
    assert asked > 60


def _ask(
    operation: schemathesis.APIOperation[Any, Any, Any, Any], stands: dict[str, str], headers: dict[str, str]
) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=4 if operation.method == "get" else 3,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: schemathesis.Case[Any]) -> None:
        for name in stands.keys() & case.path_parameters.keys():
            case.path_parameters[name] = stands[name]
        case.call_and_validate(headers=headers, checks=CONFORMANCE)

    answers()
