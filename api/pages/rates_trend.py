"""走势页: the figures of one line month by month, as a table and, where the browser draws, as a chart of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.assessment.reading import (
    TREND_MONTHS,
    By,
    dimension_asked,
    organization_asked,
    refuse_non_readers,
    schemes_for,
)
from api.pages.figure_tables import freeze_shown
from api.pages.frame import TemplatePages
from api.pages.rate_views import FigureShown, figure
from api.pages.times import exact_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.assessment.columns import TREND
from domain.assessment.definitions import MEASURES, VOLUME
from domain.assessment.measure import Dimension
from domain.assessment.periods import Span, months_until, span_of
from domain.assessment.scheme import Scheme
from projections.scope import Viewer

_OF_ORGANIZATIONS = (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP)


def rates_trend_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/rates/trend`: the last twelve months, the running one included."""
    router = APIRouter(include_in_schema=False)

    @router.get("/rates/trend")
    def trend(
        request: Request,
        viewer: RequiredViewer,
        by: By = None,
        of: Annotated[str, Query(max_length=60)] = "",
    ) -> Response:
        refuse_non_readers(viewer)
        dimension, now = dimension_asked(viewer, by), services.clock()
        months = months_until(now, TREND_MONTHS)
        chosen = organization_asked(of)
        lines = services.rates.month_by_month(viewer, dimension, of or None, months, now)
        schemes, freezes = schemes_for(services, viewer, months), services.periods.freezes(viewer, months)
        ids = TREND[dimension]
        rows = [
            {
                "name": span.name,
                "short": f"{span.first.month}月" if span.first.month > 1 else f"{span.first.year}年1月",
                "unfinished": now < span.until,
                "freeze": freeze_shown(freezes.get(span), dimension),
                "href": f"/rates?{urlencode({'period': span.code, 'by': dimension.value})}",
                "figures": [
                    figure(MEASURES[id_], line.counts, scheme, _lists(viewer, span, dimension, of)) for id_ in ids
                ],
            }
            for span, line, scheme in zip(months, lines, schemes, strict=True)
        ]
        context = {
            "whose": _whose(services, viewer, chosen),
            "by": dimension.value,
            "by_label": dimension.label,
            "of": of,
            "choices": _choices(services, viewer, dimension, now),
            "tabs": [
                {"href": f"/rates/trend?{urlencode({'by': one.value})}", "label": one.label, "active": one is dimension}
                for one in _OF_ORGANIZATIONS
                if viewer.sees_all or one is dimension
            ],
            "headings": [MEASURES[id_].name for id_ in ids],
            "rows": rows,
            "chart": _chart(ids, rows),
            "minimum": _minimum(months, schemes),
            "rates_href": f"/rates?{urlencode({'by': dimension.value})}",
            "at_text": exact_text(now),
        }
        return pages(request, "rates_trend.html", context)

    return router


def _chart(ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is drawn: percentages as lines (a gap where there are too few cases), the number of calls as bars."""
    series = []
    for place, id_ in enumerate(ids):
        figures: list[FigureShown] = [row["figures"][place] for row in rows]
        counted = id_ == VOLUME.id
        drawn = [int(one.counted) if counted else float(one.percent[:-1]) if one.percent else None for one in figures]
        if any(value is not None for value in drawn):
            series.append({"name": MEASURES[id_].name, "bars": counted, "values": drawn})
    return {"months": [row["short"] for row in rows], "series": series}


def _minimum(months: Sequence[Span], schemes: Sequence[Scheme]) -> str:
    """Below how many cases there is no percentage: of most months, and of those with a scheme of their own."""
    (usual, _), *_ = Counter(scheme.minimum for scheme in schemes).most_common(1)
    others = [
        f"{span.name} {one.minimum} 件" for span, one in zip(months, schemes, strict=True) if one.minimum != usual
    ]
    return f"不足 {usual} 件" + (f"({'、'.join(others)})" if others else "")


def _lists(viewer: Viewer, span: Span, dimension: Dimension, of: str) -> str:
    if not of and not viewer.sees_all:
        return ""
    asked = {"period": span.code, "by": dimension.value, **({"of": of} if of else {})}
    return f"/rates/lines?{urlencode(asked)}"


def _whose(services: Services, viewer: Viewer, chosen: UUID | None) -> str:
    if chosen is None:
        return "全县" if viewer.sees_all else viewer.organization_name
    entry = services.directory.organization(viewer, chosen)
    return entry.name if entry else "已撤销的机构"


def _choices(services: Services, viewer: Viewer, dimension: Dimension, now: datetime) -> list[dict[str, str]]:
    """The organizations with a line in the last twelve months, for who reads all of them."""
    if not viewer.sees_all:
        return []
    months = months_until(now, TREND_MONTHS)
    year = span_of(f"{months[0].code}..{months[-1].code}")
    keys = {line.key for line in services.rates.figures(viewer, dimension, year, now).lines}
    entries = services.directory.organizations(viewer, now, limit=500)
    return [{"value": str(entry.id), "label": entry.name} for entry in entries if str(entry.id) in keys]
