"""及时呼叫: where a county bounds it, the township owes the call since it discovered the matter."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.calls.intake import submission as i
from domain.calls.work.records import RecordPhoneCall
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, Performance
from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.words import LimitKind
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local
from tests.domain.obligations.asking import owed

_BASIS = Basis(document="本县办法(示例)", clause="及时呼叫")


@pytest.fixture
def bounded(county: CallCounty) -> CallCounty:
    """Four working hours to call; twenty minutes in an emergency."""
    lines = (
        LimitLine(kind=LimitKind.CALL, urgency=Urgency.ORDINARY, amount=4, unit=LimitUnit.WORKING_HOURS, basis=_BASIS),
        LimitLine(kind=LimitKind.CALL, urgency=Urgency.EMERGENCY, amount=20, unit=LimitUnit.MINUTES, basis=_BASIS),
    )
    county.ask(SetLimits(lines=lines))
    county.at("2026-05-12", "15:00")
    return county


def called(county: CallCounty, call: UUID) -> Obligation:
    return owed(county, call, Action.CALL, "chengdong")


@pytest.mark.parametrize(
    ("discovered", "state"),
    [("14:00", Performance.MET), ("09:00", Performance.MET), ("08:59", Performance.LATE)],
)
def test_the_time_runs_from_the_discovery(bounded: CallCounty, discovered: str, state: Performance) -> None:
    """From 09:00 on four working hours end at 15:00: the noon break is none."""
    call = bounded.submitted(discovered_at=local("2026-05-12", discovered))
    one = called(bounded, call)
    assert (one.performance, one.begun, one.performed) == (state, local("2026-05-12", discovered), bounded.now)
    assert reckon(one, bounded.rules.calendar, bounded.now).agrees
    assert one not in bounded.call(call).open_obligations


def test_whoever_names_no_discovery_called_at_once(bounded: CallCounty) -> None:
    assert called(bounded, bounded.submitted()).performance is Performance.MET


def test_a_county_that_bounds_it_not_counts_nothing(county: CallCounty) -> None:
    call = county.submitted(discovered_at=county.now - timedelta(days=30))
    assert all(one.action is not Action.CALL for one in county.call(call).obligations)


def test_an_emergency_was_called_when_it_was_phoned(bounded: CallCounty) -> None:
    """Seen at 14:30, phoned at 14:45, written down at 15:00: the phone call was in time, the writing would not be."""
    seen = local("2026-05-12", "14:30")
    phoned = bounded.submitted(
        urgency=Urgency.EMERGENCY, discovered_at=seen, phoned_at=local("2026-05-12", "14:45"), phoned_with="值班员"
    )
    written = bounded.submitted(urgency=Urgency.EMERGENCY, discovered_at=seen)
    assert called(bounded, phoned).performed == local("2026-05-12", "14:45")
    assert called(bounded, phoned).performance is Performance.MET
    assert called(bounded, written).performance is Performance.LATE


def test_a_phone_call_noted_on_the_call_later_makes_nothing_timely(bounded: CallCounty) -> None:
    call = bounded.submitted(discovered_at=local("2026-05-12", "08:30"))
    before = called(bounded, call)
    assert before.performance is Performance.LATE
    bounded.say(i.EndorseCall(call_id=call), "mayor")
    earlier = local("2026-05-12", "08:40")
    bounded.say(
        RecordPhoneCall(call_id=call, called=bounded.orgs["platform"], occurred_at=earlier, text="已电话告知"), "wang"
    )
    assert called(bounded, call) == before
