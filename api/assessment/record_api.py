"""履责台账接口: what organizations owed, line by line."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.assessment.rates_api import CountedLineBody, counted_lines
from api.documented import API, READING
from api.pages.record import Filters, filter_of
from api.pages.record_lines import evidence_of
from api.reading import MinPosition, wait_for
from api.security.gate import refuse_out_of_scope, within
from api.security.scopes import Scope
from api.services import Services
from domain.supervision.words import FailureKind, SuspicionState
from projections.calls.view import CallsView
from projections.rates.view import RatesView
from projections.scope import Viewer
from projections.supervision.view import SupervisionView

Reader = Annotated[Viewer, Depends(within(Scope.RECORDS_READ))]


class LineSuspicionBody(BaseModel):
    """一项疑似情形及其认定。"""

    suspicion: int = Field(description="事项内第几项疑似情形")
    kind: FailureKind
    state: SuspicionState = Field(description="疑似(待认定)、已认定、不成立")
    suspected_at: datetime
    decided_at: datetime | None
    decided_by: str = Field(description="作出认定的机构,未认定为空;理由见督办情况")


class RecordLineBody(CountedLineBody):
    """台账的一项;督办通知单和通报要求办理的,`document` 写明哪一份,`place` 为督办内第几项。"""

    document: str = Field(description="由哪份督办通知单或通报要求;呼叫事项中的为空")

    suspicions: list[LineSuspicionBody] = Field(description="所涉疑似情形,须另有督办查阅权限范围,否则为空")


class RecordLinesBody(BaseModel):
    """一页,`next` 为下一页的位置(没有则为空)。"""

    items: list[RecordLineBody]
    next: str | None


def record_api(services: Services) -> APIRouter:
    """GET /obligations."""
    router = APIRouter(prefix=API, tags=["履责台账"])

    @router.get("/obligations", summary="履责台账", responses=READING)
    def lines(
        viewer: Reader,
        asked: Filters,
        after: Annotated[str, Query(max_length=120, description="下一页位置")] = "",
        min_position: MinPosition = 0,
    ) -> RecordLinesBody:
        wait_for(services, RatesView, min_position)
        wait_for(services, CallsView, min_position)
        wait_for(services, SupervisionView, min_position)
        if asked.suspicion:
            refuse_out_of_scope(viewer, Scope.SUPERVISION_READ)
        found = services.obligation_record.lines(viewer, filter_of(services, viewer, asked), after)
        may_know = Scope.SUPERVISION_READ in viewer.scopes
        suspicions = services.suspicions.of_calls(viewer, {line.call for line in found}) if may_know else {}
        page = counted_lines(found, evidence_of(services, viewer, found))
        return RecordLinesBody(
            items=[
                RecordLineBody(
                    **body.model_dump(),
                    document=line.document,
                    suspicions=[
                        LineSuspicionBody(
                            suspicion=one.suspicion,
                            kind=one.kind,
                            state=one.state,
                            suspected_at=one.suspected_at,
                            decided_at=one.decided_at,
                            decided_by=one.decided_by,
                        )
                        for one in suspicions.get(line.key, ())
                    ],
                )
                for line, body in zip(found, page.items, strict=True)
            ],
            next=page.next,
        )

    return router
