"""内容密钥: the keys that seal the contents of events, kept outside the log (domain.md §9, house.md decision 7).

Every stream (and every citizen) has an AES-256 key of its own, kept wrapped under the master key of the settings.
Destroying a key makes everything sealed with it unreadable, everywhere, and breaks no hash.
"""

import hmac
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from domain.shared.refusals import Refusal

_NONCE = 12
_KEY = 32
_CACHE = 50_000
_TRUST_SECONDS = 5.0

Random = Callable[[int], bytes]
"""Gives so many random bytes that nobody can foretell."""


class WrongMasterKey(Exception):
    """The master key of the settings does not open the keys of this database."""

    code = "content-key-unreadable"

    def __init__(self) -> None:
        super().__init__("主密钥与本数据库不符:请把 HUYING_MASTER_KEY 设为建库时使用的主密钥。")


class KeyDestroyed(Refusal):
    """The key that would seal this content was destroyed by order."""

    code = "content-withdrawn"
    rule = "该事项内容已依令撤除,不能再补充内容。"


class KeysAtHand:
    """Keys as they were read a moment ago, for the events of one batch."""

    def __init__(self, held: Mapping[str, AESGCM | None], ring: "KeyRing") -> None:
        self._held = held
        self._ring = ring

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        """See KeyRing.open."""
        if key_id not in self._held:
            return self._ring.open(key_id, box, context)
        cipher = self._held[key_id]
        return None if cipher is None else cipher.decrypt(box[:_NONCE], box[_NONCE:], context)


