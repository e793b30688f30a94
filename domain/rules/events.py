"""规则的事实: what the county's rules are, each citing the document that says so."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.rules.notice_rule import NoticeRule
from domain.rules.words import FormerLimitKind, LimitKind, Office, OutageKind, ReasonList
from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.deadlines import Instant, Limit
from domain.shared.events import Event, SealedText
from domain.shared.urgency import Urgency


class RuleEvent(Event):
    """规则事实."""


class Basis(BaseModel):
    """依据: the number of an adopted rule document and the clause in it."""

    model_config = ConfigDict(frozen=True)

    document: str = Field(title="文号", min_length=1, max_length=100)
    clause: str = Field(default="", title="条款", max_length=200)

    def __str__(self) -> str:
        """As a reader cites it."""
        return f"{self.document} {self.clause}".strip()


class Reason(BaseModel):
    """理由: one ground of a closed list. `code` is for ever; the text is what people choose by."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(title="代码", pattern=r"^[a-z][a-z0-9_]{0,59}$")
    text: str = Field(title="理由", min_length=2, max_length=200)


class RuleDocumentAdopted(RuleEvent, wire="rules.RuleDocumentAdopted"):
    """规则文件施行: limits and grounds may cite it from its effective date on. `sample`: shipped as an example, to be
    replaced by the county's own document."""

    number: str
    title: str
    issuer: str
    effective_from: date
    sample: bool = False


class HolidayNoticeLoaded(RuleEvent, wire="rules.HolidayNoticeLoaded"):
    """放假通知载入. Amends what earlier notices of that year say about the days it names."""

    notice: HolidayNotice
    amends: tuple[str, ...] = ()
    source: str = ""


class WorkingHoursSet(RuleEvent, wire="rules.WorkingHoursSet"):
    """工作时间设定, from its own date on."""

    hours: WorkingHours
    basis: Basis


class OutageDeclared(RuleEvent, wire="rules.OutageDeclared"):
    """平台故障公布: justifies for everybody what could not be done meanwhile."""

    kind: OutageKind
    starts_at: Instant
    ends_at: Instant
    description: SealedText


class LimitSet(RuleEvent, wire="rules.LimitSet"):
    """时限设定: replaces the limit of that kind and urgency for clocks that start from now on."""

    kind: LimitKind | FormerLimitKind
    urgency: Urgency
    limit: Limit
    basis: Basis
    was: Limit | None = None


class ReasonListRevised(RuleEvent, wire="rules.ReasonListRevised"):
    """理由清单修订: the whole list from now on. Facts keep the words they were recorded with."""

    list: ReasonList
    reasons: tuple[Reason, ...]
    basis: Basis


class NoticeRuleSet(RuleEvent, wire="rules.NoticeRuleSet"):
    """通知规则设定: how people are told of what is recorded from now on."""

    rule: NoticeRule
    basis: Basis
    was: NoticeRule | None = None


class OfficeCharged(RuleEvent, wire="rules.OfficeCharged"):
    """职能确定: which organization holds an office from now on."""

    office: Office
    organization: UUID
    organization_name: str
    was: UUID | None = None
    document: str = ""
