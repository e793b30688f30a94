"""所涉事项: who has a part in a call, folded from the clear parts of its facts: all that telling people needs.

It is less than `domain.calls.call.Call`, and no decision rests on it: a notice only says where to look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.around.merge_events import CoCallerJoined
from domain.calls.dispatch.passing_events import PartySucceeded, StagePassed
from domain.calls.events import OrganizationRef
from domain.calls.words import Role
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Matter:
    """所涉事项 as the facts so far say. `co_callers`: whose calls go on in it; `late_entries`: whose each is, by its
    number; `confirm`: by when a reported result is to be confirmed, until that has happened."""

    call: UUID
    number: str
    urgency: Urgency
    township: OrganizationRef
    submitted_by: UUID | None
    platform: OrganizationRef | None = None
    duty_room: OrganizationRef | None = None
    lead: OrganizationRef | None = None
    assistants: tuple[OrganizationRef, ...] = ()
    co_callers: tuple[OrganizationRef, ...] = ()
    late_entries: Mapping[int, OrganizationRef] = field(default_factory=lambda: MappingProxyType({}))
    confirm: Deadline | None = None

    @property
    def parties(self) -> tuple[OrganizationRef, ...]:
        """主办 and 协办 of the running round."""
        return (self.lead, *self.assistants) if self.lead is not None else self.assistants

    @property
    def townships(self) -> tuple[OrganizationRef, ...]:
        """Every township that called."""
        return (self.township, *self.co_callers)

    @property
    def desks(self) -> tuple[OrganizationRef, ...]:
        """平台, and the duty room where it acts too."""
        return tuple(desk for desk in (self.platform, self.duty_room) if desk is not None)

    @property
    def concerned(self) -> tuple[OrganizationRef, ...]:
        """Everybody with a part in it now."""
        return (*self.townships, *self.desks, *self.parties)


class NotACall(Exception):
    """The first fact of the stream opens no call."""

    code = "event-not-foldable"


def known(matter: Matter | None, event: Event) -> Matter:
    """One fact further. Refuses NotACall for a stream that does not begin as a call does."""
    if isinstance(event, e.CallSubmitted):
        return Matter(event.originator_id, event.number, event.urgency, event.township, event.actor.person)
    if matter is None:
        raise NotACall(event.wire)
    step = _STEPS.get(type(event))
    return step(matter, event) if step is not None else matter


def _placed(matter: Matter, event: e.CallPlaced) -> Matter:
    return replace(matter, platform=event.platform, duty_room=event.duty_room)


def _dispatched(matter: Matter, event: e.CallDispatched) -> Matter:
    return replace(
        matter, lead=event.lead.organization, assistants=tuple(duty.organization for duty in event.assistants)
    )


def _part_dispatched(matter: Matter, event: e.PartDispatched) -> Matter:
    party = event.party.organization
    if _is_among(party, matter.parties):
        return matter
    if event.party.role is Role.LEAD:
        return replace(matter, lead=party)
    return replace(matter, assistants=(*matter.assistants, party))


def _objection_upheld(matter: Matter, event: e.ObjectionUpheld) -> Matter:
    if not event.whole:
        return matter
    if event.dispatch is not None:
        return replace(matter, lead=None, assistants=())
    return replace(matter, assistants=tuple(one for one in matter.assistants if one.id != event.organization.id))


def _designated(matter: Matter, event: e.HandlerDesignated) -> Matter:
    return matter if event.dispatch is None else replace(matter, lead=None, assistants=())


def _passed(matter: Matter, event: StagePassed) -> Matter:
    taker = event.party.organization
    return replace(matter, lead=taker, assistants=tuple(one for one in matter.assistants if one.id != taker.id))


def _succeeded(matter: Matter, event: PartySucceeded) -> Matter:
    def heir(one: OrganizationRef) -> OrganizationRef:
        return event.now if one.id == event.was.id else one

    return replace(
        matter,
        township=heir(matter.township),
        platform=heir(matter.platform) if matter.platform else None,
        duty_room=heir(matter.duty_room) if matter.duty_room else None,
        lead=heir(matter.lead) if matter.lead else None,
        assistants=tuple(dict.fromkeys(map(heir, matter.assistants))),
        co_callers=tuple(dict.fromkeys(map(heir, matter.co_callers))),
    )


def _joined(matter: Matter, event: CoCallerJoined) -> Matter:
    return replace(matter, co_callers=(*matter.co_callers, event.township))


def _urgency(matter: Matter, event: e.UrgencyChanged) -> Matter:
    return replace(matter, urgency=event.urgency, duty_room=event.duty_room or matter.duty_room)


def _late_entry(matter: Matter, event: e.LateEntryMade) -> Matter:
    return replace(matter, late_entries=MappingProxyType({**matter.late_entries, event.entry: event.organization}))


def _reported(matter: Matter, event: e.ResultReported) -> Matter:
    return replace(matter, confirm=event.confirm)


def _settled(matter: Matter, event: e.ResultConfirmed | e.ReworkOrdered) -> Matter:
    return replace(matter, confirm=None)


def _is_among(one: OrganizationRef, several: tuple[OrganizationRef, ...]) -> bool:
    return any(other.id == one.id for other in several)


_STEPS: Mapping[type[Event], Callable[[Matter, Any], Matter]] = {
    e.CallPlaced: _placed,
    e.CallDispatched: _dispatched,
    e.PartDispatched: _part_dispatched,
    e.ObjectionUpheld: _objection_upheld,
    e.HandlerDesignated: _designated,
    e.UrgencyChanged: _urgency,
    StagePassed: _passed,
    CoCallerJoined: _joined,
    PartySucceeded: _succeeded,
    e.LateEntryMade: _late_entry,
    e.ResultReported: _reported,
    e.ResultConfirmed: _settled,
    e.ReworkOrdered: _settled,
}
