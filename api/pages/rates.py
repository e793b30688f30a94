"""运行情况页: figures by department, office, township, item or field, and the list behind every number."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from adapters.exports.rates_circular_docx import rates_circular
from api.assessment.reading import (
    By,
    PeriodCode,
    dimension_asked,
    freeze_of,
    measure_asked,
    refuse_non_readers,
    scheme_for,
    span_asked,
)
from api.pages.downloads import DOCX, download
from api.pages.figure_lists import ListAsked, Part, list_context
from api.pages.figure_tables import (
    circular_tables,
    dimension_tabs,
    figures_frozen,
    figures_now,
    freeze_shown,
    freeze_text,
)
from api.pages.frame import TemplatePages
from api.pages.rate_views import definitions_shown, scheme_lines
from api.pages.record_lines import Beside, evidence_of, lateness_of, shown_lines
from api.pages.times import exact_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.assessment.columns import COLUMNS
from domain.assessment.definitions import VERSION
from domain.assessment.measure import Dimension
from domain.assessment.periods import Span, months_until, span_of
from domain.shared.refusals import NotYours
from projections.scope import Viewer

_MONTHS_OFFERED = 13


def rates_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/rates`, `/rates/lines`, `/rates/circular.docx`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/rates")
    def rates(
        request: Request, viewer: RequiredViewer, period: PeriodCode = "", by: By = None, shares: bool = False
    ) -> Response:
        refuse_non_readers(viewer)
        span, dimension = span_asked(services, period), dimension_asked(viewer, by)
        shown = figures_now(services, viewer, span, dimension, shares=shares)
        context = {
            "span": span,
            "offered": periods_offered(services.clock()),
            "freeze": freeze_shown(freeze_of(services, viewer, span), dimension),
            "tabs": dimension_tabs(viewer, dimension, lambda one: _href(span, one)),
            "by": dimension.value,
            "by_label": dimension.label,
            "shares": shown.shares,
            "other_href": _href(span, dimension, shares=not shares) if (dimension, True) in COLUMNS else None,
            "headings": [line.label for line in shown.total],
            "total": shown.total,
            "rows": shown.rows,
            "reading": scheme_lines(shown.scheme, dimension),
            "definitions": definitions_shown(shown.columns),
            "definitions_version": VERSION,
            "at_text": exact_text(services.clock()),
            "unfinished": services.clock() < span.until,
            "circular_href": f"/rates/circular.docx?period={span.code}" if viewer.sees_all else None,
        }
        return pages(request, "rates.html", context)

    @router.get("/rates/lines")
    def lines(
        request: Request,
        viewer: RequiredViewer,
        measure: Annotated[str, Query(max_length=40)],
        period: PeriodCode = "",
        by: By = None,
        of: Annotated[str | None, Query(max_length=60)] = None,
        part: Part = "counted",
        after: Annotated[str, Query(max_length=120)] = "",
    ) -> Response:
        refuse_non_readers(viewer)
        chosen, span, dimension = measure_asked(measure), span_asked(services, period), dimension_asked(viewer, by)
        now = services.clock()
        found = services.rates.behind(viewer, chosen, dimension, of, span, now, part, after)
        asked = ListAsked("/rates/lines", {"period": span.code}, chosen, dimension, of, part, after)
        freeze = freeze_of(services, viewer, span)
        context = list_context(services, viewer, span.name, asked, found) | {
            "back_href": _href(span, dimension, shares=chosen.share),
            "back_label": "运行情况",
            "freeze": freeze_shown(freeze, dimension, asked.on(f"/periods/{freeze.period.id}/lines") if freeze else ""),
            "frozen_text": None,
            "rows": shown_lines(
                found,
                now,
                Beside({}, {}, evidence_of(services, viewer, found)),
                lateness_of(services, viewer, found),
            ),
        }
        return pages(request, "rate_lines.html", context)

    @router.get("/rates/circular.docx")
    def circular(viewer: RequiredViewer, period: PeriodCode = "") -> Response:
        return circular_draft(services, viewer, period)

    return router


def circular_draft(services: Services, viewer: Viewer, period: str) -> Response:
    """通报初稿 to be saved. Refuses NotYours for who sees not all of the county, Invalid for no period."""
    if not viewer.sees_all:
        raise NotYours("通报初稿由平台、督查和监督岗位生成。")
    span = span_asked(services, period)
    return download(_circular(services, viewer, span), DOCX, f"呼应运行情况通报(初稿){span.name}.docx")


_CIRCULAR = (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP)


def _circular(services: Services, viewer: Viewer, span: Span) -> bytes:
    """The draft: of a frozen period from what was frozen, else as counted now."""
    freeze, now = freeze_of(services, viewer, span), services.clock()
    period = services.periods.one(viewer, freeze.period.id) if freeze is not None and freeze.whole else None
    if period is None or period.frozen_at is None:
        counted = {one: figures_now(services, viewer, span, one) for one in _CIRCULAR}
        tables, left_out = circular_tables(services, viewer, counted)
        reading = [*scheme_lines(scheme_for(services, viewer, span), Dimension.TOWNSHIP), *left_out]
        said = f"口径版本 {VERSION},统计时间 {exact_text(now)}。{freeze_text(freeze) if freeze else ''}"
        return rates_circular(span.name, tables, reading, said, unfinished=now < span.until)
    frozen = {one: shown for one in _CIRCULAR if (shown := figures_frozen(viewer, period, one)) is not None}
    tables, left_out = circular_tables(services, viewer, frozen)
    reading = [*scheme_lines(period.scheme, Dimension.TOWNSHIP), *left_out]
    said = (
        f"本周期已冻结,以上为 {exact_text(period.frozen_at)} 冻结的数字(口径版本 {period.definitions},"
        f"计至记录 {period.position}),此后的补录、更正不在内。"
    )
    return rates_circular(span.name, tables, reading, said, unfinished=False)


def _href(span: Span, dimension: Dimension, *, shares: bool = False) -> str:
    asked = {"period": span.code, "by": dimension.value, **({"shares": "true"} if shares else {})}
    return f"/rates?{urlencode(asked)}"


def periods_offered(now: datetime) -> list[dict[str, str]]:
    """The months, quarters and years one may choose: a year back and the running one."""
    months = [span.code for span in reversed(months_until(now, _MONTHS_OFFERED))]
    year, month = map(int, months[0].split("-"))
    quarters = [f"{y}-Q{q}" for y in (year, year - 1) for q in (4, 3, 2, 1) if (y, q) <= (year, (month + 2) // 3)][:5]
    return [{"value": code, "label": span_of(code).name} for code in (*months, *quarters, str(year), str(year - 1))]
