"""A tiny app behind the door: a page, an API query, an API command, an upload, a live stream, and faults."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Annotated
from uuid import UUID

import httpx2
from fastapi import Depends, FastAPI, Form, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from adapters.identity.identity import DemonstrationDoor
from api.problems import Problem
from api.security.account import account_router
from api.security.demonstration import demonstration_router
from api.security.gate import OptionalViewer, RequiredViewer, Security, actor_of, page_context, within
from api.security.install import install_security
from api.security.scopes import Scope
from api.security.session_api import session_router
from api.security.settings import SecuritySettings
from api.security.sign_in import sign_in_router
from domain.shared.refusals import StaleVersion
from projections.scope import Viewer
from tests.adapters.identity.fixtures import Door


class Place(BaseModel):
    """Where something is."""

    address: str = Field(title="地址", max_length=10)


class Report(BaseModel):
    """A command to refuse."""

    text: str = Field(title="事项描述", min_length=1, max_length=20)
    township: UUID = Field(title="乡镇")
    places: list[Place] = Field(default=[], title="地点")


def pages(request: Request, template: str, context: Mapping[str, object], status: int = 200) -> Response:
    """Shows what a template would be given."""
    rows = "".join(f'<p id="{name}">{escape(str(value))}</p>' for name, value in context.items())
    return HTMLResponse(f"<h1>{template}</h1>{rows}", status)


def problem_page(request: Request, problem: Problem) -> Response:
    """Shows what problem.html would be given; a page of its own fault when asked for one."""
    if request.url.path == "/fault/in-page":
        raise LookupError("template broken")
    return pages(request, "problem.html", {"detail": problem.detail, "leads_to": problem.leads_to})


@dataclass
class Site:
    """A running app and a browser before it."""

    app: FastAPI
    browser: TestClient
    security: Security
    door: Door

    def open_sign_in(self, next: str = "/") -> str:
        """Open the sign-in page; its form token."""
        return shown(self.browser.get("/sign-in", params={"next": next}).text, "csrf_token")

    def sign_in(self, login: str, password: str, **fields: str) -> httpx2.Response:
        """Fill the sign-in form and send it."""
        form = {"login": login, "password": password, "csrf_token": self.open_sign_in(), **fields}
        return self.browser.post("/sign-in", data=form)

    def token(self) -> str:
        """The form token of a page seen just now."""
        return shown(self.browser.get("/account/password").text, "csrf_token")


def shown(page: str, name: str) -> str:
    """What a page of `pages` shows under a name."""
    return page.split(f'<p id="{name}">', 1)[1].split("</p>", 1)[0]


def site(door: Door, settings: SecuritySettings, *, raise_server_exceptions: bool = True) -> Site:
    """The tiny app with everything of api.security around it."""
    app = FastAPI()
    security = Security(door.identity, settings)
    install_security(app, security, problem_page=problem_page)

    def residents() -> list[dict[str, object]]:
        return [
            {"person_id": person, "name": name, "post": "", "organization_name": ""}
            for person, name in door.town.names.items()
        ]

    app.include_router(sign_in_router(security, pages, demonstration_posts=residents))
    app.include_router(account_router(security, pages))
    app.include_router(session_router(security))
    if settings.demonstration:
        app.include_router(demonstration_router(security, DemonstrationDoor(door.identity, demonstration=True)))
    _routes(app)
    scheme = "https" if settings.secure_cookies else "http"
    browser = TestClient(
        app,
        base_url=f"{scheme}://huying.test",
        follow_redirects=False,
        headers={"accept": "text/html"},
        raise_server_exceptions=raise_server_exceptions,
    )
    return Site(app, browser, security, door)


def _routes(app: FastAPI) -> None:
    @app.get("/queue")
    def queue(request: Request, viewer: RequiredViewer) -> Response:
        return pages(request, "queue.html", {**page_context(request), "actor": actor_of(viewer)})

    @app.get("/notice")
    def notice(viewer: OptionalViewer) -> Response:
        return PlainTextResponse(viewer.name if viewer else "陌生人")

    @app.post("/queue/note")
    async def note(viewer: RequiredViewer, text: Annotated[str, Form()]) -> Response:
        return PlainTextResponse(f"{viewer.name}:{text}")

    @app.post("/photos")
    async def photos(viewer: RequiredViewer, photo: UploadFile) -> Response:
        return PlainTextResponse(f"{photo.filename} {photo.size}")

    @app.post("/raw")
    async def raw(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    @app.get("/api/v1/calls")
    async def calls(viewer: Annotated[Viewer, Depends(within(Scope.CALLS_READ))]) -> dict[str, str]:
        return {"organization": viewer.organization_name}

    @app.post("/api/v1/calls")
    async def report(report: Report, viewer: Annotated[Viewer, Depends(within(Scope.CALLS_WRITE))]) -> dict[str, str]:
        return {"text": report.text}

    @app.get("/api/v1/calls/{call}")
    async def call(call: UUID, size: int = 20) -> None:
        raise StaleVersion

    @app.get("/live")
    async def live(viewer: RequiredViewer) -> Response:
        async def beats() -> AsyncIterator[str]:
            yield "data: 1\n\n"
            yield "data: 2\n\n"

        return StreamingResponse(beats(), media_type="text/event-stream")

    faults: dict[str, Callable[[], Exception]] = {
        "unexpected": lambda: RuntimeError("secret of the house"),
        "in-page": lambda: RuntimeError("secret of the house"),
        "database": lambda: OperationalError("SELECT secret", {}, OSError("connection refused to 10.0.0.1")),
    }

    @app.get("/fault/{kind}")
    @app.get("/api/v1/fault/{kind}")
    async def fault(kind: str) -> None:
        raise faults[kind]()
