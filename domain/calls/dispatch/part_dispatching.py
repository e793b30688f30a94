"""部分派发: the part of a dispatch that an upheld objection gave back goes to whom it belongs; nothing else moves."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call, Party
from domain.calls.dispatch.dispatching import basis_item, basis_of, must_be_named, party_duty
from domain.calls.rights import Step
from domain.calls.words import BasisKind, Role, Stage
from domain.obligations.words import Action
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event


class DispatchPart(CallCommand):
    """派发异议成立的部分: to a further party of the running round.

    By list without an item named: the item of the running dispatch, which may name several bearers.
    """

    wire: ClassVar[str] = "calls.dispatch_part"
    title: ClassVar[str] = "派发异议成立的部分"

    objector: UUID = Field(title="异议部分成立的单位")
    part: str = Field(title="派发哪一部分", min_length=2, max_length=TEXT)
    handler: UUID = Field(title="承办单位")
    basis: BasisKind = Field(title="派发依据")
    revision: UUID | None = Field(default=None, title="清单版本", json_schema_extra={"on_form": False})
    item: str | None = Field(default=None, title="清单事项", max_length=100, json_schema_extra={"on_form": False})
    reference: str = Field(default="", title="依据名称和文号(按清单派发的不填)", max_length=500)
    demands: str = Field(default="", title="办理要求", max_length=TEXT)


def dispatch_part(command: DispatchPart, desk: Desk) -> list[Event]:
    """部分派发. The further party assists, with a duty and clocks of its own.

    The first lead keeps the matter (首接负责). An assistant of this round takes the part on top of its own; the lead
    takes it as long as it has not reported. Refuses NoPartToDispatch, NotItsPart, LeadHasReported and what a dispatch
    refuses of basis and addressee.
    """
    setting, call = begin(DISPATCH_PART, command, desk)
    objector = _gave_back(call, command.objector)
    revision, item = command.revision, command.item
    if command.basis is BasisKind.LIST_ITEM and item is None:
        revision, item = call.revision, call.item
    pinned = basis_item(command.basis, revision, item, call, desk.envelope.recorded_at, setting)
    basis = basis_of(command.basis, command.reference, pinned)
    duty = party_duty(
        setting.organization(command.handler),
        _role(call, command.handler, objector),
        call,
        pinned,
        desk.envelope.recorded_at,
        setting,
        complex_matter=call.complex,
        field="handler",
    )
    must_be_named(command.basis, pinned, command.handler, field="handler")
    return [
        call.next(
            e.PartDispatched,
            desk.envelope,
            round=call.round,
            objection=objector.objection,
            objector=e.OrganizationRef(id=objector.organization, name=objector.name),
            party=duty,
            basis=basis,
            off_list=pinned is None,
            part=command.part,
            demands=command.demands,
        )
    ]


def _gave_back(call: Call, organization: UUID) -> Party:
    party = call.party(organization)
    waiting = {obligation.entry for obligation in call.open_obligations if obligation.action is Action.DISPATCH_PART}
    if party is None or party.objection not in waiting:
        raise refusals.NoPartToDispatch(field="objector")
    return party


def _role(call: Call, handler: UUID, objector: Party) -> Role:
    gone = {party.organization for party in call.parties if party.round == call.round and party.released}
    if handler == objector.organization or handler in gone:
        raise refusals.NotItsPart(field="handler")
    if call.lead is None or call.lead.organization != handler:
        return Role.ASSISTANT
    if call.stage is not Stage.HANDLING:
        raise refusals.LeadHasReported(field="handler")
    return Role.LEAD


DISPATCH_PART = Step(
    DispatchPart, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.DISPATCH_PART), primary=True
)

STEPS: tuple[Step, ...] = (DISPATCH_PART,)

HANDLERS: Handlers = {DispatchPart: dispatch_part}
