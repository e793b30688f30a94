"""超期情况: what of a call an organization is late with, as an order or a circular names it. Pure."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from domain.calls.call import Call
from domain.obligations.obligation import Obligation
from domain.obligations.words import Ending, Performance
from domain.rules.rulebook import LimitKind, Rulebook
from domain.supervision.events import Item
from domain.supervision.ladder import excused_until, ordered, rests
from domain.supervision.matter import Circular, Matter

UNJUSTIFIED = frozenset({Performance.PENDING, Performance.LATE, Performance.UNMET, Performance.UNRECORDED})
"""What a circular may name of what is late enough."""


def item_of(call: Call, place: int) -> Item:
    """An obligation of the call as supervision names it."""
    owed = call.obligations[place]
    return Item(place=place, action=owed.action, due=owed.deadline.due)


def overdue_items(call: Call, organization: UUID, now: datetime, rules: Rulebook) -> tuple[Item, ...]:
    """Everything that can be ordered and is overdue now, not done, not paused, without an excuse."""
    return tuple(
        item_of(call, place)
        for place, owed in _borne(call, organization)
        if rests(owed) is None and owed.overdue_at(now) and excused_until(owed, now, rules) is None
    )


def long_late_items(call: Call, organization: UUID, now: datetime, rules: Rulebook) -> tuple[Item, ...]:
    """Everything late by more than a circular needs, done meanwhile or not, without a justification."""
    limit = rules.limit(LimitKind.CIRCULAR_AFTER, call.urgency)
    return tuple(
        item_of(call, place)
        for place, owed in _borne(call, organization)
        if owed.performance in UNJUSTIFIED and _long_late(owed, now, rules.calendar.add(owed.deadline.due, limit).at)
        if not owed.open or (rests(owed) is None and excused_until(owed, now, rules) is None)
    )


def to_circulate(call: Call, matter: Matter, organization: UUID, now: datetime, rules: Rulebook) -> tuple[Item, ...]:
    """What a circular would name now: everything long late that none has named yet for the same due time."""
    late = long_late_items(call, organization, now, rules)
    return tuple(item for item in late if circulated_at(call, matter, item.place) is None)


def circulated_at(call: Call, matter: Matter, place: int) -> datetime | None:
    """When a circular was signed that named an obligation for the due time that it has now."""
    same = {(before, call.obligations[place].deadline.due) for before in _places(call, place)}
    signed = (one for one in matter.circulars if not same.isdisjoint((item.place, item.due) for item in one.items))
    return next((one.issued_at for one in signed if one.issued_at is not None), None)


def moot_since(call: Call, matter: Matter, circular: Circular) -> datetime | None:
    """Since when nothing that the draft of a circular names is to be circulated; None while something is, even if it
    could not be signed just now."""
    named, since = {item.place for item in circular.items}, [circular.drafted_at]
    for place, owed in enumerate(call.obligations):
        if named.isdisjoint(_places(call, place)):
            continue
        over = circulated_at(call, matter, place)
        if over is None and owed.owed and owed.performance in UNJUSTIFIED:
            return None
        if (at := over or owed.ended) is not None:
            since.append(at)
    return max(since)


def _borne(call: Call, organization: UUID) -> Iterator[tuple[int, Obligation]]:
    for place, owed in enumerate(call.obligations):
        if owed.organization == organization and owed.owed and ordered(owed):
            yield place, owed


def _long_late(owed: Obligation, now: datetime, limit: datetime) -> bool:
    at = owed.performed or owed.ended or now
    return owed.overdue_at(at) and at >= limit


def settled_at(call: Call, items: tuple[Item, ...]) -> datetime | None:
    """When the last of these was done or ended; None while one is still to be done."""
    if not settled(call, items):
        return None
    named = {item.place for item in items}
    ends = (owed.ended for place, owed in enumerate(call.obligations) if not named.isdisjoint(_places(call, place)))
    return max(at for at in ends if at is not None)


def settled(call: Call, items: tuple[Item, ...]) -> bool:
    """Whether nothing of these is still to be done, by whoever was to do it or by its successor."""
    to_do = {before for place, owed in enumerate(call.obligations) if owed.open for before in _places(call, place)}
    return not any(item.place in to_do for item in items)


def _places(call: Call, place: int) -> Iterator[int]:
    """The place of an obligation, and those it had while it was that of a body which is gone."""
    yield place
    owed = call.obligations[place]
    for before, other in enumerate(call.obligations[:place] if owed.inherited_from is not None else ()):
        same = (other.action, other.opened_by, other.entry) == (owed.action, owed.opened_by, owed.entry)
        if same and other.ending is Ending.PASSED_ON and other.organization == owed.inherited_from:
            yield from _places(call, before)
