"""折叠·派发: what dispatches, objections, opinions and designations make of a call."""

from uuid import UUID

from domain.calls import events as e
from domain.calls.call import Call, Party
from domain.calls.clocks import with_justified
from domain.calls.fold_obligations import (
    ASKED_ACTIONS,
    PARTY_ACTIONS,
    RULING_ACTIONS,
    Steps,
    acted,
    bearer,
    ended,
    owes,
    platform,
    released,
    township,
    undisputed,
    with_party,
)
from domain.calls.words import Role, Stage
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed, made
from domain.shared.deadlines import Deadline
from domain.shared.events import Event


def _dispatched(call: Call, event: e.CallDispatched) -> Call:
    item = event.basis.item
    duties = (event.lead, *event.assistants)
    call = ended(ended(call, event, Action.DISPATCH), event, Action.CONVENE, ending=Ending.LAPSED)
    call = changed(
        call,
        stage=Stage.HANDLING,
        unclear=False,
        consulted=False,
        interim=None,
        round=event.round,
        off_list=event.off_list,
        complex=event.complex,
        revision=item.revision if item else None,
        item=item.item if item else None,
        item_title=item.title if item else "",
        township_duty=event.township_duty,
        parties=(*call.parties, *(bound(duty, event.round) for duty in duties)),
    )
    for duty in duties:
        call = bound_to_act(call, duty, event.lead)
    if event.township_duty:
        call = owes(call, Action.COOPERATE, township(call), event.lead.complete, to=bearer(event.lead.organization))
    return call


def bound(duty: e.PartyDuty, round_: int) -> Party:
    """An addressee of a dispatch, bound by it."""
    return made(
        Party,
        organization=duty.organization.id,
        name=duty.organization.name,
        role=duty.role,
        round=round_,
        duty_text=duty.duty_text,
        vertical=duty.vertical,
        dispatched_at=duty.respond.opened,
        objection_until=duty.objection.due if duty.objection else None,
    )


def bound_to_act(call: Call, duty: e.PartyDuty, lead: e.PartyDuty | None, entry: int = 0) -> Call:
    """What a party owes from its dispatch on; `entry` where it is a part taken from another."""
    by = bearer(duty.organization)
    call = owes(call, Action.RESPOND, by, duty.respond, to=township(call), entry=entry)
    if duty.first_result is not None:
        call = owes(call, Action.FIRST_RESULT, by, duty.first_result, to=township(call), entry=entry)
    if duty.role is Role.LEAD:
        return owes(call, Action.HANDLE, by, duty.complete, to=township(call), entry=entry)
    to = township(call) if lead is None else bearer(lead.organization)
    return owes(call, Action.ASSIST, by, duty.complete, to=to, entry=entry)


def _part_dispatched(call: Call, event: e.PartDispatched) -> Call:
    """A further party of the running round, or more for one that is in it already."""
    call = ended(call, event, Action.DISPATCH_PART, entry=event.objection)
    duty = event.party
    party = call.party(duty.organization.id)
    call = bound_to_act(call, duty, None, event.objection)
    if party is None:
        return changed(call, parties=(*call.parties, bound(duty, call.round)))
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
    call = acted(changed(call, objections=number), event.organization.id, event.recorded_at)
    return owes(call, Action.MEDIATE, platform(call), event.mediate, to=bearer(event.organization), entry=number)


def _objection_upheld(call: Call, event: e.ObjectionUpheld) -> Call:
    party = call.party(event.organization.id)
    call = changed(_mediated(call, event, event.organization.id), misdispatches=call.misdispatches + 1)
    if not event.whole:
        call = with_justified(call, event.justified)
        if event.dispatch is None or party is None:
            return call
        by = platform(call)
        return owes(call, Action.DISPATCH_PART, by, event.dispatch, to=township(call), entry=party.objection)
    call = released(call, event, event.organization.id)
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
    call = ended(call, event, Action.MEDIATE, entry=party.objection)
    return with_party(call, organization, objection_open=False)


def _back_to_dispatch(call: Call, event: Event, dispatch: Deadline, ending: Ending = Ending.LAPSED) -> Call:
    """The round is over for everybody: the platform dispatches anew. `ending` is what becomes of the lead's duties."""
    lead = call.lead
    for party in call.current_parties:
        how = ending if party is lead else Ending.LAPSED
        call = ended(call, event, *PARTY_ACTIONS, organization=party.organization, ending=how)
        call = with_party(call, party.organization, released=True, objection_open=False)
    call = ended(call, event, *ASKED_ACTIONS, ending=Ending.LAPSED)
    beside = (Action.COOPERATE, Action.DISPATCH_PART, *RULING_ACTIONS)
    call = changed(ended(call, event, *beside, ending=Ending.LAPSED), stage=Stage.ACCEPTED)
    return owes(call, Action.DISPATCH, platform(call), dispatch, to=township(call))


def _objection_rejected(call: Call, event: e.ObjectionRejected) -> Call:
    return with_justified(_mediated(call, event, event.organization.id), event.justified)


def _opinion_requested(call: Call, event: e.OpinionRequested) -> Call:
    call = changed(ended(call, event, Action.MEDIATE), establishment_office=event.organization.id)
    return owes(call, Action.OPINE, bearer(event.organization), event.opine, to=platform(call))


def _opinion_given(call: Call, event: e.OpinionGiven) -> Call:
    call = changed(ended(call, event, Action.OPINE), opinion_proposed=event.proposed.id, designator=event.designator.id)
    return owes(call, Action.DESIGNATE, bearer(event.designator), event.designate, to=platform(call))


def _designated(call: Call, event: e.HandlerDesignated) -> Call:
    call = changed(
        ended(call, event, Action.DESIGNATE, Action.OPINE, Action.MEDIATE),
        designated=event.handler.id,
        designated_name=event.handler.name,
    )
    if event.dispatch is not None:
        return _back_to_dispatch(call, event, event.dispatch, Ending.PASSED_ON)
    return with_justified(undisputed(call), event.justified)


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
