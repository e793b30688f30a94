"""拟制: what an order or a circular is drafted from, by the machine or by a supervisor, and what forbids it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.calls.setting import Setting
from domain.directory.kinds import OrganizationKind
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.rules.refusals import OfficeNotCharged
from domain.rules.rulebook import LimitKind, Office, Rulebook
from domain.shared.refusals import Refusal
from domain.supervision import events as e
from domain.supervision.lateness import long_late_items, overdue_items, to_circulate
from domain.supervision.matter import Matter, reference
from domain.supervision.numbering import circular_number, order_number
from domain.supervision.refusals import (
    AddresseeGone,
    AlreadyCirculated,
    CannotBeSupervised,
    CirculatedLately,
    NothingOverdue,
    NotLateEnough,
    OpenOrderStands,
    SupervisedLately,
)
from domain.supervision.words import Level, OrderStage


def supervision_body(setting: Setting, call: Call) -> OrganizationRef | None:
    """督查机构 of the county, in whose name the machine drafts; None where none is charged, and where the call is about
    its own staff in confidence."""
    try:
        body = setting.office(Office.SUPERVISION_BODY)
    except OfficeNotCharged:
        return None
    return body if body.id != call.complained_of else None


def copies(
    setting: Setting, call: Call, level: Level, issuer: OrganizationRef, addressee: OrganizationRef
) -> tuple[OrganizationRef, ...]:
    """抄送 of an order or a circular: the calling township, the platform that took the call in, and where the city
    signs the county's 督查机构. Whoever issues or receives it needs no copy."""
    copied = [
        OrganizationRef(id=call.township, name=call.township_name),
        OrganizationRef(id=call.platform, name=call.platform_name) if call.platform is not None else None,
        supervision_body(setting, call) if level is Level.CITY else None,
    ]
    return tuple(one for one in copied if one is not None and one.id not in (issuer.id, addressee.id))


_NEVER_ORDERED = frozenset(
    {
        OrganizationKind.TOWNSHIP,
        OrganizationKind.LEADER_GROUP,
        OrganizationKind.TWO_OFFICES,
        OrganizationKind.DISCIPLINE_BODY,
        OrganizationKind.CITY_PLATFORM,
    }
)
"""An order goes to a department (domain.md §6): not to a township, whatever its part in a call, and not to who stands
above 督查机构 or beside it."""


def can_be_ordered(setting: Setting, organization: UUID) -> bool:
    """Whether an organization can be ordered: county-managed ones only; others are asked through their superior."""
    return addressee_bar(setting, organization) is None


def addressee_bar(setting: Setting, organization: UUID) -> Refusal | None:
    """Why an organization can't be ordered, whatever it is late with: AddresseeGone, CannotBeSupervised; None when it
    can."""
    found = setting.desk.streams.find(organization, evolve_organization)
    if not isinstance(found, Organization):
        return CannotBeSupervised()
    if not found.stands_at(setting.envelope.recorded_at):
        return AddresseeGone()
    ordered = found.management.supervised and found.kind not in _NEVER_ORDERED
    return None if ordered else CannotBeSupervised()


def check_stands(setting: Setting, addressee: UUID) -> None:
    """Nothing is signed to a body that is no more. Refuses AddresseeGone."""
    if isinstance(bar := addressee_bar(setting, addressee), AddresseeGone):
        raise bar


def _in_its_place(call: Call, addressee: UUID) -> Iterator[UUID]:
    """The addressee, and the bodies whose part in the call it was given: what was ordered of them comes to it soon."""
    yield addressee
    yield from (was for was, now in call.stand_ins if now == addressee)


def order_bar(
    setting: Setting, call: Call, matter: Matter, addressee: UUID, issuer: UUID, now: datetime
) -> Refusal | None:
    """Why no order to the addressee can be drafted now; None when it can."""
    bar = CannotBeSupervised() if addressee == issuer else addressee_bar(setting, addressee)
    if bar is not None:
        return bar
    if not overdue_items(call, addressee, now, setting.rules):
        return NothingOverdue()
    if any(matter.standing_order(body, issuer) is not None for body in _in_its_place(call, addressee)):
        return OpenOrderStands()
    return SupervisedLately() if ordered_lately(call, matter, addressee, now, setting.rules) else None


def ordered_lately(call: Call, matter: Matter, addressee: UUID, now: datetime, rules: Rulebook) -> bool:
    """Whether the last order to the addressee, whoever signed it, lies within the interval."""
    interval = rules.limits().get((LimitKind.ORDER_INTERVAL, call.urgency))
    issued: Sequence[datetime] = [o.issued_at for o in matter.orders_to(addressee) if o.issued_at is not None]
    return interval is not None and bool(issued) and now < rules.calendar.add(max(issued), interval).at


