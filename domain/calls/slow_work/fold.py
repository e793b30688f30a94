"""折叠·办理较久的事项: what interim resolution, its milestones and shelving make of a call."""

from domain.calls.beside import Interim
from domain.calls.call import Call
from domain.calls.clocks import is_of, with_justified
from domain.calls.fold_obligations import (
    ASKED_ACTIONS,
    SHELVED_ACTIONS,
    Steps,
    bearer,
    each,
    ended,
    owes,
    platform,
    township,
    traced,
)
from domain.calls.slow_work import interim_events as ie
from domain.calls.slow_work import shelving_events as se
from domain.calls.words import Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, PauseGround
from domain.shared.changes import changed


def _interim_proposed(call: Call, event: ie.InterimProposed) -> Call:
    proposed = Interim(
        organization=event.organization.id,
        organization_name=event.organization.name,
        file_number=event.file_number,
        statute=event.statute,
        statutory_days=event.statutory_days,
        filed_on=event.filed_on,
        statutory_until=event.statutory_until,
        proposed_at=event.recorded_at,
        milestones=tuple(milestone.day for milestone in event.milestones),
        texts=event.milestone_texts,
    )
    call = changed(traced(call, event.organization.id, Action.RESPOND), interim=proposed)
    return owes(call, Action.ANSWER_INTERIM, platform(call), event.answer, to=bearer(event.organization))


def _interim_refused(call: Call, event: ie.InterimRefused) -> Call:
    call = changed(ended(call, event, Action.ANSWER_INTERIM), interim=None)
    return with_justified(call, event.justified)


def _interim_resolved(call: Call, event: ie.InterimResolved) -> Call:
    """The lead had done its part when it proposed: the time the platform took is not the lead's."""
    by = call.version

    def done(owed: Obligation) -> Obligation:
        return owed.discharged(event.recorded_at, by, event.proposed_at) if owed.open else owed

    call = ended(call, event, Action.ANSWER_INTERIM)
    call = each(call, done, Action.HANDLE, Action.FIRST_RESULT, organization=event.organization.id)
    call = ended(call, event, *ASKED_ACTIONS, ending=Ending.LAPSED)
    assert call.interim is not None, "what is agreed to was proposed"
    call = changed(call, stage=Stage.INTERIM, interim=changed(call.interim, resolved=True))
    for milestone in event.milestones:
        assert milestone.deadline is not None, "the clocks start with the agreement"
        call = owes(
            call,
            Action.MILESTONE,
            bearer(event.organization),
            milestone.deadline,
            to=township(call),
            entry=milestone.number,
        )
    return call


def _milestone_met(call: Call, event: ie.MilestoneMet) -> Call:
    call = ended(call, event, Action.MILESTONE, entry=event.milestone)
    if event.final is None:
        return call
    return owes(call, Action.FINAL_RESULT, bearer(event.organization), event.final, to=township(call))


def _shelving_proposed(call: Call, event: se.ShelvingProposed) -> Call:
    to = bearer(event.organization)
    return owes(call, Action.APPROVE_SHELVING, bearer(event.approver), event.approve, to=to)


def _shelving_refused(call: Call, event: se.ShelvingRefused) -> Call:
    return with_justified(ended(call, event, Action.APPROVE_SHELVING), event.justified)


def _shelved(call: Call, event: se.CallShelved) -> Call:
    """The clocks of those who handle stand still. To have responded is owed all the same."""
    by = call.version
    call = ended(call, event, Action.APPROVE_SHELVING)
    call = ended(call, event, *ASKED_ACTIONS, ending=Ending.LAPSED)
    call = each(
        call,
        lambda o: o.paused(PauseGround.SHELVED, event.recorded_at, by) if o.to_do else o,
        *SHELVED_ACTIONS,
    )
    call = changed(call, stage=Stage.SHELVED)
    return owes(call, Action.REVIEW_SHELVING, platform(call), event.review, to=township(call))


def _shelving_reviewed(call: Call, event: se.ShelvingReviewed) -> Call:
    call = ended(call, event, Action.REVIEW_SHELVING)
    if event.shelved_on:
        assert event.review is not None, "on the shelf until the next review"
        return owes(call, Action.REVIEW_SHELVING, platform(call), event.review, to=township(call))
    by = call.version

    def resumed(owed: Obligation) -> Obligation:
        clock = next((one for one in event.resumed if is_of(one, owed)), None)
        if clock is None or not owed.open or owed.paused_since is None:
            return owed
        return owed.resumed(event.recorded_at, clock.deadline, by)

    call = changed(each(call, resumed, *SHELVED_ACTIONS), stage=Stage.HANDLING)
    return with_justified(call, event.justified)


STEPS: Steps = {
    ie.InterimProposed: _interim_proposed,
    ie.InterimRefused: _interim_refused,
    ie.InterimResolved: _interim_resolved,
    ie.MilestoneMet: _milestone_met,
    se.ShelvingProposed: _shelving_proposed,
    se.ShelvingRefused: _shelving_refused,
    se.CallShelved: _shelved,
    se.ShelvingReviewed: _shelving_reviewed,
}
"""By fact: the call before, the fact, the call after."""
