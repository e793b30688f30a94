"""补录: facts entered late, with reason and outside proof, for the other side to confirm or contest."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.words import LateFact
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event


class MakeLateEntry(CallCommand, WithFiles):
    """补录: with reason and outside proof; the other side confirms or contests."""

    wire: ClassVar[str] = "calls.make_late_entry"
    title: ClassVar[str] = "补录"

    fact: LateFact = Field(title="补录什么")
    occurred_at: Instant = Field(title="实际发生时间")
    text: str = Field(title="情况", min_length=2, max_length=TEXT)
    reason: str = Field(title="为何未及时登记", min_length=2, max_length=TEXT)
    proof: str = Field(title="外部佐证(通话记录、照片时间、在场人等)", min_length=2, max_length=TEXT)


def make_late_entry(command: MakeLateEntry, desk: Desk) -> list[Event]:
    """补录. A department's claim goes to the township; the township's, the platform's and the duty room's to the lead,
    whom they are held against; never to oneself.

    Refuses NotLate, FutureClaim.
    """
    setting, call = begin(MAKE_LATE_ENTRY, command, desk)
    setting.not_future(command.occurred_at)
    if not setting.is_late(command.occurred_at, call.urgency):
        raise refusals.NotLate
    return [
        call.next(
            e.LateEntryMade,
            desk.envelope.model_copy(update={"occurred_at": command.occurred_at}),
            entry=len(call.late_entries) + 1,
            organization=setting.own,
            fact=command.fact,
            other_side=_other_side(call, desk.envelope.actor.organization),
            confirm=setting.deadline(LimitKind.LATE_ENTRY_CONFIRM, call.urgency),
            text=command.text,
            reason=command.reason,
            proof=command.proof,
            **command.files,
        )
    ]


def _other_side(call: Call, own: UUID) -> e.OrganizationRef:
    if (
        own in (call.township, call.platform, call.duty_room)
        and call.lead is not None
        and call.lead.organization != own
    ):
        return e.OrganizationRef(id=call.lead.organization, name=call.lead.name)
    if own != call.township:
        return e.OrganizationRef(id=call.township, name=call.township_name)
    assert call.platform is not None
    return e.OrganizationRef(id=call.platform, name=call.platform_name)


class ConfirmLateEntry(CallCommand):
    """补录确认."""

    wire: ClassVar[str] = "calls.confirm_late_entry"
    title: ClassVar[str] = "确认补录属实"

    entry: int = Field(title="补录序号", ge=1)
    remark: str = Field(default="", title="说明", max_length=TEXT)


def confirm_late_entry(command: ConfirmLateEntry, desk: Desk) -> list[Event]:
    """补录确认, by the other side."""
    _, call = begin(CONFIRM_LATE_ENTRY, command, desk)
    _own_entry(call, command.entry, desk)
    return [call.next(e.LateEntryConfirmed, desk.envelope, entry=command.entry, remark=command.remark)]


class ContestLateEntry(CallCommand):
    """补录异议."""

    wire: ClassVar[str] = "calls.contest_late_entry"
    title: ClassVar[str] = "对补录提出异议"

    entry: int = Field(title="补录序号", ge=1)
    reason: str = Field(title="异议理由", min_length=2, max_length=TEXT)


def contest_late_entry(command: ContestLateEntry, desk: Desk) -> list[Event]:
    """补录异议, by the other side."""
    _, call = begin(CONTEST_LATE_ENTRY, command, desk)
    _own_entry(call, command.entry, desk)
    return [call.next(e.LateEntryContested, desk.envelope, entry=command.entry, reason=command.reason)]


def _own_entry(call: Call, entry: int, desk: Desk) -> None:
    own = desk.envelope.actor.organization
    if not any(late.entry == entry for late in call.claims_before(own)):
        raise refusals.NotYourCall("没有需要本单位确认的这条补录,请刷新页面。", field="entry")


def _dispatched_once(call: Call, organization: UUID) -> bool:
    return call.round > 0 and rights.not_final(call, organization)


def _entry_waits(call: Call, organization: UUID) -> bool:
    return call.owing(Action.CONFIRM_LATE_ENTRY, organization) is not None


MAKE_LATE_ENTRY = Step(MakeLateEntry, rights.PARTICIPANT_POSTS, rights.concerned, _dispatched_once)


CONFIRM_LATE_ENTRY = Step(ConfirmLateEntry, rights.PARTICIPANT_POSTS, rights.concerned, _entry_waits, primary=True)


CONTEST_LATE_ENTRY = Step(ContestLateEntry, rights.PARTICIPANT_POSTS, rights.concerned, _entry_waits)

STEPS: tuple[Step, ...] = (
    CONFIRM_LATE_ENTRY,
    CONTEST_LATE_ENTRY,
    MAKE_LATE_ENTRY,
)

HANDLERS: Handlers = {
    MakeLateEntry: make_late_entry,
    ConfirmLateEntry: confirm_late_entry,
    ContestLateEntry: contest_late_entry,
}