class KeyRing:
    """Makes, finds and destroys content keys. A key read from the database is trusted for a few seconds only,
    so that a destruction by another process takes effect here too."""

    def __init__(self, pool: ConnectionPool, master: bytes) -> None:
        if len(master) != 32:
            raise ValueError("a master key has 32 bytes")
        self._pool = pool
        self._wrapper = AESGCM(master)
        self._fingerprints = hmac.new(hmac.digest(master, b"command fingerprints", "sha256"), digestmod="sha256")
        self._cache: OrderedDict[str, tuple[float, AESGCM | None]] = OrderedDict()
        self._lock = threading.Lock()

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        """Encrypt under the key, making the key when it is new. `context` is authenticated beside the content.

        Refuses KeyDestroyed when the key was destroyed: nothing can be added to withdrawn content.
        """
        cipher = self._existing_or_new(key_id)
        nonce = os.urandom(_NONCE)
        return nonce + cipher.encrypt(nonce, plain, context)

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        """Decrypt, or None when the key was destroyed or never existed here."""
        cipher = self._found(key_id)
        if cipher is None:
            return None
        return cipher.decrypt(box[:_NONCE], box[_NONCE:], context)

    def at_hand(self, key_ids: Iterable[str], *, fresh: bool = False) -> "KeysAtHand":
        """Many keys, read in one query; `fresh` reads even those still trusted (after a destruction elsewhere)."""
        wanted = set(key_ids)
        held: dict[str, AESGCM | None] = {}
        if not fresh:
            for key_id in wanted:
                if (trusted := self._trusted(key_id)) is not None:
                    held[key_id] = trusted[0]
        if missing := wanted - held.keys():
            held |= self._read(list(missing), leave_out_broken=True)  # whoever opens with a broken key is told then
        return KeysAtHand(held, self)

    def standing(self, key_ids: Iterable[str]) -> dict[str, AESGCM | None]:
        """Those of the keys that stand in the database now; None for one that was destroyed."""
        return self._read(list(key_ids))

    def fresh(self, key_id: str, random: Random = os.urandom) -> tuple[AESGCM, bytes]:
        """A new key and its wrapped form, for whoever stores it in the transaction of what it seals."""
        key = random(_KEY)
        return AESGCM(key), self._wrap(key_id, key, random)

    def check(self) -> None:
        """Refuses WrongMasterKey when the master key does not open this database's keys."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT key_id, wrapped FROM content_keys WHERE wrapped IS NOT NULL LIMIT 1"
            ).fetchone()
        if row is not None:
            self._unwrap(row[0], bytes(row[1]))

    def destroy(self, key_id: str, by: str) -> bool:
        """Destroy a key for good; `by` names the order. False when there was none to destroy."""
        with self._pool.connection() as connection:
            done = connection.execute(
                "UPDATE content_keys SET wrapped = NULL, destroyed_at = now(), destroyed_by = %s"
                " WHERE key_id = %s AND wrapped IS NOT NULL",
                (by, key_id),
            ).rowcount
        with self._lock:
            if done:
                self._cache[key_id] = (time.monotonic(), None)
            else:
                self._cache.pop(key_id, None)
        return done == 1

    def fingerprint(self, content: bytes) -> bytes:
        """A keyed hash of a command, so that a repeated id can be told from a reused one without storing the text."""
        made = self._fingerprints.copy()
        made.update(content)
        return made.digest()

    def _existing_or_new(self, key_id: str) -> AESGCM:
        cipher = self._found(key_id)
        if cipher is not None:
            return cipher
        at = time.monotonic()
        wrapped = self._wrap(key_id, os.urandom(_KEY))
        with self._pool.connection() as connection:
            row = connection.execute(
                "WITH made AS (INSERT INTO content_keys (key_id, wrapped) VALUES (%s, %s)"
                " ON CONFLICT (key_id) DO NOTHING RETURNING wrapped)"
                " SELECT wrapped FROM made UNION ALL SELECT wrapped FROM content_keys WHERE key_id = %s",
                (key_id, wrapped, key_id),
            ).fetchone()
        if row is None:  # made by another transaction in the same moment: it is committed now, read it
            return self._existing_or_new(key_id)
        if row[0] is None:
            raise KeyDestroyed
        made = self._unwrap(key_id, bytes(row[0]))
        self._remember(key_id, made, at)
        return made

    def _found(self, key_id: str) -> AESGCM | None:
        trusted = self._trusted(key_id)
        return trusted[0] if trusted is not None else self._read([key_id]).get(key_id)

    def _trusted(self, key_id: str) -> tuple[AESGCM | None] | None:
        """The key as lately read ((None,) when it was destroyed), or None when it must be read."""
        with self._lock:
            held = self._cache.get(key_id)
        if held is None or held[0] + _TRUST_SECONDS < time.monotonic():
            return None
        return (held[1],)

    def _read(self, key_ids: list[str], *, leave_out_broken: bool = False) -> dict[str, AESGCM | None]:
        """What the database has of these. A key that is not there is not remembered: another may just be making it."""
        at = time.monotonic()
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT key_id, wrapped FROM content_keys WHERE key_id = ANY(%s)", (key_ids,)
            ).fetchall()
        found: dict[str, AESGCM | None] = {}
        for key_id, wrapped in rows:
            try:
                found[key_id] = None if wrapped is None else self._unwrap(key_id, bytes(wrapped))
            except WrongMasterKey:
                if not leave_out_broken:
                    raise
                continue
            self._remember(key_id, found[key_id], at)
        return found

    def _wrap(self, key_id: str, key: bytes, random: Random = os.urandom) -> bytes:
        nonce = random(_NONCE)
        return nonce + self._wrapper.encrypt(nonce, key, key_id.encode())

    def _unwrap(self, key_id: str, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(self._wrapper.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id.encode()))
        except (InvalidTag, ValueError):  # ValueError: too short to be a wrapped key at all
            raise WrongMasterKey from None

    def _remember(self, key_id: str, cipher: AESGCM | None, at: float) -> None:
        """Keep what was read at that moment, unless something newer is held: a destruction is never forgotten so."""
        with self._lock:
            held = self._cache.get(key_id)
            if held is not None and held[0] > at:
                return
            self._cache[key_id] = (at, cipher)
            self._cache.move_to_end(key_id)
            while len(self._cache) > _CACHE:
                self._cache.popitem(last=False)
