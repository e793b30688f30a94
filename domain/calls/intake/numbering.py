"""呼叫编号: a number people can say on the phone."""

from datetime import date
from uuid import UUID

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def call_number(call: UUID, day: date) -> str:
    """E.g. "HY20260501-7K3QD": the county's day of submission and five letters and digits from the identifier."""
    return spoken_number("HY", call, day)


def spoken_number(prefix: str, id_: UUID, day: date) -> str:
    """The prefix, a day, and five letters and digits from the identifier.

    Letters that are easily mistaken (0 O 1 I L) are left out. About 28.6 million numbers a day.
    """
    rest = int.from_bytes(id_.bytes[-8:], "big")
    letters = []
    for _ in range(5):
        rest, place = divmod(rest, len(_LETTERS))
        letters.append(_LETTERS[place])
    return f"{prefix}{day:%Y%m%d}-{''.join(letters)}"
