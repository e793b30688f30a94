"""折叠·会商: what convening, attending and agreeing make of a call."""

from domain.calls.beside import AgreedAction, Consultation
from domain.calls.call import Call
from domain.calls.clocks import with_justified
from domain.calls.fold_obligations import Steps, bearer, each, ended, owes, township
from domain.calls.slow_work import consultation_events as ce
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, ExcuseGround, PauseGround
from domain.shared.changes import changed


def _unclear(call: Call, event: ce.LeadUnclear) -> Call:
    by = call.version
    call = each(
        changed(call, unclear=True),
        lambda o: o.paused(PauseGround.CONSULTATION, event.recorded_at, by) if o.open else o,
        Action.DISPATCH,
    )
    call = owes(call, Action.CONVENE, bearer(event.organization), event.convene, to=township(call))
    if call.owing(Action.HOLD) is None:
        return call
    # Somebody has convened already, and two consultations at once there are not.
    return ended(call, event, Action.CONVENE, ending=Ending.LAPSED)


def _convened(call: Call, event: ce.ConsultationConvened) -> Call:
    """Convened by somebody else, whoever had to no longer has to."""
    convener = bearer(event.convener)
    call = ended(call, event, Action.CONVENE, organization=event.convener.id)
    call = ended(call, event, Action.CONVENE, ending=Ending.LAPSED)
    consultation = Consultation(
        number=event.consultation,
        convener=event.convener.id,
        convener_name=event.convener.name,
        starts=event.attend.due,
        invited=tuple(bearer(one) for one in event.invited),
    )
    call = owes(
        changed(call, consultation=consultation),
        Action.HOLD,
        convener,
        event.record,
        to=township(call),
        entry=event.consultation,
    )
    for one in event.invited:
        call = owes(call, Action.ATTEND, bearer(one), event.attend, to=convener, entry=event.consultation)
    # Who came is in the convener's record alone: until it is written down, nobody else is late.
    due, by = event.attend.due, call.version
    return each(
        call,
        lambda o: o.excused(ExcuseGround.AWAITING_RECORD, due, by) if o.open else o,
        Action.ATTEND,
        entry=event.consultation,
    )


def _held(call: Call, event: ce.ConsultationHeld) -> Call:
    """Who came was there in time; who did not, was not there."""
    convened = call.consultation
    assert convened is not None, "what was held was convened"
    came = {one.id for one in event.attended}
    at, by = event.recorded_at, call.version

    def attended(owed: Obligation) -> Obligation:
        if not owed.open:
            return owed
        if owed.organization in came:
            return owed.discharged(at, by, min(at, owed.deadline.due))
        known = tuple(x for x in owed.excuses if x.ground is not ExcuseGround.AWAITING_RECORD)
        return changed(owed, excuses=known).given_up(Ending.LAPSED, at, by)

    call = each(ended(call, event, Action.HOLD), attended, Action.ATTEND)
    texts = (*event.action_texts, *("",) * (len(event.actions) - len(event.action_texts)))
    agreed = tuple(
        AgreedAction(action.number, event.consultation, action.organization.id, action.organization.name, text)
        for action, text in zip(event.actions, texts, strict=True)
    )
    call = changed(
        call,
        consultation=changed(convened, held_at=at),
        consulted=True,
        agreed=(*call.agreed, *agreed),
    )
    for action in event.actions:
        to = bearer(event.convener)
        call = owes(
            call, Action.AGREED_ACTION, bearer(action.organization), action.deadline, to=to, entry=action.number
        )
    if event.dispatch is None:
        return call
    dispatch = event.dispatch
    call = each(call, lambda o: o.resumed(at, dispatch, by) if o.open else o, Action.DISPATCH)
    return with_justified(call, event.justified)


def _action_done(call: Call, event: ce.AgreedActionDone) -> Call:
    return ended(call, event, Action.AGREED_ACTION, organization=event.organization.id, entry=event.action)


STEPS: Steps = {
    ce.LeadUnclear: _unclear,
    ce.ConsultationConvened: _convened,
    ce.ConsultationHeld: _held,
    ce.AgreedActionDone: _action_done,
}
"""By fact: the call before, the fact, the call after."""
