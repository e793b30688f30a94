"""附件类型: what a file is, told by its content alone, and whether it is whole."""

import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Final

import filetype

from adapters.attachments.refusals import (
    ALLOWED,
    AttachmentBroken,
    AttachmentTypeRefused,
    AttachmentUnbounded,
)

_HEAD = 8_192
_UNPACKED = 300 * 1024 * 1024
_PARTS = 5_000
_PDF_TAIL = 2_048

IMAGES: Final = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_SOUNDS: Final = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/x-wav": ".wav", "audio/amr": ".amr"}
_VIDEOS: Final = {"video/mp4": ".mp4", "video/quicktime": ".mov"}
_OFFICE: Final = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
}
_BRANDS: Final = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
_MP4_BRANDS: Final = frozenset(
    {
        b"isom",
        b"iso2",
        b"iso4",
        b"iso5",
        b"iso6",
        b"mp41",
        b"mp42",
        b"avc1",
        b"dash",
        b"M4V ",
        b"3gp4",
        b"3gp5",
        b"MSNV",
    }
)
_SAME: Final = {"image/apng": "image/png"}
_AMR: Final = b"#!AMR"
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What the ZIP reader was seen to raise over damaged archives."""


@dataclass(frozen=True, slots=True)
class ContentType:
    """文件类型: media type and the suffix its name gets."""

    media_type: str
    suffix: str

    @property
    def is_image(self) -> bool:
        """True for pictures, which are cleaned and get a thumbnail."""
        return self.media_type in IMAGES


def content_type_of(file: IO[bytes], size: int) -> ContentType:
    """What the file is. The name is never asked: a program named .jpg is a program.

    Refuses AttachmentTypeRefused, AttachmentBroken (breaks off), AttachmentUnbounded (archive bomb). Pictures are
    looked into by adapters.attachments.pictures.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_PROGRAMS) and not head.startswith(_AMR):
        raise AttachmentTypeRefused(f"该文件的内容是程序,与文件名无关,一律不接收;只接收{ALLOWED}。")
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(b"%PDF-"):
        _check_pdf(file, size)
        return ContentType("application/pdf", ".pdf")
    if head[4:8] == b"ftyp":
        return _iso_media(file, head, size)
    guessed = filetype.guess(head)
    media_type = str(guessed.mime) if guessed else ""
    media_type = _SAME.get(media_type, media_type)
    if media_type in IMAGES:
        return ContentType(media_type, IMAGES[media_type])
    if media_type == "audio/x-wav":
        _check_wav(head, size)
    if media_type in _SOUNDS:
        return ContentType(media_type, _SOUNDS[media_type])
    raise AttachmentTypeRefused


def _office(file: IO[bytes]) -> ContentType:
    """Word or Excel without macros. Every part is unpacked once, so that a broken one is found now, not in a review."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise AttachmentUnbounded
            found = next((kind for part, kind in _OFFICE.items() if part in names), None)
            if found is None or "[Content_Types].xml" not in names:
                raise AttachmentTypeRefused(f"不接收压缩包,请解压后逐个上传;只接收{ALLOWED}。")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise AttachmentTypeRefused("文件含有宏,不能接收,请另存为不含宏的 docx 或 xlsx 后重新上传。")
            if any(part.flag_bits & 1 for part in parts) or package.testzip() is not None:
                raise AttachmentBroken
    except _ARCHIVE_ERRORS as error:
        raise AttachmentBroken from error
    return ContentType(*found)


def _check_pdf(file: IO[bytes], size: int) -> None:
    file.seek(max(0, size - _PDF_TAIL))
    if b"%%EOF" not in file.read():
        raise AttachmentBroken("PDF 文件不完整(没有结尾),请确认能够打开后重新上传。")


def _check_wav(head: bytes, size: int) -> None:
    (declared,) = struct.unpack("<I", head[4:8])
    # Recorders that were cut off leave 0 or the greatest number here; both play, and neither says anything.
    if declared not in (0, 0xFFFFFFFF) and declared + 8 > size + 1:
        raise AttachmentBroken("录音文件不完整,请确认能够播放后重新上传。")


def _iso_media(file: IO[bytes], head: bytes, size: int) -> ContentType:
    brand = head[8:12]
    if brand in _HEIF_BRANDS:
        raise AttachmentTypeRefused(
            "照片是 HEIC 格式,暂不能接收。请在手机相机设置中选择“兼容性最佳”(JPG),或将照片转换为 JPG 后重新上传。"
        )
    media_type = _BRANDS.get(brand) or ("video/mp4" if brand in _MP4_BRANDS or brand[:2] == b"3g" else "")
    if not media_type:
        raise AttachmentTypeRefused
    boxes = _top_level_boxes(file, size)
    if not boxes.keys() >= {"moov", "mdat"} and "moof" not in boxes:
        raise AttachmentBroken("视频或录音文件不完整,请确认能够播放后重新上传。")
    return ContentType(media_type, _VIDEOS.get(media_type) or _SOUNDS[media_type])


def _top_level_boxes(file: IO[bytes], size: int) -> dict[str, int]:
    """Name and place of each box; refuses AttachmentBroken where one reaches beyond the end of the file."""
    boxes: dict[str, int] = {}
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            raise AttachmentBroken
        (length,) = struct.unpack(">I", header[:4])
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:])
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            raise AttachmentBroken("视频或录音文件不完整,请确认能够播放后重新上传。")
        boxes[header[4:8].decode("latin-1")] = at
        at += length
    return boxes
