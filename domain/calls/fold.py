"""折叠: from the facts of a call to what is known of it, one pure step a fact."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.call import Call, LateEntry, Party, Task
from domain.calls.words import ClockPolicy, LateFact, Role, Stage, TaskKind
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline
from domain.shared.events import WITHDRAWN, Event
from domain.shared.refusals import NotFound

_PARTY_KINDS = (TaskKind.RESPOND, TaskKind.FIRST_RESULT, TaskKind.HANDLE, TaskKind.ASSIST)
"""What a party owes by its dispatch."""

_RULING_KINDS = (TaskKind.MEDIATE, TaskKind.OPINE, TaskKind.DESIGNATE)
"""What the ruling bodies owe while it is disputed who handles."""

_RESPONDING = (LateFact.RESPONSE, LateFact.ARRIVAL)


def evolve(call: Call | None, event: Event) -> Call:
    """One fact further. Total over the facts of calls: a fact once stored can always be folded.

    Refuses NotFound for a stream that is no call.
    """
    if type(event) is e.CallSubmitted:
        return _submitted(event)
    step = _STEPS.get(type(event))  # by type: asking a model `isinstance` costs more than the step itself
    if call is None or (step is None and not isinstance(event, e.CallEvent)):
        raise NotFound
    call = changed(call, version=event.originator_version, changed_at=event.recorded_at)
    return step(call, event) if step is not None else call


def _task(kind: TaskKind, bearer: e.OrganizationRef, deadline: Deadline, round_: int = 0, entry: int = 0) -> Task:
    return Task(kind, bearer.id, bearer.name, deadline, round_, entry)


def _open(call: Call, kind: TaskKind, organization: UUID, name: str, deadline: Deadline, entry: int = 0) -> Call:
    task = Task(kind, organization, name, deadline, call.round, entry)
    return changed(call, tasks=(*call.tasks, task))


def _open_platform(call: Call, kind: TaskKind, deadline: Deadline, entry: int = 0) -> Call:
    assert call.platform is not None, "a placed call names its platform"
    return _open(call, kind, call.platform, call.platform_name, deadline, entry)


def _end(
    call: Call, event: Event, *kinds: TaskKind, organization: UUID | None = None, done: bool = True, entry: int = 0
) -> Call:
    """End the open tasks of these kinds (of all kinds when none is named)."""
    tasks = list(call.tasks)
    for place, task in enumerate(tasks):
        if (
            task.ended is None
            and (not kinds or task.kind in kinds)
            and (organization is None or task.organization == organization)
            and (entry == 0 or task.entry == entry)
        ):
            tasks[place] = changed(task, ended=event.recorded_at, done=done)
    return changed(call, tasks=tuple(tasks))


def _with_party(call: Call, organization: UUID, **changes: object) -> Call:
    return changed(
        call,
        parties=tuple(
            changed(p, **changes) if p.organization == organization and p.round == call.round else p  # type: ignore[arg-type]
            for p in call.parties
        ),
    )


def _submitted(event: e.CallSubmitted) -> Call:
    endorse = () if event.endorse is None else (_task(TaskKind.ENDORSE, event.township, event.endorse),)
    return Call(
        id=event.originator_id,
        version=event.originator_version,
        number=event.number,
        stage=Stage.SUBMITTED,
        urgency=event.urgency,
        township=event.township.id,
        township_name=event.township.name,
        submitted_by=event.actor.person,
        submitted_at=event.recorded_at,
        changed_at=event.recorded_at,
        text=event.text,
        place=event.place,
        informant=event.informant,
        tasks=endorse,
    )


def _endorsed(call: Call, event: e.CallEndorsed) -> Call:
    return _end(call, event, TaskKind.ENDORSE)


def _not_endorsed(call: Call, event: e.EndorsementRefused) -> Call:
    endorse = call.open_task(TaskKind.ENDORSE)
    call = changed(_end(call, event, TaskKind.ENDORSE), stage=Stage.NOT_ENDORSED)
    if endorse is None:
        return call
    return _open(call, TaskKind.AMEND, call.township, call.township_name, endorse.deadline)


def _placed(call: Call, event: e.CallPlaced) -> Call:
    call = changed(
        call,
        stage=Stage.PLACED,
        platform=event.platform.id,
        platform_name=event.platform.name,
        duty_room=event.duty_room.id if event.duty_room else None,
        duty_room_name=event.duty_room.name if event.duty_room else "",
    )
    return _waits_for_acceptance(call, event.accept)


def _waits_for_acceptance(call: Call, accept: Deadline) -> Call:
    """The platform, and for an emergency the duty room beside it."""
    call = _open_platform(call, TaskKind.ACCEPT, accept)
    if call.duty_room is None:
        return call
    return _open(call, TaskKind.ACCEPT, call.duty_room, call.duty_room_name, accept)


def _sent_back(call: Call, event: e.CallSentBack) -> Call:
    call = changed(_end(call, event, TaskKind.ACCEPT, done=False), stage=Stage.SENT_BACK, sent_back=True)
    return _open(call, TaskKind.SUPPLEMENT, call.township, call.township_name, event.supplement)


def _supplemented(call: Call, event: e.CallSupplemented) -> Call:
    call = changed(_end(call, event, TaskKind.SUPPLEMENT, TaskKind.AMEND), text=event.text, place=event.place)
    if event.endorse is not None:
        call = changed(call, stage=Stage.SUBMITTED)
        return _open(call, TaskKind.ENDORSE, call.township, call.township_name, event.endorse)
    assert event.accept is not None
    return _waits_for_acceptance(changed(call, stage=Stage.PLACED, accept_anew=None), event.accept)


def _accepted(call: Call, event: e.CallAccepted) -> Call:
    call = changed(_end(call, event, TaskKind.ACCEPT), stage=Stage.ACCEPTED)
    return _open(call, TaskKind.DISPATCH, event.acting.id, event.acting.name, event.dispatch)


def _declined(call: Call, event: e.CallDeclined) -> Call:
    call = changed(_end(call, event, TaskKind.ACCEPT), stage=Stage.DECLINED)
    call = changed(call, declined_by=event.actor.person, declined_for=event.actor.acting_for)
    return _open(call, TaskKind.CONTEST_DECLINE, call.township, call.township_name, event.contest)


def _decline_contested(call: Call, event: e.DeclineContested) -> Call:
    call = changed(_end(call, event, TaskKind.CONTEST_DECLINE), stage=Stage.DECLINE_CONTESTED, decline_contested=True)
    return _open_platform(call, TaskKind.ANSWER_CONTEST, event.answer)


def _contest_decided(call: Call, event: e.DeclineContestDecided) -> Call:
    call = _end(call, event, TaskKind.ANSWER_CONTEST)
    if event.upheld:
        return changed(call, stage=Stage.CLOSED)
    assert event.dispatch is not None
    call = changed(call, stage=Stage.ACCEPTED)
    return _open_platform(call, TaskKind.DISPATCH, event.dispatch)


def _handed_over(call: Call, event: e.CallHandedOver) -> Call:
    return changed(_end(call, event, done=False), stage=Stage.HANDED_OVER)


def _dispatched(call: Call, event: e.CallDispatched) -> Call:
    item = event.basis.item
    parties, tasks = list(call.parties), list(_end(call, event, TaskKind.DISPATCH).tasks)
    for duty in (event.lead, *event.assistants):
        parties.append(_bound(duty, event.round))
        tasks += _owed(duty, event.round)
    if event.township_duty:
        township = e.OrganizationRef.model_construct(id=call.township, name=call.township_name)
        tasks.append(_task(TaskKind.COOPERATE, township, event.lead.complete, event.round))
    return changed(
        call,
        stage=Stage.HANDLING,
        round=event.round,
        off_list=event.off_list,
        complex=event.complex,
        revision=item.revision if item else None,
        item=item.item if item else None,
        item_title=item.title if item else "",
        township_duty=event.township_duty,
        parties=tuple(parties),
        tasks=tuple(tasks),
    )


def _bound(duty: e.PartyDuty, round_: int) -> Party:
    return Party(
        organization=duty.organization.id,
        name=duty.organization.name,
        role=duty.role,
        round=round_,
        duty_text=duty.duty_text,
        vertical=duty.vertical,
        dispatched_at=duty.respond.opened,
        objection_until=duty.objection.due if duty.objection else None,
    )


def _owed(duty: e.PartyDuty, round_: int, entry: int = 0) -> list[Task]:
    """What a party owes from its dispatch on; `entry` where it is a part taken from another."""
    tasks = [_task(TaskKind.RESPOND, duty.organization, duty.respond, round_, entry)]
    if duty.first_result is not None:
        tasks.append(_task(TaskKind.FIRST_RESULT, duty.organization, duty.first_result, round_, entry))
    last = TaskKind.HANDLE if duty.role is Role.LEAD else TaskKind.ASSIST
    return [*tasks, _task(last, duty.organization, duty.complete, round_, entry)]


def _part_dispatched(call: Call, event: e.PartDispatched) -> Call:
    """A further party of the running round, or more for one that is in it already."""
    call = _end(call, event, TaskKind.DISPATCH_PART, entry=event.objection)
    duty = event.party
    party = call.party(duty.organization.id)
    call = changed(call, tasks=(*call.tasks, *_owed(duty, call.round, event.objection)))
    if party is None:
        return changed(call, parties=(*call.parties, _bound(duty, call.round)))
    texts = dict.fromkeys(text for text in (party.duty_text, duty.duty_text) if text)
    call = _with_party(call, party.organization, duty_text=";".join(texts), finished=False)
    if party.objected:
        return call
    return _with_party(call, party.organization, objection_until=duty.objection.due if duty.objection else None)


def _responded(call: Call, event: e.PartyResponded) -> Call:
    party = call.party(event.organization.id)
    call = _end(call, event, TaskKind.RESPOND, organization=event.organization.id)
    first = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return _with_party(call, event.organization.id, responded_at=first)


def _arrived(call: Call, event: e.PartyArrived) -> Call:
    party = call.party(event.organization.id)
    call = _end(call, event, TaskKind.RESPOND, organization=event.organization.id)
    responded = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return _with_party(call, event.organization.id, arrived_at=event.occurred_at, responded_at=responded)


def _objected(call: Call, event: e.ObjectionRaised) -> Call:
    number = call.objections + 1
    call = _with_party(
        call,
        event.organization.id,
        objected=True,
        objection_open=True,
        objection=number,
        objected_whole=event.whole,
    )
    return _open_platform(changed(call, objections=number), TaskKind.MEDIATE, event.mediate, number)


def _objection_upheld(call: Call, event: e.ObjectionUpheld) -> Call:
    party = call.party(event.organization.id)
    call = changed(_mediated(call, event, event.organization.id), misdispatches=call.misdispatches + 1)
    if not event.whole:
        if event.dispatch is None or party is None:
            return call
        return _open_platform(call, TaskKind.DISPATCH_PART, event.dispatch, party.objection)
    call = _end(call, event, *_PARTY_KINDS, organization=event.organization.id, done=False)
    if event.dispatch is not None:
        return _back_to_dispatch(call, event, event.dispatch)
    if party is not None and party.role is Role.LEAD:
        return call  # its result was in before: it answers for that result, and the dispatch was wrong all the same
    return _with_party(call, event.organization.id, released=True)


def _mediated(call: Call, event: Event, organization: UUID) -> Call:
    """One objection is settled; another party's goes on."""
    party = call.party(organization)
    if party is None:
        return call
    call = _end(call, event, TaskKind.MEDIATE, entry=party.objection)
    return _with_party(call, organization, objection_open=False)


