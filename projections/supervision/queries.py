"""Questions to the supervision view. Each takes the viewer: whoever may not read a matter learns nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, false, func, or_, select, true

from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from domain.supervision.desks import actions_for
from domain.supervision.matter import Matter
from domain.supervision.words import OrderStage, SuspicionState
from projections.calls.obligation_rows import obligation_columns, obligation_json, obligation_of
from projections.calls.queries import RecordEntry
from projections.calls.sight import not_kept_from
from projections.calls.sight import visible as call_visible
from projections.calls.tables import calls
from projections.calls.tables import obligations as owed_on_calls
from projections.contents import taken_apart
from projections.scope import Viewer
from projections.supervision.sight import may_know_document, may_know_obligation, may_know_suspicion, visible
from projections.supervision.tables import matters, obligations, orders, record, suspicions
from projections.supervision.view import document_number, matter_json

MOST_LATE = 300
"""Nobody reads more overdue obligations on one page; the count says how many there are."""

_PAGE = 100
_MOST_COUNTED = 1_000

_DRAFTS = frozenset(
    {
        "supervision.OrderDrafted",
        "supervision.OrderAmended",
        "supervision.OrderDiscarded",
        "supervision.OrderLapsed",
        "supervision.CircularDrafted",
        "supervision.CircularAmended",
        "supervision.CircularLapsed",
        "supervision.CircularDiscarded",
    }
)
_SUSPICIONS = frozenset(
    {"supervision.FailureSuspected", "supervision.FailureConfirmed", "supervision.FailureDismissed"}
)
_CLIMBS = frozenset({"supervision.RungReached", "supervision.LadderRested"})
_TOLD = frozenset({"supervision.ReminderSent", "supervision.UrgeIssued"})
_UNSIGNED = (OrderStage.DRAFTED, OrderStage.DISCARDED)


@dataclass(frozen=True, slots=True)
class DeskLine:
    """督办待办: what an order or circular asks of the viewer's organization."""

    call: UUID
    number: str
    township_name: str
    urgency: Urgency
    owed: Obligation


@dataclass(frozen=True, slots=True)
class LateLine:
    """超期: one overdue obligation of a call, or of what its supervision asks for."""

    call: UUID
    number: str
    text: str
    township_name: str
    urgency: Urgency
    place: int
    owed: Obligation


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """督办文书: an order or a circular, by its number within its kind in the matter."""

    call: UUID
    call_number: str
    number: str
    kind: str
    document: int
    issuer_name: str
    addressee_name: str
    stage: str
    drafted_at: datetime
    issued_at: datetime | None


@dataclass(frozen=True, slots=True)
class SuspicionLine:
    """疑似情形 that waits for a decision."""

    call: UUID
    call_number: str
    suspicion: int
    kind: str
    organization_name: str
    suspected_at: datetime


