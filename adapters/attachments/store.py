"""附件库: files checked by content, cleaned, addressed by their SHA-256 and sealed under their owner's key.

The address is the SHA-256 of the cleaned content, not of what lies encrypted on the disk: it stands in the event, and
whoever holds the file can compare it with any tool, years later, without us. On disk a file's name is a hash of owner
and address, so a folder listing tells nothing. Destroying the owner's key makes content, thumbnail and name
unreadable everywhere, backups included; the address in the event stays and breaks no hash. What it then still allows:
somebody who has the very same file can tell that it was attached.
"""

import hashlib
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from adapters.attachments.content_types import ContentType, content_type_of
from adapters.attachments.pictures import cleaned
from adapters.attachments.recordings import blank_metadata
from adapters.attachments.refusals import AttachmentEmpty, AttachmentTooLarge, refusing_when_full
from adapters.attachments.sealed_files import FRAME, AttachmentDamaged, SealedFolder, Sealing

DEFAULT_LIMIT = 20 * 1024 * 1024
_IN_MEMORY = 1024 * 1024
_NAME_LENGTH = 100
_CONTENT, _THUMBNAIL, _DESCRIPTION = "content", "thumbnail", "description"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """附件 as kept: `sha256` and `size` (bytes) of the cleaned content, the `original_` ones of what was uploaded.

    `name` is the uploaded one without path, its suffix that of the content; `thumbnail` says whether there is one.
    """

    sha256: str
    size: int
    media_type: str
    name: str
    thumbnail: bool
    original_sha256: str
    original_size: int


class AttachmentStore:
    """附件库 in a folder. Any number of processes may share it."""

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT) -> None:
        if limit_bytes < 1:
            raise ValueError("a limit is at least one byte")
        self._files = SealedFolder(folder)
        self._limit = limit_bytes

    def take(self, sealing: Sealing, name: str, content: Iterable[bytes]) -> KeptFile:
        """Check, clean and keep a file, reading it as it comes: past the limit nothing more is read.

        Refuses AttachmentTooLarge, AttachmentEmpty, AttachmentTypeRefused, AttachmentBroken, AttachmentUnbounded,
        AttachmentStorageFull, and what sealing does. Keeping the same file again changes nothing but its name.
        """
        # An unnamed file: content that is not sealed yet disappears with the process, however it ends.
        with (
            refusing_when_full(),
            tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._files.incoming)) as upload,
        ):
            original_sha256, original_size = self._receive(content, upload)
            kind = content_type_of(upload, original_size)
            if kind.is_image:
                picture = cleaned(upload, kind.media_type)
                sha256, size = hashlib.sha256(picture.content).hexdigest(), len(picture.content)
                self._files.write(sealing, sha256, _THUMBNAIL, [picture.thumbnail])
                self._files.write(sealing, sha256, _CONTENT, _framed(picture.content))
            else:
                if kind.media_type in ("video/mp4", "video/quicktime", "audio/mp4"):
                    blank_metadata(upload, original_size)
                sha256, size = _hash_of(upload), original_size
                self._files.write(sealing, sha256, _CONTENT, _frames_of(upload))
            kept = KeptFile(
                sha256,
                size,
                kind.media_type,
                file_name(name, kind),
                kind.is_image,
                original_sha256,
                original_size,
            )
            # Last: a file is kept once its description stands.
            self._files.write(sealing, sha256, _DESCRIPTION, [json.dumps(asdict(kept)).encode()])
            return kept

    def kept(self, sealing: Sealing, sha256: str) -> KeptFile | None:
        """What is kept under the address for this owner, or None."""
        content = self._files.read(sealing, sha256, _DESCRIPTION)
        return None if content is None else KeptFile(**json.loads(content))

    def read(self, sealing: Sealing, sha256: str, *, thumbnail: bool = False) -> bytes | None:
        """The content, or None when it was withdrawn or never kept. Refuses AttachmentDamaged."""
        content = self._files.read(sealing, sha256, _THUMBNAIL if thumbnail else _CONTENT)
        if content is not None and not thumbnail and hashlib.sha256(content).hexdigest() != sha256:
            raise AttachmentDamaged
        return content

    def discard(self, owner: str, sha256: str) -> bool:
        """Delete the files, to free space after the owner's key was destroyed. False when there were none."""
        removed = [self._files.remove(owner, sha256, part) for part in (_DESCRIPTION, _CONTENT, _THUMBNAIL)]
        return any(removed)

    def _receive(self, content: Iterable[bytes], upload: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for chunk in content:
            size += len(chunk)
            if size > self._limit:
                raise AttachmentTooLarge(f"附件超过{self._limit_words()}上限,请压缩、降低清晰度或分段后重新上传。")
            digest.update(chunk)
            upload.write(chunk)
        if size == 0:
            raise AttachmentEmpty
        return digest.hexdigest(), size

    def _limit_words(self) -> str:
        megabytes = self._limit / 1024 / 1024
        return f"{megabytes:g}MB" if megabytes >= 1 else f"{self._limit}字节"


def file_name(name: str, kind: ContentType) -> str:
    """The name without path, control and direction marks, with the suffix of what the content is."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C")
    stem, dot, suffix = shown.rpartition(".")
    if not dot or not re.fullmatch("[0-9A-Za-z]{1,5}", suffix):
        stem = shown  # what follows the dot is part of the name
    return (stem.strip(" .")[:_NAME_LENGTH] or "附件") + kind.suffix


def _framed(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), FRAME):
        yield content[start : start + FRAME]


def _frames_of(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while frame := file.read(FRAME):
        yield frame


def _hash_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for frame in _frames_of(file):
        digest.update(frame)
    return digest.hexdigest()
