"""履责台账接口: what organizations owed, line by line."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.assessment.rates_api import CountedLinesBody, counted_lines
from api.documented import READING
from api.pages.record import Filters, filter_of
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from projections.rates.view import RatesView
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.RECORDS_READ))]


def record_api(services: Services) -> APIRouter:
    """GET /obligations."""
    router = APIRouter(tags=["履责台账"])

    @router.get("/obligations", summary="履责台账", responses=READING)
    def lines(
        viewer: Reader,
        asked: Filters,
        after: Annotated[str, Query(max_length=120, description="下一页位置")] = "",
        min_position: MinPosition = 0,
    ) -> CountedLinesBody:
        wait_for(services, RatesView, min_position)
        return counted_lines(services.obligation_record.lines(viewer, filter_of(services, viewer, asked), after))

    return router
