"""放假通知导入: holiday notices from the chinesecalendar package and from files (JSON or CSV).

A notice file holds one notice a row: year, number, days off, make-up days. In CSV the days are separated by blanks,
commas (of either width) or 、, and `2026-05-01~2026-05-05` names every day of a span. A JSON file is a list of objects
with `year`, `number`, `off_days`, `make_up_days`, the days as lists of the same words. Headings may be Chinese.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from io import StringIO

from chinese_calendar import constants
from pydantic import ValidationError

from domain.shared.calendar_days import HolidayNotice
from domain.shared.refusals import Invalid

LARGEST = 1_000_000
"""Bytes of a notice file: a century of notices takes less than a tenth of it."""

_HEADINGS = {
    "year": "year",
    "年度": "year",
    "年份": "year",
    "number": "number",
    "文号": "number",
    "off_days": "off_days",
    "放假日": "off_days",
    "放假日期": "off_days",
    "make_up_days": "make_up_days",
    "上班日": "make_up_days",
    "调休上班日": "make_up_days",
}
_NAMES = {"year": "年度", "number": "文号", "off_days": "放假日", "make_up_days": "调休上班日"}
_SEPARATORS = re.compile(r"[\s,\uff0c、;\uff1b]+")
_SPAN = re.compile(r"[~\uff5e至]")
_LONGEST_SPAN = 60


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong in a notice file. Rows are counted as the reader sees them, the heading is 1; 0 is the file."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"第{self.row}行:{self.message}" if self.row else self.message


class NoticeFileRefused(Invalid):
    """A notice file with faults; every one is named, nothing of the file is taken."""

    code = "holiday-notice-file"
    rule = "放假通知文件有误,未载入任何内容,请按提示改正后重新导入。"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        told = ";".join(str(fault) for fault in self.faults[:5])
        more = f"等{len(self.faults)}处" if len(self.faults) > 5 else ""
        super().__init__(f"放假通知文件有误,未载入任何内容:{told}{more}。请改正后重新导入。", field="file")


def chinesecalendar_source() -> str:
    """Which release of the package the notices come from, for the record."""
    return f"chinesecalendar {version('chinesecalendar')}"


def notices_of_chinesecalendar(numbers: Mapping[int, Sequence[str]]) -> list[HolidayNotice]:
    """One notice a year from 2004 on, as the package knows the year: amended ones as they finally were.

    The package names no document numbers; `numbers` gives them by year. A day of last December that a notice moved
    stands in the year it lies in, as the package has it.
    """
    off, make_up = defaultdict(list), defaultdict(list)
    for day in constants.holidays:
        off[day.year].append(day)
    for day in constants.workdays:
        make_up[day.year].append(day)
    return [
        HolidayNotice(
            year=year,
            number=_number(year, numbers.get(year, ())),
            off_days=tuple(sorted(off[year])),
            make_up_days=tuple(sorted(make_up[year])),
        )
        for year in sorted({*off, *make_up})
    ]


def read_notices(name: str, content: bytes) -> list[HolidayNotice]:
    """The notices of a file, in order; `name` tells JSON from CSV. Refuses NoticeFileRefused, naming every fault."""
    if len(content) > LARGEST:
        raise NoticeFileRefused([RowFault(0, "文件过大,放假通知文件不超过1MB")])
    rows = _json_rows(content) if name.lower().endswith(".json") else _csv_rows(content)
    notices, faults, seen = [], [], dict[tuple[int, str], int]()
    for row, fields in rows:
        try:
            notice = _notice(fields)
        except _Fault as fault:
            faults.append(RowFault(row, str(fault)))
            continue
        earlier = seen.setdefault((notice.year, notice.number), row)
        if earlier != row:
            faults.append(RowFault(row, f"{notice.year}年 {notice.number} 与第{earlier}行重复"))
        notices.append(notice)
    if not notices and not faults:
        faults.append(RowFault(0, "文件中没有放假通知"))
    if faults:
        raise NoticeFileRefused(faults)
    return notices


class _Fault(Exception):
    """What is wrong with one row."""


def _number(year: int, numbers: Sequence[str]) -> str:
    if not numbers:
        return f"{year}年放假安排(文号未录)"
    first, *amending = numbers
    return f"{first}(经{'、'.join(amending)}调整)" if amending else first


def _json_rows(content: bytes) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        parsed = json.loads(_decode(content))
    except ValueError as error:
        raise NoticeFileRefused([RowFault(0, f"不是有效的JSON文件({error})")]) from error
    if not isinstance(parsed, list):
        raise NoticeFileRefused([RowFault(0, "JSON文件应为通知的列表")])
    for row, entry in enumerate(parsed, start=1):
        yield row, entry if isinstance(entry, dict) else {}


def _csv_rows(content: bytes) -> Iterator[tuple[int, Mapping[str, object]]]:
    reader = csv.reader(StringIO(_decode(content), newline=""))
    heading = [_HEADINGS.get(cell.strip(), "") for cell in next(reader, [])]
    missing = [_NAMES[name] for name in ("year", "number", "off_days") if name not in heading]
    if missing:
        raise NoticeFileRefused([RowFault(1, f"表头缺少列:{'、'.join(missing)}")])
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, {name: cell for name, cell in zip(heading, cells, strict=False) if name}


def _decode(content: bytes) -> str:
    """UTF-8, or what spreadsheet programs write on Chinese systems."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoticeFileRefused([RowFault(0, "文件编码无法识别,请另存为UTF-8格式")])


def _notice(fields: Mapping[str, object]) -> HolidayNotice:
    known = {_HEADINGS.get(str(name).strip(), ""): value for name, value in fields.items()}
    year, number = str(known.get("year") or "").strip(), str(known.get("number") or "").strip()
    if not re.fullmatch(r"20\d\d", year):
        raise _Fault(f"年度“{year}”应为四位年份")
    if not number:
        raise _Fault("缺少文号")
    off_days, make_up_days = (tuple(_days(known.get(name), _NAMES[name])) for name in ("off_days", "make_up_days"))
    try:
        return HolidayNotice(year=int(year), number=number, off_days=off_days, make_up_days=make_up_days)
    except Invalid as refusal:
        raise _Fault(refusal.message.rstrip("。")) from refusal
    except ValidationError as error:
        raise _Fault(f"文号或日期过多过长({error.error_count()}处)") from error


def _days(value: object, name: str) -> Iterator[date]:
    words = value if isinstance(value, list) else _SEPARATORS.split(str(value or "").strip())
    for word in words:
        if not str(word).strip():
            continue
        first, *rest = (_day(part.strip(), name) for part in _SPAN.split(str(word), maxsplit=1))
        last = rest[0] if rest else first
        if not 0 <= (last - first).days < _LONGEST_SPAN:
            raise _Fault(f"{name}“{word}”的起止日期有误")
        yield from (first + timedelta(days=place) for place in range((last - first).days + 1))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Fault(f"{name}“{text}”不是有效日期,应写作2026-05-01") from None
