"""工作台: the first page, the queues and the search."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.calls.bulk import BULK
from api.calls.commands import slug
from api.pages.call_views import QueueRow, queue_row
from api.pages.frame import TemplatePages, count_text
from api.pages.guidance import GUIDANCE
from api.pages.lateness import Lateness
from api.pages.supervision_views import desk_rows
from api.security.gate import RequiredViewer
from api.services import Services
from domain.calls.desks import actions_for
from domain.calls.words import Stage
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from domain.supervision.desks import actions_for as supervision_actions_for
from projections.calls.queries import CallLine
from projections.scope import Viewer

_EMPTY_BESIDE = "除督办外,没有其他待办。"
_CALLERS = (Post.CALLER, Post.GRID_WORKER, Post.TOWNSHIP_LEADER, Post.DUTY_OFFICER)
_CALLING_KINDS = ("township", "functional_zone")
_NEW_CALL = {"href": "/calls/new", "label": "我要呼叫"}
_ON_THE_FIRST_PAGE = 6
_OVERDUE = "overdue"
_QUEUES = {"to-do": "待办", "done": "已办", "mine": "我发起"}
_EMPTY = {
    "to-do": "没有待办。有新事项时,这一页会自己更新。",
    "overdue": "没有超期的待办。",
    "done": "还没有办过的事项。",
    "mine": "还没有发起过呼叫。遇到自己解决不了的事,点“我要呼叫”。",
    "search": "没有找到。换个词,或清空条件再找。",
}


def desk_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/`, `/queue`, `/queue/{which}`, `/search`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request, viewer: RequiredViewer) -> Response:
        return pages(request, "home.html", _home(services, viewer))

    @router.get("/queue")
    def to_do() -> Response:
        return RedirectResponse("/queue/to-do", 307)

    @router.get("/queue/{which}")
    def queue(request: Request, which: str, viewer: RequiredViewer, after: str = "", only: str = "") -> Response:
        only_overdue = which == "to-do" and only == _OVERDUE
        match which:
            case "to-do":
                found = services.calls.to_do(viewer, after)
            case "done":
                found = services.calls.done(viewer, after)
            case "mine":
                found = services.calls.mine(viewer, after)
            case _:
                raise NotFound
        if only_overdue:  # nearest due first: what is overdue stands before everything else
            now = services.clock()
            found = [line for line in found if line.owed is not None and line.owed.overdue_at(now)]
        asked = {"only": only} if only_overdue else {}
        context = _listing(services, viewer, found, f"/queue/{which}", asked, after)
        context |= {
            "title": "待办:已超期" if only_overdue else _QUEUES[which],
            "tabs": _tabs(services, viewer, _OVERDUE if only_overdue else which),
            "empty_text": _EMPTY[_OVERDUE if only_overdue else which],
        }
        if which == "to-do":
            context |= _bulk(found, context["rows"])
        if which == "to-do" and not after:
            context["supervision"] = _supervision(services, viewer, only_overdue=only_overdue)
            if context["supervision"]:
                context["empty_text"] = _EMPTY_BESIDE
        if which == "mine":
            context |= {"empty_href": "/calls/new", "empty_label": "我要呼叫"}
        return pages(request, "queue.html", context)

    @router.get("/search")
    def search(request: Request, viewer: RequiredViewer, q: str = "", stage: str = "", after: str = "") -> Response:
        if (named := services.calls.by_number(viewer, q.strip().upper())) is not None:
            return RedirectResponse(f"/calls/{named}", 303)  # whoever types a number means that one matter
        known_stage = stage if stage in {s.value for s in Stage} else ""
        found = services.calls.search(viewer, q[:100], after, known_stage)
        context = _listing(services, viewer, found, "/search", {"q": q, "stage": known_stage}, after)
        context |= {
            "title": "查找事项",
            "tabs": [],
            "empty_text": _EMPTY["search"],
            "search": {
                "href": "/search",
                "q": q,
                "stage": known_stage,
                "stages": [{"value": s.value, "label": s.label} for s in Stage],
                "hidden": [],
            },
        }
        return pages(request, "queue.html", context)

    return router


def _listing(
    services: Services, viewer: Viewer, found: Sequence[CallLine], path: str, asked: dict[str, str], after: str
) -> dict[str, Any]:
    place = services.calls.next_place(found)
    return {
        "rows": _rows(services, viewer, found),
        "next_href": f"{path}?{urlencode({**asked, 'after': place})}" if place else None,
        "first_href": f"{path}?{urlencode(asked)}" if after else None,
        "empty_href": None,
        "empty_label": None,
        "search": None,
        "live_topics": f"desk:{viewer.organization}",
        "bulk": None,
        "primary": _NEW_CALL if viewer.post in _CALLERS else None,
    }


def _bulk(found: Sequence[CallLine], rows: Sequence[QueueRow]) -> dict[str, Any]:
    """Rows that can be chosen, and the steps to be taken on them; nothing where there are not two of them."""
    steps: dict[str, str] = {}
    chosen = []
    for line, row in zip(found, rows, strict=True):
        command = BULK.get(line.owed.action) if line.owed is not None else None
        if command is not None:
            steps[slug(command)] = command.title
            row = replace(row, bulk=f"{line.id}:{line.version}")
        chosen.append(row)
    if sum(bool(row.bulk) for row in chosen) < 2:
        return {}
    buttons = [{"step": step, "label": f"{title}所选"} for step, title in steps.items()]
    return {"rows": chosen, "bulk": {"command_id": str(uuid4()), "buttons": buttons}}


def _rows(services: Services, viewer: Viewer, found: Sequence[CallLine]) -> list[QueueRow]:
    now, late = services.clock(), Lateness(services.rulebook)
    waiting = {fact.stream for fact in services.waiting.own(viewer)}
    return [queue_row(line, now, late, viewer.organization_name, waiting) for line in found]


def _home(services: Services, viewer: Viewer) -> dict[str, Any]:
    now = services.clock()
    counts = services.calls.counts(viewer, now)
    works = bool(actions_for(viewer.post) | supervision_actions_for(viewer.post))
    supervised = services.supervision.waiting(viewer)
    overdue = counts.overdue + services.supervision.overdue(viewer, now)
    numbers: list[dict[str, object]] = [
        {"label": "待办", "value": count_text(counts.to_do + supervised), "href": "/queue/to-do", "code": ""},
        {
            "label": "其中超期",
            "value": count_text(overdue),
            "href": f"/queue/to-do?only={_OVERDUE}",
            "code": "overdue" if overdue else "",
        },
        {"label": "已办", "value": count_text(counts.done), "href": "/queue/done", "code": ""},
    ]
    if not works:  # nothing ever waits for this post: numbers that are always nought tell nobody anything
        numbers = []
    if viewer.organization_kind in _CALLING_KINDS:
        numbers.append({"label": "本镇街呼叫", "value": count_text(counts.mine), "href": "/queue/mine", "code": ""})
    return {
        "greeting": f"{viewer.name},您好",
        "numbers": numbers,
        "steps": GUIDANCE[viewer.post],
        "primary": _NEW_CALL if viewer.post in _CALLERS else None,
        **(_next_due(services, viewer) if works else _latest(services, viewer)),
        "supervision_count": count_text(supervised),
        "live_topics": f"desk:{viewer.organization}",
    }


def _supervision(services: Services, viewer: Viewer, *, only_overdue: bool = False) -> list[dict[str, Any]]:
    """督办待办, nearest due first."""
    now, lines = services.clock(), services.supervision.to_do(viewer)
    if only_overdue:
        lines = [line for line in lines if line.owed.overdue_at(now)]
    matters = services.supervision.matters(viewer, sorted({line.call for line in lines})) if lines else {}
    return desk_rows(lines, matters, now, Lateness(services.rulebook))


def _next_due(services: Services, viewer: Viewer) -> dict[str, Any]:
    return {
        "supervision": _supervision(services, viewer)[:_ON_THE_FIRST_PAGE],
        "rows": _rows(services, viewer, services.calls.to_do(viewer)[:_ON_THE_FIRST_PAGE]),
        "rows_title": "最先到期",
        "rows_href": "/queue/to-do",
        "rows_label": "查看全部待办",
        "empty_text": _EMPTY["to-do"],
    }


def _latest(services: Services, viewer: Viewer) -> dict[str, Any]:
    """For those who have nothing to handle, but to look: the newest calls they may read."""
    return {
        "rows": _rows(services, viewer, services.calls.search(viewer, "")[:_ON_THE_FIRST_PAGE]),
        "rows_title": "最近的呼叫",
        "rows_href": "/search",
        "rows_label": "查找事项",
        "empty_text": "您的岗位没有待办,也没有可看的呼叫事项。",
    }


def _tabs(services: Services, viewer: Viewer, which: str) -> list[dict[str, object]]:
    now = services.clock()
    counts = services.calls.counts(viewer, now)
    numbers = {"to-do": counts.to_do + services.supervision.waiting(viewer), "done": counts.done, "mine": counts.mine}
    tabs: list[dict[str, object]] = [
        {"href": f"/queue/{code}", "label": label, "count": count_text(numbers[code]), "active": code == which}
        for code, label in _QUEUES.items()
        if code != "mine" or viewer.organization_kind in _CALLING_KINDS
    ]
    number = counts.overdue + services.supervision.overdue(viewer, now)
    overdue = {"href": f"/queue/to-do?only={_OVERDUE}", "label": "其中超期", "count": count_text(number)}
    return [*tabs[:1], {**overdue, "active": which == _OVERDUE}, *tabs[1:]]
