"""事实与告知: what each fact of a call tells to which organization, and to which of its posts.

The posts are those that may take the step which is asked for (domain/calls, `Step.posts`): whoever cannot act is not
called. A fact tells an organization one thing: what it owes before what it should merely know.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls import rights
from domain.calls.dispatch import dispatching, objections, part_dispatching
from domain.calls.intake import acceptance, submission
from domain.calls.words import NoteReach, Role
from domain.calls.work import completion, handling, late_entries
from domain.notices.further_tellers import FURTHER_TELLERS
from domain.notices.matter import Matter
from domain.notices.telling import Telling, everybody_knows, knows, one_each, owes, parties_know, township_knows
from domain.notices.words import Topic
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.posts import Post

_EITHER_SIDE = rights.PARTICIPANT_POSTS - {Post.GRID_WORKER}


def tell(before: Matter, now: Matter, event: Event) -> tuple[Telling, ...]:
    """What the fact tells; `before` and `now` are the matter without it and with it (the same for the first fact).

    Whoever did it is told nothing that they merely would know. Facts that came by an import of history tell nothing.
    """
    teller = TELLERS.get(type(event))
    if teller is None or event.imported_from is not None:
        return ()
    own = event.actor.organization
    return one_each(one for one in teller(before, now, event) if one.owed or one.organization.id != own)


def _submitted(before: Matter, now: Matter, event: e.CallSubmitted) -> Iterator[Telling]:
    if event.endorse is not None:
        yield from owes(submission.ENDORSE, Topic.ENDORSE, now.township, event.endorse)


def _not_endorsed(before: Matter, now: Matter, event: e.EndorsementRefused) -> Iterator[Telling]:
    yield from owes(submission.SUPPLEMENT, Topic.AMEND, now.township)


def _placed(before: Matter, now: Matter, event: e.CallPlaced) -> Iterator[Telling]:
    for desk in now.desks:
        yield from owes(acceptance.ACCEPT, Topic.ACCEPT, desk, event.accept)


def _sent_back(before: Matter, now: Matter, event: e.CallSentBack) -> Iterator[Telling]:
    yield from owes(submission.SUPPLEMENT, Topic.SUPPLEMENT, now.township, event.supplement)


def _supplemented(before: Matter, now: Matter, event: e.CallSupplemented) -> Iterator[Telling]:
    if event.endorse is not None:
        yield from owes(submission.ENDORSE, Topic.ENDORSE, now.township, event.endorse)
    else:
        for desk in now.desks:
            yield from owes(acceptance.ACCEPT, Topic.ACCEPT_SUPPLEMENTED, desk, event.accept)


def _accepted(before: Matter, now: Matter, event: e.CallAccepted) -> Iterator[Telling]:
    acting = next((desk for desk in now.desks if desk.id == event.acting.id), event.acting)
    yield from owes(dispatching.DISPATCH, Topic.DISPATCH, acting, event.dispatch)
    yield from township_knows(Topic.ACCEPTED, now)


def _declined(before: Matter, now: Matter, event: e.CallDeclined) -> Iterator[Telling]:
    for township in (now.township, *event.co_callers):
        yield from owes(acceptance.CONTEST_DECLINE, Topic.CONTEST_DECLINE, township, event.contest)
    yield from knows(Topic.DECLINED, rights.TOWNSHIP_POSTS, now.co_callers)


def _decline_contested(before: Matter, now: Matter, event: e.DeclineContested) -> Iterator[Telling]:
    yield from owes(acceptance.DECIDE_CONTEST, Topic.ANSWER_CONTEST, now.platform, event.answer)


def _contest_decided(before: Matter, now: Matter, event: e.DeclineContestDecided) -> Iterator[Telling]:
    yield from township_knows(Topic.CONTEST_UPHELD if event.upheld else Topic.CONTEST_GRANTED, now)
    if not event.upheld:
        yield from owes(dispatching.DISPATCH, Topic.DISPATCH, now.platform, event.dispatch)


def _handed_over(before: Matter, now: Matter, event: e.CallHandedOver) -> Iterator[Telling]:
    yield from township_knows(Topic.HANDED_OVER, now)


def _dispatched(before: Matter, now: Matter, event: e.CallDispatched) -> Iterator[Telling]:
    yield from _to_respond(event.lead)
    for duty in event.assistants:
        yield from _to_respond(duty)
    if event.township_duty:
        yield from owes(handling.REPORT_COOPERATION, Topic.COOPERATE, now.township, event.lead.complete)
    yield from township_knows(Topic.DISPATCHED, now)


def _to_respond(duty: e.PartyDuty) -> list[Telling]:
    topic = Topic.RESPOND_AS_LEAD if duty.role is Role.LEAD else Topic.RESPOND_AS_ASSISTANT
    return owes(handling.RESPOND, topic, duty.organization, duty.respond)


def _part_dispatched(before: Matter, now: Matter, event: e.PartDispatched) -> Iterator[Telling]:
    yield from _to_respond(event.party)
    yield from knows(Topic.PART_DISPATCHED, rights.HANDLING_POSTS, [event.objector])
    yield from township_knows(Topic.PART_DISPATCHED, now)


def _responded(before: Matter, now: Matter, event: e.PartyResponded) -> Iterator[Telling]:
    yield from township_knows(Topic.RESPONDED, now)


def _arrived(before: Matter, now: Matter, event: e.PartyArrived) -> Iterator[Telling]:
    """Either side records it, the other learns of it."""
    yield from township_knows(Topic.ARRIVED, now)
    yield from knows(Topic.ARRIVED, rights.HANDLING_POSTS, [event.organization])


def _objected(before: Matter, now: Matter, event: e.ObjectionRaised) -> Iterator[Telling]:
    yield from owes(objections.REJECT_OBJECTION, Topic.MEDIATE, now.platform, event.mediate)
    yield from township_knows(Topic.OBJECTED, now)


def _objection_upheld(before: Matter, now: Matter, event: e.ObjectionUpheld) -> Iterator[Telling]:
    if event.dispatch is not None and event.whole:
        yield from owes(dispatching.DISPATCH, Topic.DISPATCH_ANEW, now.platform, event.dispatch)
    elif event.dispatch is not None:
        yield from owes(part_dispatching.DISPATCH_PART, Topic.DISPATCH_PART, now.platform, event.dispatch)
    yield from parties_know(Topic.OBJECTION_UPHELD, before)
    yield from township_knows(Topic.OBJECTION_UPHELD, now)


def _objection_rejected(before: Matter, now: Matter, event: e.ObjectionRejected) -> Iterator[Telling]:
    yield from knows(Topic.OBJECTION_REJECTED, rights.HANDLING_POSTS, [event.organization])
    yield from township_knows(Topic.OBJECTION_REJECTED, now)


def _opinion_requested(before: Matter, now: Matter, event: e.OpinionRequested) -> Iterator[Telling]:
    yield from owes(objections.GIVE_OPINION, Topic.OPINE, event.organization, event.opine)


def _opinion_given(before: Matter, now: Matter, event: e.OpinionGiven) -> Iterator[Telling]:
    yield from owes(objections.DESIGNATE, Topic.DESIGNATE, event.designator, event.designate)
    yield from knows(Topic.OPINION_GIVEN, rights.PLATFORM_POSTS, [now.platform])
    yield from parties_know(Topic.OPINION_GIVEN, now)


def _designated(before: Matter, now: Matter, event: e.HandlerDesignated) -> Iterator[Telling]:
    if event.dispatch is not None:
        yield from owes(dispatching.DISPATCH, Topic.DISPATCH_ANEW, now.platform, event.dispatch)
    yield from knows(Topic.DESIGNATED, rights.HANDLING_POSTS, [event.handler])
    yield from parties_know(Topic.DESIGNATED, before)
    yield from township_knows(Topic.DESIGNATED, now)


def _progress(before: Matter, now: Matter, event: e.ProgressReported) -> Iterator[Telling]:
    yield from township_knows(Topic.PROGRESS, now)


def _assisted(before: Matter, now: Matter, event: e.AssistanceReported) -> Iterator[Telling]:
    yield from knows(Topic.ASSISTED, rights.HANDLING_POSTS, [now.lead])


def _cooperated(before: Matter, now: Matter, event: e.CooperationReported) -> Iterator[Telling]:
    yield from knows(Topic.COOPERATED, rights.HANDLING_POSTS, [now.lead])


def _result(before: Matter, now: Matter, event: e.ResultReported) -> Iterator[Telling]:
    confirmer = event.confirmer or now.township
    yield from owes(completion.CONFIRM_RESULT, Topic.CONFIRM, confirmer, event.confirm)
    yield from knows(Topic.RESULT_REPORTED, rights.TOWNSHIP_POSTS, now.co_callers)


def _confirmed(before: Matter, now: Matter, event: e.ResultConfirmed) -> Iterator[Telling]:
    yield from owes(completion.RESOLVE, Topic.RESOLVE, now.platform, event.resolve)
    yield from parties_know(Topic.CONFIRMED, now)


def _rework(before: Matter, now: Matter, event: e.ReworkOrdered) -> Iterator[Telling]:
    yield from owes(handling.REPORT_RESULT, Topic.REWORK, now.lead, event.complete)
    yield from township_knows(Topic.REWORKED, now)


def _resolved(before: Matter, now: Matter, event: e.CallResolved) -> Iterator[Telling]:
    for township in now.townships:
        if now.lead is None or now.lead.id != township.id:  # nobody evaluates their own work
            yield from owes(completion.EVALUATE, Topic.EVALUATE, township, event.evaluate)
    yield from parties_know(Topic.RESOLVED, now)


def _evaluated(before: Matter, now: Matter, event: e.CallEvaluated) -> Iterator[Telling]:
    yield from parties_know(Topic.EVALUATED, now)


def _withdrawn(before: Matter, now: Matter, event: e.CallWithdrawn) -> Iterator[Telling]:
    yield from everybody_knows(Topic.WITHDRAWN, now)


def _corrected(before: Matter, now: Matter, event: e.FactCorrected) -> Iterator[Telling]:
    yield from everybody_knows(Topic.CORRECTED, now)


def _urgency(before: Matter, now: Matter, event: e.UrgencyChanged) -> Iterator[Telling]:
    """Who handles, and whoever has a clock that moved, at the nearest of their due times; the others know."""
    nearest: dict[UUID, Instant] = {}
    for moved in event.moved:
        due = nearest.get(moved.organization, moved.deadline.due)
        nearest[moved.organization] = min(due, moved.deadline.due)
    if event.duty_room is not None and event.accept is not None:
        yield from owes(acceptance.ACCEPT, Topic.ACCEPT, event.duty_room, event.accept)
    handling_now = {party.id for party in now.parties}
    for telling in everybody_knows(Topic.URGENCY_CHANGED, now):
        of = telling.organization
        if of.id in nearest or of.id in handling_now:
            yield Telling(Topic.URGENCY, of, telling.posts, nearest.get(of.id))
        else:
            yield telling


def _noted(before: Matter, now: Matter, event: e.NoteAdded) -> Iterator[Telling]:
    if event.reach is NoteReach.PARTIES:
        yield from everybody_knows(Topic.NOTED, now)


def _phone_call(before: Matter, now: Matter, event: e.PhoneCallRecorded) -> Iterator[Telling]:
    yield from knows(Topic.CALLED, _EITHER_SIDE, [event.called])


def _late_entry(before: Matter, now: Matter, event: e.LateEntryMade) -> Iterator[Telling]:
    yield from owes(late_entries.CONFIRM_LATE_ENTRY, Topic.CONFIRM_LATE_ENTRY, event.other_side, event.confirm)


def _late_decided(topic: Topic) -> "Teller":
    def decided(before: Matter, now: Matter, event: e.LateEntryConfirmed | e.LateEntryContested) -> Iterator[Telling]:
        yield from knows(topic, _EITHER_SIDE, [now.late_entries.get(event.entry)])

    return decided


Teller = Callable[[Matter, Matter, Any], Iterable[Telling]]

TELLERS: Mapping[type[Event], Teller] = {
    **FURTHER_TELLERS,
    e.CallSubmitted: _submitted,
    e.EndorsementRefused: _not_endorsed,
    e.CallPlaced: _placed,
    e.CallSentBack: _sent_back,
    e.CallSupplemented: _supplemented,
    e.CallAccepted: _accepted,
    e.CallDeclined: _declined,
    e.DeclineContested: _decline_contested,
    e.DeclineContestDecided: _contest_decided,
    e.CallHandedOver: _handed_over,
    e.CallDispatched: _dispatched,
    e.PartDispatched: _part_dispatched,
    e.PartyResponded: _responded,
    e.PartyArrived: _arrived,
    e.ObjectionRaised: _objected,
    e.ObjectionUpheld: _objection_upheld,
    e.ObjectionRejected: _objection_rejected,
    e.OpinionRequested: _opinion_requested,
    e.OpinionGiven: _opinion_given,
    e.HandlerDesignated: _designated,
    e.ProgressReported: _progress,
    e.AssistanceReported: _assisted,
    e.CooperationReported: _cooperated,
    e.ResultReported: _result,
    e.ResultConfirmed: _confirmed,
    e.ReworkOrdered: _rework,
    e.CallResolved: _resolved,
    e.CallEvaluated: _evaluated,
    e.CallWithdrawn: _withdrawn,
    e.FactCorrected: _corrected,
    e.UrgencyChanged: _urgency,
    e.NoteAdded: _noted,
    e.PhoneCallRecorded: _phone_call,
    e.LateEntryMade: _late_entry,
    e.LateEntryConfirmed: _late_decided(Topic.LATE_ENTRY_CONFIRMED),
    e.LateEntryContested: _late_decided(Topic.LATE_ENTRY_CONTESTED),
}
"""By fact: what it tells. Those left out (签发, 佐证材料, 归档, 内容撤除) ask nothing of anybody."""
