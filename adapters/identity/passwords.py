"""口令: how a password is hashed, checked and judged."""

import secrets
import threading
import unicodedata
from base64 import b64encode
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

from adapters.identity.refusals import WeakPassword

_AT_ONCE = 4
"""Argon2 takes 64 MiB a piece by default: so many at a time, whatever the number of people at the door."""


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """口令规则: length in characters, and how many sorts (letters, digits, others) it mixes.

    The mixing follows the usual reading of GB/T 22239-2019 8.1.4.1 (身份鉴别信息具有复杂度要求); both are settings.
    """

    shortest: int = 10
    longest: int = 128
    sorts: int = 2

    def check(self, password: str, login: str) -> None:
        """Refuses WeakPassword, saying which part of the rule is not met."""
        text = normal(password)
        if not self.shortest <= len(text) <= self.longest:
            raise WeakPassword(f"口令长度须为 {self.shortest} 至 {self.longest} 位,请重新设置。", field="new_password")
        sorts = {"letter" if c.isalpha() else "digit" if c.isdigit() else "other" for c in text}
        if len(sorts) < self.sorts or len(set(text)) < 4:
            raise WeakPassword(
                f"口令须包含字母、数字、符号中的至少 {self.sorts} 类,且不能是少数字符的重复,请重新设置。",
                field="new_password",
            )
        if normal_login(login) in text.lower():
            raise WeakPassword("口令不能包含登录名,请重新设置。", field="new_password")


def normal(password: str) -> str:
    """The same password whether typed with a full-width or a half-width keyboard."""
    return unicodedata.normalize("NFKC", password)


def normal_login(login: str) -> str:
    """Logins are compared without case, width, outer blanks or invisible characters."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", login) if c.isprintable())
    return visible.strip().casefold()


def _bytes(password: str) -> bytes:
    # Half a surrogate pair can arrive in JSON: it is a wrong password like another, not a fault.
    return normal(password).encode("utf-8", "surrogatepass")


class Passwords:
    """Hashes and verifies with argon2id. An unknown login costs the same time as a wrong password."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _hash_of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        """The argon2id string to store."""
        with self._turn:
            return self._hasher.hash(_bytes(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one. None (nobody has that login) is worked through all the same."""
        with self._turn:
            try:
                self._hasher.verify(stored or self._nobody, _bytes(password))
            except VerifyMismatchError:
                return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether the stored hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """What no password comes to. To check one against it takes the same work; to make it takes none, at every start."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"
