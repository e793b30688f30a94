"""折叠·办理: what responses, results, confirmation and closing make of a call."""

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.fold_tasks import (
    PARTY_KINDS,
    RULING_KINDS,
    Steps,
    ended,
    opened,
    opened_at_platform,
    undisputed,
    with_party,
)
from domain.calls.words import Stage, TaskKind
from domain.shared.changes import changed


def _responded(call: Call, event: e.PartyResponded) -> Call:
    party = call.party(event.organization.id)
    call = ended(call, event, TaskKind.RESPOND, organization=event.organization.id)
    first = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return with_party(call, event.organization.id, responded_at=first)


def _arrived(call: Call, event: e.PartyArrived) -> Call:
    party = call.party(event.organization.id)
    call = ended(call, event, TaskKind.RESPOND, organization=event.organization.id)
    responded = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return with_party(call, event.organization.id, arrived_at=event.occurred_at, responded_at=responded)


def _progress(call: Call, event: e.ProgressReported) -> Call:
    if not event.first_result:
        return call
    return ended(call, event, TaskKind.FIRST_RESULT, organization=event.organization.id)


def _assisted(call: Call, event: e.AssistanceReported) -> Call:
    if not event.done:
        return call
    call = ended(call, event, TaskKind.ASSIST, TaskKind.FIRST_RESULT, organization=event.organization.id)
    return with_party(call, event.organization.id, finished=True)


def _cooperated(call: Call, event: e.CooperationReported) -> Call:
    return ended(call, event, TaskKind.COOPERATE)


def _result(call: Call, event: e.ResultReported) -> Call:
    call = ended(call, event, TaskKind.HANDLE, TaskKind.FIRST_RESULT, organization=event.organization.id)
    call = changed(with_party(call, event.organization.id, finished=True), stage=Stage.RESULT_REPORTED)
    if event.confirmer is not None:
        return opened(call, TaskKind.CONFIRM, event.confirmer.id, event.confirmer.name, event.confirm)
    return opened(call, TaskKind.CONFIRM, call.township, call.township_name, event.confirm)


def _confirmed(call: Call, event: e.ResultConfirmed) -> Call:
    call = changed(ended(call, event, TaskKind.CONFIRM), stage=Stage.CONFIRMED)
    return opened_at_platform(call, TaskKind.RESOLVE, event.resolve)


def _rework(call: Call, event: e.ReworkOrdered) -> Call:
    lead = call.lead
    assert lead is not None
    call = ended(call, event, TaskKind.CONFIRM, TaskKind.RESOLVE)
    call = changed(with_party(call, lead.organization, finished=False), stage=Stage.HANDLING, reworks=call.reworks + 1)
    return opened(call, TaskKind.HANDLE, lead.organization, lead.name, event.complete)


def _resolved(call: Call, event: e.CallResolved) -> Call:
    call = ended(call, event, TaskKind.RESOLVE)
    beside = (*PARTY_KINDS, TaskKind.COOPERATE, TaskKind.DISPATCH_PART, *RULING_KINDS)
    call = ended(call, event, *beside, done=False)
    call = changed(undisputed(call), stage=Stage.RESOLVED)
    return opened(call, TaskKind.EVALUATE, call.township, call.township_name, event.evaluate)


def _evaluated(call: Call, event: e.CallEvaluated) -> Call:
    return ended(call, event, TaskKind.EVALUATE)


def _closed(call: Call, event: e.CallClosed) -> Call:
    return changed(ended(call, event, done=False), stage=Stage.CLOSED)


def _withdrawn(call: Call, event: e.CallWithdrawn) -> Call:
    return changed(ended(call, event, done=False), stage=Stage.WITHDRAWN)


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
