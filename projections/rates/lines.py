"""计数项的清单: the lines behind figures and of the record, as a list shows them: newest first, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, select, tuple_

from domain.shared.refusals import Invalid
from projections.rates.tables import counted, matters

PAGE = 50

Place = tuple[UUID, int]
"""An obligation: the call that it stands in, or the matter of its supervision, and its number there."""


@dataclass(frozen=True, slots=True)
class CountedLine:
    """计数项 as a list shows it. `evidence`: how many of the bearer's facts on the whole call brought files; the files
    given for the line itself are counted beside it (projections/calls/evidence.py). `matter`: of what an order or a
    circular asked, by its number `entry` there and in words; no figure counts such a line."""

    call: UUID
    number: str
    place: int
    action: str
    organization: UUID
    organization_name: str
    township: UUID
    township_name: str
    item: str
    item_title: str
    marks: int
    performance: str
    moment: datetime
    opened_at: datetime
    performed_at: datetime | None
    ended_at: datetime | None
    evidence: int
    statements: int
    excuses: str
    matter: UUID | None = None
    entry: int = 0
    document: str = ""

    @property
    def key(self) -> Place:
        """Which obligation it is."""
        return self.matter or self.call, self.place

    @property
    def place_in_list(self) -> str:
        """What to pass as `after` for what comes behind it."""
        return "|".join((self.moment.isoformat(), *map(str, self.key)))


def one_page(lines: Iterable[CountedLine], most: int = PAGE) -> list[CountedLine]:
    """The first of some lines, newest first."""
    return sorted(lines, key=in_list, reverse=True)[:most]


def in_list(line: CountedLine) -> tuple[datetime, UUID, int]:
    """Where a line stands in a list, oldest first."""
    return line.moment, *line.key


def newest_first(chosen: ColumnElement[bool], after: str = "") -> Select[Any]:
    """Lines, newest moment first, behind a place."""
    order = (counted.c.moment, counted.c.stream_id, counted.c.place)
    wanted = select(counted).where(chosen).order_by(*(column.desc() for column in order))
    return wanted.where(tuple_(*order) < place_in(after)) if after else wanted


def with_numbers(page: Subquery) -> Select[Any]:
    """A page of lines with the numbers and townships of their calls."""
    order = (page.c.moment, page.c.stream_id, page.c.place)
    return (
        select(page, matters.c.number, matters.c.township_name)
        .join(matters, matters.c.stream_id == page.c.stream_id)
        .order_by(*(column.desc() for column in order))
    )


def place_in(after: str) -> tuple[datetime, UUID, int]:
    """The parts of a page's place. Refuses Invalid for anything we did not hand out."""
    split = after.split("|")
    try:
        if len(split) != 3 or (moment := datetime.fromisoformat(split[0])).tzinfo is None:
            raise ValueError(after)
        place = int(split[2])
        if not -1 <= place < 30_000:
            raise ValueError(after)
        return moment, UUID(split[1]), place
    except ValueError:
        raise Invalid("翻页位置无效,请从第一页重新查看。", field="after") from None


def counted_line(row: Any) -> CountedLine:
    """A row of `with_numbers` as a list shows it."""
    return CountedLine(
        call=row.stream_id,
        number=row.number,
        place=row.place,
        action=row.action,
        organization=row.organization,
        organization_name=row.organization_name,
        township=row.township,
        township_name=row.township_name,
        item=row.item,
        item_title=row.item_title,
        marks=row.marks,
        performance=row.performance,
        moment=row.moment,
        opened_at=row.opened_at,
        performed_at=row.performed_at,
        ended_at=row.ended_at,
        evidence=row.evidence,
        statements=row.statements,
        excuses=row.excuses,
    )
