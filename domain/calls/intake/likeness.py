"""疑似重复: how alike two calls are in what they say and where. A suggestion for the platform; it decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Generic, TypeVar

LOOKED_BACK = timedelta(days=30)
"""A matter called in again later than this is a new one, or should be looked for by hand."""

_SAME_PLACE = Fraction(3, 5)
_SAME_WORDS = Fraction(1, 4)
_SAME_ITEM = Fraction(3, 5)
"""Callers write an item as they know it, seldom by its whole title."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Said(Generic[Key]):
    """What a call says: text, place, and the list item by its title: the one it was dispatched by, or in the words of
    its caller ("" for none)."""

    key: Key
    text: str
    place: str
    item: str = ""


def alike(one: Said[Key], others: Sequence[Said[Key]], most: int = 5) -> list[Key]:
    """Those about the same place that say something similar (or name the same item), the most alike first."""
    found = []
    for other in others:
        place = likeness(one.place, other.place)
        words = likeness(one.text, other.text)
        same_item = bool(one.item and other.item) and likeness(one.item, other.item) >= _SAME_ITEM
        if place >= _SAME_PLACE and (words >= _SAME_WORDS or same_item):
            found.append((place + words + same_item, other.key))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [key for _, key in found[:most]]


def likeness(one: str, other: str) -> Fraction:
    """The share of neighbouring pairs of characters that the shorter of two texts has in common with the other: 0 to 1.

    Of the shorter: who writes one sentence and who writes ten mean the same corner.
    """
    pairs, others = _pairs(one), _pairs(other)
    fewer = min(len(pairs), len(others))
    return Fraction(len(pairs & others), fewer) if fewer else Fraction(int(one == other and bool(one)))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(character for character in text.lower() if character.isalnum())
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))
