"""人员的办理: what can be asked about persons, appointments, delegations and handovers."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.directory.authority import require_directory_keeper, require_keeper_of
from domain.directory.identity import person_stream
from domain.directory.person import Person
from domain.directory.person import evolve as evolve_person
from domain.directory.policies import breadth_of, covers
from domain.directory.refusals import AlreadyRegistered, NotAdministrator, NotYourPostToDelegate, SelfServing
from domain.directory.register import organization_known, person_known
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.posts import Post

_PERSON = Field(title="人员")
_NAME = Field(title="姓名", max_length=50)
_PHONE = Field(default=None, title="电话")
_APPOINTMENT = Field(title="任职")


class RegisterPerson(Command):
    """登记人员."""

    wire: ClassVar[str] = "directory.register_person"
    title: ClassVar[str] = "登记人员"

    code: str = Field(title="人员编号", description="工号,不得使用公民身份号码")
    name: str = _NAME
    phone: str | None = _PHONE


class AmendPerson(Command):
    """变更人员信息. Names both as they are from now on."""

    wire: ClassVar[str] = "directory.amend_person"
    title: ClassVar[str] = "变更人员信息"

    person: UUID = _PERSON
    name: str = _NAME
    phone: str | None = _PHONE


class AppointPerson(Command):
    """任职."""

    wire: ClassVar[str] = "directory.appoint_person"
    title: ClassVar[str] = "任职"

    person: UUID = _PERSON
    organization: UUID = Field(title="机构")
    post: Post = Field(title="岗位")
    starts_at: Instant | None = Field(default=None, title="任职开始", description="不填则为办理时间")
    ends_at: Instant | None = Field(default=None, title="任职结束", description="不填则至免去时止")


class EndAppointment(Command):
    """免去任职."""

    wire: ClassVar[str] = "directory.end_appointment"
    title: ClassVar[str] = "免去任职"

    person: UUID = _PERSON
    appointment: UUID = _APPOINTMENT
    ended_at: Instant | None = Field(default=None, title="免职时间", description="不填则为办理时间")


class GrantDelegation(Command):
    """委托代办. By the holder, or an administrator for them."""

    wire: ClassVar[str] = "directory.grant_delegation"
    title: ClassVar[str] = "委托代办"

    person: UUID = Field(title="委托人")
    appointment: UUID = _APPOINTMENT
    delegate: UUID = Field(title="受托人")
    starts_at: Instant | None = Field(default=None, title="委托开始", description="不填则从现在开始")
    ends_at: Instant = Field(title="委托结束")
    reason: str = Field(title="委托事由", min_length=1, max_length=500)


class EndDelegation(Command):
    """终止委托. By the holder, the delegate or an administrator."""

    wire: ClassVar[str] = "directory.end_delegation"
    title: ClassVar[str] = "终止委托"

    person: UUID = Field(title="委托人")
    delegation: UUID = Field(title="委托")


class HandOver(Command):
    """工作交接. With `end_appointment` the giver's appointment ends in the same moment."""

    wire: ClassVar[str] = "directory.hand_over"
    title: ClassVar[str] = "工作交接"

    person: UUID = Field(title="移交人")
    appointment: UUID = _APPOINTMENT
    receiver: UUID = Field(title="接收人")
    note: str = Field(title="交接说明", min_length=1, max_length=5000)
    end_appointment: bool = Field(default=False, title="同时免去移交人任职")


def register_person(command: RegisterPerson, desk: Desk) -> Sequence[Event]:
    """Any administrator may. Refuses NotAdministrator, AlreadyRegistered, and what Person.register does."""
    if desk.envelope.actor.post != Post.ADMINISTRATOR:
        require_directory_keeper(desk.streams, desk.envelope.actor)
    stream = person_stream(desk.envelope.node, command.code)
    if desk.streams.find(stream, evolve_person) is not None:
        raise AlreadyRegistered(field="code")
    return [Person.register(desk.envelope, command.code, command.name, command.phone)]


def amend_person(command: AmendPerson, desk: Desk) -> Sequence[Event]:
    """The county's administrator, or one of an organization where the person holds a post.
    Refuses NotAdministrator, UnknownPerson, and what Person.amend does."""
    actor = desk.envelope.actor
    person = person_known(desk.streams, command.person)
    if not person.is_in(actor.organization, desk.envelope.recorded_at) or actor.post != Post.ADMINISTRATOR:
        require_directory_keeper(desk.streams, actor)
    return [person.amend(desk.envelope, command.name, command.phone)]


