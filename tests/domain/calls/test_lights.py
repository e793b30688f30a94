"""灯: 临期 when 75 % of the budget is used, counted as the limit counts; never by the nights and weekends between."""

from datetime import timedelta

import pytest

from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.lights import Light, light
from domain.obligations.words import Action
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local


def test_every_light_has_its_word_beside_the_colour() -> None:
    assert [one.label for one in Light] == ["正常", "临期", "超期", "暂缓", "已办"]


def test_a_weekend_brings_no_deadline_near(county: CallCounty) -> None:
    county.at("2026-05-15", "16:30")  # a Friday
    call = county.placed()
    deadline = county.obligation(call, Action.ACCEPT).deadline
    assert deadline.due == local("2026-05-18", "09:30")
    assert light(deadline, local("2026-05-17", "23:00")) is Light.NORMAL
    assert light(deadline, local("2026-05-18", "08:59")) is Light.NORMAL
    assert light(deadline, local("2026-05-18", "09:00")) is Light.DUE_SOON
    assert light(deadline, deadline.due) is Light.DUE_SOON
    assert light(deadline, deadline.due + timedelta(seconds=1)) is Light.OVERDUE


def test_a_fact_from_before_the_moment_was_recorded_is_judged_by_the_time_that_passes(county: CallCounty) -> None:
    deadline = county.obligation(county.placed(), Action.ACCEPT).deadline.model_copy(update={"due_soon": None})
    assert light(deadline, local("2026-05-11", "10:29")) is Light.NORMAL
    assert light(deadline, local("2026-05-11", "10:30")) is Light.DUE_SOON


@pytest.mark.parametrize(("used", "soon"), [(60, ("2026-05-13", "09:30")), (100, ("2026-05-11", "10:30"))])
def test_a_pause_moves_what_was_yet_to_come(county: CallCounty, used: int, soon: tuple[str, str]) -> None:
    """Two working hours to accept: sent back after one hour the light waits another half; what was near stays near."""
    call = county.placed()
    county.pass_time(minutes=used)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.at("2026-05-13", "09:00")
    county.say(i.SupplementCall(call_id=call, text="占道", place="人民路"), "wang")
    assert county.obligation(call, Action.ACCEPT).deadline.due_soon == local(*soon)