def _back_to_dispatch(call: Call, event: Event, dispatch: Deadline) -> Call:
    """The round is over for everybody: the platform dispatches anew."""
    for party in call.current_parties:
        call = _end(call, event, *_PARTY_KINDS, organization=party.organization, done=False)
        call = _with_party(call, party.organization, released=True, objection_open=False)
    call = _end(call, event, TaskKind.COOPERATE, TaskKind.DISPATCH_PART, *_RULING_KINDS, done=False)
    return _open_platform(changed(call, stage=Stage.ACCEPTED), TaskKind.DISPATCH, dispatch)


def _objection_rejected(call: Call, event: e.ObjectionRejected) -> Call:
    return _mediated(call, event, event.organization.id)


def _opinion_requested(call: Call, event: e.OpinionRequested) -> Call:
    call = changed(_end(call, event, TaskKind.MEDIATE), establishment_office=event.organization.id)
    return _open(call, TaskKind.OPINE, event.organization.id, event.organization.name, event.opine)


def _opinion_given(call: Call, event: e.OpinionGiven) -> Call:
    call = changed(
        _end(call, event, TaskKind.OPINE), opinion_proposed=event.proposed.id, designator=event.designator.id
    )
    return _open(call, TaskKind.DESIGNATE, event.designator.id, event.designator.name, event.designate)


