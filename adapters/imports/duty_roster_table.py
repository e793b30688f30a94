"""值班表: a weekly pattern of shifts, as duty rooms keep it on paper, turned into dated shifts for a period."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from adapters.imports.faults import Fault, TableRefused, in_file_order
from adapters.imports.records import TableLimits
from adapters.imports.row_reading import CHINA_TIME, RowReading
from adapters.imports.tables import Column, read_table

WEEKDAY = Column("weekday", ("星期",), filled=True)
ORGANIZATION = Column("organization", ("机构编码",), filled=True)
PERSON = Column("person", ("人员编号", "工号"), filled=True)
STARTS = Column("starts", ("开始", "开始时间"), filled=True)
ENDS = Column("ends", ("结束", "结束时间"), filled=True)
IN_CHARGE = Column("in_charge", ("带班",), required=False)
COLUMNS = (WEEKDAY, ORGANIZATION, PERSON, STARTS, ENDS, IN_CHARGE)

_LIMITS = TableLimits(rows=500)
"""A week of a county's duty rooms; every shift is compared with every other."""

_WEEKDAYS = {day: number for number, day in enumerate("一二三四五六日", start=1)} | {"天": 7}
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(:00)?")


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """每周班次: weekday 1 (星期一) to 7; ends the next day when `ends` is not after `starts`."""

    line: int
    weekday: int
    organization_code: str
    person_code: str
    starts: time
    ends: time
    in_charge: bool = False

    def on(self, day: date) -> "DatedShift":
        """The shift that begins on that day."""
        starts_at = datetime.combine(day, self.starts, CHINA_TIME)
        ends_at = datetime.combine(day, self.ends, CHINA_TIME)
        if ends_at <= starts_at:
            ends_at += timedelta(days=1)
        return DatedShift(self.organization_code, self.person_code, starts_at, ends_at, self.in_charge)


@dataclass(frozen=True, slots=True)
class DatedShift:
    """某日班次, as the duty roster of the directory wants it."""

    organization_code: str
    person_code: str
    starts_at: datetime
    ends_at: datetime
    in_charge: bool


@dataclass(frozen=True, slots=True)
class RosterReport:
    """导入检查报告 of a roster."""

    shifts: tuple[WeeklyShift, ...]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]

    def dated(self, first_day: date, days: int) -> tuple[DatedShift, ...]:
        """Every shift that begins within the days, in order of time. Refuses TableRefused while there is any fault."""
        if self.faults:
            raise TableRefused(self.faults)
        return tuple(sorted(_dated(self.shifts, first_day, days), key=lambda shift: (shift.starts_at, shift.in_charge)))


def read_weekly_roster(content: bytes, persons: frozenset[str], organizations: frozenset[str]) -> RosterReport:
    """Read a CSV or XLSX file. Persons and organizations by their codes, which must be among those given."""
    table = read_table(content, COLUMNS, limits=_LIMITS)
    shifts, faults = [], list(table.faults)
    for row in table.rows:
        reading = RowReading(row)
        shift = _shift(reading, persons, organizations)
        faults.extend(reading.faults)
        if shift is not None and not reading.faults:
            shifts.append(shift)
    faults.extend(_overlaps(shifts))
    return RosterReport(tuple(shifts), in_file_order(faults), in_file_order(table.notices))


def _shift(reading: RowReading, persons: frozenset[str], organizations: frozenset[str]) -> WeeklyShift | None:
    person, organization = reading.code(PERSON), reading.code(ORGANIZATION)
    if person not in persons:
        reading.fault(PERSON, "unknown-person", f"人员“{person}”没有登记,请先在人员表中登记。")
    if organization not in organizations:
        reading.fault(ORGANIZATION, "unknown-organization", f"机构“{organization}”没有登记,请先在机构表中登记。")
    weekday = _weekday(reading.row[WEEKDAY.name])
    if weekday is None:
        reading.fault(WEEKDAY, "wrong-weekday", f"“{reading.row[WEEKDAY.name]}”不是星期,请填写星期一至星期日。")
    starts, ends = _time(reading, STARTS), _time(reading, ENDS)
    if weekday is None or starts is None or ends is None:
        return None
    in_charge = reading.row[IN_CHARGE.name] in ("是", "带班", "true", "1")
    return WeeklyShift(reading.row.number, weekday, organization, person, starts, ends, in_charge)


def _weekday(text: str) -> int | None:
    bare = unicodedata.normalize("NFKC", text).removeprefix("星期").removeprefix("周")
    return _WEEKDAYS.get(bare) or (int(bare) if bare in tuple("1234567") else None)


def _time(reading: RowReading, column: Column) -> time | None:
    text = unicodedata.normalize("NFKC", reading.row[column.name])
    found = _TIME.fullmatch(text)
    if found is not None and int(found["hour"]) < 24 and int(found["minute"]) < 60:
        return time(int(found["hour"]), int(found["minute"]))
    reading.fault(column, "wrong-time", f"“{text}”不是有效时间,请写成08:00的形式(次日零点写作00:00)。")
    return None


def _overlaps(shifts: Sequence[WeeklyShift]) -> Iterator[Fault]:
    """One person twice at one time, the turn of the week included."""
    monday = date(2026, 1, 5)
    dated = [(shift, shift.on(monday + timedelta(days=shift.weekday - 1))) for shift in shifts]
    week = timedelta(days=7)
    for n, (later, b) in enumerate(dated):
        for earlier, a in dated[:n]:
            if a.person_code != b.person_code:
                continue
            if any(
                a.starts_at < b.ends_at + turn and b.starts_at + turn < a.ends_at for turn in (-week, timedelta(), week)
            ):
                what = f"人员“{later.person_code}”与第{earlier.line}行的班次重叠,请调整时间。"
                yield Fault.at(later.line, PERSON.title, "overlapping-shift", what)


def _dated(shifts: Sequence[WeeklyShift], first_day: date, days: int) -> Iterator[DatedShift]:
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        yield from (shift.on(day) for shift in shifts if shift.weekday == day.isoweekday())
