"""灯: 正常, 临期 (75 % of the time is used), 超期 (domain.md §6). Computed for a moment, never stored."""

from datetime import datetime
from enum import StrEnum

DUE_SOON_SHARE = 0.75


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


def light(opened: datetime, due: datetime, now: datetime) -> Light:
    """The light of an open task now. The share is of the elapsed time between opening and due time."""
    if now > due:
        return Light.OVERDUE
    if due > opened and (now - opened) / (due - opened) >= DUE_SOON_SHARE:
        return Light.DUE_SOON
    return Light.NORMAL
