"""考核周期的起止: a month, quarter or year of the county's own calendar as a span of moments."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.shared.calendar import LOCAL
from domain.shared.refusals import Invalid

_SHAPE = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?")
_SEVERAL = re.compile(r"(20[0-9]{2}-(?:0[1-9]|1[0-2]))\.\.(20[0-9]{2}-(?:0[1-9]|1[0-2]))")
_MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Span:
    """期间: from the beginning of `first`, a first of a month, until before `end`. `code` names it in an address."""

    code: str
    name: str
    first: date
    end: date

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return _moment(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return _moment(self.end)

    @property
    def months(self) -> int:
        """How many months it has."""
        return (self.end.year - self.first.year) * 12 + self.end.month - self.first.month


def span_of(code: str) -> Span:
    """ "2026-05", "2026-Q2", "2026" or "2026-05..2026-08" as a span. Refuses Invalid."""
    several = _SEVERAL.fullmatch(code)
    if several is not None:
        return _several(span_of(several[1]), span_of(several[2]), code)
    found = _SHAPE.fullmatch(code)
    if found is None:
        raise Invalid("期间写作 2026-05(月)、2026-Q2(季度)或 2026(年),请重新选择。", field="period")
    year, month, quarter = int(found[1]), found[2], found[3]
    if month:
        return span_of_months(date(year, int(month), 1), 1, code, f"{year}年{int(month)}月")
    if quarter:
        return span_of_months(date(year, 3 * int(quarter) - 2, 1), 3, code, f"{year}年第{quarter}季度")
    return span_of_months(date(year, 1, 1), 12, code, f"{year}年")


def code_of(first: date, months: int) -> str:
    """The code of so many months from the one that begins on `first`."""
    span = span_of_months(first, months)
    if months == 1:
        return f"{first:%Y-%m}"
    if months == 3 and first.month % 3 == 1:
        return f"{first.year}-Q{first.month // 3 + 1}"
    if months == 12 and first.month == 1:
        return str(first.year)
    last = span.end - timedelta(days=1)
    return f"{first:%Y-%m}..{last:%Y-%m}"


def _several(first: Span, last: Span, code: str) -> Span:
    span = Span(code, f"{first.name}至{last.name}", first.first, last.end)
    if not 1 <= span.months <= _MOST_MONTHS:
        raise Invalid(f"期间的起止月份颠倒,或长于 {_MOST_MONTHS} 个月,请重新选择。", field="period")
    return span


def span_of_months(first: date, months: int, code: str = "", name: str = "") -> Span:
    """So many whole months from the one that begins on `first`."""
    years, month = divmod(first.month - 1 + months, 12)
    return Span(code, name, first, date(first.year + years, month + 1, 1))


def month_of(moment: datetime) -> str:
    """The month a moment falls into, as its code."""
    return f"{moment.astimezone(LOCAL):%Y-%m}"


def months_until(moment: datetime, number: int) -> list[Span]:
    """So many months, oldest first, the one the moment falls into last."""
    last = span_of(month_of(moment)).first
    found = []
    for back in reversed(range(number)):
        years, month = divmod(last.month - 1 - back, 12)
        found.append(span_of(f"{date(last.year + years, month + 1, 1):%Y-%m}"))
    return found


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)
