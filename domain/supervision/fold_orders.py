"""折叠·督办通知单: what drafting, signing, answering and checking make of an order."""

from typing import Any

from domain.calls.events import OrganizationRef
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.supervision import events as e
from domain.supervision.fold_obligations import Steps, done, owes, unsigned
from domain.supervision.matter import Matter, Order
from domain.supervision.words import Level, OrderKind, OrderStage


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
    return owes(matter, Action.SIGN_ORDER, event.issuer, event.sign, event.order, event.issuer)


def _order_amended(matter: Matter, event: e.OrderAmended) -> Matter:
    return _with_order(matter, event.order, items=event.items)


def _order_discarded(matter: Matter, event: e.OrderDiscarded) -> Matter:
    return _with_order(done(matter, event, Action.SIGN_ORDER, event.order), event.order, stage=OrderStage.DISCARDED)


def _order_lapsed(matter: Matter, event: e.OrderLapsed) -> Matter:
    matter = unsigned(matter, Action.SIGN_ORDER, event.order, event.since)
    return _with_order(matter, event.order, stage=OrderStage.DISCARDED)


def _order_issued(matter: Matter, event: e.OrderIssued) -> Matter:
    matter = done(matter, event, Action.SIGN_ORDER, event.order)
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
    return owes(matter, Action.ORDER_REPLY, event.addressee, event.reply, event.order, event.issuer)


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
    return owes(matter, Action.ORDER_REPLY, event.addressee, event.reply, event.order, event.issuer)


def _order_replied(matter: Matter, event: e.OrderReplied) -> Matter:
    matter = done(matter, event, Action.ORDER_REPLY, event.order)
    matter = _with_order(matter, event.order, stage=OrderStage.REPLIED, reply=event.text)
    return owes(matter, Action.CHECK_REPLY, _issuer(matter, event.order), event.check, event.order, event.organization)


def _reply_accepted(matter: Matter, event: e.ReplyAccepted) -> Matter:
    matter = done(matter, event, Action.CHECK_REPLY, event.order)
    return _with_order(matter, event.order, stage=OrderStage.ACCEPTED)


def _reply_refused(matter: Matter, event: e.ReplyRefused) -> Matter:
    matter = done(matter, event, Action.CHECK_REPLY, event.order)
    order = matter.orders[event.order - 1]
    matter = _with_order(matter, event.order, stage=OrderStage.ISSUED, refused=order.refused + 1)
    by = OrganizationRef(id=order.addressee, name=order.addressee_name)
    return owes(matter, Action.ORDER_REPLY, by, event.reply, event.order, _issuer(matter, event.order))


def _order_closed(matter: Matter, event: e.OrderClosed) -> Matter:
    return _with_order(matter, event.order, stage=OrderStage.CLOSED)


def _issuer(matter: Matter, order: int) -> OrganizationRef:
    found = matter.orders[order - 1]
    return OrganizationRef(id=found.issuer, name=found.issuer_name)


def _with_order(matter: Matter, order: int, **fields: Any) -> Matter:
    amended = changed(matter.orders[order - 1], **fields)
    return changed(matter, orders=(*matter.orders[: order - 1], amended, *matter.orders[order:]))


STEPS: Steps = {
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
}
"""By fact: the matter before, the fact, the matter after."""
