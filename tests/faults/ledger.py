"""What people were told: every command they asked for, with its key, and the answer that counted."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One command of one person, answered. `receipt` is empty when it was refused for good."""

    key: str
    person: str
    path: str
    body: Mapping[str, Any]
    status: int
    receipt: Mapping[str, Any]
    tries: int
    problem: str = ""

    @property
    def acknowledged(self) -> bool:
        """Whether the person was told that it is recorded."""
        return bool(self.receipt)

    @property
    def answer(self) -> tuple[Any, ...]:
        """What must be the same whenever the key comes again."""
        return self.receipt["command_id"], self.receipt["id"], self.receipt["version"], self.receipt["position"]


@dataclass
class Ledger:
    """Written by many actors at once."""

    asked: list[Asked] = field(default_factory=list)
    failures: "Counter[str]" = field(default_factory=Counter)
    """Answers that were none, by what came instead: a lost connection, "503 unavailable", …"""
    unexpected: list[str] = field(default_factory=list)
    """What nobody should ever have been told, in words."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, asked: Asked) -> None:
        """A command got its answer."""
        with self._lock:
            self.asked.append(asked)

    def no_answer(self, instead: str) -> None:
        """A try ended without an answer that counts."""
        with self._lock:
            self.failures[instead] += 1

    def complain(self, words: str) -> None:
        """Something was answered that must not be."""
        with self._lock:
            self.unexpected.append(words)

    def take_complaints(self) -> list[str]:
        """All since the last time."""
        with self._lock:
            taken, self.unexpected = self.unexpected, []
            return taken