def _designated(call: Call, event: e.HandlerDesignated) -> Call:
    call = changed(
        _end(call, event, TaskKind.DESIGNATE, TaskKind.OPINE, TaskKind.MEDIATE),
        designated=event.handler.id,
        designated_name=event.handler.name,
    )
    if event.dispatch is not None:
        return _back_to_dispatch(call, event, event.dispatch)
    return _undisputed(call)


def _undisputed(call: Call) -> Call:
    return changed(call, parties=tuple(changed(p, objection_open=False) for p in call.parties))


def _progress(call: Call, event: e.ProgressReported) -> Call:
    if not event.first_result:
        return call
    return _end(call, event, TaskKind.FIRST_RESULT, organization=event.organization.id)


def _assisted(call: Call, event: e.AssistanceReported) -> Call:
    if not event.done:
        return call
    call = _end(call, event, TaskKind.ASSIST, TaskKind.FIRST_RESULT, organization=event.organization.id)
    return _with_party(call, event.organization.id, finished=True)


def _cooperated(call: Call, event: e.CooperationReported) -> Call:
    return _end(call, event, TaskKind.COOPERATE)


def _result(call: Call, event: e.ResultReported) -> Call:
    call = _end(call, event, TaskKind.HANDLE, TaskKind.FIRST_RESULT, organization=event.organization.id)
    call = changed(_with_party(call, event.organization.id, finished=True), stage=Stage.RESULT_REPORTED)
    if event.confirmer is not None:
        return _open(call, TaskKind.CONFIRM, event.confirmer.id, event.confirmer.name, event.confirm)
    return _open(call, TaskKind.CONFIRM, call.township, call.township_name, event.confirm)


