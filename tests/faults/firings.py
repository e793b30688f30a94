"""What time asked for, against what the clock recorded of it: each rung at most once, none left out.

Told from the facts of the calls by their published names: nothing of the product that counts time takes part.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.faults.invariants import Event, named

_RUNG = "supervision.RungReached"
_RESTED = "supervision.LadderRested"
_TOLD = ("supervision.ReminderSent", "supervision.UrgeIssued")

_DONE_BY = {
    "calls.CallEndorsed": "endorse",
    "calls.CallAccepted": "accept",
    "calls.CallDispatched": "dispatch",
    "calls.PartyResponded": "respond",
}
"""The duties that come due within a run (tests/faults/short_limits.py), by the fact that does them."""

_OPENING = ("calls.CallSubmitted", "calls.CallPlaced", "calls.CallAccepted", "calls.CallDispatched")

Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Duty:
    """What one organization owes on one call."""

    call: str
    action: str
    bearer: str


def rungs_fired(events: Sequence[Event]) -> int:
    """How many rungs stand."""
    return sum(event.wire == _RUNG for event in events)


def each_rung_is_fired_once(events: Sequence[Event]) -> list[str]:
    """No rung of an obligation stands twice for a due time, nobody was told of one twice, none came before its time."""
    fired = Counter(key for event in events for key in _firings(event))
    found = [
        f"{what} of obligation {place} of call {call}, due {due}, was fired {times} times"
        for (what, call, place, due), times in fired.items()
        if times > 1
    ]
    for fact in _facts(events, _RUNG):
        if _moment(fact["observed_at"]) < _moment(fact["reached_at"]):
            found.append(f"{fact['rung']} of {fact['about']['id']} is of {fact['reached_at']}: fired before its time")
    return named("clock", found)


def nothing_due_is_left(events: Sequence[Event], moment: datetime, urged_after: timedelta) -> list[str]:
    """Whatever was due by a moment and is still owed has been fired, and so has whatever a ladder announced.

    What was done late before any clock looked leads to nothing: that is the rule (decision 0039), not a loss.
    """
    fired = {
        (Duty(fact["about"]["id"], fact["action"], fact["bearer"]["id"]), fact["rung"], _moment(fact["due"]))
        for fact in _facts(events, _RUNG)
    }
    found = []
    for duty, deadline in _still_owed(events).items():
        due = _moment(deadline["due"])
        times = {"remind": _moment(deadline["due_soon"]), "overdue": due, "urge": due + urged_after}
        found += [
            f"{rung} of {duty.action} of call {duty.call}, owed by {duty.bearer}, was due at {at} and is not fired"
            for rung, at in times.items()
            if at <= moment and (duty, rung, due) not in fired
        ]
    return named("clock", [*found, *_announced_and_never_come(events, moment)])


def _announced_and_never_come(events: Sequence[Event], moment: datetime) -> Iterator[str]:
    """The last word on an obligation says when the clock must look again: that time may not be over."""
    last = {(fact["about"]["id"], fact["place"]): fact for fact in _facts(events, _RUNG, _RESTED)}
    for (call, place), fact in last.items():
        again = fact.get("next_at") or fact.get("again_at")
        if again is not None and _moment(again) <= moment:
            yield f"obligation {place} of call {call} was to be looked at again at {again}: nothing stands of it"


def _firings(event: Event) -> Iterator[tuple[str, str, int, str]]:
    """What a fact says of which obligation (call and place) for which due time."""
    if event.wire != _RUNG and event.wire not in _TOLD:
        return
    fact = json.loads(event.state)
    items = [fact] if event.wire == _RUNG else fact["items"]
    for item in items:
        yield fact.get("rung", event.wire), fact["about"]["id"], item["place"], item["due"]


def _still_owed(events: Sequence[Event]) -> dict[Duty, Fact]:
    """Every duty that nobody has done, with its deadline."""
    owed: dict[str, dict[Duty, Fact]] = defaultdict(dict)
    for event in events:
        if event.wire not in _OPENING and event.wire not in _DONE_BY:
            continue
        fact, of_call = json.loads(event.state), owed[event.stream]
        for duty in _done(event, fact, of_call):
            del of_call[duty]
        of_call |= {duty: deadline for duty, deadline in _opened(event, fact) if deadline is not None}
    return {duty: deadline for of_call in owed.values() for duty, deadline in of_call.items()}


def _done(event: Event, fact: Fact, owed: Mapping[Duty, Fact]) -> list[Duty]:
    """Which duties of its call a fact does: the responder's own response, else whoever owed it."""
    action, by = _DONE_BY.get(event.wire), fact.get("organization", {}).get("id")
    return [duty for duty in owed if duty.action == action and by in (None, duty.bearer)]


def _opened(event: Event, fact: Fact) -> Iterator[tuple[Duty, Fact | None]]:
    """What a fact makes somebody owe, and until when."""
    match event.wire:
        case "calls.CallSubmitted":
            yield Duty(event.stream, "endorse", fact["township"]["id"]), fact.get("endorse")
        case "calls.CallPlaced":
            yield Duty(event.stream, "accept", fact["platform"]["id"]), fact["accept"]
        case "calls.CallAccepted":
            yield Duty(event.stream, "dispatch", fact["acting"]["id"]), fact["dispatch"]
        case "calls.CallDispatched":
            for party in (fact["lead"], *fact["assistants"]):
                yield Duty(event.stream, "respond", party["organization"]["id"]), party["respond"]


def _facts(events: Sequence[Event], *wires: str) -> Iterator[Fact]:
    return (json.loads(event.state) for event in events if event.wire in wires)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
