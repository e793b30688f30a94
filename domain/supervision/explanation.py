"""督办期限说明: why what an order or a circular asks for is due then, late or excused, from the facts alone."""

from collections.abc import Sequence
from datetime import datetime

from domain.calls.explanation import DutyCited, Explanation, facts_cited
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import OF_CIRCULARS
from domain.shared.calendar import WorkingCalendar
from domain.shared.events import Event
from domain.supervision.fold import evolve
from domain.supervision.matter import Matter


def explain(facts: Sequence[Event], place: int, calendar: WorkingCalendar, at: datetime) -> Explanation | None:
    """Explain obligation number `place` of a matter as of `at`; None where there was none by then. Pure."""
    matter: Matter | None = None
    known = [fact for fact in facts if fact.recorded_at <= at]
    for fact in known:
        matter = evolve(matter, fact)
    if matter is None or not 0 <= place < len(matter.obligations):
        return None
    owed = matter.obligations[place]
    cited = DutyCited(document_cited(matter, owed), "", None)
    return Explanation(owed, reckon(owed, calendar, at), cited, facts_cited(owed, known))


def document_cited(matter: Matter, owed: Obligation) -> str:
    """督办通知单 or 通报 that asks for it, with its number."""
    if owed.action in OF_CIRCULARS:
        return f"通报 {matter.circulars[owed.entry - 1].number}"
    order = matter.orders[owed.entry - 1]
    return f"{order.kind.label} {order.number}"
