"""人员: decides about one person's appointments, delegations and handovers."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.directory.events import (
    AppointmentEnded,
    DelegationEnded,
    DelegationGranted,
    HandoverDone,
    PersonAmended,
    PersonAppointed,
    PersonEvent,
    PersonRegistered,
)
from domain.directory.identity import check_code, person_stream
from domain.directory.organization import Organization
from domain.directory.policies import check_span, covers, overlap
from domain.directory.refusals import (
    AppointmentOver,
    DelegateElsewhere,
    DelegationBeyondAppointment,
    DelegationToOneself,
    EmptyName,
    MalformedCode,
    NotAPost,
    NothingChanged,
    OverlappingAppointment,
    ReceiverHoldsNoSuchPost,
    TimesReversed,
    UnknownAppointment,
    UnknownDelegation,
    UnknownPerson,
)
from domain.shared.events import Envelope
from domain.shared.posts import Post

_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,19}")


@dataclass(frozen=True, slots=True)
class Appointment:
    """任职: one post in one organization, from `starts_at` until before `ends_at`."""

    id: UUID
    post: Post
    organization: UUID
    organization_name: str
    starts_at: datetime
    ends_at: datetime | None

    def holds(self, post: Post, organization: UUID, at: datetime) -> bool:
        """True when this is that post in that organization, and it runs at that time."""
        return self.post is post and self.organization == organization and covers(self.starts_at, self.ends_at, at)


@dataclass(frozen=True, slots=True)
class Delegation:
    """委托: another person may act in one of the holder's appointments for a time."""

    id: UUID
    appointment: UUID
    delegate: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """人员: what the next decision needs to know."""

    id: UUID
    version: int
    code: str
    name: str
    phone: str | None
    appointments: tuple[Appointment, ...] = ()
    delegations: tuple[Delegation, ...] = ()

    @classmethod
    def register(cls, envelope: Envelope, code: str, name: str, phone: str | None) -> PersonRegistered:
        """登记. Refuses MalformedCode (code or phone), EmptyName."""
        check_code(code, "人员编号")
        _check_name_and_phone(name, phone)
        return PersonRegistered.first(person_stream(envelope.node, code), envelope, code=code, name=name, phone=phone)

    def amend(self, envelope: Envelope, name: str, phone: str | None) -> PersonAmended:
        """变更姓名、电话. Refuses EmptyName, MalformedCode (phone), NothingChanged."""
        _check_name_and_phone(name, phone)
        if (name, phone) == (self.name, self.phone):
            raise NothingChanged
        return PersonAmended.at_version(self.id, self.version + 1, envelope, name=name, phone=phone)

    def appoint(
        self,
        envelope: Envelope,
        appointment: UUID,
        post: Post,
        organization: Organization,
        starts_at: datetime,
        ends_at: datetime | None,
    ) -> PersonAppointed:
        """任职. Refuses NotAPost, OrganizationGone, TimesReversed, OverlappingAppointment."""
        if post is Post.SYSTEM:
            raise NotAPost(field="post")
        organization.check_standing(envelope.recorded_at)
        check_span(starts_at, ends_at)
        for held in self.appointments:
            same = held.post is post and held.organization == organization.id
            if same and overlap(held.starts_at, held.ends_at, starts_at, ends_at):
                raise OverlappingAppointment(field="starts_at")
        return PersonAppointed.at_version(
            self.id,
            self.version + 1,
            envelope,
            appointment=appointment,
            post=post,
            organization=organization.id,
            organization_name=organization.name,
            organization_kind=organization.kind,
            starts_at=starts_at,
            ends_at=ends_at,
        )

    def end_appointment(self, envelope: Envelope, appointment: UUID, ended_at: datetime) -> AppointmentEnded:
        """免职. Refuses UnknownAppointment, AppointmentOver, TimesReversed (before it began)."""
        held = self.appointment(appointment)
        if held.ends_at is not None and held.ends_at <= ended_at:
            raise AppointmentOver
        if ended_at < held.starts_at:
            raise TimesReversed(field="ended_at")
        return AppointmentEnded.at_version(
            self.id,
            self.version + 1,
            envelope,
            appointment=held.id,
            post=held.post,
            organization=held.organization,
            organization_name=held.organization_name,
            ended_at=ended_at,
        )

    def delegate(
        self,
        envelope: Envelope,
        delegation: UUID,
        appointment: UUID,
        to: "Person",
        starts_at: datetime,
        ends_at: datetime,
        reason: str,
    ) -> DelegationGranted:
        """委托, to somebody of the same organization: a side of a call never acts for the other.

        Refuses UnknownAppointment, AppointmentOver, DelegationToOneself, DelegateElsewhere,
        DelegationBeyondAppointment, TimesReversed (also when it would be over before it is granted).
        """
        held = self.appointment(appointment)
        if not covers(held.starts_at, held.ends_at, envelope.recorded_at):
            raise AppointmentOver
        if to.id == self.id:
            raise DelegationToOneself(field="delegate")
        if not to.is_in(held.organization, envelope.recorded_at):
            raise DelegateElsewhere(field="delegate")
        check_span(starts_at, ends_at)
        if ends_at <= envelope.recorded_at:
            raise TimesReversed("委托的结束时间必须晚于办理时间,请核对起止时间。", field="ends_at")
        if starts_at < held.starts_at or (held.ends_at is not None and ends_at > held.ends_at):
            raise DelegationBeyondAppointment(field="ends_at")
        return DelegationGranted.at_version(
            self.id,
            self.version + 1,
            envelope,
            delegation=delegation,
            appointment=held.id,
            post=held.post,
            organization=held.organization,
            organization_name=held.organization_name,
            delegate=to.id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
        )

    def end_delegation(self, envelope: Envelope, delegation: UUID) -> DelegationEnded:
        """终止委托, now. Refuses UnknownDelegation (also when it ran out)."""
        for granted in self.delegations:
            if granted.id == delegation and envelope.recorded_at < granted.ends_at:
                return DelegationEnded.at_version(
                    self.id,
                    self.version + 1,
                    envelope,
                    delegation=granted.id,
                    delegate=granted.delegate,
                    organization=self.appointment(granted.appointment).organization,
                    ended_at=envelope.recorded_at,
                )
        raise UnknownDelegation

    def hand_over(self, envelope: Envelope, appointment: UUID, receiver: "Person", note: str) -> HandoverDone:
        """交接. Refuses UnknownAppointment, DelegationToOneself, ReceiverHoldsNoSuchPost.

        An appointment that already ended can still be handed over: matters of somebody who left go on.
        """
        held = self.appointment(appointment)
        if receiver.id == self.id or not receiver.holds(held.post, held.organization, envelope.recorded_at):
            raise ReceiverHoldsNoSuchPost(field="receiver")
        return HandoverDone.at_version(
            self.id,
            self.version + 1,
            envelope,
            appointment=held.id,
            post=held.post,
            organization=held.organization,
            organization_name=held.organization_name,
            receiver=receiver.id,
            handed_at=envelope.recorded_at,
            note=note,
        )

    def appointment(self, appointment: UUID) -> Appointment:
        """One of the person's appointments. Refuses UnknownAppointment."""
        for held in self.appointments:
            if held.id == appointment:
                return held
        raise UnknownAppointment

    def holds(self, post: Post, organization: UUID, at: datetime) -> bool:
        """True when the person holds that post in that organization at that time."""
        return any(held.holds(post, organization, at) for held in self.appointments)

    def is_in(self, organization: UUID, at: datetime) -> bool:
        """True when the person holds any post in that organization at that time."""
        return any(
            held.organization == organization and covers(held.starts_at, held.ends_at, at) for held in self.appointments
        )

    def delegates(self, post: Post, organization: UUID, to: UUID, at: datetime) -> bool:
        """True when the person holds that post and has delegated it to `to`, both at that time."""
        return any(
            granted.delegate == to
            and covers(granted.starts_at, granted.ends_at, at)
            and self.appointment(granted.appointment).holds(post, organization, at)
            for granted in self.delegations
        )


