"""折叠·办理: what responses, results, confirmation and closing make of a call."""

from domain.calls import events as e
from domain.calls.beside import Evaluation
from domain.calls.call import Call
from domain.calls.clocks import with_justified
from domain.calls.fold_obligations import (
    ASKED_ACTIONS,
    EVALUATION_ACTIONS,
    PARTY_ACTIONS,
    RULING_ACTIONS,
    Steps,
    acted,
    bearer,
    beside_ended,
    each,
    ended,
    owes,
    platform,
    responded_then,
    township,
    traced,
    undisputed,
    with_party,
    worked_anew,
)
from domain.calls.words import Evaluator, Stage
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed


def _responded(call: Call, event: e.PartyResponded) -> Call:
    party = call.party(event.organization.id)
    call = ended(call, event, Action.RESPOND, organization=event.organization.id)
    first = party.responded_at if party is not None and party.responded_at else event.recorded_at
    return with_party(acted(call, event.organization.id, event.recorded_at), event.organization.id, responded_at=first)


def _arrived(call: Call, event: e.PartyArrived) -> Call:
    """A party's own word counts from when it is recorded; the other side's counts for the time it names."""
    party = call.party(event.organization.id)
    if event.actor.organization == event.organization.id:
        call = ended(call, event, Action.RESPOND, organization=event.organization.id)
    else:
        call = responded_then(call, event, event.organization.id, event.occurred_at)
    responded = party.responded_at if party is not None and party.responded_at else event.recorded_at
    call = acted(call, event.organization.id, event.recorded_at)
    return with_party(call, event.organization.id, arrived_at=event.occurred_at, responded_at=responded)


def _progress(call: Call, event: e.ProgressReported) -> Call:
    call = acted(traced(call, event.organization.id, Action.RESPOND), event.organization.id, event.recorded_at)
    call = with_party(call, event.organization.id, progressed_at=event.recorded_at)
    if not event.first_result:
        return call
    return ended(call, event, Action.FIRST_RESULT, organization=event.organization.id)


def _assisted(call: Call, event: e.AssistanceReported) -> Call:
    call = traced(call, event.organization.id, Action.RESPOND)
    call = acted(call, event.organization.id, event.recorded_at)
    call = with_party(call, event.organization.id, progressed_at=event.recorded_at)
    if not event.done:
        return call
    call = ended(call, event, Action.ASSIST, organization=event.organization.id)
    return with_party(call, event.organization.id, finished=True)


def _cooperated(call: Call, event: e.CooperationReported) -> Call:
    return ended(call, event, Action.COOPERATE)


def _result(call: Call, event: e.ResultReported) -> Call:
    call = traced(call, event.organization.id, Action.RESPOND)
    done = (Action.HANDLE, Action.FIRST_RESULT, Action.FINAL_RESULT)
    call = ended(call, event, *done, organization=event.organization.id)
    call = ended(call, event, *ASKED_ACTIONS, ending=Ending.LAPSED)
    call = changed(with_party(call, event.organization.id, finished=True), stage=Stage.RESULT_REPORTED)
    confirmer = township(call) if event.confirmer is None else bearer(event.confirmer)
    return owes(call, Action.CONFIRM, confirmer, event.confirm, to=bearer(event.organization))


def _confirmed(call: Call, event: e.ResultConfirmed) -> Call:
    call = traced(ended(call, event, Action.CONFIRM), call.township, Action.COOPERATE)
    return owes(changed(call, stage=Stage.CONFIRMED), Action.RESOLVE, platform(call), event.resolve, to=township(call))


def _rework(call: Call, event: e.ReworkOrdered) -> Call:
    """The same duty is open again: what it had used of its time stays used, what was late stays late."""
    lead, work = call.lead, call.work
    assert lead is not None, "a result was reported by the lead"
    assert work is not None, "a result was reported by the lead"
    call = ended(call, event, Action.CONFIRM, Action.RESOLVE)
    stage = Stage.INTERIM if work.action is Action.FINAL_RESULT else Stage.HANDLING
    call = changed(with_party(call, lead.organization, finished=False), stage=stage)

    own = event.own_fault is not False  # nobody was asked before it was recorded
    again = worked_anew(work, event.recorded_at, event.complete, event.policy, call.version, own_fault=own)
    if work not in call.obligations:  # its successor's, who did not owe it yet
        return with_justified(changed(call, obligations=(*call.obligations, again)), event.justified)
    call = each(call, lambda o: again if o == work else o, work.action, organization=lead.organization)
    return with_justified(call, event.justified)


def _resolved(call: Call, event: e.CallResolved) -> Call:
    lead = call.lead
    call = ended(call, event, Action.RESOLVE)
    beside = (*PARTY_ACTIONS, Action.COOPERATE, Action.DISPATCH_PART, *RULING_ACTIONS)
    call = beside_ended(ended(call, event, *beside, ending=Ending.LAPSED), event)
    call = changed(
        undisputed(call),
        stage=Stage.RESOLVED,
        resolved_at=event.recorded_at,
        reopen_until=event.reopen.due if event.reopen else None,
    )
    to = platform(call) if lead is None else (lead.organization, lead.name)
    for evaluator in call.evaluators.items():  # nobody evaluates its own work: where nobody does, it is filed with this
        call = owes(call, Action.EVALUATE, evaluator, event.evaluate, to=to)
    return call


def _evaluated(call: Call, event: e.CallEvaluated) -> Call:
    if event.evaluator is Evaluator.CITIZEN:
        return call  # beside the townships, in nobody's place
    by = call.township if event.evaluator is Evaluator.TOWNSHIP else event.actor.organization
    owed = call.owing(Action.EVALUATE, by)
    evaluation = Evaluation(
        number=len(call.evaluations) + 1,
        township=by,
        township_name=call.township_name if owed is None else owed.organization_name,
        version=call.version,
        grade=event.grade,
        at=event.recorded_at,
        contest_until=event.contest.due if event.contest else None,
        change_until=event.change.due if event.change else None,
    )
    call = ended(call, event, Action.EVALUATE, organization=by)
    return changed(call, evaluations=(*call.evaluations, evaluation))


def _closed(call: Call, event: e.CallClosed) -> Call:
    """What was contested of an evaluation is decided all the same."""
    return changed(ended(call, event, *_BUT_EVALUATION, ending=Ending.LAPSED), stage=Stage.CLOSED)


_BUT_EVALUATION = tuple(action for action in Action if action not in EVALUATION_ACTIONS)


def _withdrawn(call: Call, event: e.CallWithdrawn) -> Call:
    return changed(ended(beside_ended(call, event), event, ending=Ending.LAPSED), stage=Stage.WITHDRAWN)


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
