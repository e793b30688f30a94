"""运行状态接口: what the doctor finds, how far each view is behind, and which streams were left out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.documented import API, READING
from api.pages.status import refuse_other_posts
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.STATUS_READ))]


class _Body(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FindingBody(_Body):
    """体检的一项,与 huying doctor 所说的相同。"""

    subject: str
    well: bool
    text: str
    cure: str = Field(description="怎么办;正常时为空")
    code: str = Field(description="问题的固定代码;正常时为空")


class StopBody(_Body):
    """停止更新的原因。"""

    code: str
    reason: str
    stopped_at: datetime


class StandingBody(_Body):
    """一个页面资料的更新情况。"""

    name: str
    title: str
    version: int
    behind: int = Field(description="尚缺的办理记录件数")
    behind_seconds: float = Field(description="最早一件缺了多少秒")
    updated_at: datetime | None
    parked: int = Field(description="停在一旁的事项数")
    stopped: StopBody | None = Field(description="停止更新时的原因")


class ParkedBody(_Body):
    """停在一旁的事项及原因。"""

    view: str
    stream: UUID
    position: int
    wire: str
    reason: str
    parked_at: datetime
    code: str = Field(description="原因的固定代码")


class StatusBody(_Body):
    """运行状态。"""

    findings: list[FindingBody]
    views: list[StandingBody]
    parked: list[ParkedBody]


def status_api(services: Services) -> APIRouter:
    """GET /status."""
    router = APIRouter(prefix=API, tags=["运行状态"])

    @router.get("/status", summary="运行状态", responses=READING)
    def status(viewer: Reader) -> StatusBody:
        refuse_other_posts(viewer)
        return StatusBody(
            findings=[FindingBody.model_validate(one) for one in services.findings()],
            views=[StandingBody.model_validate(one) for one in services.freshness.standings()],
            parked=[ParkedBody.model_validate(one) for one in services.freshness.parked()],
        )

    return router
