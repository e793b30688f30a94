"""停更: views that had to stop being updated, each with code and reason, kept in the database for all to see."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, text

from projections.engine.projection import Projection, live_schema
from projections.engine.reasons import code_of, reason_of

log = structlog.get_logger()

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a view is not updated: `code` is stable, `reason` for people."""

    schema: str
    code: str
    reason: str
    stopped_at: datetime


def read_stops(connection: Connection) -> dict[str, Stop]:
    """Every stopped view, by its schema."""
    rows = connection.execute(text("SELECT schema_name, code, reason, stopped_at FROM projection_stops"))
    return {row[0]: Stop(*row) for row in rows}


def forget_stop(engine: Engine, projection: Projection) -> bool:
    """The view goes on again. False when it was not stopped."""
    with engine.begin() as connection:
        gone = connection.execute(
            text("DELETE FROM projection_stops WHERE schema_name = :schema"), {"schema": live_schema(projection)}
        )
    return gone.rowcount == 1


class StoppedViews:
    """What one projector left out, and when each is tried again: soon at first, then ever more rarely."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._again: dict[str, tuple[float, float]] = {}

    def __contains__(self, projection: Projection) -> bool:
        return projection.name in self._again

    def stop(self, projection: Projection, problem: BaseException) -> None:
        """Leave the view out, and say so where the status page and the doctor look."""
        pause = min(self._again.get(projection.name, (0.0, _FIRST_PAUSE / 2))[1] * 2, _LONGEST_PAUSE)
        self._again[projection.name] = (self._clock() + pause, pause)
        code, reason = code_of(problem), reason_of(problem)
        with self._engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO projection_stops AS known (schema_name, code, reason)"
                    " VALUES (:schema, :code, :reason) ON CONFLICT (schema_name) DO UPDATE SET tried_at = now(),"
                    " code = excluded.code, reason = excluded.reason,"
                    " stopped_at = CASE WHEN known.code = excluded.code THEN known.stopped_at ELSE now() END"
                ),
                {"schema": live_schema(projection), "code": code, "reason": reason},
            )
        log.error("页面资料停止更新", view=projection.name, code=code, reason=reason, again_in_seconds=pause)

    def is_due(self, projection: Projection) -> bool:
        """Whether it is time to try the view again."""
        return self._again[projection.name][0] <= self._clock()

    def resume(self, projection: Projection) -> None:
        """The view was tried, and goes on."""
        self._again.pop(projection.name, None)
        if forget_stop(self._engine, projection):
            log.info("页面资料恢复更新", view=projection.name)
