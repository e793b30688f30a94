"""冻结的数字后面的清单: the lines behind a figure of an assessment period, as they stood when it was frozen."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.assessment.freezing import lines_behind
from api.assessment.reading import By, dimension_asked, measure_asked
from api.pages.figure_lists import ListAsked, Part, list_context
from api.pages.frame import TemplatePages
from api.pages.periods import period_of
from api.pages.record_lines import Beside, shown_lines
from api.pages.times import exact_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.assessment.definitions import VERSION
from projections.rates.periods import PeriodEntry
from projections.scope import Viewer


def period_lines_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/periods/{period}/lines`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/periods/{period_id}/lines")
    def lines(
        request: Request,
        period_id: UUID,
        viewer: RequiredViewer,
        measure: Annotated[str, Query(max_length=40)],
        by: By = None,
        of: Annotated[str | None, Query(max_length=60)] = None,
        part: Part = "counted",
        after: Annotated[str, Query(max_length=120)] = "",
    ) -> Response:
        period, chosen = period_of(services, viewer, period_id), measure_asked(measure)
        path, dimension = f"/periods/{period.id}/lines", dimension_asked(viewer, by)
        asked = ListAsked(path, {}, chosen, dimension, of, part, after)
        return pages(request, "rate_lines.html", _list_behind(services, viewer, period, asked))

    return router


def _list_behind(services: Services, viewer: Viewer, period: PeriodEntry, asked: ListAsked) -> dict[str, Any]:
    """As it stood at the freeze: what came later, and files and words given beside, are in the list of today."""
    found = lines_behind(services, viewer, period, asked.measure, asked.dimension, asked.of, asked.part, asked.after)
    return list_context(services, viewer, period.name, asked, found) | {
        "back_href": f"/periods/{period.id}?{urlencode({'by': asked.dimension.value})}",
        "back_label": period.name,
        "freeze": None,
        "frozen_text": _of_the_freeze(period),
        "rows": shown_lines(found, period.frozen_at or services.clock(), Beside({}, {}, {}), {}),
    }


def _of_the_freeze(period: PeriodEntry) -> str | None:
    if period.frozen_at is None:
        return None
    frozen = f"{exact_text(period.frozen_at)} 冻结(计至记录 {period.position})"
    counted = f"冻结时的清单:各件截至 {frozen}的情况,以后的办理不在内。"
    if period.definitions == VERSION:
        return counted
    return f"{counted}冻结所用口径版本 {period.definitions},清单按现行口径 {VERSION} 还原,件数可能与冻结的不同。"
