"""带中文名的词: a closed list of words, each with how people read it."""

from enum import StrEnum


class Labelled(StrEnum):
    """A word in code with its word on screen: `NAME = "value", "中文"`."""

    _label: str

    def __new__(cls, value: str, label: str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """The word on screen."""
        return self._label
