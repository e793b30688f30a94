"""折叠·接力: what passing on at a handover point and succession make of a call."""

from uuid import UUID

from domain.calls.call import Call
from domain.calls.delays.fold import inherited
from domain.calls.dispatch import passing_events as p
from domain.calls.dispatch.fold import bound, bound_to_act
from domain.calls.events import OrganizationRef
from domain.calls.fold_obligations import (
    ASKED_ACTIONS,
    PARTY_ACTIONS,
    Steps,
    bearer,
    each,
    ended,
    owes,
    platform,
    township,
    with_party,
)
from domain.calls.words import Role
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed
from domain.shared.events import Event


def _passed(call: Call, event: p.StagePassed) -> Call:
    """The lead's duties pass on; what it is late with stays with it. An assistant that takes over assists no more.

    The township's cooperation is due with the work of whoever leads: unless it is late already, it moves to the taker's
    time.
    """

    def passed_on(owed: Obligation) -> Obligation:
        if not owed.open or owed.round != call.round:
            return owed
        ending = Ending.LAPSED if owed.overdue_at(event.recorded_at) else Ending.PASSED_ON
        return owed.given_up(ending, event.recorded_at, call.version)

    taker = event.party.organization.id
    for organization in (event.passer.id, taker):
        call = each(call, passed_on, *PARTY_ACTIONS, organization=organization)
        call = with_party(call, organization, released=True)
    call = ended(call, event, *ASKED_ACTIONS, ending=Ending.LAPSED)
    parties = (*call.parties, bound(event.party, call.round))
    call = changed(call, parties=parties, off_list=event.off_list, interim=None)
    call = bound_to_act(call, event.party, None)
    lead, complete, at, by = event.party.organization, event.party.complete, event.recorded_at, call.version

    def moved(owed: Obligation) -> Obligation:
        if not owed.open or owed.round != call.round or owed.overdue_at(at):
            return owed
        return changed(owed.pause_cut(at, by).moved_to(complete, by), owed_to=lead.id, owed_to_name=lead.name)

    return each(call, moved, Action.COOPERATE, organization=call.township)


def _succeeded(call: Call, event: p.PartySucceeded) -> Call:
    """What the successor has to do already, opened by the same fact, it has not to do twice. Whoever had to name it has
    done so."""
    was, now = event.was.id, event.now.id
    if place := call.withheld(was):
        call = ended(call, event, Action.NAME_SUCCESSOR, entry=place)
    own = {_thing(owed) for owed in call.obligations if owed.open and owed.organization == now}
    heirs = [
        changed(owed, organization=now, organization_name=event.now.name, inherited_from=was, reworks=0)
        for owed in call.obligations
        if owed.open and owed.organization == was and _thing(owed) not in own
    ]
    call = each(
        call,
        lambda o: o.given_up(Ending.PASSED_ON, event.recorded_at, call.version) if o.open else o,
        organization=was,
    )
    parties = list(call.parties)
    for place, party in enumerate(call.parties):
        if party.organization == was and party.round == call.round and party.active:
            parties[place] = changed(party, released=True)
            if call.party(now) is None or party.role is Role.LEAD:
                parties.append(changed(party, organization=now, name=event.now.name))
    call = changed(call, obligations=(*call.obligations, *heirs), parties=tuple(parties))
    if event.basis:
        call = changed(call, stand_ins=(*call.stand_ins, (was, now)))
    call = _beside_succeeded(inherited(call, event, was, event.now), was, event.now)
    if call.township == was:
        call = changed(call, township=now, township_name=event.now.name)
    if call.platform == was:
        call = changed(call, platform=now, platform_name=event.now.name)
    if call.duty_room == was:
        call = changed(call, duty_room=now, duty_room_name=event.now.name)
    if call.establishment_office == was:
        call = changed(call, establishment_office=now)
    if call.designated == was:
        call = changed(call, designated=now, designated_name=event.now.name)
    if call.designator == was:
        call = changed(call, designator=now)
    return _confirmed_by_the_platform(call, event) if call.own_work else call


def _confirmed_by_the_platform(call: Call, event: p.PartySucceeded) -> Call:
    """Nobody confirms its own work: where the township itself has become the lead, the platform does, in the time that
    is left."""
    asked = [o for o in call.obligations if o.open and o.action is Action.CONFIRM and o.organization == call.township]
    if not asked:
        return call
    call = ended(call, event, Action.CONFIRM, organization=call.township, ending=Ending.PASSED_ON)
    by, name = platform(call)
    instead = (changed(owed, organization=by, organization_name=name) for owed in asked)
    return changed(call, obligations=(*call.obligations, *instead))


def _withheld(call: Call, event: p.SuccessionWithheld) -> Call:
    if not call.withheld(event.was.id):
        call = changed(call, stand_ins=(*call.stand_ins, (event.was.id, None)))
    if event.organization is None or event.naming is None:
        return call
    by, place = bearer(event.organization), call.withheld(event.was.id)
    return owes(call, Action.NAME_SUCCESSOR, by, event.naming, to=township(call), entry=place)


def unneeded_named(call: Call, event: Event) -> Call:
    """Nobody has to be named for a body from which nothing is to come any more."""
    for was, now in call.stand_ins:
        if now is None and was not in call.awaited:
            naming = call.withheld(was)
            call = ended(call, event, Action.NAME_SUCCESSOR, entry=naming, ending=Ending.LAPSED)
    return call


def _thing(owed: Obligation) -> tuple[Action, int, int]:
    """What is to be done, whoever does it."""
    return owed.action, owed.opened_by, owed.entry


def _beside_succeeded(call: Call, was: UUID, now: OrganizationRef) -> Call:
    """What is known of the call beside its parties: who has still to do something in it is the successor."""
    owing = {(owed.action, owed.entry) for owed in call.open_obligations if owed.organization == now.id}
    agreed = tuple(
        action.succeeded(was, now.id, now.name) if (Action.AGREED_ACTION, action.number) in owing else action
        for action in call.agreed
    )
    evaluations = tuple(
        changed(one, township=now.id, township_name=now.name) if one.township == was else one
        for one in call.evaluations
    )
    co_callers = tuple(
        changed(one, township=now.id, township_name=now.name) if one.township == was else one for one in call.co_callers
    )
    reminders = tuple(changed(one, township=now.id) if one.township == was else one for one in call.reminders)
    escalations = tuple(one.succeeded(was, now.id, now.name) for one in call.escalations)
    interim, convened = call.interim, call.consultation
    if convened is not None and convened.held_at is None:
        convened = convened.succeeded(was, now.id, now.name)
    return changed(
        call,
        agreed=agreed,
        escalations=escalations,
        evaluations=evaluations,
        co_callers=co_callers,
        reminders=reminders,
        interim=None if interim is None else interim.succeeded(was, now.id, now.name),
        consultation=convened,
    )


STEPS: Steps = {
    p.StagePassed: _passed,
    p.PartySucceeded: _succeeded,
    p.SuccessionWithheld: _withheld,
}
"""By fact: the call before, the fact, the call after."""
