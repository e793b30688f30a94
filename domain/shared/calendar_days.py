"""放假通知与工作时间: what a working calendar is built from, as facts state it."""

from datetime import date, time
from itertools import pairwise
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.shared.refusals import Invalid

FIRST_YEAR = 2000
LAST_YEAR = 2099
"""The years a calendar knows. China has kept one time without daylight saving all through them."""


class NoticeUnsound(Invalid):
    """A holiday notice that contradicts itself."""

    code = "holiday-notice-unsound"
    rule = "放假通知有误:放假日与上班日不能重复,且须属于通知所指年度,请对照国务院办公厅通知原文改正。"


class HoursUnsound(Invalid):
    """Working hours that are empty, reversed or overlap."""

    code = "working-hours-unsound"
    rule = "工作时间有误:各时段须起止有序、互不重叠,且至少有一段,请改正后重新提交。"


class HolidayNotice(BaseModel):
    """放假通知: one notice of the State Council for one year.

    `off_days` are days off whatever their weekday, `make_up_days` (调休上班日) are working days whatever their weekday;
    a day in neither follows its weekday. Loaded later, a notice for the same year amends the earlier one: the days it
    names are as it says, all others stay. It may name the last days of December before and the first of January after.
    Refuses NoticeUnsound.
    """

    model_config = ConfigDict(frozen=True)

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    number: str = Field(min_length=1, max_length=100)
    off_days: tuple[date, ...] = Field(default=(), max_length=200)
    make_up_days: tuple[date, ...] = Field(default=(), max_length=200)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        named = [*self.off_days, *self.make_up_days]
        if not named:
            raise NoticeUnsound("放假通知没有列出任何日期,请对照国务院办公厅通知原文补全。")
        if len(set(named)) != len(named):
            twice = next(day for day in sorted(named) if named.count(day) > 1)
            raise NoticeUnsound(f"放假通知中 {twice.isoformat()} 出现了两次,同一天只能是放假日或上班日之一,请改正。")
        for day in named:
            if not date(self.year - 1, 12, 1) <= day <= date(self.year + 1, 1, 31):
                raise NoticeUnsound(f"{day.isoformat()} 不属于{self.year}年放假安排,请核对年度和日期。")
        return self


class WorkingInterval(BaseModel):
    """工作时段: from `starts` until before `ends`, to the second; `ends` 00:00 is midnight at the end of the day."""

    model_config = ConfigDict(frozen=True)

    starts: time
    ends: time

    @property
    def seconds(self) -> tuple[int, int]:
        """Both ends as seconds of the day; the end is at most 86,400."""
        return _second(self.starts), _second(self.ends) or 86_400


class WorkingHours(BaseModel):
    """工作时间: the hours of every working day from a day on, until a later version takes over.

    Times are those of Asia/Shanghai. Several intervals a day (lunch is the gap between two). Refuses HoursUnsound.
    """

    model_config = ConfigDict(frozen=True)

    effective_from: date
    intervals: tuple[WorkingInterval, ...] = Field(max_length=12)
    basis: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.intervals:
            raise HoursUnsound
        for interval in self.intervals:
            starts, ends = interval.seconds
            if starts >= ends or any(t.microsecond or t.tzinfo for t in (interval.starts, interval.ends)):
                raise HoursUnsound
        if any(before.seconds[1] > after.seconds[0] for before, after in pairwise(self.intervals)):
            raise HoursUnsound
        return self


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
