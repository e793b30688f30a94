"""指标,数着办: every measure counted by hand over facts and obligations in memory, one plain loop a measure.

It shares nothing with the product's marks, definitions and SQL: only what an obligation is and how it ended.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from domain.calls.call import Call
from domain.calls.dispatch.passing_events import PartySucceeded, StagePassed
from domain.calls.events import CallDispatched, CallWithdrawn
from domain.calls.fold import evolve
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, PauseGround, Performance
from domain.shared.events import Event

Counts = dict[str, dict[str, tuple[int, int]]]
"""By key, then by measure: numerator and denominator."""

_FELL_AWAY = {Performance.ENDED, Performance.TRANSFERRED, Performance.UNRECORDED}
_SHARES = {
    "objection": ("respond", "calls.ObjectionRaised"),
    "late_entry": ("respond", "calls.LateEntryMade"),
    "extension": ("handle assist", "calls.ExtensionGranted"),
    "suspension": ("handle assist", "calls.CallSuspended"),
    "shelving": ("handle", "calls.CallShelved"),
}


@dataclass
class Handled:
    """How one duty to handle ended, by the facts in their order."""

    interim: bool = False
    resolved: bool = False
    reopened: bool = False
    given: dict[UUID, str] | None = None
    asked: int = 0
    struck: int = 0


@dataclass
class Matter:
    """One call with its facts."""

    call: Call
    facts: list[Event]
    handled: dict[int, Handled]

    def named(self, wire: str, owed: Obligation) -> bool:
        """Whether a fact of the name was about one of its bearers in its round (the lead where it names none), who
        bore it by then; for a duty to handle, between the reopening that opened it, if one did, and the next. A fact
        that moved clocks of the bearer is about the duties they belong to."""
        first, last = self._inherited_at(owed) + 1, len(self.facts)
        if owed.action is Action.HANDLE:
            reopened = [fact.originator_version for fact in self.facts if fact.wire == "calls.CallReopened"]
            first = max((first, *(version for version in reopened if version <= owed.opened_by)))
            last = min((last, *(version for version in reopened if version > owed.opened_by)))
        if self._named(wire, owed, first, last):
            return True
        return owed.inherited_from is not None and self.named(wire, self._before(owed))

    def bearers(self, owed: Obligation) -> set[UUID]:
        """Whose it was, one after the other: its own bearer, and the dissolved bodies from which it came to it."""
        return {owed.organization} | (set() if owed.inherited_from is None else self.bearers(self._before(owed)))

    def _before(self, owed: Obligation) -> Obligation:
        """The duty as it was that of the body from which it came."""
        thing = (owed.action, owed.opened_by, owed.entry, owed.inherited_from)
        return next(o for o in self.call.obligations if (o.action, o.opened_by, o.entry, o.organization) == thing)

    def _inherited_at(self, owed: Obligation) -> int:
        """How many facts stood when it came to its bearer from another; 0 for who was bound itself."""
        for number, fact in enumerate(self.facts):
            if isinstance(fact, PartySucceeded) and fact.was.id == owed.inherited_from:
                return number
        return 0

    def _named(self, wire: str, owed: Obligation, first: int, last: int) -> bool:
        running, lead = 0, None
        for fact in self.facts:
            if isinstance(fact, CallDispatched):
                running, lead = fact.round, fact.lead.organization.id
            if isinstance(fact, StagePassed):
                lead = fact.party.organization.id
            if isinstance(fact, PartySucceeded) and fact.was.id == lead:
                lead = fact.now.id
            if fact.wire == wire == "calls.LateEntryMade":
                if self._entered_late(fact, owed):
                    return True
            elif fact.wire == wire and running == owed.round and first <= fact.originator_version <= last:
                about = getattr(fact, "organization", None)
                whose = about.id if about is not None else lead
                if whose == owed.organization and _concerns(fact, owed) and self._of_its_time(fact, owed):
                    return True
        return False

    def _entered_late(self, fact: Any, owed: Obligation) -> bool:
        """Whether a late entry is of this response: owed at the time it names, or else asked for last by then."""
        if fact.organization.id != owed.organization:
            return False
        asked = [o for o in self.call.obligations if o.action is Action.RESPOND and o.organization == owed.organization]
        asked = [o for o in asked if max(o.opened_by, self._inherited_at(o)) < fact.originator_version]
        begun = [o for o in asked if o.begun.replace(second=0, microsecond=0) <= fact.occurred_at]
        owing = [o for o in begun if o.ended is None or (o.performed or o.ended) >= fact.occurred_at]
        return owed in (owing or (begun or asked)[-1:])

    def _of_its_time(self, fact: Any, owed: Obligation) -> bool:
        """Whether a fact is about this one of several duties of a body in one round, which passed the work on and got
        it back: the work that was going on, what it had been bound to last."""
        now = fact.originator_version
        if fact.wire == "calls.CallShelved":
            return any(pause.by == now for pause in owed.pauses)
        if fact.wire in ("calls.ResultReported", "calls.ReworkOrdered"):
            if owed.entry:
                return bool(fact.wire == "calls.ResultReported" and owed.ended_by == now)
            handled = [o for o in self.call.obligations if o.action is Action.HANDLE and o.round == owed.round]
            return owed.opened_by == max(o.opened_by for o in handled if not o.entry and o.opened_by < now)
        if fact.wire == "calls.CallSuspended" and not fact.moved and 0 < owed.ended_by < now:
            return False
        first = max(owed.opened_by, self._inherited_at(owed))
        taken = (f for f in self.facts if isinstance(f, StagePassed) and first < f.originator_version < now)
        return owed.opened_by < now and owed.organization not in {f.party.organization.id for f in taken}

    def first(self, wire: str) -> Any:
        """The first fact of the name, or None."""
        return next((fact for fact in self.facts if fact.wire == wire), None)

    def calling(self, organization: UUID) -> bool:
        """Whether it was ever the township whose call this is."""
        township = self.first("calls.CallSubmitted").township.id
        ever = [township]
        for fact in self.facts:
            if isinstance(fact, PartySucceeded) and fact.was.id == ever[-1]:
                ever.append(fact.now.id)
        return organization in ever

    @property
    def withdrawn(self) -> CallWithdrawn | None:
        """The withdrawal, if there was one."""
        return next((fact for fact in self.facts if isinstance(fact, CallWithdrawn)), None)

    @property
    def never_was(self) -> bool:
        """Withdrawn before the platform answered it: it leaves no figure."""
        answered = self.first("calls.CallAccepted") or self.first("calls.CallDeclined")
        return self.withdrawn is not None and answered is None


def _concerns(fact: Any, owed: Obligation) -> bool:
    """Whether the clocks that a fact says it moved are none of the bearer's, or this duty's among them."""
    its_own = [clock for clock in getattr(fact, "moved", ()) if clock.organization == owed.organization]
    named = [clock for clock in its_own if clock.task == owed.action.value]
    return not its_own or any(clock.opened_by in (None, owed.opened_by) for clock in named)


def matters_of(streams: Mapping[UUID, Iterable[Event]]) -> list[Matter]:
    """Every call of the county."""
    found = []
    for facts in map(list, streams.values()):
        if facts[0].wire != "calls.CallSubmitted":
            continue
        call: Call | None = None
        handled: dict[int, Handled] = defaultdict(Handled)
        for fact in facts:
            call = evolve(call, fact)
            _one_more(handled, call, fact)
        assert call is not None
        found.append(Matter(call, facts, dict(handled)))
    return found


def _one_more(handled: dict[int, Handled], call: Call, fact: Any) -> None:
    """What one fact says of the newest duty to handle."""
    duties = [n for n, o in enumerate(call.obligations) if o.action is Action.HANDLE and o.round == call.round]
    duties = [n for n in duties if not call.obligations[n].entry]
    newest = handled[duties[-1]] if duties else Handled()
    township = getattr(fact, "township", None)
    whose = call.township if township is None else township.id
    match fact.wire.removeprefix("calls."):
        case "InterimResolved":
            newest.interim = True
        case "CallResolved":
            newest.resolved, newest.given = True, {}
            newest.asked = len({call.township, *(c.township for c in call.co_callers)} - {_leading(call)})
        case "CallEvaluated" if fact.evaluator != "citizen" and newest.given is not None:
            newest.given[call.township if fact.evaluator == "township" else fact.actor.organization] = fact.grade
        case "EvaluationChanged" if newest.given is not None:
            newest.given[whose] = fact.grade
        case "EvaluationExcluded" if newest.given is not None:
            del newest.given[whose]
            newest.struck += 1
        case "CallReopened":
            handled[duties[-2]].reopened = True  # the newest is the one it opened


def _leading(call: Call) -> UUID | None:
    bound = [p for p in call.parties if p.role == "lead" and p.round == call.round and not p.released]
    return bound[0].organization if bound else None


def slow_counts(
    matters: Iterable[Matter],
    since: datetime,
    until: datetime,
    now: datetime,
    key: Callable[[Matter, Obligation | None], str],
) -> Counts:
    """All measures by key. `key` of no obligation is asked for the call itself."""
    counts: Counts = defaultdict(lambda: defaultdict(lambda: (0, 0)))

    def add(of: str, measure: str, met: bool) -> None:
        had, all_ = counts[of][measure]
        counts[of][measure] = (had + met, all_ + 1)

    for matter in matters:
        if matter.never_was:
            continue
        placed = matter.first("calls.CallPlaced")
        a_part = matter.call.split_from is not None
        if placed is not None and not a_part and since <= placed.recorded_at < until:
            of = key(matter, None)
            counts[of]["volume"] = (0, counts[of]["volume"][1] + 1)
        for place, owed in enumerate(matter.call.obligations):
            if not since <= owed.deadline.due < until or (a_part and owed.action is Action.ACCEPT):
                continue
            of = key(matter, owed)
            _one(matter, place, owed, now, partial(add, of))
    return counts


def _one(matter: Matter, place: int, owed: Obligation, now: datetime, add: Callable[[str, bool], None]) -> None:
    action = owed.action
    if action is Action.DISPATCH and owed.ending is Ending.DONE:
        upheld = False
        running = 0
        for fact in matter.facts:
            if isinstance(fact, CallDispatched):
                running = fact.round
            upheld = upheld or (fact.wire == "calls.ObjectionUpheld" and running == owed.round + 1)
        add("misdispatch", upheld)
    if action is Action.HANDLE and not owed.entry and owed.ending is Ending.DONE:
        came = matter.handled.get(place, Handled())
        if came.resolved and came.asked > came.struck:
            grades = list((came.given or {}).values())
            add("participation", bool(grades))
            add("satisfied_closure", bool(grades) and all(one == "satisfied" for one in grades))
        if came.resolved and came.given:
            add("satisfaction", all(one in ("satisfied", "basically") for one in came.given.values()))
    if action is Action.CONTEST_DECLINE or not (_due(owed, now) or _unanswered(matter, owed)):
        return
    in_time = owed.performance in (Performance.MET, Performance.JUSTIFIED)
    if action is Action.RESPOND:
        add("response", in_time)
    if action in (Action.HANDLE, Action.ASSIST):
        add("on_time", in_time)
    if action is Action.HANDLE and not owed.entry:  # a part that the lead took over is no matter of its own
        came = matter.handled.get(place, Handled()) if owed.ending is Ending.DONE else Handled()
        add("completion", came.resolved or came.interim)
        add("interim", came.interim)
        add("reopening", came.reopened)
        if matter.named("calls.ResultReported", owed):
            add("rework", matter.named("calls.ReworkOrdered", owed))
    for measure, (actions, wire) in _SHARES.items():
        if action.value in actions.split() and not (measure == "shelving" and owed.entry):
            add(measure, matter.named(wire, owed))
    if action.value in _OFFICES or (action.value in _TOWN and matter.calling(owed.organization)):
        add(f"{action.value}_in_time", in_time)
    for measure, actions in _TOGETHER.items():
        if action.value in actions.split():
            add(measure, in_time)
    if action in (Action.CONVENE, Action.HOLD):
        add("township_consulting_in_time" if matter.calling(owed.organization) else "consulting_in_time", in_time)


_OFFICES = ("accept", "dispatch", "resolve", "answer_contest", "mediate", "opine", "designate", "follow_up_escalation")
_TOWN = ("cooperate", "confirm", "evaluate")
_TOGETHER = {
    "follow_up": "milestone final_result agreed_action",
    "answers_in_time": "answer_extension answer_suspension answer_interim approve_shelving review_shelving"
    " decide_evaluation approve_exclusion",
}


def _unanswered(matter: Matter, owed: Obligation) -> bool:
    """Called back after dispatch with no sign of the party: the response that was asked for stays counted."""
    withdrawn = matter.withdrawn
    if withdrawn is None or owed.action is not Action.RESPOND or owed.traces:
        return False
    return owed.ending is Ending.LAPSED and owed.ended_by == withdrawn.originator_version


def _due(owed: Obligation, now: datetime) -> bool:
    """Whether it is in the denominators: it did not fall away, and what is open is overdue and not paused in time;
    what is on the shelf is to be handled all the same."""
    if owed.performance in _FELL_AWAY:
        return False
    if owed.ended is not None:
        return True
    paused = owed.pauses[-1] if owed.paused_since is not None else None
    if paused is not None and paused.since <= owed.deadline.due and not owed.breached:
        on_the_shelf = owed.action is Action.HANDLE and paused.ground is PauseGround.SHELVED
        return on_the_shelf and owed.deadline.due < now
    return owed.deadline.due < now
