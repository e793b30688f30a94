"""改动: records made and changed as cheaply as Python can: folds do it several times a fact.

The constructor of a frozen dataclass makes one guarded assignment a field. What is here takes the fields as they are:
no `__post_init__`, and a field that is missing, or that there is not, is only found by the type checker.
"""

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

Record = TypeVar("Record")
Fields = ParamSpec("Fields")

if TYPE_CHECKING:
    # The type checker holds the field names and types against the record's, as it does for these.
    from collections.abc import Callable
    from dataclasses import replace as changed

    def made(kind: Callable[Fields, Record], *args: Fields.args, **fields: Fields.kwargs) -> Record: ...
else:
    from dataclasses import MISSING
    from dataclasses import fields as fields_of
    from functools import cache

    _new, _set = object.__new__, object.__setattr__

    def changed(record: Record, /, **fields: Any) -> Record:
        """A copy of a frozen dataclass (without slots) that differs in these fields: `dataclasses.replace`."""
        copy = _new(type(record))
        _set(copy, "__dict__", record.__dict__ | fields)
        return copy

    def made(kind: type[Record], /, **fields: Any) -> Record:
        """A frozen dataclass (without slots) of these fields, by their names: what its constructor makes."""
        new = _new(kind)
        _set(new, "__dict__", _defaults(kind) | fields)
        return new

    @cache
    def _defaults(kind: type[Any]) -> dict[str, Any]:
        """Every field in order with its default; one that must be given has its place kept by None."""
        return {field.name: None if field.default is MISSING else field.default for field in fields_of(kind)}


__all__ = ["changed", "made"]
