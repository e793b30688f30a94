"""督办的告知: what each fact of the supervision of a call tells to which organization (domain.md §6).

A draft is told to the leaders who may sign it and to nobody else, a suspicion to who decides it: never to whom it is
about before it is decided. What is signed goes to the addressee and its 分管负责人, and in copy to whom the fact names.
Those who drafted learn what their leader made of it: one office, two people; only who did it is not told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.calls import rights as call_rights
from domain.calls.desks import STEP_OF
from domain.calls.events import OrganizationRef
from domain.notices.telling import Telling, knows, one_each
from domain.notices.words import Topic
from domain.obligations.obligation import Obligation
from domain.obligations.words import OF_CIRCULARS, Action
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import circulars, failures, orders, rights
from domain.supervision import events as e
from domain.supervision.desks import STEP_OF as SUPERVISION_STEP_OF
from domain.supervision.matter import Circular, Matter, Order
from domain.supervision.rights import SupervisionStep
from domain.supervision.words import OrderKind

_SUPERVISORS = frozenset({Post.SUPERVISOR})
_COPIED = call_rights.TOWNSHIP_POSTS | call_rights.PLATFORM_POSTS | _SUPERVISORS
"""Who reads a copy: at the calling township, at the platform, at the county's 督查机构."""


def tell_of_supervision(matter: Matter, event: Event) -> tuple[Telling, ...]:
    """What the fact tells; `matter` is the supervision with it. What came by an import of history tells nothing."""
    teller = SUPERVISION_TELLERS.get(type(event))
    if teller is None or event.imported_from is not None:
        return ()
    return one_each(teller(matter, event))


def _owes(
    step: SupervisionStep, topic: Topic, organization: OrganizationRef, due: Deadline | None, page: str, **more: bool
) -> Telling:
    return Telling(topic, organization, step.posts, due.due if due is not None else None, page, **more)


def _bearer(topic: Topic, matter: Matter, of: e.ReminderSent | e.UrgeIssued, *, leaders: bool) -> Telling:
    """What is nearly due or overdue, told to the posts that may do it, by the nearest of its due times: on the page of
    the order or circular where nothing of the call is among it. A draft is told to nobody but who may sign it."""
    posts = frozenset(post for item in of.items for post in _posts(item.action))
    own = [item for item in of.items if item.action.supervisory]
    page = _page_of(matter.obligations[own[0].place]) if len(own) == len(of.items) else ""
    return Telling(
        topic,
        of.organization,
        posts,
        min(item.due for item in of.items),
        page,
        leaders=leaders,
        roster=not any(item.action in _SIGNED for item in own),
    )


def _posts(action: Action) -> frozenset[Post]:
    return SUPERVISION_STEP_OF[action].posts if action.supervisory else STEP_OF[action].posts


def _reminded(matter: Matter, event: e.ReminderSent) -> Iterator[Telling]:
    yield _bearer(Topic.DUE_SOON, matter, event, leaders=False)


def _urged(matter: Matter, event: e.UrgeIssued) -> Iterator[Telling]:
    yield _bearer(Topic.URGED, matter, event, leaders=True)


def _order_drafted(matter: Matter, event: e.OrderDrafted) -> Iterator[Telling]:
    page = _order_page(event.order)
    yield _owes(orders.ISSUE_ORDER, Topic.SIGN_ORDER, event.issuer, event.sign, page, roster=False)


def _order_discarded(matter: Matter, event: e.OrderDiscarded) -> Iterator[Telling]:
    yield from _drafters_know(Topic.ORDER_DISCARDED, _issuer(_order(matter, event.order)), _order_page(event.order))


def _order_issued(matter: Matter, event: e.OrderIssued) -> Iterator[Telling]:
    page = _order_page(event.order)
    yield _owes(orders.REPLY_TO_ORDER, Topic.ANSWER_ORDER, event.addressee, event.reply, page, leaders=True)
    yield from _drafters_know(Topic.ORDER_ISSUED, event.issuer, page)
    yield from _at(page, knows(Topic.ORDER_ISSUED, _COPIED, event.copies))


def _township_order_issued(matter: Matter, event: e.TownshipSupervisionIssued) -> Iterator[Telling]:
    page = _order_page(event.order)
    yield _owes(orders.REPLY_TO_ORDER, Topic.ANSWER_TOWNSHIP_ORDER, event.addressee, event.reply, page, leaders=True)
    yield from _at(page, knows(Topic.TOWNSHIP_ORDER_ISSUED, _SUPERVISORS, [event.copied_to]))


def _order_replied(matter: Matter, event: e.OrderReplied) -> Iterator[Telling]:
    issuer, page = _issuer(_order(matter, event.order)), _order_page(event.order)
    yield _owes(orders.ACCEPT_REPLY, Topic.CHECK_REPLY, issuer, event.check, page)


def _reply_accepted(matter: Matter, event: e.ReplyAccepted) -> Iterator[Telling]:
    """Where the order is closed with it, that is what is told."""
    if event.closes:
        return
    addressee = _addressee(_order(matter, event.order))
    yield from _at(_order_page(event.order), knows(Topic.REPLY_ACCEPTED, orders.REPLY_TO_ORDER.posts, [addressee]))


