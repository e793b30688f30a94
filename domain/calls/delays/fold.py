"""折叠·延期、暂缓、等待: what requests for more time, their answers, waits and recounted clocks make of a call."""

from collections.abc import Callable
from uuid import UUID

from domain.calls.call import Call, DelayRequest, Wait
from domain.calls.clocks import with_justified, with_moved
from domain.calls.delays import events as e
from domain.calls.events import OrganizationRef
from domain.calls.fold_obligations import Steps, acted, bearer, each, ended, owes, platform
from domain.calls.words import Delay
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, Ending, ExcuseGround, PauseGround
from domain.shared.changes import changed
from domain.shared.events import Event

ANSWER = {Delay.EXTENSION: Action.ANSWER_EXTENSION, Delay.SUSPENSION: Action.ANSWER_SUSPENSION}
"""What the platform owes to whoever asks."""


def _extension_requested(call: Call, event: e.ExtensionRequested) -> Call:
    call = _asked(call, event, Delay.EXTENSION)
    return _with_request(call, event.request, days=event.working_days)


def _suspension_requested(call: Call, event: e.SuspensionRequested) -> Call:
    call = _asked(call, event, Delay.SUSPENSION)
    return _with_request(call, event.request, until=event.until)


def _asked(call: Call, event: e.ExtensionRequested | e.SuspensionRequested, kind: Delay) -> Call:
    asker = event.organization
    request = DelayRequest(
        event.request,
        kind,
        asker.id,
        asker.name,
        call.round,
        event.ground,
        event.ground_text,
        event.recorded_at,
    )
    call = acted(changed(call, delays=(*call.delays, request)), asker.id, event.recorded_at)
    return owes(call, ANSWER[kind], platform(call), event.answer, to=bearer(asker), entry=event.request)


def _opinion(call: Call, event: e.ExtensionOpinionGiven) -> Call:
    return _with_request(call, event.request, opinion=event.agrees)


def _extended(call: Call, event: e.ExtensionGranted) -> Call:
    call = _answered(call, event, event.request, granted=True)
    call = with_moved(_with_request(call, event.request, days=event.working_days), event.moved, event.recorded_at)
    return with_justified(call, event.justified)


def _refused(call: Call, event: e.ExtensionRefused | e.SuspensionRefused) -> Call:
    return with_justified(_answered(call, event, event.request, granted=False), event.justified)


def _suspended(call: Call, event: e.CallSuspended) -> Call:
    """The pause has its end from the start: after it the clock runs again, whether or not anything happens then."""
    call = _answered(call, event, event.request, granted=True)
    call = _with_request(call, event.request, until=event.until)
    by = call.version
    call = _each_clock(
        call,
        event.organization,
        lambda owed: owed.paused(PauseGround.SUSPENSION, event.recorded_at, by, event.until),
    )
    return with_justified(with_moved(call, event.moved, event.recorded_at), event.justified)


def _resumed(call: Call, event: e.CallResumed) -> Call:
    call = _with_request(call, event.request, resumed=True, until=event.recorded_at)
    by = call.version
    call = _each_clock(call, event.organization, lambda owed: owed.pause_cut(event.recorded_at, by))
    return with_justified(with_moved(call, event.moved, event.recorded_at), event.justified)


def _waiting(call: Call, event: e.WaitingRequested) -> Call:
    waiter, on = event.organization, event.on
    wait = Wait(event.waiting, waiter.id, waiter.name, on.id, on.name, call.round, event.recorded_at, call.version)
    return wait_begun(acted(call, waiter.id, event.recorded_at), wait, ExcuseGround.WAITING)


def wait_begun(call: Call, wait: Wait, ground: ExcuseGround) -> Call:
    """The waiter's work is excused from the beginning of the wait on, until it ends; not what was late before that."""
    call = changed(call, waits=(*call.waits, wait))
    work = {owed.opened_by for owed in call.work_of(wait.waiter)}

    def excused(owed: Obligation) -> Obligation:
        if owed.opened_by not in work or not owed.open or wait.since > owed.justified_to:
            return owed
        return owed.excused(ground, wait.since, wait.by)

    return each(call, excused, Action.HANDLE, Action.ASSIST, organization=wait.waiter)


