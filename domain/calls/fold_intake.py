"""折叠·受理: what the facts from the first sentence to the acceptance make of a call."""

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.fold_tasks import Steps, ended, opened, opened_at_platform, task_of
from domain.calls.words import Stage, TaskKind
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline


def submitted(event: e.CallSubmitted) -> Call:
    """The call as its first fact makes it."""
    endorse = () if event.endorse is None else (task_of(TaskKind.ENDORSE, event.township, event.endorse),)
    return Call(
        id=event.originator_id,
        version=event.originator_version,
        number=event.number,
        stage=Stage.SUBMITTED,
        urgency=event.urgency,
        township=event.township.id,
        township_name=event.township.name,
        submitted_by=event.actor.person,
        submitted_at=event.recorded_at,
        changed_at=event.recorded_at,
        text=event.text,
        place=event.place,
        informant=event.informant,
        tasks=endorse,
    )


def _endorsed(call: Call, event: e.CallEndorsed) -> Call:
    return ended(call, event, TaskKind.ENDORSE)


def _not_endorsed(call: Call, event: e.EndorsementRefused) -> Call:
    endorse = call.open_task(TaskKind.ENDORSE)
    call = changed(ended(call, event, TaskKind.ENDORSE), stage=Stage.NOT_ENDORSED)
    if endorse is None:
        return call
    return opened(call, TaskKind.AMEND, call.township, call.township_name, endorse.deadline)


def _placed(call: Call, event: e.CallPlaced) -> Call:
    call = changed(
        call,
        stage=Stage.PLACED,
        platform=event.platform.id,
        platform_name=event.platform.name,
        duty_room=event.duty_room.id if event.duty_room else None,
        duty_room_name=event.duty_room.name if event.duty_room else "",
    )
    return _waits_for_acceptance(call, event.accept)


def _waits_for_acceptance(call: Call, accept: Deadline) -> Call:
    """The platform, and for an emergency the duty room beside it."""
    call = opened_at_platform(call, TaskKind.ACCEPT, accept)
    if call.duty_room is None:
        return call
    return opened(call, TaskKind.ACCEPT, call.duty_room, call.duty_room_name, accept)


def _sent_back(call: Call, event: e.CallSentBack) -> Call:
    call = changed(ended(call, event, TaskKind.ACCEPT, done=False), stage=Stage.SENT_BACK, sent_back=True)
    return opened(call, TaskKind.SUPPLEMENT, call.township, call.township_name, event.supplement)


def _supplemented(call: Call, event: e.CallSupplemented) -> Call:
    call = changed(ended(call, event, TaskKind.SUPPLEMENT, TaskKind.AMEND), text=event.text, place=event.place)
    if event.endorse is not None:
        call = changed(call, stage=Stage.SUBMITTED)
        return opened(call, TaskKind.ENDORSE, call.township, call.township_name, event.endorse)
    assert event.accept is not None
    return _waits_for_acceptance(changed(call, stage=Stage.PLACED, accept_anew=None), event.accept)


def _accepted(call: Call, event: e.CallAccepted) -> Call:
    call = changed(ended(call, event, TaskKind.ACCEPT), stage=Stage.ACCEPTED)
    return opened(call, TaskKind.DISPATCH, event.acting.id, event.acting.name, event.dispatch)


def _declined(call: Call, event: e.CallDeclined) -> Call:
    call = changed(ended(call, event, TaskKind.ACCEPT), stage=Stage.DECLINED)
    call = changed(call, declined_by=event.actor.person, declined_for=event.actor.acting_for)
    return opened(call, TaskKind.CONTEST_DECLINE, call.township, call.township_name, event.contest)


def _decline_contested(call: Call, event: e.DeclineContested) -> Call:
    call = changed(ended(call, event, TaskKind.CONTEST_DECLINE), stage=Stage.DECLINE_CONTESTED, decline_contested=True)
    return opened_at_platform(call, TaskKind.ANSWER_CONTEST, event.answer)


def _contest_decided(call: Call, event: e.DeclineContestDecided) -> Call:
    call = ended(call, event, TaskKind.ANSWER_CONTEST)
    if event.upheld:
        return changed(call, stage=Stage.CLOSED)
    assert event.dispatch is not None
    call = changed(call, stage=Stage.ACCEPTED)
    return opened_at_platform(call, TaskKind.DISPATCH, event.dispatch)


def _handed_over(call: Call, event: e.CallHandedOver) -> Call:
    return changed(ended(call, event, done=False), stage=Stage.HANDED_OVER)


STEPS: Steps = {
    e.CallEndorsed: _endorsed,
    e.EndorsementRefused: _not_endorsed,
    e.CallPlaced: _placed,
    e.CallSentBack: _sent_back,
    e.CallSupplemented: _supplemented,
    e.CallAccepted: _accepted,
    e.CallDeclined: _declined,
    e.DeclineContested: _decline_contested,
    e.DeclineContestDecided: _contest_decided,
    e.CallHandedOver: _handed_over,
}
"""By fact: the call before, the fact, the call after."""
