"""应履责事项 of calls as folded, for who wants more of a line than a list holds: their clocks, and the duties that they
rest on. Who reads the call reads them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select, tuple_

from domain.calls.events import DispatchBasis
from domain.calls.explanation import DutyCited, duty_by_dispatch
from domain.obligations.obligation import Obligation
from projections.calls.obligation_rows import obligation_columns, obligation_of
from projections.calls.sight import visible
from projections.calls.tables import calls, obligations, timeline
from projections.scope import Viewer


class OwedQueries:
    """Reads obligations by call and place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def at(self, viewer: Viewer, places: Collection[tuple[UUID, int]]) -> Mapping[tuple[UUID, int], Obligation]:
        """Those of calls the viewer may read; what is left out is not shown to them, or not in the view yet."""
        if not places:
            return {}
        statement = (
            select(obligations.c.stream_id, obligations.c.place, *obligation_columns(obligations))
            .join(calls, calls.c.stream_id == obligations.c.stream_id)
            .where(tuple_(obligations.c.stream_id, obligations.c.place).in_(sorted(places)), visible(viewer))
        )
        with self._engine.connect() as connection:
            return {(row.stream_id, row.place): obligation_of(row) for row in connection.execute(statement)}

    def duties(
        self, viewer: Viewer, owed: Mapping[tuple[UUID, int], Obligation]
    ) -> Mapping[tuple[UUID, int], DutyCited]:
        """What those rest on that a dispatch opened, by place; the others rest on the rule of their limit alone."""
        opened = {(call, one.opened_by) for (call, _), one in owed.items()}
        if not opened:
            return {}
        statement = (
            select(timeline.c.stream_id, timeline.c.version, *(timeline.c.fact[part].label(part) for part in _PARTS))
            .join(calls, calls.c.stream_id == timeline.c.stream_id)
            .where(
                tuple_(timeline.c.stream_id, timeline.c.version).in_(sorted(opened)),
                timeline.c.fact.has_key("basis"),
                visible(viewer),
            )
        )
        with self._engine.connect() as connection:
            facts = {(row.stream_id, row.version): row for row in connection.execute(statement)}
        found = ((place, one, facts.get((place[0], one.opened_by))) for place, one in owed.items())
        return {place: _cited(row, one) for place, one, row in found if row is not None}


_PARTS = ("basis", "lead", "assistants", "party", "township_duty")
"""What a dispatch says of duties, whichever sort it is."""


def _cited(row: Any, owed: Obligation) -> DutyCited:
    """派发 names all its parties, 部分派发 and 移交 one."""
    parties = [*(row.assistants or ()), *([row.lead] if row.lead else [])]
    texts = {UUID(party["organization"]["id"]): party["duty_text"] for party in parties}
    otherwise = row.party["duty_text"] if row.party else row.township_duty or ""
    return duty_by_dispatch(DispatchBasis.model_validate(row.basis), texts, otherwise, owed)
