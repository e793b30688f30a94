"""A calendar that walks minute by minute: nothing of it is shared with the one it judges."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction

from domain.shared.calendar_days import HolidayNotice, WorkingHours

ZONE = timezone(timedelta(hours=8))
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class SlowCalendar:
    def __init__(self, notices: list[HolidayNotice], hours: list[WorkingHours]) -> None:
        self.notices = notices
        self.hours = sorted(hours, key=lambda version: version.effective_from)

    def works(self, day: date) -> bool:
        answer = day.weekday() < 5
        for notice in self.notices:
            if day in notice.off_days:
                answer = False
            if day in notice.make_up_days:
                answer = True
        return answer

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.works(day):
            return []
        version = self.hours[0]
        for later in self.hours:
            if later.effective_from <= day:
                version = later
        midnight = datetime.combine(day, time(), ZONE)
        spans = []
        for interval in version.intervals:
            ends = datetime.combine(day, interval.ends, ZONE)
            spans.append((datetime.combine(day, interval.starts, ZONE), ends if ends > midnight else midnight + DAY))
        return spans

    def minutes(self, start: datetime) -> Iterator[tuple[datetime, int]]:
        """Every working minute from `start` on, with the number of working minutes of its day."""
        day = start.astimezone(ZONE).date()
        while True:
            spans = self.spans(day)
            total = sum(((ends - starts) // MINUTE for starts, ends in spans), 0)
            for opening, closing in spans:
                minute = opening
                while minute < closing:
                    if minute >= start:
                        yield minute, total
                    minute += MINUTE
            day += DAY

    def after_working_minutes(self, start: datetime, amount: int) -> datetime:
        for passed, (minute, _) in enumerate(self.minutes(start), start=1):
            if passed == amount:
                return minute + MINUTE
        raise AssertionError

    def after_working_days(self, start: datetime, amount: int) -> datetime:
        passed = Fraction(0)
        for minute, total in self.minutes(start):
            left = amount - passed
            share = Fraction(1, total)
            if share >= left:
                microseconds = left / share * 60_000_000
                return minute + timedelta(microseconds=-(-microseconds.numerator // microseconds.denominator))
            passed += share
        raise AssertionError

    def close_of_working_day_after(self, start: datetime, amount: int) -> datetime:
        day = start.astimezone(ZONE).date()
        while amount:
            day += DAY
            amount -= self.works(day)
        return self.spans(day)[-1][1]

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        for passed, (minute, _) in enumerate(self.minutes(start)):
            if minute >= end:
                return passed
        raise AssertionError
