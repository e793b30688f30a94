"""历史导入: what an older platform recorded of one case, row by row, and what is wrong with it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.calls.events import OrganizationRef
from domain.calls.words import Grade
from domain.directory.kinds import OrganizationKind
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
    `due` and `respond_due` are the limits it set, if it kept them; `attributes` what else is to be kept, in words.
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
    attributes: str = ""


class HistoryFault(Exception):
    """差错: why a case can't be told; nothing of it then stands. `field` is the field of OldRow that must be mended."""

    def __init__(self, row: int, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.field = field
        self.code = code
        self.message = message
