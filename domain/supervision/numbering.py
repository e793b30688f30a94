"""督办文书编号: numbers people can say on the phone, the same again when the same command is tried again."""

from datetime import datetime
from uuid import UUID

from domain.calls.intake.numbering import spoken_number
from domain.shared.calendar import LOCAL
from domain.shared.identifiers import derived_id


def order_number(matter: UUID, order: int, at: datetime) -> str:
    """督办通知单编号, e.g. "DB20260512-7K3QD": the county's day of drafting and five letters and digits."""
    return _number("DB", matter, f"order/{order}", at)


def circular_number(matter: UUID, circular: int, at: datetime) -> str:
    """通报编号, e.g. "TB20260519-7K3QD"."""
    return _number("TB", matter, f"circular/{circular}", at)


def _number(prefix: str, matter: UUID, name: str, at: datetime) -> str:
    return spoken_number(prefix, derived_id(matter, name), at.astimezone(LOCAL).date())
