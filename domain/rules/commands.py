"""规则的办理: what can be asked about documents, limits, reasons and offices; and every command of the subject.

The calendar's own commands stand in calendar_commands.py. Only the county's administrators keep the rules.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.directory.register import organization_known
from domain.rules import calendar_commands, notice_commands, refusals
from domain.rules import events as e
from domain.rules.authority import cite, require_rule_keeper, today
from domain.rules.streams import (
    LimitRules,
    OfficeRules,
    ReasonRules,
    RuleDocuments,
    evolve_documents,
    evolve_limits,
    evolve_offices,
    evolve_reasons,
    rules_stream,
)
from domain.rules.words import LimitKind, Office, ReasonList, RuleStream
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.events import Event
from domain.shared.urgency import Urgency

LONGEST = 3_650
"""No limit is longer than ten years, whatever its unit: a typing error, not a rule."""


class AdoptRuleDocument(Command):
    """登记规则文件."""

    wire: ClassVar[str] = "rules.adopt_document"
    title: ClassVar[str] = "登记规则文件"

    number: str = Field(title="文号", min_length=1, max_length=100)
    name: str = Field(title="文件名称", min_length=1, max_length=200)
    issuer: str = Field(title="发文机关", min_length=1, max_length=100)
    effective_from: date = Field(title="施行日期")
    sample: bool = Field(default=False, title="示例文件(待本县正式文件替换)")


class LimitLine(BaseModel):
    """时限表的一行: how long, for which kind and urgency, by which document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: LimitKind = Field(title="时限种类")
    urgency: Urgency = Field(title="紧急程度")
    amount: int = Field(title="时长", gt=0, le=LONGEST)
    unit: LimitUnit = Field(title="单位")
    count_from: CountFrom = Field(default=CountFrom.EVENT, title="起算")
    basis: e.Basis = Field(title="依据")

    def limit(self) -> Limit:
        """The limit as clocks use it, citing its basis."""
        return Limit(amount=self.amount, unit=self.unit, count_from=self.count_from, basis=str(self.basis))


class SetLimits(Command):
    """设定时限: one or many at once. Lines that hold already are left alone."""

    wire: ClassVar[str] = "rules.set_limits"
    title: ClassVar[str] = "设定时限"

    lines: tuple[LimitLine, ...] = Field(title="时限", min_length=1, max_length=300)


class ReviseReasons(Command):
    """修订理由清单: the whole list from now on."""

    wire: ClassVar[str] = "rules.revise_reasons"
    title: ClassVar[str] = "修订理由清单"

    list: ReasonList = Field(title="清单")
    reasons: tuple[e.Reason, ...] = Field(title="理由", min_length=1, max_length=100)
    basis: e.Basis = Field(title="依据")


class ChargeOffice(Command):
    """确定职能承担机构."""

    wire: ClassVar[str] = "rules.charge_office"
    title: ClassVar[str] = "确定职能承担机构"

    office: Office = Field(title="职能")
    organization: UUID = Field(title="机构")
    document: str = Field(default="", title="依据文号", max_length=100)


def adopt_rule_document(command: AdoptRuleDocument, desk: Desk) -> Sequence[Event]:
    """登记规则文件. Refuses NotRuleKeeper, DocumentKnown."""
    require_rule_keeper(desk)
    stream = rules_stream(desk.envelope.node, RuleStream.DOCUMENTS)
    known = desk.streams.find(stream, evolve_documents) or RuleDocuments()
    if command.number in known.documents:
        raise refusals.DocumentKnown(field="number")
    return [
        e.RuleDocumentAdopted.at_version(
            stream,
            known.version + 1,
            desk.envelope,
            number=command.number,
            title=command.name,
            issuer=command.issuer,
            effective_from=command.effective_from,
            sample=command.sample,
        )
    ]


def set_limits(command: SetLimits, desk: Desk) -> Sequence[Event]:
    """设定时限: one fact for each line that changes something.

    Refuses NotRuleKeeper, LimitTwice, UnknownDocument, DocumentNotYetEffective, NothingChanged.
    """
    require_rule_keeper(desk)
    named = [(line.kind, line.urgency) for line in command.lines]
    if len(set(named)) != len(named):
        raise refusals.LimitTwice(field="lines")
    for basis in {line.basis for line in command.lines}:
        cite(desk, basis, today(desk))
    stream = rules_stream(desk.envelope.node, RuleStream.LIMITS)
    known = desk.streams.find(stream, evolve_limits) or LimitRules()
    changed = [line for line in command.lines if known.limits.get((line.kind, line.urgency)) != line.limit()]
    if not changed:
        raise refusals.NothingChanged(field="lines")
    return [
        e.LimitSet.at_version(
            stream,
            known.version + place,
            desk.envelope,
            kind=line.kind,
            urgency=line.urgency,
            limit=line.limit(),
            basis=line.basis,
            was=known.limits.get((line.kind, line.urgency)),
        )
        for place, line in enumerate(changed, start=1)
    ]


def revise_reasons(command: ReviseReasons, desk: Desk) -> Sequence[Event]:
    """修订理由清单. Refuses NotRuleKeeper, CodeTwice, UnknownDocument, DocumentNotYetEffective, NothingChanged."""
    require_rule_keeper(desk)
    if len({reason.code for reason in command.reasons}) != len(command.reasons) or len(
        {reason.text for reason in command.reasons}
    ) != len(command.reasons):
        raise refusals.CodeTwice(field="reasons")
    cite(desk, command.basis, today(desk))
    stream = rules_stream(desk.envelope.node, RuleStream.REASONS)
    known = desk.streams.find(stream, evolve_reasons) or ReasonRules()
    if known.lists.get(command.list) == command.reasons:
        raise refusals.NothingChanged(field="reasons")
    return [
        e.ReasonListRevised.at_version(
            stream,
            known.version + 1,
            desk.envelope,
            list=command.list,
            reasons=command.reasons,
            basis=command.basis,
        )
    ]


def charge_office(command: ChargeOffice, desk: Desk) -> Sequence[Event]:
    """确定职能承担机构.

    Refuses NotRuleKeeper, UnknownOrganization, OrganizationGone, UnknownDocument, NothingChanged.
    """
    require_rule_keeper(desk)
    organization = organization_known(desk.streams, command.organization)
    organization.check_standing(desk.envelope.recorded_at)
    if command.document:
        cite(desk, e.Basis(document=command.document), today(desk))
    stream = rules_stream(desk.envelope.node, RuleStream.OFFICES)
    known = desk.streams.find(stream, evolve_offices) or OfficeRules()
    holder = known.offices.get(command.office)
    if holder is not None and (holder.organization, holder.name) == (organization.id, organization.name):
        raise refusals.NothingChanged(field="organization")
    return [
        e.OfficeCharged.at_version(
            stream,
            known.version + 1,
            desk.envelope,
            office=command.office,
            organization=organization.id,
            organization_name=organization.name,
            was=holder and holder.organization,
            document=command.document,
        )
    ]


HANDLERS: Handlers = {
    **calendar_commands.HANDLERS,
    **notice_commands.HANDLERS,
    AdoptRuleDocument: adopt_rule_document,
    SetLimits: set_limits,
    ReviseReasons: revise_reasons,
    ChargeOffice: charge_office,
}
