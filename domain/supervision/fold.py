"""折叠: from the facts of a matter to what is known of it, one pure step a fact."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.calls.clocks import with_clock, with_excuse
from domain.calls.events import OrganizationRef
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.refusals import NotFound
from domain.supervision import events as e
from domain.supervision import fold_succession
from domain.supervision.matter import Circular, Ladder, Matter, Order, Suspicion
from domain.supervision.words import (
    CircularStage,
    Level,
    OrderKind,
    OrderStage,
    Standing,
    SuspicionState,
)


def evolve(matter: Matter | None, event: Event) -> Matter:
    """One fact further. Refuses NotFound for a stream that is no matter."""
    if not isinstance(event, e.SupervisionEvent):
        raise NotFound
    if matter is None:
        matter = Matter(event.originator_id, 0, event.about)
    matter = changed(matter, version=event.originator_version, about=event.about, changed_at=event.recorded_at)
    step = _STEPS.get(type(event))
    return step(matter, event) if step is not None else matter


def _rung(matter: Matter, event: e.RungReached) -> Matter:
    ladder = Ladder(
        place=event.place,
        action=event.action,
        due=event.due,
        organization=event.bearer.id,
        rung=event.rung,
        reached_at=event.reached_at,
        standing=Standing.CLIMBING if event.next_at is not None else Standing.TOP,
        next_rung=event.next_rung,
        next_at=event.next_at,
        next_provisional=event.next_provisional,
        version=matter.version,
    )
    return _climbs(matter, ladder)


def _rested(matter: Matter, event: e.LadderRested) -> Matter:
    before = matter.ladder(event.place, event.action)
    same = before if before is not None and before.due == event.due else None
    ladder = Ladder(
        place=event.place,
        action=event.action,
        due=event.due,
        organization=event.bearer.id,
        rung=same.rung if same else None,
        reached_at=same.reached_at if same else None,
        standing=event.standing,
        next_rung=event.next_rung,
        next_at=event.again_at,
        next_provisional=event.provisional,
        version=matter.version,
    )
    return _climbs(matter, ladder)


def _climbs(matter: Matter, ladder: Ladder) -> Matter:
    others = (one for one in matter.ladders if (one.place, one.action) != (ladder.place, ladder.action))
    ladders = sorted((*others, ladder), key=lambda one: (one.action.supervisory, one.place))
    return changed(matter, ladders=tuple(ladders))


def _urged(matter: Matter, event: e.UrgeIssued) -> Matter:
    of_the_call = (item.place for item in event.items if not item.action.supervisory)
    return changed(matter, urged=tuple(sorted({*matter.urged, *of_the_call})))


def _order_drafted(matter: Matter, event: e.OrderDrafted) -> Matter:
    order = Order(
        order=event.order,
        number=event.number,
        kind=OrderKind.COUNTY,
        level=event.level,
        issuer=event.issuer.id,
        issuer_name=event.issuer.name,
        addressee=event.addressee.id,
        addressee_name=event.addressee.name,
        items=event.items,
        stage=OrderStage.DRAFTED,
        drafted_at=event.recorded_at,
    )
    matter = changed(matter, orders=(*matter.orders, order))
    return _owes(matter, Action.SIGN_ORDER, event.issuer, event.sign, event.order, event.issuer)


def _order_amended(matter: Matter, event: e.OrderAmended) -> Matter:
    return _with_order(matter, event.order, items=event.items)


def _order_discarded(matter: Matter, event: e.OrderDiscarded) -> Matter:
    return _with_order(_done(matter, event, Action.SIGN_ORDER, event.order), event.order, stage=OrderStage.DISCARDED)


def _order_lapsed(matter: Matter, event: e.OrderLapsed) -> Matter:
    matter = _unsigned(matter, Action.SIGN_ORDER, event.order, event.since)
    return _with_order(matter, event.order, stage=OrderStage.DISCARDED)


def _order_issued(matter: Matter, event: e.OrderIssued) -> Matter:
    matter = _done(matter, event, Action.SIGN_ORDER, event.order)
    matter = _with_order(
        matter,
        event.order,
        stage=OrderStage.ISSUED,
        items=event.items,
        issued_at=event.recorded_at,
        signed_by=event.signed_by,
        copies=event.copies,
        demands=event.demands or "",
    )
    return _owes(matter, Action.ORDER_REPLY, event.addressee, event.reply, event.order, event.issuer)


def _township_supervised(matter: Matter, event: e.TownshipSupervisionIssued) -> Matter:
    order = Order(
        order=event.order,
        number=event.number,
        kind=OrderKind.TOWNSHIP,
        level=Level.COUNTY,
        issuer=event.issuer.id,
        issuer_name=event.issuer.name,
        addressee=event.addressee.id,
        addressee_name=event.addressee.name,
        items=event.items,
        stage=OrderStage.ISSUED,
        drafted_at=event.recorded_at,
        issued_at=event.recorded_at,
        signed_by=event.signed_by,
        copies=(event.copied_to,),
        demands=event.demands or "",
    )
    matter = changed(matter, orders=(*matter.orders, order))
    return _owes(matter, Action.ORDER_REPLY, event.addressee, event.reply, event.order, event.issuer)


def _order_replied(matter: Matter, event: e.OrderReplied) -> Matter:
    matter = _done(matter, event, Action.ORDER_REPLY, event.order)
    matter = _with_order(matter, event.order, stage=OrderStage.REPLIED, reply=event.text)
    return _owes(matter, Action.CHECK_REPLY, _issuer(matter, event.order), event.check, event.order, event.organization)


def _reply_accepted(matter: Matter, event: e.ReplyAccepted) -> Matter:
    matter = _done(matter, event, Action.CHECK_REPLY, event.order)
    return _with_order(matter, event.order, stage=OrderStage.ACCEPTED)


def _reply_refused(matter: Matter, event: e.ReplyRefused) -> Matter:
    matter = _done(matter, event, Action.CHECK_REPLY, event.order)
    order = matter.orders[event.order - 1]
    matter = _with_order(matter, event.order, stage=OrderStage.ISSUED, refused=order.refused + 1)
    by = OrganizationRef(id=order.addressee, name=order.addressee_name)
    return _owes(matter, Action.ORDER_REPLY, by, event.reply, event.order, _issuer(matter, event.order))


def _order_closed(matter: Matter, event: e.OrderClosed) -> Matter:
    return _with_order(matter, event.order, stage=OrderStage.CLOSED)


def _circular_drafted(matter: Matter, event: e.CircularDrafted) -> Matter:
    circular = Circular(
        circular=event.circular,
        number=event.number,
        level=event.level,
        issuer=event.issuer.id,
        issuer_name=event.issuer.name,
        addressee=event.addressee.id,
        addressee_name=event.addressee.name,
        items=event.items,
        stage=CircularStage.DRAFTED,
        drafted_at=event.recorded_at,
    )
    matter = changed(matter, circulars=(*matter.circulars, circular))
    return _owes(matter, Action.SIGN_CIRCULAR, event.issuer, event.sign, event.circular, event.issuer)


def _circular_amended(matter: Matter, event: e.CircularAmended) -> Matter:
    return _with_circular(matter, event.circular, items=event.items)


def _circular_lapsed(matter: Matter, event: e.CircularLapsed) -> Matter:
    matter = _unsigned(matter, Action.SIGN_CIRCULAR, event.circular, event.since)
    return _with_circular(matter, event.circular, stage=CircularStage.DISCARDED)


def _circular_discarded(matter: Matter, event: e.CircularDiscarded) -> Matter:
    matter = _done(matter, event, Action.SIGN_CIRCULAR, event.circular)
    return _with_circular(matter, event.circular, stage=CircularStage.DISCARDED)


def _circular_issued(matter: Matter, event: e.CircularIssued) -> Matter:
    matter = _done(matter, event, Action.SIGN_CIRCULAR, event.circular)
    matter = _with_circular(
        matter,
        event.circular,
        stage=CircularStage.ISSUED,
        items=event.items,
        issued_at=event.recorded_at,
        signed_by=event.signed_by,
        copies=event.copies,
        demands=event.demands or "",
    )
    return _owes(matter, Action.RECTIFY, event.addressee, event.rectify, event.circular, event.issuer)


def _rectification_reported(matter: Matter, event: e.RectificationReported) -> Matter:
    matter = _done(matter, event, Action.RECTIFY, event.circular)
    matter = _with_circular(matter, event.circular, stage=CircularStage.REPORTED, rectification=event.text)
    circular = matter.circulars[event.circular - 1]
    by = OrganizationRef(id=circular.issuer, name=circular.issuer_name)
    return _owes(matter, Action.CONFIRM_RECTIFICATION, by, event.confirm, event.circular, event.organization)


def _rectification_confirmed(matter: Matter, event: e.RectificationConfirmed) -> Matter:
    matter = _done(matter, event, Action.CONFIRM_RECTIFICATION, event.circular)
    return _with_circular(matter, event.circular, stage=CircularStage.RECTIFIED)


def _rectification_refused(matter: Matter, event: e.RectificationRefused) -> Matter:
    matter = _done(matter, event, Action.CONFIRM_RECTIFICATION, event.circular)
    matter = _with_circular(matter, event.circular, stage=CircularStage.ISSUED)
    circular = matter.circulars[event.circular - 1]
    by = OrganizationRef(id=circular.addressee, name=circular.addressee_name)
    to = OrganizationRef(id=circular.issuer, name=circular.issuer_name)
    return _owes(matter, Action.RECTIFY, by, event.rectify, event.circular, to)


def _suspected(matter: Matter, event: e.FailureSuspected) -> Matter:
    suspicion = Suspicion(
        suspicion=event.suspicion,
        kind=event.kind,
        organization=event.organization.id,
        organization_name=event.organization.name,
        items=event.items,
        grounds=event.grounds,
        suspected_at=event.recorded_at,
        by_machine=event.actor.person is None,
    )
    return changed(matter, suspicions=(*matter.suspicions, suspicion))


def _suspicion_confirmed(matter: Matter, event: e.FailureConfirmed) -> Matter:
    return _judged(matter, event.suspicion, event, SuspicionState.CONFIRMED)


def _suspicion_dismissed(matter: Matter, event: e.FailureDismissed) -> Matter:
    return _judged(matter, event.suspicion, event, SuspicionState.DISMISSED)


def _judged(matter: Matter, suspicion: int, event: Event, state: SuspicionState) -> Matter:
    judged = changed(matter.suspicions[suspicion - 1], state=state, decided_at=event.recorded_at)
    before, after = matter.suspicions[: suspicion - 1], matter.suspicions[suspicion:]
    return changed(matter, suspicions=(*before, judged, *after))


def _recomputed(matter: Matter, event: e.ClocksRecomputed) -> Matter:
    def counted_anew(owed: Obligation) -> Obligation:
        for moved in event.moved:
            owed = with_clock(owed, moved, event.recorded_at, matter.version)
        for justified in event.justified:
            owed = with_excuse(owed, justified, matter.version)
        return owed

    return changed(matter, obligations=tuple(map(counted_anew, matter.obligations)))


def _issuer(matter: Matter, order: int) -> OrganizationRef:
    found = matter.orders[order - 1]
    return OrganizationRef(id=found.issuer, name=found.issuer_name)


def _with_order(matter: Matter, order: int, **fields: Any) -> Matter:
    amended = changed(matter.orders[order - 1], **fields)
    return changed(matter, orders=(*matter.orders[: order - 1], amended, *matter.orders[order:]))


def _with_circular(matter: Matter, circular: int, **fields: Any) -> Matter:
    amended = changed(matter.circulars[circular - 1], **fields)
    return changed(matter, circulars=(*matter.circulars[: circular - 1], amended, *matter.circulars[circular:]))


def _owes(
    matter: Matter, action: Action, by: OrganizationRef, deadline: Deadline, entry: int, to: OrganizationRef
) -> Matter:
    owed = Obligation(
        action=action,
        organization=by.id,
        organization_name=by.name,
        deadline=deadline,
        opened_by=matter.version,
        entry=entry,
        owed_to=to.id,
        owed_to_name=to.name,
    )
    return changed(matter, obligations=(*matter.obligations, owed))


def _unsigned(matter: Matter, action: Action, entry: int, since: datetime) -> Matter:
    def ended(owed: Obligation) -> Obligation:
        if owed.open and (owed.action, owed.entry) == (action, entry):
            return owed.given_up(Ending.LAPSED, since, matter.version)
        return owed

    return changed(matter, obligations=tuple(map(ended, matter.obligations)))


def _done(matter: Matter, event: Event, action: Action, entry: int) -> Matter:
    def ended(owed: Obligation) -> Obligation:
        if owed.open and owed.action is action and owed.entry == entry:
            return owed.discharged(event.recorded_at, matter.version)
        return owed

    return changed(matter, obligations=tuple(ended(owed) for owed in matter.obligations))


_STEPS: Mapping[type[Event], Callable[[Matter, Any], Matter]] = {
    e.RungReached: _rung,
    e.LadderRested: _rested,
    e.UrgeIssued: _urged,
    e.OrderDrafted: _order_drafted,
    e.OrderAmended: _order_amended,
    e.OrderDiscarded: _order_discarded,
    e.OrderLapsed: _order_lapsed,
    e.OrderIssued: _order_issued,
    e.TownshipSupervisionIssued: _township_supervised,
    e.OrderReplied: _order_replied,
    e.ReplyAccepted: _reply_accepted,
    e.ReplyRefused: _reply_refused,
    e.OrderClosed: _order_closed,
    e.CircularDrafted: _circular_drafted,
    e.CircularAmended: _circular_amended,
    e.CircularLapsed: _circular_lapsed,
    e.CircularDiscarded: _circular_discarded,
    e.CircularIssued: _circular_issued,
    e.RectificationReported: _rectification_reported,
    e.RectificationConfirmed: _rectification_confirmed,
    e.RectificationRefused: _rectification_refused,
    e.FailureSuspected: _suspected,
    e.FailureConfirmed: _suspicion_confirmed,
    e.FailureDismissed: _suspicion_dismissed,
    e.PartySucceeded: fold_succession.succeeded,
    e.ClocksRecomputed: _recomputed,
}
"""By fact: the matter before, the fact, the matter after."""
