"""履责台账: what an organization owed, line by line, with how each ended; and its numbers for one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, select

from domain.assessment.measure import Dimension
from domain.obligations.words import MAY, Action, Performance
from projections.calls.tables import calls
from projections.rates.chosen import named_lines
from projections.rates.lines import PAGE, CountedLine, counted_line, newest_first, one_page, with_numbers
from projections.rates.record_filter import RecordFilter, dispatched_by
from projections.rates.supervisory import supervisory_page, supervisory_states
from projections.rates.tables import counted
from projections.scope import Viewer
from projections.supervision.on_obligations import is_suspected

MOST_EXPORTED = 10_000
"""Lines of one export; more is asked for period by period."""

RECORDED = tuple(action for action in Action if action not in MAY)
"""What a line can be about: all that is owed, in a call or on an order or a circular."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many obligations of one action stand in one state."""

    action: Action
    state: Performance
    number: int


class RecordQueries:
    """Reads the record. An organization reads its own lines, who answers for the county every line."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lines(self, viewer: Viewer, wanted: RecordFilter, after: str = "", most: int = PAGE) -> list[CountedLine]:
        """One page, newest due first."""
        most = min(most, MOST_EXPORTED)
        page = newest_first(_chosen(viewer, wanted), after).limit(most).subquery()
        with self._engine.connect() as connection:
            of_calls = map(counted_line, connection.execute(with_numbers(page)))
            return one_page((*of_calls, *supervisory_page(connection, viewer, wanted, after, most)), most)

    def states(self, viewer: Viewer, wanted: RecordFilter) -> Sequence[StateCount]:
        """The numbers of all lines that fit, by action and state, in the order of a call's life."""
        statement = (
            select(counted.c.action, counted.c.performance, func.count())
            .where(_chosen(viewer, wanted))
            .group_by(counted.c.action, counted.c.performance)
        )
        with self._engine.connect() as connection:
            found = {
                (row[0], row[1]): row[2]
                for asked in (statement, supervisory_states(viewer, wanted))
                for row in connection.execute(asked)
            }
        return [
            StateCount(action, state, found[action.value, state.value])
            for action in Action
            for state in Performance
            if (action.value, state.value) in found
        ]


def _chosen(viewer: Viewer, wanted: RecordFilter) -> ColumnElement[bool]:
    """Whatever was owed; a line of one's own call that another bears is read on the call, not here."""
    chosen = [
        named_lines(viewer, Dimension.DEPARTMENT),
        counted.c.owed,
        counted.c.moment >= wanted.span.since,
        counted.c.moment < wanted.span.until,
    ]
    if wanted.organization is not None:
        chosen.append(counted.c.organization == wanted.organization)
    if wanted.state is not None:
        chosen.append(counted.c.performance == wanted.state.value)
    if wanted.action is not None:
        chosen.append(counted.c.action == wanted.action.value)
    if wanted.item:
        chosen.append(dispatched_by(wanted.item))
    if wanted.township is not None:
        chosen.append(counted.c.township == wanted.township)
    if wanted.suspicions:
        chosen.append(is_suspected(viewer, wanted.suspicions, counted.c.stream_id, counted.c.place))
    if wanted.number:
        chosen.append(counted.c.stream_id.in_(select(calls.c.stream_id).where(calls.c.number == wanted.number)))
    return and_(*chosen)


def overdue(line: CountedLine, now: datetime) -> bool:
    """Still to be done, though its time has run out."""
    return line.performance == Performance.PENDING.value and line.moment < now
