"""折叠·应履责事项: how what is owed begins, moves and ends, and how parties change, for every step of the fold."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.words import ClockPolicy
from domain.obligations.obligation import Obligation, Pause
from domain.obligations.words import Action, Ending, PauseGround, Performance
from domain.shared.changes import changed, made
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.provenance import is_implied

Steps = Mapping[type[Event], Callable[[Call, Any], Call]]
"""What each kind of fact makes of a call."""

Bearer = tuple[UUID, str]
"""Who owes, or is owed: id and the name of that day."""

PARTY_ACTIONS = (Action.RESPOND, Action.FIRST_RESULT, Action.HANDLE, Action.ASSIST)
"""What a party owes by its dispatch."""

RULING_ACTIONS = (Action.MEDIATE, Action.OPINE, Action.DESIGNATE)
"""What the ruling bodies owe while it is disputed who handles."""

ASKED_ACTIONS = (Action.ANSWER_INTERIM, Action.APPROVE_SHELVING)
"""Answers that are owed while it is being handled, and of no more use once it is not."""

SHELVED_ACTIONS = (Action.HANDLE, Action.FIRST_RESULT, Action.ASSIST, Action.COOPERATE)
"""What stands still while a call is on the shelf."""

CONSULTED_ACTIONS = (Action.CONVENE, Action.HOLD, Action.AGREED_ACTION)
"""What is owed for a consultation, by whoever convenes it and whoever agreed to something."""

EVALUATION_ACTIONS = (Action.DECIDE_EVALUATION, Action.APPROVE_EXCLUSION)
"""What is owed about an evaluation that was contested."""


def bearer(organization: e.OrganizationRef) -> Bearer:
    """An organization a fact names."""
    return organization.id, organization.name


def township(call: Call) -> Bearer:
    """The calling township."""
    return call.township, call.township_name


def platform(call: Call) -> Bearer:
    """The platform that takes the call in."""
    assert call.platform is not None, "a placed call names its platform"
    return call.platform, call.platform_name


def owes(
    call: Call,
    action: Action,
    by: Bearer,
    deadline: Deadline,
    *,
    to: Bearer,
    entry: int = 0,
) -> Call:
    """A further obligation of the running round, opened by the fact being folded."""
    owed = made(
        Obligation,
        action=action,
        organization=by[0],
        organization_name=by[1],
        deadline=deadline,
        opened_by=call.version,
        round=call.round,
        entry=entry,
        owed_to=to[0],
        owed_to_name=to[1],
    )
    return changed(call, obligations=(*call.obligations, owed))


def ended(
    call: Call,
    event: Event,
    *actions: Action,
    organization: UUID | None = None,
    entry: int = 0,
    ending: Ending = Ending.DONE,
) -> Call:
    """End what is open of these actions (of all actions when none is named): done, unless `ending` says otherwise."""

    def end(owed: Obligation) -> Obligation:
        if owed.ended is not None:
            return owed
        if ending is Ending.DONE:
            return performed(owed, event, call.version)
        return owed.given_up(ending, event.recorded_at, call.version)

    return each(call, end, *actions, organization=organization, entry=entry)


def performed(owed: Obligation, event: Event, by: int) -> Obligation:
    """Done by a fact. A step that an older platform has no record of was done by then at the latest: in time if that
    was in time, else 平台无记录: nobody is late by a time that was only presumed (decision 0036)."""
    done = owed.discharged(event.recorded_at, by)
    if not is_implied(event.imported_from) or done.performance is not Performance.LATE:
        return done
    return changed(owed, traces=True).given_up(Ending.LAPSED, event.recorded_at, by)


def each(
    call: Call,
    change: Callable[[Obligation], Obligation],
    *actions: Action,
    organization: UUID | None = None,
    entry: int = 0,
) -> Call:
    """The call with a change made to everything owed of these actions (of all when none is named), open or ended. The
    same one where that changes nothing."""
    then: list[Obligation] = []
    for place, owed in enumerate(call.obligations):
        if (
            (not actions or owed.action in actions)
            and (organization is None or owed.organization == organization)
            and (entry == 0 or owed.entry == entry)
            and (now := change(owed)) is not owed
        ):
            then = then or list(call.obligations)
            then[place] = now
    return changed(call, obligations=tuple(then)) if then else call


def beside_ended(call: Call, event: Event) -> Call:
    """What is owed beside the handling ends with it, undone. Nobody failed to attend what was not held."""
    call = ended(call, event, Action.ATTEND, ending=Ending.RELEASED)
    further = (Action.REVIEW_SHELVING, Action.FOLLOW_UP_ESCALATION)
    return ended(call, event, *ASKED_ACTIONS, *CONSULTED_ACTIONS, *further, ending=Ending.LAPSED)


def unpaused(owed: Obligation) -> Obligation:
    """What ended while its clock stood still: the pause was over then, should it be owed again."""
    if owed.paused_since is None:
        return owed
    over = changed(owed.pauses[-1], until=owed.performed or owed.ended, ended_by=owed.ended_by)
    return changed(owed, pauses=(*owed.pauses[:-1], over))


def worked_anew(
    owed: Obligation, at: datetime, complete: Deadline, policy: ClockPolicy, by: int, *, own_fault: bool
) -> Obligation:
    """What was reported as done and is not: open again. By the policy of none (a call opened again) it stays untimed
    until its clock is started anew."""
    again = unpaused(owed).reopened(at, complete, by, own_fault=own_fault)
    untimed = owed.paused_since is not None and owed.pauses[-1].ground is PauseGround.UNTIMED
    if untimed and policy is ClockPolicy.CONTINUE:
        return again.paused(PauseGround.UNTIMED, at, by)
    return again


def continued(fresh: Obligation, before: Obligation, at: datetime, by: int) -> Obligation:
    """A further duty that goes on with the clock of the one before: its pauses and excuses are the new one's, too."""
    done = before.performed or before.ended
    assert done is not None, "what was resolved is not open"
    between = Pause(PauseGround.CLOSED, done, before.ended_by, at, by)
    return changed(fresh, pauses=(*unpaused(before).pauses, between), moved=before.moved, excuses=before.excuses)


