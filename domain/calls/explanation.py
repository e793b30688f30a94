"""期限说明: why an obligation of a call is due then, late or excused: from its facts alone, as of any moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.calls import events as e
from domain.calls.dispatch.passing_events import StagePassed
from domain.calls.fold import evolve
from domain.obligations.obligation import Excuse, Obligation, Pause
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

    `cited` holds every fact the obligation names: what opened, moved and ended it, what began and what ended each
    pause and excuse, and by which the other side vouches for when it was done; in order.
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
    opened = next((fact for fact in known if fact.originator_version == owed.opened_by), None)
    return Explanation(owed, reckon(owed, calendar, at), duty_cited(opened, owed), facts_cited(owed, known))


def facts_cited(owed: Obligation, known: Sequence[Event]) -> tuple[FactCited, ...]:
    """Every fact an obligation names, of those of its stream."""
    versions = _versions(owed)
    found = (fact for fact in known if fact.originator_version in versions)
    return tuple(FactCited(fact.originator_version, fact.wire, fact.recorded_at) for fact in found)


def _versions(owed: Obligation) -> set[int]:
    named = {owed.opened_by, owed.ended_by, owed.attested_by, *(one.by for one in owed.moved)}
    spans: tuple[Pause | Excuse, ...] = (*owed.pauses, *owed.excuses)
    return named | {by for span in spans for by in (span.by, span.ended_by)}


def duty_cited(opened: Event | None, owed: Obligation) -> DutyCited | None:
    """What the dispatch that opened it rests on; None where another fact opened it."""
    match opened:
        case e.CallDispatched():
            parties = {duty.organization.id: duty.duty_text for duty in (*opened.assistants, opened.lead)}
            return duty_by_dispatch(opened.basis, parties, opened.township_duty, owed)
        case e.PartDispatched() | StagePassed():
            return duty_by_dispatch(opened.basis, {}, opened.party.duty_text, owed)
        case _:
            return None


def duty_by_dispatch(
    basis: e.DispatchBasis, parties: Mapping[UUID, str], otherwise: str, owed: Obligation
) -> DutyCited:
    """What an obligation rests on that a dispatch opened: its bearer's duty text among the parties', or `otherwise`:
    the township's own, or that of the one party a further dispatch names."""
    return DutyCited(basis.reference, parties.get(owed.inherited_from or owed.organization, otherwise), basis.item)
