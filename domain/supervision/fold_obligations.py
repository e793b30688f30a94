"""折叠·督办的应履责事项: how what orders and circulars ask for begins and ends, for every step of the fold."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.calls.events import OrganizationRef
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.supervision.matter import Matter

Steps = Mapping[type[Event], Callable[[Matter, Any], Matter]]
"""What each kind of fact makes of a matter."""


def owes(
    matter: Matter, action: Action, by: OrganizationRef, deadline: Deadline, entry: int, to: OrganizationRef
) -> Matter:
    """A further obligation, opened by the fact being folded; `entry` numbers the order or the circular."""
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


def unsigned(matter: Matter, action: Action, entry: int, since: datetime) -> Matter:
    """What was to be signed needs no signature since then."""

    def ended(owed: Obligation) -> Obligation:
        if owed.open and (owed.action, owed.entry) == (action, entry):
            return owed.given_up(Ending.LAPSED, since, matter.version)
        return owed

    return changed(matter, obligations=tuple(map(ended, matter.obligations)))


def done(matter: Matter, event: Event, action: Action, entry: int) -> Matter:
    """Done by the fact being folded."""

    def ended(owed: Obligation) -> Obligation:
        if owed.open and owed.action is action and owed.entry == entry:
            return owed.discharged(event.recorded_at, matter.version)
        return owed

    return changed(matter, obligations=tuple(ended(owed) for owed in matter.obligations))
