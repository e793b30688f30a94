"""The working calendar at the days and seconds where calendars go wrong."""

import pickle
from copy import copy, deepcopy
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from pydantic import ValidationError

from domain.shared.calendar import OutsideCalendar, WorkingCalendar
from domain.shared.calendar_days import HolidayNotice, HoursUnsound, NoticeUnsound, WorkingHours, WorkingInterval
from domain.shared.deadlines import CountFrom, Deadline, Limit, LimitUnit
from tests.domain.shared.calendars import NOTICE_2026, NOTICE_2027, USUAL, at, intervals, local

CALENDAR = WorkingCalendar([NOTICE_2026], [USUAL])


def limit(amount: int, unit: LimitUnit, count_from: CountFrom = CountFrom.EVENT) -> Limit:
    return Limit(amount=amount, unit=unit, count_from=count_from, basis="测试")


DAYS, WORKING_HOURS, HOURS, MINUTES = (
    LimitUnit.WORKING_DAYS,
    LimitUnit.WORKING_HOURS,
    LimitUnit.HOURS,
    LimitUnit.MINUTES,
)
NEXT = CountFrom.NEXT_DAY


@pytest.mark.parametrize(
    ("opened", "limit", "due"),
    [
        # 1 to 5 May 2026 are off, Saturday 9 May works.
        ("2026-04-30 15:00", limit(1, DAYS), "2026-05-06 15:00:00"),
        ("2026-04-30 15:00", limit(1, DAYS, NEXT), "2026-05-06 17:30:00"),
        ("2026-04-30 15:00", limit(5, DAYS, NEXT), "2026-05-11 17:30:00"),
        ("2026-04-30 15:00", limit(4, DAYS, NEXT), "2026-05-09 17:30:00"),
        ("2026-05-09 09:00", limit(1, DAYS), "2026-05-11 09:00:00"),
        ("2026-04-30 17:00", limit(4, WORKING_HOURS), "2026-05-06 12:00:00"),
        ("2026-05-08 17:00", limit(1, WORKING_HOURS), "2026-05-09 09:00:00"),
        # On a day off everything waits for the next working day; 特急 does not.
        ("2026-05-03 10:00", limit(1, DAYS), "2026-05-06 17:30:00"),
        ("2026-05-03 10:00", limit(1, DAYS, NEXT), "2026-05-06 17:30:00"),
        ("2026-05-03 10:00", limit(2, WORKING_HOURS), "2026-05-06 10:30:00"),
        ("2026-05-03 10:00", limit(24, HOURS), "2026-05-04 10:00:00"),
        ("2026-05-03 23:50", limit(30, MINUTES), "2026-05-04 00:20:00"),
        ("2026-05-03 23:50", limit(30, MINUTES, NEXT), "2026-05-04 00:30:00"),
        ("2026-05-03 10:00", limit(24, HOURS, NEXT), "2026-05-05 00:00:00"),
        ("2026-05-06 10:00", limit(2, WORKING_HOURS, NEXT), "2026-05-07 10:30:00"),
        # Over lunch, after hours, at the seconds of opening and closing.
        ("2026-05-06 11:30", limit(1, WORKING_HOURS), "2026-05-06 14:30:00"),
        ("2026-05-06 12:40", limit(1, WORKING_HOURS), "2026-05-06 15:00:00"),
        ("2026-05-06 11:00", limit(1, WORKING_HOURS), "2026-05-06 12:00:00"),
        ("2026-05-06 10:30", limit(5, WORKING_HOURS), "2026-05-06 17:30:00"),
        ("2026-05-08 16:30", limit(8, WORKING_HOURS), "2026-05-09 17:30:00"),
        ("2026-04-30 08:30", limit(7, WORKING_HOURS), "2026-04-30 17:30:00"),
        ("2026-05-06 12:40", limit(1, DAYS), "2026-05-07 12:00:00"),
        ("2026-05-06 20:00", limit(1, DAYS), "2026-05-07 17:30:00"),
        ("2026-05-06 07:00", limit(1, DAYS), "2026-05-06 17:30:00"),
        ("2026-05-06 08:30:00", limit(1, DAYS), "2026-05-06 17:30:00"),
        ("2026-05-06 08:30:01", limit(1, DAYS), "2026-05-07 08:30:01"),
        ("2026-05-06 17:29:59", limit(1, DAYS), "2026-05-07 17:29:59"),
        ("2026-05-06 17:30:00", limit(1, DAYS), "2026-05-07 17:30:00"),
        ("2026-05-06 17:29:59", limit(1, WORKING_HOURS), "2026-05-07 09:29:59"),
        ("2026-05-06 17:30:00", limit(1, WORKING_HOURS), "2026-05-07 09:30:00"),
        ("2026-05-06 00:00:00", limit(1, DAYS, NEXT), "2026-05-07 17:30:00"),
        ("2026-05-06 23:59:59", limit(1, DAYS, NEXT), "2026-05-07 17:30:00"),
    ],
)
def test_a_limit_runs_out_when_the_rule_says(opened: str, limit: Limit, due: str) -> None:
    deadline = CALENDAR.deadline(limit, at(opened))
    assert local(deadline.due) == due
    assert deadline.due.tzinfo is UTC
    assert (deadline.opened, deadline.limit, deadline.provisional) == (at(opened), limit, False)


