"""历史环节: what each step of an older platform becomes, given where the call stands."""

from collections.abc import Callable, Mapping

from domain.calls import events as e
from domain.calls.history import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.history_clocks import duty
from domain.calls.history_telling import UNRECORDED, Telling
from domain.calls.words import ClockPolicy, Role, Stage
from domain.directory.kinds import OrganizationKind
from domain.rules.words import LimitKind

_NO_SUCH_STEP = "原平台没有此环节的记录,依其后的记录推定。"
_GROUND = "old_platform"
_REPORTED = (Stage.RESULT_REPORTED, Stage.CONFIRMED)


def _submitted(t: Telling, row: OldRow) -> None:
    if t.folded is None:
        t.submit(row, implied=False)
    else:
        t.note(row)


def _endorsed(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.stage is not Stage.SUBMITTED:
        return t.note(row)
    t.say(e.CallEndorsed, row, remark=row.text)
    return t.place(row, implied=False)


def _sent_back(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.stage is not Stage.PLACED or t.call.sent_back:
        return t.note(row)
    return t.say(e.CallSentBack, row, supplement=t.clock(LimitKind.SUPPLEMENT, row), gaps=row.text or UNRECORDED)


def _supplemented(t: Telling, row: OldRow) -> None:
    if t.stage is Stage.SENT_BACK:
        _supplement(t, row, implied=False)
    else:
        t.note(row)


def _supplement(t: Telling, row: OldRow, *, implied: bool) -> None:
    t.say(
        e.CallSupplemented,
        row,
        implied=implied,
        accept=t.clock(LimitKind.ACCEPT, row),
        text=t.call.text,
        place=t.call.place,
        supplement=_NO_SUCH_STEP if implied else row.text,
    )


def _accepted(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.stage is Stage.DECLINED:
        _decline_undone(t, row)
        return t.note(row)
    if t.stage is not Stage.PLACED:
        return t.note(row)
    _accept(t, row, implied=False)
    return t.keep_text(row)


def _accept(t: Telling, row: OldRow, *, implied: bool) -> None:
    platform = t.terms.platform if implied else t.acting(row)
    t.say(e.CallAccepted, row, implied=implied, dispatch=t.clock(LimitKind.DISPATCH, row), acting=platform)


def _declined(t: Telling, row: OldRow) -> None:
    _placed_before(t, row)
    if t.stage is not Stage.PLACED:
        return t.note(row)
    return t.say(
        e.CallDeclined,
        row,
        ground=_GROUND,
        ground_text="原平台不予受理(原因见说明)",
        contest=t.clock(LimitKind.CONTEST_DECLINE, row),
        reason=row.text or UNRECORDED,
    )


def _decline_undone(t: Telling, row: OldRow) -> None:
    """Declined, and yet it went on: it was accepted after all."""
    answer = t.clock(LimitKind.ANSWER_CONTEST, row)
    t.say(e.DeclineContested, row, implied=True, answer=answer, reason=_NO_SUCH_STEP)
    dispatch = t.clock(LimitKind.DISPATCH, row)
    t.say(e.DeclineContestDecided, row, implied=True, upheld=False, dispatch=dispatch, reason=_NO_SUCH_STEP)


def _handed_over(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.over:
        return t.note(row)
    return t.say(
        e.CallHandedOver,
        row,
        target=_GROUND,
        target_text="原平台移交(去向见说明)",
        receipt=UNRECORDED,
        reason=row.text or UNRECORDED,
    )


def _dispatched(t: Telling, row: OldRow) -> None:
    _accepted_before(t, row)
    if t.stage not in (Stage.ACCEPTED, Stage.HANDLING, *_REPORTED):
        return t.note(row)
    handler = t.handler(row)
    if handler is None:
        raise HistoryFault(
            row.number,
            "handler",
            "handler-missing",
            "派发没有写明承办单位,其后也没有单位办理:请在映射文件 columns.handler 中指明承办单位所在的列,或补上该列内容。",
        )
    lead = t.call.lead
    if lead is not None and lead.organization == handler.id:
        if t.stage is Stage.HANDLING:
            return t.note(row)  # urged, or dispatched once more to whom it was
        _rework(t, row, implied=True)
        return t.note(row)
    if lead is not None:
        _taken_from_its_lead(t, row)
    return _dispatch(t, row, handler, implied=False)


def _taken_from_its_lead(t: Telling, row: OldRow) -> None:
    """改派 without a word why: the platform undid its own dispatch, so what the lead owed ends with it."""
    if t.stage is not Stage.HANDLING:
        _rework(t, row, implied=True)
    assert t.call.lead is not None
    lead = e.OrganizationRef(id=t.call.lead.organization, name=t.call.lead.name)
    t.say(
        e.ObjectionUpheld,
        row,
        implied=True,
        organization=lead,
        dispatch=t.clock(LimitKind.DISPATCH, row),
        reason="原平台改派其他单位,未记载异议和理由,依改派推定。",
    )


def _dispatch(t: Telling, row: OldRow, handler: OldOrganization, *, implied: bool) -> None:
    urgency = t.call.urgency
    others = {one.id: one for one in row.assistants if one.id != handler.id and not implied}
    t.say(
        e.CallDispatched,
        row,
        implied=implied,
        round=t.call.round + 1,
        lead=duty(t.terms, handler, Role.LEAD, urgency, row, t.due),
        assistants=tuple(duty(t.terms, one, Role.ASSISTANT, urgency, row, t.due) for one in others.values()),
        basis=e.DispatchBasis(kind=t.terms.basis, reference=t.terms.reference),
        off_list=True,
        basis_text=_NO_SUCH_STEP if implied else row.item,
        demands="" if implied else row.text,
    )


def _objected(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
    if party is None or _objecting(t, party):
        return t.note(row)
    return _object(t, row, party, implied=False)


def _object(t: Telling, row: OldRow, party: OldOrganization, *, implied: bool) -> None:
    proposed = row.handler if row.handler is not None and row.handler.id != party.id and not implied else None
    t.say(
        e.ObjectionRaised,
        row,
        implied=implied,
        organization=party.ref,
        whole=True,
        ground=_GROUND,
        ground_text="原平台记载的退单(异议)",
        proposed=proposed.ref if proposed else None,
        mediate=t.clock(LimitKind.MEDIATION, row),
        cited="",
        reason=_NO_SUCH_STEP if implied else row.text or UNRECORDED,
    )


def _objection_upheld(t: Telling, row: OldRow) -> None:
    party = _disputed(t, row)
    if party is None:
        return t.note(row)
    if not _objecting(t, party):
        _object(t, row, party, implied=True)
    lead = t.call.lead
    anew = lead is not None and lead.organization == party.id
    return t.say(
        e.ObjectionUpheld,
        row,
        organization=party.ref,
        dispatch=t.clock(LimitKind.DISPATCH, row) if anew else None,
        reason=row.text or UNRECORDED,
    )


def _objection_rejected(t: Telling, row: OldRow) -> None:
    party = _disputed(t, row)
    if party is None or not _objecting(t, party):
        return t.note(row)
    return t.say(e.ObjectionRejected, row, organization=party.ref, reason=row.text or UNRECORDED)


def _disputed(t: Telling, row: OldRow) -> OldOrganization | None:
    """Whose objection it is about: the party that the row names, else the one that objected, else the lead."""
    if t.stage is not Stage.HANDLING:
        return None
    for named in (row.handler, row.organization):
        if named is not None and t.call.party(named.id) is not None:
            return named
    found = next((p for p in t.call.current_parties if p.objection_open), t.call.lead)
    if found is None:
        return None
    ref = e.OrganizationRef(id=found.organization, name=found.name)
    return OldOrganization(ref, OrganizationKind.DEPARTMENT, found.vertical)


def _objecting(t: Telling, party: OldOrganization) -> bool:
    found = t.call.party(party.id)
    return found is not None and found.objection_open


def _responded(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
    if party is None:
        return t.note(row)
    return t.say(
        e.PartyResponded,
        row,
        organization=party.ref,
        handler=row.person or UNRECORDED,
        contact=row.contact or UNRECORDED,
        first_step=row.text or UNRECORDED,
    )


def _arrived(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
    if party is None:
        return t.note(row)
    return t.say(e.PartyArrived, row, organization=party.ref, remark=row.text)


def _progress(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
    if party is None:
        return t.note(row)
    if _is_lead(t, party):
        owed = t.first_result_owed
        text = row.text or UNRECORDED
        return t.say(e.ProgressReported, row, organization=party.ref, first_result=owed, text=text)
    return _assistance(t, row, party, done=False)


def _assisted(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
    if party is None:
        return t.note(row)
    return _progress(t, row) if _is_lead(t, party) else _assistance(t, row, party, done=True)


def _result(t: Telling, row: OldRow) -> None:
    party = _party_before(t, row)
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
        confirmer=t.terms.platform if t.call.own_work else None,
        confirm=t.clock(LimitKind.CONFIRM, row),
        text=_NO_SUCH_STEP if implied else row.text or UNRECORDED,
    )


def _assistance(t: Telling, row: OldRow, party: OldOrganization, *, done: bool) -> None:
    t.say(e.AssistanceReported, row, organization=party.ref, done=done, text=row.text or UNRECORDED)


def _confirmed(t: Telling, row: OldRow) -> None:
    _reported_before(t, row)
    if t.stage is Stage.RESULT_REPORTED:
        _confirm(t, row, implied=False)
    else:
        t.note(row)


def _confirm(t: Telling, row: OldRow, *, implied: bool) -> None:
    text = _NO_SUCH_STEP if implied else row.text
    resolve = t.clock(LimitKind.VERIFY, row)
    t.say(e.ResultConfirmed, row, implied=implied, on_site=False, resolve=resolve, text=text)


def _rework_ordered(t: Telling, row: OldRow) -> None:
    _reported_before(t, row)
    if t.stage in _REPORTED:
        _rework(t, row, implied=False)
    else:
        t.note(row)


def _rework(t: Telling, row: OldRow, *, implied: bool) -> None:
    t.say(
        e.ReworkOrdered,
        row,
        implied=implied,
        by_platform=row.organization is None or row.organization.id != t.call.township,
        policy=ClockPolicy.RESTART if row.due else ClockPolicy.CONTINUE,
        complete=t.recorded_complete(row),
        reason=_NO_SUCH_STEP if implied else row.text or UNRECORDED,
    )


def _resolved(t: Telling, row: OldRow) -> None:
    _confirmed_before(t, row)
    if t.stage is Stage.CONFIRMED:
        _resolve(t, row, implied=False)
    else:
        t.note(row)


def _resolve(t: Telling, row: OldRow, *, implied: bool) -> None:
    text = _NO_SUCH_STEP if implied else row.text
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
    if t.stage is not Stage.RESOLVED or t.evaluated:
        return t.note(row, f"{row.grade.label} {row.text}".strip())
    t.say(e.CallEvaluated, row, evaluator=t.terms.evaluator, grade=row.grade, text=row.text)
    if not t.terms.closes:
        t.say(e.CallClosed, row, evaluated=True)
    return None


def _closed(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.over:
        return t.note(row)
    if t.stage is not Stage.DECLINED:
        _resolved_before(t, row)
    t.say(e.CallClosed, row, evaluated=t.evaluated)
    return t.keep_text(row)


def _withdrawn(t: Telling, row: OldRow) -> None:
    t.submitted_before(row)
    if t.over:
        return t.note(row)
    after_dispatch = t.call.round > 0
    asked_by = (row.person or t.acting(row).name) if after_dispatch else ""
    return t.say(e.CallWithdrawn, row, after_dispatch=after_dispatch, reason=row.text or UNRECORDED, asked_by=asked_by)


def _note(t: Telling, row: OldRow) -> None:
    t.note(row)


def _placed_before(t: Telling, row: OldRow) -> None:
    """The call is with the platform."""
    t.submitted_before(row)
    if t.stage is Stage.SUBMITTED:
        t.say(e.CallEndorsed, row, implied=True, remark=_NO_SUCH_STEP)
        t.place(row, implied=True)
    elif t.stage is Stage.SENT_BACK:
        _supplement(t, row, implied=True)


def _accepted_before(t: Telling, row: OldRow) -> None:
    """The platform has taken it in."""
    _placed_before(t, row)
    if t.stage is Stage.DECLINED:
        _decline_undone(t, row)
    elif t.stage is Stage.PLACED:
        _accept(t, row, implied=True)


def _dispatched_before(t: Telling, row: OldRow) -> None:
    """Somebody handles it: whoever is named, else the platform itself."""
    _accepted_before(t, row)
    if t.stage is Stage.ACCEPTED:
        handler = t.handler(row) or OldOrganization(t.terms.platform, OrganizationKind.PLATFORM)
        _dispatch(t, row, handler, implied=True)


def _party_before(t: Telling, row: OldRow) -> OldOrganization | None:
    """Who acts as a party of the running dispatch; None where it is none, or nothing is being handled."""
    organization = row.organization
    if organization is None and t.folded is not None and t.call.lead is not None:
        lead = t.call.lead
        ref = e.OrganizationRef(id=lead.organization, name=lead.name)
        organization = OldOrganization(ref, OrganizationKind.DEPARTMENT, lead.vertical)
    if organization is None:
        organization = row.handler
    if organization is None:
        raise HistoryFault(
            row.number,
            "organization",
            "organization-missing",
            f"“{row.word}”没有写明单位,此前也没有派发:请补上单位,或在映射文件 columns.organization 中指明单位所在的列。",
        )
    _accepted_before(t, row)
    if t.stage is Stage.ACCEPTED:
        _dispatch(t, row, organization, implied=True)
    if t.stage is not Stage.HANDLING or t.call.party(organization.id) is None:
        return None
    return organization


def _reported_before(t: Telling, row: OldRow) -> None:
    """The lead has reported a result."""
    _dispatched_before(t, row)
    if t.stage is Stage.HANDLING:
        lead = t.call.lead
        assert lead is not None, "a call being handled has a lead"
        _report(t, row, e.OrganizationRef(id=lead.organization, name=lead.name), implied=True)


def _confirmed_before(t: Telling, row: OldRow) -> None:
    """The result is confirmed."""
    _reported_before(t, row)
    if t.stage is Stage.RESULT_REPORTED:
        _confirm(t, row, implied=True)


def _resolved_before(t: Telling, row: OldRow) -> None:
    """The call is resolved."""
    _confirmed_before(t, row)
    if t.stage is Stage.CONFIRMED:
        _resolve(t, row, implied=True)


def _is_lead(t: Telling, party: OldOrganization) -> bool:
    return t.call.lead is not None and t.call.lead.organization == party.id


STEPS: Mapping[OldStep, Callable[[Telling, OldRow], None]] = {
    OldStep.SUBMITTED: _submitted,
    OldStep.ENDORSED: _endorsed,
    OldStep.SENT_BACK: _sent_back,
    OldStep.SUPPLEMENTED: _supplemented,
    OldStep.ACCEPTED: _accepted,
    OldStep.DECLINED: _declined,
    OldStep.HANDED_OVER: _handed_over,
    OldStep.DISPATCHED: _dispatched,
    OldStep.OBJECTED: _objected,
    OldStep.OBJECTION_UPHELD: _objection_upheld,
    OldStep.OBJECTION_REJECTED: _objection_rejected,
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
    OldStep.WITHDRAWN: _withdrawn,
    OldStep.NOTE: _note,
}
"""What each step becomes."""
