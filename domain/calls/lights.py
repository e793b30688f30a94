"""灯: 正常, 临期 (75 % of the budget is used), 超期 (domain.md §6). Computed for a moment, never stored."""

from datetime import datetime
from enum import StrEnum

from domain.obligations.obligation import Obligation
from domain.obligations.words import Performance
from domain.shared.deadlines import DUE_SOON_SHARE, Deadline


class Light(StrEnum):
    """灯."""

    NORMAL = "normal"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    DONE = "done"

    @property
    def label(self) -> str:
        """The word beside the colour."""
        return {
            "normal": "正常",
            "due_soon": "临期",
            "overdue": "超期",
            "suspended": "暂缓",
            "done": "已办",
        }[self.value]


def light(deadline: Deadline, now: datetime) -> Light:
    """The light of an open obligation now."""
    if now > deadline.due:
        return Light.OVERDUE
    return Light.DUE_SOON if now >= due_soon(deadline) else Light.NORMAL


def light_of(owed: Obligation, now: datetime) -> Light:
    """The light of an obligation: what was done in time stays done, what was late stays late, a pause is 暂缓.

    So is what only another's record will tell: late as it may look, nobody knows yet.
    """
    at = owed.performed or owed.ended or now
    if owed.overdue_at(at) and owed.performance is not Performance.JUSTIFIED:
        return Light.SUSPENDED if owed.unrecorded_at(at) else Light.OVERDUE
    if owed.done:
        return Light.DONE
    return Light.SUSPENDED if owed.open and owed.paused_at(at) else light(owed.deadline, at)


def due_soon(deadline: Deadline) -> datetime:
    """When it becomes 临期: as the fact recorded it; for facts from before, by the time that passes, not worked."""
    if deadline.due_soon is not None:
        return deadline.due_soon
    share = DUE_SOON_SHARE.numerator, DUE_SOON_SHARE.denominator
    return deadline.opened + (deadline.due - deadline.opened) * share[0] / share[1]
