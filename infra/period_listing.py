"""考核周期目录补登: periods that an earlier build opened stand in no register; the clock lists them (decision 0063).

What is found in the view only says what to ask about: the command decides on facts, and asked again it finds nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from domain.assessment.listing import MOST_LISTED, ListPeriods
from domain.assessment.refusals import NothingToList
from domain.shared.commands import Ask, CommandPort
from domain.shared.events import Actor
from projections.rates.opened import opened_periods

_LOOK_AGAIN = timedelta(minutes=1)


class PeriodWatch:
    """Looks when it starts, and again each minute until all that had been recorded by then stands in the view: after
    that no period is opened without being listed."""

    def __init__(
        self, bus: CommandPort, engine: Engine, behind_seconds: Callable[[], float], actor: Callable[[], Actor]
    ) -> None:
        self._bus = bus
        self._engine = engine
        self._behind = behind_seconds
        self._actor = actor
        self._since: datetime | None = None
        self._look_at: datetime | None = None

    def turn(self, now: datetime) -> None:
        """Have listed what is not, where there is a reason to look."""
        if self._since is None:
            self._since = self._look_at = now
        if self._look_at is None or now < self._look_at:
            return
        self._look_at = now + _LOOK_AGAIN
        settled = (now - self._since).total_seconds() > self._behind()
        self._list()
        if settled:
            self._look_at = None

    def _list(self) -> None:
        with self._engine.connect() as connection:
            found = opened_periods(connection)
        for first in range(0, len(found), MOST_LISTED):
            try:
                command = ListPeriods(periods=tuple(found[first : first + MOST_LISTED]))
                self._bus.execute(command, Ask(uuid4(), self._actor()))
            except NothingToList:
                continue
