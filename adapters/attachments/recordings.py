"""录像录音: cleaned of where they were taken. Nothing is re-encoded: the metadata boxes are blanked in place."""

import struct
from collections.abc import Iterator
from typing import IO, Final

_CONTAINERS: Final = frozenset({b"moov", b"trak"})
_METADATA: Final = frozenset({b"udta", b"meta", b"uuid"})
_CHUNK = 64 * 1024


def blank_metadata(file: IO[bytes], size: int) -> None:
    """Turn user data and metadata boxes of an MP4, MOV or M4A (place, device, owner) into empty space of equal size.

    Players skip it, and no offset in the file moves. The file's boxes were checked by content_type_of.
    """
    for at, length, kind in _boxes(file, 0, size):
        if kind in _METADATA:
            _blank(file, at, length)


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Place, length and kind of every box at top level, in the movie and in its tracks."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        header = file.read(16)
        (length,), kind, skip = struct.unpack(">I", header[:4]), header[4:8], 8
        if length == 1 and len(header) == 16:
            (length,), skip = struct.unpack(">Q", header[8:]), 16
        elif length == 0:
            length = end - at
        if length < skip or at + length > end:
            return  # padding written by some telephones; nothing after it is a box
        yield at, length, kind
        if kind in _CONTAINERS:
            yield from _boxes(file, at + skip, at + length)
        at += length


def _blank(file: IO[bytes], at: int, length: int) -> None:
    file.seek(at)
    (stated,) = struct.unpack(">I", file.read(4))
    file.write(b"free")
    left = length - 8
    if stated == 1:
        file.seek(at + 16)
        left -= 8
    while left > 0:
        file.write(bytes(min(left, _CHUNK)))
        left -= _CHUNK
