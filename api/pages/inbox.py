"""消息: what the reader was told, newest first. Every action is a plain form; reading is no fact of the casework."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from api.pages.call_views import shortened
from api.pages.frame import TemplatePages, leave_flash
from api.pages.times import LOCAL, time_text
from api.security.gate import RequiredViewer
from api.security.pages import see
from api.services import Services
from domain.notices.records import Delivery, DeliveryState, InboxEntry
from domain.shared.refusals import Invalid, NotFound
from projections.scope import Viewer

_LONGEST_TEXT = 60


def inbox_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/inbox`, `/inbox/read`, `/inbox/open`, `/inbox/read-all`."""
    router = APIRouter(prefix="/inbox", include_in_schema=False)

    @router.get("")
    def inbox(request: Request, viewer: RequiredViewer, after: str = "", only: str = "") -> Response:
        only_owed = only == "owed"
        found = services.inbox.entries(viewer, after, only_owed=only_owed)
        now = services.clock()
        place = services.inbox.next_place(found)
        asked = "only=owed&" if only_owed else ""
        return pages(
            request,
            "inbox.html",
            {
                "entries": [_shown(entry, viewer, now) for entry in found],
                "tabs": [
                    {"href": "/inbox", "label": "全部", "active": not only_owed},
                    {"href": "/inbox?only=owed", "label": "要我办的", "active": only_owed},
                ],
                "only_owed": only_owed,
                "newest": found[0].notice.recorded_at.isoformat() if found and not after else "",
                "next_href": f"/inbox?{asked}after={place}".replace("+", "%2B") if place else None,
                "first_href": f"/inbox?{asked}".rstrip("?&") if after else None,
                "live_topics": f"inbox:{viewer.person}" if not after else "",
            },
        )

    @router.post("/read")
    def read(viewer: RequiredViewer, notice: Annotated[UUID, Form(title="消息")]) -> Response:
        if services.inbox.read(viewer, notice) is None:
            raise NotFound
        return see("/inbox")

    @router.post("/open")
    def open_one(viewer: RequiredViewer, notice: Annotated[UUID, Form(title="消息")]) -> Response:
        href = services.inbox.read(viewer, notice)
        if href is None:
            raise NotFound
        return see(href)

    @router.post("/read-all")
    def read_all(viewer: RequiredViewer, up_to: Annotated[str, Form(title="截至")]) -> Response:
        """What came after the reader looked stays unread."""
        try:
            moment = datetime.fromisoformat(up_to)
        except ValueError:
            raise Invalid("“截至”时间无效,请刷新消息页后重试。", field="up_to") from None
        done = services.inbox.read_all(viewer, moment if moment.tzinfo else moment.replace(tzinfo=LOCAL))
        answer = see("/inbox")
        leave_flash(answer, "success", f"{done} 条已标为已读。")
        return answer

    return router


def _shown(entry: InboxEntry, viewer: Viewer, now: datetime) -> dict[str, object]:
    notice = entry.notice
    return {
        "id": str(notice.id),
        "topic": notice.topic.label,
        "owed": notice.topic.owed,
        "number": f"考核周期 {notice.number}" if notice.topic.of_a_period else notice.number,
        "urgency_text": notice.urgency.label,
        "urgency_code": notice.urgency.value,
        "text": shortened(entry.text, _LONGEST_TEXT) if entry.text else "",
        "due_text": time_text(notice.due, now) if notice.due is not None else "",
        "by": notice.by_organization,
        "at_text": time_text(notice.recorded_at, now),
        "for_other": notice.organization_name if notice.organization != viewer.organization else "",
        "unread": entry.read_at is None,
        "sent": [_sent(one, now) for one in entry.deliveries],
    }


def _sent(one: Delivery, now: datetime) -> dict[str, object]:
    """How it went out by one channel, e.g. "短信已发送 5月9日(周六) 08:30", "电话未送达:本平台尚未接通"."""
    name = one.channel.label + ("汇总" if one.gathered else "")
    if one.state is DeliveryState.GIVEN_UP:
        return {"text": f"{name}{one.state.label}" + (f":{one.answer}" if one.answer else ""), "failed": True}
    return {"text": f"{name}{one.state.label} {time_text(one.at, now)}", "failed": False}
