"""What everybody owes on one call, told from its facts by the domain pages alone: the judge of the product's fold.

It shares the event classes and the words with the product and nothing else. It is slow and plain on purpose: every
obligation keeps all that ever happened to it, and what that means is worked out afterwards, by walking over it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import singledispatchmethod
from uuid import UUID

from domain.calls import events as e
from domain.calls.words import LateFact, Role
from domain.obligations.words import Action, Ending, PauseGround
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from tests.domain.obligations.slow_obligation import Owed, Pause

K = Action
PARTY = (K.RESPOND, K.FIRST_RESULT, K.HANDLE, K.ASSIST)
"""What a dispatch makes a party owe."""
ROUND = (*PARTY, K.COOPERATE)
"""What a dispatch opens."""


class SlowOracle:
    """Reads the facts of one call one after the other; `owed` is what came of them."""

    def __init__(self) -> None:
        self.owed: list[Owed] = []
        self.round = 0
        self.objections = 0
        self.lead: UUID | None = None
        self.township: UUID | None = None
        self.platform: UUID | None = None
        self.duty_room: UUID | None = None
        self.objecting: dict[int, UUID] = {}
        self.claims: dict[int, e.LateEntryMade] = {}

    def read(self, facts: Iterable[Event]) -> "SlowOracle":
        for fact in facts:
            self._read(fact)
        return self

    @singledispatchmethod
    def _read(self, fact: Event) -> None:
        """Facts that nobody owes anything for, or that discharge nothing."""

    # intake ----------------------------------------------------------------------------------------------------

    @_read.register
    def _call_submitted(self, fact: e.CallSubmitted) -> None:
        self.township = fact.township.id
        if fact.endorse is not None:
            self._opens(fact, K.ENDORSE, fact.township.id, fact.endorse)

    @_read.register
    def _call_endorsed(self, fact: e.CallEndorsed) -> None:
        self._done(fact, K.ENDORSE)

    @_read.register
    def _endorsement_refused(self, fact: e.EndorsementRefused) -> None:
        for endorsing in self._done(fact, K.ENDORSE):
            # The township's own clock runs on: a refused endorsement has not sent the call out.
            self._opens(fact, K.AMEND, self._town, endorsing.in_force[-1].deadline)

    @_read.register
    def _call_placed(self, fact: e.CallPlaced) -> None:
        self.platform = fact.platform.id
        self._opens(fact, K.ACCEPT, fact.platform.id, fact.accept)
        if fact.duty_room is not None:
            self.duty_room = fact.duty_room.id
            self._opens(fact, K.ACCEPT, fact.duty_room.id, fact.accept)

    @_read.register
    def _call_sent_back(self, fact: e.CallSentBack) -> None:
        for owed in self._open(K.ACCEPT):
            owed.pauses.append(Pause(PauseGround.SUPPLEMENT, fact.recorded_at))
        self._opens(fact, K.SUPPLEMENT, self._town, fact.supplement)

    @_read.register
    def _call_supplemented(self, fact: e.CallSupplemented) -> None:
        self._done(fact, K.SUPPLEMENT)
        self._done(fact, K.AMEND)
        if fact.endorse is not None:
            self._opens(fact, K.ENDORSE, self._town, fact.endorse)
        if fact.accept is not None:
            for owed in self._open(K.ACCEPT):
                own = fact.duty_room_accept if owed.bearer == self.duty_room else None
                owed.pauses[-1].until = fact.recorded_at
                owed.move(own or fact.accept, fact.recorded_at, fact.originator_version)
            joined = self.duty_room is not None and not self._open(K.ACCEPT, self.duty_room)
            if joined and self.duty_room is not None and fact.accept.due >= fact.recorded_at:
                self._opens(fact, K.ACCEPT, self.duty_room, fact.accept)
                self.owed[-1].pauses += self._open(K.ACCEPT, self.platform)[0].pauses

    @_read.register
    def _call_accepted(self, fact: e.CallAccepted) -> None:
        self._one_of_two(fact, K.ACCEPT, fact.acting.id)
        self._opens(fact, K.DISPATCH, fact.acting.id, fact.dispatch)

    @_read.register
    def _call_declined(self, fact: e.CallDeclined) -> None:
        self._one_of_two(fact, K.ACCEPT, fact.actor.organization)
        self._opens(fact, K.CONTEST_DECLINE, self._town, fact.contest)

    @_read.register
    def _decline_contested(self, fact: e.DeclineContested) -> None:
        self._done(fact, K.CONTEST_DECLINE)
        self._opens(fact, K.ANSWER_CONTEST, self._desk, fact.answer)

    @_read.register
    def _decline_contest_decided(self, fact: e.DeclineContestDecided) -> None:
        self._done(fact, K.ANSWER_CONTEST)
        if fact.dispatch is not None:
            self._opens(fact, K.DISPATCH, self._desk, fact.dispatch)
        if fact.upheld:
            self._over(fact)

    @_read.register
    def _call_handed_over(self, fact: e.CallHandedOver) -> None:
        self._one_of_two(fact, K.ACCEPT, fact.actor.organization)
        self._over(fact)

    # dispatch --------------------------------------------------------------------------------------------------

    @_read.register
    def _call_dispatched(self, fact: e.CallDispatched) -> None:
        self._done(fact, K.DISPATCH)
        self._lapse(fact, (*ROUND, K.DISPATCH_PART))
        self.round, self.lead = fact.round, fact.lead.organization.id
        for duty in (fact.lead, *fact.assistants):
            self._dispatched_to(fact, duty)
        if fact.township_duty:
            self._opens(fact, K.COOPERATE, self._town, fact.lead.complete)

    @_read.register
    def _part_dispatched(self, fact: e.PartDispatched) -> None:
        self._done(fact, K.DISPATCH_PART, entry=fact.objection)
        self._dispatched_to(fact, fact.party, fact.objection)

    def _dispatched_to(self, fact: Event, duty: e.PartyDuty, entry: int = 0) -> None:
        whose = duty.organization.id
        self._opens(fact, K.RESPOND, whose, duty.respond, entry)
        if duty.first_result is not None:
            self._opens(fact, K.FIRST_RESULT, whose, duty.first_result, entry)
        self._opens(fact, K.HANDLE if duty.role is Role.LEAD else K.ASSIST, whose, duty.complete, entry)

    @_read.register
    def _party_responded(self, fact: e.PartyResponded) -> None:
        self._done(fact, K.RESPOND, fact.organization.id)

    @_read.register
    def _party_arrived(self, fact: e.PartyArrived) -> None:
        if fact.actor.organization == fact.organization.id:
            self._done(fact, K.RESPOND, fact.organization.id)
        else:
            self._vouched_for(fact.organization.id, fact.occurred_at, fact)

    def _vouched_for(self, bearer: UUID, at: datetime, fact: Event) -> None:
        """The other side says so too: it was done then, whatever was recorded later, or never.

        Not what was dispatched after that, not what had been given up before it, not what need not have been done.
        """
        for owed in self._of(K.RESPOND, bearer):
            if at < owed.opened or owed.ending is Ending.RELEASED:
                continue
            if owed.ended_at is not None and at > owed.done_at(owed.ended_at):
                continue
            if owed.ending is Ending.DONE and owed.ended_at is not None and at == owed.done_at(owed.ended_at):
                continue
            owed.end(Ending.DONE, owed.ended_at or fact.recorded_at, owed.ended_by or fact.originator_version)
            owed.vouched_at = at

    # objections ------------------------------------------------------------------------------------------------

    @_read.register
    def _objection_raised(self, fact: e.ObjectionRaised) -> None:
        self.objections += 1
        self.objecting[self.objections] = fact.organization.id
        self._opens(fact, K.MEDIATE, self._desk, fact.mediate, self.objections)

    @_read.register
    def _objection_upheld(self, fact: e.ObjectionUpheld) -> None:
        number = self._objection_of(fact.organization.id)
        self._done(fact, K.MEDIATE, entry=number)
        self.objecting.pop(number)
        if fact.whole:
            for owed in self.owed:
                if owed.round == self.round and owed.bearer == fact.organization.id and owed.action in PARTY:
                    owed.release(fact.recorded_at, fact.originator_version)
        if fact.dispatch is None:
            return
        if fact.whole:
            self._round_over(fact)
            self._opens(fact, K.DISPATCH, self._desk, fact.dispatch)
        else:
            self._opens(fact, K.DISPATCH_PART, self._desk, fact.dispatch, number)

    @_read.register
    def _objection_rejected(self, fact: e.ObjectionRejected) -> None:
        number = self._objection_of(fact.organization.id)
        self._done(fact, K.MEDIATE, entry=number)
        self.objecting.pop(number)

    @_read.register
    def _opinion_requested(self, fact: e.OpinionRequested) -> None:
        self._done(fact, K.MEDIATE)
        self._opens(fact, K.OPINE, fact.organization.id, fact.opine)

    @_read.register
    def _opinion_given(self, fact: e.OpinionGiven) -> None:
        self._done(fact, K.OPINE)
        self._opens(fact, K.DESIGNATE, fact.designator.id, fact.designate)

    @_read.register
    def _handler_designated(self, fact: e.HandlerDesignated) -> None:
        self._done(fact, K.MEDIATE)
        self._done(fact, K.DESIGNATE)
        self.objecting.clear()
        if fact.dispatch is None:
            return
        for owed in self.owed:
            if owed.open and owed.action in ROUND and owed.bearer == self.lead and owed.round == self.round:
                owed.end(Ending.PASSED_ON, fact.recorded_at, fact.originator_version)
        self._round_over(fact)
        self._opens(fact, K.DISPATCH, self._desk, fact.dispatch)

    # handling --------------------------------------------------------------------------------------------------

    @_read.register
    def _progress_reported(self, fact: e.ProgressReported) -> None:
        self._acted(fact.organization.id)
        if fact.first_result:
            self._done(fact, K.FIRST_RESULT, fact.organization.id)

    @_read.register
    def _assistance_reported(self, fact: e.AssistanceReported) -> None:
        self._acted(fact.organization.id)
        if fact.done:
            self._done(fact, K.ASSIST, fact.organization.id)

    @_read.register
    def _cooperation_reported(self, fact: e.CooperationReported) -> None:
        self._done(fact, K.COOPERATE)

    @_read.register
    def _result_reported(self, fact: e.ResultReported) -> None:
        self._acted(fact.organization.id)
        self._done(fact, K.FIRST_RESULT, fact.organization.id)
        self._done(fact, K.HANDLE, fact.organization.id)
        self._opens(fact, K.CONFIRM, fact.confirmer.id if fact.confirmer else self._town, fact.confirm)

    @_read.register
    def _result_confirmed(self, fact: e.ResultConfirmed) -> None:
        self._done(fact, K.CONFIRM)
        for owed in self._open(K.COOPERATE):
            owed.acted_unrecorded = True
        self._opens(fact, K.RESOLVE, self._desk, fact.resolve)

    @_read.register
    def _rework_ordered(self, fact: e.ReworkOrdered) -> None:
        self._done(fact, K.CONFIRM)
        self._done(fact, K.RESOLVE)
        for owed in self._of(K.HANDLE, self.lead):
            if owed.round == self.round and owed.entry == 0 and owed.ended_at is not None:
                owed.open_again(fact.complete, fact.recorded_at, fact.originator_version)

    @_read.register
    def _call_resolved(self, fact: e.CallResolved) -> None:
        self._done(fact, K.RESOLVE)
        self._lapse(fact, [action for action in K if action is not K.CONFIRM_LATE_ENTRY])
        if self.lead != self.township:
            self._opens(fact, K.EVALUATE, self._town, fact.evaluate)

    @_read.register
    def _call_evaluated(self, fact: e.CallEvaluated) -> None:
        self._done(fact, K.EVALUATE)

    @_read.register
    def _call_closed(self, fact: e.CallClosed) -> None:
        self._over(fact)

    @_read.register
    def _call_withdrawn(self, fact: e.CallWithdrawn) -> None:
        self._over(fact)

    # beside it -------------------------------------------------------------------------------------------------

    @_read.register
    def _urgency_changed(self, fact: e.UrgencyChanged) -> None:
        for moved in fact.moved:
            action = K(moved.task)
            running = self._open(action, moved.organization)
            for owed in running:
                if owed.in_force[-1].deadline.due < fact.recorded_at:
                    continue  # what has run out is not started anew
                owed.move(moved.deadline, fact.recorded_at, fact.originator_version)
            if not running:
                self._opens(fact, action, moved.organization, moved.deadline)
        if fact.duty_room is not None:
            self.duty_room = fact.duty_room.id
            if fact.accept is not None:
                self._opens(fact, K.ACCEPT, fact.duty_room.id, fact.accept)

    @_read.register
    def _phone_call_recorded(self, fact: e.PhoneCallRecorded) -> None:
        if fact.organization.id != fact.called.id:  # talking among themselves shows nobody anything
            self._acted(fact.organization.id)
            self._acted(fact.called.id)

    @_read.register
    def _late_entry_made(self, fact: e.LateEntryMade) -> None:
        self.claims[fact.entry] = fact
        self._acted(fact.organization.id)
        self._opens(fact, K.CONFIRM_LATE_ENTRY, fact.other_side.id, fact.confirm, fact.entry)

    @_read.register
    def _late_entry_confirmed(self, fact: e.LateEntryConfirmed) -> None:
        self._done(fact, K.CONFIRM_LATE_ENTRY, entry=fact.entry)
        claim = self.claims[fact.entry]
        if claim.fact in (LateFact.RESPONSE, LateFact.ARRIVAL):
            self._vouched_for(claim.organization.id, claim.occurred_at, fact)

    @_read.register
    def _late_entry_contested(self, fact: e.LateEntryContested) -> None:
        self._done(fact, K.CONFIRM_LATE_ENTRY, entry=fact.entry)

    # how -------------------------------------------------------------------------------------------------------

    @property
    def _town(self) -> UUID:
        assert self.township is not None
        return self.township

    @property
    def _desk(self) -> UUID:
        assert self.platform is not None
        return self.platform

    def _of(self, action: Action, bearer: UUID | None = None, entry: int | None = None) -> list[Owed]:
        return [
            owed
            for owed in self.owed
            if owed.action is action
            and (bearer is None or owed.bearer == bearer)
            and (entry is None or owed.entry == entry)
        ]

    def _open(self, action: Action, bearer: UUID | None = None, entry: int | None = None) -> list[Owed]:
        return [owed for owed in self._of(action, bearer, entry) if owed.open]

    def _opens(self, fact: Event, action: Action, bearer: UUID, deadline: Deadline | None, entry: int = 0) -> None:
        owed = Owed(
            action=action,
            bearer=bearer,
            opened=deadline.opened if deadline is not None else fact.recorded_at,
            opened_by=fact.originator_version,
            round=self.round if action in ROUND else 0,
            entry=entry,
        )
        if deadline is not None:
            owed.move(deadline, fact.recorded_at, fact.originator_version)
        self.owed.append(owed)

    def _done(self, fact: Event, action: Action, bearer: UUID | None = None, entry: int | None = None) -> list[Owed]:
        ended = self._open(action, bearer, entry)
        for owed in ended:
            owed.end(Ending.DONE, fact.recorded_at, fact.originator_version)
        return ended

    def _one_of_two(self, fact: Event, action: Action, acting: UUID) -> None:
        """Whoever acts has performed, the other one is free."""
        for owed in self._open(action):
            how = Ending.DONE if owed.bearer == acting else Ending.RELEASED
            owed.end(how, fact.recorded_at, fact.originator_version)

    def _acted(self, bearer: UUID) -> None:
        """It did something, of which the platform has no record as a response."""
        for owed in self._open(K.RESPOND, bearer):
            owed.acted_unrecorded = True

    def _objection_of(self, objector: UUID) -> int:
        return next(number for number, whose in self.objecting.items() if whose == objector)

    def _lapse(self, fact: Event, actions: Sequence[Action]) -> None:
        for owed in self.owed:
            if owed.open and owed.action in actions:
                owed.end(Ending.LAPSED, fact.recorded_at, fact.originator_version)

    def _round_over(self, fact: Event) -> None:
        self._lapse(fact, (*ROUND, K.MEDIATE, K.OPINE, K.DESIGNATE, K.DISPATCH_PART))
        self.objecting.clear()

    def _over(self, fact: Event) -> None:
        self._lapse(fact, list(K))
