"""清单类别、职责角色、履责方式、版本状态: the closed word lists, with the words people use (domain.md §2)."""

from enum import StrEnum


class ListKind(StrEnum):
    """清单类别. Several kinds are in force on one day; each kind is one list of the county."""

    TERRITORIAL = "territorial"
    TOWNSHIP_BASIC = "township_basic"
    TOWNSHIP_COOPERATIVE = "township_cooperative"
    RECLAIMED = "reclaimed"
    BOUNDARY = "boundary"
    EMPOWERED = "empowered"
    POWERS = "powers"
    GRID = "grid"

    @property
    def label(self) -> str:
        """The list as people call it."""
        return _KINDS[self]


_KINDS = {
    ListKind.TERRITORIAL: "属地管理事项责任清单",
    ListKind.TOWNSHIP_BASIC: "乡镇(街道)基本履职事项清单",
    ListKind.TOWNSHIP_COOPERATIVE: "乡镇(街道)配合履职事项清单",
    ListKind.RECLAIMED: "上级部门收回事项清单",
    ListKind.BOUNDARY: "部门职责边界清单",
    ListKind.EMPOWERED: "乡镇(街道)赋权事项清单",
    ListKind.POWERS: "权责清单",
    ListKind.GRID: "网格事项清单",
}


class DutyRole(StrEnum):
    """职责角色: who answers for the matter, and who helps."""

    PRIMARY = "primary"
    COOPERATIVE = "cooperative"

    @property
    def label(self) -> str:
        """The role as lists print it."""
        return {"primary": "主体责任", "cooperative": "配合责任"}[self.value]


class DutyMode(StrEnum):
    """履责方式: standing duties (巡查、宣传、上报) run all year; the others begin with a call."""

    STANDING = "standing"
    ON_CALL = "on_call"

    @property
    def label(self) -> str:
        """The mode as people call it."""
        return {"standing": "日常履责", "on_call": "应呼履责"}[self.value]


class LimitedAction(StrEnum):
    """限时环节: what an item's own limit bounds; it beats the county's default limit (domain.md §4)."""

    RESPOND = "respond"
    FIRST_RESULT = "first_result"
    HANDLE = "handle"

    @property
    def label(self) -> str:
        """The action as people call it."""
        return {"respond": "响应", "first_result": "首次反馈", "handle": "办结"}[self.value]


class RevisionStage(StrEnum):
    """版本状态. Superseded is no stage: it follows from the list's later revisions and the day asked about."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """The stage as people call it."""
        return _STAGES[self]


_STAGES = {
    RevisionStage.DRAFT: "起草中",
    RevisionStage.SUBMITTED: "待审核",
    RevisionStage.REVIEWED: "待批准",
    RevisionStage.APPROVED: "待公布",
    RevisionStage.PUBLISHED: "已公布",
    RevisionStage.DISCARDED: "已作废",
}
