"""历史环节·办理: responses, results, confirmation, evaluation and filing."""

from domain.calls import events as e
from domain.calls.history.dispatching import dispatched_before, lead_of, party_before, rework
from domain.calls.history.log import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.history.telling import NO_SUCH_STEP, REPORTED, UNRECORDED, Steps, Telling, written
from domain.calls.words import Stage
from domain.rules.words import LimitKind
from domain.shared.urgency import Urgency


def _responded(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
    if party is None:
        return t.note(row)
    return t.say(
        e.PartyResponded,
        row,
        organization=party.ref,
        handler=row.person or UNRECORDED,
        contact=row.contact or UNRECORDED,
        first_step="\n".join(part for part in (row.text, row.attributes) if part) or UNRECORDED,
    )


def _arrived(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
    if party is None:
        return t.note(row)
    return t.say(e.PartyArrived, row, organization=party.ref, remark=written(row))


def _progress(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
    if party is None:
        return t.note(row)
    if _is_lead(t, party):
        owed = t.course.urgency is Urgency.EMERGENCY and not t.course.progress
        text = written(row) or UNRECORDED
        return t.say(e.ProgressReported, row, organization=party.ref, first_result=owed, text=text)
    return _assistance(t, row, party, done=False)


def _assisted(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
    if party is None:
        return t.note(row)
    return _progress(t, row) if _is_lead(t, party) else _assistance(t, row, party, done=True)


def _result(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
    if party is None:
        return t.note(row)
    if not _is_lead(t, party):
        return _assistance(t, row, party, done=True)
    return _report(t, row, party.ref, implied=False)


def _report(t: Telling, row: OldRow, lead: e.OrganizationRef, *, implied: bool) -> None:
    t.say(
        e.ResultReported,
        row,
        implied=implied,
        organization=lead,
        confirmer=t.terms.platform if t.course.own_work else None,
        confirm=t.clock(LimitKind.CONFIRM, row),
        text=NO_SUCH_STEP if implied else written(row) or UNRECORDED,
    )


def _assistance(t: Telling, row: OldRow, party: OldOrganization, *, done: bool) -> None:
    t.say(e.AssistanceReported, row, organization=party.ref, done=done, text=written(row) or UNRECORDED)


def _confirmed(t: Telling, row: OldRow) -> None:
    _reported_before(t, row)
    if t.course.stage is Stage.RESULT_REPORTED:
        _confirm(t, row, implied=False)
    else:
        t.note(row)


def _confirm(t: Telling, row: OldRow, *, implied: bool) -> None:
    text = NO_SUCH_STEP if implied else written(row)
    resolve = t.clock(LimitKind.VERIFY, row)
    t.say(e.ResultConfirmed, row, implied=implied, on_site=False, resolve=resolve, text=text)


def _rework_ordered(t: Telling, row: OldRow) -> None:
    _reported_before(t, row)
    if t.course.stage in REPORTED:
        rework(t, row, implied=False)
    else:
        t.note(row)


def _resolved(t: Telling, row: OldRow) -> None:
    _confirmed_before(t, row)
    if t.course.stage is Stage.CONFIRMED:
        _resolve(t, row, implied=False)
    else:
        t.note(row)


def _resolve(t: Telling, row: OldRow, *, implied: bool) -> None:
    text = NO_SUCH_STEP if implied else written(row)
    evaluate = t.clock(LimitKind.EVALUATE, row)
    t.say(e.CallResolved, row, implied=implied, spot_checked=False, evaluate=evaluate, text=text)


def _evaluated(t: Telling, row: OldRow) -> None:
    if row.grade is None:
        raise HistoryFault(
            row.number,
            "grade",
            "grade-missing",
            "评价没有等次,未评价不计为满意:请补上等次,或在映射文件中把该环节词改为“备注”。",
        )
    _resolved_before(t, row)
    if t.course.stage is not Stage.RESOLVED or t.course.evaluated:
        return t.note(row, f"{row.grade.label} {written(row)}".strip())
    t.say(e.CallEvaluated, row, evaluator=t.terms.evaluator, grade=row.grade, text=written(row))
    if not t.terms.closes:
        t.say(e.CallClosed, row, evaluated=True)
    return None


def _closed(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.course.over:
        return t.note(row)
    if t.course.stage is not Stage.DECLINED:
        _resolved_before(t, row)
    t.say(e.CallClosed, row, evaluated=t.course.evaluated)
    return t.keep_text(row)


def _reported_before(t: Telling, row: OldRow) -> None:
    """The lead has reported a result."""
    dispatched_before(t, row)
    if t.course.stage is Stage.HANDLING:
        _report(t, row, lead_of(t).ref, implied=True)


def _confirmed_before(t: Telling, row: OldRow) -> None:
    """The result is confirmed."""
    _reported_before(t, row)
    if t.course.stage is Stage.RESULT_REPORTED:
        _confirm(t, row, implied=True)


def _resolved_before(t: Telling, row: OldRow) -> None:
    """The call is resolved."""
    _confirmed_before(t, row)
    if t.course.stage is Stage.CONFIRMED:
        _resolve(t, row, implied=True)


def _is_lead(t: Telling, party: OldOrganization) -> bool:
    return t.course.lead == party.id


STEPS: Steps = {
    OldStep.RESPONDED: _responded,
    OldStep.ARRIVED: _arrived,
    OldStep.PROGRESS: _progress,
    OldStep.ASSISTED: _assisted,
    OldStep.RESULT: _result,
    OldStep.CONFIRMED: _confirmed,
    OldStep.REWORK: _rework_ordered,
    OldStep.RESOLVED: _resolved,
    OldStep.EVALUATED: _evaluated,
    OldStep.CLOSED: _closed,
}
