"""运行状态: for those who keep it running: how far each view is behind, and what was left out."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import TemplatePages
from api.pages.times import exact_text, span_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.shared.posts import Post
from domain.shared.refusals import NotYours

STATUS_POSTS = frozenset({Post.ADMINISTRATOR, Post.OPERATOR, Post.AUDITOR})


def status_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /status`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/status")
    def status(request: Request, viewer: RequiredViewer) -> Response:
        if viewer.post not in STATUS_POSTS:
            raise NotYours("运行状态由系统管理员、受理员和监督查阅员查看。")
        return pages(request, "status.html", status_context(services))

    return router


def status_context(services: Services) -> dict[str, object]:
    """What the page shows, from the views' own bookkeeping."""
    standings = services.freshness.standings()
    titles = {f"{s.name}_v{s.version}": s.title for s in standings}
    return {
        "views": [
            {
                "name": standing.title,
                "version": standing.version,
                "behind": standing.behind,
                "seconds_text": span_text(timedelta(seconds=standing.behind_seconds)) if standing.behind else "无",
                "updated_text": exact_text(standing.updated_at) if standing.updated_at else "尚未更新",
                "parked": standing.parked,
                "ok": standing.behind == 0 and standing.parked == 0,
            }
            for standing in standings
        ],
        "parked": [
            {
                "view": titles.get(parked.view, parked.view),
                "stream": str(parked.stream),
                "position": parked.position,
                "kind": parked.wire,
                "reason": parked.reason,
                "at_text": exact_text(parked.parked_at),
                "what_to_do": f"排除原因后运行:huying unpark {parked.view.rpartition('_v')[0]} {parked.stream}",
            }
            for parked in services.freshness.parked()
        ],
        "now_text": exact_text(services.clock()),
    }
