"""附件的拒绝理由: what a file must be to be kept, and what to do when it is not."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from domain.shared.refusals import Invalid, Refusal

ALLOWED = "照片(JPG、PNG、WebP)、PDF、Word(docx)、Excel(xlsx)、视频(MP4、MOV)和录音(MP3、M4A、WAV、AMR)"


class AttachmentTooLarge(Invalid):
    """More bytes than the settings allow."""

    code = "attachment-too-large"
    status = 413
    rule = "附件超过大小上限,请压缩或分段后重新上传。"


class AttachmentTypeRefused(Invalid):
    """The content is of no allowed type, whatever the name says."""

    code = "attachment-type-refused"
    status = 415
    rule = f"不接收该类型的文件,只接收{ALLOWED}。请转换后重新上传。"


class AttachmentBroken(Invalid):
    """The content breaks off or can't be read."""

    code = "attachment-broken"
    rule = "文件内容不完整或已损坏,请确认能够打开后重新上传。"


class AttachmentUnbounded(Invalid):
    """The content unfolds to far more than it looks: a picture with too many pixels, an archive bomb."""

    code = "attachment-unbounded"
    rule = "文件展开后过大,不能接收,请换用较小的文件重新上传。"


class AttachmentEmpty(Invalid):
    """No byte at all."""

    code = "attachment-empty"
    rule = "附件是空文件,请重新选择文件上传。"


class AttachmentStorageFull(Refusal):
    """The disk takes no more: no fault of the file."""

    code = "attachment-storage-full"
    status = 507
    rule = "附件存储空间已满,附件未能保存,已填写的内容请先保留。请系统管理员清理或扩充磁盘后重新上传;不带附件仍可办理。"


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """What is written in this block may meet a full disk, a used-up quota or a size limit: AttachmentStorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise AttachmentStorageFull from error
