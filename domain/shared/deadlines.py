"""时限: a limit as a rule states it, and the due time computed from it once."""

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from domain.shared.filling import filled


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

    @property
    def working(self) -> bool:
        """Counts working time only; else minutes run day and night."""
        return self in (LimitUnit.WORKING_HOURS, LimitUnit.WORKING_DAYS)


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
    used, counted as the limit counts; facts from before it was recorded lack it. `parts`: an extended budget is made of
    these limits, each with the rule it rests on; `limit` is their sum where they count alike, else the first of them.
    `day` (约定日): people named the day at whose close it is due (of the next working day, where it is a day off); the
    first limit is that in working days, as the notices known then count them.
    """

    model_config = ConfigDict(frozen=True)

    opened: Instant
    due: Instant
    limit: Limit
    provisional: bool = False
    calendar: str = ""
    due_soon: Instant | None = None
    parts: tuple[Limit, ...] | None = None
    day: date | None = None

    @property
    def budget(self) -> tuple[Limit, ...]:
        """The limits it consists of: the first as a rule gave it, then what was added."""
        return self.parts or (self.limit,)

    @property
    def added(self) -> tuple[Limit, ...]:
        """The parts that `limit` does not hold: they count in another unit."""
        alike = all(part.unit is self.limit.unit for part in self.budget)
        return () if alike else self.budget[1:]

    def extended(self, by: Limit) -> "Deadline":
        """延期: the same clock with a further part of budget. Its due time is still to be counted anew."""
        parts = (*self.budget, by)
        whole = parts[0]
        if all(part.unit is whole.unit for part in parts):
            basis = ";".join(part.basis for part in parts if part.basis)
            whole = whole.model_copy(update={"amount": sum(part.amount for part in parts), "basis": basis})
        return self.model_copy(update={"parts": parts, "limit": whole})

    @classmethod
    def of(
        cls, opened: datetime, due: datetime, limit: Limit, provisional: bool, calendar: str, due_soon: datetime | None
    ) -> "Deadline":
        """What the calendar has just computed, taken as it is (`domain.shared.filling`)."""
        if opened.tzinfo is None:
            raise ValueError("a moment without a zone is no moment")
        fields = {
            "opened": opened,
            "due": due,
            "limit": limit,
            "provisional": provisional,
            "calendar": calendar,
            "due_soon": due_soon,
            "parts": None,
            "day": None,
        }
        return filled(cls, fields, _GIVEN)


_GIVEN: Final = set(Deadline.model_fields) - {"parts", "day"}
