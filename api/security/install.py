"""安全安装: puts everything of this room around an app, in the right order."""

from collections.abc import Sequence

from fastapi import FastAPI

from api.problems import ProblemPage, install_problems
from api.security.body_limit import BodyLimit
from api.security.gate import Security
from api.security.headers import SecurityHeaders
from api.security.readable import ReadableAddress
from api.security.request_id import RequestId


def install_security(
    app: FastAPI,
    security: Security,
    *,
    problem_page: ProblemPage | None = None,
    unavailable: Sequence[type[Exception]] = (),
) -> None:
    """Dependencies, problem details and middleware. `unavailable`: what the drivers raise when the database is away.

    From the outside in: request id, security headers, body limit, readable address, answer to the unexpected, the app.
    """
    security.install(app)
    install_problems(app, page=problem_page, unavailable=unavailable)
    app.add_middleware(ReadableAddress)
    app.add_middleware(BodyLimit, security=security)
    app.add_middleware(SecurityHeaders, https=security.settings.secure_cookies)
    app.add_middleware(RequestId)
