"""督办阶梯: which rungs an obligation climbs, when it reaches each, and when it rests. Pure; offsets are limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calls.lights import due_soon
from domain.obligations.obligation import Obligation
from domain.obligations.words import SUPERVISORY, Action
from domain.rules.rulebook import LimitKind, Rulebook
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.urgency import Urgency
from domain.supervision.matter import Ladder
from domain.supervision.words import Rung, Standing

_OFFSETS: Mapping[Rung, LimitKind] = {
    Rung.URGE: LimitKind.URGE_AFTER,
    Rung.ORDER: LimitKind.ORDER_AFTER,
    Rung.CIRCULAR: LimitKind.CIRCULAR_AFTER,
}
"""Counted from the due time. A rung whose limit the county has not set does not exist there."""

_OF_TOWNSHIPS = frozenset(
    {
        Action.ENDORSE,
        Action.AMEND,
        Action.SUPPLEMENT,
        Action.COOPERATE,
        Action.CONFIRM,
        Action.EVALUATE,
        Action.CONFIRM_LATE_ENTRY,
    }
)
_UNORDERED = _OF_TOWNSHIPS | SUPERVISORY
"""Reminded and urged like anything, never ordered or circulated: what a township owes (domain.md §6), and what orders
and circulars ask for themselves: the work they are about climbs on (decision 0061)."""

_NEXT_MORNING = Limit(amount=1, unit=LimitUnit.WORKING_HOURS, count_from=CountFrom.NEXT_DAY)
"""When an excuse without an end is looked at again."""


@dataclass(frozen=True, slots=True)
class Reach:
    """到级时间: a rung and when it is reached; `provisional`: counted from the due time through a year without a
    notice."""

    rung: Rung
    at: datetime
    provisional: bool = False


def ordered(owed: Obligation) -> bool:
    """Whether being late with it can lead to an order and a circular."""
    return owed.action not in _UNORDERED


class RungTimes:
    """到级时间 by the rules in force. Obligations of a day are due together: what was counted once is remembered."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._known: dict[tuple[Rung, Urgency, datetime], Reach | None] = {}

    def reach(self, rung: Rung, owed: Obligation, urgency: Urgency) -> Reach | None:
        """When an obligation reaches a rung; None where the county knows no such rung."""
        match rung:
            case Rung.REMIND:
                return Reach(rung, due_soon(owed.deadline))
            case Rung.OVERDUE:
                return Reach(rung, owed.deadline.due)
        key = (rung, urgency, owed.deadline.due)
        if key not in self._known:
            limit = self._rules.limits().get((_OFFSETS[rung], urgency))
            counted = None if limit is None else self._rules.calendar.add(owed.deadline.due, limit)
            self._known[key] = None if counted is None else Reach(rung, counted.at, counted.provisional)
        return self._known[key]


def coming(
    owed: Obligation,
    urgency: Urgency,
    times: RungTimes,
    ladder: Ladder | None,
    now: datetime,
    *,
    may_order: Callable[[Obligation], bool],
    over: Callable[[datetime], bool],
) -> list[Reach]:
    """The rungs above where the ladder stands, in order, up to the first that is not reached by `now`; without those
    whose time was over before anybody here could know (`over`). What a fact said about the next one holds, until a
    notice is known that it was said without."""
    found: list[Reach] = []
    said = ladder if ladder is not None and ladder.standing is Standing.CLIMBING else None
    first = _ORDER.index(ladder.rung) + 1 if ladder is not None and ladder.rung is not None else 0
    for rung in _ORDER[first:]:
        if rung in (Rung.ORDER, Rung.CIRCULAR) and not may_order(owed):
            break
        reach = times.reach(rung, owed, urgency)
        if reach is None or over(reach.at):
            continue
        if not found and said is not None and said.next_at is not None and not over(said.next_at):
            reach = reach if _counted_since(said, reach) else Reach(rung, said.next_at, said.next_provisional)
        found.append(reach)
        if reach.at > now:
            break
    return found


def counted_anew(ladder: Ladder, owed: Obligation, urgency: Urgency, times: RungTimes) -> Reach | None:
    """When the next rung is reached by a notice that it was named without; None where there is nothing to count."""
    if ladder.standing is not Standing.CLIMBING or ladder.next_rung is None or ladder.due != owed.deadline.due:
        return None
    reach = times.reach(ladder.next_rung, owed, urgency) if rests(owed) is None else None
    return reach if reach is not None and _counted_since(ladder, reach) else None


def _counted_since(said: Ladder, reach: Reach) -> bool:
    return said.next_provisional and said.next_rung is reach.rung and not reach.provisional


_ORDER = tuple(Rung)


def rests(owed: Obligation) -> Standing | None:
    """Why nothing follows from its being late now; None while its clock runs. A pause after a breach heals nothing."""
    if not owed.open:
        return Standing.DONE if owed.done else Standing.ENDED
    return Standing.PAUSED if owed.stands_still else None


def excused_until(owed: Obligation, now: datetime, rules: Rulebook) -> datetime | None:
    """Until when being late is no fault of the bearer, as known now; None where it is one, or where it is not late."""
    if now <= owed.deadline.due:
        return None
    limit = owed.justified_until
    if limit is not None and now < limit:
        return limit
    for excuse in owed.excuses:
        if excuse.since <= (limit or owed.deadline.due) and excuse.since <= now:
            if excuse.until is None:
                return rules.calendar.add(now, _NEXT_MORNING).at
            if now < excuse.until:
                return excuse.until
    return None