@pytest.mark.parametrize(
    ("end", "limit", "start"),
    [
        # Whoever starts on any of the days off from 1 May to 5 May has the same five days.
        ("2026-05-11 17:30", limit(5, DAYS, NEXT), "2026-05-05 23:59:59.999999"),
        ("2026-05-11 17:29:59", limit(5, DAYS, NEXT), "2026-04-29 23:59:59.999999"),
        ("2026-05-06 15:00", limit(1, DAYS), "2026-04-30 15:00:00"),
        ("2026-05-06 17:30", limit(1, DAYS), "2026-05-06 08:30:00"),
        ("2026-05-06 12:00", limit(4, WORKING_HOURS), "2026-04-30 17:00:00"),
        ("2026-05-06 17:30", limit(7, WORKING_HOURS), "2026-05-06 08:30:00"),
        ("2026-05-06 10:30", limit(2, WORKING_HOURS, NEXT), "2026-05-05 23:59:59.999999"),
        ("2026-05-04 10:00", limit(24, HOURS), "2026-05-03 10:00:00"),
        ("2026-05-05 00:00", limit(24, HOURS, NEXT), "2026-05-03 23:59:59.999999"),
    ],
)
def test_the_latest_start_is_the_last_one_that_is_still_in_time(end: str, limit: Limit, start: str) -> None:
    assert local(CALENDAR.subtract(at(end), limit).at) == start


def test_a_deadline_names_the_notice_and_hours_it_was_computed_with() -> None:
    deadline = CALENDAR.deadline(limit(5, DAYS, NEXT), at("2026-04-30 15:00"))
    assert deadline.calendar == "国办发明电〔2025〕7号;2004-01-01起执行的工作时间"


@pytest.mark.parametrize("limit", [limit(5, DAYS, NEXT), limit(2, HOURS)])
def test_a_deadline_as_computed_is_the_deadline_as_it_is_read_again(limit: Limit) -> None:
    computed = CALENDAR.deadline(limit, at("2026-12-30 15:00"))
    read = Deadline.model_validate_json(computed.model_dump_json())
    assert read == computed
    assert hash(read) == hash(computed)
    assert read.model_dump(exclude_none=True) == computed.model_dump(exclude_none=True)
    moved = computed.model_copy(update={"calendar": "别的"})
    assert (moved.calendar, computed.calendar) == ("别的", read.calendar), "a copy leaves the first as it was"


def test_plain_hours_need_no_calendar() -> None:
    deadline = CALENDAR.deadline(limit(24, HOURS), at("2026-12-31 15:00"))
    assert (deadline.calendar, deadline.provisional) == ("", False)
    assert not CALENDAR.add(at("2026-12-31 15:00"), limit(24, HOURS)).provisional
    assert not CALENDAR.subtract(at("2027-01-01 15:00"), limit(24, HOURS)).provisional
    went_on = CALENDAR.go_on(limit(24, HOURS), at("2026-12-31 15:00"), at("2026-12-31 16:00"), at("2027-01-01 15:00"))
    assert (went_on.at, went_on.provisional) == (at("2027-01-01 16:00"), False)


