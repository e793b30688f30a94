"""规则汇编: all the rules in force, read together from the rule streams."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from domain.directory.register import heir_of
from domain.rules.events import Reason
from domain.rules.notice_rule import NoticeRule
from domain.rules.refusals import LimitNotSet, NoticeRuleNotSet, OfficeNotCharged
from domain.rules.streams import (
    CalendarRules,
    ChargedOffice,
    LimitRules,
    NoticeRules,
    OfficeRules,
    Outage,
    ReasonRules,
    RuleDocument,
    RuleDocuments,
    evolve_calendar,
    evolve_documents,
    evolve_limits,
    evolve_notices,
    evolve_offices,
    evolve_reasons,
    rules_stream,
)
from domain.rules.words import LimitKind, Office, ReasonList, RuleStream
from domain.shared.calendar import WorkingCalendar
from domain.shared.commands import Fold, State, Streams
from domain.shared.deadlines import Limit
from domain.shared.urgency import Urgency

__all__ = [
    "ItemLimits",
    "LimitKind",
    "Office",
    "ReasonList",
    "Rulebook",
    "rulebook_of",
]

ItemLimits = Mapping[tuple[LimitKind, Urgency], Limit]
"""事项时限: the limits a list item sets of its own."""


class Rulebook:
    """规则汇编: limits, closed reason lists, documents, charged offices, and the calendar in force.

    Reads each rule stream at most once, and only when it is asked about: a command that needs a limit and the calendar
    costs two reads, not five. Take a new one for every command.
    """

    def __init__(self, streams: Streams, node: str) -> None:
        self._streams = streams
        self._node = node

    @cached_property
    def _calendar_rules(self) -> CalendarRules:
        return self._read(RuleStream.CALENDAR, evolve_calendar) or CalendarRules()

    @cached_property
    def _limit_rules(self) -> LimitRules:
        return self._read(RuleStream.LIMITS, evolve_limits) or LimitRules()

    @cached_property
    def _reason_rules(self) -> ReasonRules:
        return self._read(RuleStream.REASONS, evolve_reasons) or ReasonRules()

    @cached_property
    def _rule_documents(self) -> RuleDocuments:
        return self._read(RuleStream.DOCUMENTS, evolve_documents) or RuleDocuments()

    @cached_property
    def _office_rules(self) -> OfficeRules:
        return self._read(RuleStream.OFFICES, evolve_offices) or OfficeRules()

    @cached_property
    def _notice_rules(self) -> NoticeRules:
        return self._read(RuleStream.NOTICES, evolve_notices) or NoticeRules()

    def _read(self, stream: RuleStream, fold: Fold[State]) -> State | None:
        return self._streams.find(rules_stream(self._node, stream), fold)

    @property
    def calendar(self) -> WorkingCalendar:
        """工作日历. Refuses CalendarNotSet."""
        return self._calendar_rules.calendar

    @property
    def calendar_version(self) -> int:
        """How often notices, hours and outages have been recorded; 0: never."""
        return self._calendar_rules.version

    def limit(self, kind: LimitKind, urgency: Urgency, item_limits: ItemLimits | None = None) -> Limit:
        """时限: an item's own limit beats the county's. Refuses LimitNotSet."""
        own = (item_limits or {}).get((kind, urgency))
        limit = own or self._limit_rules.limits.get((kind, urgency))
        if limit is None:
            raise LimitNotSet(
                f"本县尚未设定{urgency.label}事项的“{kind.label}”时限,无法计算办理期限,"
                "请县级系统管理员依据文件设定后再办理。"
            )
        return limit

    def limits(self) -> ItemLimits:
        """Every limit the county has set."""
        return self._limit_rules.limits

    def reasons(self, reasons: ReasonList) -> tuple[Reason, ...]:
        """理由清单: the grounds one may choose from now; empty when the county has set none."""
        return self._reason_rules.lists.get(reasons, ())

    def reason(self, reasons: ReasonList, code: str) -> str | None:
        """The words of a ground, or None when the list does not hold it."""
        return next((reason.text for reason in self.reasons(reasons) if reason.code == code), None)

    def document(self, number: str) -> RuleDocument | None:
        """规则文件 by its number."""
        return self._rule_documents.documents.get(number)

    def documents(self) -> tuple[RuleDocument, ...]:
        """Every adopted document, in the order of adoption."""
        return tuple(self._rule_documents.documents.values())

    def office(self, office: Office, at: datetime | None = None) -> ChargedOffice:
        """Who holds an office, as `holder` says. Refuses OfficeNotCharged."""
        holder = self.holder(office, at)
        if holder is None:
            raise OfficeNotCharged(f"尚未确定由哪个机构承担“{office.label}”职能,请县级系统管理员先行确定。")
        return holder

    def holder(self, office: Office, at: datetime | None = None) -> ChargedOffice | None:
        """Who holds an office: the body charged with it, or the successor of one that was dissolved (or, where `at` is
        given, is past its end date by then); None where nobody is charged with it."""
        charged = self._office_rules.offices.get(office)
        heir = None if charged is None else heir_of(self._streams, charged.organization, at)
        return charged if heir is None else ChargedOffice(heir.id, heir.name)

    def notice_rule(self) -> NoticeRule:
        """通知规则. Refuses NoticeRuleNotSet."""
        rule = self._notice_rules.rule
        if rule is None:
            raise NoticeRuleNotSet
        return rule

    def notice_rule_basis(self) -> str:
        """The document the notice rule stands on, as a reader cites it; empty where there is no rule."""
        return str(self._notice_rules.basis or "")

    def outages_between(self, start: datetime, end: datetime) -> tuple[Outage, ...]:
        """平台故障 that share a moment with the half-open span from `start` until before `end`."""
        return tuple(o for o in self._calendar_rules.outages if o.starts_at < end and start < o.ends_at)


def rulebook_of(streams: Streams, node: str) -> Rulebook:
    """The rules in force at a node. From the facts alone, no view is read."""
    return Rulebook(streams, node)
