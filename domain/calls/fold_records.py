"""折叠·记录: what corrections, urgency, late entries and withdrawn content make of a call."""

from domain.calls import events as e
from domain.calls.call import Call, LateEntry
from domain.calls.fold_tasks import Steps, ended, opened, with_party
from domain.calls.words import ClockPolicy, LateFact, Stage, TaskKind
from domain.shared.changes import changed
from domain.shared.events import WITHDRAWN, Event

_RESPONDING = (LateFact.RESPONSE, LateFact.ARRIVAL)


def _corrected(call: Call, event: e.FactCorrected) -> Call:
    match event.field:
        case "place":
            return changed(call, place=event.is_now)
        case "text":
            return changed(call, text=event.is_now)
        case _:
            return call


def _urgency(call: Call, event: e.UrgencyChanged) -> Call:
    moved = {(m.task, m.organization): m.deadline for m in event.moved}
    first = call.lead and moved.get((TaskKind.FIRST_RESULT.value, call.lead.organization))
    if call.lead is not None and first and call.open_task(TaskKind.FIRST_RESULT) is None:
        call = opened(call, TaskKind.FIRST_RESULT, call.lead.organization, call.lead.name, first)
    call = changed(
        call,
        urgency=event.urgency,
        tasks=tuple(
            changed(t, deadline=moved.get((t.kind.value, t.organization), t.deadline)) if t.open else t
            for t in call.tasks
        ),
    )
    if call.stage is Stage.SENT_BACK and event.policy is ClockPolicy.RESTART:
        call = changed(call, accept_anew=event.urgency)
    if event.duty_room is not None:
        call = changed(call, duty_room=event.duty_room.id, duty_room_name=event.duty_room.name)
        if event.accept is not None:
            call = opened(call, TaskKind.ACCEPT, event.duty_room.id, event.duty_room.name, event.accept)
    return call


def _late_entry(call: Call, event: e.LateEntryMade) -> Call:
    entry = LateEntry(
        event.entry, event.organization.id, event.other_side.id, event.fact, event.occurred_at, event.recorded_at
    )
    call = changed(call, late_entries=(*call.late_entries, entry))
    return opened(
        call,
        TaskKind.CONFIRM_LATE_ENTRY,
        event.other_side.id,
        event.other_side.name,
        event.confirm,
        entry=event.entry,
    )


def _late_confirmed(call: Call, event: e.LateEntryConfirmed) -> Call:
    call = _late_decided(call, event, event.entry, confirmed=True)
    for late in call.late_entries:
        party = call.party(late.organization)
        if late.entry == event.entry and late.fact in _RESPONDING and party and late.claimed_at >= party.dispatched_at:
            # What both sides agree on is no longer owed; both times stay in the record.
            call = ended(call, event, TaskKind.RESPOND, organization=late.organization)
            call = with_party(call, late.organization, responded_at=party.responded_at or late.claimed_at)
    return call


def _late_contested(call: Call, event: e.LateEntryContested) -> Call:
    return _late_decided(call, event, event.entry, confirmed=False)


def _late_decided(call: Call, event: Event, entry: int, *, confirmed: bool) -> Call:
    call = ended(call, event, TaskKind.CONFIRM_LATE_ENTRY, entry=entry)
    return changed(
        call,
        late_entries=tuple(
            changed(late, confirmed=confirmed) if late.entry == entry else late for late in call.late_entries
        ),
    )


def _content_withdrawn(call: Call, event: e.ContentWithdrawn) -> Call:
    return changed(call, text=WITHDRAWN, place=WITHDRAWN, withdrawn_content=True)


STEPS: Steps = {
    e.FactCorrected: _corrected,
    e.UrgencyChanged: _urgency,
    e.LateEntryMade: _late_entry,
    e.LateEntryConfirmed: _late_confirmed,
    e.LateEntryContested: _late_contested,
    e.ContentWithdrawn: _content_withdrawn,
}
"""By fact: the call before, the fact, the call after."""
