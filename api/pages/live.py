"""实时提示: a stream that says "something you look at changed", nothing more."""

from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api.pages.forms import uuid_or_none
from api.security.gate import RequiredViewer
from api.services import Services
from domain.shared.refusals import Invalid, NotFound
from projections.scope import Viewer

_MOST_TOPICS = 20


def live_router(services: Services) -> APIRouter:
    """`GET /live?topics=call:<id>,desk:<organization>,inbox:<person>` as server-sent events."""
    router = APIRouter(include_in_schema=False)

    @router.get("/live")
    async def live(viewer: RequiredViewer, topics: str) -> Response:
        wanted = topics.split(",")[:_MOST_TOPICS]
        await run_in_threadpool(_refuse_others, services, viewer, wanted)

        async def stream() -> AsyncIterator[str]:
            yield "retry: 3000\n\n"
            # A reader that goes away cancels this by itself: asking each time would cost as much as telling.
            async for changed in services.live.changes(wanted):
                yield "event: changed\ndata: 1\n\n" if changed else ": 连接保持\n\n"

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )

    return router


def _refuse_others(services: Services, viewer: Viewer, topics: list[str]) -> None:
    """Refuses NotFound for a call, desk or inbox that is not open to the viewer."""
    for topic in topics:
        kind, _, name = topic.partition(":")
        subject: UUID | None = uuid_or_none(name)
        if kind not in ("call", "desk", "inbox") or subject is None:
            raise Invalid("实时提示的主题无效。", field="topics")
        if kind == "desk" and subject != viewer.organization and not viewer.sees_all:
            raise NotFound
        if kind == "inbox" and subject != viewer.person:
            raise NotFound
        if kind == "call" and services.calls.call(viewer, subject) is None:
            raise NotFound
