"""期限说明: why an obligation of a call is due then, late or excused: from its facts alone, as of any moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.calls import events as e
from domain.calls.dispatch.passing_events import StagePassed
from domain.calls.fold import evolve
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import Reckoning, reckon
from domain.shared.calendar import WorkingCalendar
from domain.shared.events import Event


@dataclass(frozen=True)
class FactCited:
    """一条事实: by its version in the call, its wire name and when it was recorded."""

    version: int
    wire: str
    recorded_at: datetime


@dataclass(frozen=True)
class DutyCited:
    """职责依据 of a party's obligation: the basis of its dispatch, and the duty as the list states it."""

    reference: str
    duty_text: str
    item: e.ListItemRef | None


@dataclass(frozen=True)
class Explanation:
    """期限说明 of one obligation. `duty` is None where the rule of the limit is the whole basis.

    `cited` holds every fact the obligation names: what opened, moved, paused, excused and ended it, and by
    which the other side vouches for when it was done; in order.
    """

    owed: Obligation
    reckoning: Reckoning
    duty: DutyCited | None
    cited: tuple[FactCited, ...]


def explain(facts: Sequence[Event], place: int, calendar: WorkingCalendar, at: datetime) -> Explanation | None:
    """Explain obligation number `place` of a call as of `at`; None where there was none by then. Pure."""
    call = None
    known = [fact for fact in facts if fact.recorded_at <= at]
    for fact in known:
        call = evolve(call, fact)
    if call is None or not 0 <= place < len(call.obligations):
        return None
    owed = call.obligations[place]
    by_version = {fact.originator_version: fact for fact in known}
    cited = (FactCited(v, by_version[v].wire, by_version[v].recorded_at) for v in _versions(owed) if v in by_version)
    return Explanation(owed, reckon(owed, calendar, at), _duty(by_version.get(owed.opened_by), owed), tuple(cited))


def _versions(owed: Obligation) -> list[int]:
    named = {owed.opened_by, owed.ended_by, owed.attested_by}
    named |= {one.by for ledger in (owed.moved, owed.pauses, owed.excuses) for one in ledger}
    return sorted(named)


def _duty(opened: Event | None, owed: Obligation) -> DutyCited | None:
    """What the dispatch that opened it rests on."""
    match opened:
        case e.CallDispatched():
            duty = _duty_text((opened.lead, *opened.assistants), owed.inherited_from or owed.organization)
            text = duty if duty is not None else opened.township_duty
            return DutyCited(opened.basis.reference, text, opened.basis.item)
        case e.PartDispatched() | StagePassed():
            return DutyCited(opened.basis.reference, opened.party.duty_text, opened.basis.item)
        case _:
            return None


def _duty_text(duties: Sequence[e.PartyDuty], organization: UUID) -> str | None:
    return next((duty.duty_text for duty in duties if duty.organization.id == organization), None)
