"""Questions to the rates view: figures by dimension, and the list behind every figure. Each takes the viewer.

Figures are grouped by marks in the database and counted by the measures' definitions here, so that one definition
counts the figure and finds its list (decision 0041).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Subquery,
    Text,
    and_,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from domain.assessment.definitions import (
    COLUMNS,
    MEASURES,
    PARTICIPATION,
    SATISFACTION,
    Dimension,
    Measure,
    actions_of,
)
from domain.assessment.events import Count
from domain.assessment.marks import Mark
from domain.assessment.periods import Span
from domain.assessment.words import ExclusionState
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from projections.calls.sight import not_kept_from
from projections.engine.checkpoints import read_marks
from projections.engine.projection import live_schema
from projections.rates.cells import settled, stand
from projections.rates.tables import counted, exclusions, matters
from projections.rates.view import RatesView
from projections.scope import Viewer

PAGE = 50

_KEY: Mapping[Dimension, ColumnElement[Any]] = {
    Dimension.DEPARTMENT: counted.c.organization,
    Dimension.OFFICE: counted.c.organization,
    Dimension.TOWNSHIP: counted.c.township,
    Dimension.ITEM: counted.c.item,
    Dimension.FIELD: counted.c.field,
}


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


Place = tuple[UUID, int]
"""An obligation: the call that it stands in, or the matter of its supervision, and its number there."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """计数项 as a list shows it. `evidence`: how many of the bearer's facts on the whole call brought files; the files
    given for the line itself are counted beside it (projections/calls/evidence.py). `matter`: of what an order or a
    circular asked, by its number `entry` there and in words; no figure counts such a line."""

    call: UUID
    number: str
    place: int
    action: str
    organization: UUID
    organization_name: str
    township: UUID
    township_name: str
    item: str
    item_title: str
    marks: int
    performance: str
    moment: datetime
    opened_at: datetime
    performed_at: datetime | None
    ended_at: datetime | None
    evidence: int
    statements: int
    excuses: str
    matter: UUID | None = None
    entry: int = 0
    document: str = ""

    @property
    def key(self) -> Place:
        """Which obligation it is."""
        return self.matter or self.call, self.place

    @property
    def place_in_list(self) -> str:
        """What to pass as `after` for what comes behind it."""
        return "|".join((self.moment.isoformat(), *map(str, self.key)))


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


def one_page(lines: Iterable[CountedLine], most: int = PAGE) -> list[CountedLine]:
    """The first of some lines, newest first."""
    return sorted(lines, key=in_list, reverse=True)[:most]


def in_list(line: CountedLine) -> tuple[datetime, UUID, int]:
    """Where a line stands in a list, oldest first."""
    return line.moment, *line.key


def own_lines(viewer: Viewer, dimension: Dimension) -> ColumnElement[bool]:
    """Which lines a viewer reads: all of them, or the own line of their organization; an administrator none.

    By item or field, a department reads what it bears, a township what its calls were about.
    """
    if viewer.sees_all:
        return true()
    if reads_none(viewer):
        return false()
    bears, called = counted.c.organization == viewer.organization, counted.c.township == viewer.organization
    match dimension:
        case Dimension.TOWNSHIP:
            return called
        case Dimension.DEPARTMENT | Dimension.OFFICE:
            return bears
        case _:
            return or_(bears, called)


def named_lines(viewer: Viewer, dimension: Dimension) -> ColumnElement[bool]:
    """The same for lists, where each line names its call: none of a call that is kept from the viewer."""
    own = own_lines(viewer, dimension)
    return and_(own, not_kept_from(viewer, counted.c.stream_id)) if viewer.sees_all else own


def reads_none(viewer: Viewer) -> bool:
    """An administrator, who keeps the directory and reads no figure."""
    return viewer.post is Post.ADMINISTRATOR and not viewer.sees_all


def _all_of(marks: Mark) -> ColumnElement[bool]:
    """All of these are set. Said as "at least", which is the same: for "equal" the planner expects hardly any line, and
    sorts a year for a page."""
    return counted.c.marks.op("&")(int(marks)) >= int(marks)


def within(span: Span, now: datetime) -> ColumnElement[bool]:
    """In the span; what is still to be done only once its moment has passed."""
    within = and_(counted.c.moment >= span.since, counted.c.moment < span.until)
    if now >= span.until:
        return within
    return and_(within, or_(counted.c.moment < now, ~counted.c.pending))


def excluded(known_at: int | None = None) -> ColumnElement[bool]:
    """Taken out by an approved exclusion, of all (None) or of those decided up to a position."""
    decided = true() if known_at is None else exclusions.c.decided_position <= known_at
    return (
        select(literal(1))
        .where(
            exclusions.c.call == counted.c.stream_id,
            exclusions.c.organization == counted.c.organization,
            exclusions.c.state == ExclusionState.APPROVED.value,
            counted.c.moment >= exclusions.c.since,
            counted.c.moment < exclusions.c.until,
            decided,
        )
        .exists()
    )


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
    key: ColumnElement[Any] = _KEY[dimension]
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


def of_key(dimension: Dimension, key: str) -> ColumnElement[bool]:
    """The lines of one organization, item or field. Refuses Invalid for what is none."""
    return _KEY[dimension] == _typed(dimension, key)


def _typed(dimension: Dimension, key: str) -> UUID | str:
    if dimension in (Dimension.ITEM, Dimension.FIELD):
        return key
    try:
        return UUID(key)
    except ValueError:
        raise Invalid("没有这一行,请从运行情况页重新打开。", field="of") from None


def newest_first(chosen: ColumnElement[bool], after: str = "") -> Select[Any]:
    """Lines, newest moment first, behind a place."""
    order = (counted.c.moment, counted.c.stream_id, counted.c.place)
    wanted = select(counted).where(chosen).order_by(*(column.desc() for column in order))
    return wanted.where(tuple_(*order) < place_in(after)) if after else wanted


def with_numbers(page: Subquery) -> Select[Any]:
    """A page of lines with the numbers and townships of their calls."""
    order = (page.c.moment, page.c.stream_id, page.c.place)
    return (
        select(page, matters.c.number, matters.c.township_name)
        .join(matters, matters.c.stream_id == page.c.stream_id)
        .order_by(*(column.desc() for column in order))
    )


def place_in(after: str) -> tuple[datetime, UUID, int]:
    """The parts of a page's place. Refuses Invalid for anything we did not hand out."""
    split = after.split("|")
    try:
        if len(split) != 3 or (moment := datetime.fromisoformat(split[0])).tzinfo is None:
            raise ValueError(after)
        place = int(split[2])
        if not -1 <= place < 30_000:
            raise ValueError(after)
        return moment, UUID(split[1]), place
    except ValueError:
        raise Invalid("翻页位置无效,请从第一页重新查看。", field="after") from None


def counted_line(row: Any) -> CountedLine:
    """A row of `lines_behind` as a list shows it."""
    return CountedLine(
        call=row.stream_id,
        number=row.number,
        place=row.place,
        action=row.action,
        organization=row.organization,
        organization_name=row.organization_name,
        township=row.township,
        township_name=row.township_name,
        item=row.item,
        item_title=row.item_title,
        marks=row.marks,
        performance=row.performance,
        moment=row.moment,
        opened_at=row.opened_at,
        performed_at=row.performed_at,
        ended_at=row.ended_at,
        evidence=row.evidence,
        statements=row.statements,
        excuses=row.excuses,
    )
