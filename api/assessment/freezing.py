"""冻结: the figures of a period as they are counted now, those that were frozen, and where both differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.assessment.reading import named
from api.reading import NotYetVisible
from api.services import Services
from domain.assessment.commands import FreezePeriod
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.events import UNLISTED, Count, FrozenLine
from domain.assessment.measure import Dimension, Measure
from projections.rates.as_frozen import Frozen
from projections.rates.lines import CountedLine
from projections.rates.periods import PeriodEntry
from projections.rates.queries import FigureLine, Figures
from projections.rates.view import RatesView
from projections.scope import Viewer


def freezing(services: Services, viewer: Viewer, period: PeriodEntry) -> FreezePeriod:
    """The figures of a period as they are now counted, to be frozen. The view must hold every fact up to `position`."""
    if any(view.name == RatesView.name and view.behind for view in services.freshness.standings()):
        raise NotYetVisible("还有办理记录没有统计进来,现在冻结会漏计。请稍候片刻再冻结。")
    position, lines = counted_now(services, viewer, period)
    return FreezePeriod(period_id=period.id, definitions=VERSION, position=position, figures=lines)


def counted_now(services: Services, viewer: Viewer, period: PeriodEntry) -> tuple[int, tuple[FrozenLine, ...]]:
    """What a freeze made now would keep: in each dimension the total, then the lines as /rates lists and names them;
    and the position up to which facts were counted."""
    now = services.clock()
    position, figures = services.rates.counted_to(viewer, period.span, now)
    return position, tuple(
        line
        for dimension, found in figures.items()
        for line in lines_of(dimension, found.total, named(services, viewer, dimension, found, now))
    )


def lines_of(dimension: Dimension, total: FigureLine, lines: Sequence[FigureLine]) -> list[FrozenLine]:
    """A total and its lines in the shape in which they are frozen."""

    keyed = [("", total), *((one.key or UNLISTED, one) for one in lines)]
    return [FrozenLine(dimension=dimension, key=key, name=one.name, counts=one.counts) for key, one in keyed]


def visible_lines(viewer: Viewer, figures: Sequence[FrozenLine]) -> tuple[FrozenLine, ...]:
    """Of frozen figures, those the viewer may read: all, or the own line and the county's. Items and fields are summed
    over everybody, so of these only the county's."""
    if viewer.sees_all:
        return tuple(figures)
    return tuple(line for line in figures if line.key in ("", str(viewer.organization)))


@dataclass(frozen=True, slots=True)
class Difference:
    """不同: one number that counting again gives otherwise. None: the line, or the measure in it, did not stand."""

    line: FrozenLine
    measure: str
    frozen: Count | None
    now: Count | None


def differences(viewer: Viewer, frozen: Sequence[FrozenLine], counted: Sequence[FrozenLine]) -> list[Difference]:
    """Where counting again gives another number, in the dimensions that were frozen. The county's totals differ for who
    counts only the own line: they are compared by who reads them all."""
    then, now = _by_place(viewer, frozen), _by_place(viewer, counted)
    dimensions = {line.dimension for line in frozen}
    found = []
    for place, line in {**now, **then}.items():
        if line.dimension not in dimensions:
            continue
        was, is_now = (lines[place].counts if place in lines else {} for lines in (then, now))
        found += [
            Difference(line, measure, was.get(measure), is_now.get(measure))
            for measure in MEASURES
            if was.get(measure) != is_now.get(measure)
        ]
    return found


def _by_place(viewer: Viewer, lines: Sequence[FrozenLine]) -> Mapping[tuple[Dimension, str], FrozenLine]:
    return {
        (line.dimension, line.key): line for line in lines if viewer.sees_all or line.key == str(viewer.organization)
    }


def frozen_figures(viewer: Viewer, period: PeriodEntry, dimension: Dimension) -> Figures | None:
    """What was frozen by this dimension and the viewer may read; None where the freeze kept nothing by it."""
    lines = [line for line in visible_lines(viewer, period.figures) if line.dimension is dimension]
    total = next((line for line in lines if line.key == ""), None)
    if total is None:
        return None
    rest = [FigureLine("" if one.key == UNLISTED else one.key, one.name, dict(one.counts)) for one in lines if one.key]
    return Figures(FigureLine("", "全县", dict(total.counts)), rest)


def lines_behind(
    services: Services,
    viewer: Viewer,
    period: PeriodEntry,
    measure: Measure,
    dimension: Dimension,
    key: str | None,
    part: str = "counted",
    after: str = "",
) -> list[CountedLine]:
    """The list behind a period's figure, a page: as it stood at the freeze, or (while the period is open) as now."""
    asked = viewer, measure, dimension, key
    if period.frozen_at is None:
        return services.rates.behind(*asked, period.span, services.clock(), part, after)
    return services.frozen_lists.behind(*asked, Frozen(period.span, period.position), part, after)
