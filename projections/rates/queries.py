"""Questions to the rates view: figures by dimension, and the list behind every figure. Each takes the viewer.

Figures are grouped by marks in the database and counted by the measures' definitions here, so that one definition
counts the figure and finds its list (decision 0041).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Text,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from domain.assessment.columns import COLUMNS, actions_of
from domain.assessment.definitions import MEASURES, PARTICIPATION, SATISFACTION
from domain.assessment.events import Count
from domain.assessment.marks import Mark
from domain.assessment.measure import Dimension, Measure
from domain.assessment.periods import Span
from domain.assessment.words import ExclusionState
from projections.engine.checkpoints import read_marks
from projections.engine.projection import live_schema
from projections.rates.cells import settled, stand
from projections.rates.chosen import KEY, excluded, named_lines, of_key, own_lines, reads_none, within
from projections.rates.lines import PAGE, CountedLine, counted_line, newest_first, one_page, with_numbers
from projections.rates.tables import counted, exclusions
from projections.rates.view import RatesView
from projections.scope import Viewer


@dataclass
class FigureLine:
    """一行: an organization, item or field by `key`, with its counts by measure. `name`: of an item, as dispatched."""

    key: str
    name: str
    counts: dict[str, Count] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """指标: the lines of a dimension in no order of merit, and the total of them all."""

    total: FigureLine
    lines: Sequence[FigureLine]


class RateQueries:
    """Reads the figures and what is behind them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def figures(self, viewer: Viewer, dimension: Dimension, span: Span, now: datetime) -> Figures:
        """The viewer's lines of a dimension, with their total."""
        with self._engine.connect() as connection:
            return _counted(connection, own_lines(viewer, dimension), dimension, span, now)

    def county_total(self, viewer: Viewer, dimension: Dimension, span: Span, now: datetime) -> FigureLine:
        """全县: one line without names, open to everybody who reads figures at all."""
        with self._engine.connect() as connection:
            return _counted(connection, false() if reads_none(viewer) else true(), dimension, span, now).total

    def month_by_month(
        self, viewer: Viewer, dimension: Dimension, key: str | None, months: Sequence[Span], now: datetime
    ) -> list[FigureLine]:
        """One line a span, of one key of a dimension (None: of all the viewer may read; administrators nothing)."""
        scope = own_lines(viewer, dimension)
        if key is not None:
            scope = and_(scope, of_key(dimension, key))
        with self._engine.connect() as connection:
            return [_counted(connection, scope, dimension, span, now).total for span in months]

    def counted_to(self, viewer: Viewer, span: Span, now: datetime) -> tuple[int, Mapping[Dimension, Figures]]:
        """The figures of every dimension, and the position up to which facts stood in the view: one snapshot."""
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            marks = read_marks(connection, live_schema(RatesView))
            position = max((mark.reached for mark in marks.values()), default=0)
            return position, {one: _counted(connection, own_lines(viewer, one), one, span, now) for one in Dimension}

    def behind(
        self,
        viewer: Viewer,
        measure: Measure,
        dimension: Dimension,
        key: str | None,
        span: Span,
        now: datetime,
        part: str = "counted",
        after: str = "",
    ) -> list[CountedLine]:
        """The lines behind a figure, newest first: `part` is counted (denominator), met (numerator) or unmet."""
        chosen = and_(named_lines(viewer, dimension), within(span, now), ~excluded())
        if key is not None:
            chosen = and_(chosen, of_key(dimension, key))
        with self._engine.connect() as connection:
            return page_behind(connection, measure, chosen, part, after)


def page_behind(
    connection: Connection, measure: Measure, chosen: ColumnElement[bool], part: str, after: str
) -> list[CountedLine]:
    """Of the chosen lines those that a measure counts (`part`: see `behind`), newest first, one page."""
    chosen = and_(chosen, _all_of(measure.counted), *(~_all_of(mark) for mark in measure.without))
    met = or_(false(), *map(_all_of, measure.met))
    if part == "met" and measure.met:
        chosen = and_(chosen, met)
    elif part == "unmet":
        chosen = and_(chosen, ~met)
    # Each action is read by itself, in the order of its index: no year is sorted for a page of it.
    pages = [
        newest_first(and_(chosen, counted.c.action == action), after).limit(PAGE).subquery()
        for action in measure.actions
    ]
    found = [line for page in pages for line in map(counted_line, connection.execute(with_numbers(page)))]
    return one_page(found)


