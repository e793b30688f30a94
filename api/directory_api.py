"""名录接口: organizations, how they were called before, and who holds which post there."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.documented import API, READING
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.directory.kinds import Management, OrganizationKind
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from projections.directory import Directory
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.DIRECTORY_READ))]


class _Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrganizationBody(_Body):
    """机构,按今天的名称和状态。"""

    id: UUID
    code: str
    name: str
    aliases: list[str] = Field(description="挂牌名称")
    kind: OrganizationKind
    management: Management
    division_code: str | None
    division_name: str | None
    parent: UUID | None
    parent_name: str | None
    established_at: datetime
    ends_at: datetime | None
    dissolved_at: datetime | None
    successor: UUID | None = Field(description="职责承继机构")
    successor_name: str | None


class OrganizationPeriodBody(_Body):
    """机构沿革的一段。"""

    organization: UUID
    name: str
    aliases: list[str]
    kind: OrganizationKind
    management: Management
    valid_from: datetime
    valid_to: datetime | None


class StaffMemberBody(_Body):
    """机构人员和岗位;电话已遮盖。"""

    person: UUID
    code: str
    name: str
    masked_phone: str | None
    appointment: UUID
    post: Post
    starts_at: datetime
    ends_at: datetime | None


def directory_api(services: Services) -> APIRouter:
    """GET /organizations, /organizations/{id}, /organizations/{id}/periods, /organizations/{id}/people."""
    router = APIRouter(prefix=API, tags=["机构和岗位查询"])
    queries = services.directory

    @router.get("/organizations", summary="查找机构", responses=READING)
    def organizations(
        viewer: Reader,
        words: Annotated[str, Query(max_length=50, description="名称、挂牌名称或编码")] = "",
        kind: Annotated[list[OrganizationKind] | None, Query(description="只看这些类别")] = None,
        after: Annotated[str, Query(max_length=100, description="上一页最后一个机构的编码")] = "",
        limit: Annotated[int, Query(ge=1, le=500, description="最多几个")] = 200,
        min_position: MinPosition = 0,
    ) -> list[OrganizationBody]:
        wait_for(services, Directory, min_position)
        found = queries.organizations(
            viewer, services.clock(), kinds=kind or (), search=words.strip(), limit=limit, after_code=after
        )
        return [OrganizationBody.model_validate(entry) for entry in found]

    @router.get("/organizations/{organization_id}", summary="查看机构", responses=READING)
    def organization(organization_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> OrganizationBody:
        wait_for(services, Directory, min_position)
        entry = queries.organization(viewer, organization_id)
        if entry is None:
            raise NotFound(_UNKNOWN)
        return OrganizationBody.model_validate(entry)

    @router.get("/organizations/{organization_id}/periods", summary="机构沿革", responses=READING)
    def periods(organization_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[OrganizationPeriodBody]:
        wait_for(services, Directory, min_position)
        if queries.organization(viewer, organization_id) is None:
            raise NotFound(_UNKNOWN)
        return [OrganizationPeriodBody.model_validate(one) for one in queries.periods(viewer, organization_id)]

    @router.get(
        "/organizations/{organization_id}/people",
        summary="机构人员",
        description="其他机构只给出联系岗位;查阅全县的岗位和名录管理员可见全部。",
        responses=READING,
    )
    def people(organization_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[StaffMemberBody]:
        wait_for(services, Directory, min_position)
        if queries.organization(viewer, organization_id) is None:
            raise NotFound(_UNKNOWN)
        found = queries.people_of(viewer, organization_id, services.clock())
        return [StaffMemberBody.model_validate(member) for member in found]

    return router


_UNKNOWN = "没有找到该机构,请核对机构编号。"
