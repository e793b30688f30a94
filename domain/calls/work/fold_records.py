"""折叠·记录: what corrections, urgency, late entries and withdrawn content make of a call."""

from domain.calls import events as e
from domain.calls.around.confidentiality_events import ConfidentialityMarked
from domain.calls.around.instruction_events import InstructionRecorded
from domain.calls.beside import Confidential
from domain.calls.call import Call, LateEntry
from domain.calls.clocks import with_justified, with_moved
from domain.calls.fold_obligations import Steps, bearer, each, ended, owes, responded_then, township, traced, with_party
from domain.calls.words import ClockPolicy, LateFact, Stage
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.shared.events import WITHDRAWN, Event
from domain.shared.urgency import Urgency

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
    first = call.lead and moved.get((Action.FIRST_RESULT.value, call.lead.organization))
    if call.lead is not None and first and call.owing(Action.FIRST_RESULT) is None:
        by = (call.lead.organization, call.lead.name)
        call = owes(call, Action.FIRST_RESULT, by, first, to=township(call))
    call = with_moved(changed(call, urgency=event.urgency), event.moved, event.recorded_at)
    call = with_justified(call, event.justified)
    if call.stage is Stage.SENT_BACK and event.policy is ClockPolicy.RESTART:
        call = changed(call, accept_anew=event.urgency)
    if event.duty_room is not None:
        call = changed(call, duty_room=event.duty_room.id, duty_room_name=event.duty_room.name)
        if event.accept is not None:
            call = owes(call, Action.ACCEPT, bearer(event.duty_room), event.accept, to=township(call))
    return call


def _instructed(call: Call, event: InstructionRecorded) -> Call:
    return with_justified(with_moved(call, event.moved, event.recorded_at), event.justified)


def _late_entry(call: Call, event: e.LateEntryMade) -> Call:
    entry = LateEntry(
        event.entry, event.organization.id, event.other_side.id, event.fact, event.occurred_at, event.recorded_at
    )
    call = changed(call, late_entries=(*call.late_entries, entry))
    call = traced(call, event.organization.id, Action.RESPOND)
    return owes(
        call,
        Action.CONFIRM_LATE_ENTRY,
        bearer(event.other_side),
        event.confirm,
        to=bearer(event.organization),
        entry=event.entry,
    )


def _late_confirmed(call: Call, event: e.LateEntryConfirmed) -> Call:
    call = _late_decided(call, event, event.entry, confirmed=True)
    for late in call.late_entries:
        if late.entry == event.entry and late.fact in _RESPONDING:
            # What both sides agree on counts; both times stay in the record.
            call = responded_then(call, event, late.organization, late.claimed_at)
            party = call.party(late.organization)
            if party is not None and party.responded_at is None and late.claimed_at >= party.dispatched_at:
                call = with_party(call, late.organization, responded_at=late.claimed_at)
    return call


def _late_contested(call: Call, event: e.LateEntryContested) -> Call:
    return _late_decided(call, event, event.entry, confirmed=False)


def _late_decided(call: Call, event: Event, entry: int, *, confirmed: bool) -> Call:
    call = ended(call, event, Action.CONFIRM_LATE_ENTRY, entry=entry)
    return changed(
        call,
        late_entries=tuple(
            changed(late, confirmed=confirmed) if late.entry == entry else late for late in call.late_entries
        ),
    )


def _phoned(call: Call, event: e.PhoneCallRecorded) -> Call:
    """Whoever spoke with another did something, though this is no response; so did whom it reached."""
    if event.organization.id == event.called.id:
        return call
    if call.stage is Stage.SUBMITTED and call.urgency is Urgency.EMERGENCY:
        # It went by phone first, and was written down after: it was called then.
        at, by = event.occurred_at, call.version
        call = each(call, lambda o: o.attested(at, event.recorded_at, by), Action.CALL)
    return traced(traced(call, event.called.id, Action.RESPOND), event.organization.id, Action.RESPOND)


def _marked(call: Call, event: ConfidentialityMarked) -> Call:
    """What was kept back once stays so; an organization named by an earlier mark, too, unless another is named."""
    before = call.confidential or Confidential()
    since = before.since or (call.version if event.text is not None else 0)
    mark = changed(before, since=since)
    if event.about is not None:
        mark = changed(mark, about=event.about.id, about_name=event.about.name)
    call = changed(call, confidential=mark)
    if event.text is None:
        return call
    return changed(call, text=event.text, place=event.place or call.place, item_hint="")


def _content_withdrawn(call: Call, event: e.ContentWithdrawn) -> Call:
    return changed(
        call,
        text=WITHDRAWN,
        place=WITHDRAWN,
        item_hint="",
        withdrawn_content=True,
        agreed=tuple(changed(action, text="") for action in call.agreed),
        interim=None if call.interim is None else changed(call.interim, texts=()),
    )


STEPS: Steps = {
    e.FactCorrected: _corrected,
    e.PhoneCallRecorded: _phoned,
    e.UrgencyChanged: _urgency,
    e.LateEntryMade: _late_entry,
    e.LateEntryConfirmed: _late_confirmed,
    e.LateEntryContested: _late_contested,
    e.ContentWithdrawn: _content_withdrawn,
    InstructionRecorded: _instructed,
    ConfidentialityMarked: _marked,
}
"""By fact: the call before, the fact, the call after."""
