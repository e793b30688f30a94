"""重发: how long to wait before a notice is tried again, and when to give up and say so."""

from datetime import datetime, timedelta

from domain.shared.urgency import Urgency

_SECONDS = (10, 30, 120, 600, 1800, 3600, 7200, 14_400)
_SECONDS_OF_EMERGENCY = (3, 5, 10, 20, 30, 60, 120, 300)

LONGEST = timedelta(hours=24)
"""So long a notice is tried again, from when it should have gone."""

LONGEST_OF_EMERGENCY = timedelta(hours=2)
"""After that a telephone call tells nobody what they have not heard otherwise."""


def next_try(urgency: Urgency, attempts: int, should_have_gone: datetime, now: datetime) -> datetime | None:
    """When to try again after so many attempts (1 or more), or None: it is given up."""
    emergency = urgency is Urgency.EMERGENCY
    waits = _SECONDS_OF_EMERGENCY if emergency else _SECONDS
    again = now + timedelta(seconds=waits[min(attempts, len(waits)) - 1])
    last = should_have_gone + (LONGEST_OF_EMERGENCY if emergency else LONGEST)
    return again if again <= last else None
