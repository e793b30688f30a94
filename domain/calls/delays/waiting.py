"""等待他方: a written request to another party whose part a step depends on. It excuses exactly what was waited."""

from collections.abc import Sequence
from functools import wraps
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import WORK, Call, Wait
from domain.calls.clocks import justified
from domain.calls.delays import events as e
from domain.calls.delays import refusals
from domain.calls.delays.extensions import at_work, stands_still
from domain.calls.events import OrganizationRef
from domain.calls.fold import evolve
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import WaitEnd
from domain.obligations.counting import half_used, rejustified
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.commands import Command, Desk, Handler, Handlers
from domain.shared.events import Event


class RequestWaiting(CallCommand, WithFiles):
    """书面请求配合: what is asked of another party, and which of one's own steps depends on it."""

    wire: ClassVar[str] = "calls.request_waiting"
    title: ClassVar[str] = "书面请求配合(等待)"

    on: UUID = Field(title="请求哪个单位")
    own_step: str = Field(title="本单位哪一步要等它", min_length=2, max_length=TEXT)
    request: str = Field(title="请求对方做什么", min_length=2, max_length=TEXT)
    reference: str = Field(default="", title="函件文号(另有书面函件的)", max_length=200)


def request_waiting(command: RequestWaiting, desk: Desk) -> list[Event]:
    """书面请求. Dated when it is recorded: an earlier letter may be cited, it starts nothing.

    Refuses ClockStandsStill, WaitsOnItself, OwesNothing, AlreadyWaiting, WaitingCircle, SilentTooLong.
    """
    setting, call = begin(REQUEST_WAITING, command, desk)
    own = desk.envelope.actor.organization
    if (barred := stands_still(call, own)) is not None:
        raise barred
    if command.on == own:
        raise refusals.WaitsOnItself(field="on")
    owing = call.work_of(command.on)
    if not owing:
        raise refusals.OwesNothing(field="on")
    if any(wait.waiter == own and wait.on == command.on for wait in call.open_waits):
        raise refusals.AlreadyWaiting(field="on")
    if own in _awaited_by(call, command.on):
        raise refusals.WaitingCircle(field="on")
    if silent(call, own, setting):
        raise refusals.SilentTooLong
    return [
        call.next(
            e.WaitingRequested,
            desk.envelope,
            waiting=len(call.waits) + 1,
            organization=setting.own,
            on=OrganizationRef(id=command.on, name=owing[0].organization_name),
            reference=command.reference,
            own_step=command.own_step,
            request=command.request,
            **command.files,
        )
    ]


def _awaited_by(call: Call, organization: UUID) -> set[UUID]:
    """For whom an organization waits, directly or through others."""
    return _reached([(wait.waiter, wait.on) for wait in call.open_waits], organization)


def _reached(waits: Sequence[tuple[UUID, UUID | None]], organization: UUID) -> set[UUID]:
    """The same, of waits as pairs: who waits, and for whom (None: for an upper body)."""
    found: set[UUID] = set()
    asked = {organization}
    while asked:
        asked = {on for waiter, on in waits if on is not None and waiter in asked} - found
        found |= asked
    return found


def silent(call: Call, organization: UUID, setting: Setting) -> bool:
    """Whether it did nothing on record for half of its time: by then, not since."""
    party = call.party(organization)
    assert party is not None, "only a party waits"
    acts = [moment for moment in (party.acted_at, party.responded_at) if moment is not None]
    half = min(half_used(owed.deadline, setting.rules.calendar) for owed in _waiting_work(call, organization))
    first = min(acts, default=setting.envelope.recorded_at)
    return first > half


def _waiting_work(call: Call, organization: UUID) -> list[Obligation]:
    return [owed for owed in call.work_of(organization) if owed.action is not Action.COOPERATE]


class EndWaiting(CallCommand):
    """不再等待."""

    wire: ClassVar[str] = "calls.end_waiting"
    title: ClassVar[str] = "结束等待"

    waiting: int = Field(title="哪项等待", ge=1)
    remark: str = Field(default="", title="说明", max_length=TEXT)


