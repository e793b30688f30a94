"""The county of the directory's tests, with the handlers of the rules: facts given, commands asked, facts gotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from domain.directory.authority import check_authority
from domain.rules.calendar_commands import LoadHolidayNotice, SetWorkingHours
from domain.rules.commands import HANDLERS, AdoptRuleDocument, LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.rulebook import Rulebook, rulebook_of
from domain.rules.words import LimitKind
from domain.shared.calendar_days import WorkingInterval
from domain.shared.commands import Command
from domain.shared.deadlines import CountFrom, LimitUnit
from domain.shared.events import Actor, Event
from domain.shared.urgency import Urgency
from tests.domain.directory.county import NODE, PLATFORM_ITSELF, OneDesk, Town, a_town
from tests.domain.shared.calendars import NOTICE_2026

MEASURES = Basis(document="示县办发〔2026〕1号", clause="第三条")
TO_COME = Basis(document="示县办发〔2026〕9号")


@dataclass
class RuledTown:
    """A town, and its county's rules."""

    town: Town

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF) -> Sequence[Event]:
        """Decide as the command bus does: authority, handler, append."""
        county = self.town.county
        envelope = county.envelope(by)
        check_authority(county, envelope)
        events = HANDLERS[type(command)](command, OneDesk(envelope, county))
        county.record(events)
        return events

    @property
    def rules(self) -> Rulebook:
        return rulebook_of(self.town.county, NODE)

    def with_calendar(self) -> "RuledTown":
        self.ask(LoadHolidayNotice(notice=NOTICE_2026))
        self.ask(working_hours())
        return self


def working_hours(effective_from: date = date(2026, 1, 1), closes: time = time(17, 30)) -> SetWorkingHours:
    return SetWorkingHours(
        effective_from=effective_from,
        intervals=(
            WorkingInterval(starts=time(8, 30), ends=time(12)),
            WorkingInterval(starts=time(14), ends=closes),
        ),
        basis=MEASURES,
    )


def line(
    kind: LimitKind = LimitKind.HANDLE,
    urgency: Urgency = Urgency.ORDINARY,
    amount: int = 5,
    unit: LimitUnit = LimitUnit.WORKING_DAYS,
    basis: Basis = MEASURES,
) -> LimitLine:
    return LimitLine(kind=kind, urgency=urgency, amount=amount, unit=unit, count_from=CountFrom.NEXT_DAY, basis=basis)


def limits(*lines: LimitLine) -> SetLimits:
    return SetLimits(lines=lines)


def a_ruled_town() -> RuledTown:
    ruled = RuledTown(a_town())
    for number, effective_from in ((MEASURES.document, date(2026, 1, 1)), (TO_COME.document, date(2026, 9, 1))):
        ruled.ask(
            AdoptRuleDocument(
                number=number, name="示范县呼应办理办法", issuer="示范县两办", effective_from=effective_from
            )
        )
    return ruled
