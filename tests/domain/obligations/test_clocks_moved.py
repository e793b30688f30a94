"""Clocks that stand still, go on or start anew: what becomes of what is left, and of what was late."""

from datetime import timedelta

from domain.calls.clocks import with_clock
from domain.calls.events import MovedClock
from domain.calls.words import ClockPolicy
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, PauseGround, Performance
from domain.rules.calendar_commands import SetWorkingHours
from domain.rules.events import Basis
from domain.shared.deadlines import Deadline
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local
from tests.domain.obligations.asking import owed, raised
from tests.domain.shared.calendars import intervals


def test_rework_of_what_was_late_does_not_charge_the_time_others_took_to_look(county: CallCounty) -> None:
    call = county.handling()  # due on Monday 18 May at closing
    county.at("2026-05-19", "17:30")  # a working day late
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-21", "17:30")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    county.at("2026-05-22", "17:30")
    county.say(h.ReportResult(call_id=call, text="已再清理"), "zhifa")
    handled = owed(county, call, Action.HANDLE, "zhifa")
    assert handled.performance is Performance.LATE
    assert [(pause.ground, pause.until) for pause in handled.pauses] == [
        (PauseGround.VERIFICATION, local("2026-05-21", "17:30"))
    ]
    reckoning = reckon(handled, county.rules.calendar, county.now)
    assert (reckoning.agrees, reckoning.late_by) == (True, timedelta(hours=14)), "two working days, not four"


def test_a_restart_leaves_what_has_run_out_beside_what_has_not(county: CallCounty) -> None:
    """An assistant may owe its own and a part; one of them being in time, the other must not be healed with it."""
    call = county.upheld_in_part("shichang")
    county.at("2026-05-18", "17:00")
    county.say(county.dispatching_part(call, "shichang"), "li")
    county.at("2026-05-19", "09:00")
    overdue = owed(county, call, Action.ASSIST, "shichang")
    assert overdue.overdue_at(county.now)
    county.say(raised(call, ClockPolicy.RESTART, Urgency.URGENT), "li")
    assert owed(county, call, Action.ASSIST, "shichang") == overdue
    assert owed(county, call, Action.ASSIST, "shichang", entry=1).deadline.opened == county.now


def test_a_fact_moves_the_clock_it_names_and_none_beside_it_of_the_same_kind(county: CallCounty) -> None:
    call = county.upheld_in_part("shichang")
    county.say(county.dispatching_part(call, "shichang"), "li")
    own, part = (owed(county, call, Action.ASSIST, "shichang", entry=entry) for entry in (0, 1))
    later = county.rules.calendar.deadline(own.deadline.limit, local("2026-05-14", "09:00"))
    named = MovedClock(task="assist", organization=part.organization, deadline=later, opened_by=part.opened_by)
    assert with_clock(own, named, county.now, 99) == own
    assert with_clock(part, named, county.now, 99).deadline == later


def test_a_day_left_is_a_day_left_when_the_hours_change_meanwhile(county: CallCounty) -> None:
    """Half a day of six and a half hours is half a day of seven, whatever that is in hours (decision 0003)."""
    county.ask(
        SetWorkingHours(
            effective_from=local("2026-05-18", "12:00").date(),
            intervals=intervals(("08:00", "11:30"), ("15:00", "18:00")),
            basis=Basis(document="本县办法(示例)", clause="夏季工作时间"),
        )
    )
    call = county.handling()  # Tuesday to Friday and Monday
    county.at("2026-05-15", "12:00")  # left: half of Friday and the whole of Monday
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-18", "07:00")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    handled = owed(county, call, Action.HANDLE, "zhifa")
    assert handled.deadline.due == local("2026-05-19", "11:15"), "a day and a half from Monday on"
    reckoning = reckon(handled, county.rules.calendar, handled.deadline.due)
    assert (reckoning.agrees, reckoning.remaining, reckoning.late_by) == (True, timedelta(), timedelta())


def test_a_clock_that_goes_on_into_a_year_without_a_notice_says_so(county: CallCounty) -> None:
    county.at("2026-12-21", "10:00")
    call = county.handling()
    clock = county.obligation(call, Action.HANDLE).deadline
    assert (clock.provisional, "未发布" in clock.calendar) == (False, False)
    county.at("2026-12-25", "10:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2027-01-05", "10:00")
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    resumed: Deadline = county.obligation(call, Action.HANDLE).deadline
    assert (resumed.provisional, "2027年放假通知未发布" in resumed.calendar) == (True, True)
