"""何事: of which duties of an organization a fact tells, by the ledgers of these duties as the fact left them.

One body may have several in a round: it passed the work on and got it back, or goes on with what a dissolved body had
to do beside what it has to do itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from domain.assessment.marks import Mark
from domain.calls.call import Call
from domain.obligations.obligation import Moved, Obligation, Pause
from domain.obligations.words import Action
from domain.shared.events import Event

_WORK = (Action.HANDLE, Action.ASSIST)
_PARTY = (Action.RESPOND, Action.FIRST_RESULT, *_WORK)

_Placed = tuple[int, Obligation]


def told_of(mark: Mark, call: Call, event: Event, organization: UUID) -> tuple[int, ...]:
    """The places of the duties of an organization that a fact concerns; `call` as it was folded with the fact.

    More time, a pause, the shelf: the duties whose clocks it changed. A result: what it ended, and of a final one (the
    work was interim resolved before) the handling. Its rework: the handling. A late entry: the response that it
    would date. An objection: what the organization was bound to by its last dispatch or handover.
    """
    by = event.originator_version
    match mark:
        case Mark.EXTENDED | Mark.SUSPENDED:
            moved = ((place, owed) for place, owed in _of(call, organization, _PARTY) if _changed_by(owed.moved, by))
            return _places(moved) or _to_be_done(call, organization)
        case Mark.SHELVED:
            return _places(one for one in _of(call, organization, _WORK) if _changed_by(one[1].pauses, by))
        case Mark.REPORTED:
            parts = (one for one in _of(call, organization, (Action.HANDLE,)) if one[1].ended_by == by)
            return tuple({*_places(parts), *_handled(call)})
        case Mark.REWORKED:
            return _handled(call)
        case Mark.LATE_ENTRY:
            return _entered_late(call, event, organization)
        case _:
            return _bound_last(call, organization)


def handling(call: Call) -> int | None:
    """The place of the newest duty to handle of the running round, not of a part taken from another."""
    for place in range(len(call.obligations) - 1, -1, -1):
        owed = call.obligations[place]
        if owed.action is Action.HANDLE and owed.round == call.round and not owed.entry:
            return place
    return None


def _of(call: Call, organization: UUID, actions: Iterable[Action]) -> Iterator[_Placed]:
    """The duties of an organization in the running round, with their places."""
    for place, owed in enumerate(call.obligations):
        if owed.organization == organization and owed.round == call.round and owed.action in actions:
            yield place, owed


def _changed_by(ledger: Sequence[Moved | Pause], fact: int) -> bool:
    return any(one.by == fact for one in ledger)


def _places(duties: Iterable[_Placed]) -> tuple[int, ...]:
    return tuple(place for place, _ in duties)


def _handled(call: Call) -> tuple[int, ...]:
    handled = handling(call)
    return () if handled is None else (handled,)


def _to_be_done(call: Call, organization: UUID) -> tuple[int, ...]:
    """All had run out when more time was given, or the fact (of an earlier build) does not say which clocks it moved:
    whatever there was to do then."""
    return _places((place, owed) for place, owed in _of(call, organization, _WORK) if owed.open)


def _entered_late(call: Call, event: Event, organization: UUID) -> tuple[int, ...]:
    """Whatever it says of a party (a response, an arrival, a phone call) is about its answer to a dispatch: to one that
    was still owed at the time it names. Where none was, the last that was asked for by then, of whichever round."""
    at = event.occurred_at
    asked = [
        (place, owed)
        for place, owed in enumerate(call.obligations)
        if owed.action is Action.RESPOND and owed.organization == organization
    ]
    begun = [(place, owed) for place, owed in asked if owed.begun.replace(second=0, microsecond=0) <= at]
    dated = ((place, owed) for place, owed in begun if owed.attested(at, event.recorded_at, call.version) is not owed)
    return _places(dated) or _places((begun or asked)[-1:])


def _bound_last(call: Call, organization: UUID) -> tuple[int, ...]:
    """All from the response on that its last dispatch or handover asked for; what was resolved before the call was
    opened again is none of it."""
    duties = list(_of(call, organization, _PARTY))
    bound = [p for p, o in duties if o.action is Action.RESPOND and not o.entry and o.inherited_from is None]
    last, running = max(bound, default=0), handling(call)
    return tuple(
        place
        for place, owed in duties
        if place >= last and (owed.action is not Action.HANDLE or owed.entry or place == running)
    )
