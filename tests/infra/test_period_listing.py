"""考核周期目录补登: a period that an earlier build opened, as that build stored it, refuses a second one beside it."""

import json
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.event_store.mapper import decode
from domain.assessment.commands import OpenPeriod
from domain.assessment.refusals import PeriodExists
from domain.assessment.register import register_of
from domain.shared.commands import Ask
from infra.composition import House
from tests.conftest import Databases
from tests.corpus.__main__ import EVENTS
from tests.domain.memory import NODE
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county
from tests.infra.test_successions import opened


def kept_by_an_earlier_build(house: House) -> UUID:
    """May 2026, opened by a build that knew no register: the frozen bytes."""
    lines = [json.loads(line) for line in EVENTS.read_text().splitlines()]
    line = next(line for line in lines if line["topic"] == "assessment.PeriodOpened")
    stream = UUID(line["originator_id"])
    house.store.save(
        decode(StoredEvent(stream, line["originator_version"], line["topic"], line["state"].encode()), None)
    )
    return stream


@pytest.fixture
def county() -> SupervisedCounty:
    return the_supervised_county()


def may(county: SupervisedCounty, house: House) -> None:
    fields = {"name": "五月", "minimum": 10, "participation": 60, "aim": 95, "calls_low": 3, "calls_high": 120}
    command = OpenPeriod(**fields, first_day=date(2026, 5, 1), last_day=date(2026, 5, 31), basis="另一办法")
    house.bus.execute(command, Ask(uuid4(), county.by("supervisor")))


def test_the_clock_lists_what_an_earlier_build_opened_and_the_same_months_are_refused(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    with opened(databases, tmp_path, county) as house:
        earlier = kept_by_an_earlier_build(house)
        house.catch_up()
        for clock in (house.clockwork(), house.clockwork()):
            clock.turn()
        listed = register_of(house.store.now(), NODE).listed
        assert [(one.period, one.first_day, one.last_day) for one in listed] == [
            (earlier, date(2026, 5, 1), date(2026, 5, 31))
        ]
        with pytest.raises(PeriodExists):
            may(county, house)


def test_a_clock_whose_view_was_behind_when_it_started_looks_again(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    with opened(databases, tmp_path, county) as house:
        earlier = kept_by_an_earlier_build(house)
        clock = house.clockwork()
        clock.turn()
        assert register_of(house.store.now(), NODE).listed == (), "the view does not know it yet"
        house.catch_up()
        county.pass_time(minutes=1)
        clock.turn()
        clock.turn()
        assert [one.period for one in register_of(house.store.now(), NODE).listed] == [earlier]
        house.catch_up()
        county.pass_time(minutes=5)
        clock.turn()
        assert register_of(house.store.now(), NODE).version == 1, "once"