def _waiting_ended(call: Call, event: e.WaitingEnded) -> Call:
    wait = next(wait for wait in call.waits if wait.number == event.waiting)
    at, by = event.recorded_at, call.version
    call = each(call, lambda o: o.excuse_closed(wait.by, at, by), organization=wait.waiter)
    return with_justified(_with_wait_over(call, event.waiting), event.justified)


def _recomputed(call: Call, event: e.ClocksRecomputed) -> Call:
    return with_justified(with_moved(call, event.moved, event.recorded_at), event.justified)


def unneeded_ended(call: Call, event: Event) -> Call:
    """What somebody asked for is over when they have no work left: nobody waits for that answer, or waits, any more."""
    for request in call.asking:
        if not _works_on(call, request.organization, request.round):
            call = ended(call, event, ANSWER[request.kind], entry=request.number, ending=Ending.LAPSED)
            call = _with_request(call, request.number, answered=True)
    for wait in call.open_waits:
        if not _works_on(call, wait.waiter, wait.round):
            call = _with_wait_over(call, wait.number)
    return call


def inherited(call: Call, event: Event, was: UUID, now: OrganizationRef) -> Call:
    """What a dissolved body had asked for or waited for goes on as its successor's; nobody waits for oneself."""
    delays = tuple(
        changed(one, organization=now.id, name=now.name) if one.organization == was else one for one in call.delays
    )
    waits = []
    for wait in call.waits:
        if wait.waiter == was:
            wait = changed(wait, waiter=now.id, waiter_name=now.name)
        if wait.on == was:
            wait = changed(wait, on=now.id, on_name=now.name)
        waits.append(changed(wait, over=wait.over or wait.waiter == wait.on))
    over, version = [wait.by for wait in waits if wait.waiter == wait.on], call.version

    def closed(owed: Obligation) -> Obligation:
        for by in over:
            owed = owed.excuse_closed(by, event.recorded_at, version)
        return owed

    call = changed(call, delays=delays, waits=tuple(waits))
    return each(call, closed, organization=now.id) if over else call


def _works_on(call: Call, organization: UUID, round_: int) -> bool:
    return call.round == round_ and any(owed.action is not Action.COOPERATE for owed in call.work_of(organization))


def _answered(call: Call, event: Event, number: int, *, granted: bool) -> Call:
    request = next(request for request in call.delays if request.number == number)
    call = ended(call, event, ANSWER[request.kind], entry=number)
    return _with_request(call, number, answered=True, granted=granted)


def _each_clock(call: Call, party: OrganizationRef, change: Callable[[Obligation], Obligation]) -> Call:
    clocks = {(owed.action, owed.organization, owed.opened_by) for owed in call.clocks_of(party.id)}
    return each(call, lambda o: change(o) if o.open and (o.action, o.organization, o.opened_by) in clocks else o)


def _with_request(call: Call, number: int, **changes: object) -> Call:
    delays = (changed(r, **changes) if r.number == number else r for r in call.delays)  # type: ignore[arg-type]
    return changed(call, delays=tuple(delays))


def _with_wait_over(call: Call, number: int) -> Call:
    return changed(call, waits=tuple(changed(w, over=True) if w.number == number else w for w in call.waits))


STEPS: Steps = {
    e.ExtensionRequested: _extension_requested,
    e.ExtensionOpinionGiven: _opinion,
    e.ExtensionGranted: _extended,
    e.ExtensionRefused: _refused,
    e.SuspensionRequested: _suspension_requested,
    e.CallSuspended: _suspended,
    e.SuspensionRefused: _refused,
    e.CallResumed: _resumed,
    e.WaitingRequested: _waiting,
    e.WaitingEnded: _waiting_ended,
    e.ClocksRecomputed: _recomputed,
}
"""By fact: the call before, the fact, the call after."""
