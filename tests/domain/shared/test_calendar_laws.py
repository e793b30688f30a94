"""What counting must obey for any notices and hours, and against a calendar that walks minute by minute."""

from datetime import datetime, time, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from tests.domain.shared.calendars import MOMENTS, MOMENTS_BY_MINUTE, ZONE, any_hours, any_notices
from tests.domain.shared.slow_calendar import SlowCalendar

NOTICES, HOURS, HOURS_BY_SECOND = any_notices(), any_hours(), any_hours(step=1)
LIMITS = st.builds(
    Limit, amount=st.integers(1, 40), unit=st.sampled_from(LimitUnit), count_from=st.sampled_from(CountFrom)
)
SMALL = st.integers(1, 12)


@settings(max_examples=40, deadline=None)
@given(NOTICES, HOURS, MOMENTS_BY_MINUTE, SMALL)
def test_working_hours_end_where_a_minute_by_minute_walk_ends(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, amount: int
) -> None:
    due = WorkingCalendar(notices, hours).add(start, Limit(amount=amount, unit=LimitUnit.WORKING_HOURS)).at
    assert due == SlowCalendar(notices, hours).after_working_minutes(start, amount * 60)


@settings(max_examples=40, deadline=None)
@given(NOTICES, HOURS, MOMENTS_BY_MINUTE, SMALL)
def test_working_days_from_the_event_end_where_a_minute_by_minute_walk_ends(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, amount: int
) -> None:
    due = WorkingCalendar(notices, hours).add(start, Limit(amount=amount, unit=LimitUnit.WORKING_DAYS)).at
    assert due == SlowCalendar(notices, hours).after_working_days(start, amount)


@settings(max_examples=40, deadline=None)
@given(NOTICES, HOURS, MOMENTS, SMALL)
def test_working_days_from_the_next_day_end_at_the_close_of_the_last_one(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, amount: int
) -> None:
    limit = Limit(amount=amount, unit=LimitUnit.WORKING_DAYS, count_from=CountFrom.NEXT_DAY)
    due = WorkingCalendar(notices, hours).add(start, limit).at
    assert due == SlowCalendar(notices, hours).close_of_working_day_after(start, amount)


