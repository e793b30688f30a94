"""待更新: what is recorded and not yet on the pages, in words. No page pretends that nothing happened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from adapters.event_store.mapper import FactUnreadable
from api.pages.record_words import WORDS
from api.pages.times import exact_text, span_text, time_text
from api.services import Services
from domain.calls.call import Call
from domain.calls.fold import evolve
from projections.engine.waiting import MOST_COUNTED, StreamWaiting, WaitingFact
from projections.scope import Viewer

Page = Callable[[Request, str, Mapping[str, object]], Response]
"""Renders a template."""

NOTICED_AFTER = timedelta(seconds=3)
"""Pages that are younger than this need no word about their age: they are refreshed in the time of one breath."""

_PATIENCE_SECONDS = 3.0
_SHORT_PATIENCE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ShownCall:
    """事项 as its view has it, as the facts have it now, and what lies between the two."""

    in_view: Call
    now: Call
    waits: StreamWaiting
    parked: bool = False

    @property
    def is_behind(self) -> bool:
        """Whether the view lacks facts of this call."""
        return bool(self.waits.own or self.waits.others)


def shown_call(services: Services, viewer: Viewer, call_id: UUID) -> ShownCall | None:
    """The call for somebody who may read it. Where its view is behind, stage, clocks and steps come from the facts, so
    that the next step can be taken all the same; a parked call (its facts can't be folded) stays as its view has it."""
    call = services.calls.call(viewer, call_id)
    if call is None:
        return None
    waits = services.waiting.of_stream(viewer, call_id, call.version)
    if not waits.own and not waits.others:
        return ShownCall(call, call, waits)
    if any(parked.stream == call_id for parked in services.freshness.parked()):
        return ShownCall(call, call, waits, parked=True)
    try:
        folded: Call | None = reduce(evolve, services.history.history(call_id), None)
    except FactUnreadable:  # the view has not come to the fact yet: it will park the call there
        return ShownCall(call, call, waits, parked=True)
    return ShownCall(call, folded or call, waits)


def patience(services: Services) -> float:
    """How long somebody who just acted waits for the view: hardly at all, where it is known to stand still."""
    return _SHORT_PATIENCE_SECONDS if _is_late(services) else _PATIENCE_SECONDS


def page_age(services: Services, viewer: Viewer) -> dict[str, Any] | None:
    """What the frame of every page says while its data is old; None while it is fresh."""
    backlog = services.waiting.backlog()
    now = services.clock()
    if backlog is None or now - backlog.since < NOTICED_AFTER:
        return None
    number = f"{MOST_COUNTED} 条以上" if backlog.behind > MOST_COUNTED else f"{backlog.behind} 条"
    own = services.waiting.own(viewer)
    return {
        "late": True,
        "text": f"页面资料截至 {_moment(backlog.since, now)}({span_text(now - backlog.since)}前),"
        f"尚有 {number}记录待更新。办理照常:提交后立即记录在案,页面随后自动补上。",
        "own": receipts(own, now),
    }


def receipts(facts: Sequence[WaitingFact], now: datetime) -> list[dict[str, str]]:
    """回执: one line a fact that waits: what, when, its number in the record, and where it will be shown."""
    return [
        {
            "title": _title(fact.wire),
            "number": fact.number,
            "recorded_text": _moment(fact.recorded_at, now),
            "position": f"第 {fact.position} 号记录",
            "href": f"/calls/{fact.stream}" if fact.wire.startswith("calls.") else "",
        }
        for fact in facts
    ]


def call_age(shown: ShownCall, now: datetime) -> dict[str, Any] | None:
    """What the page of a call says while its record lacks facts."""
    if not shown.is_behind:
        return None
    others = f"另有 {shown.waits.others} 条他人记录。" if shown.waits.others and shown.waits.own else ""
    if shown.parked:
        text = "本事项有记录暂时不能整理到页面,已停在一旁,由系统管理员处理;记录本身完好,不会丢失。"
    elif shown.waits.own:
        text = f"下列办理已记录在案,页面更新后列入办理记录。{others}现在等谁、时限和可办操作已按最新记录显示。"
    else:
        text = (
            f"本事项有 {shown.waits.others} 条新记录尚未列入下面的办理记录;现在等谁、时限和可办操作已按最新记录显示。"
        )
    return {"text": text, "own": receipts(shown.waits.own, now)}


def recorded_page(services: Services, pages: Page, request: Request, viewer: Viewer, call_id: UUID) -> Response | None:
    """已记录: instead of an old page, or of none, for somebody whose step no page shows yet. None when nothing of
    theirs waits. It looks again by itself, with and without scripts, and becomes the page of the call."""
    call = services.calls.call(viewer, call_id)
    waits = services.waiting.of_stream(viewer, call_id, call.version if call else 0)
    if not waits.own:
        return None
    now = services.clock()
    number = call.number if call else next((fact.number for fact in waits.own if fact.number), "")
    context = {
        "number": number,
        "call_title": call.text if call else "",
        "receipts": receipts(waits.own, now),
        "who_text": f"{viewer.organization_name} · {viewer.post.label} {viewer.name}",
        "printed_text": exact_text(now),
        "again_href": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "call_href": f"/calls/{call_id}" if call else None,
        "flash": (),
    }
    return pages(request, "recorded.html", context)


def _title(wire: str) -> str:
    return WORDS[wire].title if wire in WORDS else "办理记录"


def _moment(moment: datetime, now: datetime) -> str:
    return f"{time_text(moment, now)}:{exact_text(moment)[-2:]}"


def _is_late(services: Services) -> bool:
    backlog = services.waiting.backlog()
    return backlog is not None and services.clock() - backlog.since >= NOTICED_AFTER
