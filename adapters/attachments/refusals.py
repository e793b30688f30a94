"""附件的拒绝理由: what a file must be to be kept, and what to do when it is not."""

from domain.shared.refusals import Invalid

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
