"""写法的零件: how one value of a fact is said, and what the words of a fact are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Fact = Mapping[str, Any]
Say = Callable[[Any], str]


def yes_no(value: Any) -> str:
    """是 or 否."""
    return "是" if value else "否"


def name(value: Any) -> str:
    """The organization a fact names."""
    return str(value["name"])


def plain(value: Any) -> str:
    """As it stands."""
    return str(value)


@dataclass(frozen=True, slots=True)
class Words:
    """A fact's heading, its labelled lines (field, label, how to say it) and the field with its due time.

    `due_word` says what is due then, where the field's own name does not.
    """

    title: str
    lines: tuple[tuple[str, str, Say], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    due: str | None = None
    due_word: str = ""