def _reply_refused(matter: Matter, event: e.ReplyRefused) -> Iterator[Telling]:
    addressee, page = _addressee(_order(matter, event.order)), _order_page(event.order)
    yield _owes(orders.REPLY_TO_ORDER, Topic.ANSWER_ORDER_AGAIN, addressee, event.reply, page, leaders=True)


def _order_closed(matter: Matter, event: e.OrderClosed) -> Iterator[Telling]:
    yield from _over(Topic.ORDER_CLOSED, orders.REPLY_TO_ORDER, _order(matter, event.order), _order_page(event.order))


def _circular_drafted(matter: Matter, event: e.CircularDrafted) -> Iterator[Telling]:
    page = _circular_page(event.circular)
    yield _owes(circulars.ISSUE_CIRCULAR, Topic.SIGN_CIRCULAR, event.issuer, event.sign, page, roster=False)


def _circular_discarded(matter: Matter, event: e.CircularDiscarded) -> Iterator[Telling]:
    issuer = _issuer(_circular(matter, event.circular))
    yield from _drafters_know(Topic.CIRCULAR_DISCARDED, issuer, _circular_page(event.circular))


def _circular_issued(matter: Matter, event: e.CircularIssued) -> Iterator[Telling]:
    page = _circular_page(event.circular)
    yield _owes(circulars.REPORT_RECTIFICATION, Topic.RECTIFY, event.addressee, event.rectify, page, leaders=True)
    yield from _drafters_know(Topic.CIRCULAR_ISSUED, event.issuer, page)
    yield from _at(page, knows(Topic.CIRCULAR_ISSUED, _COPIED, event.copies))


def _rectification_reported(matter: Matter, event: e.RectificationReported) -> Iterator[Telling]:
    issuer, page = _issuer(_circular(matter, event.circular)), _circular_page(event.circular)
    yield _owes(circulars.CONFIRM_RECTIFICATION, Topic.CONFIRM_RECTIFICATION, issuer, event.confirm, page)


def _rectified(matter: Matter, event: e.RectificationConfirmed) -> Iterator[Telling]:
    circular, page = _circular(matter, event.circular), _circular_page(event.circular)
    yield from _over(Topic.RECTIFIED, circulars.REPORT_RECTIFICATION, circular, page)


def _rectification_refused(matter: Matter, event: e.RectificationRefused) -> Iterator[Telling]:
    addressee, page = _addressee(_circular(matter, event.circular)), _circular_page(event.circular)
    step = circulars.REPORT_RECTIFICATION
    yield _owes(step, Topic.RECTIFY_AGAIN, addressee, event.rectify, page, leaders=True)


def _suspected(matter: Matter, event: e.FailureSuspected) -> Iterator[Telling]:
    if event.decider is not None:
        page = _suspicion_page(event.suspicion)
        yield _owes(failures.CONFIRM_FAILURE, Topic.JUDGE_SUSPICION, event.decider, None, page, roster=False)


def _confirmed(matter: Matter, event: e.FailureConfirmed) -> Iterator[Telling]:
    """Whom it is about and its leaders; now the calling township too."""
    page = _suspicion_page(event.suspicion)
    (about,) = knows(Topic.FAILURE_CONFIRMED, call_rights.HANDLING_POSTS, [_suspected_one(matter, event.suspicion)])
    yield replace(about, page=page, leaders=True)
    yield from _at(page, knows(Topic.FAILURE_CONFIRMED, call_rights.TOWNSHIP_POSTS, [matter.about.township]))


def _dismissed(matter: Matter, event: e.FailureDismissed) -> Iterator[Telling]:
    about = _suspected_one(matter, event.suspicion)
    told = knows(Topic.FAILURE_DISMISSED, call_rights.HANDLING_POSTS, [about])
    yield from _at(_suspicion_page(event.suspicion), told)


def _succeeded(matter: Matter, event: e.PartySucceeded) -> Iterator[Telling]:
    """What the successor has to do in the other one's place, as if it had been asked of it; else that it steps in."""
    for owed in matter.open_obligations:
        if (owed.organization, owed.inherited_from) == (event.now.id, event.was.id):
            step, topic = _INHERITED[owed.action]
            if owed.action is Action.ORDER_REPLY and _order(matter, owed.entry).kind is OrderKind.TOWNSHIP:
                topic = Topic.ANSWER_TOWNSHIP_ORDER
            page = _page_of(owed)
            leaders, roster = owed.action in _ASKED, owed.action not in _SIGNED
            yield _owes(step, topic, event.now, owed.deadline, page, leaders=leaders, roster=roster)
    yield from _at("/supervision", knows(Topic.SUCCEEDED, _STEPPING_IN, [event.now]))


