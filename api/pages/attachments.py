"""附件查看: a file is open to whom its call is open."""

from functools import reduce
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.security.gate import RequiredViewer
from api.services import Services
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.calls.rights import concerned
from domain.calls.work.records import ATTACH_EVIDENCE
from domain.shared.refusals import NotFound
from projections.scope import Viewer

_SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "application/pdf")


class FileWithdrawn(NotFound):
    """The file's content was withdrawn by order, or is not on this node."""

    code = "file-withdrawn"
    status = 410
    rule = "该附件内容已依令撤除,或文件不在本节点。办理记录仍然保留。"


def attachments_router(services: Services) -> APIRouter:
    """`GET /calls/{call}/files/{sha256}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/{call_id}/files/{sha256}")
    def read(call_id: UUID, sha256: str, viewer: RequiredViewer, thumbnail: int = 0) -> Response:
        return attachment_response(services, viewer, call_id, sha256, thumbnail=bool(thumbnail))

    return router


def refuse_carrying(services: Services, viewer: Viewer, call_id: UUID) -> None:
    """Before a file of a step is taken in: whoever may add no evidence may carry no file in a step either.

    A file kept for somebody without a part in the call would lie there under the call's own key, unseen. Decided by
    the facts: the call's page may be behind. Refuses NotFound (also for whom the call is none of their business),
    NotYourPost, NotYourCall, WrongStage.
    """
    call: Call | None = reduce(evolve, services.history.history(call_id), None)
    if call is None or call.complained_of == viewer.organization:
        raise NotFound
    if not (viewer.sees_all or concerned(call, viewer.organization)):
        raise NotFound
    refusal = ATTACH_EVIDENCE.refusal(call, viewer.post, viewer.organization)
    if refusal is not None:
        raise refusal


def attachment_response(
    services: Services, viewer: Viewer, call_id: UUID, sha256: str, *, thumbnail: bool = False
) -> Response:
    """A file of a call the viewer may read. Refuses NotFound, FileWithdrawn."""
    call = services.calls.call(viewer, call_id)
    if call is None:
        raise NotFound
    file = next((f for f in services.calls.files(viewer, call) if f.sha256 == sha256), None)
    if file is None:
        raise NotFound
    small = thumbnail and file.thumbnail
    content = services.attachments.read(call_id, sha256, thumbnail=small)
    if content is None:
        raise FileWithdrawn
    shown = small or file.media_type in _SHOWN_INLINE
    return Response(
        content,
        media_type="image/webp" if small else file.media_type,
        headers={
            "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
            # Withdrawn content must be gone from the next look on, and desks are shared: no browser keeps a copy.
            "Cache-Control": "private, no-store",
        },
    )
