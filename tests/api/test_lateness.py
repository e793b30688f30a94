"""逾期多久: one number, counted as 期限说明 counts it, in words that say in which time."""

from datetime import timedelta

import pytest

from api.pages.lateness import Lateness, amount_text, late_text
from domain.calls.delays import extensions
from domain.calls.work import handling as h
from domain.obligations.words import Action
from domain.shared.deadlines import Limit, LimitUnit
from tests.domain.calls.county import the_county
from tests.domain.memory import local
from tests.domain.obligations.asking import owed

FIVE_DAYS = timedelta(hours=35)
DAYS, HOURS, MINUTES = (
    Limit(amount=5, unit=LimitUnit.WORKING_DAYS),
    Limit(amount=4, unit=LimitUnit.WORKING_HOURS),
    Limit(amount=30, unit=LimitUnit.MINUTES),
)


@pytest.mark.parametrize(
    ("limit", "late", "budget", "says"),
    [
        (DAYS, timedelta(hours=14), FIVE_DAYS, "2 个工作日"),
        (DAYS, timedelta(hours=16), FIVE_DAYS, "2.29 个工作日"),
        (DAYS, timedelta(hours=3, minutes=20), FIVE_DAYS, "工作时间 3小时20分"),
        (DAYS, timedelta(seconds=20), FIVE_DAYS, "工作时间 不到1分钟"),
        (DAYS, timedelta(0), FIVE_DAYS, "工作时间 不到1分钟"),
        (HOURS, timedelta(hours=9), timedelta(hours=4), "工作时间 9小时"),
        (MINUTES, timedelta(minutes=15), timedelta(minutes=30), "15分钟"),
        (MINUTES, timedelta(days=2, hours=3), timedelta(minutes=30), "2天3小时"),
    ],
)
def test_being_late_is_said_in_the_time_of_the_limit(
    limit: Limit, late: timedelta, budget: timedelta, says: str
) -> None:
    assert late_text(limit, late, budget) == says
    if late >= timedelta(minutes=1):
        assert says in amount_text(limit, late, budget), "期限说明 prints the same"


def test_a_weekend_between_due_and_done_is_no_lateness() -> None:
    county = the_county()
    call = county.handling()  # to be responded to by Tuesday 12 May, handled by Monday 18 May, 17:30
    county.at("2026-05-18", "12:00")
    county.say(h.Respond(call_id=call, handler="李队", contact="13900000000", first_step="今日到场"), "zhifa")
    late = Lateness(lambda: county.rules)
    responded = owed(county, call, Action.RESPOND, "zhifa")
    later = local("2026-05-25", "17:30")
    assert late.text(responded, later) == late.text(responded, county.now) == "3.5 个工作日", "not five and a half"
    assert late.text(owed(county, call, Action.HANDLE, "zhifa"), later) == "5 个工作日", "not seven"


def test_a_document_says_how_late_it_was_by_the_clock_that_held_when_it_was_signed() -> None:
    county = the_county()
    call = county.handling()
    was_due = owed(county, call, Action.HANDLE, "zhifa").deadline.due
    county.at("2026-05-18", "16:00")
    asked = extensions.RequestExtension(call_id=call, working_days=2, ground="complex_facts", reason="需查清")
    county.say(asked, "zhifa")
    county.at("2026-05-20", "17:30")
    county.say(extensions.GrantExtension(call_id=call, extension=1, working_days=2), "li")
    extended = owed(county, call, Action.HANDLE, "zhifa")
    assert extended.deadline.due > was_due
    late = Lateness(lambda: county.rules)
    assert late.text_for(extended, was_due, local("2026-05-19", "17:30")) == "1 个工作日"
    assert late.text_for(extended, extended.deadline.due, local("2026-05-21", "17:30")) == "1 个工作日"
