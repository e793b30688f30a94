"""运行状态: for those who keep it running: what the doctor finds, what to do, and how far each view is."""

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
    """What the page shows: the doctor's findings in the doctor's words, and where each view stands."""
    findings = services.findings()
    problems = [finding for finding in findings if not finding.well]
    return {
        "summary": {
            "light": LightShown(*(("overdue", "有问题") if problems else ("normal", "正常"))),
            "text": f"有 {len(problems)} 项需要处理,办法见下。" if problems else "各部分运行正常。",
        },
        "problems": problems,
        "well": [finding for finding in findings if finding.well],
        "views": [
            {
                "title": standing.title,
                "lag_text": f"{standing.behind} 条",
                "seconds_text": span_text(timedelta(seconds=standing.behind_seconds)) if standing.behind else "无",
                "parked_text": f"{standing.parked} 件",
                "at_text": exact_text(standing.updated_at) if standing.updated_at else "尚未更新",
                "version_text": f"第 {standing.version} 版",
            }
            for standing in services.freshness.standings()
        ],
    }
