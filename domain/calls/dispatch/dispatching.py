"""派发: to whom, on which basis, with which duties and clocks."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.around.confidentiality import kept_away
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.dispatch.list_basis import PinnedItem, pin_item
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import BasisKind, Role, Stage
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization import Organization
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.urgency import Urgency

NEVER_DISPATCHED_TO = frozenset(
    {OrganizationKind.DISCIPLINE_BODY, OrganizationKind.SUPERVISION_BODY, OrganizationKind.PLATFORM}
)
"""Those who judge handle nothing."""


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
    NotNamedByItem, CallerLeads, PhoneDispatchOfEmergency, PhoneDispatchTooEarly, NeedsLateEntry.
    """
    setting, call = begin(DISPATCH, command, desk)
    opened = (
        setting.envelope.recorded_at if command.by_phone_at is None else _phoned(command.by_phone_at, call, setting)
    )
    pinned = basis_item(command.basis, command.revision, command.item, call, opened, setting)
    basis = basis_of(command.basis, command.reference, pinned)
    if call.designated is not None and command.lead != call.designated:
        raise refusals.NotTheDesignated(field="lead")
    addressees = [command.lead, *command.assistants]
    if len(set(addressees)) != len(addressees):
        raise refusals.LeadIsAssistant(field="assistants")
    duties = [
        party_duty(
            setting.organization(id_),
            Role.LEAD if place == 0 else Role.ASSISTANT,
            call,
            pinned,
            opened,
            setting,
            complex_matter=command.complex,
            field="lead" if place == 0 else "assistants",
        )
        for place, id_ in enumerate(addressees)
    ]
    if call.designated is None:
        must_be_named(command.basis, pinned, command.lead, field="lead")
        _caller_leads_its_own_only(command, call, pinned)
    return [
        call.next(
            e.CallDispatched,
            desk.envelope.model_copy(update={"occurred_at": opened}),
            round=call.round + 1,
            lead=duties[0],
            assistants=tuple(duties[1:]),
            basis=basis,
            off_list=pinned is None,
            complex=command.complex,
            # What it leads or assists with is its duty already.
            township_duty=pinned.township_duty if pinned and call.township not in addressees else "",
            by_phone=command.by_phone_at is not None,
            basis_text=command.basis_text,
            demands=command.demands,
        )
    ]


def _caller_leads_its_own_only(command: DispatchCall, call: Call, pinned: PinnedItem | None) -> None:
    """The primary bearer is not always the county (domain.md §2): it may call for the county's cooperation and lead."""
    by_list = command.basis is BasisKind.LIST_ITEM and pinned is not None
    if command.lead == call.township and not (by_list and pinned is not None and pinned.is_primary(call.township)):
        raise refusals.CallerLeads(field="lead")


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
    anew = call.owing(Action.DISPATCH) if call.round else None
    if anew is not None and setting.precedes(at, anew.deadline.opened):
        raise refusals.PhoneDispatchTooEarly(field="by_phone_at")
    return at


def basis_item(
    kind: BasisKind, revision: UUID | None, item: str | None, call: Call, opened: datetime, setting: Setting
) -> PinnedItem | None:
    """The list item on which a dispatch rests that was `opened` then. Refuses NeedsItem for one by list without any."""
    if item is None or revision is None:
        if kind is BasisKind.LIST_ITEM:
            raise refusals.NeedsItem(field="item")
        return None
    called_on, dispatched_on = (moment.astimezone(LOCAL).date() for moment in (call.submitted_at, opened))
    return pin_item(setting, revision, item, call.township, called_on=called_on, dispatched_on=dispatched_on)


def basis_of(kind: BasisKind, reference: str, pinned: PinnedItem | None) -> e.DispatchBasis:
    """派发依据. Refuses NeedsReference: off the list it names its document."""
    by_list = kind is BasisKind.LIST_ITEM
    if not by_list and not reference:
        raise refusals.NeedsReference(field="reference")
    return e.DispatchBasis(
        kind=kind,
        reference=pinned.reference if pinned and by_list else reference,
        item=pinned.ref if pinned else None,
    )


def must_be_named(kind: BasisKind, pinned: PinnedItem | None, organization: UUID, *, field: str) -> None:
    """By list goes only to whom the item names: for anybody else the basis is another. Refuses NotNamedByItem."""
    if kind is BasisKind.LIST_ITEM and pinned is not None and not pinned.names(organization):
        raise refusals.NotNamedByItem(field=field)


def party_duty(
    organization: Organization,
    role: Role,
    call: Call,
    pinned: PinnedItem | None,
    opened: datetime,
    setting: Setting,
    *,
    complex_matter: bool,
    field: str,
) -> e.PartyDuty:
    """What an addressee must do and by when. Refuses CannotLead, ComplaintAboutItsStaff (at `field`),
    ReclaimedFromTownship."""
    kept_away(call, organization.id, field=field)
    if organization.kind in NEVER_DISPATCHED_TO:
        raise refusals.CannotLead(field=field)
    if pinned is not None and pinned.reclaimed and organization.kind is OrganizationKind.TOWNSHIP:
        raise refusals.ReclaimedFromTownship
    emergency = call.urgency is Urgency.EMERGENCY
    complete = LimitKind.HANDLE_COMPLEX if complex_matter and not emergency else LimitKind.HANDLE
    own = pinned.limits if pinned else {}
    first = own.get((LimitKind.FIRST_RESULT, call.urgency))
    return e.PartyDuty(
        organization=e.OrganizationRef(id=organization.id, name=organization.name),
        role=role,
        duty_text=pinned.duty_text(organization.id) if pinned else "",
        vertical=organization.management is Management.VERTICAL,
        respond=setting.deadline(LimitKind.RESPOND, call.urgency, opened, own.get((LimitKind.RESPOND, call.urgency))),
        first_result=setting.deadline(LimitKind.FIRST_RESULT, call.urgency, opened, first)
        if role is Role.LEAD and (emergency or first)
        else None,
        complete=setting.deadline(complete, call.urgency, opened, own.get((LimitKind.HANDLE, call.urgency))),
        objection=None if emergency else setting.deadline(LimitKind.OBJECTION, call.urgency, opened),
    )


DISPATCH = Step(DispatchCall, rights.INTAKE_POSTS, rights.intake, rights.at(Stage.ACCEPTED), primary=True)

STEPS: tuple[Step, ...] = (DISPATCH,)

HANDLERS: Handlers = {DispatchCall: dispatch_call}
