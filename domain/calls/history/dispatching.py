"""历史环节·派发: dispatches, dispatches to others, objections, and who is a party."""

from domain.calls import events as e
from domain.calls.history.course import OldParty
from domain.calls.history.intake import accepted_before
from domain.calls.history.log import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.history.telling import NO_SUCH_STEP, OLD_PLATFORM, REPORTED, UNRECORDED, Steps, Telling, written
from domain.calls.words import ClockPolicy, Role, Stage
from domain.directory.kinds import OrganizationKind
from domain.rules.words import LimitKind


def _dispatched(t: Telling, row: OldRow) -> None:
    accepted_before(t, row)
    if t.course.stage not in (Stage.ACCEPTED, Stage.HANDLING, *REPORTED):
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
    lead = t.course.lead
    if lead == handler.id:
        if t.course.stage is Stage.HANDLING:
            return t.note(row)  # urged, or dispatched once more to whom it was
        rework(t, row, implied=True)
        return t.note(row)
    if lead is not None:
        _taken_from_its_lead(t, row)
    return _dispatch(t, row, handler, implied=False)


def _taken_from_its_lead(t: Telling, row: OldRow) -> None:
    """改派 without a word why: the platform undid its own dispatch, so what the lead owed ends with it."""
    if t.course.stage is not Stage.HANDLING:
        rework(t, row, implied=True)
    t.say(
        e.ObjectionUpheld,
        row,
        implied=True,
        organization=lead_of(t).ref,
        dispatch=t.clock(LimitKind.DISPATCH, row),
        reason="原平台改派其他单位,未记载异议和理由,依改派推定。",
    )


def _dispatch(t: Telling, row: OldRow, handler: OldOrganization, *, implied: bool) -> None:
    urgency = t.course.urgency
    others = {one.id: one for one in row.assistants if one.id != handler.id and not implied}
    t.say(
        e.CallDispatched,
        row,
        implied=implied,
        round=t.course.round + 1,
        lead=t.terms.clocks.duty(handler, Role.LEAD, urgency, row, t.due),
        assistants=tuple(t.terms.clocks.duty(one, Role.ASSISTANT, urgency, row, t.due) for one in others.values()),
        basis=t.terms.dispatch_basis,
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
    anew = t.course.lead == party.id
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
    if t.course.stage is not Stage.HANDLING:
        return None
    for named in (row.handler, row.organization):
        if named is not None and named.id in t.course.parties:
            return named
    return next((_named(party) for party in t.course.parties.values() if party.objecting), lead_of(t))


def _objecting(t: Telling, party: OldOrganization) -> bool:
    return t.course.parties[party.id].objecting


def _named(party: OldParty) -> OldOrganization:
    return OldOrganization(party.ref, OrganizationKind.DEPARTMENT, party.vertical)


def lead_of(t: Telling) -> OldOrganization:
    """主办 of what is being handled."""
    assert t.course.lead is not None, "a call being handled has a lead"
    return _named(t.course.parties[t.course.lead])


def dispatched_before(t: Telling, row: OldRow) -> None:
    """Somebody handles it: whoever is named, else the platform itself."""
    accepted_before(t, row)
    if t.course.stage is Stage.ACCEPTED:
        handler = t.handler(row) or OldOrganization(t.terms.platform, OrganizationKind.PLATFORM)
        _dispatch(t, row, handler, implied=True)


def party_before(t: Telling, row: OldRow) -> OldOrganization | None:
    """Who acts as a party of the running dispatch; None where it is none, or nothing is being handled."""
    organization = row.organization
    if organization is None and t.course.lead is not None:
        organization = lead_of(t)
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
    if t.course.stage is Stage.ACCEPTED:
        _dispatch(t, row, organization, implied=True)
    if t.course.stage is not Stage.HANDLING or organization.id not in t.course.parties:
        return None
    return organization


def rework(t: Telling, row: OldRow, *, implied: bool) -> None:
    """退回重办, with the limit that the row names, else the one that ran."""
    t.say(
        e.ReworkOrdered,
        row,
        implied=implied,
        by_platform=row.organization is None or row.organization.id != t.course.calling,
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
