"""应履责事项 of calls as folded, for who wants more of a line than a list holds. Who reads the call reads them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Engine, select, tuple_

from domain.obligations.obligation import Obligation
from projections.calls.sight import visible
from projections.calls.tables import calls, obligations
from projections.calls.view import obligation_json
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
            select(obligations.c.stream_id, obligations.c.place, obligations.c.state)
            .join(calls, calls.c.stream_id == obligations.c.stream_id)
            .where(tuple_(obligations.c.stream_id, obligations.c.place).in_(sorted(places)), visible(viewer))
        )
        with self._engine.connect() as connection:
            return {
                (row.stream_id, row.place): obligation_json.validate_python(row.state)
                for row in connection.execute(statement)
            }
