"""派发: to whom, on which basis, with which duties and clocks."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.list_basis import PinnedItem, pin_item
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import BasisKind, Role, Stage, TaskKind
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization import Organization
from domain.rules.rulebook import LimitKind
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.urgency import Urgency

_NEVER_DISPATCHED_TO = frozenset(
    {OrganizationKind.DISCIPLINE_BODY, OrganizationKind.SUPERVISION_BODY, OrganizationKind.PLATFORM}
)


class DispatchCall(CallCommand):
    """派发: one lead, any assistants, on a named basis."""

    wire: ClassVar[str] = "calls.dispatch"
    title: ClassVar[str] = "派发"

    basis: BasisKind = Field(title="派发依据")
    revision: UUID | None = Field(default=None, title="清单版本")
    item: str | None = Field(default=None, title="清单事项", max_length=100)
    reference: str = Field(default="", title="依据名称和文号(清单外派发必填)", max_length=500)
    lead: UUID = Field(title="主办单位")
    assistants: tuple[UUID, ...] = Field(default=(), title="协办单位", max_length=20)
    complex: bool = Field(default=False, title="复杂事项(按复杂事项时限)")
    basis_text: str = Field(default="", title="依据说明", max_length=TEXT)
    demands: str = Field(default="", title="办理要求", max_length=TEXT)
    by_phone_at: Instant | None = Field(default=None, title="电话派发时间(特急)")


def dispatch_call(command: DispatchCall, desk: Desk) -> list[Event]:
    """派发. Pins list revision, item, duty texts, limits and due times. Never refused for "no list item".

    Refuses NeedsItem, NeedsReference, LeadIsAssistant, CannotLead, ReclaimedFromTownship, NotTheDesignated,
    PhoneDispatchOfEmergency, PhoneDispatchTooEarly, NeedsLateEntry.
    """
    setting, call = begin(DISPATCH, command, desk)
    pinned = _basis_item(command, call, setting)
    if command.basis is not BasisKind.LIST_ITEM and not command.reference:
        raise refusals.NeedsReference(field="reference")
    if call.designated is not None and command.lead != call.designated:
        raise refusals.NotTheDesignated(field="lead")
    addressees = [command.lead, *command.assistants]
    if len(set(addressees)) != len(addressees):
        raise refusals.LeadIsAssistant(field="assistants")
    opened = (
        setting.envelope.recorded_at if command.by_phone_at is None else _phoned(command.by_phone_at, call, setting)
    )
    duties = [
        _party_duty(setting.organization(id_), place == 0, command, call, pinned, opened, setting)
        for place, id_ in enumerate(addressees)
    ]
    return [
        call.next(
            e.CallDispatched,
            desk.envelope.model_copy(update={"occurred_at": opened}),
            round=call.round + 1,
            lead=duties[0],
            assistants=tuple(duties[1:]),
            basis=e.DispatchBasis(
                kind=command.basis,
                reference=pinned.reference if pinned and command.basis is BasisKind.LIST_ITEM else command.reference,
                item=pinned.ref if pinned else None,
            ),
            off_list=pinned is None,
            complex=command.complex,
            township_duty=pinned.township_duty if pinned else "",
            by_phone=command.by_phone_at is not None,
            basis_text=command.basis_text,
            demands=command.demands,
        )
    ]


def _phoned(at: datetime, call: Call, setting: Setting) -> datetime:
    """When the clocks of a phone dispatch start: a claim against the addressees, so it is bounded on every side."""
    if call.urgency is not Urgency.EMERGENCY:
        raise refusals.PhoneDispatchOfEmergency(field="by_phone_at")
    setting.not_future(at)
    if setting.is_late(at, call.urgency):
        raise refusals.NeedsLateEntry(
            "电话派发时间已超过及时登记时限,不能从当时起算。请不填电话派发时间先行派发,再用“补录”登记该次电话。",
            field="by_phone_at",
        )
    anew = call.open_task(TaskKind.DISPATCH) if call.round else None
    if anew is not None and setting.precedes(at, anew.deadline.opened):
        raise refusals.PhoneDispatchTooEarly(field="by_phone_at")
    return at


def _basis_item(command: DispatchCall, call: Call, setting: Setting) -> PinnedItem | None:
    if command.item is None or command.revision is None:
        if command.basis is BasisKind.LIST_ITEM:
            raise refusals.NeedsItem(field="item")
        return None
    day = call.submitted_at.astimezone(LOCAL).date()
    return pin_item(setting, command.revision, command.item, call.township, day)


def _party_duty(
    organization: Organization,
    leads: bool,
    command: DispatchCall,
    call: Call,
    pinned: PinnedItem | None,
    opened: datetime,
    setting: Setting,
) -> e.PartyDuty:
    if organization.kind in _NEVER_DISPATCHED_TO:
        raise refusals.CannotLead(field="lead" if leads else "assistants")
    if pinned is not None and pinned.reclaimed and organization.kind is OrganizationKind.TOWNSHIP:
        raise refusals.ReclaimedFromTownship
    emergency = call.urgency is Urgency.EMERGENCY
    complete = LimitKind.HANDLE_COMPLEX if command.complex and not emergency else LimitKind.HANDLE
    own = pinned.limits if pinned else {}
    first = own.get((LimitKind.FIRST_RESULT, call.urgency))
    return e.PartyDuty(
        organization=e.OrganizationRef(id=organization.id, name=organization.name),
        role=Role.LEAD if leads else Role.ASSISTANT,
        duty_text=pinned.duty_text(organization.id) if pinned else "",
        vertical=organization.management is Management.VERTICAL,
        respond=setting.deadline(LimitKind.RESPOND, call.urgency, opened, own.get((LimitKind.RESPOND, call.urgency))),
        first_result=setting.deadline(LimitKind.FIRST_RESULT, call.urgency, opened, first)
        if leads and (emergency or first)
        else None,
        complete=setting.deadline(complete, call.urgency, opened, own.get((LimitKind.HANDLE, call.urgency))),
        objection=None if emergency else setting.deadline(LimitKind.OBJECTION, call.urgency, opened),
    )


DISPATCH = Step(DispatchCall, rights.INTAKE_POSTS, rights.intake, rights.at(Stage.ACCEPTED), primary=True)

STEPS: tuple[Step, ...] = (DISPATCH,)

HANDLERS: Handlers = {DispatchCall: dispatch_call}