def appoint_person(command: AppointPerson, desk: Desk) -> Sequence[Event]:
    """The county's administrator or the organization's own. Administrators, and posts that see the whole county
    (auditors, reviewers), are appointed by the county's alone: else any township could read every other's calls.
    Refuses NotAdministrator, SelfServing, UnknownPerson, UnknownOrganization, and what Person.appoint does."""
    actor = desk.envelope.actor
    if command.post is Post.ADMINISTRATOR:
        require_directory_keeper(desk.streams, actor)
    require_keeper_of(desk.streams, actor, command.organization)
    if actor.person == command.person:
        raise SelfServing(field="person")
    person = person_known(desk.streams, command.person)
    organization = organization_known(desk.streams, command.organization)
    if breadth_of(command.post, organization.kind) == "all":
        require_directory_keeper(desk.streams, actor)
    starts_at = command.starts_at or desk.envelope.recorded_at
    appointment = desk.new_id("appointment")
    return [person.appoint(desk.envelope, appointment, command.post, organization, starts_at, command.ends_at)]


def end_appointment(command: EndAppointment, desk: Desk) -> Sequence[Event]:
    """The county's administrator or the organization's own. Refuses NotAdministrator, UnknownPerson, and what
    Person.end_appointment does."""
    person = person_known(desk.streams, command.person)
    require_keeper_of(desk.streams, desk.envelope.actor, person.appointment(command.appointment).organization)
    return [person.end_appointment(desk.envelope, command.appointment, command.ended_at or desk.envelope.recorded_at)]


def grant_delegation(command: GrantDelegation, desk: Desk) -> Sequence[Event]:
    """Refuses NotYourPostToDelegate (another's post, or a post held by delegation), SelfServing, UnknownPerson, and
    what Person.delegate does."""
    actor, at = desk.envelope.actor, desk.envelope.recorded_at
    holder = person_known(desk.streams, command.person)
    held = holder.appointment(command.appointment)
    if actor.person != holder.id or actor.acting_for is not None or not covers(held.starts_at, held.ends_at, at):
        try:
            require_keeper_of(desk.streams, actor, held.organization)
        except NotAdministrator:
            raise NotYourPostToDelegate from None
        if actor.person == command.delegate:
            raise SelfServing(field="delegate")
    delegate = person_known(desk.streams, command.delegate)
    starts_at = command.starts_at or at
    delegation = desk.new_id("delegation")
    return [holder.delegate(desk.envelope, delegation, held.id, delegate, starts_at, command.ends_at, command.reason)]


def end_delegation(command: EndDelegation, desk: Desk) -> Sequence[Event]:
    """Refuses UnknownPerson, UnknownDelegation, NotAdministrator."""
    actor = desk.envelope.actor
    holder = person_known(desk.streams, command.person)
    ended = holder.end_delegation(desk.envelope, command.delegation)
    if actor.person not in (holder.id, ended.delegate):
        require_keeper_of(desk.streams, actor, ended.organization)
    return [ended]


def hand_over(command: HandOver, desk: Desk) -> Sequence[Event]:
    """By the giver or an administrator; ending the appointment needs the administrator or the giver.
    Refuses UnknownPerson, NotAdministrator, and what Person.hand_over does."""
    actor = desk.envelope.actor
    giver = person_known(desk.streams, command.person)
    held = giver.appointment(command.appointment)
    if actor.person != giver.id:
        require_keeper_of(desk.streams, actor, held.organization)
    receiver = person_known(desk.streams, command.receiver)
    done = giver.hand_over(desk.envelope, held.id, receiver, command.note)
    if not command.end_appointment:
        return [done]
    after = evolve_person(giver, done)
    return [done, after.end_appointment(desk.envelope, held.id, desk.envelope.recorded_at)]


HANDLERS: Handlers = {
    RegisterPerson: register_person,
    AmendPerson: amend_person,
    AppointPerson: appoint_person,
    EndAppointment: end_appointment,
    GrantDelegation: grant_delegation,
    EndDelegation: end_delegation,
    HandOver: hand_over,
}
