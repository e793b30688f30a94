"""检索用词: typed or dictated text and list text brought to one form, so that one can be looked for in the other."""

import unicodedata
from dataclasses import dataclass

_MOST_WORDS = 12
_MOST_GRAMS = 40
"""A dictated sentence; what is said after that finds nothing new."""


@dataclass(frozen=True, slots=True)
class TypedText:
    """检索内容: the words as typed, and all pairs of neighbouring characters in them.

    `patterns`: for each word what a title is LIKE that it abbreviates (违建: 违法建设); long words abbreviate nothing.
    """

    words: tuple[str, ...]
    patterns: tuple[str, ...]
    grams: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "TypedText":
        """Words end at blanks and punctuation; Chinese is not cut further: pairs stand in for words."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        words = tuple(dict.fromkeys("".join(c if c.isalnum() else " " for c in plain).split()))[:_MOST_WORDS]
        pairs = (word[i : i + 2] for word in words for i in range(max(len(word) - 1, 1)))
        return cls(words, tuple(map(_abbreviation, words)), tuple(dict.fromkeys(pairs))[:_MOST_GRAMS])


def search_key(*texts: str) -> str:
    """The same form for text that is looked in: width and case aside, without blanks; parts kept apart."""
    plain = (unicodedata.normalize("NFKC", text).casefold() for text in texts)
    return "\n".join("".join(text.split()) for text in plain)


def _abbreviation(word: str) -> str:
    # Words hold letters and digits only, so none of LIKE's own characters.
    return "%" + "%".join(word) + "%" if 2 <= len(word) <= 4 else ""
