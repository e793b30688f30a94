"""历史导入: what an older platform recorded of one case, told as the facts of a call.

Pure: rows come in with their own times, facts go out that `domain.calls.fold.evolve` folds into a sane call. The order
in which the rows stand in their file says nothing; the same rows always give the same facts (docs/decisions/0036).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID, uuid5

from domain.calls.events import OrganizationRef
from domain.calls.words import BasisKind, Evaluator, Grade
from domain.directory.kinds import OrganizationKind
from domain.rules.words import LimitKind
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import Limit
from domain.shared.identifiers import stream_id
from domain.shared.labels import Labelled
from domain.shared.urgency import Urgency


class OldStep(Labelled):
    """原平台环节: what a row of an older platform says was done. Rows of one moment are told in this order."""

    SUBMITTED = "submitted", "提交呼叫"
    ENDORSED = "endorsed", "镇街签发"
    SENT_BACK = "sent_back", "退回补正"
    SUPPLEMENTED = "supplemented", "补正"
    ACCEPTED = "accepted", "受理"
    DECLINED = "declined", "不予受理"
    HANDED_OVER = "handed_over", "移交其他渠道"
    DISPATCHED = "dispatched", "派发"
    OBJECTED = "objected", "提出承办异议"
    OBJECTION_UPHELD = "objection_upheld", "异议成立"
    OBJECTION_REJECTED = "objection_rejected", "异议不成立"
    RESPONDED = "responded", "响应"
    ARRIVED = "arrived", "到达现场"
    PROGRESS = "progress", "报告进展"
    ASSISTED = "assisted", "完成协办"
    RESULT = "result", "报告办理结果"
    CONFIRMED = "confirmed", "现场确认"
    REWORK = "rework", "退回重办"
    RESOLVED = "resolved", "核实办结"
    EVALUATED = "evaluated", "评价"
    CLOSED = "closed", "归档"
    WITHDRAWN = "withdrawn", "撤回呼叫"
    NOTE = "note", "备注"


_PLACE_IN_A_MOMENT = {step: place for place, step in enumerate(OldStep)}


class OldOrganization(NamedTuple):
    """机构 of the directory, as a row names it."""

    ref: OrganizationRef
    kind: OrganizationKind
    vertical: bool = False

    @property
    def id(self) -> UUID:
        """Its stream."""
        return self.ref.id


class OldRow(NamedTuple):
    """原平台的一行: one thing done on a case. `number` is the row's in its file, `word` the old platform's own word.

    `recorded_at` is when the old platform noted it; where it kept no such time, the same as `occurred_at`.
    `due` and `respond_due` are the limits it set, if it kept them.
    """

    number: int
    step: OldStep
    word: str
    occurred_at: datetime
    recorded_at: datetime
    organization: OldOrganization | None = None
    handler: OldOrganization | None = None
    assistants: tuple[OldOrganization, ...] = ()
    township: OldOrganization | None = None
    urgency: Urgency | None = None
    text: str = ""
    place: str = ""
    item: str = ""
    person: str = ""
    contact: str = ""
    grade: Grade | None = None
    due: datetime | None = None
    respond_due: datetime | None = None


class HistoryFault(Exception):
    """差错: why a case can't be told; nothing of it then stands. `field` is the field of OldRow that must be mended."""

    def __init__(self, row: int, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.field = field
        self.code = code
        self.message = message


@dataclass(frozen=True)
class HistoryTerms:
    """导入条件: what is the same for all cases of one import.

    `source` names the older platform and, with `node`, every call made of it: it must never change. `basis` is what the
    county says it dispatched on there. `endorses`, `closes`: the old platform has a step of its own for it. Without a
    recorded limit the county's limits and calendar are counted with.
    """

    node: str
    source: str
    file: str
    imported_at: datetime
    platform: OrganizationRef
    basis: BasisKind
    reference: str
    calendar: WorkingCalendar
    limits: Mapping[tuple[LimitKind, Urgency], Limit]
    endorses: bool = False
    closes: bool = False
    evaluator: Evaluator = Evaluator.TOWNSHIP

    @cached_property
    def import_id(self) -> UUID:
        """What all facts of this older platform have in common (their correlation)."""
        return stream_id(self.node, "history-import", self.source)


@dataclass(frozen=True)
class OldCase:
    """原平台的一件事项: its number there and all rows known of it now."""

    number: str
    rows: Sequence[OldRow]
    terms: HistoryTerms

    @cached_property
    def stream(self) -> UUID:
        """The call it becomes: the same whenever it is imported."""
        return stream_id(self.terms.node, "history-call", f"{self.terms.source}/{self.number}")

    @cached_property
    def ordered(self) -> tuple[OldRow, ...]:
        """By recorded time, then claimed time; within one moment as the steps follow each other."""
        return tuple(sorted(self.rows, key=_place_in_time))

    @cached_property
    def row_ids(self) -> tuple[UUID, ...]:
        """Names the ordered rows by what they say was done, when and by whom: not by their place in a file, which
        another export changes, nor by their text, which stands in clear nowhere."""
        seen: dict[str, int] = {}
        ids = []
        for row in self.ordered:
            by = row.organization.id.hex if row.organization else ""
            said = f"{row.word}|{row.occurred_at.timestamp()}|{row.recorded_at.timestamp()}|{by}"
            seen[said] = again = seen.get(said, -1) + 1
            ids.append(uuid5(self.stream, f"{said}|{again}"))
        return tuple(ids)

    @cached_property
    def command_id(self) -> UUID:
        """The import of just these rows of this case: done once for ever."""
        return uuid5(self.stream, sha256(b"".join(id_.bytes for id_ in self.row_ids)).hexdigest())


def _place_in_time(row: OldRow) -> tuple[datetime, datetime, int, str, int]:
    return (row.recorded_at, row.occurred_at, _PLACE_IN_A_MOMENT[row.step], row.word, row.number)
