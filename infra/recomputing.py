"""时限重算: asks for every call concerned after a holiday notice was loaded or an outage declared. Safe to repeat."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from domain.calls.delay_refusals import NothingToRecompute
from domain.calls.recomputing import RecomputeClocks
from domain.calls.words import RecomputeReason
from domain.shared.calendar import LOCAL
from domain.shared.commands import Ask
from infra.actors import system_actor
from infra.composition import House
from projections.calls.recomputing import calls_through, provisional_calls


def recompute_provisional(house: House) -> int:
    """暂定期限: of every call whose year's notice is loaded by now. Gives how many calls changed.

    The calls are taken from the view as it stands: what it lacks is found when this is run again.
    """
    calendar = house.rulebook().calendar
    with house.engine.connect() as connection:
        found = provisional_calls(connection)
    known = [call for call, due in found if calendar.is_announced(due.astimezone(LOCAL).year)]
    return _recompute(house, known, RecomputeReason.NOTICE)


def recompute_outages(house: House, start: datetime, end: datetime) -> int:
    """平台故障 declared between two moments: of every call with a clock that ran then. Gives how many changed."""
    with house.engine.connect() as connection:
        found = calls_through(connection, start, end)
    return _recompute(house, found, RecomputeReason.OUTAGE)


def _recompute(house: House, calls: Iterable[UUID], reason: RecomputeReason) -> int:
    actor, done = system_actor(house.settings.node), 0
    for call in calls:
        try:
            house.bus.execute(RecomputeClocks(call_id=call, reason=reason), Ask(uuid4(), actor))
        except NothingToRecompute:
            continue
        done += 1
    return done
