"""页面外框: renders a template with what every page shows: who is here, where they can go, what just happened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.pages.story import place_in_story
from api.pages.story_line import People, story_line
from api.pages.waiting import page_age, shown_call
from api.problems import Problem
from api.security.forgery import form_token
from api.security.gate import Caller
from api.services import Services
from domain.shared.posts import Post
from projections.calls.queries import MOST_COUNTED
from projections.scope import Viewer

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
STATIC = Path(__file__).parent.parent / "web" / "static"
_WITHIN = (
    ("/queue/", "/queue"),
    ("/lists/", "/lists"),
    ("/revisions/", "/lists"),
    ("/items/", "/lists"),
    ("/organizations/", "/directory"),
    ("/rates/", "/rates"),
    ("/periods", "/rates"),
)
"""Pages that stand within a place of the navigation."""

_CONCERNED_BY_SUPERVISION = (Post.LEADER, Post.OPERATOR, Post.LIAISON, Post.TOWNSHIP_LEADER, Post.AUDITOR)

_FLASH = "huying_flash"


def _contents_of(folder: Path) -> str:
    """A short name for what the static files hold: a browser keeps them until one of them changes."""
    contents = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            contents.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return contents.hexdigest()[:12]


ASSETS_VERSION = _contents_of(STATIC)


@dataclass(frozen=True, slots=True)
class NavLink:
    """导航: one link of the frame."""

    href: str
    label: str
    active: bool
    count: str | None = None


class TemplatePages:
    """Pages of this instance. Call it with a request, a template and the page's own context."""

    def __init__(self, services: Services, people: People | None = None) -> None:
        """`people`: those of the demonstration, for its guide."""
        self._services, self._people = services, people
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(demonstration=services.demonstration)

    def __call__(self, request: Request, template: str, context: Mapping[str, object], status: int = 200) -> Response:
        """The page as a response. A message left by the step before is shown once."""
        flash = _read_flash(request)
        frame = {**self._frame(request), "flash": flash, "drafts_done": [one["draft"] for one in flash if one["draft"]]}
        content = self._environment.get_template(template).render({**frame, **context})
        response = HTMLResponse(content, status)
        if flash:
            response.delete_cookie(_FLASH, path="/")
        return response

    def problem(self, request: Request, problem: Problem) -> Response:
        """An error as a page that says what to do. Nothing is read for it where the database is away."""
        frame = self._plain_frame(request) if problem.status == 503 else self._frame(request)
        context = {**frame, "flash": [], "drafts_done": [], "problem": problem, "back_href": _came_from(request)}
        content = self._environment.get_template("problem.html").render(context)
        return HTMLResponse(content, problem.status)

    def _frame(self, request: Request) -> dict[str, Any]:
        caller = getattr(request.state, "caller", None)
        signed_in = caller.signed_in if isinstance(caller, Caller) else None
        viewer = signed_in.viewer if signed_in else None
        return self._plain_frame(request) | {
            "viewer": _viewer_shown(viewer, signed_in.posts if signed_in else ()) if viewer else None,
            "nav": self._nav(request, viewer) if viewer else [],
            "csrf_token": form_token(signed_in.csrf_secret) if signed_in else "",
            "freshness": page_age(self._services, viewer) if viewer else None,
            "story_line": self._story_line(request, viewer) if viewer else None,
            "unread": unread_text(self._services.inbox.unread(viewer)) if viewer else "",
        }

    def _story_line(self, request: Request, viewer: Viewer) -> dict[str, Any] | None:
        place = place_in_story(request)
        if not self._services.demonstration or self._people is None or not place.number:
            return None
        shown = shown_call(self._services, viewer, place.call) if place.call else None
        return story_line(request, viewer, place, shown.now if shown else None, self._people)

    def _plain_frame(self, request: Request) -> dict[str, Any]:
        return {
            "request": request,
            "viewer": None,
            "nav": [],
            "csrf_token": "",
            "freshness": None,
            "problem": None,
            "story_line": None,
            "unread": "",
            "file_limit_mb": self._services.file_megabytes,
            "assets_version": ASSETS_VERSION,
        }

    def _nav(self, request: Request, viewer: Viewer) -> list[NavLink]:
        here = next((home for beginning, home in _WITHIN if request.url.path.startswith(beginning)), request.url.path)
        waiting = self._services.calls.waiting(viewer) + self._services.supervision.waiting(viewer)
        links = [("/", "首页", None), ("/queue", "待办", count_text(waiting) if waiting else None)]
        if viewer.post in (Post.CALLER, Post.TOWNSHIP_LEADER, Post.GRID_WORKER, Post.DUTY_OFFICER):
            links.append(("/calls/new", "呼叫", None))
        if viewer.post is Post.SUPERVISOR:
            links.append(("/supervision", "督办", None))
        links += [("/search", "查找", None), ("/lists", "责任清单", None)]
        if viewer.sees_all or viewer.post is not Post.ADMINISTRATOR:
            links += [("/rates", "运行情况", None), ("/record", "履责台账", None)]
        links.append(("/directory", "机构", None))
        if viewer.post in _CONCERNED_BY_SUPERVISION:
            links.append(("/supervision", "督办", None))
        if viewer.post in (Post.ADMINISTRATOR, Post.OPERATOR, Post.AUDITOR):
            links.append(("/status", "运行状态", None))
        return [NavLink(href, label, here == href, count) for href, label, count in links]


def leave_flash(response: Response, kind: str, text: str, draft: str = "") -> None:
    """A sentence for the next page. `kind` is success, warning, problem or information; `draft` names the draft that
    the browser may now forget, since what it held is recorded."""
    said = quote(json.dumps([{"kind": kind, "text": text, "draft": draft}]))
    response.set_cookie(_FLASH, said, max_age=60, path="/", httponly=True, samesite="lax")


def _came_from(request: Request) -> str | None:
    """The page of ours from which somebody came, to go back to where they were writing."""
    came = urlsplit(request.headers.get("referer", ""))
    ours = came.netloc == request.url.netloc and came.path.startswith("/") and not came.path.startswith("//")
    if not ours or (came.path, came.query) == (request.url.path, request.url.query):
        return None
    return f"{came.path}?{came.query}" if came.query else came.path


def count_text(count: int) -> str:
    """A number as it stands on a page: beyond MOST_COUNTED nobody counted on."""
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def unread_text(count: int) -> str:
    """The number at the bell: "" for none, "99+" beyond what anybody counts."""
    return "" if count == 0 else str(count) if count <= 99 else "99+"


def _read_flash(request: Request) -> list[dict[str, str]]:
    raw = request.cookies.get(_FLASH)
    if not raw:
        return []
    try:
        found = json.loads(unquote(raw))
        return [{name: str(one[name])[:500] for name in ("kind", "text", "draft")} for one in found[:3]]
    except (ValueError, TypeError, KeyError):
        return []  # not one of ours: somebody edited their own cookie


def _viewer_shown(viewer: Viewer, posts: Any) -> dict[str, Any]:
    return {
        "person": str(viewer.person),
        "name": viewer.name,
        "organization_name": viewer.organization_name,
        "post_name": viewer.post.label + ("(受托代办)" if viewer.acting_for else ""),
        "posts": [
            {
                "id": str(post.appointment),
                "label": f"{post.organization_name} · {post.post.label}" + ("(受托代办)" if post.acting_for else ""),
                "current": post.appointment == viewer.appointment,
            }
            for post in posts
        ],
    }
