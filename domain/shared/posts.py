"""岗位: the posts a person can hold in an organization (domain.md §2)."""

from enum import StrEnum


class Post(StrEnum):
    """岗位."""

    CALLER = "caller"
    TOWNSHIP_LEADER = "township_leader"
    OPERATOR = "operator"
    LIAISON = "liaison"
    SUPERVISOR = "supervisor"
    LIST_KEEPER = "list_keeper"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    LEADER = "leader"
    GRID_WORKER = "grid_worker"
    ADMINISTRATOR = "administrator"
    DUTY_OFFICER = "duty_officer"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The post as people call it."""
        return _LABELS[self]


_LABELS = {
    Post.CALLER: "呼叫员",
    Post.TOWNSHIP_LEADER: "镇街负责同志",
    Post.OPERATOR: "受理员",
    Post.LIAISON: "专管员",
    Post.SUPERVISOR: "督办员",
    Post.LIST_KEEPER: "清单管理员",
    Post.REVIEWER: "履责核查员",
    Post.AUDITOR: "监督查阅员",
    Post.LEADER: "负责同志",
    Post.GRID_WORKER: "网格员",
    Post.ADMINISTRATOR: "系统管理员",
    Post.DUTY_OFFICER: "值班员",
    Post.SYSTEM: "平台自动办理",
}
