"""工作日历的办理: holiday notices, working hours and outages."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.rules import events as e
from domain.rules import refusals
from domain.rules.authority import cite, require_rule_keeper, today
from domain.rules.streams import CalendarRules, evolve_calendar, rules_stream
from domain.rules.words import OutageKind, RuleStream
from domain.shared.calendar_days import HolidayNotice, WorkingHours, WorkingInterval
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event


class LoadHolidayNotice(Command):
    """载入放假通知. Loaded again for a year, it amends what it names (see HolidayNotice)."""

    wire: ClassVar[str] = "rules.load_holiday_notice"
    title: ClassVar[str] = "载入放假通知"

    notice: HolidayNotice = Field(title="放假通知")
    source: str = Field(default="", title="来源", max_length=200)


class SetWorkingHours(Command):
    """设定工作时间."""

    wire: ClassVar[str] = "rules.set_working_hours"
    title: ClassVar[str] = "设定工作时间"

    effective_from: date = Field(title="执行日期")
    intervals: tuple[WorkingInterval, ...] = Field(title="每个工作日的工作时段", min_length=1, max_length=12)
    basis: e.Basis = Field(title="依据")


class DeclareOutage(Command):
    """公布平台故障, after the event: its times are facts."""

    wire: ClassVar[str] = "rules.declare_outage"
    title: ClassVar[str] = "公布平台故障"

    kind: OutageKind = Field(title="种类")
    starts_at: Instant = Field(title="开始时间")
    ends_at: Instant = Field(title="结束时间")
    description: str = Field(default="", title="情况说明", max_length=2000)


def load_holiday_notice(command: LoadHolidayNotice, desk: Desk) -> Sequence[Event]:
    """载入放假通知. Refuses NotRuleKeeper, NoticeKnown (and NoticeUnsound while it is read)."""
    require_rule_keeper(desk)
    stream, known = _calendar(desk)
    same_year = [notice for notice in known.notices if notice.year == command.notice.year]
    if command.notice in same_year:
        raise refusals.NoticeKnown(field="notice")
    return [
        e.HolidayNoticeLoaded.at_version(
            stream,
            known.version + 1,
            desk.envelope,
            notice=command.notice,
            amends=tuple(notice.number for notice in same_year),
            source=command.source,
        )
    ]


def set_working_hours(command: SetWorkingHours, desk: Desk) -> Sequence[Event]:
    """设定工作时间. The first may date back, later ones not.

    Refuses NotRuleKeeper, UnknownDocument, DocumentNotYetEffective (on the day the hours start), HoursInThePast,
    HoursUnsound, NothingChanged.
    """
    require_rule_keeper(desk)
    stream, known = _calendar(desk)
    day = today(desk)
    hours = WorkingHours(effective_from=command.effective_from, intervals=command.intervals, basis=str(command.basis))
    if hours in known.hours:
        raise refusals.NothingChanged(field="intervals")
    if known.hours and command.effective_from < day:
        raise refusals.HoursInThePast(field="effective_from")
    cite(desk, command.basis, max(command.effective_from, day))
    return [e.WorkingHoursSet.at_version(stream, known.version + 1, desk.envelope, hours=hours, basis=command.basis)]


def declare_outage(command: DeclareOutage, desk: Desk) -> Sequence[Event]:
    """公布平台故障. Refuses NotRuleKeeper, OutageReversed."""
    require_rule_keeper(desk)
    if not command.starts_at < command.ends_at <= desk.envelope.recorded_at:
        raise refusals.OutageReversed(field="ends_at")
    stream, known = _calendar(desk)
    return [
        e.OutageDeclared.at_version(
            stream,
            known.version + 1,
            desk.envelope,
            kind=command.kind,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            description=command.description,
        )
    ]


def _calendar(desk: Desk) -> tuple[UUID, CalendarRules]:
    stream = rules_stream(desk.envelope.node, RuleStream.CALENDAR)
    return stream, desk.streams.find(stream, evolve_calendar) or CalendarRules()


HANDLERS: Handlers = {
    LoadHolidayNotice: load_holiday_notice,
    SetWorkingHours: set_working_hours,
    DeclareOutage: declare_outage,
}
