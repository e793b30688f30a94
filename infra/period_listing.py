"""考核周期目录补登: periods that an earlier build opened stand in no register; they are listed before another is opened
beside them (decision 0063).

What is found in the store only says what to ask about: the command decides on facts, and asked again it finds nothing.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from domain.assessment.commands import OpenPeriod
from domain.assessment.listing import MOST_LISTED, ListPeriods
from domain.assessment.refusals import NothingToList
from domain.shared.commands import Ask, Command, CommandPort, Receipt
from domain.shared.events import Actor

# By the index of just these facts; its condition has to stand here as it does there.
_OPENED = "SELECT originator_id FROM stored_events WHERE topic = 'assessment.PeriodOpened' ORDER BY notification_id"


class PeriodsListedFirst:
    """办理, as the bus does it; but before a period is opened, the platform itself lists every one that was."""

    def __init__(self, bus: CommandPort, pool: ConnectionPool, actor: Callable[[], Actor]) -> None:
        self._bus = bus
        self._pool = pool
        self._actor = actor

    def execute(self, command: Command, ask: Ask) -> Receipt:
        """Decide and record. Refuses what the bus refuses."""
        if isinstance(command, OpenPeriod):
            self._list()
        return self._bus.execute(command, ask)

    def _list(self) -> None:
        found = self._opened()
        for first in range(0, len(found), MOST_LISTED):
            try:
                command = ListPeriods(periods=tuple(found[first : first + MOST_LISTED]))
                self._bus.execute(command, Ask(uuid4(), self._actor()))
            except NothingToList:
                continue

    def _opened(self) -> list[UUID]:
        with self._pool.connection() as connection:
            return [row[0] for row in connection.execute(_OPENED)]