def _confirmed(call: Call, event: e.ResultConfirmed) -> Call:
    call = changed(_end(call, event, TaskKind.CONFIRM), stage=Stage.CONFIRMED)
    return _open_platform(call, TaskKind.RESOLVE, event.resolve)


def _rework(call: Call, event: e.ReworkOrdered) -> Call:
    lead = call.lead
    assert lead is not None
    call = _end(call, event, TaskKind.CONFIRM, TaskKind.RESOLVE)
    call = changed(_with_party(call, lead.organization, finished=False), stage=Stage.HANDLING, reworks=call.reworks + 1)
    return _open(call, TaskKind.HANDLE, lead.organization, lead.name, event.complete)


def _resolved(call: Call, event: e.CallResolved) -> Call:
    call = _end(call, event, TaskKind.RESOLVE)
    beside = (*_PARTY_KINDS, TaskKind.COOPERATE, TaskKind.DISPATCH_PART, *_RULING_KINDS)
    call = _end(call, event, *beside, done=False)
    call = changed(_undisputed(call), stage=Stage.RESOLVED)
    return _open(call, TaskKind.EVALUATE, call.township, call.township_name, event.evaluate)


def _evaluated(call: Call, event: e.CallEvaluated) -> Call:
    return _end(call, event, TaskKind.EVALUATE)


