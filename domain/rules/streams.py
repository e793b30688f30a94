"""规则的状态: the six rule streams of a node, each folded on its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from domain.rules.events import (
    Basis,
    HolidayNoticeLoaded,
    LimitSet,
    NoticeRuleSet,
    OfficeCharged,
    OutageDeclared,
    Reason,
    ReasonListRevised,
    RuleDocumentAdopted,
    RuleEvent,
    WorkingHoursSet,
)
from domain.rules.notice_rule import NoticeRule
from domain.rules.refusals import CalendarNotSet
from domain.rules.words import LimitKind, Office, OutageKind, ReasonList, RuleStream
from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.deadlines import Limit
from domain.shared.identifiers import stream_id
from domain.shared.urgency import Urgency


def rules_stream(node: str, stream: RuleStream | str) -> UUID:
    """The identifier of a rule stream of a node; everybody computes it alike."""
    return stream_id(node, "rules", RuleStream(stream).value)


@dataclass(frozen=True, slots=True)
class Outage:
    """平台故障: justifies for all, from `starts_at` until `ends_at`."""

    kind: OutageKind
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class CalendarRules:
    """日历规则: notices and hours in the order they were recorded, and the outages."""

    version: int = 0
    notices: tuple[HolidayNotice, ...] = ()
    hours: tuple[WorkingHours, ...] = ()
    outages: tuple[Outage, ...] = ()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The calendar in force, built once for a state. Refuses CalendarNotSet."""
        if not self.hours:
            raise CalendarNotSet
        return WorkingCalendar(self.notices, self.hours)


@dataclass(frozen=True, slots=True)
class LimitRules:
    """时限规则: the limit of every kind and urgency."""

    version: int = 0
    limits: Mapping[tuple[LimitKind, Urgency], Limit] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ReasonRules:
    """理由清单: every closed list as it stands."""

    version: int = 0
    lists: Mapping[ReasonList, tuple[Reason, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """规则文件."""

    number: str
    title: str
    issuer: str
    effective_from: date
    sample: bool


@dataclass(frozen=True, slots=True)
class RuleDocuments:
    """规则文件: every adopted document by its number."""

    version: int = 0
    documents: Mapping[str, RuleDocument] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ChargedOffice:
    """承担机构: who holds an office, and the document by which it was charged with it."""

    organization: UUID
    name: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """职能承担: every office with its holder."""

    version: int = 0
    offices: Mapping[Office, ChargedOffice] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """通知规则 as it stands, with the document it stands on; None where none was set."""

    version: int = 0
    rule: NoticeRule | None = None
    basis: Basis | None = None


def evolve_calendar(state: CalendarRules | None, event: RuleEvent) -> CalendarRules:
    """One step of the calendar stream."""
    state = replace(state or CalendarRules(), version=event.originator_version)
    match event:
        case HolidayNoticeLoaded():
            return replace(state, notices=(*state.notices, event.notice))
        case WorkingHoursSet():
            return replace(state, hours=(*state.hours, event.hours))
        case OutageDeclared():
            outage = Outage(event.kind, event.starts_at, event.ends_at)
            return replace(state, outages=(*state.outages, outage))
        case _:
            return state


def evolve_limits(state: LimitRules | None, event: RuleEvent) -> LimitRules:
    """One step of the limits stream."""
    limits = (state or LimitRules()).limits
    if isinstance(event, LimitSet) and isinstance(event.kind, LimitKind):
        limits = MappingProxyType({**limits, (event.kind, event.urgency): event.limit})
    return LimitRules(event.originator_version, limits)


def evolve_reasons(state: ReasonRules | None, event: RuleEvent) -> ReasonRules:
    """One step of the reasons stream."""
    lists = (state or ReasonRules()).lists
    if isinstance(event, ReasonListRevised):
        lists = MappingProxyType({**lists, event.list: event.reasons})
    return ReasonRules(event.originator_version, lists)


def evolve_documents(state: RuleDocuments | None, event: RuleEvent) -> RuleDocuments:
    """One step of the documents stream."""
    documents = (state or RuleDocuments()).documents
    if isinstance(event, RuleDocumentAdopted):
        document = RuleDocument(event.number, event.title, event.issuer, event.effective_from, event.sample)
        documents = MappingProxyType({**documents, event.number: document})
    return RuleDocuments(event.originator_version, documents)


def evolve_offices(state: OfficeRules | None, event: RuleEvent) -> OfficeRules:
    """One step of the offices stream."""
    offices = (state or OfficeRules()).offices
    if isinstance(event, OfficeCharged):
        offices = MappingProxyType(
            {**offices, event.office: ChargedOffice(event.organization, event.organization_name, event.document)}
        )
    return OfficeRules(event.originator_version, offices)


def evolve_notices(state: NoticeRules | None, event: RuleEvent) -> NoticeRules:
    """One step of the notices stream."""
    if isinstance(event, NoticeRuleSet):
        return NoticeRules(event.originator_version, event.rule, event.basis)
    return replace(state or NoticeRules(), version=event.originator_version)
