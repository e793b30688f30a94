"""Holiday notices, working hours and outages as facts."""

from datetime import date, datetime, time, timedelta

import pytest

from domain.rules import refusals
from domain.rules.calendar_commands import DeclareOutage, LoadHolidayNotice
from domain.rules.events import HolidayNoticeLoaded, OutageDeclared, WorkingHoursSet
from domain.rules.streams import rules_stream
from domain.rules.words import OutageKind
from domain.shared.calendar_days import HolidayNotice
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from tests.domain.directory.county import NODE, START
from tests.domain.rules.ruled_county import RuledTown, working_hours
from tests.domain.shared.calendars import NOTICE_2026, NOTICE_2027, at, local

FIVE_DAYS = Limit(amount=5, unit=LimitUnit.WORKING_DAYS, count_from=CountFrom.NEXT_DAY)


def test_a_loaded_notice_and_set_hours_make_the_calendar_in_force(town: RuledTown) -> None:
    town.with_calendar()
    deadline = town.rules.calendar.deadline(FIVE_DAYS, at("2026-04-30 15:00"))
    assert local(deadline.due) == "2026-05-11 17:30:00"


def test_the_facts_stand_in_the_calendar_stream_of_the_node(town: RuledTown) -> None:
    (loaded,) = town.ask(LoadHolidayNotice(notice=NOTICE_2026, source="测试"))
    (hours,) = town.ask(working_hours())
    assert isinstance(loaded, HolidayNoticeLoaded)
    assert (loaded.notice, loaded.amends, loaded.source) == (NOTICE_2026, (), "测试")
    assert isinstance(hours, WorkingHoursSet)
    assert {loaded.originator_id, hours.originator_id} == {rules_stream(NODE, "calendar")}
    assert (loaded.originator_version, hours.originator_version) == (1, 2)


def test_a_provisional_due_time_is_final_once_the_notice_is_loaded(town: RuledTown) -> None:
    before = town.with_calendar().rules.calendar.deadline(FIVE_DAYS, at("2026-12-29 10:00"))
    town.ask(LoadHolidayNotice(notice=NOTICE_2027))
    after = town.rules.calendar.recompute(before)
    assert (before.provisional, local(before.due)) == (True, "2027-01-05 17:30:00")
    assert (after.provisional, local(after.due)) == (False, "2027-01-07 17:30:00")


def test_a_notice_of_the_same_year_amends_and_says_so(town: RuledTown) -> None:
    town.with_calendar()
    amendment = HolidayNotice(year=2026, number="国办发明电〔2026〕1号", off_days=(date(2026, 5, 6),))
    (fact,) = town.ask(LoadHolidayNotice(notice=amendment))
    assert isinstance(fact, HolidayNoticeLoaded)
    assert fact.amends == (NOTICE_2026.number,)
    assert not town.rules.calendar.is_working_day(date(2026, 5, 6))


def test_the_same_notice_is_not_loaded_twice(town: RuledTown) -> None:
    town.with_calendar()
    with pytest.raises(refusals.NoticeKnown):
        town.ask(LoadHolidayNotice(notice=NOTICE_2026))


def test_new_hours_take_over_on_their_day_and_never_date_back(town: RuledTown) -> None:
    town.with_calendar()
    town.ask(working_hours(date(2026, 6, 1), time(18)))
    calendar = town.rules.calendar
    assert calendar.working_time_between(at("2026-05-29 00:00"), at("2026-05-29 23:00")) == timedelta(hours=7)
    assert calendar.working_time_between(at("2026-06-01 00:00"), at("2026-06-01 23:00")) == timedelta(hours=7.5)
    yesterday = START.date() - timedelta(days=1)
    with pytest.raises(refusals.HoursInThePast):
        town.ask(working_hours(yesterday, time(18)))


def test_the_same_hours_are_not_set_twice(town: RuledTown) -> None:
    town.ask(working_hours(date(2026, 6, 1)))
    with pytest.raises(refusals.NothingChanged):
        town.ask(working_hours(date(2026, 6, 1)))


def test_without_hours_no_deadline_is_guessed(town: RuledTown) -> None:
    town.ask(LoadHolidayNotice(notice=NOTICE_2026))
    with pytest.raises(refusals.CalendarNotSet):
        _ = town.rules.calendar


def test_an_outage_is_declared_after_the_event_and_found_by_its_span(town: RuledTown) -> None:
    (fact,) = town.ask(outage(START - timedelta(hours=3), START - timedelta(hours=1)))
    assert isinstance(fact, OutageDeclared)
    found = town.rules.outages_between(START - timedelta(hours=2), START)
    assert [(o.starts_at, o.kind) for o in found] == [(START - timedelta(hours=3), OutageKind.PLATFORM)]
    assert town.rules.outages_between(START - timedelta(hours=1), START) == ()


@pytest.mark.parametrize(("starts", "ends"), [(-1, -2), (-1, -1), (-1, 1)])
def test_an_outage_that_ends_before_it_starts_or_later_than_now_is_refused(
    town: RuledTown, starts: int, ends: int
) -> None:
    with pytest.raises(refusals.OutageReversed):
        town.ask(outage(START + timedelta(hours=starts), START + timedelta(hours=ends)))


def outage(starts_at: datetime, ends_at: datetime) -> DeclareOutage:
    return DeclareOutage(kind=OutageKind.PLATFORM, starts_at=starts_at, ends_at=ends_at, description="机房断电")
