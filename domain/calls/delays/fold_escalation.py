"""折叠·提级上报: what an escalation, its receipt and its answer make of a call."""

from domain.calls.beside import Escalation
from domain.calls.call import Call, Wait
from domain.calls.delays import escalation_events as e
from domain.calls.delays.fold import wait_begun
from domain.calls.fold_obligations import Steps, bearer, ended, owes, platform, township
from domain.obligations.words import Action, Ending, ExcuseGround
from domain.shared.changes import changed


def _escalated(call: Call, event: e.EscalatedUp) -> Call:
    sent = Escalation(event.escalation, event.upper, event.letter, event.recorded_at)
    if event.waiter is not None:
        sent = changed(sent, waiter=event.waiter.id, waiter_name=event.waiter.name)
    call = changed(call, escalations=(*call.escalations, sent))
    to = township(call) if event.waiter is None else bearer(event.waiter)
    return owes(call, Action.FOLLOW_UP_ESCALATION, platform(call), event.follow_up, to=to, entry=event.escalation)


def _received(call: Call, event: e.UpperReceiptRecorded) -> Call:
    call = ended(call, event, Action.FOLLOW_UP_ESCALATION, entry=event.escalation)
    received = {"receipt": event.receipt, "received_at": event.occurred_at, "promised": event.promised}
    call = _with_escalation(call, event.escalation, **received)
    waiter = event.organization
    if waiter is None or event.waiting is None or event.since is None:
        return call
    wait = Wait(
        number=event.waiting,
        waiter=waiter.id,
        waiter_name=waiter.name,
        on=None,
        on_name=event.upper,
        round=call.round,
        since=event.since,
        by=call.version,
        escalation=event.escalation,
    )
    return wait_begun(call, wait, ExcuseGround.ESCALATED)


def _answered(call: Call, event: e.UpperAnswerRecorded) -> Call:
    call = ended(call, event, Action.FOLLOW_UP_ESCALATION, entry=event.escalation)
    return _with_escalation(call, event.escalation, over=True)


def _withdrawn(call: Call, event: e.EscalationWithdrawn) -> Call:
    call = ended(call, event, Action.FOLLOW_UP_ESCALATION, entry=event.escalation, ending=Ending.LAPSED)
    return _with_escalation(call, event.escalation, over=True)


def _with_escalation(call: Call, number: int, **changes: object) -> Call:
    one_changed = (changed(one, **changes) if one.number == number else one for one in call.escalations)  # type: ignore[arg-type]
    return changed(call, escalations=tuple(one_changed))


STEPS: Steps = {
    e.EscalatedUp: _escalated,
    e.UpperReceiptRecorded: _received,
    e.UpperAnswerRecorded: _answered,
    e.EscalationWithdrawn: _withdrawn,
}
"""By fact: the call before, the fact, the call after."""
