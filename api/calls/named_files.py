"""所附文件: a step may name only files that were sent before for this very call, with what the store knows of them."""

from typing import TypeVar
from uuid import UUID

from api.services import AttachmentPort
from domain.calls.asking import WithFiles
from domain.calls.events import Attachment
from domain.shared.commands import Command
from domain.shared.refusals import Invalid

Asked = TypeVar("Asked", bound=Command)


class AttachmentUnknown(Invalid):
    """The step names a file that was never sent for this call."""

    code = "attachment-unknown"
    rule = "所列附件没有为本事项上传过,请先上传附件,再在办理请求中引用上传得到的地址。"


def with_kept_files(store: AttachmentPort, call: UUID | None, command: Asked) -> Asked:
    """The command with size, type and name of each file as the store has them: a caller's word for them is no fact.

    `call` is None where no file can have been sent: a submission without a request number. Refuses AttachmentUnknown.
    """
    if not isinstance(command, WithFiles) or not command.attachments:
        return command
    found = [store.kept(call, named.sha256) if call is not None else None for named in command.attachments]
    files = [file for file in found if file is not None]
    if len(files) != len(found):
        raise AttachmentUnknown(field="attachments")
    attachments = tuple(
        Attachment(sha256=f.sha256, size=f.size, media_type=f.media_type, thumbnail=f.thumbnail) for f in files
    )
    names = command.attachment_names or tuple(f.name for f in files)
    return command.model_copy(update={"attachments": attachments, "attachment_names": names})
