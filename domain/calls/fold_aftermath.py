"""折叠·办结之后: what re-opening, contested evaluations, reminders and copies make of a call."""

from domain.calls import aftermath_events as ae
from domain.calls import attention_events as ate
from domain.calls.call import Call
from domain.calls.fold_obligations import EVALUATION_ACTIONS, Steps, bearer, ended, owes, platform, unpaused, with_party
from domain.calls.words import ReopeningPolicy, Stage
from domain.obligations.obligation import Pause
from domain.obligations.words import Action, Ending, PauseGround
from domain.shared.changes import changed


def _reopened(call: Call, event: ae.CallReopened) -> Call:
    """A further duty to handle, beside the one that was performed and stays so."""
    before = call.work
    assert before is not None, "what was resolved was handled"
    assert before.ended is not None, "what was resolved was handled"
    call = ended(call, event, Action.EVALUATE, *EVALUATION_ACTIONS, ending=Ending.LAPSED)
    call = changed(
        with_party(call, event.lead.id, finished=False),
        stage=Stage.HANDLING,
        interim=None,
        evaluation=None,
        resolved_at=None,
        reopen_until=None,
        reopenings=call.reopenings + 1,
    )
    call = owes(call, Action.HANDLE, bearer(event.lead), event.complete, to=(call.township, call.township_name))
    again = call.obligations[-1]
    if event.policy is ReopeningPolicy.CONTINUE:
        between = Pause(PauseGround.CLOSED, before.performed or before.ended, call.version, event.recorded_at)
        again = changed(again, pauses=(*unpaused(before).pauses, between), moved=before.moved)
    if event.policy is ReopeningPolicy.NONE:
        again = again.paused(PauseGround.UNTIMED, event.recorded_at, call.version)
    return changed(call, obligations=(*call.obligations[:-1], again))


def _changed(call: Call, event: ae.EvaluationChanged) -> Call:
    """What was contested is no more."""
    given = call.evaluation
    assert given is not None, "what is changed was given"
    call = ended(call, event, *EVALUATION_ACTIONS, ending=Ending.LAPSED)
    return changed(call, evaluation=changed(given, grade=event.grade))


def _contested(call: Call, event: ae.EvaluationContested) -> Call:
    assert call.evaluation is not None, "what is contested was given"
    call = changed(call, evaluation=changed(call.evaluation, contested=True))
    return owes(call, Action.DECIDE_EVALUATION, platform(call), event.decide, to=bearer(event.organization))


def _upheld(call: Call, event: ae.EvaluationUpheld) -> Call:
    return ended(call, event, *EVALUATION_ACTIONS)


def _exclusion_proposed(call: Call, event: ae.EvaluationExclusionProposed) -> Call:
    assert call.evaluation is not None, "what shall be excluded was given"
    actor = event.actor
    evaluation = changed(call.evaluation, exclusion_proposed_by=actor.person, exclusion_proposed_for=actor.acting_for)
    call = changed(ended(call, event, Action.DECIDE_EVALUATION), evaluation=evaluation)
    return owes(call, Action.APPROVE_EXCLUSION, bearer(event.approver), event.approve, to=platform(call))


def _excluded(call: Call, event: ae.EvaluationExcluded) -> Call:
    given = call.evaluation
    assert given is not None, "what is excluded was given"
    return changed(ended(call, event, Action.APPROVE_EXCLUSION), evaluation=changed(given, excluded=True))


def _reminded(call: Call, event: ate.CallerReminded) -> Call:
    return changed(call, remind_from=event.again)


def _copied(call: Call, event: ate.CopySent) -> Call:
    return changed(call, copied=(*call.copied, event.organization.id))


STEPS: Steps = {
    ae.CallReopened: _reopened,
    ae.EvaluationChanged: _changed,
    ae.EvaluationContested: _contested,
    ae.EvaluationUpheld: _upheld,
    ae.EvaluationExclusionProposed: _exclusion_proposed,
    ae.EvaluationExcluded: _excluded,
    ate.CallerReminded: _reminded,
    ate.CopySent: _copied,
}
"""By fact: the call before, the fact, the call after. What changes nothing known (an answered invitation, pressure
reported) has no step."""
