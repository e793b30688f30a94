"""指标表: the figures of a dimension as a table of a page or a document, counted now or frozen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from adapters.exports.rates_circular_docx import CircularTable
from api.assessment.freezing import frozen_figures
from api.assessment.reading import named, scheme_for
from api.pages.rate_views import FigureShown, figure
from api.pages.times import exact_text
from api.services import Services
from domain.assessment.columns import COLUMNS
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.measure import Dimension
from domain.assessment.periods import Span
from domain.assessment.scheme import Scheme
from projections.rates.periods import Freeze, PeriodEntry
from projections.rates.queries import FigureLine, Figures
from projections.scope import Viewer


@dataclass(frozen=True)
class FiguresShown:
    """A whole table as people read it."""

    scheme: Scheme
    columns: tuple[str, ...]
    shares: bool
    total: Sequence[FigureShown]
    rows: Sequence[Mapping[str, Any]]


def figures_now(
    services: Services, viewer: Viewer, span: Span, dimension: Dimension, *, shares: bool = False
) -> FiguresShown:
    """The table of a dimension as it is counted now: every line the viewer may read, and 全县."""
    now = services.clock()
    found = services.rates.figures(viewer, dimension, span, now)
    total = found.total if viewer.sees_all else services.rates.county_total(viewer, dimension, span, now)
    lines = named(services, viewer, dimension, found, now)
    base = f"/rates/lines?{urlencode({'period': span.code, 'by': dimension.value})}"
    scheme = scheme_for(services, viewer, span)
    return _shown(viewer, dimension, Figures(total, lines), scheme, (span, now), base, shares=shares)


def figures_frozen(
    viewer: Viewer, period: PeriodEntry, dimension: Dimension, *, shares: bool = False
) -> FiguresShown | None:
    """The table of a dimension as it was frozen, by the period's own scheme. None where nothing was frozen by it.

    By older definitions, only of what was counted then: a measure they did not know was not zero.
    """
    found = frozen_figures(viewer, period, dimension)
    if found is None or period.frozen_at is None:
        return None
    lists = f"/periods/{period.id}/lines?{urlencode({'by': dimension.value})}"
    counted_at = period.span, period.frozen_at
    known = None if period.definitions == VERSION else found.total.counts
    shown = _shown(viewer, dimension, found, period.scheme, counted_at, lists, shares=shares, known=known)
    return shown if shown.columns else None


def _shown(
    viewer: Viewer,
    dimension: Dimension,
    figures: Figures,
    scheme: Scheme,
    counted_at: tuple[Span, datetime],
    lists: str,
    *,
    shares: bool,
    known: Collection[str] | None = None,
) -> FiguresShown:
    """`lists`: the address of the lists behind the figures, without line, measure and part; empty for none. `known`:
    the only measures that have a column; None for all."""
    shares = shares and (dimension, True) in COLUMNS
    columns = tuple(one for one in COLUMNS[dimension, shares] if known is None or one in known)

    def row(line: FigureLine) -> Mapping[str, Any]:
        href = f"{lists}&{urlencode({'of': line.key})}" if lists else ""
        volume = counted_at if dimension is Dimension.TOWNSHIP else None
        return {
            "key": line.key,
            "name": line.name,
            "figures": [figure(MEASURES[id_], line.counts, scheme, href, volume) for id_ in columns],
        }

    everything = lists if viewer.sees_all else ""
    return FiguresShown(
        scheme,
        columns,
        shares,
        [figure(MEASURES[id_], figures.total.counts, scheme, everything) for id_ in columns],
        [row(line) for line in figures.lines],
    )


_NOT_CIRCULATED = "垂直管理、市级派出的机构和企业不列入通报,另行商请、函告;“全县”一行的数字含其承办的件。"


def circular_tables(
    services: Services, viewer: Viewer, shown: Mapping[Dimension, FiguresShown]
) -> tuple[list[CircularTable], list[str]]:
    """The same as tables of a document, by bodies, and what it has to say of whom it does not list: a circular is not
    for who can't be supervised. The county's totals are what they are."""
    bodies = {str(row["key"]) for figures in shown.values() for row in figures.rows}
    left_out = _not_supervised(services, viewer, bodies)
    tables = [
        CircularTable(
            dimension.label,
            [one.label for one in figures.total],
            [("全县", [_plain(one) for one in figures.total])]
            + [
                (str(row["name"]), [_plain(one) for one in row["figures"]])
                for row in figures.rows
                if row["key"] not in left_out
            ],
        )
        for dimension, figures in shown.items()
    ]
    return tables, [_NOT_CIRCULATED] if left_out else []


def _not_supervised(services: Services, viewer: Viewer, bodies: Collection[str]) -> set[str]:
    """As they are managed now, or were at their end: a circular goes out now, of whichever months it is."""
    standing = {str(one.id): one for one in services.directory.organizations(viewer, services.clock(), limit=500)}
    found = {key: standing.get(key) or services.directory.organization(viewer, UUID(key)) for key in bodies}
    return {key for key, entry in found.items() if entry is not None and not entry.management.supervised}


def _plain(one: FigureShown) -> str:
    """A figure in one cell of a document, with what has to be said beside it."""
    number = f"{one.met}/{one.counted}" if one.met else one.counted
    first, *beside = [said for said in (one.percent, number, one.note) if said]
    return f"{first}({','.join(beside)})" if beside else first


def dimension_tabs(viewer: Viewer, current: Dimension, href: Callable[[Dimension], str]) -> list[dict[str, object]]:
    """分列方式: what a viewer may choose from."""
    return [
        {"href": href(one), "label": one.label, "active": one is current}
        for one in Dimension
        if viewer.sees_all or one is not Dimension.OFFICE or current is one
    ]


def freeze_shown(freeze: Freeze | None, dimension: Dimension, list_href: str = "") -> dict[str, str] | None:
    """What has to be said where figures of months are counted now though they were frozen, by themselves or within a
    longer period; None if not. `list_href`: where the list as it was frozen stands, if the page is one."""
    if freeze is None:
        return None
    what = "冻结时的清单" if list_href else "冻结的数字"
    return {
        "text": f"{freeze_text(freeze)}这里按现有记录统计,冻结后的补录、更正也在内。",
        "href": list_href or f"/periods/{freeze.period.id}?{urlencode({'by': dimension.value})}",
        "label": f"看{what}" if freeze.whole else f"看该周期{what}",
        "tag": "已冻结" if freeze.whole else "所在周期已冻结",
    }


def freeze_text(freeze: Freeze) -> str:
    """That figures were frozen, by which period, and since when."""
    published = f",由“{freeze.period.document}”公布" if freeze.period.document else ""
    when = f"{exact_text(freeze.frozen_at)} 冻结{published}"
    if freeze.whole:
        return f"本周期已冻结,以冻结的数字为准({when})。"
    return f"本期在已冻结的考核周期“{freeze.period.name}”之内({when}):冻结的是整个周期的数字,没有单独冻结本期。"
