"""附件接口: a file is sent first and named by its hash in the step that carries it; it is read where its call is."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Path, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.documented import API, READING, problems
from api.pages.attachments import attachment_response, refuse_carrying
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import AttachmentPort, Services
from domain.calls.refusals import NotYourPost
from domain.calls.rights import CALLING_POSTS
from domain.shared.identifiers import derived_id
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from projections.calls.view import CallsView
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.CALLS_READ))]
Writer = Annotated[Viewer, Depends(within(Scope.CALLS_WRITE))]

_SENDING = problems(400, 401, 403, 404, 413, 415, 422, 503, 507)
_CHUNK = 256 * 1024


class AttachmentBody(BaseModel):
    """附件: 办理请求的 `attachments` 中原样填写前四项,`attachment_names` 中填写 `name`。"""

    sha256: str = Field(description="内容的 SHA-256,即附件地址")
    size: int = Field(description="清理后的大小(字节)")
    media_type: str = Field(description="按内容判断的类型")
    thumbnail: bool = Field(description="是否有缩略图")
    name: str = Field(description="文件名称")


def files_router(services: Services) -> APIRouter:
    """POST /attachments, POST /calls/{call_id}/attachments, GET /calls/{call_id}/attachments[/{sha256}]."""
    router = APIRouter(prefix=API, tags=["附件"])

    @router.post("/attachments", status_code=201, summary="为即将提交的呼叫上传附件", responses=_SENDING)
    def send_ahead(
        viewer: Writer,
        file: Annotated[UploadFile, File(description="照片、文档、录音或视频")],
        idempotency_key: Annotated[
            UUID, Query(description="随后提交呼叫时将使用的请求编号(Idempotency-Key),附件由此归入该呼叫")
        ],
    ) -> AttachmentBody:
        if viewer.post not in CALLING_POSTS and viewer.post is not Post.DUTY_OFFICER:
            raise NotYourPost
        return _keep(services.attachments, derived_id(idempotency_key, "call"), file)

    @router.post("/calls/{call_id}/attachments", status_code=201, summary="为事项上传附件", responses=_SENDING)
    def send(
        call_id: Annotated[UUID, Path(description="呼叫事项编号")],
        viewer: Writer,
        file: Annotated[UploadFile, File(description="照片、文档、录音或视频")],
        min_position: MinPosition = 0,
    ) -> AttachmentBody:
        wait_for(services, CallsView, min_position)
        refuse_carrying(services, viewer, call_id)
        return _keep(services.attachments, call_id, file)

    @router.get("/calls/{call_id}/attachments", summary="事项的附件", responses=READING)
    def of_call(call_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[AttachmentBody]:
        wait_for(services, CallsView, min_position)
        call = services.calls.call(viewer, call_id)
        if call is None:
            raise NotFound
        return [
            AttachmentBody(
                sha256=file.sha256,
                size=file.size,
                media_type=file.media_type,
                thumbnail=file.thumbnail,
                name=file.name,
            )
            for file in services.calls.files(viewer, call)
        ]

    @router.get(
        "/calls/{call_id}/attachments/{sha256}",
        summary="下载附件",
        response_class=Response,
        responses={
            **READING,
            **problems(410),
            200: {"description": "附件内容", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        },
    )
    def read(
        call_id: UUID,
        sha256: Annotated[str, Path(max_length=64, description="附件地址")],
        viewer: Reader,
        thumbnail: Annotated[bool, Query(description="只要缩略图")] = False,
    ) -> Response:
        return attachment_response(services, viewer, call_id, sha256, thumbnail=thumbnail)

    return router


def _keep(store: AttachmentPort, call: UUID, file: UploadFile) -> AttachmentBody:
    kept = store.take(call, file.filename or "附件", _chunks(file))
    return AttachmentBody(
        sha256=kept.sha256, size=kept.size, media_type=kept.media_type, thumbnail=kept.thumbnail, name=kept.name
    )


def _chunks(file: UploadFile) -> Iterator[bytes]:
    while chunk := file.file.read(_CHUNK):
        yield chunk
