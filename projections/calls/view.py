"""The fold of the calls view: the domain's own fold of a call, laid out in rows."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import MetaData

from domain.calls.aftermath.events import PressureReported
from domain.calls.call import Call
from domain.calls.events import NoteAdded, files_of
from domain.calls.fold import evolve
from domain.calls.words import NoteReach
from domain.shared.events import Envelope, Event
from projections.calls import tables
from projections.calls.obligation_rows import obligation_row
from projections.contents import content_of
from projections.engine.projection import Facts
from projections.engine.rows import Row, Rows

call_json: TypeAdapter[Call] = TypeAdapter(Call)
_ENVELOPE = {*Envelope.model_fields, "originator_id", "originator_version"}
"""What stands in columns of its own. Whence and when a fact was imported stays with its content."""


class CallsView:
    """呼叫事项: every call as it stands, its obligations and its record."""

    name: ClassVar[str] = "calls"
    title: ClassVar[str] = "呼叫事项与待办"
    version: ClassVar[int] = tables.VERSION
    subjects: ClassVar[frozenset[str]] = frozenset({"calls"})
    reads_content: ClassVar[bool] = True
    metadata: ClassVar[MetaData] = tables.metadata

    def apply(self, facts: Facts, rows: Rows) -> None:
        """See Projection. Call and obligations are laid out once for all these facts."""
        held = rows.get(tables.calls)
        before = _folded(held["state"]) if held else None
        call = facts.after_each(evolve, before)[-1]
        for event, position in facts:
            only_for = _only_for(event)
            rows.put(tables.timeline, _timeline_row(event, position, only_for))
            for attachment, name in files_of(event):
                rows.put(
                    tables.attachments,
                    {"stream_id": rows.stream, "name": name, "only_for": only_for, **attachment.model_dump()},
                )
        readers = call.readers
        rows.put(tables.calls, _call_row(call, facts[-1].position, readers))
        told = before.obligations if before is not None and before.urgency is call.urgency else ()
        for place, obligation in enumerate(call.obligations):
            if place >= len(told) or told[place] != obligation:
                rows.put(tables.obligations, obligation_row(call, place))
        rows.touch(f"call:{call.id}", *(f"desk:{organization}" for organization in readers))


def _only_for(event: Event) -> UUID | None:
    """The one organization that reads an internal note, or that reported pressure (beside whoever hears it)."""
    if type(event) is PressureReported or (type(event) is NoteAdded and event.reach is NoteReach.INTERNAL):
        return event.organization.id
    return None


def _folded(state: Any) -> Call:
    """The call of a row: as it was put in this batch, or as it stands in the database."""
    return state if isinstance(state, Call) else call_json.validate_python(state)


def _call_row(call: Call, position: int, readers: Collection[UUID]) -> Row:
    lead = call.lead
    return {
        "stream_id": call.id,
        "version": call.version,
        "position": position,
        "number": call.number,
        "stage": call.stage,
        "urgency": call.urgency,
        "township": call.township,
        "township_name": call.township_name,
        "submitted_by": call.submitted_by,
        "submitted_at": call.submitted_at,
        "changed_at": call.changed_at,
        "lead": lead.organization if lead else None,
        "lead_name": lead.name if lead else None,
        "item": call.item,
        "item_title": call.item_title,
        "text": call.text,
        "place": call.place,
        "concerned": sorted(readers),
        "kept_from": call.complained_of,
        "state": call,  # as JSON once a batch, when the row is written
    }


def _timeline_row(event: Event, position: int, only_for: Any) -> Row:
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
        "only_for": only_for,
        "fact": content_of(event, _ENVELOPE),
    }
