"""折叠·办结之后: what re-opening, contested evaluations, reminders and copies make of a call."""

from domain.calls.aftermath import events as ae
from domain.calls.around import attention_events as ate
from domain.calls.beside import Evaluation
from domain.calls.call import Call, Reminder
from domain.calls.clocks import with_justified
from domain.calls.events import OrganizationRef
from domain.calls.fold_obligations import (
    EVALUATION_ACTIONS,
    Steps,
    bearer,
    continued,
    ended,
    owes,
    platform,
    with_party,
)
from domain.calls.words import ReopeningPolicy, Stage
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
        evaluations=(),
        resolved_at=None,
        reopen_until=None,
        reopenings=call.reopenings + 1,
    )
    call = owes(call, Action.HANDLE, bearer(event.lead), event.complete, to=(call.township, call.township_name))
    again = call.obligations[-1]
    if event.policy is ReopeningPolicy.CONTINUE:
        again = continued(again, before, event.recorded_at, call.version)
    if event.policy is ReopeningPolicy.NONE:
        again = again.paused(PauseGround.UNTIMED, event.recorded_at, call.version)
    return with_justified(changed(call, obligations=(*call.obligations[:-1], again)), event.justified)


def _changed(call: Call, event: ae.EvaluationChanged) -> Call:
    """What was contested is no more."""
    given = _about(call, event.township)
    call = ended(call, event, *EVALUATION_ACTIONS, entry=given.number, ending=Ending.LAPSED)
    return _with(call, changed(given, grade=event.grade))


def _contested(call: Call, event: ae.EvaluationContested) -> Call:
    given, to = _about(call, event.township), bearer(event.organization)
    call = _with(call, changed(given, contested=True))
    return owes(call, Action.DECIDE_EVALUATION, platform(call), event.decide, to=to, entry=given.number)


def _upheld(call: Call, event: ae.EvaluationUpheld) -> Call:
    return ended(call, event, *EVALUATION_ACTIONS, entry=_about(call, event.township).number)


def _exclusion_proposed(call: Call, event: ae.EvaluationExclusionProposed) -> Call:
    given, actor = _about(call, event.township), event.actor
    call = _with(call, changed(given, exclusion_proposed_by=actor.person, exclusion_proposed_for=actor.acting_for))
    call = ended(call, event, Action.DECIDE_EVALUATION, entry=given.number)
    by, to = bearer(event.approver), platform(call)
    return owes(call, Action.APPROVE_EXCLUSION, by, event.approve, to=to, entry=given.number)


def _excluded(call: Call, event: ae.EvaluationExcluded) -> Call:
    given = _about(call, event.township)
    call = ended(call, event, Action.APPROVE_EXCLUSION, entry=given.number)
    return _with(call, changed(given, excluded=True))


def _about(call: Call, township: OrganizationRef | None) -> Evaluation:
    """The evaluation a fact is about: of the township it names, else of the calling one."""
    whose = call.township if township is None else township.id
    return next(one for one in call.evaluations if one.township == whose)


def _with(call: Call, evaluation: Evaluation) -> Call:
    each_one = (evaluation if one.number == evaluation.number else one for one in call.evaluations)
    return changed(call, evaluations=tuple(each_one))


def _reminded(call: Call, event: ate.CallerReminded) -> Call:
    """The last one of each organization by each township: one urged just now keeps nobody else from being urged, nor
    another township from urging it."""
    by = call.township if event.township is None else event.township.id
    others = (one for one in call.reminders if (one.organization, one.township) != (event.organization.id, by))
    return changed(call, reminders=(*others, Reminder(event.organization.id, event.again, by)))


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
