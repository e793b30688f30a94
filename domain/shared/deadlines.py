"""时限: a limit as a rule states it, and the due time computed from it once."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema


class _Aware:
    """Held by pydantic itself: a function of ours would be called for every instant of every fact that is read."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return {**handler(source), "tz_constraint": "aware"}


Instant = Annotated[datetime, _Aware]
"""时刻: a point in time, always with a zone (stored in UTC)."""


DUE_SOON_SHARE: Final = Fraction(3, 4)
"""临期: this share of a budget is used (domain.md §6)."""


class LimitUnit(StrEnum):
    """时限单位."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class CountFrom(StrEnum):
    """起算: from the event itself, or from the start of the next (working) day."""

    EVENT = "event"
    NEXT_DAY = "next_day"


class Limit(BaseModel):
    """时限: `amount` of `unit`, counted from the event or the next day, with the rule that says so."""

    model_config = ConfigDict(frozen=True)

    amount: int = Field(gt=0)
    unit: LimitUnit
    count_from: CountFrom = CountFrom.EVENT
    basis: str = ""


class Deadline(BaseModel):
    """办理期限: computed once when the clock starts, recorded in the event and read ever after.

    `provisional` (暂定): the due time runs into a year without a published holiday notice.
    `calendar` names the notices and working hours it was computed with. `due_soon` (临期) is when 75 % of the budget is
    used, counted as the limit counts; facts from before it was recorded lack it.
    """

    model_config = ConfigDict(frozen=True)

    opened: Instant
    due: Instant
    limit: Limit
    provisional: bool = False
    calendar: str = ""
    due_soon: Instant | None = None

    @classmethod
    def of(
        cls, opened: datetime, due: datetime, limit: Limit, provisional: bool, calendar: str, due_soon: datetime
    ) -> "Deadline":
        """What the calendar has just computed: taken as it is, since checking it costs as much as computing it."""
        if opened.tzinfo is None:
            raise ValueError("a moment without a zone is no moment")
        made = cls.__new__(cls)
        _put(
            made,
            "__dict__",
            {
                "opened": opened,
                "due": due,
                "limit": limit,
                "provisional": provisional,
                "calendar": calendar,
                "due_soon": due_soon,
            },
        )
        _put(made, "__pydantic_fields_set__", _COMPUTED)
        _put(made, "__pydantic_extra__", None)
        _put(made, "__pydantic_private__", None)
        return made


_put = object.__setattr__
_COMPUTED = set(Deadline.model_fields)
"""Every field was given. A copy of a model copies its set, so one is enough for all."""