class SupervisionQueries:
    """Reads the supervision view (and, for what is late, the calls view)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def to_do(self, viewer: Viewer) -> list[DeskLine]:
        """督办待办 of the viewer's post in their organization, nearest due first."""
        wanted = (
            select(obligations).where(_on_desk(viewer)).order_by(obligations.c.due_at, obligations.c.stream_id)
        ).limit(_PAGE)
        with self._engine.connect() as connection:
            return [
                DeskLine(
                    row.call,
                    row.number,
                    row.township_name,
                    Urgency(row.urgency),
                    obligation_json.validate_python(row.state),
                )
                for row in connection.execute(wanted)
            ]

    def waiting(self, viewer: Viewer) -> int:
        """How many these are, for every page's frame."""
        return self._counted(_on_desk(viewer))

    def overdue(self, viewer: Viewer, now: datetime) -> int:
        """How many of them are overdue."""
        return self._counted(_on_desk(viewer), *_overdue(now))

    def _counted(self, *which: ColumnElement[bool]) -> int:
        wanted = select(func.count()).select_from(
            select(obligations.c.place).where(*which).limit(_MOST_COUNTED).subquery()
        )
        with self._engine.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def matter(self, viewer: Viewer, call: UUID) -> Matter | None:
        """The matter of a call as this viewer may know it, or None: what is not signed yet, and suspicions of others,
        are known to those who supervise alone."""
        with self._engine.connect() as connection:
            state = connection.execute(select(matters.c.state).where(matters.c.call == call, visible(viewer))).scalar()
        return matter_json.validate_python(state) if state is not None else None

    def matters(self, viewer: Viewer, of: Sequence[UUID]) -> Mapping[UUID, Matter]:
        """The matters of several calls, by call."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(matters.c.call, matters.c.state).where(matters.c.call.in_(of), visible(viewer))
            ).all()
        return {row.call: matter_json.validate_python(row.state) for row in rows}

    def record(self, viewer: Viewer, matter: Matter) -> list[RecordEntry]:
        """督办记录 the viewer may read, oldest first."""
        wanted = select(record).where(record.c.stream_id == matter.id).order_by(record.c.version)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            RecordEntry(
                row.version,
                row.position,
                row.wire,
                row.recorded_at,
                row.occurred_at,
                row.person,
                row.post,
                row.organization,
                row.organization_name,
                *taken_apart(row.fact),
            )
            for row in rows
            if self._may_read(viewer, matter, row.wire, row.fact)
        ]

    def late(self, viewer: Viewer, now: datetime) -> list[LateLine]:
        """超期未办: what is overdue on the calls the viewer may read, and of what orders and circulars ask of the
        viewer's organization (or of anybody, for those who supervise), longest first."""
        told = (calls.c.stream_id, calls.c.number, calls.c.text, calls.c.township_name, calls.c.urgency)
        of_calls = (
            select(owed_on_calls.c.due_at, owed_on_calls.c.place, *obligation_columns(owed_on_calls), *told)
            .join_from(owed_on_calls, calls, calls.c.stream_id == owed_on_calls.c.stream_id)
            .where(*_late(now), call_visible(viewer))
            .order_by(owed_on_calls.c.due_at, owed_on_calls.c.stream_id, owed_on_calls.c.place)
            .limit(MOST_LATE)
        )
        asked = (
            select(obligations.c.due_at, obligations.c.place, obligations.c.state, *told)
            .join_from(obligations, calls, calls.c.stream_id == obligations.c.call)
            .where(*_late_asked(viewer, now), call_visible(viewer))
            .order_by(obligations.c.due_at, obligations.c.stream_id, obligations.c.place)
            .limit(MOST_LATE)
        )
        with self._engine.connect() as connection:
            late: list[tuple[Any, Obligation]] = [(row, obligation_of(row)) for row in connection.execute(of_calls)]
            late += [(row, obligation_json.validate_python(row.state)) for row in connection.execute(asked)]
            return [
                LateLine(
                    row.stream_id,
                    row.number,
                    row.text,
                    row.township_name,
                    Urgency(row.urgency),
                    row.place,
                    owed,
                )
                for row, owed in sorted(late, key=lambda line: line[0].due_at)[:MOST_LATE]
            ]

    def late_count(self, viewer: Viewer, now: datetime) -> int:
        """How many these are altogether, counted no further than 1,000."""
        of_calls = (
            select(owed_on_calls.c.place)
            .join_from(owed_on_calls, calls, calls.c.stream_id == owed_on_calls.c.stream_id)
            .where(*_late(now), call_visible(viewer))
            .limit(_MOST_COUNTED)
        )
        asked = (
            select(obligations.c.place)
            .join_from(obligations, calls, calls.c.stream_id == obligations.c.call)
            .where(*_late_asked(viewer, now), call_visible(viewer))
            .limit(_MOST_COUNTED)
        )
        with self._engine.connect() as connection:
            counted = (select(func.count()).select_from(one.subquery()) for one in (of_calls, asked))
            return min(sum(connection.execute(one).scalar_one() for one in counted), _MOST_COUNTED)

    def documents(self, viewer: Viewer) -> list[DocumentLine]:
        """督办文书 that are open, newest first: all for those who supervise, else what is to or from the viewer's."""
        wanted = select(orders).where(orders.c.is_open).order_by(orders.c.drafted_at.desc(), orders.c.stream_id)
        if viewer.sees_all:
            wanted = wanted.where(not_kept_from(viewer, orders.c.call))
        else:
            own = orders.c.issuer == viewer.organization
            told = (orders.c.addressee == viewer.organization) & orders.c.stage.not_in(_UNSIGNED)
            wanted = wanted.where(or_(own, told) if viewer.post is not Post.ADMINISTRATOR else false())
        with self._engine.connect() as connection:
            return [
                DocumentLine(
                    row.call,
                    row.call_number,
                    row.number,
                    row.kind,
                    document_number(row.place),
                    row.issuer_name,
                    row.addressee_name,
                    row.stage,
                    row.drafted_at,
                    row.issued_at,
                )
                for row in connection.execute(wanted.limit(_PAGE))
            ]

    def suspicions(self, viewer: Viewer) -> list[SuspicionLine]:
        """疑似情形 that wait for a decision, oldest first: for those who supervise, else one's own."""
        wanted = (
            select(suspicions)
            .where(suspicions.c.state == SuspicionState.SUSPECTED)
            .order_by(suspicions.c.suspected_at, suspicions.c.stream_id, suspicions.c.place)
            .limit(_PAGE)
        )
        if viewer.sees_all:
            wanted = wanted.where(not_kept_from(viewer, suspicions.c.call))
        else:
            own = suspicions.c.organization == viewer.organization
            wanted = wanted.where(own if viewer.post is not Post.ADMINISTRATOR else false())
        with self._engine.connect() as connection:
            return [
                SuspicionLine(row.call, row.call_number, row.place, row.kind, row.organization_name, row.suspected_at)
                for row in connection.execute(wanted)
            ]

    @staticmethod
    def _may_read(viewer: Viewer, matter: Matter, wire: str, fact: Mapping[str, Any]) -> bool:
        if viewer.sees_all:
            return True
        if wire in _DRAFTS:
            return may_know_document(viewer, matter, "order" in fact, int(fact.get("order") or fact["circular"]))
        if wire in _SUSPICIONS:
            return may_know_suspicion(viewer, matter, int(fact["suspicion"]))
        return all(may_know_obligation(viewer, matter, place) for place in _own_places(matter, wire, fact))


