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
from domain.shared.commands import Ask, Receipt
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


def opening(county: SupervisedCounty, house: House, month: int, command_id: UUID | None = None) -> Receipt:
    fields = {"name": f"{month}月", "minimum": 10, "participation": 60, "aim": 95, "calls_low": 3, "calls_high": 120}
    days = {"first_day": date(2026, month, 1), "last_day": date(2026, month, 30 if month == 6 else 31)}
    command = OpenPeriod.model_validate({**fields, **days, "basis": "另一办法"})
    return house.commands.execute(command, Ask(command_id or uuid4(), county.by("supervisor")))


def test_the_months_of_a_period_opened_by_an_earlier_build_are_refused_at_once(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    """Before any clock has looked, and whatever the views know."""
    with opened(databases, tmp_path, county) as house:
        earlier = kept_by_an_earlier_build(house)
        for _ in range(2):
            with pytest.raises(PeriodExists):
                opening(county, house, 5)
        listed = register_of(house.store.now(), NODE).listed
        assert [(one.period, one.first_day, one.last_day) for one in listed] == [
            (earlier, date(2026, 5, 1), date(2026, 5, 31))
        ]


def test_other_months_are_opened_beside_it_and_nothing_is_listed_twice(
    databases: Databases, tmp_path: Path, county: SupervisedCounty
) -> None:
    with opened(databases, tmp_path, county) as house:
        earlier, once = kept_by_an_earlier_build(house), uuid4()
        june = opening(county, house, 6, once)
        assert opening(county, house, 6, once).stream == june.stream, "the same command is answered as before"
        july = opening(county, house, 7)
        listed = register_of(house.store.now(), NODE).listed
        assert [one.period for one in listed] == [earlier, june.stream, july.stream]