def _all_of(marks: Mark) -> ColumnElement[bool]:
    """All of these are set. Said as "at least", which is the same: for "equal" the planner expects hardly any line, and
    sorts a year for a page."""
    return counted.c.marks.op("&")(int(marks)) >= int(marks)


def _counted(
    connection: Connection, scope: ColumnElement[bool], dimension: Dimension, span: Span, now: datetime
) -> Figures:
    whole_county = scope.compare(true())
    sums: dict[str, dict[str, list[int]]] = {}
    names: dict[str, str] = {}
    tallies = _Tallies(dimension)
    for statement, sign in (
        *((one, 1) for one in _groups(connection, scope, dimension, span, now, whole_county=whole_county)),
        *((one, -1) for one in _left_out(connection, scope, dimension, span, now)),
    ):
        for key, name, action, marks, number in connection.execute(statement).all():
            key, number = str(key), sign * int(number)
            names[key] = max(names.get(key, ""), name)
            line = sums.setdefault(key, {})
            for measure, met in tallies.of(action, marks):
                both = line.setdefault(measure, [0, 0])
                both[0] += number if met else 0
                both[1] += number
    lines = [FigureLine(key, names[key], _counts([line])) for key, line in sums.items()]
    return Figures(FigureLine("", "", _counts(sums.values())), [line for line in lines if line.counts])


def _counts(sums: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, Count]:
    """By measure, over several lines; what counts nothing is left out."""
    met: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for line in sums:
        for measure, both in line.items():
            met[measure] += both[0]
            every[measure] += both[1]
    return {name: Count(met=met[name], counted=number) for name, number in every.items() if number}


def _groups(
    connection: Connection,
    scope: ColumnElement[bool],
    dimension: Dimension,
    span: Span,
    now: datetime,
    *,
    whole_county: bool,
) -> list[Select[Any]]:
    """What is to be summed: of the whole county the months' sums and what is under way, else the rows themselves."""
    if not whole_county or not stand(connection):
        return [_grouped(dimension, and_(scope, within(span, now)))]
    overdue = and_(counted.c.pending, counted.c.moment >= span.since, counted.c.moment < min(span.until, now))
    return [settled(dimension, span), _grouped(dimension, overdue)]


def _grouped(dimension: Dimension, chosen: ColumnElement[bool]) -> Select[Any]:
    key: ColumnElement[Any] = KEY[dimension]
    name = counted.c.item_title if dimension is Dimension.ITEM else literal_column("''", Text)
    groups = (key, counted.c.action, counted.c.marks, *((name,) if dimension is Dimension.ITEM else ()))
    return (
        select(key.label("key"), name.label("name"), counted.c.action, counted.c.marks, func.count().label("number"))
        .where(chosen, counted.c.action.in_(actions_of(dimension)))
        .group_by(*groups)
    )


def _left_out(
    connection: Connection, scope: ColumnElement[bool], dimension: Dimension, span: Span, now: datetime
) -> list[Select[Any]]:
    """What approved exclusions take away again: lines of few calls, found by these."""
    approved = select(exclusions.c.call).where(
        exclusions.c.state == ExclusionState.APPROVED.value,
        exclusions.c.since < span.until,
        exclusions.c.until > span.since,
    )
    calls = list(connection.execute(approved).scalars())
    if not calls:
        return []
    return [_grouped(dimension, and_(scope, within(span, now), counted.c.stream_id.in_(calls), excluded()))]


class _Tallies:
    """Which measures of a dimension count a line with these marks: the same for all lines that have them."""

    def __init__(self, dimension: Dimension) -> None:
        self._measures = _measures(dimension)
        self._known: dict[tuple[str, int], list[tuple[str, bool]]] = {}

    def of(self, action: str, marks: int) -> list[tuple[str, bool]]:
        """The measures' ids, and whether the line meets each."""
        known = self._known.get((action, marks))
        if known is None:
            known = self._known[action, marks] = [
                (measure.id, measure.meets(action, marks))
                for measure in self._measures
                if measure.counts(action, marks)
            ]
        return known


def _measures(dimension: Dimension) -> list[Measure]:
    """Those that are shown, and what is needed to read them: satisfaction without participation says nothing."""
    shown = {*COLUMNS[dimension, False], *COLUMNS.get((dimension, True), ())}
    if SATISFACTION.id in shown:
        shown.add(PARTICIPATION.id)
    return [measure for measure in MEASURES.values() if measure.id in shown]
