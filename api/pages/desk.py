"""工作台: the first page, the queues and the search."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.call_views import queue_row
from api.pages.frame import TemplatePages
from api.security.gate import RequiredViewer
from api.services import Services
from domain.calls.words import Stage
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from projections.scope import Viewer

_NEXT_STEPS = {
    Post.CALLER: (
        "遇到自己解决不了的事,点“新呼叫”:一句话、地点、照片即可",
        "被退回补正的,在“待办”里补充后再提交",
        "部门报结果后,到现场看一看再确认,最后评价",
    ),
    Post.GRID_WORKER: ("发现问题点“新呼叫”上报", "在“我发起”里看办到哪一步"),
    Post.TOWNSHIP_LEADER: (
        "在“待办”里签发本镇街的呼叫,4 个工作时内办理",
        "写得不清楚的可退回修改",
        "特急事项不经签发,已直接发出",
    ),
    Post.OPERATOR: (
        "在“待办”里先受理,再派发",
        "派发时按事项查清单;清单上没有的,按三定、法律等依据派发",
        "镇街确认后核实办结",
    ),
    Post.LIAISON: (
        "在“待办”里先响应:谁办、电话、第一步",
        "办完报告结果",
        "认为不属本单位职责的,在时限内提出承办异议,期间继续办理",
    ),
    Post.DUTY_OFFICER: ("接到特急电话,点“新呼叫”代录,写明通话时间", "随后受理并派发给承办单位"),
    Post.LEADER: ("在“待办”里办理需要您决定的事项", "在“查找”里查看本单位或全县事项"),
    Post.LIST_KEEPER: ("在“责任清单”里维护清单版本", "平台提请的职责界定在“待办”里"),
    Post.SUPERVISOR: ("在“查找”里查看全县事项和时限",),
    Post.REVIEWER: ("在“查找”里查看全县事项和办理记录",),
    Post.AUDITOR: ("在“查找”里查看全县事项和办理记录,只能查阅", "“运行状态”里查看资料是否完整"),
    Post.ADMINISTRATOR: ("在“机构岗位”里查看人员和任职", "“运行状态”里查看系统是否正常"),
}


def desk_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/`, `/queue/{which}`, `/search`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request, viewer: RequiredViewer) -> Response:
        now = services.clock()
        return pages(
            request,
            "home.html",
            {
                "steps": _NEXT_STEPS.get(viewer.post, ()),
                "counts": services.calls.counts(viewer, now),
                "rows": [queue_row(line, now) for line in services.calls.to_do(viewer)[:5]],
                "can_call": viewer.post in (Post.CALLER, Post.GRID_WORKER, Post.TOWNSHIP_LEADER, Post.DUTY_OFFICER),
                "live_topics": f"desk:{viewer.organization}",
            },
        )

    @router.get("/queue/{which}")
    def queue(request: Request, which: str, viewer: RequiredViewer, after: str = "") -> Response:
        now = services.clock()
        match which:
            case "to-do":
                found = services.calls.to_do(viewer, after)
            case "done":
                found = services.calls.done(viewer, after)
            case "mine":
                found = services.calls.mine(viewer, after)
            case _:
                raise NotFound
        place = services.calls.next_place(found)
        return pages(
            request,
            "queue.html",
            {
                "which": which,
                "tabs": _tabs(services, viewer, which),
                "rows": [queue_row(line, now) for line in found],
                "next_href": f"/queue/{which}?{urlencode({'after': place})}" if place else "",
                "first_page": not after,
                "live_topics": f"desk:{viewer.organization}",
            },
        )

    @router.get("/search")
    def search(request: Request, viewer: RequiredViewer, q: str = "", stage: str = "", after: str = "") -> Response:
        now = services.clock()
        known_stage = stage if stage in {s.value for s in Stage} else ""
        found = services.calls.search(viewer, q[:100], after, known_stage)
        place = services.calls.next_place(found)
        return pages(
            request,
            "search.html",
            {
                "q": q,
                "stage": known_stage,
                "stages": [{"value": s.value, "label": s.label} for s in Stage],
                "rows": [queue_row(line, now) for line in found],
                "next_href": f"/search?{urlencode({'q': q, 'stage': known_stage, 'after': place})}" if place else "",
            },
        )

    return router


def _tabs(services: Services, viewer: Viewer, which: str) -> list[dict[str, object]]:
    counts = services.calls.counts(viewer, services.clock())
    tabs = [("to-do", "待办", counts.to_do), ("done", "已办", counts.done), ("mine", "我发起", counts.mine)]
    return [
        {"href": f"/queue/{code}", "label": label, "count": count, "active": code == which}
        for code, label, count in tabs
        if code != "mine" or viewer.organization_kind in ("township", "functional_zone")
    ]
