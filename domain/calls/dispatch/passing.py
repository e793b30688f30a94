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
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, Office
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

    A complaint about the successor's own staff goes to whom the platform names instead, and what the platform of the
    call has to do to whom the county has charged with its office since; until then the platform itself says that nobody
    has stepped in, and by when another is to be named. A wait that would come to be one for oneself, or close a circle,
    ends with it, and what was waited until then counts. Asked again, it finds nothing.

    Refuses NotSucceeded, HeirKeptAway, HeirStepsIn, and what it refuses of whoever is named instead.
    """
    setting = Setting(desk)
    call, actor = setting.call(command.call_id), desk.envelope.actor
    rights.check(SUCCEED_PARTY, call, Post(actor.post), _in_whose_place(actor.organization, call, setting))
    heir = setting.heir(command.dissolved)
    if command.dissolved not in call.awaited or heir is None:
        raise refusals.NotSucceeded(field="dissolved")
    body = organization_known(desk.streams, command.dissolved)
    was = e.OrganizationRef(id=body.id, name=body.name)
    now, basis = e.OrganizationRef(id=heir.id, name=heir.name), ""
    if now.id == call.complained_of and body.id == call.platform and (other := _charged_instead(call, setting)):
        now, basis = other
    if now.id == call.complained_of:
        by_itself = command.instead is None and actor.post == Post.SYSTEM
        if by_itself and (said := _withheld(call, was, setting)) is not None:
            return [said]
        now, basis = _instead(command, call, body, setting), command.basis
    elif command.instead not in (None, now.id):
        raise refusals.HeirStepsIn(field="instead")
    call, ended = circular_waits_ended(call, was.id, now.id, setting)
    return [*ended, call.next(p.PartySucceeded, desk.envelope, was=was, now=now, basis=basis)]


def _charged_instead(call: Call, setting: Setting) -> tuple[e.OrganizationRef, str] | None:
    """Whom the county has charged with the platform's office in place of the one that is gone, and by what document."""
    now = setting.envelope.recorded_at
    charged = setting.rules.holder(Office.PLATFORM, now)
    if charged is None or charged.organization in (call.platform, call.complained_of):
        return None
    if not organization_known(setting.desk.streams, charged.organization).stands_at(now):
        return None
    return e.OrganizationRef(id=charged.organization, name=charged.name), charged.document or Office.PLATFORM.label


def _withheld(call: Call, was: e.OrganizationRef, setting: Setting) -> Event | None:
    """That nobody steps in, who names another and by when; None where that was said and there is nothing to add."""
    owed = call.withheld(was.id)
    if owed and any(o.open and (o.action, o.entry) == (Action.NAME_SUCCESSOR, owed) for o in call.obligations):
        return None
    now, naming, supervision = setting.envelope.recorded_at, None, None
    names = _who_names(call, was.id, setting)
    if names is not None:
        naming = setting.deadline_if_set(LimitKind.NAME_SUCCESSOR, call.urgency, now)
    else:
        supervision = setting.charged(Office.SUPERVISION_BODY)
        supervision = None if supervision is None or supervision.id == call.complained_of else supervision
    if owed and naming is None:
        return None
    known = {"was": was, "organization": names, "naming": naming, "supervision": supervision}
    return call.next(p.SuccessionWithheld, setting.envelope, **known)


def _who_names(call: Call, gone: UUID, setting: Setting) -> e.OrganizationRef | None:
    """The platform of the call while it stands, else whoever holds its office: not the body that is gone itself, nor
    the one that may not know. None: nobody does."""
    if call.platform not in (None, gone) and setting.heir(call.platform) is None:
        return e.OrganizationRef(id=call.platform, name=call.platform_name)
    charged = setting.charged(Office.PLATFORM)
    return None if charged is None or charged.id in (gone, call.complained_of) else charged


def _instead(command: SucceedParty, call: Call, body: Organization, setting: Setting) -> e.OrganizationRef:
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
    return e.OrganizationRef(id=named.id, name=named.name)


def _in_whose_place(organization: UUID, call: Call, setting: Setting) -> UUID:
    """The dissolved platform of the call, for whoever has succeeded it; else the organization itself."""
    if call.platform is None or (heir := setting.heir(call.platform)) is None or heir.id != organization:
        return organization
    return call.platform


PASS_STAGE = Step(PassStage, rights.HANDLING_POSTS, rights.lead, rights.at(Stage.HANDLING))


def _names(call: Call, organization: UUID) -> bool:
    """The platform of the call, and who has to name somebody for one that was not sent out yet."""
    return rights.platform(call, organization) or call.owing(Action.NAME_SUCCESSOR, organization) is not None


SUCCEED_PARTY = Step(
    SucceedParty,
    rights.PLATFORM_POSTS | {Post.SYSTEM},
    _names,
    lambda call, organization: bool(call.awaited),
)

STEPS: tuple[Step, ...] = (PASS_STAGE, SUCCEED_PARTY)

HANDLERS: Handlers = {PassStage: pass_stage, SucceedParty: succeed_party}
