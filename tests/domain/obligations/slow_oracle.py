"""What everybody owes on one call, told from its facts by the domain pages alone: the judge of the product's fold.

It shares the event classes and the words with the product and nothing else. It is slow and plain on purpose: every
obligation keeps all that ever happened to it, and what that means is worked out afterwards, by walking over it.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import singledispatchmethod
from uuid import UUID

from domain.calls import events as e
from domain.calls.aftermath import events as ae
from domain.calls.around import merge_events as m
from domain.calls.around.instruction_events import InstructionRecorded
from domain.calls.delays import escalation_events as ue
from domain.calls.delays import events as de
from domain.calls.dispatch import passing_events as p
from domain.calls.slow_work import consultation_events as ce
from domain.calls.slow_work import interim_events as ie
from domain.calls.slow_work import shelving_events as se
from domain.calls.words import ClockPolicy, Evaluator, LateFact, ReopeningPolicy, Role
from domain.obligations.words import Action, Ending, ExcuseGround, PauseGround
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from tests.domain.obligations.slow_obligation import Excuse, Owed, Pause
from tests.domain.shared.slow_calendar import ZONE

K = Action
PARTY = (K.RESPOND, K.FIRST_RESULT, K.HANDLE, K.ASSIST)
"""What a dispatch makes a party owe."""
ROUND = (*PARTY, K.COOPERATE)
"""What a dispatch opens."""
ASKED = (K.ANSWER_INTERIM, K.APPROVE_SHELVING)
"""Answers that nobody needs any more once the handling is over."""
SHELVED = (K.HANDLE, K.FIRST_RESULT, K.ASSIST, K.COOPERATE)
"""What stands still on the shelf."""
LOOKED_BACK = (K.DECIDE_EVALUATION, K.APPROVE_EXCLUSION)
"""What an evaluation that was contested makes others owe."""


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
        self.co_callers: list[UUID] = []
        self.evaluated: list[UUID] = []
        self.requests: dict[int, tuple[Action, UUID, int]] = {}
        self.waits: dict[int, tuple[UUID, int]] = {}
        self.bound: list[UUID] = []
        self.ruling: dict[str, UUID] = {}
        self.nobody_for: list[UUID | None] = []
        """By number; whoever was named for one of them has used a number up."""
        self.over = False

    def read(self, facts: Iterable[Event]) -> "SlowOracle":
        for fact in facts:
            self._read(fact)
            self._nobody_is_missed_any_more(fact)
            self._nobody_asks_any_more(fact)
        return self

    @singledispatchmethod
    def _read(self, fact: Event) -> None:
        """Facts that nobody owes anything for, or that discharge nothing."""

    # intake ----------------------------------------------------------------------------------------------------

    @_read.register
    def _call_submitted(self, fact: e.CallSubmitted) -> None:
        self.township = fact.township.id
        if fact.called is not None:
            self._opens(fact, K.CALL, fact.township.id, fact.called)
            self._done(fact, K.CALL)
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
                owed.pauses[-1].over(fact.recorded_at, fact.originator_version)
                owed.move(own or fact.accept, fact.recorded_at, fact.originator_version)
            self._justify(fact, fact.justified)
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
        for whose in (self._town, *(one.id for one in fact.co_callers)):
            self._opens(fact, K.CONTEST_DECLINE, whose, fact.contest)

    @_read.register
    def _decline_contested(self, fact: e.DeclineContested) -> None:
        self._done(fact, K.CONTEST_DECLINE, self._town if fact.township is None else fact.township.id)
        self._opens(fact, K.ANSWER_CONTEST, self._desk, fact.answer)

    @_read.register
    def _decline_contest_decided(self, fact: e.DeclineContestDecided) -> None:
        self._done(fact, K.ANSWER_CONTEST)
        if fact.upheld and any(
            one.in_force[-1].deadline.due >= fact.recorded_at for one in self._open(K.CONTEST_DECLINE)
        ):
            return  # another township may still say why it is wrong
        self._lapse(fact, (K.CONTEST_DECLINE,))
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
        self._lapse(fact, (K.CONVENE,))
        self._lapse(fact, (*ROUND, K.DISPATCH_PART))
        self.round, self.lead = fact.round, fact.lead.organization.id
        self.bound.clear()
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
        self.bound.append(whose)
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
        self._justify(fact, fact.justified)
        if fact.whole:
            for owed in self.owed:
                if owed.round == self.round and owed.bearer == fact.organization.id and owed.action in PARTY:
                    owed.release(fact.recorded_at, fact.originator_version)
            if fact.dispatch is None and fact.organization.id != self.lead:
                self._no_more_bound(fact.organization.id)
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
        self._justify(fact, fact.justified)

    @_read.register
    def _opinion_requested(self, fact: e.OpinionRequested) -> None:
        self._done(fact, K.MEDIATE)
        self.ruling["establishment"] = fact.organization.id
        self._opens(fact, K.OPINE, fact.organization.id, fact.opine)

    @_read.register
    def _opinion_given(self, fact: e.OpinionGiven) -> None:
        self._done(fact, K.OPINE)
        self.ruling["designator"] = fact.designator.id
        self._opens(fact, K.DESIGNATE, fact.designator.id, fact.designate)

    @_read.register
    def _handler_designated(self, fact: e.HandlerDesignated) -> None:
        self._done(fact, K.MEDIATE)
        self._done(fact, K.DESIGNATE)
        self.ruling["designated"] = fact.handler.id
        self.objecting.clear()
        self._justify(fact, fact.justified)
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
        self._done(fact, K.FINAL_RESULT, fact.organization.id)
        self._lapse(fact, ASKED)
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
        owed = self._last_work()
        if owed.bearer != self.lead:  # whoever did it is gone: its successor does it anew
            assert self.lead is not None, "only what was dispatched is done again"
            owed = replace(deepcopy(owed), bearer=self.lead, inherited_from=owed.bearer)
            self.owed.append(owed)
        untimed = owed.paused is not None and owed.paused.ground is PauseGround.UNTIMED
        owed.open_again(fact.complete, fact.recorded_at, fact.originator_version)
        if untimed and fact.policy is ClockPolicy.CONTINUE:
            owed.pauses.append(Pause(PauseGround.UNTIMED, fact.recorded_at))
        self._justify(fact, fact.justified)

    def _last_work(self) -> Owed:
        """What the lead did last, as far as it has to bring the matter to its result."""
        mine = [owed for owed in self.owed if owed.action in (K.HANDLE, K.FINAL_RESULT) and owed.entry == 0]
        return [owed for owed in mine if owed.round == self.round][-1]

    @_read.register
    def _call_resolved(self, fact: e.CallResolved) -> None:
        self._done(fact, K.RESOLVE)
        self._nobody_has_to_come(fact)
        self._lapse(fact, [action for action in K if action not in (K.CONFIRM_LATE_ENTRY, K.NAME_SUCCESSOR)])
        for township in dict.fromkeys((self._town, *self.co_callers)):
            if township != self.lead:
                self._opens(fact, K.EVALUATE, township, fact.evaluate)

    @_read.register
    def _call_evaluated(self, fact: e.CallEvaluated) -> None:
        if fact.evaluator is Evaluator.CITIZEN:
            return
        whose = self._town if fact.evaluator is Evaluator.TOWNSHIP else fact.actor.organization
        self._done(fact, K.EVALUATE, whose)
        self.evaluated.append(whose)

    @_read.register
    def _call_closed(self, fact: e.CallClosed) -> None:
        self._nobody_has_to_come(fact)
        self._lapse(fact, [action for action in K if action not in LOOKED_BACK])
        self.over = True

    @_read.register
    def _call_withdrawn(self, fact: e.CallWithdrawn) -> None:
        self._over(fact)

    # looking back ----------------------------------------------------------------------------------------------

    @_read.register
    def _call_reopened(self, fact: ae.CallReopened) -> None:
        """A further duty beside the one that was met; it may go on with its clock, or have none."""
        self.over = False
        self._lapse(fact, (K.EVALUATE, *LOOKED_BACK))
        self.evaluated.clear()
        before = self._last_work()
        self._opens(fact, K.HANDLE, fact.lead.id, fact.complete)
        again = self.owed[-1]
        if fact.policy is ReopeningPolicy.CONTINUE:
            assert before.ended_at is not None
            done = before.done_at(before.ended_at)
            again.opened = before.opened
            assert before.ended_by is not None
            again.pauses, again.excuses = deepcopy(before.pauses), deepcopy(before.excuses)
            if again.paused is not None:
                again.paused.over(done, before.ended_by)
            again.pauses.append(Pause(PauseGround.CLOSED, done, fact.recorded_at, fact.originator_version))
        if fact.policy is ReopeningPolicy.NONE:
            again.pauses.append(Pause(PauseGround.UNTIMED, fact.recorded_at))
        self._justify(fact, fact.justified)

    def _number(self, township: e.OrganizationRef | None) -> int:
        return self.evaluated.index(self._town if township is None else township.id) + 1

    @_read.register
    def _evaluation_changed(self, fact: ae.EvaluationChanged) -> None:
        for action in LOOKED_BACK:
            for owed in self._open(action, entry=self._number(fact.township)):
                owed.end(Ending.LAPSED, fact.recorded_at, fact.originator_version)

    @_read.register
    def _evaluation_contested(self, fact: ae.EvaluationContested) -> None:
        self._opens(fact, K.DECIDE_EVALUATION, self._desk, fact.decide, self._number(fact.township))

    @_read.register
    def _evaluation_upheld(self, fact: ae.EvaluationUpheld) -> None:
        for action in LOOKED_BACK:
            self._done(fact, action, entry=self._number(fact.township))

    @_read.register
    def _exclusion_proposed(self, fact: ae.EvaluationExclusionProposed) -> None:
        number = self._number(fact.township)
        self._done(fact, K.DECIDE_EVALUATION, entry=number)
        self._opens(fact, K.APPROVE_EXCLUSION, fact.approver.id, fact.approve, number)

    @_read.register
    def _evaluation_excluded(self, fact: ae.EvaluationExcluded) -> None:
        self._done(fact, K.APPROVE_EXCLUSION, entry=self._number(fact.township))

    # slow work -------------------------------------------------------------------------------------------------

    @_read.register
    def _interim_proposed(self, fact: ie.InterimProposed) -> None:
        self._acted(fact.organization.id)
        self._opens(fact, K.ANSWER_INTERIM, self._desk, fact.answer)

    @_read.register
    def _interim_refused(self, fact: ie.InterimRefused) -> None:
        self._done(fact, K.ANSWER_INTERIM)
        self._justify(fact, fact.justified)

    @_read.register
    def _interim_resolved(self, fact: ie.InterimResolved) -> None:
        """The handling was done when it was proposed; what follows has clocks of its own."""
        self._done(fact, K.ANSWER_INTERIM)
        self._lapse(fact, ASKED)
        for action in (K.HANDLE, K.FIRST_RESULT):
            for owed in self._done(fact, action, fact.organization.id):
                owed.vouched_at = fact.proposed_at
        for milestone in fact.milestones:
            self._opens(fact, K.MILESTONE, fact.organization.id, milestone.deadline, milestone.number)
            tomorrow = fact.recorded_at.astimezone(ZONE).date() + timedelta(days=1)
            self.owed[-1].day = max(milestone.day, tomorrow)  # its day may be over when the platform agrees

    @_read.register
    def _milestone_met(self, fact: ie.MilestoneMet) -> None:
        self._done(fact, K.MILESTONE, entry=fact.milestone)
        if fact.final is not None:
            self._opens(fact, K.FINAL_RESULT, fact.organization.id, fact.final)
            self.owed[-1].round = self.round

    @_read.register
    def _shelving_proposed(self, fact: se.ShelvingProposed) -> None:
        self._opens(fact, K.APPROVE_SHELVING, fact.approver.id, fact.approve)

    @_read.register
    def _shelving_refused(self, fact: se.ShelvingRefused) -> None:
        self._done(fact, K.APPROVE_SHELVING)
        self._justify(fact, fact.justified)

    @_read.register
    def _call_shelved(self, fact: se.CallShelved) -> None:
        self._done(fact, K.APPROVE_SHELVING)
        self._lapse(fact, ASKED)
        for owed in self.owed:
            if owed.open and owed.action in SHELVED:
                owed.pauses.append(Pause(PauseGround.SHELVED, fact.recorded_at))
        self._opens(fact, K.REVIEW_SHELVING, self._desk, fact.review)

    @_read.register
    def _shelving_reviewed(self, fact: se.ShelvingReviewed) -> None:
        self._done(fact, K.REVIEW_SHELVING)
        if fact.shelved_on:
            self._opens(fact, K.REVIEW_SHELVING, self._desk, fact.review)
        for clock in fact.resumed:
            for owed in self._open(K(clock.task), clock.organization, clock.entry):
                if owed.paused is not None and _meant(clock, owed):
                    owed.runs_again(clock.deadline, fact.recorded_at, fact.originator_version)
        self._justify(fact, fact.justified)

    @_read.register
    def _lead_unclear(self, fact: ce.LeadUnclear) -> None:
        for owed in self._open(K.DISPATCH):
            owed.pauses.append(Pause(PauseGround.CONSULTATION, fact.recorded_at))
        self._opens(fact, K.CONVENE, fact.organization.id, fact.convene)
        if self._open(K.HOLD):  # convened already by somebody else
            self._lapse(fact, (K.CONVENE,))

    @_read.register
    def _consultation_convened(self, fact: ce.ConsultationConvened) -> None:
        self._done(fact, K.CONVENE, fact.convener.id)
        self._lapse(fact, (K.CONVENE,))
        self._opens(fact, K.HOLD, fact.convener.id, fact.record, fact.consultation)
        for one in fact.invited:
            self._opens(fact, K.ATTEND, one.id, fact.attend, fact.consultation)
            unknown = Excuse(ExcuseGround.AWAITING_RECORD, fact.attend.due, fact.originator_version)
            self.owed[-1].excuses.append(unknown)

    @_read.register
    def _consultation_held(self, fact: ce.ConsultationHeld) -> None:
        self._done(fact, K.HOLD)
        for one in fact.attended:
            for owed in self._done(fact, K.ATTEND, one.id):
                assert owed.due is not None
                owed.vouched_at = min(fact.recorded_at, owed.due)
        for owed in self._open(K.ATTEND):
            owed.excuses = [x for x in owed.excuses if x.ground is not ExcuseGround.AWAITING_RECORD]
        self._lapse(fact, (K.ATTEND,))
        for action in fact.actions:
            self._opens(fact, K.AGREED_ACTION, action.organization.id, action.deadline, action.number)
            self.owed[-1].day = action.deadline.day
        if fact.dispatch is not None:
            for owed in self._open(K.DISPATCH):
                owed.runs_again(fact.dispatch, fact.recorded_at, fact.originator_version)
            self._justify(fact, fact.justified)

    @_read.register
    def _agreed_action_done(self, fact: ce.AgreedActionDone) -> None:
        self._done(fact, K.AGREED_ACTION, fact.organization.id, fact.action)

    # more time -------------------------------------------------------------------------------------------------

    @_read.register
    def _extension_requested(self, fact: de.ExtensionRequested) -> None:
        self._asks(fact, K.ANSWER_EXTENSION, fact.request, fact.organization.id, fact.answer)

    @_read.register
    def _suspension_requested(self, fact: de.SuspensionRequested) -> None:
        self._asks(fact, K.ANSWER_SUSPENSION, fact.request, fact.organization.id, fact.answer)

    def _asks(self, fact: Event, answer: Action, number: int, asker: UUID, deadline: Deadline) -> None:
        self.requests[number] = (answer, asker, self.round)
        self._opens(fact, answer, self._desk, deadline, number)

    @_read.register
    def _extension_granted(self, fact: de.ExtensionGranted) -> None:
        self._done(fact, K.ANSWER_EXTENSION, entry=fact.request)
        self._recount(fact, fact.moved)
        self._justify(fact, fact.justified)

    @_read.register
    def _extension_refused(self, fact: de.ExtensionRefused) -> None:
        self._done(fact, K.ANSWER_EXTENSION, entry=fact.request)
        self._justify(fact, fact.justified)

    @_read.register
    def _suspension_refused(self, fact: de.SuspensionRefused) -> None:
        self._done(fact, K.ANSWER_SUSPENSION, entry=fact.request)
        self._justify(fact, fact.justified)

    @_read.register
    def _call_suspended(self, fact: de.CallSuspended) -> None:
        self._done(fact, K.ANSWER_SUSPENSION, entry=fact.request)
        for owed in self._clocks(fact.organization.id):
            owed.pauses.append(Pause(PauseGround.SUSPENSION, fact.recorded_at, fact.until))
        self._recount(fact, fact.moved)
        self._justify(fact, fact.justified)

    @_read.register
    def _call_resumed(self, fact: de.CallResumed) -> None:
        for owed in self._clocks(fact.organization.id):
            for pause in owed.pauses:
                pause.cut(fact.recorded_at, fact.originator_version)
        self._recount(fact, fact.moved)
        self._justify(fact, fact.justified)

    @_read.register
    def _waiting_requested(self, fact: de.WaitingRequested) -> None:
        """Not for what was late before it asked."""
        for owed in self._work(fact.organization.id):
            if fact.recorded_at <= owed.excused_to:
                owed.excuses.append(Excuse(ExcuseGround.WAITING, fact.recorded_at, fact.originator_version))
        self.waits[fact.waiting] = (fact.organization.id, fact.originator_version)

    @_read.register
    def _waiting_ended(self, fact: de.WaitingEnded) -> None:
        _, begun_by = self.waits[fact.waiting]
        for owed in self.owed:
            for excuse in owed.excuses:
                if excuse.by == begun_by and excuse.ground in (ExcuseGround.WAITING, ExcuseGround.ESCALATED):
                    excuse.over(fact.recorded_at, fact.originator_version)
        self._justify(fact, fact.justified)

    # put before a body above the list --------------------------------------------------------------------------

    @_read.register
    def _escalated_up(self, fact: ue.EscalatedUp) -> None:
        """The platform has to fetch the receipt; nobody's time stops."""
        self._opens(fact, K.FOLLOW_UP_ESCALATION, self._desk, fact.follow_up, fact.escalation)

    @_read.register
    def _upper_receipt_recorded(self, fact: ue.UpperReceiptRecorded) -> None:
        """Only the receipt excuses, and only whoever waits for the answer, from the receipt on."""
        self._done(fact, K.FOLLOW_UP_ESCALATION, entry=fact.escalation)
        if fact.organization is None or fact.waiting is None:
            return
        since = fact.since
        assert since is not None
        for owed in self._work(fact.organization.id):
            if since <= owed.excused_to:
                owed.excuses.append(Excuse(ExcuseGround.ESCALATED, since, fact.originator_version))
        self.waits[fact.waiting] = (fact.organization.id, fact.originator_version)

    @_read.register
    def _upper_answer_recorded(self, fact: ue.UpperAnswerRecorded) -> None:
        self._done(fact, K.FOLLOW_UP_ESCALATION, entry=fact.escalation)

    @_read.register
    def _escalation_withdrawn(self, fact: ue.EscalationWithdrawn) -> None:
        for owed in self._open(K.FOLLOW_UP_ESCALATION, entry=fact.escalation):
            owed.end(Ending.LAPSED, fact.recorded_at, fact.originator_version)

    @_read.register
    def _clocks_recomputed(self, fact: de.ClocksRecomputed) -> None:
        self._recount(fact, fact.moved)
        self._justify(fact, fact.justified)

    @_read.register
    def _instruction_recorded(self, fact: InstructionRecorded) -> None:
        for clock in fact.moved:
            for owed in self._open(K(clock.task), clock.organization):
                assert owed.due is not None
                if _meant(clock, owed) and fact.recorded_at <= owed.due:
                    owed.recount(clock.deadline)
        self._justify(fact, fact.justified)

    # one call of several, one body after another ---------------------------------------------------------------

    @_read.register
    def _call_merged(self, fact: m.CallMerged) -> None:
        """The platform has answered; the rest is owed on the other call."""
        self._done(fact, K.ACCEPT)
        self._lapse(fact, (K.CONVENE,))
        for owed in self.owed:
            if owed.open:
                owed.end(Ending.PASSED_ON, fact.recorded_at, fact.originator_version)
        self.over = True

    @_read.register
    def _co_caller_joined(self, fact: m.CoCallerJoined) -> None:
        self.co_callers.append(fact.township.id)

    @_read.register
    def _stage_passed(self, fact: p.StagePassed) -> None:
        taker = fact.party.organization.id
        for owed in self.owed:
            if (
                owed.open
                and owed.action in PARTY
                and owed.round == self.round
                and owed.bearer
                in (
                    fact.passer.id,
                    taker,
                )
            ):
                late = owed.broken or bool(owed.late(fact.recorded_at))
                how = Ending.LAPSED if late else Ending.PASSED_ON
                owed.end(how, fact.recorded_at, fact.originator_version)
        self._lapse(fact, ASKED)
        self._no_more_bound(fact.passer.id, taker)
        self.lead = taker
        self._dispatched_to(fact, fact.party)
        helping = [owed for owed in self._open(K.COOPERATE) if owed.round == self.round]
        if helping and not (helping[0].broken or helping[0].late(fact.recorded_at)):
            for pause in helping[0].pauses:  # what the former lead had suspended is over
                pause.cut(fact.recorded_at, fact.originator_version)
            helping[0].move(fact.party.complete, fact.recorded_at, fact.originator_version)

    @_read.register
    def _party_succeeded(self, fact: p.PartySucceeded) -> None:
        """What is open goes on under another name, with all that happened to it. Somebody was named for it."""
        was, now = fact.was.id, fact.now.id
        if was in self.nobody_for:
            self._done(fact, K.NAME_SUCCESSOR, entry=self.nobody_for.index(was) + 1)
        if fact.basis:  # named instead of the heir
            self.nobody_for.append(None)
        going = [owed for owed in self.owed if owed.open and owed.bearer == was]
        for owed in going:
            same = (owed.action, owed.opened_by, owed.entry)
            if not any((o.action, o.opened_by, o.entry) == same for o in self.owed if o.open and o.bearer == now):
                self.owed.append(replace(deepcopy(owed), bearer=now, inherited_from=was))
            owed.end(Ending.PASSED_ON, fact.recorded_at, fact.originator_version)
        self.lead = now if self.lead == was else self.lead
        self.township = now if self.township == was else self.township
        self.platform = now if self.platform == was else self.platform
        self.duty_room = now if self.duty_room == was else self.duty_room
        self.co_callers = [now if one == was else one for one in self.co_callers]
        self.evaluated = [now if one == was else one for one in self.evaluated]
        self.objecting = {number: now if one == was else one for number, one in self.objecting.items()}
        self.requests = {n: (a, now if o == was else o, r) for n, (a, o, r) in self.requests.items()}
        self.bound = [now if one == was else one for one in self.bound]
        self.ruling = {office: now if one == was else one for office, one in self.ruling.items()}
        if self.platform is not None and self.lead == self.township:  # nobody confirms its own work
            for owed in [one for one in self._open(K.CONFIRM) if one.bearer == self.township]:
                self.owed.append(replace(deepcopy(owed), bearer=self.platform))
                owed.end(Ending.PASSED_ON, fact.recorded_at, fact.originator_version)

    @_read.register
    def _succession_withheld(self, fact: p.SuccessionWithheld) -> None:
        """Somebody else has to be named, by the platform, in its time."""
        if fact.was.id not in self.nobody_for:
            self.nobody_for.append(fact.was.id)
        if fact.organization is not None and fact.naming is not None:
            number = self.nobody_for.index(fact.was.id) + 1
            self._opens(fact, K.NAME_SUCCESSOR, fact.organization.id, fact.naming, number)

    def _nobody_is_missed_any_more(self, fact: Event) -> None:
        """Of a body that owes nothing and has no part any more nobody has to take the place."""
        for number, gone in enumerate(self.nobody_for, start=1):
            if gone is None:
                continue
            parts = {self.township, self.platform, self.duty_room, *self.co_callers, *self.bound, *self.ruling.values()}
            owes = any(owed.open and owed.bearer == gone for owed in self.owed)
            if not owes and (self.over or gone not in parts):
                for owed in self._open(K.NAME_SUCCESSOR, entry=number):
                    owed.end(Ending.LAPSED, fact.recorded_at, fact.originator_version)

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
        self._justify(fact, fact.justified)
        if fact.duty_room is not None:
            self.duty_room = fact.duty_room.id
            if fact.accept is not None:
                self._opens(fact, K.ACCEPT, fact.duty_room.id, fact.accept)

    @_read.register
    def _phone_call_recorded(self, fact: e.PhoneCallRecorded) -> None:
        if fact.organization.id != fact.called.id:  # talking among themselves shows nobody anything
            self._acted(fact.organization.id)
            self._acted(fact.called.id)
        if self.platform is None and not self._of(K.ENDORSE):  # an emergency: called by phone before it was written
            for owed in self._of(K.CALL):
                owed.vouched_at = fact.occurred_at

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

    def _no_more_bound(self, *parties: UUID) -> None:
        self.bound = [one for one in self.bound if one not in parties]

    def _round_over(self, fact: Event) -> None:
        self.bound.clear()
        self._lapse(fact, (*ROUND, *ASKED, K.MEDIATE, K.OPINE, K.DESIGNATE, K.DISPATCH_PART))
        self.objecting.clear()

    def _over(self, fact: Event) -> None:
        self._nobody_has_to_come(fact)
        self._lapse(fact, list(K))
        self.over = True

    def _nobody_has_to_come(self, fact: Event) -> None:
        for owed in self._open(K.ATTEND):
            owed.release(fact.recorded_at, fact.originator_version)

    def _nobody_asks_any_more(self, fact: Event) -> None:
        """Whoever asked for more time and has no work left asks for nothing."""
        for number, (action, asker, round_) in self.requests.items():
            if round_ != self.round or not self._work(asker):
                for owed in self._open(action, entry=number):
                    owed.end(Ending.LAPSED, fact.recorded_at, fact.originator_version)

    def _work(self, bearer: UUID) -> list[Owed]:
        """What it has still to handle or to assist in the running round."""
        return [
            owed for owed in (*self._open(K.HANDLE, bearer), *self._open(K.ASSIST, bearer)) if owed.round == self.round
        ]

    def _clocks(self, bearer: UUID) -> list[Owed]:
        """Its work, and for the lead the cooperation that is due with it."""
        cooperating = self._open(K.COOPERATE) if bearer == self.lead and bearer != self.township else []
        return [*self._work(bearer), *(owed for owed in cooperating if owed.round == self.round)]

    def _recount(self, fact: Event, moved: Iterable[e.MovedClock]) -> None:
        for clock in moved:
            for owed in self._open(K(clock.task), clock.organization):
                if clock.opened_by is not None and _meant(clock, owed):
                    owed.recount(clock.deadline)

    def _justify(self, fact: Event, justified: Iterable[e.JustifiedClock]) -> None:
        for clock in justified:
            for owed in self._of(K(clock.task), clock.organization):
                if not _meant(clock, owed):
                    continue
                if clock.ground is not None and clock.since is not None:
                    owed.excuses.append(Excuse(clock.ground, clock.since, fact.originator_version, clock.until))
                owed.justified_until = clock.justified_until


def _meant(clock: e.MovedClock | e.JustifiedClock, owed: Owed) -> bool:
    """Of what one body owes of one kind: all, what one fact opened, or (with a number) the very one."""
    if clock.opened_by is not None and clock.opened_by != owed.opened_by:
        return False
    if clock.entry is None:
        return True
    inherited = clock.opened_by is None or clock.inherited_from == owed.inherited_from
    return clock.entry == owed.entry and inherited
