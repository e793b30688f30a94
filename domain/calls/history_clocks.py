"""历史导入的期限: what the old platform had set, where its record says so; else the county's limits and calendar."""

from datetime import datetime, timedelta
from typing import Final

from domain.calls.events import PartyDuty
from domain.calls.history import HistoryFault, HistoryTerms, OldOrganization, OldRow
from domain.calls.words import Role
from domain.rules.words import LimitKind
from domain.shared.deadlines import DUE_SOON_SHARE, Deadline, Limit, LimitUnit
from domain.shared.urgency import Urgency

RECORDED_LIMIT: Final = "原平台记载的期限"
"""The basis of a limit that the old platform had set."""

_MINUTE = timedelta(minutes=1)


def recorded(opened: datetime, due: datetime) -> Deadline:
    """The limit that stands in the old record, as real time. It may have run out before it was set: so it says."""
    amount = max(1, -((opened - due) // _MINUTE))
    share = float(DUE_SOON_SHARE)
    return Deadline(
        opened=opened,
        due=due,
        limit=Limit(amount=amount, unit=LimitUnit.MINUTES, basis=RECORDED_LIMIT),
        due_soon=opened + (due - opened) * share if due > opened else None,
    )


def counted(terms: HistoryTerms, kind: LimitKind, urgency: Urgency, row: OldRow) -> Deadline:
    """By the county's limit, from the row's recorded time, as a live command counts from now."""
    limit = terms.limits.get((kind, urgency))
    if limit is None:
        raise HistoryFault(
            row.number,
            "urgency",
            "limit-not-set",
            f"本县尚未设定{urgency.label}事项的“{kind.label}”时限,无法计算期限:请先设定时限,再重新导入。",
        )
    return terms.calendar.deadline(limit, row.recorded_at)


def duty(
    terms: HistoryTerms, organization: OldOrganization, role: Role, urgency: Urgency, row: OldRow, due: datetime | None
) -> PartyDuty:
    """What a dispatch of the old platform asked of a party, by when. Its duty by list is not on record there."""
    opened, emergency = row.recorded_at, urgency is Urgency.EMERGENCY
    owes_first = role is Role.LEAD and emergency and (LimitKind.FIRST_RESULT, urgency) in terms.limits
    return PartyDuty(
        organization=organization.ref,
        role=role,
        duty_text="",
        vertical=organization.vertical,
        respond=recorded(opened, row.respond_due)
        if row.respond_due
        else counted(terms, LimitKind.RESPOND, urgency, row),
        first_result=counted(terms, LimitKind.FIRST_RESULT, urgency, row) if owes_first else None,
        complete=recorded(opened, due) if due else counted(terms, LimitKind.HANDLE, urgency, row),
        objection=None if emergency else counted(terms, LimitKind.OBJECTION, urgency, row),
    )