def test_a_due_time_in_a_year_without_a_notice_is_provisional_until_the_notice_is_loaded() -> None:
    provisional = CALENDAR.deadline(limit(5, DAYS, NEXT), at("2026-12-29 10:00"))
    assert provisional.provisional
    assert local(provisional.due) == "2027-01-05 17:30:00"
    assert "2027年放假通知未发布" in provisional.calendar

    announced = WorkingCalendar([NOTICE_2026, NOTICE_2027], [USUAL]).recompute(provisional)
    assert not announced.provisional
    assert local(announced.due) == "2027-01-07 17:30:00"
    assert NOTICE_2027.number in announced.calendar
    assert (announced.opened, announced.limit) == (provisional.opened, provisional.limit)


def test_a_due_time_on_the_last_day_of_an_announced_year_is_final() -> None:
    assert not CALENDAR.deadline(limit(2, DAYS, NEXT), at("2026-12-29 10:00")).provisional
    midnight = WorkingHours(effective_from=date(2004, 1, 1), intervals=intervals(("08:00", "00:00")))
    due = WorkingCalendar([NOTICE_2026], [midnight]).add(at("2026-12-30 10:00"), limit(1, DAYS, NEXT))
    assert (local(due.at), due.provisional) == ("2027-01-01 00:00:00", False)


def test_counting_that_starts_on_the_first_day_of_an_announced_year_does_not_touch_the_year_before() -> None:
    due = CALENDAR.add(at("2025-12-31 10:00"), limit(1, DAYS, NEXT))
    assert (local(due.at), due.provisional) == ("2026-01-01 17:30:00", False)
    assert CALENDAR.add(at("2025-12-31 10:00"), limit(1, DAYS)).provisional
    assert not CALENDAR.subtract(at("2026-01-02 17:30"), limit(2, DAYS, NEXT)).provisional
    assert CALENDAR.subtract(at("2026-01-02 17:30"), limit(2, DAYS)).at == at("2026-01-01 08:30")


def test_a_later_notice_amends_only_the_days_it_names() -> None:
    amendment = HolidayNotice(
        year=2026, number="国办发明电〔2026〕1号", off_days=(date(2026, 5, 6),), make_up_days=(date(2026, 5, 5),)
    )
    amended = WorkingCalendar([NOTICE_2026, amendment], [USUAL])
    working = [day for day in range(1, 12) if amended.is_working_day(date(2026, 5, day))]
    assert working == [5, 7, 8, 9, 11]
    assert (
        "国办发明电〔2025〕7号、国办发明电〔2026〕1号"
        in amended.deadline(limit(1, DAYS), at("2026-05-07 09:00")).calendar
    )


def test_a_notice_may_move_the_last_days_of_the_december_before() -> None:
    notice = HolidayNotice(
        year=2027, number="〔2026〕", off_days=(date(2027, 1, 1),), make_up_days=(date(2026, 12, 26),)
    )
    assert WorkingCalendar([NOTICE_2026, notice], [USUAL]).is_working_day(date(2026, 12, 26))


def test_summer_hours_take_over_on_their_day() -> None:
    summer = WorkingHours(effective_from=date(2026, 6, 1), intervals=intervals(("08:00", "12:00"), ("15:00", "18:00")))
    calendar = WorkingCalendar([NOTICE_2026], [summer, USUAL])
    assert local(calendar.add(at("2026-05-29 17:00"), limit(1, WORKING_HOURS)).at) == "2026-06-01 08:30:00"
    # Half an hour before closing is a fourteenth of either day: both have seven hours.
    assert local(calendar.add(at("2026-05-29 17:00"), limit(1, DAYS)).at) == "2026-06-01 17:30:00"
    assert local(calendar.add(at("2026-05-28 17:00"), limit(1, DAYS, NEXT)).at) == "2026-05-29 17:30:00"
    assert local(calendar.add(at("2026-05-29 17:00"), limit(1, DAYS, NEXT)).at) == "2026-06-01 18:00:00"


