"""运行状态: for those who keep it running: how far each view is behind, and what was left out."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import TemplatePages
from api.pages.times import LightShown, exact_text, span_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.shared.posts import Post
from domain.shared.refusals import NotYours
from projections.scope import Viewer

STATUS_POSTS = frozenset({Post.ADMINISTRATOR, Post.OPERATOR, Post.AUDITOR})


def status_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /status`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/status")
    def status(request: Request, viewer: RequiredViewer) -> Response:
        refuse_other_posts(viewer)
        return pages(request, "status.html", status_context(services))

    return router


def refuse_other_posts(viewer: Viewer) -> None:
    """Refuses NotYours for a post that doesn't keep the instance running or watch over it."""
    if viewer.post not in STATUS_POSTS:
        raise NotYours("运行状态由系统管理员、受理员和监督查阅员查看。")


def status_context(services: Services) -> dict[str, object]:
    """What the page shows, from the views' own bookkeeping."""
    standings = services.freshness.standings()
    titles = {f"{s.name}_v{s.version}": s.title for s in standings}
    parked = services.freshness.parked()
    worst = max((s.behind for s in standings), default=0)
    parts = services.parts()
    well = worst < 100 and not parked and all(part.well for part in parts)
    return {
        "summary": {
            "light": LightShown("normal" if well else "overdue", "正常" if well else "需要处理"),
            "text": "各页面资料更新及时,没有停在一旁的办理记录。"
            if well
            else "有部分未运行、资料落后或记录停在一旁,请按下面的提示处理。",
        },
        "services": [
            {
                "name": part.name,
                "light": LightShown(*(("normal", "正常") if part.well else ("overdue", "需要处理"))),
                "text": part.text,
            }
            for part in parts
        ],
        "views": [
            {
                "title": standing.title,
                "light": LightShown(*(("normal", "正常") if standing.behind < 100 else ("overdue", "落后"))),
                "lag_text": f"{standing.behind} 件",
                "seconds_text": span_text(timedelta(seconds=standing.behind_seconds)) if standing.behind else "无",
                "at_text": exact_text(standing.updated_at) if standing.updated_at else "尚未更新",
                "version_text": f"第 {standing.version} 版",
                "building_text": None,
            }
            for standing in standings
        ],
        "parked": [
            {
                "view_title": titles.get(one.view, one.view),
                "matter_text": f"第 {one.position} 号记录",
                "matter_href": f"/calls/{one.stream}" if one.wire.startswith("calls.") else None,
                "reason": one.reason,
                "todo": f"排除原因后,在服务器上运行:huying unpark {one.view.rpartition('_v')[0]} {one.stream}",
                "since_text": exact_text(one.parked_at),
                "form": None,
            }
            for one in parked
        ],
        "live_topics": "",
    }
