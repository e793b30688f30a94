"""折叠·办理: what responses, results, confirmation and closing make of a call."""

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.fold_obligations import (
    PARTY_ACTIONS,
    RULING_ACTIONS,
    Steps,
    bearer,
    each,
    ended,
    owes,
    platform,
    township,
    traced,
    undisputed,
    with_party,
)
from domain.calls.words import Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed


def _responded(call: Call, event: e.PartyResponded) -> Call:
    party = call.party(event.organization.id)
    call = ended(call, event, Action.RESPOND, organization=event.organization.id)
    first = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return with_party(call, event.organization.id, responded_at=first)


def _arrived(call: Call, event: e.PartyArrived) -> Call:
    """A party's own word counts from when it is recorded; the other side's counts for the time it names."""
    party = call.party(event.organization.id)
    others_word = event.actor.organization != event.organization.id
    performed = event.occurred_at if others_word else None
    call = each(
        call,
        lambda o: o.discharged(event.recorded_at, call.version, performed) if o.open else o,
        Action.RESPOND,
        organization=event.organization.id,
    )
    responded = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return with_party(call, event.organization.id, arrived_at=event.occurred_at, responded_at=responded)


def _progress(call: Call, event: e.ProgressReported) -> Call:
    call = traced(call, event.organization.id, Action.RESPOND)
    call = with_party(call, event.organization.id, progressed_at=event.recorded_at)
    if not event.first_result:
        return call
    return ended(call, event, Action.FIRST_RESULT, organization=event.organization.id)


def _assisted(call: Call, event: e.AssistanceReported) -> Call:
    call = traced(call, event.organization.id, Action.RESPOND, Action.ASSIST)
    call = with_party(call, event.organization.id, progressed_at=event.recorded_at)
    if not event.done:
        return call
    call = ended(call, event, Action.ASSIST, Action.FIRST_RESULT, organization=event.organization.id)
    return with_party(call, event.organization.id, finished=True)


def _cooperated(call: Call, event: e.CooperationReported) -> Call:
    return ended(call, event, Action.COOPERATE)


def _result(call: Call, event: e.ResultReported) -> Call:
    call = traced(call, event.organization.id, Action.RESPOND)
    call = ended(call, event, Action.HANDLE, Action.FIRST_RESULT, organization=event.organization.id)
    call = changed(with_party(call, event.organization.id, finished=True), stage=Stage.RESULT_REPORTED)
    confirmer = township(call) if event.confirmer is None else bearer(event.confirmer)
    return owes(call, Action.CONFIRM, confirmer, event.confirm, to=bearer(event.organization))


def _confirmed(call: Call, event: e.ResultConfirmed) -> Call:
    call = traced(ended(call, event, Action.CONFIRM), call.township, Action.COOPERATE)
    return owes(changed(call, stage=Stage.CONFIRMED), Action.RESOLVE, platform(call), event.resolve, to=township(call))


def _rework(call: Call, event: e.ReworkOrdered) -> Call:
    """The same duty is open again: what it had used of its time stays used, what was late stays late."""
    lead = call.lead
    assert lead is not None
    call = ended(call, event, Action.CONFIRM, Action.RESOLVE)
    call = changed(with_party(call, lead.organization, finished=False), stage=Stage.HANDLING, reworks=call.reworks + 1)

    def reopened(owed: Obligation) -> Obligation:
        if owed.round != call.round or owed.entry or owed.open:
            return owed
        return owed.reopened(event.recorded_at, event.complete, call.version)

    return each(call, reopened, Action.HANDLE, organization=lead.organization)


def _resolved(call: Call, event: e.CallResolved) -> Call:
    lead = call.lead
    call = ended(call, event, Action.RESOLVE)
    beside = (*PARTY_ACTIONS, Action.COOPERATE, Action.DISPATCH_PART, *RULING_ACTIONS)
    call = ended(call, event, *beside, ending=Ending.LAPSED)
    call = changed(undisputed(call), stage=Stage.RESOLVED)
    to = platform(call) if lead is None else (lead.organization, lead.name)
    return owes(call, Action.EVALUATE, township(call), event.evaluate, to=to)


def _evaluated(call: Call, event: e.CallEvaluated) -> Call:
    return ended(call, event, Action.EVALUATE)


def _closed(call: Call, event: e.CallClosed) -> Call:
    return changed(ended(call, event, ending=Ending.LAPSED), stage=Stage.CLOSED)


def _withdrawn(call: Call, event: e.CallWithdrawn) -> Call:
    return changed(ended(call, event, ending=Ending.LAPSED), stage=Stage.WITHDRAWN)


STEPS: Steps = {
    e.PartyResponded: _responded,
    e.PartyArrived: _arrived,
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
}
"""By fact: the call before, the fact, the call after."""