def test_a_shorter_day_counts_as_a_whole_working_day() -> None:
    short = WorkingHours(effective_from=date(2026, 6, 1), intervals=intervals(("09:00", "12:30")))
    calendar = WorkingCalendar([NOTICE_2026], [USUAL, short])
    assert local(calendar.add(at("2026-05-29 14:00"), limit(1, DAYS)).at) == "2026-06-01 10:45:00"
    assert calendar.working_days_between(at("2026-05-29 14:00"), at("2026-06-01 12:30")) == Fraction(3, 2)
    assert calendar.working_time_between(at("2026-05-29 14:00"), at("2026-06-01 12:30")) == timedelta(hours=7)


def test_no_working_time_left_at_the_second_of_closing_is_still_that_second() -> None:
    closing = at("2026-05-06 17:30:00")
    assert CALENDAR.add_working_time(closing, timedelta()).at == closing
    assert CALENDAR.subtract_working_time(closing, timedelta()).at == closing
    assert CALENDAR.working_time_between(closing, at("2026-05-07 08:30:00")) == timedelta()
    assert local(CALENDAR.add_working_time(closing, timedelta(seconds=1)).at) == "2026-05-07 08:30:01"
    assert local(CALENDAR.subtract_working_time(closing, timedelta(seconds=1)).at) == "2026-05-06 17:29:59"


def test_a_moment_works_from_the_opening_until_before_the_closing() -> None:
    works = {
        text: CALENDAR.is_working(at(f"2026-05-{text}"))
        for text in ("06 08:29:59", "06 08:30:00", "06 12:00:00", "06 13:00:00", "06 17:30:00", "09 10:00", "10 10:00")
    }
    assert [text for text, working in works.items() if working] == ["06 08:30:00", "09 10:00"]


def test_a_moment_means_the_same_in_every_zone() -> None:
    opened = at("2026-05-06 15:00")
    assert CALENDAR.add(opened, limit(2, DAYS)) == CALENDAR.add(opened.astimezone(UTC), limit(2, DAYS))


@pytest.mark.parametrize(
    ("opened", "amount"),
    [
        (datetime(1999, 12, 31, 15, tzinfo=UTC), 1),
        (datetime(2100, 1, 1, tzinfo=UTC), 1),
        (at("2026-05-06 15:00"), 40_000),
    ],
)
@pytest.mark.parametrize("unit", [DAYS, WORKING_HOURS, HOURS])
@pytest.mark.parametrize("count_from", CountFrom)
def test_what_lies_outside_the_calendar_is_refused(
    opened: datetime, amount: int, unit: LimitUnit, count_from: CountFrom
) -> None:
    amount *= 24 if unit is not DAYS and amount > 1 else 1
    with pytest.raises(OutsideCalendar):
        CALENDAR.deadline(limit(amount, unit, count_from), opened)


@pytest.mark.parametrize("unit", [DAYS, WORKING_HOURS, HOURS])
def test_what_would_have_started_before_the_calendar_is_refused(unit: LimitUnit) -> None:
    with pytest.raises(OutsideCalendar):
        CALENDAR.subtract(at("2000-01-03 10:00"), limit(300, unit))