def _recomputed(matter: Matter, event: e.ClocksRecomputed) -> Iterator[Telling]:
    """Whose clock is another, or justified further."""
    moved = {(clock.task, clock.organization, clock.opened_by) for clock in event.moved}
    changed = moved | {(clock.task, clock.organization, clock.opened_by) for clock in event.justified}
    bearers = {
        owed.organization: OrganizationRef(id=owed.organization, name=owed.organization_name)
        for owed in matter.obligations
        if (owed.action.value, owed.organization, owed.opened_by) in changed
    }
    yield from _at("/supervision", knows(Topic.RECOMPUTED, _STEPPING_IN, bearers.values()))


def _drafters_know(topic: Topic, issuer: OrganizationRef, page: str) -> Iterator[Telling]:
    return _at(page, knows(topic, _SUPERVISORS, [issuer]))


def _over(topic: Topic, step: SupervisionStep, document: Order | Circular, page: str) -> Iterator[Telling]:
    """Whoever received it, and whoever has a copy."""
    yield from _at(page, knows(topic, step.posts, [_addressee(document)]))
    yield from _at(page, knows(topic, _COPIED, document.copies))


def _stated(matter: Matter, event: e.StatementAdded) -> Iterator[Telling]:
    """Nothing is asked of them."""
    yield from _at(f"/supervision/obligations/{event.obligation}", knows(Topic.STATED, _STEPPING_IN, event.told))


def _at(page: str, tellings: Iterable[Telling]) -> Iterator[Telling]:
    return (replace(one, page=page) for one in tellings)


def _order(matter: Matter, number: int) -> Order:
    return matter.orders[number - 1]


def _circular(matter: Matter, number: int) -> Circular:
    return matter.circulars[number - 1]


def _issuer(document: Order | Circular) -> OrganizationRef:
    return OrganizationRef(id=document.issuer, name=document.issuer_name)


def _addressee(document: Order | Circular) -> OrganizationRef:
    return OrganizationRef(id=document.addressee, name=document.addressee_name)


def _suspected_one(matter: Matter, number: int) -> OrganizationRef:
    suspicion = matter.suspicions[number - 1]
    return OrganizationRef(id=suspicion.organization, name=suspicion.organization_name)


def _order_page(number: int) -> str:
    return f"/supervision/orders/{number}"


def _circular_page(number: int) -> str:
    return f"/supervision/circulars/{number}"


def _page_of(owed: Obligation) -> str:
    """Of the order or circular that asks for it."""
    return _circular_page(owed.entry) if owed.action in OF_CIRCULARS else _order_page(owed.entry)


def _suspicion_page(number: int) -> str:
    return f"/supervision#s{number}"


_INHERITED: Mapping[Action, tuple[SupervisionStep, Topic]] = {
    Action.SIGN_ORDER: (orders.ISSUE_ORDER, Topic.SIGN_ORDER),
    Action.ORDER_REPLY: (orders.REPLY_TO_ORDER, Topic.ANSWER_ORDER),
    Action.CHECK_REPLY: (orders.ACCEPT_REPLY, Topic.CHECK_REPLY),
    Action.SIGN_CIRCULAR: (circulars.ISSUE_CIRCULAR, Topic.SIGN_CIRCULAR),
    Action.RECTIFY: (circulars.REPORT_RECTIFICATION, Topic.RECTIFY),
    Action.CONFIRM_RECTIFICATION: (circulars.CONFIRM_RECTIFICATION, Topic.CONFIRM_RECTIFICATION),
}
"""What a matter's own obligations ask of whoever steps in."""

_ASKED = frozenset({Action.ORDER_REPLY, Action.RECTIFY})
_SIGNED = frozenset({Action.SIGN_ORDER, Action.SIGN_CIRCULAR})
_STEPPING_IN = rights.ANSWERING_POSTS | rights.CHECKING_POSTS

SupervisionTeller = Callable[[Matter, Any], Iterable[Telling]]

SUPERVISION_TELLERS: Mapping[type[Event], SupervisionTeller] = {
    e.ReminderSent: _reminded,
    e.UrgeIssued: _urged,
    e.OrderDrafted: _order_drafted,
    e.OrderDiscarded: _order_discarded,
    e.OrderIssued: _order_issued,
    e.TownshipSupervisionIssued: _township_order_issued,
    e.OrderReplied: _order_replied,
    e.ReplyAccepted: _reply_accepted,
    e.ReplyRefused: _reply_refused,
    e.OrderClosed: _order_closed,
    e.CircularDrafted: _circular_drafted,
    e.CircularDiscarded: _circular_discarded,
    e.CircularIssued: _circular_issued,
    e.RectificationReported: _rectification_reported,
    e.RectificationConfirmed: _rectified,
    e.RectificationRefused: _rectification_refused,
    e.FailureSuspected: _suspected,
    e.FailureConfirmed: _confirmed,
    e.FailureDismissed: _dismissed,
    e.PartySucceeded: _succeeded,
    e.ClocksRecomputed: _recomputed,
    e.StatementAdded: _stated,
}
"""By fact: what it tells. Those left out ask nothing of anybody by themselves: a rung is told by what it leads to
(提醒、催办、拟制), a draft that grew waits for the same signature, one that lapsed for none, and 阶梯停歇 and 内容撤除
concern nobody's work."""
