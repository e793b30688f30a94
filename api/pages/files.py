"""附件的进出: files are kept before the command names them, and served to whom the call is open."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from api.pages.forms import MAX_FILES, uploads_in
from api.services import AttachmentPort
from domain.calls.events import Attachment
from domain.shared.refusals import Invalid

_CHUNK = 256 * 1024


class TooManyFiles(Invalid):
    """More files than one step may carry."""

    code = "too-many-files"
    rule = f"一次最多上传 {MAX_FILES} 个文件,请分次补充。"


def keep_uploads(store: AttachmentPort, call: UUID, form: FormData) -> dict[str, Any]:
    """Check and keep the chosen files; gives the command's fields. Refuses what the store refuses, TooManyFiles.

    A form that came back for another fault carries the files kept before as `kept`: they need not be chosen again.
    """
    uploads = uploads_in(form)
    kept = [store.kept(call, value) for value in form.getlist("kept") if isinstance(value, str)]
    files = [file for file in kept if file is not None]
    if len(uploads) + len(files) > MAX_FILES:
        raise TooManyFiles(field="attachments")
    files += [store.take(call, upload.filename or "附件", _chunks(upload)) for upload in uploads]
    return {
        "attachments": [
            Attachment(sha256=f.sha256, size=f.size, media_type=f.media_type, thumbnail=f.thumbnail) for f in files
        ],
        "attachment_names": [f.name for f in files],
    }


def _chunks(upload: UploadFile) -> Iterator[bytes]:
    while chunk := upload.file.read(_CHUNK):
        yield chunk
