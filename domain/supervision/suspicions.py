"""疑似情形的规则: 不响应, 迟响应, 响应不作为, by pure rules from the call's obligations (domain.md §5).

They suspect; a supervisor confirms or dismisses. Nothing here judges anybody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.calls.call import Call
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, Performance
from domain.supervision.words import FailureKind

Tolerance = Callable[[datetime], datetime]
"""Up to when a response counts as nearly in time, by its due time."""

_TOO_OFTEN_REFUSED = 2
"""So often, and the results somebody reported were none."""


@dataclass(frozen=True, slots=True)
class Suspected:
    """One suspicion: of whom, by which rule, resting on which obligations (by place)."""

    kind: FailureKind
    place: int
    places: tuple[int, ...]
    grounds: str


def suspected(
    call: Call, urged: frozenset[int], now: datetime, tolerated: Tolerance, excused: Callable[[Obligation], bool]
) -> Iterator[Suspected]:
    """Every suspicion the call gives rise to as of `now`. `urged`: the obligations that were urged, by place."""
    yield from _refused(call)
    for place, owed in enumerate(call.obligations):
        if owed.action is not Action.RESPOND or owed.ending in (Ending.RELEASED, Ending.PASSED_ON):
            continue
        work = [
            (other, task)
            for other, task in enumerate(call.obligations)
            if task.action in (Action.HANDLE, Action.ASSIST)
            and (task.organization, task.round, task.entry) == (owed.organization, owed.round, owed.entry)
        ]
        if owed.performed is not None:
            yield from _late_response(owed, place, tolerated)
            yield from _idle(call, owed, place, work, urged, now, excused)
        elif work and place in urged and not owed.traces and not excused(owed):
            end = max(task.deadline.due for _, task in work)
            if now > end:
                places = (place, *(other for other, _ in work))
                yield Suspected(FailureKind.NO_RESPONSE, place, places, "办理期限届满仍未响应,且已催办")


def _late_response(owed: Obligation, place: int, tolerated: Tolerance) -> Iterator[Suspected]:
    at = owed.performed
    if owed.performance is Performance.LATE and at is not None and at > tolerated(owed.deadline.due):
        yield Suspected(FailureKind.LATE_RESPONSE, place, (place,), "逾期响应,超过规定的宽限")


def _refused(call: Call) -> Iterator[Suspected]:
    """By its own fault, each lead for itself, in each round: what another one had reported before it is not its own."""
    for place, task in enumerate(call.obligations):
        own = task.action in (Action.HANDLE, Action.FINAL_RESULT) and task.ending is not Ending.RELEASED
        if own and task.reworks >= _TOO_OFTEN_REFUSED:
            yield Suspected(FailureKind.INACTION, place, (place,), "办理结果两次被退回重办")


def _idle(
    call: Call,
    owed: Obligation,
    place: int,
    work: list[tuple[int, Obligation]],
    urged: frozenset[int],
    now: datetime,
    excused: Callable[[Obligation], bool],
) -> Iterator[Suspected]:
    """Responded, then the work unmet: late and urged while it is open, or over by another step and never done."""
    parts = [p for p in call.parties if (p.organization, p.round) == (owed.organization, owed.round)]
    if not parts or any(p.arrived_at is not None or p.progressed_at is not None for p in parts):
        return
    for other, task in work:
        if task.open and task.overdue_at(now) and other in urged and not excused(task):
            yield Suspected(FailureKind.INACTION, other, (place, other), "响应后超期未办理,没有到场和进展记录,且已催办")
        elif task.performance is Performance.UNMET:
            grounds = "响应后超期未办理,至移交、撤回或办结时仍未办,没有到场和进展记录"
            yield Suspected(FailureKind.INACTION, other, (place, other), grounds)
