"""折叠·承接: what a matter still asks of a body that is no more, or by it, is its successor's; what is over stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from domain.calls.events import OrganizationRef
from domain.obligations.obligation import Obligation
from domain.obligations.words import Ending
from domain.shared.changes import changed
from domain.supervision import events as e
from domain.supervision.matter import Circular, Matter, Order
from domain.supervision.words import CircularStage

Document = TypeVar("Document", Order, Circular)

_CIRCULAR_OVER = frozenset({CircularStage.DISCARDED, CircularStage.RECTIFIED})


def awaited(matter: Matter) -> frozenset[UUID]:
    """Who issued or received an order or a circular that is not over, or owes something on it."""
    owing = {owed.organization for owed in matter.open_obligations}
    return frozenset(owing.union(*((one.issuer, one.addressee) for one in _open(matter))))


def succeeded(matter: Matter, event: e.PartySucceeded) -> Matter:
    """督办承接, with the time that is left."""
    place = _Place(event.was.id, event.now)
    orders = tuple(place.taken(order) if order.open else order for order in matter.orders)
    circulars = tuple(one if one.stage in _CIRCULAR_OVER else place.taken(one) for one in matter.circulars)
    kept, heirs = [], []
    for owed in matter.obligations:
        if not owed.open:
            kept.append(owed)
        elif owed.organization == event.was.id:
            kept.append(owed.given_up(Ending.PASSED_ON, event.recorded_at, matter.version))
            heirs.append(place.inherited(owed))
        else:
            kept.append(place.owed_to(owed))
    return changed(matter, orders=orders, circulars=circulars, obligations=(*kept, *heirs))


def _open(matter: Matter) -> Iterator[Order | Circular]:
    yield from (order for order in matter.orders if order.open)
    yield from (one for one in matter.circulars if one.stage not in _CIRCULAR_OVER)


@dataclass(frozen=True, slots=True)
class _Place:
    """Of an organization that is no more, and who stands in it now."""

    was: UUID
    now: OrganizationRef

    def taken(self, document: Document) -> Document:
        if document.issuer == self.was:
            document = changed(document, issuer=self.now.id, issuer_name=self.now.name)
        if document.addressee == self.was:
            document = changed(document, addressee=self.now.id, addressee_name=self.now.name)
        return document

    def owed_to(self, owed: Obligation) -> Obligation:
        return changed(owed, owed_to=self.now.id, owed_to_name=self.now.name) if owed.owed_to == self.was else owed

    def inherited(self, owed: Obligation) -> Obligation:
        mine = changed(owed, organization=self.now.id, organization_name=self.now.name, inherited_from=self.was)
        return self.owed_to(mine)
