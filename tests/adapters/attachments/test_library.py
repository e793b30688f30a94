"""附件库 under the real keys of a real database: withdrawing a call's content withdraws its files."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg_pool import ConnectionPool

from adapters.attachments.library import AttachmentLibrary
from adapters.event_store.key_ring import KeyDestroyed, KeyRing
from tests.adapters.attachments import files


@pytest.fixture
def keys(database: str) -> Iterator[KeyRing]:
    with ConnectionPool(database, min_size=1, max_size=2, open=True) as pool:
        yield KeyRing(pool, bytes(32))


def test_a_file_is_read_back_by_another_process_with_the_same_keys(tmp_path: Path, keys: KeyRing) -> None:
    call = uuid4()
    kept = AttachmentLibrary(tmp_path, keys, 1_000_000).take(call, "现场.jpg", files.chunks(files.jpeg()))
    other = AttachmentLibrary(tmp_path, keys, 1_000_000)
    assert other.kept(call, kept.sha256) == kept
    assert other.read(call, kept.sha256)
    assert other.read(call, kept.sha256, thumbnail=True)


def test_destroying_the_calls_key_withdraws_its_files_and_allows_no_new_ones(tmp_path: Path, keys: KeyRing) -> None:
    library, withdrawn, standing = AttachmentLibrary(tmp_path, keys, 1_000_000), uuid4(), uuid4()
    kept = library.take(withdrawn, "a.jpg", [files.jpeg()])
    library.take(standing, "a.jpg", [files.jpeg()])
    assert keys.destroy(f"calls/{withdrawn}", "示撤〔2026〕1号")
    assert library.read(withdrawn, kept.sha256) is None
    assert library.kept(withdrawn, kept.sha256) is None
    assert library.read(standing, kept.sha256) is not None
    with pytest.raises(KeyDestroyed):
        library.take(withdrawn, "b.pdf", [files.pdf()])
    assert library.discard(withdrawn, kept.sha256)
    assert library.read(standing, kept.sha256) is not None


def test_a_file_belongs_to_its_call_alone(tmp_path: Path, keys: KeyRing) -> None:
    library, call, other = AttachmentLibrary(tmp_path, keys, 1_000_000), uuid4(), uuid4()
    kept = library.take(call, "a.pdf", [files.pdf()])
    assert library.kept(other, kept.sha256) is None
    assert library.read(other, kept.sha256) is None
