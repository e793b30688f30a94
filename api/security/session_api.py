"""当前身份接口: who the API takes the caller for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request

from api.documented import API, problems
from api.security.gate import Caller, RequiredPerson, Security, caller_of
from api.security.refusals import NotSignedIn, PostNotChosen
from projections.scope import Viewer


class CurrentViewer(BaseModel):
    """当前身份."""

    person: UUID = Field(title="人员")
    name: str = Field(title="姓名")
    post: str = Field(title="岗位")
    post_label: str = Field(title="岗位名称")
    organization: UUID = Field(title="机构")
    organization_name: str = Field(title="机构名称")
    appointment: UUID = Field(title="任职")
    scopes: list[str] = Field(title="权限范围")


class ChosenPost(BaseModel):
    """要切换到的岗位."""

    appointment: UUID = Field(title="岗位")


def session_router(security: Security) -> APIRouter:
    """`GET /viewer`: person, post, organization and scopes; by session or by a token of any scope.
    `POST /viewer/post`: act in another of one's posts; by session only."""
    router = APIRouter(prefix=API, tags=["身份"])

    @router.get("/viewer", summary="查看当前身份", responses=problems(400, 401, 403, 422, 503))
    async def viewer(caller: Annotated[Caller, Depends(caller_of)]) -> CurrentViewer:
        seen = caller.viewer
        if seen is None:
            raise PostNotChosen if caller.signed_in else NotSignedIn
        return _as_seen(seen)

    @router.post("/viewer/post", summary="切换岗位", responses=problems(400, 401, 403, 413, 422, 503))
    def choose(request: Request, person: RequiredPerson, chosen: ChosenPost) -> CurrentViewer:
        token = security.cookies.session(request)
        if token is None:
            raise NotSignedIn
        security.identity.switch_post(token, chosen.appointment)
        return _as_seen(next(post for post in person.posts if post.appointment == chosen.appointment))

    return router


def _as_seen(viewer: Viewer) -> CurrentViewer:
    return CurrentViewer(
        person=viewer.person,
        name=viewer.name,
        post=viewer.post.value,
        post_label=viewer.post.label,
        organization=viewer.organization,
        organization_name=viewer.organization_name,
        appointment=viewer.appointment,
        scopes=sorted(viewer.scopes),
    )
