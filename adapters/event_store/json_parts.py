"""JSON of what events consist of: a model as its filled fields, in their order; moments in UTC end in Z."""

from collections.abc import Callable
from typing import Any, Final

import orjson
from pydantic import BaseModel

JSON: Final = orjson.OPT_UTC_Z

PartWriter = Callable[[Any], Any]
"""What orjson asks about whatever is no text, number, moment, word, identifier or row of such."""

_AT_HAND = 20_000
_MODEL: Final = type(BaseModel)
"""Asked for by hand: a model's own way to tell its instances takes longer than writing one."""


def filled_fields(part: Any) -> dict[str, Any]:
    """A model's fields without those that are None. Raises TypeError for anything else."""
    if type(type(part)) is not _MODEL:
        raise TypeError(f"{type(part).__name__} stands in no event")
    return {name: value for name, value in part.__dict__.items() if value is not None}


class RecurringParts:
    """A PartWriter for many facts: parts of these frozen kinds, the very same objects in fact after fact, are written
    once. Each is kept beside its JSON, so that no other can come to stand at its address."""

    def __init__(self, *kinds: type[BaseModel]) -> None:
        self._kinds = frozenset(kinds)
        self._written: dict[int, tuple[BaseModel, orjson.Fragment]] = {}

    def __call__(self, part: Any) -> Any:
        """The part's JSON where it recurs, else its fields."""
        if (known := self._written.get(id(part))) is not None:
            return known[1]
        fields = filled_fields(part)
        if type(part) not in self._kinds:
            return fields
        if len(self._written) >= _AT_HAND:
            self._written.clear()
        written = orjson.Fragment(orjson.dumps(fields, self, JSON))
        self._written[id(part)] = (part, written)
        return written
