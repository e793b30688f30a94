"""附件库: what is taken, how it is cleaned and kept, and what is refused."""

import hashlib
import io
import os
import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from adapters.attachments.content_types import ContentType
from adapters.attachments.refusals import (
    AttachmentBroken,
    AttachmentEmpty,
    AttachmentStorageFull,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    AttachmentUnbounded,
)
from adapters.attachments.sealed_files import FRAME, AttachmentDamaged, SealedFolder, Sealing
from adapters.attachments.store import AttachmentStore, file_name
from domain.shared.refusals import Refusal
from tests.adapters.attachments import files
from tests.adapters.imports.damage import damaged

MEGABYTE = 1024 * 1024
_REFUSALS = (AttachmentBroken, AttachmentEmpty, AttachmentTooLarge, AttachmentTypeRefused, AttachmentUnbounded)


class Key:
    """A key that can be destroyed."""

    def __init__(self) -> None:
        self.cipher: AESGCM | None = AESGCM(AESGCM.generate_key(256))

    def seal(self, plain: bytes, context: bytes) -> bytes:
        assert self.cipher is not None
        nonce = os.urandom(12)
        return nonce + self.cipher.encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes | None:
        return self.cipher.decrypt(sealed[:12], sealed[12:], context) if self.cipher else None

    def of(self, owner: str) -> Sealing:
        return Sealing(owner, self.seal, self.open)


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "attachments")


@pytest.fixture
def sealing() -> Sealing:
    return Key().of("calls/1")


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(files.jpeg(), "image/jpeg"), (files.png(), "image/png"), (files.webp(), "image/webp")],
)
def test_a_photo_is_kept_without_place_camera_and_comments(
    store: AttachmentStore, sealing: Sealing, content: bytes, media_type: str
) -> None:
    assert files.CAMERA.encode() in content
    kept = store.take(sealing, "现场.jpg", files.chunks(content))
    clean = store.read(sealing, kept.sha256)
    assert clean is not None
    assert kept.media_type == media_type
    assert hashlib.sha256(clean).hexdigest() == kept.sha256 != kept.original_sha256
    assert hashlib.sha256(content).hexdigest() == kept.original_sha256
    assert (kept.size, kept.original_size) == (len(clean), len(content))
    assert files.CAMERA.encode() not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {}
        assert "comment" not in picture.info
        assert "xmp" not in picture.info


def test_a_photo_taken_sideways_is_kept_upright(store: AttachmentStore, sealing: Sealing) -> None:
    kept = store.take(sealing, "a.jpg", [files.jpeg(1200, 800, orientation=6)])
    for thumbnail in (False, True):
        content = store.read(sealing, kept.sha256, thumbnail=thumbnail)
        assert content is not None
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.height > picture.width
            pixel = picture.convert("RGB").getpixel((picture.width // 2, 5))
            assert isinstance(pixel, tuple)
            red, _, blue = pixel
            assert red > blue  # what was left is on top after turning clockwise


def test_a_thumbnail_is_a_webp_of_at_most_480_pixels_a_side(store: AttachmentStore, sealing: Sealing) -> None:
    kept = store.take(sealing, "a.jpg", [files.jpeg(3000, 1000)])
    assert kept.thumbnail
    content = store.read(sealing, kept.sha256, thumbnail=True)
    assert content is not None
    with Image.open(io.BytesIO(content)) as small:
        assert (small.format, small.size) == ("WEBP", (480, 160))


def test_of_a_telephones_multi_picture_file_the_photo_is_kept(store: AttachmentStore, sealing: Sealing) -> None:
    kept = store.take(sealing, "a.jpg", [files.multi_picture_jpeg()])
    content = store.read(sealing, kept.sha256)
    assert content is not None
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 800))
    assert kept.media_type == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_colour_mode_are_kept_with_their_thumbnail(
    store: AttachmentStore, sealing: Sealing, mode: str
) -> None:
    made = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (600, 500)).save(made, kind)
    kept = store.take(sealing, "a", [made.getvalue()])
    assert kept.media_type == f"image/{kind.lower()}"
    assert store.read(sealing, kept.sha256, thumbnail=True)


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kept_name"),
    [
        (files.pdf(), "情况说明.PDF", "application/pdf", "情况说明.pdf"),
        (
            files.office(),
            "报告.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "报告.docx",
        ),
        (
            files.office("xl/workbook.xml"),
            "台账.xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "台账.xlsx",
        ),
        (files.wav(), "录音", "audio/x-wav", "录音.wav"),
        (b"#!AMR\n" + bytes(500), "电话.amr", "audio/amr", "电话.amr"),
        (b"ID3\x03\x00" + bytes(500), "电话.mp3", "audio/mpeg", "电话.mp3"),
        (files.mp4(), "视频.mp4", "video/mp4", "视频.mp4"),
        (files.mp4(b"qt  "), "视频.MOV", "video/quicktime", "视频.mov"),
        (files.mp4(b"M4A "), "录音.m4a", "audio/mp4", "录音.m4a"),
    ],
)
def test_documents_and_recordings_are_told_by_content_and_named_after_it(
    store: AttachmentStore, sealing: Sealing, content: bytes, name: str, media_type: str, kept_name: str
) -> None:
    kept = store.take(sealing, name, files.chunks(content))
    assert (kept.media_type, kept.name, kept.thumbnail) == (media_type, kept_name, False)
    assert kept.size == len(content)
    assert store.read(sealing, kept.sha256, thumbnail=True) is None
    assert store.kept(sealing, kept.sha256) == kept


