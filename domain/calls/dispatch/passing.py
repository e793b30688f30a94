"""接力: the next lead at a handover point, and the successor of a body that is gone (domain.md §4)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.around.confidentiality_refusals import HeirKeptAway
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.delays.waiting import circular_waits_ended
from domain.calls.dispatch import passing_events as p
from domain.calls.dispatch.dispatching import NEVER_DISPATCHED_TO, basis_item, basis_of, must_be_named, party_duty
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import BasisKind, Role, Stage
from domain.directory.organization import Organization
from domain.directory.register import organization_known
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post


class PassStage(CallCommand):
    """移交下一环节: by the lead, to whom the list or the law names for what follows (监管 → 处罚, 案件移送).

    By list without an item named: the item of the running dispatch.
    """

    wire: ClassVar[str] = "calls.pass_stage"
    title: ClassVar[str] = "移交下一环节"

    handler: UUID = Field(title="移交给")
    point: str = Field(
        title="衔接点", description="移交发生在哪个环节,例如“检测结论为不合格”", min_length=2, max_length=200
    )
    basis: BasisKind = Field(title="移交依据")
    revision: UUID | None = Field(default=None, title="清单版本", json_schema_extra={"on_form": False})
    item: str | None = Field(default=None, title="清单事项", max_length=100, json_schema_extra={"on_form": False})
    reference: str = Field(default="", title="依据名称和文号(按清单移交的不填)", max_length=500)
    text: str = Field(title="已办情况和移交材料", min_length=2, max_length=TEXT)


def pass_stage(command: PassStage, desk: Desk) -> list[Event]:
    """移交下一环节: the next lead has its own clocks from now on, and may object as to any dispatch.

    Refuses PassedToOneself, a designated lead (NotTheDesignated), and what a dispatch refuses of basis and addressee.
    """
    setting, call = begin(PASS_STAGE, command, desk)
    if command.handler == setting.own.id:
        raise refusals.PassedToOneself(field="handler")
    if call.designated is not None and call.designated != command.handler:
        raise refusals.NotTheDesignated(field="handler")
    revision, item = command.revision, command.item
    if command.basis is BasisKind.LIST_ITEM and item is None:
        revision, item = call.revision, call.item
    now = desk.envelope.recorded_at
    pinned = basis_item(command.basis, revision, item, call, now, setting)
    basis = basis_of(command.basis, command.reference, pinned)
    duty = party_duty(
        setting.organization(command.handler),
        Role.LEAD,
        call,
        pinned,
        now,
        setting,
        complex_matter=call.complex,
        field="handler",
    )
    must_be_named(command.basis, pinned, command.handler, field="handler")
    if command.handler == call.township:
        raise refusals.CallerLeads(field="handler")
    return [
        call.next(
            p.StagePassed,
            desk.envelope,
            round=call.round,
            passer=setting.own,
            party=duty,
            basis=basis,
            off_list=pinned is None,
            point=command.point,
            text=command.text,
        )
    ]


class SucceedParty(CallCommand):
    """办理职责承接."""

    wire: ClassVar[str] = "calls.succeed_party"
    title: ClassVar[str] = "由承接单位继续办理"

    dissolved: UUID = Field(title="已撤销的单位")
    instead: UUID | None = Field(
        default=None,
        title="改由哪个单位承接",
        description="只在事项反映的是承接单位的工作人员时填写。",
    )
    basis: str = Field(default="", title="改由其承接的依据(名称和文号)", max_length=200)


def succeed_party(command: SucceedParty, desk: Desk) -> list[Event]:
    """职责承接, once the directory says who has succeeded: by the platform itself, without anybody having to find the
    call, or by an operator of the platform, of the one that took the call in or of its successor.

    A complaint about the successor's own staff goes to whom the platform names instead; until then the platform itself
    says once that nobody has stepped in. A wait that would come to be one for oneself, or close a circle, ends with it,
    and what was waited until then counts. Asked again, it finds nothing.

    Refuses NotSucceeded, HeirKeptAway, HeirStepsIn, and what it refuses of whoever is named instead.
    """
    setting = Setting(desk)
    call, actor = setting.call(command.call_id), desk.envelope.actor
    rights.check(SUCCEED_PARTY, call, Post(actor.post), _in_whose_place(actor.organization, call, setting))
    heir = setting.heir(command.dissolved)
    if command.dissolved not in call.awaited or heir is None:
        raise refusals.NotSucceeded(field="dissolved")
    body = organization_known(desk.streams, command.dissolved)
    was, basis = e.OrganizationRef(id=body.id, name=body.name), ""
    if heir.id == call.complained_of:
        unsaid = (body.id, None) not in call.stand_ins
        if command.instead is None and actor.post == Post.SYSTEM and unsaid:
            return [call.next(p.SuccessionWithheld, desk.envelope, was=was)]
        heir, basis = _instead(command, call, body, setting), command.basis
    elif command.instead not in (None, heir.id):
        raise refusals.HeirStepsIn(field="instead")
    now = e.OrganizationRef(id=heir.id, name=heir.name)
    call, ended = circular_waits_ended(call, was.id, now.id, setting)
    return [*ended, call.next(p.PartySucceeded, desk.envelope, was=was, now=now, basis=basis)]


def _instead(command: SucceedParty, call: Call, body: Organization, setting: Setting) -> Organization:
    """Who takes the part that the successor may not take: of a handler another handler, else a body of its kind.

    Refuses HeirKeptAway, NeedsReference, CannotLead, CallerLeads, NotOfItsKind.
    """
    if command.instead is None or command.instead == call.complained_of:
        raise HeirKeptAway(field="instead")
    named = setting.organization(command.instead, field="instead")
    if call.party(body.id) is None:
        if named.kind is not body.kind:
            raise refusals.NotOfItsKind(field="instead")
    elif named.kind in NEVER_DISPATCHED_TO:
        raise refusals.CannotLead(field="instead")
    elif named.id == call.township:
        raise refusals.CallerLeads(field="instead")
    if not command.basis:
        raise refusals.NeedsReference("另行确定承接单位须写明依据(批示、意见或函件的名称和文号)。", field="basis")
    return named


def _in_whose_place(organization: UUID, call: Call, setting: Setting) -> UUID:
    """The dissolved platform of the call, for whoever has succeeded it; else the organization itself."""
    if call.platform is None or (heir := setting.heir(call.platform)) is None or heir.id != organization:
        return organization
    return call.platform


PASS_STAGE = Step(PassStage, rights.HANDLING_POSTS, rights.lead, rights.at(Stage.HANDLING))


SUCCEED_PARTY = Step(
    SucceedParty,
    rights.PLATFORM_POSTS | {Post.SYSTEM},
    rights.platform,
    lambda call, organization: bool(call.awaited),
)

STEPS: tuple[Step, ...] = (PASS_STAGE, SUCCEED_PARTY)

HANDLERS: Handlers = {PassStage: pass_stage, SucceedParty: succeed_party}