@settings(max_examples=40, deadline=None)
@given(NOTICES, HOURS, MOMENTS_BY_MINUTE, st.integers(0, 60 * 24 * 12))
def test_working_time_between_two_moments_is_the_number_of_working_minutes(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    between = WorkingCalendar(notices, hours).working_time_between(start, end)
    assert between == timedelta(minutes=SlowCalendar(notices, hours).working_minutes_between(start, end))


@settings(max_examples=120, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, LIMITS, MOMENTS, MOMENTS)
def test_a_limit_has_run_out_by_an_end_exactly_when_it_started_by_the_latest_start(
    notices: list[HolidayNotice], hours: list[WorkingHours], limit: Limit, start: datetime, end: datetime
) -> None:
    calendar = WorkingCalendar(notices, hours)
    assert (calendar.add(start, limit).at <= end) == (start <= calendar.subtract(end, limit).at)


@settings(max_examples=120, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, LIMITS, MOMENTS)
def test_the_latest_start_of_a_due_time_is_tight(
    notices: list[HolidayNotice], hours: list[WorkingHours], limit: Limit, start: datetime
) -> None:
    calendar = WorkingCalendar(notices, hours)
    due = calendar.add(start, limit).at
    latest = calendar.subtract(due, limit).at
    assert start <= latest
    assert calendar.add(latest, limit).at == due
    assert calendar.add(latest + timedelta(microseconds=1), limit).at > due


@settings(max_examples=120, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, LIMITS, MOMENTS, MOMENTS)
def test_who_starts_earlier_is_never_due_later(
    notices: list[HolidayNotice], hours: list[WorkingHours], limit: Limit, one: datetime, other: datetime
) -> None:
    calendar = WorkingCalendar(notices, hours)
    earlier, later = sorted((one, other))
    assert calendar.add(earlier, limit).at <= calendar.add(later, limit).at
    assert calendar.subtract(earlier, limit).at <= calendar.subtract(later, limit).at


@settings(max_examples=80, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, MOMENTS, st.timedeltas(timedelta(), timedelta(hours=200)))
def test_working_time_added_is_the_working_time_between(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, amount: timedelta
) -> None:
    calendar = WorkingCalendar(notices, hours)
    assert calendar.working_time_between(start, calendar.add_working_time(start, amount).at) == amount
    assert calendar.working_time_between(calendar.subtract_working_time(start, amount).at, start) == amount


@settings(max_examples=80, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, st.lists(MOMENTS, min_size=3, max_size=3))
def test_working_time_adds_up_and_never_runs_backwards(
    notices: list[HolidayNotice], hours: list[WorkingHours], moments: list[datetime]
) -> None:
    calendar = WorkingCalendar(notices, hours)
    first, second, third = sorted(moments)
    time, days = calendar.working_time_between, calendar.working_days_between
    assert time(first, second) + time(second, third) == time(first, third)
    assert days(first, second) + days(second, third) == days(first, third)
    assert time(second, first) == -time(first, second)
    assert days(second, first) == -days(first, second)
    assert calendar.working_time_between(first, second) >= timedelta()
    assert calendar.working_days_between(first, second) >= 0


@settings(max_examples=80, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, MOMENTS, st.integers(1, 40))
def test_working_days_from_the_event_are_that_many_working_days_long(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, amount: int
) -> None:
    calendar = WorkingCalendar(notices, hours)
    due = calendar.add(start, Limit(amount=amount, unit=LimitUnit.WORKING_DAYS)).at
    over = calendar.working_days_between(start, due) - amount
    # Days of different length make a due time between two microseconds: it is put on the later one.
    assert 0 <= over < Fraction(1, 1_000_000)


@settings(max_examples=60, deadline=None)
@given(NOTICES, HOURS_BY_SECOND, LIMITS, MOMENTS)
def test_a_deadline_is_the_sum_and_recomputing_it_changes_nothing(
    notices: list[HolidayNotice], hours: list[WorkingHours], limit: Limit, start: datetime
) -> None:
    calendar = WorkingCalendar(notices, hours)
    deadline = calendar.deadline(limit, start)
    assert (deadline.due, deadline.provisional) == calendar.add(start, limit)
    assert calendar.recompute(deadline) == deadline


@settings(max_examples=120, deadline=None)
@given(NOTICES, NOTICES, HOURS, MOMENTS, st.integers(1, 60), st.integers(0, 5))
def test_a_named_day_is_that_day_or_the_next_working_day_whatever_notice_comes_later(
    notices: list[HolidayNotice],
    later: list[HolidayNotice],
    hours: list[WorkingHours],
    start: datetime,
    ahead: int,
    extended: int,
) -> None:
    """An extension counts from there."""
    day = start.astimezone(ZONE).date() + timedelta(days=ahead)
    the_day_before = datetime.combine(day, time(), ZONE) - timedelta(days=1)
    clock = WorkingCalendar(notices, hours).until_close(day, start, "约定")
    assert clock.due == SlowCalendar(notices, hours).close_of_working_day_after(the_day_before, 1)
    if extended:
        clock = clock.extended(Limit(amount=extended, unit=LimitUnit.WORKING_DAYS))
    again = WorkingCalendar([*notices, *later], hours).recompute(clock)
    known = SlowCalendar([*notices, *later], hours)
    assert again.due == known.close_of_working_day_after(the_day_before, 1 + extended)
    assert again.due == known.close_of_working_day_after(start, again.limit.amount)
    assert (again.day, again.budget[0].basis, again.budget[1:]) == (day, "约定", clock.budget[1:])


@settings(max_examples=120, deadline=None)
@given(NOTICES, HOURS, MOMENTS, LIMITS)
def test_it_is_due_soon_before_it_is_due_and_when_three_quarters_are_used(
    notices: list[HolidayNotice], hours: list[WorkingHours], start: datetime, limit: Limit
) -> None:
    calendar = WorkingCalendar(notices, hours)
    deadline = calendar.deadline(limit, start)
    assert deadline.due_soon is not None
    assert start < deadline.due_soon < deadline.due
    if limit.unit in (LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS):
        left = calendar.working_time_between(deadline.due_soon, deadline.due)
        used = calendar.working_time_between(start, deadline.due_soon)
        assert used >= 3 * left - timedelta(microseconds=4)
