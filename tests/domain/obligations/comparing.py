"""Holding the product to the oracle: the fold, every due time, every amount, one obligation after the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import Reckoning, reckon
from domain.obligations.words import Ending, Performance
from domain.shared.events import Event
from tests.domain.obligations.lives import Life
from tests.domain.obligations.slow_clock import SlowClock
from tests.domain.obligations.slow_obligation import Owed
from tests.domain.obligations.slow_oracle import SlowOracle

ROUNDED = timedelta(microseconds=10)

Name = tuple[str, UUID, int, int, UUID | None]


def folded(facts: Sequence[Event]) -> Call:
    """The product's answer."""
    call: Call | None = None
    for fact in facts:
        call = evolve(call, fact)
    assert call is not None
    return call


def differences(life: Life) -> Iterator[tuple[str, str]]:
    """Where the product says something else than the oracle, of which kind and in words; nothing when they agree."""
    call, oracle = folded(life.facts), SlowOracle()
    for fact in life.facts:
        for owed in oracle.read([fact]).owed:
            yield from _unlike_what_was_excused(owed, life, fact)
    ours = {_name(owed): owed for owed in call.obligations}
    theirs = {_name_told(owed): owed for owed in oracle.owed}
    if len(ours) != len(call.obligations) or len(theirs) != len(oracle.owed):
        yield "twice", "the same obligation twice"
    for name in sorted(set(ours) ^ set(theirs), key=str):
        whose = "only the product" if name in ours else "only the oracle"
        yield f"{name[0]}: {whose}", f"{name}: {whose} knows it"
    for name in sorted(set(ours) & set(theirs), key=str):
        for what, (said, told) in _compared(ours[name], theirs[name], life).items():
            if said != told:
                yield f"{name[0]} {what}", f"{name} {what}: {said}, oracle: {told}"


def _unlike_what_was_excused(owed: Owed, life: Life, fact: Event) -> Iterator[tuple[str, str]]:
    """While it is open: as much time of its clock as it was excused for, being late is justified after its due time,
    whatever has become of that."""
    if not owed.open or not owed.excuses or owed.due is None or owed.in_force[-1].deadline.added:
        return
    clock, until = owed.in_force[-1].deadline, owed.justified_until or owed.due
    wanted = [
        days.clock.charged(clock.limit, clock.opened, owed.excused_spans())
        - days.clock.charged(clock.limit, clock.opened, [(owed.due, until)])
        for days in (life.founding, life.days)
    ]
    if not any(abs(minutes) <= 1 for minutes in wanted):
        name = f"{_name_told(owed)} after {fact.wire} (version {fact.originator_version})"
        yield f"{owed.action.value} justified after {fact.wire}", f"{name}: {wanted[-1]} minutes too few"


def tally(life: Life) -> Counter[tuple[str, Performance]]:
    """How many obligations ended how."""
    return Counter((owed.action.value, owed.performance) for owed in folded(life.facts).obligations)


def _name(owed: Obligation) -> Name:
    return owed.action.value, owed.organization, owed.opened_by, owed.entry, owed.inherited_from


def _name_told(owed: Owed) -> Name:
    return owed.action.value, owed.bearer, owed.opened_by, owed.entry, owed.inherited_from


def _compared(owed: Obligation, told: Owed, life: Life) -> dict[str, tuple[object, object]]:
    reckoning = reckon(owed, life.days_of(told).calendar, life.now)
    return {
        "state": (owed.performance, told.state(life.now)),
        "opened": (owed.begun, told.opened),
        "due": (owed.deadline.due, told.due),
        "ending": (owed.ending, told.ending),
        "ended by": (owed.ended_by or None, told.ended_by),
        "performed": (owed.performed, _done(told)),
        "pauses": (
            [(pause.ground, pause.since, pause.until, pause.ended_by) for pause in owed.pauses],
            [(pause.ground, pause.since, pause.until, pause.over_by) for pause in told.pauses],
        ),
        "excuses": (
            sorted((x.ground.value, x.since, x.until or life.now, x.ended_by) for x in owed.excuses),
            sorted((x.ground.value, x.since, x.until or life.now, x.over_by) for x in told.excuses),
        ),
        "justified until": (owed.justified_until, told.justified_until),
        **_counted(owed, told, life, reckoning),
    }


def _done(told: Owed) -> datetime | None:
    """When it was done, also where it turned out that it need not have been."""
    done = told.ending is Ending.DONE or told.done_before
    return told.done_at(told.ended_at) if done and told.ended_at is not None else None


def _counted(owed: Obligation, told: Owed, life: Life, reckoning: Reckoning) -> dict[str, tuple[object, object]]:
    """What the clock in force counted, by walking minute by minute."""
    clock, until, pauses = owed.deadline, _end(told, life.now), told.pause_spans()
    slow = life.days_of(told).clock
    if clock.added:
        return {} if pauses else _by_its_parts(owed, slow)
    running = not any(pause.until is None for pause in told.pauses)
    if not running:
        until, pauses = min(until, told.pauses[-1].since), pauses[:-1]
    walk = slow.walk(clock.limit, clock.opened, until, pauses)
    counted: dict[str, tuple[object, object]] = {
        "consumed": (reckoning.consumed, walk.charged),
        "agrees": (reckoning.agrees, True),
    }
    if running:
        late = max(walk.charged - walk.budget, timedelta())
        counted["due, walked"] = (_or(walk.due, clock.due), walk.due)
        counted["late by"] = (late if abs(reckoning.late_by - late) < ROUNDED else reckoning.late_by, late)
        counted["provisional"] = (clock.provisional, slow.provisional(clock.limit, clock.opened, walk.due))
        if told.day is not None:
            counted["due, on its day"] = (clock.due, slow.close_of(told.day))
        counted["names its notices"] = ("未发布" in clock.calendar, clock.provisional)
    return counted


def _by_its_parts(owed: Obligation, slow: SlowClock) -> dict[str, tuple[object, object]]:
    """A clock of hours and working days: one part after the other. How much of it is used no one unit says."""
    due = owed.deadline.opened
    for part in owed.deadline.budget:
        due = slow.due(part, due)
    return {"due, walked": (_or(due, owed.deadline.due), due)}


def _or(walked: datetime, recorded: datetime) -> datetime:
    """The walk knows shares of a minute exactly; a clock that was paused is rounded up to the microsecond each time."""
    return walked if abs(walked - recorded) < ROUNDED else recorded


def _end(told: Owed, now: datetime) -> datetime:
    return min(now, told.done_at(told.ended_at)) if told.ended_at is not None else now
