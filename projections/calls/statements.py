"""陈述 as the record shows it: what bearers said beside their obligations. Who reads the call reads them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, select

from projections.calls.sight import visible
from projections.calls.tables import calls, timeline
from projections.scope import Viewer


@dataclass(frozen=True, slots=True)
class Statement:
    """一次陈述."""

    organization_name: str
    text: str
    recorded_at: datetime


class StatementQueries:
    """Reads the statements of calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_calls(self, viewer: Viewer, wanted: Collection[UUID]) -> Mapping[tuple[UUID, int], list[Statement]]:
        """By call and place of the obligation, oldest first; of calls the viewer may read."""
        found: dict[tuple[UUID, int], list[Statement]] = {}
        if not wanted:
            return found
        statement = (
            select(timeline.c.stream_id, timeline.c.recorded_at, timeline.c.fact)
            .join(calls, calls.c.stream_id == timeline.c.stream_id)
            .where(timeline.c.stream_id.in_(set(wanted)), timeline.c.wire == "calls.StatementAdded", visible(viewer))
            .order_by(timeline.c.stream_id, timeline.c.version)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                said = Statement(row.fact["organization"]["name"], row.fact["text"], row.recorded_at)
                found.setdefault((row.stream_id, row.fact["obligation"]), []).append(said)
        return found
