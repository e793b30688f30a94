"""督办的台账行: what orders and circulars asked of organizations, from the supervision view."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, false, func, select, tuple_

from domain.obligations.obligation import Obligation
from domain.obligations.words import SUPERVISORY
from projections.calls.obligation_rows import obligation_json
from projections.calls.sight import not_kept_from
from projections.calls.statements import Statement
from projections.rates.chosen import reads_none
from projections.rates.lines import CountedLine, Place, place_in
from projections.rates.record_filter import RecordFilter, dispatched_by
from projections.rates.tables import counted
from projections.scope import Viewer
from projections.supervision.tables import obligations, record

_STATED = "supervision.StatementAdded"
_PLACE_STATED = record.c.fact["obligation"].as_integer()
_STATEMENTS = (
    select(func.count())
    .where(
        record.c.stream_id == obligations.c.stream_id,
        record.c.wire == _STATED,
        obligations.c.place == _PLACE_STATED,
    )
    .correlate(obligations)
    .scalar_subquery()
    .label("statements")
)


def supervisory_page(
    connection: Connection, viewer: Viewer, wanted: RecordFilter, after: str, most: int
) -> list[CountedLine]:
    """The first lines behind a place, newest due first."""
    if not _asked_for(wanted):
        return []
    order = (obligations.c.due_at, obligations.c.stream_id, obligations.c.place)
    page = (
        select(obligations, _STATEMENTS)
        .where(*_chosen(viewer, wanted))
        .order_by(*(column.desc() for column in order))
        .limit(most)
    )
    if after:
        page = page.where(tuple_(*order) < place_in(after))
    return [_line(row) for row in connection.execute(page)]


def supervisory_states(viewer: Viewer, wanted: RecordFilter) -> Select[Any]:
    """Action, state, and how many."""
    return (
        select(obligations.c.action, obligations.c.performance, func.count())
        .where(*_chosen(viewer, wanted))
        .group_by(obligations.c.action, obligations.c.performance)
    )


def _asked_for(wanted: RecordFilter) -> bool:
    return wanted.action is None or wanted.action in SUPERVISORY


def _chosen(viewer: Viewer, wanted: RecordFilter) -> Sequence[ColumnElement[bool]]:
    """As for what calls ask. No 疑似情形 rests on what supervision asks for."""
    chosen = [_own(viewer), obligations.c.due_at >= wanted.span.since, obligations.c.due_at < wanted.span.until]
    if wanted.suspicions or not _asked_for(wanted):
        chosen.append(false())
    if wanted.organization is not None:
        chosen.append(obligations.c.organization == wanted.organization)
    if wanted.state is not None:
        chosen.append(obligations.c.performance == wanted.state.value)
    if wanted.action is not None:
        chosen.append(obligations.c.action == wanted.action.value)
    if wanted.item:
        chosen.append(exists().where(counted.c.stream_id == obligations.c.call, dispatched_by(wanted.item)))
    if wanted.township is not None:
        chosen.append(obligations.c.township == wanted.township)
    if wanted.number:
        chosen.append(obligations.c.number == wanted.number)
    return chosen


def _own(viewer: Viewer) -> ColumnElement[bool]:
    """What they bear, or all that is not kept from who answers for the county; an administrator none."""
    if viewer.sees_all:
        return not_kept_from(viewer, obligations.c.call)
    return false() if reads_none(viewer) else obligations.c.organization == viewer.organization


def _line(row: Any) -> CountedLine:
    owed: Obligation = obligation_json.validate_python(row.state)
    return CountedLine(
        call=row.call,
        number=row.number,
        place=row.place,
        action=row.action,
        organization=row.organization,
        organization_name=row.organization_name,
        township=row.township,
        township_name=row.township_name,
        item="",
        item_title="",
        marks=0,
        performance=row.performance,
        moment=row.due_at,
        opened_at=row.opened_at,
        performed_at=row.performed_at,
        ended_at=row.ended_at,
        evidence=0,
        statements=row.statements,
        excuses="、".join(dict.fromkeys(excuse.ground.label for excuse in owed.excuses)),
        matter=row.stream_id,
        entry=row.entry,
        document=row.document,
    )


class SupervisoryQueries:
    """Reads more of such lines than a list holds, by matter and place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at(self, viewer: Viewer, places: Collection[Place]) -> Mapping[Place, Obligation]:
        """The obligations themselves, of those the viewer has in their record."""
        if not places:
            return {}
        wanted = select(obligations.c.stream_id, obligations.c.place, obligations.c.state).where(
            tuple_(obligations.c.stream_id, obligations.c.place).in_(sorted(places)), _own(viewer)
        )
        with self._engine.connect() as connection:
            return {
                (row.stream_id, row.place): obligation_json.validate_python(row.state)
                for row in connection.execute(wanted)
            }

    def statements(self, viewer: Viewer, matters: Collection[UUID]) -> Mapping[Place, list[Statement]]:
        """陈述 beside them, oldest first."""
        found: dict[Place, list[Statement]] = {}
        if not matters:
            return found
        wanted = (
            select(record.c.stream_id, record.c.recorded_at, record.c.fact)
            .join(obligations, (obligations.c.stream_id == record.c.stream_id) & (obligations.c.place == _PLACE_STATED))
            .where(record.c.stream_id.in_(set(matters)), record.c.wire == _STATED, _own(viewer))
            .order_by(record.c.stream_id, record.c.version)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                said = Statement(row.fact["organization"]["name"], row.fact["text"], row.recorded_at)
                found.setdefault((row.stream_id, row.fact["obligation"]), []).append(said)
        return found
