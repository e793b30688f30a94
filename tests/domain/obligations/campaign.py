"""A batch of random lives, and what came of it: what the processes of the campaign hand back."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from domain.obligations.words import Performance
from tests.domain.obligations.comparing import differences, tally
from tests.domain.obligations.lives import lives

BATCH = 250


@dataclass
class Found:
    """What a batch of lives came to."""

    calls: int = 0
    over: int = 0
    facts: int = 0
    ended: Counter[Performance] = field(default_factory=Counter)
    differences: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        self.calls += other.calls
        self.over += other.over
        self.facts += other.facts
        self.ended += other.ended
        self.differences += other.differences


def batch(seed: str, calls: int, first: int) -> Found:
    """The lives from number `first` on, of so many."""
    found = Found()
    for number, life in enumerate(islice(lives(seed, calls, first), BATCH), start=first):
        found.calls += 1
        found.over += life.final
        found.facts += len(life.facts)
        for (_, state), count in tally(life).items():
            found.ended[state] += count
        found.differences += [(kind, f"第 {number} 件 {text}") for kind, text in differences(life)]
    return found
