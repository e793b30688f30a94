"""历史导入的期限: what the old platform had set, where its record says so; else the county's limits and calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from domain.calls.events import PartyDuty
from domain.calls.history.log import HistoryFault, OldOrganization, OldRow
from domain.calls.words import Role
from domain.rules.words import LimitKind
from domain.shared.calendar import LOCAL, WorkingCalendar
from domain.shared.calendar_days import FIRST_YEAR
from domain.shared.deadlines import DUE_SOON_SHARE, CountFrom, Deadline, Limit, LimitUnit
from domain.shared.filling import filled
from domain.shared.urgency import Urgency

RECORDED_LIMIT: Final = "原平台记载的期限"
"""The basis of a limit that the old platform had set."""

_DUTY: Final = set(PartyDuty.model_fields)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_FIRST = datetime(FIRST_YEAR, 1, 1, tzinfo=LOCAL).astimezone(UTC)
_SHARE = float(DUE_SOON_SHARE)


def recorded(opened: datetime, due: datetime) -> Deadline:
    """The limit that stands in the old record, as real time. It may have run out before it was set: so it says."""
    limit = _recorded_limit(max(1, -((opened - due) // _MINUTE)))
    soon = opened + (due - opened) * _SHARE if due > opened else None
    return Deadline.of(opened, due, limit, False, "", soon)


@lru_cache(maxsize=16_384)
def _recorded_limit(minutes: int) -> Limit:
    return Limit(amount=minutes, unit=LimitUnit.MINUTES, basis=RECORDED_LIMIT)


@dataclass(frozen=True, slots=True)
class _OfLimit:
    """A limit, and the clocks that it set, by the day on which they began, where all of that day run out together."""

    limit: Limit
    by_day: bool
    counted: dict[int, Deadline] = field(default_factory=dict)


def _is_by_day(limit: Limit) -> bool:
    return limit.count_from is CountFrom.NEXT_DAY and limit.unit is LimitUnit.WORKING_DAYS


class Clocks:
    """The county's limits counted from old moments, as a live command counts from now.

    A limit in working days from the next day on is due at the same moment whenever in a day it began: it is counted
    once a day, not once a fact.
    """

    def __init__(self, calendar: WorkingCalendar, limits: Mapping[tuple[LimitKind, Urgency], Limit]) -> None:
        self._calendar = calendar
        self._limits = {key: _OfLimit(limit, _is_by_day(limit)) for key, limit in limits.items()}

    def counted(self, kind: LimitKind, urgency: Urgency, row: OldRow) -> Deadline:
        """From the row's recorded time. Raises HistoryFault where the county has set no such limit."""
        opened = row.recorded_at
        of = self._limits.get((kind, urgency))
        if of is None:
            raise HistoryFault(
                row.number,
                "urgency",
                "limit-not-set",
                f"本县尚未设定{urgency.label}事项的“{kind.label}”时限,无法计算期限:请先设定时限,再重新导入。",
            )
        if not of.by_day:
            return self._calendar.deadline(of.limit, opened)
        day = (opened - _FIRST) // _DAY
        if (known := of.counted.get(day)) is None:
            of.counted[day] = known = self._calendar.deadline(of.limit, opened)
        return Deadline.of(opened, known.due, known.limit, known.provisional, known.calendar, known.due_soon)

    def duty(
        self, organization: OldOrganization, role: Role, urgency: Urgency, row: OldRow, due: datetime | None
    ) -> PartyDuty:
        """What a dispatch asked of a party, by when. What its duty by list was is not on record there."""
        opened, emergency = row.recorded_at, urgency is Urgency.EMERGENCY
        owes_first = role is Role.LEAD and emergency and (LimitKind.FIRST_RESULT, urgency) in self._limits
        fields = {
            "organization": organization.ref,
            "role": role,
            "duty_text": "",
            "vertical": organization.vertical,
            "respond": recorded(opened, row.respond_due)
            if row.respond_due
            else self.counted(LimitKind.RESPOND, urgency, row),
            "first_result": self.counted(LimitKind.FIRST_RESULT, urgency, row) if owes_first else None,
            "complete": recorded(opened, due) if due else self.counted(LimitKind.HANDLE, urgency, row),
            "objection": None if emergency else self.counted(LimitKind.OBJECTION, urgency, row),
        }
        return filled(PartyDuty, fields, _DUTY)