def released(call: Call, event: Event, organization: UUID) -> Call:
    """Free from the dispatch on: whatever a party owed in this round, done or not, counts as never owed."""

    def free(owed: Obligation) -> Obligation:
        if owed.round != call.round:
            return owed
        if owed.open:
            return owed.given_up(Ending.RELEASED, event.recorded_at, call.version)
        return changed(owed, ending=Ending.RELEASED)

    return each(call, free, *PARTY_ACTIONS, organization=organization)


def responded_then(call: Call, event: Event, organization: UUID, at: datetime) -> Call:
    """Responded at a time for which the other side vouches, also where it was recorded later, or never."""
    by = call.version
    return each(call, lambda o: o.attested(at, event.recorded_at, by), Action.RESPOND, organization=organization)


def traced(call: Call, organization: UUID, *actions: Action) -> Call:
    """Facts show that it acted, though not that it did this: what stays open is 平台无记录, not 未履行."""
    return each(call, lambda o: changed(o, traces=True) if o.open else o, *actions, organization=organization)


def with_party(call: Call, organization: UUID, **changes: object) -> Call:
    """The call with one party of the running round changed."""
    parties = [
        changed(p, **changes) if p.round == call.round and p.organization == organization else p  # type: ignore[arg-type]
        for p in call.parties
    ]
    return changed(call, parties=tuple(parties))


def undisputed(call: Call) -> Call:
    """Nobody's objection is open any more."""
    return changed(call, parties=tuple(changed(p, objection_open=False) for p in call.parties))


def acted(call: Call, organization: UUID, at: datetime) -> Call:
    """The call with the first act of a party remembered."""
    party = call.party(organization)
    if party is None or party.acted_at is not None:
        return call
    return with_party(call, organization, acted_at=at)
