"""读取: waiting for one's own write, and looking at an earlier moment."""

from datetime import datetime
from typing import Annotated

from fastapi import Query

from api.services import Services
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.shared.changes import changed
from domain.shared.refusals import Invalid, NotFound, Refusal
from projections.calls.secrecy import keeps
from projections.engine.projection import Projection
from projections.scope import Viewer

MinPosition = Annotated[
    int, Query(ge=0, le=9_000_000_000_000_000, description="至少包含到此记录位置(回执中的 position)")
]


class NotYetVisible(Refusal):
    """The view has not taken the fact in within the waiting time."""

    code = "not-yet-visible"
    status = 503
    rule = "您的办理已记录,页面资料正在更新,请稍候刷新。"


def wait_for(services: Services, projection: type[Projection], position: int) -> None:
    """Wait until the view holds the position. Refuses NotYetVisible."""
    if not services.freshness.wait_for(projection, position):
        raise NotYetVisible


def as_of_call(services: Services, call: Call, moment: datetime, viewer: Viewer) -> Call:
    """The call as the facts recorded until then tell it (历史时点); what is kept back now is kept back of then, too.

    Refuses Invalid, NotFound.
    """
    if moment.tzinfo is None:
        raise Invalid("历史时点须带时区,如 2026-05-31T17:00:00+08:00。", field="as_of")
    then: Call | None = None
    for event in services.history.history(call.id):
        if event.recorded_at > moment:
            break
        then = evolve(then, event)
    if then is None:
        raise NotFound("该时点尚无此事项。")
    if call.confidential is not None and call.confidential.since and not keeps(call, viewer):
        return changed(then, text=call.text, place=call.place)
    return then
