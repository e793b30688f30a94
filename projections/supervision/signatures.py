"""签发: by whom an order or a circular was signed, and for whom, as its record says.

The matter knows the person; whom they signed for (受托代办) stands in the fact alone.
"""

from collections.abc import Sequence

from domain.shared.changes import changed
from domain.supervision.matter import Circular, Order
from projections.calls.queries import RecordEntry

_ORDER_SIGNED = frozenset({"supervision.OrderIssued", "supervision.TownshipSupervisionIssued"})
_CIRCULAR_SIGNED = frozenset({"supervision.CircularIssued"})


def as_signed(document: Order | Circular, signature: RecordEntry | None) -> Order | Circular:
    """With the names it was signed with: who has succeeded one of them stands in the matter, and not on the paper."""
    if signature is None:
        return document
    issuer, addressee = signature.fact["issuer"]["name"], signature.fact["addressee"]["name"]
    return changed(document, issuer_name=issuer, addressee_name=addressee)


def signature_of(record: Sequence[RecordEntry], document: Order | Circular) -> RecordEntry | None:
    """The fact by which a leader signed it; None while nobody did."""
    if isinstance(document, Circular):
        signed, about, number = _CIRCULAR_SIGNED, "circular", document.circular
    else:
        signed, about, number = _ORDER_SIGNED, "order", document.order
    return next((entry for entry in record if entry.wire in signed and entry.fact[about] == number), None)
