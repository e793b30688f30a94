"""历史导入的单元格: from the cells of an event log to rows of an old case; each fault names row, column, way out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple, TypeVar

from adapters.imports.faults import nearest
from adapters.imports.history_mapping import IGNORED, HistoryMapping
from adapters.imports.records import bare, tidy
from domain.calls.history.log import OldOrganization, OldRow, OldStep
from domain.calls.words import Grade
from domain.shared.calendar_days import FIRST_YEAR
from domain.shared.urgency import Urgency

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONGEST_CELL = 8_000
_LONGEST_NUMBER = 60
_SEVERAL = re.compile("[、;\uff1b|\n,\uff0c]")
_CHINESE_TIME = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ T]*(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?\s*[分秒]?)?"
)
_Word = TypeVar("_Word", Urgency, Grade)
_ISO_FORMS = frozenset({"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"})
"""Read ten times as fast without strptime."""

_SAID = (
    *("time", "recorded", "organization", "handler", "assistants", "township", "urgency"),
    *("text", "place", "item", "person", "contact", "deadline", "respond_deadline"),
)
"""Keys of the columns that are read of every row, in the order in which `read` takes them."""

_ORIGIN = datetime(2000, 1, 1)  # noqa: DTZ001
_DAY_ONLY = 11
"""A text shorter than this names a day and no time."""


class CellFault(Exception):
    """One cell that can't be read. `key` is the mapping's key of its column."""

    def __init__(self, row: int, key: str, code: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.key = key
        self.code = code
        self.message = message


NumberedCells = tuple[int, Sequence[str]]
"""A row of the file: its number as a spreadsheet shows it, and its cells as they stand there."""


class CaseCells(NamedTuple):
    """One case: its number and its rows, in the order of the file."""

    number: str
    rows: Sequence[NumberedCells]


@dataclass(frozen=True, slots=True)
class LogPlaces:
    """Where the columns stand: by key of the mapping, the attributes by title; the titles by key; how many columns."""

    columns: Mapping[str, int]
    attributes: Sequence[tuple[str, int]]
    titles: Mapping[str, str]
    width: int


class Organizations(NamedTuple):
    """机构 by every name a row may use (compared without blanks and width), and their names for suggestions."""

    known: Mapping[str, OldOrganization]
    names: tuple[str, ...]

    def find(self, name: str) -> OldOrganization | None:
        """The organization of that name or code, or None."""
        return self.known.get(bare(name))

    def near(self, name: str) -> str:
        """Which known names are near, as a question; empty when none is."""
        return nearest(name, self.names)


class CellReader:
    """Reads the rows of one file. `places` says in which column each key of the mapping stands, `width` how many
    columns its header has."""

    def __init__(
        self,
        mapping: HistoryMapping,
        places: Mapping[str, int],
        attributes: Sequence[tuple[str, int]],
        width: int,
        organizations: Organizations,
        now: datetime,
    ) -> None:
        self._mapping = mapping
        self._places = places
        self._picked = itemgetter(*(places.get(key, width) for key in _SAID))
        self._attributes = attributes
        self._width = width
        self._organizations = organizations
        self._now = now
        self._last_year = now.year + 20
        self._origin = datetime.combine(_ORIGIN.date(), _ORIGIN.time(), mapping.zone)
        self._found: dict[str, OldOrganization] = {}
        self._form = "" if mapping.time_format in _ISO_FORMS else mapping.time_format
        self._steps = {bare(word): step for word, step in mapping.activities.items()}
        self._steps |= mapping.activities
        self._urgencies = {bare(one.label): one for one in Urgency} | _bare(mapping.urgencies)
        self._grades = {bare(one.label): one for one in Grade} | _bare(mapping.grades)

    def check_number(self, row: int, cells: Sequence[str]) -> None:
        """Whether row number `row` names a case. Raises CellFault."""
        number = self._cell(row, cells, "case")
        if not number:
            raise CellFault(row, "case", "case-missing", "没有事项编号,不知道属于哪件事项:请补上编号。")
        if len(number) > _LONGEST_NUMBER:
            raise CellFault(row, "case", "case-too-long", f"事项编号超过{_LONGEST_NUMBER}字,请核对列名。")

    def read(self, row: int, cells: Sequence[str]) -> OldRow | None:
        """Row number `row`, or None where its word is left out on purpose. Raises CellFault."""
        if len(cells) > self._width and (more := "".join(cells[self._width :]).strip()):
            what = f"比表头多出内容“{more[:20]}”,可能是内容中的逗号没有加引号,请检查本行。"
            raise CellFault(row, "", "too-many-cells", what)
        word, step = self._activity(row, cells)
        if step is None:
            return None
        time, recorded_at, organization, handler, assistants, township, urgency, *rest = self._said(row, cells)
        text, place, item, person, contact, deadline, respond_deadline = rest
        if not time:
            raise CellFault(row, "time", "time-missing", "没有时间:每一行都须写明办理时间。")
        occurred = recorded = self._past(row, "time", time)
        if recorded_at and recorded_at != time:
            recorded = self._past(row, "recorded", recorded_at)
            if recorded < occurred:
                raise CellFault(row, "recorded", "recorded-before", "登记时间早于办理时间,请核对两列。")
        return OldRow(
            row,
            step,
            word,
            occurred,
            recorded,
            self._named(row, "organization", organization) if organization else None,
            self._named(row, "handler", handler) if handler else None,
            self._several(row, "assistants", assistants) if assistants else (),
            self._named(row, "township", township) if township else None,
            self._of(row, "urgency", urgency, self._urgencies, "urgencies") if urgency else None,
            text,
            place,
            item,
            person,
            contact,
            self._grade(row, cells) if step is OldStep.EVALUATED else None,
            self._moment(row, "deadline", deadline, ends_day=True) if deadline else None,
            self._moment(row, "respond_deadline", respond_deadline, ends_day=True) if respond_deadline else None,
            self._attributes_of(row, cells) if self._attributes else "",
        )

    def _cell(self, row: int, cells: Sequence[str], key: str) -> str:
        place = self._places.get(key, -1)
        text = cells[place] if 0 <= place < len(cells) else ""
        return self._sound(row, key, text) if text else ""

    def _said(self, row: int, cells: Sequence[str]) -> Sequence[str]:
        """What the row says under each key of _SAID; empty where it has no such column. Looked at together: hardly a
        row has anything to put right."""
        missing = self._width - len(cells)
        row_as_wide = (*cells, "") if not missing else (*cells[: self._width], *[""] * (max(missing, 0) + 1))
        said: Sequence[str] = self._picked(row_as_wide)
        whole = f"|{'|'.join(said)}|"
        if not whole.isprintable() or len(whole) > _LONGEST_CELL:
            return [self._sound(row, key, text) for key, text in zip(_SAID, said, strict=True)]
        return [text.strip() for text in said] if "| " in whole or " |" in whole else said

    @staticmethod
    def _sound(row: int, key: str, text: str) -> str:
        if _CONTROL.search(text):
            raise CellFault(row, key, "control-character", "含有无法显示的控制字符,请删去后重新导入。")
        if len(text) > _LONGEST_CELL:
            raise CellFault(row, key, "cell-too-long", f"内容超过{_LONGEST_CELL}字,请精简或作为附件另存。")
        return tidy(text)

    def _attributes_of(self, row: int, cells: Sequence[str]) -> str:
        said = []
        for title, place in self._attributes:
            if place < len(cells) and cells[place]:
                text = self._sound(row, f"attributes:{title}", cells[place])
                said += [f"{title}:{text}"] if text else []
        return "\n".join(said)

    def _activity(self, row: int, cells: Sequence[str]) -> tuple[str, OldStep | None]:
        """The word of the row, and which step it names: None where it is left out on purpose."""
        place = self._places["activity"]
        word = cells[place] if place < len(cells) else ""
        if word not in self._steps:
            word = self._cell(row, cells, "activity")
        return word, self._step(row, word)

    def _step(self, row: int, word: str) -> OldStep | None:
        if not word:
            raise CellFault(row, "activity", "activity-missing", "没有环节,不知道办了什么:请补上。")
        key = word if word in self._steps else bare(word)
        if key not in self._steps:
            near = nearest(word, self._mapping.activities)
            raise CellFault(
                row,
                "activity",
                "unknown-activity",
                f"环节“{word}”没有对应:请在映射文件 activities 中写明它是哪个环节(有意不导入的写“{IGNORED}”)。{near}",
            )
        return self._steps[key]

    def _past(self, row: int, key: str, text: str) -> datetime:
        moment = self._moment(row, key, text)
        if moment > self._now:
            raise CellFault(row, key, "in-the-future", "时间在导入时间之后,请核对时间和时区。")
        return moment

    def _moment(self, row: int, key: str, text: str, *, ends_day: bool = False) -> datetime:
        """A moment in UTC. A day without a time is its first second, for a limit its last."""
        moment = self._parsed(text)
        if moment is None:
            form = f"“{self._mapping.time_format}”" if self._mapping.time_format else "2026-03-01 09:30:00"
            raise CellFault(row, key, "wrong-time", f"“{text[:40]}”不是有效时间,请写成{form}的形式。")
        # Looked at first: what other platforms write for "never" is the first or the last day that there is.
        if FIRST_YEAR <= moment.year <= self._last_year:
            if moment.tzinfo is None:
                moment = self._origin + (moment - _ORIGIN)  # as `replace` would, in a sixth of its time
            if ends_day and len(text) < _DAY_ONLY and ":" not in text:
                moment += timedelta(days=1, seconds=-1)
            moment = moment.astimezone(UTC)
            if moment.year >= FIRST_YEAR:
                return moment
        raise CellFault(row, key, "wrong-time", f"“{text[:40]}”超出工作日历的年份,请核对。")

    def _parsed(self, text: str) -> datetime | None:
        form = self._form
        try:
            if form:
                return datetime.strptime(text, form)  # noqa: DTZ007
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        if form:
            return None
        found = _CHINESE_TIME.fullmatch(text)
        try:
            return datetime(*(int(part or 0) for part in found.groups())) if found else None  # type: ignore[arg-type] # noqa: DTZ001
        except ValueError:
            return None

    def _several(self, row: int, key: str, names: str) -> tuple[OldOrganization, ...]:
        return tuple(self._named(row, key, name.strip()) for name in _SEVERAL.split(names) if name.strip())

    def _named(self, row: int, key: str, name: str) -> OldOrganization:
        organization = self._found.get(name)
        if organization is None:
            organization = self._looked_up(name)
            if organization is None:
                raise CellFault(
                    row,
                    key,
                    "unknown-organization",
                    f"名录中没有机构“{name}”。{self._organizations.near(name)}"
                    "请先登记该机构或其挂牌名称,或在映射文件 organizations 中写明它是名录中的哪个机构。",
                )
            self._found[name] = organization
        return organization

    def _looked_up(self, name: str) -> OldOrganization | None:
        renamed = {bare(old): new for old, new in self._mapping.organizations.items()}
        return self._organizations.find(renamed.get(bare(name), name))

    def _grade(self, row: int, cells: Sequence[str]) -> Grade | None:
        return self._of(row, "grade", self._cell(row, cells, "grade"), self._grades, "grades")

    @staticmethod
    def _of(row: int, key: str, text: str, words: Mapping[str, _Word], where: str) -> _Word | None:
        if not text:
            return None
        found = words.get(text) or words.get(bare(text))
        if found is None:
            raise CellFault(
                row, key, f"unknown-{key}", f"“{text[:40]}”没有对应:请在映射文件 {where} 中写明它是哪一等。"
            )
        return found


def _bare(words: Mapping[str, _Word]) -> dict[str, _Word]:
    return {bare(word): one for word, one in words.items()}
