"""直填: models made of what was just computed, taken as it is: checking it would cost more than computing it.

Only for values of the very types that the fields name, as the tests of those who use it prove fact by fact. What comes
from outside is checked by its model. `model_construct` is no way round: it first asks every field for aliases and
defaults, which takes longer than checking.
"""

from typing import Any, Final, TypeVar

from pydantic import BaseModel

_Model = TypeVar("_Model", bound=BaseModel)

_NEW: Final = object.__new__
_VALUES, _GIVEN, _EXTRA, _PRIVATE = (BaseModel.__dict__[slot].__set__ for slot in BaseModel.__slots__)
"""What a model consists of. Set by their slots: a frozen model's own way to set them refuses."""


def filled(kind: type[_Model], values: dict[str, Any], given: set[str]) -> _Model:
    """A frozen model of all its fields' values, in the order of the fields. `given` are those not left to their
    defaults; one set may serve many models, which never change it. For models that keep no unknown fields."""
    made = _NEW(kind)
    _VALUES(made, values)
    _GIVEN(made, given)
    _EXTRA(made, None)
    _PRIVATE(made, None)
    return made