@pytest.mark.parametrize("content", [files.jpeg()[:-3000], files.png()[:-2000]])
def test_a_photo_that_breaks_off_is_refused_also_where_documents_have_been_printed(
    store: AttachmentStore, sealing: Sealing, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """WeasyPrint says so for the whole process when it is loaded."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(AttachmentBroken, match="不完整"):
        store.take(sealing, "现场照片.jpg", files.chunks(content))


def test_a_document_is_kept_to_the_byte(store: AttachmentStore, sealing: Sealing) -> None:
    kept = store.take(sealing, "a.pdf", [files.pdf()])
    assert store.read(sealing, kept.sha256) == files.pdf()
    assert kept.sha256 == kept.original_sha256


def test_a_video_is_kept_without_its_place_and_with_every_frame(store: AttachmentStore, sealing: Sealing) -> None:
    content = files.mp4()
    assert b"+36.67" in content
    kept = store.take(sealing, "a.mp4", files.chunks(content))
    clean = store.read(sealing, kept.sha256)
    assert clean is not None
    assert len(clean) == len(content)
    assert b"+36.67" not in clean
    assert files.CAMERA.encode() not in clean
    assert clean[clean.index(b"mdat") :] == content[content.index(b"mdat") :]
    assert kept.sha256 != kept.original_sha256


@pytest.mark.parametrize(
    ("made", "refusal", "words"),
    [
        (lambda: files.program(), AttachmentTypeRefused, "程序"),
        (lambda: b"\x7fELF" + bytes(100), AttachmentTypeRefused, "程序"),
        (lambda: b"#!/bin/sh\nrm -rf /\n", AttachmentTypeRefused, "程序"),
        (lambda: b"<html><script>alert(1)</script></html>", AttachmentTypeRefused, "只接收"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", AttachmentTypeRefused, "只接收"),
        (lambda: "只是一段文字".encode(), AttachmentTypeRefused, "只接收"),
        (lambda: files.animated("GIF"), AttachmentTypeRefused, "只接收"),
        (lambda: files.animated("WEBP"), AttachmentTypeRefused, "动态图片"),
        (lambda: files.animated("PNG"), AttachmentTypeRefused, "动态图片"),
        (lambda: files.box(b"ftyp", b"heic" + bytes(12)) + bytes(50), AttachmentTypeRefused, "兼容性最佳"),
        (lambda: files.office("a.txt"), AttachmentTypeRefused, "压缩包"),
        (lambda: files.office(more={"word/vbaProject.bin": b"x"}), AttachmentTypeRefused, "宏"),
        (lambda: files.archive_bomb(), AttachmentUnbounded, "展开后过大"),
        (lambda: files.png_of_many_pixels(8_100), AttachmentUnbounded, "像素"),
        (lambda: files.png_of_many_pixels(9_600), AttachmentUnbounded, "像素"),
        (lambda: files.png_of_many_pixels(14_000), AttachmentUnbounded, "像素"),
        (lambda: files.png()[:-2000], AttachmentBroken, "不完整"),
        (lambda: files.jpeg()[:-3000], AttachmentBroken, "不完整"),
        (lambda: files.jpeg()[:30], AttachmentBroken, "不完整"),
        (lambda: files.office()[:-30], AttachmentBroken, "不完整"),
        (lambda: files.pdf()[:-10], AttachmentBroken, "不完整"),
        (lambda: files.mp4()[:-100], AttachmentBroken, "不完整"),
        (lambda: files.wav()[:-100], AttachmentBroken, "不完整"),
        (lambda: b"", AttachmentEmpty, "空文件"),
    ],
)
def test_what_is_no_allowed_whole_file_is_refused_whatever_its_name_and_leaves_nothing(
    tmp_path: Path, sealing: Sealing, made: Callable[[], bytes], refusal: type[Refusal], words: str
) -> None:
    store = AttachmentStore(tmp_path, limit_bytes=30 * MEGABYTE)
    with pytest.raises(refusal, match=words) as refused:
        store.take(sealing, "现场照片.jpg", files.chunks(made()))
    assert refused.value.code.startswith("attachment-")
    assert stored_files(tmp_path) == []


def test_thirty_megabytes_are_refused_before_they_are_read_and_without_holding_them(
    store: AttachmentStore, sealing: Sealing, tmp_path: Path
) -> None:
    given_out = 0

    def upload() -> Iterator[bytes]:
        nonlocal given_out
        yield b"\xff\xd8\xff\xe0"
        for _ in range(30 * 16):
            given_out += 64 * 1024
            yield os.urandom(64 * 1024)

    tracemalloc.start()
    try:
        with pytest.raises(AttachmentTooLarge, match="20MB"):
            store.take(sealing, "a.jpg", upload())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert given_out <= 20 * MEGABYTE + 64 * 1024
    assert peak < 4 * MEGABYTE
    assert stored_files(tmp_path) == []


def test_a_large_recording_is_kept_in_frames_and_read_back_whole(tmp_path: Path, sealing: Sealing) -> None:
    content = files.mp4() + files.box(b"free", os.urandom(3 * FRAME + 17))
    store = AttachmentStore(tmp_path)
    kept = store.take(sealing, "a.mp4", files.chunks(content))
    clean = store.read(sealing, kept.sha256)
    assert clean is not None
    assert clean.endswith(content[-FRAME:])


def test_nothing_of_content_name_or_address_can_be_read_from_the_disk(
    tmp_path: Path, store: AttachmentStore, sealing: Sealing
) -> None:
    kept = store.take(sealing, "举报人住址.pdf", [files.pdf()])
    found = stored_files(tmp_path)
    assert len(found) == 2
    for path in found:
        content = path.read_bytes()
        assert b"PDF" not in content
        assert b"name" not in content
        assert kept.sha256 not in path.name
        assert len(path.relative_to(tmp_path / "attachments").parts) == 3


def test_once_the_key_is_destroyed_content_thumbnail_and_name_are_gone(tmp_path: Path) -> None:
    store, key = AttachmentStore(tmp_path), Key()
    sealing = key.of("calls/1")
    kept = store.take(sealing, "a.jpg", [files.jpeg()])
    key.cipher = None
    assert store.kept(sealing, kept.sha256) is None
    assert store.read(sealing, kept.sha256) is None
    assert store.read(sealing, kept.sha256, thumbnail=True) is None
    assert store.discard("calls/1", kept.sha256)
    assert not store.discard("calls/1", kept.sha256)
    assert stored_files(tmp_path) == []


def test_the_same_photo_in_two_calls_is_two_files_and_neither_call_opens_the_others(tmp_path: Path) -> None:
    store, key = AttachmentStore(tmp_path), Key()
    one = store.take(key.of("calls/1"), "a.jpg", [files.jpeg()])
    assert store.read(key.of("calls/2"), one.sha256) is None
    two = store.take(key.of("calls/2"), "a.jpg", [files.jpeg()])
    assert one.sha256 == two.sha256
    assert len(stored_files(tmp_path)) == 6


def test_keeping_the_same_file_again_changes_nothing_but_its_name(tmp_path: Path, sealing: Sealing) -> None:
    store = AttachmentStore(tmp_path)
    first = store.take(sealing, "a.pdf", [files.pdf()])
    second = store.take(sealing, "b.pdf", [files.pdf()])
    assert first.sha256 == second.sha256
    kept = store.kept(sealing, first.sha256)
    assert kept is not None
    assert kept.name == "b.pdf"
    assert len(stored_files(tmp_path)) == 2


@pytest.mark.parametrize("spoil", ["bit", "cut", "swap", "magic"])
def test_a_file_changed_on_the_disk_is_never_shown(tmp_path: Path, sealing: Sealing, spoil: str) -> None:
    store = AttachmentStore(tmp_path)
    content = files.mp4() + files.box(b"free", os.urandom(2 * FRAME))
    kept = store.take(sealing, "a.mp4", [content])
    path = max(stored_files(tmp_path), key=lambda file: file.stat().st_size)
    stored = path.read_bytes()
    frame = 4 + FRAME + 28
    path.write_bytes(
        {
            "bit": stored[:-1] + bytes([stored[-1] ^ 1]),
            "cut": stored[: 4 + 2 * frame],
            "swap": stored[:4] + stored[4 + frame : 4 + 2 * frame] + stored[4 : 4 + frame] + stored[4 + 2 * frame :],
            "magic": b"X" + stored[1:],
        }[spoil]
    )
    with pytest.raises(AttachmentDamaged, match="备份"):
        store.read(sealing, kept.sha256)


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path, sealing: Sealing) -> None:
    def upload() -> Iterator[bytes]:
        yield files.jpeg()[:5000]
        raise ConnectionResetError

    store = AttachmentStore(tmp_path)
    with pytest.raises(ConnectionResetError):
        store.take(sealing, "a.jpg", upload())
    assert stored_files(tmp_path) == []


_UPLOADING = """
import sys
from pathlib import Path
from adapters.attachments.sealed_files import Sealing
from adapters.attachments.store import AttachmentStore

def upload():
    yield b"%PDF-1.4" + b"secret" * 500_000
    print("received", flush=True)
    sys.stdin.read()
    yield b"%%EOF"

AttachmentStore(Path(sys.argv[1])).take(Sealing("calls/1", lambda *a: a[0], lambda *a: a[0]), "a.pdf", upload())
"""


def test_a_process_killed_in_the_middle_of_an_upload_leaves_nothing_readable(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _UPLOADING, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as uploading:
        assert uploading.stdout is not None
        assert uploading.stdout.readline() == b"received\n"
        uploading.kill()
    assert stored_files(tmp_path) == []


def test_what_a_crash_left_behind_is_swept_a_day_later_and_not_before(tmp_path: Path) -> None:
    AttachmentStore(tmp_path)
    fresh, stale = tmp_path / "incoming" / "fresh", tmp_path / "incoming" / "stale"
    for path in (fresh, stale):
        path.write_bytes(b"x")
    os.utime(stale, (0, 0))
    AttachmentStore(tmp_path)
    assert stored_files(tmp_path) == [fresh]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("现场照片.png", "现场照片.jpg"),
        ("C:\\用户\\桌面\\违建.JPEG", "违建.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("报告\u202egpj.exe", "报告gpj.jpg"),
        ("", "附件.jpg"),
        ("...", "附件.jpg"),
        ("2026.03.01 现场", "2026.03.01 现场.jpg"),
        ("很" * 300, "很" * 100 + ".jpg"),
    ],
)
def test_a_name_is_shown_without_path_tricks_and_with_the_contents_suffix(name: str, shown: str) -> None:
    assert file_name(name, ContentType("image/jpeg", ".jpg")) == shown


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 3_000), min_size=1, max_size=12), data=st.binary(min_size=1, max_size=50))
def test_frames_of_any_size_come_back_as_they_went_in(tmp_path: Path, sizes: list[int], data: bytes) -> None:
    folder, sealing = SealedFolder(tmp_path), Key().of("calls/1")
    frames = [(data * size)[:size] for size in sizes]
    folder.write(sealing, "address", "content", frames)
    assert folder.read(sealing, "address", "content") == b"".join(frames)


# Pillow warns about EXIF it can't read; the pixels are what counts.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=damaged(
        files.jpeg(120, 80),
        files.png(),
        files.webp(),
        files.multi_picture_jpeg(),
        files.office(),
        files.mp4(),
        files.wav(),
        files.pdf(),
    )
)
def test_a_damaged_file_is_kept_readable_or_refused_but_never_breaks_the_store(tmp_path: Path, content: bytes) -> None:
    store, sealing = AttachmentStore(tmp_path), Key().of("calls/1")
    try:
        kept = store.take(sealing, "现场.jpg", files.chunks(content))
    except _REFUSALS:
        return
    assert store.kept(sealing, kept.sha256) == kept
    assert store.read(sealing, kept.sha256) is not None


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The operating system itself refuses this process to write further (EFBIG), as a full disk would (ENOSPC)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [20_000, 3 * MEGABYTE])
def test_a_full_disk_is_named_nothing_half_written_stays_and_the_file_can_be_sent_again(
    store: AttachmentStore, sealing: Sealing, tmp_path: Path, size: int
) -> None:
    """A small file fails when it is sealed, a large one already while it comes in."""
    recording = b"#!AMR\n" + os.urandom(size)
    with no_file_larger_than(4_096), pytest.raises(AttachmentStorageFull, match="存储空间已满"):
        store.take(sealing, "录音.amr", [recording])
    assert [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()] == []
    assert store.kept(sealing, hashlib.sha256(recording).hexdigest()) is None
    kept = store.take(sealing, "录音.amr", [recording])
    assert store.read(sealing, kept.sha256) == recording