def end_waiting(command: EndWaiting, desk: Desk) -> list[Event]:
    """结束等待, by whoever waits. Refuses NotWaiting."""
    setting, call = begin(END_WAITING, command, desk)
    own = desk.envelope.actor.organization
    wait = next((one for one in call.open_waits if one.number == command.waiting and one.waiter == own), None)
    if wait is None:
        raise refusals.NotWaiting(field="waiting")
    return [wait_ended(call, wait, WaitEnd.BY_HAND, setting, command.remark)]


def own_waits_ended(call: Call, organization: UUID, setting: Setting) -> tuple[Call, list[Event]]:
    """The facts that end an organization's own waits because it is done itself, and the call after them."""
    facts: list[Event] = []
    for wait in call.open_waits:
        if wait.waiter == organization:
            facts.append(wait_ended(call, wait, WaitEnd.FINISHED, setting))
            call = evolve(call, facts[-1])
    return call, facts


def wait_ended(call: Call, wait: Wait, how: WaitEnd, setting: Setting, remark: str = "") -> e.WaitingEnded:
    """The fact that ends a wait now, with what it excused."""
    now, calendar, by = setting.envelope.recorded_at, setting.rules.calendar, call.version + 1
    changes = [
        (owed, rejustified(owed.excuse_closed(wait.by, now, by), calendar)) for owed in _waiting_work(call, wait.waiter)
    ]
    return call.next(
        e.WaitingEnded,
        setting.envelope,
        waiting=wait.number,
        organization=OrganizationRef(id=wait.waiter, name=wait.waiter_name),
        on=None if wait.on is None else OrganizationRef(id=wait.on, name=wait.on_name),
        upper=wait.on_name if wait.on is None else "",
        how=how,
        justified=justified(changes),
        remark=remark,
    )


def circular_waits_ended(call: Call, was: UUID, now: UUID, setting: Setting) -> tuple[Call, list[Event]]:
    """The facts that end the waits which would be for oneself, or close a circle, once `now` stands in the place of
    `was`; and the call after them."""
    facts: list[Event] = []
    kept = [(wait.waiter, wait.on) for wait in call.open_waits if was not in (wait.waiter, wait.on)]
    for wait in call.open_waits:
        if was in (wait.waiter, wait.on) and wait.on is not None:
            waiter, on = (now if one == was else one for one in (wait.waiter, wait.on))
            if waiter not in {on} | _reached(kept, on):
                kept.append((waiter, on))
                continue
            facts.append(wait_ended(call, wait, WaitEnd.RELEASED, setting))
            call = evolve(call, facts[-1])
    return call, facts


def ending_waits(handler: Handler) -> Handler:
    """A step on a call, and with it the end of every wait for somebody who by that step owes nothing any more."""

    @wraps(handler)
    def decide(command: Command, desk: Desk) -> Sequence[Event]:
        events = list(handler(command, desk))
        if not isinstance(command, CallCommand):
            return events
        setting = Setting(desk)
        before = call = setting.call(command.call_id)
        if not call.open_waits:
            return events
        for event in events:
            call = evolve(call, event)
        for wait in call.open_waits:
            if wait.on is not None and not call.work_of(wait.on):
                events.append(wait_ended(call, wait, _how(call, wait, before.version), setting))
                call = evolve(call, events[-1])
        return events

    return decide


def _how(call: Call, wait: Wait, since: int) -> WaitEnd:
    did = any(
        owed.done and owed.organization == wait.on and owed.action in WORK and owed.ended_by > since
        for owed in call.obligations
    )
    return WaitEnd.DISCHARGED if did else WaitEnd.RELEASED


def _others_owe(call: Call, organization: UUID) -> bool:
    others = {owed.organization for owed in call.obligations if owed.open} - {organization}
    return at_work(call, organization) and any(call.work_of(other) for other in others)


def _waits(call: Call, organization: UUID) -> bool:
    return any(wait.waiter == organization for wait in call.open_waits)


REQUEST_WAITING = Step(RequestWaiting, rights.HANDLING_POSTS, rights.party, _others_owe, bar=stands_still)


END_WAITING = Step(EndWaiting, rights.HANDLING_POSTS, rights.party, _waits)

STEPS: tuple[Step, ...] = (REQUEST_WAITING, END_WAITING)

HANDLERS: Handlers = {RequestWaiting: request_waiting, EndWaiting: end_waiting}
