"""照片: cleaned of where and by which device they were taken, turned upright, with a small copy for lists."""

import io
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageFile, ImageOps

from adapters.attachments.refusals import AttachmentBroken, AttachmentTypeRefused, AttachmentUnbounded

MOST_PIXELS = 64_000_000
"""What a telephone's main camera takes at most, usually; 64 million pixels need about 200 MB while being cleaned."""

THUMBNAIL_SIDE = 480
_AT_ONCE = threading.BoundedSemaphore(2)
"""A large picture takes some hundred megabytes while it is cleaned: two in a process, the others wait."""

IMAGE_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_FORMATS = tuple(IMAGE_FORMATS.values())
_QUALITY = 90
_THUMBNAIL_QUALITY = 75


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """照片 without metadata: `content` to keep, `thumbnail` (WebP, at most 480 pixels a side), its size in pixels."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def cleaned(file: IO[bytes], media_type: str) -> CleanPicture:
    """Re-encode the picture in its own format without EXIF, GPS, comments and preview pictures.

    Orientation is applied, the colour profile kept. Refuses AttachmentBroken (breaks off), AttachmentUnbounded (too
    many pixels; asked before a pixel is decoded), AttachmentTypeRefused (moving pictures).
    """
    with _AT_ONCE:
        upright, profile = _whole(file)
        return CleanPicture(_encoded(upright, media_type, profile), _thumbnail(upright), upright.width, upright.height)


def _whole(file: IO[bytes]) -> tuple[Image.Image, bytes | None]:
    """The picture, read strictly: from the moment it is loaded, which may be now, the library that prints documents has
    the whole process take a picture that breaks off for a whole one."""
    while True:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        read = _upright(file)
        if not ImageFile.LOAD_TRUNCATED_IMAGES:
            return read


def _upright(file: IO[bytes]) -> tuple[Image.Image, bytes | None]:
    """The decoded picture without metadata, and its colour profile."""
    try:
        file.seek(0)
        with Image.open(file, formats=_FORMATS) as opened:
            _check(opened)
            upright = _plain_mode(ImageOps.exif_transpose(opened))
            profile = opened.info.get("icc_profile")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise AttachmentBroken("照片内容不完整或已损坏,请确认能够打开后重新上传。") from error
    upright.info = {}  # what stays in here is written into the new file: comments, EXIF, XMP
    return upright, profile


def _check(opened: Image.Image) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise _too_many_pixels()
    # Telephones put depth maps and previews beside the picture (MPO); only the picture itself is kept.
    if opened.format != "MPO" and getattr(opened, "is_animated", False):
        raise AttachmentTypeRefused("不接收动态图片,请上传静态照片;需要动态画面的,请上传 MP4 视频。")


def _too_many_pixels() -> AttachmentUnbounded:
    return AttachmentUnbounded(
        f"照片像素过大(超过{MOST_PIXELS // 1_000_000}百万像素),请在相机设置中选择普通分辨率,或缩小后重新上传。"
    )


def _plain_mode(picture: Image.Image) -> Image.Image:
    """Palettes and transparency marks live in the metadata that is dropped: turn them into pixels first."""
    if picture.mode == "P" or "transparency" in picture.info:
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture


def _encoded(picture: Image.Image, media_type: str, profile: bytes | None) -> bytes:
    modes = {"image/jpeg": ("L", "RGB"), "image/webp": ("RGB", "RGBA")}.get(media_type)
    if modes and picture.mode not in modes:
        transparent = picture.has_transparency_data and "RGBA" in modes
        picture, profile = picture.convert("RGBA" if transparent else "RGB"), None
    written = io.BytesIO()
    more = {"quality": _QUALITY} if media_type != "image/png" else {}
    picture.save(written, format=IMAGE_FORMATS[media_type], icc_profile=profile, **more)
    return written.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    if picture.mode.startswith("I"):  # 16 bits a pixel: keep the upper eight
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    written = io.BytesIO()
    small.save(written, format="WEBP", quality=_THUMBNAIL_QUALITY)
    return written.getvalue()
