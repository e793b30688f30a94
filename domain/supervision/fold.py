"""折叠: from the facts of a matter to what is known of it, one pure step a fact."""

from domain.calls.clocks import with_clock, with_excuse
from domain.obligations.obligation import Obligation
from domain.shared.changes import changed
from domain.shared.events import Event
from domain.shared.refusals import NotFound
from domain.supervision import events as e
from domain.supervision import fold_circulars, fold_orders, fold_succession
from domain.supervision.fold_obligations import Steps
from domain.supervision.matter import Ladder, Matter, Suspicion
from domain.supervision.words import Standing, SuspicionState


def evolve(matter: Matter | None, event: Event) -> Matter:
    """One fact further. Refuses NotFound for a stream that is no matter."""
    if not isinstance(event, e.SupervisionEvent):
        raise NotFound
    if matter is None:
        matter = Matter(event.originator_id, 0, event.about)
    matter = changed(matter, version=event.originator_version, about=event.about, changed_at=event.recorded_at)
    step = _STEPS.get(type(event))
    return step(matter, event) if step is not None else matter


def _rung(matter: Matter, event: e.RungReached) -> Matter:
    ladder = Ladder(
        place=event.place,
        action=event.action,
        due=event.due,
        organization=event.bearer.id,
        rung=event.rung,
        reached_at=event.reached_at,
        standing=Standing.CLIMBING if event.next_at is not None else Standing.TOP,
        next_rung=event.next_rung,
        next_at=event.next_at,
        next_provisional=event.next_provisional,
        version=matter.version,
    )
    return _climbs(matter, ladder)


def _rested(matter: Matter, event: e.LadderRested) -> Matter:
    before = matter.ladder(event.place, event.action)
    same = before if before is not None and before.due == event.due else None
    ladder = Ladder(
        place=event.place,
        action=event.action,
        due=event.due,
        organization=event.bearer.id,
        rung=same.rung if same else None,
        reached_at=same.reached_at if same else None,
        standing=event.standing,
        next_rung=event.next_rung,
        next_at=event.again_at,
        next_provisional=event.provisional,
        version=matter.version,
    )
    return _climbs(matter, ladder)


def _climbs(matter: Matter, ladder: Ladder) -> Matter:
    others = (one for one in matter.ladders if (one.place, one.action) != (ladder.place, ladder.action))
    ladders = sorted((*others, ladder), key=lambda one: (one.action.supervisory, one.place))
    return changed(matter, ladders=tuple(ladders))


def _urged(matter: Matter, event: e.UrgeIssued) -> Matter:
    of_the_call = (item.place for item in event.items if not item.action.supervisory)
    return changed(matter, urged=tuple(sorted({*matter.urged, *of_the_call})))


def _suspected(matter: Matter, event: e.FailureSuspected) -> Matter:
    suspicion = Suspicion(
        suspicion=event.suspicion,
        kind=event.kind,
        organization=event.organization.id,
        organization_name=event.organization.name,
        items=event.items,
        grounds=event.grounds,
        suspected_at=event.recorded_at,
        by_machine=event.actor.person is None,
    )
    return changed(matter, suspicions=(*matter.suspicions, suspicion))


def _suspicion_confirmed(matter: Matter, event: e.FailureConfirmed) -> Matter:
    return _judged(matter, event.suspicion, event, SuspicionState.CONFIRMED)


def _suspicion_dismissed(matter: Matter, event: e.FailureDismissed) -> Matter:
    return _judged(matter, event.suspicion, event, SuspicionState.DISMISSED)


def _judged(matter: Matter, suspicion: int, event: Event, state: SuspicionState) -> Matter:
    judged = changed(matter.suspicions[suspicion - 1], state=state, decided_at=event.recorded_at)
    before, after = matter.suspicions[: suspicion - 1], matter.suspicions[suspicion:]
    return changed(matter, suspicions=(*before, judged, *after))


def _recomputed(matter: Matter, event: e.ClocksRecomputed) -> Matter:
    def counted_anew(owed: Obligation) -> Obligation:
        for moved in event.moved:
            owed = with_clock(owed, moved, event.recorded_at, matter.version)
        for justified in event.justified:
            owed = with_excuse(owed, justified, matter.version)
        return owed

    return changed(matter, obligations=tuple(map(counted_anew, matter.obligations)))


_STEPS: Steps = {
    **fold_orders.STEPS,
    **fold_circulars.STEPS,
    e.RungReached: _rung,
    e.LadderRested: _rested,
    e.UrgeIssued: _urged,
    e.FailureSuspected: _suspected,
    e.FailureConfirmed: _suspicion_confirmed,
    e.FailureDismissed: _suspicion_dismissed,
    e.PartySucceeded: fold_succession.succeeded,
    e.ClocksRecomputed: _recomputed,
}
"""By fact: the matter before, the fact, the matter after."""
