"""附件库: the store, with every call's files sealed under the very key that seals the call's facts (domain.md §9)."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from uuid import UUID

from adapters.attachments.sealed_files import Sealing
from adapters.attachments.store import AttachmentStore, KeptFile
from adapters.event_store.key_ring import KeyRing


class AttachmentLibrary:
    """What pages and commands keep and read files by. Withdrawing a call's content withdraws its files with it."""

    def __init__(self, folder: Path, keys: KeyRing, limit_bytes: int) -> None:
        self._store = AttachmentStore(folder, limit_bytes)
        self._keys = keys

    def take(self, call: UUID, name: str, content: Iterable[bytes]) -> KeptFile:
        """Check, clean and keep a file of a call. Refuses what the store does, and KeyDestroyed."""
        return self._store.take(self._sealing(call), name, content)

    def kept(self, call: UUID, sha256: str) -> KeptFile | None:
        """A file kept before for this call, or None."""
        return self._store.kept(self._sealing(call), sha256)

    def read(self, call: UUID, sha256: str, *, thumbnail: bool = False) -> bytes | None:
        """The content, or None when it was withdrawn or never kept."""
        return self._store.read(self._sealing(call), sha256, thumbnail=thumbnail)

    def discard(self, call: UUID, sha256: str) -> bool:
        """Free the space of a file whose call's content was withdrawn."""
        return self._store.discard(_key_of(call), sha256)

    def _sealing(self, call: UUID) -> Sealing:
        key_id = _key_of(call)
        return Sealing(key_id, partial(self._keys.seal, key_id), partial(self._keys.open, key_id))


def _key_of(call: UUID) -> str:
    """The name of the key that seals the call's facts (Event.key_id)."""
    return f"calls/{call}"
