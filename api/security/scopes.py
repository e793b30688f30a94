"""权限范围: what an API token may be used for. A person at a browser is not narrowed by scopes, only by the post."""

from enum import StrEnum


class Scope(StrEnum):
    """接口权限范围: `<subject>:<read or write>`. A token acts within the rights of its post, and never beyond these."""

    CALLS_READ = "calls:read"
    CALLS_WRITE = "calls:write"
    LISTS_READ = "lists:read"
    LISTS_WRITE = "lists:write"
    DIRECTORY_READ = "directory:read"
    DIRECTORY_WRITE = "directory:write"
    SUPERVISION_READ = "supervision:read"
    SUPERVISION_WRITE = "supervision:write"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_WRITE = "assessment:write"
    REVIEWS_READ = "reviews:read"
    RECORDS_READ = "records:read"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    STATUS_READ = "status:read"

    @property
    def label(self) -> str:
        """The scope as people read it when they issue a token."""
        return _LABELS[self]


_LABELS = {
    Scope.CALLS_READ: "查阅呼叫事项",
    Scope.CALLS_WRITE: "办理呼叫事项",
    Scope.LISTS_READ: "查阅责任清单",
    Scope.LISTS_WRITE: "维护责任清单",
    Scope.DIRECTORY_READ: "查阅机构与岗位",
    Scope.DIRECTORY_WRITE: "维护机构与岗位",
    Scope.SUPERVISION_READ: "查阅督办",
    Scope.SUPERVISION_WRITE: "办理督办",
    Scope.ASSESSMENT_READ: "查阅运行情况和考核结果",
    Scope.ASSESSMENT_WRITE: "办理考核周期",
    Scope.REVIEWS_READ: "查阅履责核查",
    Scope.RECORDS_READ: "查阅履责台账、办理记录与存证",
    Scope.NOTICES_READ: "查阅本人消息",
    Scope.NOTICES_WRITE: "把本人消息标为已读",
    Scope.STATUS_READ: "查阅运行状态",
}

ALL_SCOPES = frozenset(scope.value for scope in Scope)
"""Every scope: what a session has."""