def _closed(call: Call, event: e.CallClosed) -> Call:
    return changed(_end(call, event, done=False), stage=Stage.CLOSED)


def _withdrawn(call: Call, event: e.CallWithdrawn) -> Call:
    return changed(_end(call, event, done=False), stage=Stage.WITHDRAWN)


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
        call = _open(call, TaskKind.FIRST_RESULT, call.lead.organization, call.lead.name, first)
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
            call = _open(call, TaskKind.ACCEPT, event.duty_room.id, event.duty_room.name, event.accept)
    return call


def _late_entry(call: Call, event: e.LateEntryMade) -> Call:
    entry = LateEntry(
        event.entry, event.organization.id, event.other_side.id, event.fact, event.occurred_at, event.recorded_at
    )
    call = changed(call, late_entries=(*call.late_entries, entry))
    return _open(
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
            call = _end(call, event, TaskKind.RESPOND, organization=late.organization)
            call = _with_party(call, late.organization, responded_at=party.responded_at or late.claimed_at)
    return call


def _late_contested(call: Call, event: e.LateEntryContested) -> Call:
    return _late_decided(call, event, event.entry, confirmed=False)


def _late_decided(call: Call, event: Event, entry: int, *, confirmed: bool) -> Call:
    call = _end(call, event, TaskKind.CONFIRM_LATE_ENTRY, entry=entry)
    return changed(
        call,
        late_entries=tuple(
            changed(late, confirmed=confirmed) if late.entry == entry else late for late in call.late_entries
        ),
    )


def _content_withdrawn(call: Call, event: e.ContentWithdrawn) -> Call:
    return changed(call, text=WITHDRAWN, place=WITHDRAWN, withdrawn_content=True)


_STEPS: Mapping[type[Event], Callable[[Call, Any], Call]] = {
    e.CallEndorsed: _endorsed,
    e.EndorsementRefused: _not_endorsed,
    e.CallPlaced: _placed,
    e.CallSentBack: _sent_back,
    e.CallSupplemented: _supplemented,
    e.CallAccepted: _accepted,
    e.CallDeclined: _declined,
    e.DeclineContested: _decline_contested,
    e.DeclineContestDecided: _contest_decided,
    e.CallHandedOver: _handed_over,
    e.CallDispatched: _dispatched,
    e.PartDispatched: _part_dispatched,
    e.PartyResponded: _responded,
    e.PartyArrived: _arrived,
    e.ObjectionRaised: _objected,
    e.ObjectionUpheld: _objection_upheld,
    e.ObjectionRejected: _objection_rejected,
    e.OpinionRequested: _opinion_requested,
    e.OpinionGiven: _opinion_given,
    e.HandlerDesignated: _designated,
    e.ProgressReported: _progress,
    e.AssistanceReported: _assisted,
    e.CooperationReported: _cooperated,
    e.ResultReported: _result,
    e.ResultConfirmed: _confirmed,
    e.ReworkOrdered: _rework,
    e.CallResolved: _resolved,
    e.CallEvaluated: _evaluated,
    e.CallClosed: _closed,
    e.CallWithdrawn: _withdrawn,
    e.FactCorrected: _corrected,
    e.UrgencyChanged: _urgency,
    e.LateEntryMade: _late_entry,
    e.LateEntryConfirmed: _late_confirmed,
    e.LateEntryContested: _late_contested,
    e.ContentWithdrawn: _content_withdrawn,
}
