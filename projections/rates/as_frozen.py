"""冻结数字后面的清单: the lines behind a figure as they stood at an earlier position (decision 0056).

No list is kept in facts: a call without a fact after the position stands as it stood, and is read from the view; one
that has such facts is folded anew from those up to the position, by the same code. There are few of these: calls that
had begun and were not yet over.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, and_, literal, select, true

from domain.assessment.counting import Line, lines
from domain.assessment.measure import Dimension, Measure
from domain.assessment.periods import Span
from domain.assessment.trail import Trail, note
from domain.assessment.words import ExclusionState
from domain.calls.call import Call
from domain.calls.fold import evolve
from projections.calls.sight import not_kept_from
from projections.engine.feed import Decoder, RawEvent
from projections.rates.chosen import excluded, named_lines, of_key, own_lines, reads_none, within
from projections.rates.lines import CountedLine, in_list, one_page, place_in
from projections.rates.queries import page_behind
from projections.rates.tables import counted, exclusions, matters
from projections.rates.view import row_of
from projections.scope import Viewer

_AT_ONCE = 200
_OF_ORGANIZATIONS = (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP)


class StoredStreams(Protocol):
    """The store of record, read stream by stream. Raises ConnectionError when it is away."""

    def streams(self, streams: Collection[UUID]) -> Sequence[RawEvent]: ...


class Frozen(NamedTuple):
    """Which figure: of a span that was over, counted from the facts up to a position."""

    span: Span
    position: int


class Exclusions(NamedTuple):
    """What approved exclusions took out of some calls: (call, organization) with the months of each."""

    approved: frozenset[tuple[UUID, UUID, datetime, datetime]]

    def hold(self, call: UUID, line: Line) -> bool:
        """Whether the line is among it."""
        return any(
            (call, line.organization) == (of, organization) and since <= line.moment < until
            for of, organization, since, until in self.approved
        )


class FrozenLists:
    """Reads the lists behind frozen figures."""

    def __init__(self, engine: Engine, facts: StoredStreams, decoder: Decoder) -> None:
        self._engine = engine
        self._facts = facts
        self._decoder = decoder

    def behind(
        self,
        viewer: Viewer,
        measure: Measure,
        dimension: Dimension,
        key: str | None,
        frozen: Frozen,
        part: str = "counted",
        after: str = "",
    ) -> list[CountedLine]:
        """As RateQueries.behind, of the position. Raises what hinders this release from reading a fact."""
        if reads_none(viewer):
            return []
        # One look for each line on the way: as a join the planner may read all calls for a page of them.
        last = select(matters.c.last_position).where(matters.c.stream_id == counted.c.stream_id).scalar_subquery()
        chosen = and_(
            named_lines(viewer, dimension),
            within(frozen.span, frozen.span.until),
            ~excluded(frozen.position),
            last <= frozen.position,
            true() if key is None else of_key(dimension, key),
        )
        one = key if key is None or dimension not in _OF_ORGANIZATIONS else str(UUID(key))
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            standing = page_behind(connection, measure, chosen, part, after)
            touched = self._touched(connection, viewer, dimension, key, frozen.position)
            taken_out = _exclusions(connection, touched, frozen.position)
        place = place_in(after) if after else None
        refolded = [
            _shown(call, line)
            for call, trail in self._as_of(touched, frozen.position)
            for line in lines(call, trail)
            if frozen.span.since <= line.moment < frozen.span.until
            and _is_in(measure, part, line)
            and _is_read(viewer, dimension, call, line)
            and (one is None or _key(dimension, call, line) == one)
            and not taken_out.hold(call.id, line)
        ]
        return one_page([*standing, *(line for line in refolded if place is None or in_list(line) < place)])

    def _touched(
        self, connection: Connection, viewer: Viewer, dimension: Dimension, key: str | None, position: int
    ) -> list[UUID]:
        """The calls that had a fact by then and have got others since. Whose a line is never changes, so an
        organization's list needs its own calls only; item and field may have changed."""
        wanted = select(matters.c.stream_id).where(
            matters.c.first_position <= position,
            matters.c.last_position > position,
            not_kept_from(viewer, matters.c.stream_id) if viewer.sees_all else true(),
        )
        of_one = [own_lines(viewer, dimension)] if not viewer.sees_all else []
        if key is not None and dimension in _OF_ORGANIZATIONS:
            of_one.append(of_key(dimension, key))
        if of_one:
            mine = select(literal(1)).where(counted.c.stream_id == matters.c.stream_id, *of_one)
            wanted = wanted.where(mine.exists())
        return list(connection.execute(wanted.order_by(matters.c.stream_id)).scalars())

    def _as_of(self, streams: Sequence[UUID], position: int) -> Iterator[tuple[Call, Trail]]:
        for start in range(0, len(streams), _AT_ONCE):
            stored = self._facts.streams(streams[start : start + _AT_ONCE])
            known = [raw for raw in stored if raw.position <= position]
            for _, raws in groupby(known, lambda raw: raw.stream):
                call: Call | None = None
                trail = Trail()
                for event in self._decoder.decode(list(raws)):
                    if isinstance(event, Exception):
                        raise event
                    call = evolve(call, event)
                    trail = note(trail, call, event)
                assert call is not None, "it had a fact by then"
                yield call, trail


def _exclusions(connection: Connection, calls: Sequence[UUID], position: int) -> Exclusions:
    approved = select(exclusions.c.call, exclusions.c.organization, exclusions.c.since, exclusions.c.until).where(
        exclusions.c.call.in_(calls),
        exclusions.c.state == ExclusionState.APPROVED.value,
        exclusions.c.decided_position <= position,
    )
    return Exclusions(frozenset(tuple(row) for row in connection.execute(approved)))


def _is_in(measure: Measure, part: str, line: Line) -> bool:
    """As `page_behind` asks the database."""
    if not measure.counts(line.action, line.marks):
        return False
    met = measure.meets(line.action, line.marks)
    return not met if part == "unmet" else met or part == "counted" or not measure.met


def _is_read(viewer: Viewer, dimension: Dimension, call: Call, line: Line) -> bool:
    """As `own_lines` asks the database."""
    if viewer.sees_all:
        return True
    bears, called = line.organization == viewer.organization, call.township == viewer.organization
    match dimension:
        case Dimension.TOWNSHIP:
            return called
        case Dimension.DEPARTMENT | Dimension.OFFICE:
            return bears
        case _:
            return bears or called


def _key(dimension: Dimension, call: Call, line: Line) -> str:
    match dimension:
        case Dimension.TOWNSHIP:
            return str(call.township)
        case Dimension.ITEM:
            return line.basis.item
        case Dimension.FIELD:
            return line.basis.field
        case _:
            return str(line.organization)


def _shown(call: Call, line: Line) -> CountedLine:
    row = row_of(call, line, call.obligations[line.place] if line.place >= 0 else None)
    return CountedLine(
        call=call.id,
        number=call.number,
        place=line.place,
        action=line.action,
        organization=line.organization,
        organization_name=line.organization_name,
        township=call.township,
        township_name=call.township_name,
        item=line.basis.item,
        item_title=line.basis.title,
        marks=int(line.marks),
        performance=row["performance"],
        moment=line.moment,
        opened_at=row["opened_at"],
        performed_at=row["performed_at"],
        ended_at=row["ended_at"],
        evidence=line.evidence,
        statements=line.statements,
        excuses=row["excuses"],
    )
