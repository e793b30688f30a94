"""佐证: how many files a bearer gave for one thing owed. Who reads the call may count them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Engine, func, select

from projections.calls.sight import visible
from projections.calls.tables import calls, obligations, timeline
from projections.scope import Viewer


class EvidenceQueries:
    """Reads the files of calls against their obligations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_calls(self, viewer: Viewer, wanted: Collection[UUID]) -> Mapping[tuple[UUID, int], int]:
        """By call and place of the obligation: files of the bearer's facts since it was opened, up to the fact that
        ended it and with that one. What is left out has none; internal notes are no evidence."""
        if not wanted:
            return {}
        files = func.jsonb_array_length(timeline.c.fact["attachments"])
        opened, ended = (obligations.c.ledger[name].as_integer() for name in ("opened_by", "ended_by"))
        statement = (
            select(obligations.c.stream_id, obligations.c.place, func.sum(files))
            .join(calls, calls.c.stream_id == obligations.c.stream_id)
            .join(timeline, timeline.c.stream_id == obligations.c.stream_id)
            .where(
                obligations.c.stream_id.in_(set(wanted)),
                timeline.c.organization == obligations.c.organization,
                timeline.c.version > opened,
                obligations.c.is_open | (timeline.c.version <= ended),
                timeline.c.only_for.is_(None),
                files > 0,
                visible(viewer),
            )
            .group_by(obligations.c.stream_id, obligations.c.place)
        )
        with self._engine.connect() as connection:
            return {(row[0], row[1]): int(row[2]) for row in connection.execute(statement)}
