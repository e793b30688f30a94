"""受理: what is owed until a call is taken in, by the platform and by the duty room beside it."""

from datetime import timedelta

import pytest

from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import ClockPolicy
from domain.calls.work import completion
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, Performance
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local
from tests.domain.obligations.asking import owed, raised


@pytest.mark.parametrize(("late", "state"), [(0, Performance.MET), (1, Performance.LATE)])
def test_handing_a_call_over_answers_it_as_declining_it_does(county: CallCounty, late: int, state: Performance) -> None:
    call = county.placed()
    county.now = county.obligation(call, Action.ACCEPT).deadline.due + timedelta(minutes=late)
    county.say(acceptance.HandCallOver(call_id=call, target="petition", receipt="XF-1", reason="信访事项"), "li")
    assert owed(county, call, Action.ACCEPT, "platform").performance is state


def test_a_right_that_was_not_used_is_nobodys_failure(county: CallCounty) -> None:
    call = county.declined()
    county.now = county.obligation(call, Action.CONTEST_DECLINE).deadline.due + timedelta(minutes=1)
    county.say(completion.CloseCall(call_id=call), "li")
    assert owed(county, call, Action.CONTEST_DECLINE, "chengdong").performance is Performance.ENDED


def test_sent_back_platform_and_duty_room_go_on_each_with_the_time_of_its_own(county: CallCounty) -> None:
    """Placed at 09:00 the platform has until 11:00; raised at 09:30 the duty room has ten minutes of its own."""
    call = county.placed()
    county.pass_time(minutes=30)
    county.say(raised(call, ClockPolicy.CONTINUE), "li")
    county.pass_time(minutes=5)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.at("2026-05-12", "08:30")
    county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
    assert county.obligation(call, Action.ACCEPT, "platform").deadline.due == local("2026-05-12", "09:55")
    assert county.obligation(call, Action.ACCEPT, "duty_room").deadline.due == local("2026-05-12", "08:35")
    for who in ("platform", "duty_room"):
        assert reckon(county.obligation(call, Action.ACCEPT, who), county.rules.calendar, county.now).agrees


def test_the_duty_rooms_breach_is_not_the_platforms(county: CallCounty) -> None:
    call = county.placed()
    county.pass_time(minutes=30)
    county.say(raised(call, ClockPolicy.CONTINUE), "li")
    county.pass_time(minutes=45)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
    county.say(acceptance.AcceptCall(call_id=call), "li")
    assert owed(county, call, Action.ACCEPT, "platform").performance is Performance.MET


def test_who_joins_a_clock_that_was_paused_takes_its_pauses_over(county: CallCounty) -> None:
    call = county.placed()
    county.pass_time(minutes=30)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.at("2026-05-12", "08:30")
    county.say(raised(call, ClockPolicy.CONTINUE), "li")
    county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
    platform, duty_room = (county.obligation(call, Action.ACCEPT, who) for who in ("platform", "duty_room"))
    assert (duty_room.deadline, duty_room.pauses) == (platform.deadline, platform.pauses)
    assert reckon(duty_room, county.rules.calendar, county.now).agrees


def test_the_duty_room_does_not_answer_for_time_that_ran_out_before_it_heard_of_the_call(county: CallCounty) -> None:
    call = county.placed()
    county.pass_time(hours=4)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.say(raised(call, ClockPolicy.CONTINUE), "li")
    county.say(i.SupplementCall(call_id=call, text="险情", place="河堤"), "wang")
    duty_room = county.orgs["duty_room"]
    assert not [one for one in county.call(call).obligations if one.organization == duty_room]
    county.say(acceptance.AcceptCall(call_id=call), "duty")
    assert county.obligation(call, Action.DISPATCH, "duty_room").deadline.opened == county.now
