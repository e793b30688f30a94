"""事实与告知(续): delays, slow work, consultations, what follows a resolution, merging and passing on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.calls import rights
from domain.calls.aftermath import evaluations
from domain.calls.aftermath import events as a
from domain.calls.around import attention_events as att
from domain.calls.around import confidentiality_events as cf
from domain.calls.around import instruction_events as i
from domain.calls.around import merge_events as mg
from domain.calls.around import statement_events as st
from domain.calls.delays import escalating, extensions, suspensions
from domain.calls.delays import escalation_events as es
from domain.calls.delays import events as d
from domain.calls.dispatch import dispatching
from domain.calls.dispatch import passing_events as p
from domain.calls.events import OrganizationRef
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.slow_work import consultation_events as c
from domain.calls.slow_work import interim_events as m
from domain.calls.slow_work import shelving_events as s
from domain.calls.work import completion, handling
from domain.notices.matter import Matter
from domain.notices.telling import Telling, everybody_knows, knows, owes, parties_know, township_knows
from domain.notices.words import Topic
from domain.shared.events import Event
from domain.shared.posts import Post

Teller = Callable[[Matter, Matter, Any], Iterable[Telling]]

_HANDLERS = rights.HANDLING_POSTS
_READERS = rights.PARTICIPANT_POSTS
_SUPERVISORS = frozenset({Post.SUPERVISOR})


def _asked(step: rights.Step, topic: Topic, known: Topic) -> Teller:
    """The platform must answer; the township knows."""

    def teller(before: Matter, now: Matter, event: Any) -> Iterator[Telling]:
        yield from owes(step, topic, now.platform, event.answer)
        yield from township_knows(known, now)

    return teller


def _answered(topic: Topic) -> Teller:
    """Whoever asked and the township know."""

    def teller(before: Matter, now: Matter, event: Any) -> Iterator[Telling]:
        yield from knows(topic, _HANDLERS, [event.organization])
        yield from township_knows(topic, now)

    return teller


def _all_know(topic: Topic) -> Teller:
    return lambda before, now, event: everybody_knows(topic, now)


def _platform_knows(topic: Topic) -> Teller:
    return lambda before, now, event: knows(topic, rights.INTAKE_POSTS, now.desks)


def _waiting_requested(before: Matter, now: Matter, event: d.WaitingRequested) -> Iterator[Telling]:
    step = handling.REPORT_ASSISTANCE if now.lead is None or event.on.id != now.lead.id else handling.REPORT_RESULT
    yield from owes(step, Topic.WAITED_FOR, event.on)
    yield from township_knows(Topic.WAITING, now)


def _waiting_ended(before: Matter, now: Matter, event: d.WaitingEnded) -> Iterator[Telling]:
    yield from knows(Topic.WAITING_ENDED, _HANDLERS, [event.organization])


def _escalated(before: Matter, now: Matter, event: es.EscalatedUp) -> Iterator[Telling]:
    yield from owes(escalating.RECORD_RECEIPT, Topic.FOLLOW_UP_ESCALATION, now.platform, event.follow_up)
    yield from parties_know(Topic.ESCALATED, now)
    yield from township_knows(Topic.ESCALATED, now)


def _interim_resolved(before: Matter, now: Matter, event: m.InterimResolved) -> Iterator[Telling]:
    yield from owes(interim.MEET_MILESTONE, Topic.MEET_MILESTONES, event.organization)
    yield from township_knows(Topic.INTERIM_RESOLVED, now)


def _milestone_met(before: Matter, now: Matter, event: m.MilestoneMet) -> Iterator[Telling]:
    if event.final is not None:
        yield from owes(handling.REPORT_RESULT, Topic.FINAL_RESULT, event.organization, event.final)
    yield from township_knows(Topic.MILESTONE_MET, now)
    yield from knows(Topic.MILESTONE_MET, rights.INTAKE_POSTS, now.desks)


def _shelving_proposed(before: Matter, now: Matter, event: s.ShelvingProposed) -> Iterator[Telling]:
    yield from owes(shelving.APPROVE_SHELVING, Topic.APPROVE_SHELVING, event.approver, event.approve)
    yield from township_knows(Topic.SHELVING_PROPOSED, now)


def _shelved(before: Matter, now: Matter, event: s.CallShelved) -> Iterator[Telling]:
    yield from owes(shelving.REVIEW_SHELVING, Topic.REVIEW_SHELVING, now.platform, event.review)
    yield from parties_know(Topic.SHELVED, now)
    yield from township_knows(Topic.SHELVED, now)


def _shelving_reviewed(before: Matter, now: Matter, event: s.ShelvingReviewed) -> Iterator[Telling]:
    topic = Topic.STAYS_SHELVED if event.shelved_on else Topic.TAKEN_UP_AGAIN
    yield from parties_know(topic, now)
    yield from township_knows(topic, now)


def _unclear(before: Matter, now: Matter, event: c.LeadUnclear) -> Iterator[Telling]:
    yield from owes(consultation.CONVENE, Topic.CONVENE, event.organization, event.convene)


def _convened(before: Matter, now: Matter, event: c.ConsultationConvened) -> Iterator[Telling]:
    for invited in event.invited:
        yield from owes(consultation.ANSWER_INVITATION, Topic.ATTEND, invited, event.attend)
    yield from owes(consultation.RECORD_CONSULTATION, Topic.HOLD, event.convener, event.record)
    yield from everybody_knows(Topic.CONVENED, now)


def _held(before: Matter, now: Matter, event: c.ConsultationHeld) -> Iterator[Telling]:
    for action in event.actions:
        yield from owes(consultation.COMPLETE_AGREED_ACTION, Topic.AGREED_ACTION, action.organization, action.deadline)
    if event.dispatch is not None:
        yield from owes(dispatching.DISPATCH, Topic.DISPATCH, now.platform, event.dispatch)
    yield from knows(Topic.CONSULTATION_HELD, _READERS, [*event.attended, *event.absent, event.convener])
    yield from everybody_knows(Topic.CONSULTATION_HELD, now)


def _agreed_action_done(before: Matter, now: Matter, event: c.AgreedActionDone) -> Iterator[Telling]:
    yield from everybody_knows(Topic.AGREED_ACTION_DONE, now)


def _reopened(before: Matter, now: Matter, event: a.CallReopened) -> Iterator[Telling]:
    yield from owes(handling.REPORT_RESULT, Topic.REOPENED, event.lead, event.complete)
    yield from township_knows(Topic.REOPENED_KNOWN, now)


def _evaluation_contested(before: Matter, now: Matter, event: a.EvaluationContested) -> Iterator[Telling]:
    yield from owes(evaluations.UPHOLD_EVALUATION, Topic.DECIDE_EVALUATION, now.platform, event.decide)
    yield from _evaluating(Topic.EVALUATION_CONTESTED, now, event.township)


def _exclusion_proposed(before: Matter, now: Matter, event: a.EvaluationExclusionProposed) -> Iterator[Telling]:
    yield from owes(evaluations.EXCLUDE_EVALUATION, Topic.APPROVE_EXCLUSION, event.approver, event.approve)
    yield from _evaluating(Topic.EXCLUSION_PROPOSED, now, event.township)


def _evaluation_settled(topic: Topic) -> Teller:
    def teller(before: Matter, now: Matter, event: Any) -> Iterator[Telling]:
        yield from knows(topic, _HANDLERS, [now.lead])
        yield from _evaluating(topic, now, event.township)

    return teller


def _evaluating(topic: Topic, now: Matter, township: OrganizationRef | None) -> Iterator[Telling]:
    return knows(topic, rights.TOWNSHIP_POSTS, [township or now.township])


def _pressure(before: Matter, now: Matter, event: a.PressureReported) -> Iterator[Telling]:
    """Nobody who handles it learns of it."""
    yield from knows(Topic.PRESSURE, evaluations.EXCLUDE_EVALUATION.posts, [event.heard_by])


def _reminded(before: Matter, now: Matter, event: att.CallerReminded) -> Iterator[Telling]:
    yield from knows(Topic.REMINDED, _READERS, [event.organization])


def _copied(before: Matter, now: Matter, event: att.CopySent) -> Iterator[Telling]:
    yield from knows(Topic.COPIED, _READERS, [event.organization])


def _stated(before: Matter, now: Matter, event: st.StatementAdded) -> Iterator[Telling]:
    """Those who look through records: the platform and 督查机构. Nothing is asked of them."""
    page = f"/obligations/{event.obligation}"
    for posts, reviewing in ((rights.PLATFORM_POSTS, now.platform), (_SUPERVISORS, event.supervision)):
        if reviewing is not None:
            yield Telling(Topic.STATED, reviewing, posts, page=page)


def _joined(before: Matter, now: Matter, event: mg.CoCallerJoined) -> Iterator[Telling]:
    yield from township_knows(Topic.CO_CALLER, now)


def _passed(before: Matter, now: Matter, event: p.StagePassed) -> Iterator[Telling]:
    yield from owes(handling.RESPOND, Topic.RESPOND_AS_LEAD, event.party.organization, event.party.respond)
    yield from township_knows(Topic.STAGE_PASSED, now)
    yield from knows(Topic.STAGE_PASSED, rights.INTAKE_POSTS, now.desks)


def _succeeded(before: Matter, now: Matter, event: p.PartySucceeded) -> Iterator[Telling]:
    yield from knows(Topic.SUCCEEDED, _READERS, [event.now])
    if now.confirm is not None and _leads_itself(now) and not _leads_itself(before):
        yield from owes(completion.CONFIRM_RESULT, Topic.CONFIRM, now.platform, now.confirm)


def _leads_itself(matter: Matter) -> bool:
    """Then the platform confirms its results."""
    return matter.lead is not None and matter.lead.id == matter.township.id


def _withheld(before: Matter, now: Matter, event: p.SuccessionWithheld) -> Iterator[Telling]:
    """The platform gives it to another. Where it is itself what is gone, who supervises hears that nobody can."""
    names = event.organization or (now.platform if event.supervision is None else None)
    if names is not None and names.id != event.was.id:
        due = None if event.naming is None else event.naming.due
        yield Telling(Topic.STEP_IN, names, rights.PLATFORM_POSTS, due)
    yield from knows(Topic.PLATFORM_GONE, _SUPERVISORS, [event.supervision])


def _instructed(before: Matter, now: Matter, event: i.InstructionRecorded) -> Iterator[Telling]:
    yield from parties_know(Topic.INSTRUCTED, now)


FURTHER_TELLERS: Mapping[type[Event], Teller] = {
    d.ExtensionRequested: _asked(extensions.GRANT_EXTENSION, Topic.ANSWER_EXTENSION, Topic.EXTENSION_ASKED),
    d.ExtensionOpinionGiven: _platform_knows(Topic.EXTENSION_OPINION),
    d.ExtensionGranted: _answered(Topic.EXTENSION_GRANTED),
    d.ExtensionRefused: _answered(Topic.EXTENSION_REFUSED),
    d.SuspensionRequested: _asked(suspensions.SUSPEND, Topic.ANSWER_SUSPENSION, Topic.SUSPENSION_ASKED),
    d.CallSuspended: _answered(Topic.SUSPENDED),
    d.SuspensionRefused: _answered(Topic.SUSPENSION_REFUSED),
    d.CallResumed: _answered(Topic.RESUMED),
    d.WaitingRequested: _waiting_requested,
    d.WaitingEnded: _waiting_ended,
    es.EscalatedUp: _escalated,
    es.UpperReceiptRecorded: _all_know(Topic.UPPER_RECEIPT),
    es.UpperAnswerRecorded: _all_know(Topic.UPPER_ANSWER),
    es.EscalationWithdrawn: _all_know(Topic.ESCALATION_WITHDRAWN),
    cf.ConfidentialityMarked: _all_know(Topic.CONFIDENTIAL),
    d.ClocksRecomputed: _all_know(Topic.RECOMPUTED),
    m.InterimProposed: _asked(interim.APPROVE_INTERIM, Topic.ANSWER_INTERIM, Topic.INTERIM_ASKED),
    m.InterimRefused: _answered(Topic.INTERIM_REFUSED),
    m.InterimResolved: _interim_resolved,
    m.MilestoneMet: _milestone_met,
    s.ShelvingProposed: _shelving_proposed,
    s.ShelvingRefused: _all_know(Topic.SHELVING_REFUSED),
    s.CallShelved: _shelved,
    s.ShelvingReviewed: _shelving_reviewed,
    c.LeadUnclear: _unclear,
    c.ConsultationConvened: _convened,
    c.ConsultationHeld: _held,
    c.AgreedActionDone: _agreed_action_done,
    a.CallReopened: _reopened,
    a.EvaluationChanged: _evaluation_settled(Topic.EVALUATION_CHANGED),
    a.EvaluationContested: _evaluation_contested,
    a.EvaluationUpheld: _evaluation_settled(Topic.EVALUATION_UPHELD),
    a.EvaluationExclusionProposed: _exclusion_proposed,
    a.EvaluationExcluded: _evaluation_settled(Topic.EVALUATION_EXCLUDED),
    a.PressureReported: _pressure,
    att.CallerReminded: _reminded,
    att.CopySent: _copied,
    st.StatementAdded: _stated,
    mg.CallMerged: lambda before, now, event: township_knows(Topic.MERGED, now),
    mg.CoCallerJoined: _joined,
    mg.CallSplit: lambda before, now, event: township_knows(Topic.SPLIT, now),
    p.StagePassed: _passed,
    p.PartySucceeded: _succeeded,
    p.SuccessionWithheld: _withheld,
    i.InstructionRecorded: _instructed,
}
"""What each of these facts tells. In a split, the new call's own facts tell what is to be done on it."""