def _own_places(matter: Matter, wire: str, fact: Mapping[str, Any]) -> list[int]:
    """Which of the matter's own obligations a fact tells of."""
    if wire == "supervision.StatementAdded":
        return [int(fact["obligation"])]
    if wire == "supervision.ClocksRecomputed":
        opened = {one["opened_by"] for one in (*fact["moved"], *fact["justified"])}
        return [place for place, owed in enumerate(matter.obligations) if owed.opened_by in opened]
    told = [fact] if wire in _CLIMBS else fact["items"] if wire in _TOLD else ()
    return [int(one["place"]) for one in told if Action(one["action"]).supervisory]


def _on_desk(viewer: Viewer) -> ColumnElement[bool]:
    actions = sorted(action.value for action in actions_for(viewer.post))
    return (
        obligations.c.is_open & (obligations.c.organization == viewer.organization) & obligations.c.action.in_(actions)
    )


def _late_asked(viewer: Viewer, now: datetime) -> tuple[ColumnElement[bool], ...]:
    whose = true() if viewer.sees_all else obligations.c.organization == viewer.organization
    return whose, obligations.c.is_open, *_overdue(now)


def _overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What supervision asks for is never paused."""
    return obligations.c.due_soon_at <= now, obligations.c.due_at < now


def _late(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        owed_on_calls.c.is_open,
        owed_on_calls.c.owed,
        owed_on_calls.c.due_soon_at <= now,
        owed_on_calls.c.due_at < now,
        or_(owed_on_calls.c.paused_since.is_(None), owed_on_calls.c.paused_since > owed_on_calls.c.due_at),
    )
