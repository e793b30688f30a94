"""疑似情形 beside the obligations they rest on, for the record of these. Whoever may not know of one learns nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, any_, exists, false, or_, select

from domain.shared.posts import Post
from domain.supervision.words import FailureKind, SuspicionState
from projections.calls.sight import not_kept_from
from projections.scope import Viewer
from projections.supervision.sight import may_know_suspicion, visible
from projections.supervision.tables import matters, record, suspicions
from projections.supervision.view import matter_json

_DECISIONS = ("supervision.FailureConfirmed", "supervision.FailureDismissed")


@dataclass(frozen=True, slots=True)
class ObligationSuspicion:
    """One 疑似情形 of a call, by its number in the matter. `decided_by`: the organization that confirmed or dismissed
    it, empty while that waits."""

    call: UUID
    suspicion: int
    kind: FailureKind
    state: SuspicionState
    by_machine: bool
    suspected_at: datetime
    decided_at: datetime | None
    decided_by: str


OnObligations = Mapping[tuple[UUID, int], list[ObligationSuspicion]]
"""By call and place of the obligation in it, in the order they were suspected."""


class ObligationSuspicions:
    """Reads them from the supervision view."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_calls(self, viewer: Viewer, wanted: Collection[UUID]) -> OnObligations:
        """What the viewer may know of."""
        found: dict[tuple[UUID, int], list[ObligationSuspicion]] = {}
        if not wanted:
            return found
        suspected = select(suspicions.c.place).where(suspicions.c.stream_id == matters.c.stream_id).exists()
        statement = select(matters.c.state).where(matters.c.call.in_(set(wanted)), suspected, visible(viewer))
        with self._engine.connect() as connection:
            known = [matter_json.validate_python(state) for state in connection.execute(statement).scalars()]
            deciders = _deciders(connection, [matter.id for matter in known])
        for matter in known:
            for one in matter.suspicions:
                if not may_know_suspicion(viewer, matter, one.suspicion):
                    continue
                shown = ObligationSuspicion(
                    call=matter.about.id,
                    suspicion=one.suspicion,
                    kind=one.kind,
                    state=one.state,
                    by_machine=one.by_machine,
                    suspected_at=one.suspected_at,
                    decided_at=one.decided_at,
                    decided_by=deciders.get((matter.id, one.suspicion), ""),
                )
                for item in one.items:
                    found.setdefault((shown.call, item.place), []).append(shown)
        return found


def is_suspected(
    viewer: Viewer, states: Collection[SuspicionState], call: ColumnElement[UUID], place: ColumnElement[int]
) -> ColumnElement[bool]:
    """Whether a 疑似情形 in one of these states rests on an obligation, by call and place, as far as the viewer may
    know of it: the same rule as `may_know_suspicion`."""
    return exists().where(
        suspicions.c.call == call,
        place == any_(suspicions.c.places),
        suspicions.c.state.in_(sorted(states)),
        _may_know(viewer),
    )


def _may_know(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.sees_all:
        return not_kept_from(viewer, suspicions.c.call)
    if viewer.post is Post.ADMINISTRATOR:
        return false()
    confirmed = suspicions.c.state == SuspicionState.CONFIRMED.value
    told = confirmed & (suspicions.c.township == viewer.organization)
    return or_(suspicions.c.organization == viewer.organization, told)


def _deciders(connection: Connection, of: Collection[UUID]) -> Mapping[tuple[UUID, int], str]:
    """Who decided, by matter and number."""
    if not of:
        return {}
    wanted = select(record.c.stream_id, record.c.fact["suspicion"].as_integer(), record.c.organization_name).where(
        record.c.stream_id.in_(of), record.c.wire.in_(_DECISIONS)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(wanted)}