def draft_order(
    setting: Setting,
    call: Call,
    matter: Matter,
    addressee: OrganizationRef,
    issuer: OrganizationRef,
    now: datetime,
    level: Level = Level.COUNTY,
) -> e.OrderDrafted | e.OrderAmended | None:
    """拟制督办通知单 over everything of the addressee that is overdue; a draft that waits is amended instead.

    None where a rule forbids one (see `order_bar`), or where it would say nothing new.
    """
    items = overdue_items(call, addressee.id, now, setting.rules)
    waiting = matter.standing_order(addressee.id, issuer.id)
    if waiting is not None and waiting.stage is OrderStage.DRAFTED:
        if items in ((), waiting.items):
            return None  # nothing new
        return matter.next(e.OrderAmended, setting.envelope, reference(call), order=waiting.order, items=items)
    if order_bar(setting, call, matter, addressee.id, issuer.id, now) is not None:
        return None
    number = len(matter.orders) + 1
    return matter.next(
        e.OrderDrafted,
        setting.envelope,
        reference(call),
        order=number,
        number=order_number(matter.id, number, setting.envelope.recorded_at),
        level=level,
        issuer=issuer,
        addressee=addressee,
        items=items,
        sign=setting.deadline(LimitKind.SIGN_ORDER, call.urgency),
    )


def circular_bar(
    setting: Setting, call: Call, matter: Matter, addressee: UUID, issuer: UUID, now: datetime
) -> Refusal | None:
    """Why no circular on the addressee can be drafted now; None when it can."""
    bar = CannotBeSupervised() if addressee == issuer else addressee_bar(setting, addressee)
    return bar or untimely_circular(call, matter, addressee, issuer, now, setting.rules)


def untimely_circular(
    call: Call, matter: Matter, addressee: UUID, issuer: UUID, now: datetime, rules: Rulebook
) -> Refusal | None:
    """Why this is no time for a circular of the issuer on the addressee; None when it is."""
    if not long_late_items(call, addressee, now, rules):
        return NotLateEnough()
    if any(matter.standing_circular(body, issuer) is not None for body in _in_its_place(call, addressee)):
        return OpenOrderStands()
    if not to_circulate(call, matter, addressee, now, rules):
        return AlreadyCirculated()
    decided = matter.circular_decided_at(addressee)
    return CirculatedLately() if _within_interval(call, decided, now, rules) else None


def circulated_lately(call: Call, matter: Matter, addressee: UUID, now: datetime, rules: Rulebook) -> bool:
    """Whether the last circular on the addressee, whoever signed it, lies within the interval."""
    issued = (one.issued_at for one in matter.circulars if one.addressee == addressee)
    return _within_interval(call, max((at for at in issued if at is not None), default=None), now, rules)


def _within_interval(call: Call, last: datetime | None, now: datetime, rules: Rulebook) -> bool:
    interval = rules.limits().get((LimitKind.CIRCULAR_INTERVAL, call.urgency))
    return interval is not None and last is not None and now < rules.calendar.add(last, interval).at


def circular_again_at(
    setting: Setting, call: Call, matter: Matter, addressee: UUID, issuer: UUID, now: datetime
) -> datetime | None:
    """When to look again whether a circular may be drafted that keeps its distance now; None where there is nothing to
    wait for. Of one that is not over nobody knows when it will be: after the interval."""
    interval = setting.rules.limits().get((LimitKind.CIRCULAR_INTERVAL, call.urgency))
    bar = circular_bar(setting, call, matter, addressee, issuer, now)
    if interval is None or not isinstance(bar, CirculatedLately | OpenOrderStands):
        return None
    decided = matter.circular_decided_at(addressee) if isinstance(bar, CirculatedLately) else None
    return setting.rules.calendar.add(decided or now, interval).at


def draft_circular(
    setting: Setting,
    call: Call,
    matter: Matter,
    addressee: OrganizationRef,
    issuer: OrganizationRef,
    now: datetime,
    level: Level = Level.COUNTY,
) -> e.CircularDrafted | None:
    """拟制通报; None where a rule forbids one (see `circular_bar`)."""
    if circular_bar(setting, call, matter, addressee.id, issuer.id, now) is not None:
        return None
    number = len(matter.circulars) + 1
    return matter.next(
        e.CircularDrafted,
        setting.envelope,
        reference(call),
        circular=number,
        number=circular_number(matter.id, number, setting.envelope.recorded_at),
        level=level,
        issuer=issuer,
        addressee=addressee,
        items=to_circulate(call, matter, addressee.id, now, setting.rules),
        sign=setting.deadline(LimitKind.SIGN_ORDER, call.urgency),
    )
