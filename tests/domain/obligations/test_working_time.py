"""Clocks at the hours where working time goes wrong: by the commands, by the reckoning and by a walk over minutes."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import ClockPolicy, Grade
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.counting import excused
from domain.obligations.obligation import Obligation, Pause
from domain.obligations.reckoning import by_day, reckon
from domain.obligations.words import Action, Ending, ExcuseGround, PauseGround, Performance
from domain.rules.calendar_commands import LoadHolidayNotice, SetWorkingHours
from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.words import LimitKind
from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import WorkingHours
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.obligations.slow_clock import SlowClock
from tests.domain.shared.calendars import NOTICE_2026, NOTICE_2027, USUAL, at, intervals, local

THREE_SHIFTS = WorkingHours(
    effective_from=at("2004-01-01 00:00").date(),
    intervals=intervals(("08:00", "10:00"), ("11:00", "13:00"), ("16:00", "00:00")),
    basis="三班",
)
SUMMER = WorkingHours(
    effective_from=at("2026-06-01 00:00").date(), intervals=intervals(("08:00", "11:30"), ("15:00", "18:00"))
)
WINTER = WorkingHours(
    effective_from=at("2026-10-08 00:00").date(), intervals=intervals(("09:00", "12:00"), ("13:00", "17:00"))
)
DAYS, WORKING_HOURS, HOURS, MINUTES = (
    LimitUnit.WORKING_DAYS,
    LimitUnit.WORKING_HOURS,
    LimitUnit.HOURS,
    LimitUnit.MINUTES,
)
NEXT = CountFrom.NEXT_DAY
MICROSECOND = timedelta(microseconds=1)


def limit(amount: int, unit: LimitUnit, count_from: CountFrom = CountFrom.EVENT) -> Limit:
    return Limit(amount=amount, unit=unit, count_from=count_from, basis="测试")


def owed_from(calendar: WorkingCalendar, limit: Limit, opened: str, *pauses: tuple[str, str]) -> Obligation:
    """An obligation opened then, with the pauses it had; due by the walk, as a fact would have recorded it."""
    clock = calendar.deadline(limit, at(opened))
    walked = SlowClock(calendar.notices, calendar.hours).due(
        limit, at(opened), [(at(since), at(until)) for since, until in pauses]
    )
    ledger = tuple(
        Pause(PauseGround.SUPPLEMENT, at(since), version, at(until))
        for version, (since, until) in enumerate(pauses, start=2)
    )
    due = clock.model_copy(update={"due": walked})
    return Obligation(Action.ACCEPT, UUID(int=1), "呼应平台", due, opened_by=1, pauses=ledger)


@pytest.mark.parametrize(
    ("hours", "limit", "opened", "pauses", "due"),
    [
        # Several intervals a day, the last one until midnight.
        ([THREE_SHIFTS], limit(3, WORKING_HOURS), "2026-05-11 09:30", [], "2026-05-11 16:30:00"),
        ([THREE_SHIFTS], limit(12, WORKING_HOURS), "2026-05-11 08:00", [], "2026-05-12 00:00:00"),
        ([THREE_SHIFTS], limit(13, WORKING_HOURS), "2026-05-11 08:00", [], "2026-05-12 09:00:00"),
        ([THREE_SHIFTS], limit(1, DAYS, NEXT), "2026-05-11 10:30", [], "2026-05-13 00:00:00"),
        ([THREE_SHIFTS], limit(3, WORKING_HOURS), "2026-05-11 09:30", [("2026-05-11 10:15", "2026-05-11 12:00")],
         "2026-05-11 17:30:00"),
        # A make-up Saturday works, the Saturday after does not.
        ([USUAL], limit(4, WORKING_HOURS), "2026-05-08 16:30", [], "2026-05-09 11:30:00"),
        ([USUAL], limit(4, WORKING_HOURS), "2026-05-15 16:30", [], "2026-05-18 11:30:00"),
        ([USUAL], limit(2, WORKING_HOURS), "2026-05-08 16:30", [("2026-05-08 17:00", "2026-05-09 09:00")],
         "2026-05-09 10:30:00"),
        # Sent back over the holiday: half an hour was used, an hour and a half is left.
        ([USUAL], limit(2, WORKING_HOURS), "2026-04-30 16:30", [("2026-04-30 17:00", "2026-05-06 09:00")],
         "2026-05-06 10:30:00"),
        ([USUAL], limit(2, WORKING_HOURS), "2026-04-30 16:30", [("2026-04-30 17:00", "2026-05-03 12:00")],
         "2026-05-06 10:00:00"),
        ([USUAL], limit(2, HOURS), "2026-04-30 23:00", [("2026-05-01 00:30", "2026-05-04 08:00")],
         "2026-05-04 08:30:00"),
        # At the second of closing nothing is left of the day; paused in the night, nothing is lost.
        ([USUAL], limit(1, WORKING_HOURS), "2026-05-11 17:30", [], "2026-05-12 09:30:00"),
        ([USUAL], limit(1, WORKING_HOURS), "2026-05-11 16:30", [], "2026-05-11 17:30:00"),
        ([USUAL], limit(1, WORKING_HOURS), "2026-05-11 16:31", [("2026-05-11 18:00", "2026-05-12 08:00")],
         "2026-05-12 08:31:00"),
        # A pause of no length, and one before the day from which is counted.
        ([USUAL], limit(2, WORKING_HOURS), "2026-05-11 09:00", [("2026-05-11 09:30", "2026-05-11 09:30")],
         "2026-05-11 11:00:00"),
        ([USUAL], limit(1, DAYS, NEXT), "2026-05-11 09:00", [("2026-05-11 10:00", "2026-05-11 16:00")],
         "2026-05-12 17:30:00"),
        ([USUAL], limit(1, DAYS, NEXT), "2026-05-11 09:00", [("2026-05-11 10:00", "2026-05-12 10:30")],
         "2026-05-13 10:30:00"),
        ([USUAL], limit(1, HOURS, NEXT), "2026-05-11 09:00", [("2026-05-11 23:00", "2026-05-12 00:20")],
         "2026-05-12 01:20:00"),
        # Hours change in the middle of a clock: hours of work stay hours, a day is a share of its day.
        ([USUAL, SUMMER], limit(4, WORKING_HOURS), "2026-05-29 16:30", [], "2026-06-01 11:00:00"),
        ([USUAL, SUMMER], limit(1, DAYS), "2026-05-29 14:00", [], "2026-06-01 11:15:00"),
        ([USUAL, SUMMER], limit(2, DAYS, NEXT), "2026-05-29 14:00", [], "2026-06-02 18:00:00"),
        ([USUAL, SUMMER, WINTER], limit(5, WORKING_HOURS), "2026-09-30 17:00", [], "2026-10-08 14:00:00"),
        ([USUAL, SUMMER], limit(4, WORKING_HOURS), "2026-05-29 16:30", [("2026-05-29 17:00", "2026-06-01 08:30")],
         "2026-06-01 15:30:00"),
        # Over the end of the year, the notice of 2027 not being out: 1 January counts as the Friday that it is.
        ([USUAL], limit(5, DAYS, NEXT), "2026-12-30 15:00", [], "2027-01-06 17:30:00"),
        ([USUAL], limit(4, WORKING_HOURS), "2026-12-31 16:30", [("2026-12-31 17:00", "2027-01-04 08:00")],
         "2027-01-04 12:00:00"),
    ],
)  # fmt: skip
def test_the_recorded_due_time_follows_from_budget_and_pauses(
    hours: list[WorkingHours], limit: Limit, opened: str, pauses: list[tuple[str, str]], due: str
) -> None:
    calendar = WorkingCalendar([NOTICE_2026], hours)
    owed = owed_from(calendar, limit, opened, *pauses)
    assert local(owed.deadline.due) == due
    reckoning = reckon(owed, calendar, owed.deadline.due)
    assert reckoning.agrees
    assert (reckoning.consumed, reckoning.remaining, reckoning.late_by) == (reckoning.budget, timedelta(), timedelta())
    assert sum((day.counted for span in reckoning.spans for day in by_day(span, owed.deadline, calendar)
                if span.pause is None), timedelta()) == reckoning.budget  # fmt: skip


def test_done_at_the_second_it_is_due_is_in_time_and_a_microsecond_later_is_late() -> None:
    calendar = WorkingCalendar([NOTICE_2026], [USUAL])
    owed = owed_from(calendar, limit(1, DAYS, NEXT), "2026-05-11 09:00")
    assert local(owed.deadline.due) == "2026-05-12 17:30:00"
    assert owed.discharged(owed.deadline.due, 2).performance is Performance.MET
    late = owed.discharged(owed.deadline.due + MICROSECOND, 2)
    assert late.performance is Performance.LATE
    assert reckon(late, calendar, at("2026-06-01 00:00")).late_by == timedelta(), "the office is closed at that second"
    morning = owed.discharged(at("2026-05-13 08:30:01"), 2)
    assert reckon(morning, calendar, at("2026-06-01 00:00")).late_by == timedelta(seconds=1)


def test_what_is_done_at_the_moment_it_opens_has_used_nothing() -> None:
    calendar = WorkingCalendar([NOTICE_2026], [USUAL])
    owed = owed_from(calendar, limit(2, WORKING_HOURS), "2026-05-11 09:00").discharged(at("2026-05-11 09:00"), 2)
    reckoning = reckon(owed, calendar, at("2026-05-12 09:00"))
    assert owed.performance is Performance.MET
    assert (reckoning.spans, reckoning.consumed, reckoning.agrees) == ((), timedelta(), True)
    assert (reckoning.late_by, reckoning.justified_share) == (timedelta(), Fraction())


def test_a_pause_from_the_second_it_was_due_takes_its_time_out_of_what_is_excused() -> None:
    calendar = WorkingCalendar([NOTICE_2026], [USUAL])
    owed = owed_from(calendar, limit(2, WORKING_HOURS), "2026-05-11 09:00")
    assert local(owed.deadline.due) == "2026-05-11 11:00:00"
    paused = owed.paused(PauseGround.SUPPLEMENT, owed.deadline.due, 2, at("2026-05-11 15:00"))
    outage = at("2026-05-11 10:00"), at("2026-05-11 16:00")
    after = excused(paused, ExcuseGround.OUTAGE, *outage, 3, calendar)
    assert after.justified_until == at("2026-05-11 15:00"), "an hour before the pause and an hour after it"


@pytest.mark.parametrize("ending", [Ending.LAPSED, Ending.RELEASED, Ending.PASSED_ON])
def test_what_ends_at_the_second_it_is_due_was_not_late(ending: Ending) -> None:
    calendar = WorkingCalendar([NOTICE_2026], [USUAL])
    owed = owed_from(calendar, limit(2, WORKING_HOURS), "2026-05-11 09:00")
    states = {Ending.LAPSED: Performance.ENDED, Ending.RELEASED: Performance.ENDED,
              Ending.PASSED_ON: Performance.TRANSFERRED}  # fmt: skip
    assert owed.given_up(ending, owed.deadline.due, 2).performance is states[ending]
    after = owed.given_up(ending, owed.deadline.due + MICROSECOND, 2)
    assert after.performance is (Performance.UNMET if ending is Ending.LAPSED else states[ending])


def test_a_year_without_a_notice_is_provisional_and_agrees_until_the_notice_is_loaded() -> None:
    calendar = WorkingCalendar([NOTICE_2026], [USUAL])
    owed = owed_from(calendar, limit(5, DAYS, NEXT), "2026-12-30 15:00")
    assert owed.deadline.provisional
    assert reckon(owed, calendar, owed.deadline.due).agrees
    announced = WorkingCalendar([NOTICE_2026, NOTICE_2027], [USUAL])
    reckoning = reckon(owed, announced, owed.deadline.due)
    assert not reckoning.agrees
    assert reckoning.due == at("2027-01-08 17:30")
    assert owed.deadline.due == at("2027-01-06 17:30"), "the record holds until a fact moves it"


@pytest.mark.parametrize("urgency", Urgency)
def test_a_call_sent_back_over_the_first_of_may_goes_on_with_the_time_it_had_left(urgency: Urgency) -> None:
    county = _county_at("2026-04-30", "16:50")
    call = county.placed(urgency=urgency)
    budget = county.obligation(call, Action.ACCEPT, "platform").deadline
    county.pass_time(minutes=5)
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.at("2026-05-06", "09:00")
    county.say(i.SupplementCall(call_id=call, text="占道", place="人民路"), "wang")
    due = county.obligation(call, Action.ACCEPT, "platform").deadline.due
    left = {Urgency.ORDINARY: 115, Urgency.URGENT: 55, Urgency.EMERGENCY: 5}[urgency]
    assert due == county.now + timedelta(minutes=left)
    walked = SlowClock([NOTICE_2026], [USUAL]).due(
        budget.limit, budget.opened, [(at("2026-04-30 16:55"), at("2026-05-06 09:00"))]
    )
    assert due == walked
    owed = county.obligation(call, Action.ACCEPT, "platform")
    assert reckon(owed, county.rules.calendar, county.now).agrees


def test_rework_over_a_weekend_gives_the_lead_what_it_had_left_from_monday_on() -> None:
    county = _county_at("2026-05-11", "10:00")
    call = county.handling()  # five working days from Tuesday on: due Monday 18 May at closing
    county.at("2026-05-15", "15:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-16", "10:00")  # a Saturday on which the township looks
    county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    owed = county.obligation(call, Action.HANDLE)
    # Left were two and a half hours of Friday and the whole of Monday: seven hours.
    assert owed.deadline.due == at("2026-05-19 11:00")
    reckoning = reckon(owed, county.rules.calendar, county.now)
    assert (reckoning.agrees, reckoning.remaining) == (True, timedelta(hours=9, minutes=30))


def test_nothing_that_is_closed_is_judged_anew_when_limits_notices_or_hours_change() -> None:
    county = _county_at("2026-12-28", "10:00")
    call = county.handling()
    county.pass_time(days=9)
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED), "wang")
    running = county.placed()
    before, waiting = county.call(call).obligations, county.call(running).obligations
    basis = Basis(document="本县办法(示例)")
    county.ask(LoadHolidayNotice(notice=NOTICE_2027))
    county.ask(SetWorkingHours(effective_from=at("2027-02-01 12:00").date(), intervals=SUMMER.intervals, basis=basis))
    line = LimitLine(
        kind=LimitKind.HANDLE, urgency=Urgency.ORDINARY, amount=50, unit=DAYS, count_from=NEXT, basis=basis
    )
    county.ask(SetLimits(lines=(line,)))
    again = the_county()
    again.streams = county.streams.copy()
    again.streams._folded.clear()
    assert again.call(call).obligations == before
    assert [owed.performance for owed in again.call(call).obligations] == [owed.performance for owed in before]
    assert again.call(running).obligations == waiting, "a running clock keeps what the fact recorded"


def test_a_restarted_clock_is_counted_from_its_restart_and_the_old_one_stands_in_the_record() -> None:
    county = _county_at("2026-05-11", "10:00")
    call = county.handling()
    first = county.obligation(call, Action.HANDLE).deadline
    county.pass_time(hours=4)
    county.say(r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.RESTART, reason="加急"), "li")
    owed = county.obligation(call, Action.HANDLE)
    assert [moved.deadline for moved in owed.moved] == [first]
    assert owed.deadline.opened == county.now
    assert reckon(owed, county.rules.calendar, county.now).consumed == timedelta()


def _county_at(day: str, time: str) -> CallCounty:
    county = the_county()
    county.now = at(f"{day} {time}")
    return county
