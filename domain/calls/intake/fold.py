"""折叠·受理: what the facts from the first sentence to the acceptance make of a call."""

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.clocks import with_justified
from domain.calls.fold_obligations import Steps, bearer, beside_ended, each, ended, owes, performed, platform, township
from domain.calls.words import Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, PauseGround
from domain.shared.changes import changed, made
from domain.shared.deadlines import Deadline
from domain.shared.events import Event


def submitted(event: e.CallSubmitted) -> Call:
    """The call as its first fact makes it."""
    call = made(
        Call,
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
        discovered_at=event.discovered_at,
        discovered_how=event.discovered_how,
        text=event.text,
        place=event.place,
        item_hint=event.item_hint or "",
        informant=event.informant,
    )
    if event.called is not None:
        call = owes(call, Action.CALL, township(call), event.called, to=township(call))
        call = ended(call, event, Action.CALL)
    return call if event.endorse is None else _to_endorse(call, event.endorse)


def _to_endorse(call: Call, endorse: Deadline) -> Call:
    return owes(call, Action.ENDORSE, township(call), endorse, to=township(call))


def _endorsed(call: Call, event: e.CallEndorsed) -> Call:
    return ended(call, event, Action.ENDORSE)


def _not_endorsed(call: Call, event: e.EndorsementRefused) -> Call:
    endorse = call.owing(Action.ENDORSE)
    call = changed(ended(call, event, Action.ENDORSE), stage=Stage.NOT_ENDORSED)
    if endorse is None:
        return call
    return owes(call, Action.AMEND, township(call), endorse.deadline, to=township(call))


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
    call = owes(call, Action.ACCEPT, platform(call), accept, to=township(call))
    if call.duty_room is None:
        return call
    return owes(call, Action.ACCEPT, (call.duty_room, call.duty_room_name), accept, to=township(call))


def _sent_back(call: Call, event: e.CallSentBack) -> Call:
    """The township's time is not charged to those who wait for it."""
    call = changed(call, stage=Stage.SENT_BACK, sent_back=True)
    by = call.version
    call = each(
        call,
        lambda o: o.paused(PauseGround.SUPPLEMENT, event.recorded_at, by) if o.open else o,
        Action.ACCEPT,
    )
    return owes(call, Action.SUPPLEMENT, township(call), event.supplement, to=platform(call))


def _supplemented(call: Call, event: e.CallSupplemented) -> Call:
    call = changed(ended(call, event, Action.SUPPLEMENT, Action.AMEND), text=event.text, place=event.place)
    if event.endorse is not None:
        return _to_endorse(changed(call, stage=Stage.SUBMITTED), event.endorse)
    assert event.accept is not None
    accept, by, duty_room = event.accept, call.version, call.duty_room
    own = event.duty_room_accept or accept
    call = each(
        changed(call, stage=Stage.PLACED, accept_anew=None),
        lambda o: o.resumed(event.recorded_at, own if o.organization == duty_room else accept, by) if o.open else o,
        Action.ACCEPT,
    )
    call = with_justified(call, event.justified)
    if call.duty_room is None or call.owing(Action.ACCEPT, call.duty_room) is not None:
        return call
    if event.recorded_at > accept.due:
        return call  # it may act as well, but nobody answers for time that ran out before they heard of it
    shared = call.owing(Action.ACCEPT, call.platform)
    call = owes(call, Action.ACCEPT, (call.duty_room, call.duty_room_name), accept, to=township(call))
    if shared is None:
        return call
    # One clock for both: what paused it stands in the ledger of both.
    return each(call, lambda o: changed(o, pauses=shared.pauses), Action.ACCEPT, organization=call.duty_room)


def _taken_in(call: Call, event: Event) -> Call:
    """Whoever answered the call did it; who might have as well (platform or duty room) no longer has to."""
    acting = event.actor.organization

    def answered(owed: Obligation) -> Obligation:
        if not owed.open:
            return owed
        if owed.organization == acting or acting not in (call.platform, call.duty_room):
            return performed(owed, event, call.version)
        return owed.given_up(Ending.RELEASED, event.recorded_at, call.version)

    return each(call, answered, Action.ACCEPT)


def _accepted(call: Call, event: e.CallAccepted) -> Call:
    call = changed(_taken_in(call, event), stage=Stage.ACCEPTED)
    return owes(call, Action.DISPATCH, bearer(event.acting), event.dispatch, to=township(call))


def _declined(call: Call, event: e.CallDeclined) -> Call:
    call = changed(_taken_in(call, event), stage=Stage.DECLINED)
    call = changed(call, declined_by=event.actor.person, declined_for=event.actor.acting_for)
    for by in (township(call), *map(bearer, event.co_callers)):
        call = owes(call, Action.CONTEST_DECLINE, by, event.contest, to=platform(call))
    return call


def _decline_contested(call: Call, event: e.DeclineContested) -> Call:
    by = township(call) if event.township is None else bearer(event.township)
    call = ended(call, event, Action.CONTEST_DECLINE, organization=by[0])
    call = changed(call, stage=Stage.DECLINE_CONTESTED, decline_contested=True)
    return owes(call, Action.ANSWER_CONTEST, platform(call), event.answer, to=by)


def _contest_decided(call: Call, event: e.DeclineContestDecided) -> Call:
    """One decision answers whoever contested. Against them it is no decision about what another township may still
    say in its time."""
    call = ended(call, event, Action.ANSWER_CONTEST)
    right = call.owing(Action.CONTEST_DECLINE)
    if event.upheld and right is not None and event.recorded_at <= right.deadline.due:
        return changed(call, stage=Stage.DECLINED)
    call = ended(call, event, Action.CONTEST_DECLINE, ending=Ending.LAPSED)
    if event.upheld:
        return changed(call, stage=Stage.CLOSED)
    assert event.dispatch is not None
    call = changed(call, stage=Stage.ACCEPTED)
    return owes(call, Action.DISPATCH, platform(call), event.dispatch, to=township(call))


def _handed_over(call: Call, event: e.CallHandedOver) -> Call:
    """An answer to the call like any other: it has been taken in hand, though it is not dispatched."""
    call = beside_ended(_taken_in(call, event), event)
    return changed(ended(call, event, ending=Ending.LAPSED), stage=Stage.HANDED_OVER)


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
