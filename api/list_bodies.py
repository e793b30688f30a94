"""清单接口的内容: lists, revisions, items and their changes as the API gives them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.duty_lists.items import Area, ListItem
from domain.duty_lists.kinds import ListKind, RevisionStage


class _Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RevisionBody(_Body):
    """清单版本。公布前,文号、日期、适用范围和合订本指纹为空。"""

    id: UUID
    version: int = Field(description="版本号,用于 If-Match")
    kind: ListKind
    list_title: str
    keeper: UUID = Field(description="清单管理机构")
    keeper_name: str
    number: int = Field(description="第几版")
    based_on: UUID | None
    stage: RevisionStage
    source: str
    item_count: int
    opened_at: datetime
    changed_at: datetime
    document_number: str
    published_on: date | None
    effective_from: date | None
    applies_to: Area | None
    content_hash: str | None = Field(description="合订本指纹(SHA-256),可由公布的事项自行计算核对")


class ListBody(_Body):
    """清单:所问日期的现行版本,和已公布待生效的版本。"""

    id: UUID
    kind: ListKind
    title: str
    keeper: UUID
    keeper_name: str
    in_force: RevisionBody | None
    coming: list[RevisionBody]


class SuspensionBody(_Body):
    """依法暂停执行。"""

    effective_from: date
    law: str


class ItemBody(_Body):
    """某一版本中的一个事项。"""

    revision: RevisionBody
    item: ListItem
    change: str = Field(description="carried 沿用 / added 新增 / amended 修改")
    change_reason: str
    suspended: SuspensionBody | None
    document_number: str = Field(description="现行文本所依文号")


class DifferenceBody(_Body):
    """一处差异;原无或现无的一边为空。"""

    part: str
    was: str
    now: str


class ItemChangeBody(_Body):
    """与上一版相比,一个事项的变化。"""

    code: str
    title: str
    change: str = Field(description="added 新增 / amended 修改 / removed 移出")
    differences: list[DifferenceBody]


class ItemStepBody(_Body):
    """事项沿革的一步;被移出时 `entry` 为空。"""

    revision: RevisionBody
    entry: ItemBody | None
    differences: list[DifferenceBody]
    removal_reason: str
