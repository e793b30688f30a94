"""承办异议: "not mine by the list": mediation, opinion, binding designation. No clock stops for it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.around.confidentiality import kept_away
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call, Party
from domain.calls.clocks import justified
from domain.calls.dispatch.dispatching import NEVER_DISPATCHED_TO
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import Role, Stage
from domain.directory.kinds import Management
from domain.obligations.counting import excused
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround
from domain.rules.rulebook import LimitKind, Office, ReasonList
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency


class RaiseObjection(CallCommand, WithFiles):
    """承办异议: not mine by the list, whole or part."""

    wire: ClassVar[str] = "calls.raise_objection"
    title: ClassVar[str] = "提出承办异议"

    whole: bool = Field(
        default=True,
        title="异议范围",
        description="只有一部分不属本单位职责的,其余由本单位继续办理。",
        json_schema_extra={"either": {"true": "全部不属于本单位职责", "false": "部分不属于"}},
    )
    ground: str = Field(title="异议理由", json_schema_extra={"reasons": ReasonList.OBJECTION.value})
    cited: str = Field(title="引用的清单事项或依据", min_length=2, max_length=500)
    proposed: UUID | None = Field(default=None, title="建议承办单位")
    reason: str = Field(title="具体说明", min_length=2, max_length=TEXT)


def raise_objection(command: RaiseObjection, desk: Desk) -> list[Event]:
    """承办异议. Stops no clock.

    Refuses EmergencyNotObjectable, ObjectionTooLate, AlreadyObjected, ObjectionsExhausted.
    """
    setting, call = begin(RAISE_OBJECTION, command, desk)
    party = call.party(desk.envelope.actor.organization)
    assert party is not None
    _refuse_objection(call, party, setting)
    proposed = setting.organization(command.proposed) if command.proposed else None
    return [
        call.next(
            e.ObjectionRaised,
            desk.envelope,
            organization=setting.own,
            whole=command.whole,
            ground=command.ground,
            ground_text=setting.reason(ReasonList.OBJECTION, command.ground),
            cited=command.cited,
            proposed=e.OrganizationRef(id=proposed.id, name=proposed.name) if proposed else None,
            mediate=setting.deadline(LimitKind.MEDIATION, call.urgency),
            reason=command.reason,
            **command.files,
        )
    ]


def _refuse_objection(call: Call, party: Party, setting: Setting) -> None:
    now = setting.envelope.recorded_at
    if (barred := _barred(call, party.organization) or _too_late(call, party.organization, now)) is not None:
        raise barred
    # Dispatched as an emergency and made ordinary since: the time to object runs from the dispatch all the same.
    if party.objection_until is None:
        until = setting.deadline(LimitKind.OBJECTION, call.urgency, opened=party.dispatched_at).due
        if now > until:
            raise refusals.ObjectionTooLate


def _barred(call: Call, organization: UUID) -> Refusal | None:
    """What forbids an objection whatever its ground and however early it comes."""
    party = call.party(organization)
    if call.urgency is Urgency.EMERGENCY:
        return refusals.EmergencyNotObjectable()
    if call.designated is not None or call.objections >= 2:
        return refusals.ObjectionsExhausted()
    return refusals.AlreadyObjected() if party is not None and party.objected else None


def _too_late(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    party = call.party(organization)
    until = party.objection_until if party is not None else None
    return refusals.ObjectionTooLate() if until is not None and now > until else None


class UpholdObjection(CallCommand):
    """异议成立: dispatched wrongly, wholly or in part as was objected; the platform dispatches anew, or that part."""

    wire: ClassVar[str] = "calls.uphold_objection"
    title: ClassVar[str] = "认定异议成立"

    organization: UUID = Field(title="提出异议的单位")
    reason: str = Field(title="认定理由", min_length=2, max_length=TEXT)


def uphold_objection(command: UpholdObjection, desk: Desk) -> list[Event]:
    """异议成立. When it was the lead's, the call waits for a new dispatch. Refuses NoOpenObjection.

    Objected to in part, only that part waits for a dispatch; the party goes on with the rest.
    A result reported meanwhile is not thrown away: then only the mis-dispatch is recorded.
    """
    setting, call = begin(UPHOLD_OBJECTION, command, desk)
    party = _objecting(call, command.organization)
    owed = party.role is Role.LEAD or not party.objected_whole
    anew = owed and call.stage is Stage.HANDLING
    return [
        call.next(
            e.ObjectionUpheld,
            desk.envelope,
            organization=e.OrganizationRef(id=party.organization, name=party.name),
            whole=party.objected_whole,
            dispatch=setting.deadline(LimitKind.DISPATCH, call.urgency) if anew else None,
            justified=() if party.objected_whole else _ruled_late(call, party, setting),
            reason=command.reason,
        )
    ]


class RejectObjection(CallCommand):
    """异议不成立: the party goes on; its clocks ran on."""

    wire: ClassVar[str] = "calls.reject_objection"
    title: ClassVar[str] = "认定异议不成立"

    organization: UUID = Field(title="提出异议的单位")
    reason: str = Field(title="认定理由", min_length=2, max_length=TEXT)


def reject_objection(command: RejectObjection, desk: Desk) -> list[Event]:
    """异议不成立. Refuses NoOpenObjection."""
    setting, call = begin(REJECT_OBJECTION, command, desk)
    party = _objecting(call, command.organization)
    return [
        call.next(
            e.ObjectionRejected,
            desk.envelope,
            organization=e.OrganizationRef(id=party.organization, name=party.name),
            justified=_ruled_late(call, party, setting),
            reason=command.reason,
        )
    ]


def _ruled_late(call: Call, party: Party, setting: Setting) -> tuple[e.JustifiedClock, ...]:
    """For the work of whoever objected and goes on: only what those who ruled took over their own time."""
    now, calendar = setting.envelope.recorded_at, setting.rules.calendar
    changes = []
    for owed in call.work_of(party.organization):
        after = owed
        for ruling in call.obligations:
            if _about(ruling, party) and ruling.round == call.round:
                until = ruling.ended or now
                after = excused(
                    after, ExcuseGround.RULING_OVERRUN, ruling.deadline.due, until, call.version + 1, calendar
                )
        changes.append((owed, after))
    return justified(changes)


def _about(ruling: Obligation, party: Party) -> bool:
    """Whether it was a ruling on this objection; an opinion and a designation settle every objection that waits."""
    if ruling.action is Action.MEDIATE:
        return ruling.entry == party.objection
    return ruling.action in (Action.OPINE, Action.DESIGNATE)


def _objecting(call: Call, organization: UUID) -> Party:
    party = call.party(organization)
    waits = {obligation.entry for obligation in call.open_obligations if obligation.action is Action.MEDIATE}
    if party is None or not party.objection_open or party.objection not in waits:
        raise refusals.NoOpenObjection(field="organization")
    return party


class RequestOpinion(CallCommand):
    """提请职责界定: the platform could not settle it."""

    wire: ClassVar[str] = "calls.request_opinion"
    title: ClassVar[str] = "提请职责界定"

    complex: bool = Field(default=False, title="情况复杂(按复杂时限)")
    question: str = Field(title="需界定的问题", min_length=2, max_length=TEXT)


def request_opinion(command: RequestOpinion, desk: Desk) -> list[Event]:
    """提请 编办 (with 司法行政): settles every objection that waits. Once at a time."""
    setting, call = begin(REQUEST_OPINION, command, desk)
    kind = LimitKind.OPINION_COMPLEX if command.complex else LimitKind.OPINION
    return [
        call.next(
            e.OpinionRequested,
            desk.envelope,
            organization=setting.office(Office.ESTABLISHMENT_OFFICE),
            opine=setting.deadline(kind, call.urgency),
            question=command.question,
        )
    ]


class GiveOpinion(CallCommand):
    """职责界定意见."""

    wire: ClassVar[str] = "calls.give_opinion"
    title: ClassVar[str] = "出具职责界定意见"

    proposed: UUID = Field(title="应承办单位")
    reference: str = Field(title="意见文号", min_length=2, max_length=200)
    citable: bool = Field(default=False, title="可参照(作为同类事项先例)")
    text: str = Field(title="意见内容", min_length=2, max_length=TEXT)


def give_opinion(command: GiveOpinion, desk: Desk) -> list[Event]:
    """职责界定意见. Guides; the designation binds. Refuses ComplaintAboutItsStaff."""
    setting, call = begin(GIVE_OPINION, command, desk)
    kept_away(call, command.proposed, field="proposed")
    proposed = setting.organization(command.proposed)
    return [
        call.next(
            e.OpinionGiven,
            desk.envelope,
            proposed=e.OrganizationRef(id=proposed.id, name=proposed.name),
            reference=command.reference,
            citable=command.citable,
            item=call.item,
            designator=setting.office(Office.DESIGNATOR),
            designate=setting.deadline(LimitKind.DESIGNATE, call.urgency),
            text=command.text,
        )
    ]


class DesignateHandler(CallCommand):
    """指定承办: binding."""

    wire: ClassVar[str] = "calls.designate"
    title: ClassVar[str] = "指定承办"

    handler: UUID = Field(title="指定承办单位")
    reference: str = Field(title="批示或会议纪要文号", min_length=2, max_length=200)
    reason: str = Field(title="指定理由", min_length=2, max_length=TEXT)


def designate_handler(command: DesignateHandler, desk: Desk) -> list[Event]:
    """指定承办. Another than today's lead → the platform dispatches anew, unless the lead has reported its result.

    Refuses CannotBindVertical, CannotLead, ComplaintAboutItsStaff.
    """
    setting, call = begin(DESIGNATE, command, desk)
    kept_away(call, command.handler, field="handler")
    handler = setting.organization(command.handler)
    if handler.management is Management.VERTICAL:
        raise refusals.CannotBindVertical(field="handler")
    if handler.kind in NEVER_DISPATCHED_TO:
        raise refusals.CannotLead(field="handler")
    goes_on = call.stage is not Stage.HANDLING or (call.lead is not None and call.lead.organization == handler.id)
    return [
        call.next(
            e.HandlerDesignated,
            desk.envelope,
            handler=e.OrganizationRef(id=handler.id, name=handler.name),
            reference=command.reference,
            dispatch=None if goes_on else setting.deadline(LimitKind.DISPATCH, call.urgency),
            justified=tuple(
                clock
                for party in (call.current_parties if goes_on else ())
                if party.objection_open
                for clock in _ruled_late(call, party, setting)
            ),
            reason=command.reason,
        )
    ]


def _mediating(call: Call, organization: UUID) -> bool:
    return call.owing(Action.MEDIATE) is not None


def _unruled(call: Call, organization: UUID) -> bool:
    asked = call.owing(Action.OPINE) or call.owing(Action.DESIGNATE)
    return asked is None and _mediating(call, organization)


def _may_object(call: Call, organization: UUID) -> bool:
    party = call.party(organization)
    return call.stage is Stage.HANDLING and party is not None and not party.finished


def _has(kind: Action) -> rights.When:
    return rights.owes(kind)


RAISE_OBJECTION = Step(
    RaiseObjection, rights.HANDLING_POSTS, rights.party, _may_object, bar=_barred, untimely=_too_late
)


UPHOLD_OBJECTION = Step(UpholdObjection, rights.PLATFORM_POSTS, rights.platform, _mediating)


REJECT_OBJECTION = Step(RejectObjection, rights.PLATFORM_POSTS, rights.platform, _mediating, primary=True)


REQUEST_OPINION = Step(RequestOpinion, rights.PLATFORM_POSTS, rights.platform, _unruled)


GIVE_OPINION = Step(
    GiveOpinion,
    frozenset({Post.LIST_KEEPER, Post.LEADER}),
    rights.establishment_office,
    _has(Action.OPINE),
    primary=True,
)


DESIGNATE = Step(DesignateHandler, frozenset({Post.LEADER}), rights.designator, _has(Action.DESIGNATE), primary=True)

STEPS: tuple[Step, ...] = (
    RAISE_OBJECTION,
    UPHOLD_OBJECTION,
    REJECT_OBJECTION,
    REQUEST_OPINION,
    GIVE_OPINION,
    DESIGNATE,
)

HANDLERS: Handlers = {
    RaiseObjection: raise_objection,
    UpholdObjection: uphold_objection,
    RejectObjection: reject_objection,
    RequestOpinion: request_opinion,
    GiveOpinion: give_opinion,
    DesignateHandler: designate_handler,
}
