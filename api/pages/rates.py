"""运行情况页: figures by department, office, township, item or field, and the list behind every number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from adapters.exports.rates_circular_docx import CircularTable, rates_circular
from api.assessment.reading import (
    By,
    PeriodCode,
    dimension_asked,
    measure_asked,
    named,
    refuse_non_readers,
    scheme_for,
    span_asked,
)
from api.pages.downloads import DOCX, download
from api.pages.frame import TemplatePages
from api.pages.rate_views import FigureShown, definitions_shown, figure, scheme_lines
from api.pages.record_lines import Beside, evidence_of, lateness_of, shown_lines
from api.pages.times import exact_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.assessment.definitions import COLUMNS, MEASURES, VERSION, Dimension, Measure
from domain.assessment.periods import Span, months_until, span_of
from domain.assessment.scheme import Scheme
from domain.shared.refusals import NotYours
from projections.rates.queries import PAGE, FigureLine
from projections.scope import Viewer

Part = Literal["counted", "met", "unmet"]
_PARTS: Mapping[Part, str] = {"counted": "全部", "met": "已达到", "unmet": "未达到"}
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
        shown = figures_shown(services, viewer, span, dimension, shares=shares)
        context = {
            "span": span,
            "offered": periods_offered(services.clock()),
            "tabs": _tabs(viewer, span, dimension),
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
        asked = {"period": span.code, "by": dimension.value, "measure": chosen.id}
        if of is not None:
            asked["of"] = of
        context = {
            "title": f"{chosen.name}:{_whose(services, viewer, dimension, of)}",
            "subtitle": f"{span.name} · {chosen.denominator if part == 'counted' else _said(chosen, part)}",
            "back_href": _href(span, dimension, shares=chosen.share),
            "parts": [
                {"href": f"/rates/lines?{urlencode({**asked, 'part': code})}", "label": label, "active": code == part}
                for code, label in _PARTS.items()
            ]
            if chosen.met
            else [],
            "rows": shown_lines(
                found,
                now,
                Beside({}, {}, evidence_of(services, viewer, found)),
                lateness_of(services, viewer, found),
            ),
            "next_href": f"/rates/lines?{urlencode({**asked, 'part': part, 'after': found[-1].place_in_list})}"
            if len(found) == PAGE
            else None,
            "first_href": f"/rates/lines?{urlencode({**asked, 'part': part})}" if after else None,
        }
        return pages(request, "rate_lines.html", context)

    @router.get("/rates/circular.docx")
    def circular(viewer: RequiredViewer, period: PeriodCode = "") -> Response:
        if not viewer.sees_all:
            raise NotYours("通报初稿由平台、督查和监督岗位生成。")
        span, now = span_asked(services, period), services.clock()
        tables = [_table(services, viewer, span, one) for one in _CIRCULAR]
        scheme = scheme_for(services, viewer, span)
        content = rates_circular(
            span.name, tables, scheme_lines(scheme, Dimension.TOWNSHIP), VERSION, exact_text(now), now < span.until
        )
        return download(content, DOCX, f"呼应运行情况通报(初稿){span.name}.docx")

    return router


_CIRCULAR = (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP)


@dataclass(frozen=True)
class FiguresShown:
    """A whole table as people read it."""

    scheme: Scheme
    columns: tuple[str, ...]
    shares: bool
    total: Sequence[FigureShown]
    rows: Sequence[Mapping[str, Any]]


def figures_shown(
    services: Services, viewer: Viewer, span: Span, dimension: Dimension, *, shares: bool = False
) -> FiguresShown:
    """The table of a dimension: every line the viewer may read, and 全县."""
    now = services.clock()
    shares = shares and (dimension, True) in COLUMNS
    columns = COLUMNS[dimension, shares]
    scheme = scheme_for(services, viewer, span)
    figures = services.rates.figures(viewer, dimension, span, now)
    total = figures.total if viewer.sees_all else services.rates.county_total(viewer, dimension, span, now)
    base = f"/rates/lines?{urlencode({'period': span.code, 'by': dimension.value})}"

    def row(line: FigureLine) -> Mapping[str, Any]:
        href = f"{base}&{urlencode({'of': line.key})}"
        volume = (span, now) if dimension is Dimension.TOWNSHIP else None
        return {
            "name": line.name,
            "figures": [figure(MEASURES[id_], line.counts, scheme, href, volume) for id_ in columns],
        }

    everything = base if viewer.sees_all else ""
    return FiguresShown(
        scheme,
        columns,
        shares,
        [figure(MEASURES[id_], total.counts, scheme, everything) for id_ in columns],
        [row(line) for line in named(services, viewer, dimension, figures, now)],
    )


def _table(services: Services, viewer: Viewer, span: Span, dimension: Dimension) -> CircularTable:
    shown = figures_shown(services, viewer, span, dimension)
    return CircularTable(
        dimension.label,
        [one.label for one in shown.total],
        [("全县", [_plain(one) for one in shown.total])]
        + [(str(row["name"]), [_plain(one) for one in row["figures"]]) for row in shown.rows],
    )


def _plain(one: FigureShown) -> str:
    """A figure in one cell of a document, with what has to be said beside it."""
    number = f"{one.met}/{one.counted}" if one.met else one.counted
    first, *beside = [said for said in (one.percent, number, one.note) if said]
    return f"{first}({','.join(beside)})" if beside else first


def _tabs(viewer: Viewer, span: Span, current: Dimension) -> list[dict[str, object]]:
    return [
        {"href": _href(span, one), "label": one.label, "active": one is current}
        for one in Dimension
        if viewer.sees_all or one is not Dimension.OFFICE or current is one
    ]


def _href(span: Span, dimension: Dimension, *, shares: bool = False) -> str:
    asked = {"period": span.code, "by": dimension.value, **({"shares": "true"} if shares else {})}
    return f"/rates?{urlencode(asked)}"


def periods_offered(now: datetime) -> list[dict[str, str]]:
    """The months, quarters and years one may choose: a year back and the running one."""
    months = [span.code for span in reversed(months_until(now, _MONTHS_OFFERED))]
    year, month = map(int, months[0].split("-"))
    quarters = [f"{y}-Q{q}" for y in (year, year - 1) for q in (4, 3, 2, 1) if (y, q) <= (year, (month + 2) // 3)][:5]
    return [{"value": code, "label": span_of(code).name} for code in (*months, *quarters, str(year), str(year - 1))]


def _whose(services: Services, viewer: Viewer, dimension: Dimension, key: str | None) -> str:
    if key is None:
        return "全县"
    if dimension is Dimension.FIELD:
        return key or "清单外或未载明领域"
    if dimension is Dimension.ITEM:
        return key or "清单外"
    try:
        entry = services.directory.organization(viewer, UUID(key))
    except ValueError:
        return ""
    return entry.name if entry else "已撤销的机构"


def _said(measure: Measure, part: Part) -> str:
    return measure.numerator if part == "met" else f"{measure.denominator},但不在“{measure.numerator}”之内"
