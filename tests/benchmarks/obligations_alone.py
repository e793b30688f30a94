"""应履责事项 alone, as a view that is only ever built. By itself: a process that folds a share of it brings in no more
than one of `huying rebuild` does."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import MetaData

from domain.calls.call import Call
from domain.calls.fold import evolve
from projections.calls.obligation_rows import obligation_row
from projections.calls.tables import obligations
from projections.engine.projection import Fact, Projection, live_schema
from projections.engine.rows import Rows


class ObligationsAlone:
    """应履责事项 alone: the fold of every call and the rows of its obligations, as the calls view lays them out."""

    name: ClassVar[str] = "obligations_alone"
    title: ClassVar[str] = "应履责事项"
    version: ClassVar[int] = 1
    subjects: ClassVar[frozenset[str]] = frozenset({"calls"})
    reads_content: ClassVar[bool] = False
    metadata: ClassVar[MetaData] = MetaData()

    def apply(self, facts: Sequence[Fact], rows: Rows) -> None:
        """Of a whole stream only: it is built, and never fed."""
        call: Call | None = None
        for event, _ in facts:
            call = evolve(call, event)
        assert call is not None, "there is at least one fact"
        for place in range(len(call.obligations)):
            rows.put(_OBLIGATIONS, obligation_row(call, place))


_OBLIGATIONS = obligations.to_metadata(ObligationsAlone.metadata, schema=live_schema(ObligationsAlone))


def obligations_alone() -> Sequence[Projection]:
    """For processes that fold a share."""
    return (ObligationsAlone(),)