def test_the_calendar_counts_until_its_last_day_and_passes_over_what_a_notice_names_beyond_it() -> None:
    """The notices of its first and last years may name days of the years beside them."""
    first = HolidayNotice(
        year=2000, number="〔1999〕", off_days=(date(1999, 12, 31), date(2000, 1, 3)), make_up_days=(date(2000, 1, 1),)
    )
    last = HolidayNotice(year=2099, number="〔2098〕", off_days=(date(2099, 12, 30), date(2100, 1, 1)))
    calendar = WorkingCalendar([first, last], [USUAL])
    assert local(calendar.add(at("2099-12-29 15:00"), limit(1, DAYS)).at) == "2099-12-31 15:00:00"
    assert calendar.working_days_between(at("2000-01-01 00:00"), at("2000-01-05 00:00")) == 2
    assert (calendar.is_working_day(date(2000, 1, 1)), calendar.is_working_day(date(2099, 12, 31))) == (True, True)
    assert "〔2098〕" in calendar.deadline(limit(1, DAYS), at("2099-12-29 15:00")).calendar


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(TypeError):
        CALENDAR.add(datetime(2026, 5, 6, 15), limit(1, DAYS))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize(
    "fields",
    [
        {"off_days": ()},
        {"off_days": (date(2026, 5, 1),), "make_up_days": (date(2026, 5, 1),)},
        {"off_days": (date(2026, 5, 1), date(2026, 5, 1))},
        {"off_days": (date(2025, 5, 1),)},
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(fields: dict[str, tuple[date, ...]]) -> None:
    with pytest.raises(NoticeUnsound):
        HolidayNotice(year=2026, number="测试", **fields)


def test_the_day_that_a_notice_names_twice_is_named() -> None:
    days = (date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 2))
    with pytest.raises(NoticeUnsound, match="2026-05-02 出现了两次"):
        HolidayNotice(year=2026, number="测试", off_days=days)


@pytest.mark.parametrize(
    "spans", [(), (("12:00", "08:30"),), (("08:30", "12:00"), ("11:00", "17:30")), (("08:30:00.5", "12:00"),)]
)
def test_hours_that_are_empty_reversed_or_overlap_are_refused(spans: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(HoursUnsound):
        WorkingHours(effective_from=date(2026, 1, 1), intervals=intervals(*spans))


def test_hours_are_those_of_the_one_zone_and_name_none() -> None:
    interval = WorkingInterval(starts=time(8, 30), ends=time(12, tzinfo=UTC))
    with pytest.raises(HoursUnsound):
        WorkingHours(effective_from=date(2026, 1, 1), intervals=(interval,))


def test_working_time_is_neither_added_nor_taken_off_backwards() -> None:
    for counted in (CALENDAR.add_working_time, CALENDAR.subtract_working_time):
        with pytest.raises(ValueError, match="negative"):
            counted(at("2026-05-06 15:00"), timedelta(seconds=-1))


def test_a_calendar_without_hours_is_refused() -> None:
    with pytest.raises(HoursUnsound):
        WorkingCalendar([NOTICE_2026], [])


def test_a_notice_never_changes_once_made() -> None:
    with pytest.raises(ValidationError):
        NOTICE_2026.year = 2027  # type: ignore[misc]


@pytest.mark.parametrize(
    ("opened", "limit", "due_soon"),
    [
        # A working day is 08:30 to 12:00 and 14:00 to 17:30: 7 hours.
        ("2026-05-08 16:30", limit(4, WORKING_HOURS), "2026-05-09 10:30:00"),  # Friday; the Saturday works
        ("2026-05-15 16:30", limit(4, WORKING_HOURS), "2026-05-18 10:30:00"),  # Friday; the weekend uses nothing
        ("2026-05-15 16:30", limit(1, DAYS, NEXT), "2026-05-18 15:45:00"),
        ("2026-05-15 13:30", limit(1, DAYS), "2026-05-18 10:15:00"),
        ("2026-05-11 09:00", limit(5, DAYS, NEXT), "2026-05-15 15:45:00"),
        ("2026-05-16 02:00", limit(2, HOURS), "2026-05-16 03:30:00"),  # by night as by day
        ("2026-05-16 02:00", limit(30, MINUTES), "2026-05-16 02:22:30"),
        ("2026-05-16 02:00", limit(24, HOURS, NEXT), "2026-05-17 18:00:00"),
    ],
)
def test_it_is_due_soon_when_three_quarters_of_the_budget_are_used(opened: str, limit: Limit, due_soon: str) -> None:
    assert CALENDAR.deadline(limit, at(opened)).due_soon == at(due_soon)


def test_a_computed_deadline_is_one_that_was_checked() -> None:
    """It is filled without being validated; in everything it is like one that was."""
    computed = CALENDAR.deadline(limit(3, DAYS), datetime(2026, 5, 11, 1, tzinfo=UTC))
    checked = Deadline.model_validate_json(computed.model_dump_json())
    assert checked == computed
    assert computed.model_fields_set == checked.model_fields_set - {"parts", "day"}
    assert copy(computed) == deepcopy(computed) == pickle.loads(pickle.dumps(computed)) == computed
    assert computed.model_copy(update={"provisional": True}).provisional
    with pytest.raises(ValidationError):
        computed.due = computed.opened  # type: ignore[misc]
    with pytest.raises(ValueError, match="zone"):
        Deadline.of(datetime(2026, 5, 11), computed.due, computed.limit, False, "", computed.due)  # noqa: DTZ001
