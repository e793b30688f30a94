"""历史环节·派发: dispatches, dispatches to others, objections, and who is a party."""

from domain.calls import events as e
from domain.calls.history import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.history_clocks import duty
from domain.calls.history_intake import accepted_before
from domain.calls.history_telling import NO_SUCH_STEP, OLD_PLATFORM, REPORTED, UNRECORDED, Steps, Telling, written
from domain.calls.words import ClockPolicy, Role, Stage
from domain.directory.kinds import OrganizationKind
from domain.rules.words import LimitKind


def _dispatched(t: Telling, row: OldRow) -> None:
    accepted_before(t, row)
    if t.stage not in (Stage.ACCEPTED, Stage.HANDLING, *REPORTED):
        return t.note(row)
    handler = t.handler(row)
    if handler is None:
        raise HistoryFault(
            row.number,
            "handler",
            "handler-missing",
            "派发没有写明承办单位,其后也没有单位办理:"
            "请在映射文件 columns.handler 中指明承办单位所在的列,或补上该列内容。",
        )
    lead = t.call.lead
    if lead is not None and lead.organization == handler.id:
        if t.stage is Stage.HANDLING:
            return t.note(row)  # urged, or dispatched once more to whom it was
        rework(t, row, implied=True)
        return t.note(row)
    if lead is not None:
        _taken_from_its_lead(t, row)
    return _dispatch(t, row, handler, implied=False)


def _taken_from_its_lead(t: Telling, row: OldRow) -> None:
    """改派 without a word why: the platform undid its own dispatch, so what the lead owed ends with it."""
    if t.stage is not Stage.HANDLING:
        rework(t, row, implied=True)
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
        basis_text=NO_SUCH_STEP if implied else row.item,
        demands="" if implied else written(row),
    )


def _objected(t: Telling, row: OldRow) -> None:
    party = party_before(t, row)
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
        ground=OLD_PLATFORM,
        ground_text="原平台记载的退单(异议)",
        proposed=proposed.ref if proposed else None,
        mediate=t.clock(LimitKind.MEDIATION, row),
        cited="",
        reason=NO_SUCH_STEP if implied else written(row) or UNRECORDED,
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
        reason=written(row) or UNRECORDED,
    )


def _objection_rejected(t: Telling, row: OldRow) -> None:
    party = _disputed(t, row)
    if party is None or not _objecting(t, party):
        return t.note(row)
    return t.say(e.ObjectionRejected, row, organization=party.ref, reason=written(row) or UNRECORDED)


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


def dispatched_before(t: Telling, row: OldRow) -> None:
    """Somebody handles it: whoever is named, else the platform itself."""
    accepted_before(t, row)
    if t.stage is Stage.ACCEPTED:
        handler = t.handler(row) or OldOrganization(t.terms.platform, OrganizationKind.PLATFORM)
        _dispatch(t, row, handler, implied=True)


def party_before(t: Telling, row: OldRow) -> OldOrganization | None:
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
            f"“{row.word}”没有写明单位,此前也没有派发:"
            "请补上单位,或在映射文件 columns.organization 中指明单位所在的列。",
        )
    accepted_before(t, row)
    if t.stage is Stage.ACCEPTED:
        _dispatch(t, row, organization, implied=True)
    if t.stage is not Stage.HANDLING or t.call.party(organization.id) is None:
        return None
    return organization


def rework(t: Telling, row: OldRow, *, implied: bool) -> None:
    """退回重办, with the limit that the row names, else the one that ran."""
    t.say(
        e.ReworkOrdered,
        row,
        implied=implied,
        by_platform=row.organization is None or row.organization.id != t.call.township,
        policy=ClockPolicy.RESTART if row.due else ClockPolicy.CONTINUE,
        complete=t.recorded_complete(row),
        reason=NO_SUCH_STEP if implied else written(row) or UNRECORDED,
    )


STEPS: Steps = {
    OldStep.DISPATCHED: _dispatched,
    OldStep.OBJECTED: _objected,
    OldStep.OBJECTION_UPHELD: _objection_upheld,
    OldStep.OBJECTION_REJECTED: _objection_rejected,
}
