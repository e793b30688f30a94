"""折叠·派发: what dispatches, objections, opinions and designations make of a call."""

from uuid import UUID

from domain.calls import events as e
from domain.calls.call import Call, Party, Task
from domain.calls.fold_tasks import (
    PARTY_KINDS,
    RULING_KINDS,
    Steps,
    ended,
    opened,
    opened_at_platform,
    task_of,
    undisputed,
    with_party,
)
from domain.calls.words import Role, Stage, TaskKind
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline
from domain.shared.events import Event


def _dispatched(call: Call, event: e.CallDispatched) -> Call:
    item = event.basis.item
    parties, tasks = list(call.parties), list(ended(call, event, TaskKind.DISPATCH).tasks)
    for duty in (event.lead, *event.assistants):
        parties.append(_bound(duty, event.round))
        tasks += _owed(duty, event.round)
    if event.township_duty:
        township = e.OrganizationRef.model_construct(id=call.township, name=call.township_name)
        tasks.append(task_of(TaskKind.COOPERATE, township, event.lead.complete, event.round))
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
    tasks = [task_of(TaskKind.RESPOND, duty.organization, duty.respond, round_, entry)]
    if duty.first_result is not None:
        tasks.append(task_of(TaskKind.FIRST_RESULT, duty.organization, duty.first_result, round_, entry))
    last = TaskKind.HANDLE if duty.role is Role.LEAD else TaskKind.ASSIST
    return [*tasks, task_of(last, duty.organization, duty.complete, round_, entry)]


def _part_dispatched(call: Call, event: e.PartDispatched) -> Call:
    """A further party of the running round, or more for one that is in it already."""
    call = ended(call, event, TaskKind.DISPATCH_PART, entry=event.objection)
    duty = event.party
    party = call.party(duty.organization.id)
    call = changed(call, tasks=(*call.tasks, *_owed(duty, call.round, event.objection)))
    if party is None:
        return changed(call, parties=(*call.parties, _bound(duty, call.round)))
    texts = dict.fromkeys(text for text in (party.duty_text, duty.duty_text) if text)
    call = with_party(call, party.organization, duty_text=";".join(texts), finished=False)
    if party.objected:
        return call
    return with_party(call, party.organization, objection_until=duty.objection.due if duty.objection else None)


def _objected(call: Call, event: e.ObjectionRaised) -> Call:
    number = call.objections + 1
    call = with_party(
        call,
        event.organization.id,
        objected=True,
        objection_open=True,
        objection=number,
        objected_whole=event.whole,
    )
    return opened_at_platform(changed(call, objections=number), TaskKind.MEDIATE, event.mediate, number)


def _objection_upheld(call: Call, event: e.ObjectionUpheld) -> Call:
    party = call.party(event.organization.id)
    call = changed(_mediated(call, event, event.organization.id), misdispatches=call.misdispatches + 1)
    if not event.whole:
        if event.dispatch is None or party is None:
            return call
        return opened_at_platform(call, TaskKind.DISPATCH_PART, event.dispatch, party.objection)
    call = ended(call, event, *PARTY_KINDS, organization=event.organization.id, done=False)
    if event.dispatch is not None:
        return _back_to_dispatch(call, event, event.dispatch)
    if party is not None and party.role is Role.LEAD:
        return call  # its result was in before: it answers for that result, and the dispatch was wrong all the same
    return with_party(call, event.organization.id, released=True)


def _mediated(call: Call, event: Event, organization: UUID) -> Call:
    """One objection is settled; another party's goes on."""
    party = call.party(organization)
    if party is None:
        return call
    call = ended(call, event, TaskKind.MEDIATE, entry=party.objection)
    return with_party(call, organization, objection_open=False)


def _back_to_dispatch(call: Call, event: Event, dispatch: Deadline) -> Call:
    """The round is over for everybody: the platform dispatches anew."""
    for party in call.current_parties:
        call = ended(call, event, *PARTY_KINDS, organization=party.organization, done=False)
        call = with_party(call, party.organization, released=True, objection_open=False)
    call = ended(call, event, TaskKind.COOPERATE, TaskKind.DISPATCH_PART, *RULING_KINDS, done=False)
    return opened_at_platform(changed(call, stage=Stage.ACCEPTED), TaskKind.DISPATCH, dispatch)


def _objection_rejected(call: Call, event: e.ObjectionRejected) -> Call:
    return _mediated(call, event, event.organization.id)


def _opinion_requested(call: Call, event: e.OpinionRequested) -> Call:
    call = changed(ended(call, event, TaskKind.MEDIATE), establishment_office=event.organization.id)
    return opened(call, TaskKind.OPINE, event.organization.id, event.organization.name, event.opine)


def _opinion_given(call: Call, event: e.OpinionGiven) -> Call:
    call = changed(
        ended(call, event, TaskKind.OPINE), opinion_proposed=event.proposed.id, designator=event.designator.id
    )
    return opened(call, TaskKind.DESIGNATE, event.designator.id, event.designator.name, event.designate)


def _designated(call: Call, event: e.HandlerDesignated) -> Call:
    call = changed(
        ended(call, event, TaskKind.DESIGNATE, TaskKind.OPINE, TaskKind.MEDIATE),
        designated=event.handler.id,
        designated_name=event.handler.name,
    )
    if event.dispatch is not None:
        return _back_to_dispatch(call, event, event.dispatch)
    return undisputed(call)


STEPS: Steps = {
    e.CallDispatched: _dispatched,
    e.PartDispatched: _part_dispatched,
    e.ObjectionRaised: _objected,
    e.ObjectionUpheld: _objection_upheld,
    e.ObjectionRejected: _objection_rejected,
    e.OpinionRequested: _opinion_requested,
    e.OpinionGiven: _opinion_given,
    e.HandlerDesignated: _designated,
}
"""By fact: the call before, the fact, the call after."""