def evolve(person: Person | None, event: PersonEvent) -> Person:
    """One step of the fold. Refuses UnknownPerson for a stream that is no person."""
    if not isinstance(event, PersonEvent):  # an id of another sort of stream was given
        raise UnknownPerson
    match event:
        case PersonRegistered():
            return Person(event.originator_id, event.originator_version, event.code, event.name, event.phone)
        case _ if person is None:
            raise UnknownPerson
    moved = replace(person, version=event.originator_version)
    match event:
        case PersonAmended():
            return replace(moved, name=event.name, phone=event.phone)
        case PersonAppointed():
            held = Appointment(
                event.appointment,
                event.post,
                event.organization,
                event.organization_name,
                event.starts_at,
                event.ends_at,
            )
            return replace(moved, appointments=(*moved.appointments, held))
        case AppointmentEnded():
            return replace(
                moved,
                appointments=tuple(
                    replace(held, ends_at=event.ended_at) if held.id == event.appointment else held
                    for held in moved.appointments
                ),
            )
        case DelegationGranted():
            granted = Delegation(event.delegation, event.appointment, event.delegate, event.starts_at, event.ends_at)
            return replace(moved, delegations=(*moved.delegations, granted))
        case DelegationEnded():
            return replace(
                moved,
                delegations=tuple(
                    replace(granted, ends_at=event.ended_at) if granted.id == event.delegation else granted
                    for granted in moved.delegations
                ),
            )
        case _:
            return moved


def _check_name_and_phone(name: str, phone: str | None) -> None:
    if not name:
        raise EmptyName("姓名不能为空,请填写。", field="name")
    if phone is not None and not _PHONE.fullmatch(phone):
        raise MalformedCode("电话号码不符合要求:应为数字,可带国家或地区区号和分机横线,请核对。", field="phone")
