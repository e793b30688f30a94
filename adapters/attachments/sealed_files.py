"""密封文件: bytes on disk, sealed frame by frame, written whole or not at all."""

import hashlib
import os
import struct
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag

from domain.shared.refusals import Refusal

FRAME = 1024 * 1024
"""Bytes sealed at once: a large recording is never held twice in memory."""

_MAGIC = b"HYF1"
_LENGTH = struct.Struct(">I")
_LARGEST_BOX = FRAME + 1024
_STALE_SECONDS = 86_400

Seal = Callable[[bytes, bytes], bytes]
"""(content, context) → sealed: encrypts under the owner's key; the context is authenticated beside it."""

Open = Callable[[bytes, bytes], bytes | None]
"""(sealed, context) → content, or None when the key was destroyed. Raises InvalidTag when either was changed."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """密封: whose key it is (`owner`, e.g. calls/<id>), and how it seals and opens."""

    owner: str
    seal: Seal
    open: Open


class AttachmentDamaged(Refusal):
    """What lies on the disk is not what was kept."""

    code = "attachment-damaged"
    status = 500
    rule = "附件存储内容与登记的指纹不符(被改动或磁盘损坏),不能显示。请系统管理员从备份恢复;办理记录不受影响。"


class SealedFolder:
    """Two levels of folders under names that tell nothing: the hash of owner, address and part.

    The same photo in two calls lies under two names, sealed by two keys; destroying a call's key makes its files
    unreadable wherever a copy of the folder is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def write(self, sealing: Sealing, address: str, part: str, frames: Iterable[bytes]) -> None:
        """Seal the frames into one file, atomically and durably; an equal one is replaced."""
        path = self._path(sealing.owner, address, part)
        handle, name = tempfile.mkstemp(dir=self.incoming)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC)
                for number, (frame, last) in enumerate(_marking_last(frames)):
                    box = sealing.seal(frame, _context(sealing.owner, address, part, number, last))
                    file.write(_LENGTH.pack(len(box)))
                    file.write(box)
                file.flush()
                os.fsync(file.fileno())
            self._make_folder(path.parent)
            temporary.replace(path)
            _sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def read(self, sealing: Sealing, address: str, part: str) -> bytes | None:
        """The content, or None when there is no such file or its key was destroyed. Refuses AttachmentDamaged."""
        path = self._path(sealing.owner, address, part)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return None
        opened = []
        with file:
            for number, (box, last) in enumerate(_marking_last(_boxes(file))):
                try:
                    frame = sealing.open(box, _context(sealing.owner, address, part, number, last))
                except InvalidTag as error:
                    raise AttachmentDamaged from error
                if frame is None:
                    return None
                opened.append(frame)
        if not opened:
            raise AttachmentDamaged
        return b"".join(opened)

    def remove(self, owner: str, address: str, part: str) -> bool:
        """Delete a file, after its key was destroyed. False when there was none."""
        path = self._path(owner, address, part)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def _path(self, owner: str, address: str, part: str) -> Path:
        name = hashlib.sha256(f"{owner}\n{address}\n{part}".encode()).hexdigest()
        return self.folder / name[:2] / name[2:4] / name

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        _sync_folder(self.folder)

    def _sweep(self) -> None:
        """Drop what a crash left behind; others may be writing right now, so only what is a day old."""
        for left in self.incoming.iterdir():
            try:
                if left.stat().st_mtime < time.time() - _STALE_SECONDS:
                    left.unlink()
            except FileNotFoundError:
                continue  # another process swept it


def _context(owner: str, address: str, part: str, number: int, last: bool) -> bytes:
    """Binds a frame to its place: frames can be neither swapped, nor dropped, nor moved to another file."""
    return f"attachment/{owner}/{address}/{part}/{number}/{'last' if last else 'more'}".encode()


def _marking_last(frames: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    held: bytes | None = None
    for frame in frames:
        if held is not None:
            yield held, False
        held = frame
    if held is not None:
        yield held, True


def _boxes(file: IO[bytes]) -> Iterator[bytes]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise AttachmentDamaged
    while header := file.read(_LENGTH.size):
        if len(header) < _LENGTH.size:
            raise AttachmentDamaged
        (length,) = _LENGTH.unpack(header)
        if length > _LARGEST_BOX or len(box := file.read(length)) < length:
            raise AttachmentDamaged
        yield box


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
