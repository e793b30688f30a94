"""The fold of the supervision view: the domain's own fold of a matter, laid out in rows."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import MetaData

from domain.calls.lights import due_soon
from domain.obligations.obligation import Obligation
from domain.shared.events import Envelope, Event
from domain.supervision.explanation import document_cited
from domain.supervision.fold import evolve
from domain.supervision.matter import Ladder, Matter
from projections.contents import content_of
from projections.engine.projection import Fact
from projections.engine.rows import Row, Rows
from projections.supervision import tables

matter_json: TypeAdapter[Matter] = TypeAdapter(Matter)
_ENVELOPE = {*Envelope.model_fields, "originator_id", "originator_version", "imported_from", "about"}

CIRCULAR = "circular"
"""The kind under which a circular stands among the orders."""

CIRCULARS_FROM = 10_000
"""Circulars are numbered beside orders in one table: from here on."""


class SupervisionView:
    """督办: every matter as it stands, its ladders, documents, suspicions and record."""

    name: ClassVar[str] = "supervision"
    title: ClassVar[str] = "督办"
    version: ClassVar[int] = tables.VERSION
    subjects: ClassVar[frozenset[str]] = frozenset({"supervision"})
    reads_content: ClassVar[bool] = True
    metadata: ClassVar[MetaData] = tables.metadata

    def apply(self, facts: Sequence[Fact], rows: Rows) -> None:
        """See Projection."""
        held = rows.get(tables.matters)
        before = matter = _folded(held["state"]) if held else None
        for event, position in facts:
            matter = evolve(matter, event)
            rows.put(tables.record, _record_row(event, position))
        assert matter is not None, "there is at least one fact"
        concerned = concerned_by(matter)
        rows.put(
            tables.matters,
            {
                "stream_id": matter.id,
                "version": matter.version,
                "position": facts[-1].position,
                "call": matter.about.id,
                "concerned": sorted(concerned),
                "changed_at": matter.changed_at,
                "state": matter,
            },
        )
        _lay_out(matter, before, rows)
        rows.touch(f"call:{matter.about.id}", *(f"desk:{organization}" for organization in concerned))


def concerned_by(matter: Matter) -> frozenset[UUID]:
    """Every organization the matter concerns, and so may read it."""
    return frozenset(
        {
            matter.about.township.id,
            *(ladder.organization for ladder in matter.ladders),
            *(who for order in matter.orders for who in (order.issuer, order.addressee)),
            *(who for circular in matter.circulars for who in (circular.issuer, circular.addressee)),
            *(suspicion.organization for suspicion in matter.suspicions),
        }
    )


def _folded(state: Any) -> Matter:
    return state if isinstance(state, Matter) else matter_json.validate_python(state)


def _lay_out(matter: Matter, before: Matter | None, rows: Rows) -> None:
    """The rows of what changed."""
    told = set(before.ladders) if before else set()
    for ladder in matter.ladders:
        if ladder not in told:
            rows.put(tables.ladders, _ladder_row(matter, ladder))
    same_call = before is not None and before.about == matter.about
    known = before.obligations if before is not None and same_call else ()
    for place, owed in enumerate(matter.obligations):
        if place >= len(known) or known[place] != owed:
            rows.put(tables.obligations, _obligation_row(matter, place, owed))
    for order in matter.orders:
        rows.put(tables.orders, _document_row(matter, order, order.order, order.kind.value, order.open))
    for circular in matter.circulars:
        place = CIRCULARS_FROM + circular.circular
        rows.put(tables.orders, _document_row(matter, circular, place, CIRCULAR, circular.open))
    for suspicion in matter.suspicions:
        rows.put(
            tables.suspicions,
            {
                "stream_id": matter.id,
                "place": suspicion.suspicion,
                "call": matter.about.id,
                "call_number": matter.about.number,
                "kind": suspicion.kind,
                "township": matter.about.township.id,
                "organization": suspicion.organization,
                "organization_name": suspicion.organization_name,
                "state": suspicion.state,
                "suspected_at": suspicion.suspected_at,
                "places": [item.place for item in suspicion.items],
            },
        )


def document_number(place: int) -> int:
    """The number within its kind of a document's row."""
    return place - CIRCULARS_FROM if place > CIRCULARS_FROM else place


def _ladder_row(matter: Matter, ladder: Ladder) -> Row:
    return {
        "stream_id": matter.id,
        "place": ladder.place,
        "action": ladder.action,
        "call": matter.about.id,
        "own": ladder.action.supervisory,
        "organization": ladder.organization,
        "due_at": ladder.due,
        "rung": ladder.rung,
        "reached_at": ladder.reached_at,
        "standing": ladder.standing,
        "next_rung": ladder.next_rung,
        "next_at": ladder.next_at,
        "next_provisional": ladder.next_provisional,
        "version": ladder.version,
    }


def _obligation_row(matter: Matter, place: int, owed: Obligation) -> Row:
    about = matter.about
    return {
        "stream_id": matter.id,
        "place": place,
        "call": about.id,
        "number": about.number,
        "township": about.township.id,
        "township_name": about.township.name,
        "urgency": about.urgency,
        "action": owed.action,
        "organization": owed.organization,
        "organization_name": owed.organization_name,
        "entry": owed.entry,
        "document": document_cited(matter, owed),
        "performance": owed.performance,
        "is_open": owed.open,
        "opened_at": owed.deadline.opened,
        "due_soon_at": due_soon(owed.deadline),
        "due_at": owed.deadline.due,
        "performed_at": owed.performed,
        "ended_at": owed.ended,
        "state": owed,
    }


def _document_row(matter: Matter, document: Any, place: int, kind: str, is_open: bool) -> Row:
    return {
        "stream_id": matter.id,
        "place": place,
        "call": matter.about.id,
        "call_number": matter.about.number,
        "number": document.number,
        "kind": kind,
        "issuer": document.issuer,
        "issuer_name": document.issuer_name,
        "addressee": document.addressee,
        "addressee_name": document.addressee_name,
        "stage": document.stage,
        "is_open": is_open,
        "drafted_at": document.drafted_at,
        "issued_at": document.issued_at,
        "places": [item.place for item in document.items],
    }


def _record_row(event: Event, position: int) -> Row:
    return {
        "stream_id": event.originator_id,
        "version": event.originator_version,
        "position": position,
        "wire": event.wire,
        "recorded_at": event.recorded_at,
        "occurred_at": event.occurred_at,
        "person": event.actor.person,
        "post": event.actor.post,
        "organization": event.actor.organization,
        "organization_name": event.actor.organization_name,
        "fact": content_of(event, _ENVELOPE),
    }
