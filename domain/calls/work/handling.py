"""响应与办理: respond, arrive, report progress, assistance, cooperation and the result."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.call import Call
from domain.calls.delays.suspensions import resumed
from domain.calls.delays.waiting import own_waits_ended
from domain.calls.fold import evolve
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import Stage
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event


class Respond(CallCommand):
    """响应: who, contact, first step. An empty click is none."""

    wire: ClassVar[str] = "calls.respond"
    title: ClassVar[str] = "响应"

    handler: str = Field(title="承办人", min_length=2, max_length=100)
    contact: str = Field(title="联系电话", min_length=3, max_length=100)
    first_step: str = Field(title="第一步怎么办(何时到场、先做什么)", min_length=2, max_length=TEXT)


def respond(command: Respond, desk: Desk) -> list[Event]:
    """响应, once: an arrival on site discharges it as well."""
    setting, call = begin(RESPOND, command, desk)
    return [
        call.next(
            e.PartyResponded,
            desk.envelope,
            organization=setting.own,
            handler=command.handler,
            contact=command.contact,
            first_step=command.first_step,
        )
    ]


class RecordArrival(CallCommand, WithFiles):
    """到达现场, recorded by the party itself or by the township for it."""

    wire: ClassVar[str] = "calls.record_arrival"
    title: ClassVar[str] = "登记到达现场"

    organization: UUID = Field(title="到场单位")
    occurred_at: Instant | None = Field(default=None, title="到场时间(不填为现在)")
    remark: str = Field(default="", title="说明", max_length=TEXT)


def record_arrival(command: RecordArrival, desk: Desk) -> list[Event]:
    """到达现场: discharges the duty to respond. Refuses NeedsLateEntry, FutureClaim, NotYourCall,
    ArrivedBeforeDispatch."""
    setting, call = begin(RECORD_ARRIVAL, command, desk)
    party = call.party(command.organization)
    own = desk.envelope.actor.organization
    if party is None or own not in (party.organization, call.township):
        raise refusals.NotYourCall(field="organization")
    envelope = setting.claimed(command.occurred_at, call.urgency)
    if setting.precedes(envelope.occurred_at, party.dispatched_at):
        raise refusals.ArrivedBeforeDispatch(field="occurred_at")
    return [
        call.next(
            e.PartyArrived,
            envelope,
            organization=e.OrganizationRef(id=party.organization, name=party.name),
            remark=command.remark,
            **command.files,
        )
    ]


class ReportProgress(CallCommand, WithFiles):
    """进展."""

    wire: ClassVar[str] = "calls.report_progress"
    title: ClassVar[str] = "报告进展"

    first_result: bool = Field(default=False, title="作为首次反馈(特急)")
    text: str = Field(title="进展情况", min_length=2, max_length=TEXT)


def report_progress(command: ReportProgress, desk: Desk) -> list[Event]:
    """进展, by the lead."""
    setting, call = begin(REPORT_PROGRESS, command, desk)
    return [
        call.next(
            e.ProgressReported,
            desk.envelope,
            organization=setting.own,
            first_result=command.first_result,
            text=command.text,
            **command.files,
        )
    ]


class ReportAssistance(CallCommand, WithFiles):
    """协办情况."""

    wire: ClassVar[str] = "calls.report_assistance"
    title: ClassVar[str] = "报告协办情况"

    done: bool = Field(
        default=True,
        title="本单位协办职责已完成",
        description="勾了,本单位协办到此结束;没做完的不勾,做完再报告一次。",
    )
    text: str = Field(title="协办情况", min_length=2, max_length=TEXT)


def report_assistance(command: ReportAssistance, desk: Desk) -> list[Event]:
    """协办情况, by an assistant."""
    setting, call = begin(REPORT_ASSISTANCE, command, desk)
    call, before = settled(call, setting.own.id, setting) if command.done else (call, [])
    return [
        *before,
        call.next(
            e.AssistanceReported,
            desk.envelope,
            organization=setting.own,
            done=command.done,
            text=command.text,
            **command.files,
        ),
    ]


class ReportCooperation(CallCommand, WithFiles):
    """属地配合."""

    wire: ClassVar[str] = "calls.report_cooperation"
    title: ClassVar[str] = "登记属地配合"

    text: str = Field(title="配合情况", min_length=2, max_length=TEXT)


def report_cooperation(command: ReportCooperation, desk: Desk) -> list[Event]:
    """属地配合: the township did what the list asks of it."""
    _, call = begin(REPORT_COOPERATION, command, desk)
    return [
        call.next(
            e.CooperationReported,
            desk.envelope,
            text=command.text,
            **command.files,
        )
    ]


class ReportResult(CallCommand, WithFiles):
    """办理结果."""

    wire: ClassVar[str] = "calls.report_result"
    title: ClassVar[str] = "报告办理结果"

    text: str = Field(title="办理结果", min_length=2, max_length=TEXT)


def report_result(command: ReportResult, desk: Desk) -> list[Event]:
    """办理结果, by the lead, with evidence where there is some (no forced photos).

    Nobody confirms its own work: a township that leads reports to the platform. What it had suspended or waited for is
    over with the result.
    """
    setting, call = begin(REPORT_RESULT, command, desk)
    call, before = settled(call, setting.own.id, setting)
    assert call.platform is not None, "a call being handled has its platform"
    platform = e.OrganizationRef(id=call.platform, name=call.platform_name)
    return [
        *before,
        call.next(
            e.ResultReported,
            desk.envelope,
            organization=setting.own,
            confirmer=platform if call.own_work else None,
            confirm=setting.deadline(LimitKind.CONFIRM, call.urgency),
            text=command.text,
            **command.files,
        ),
    ]


def settled(call: Call, organization: UUID, setting: Setting) -> tuple[Call, list[Event]]:
    """The facts by which a party that is done ends its suspension and its waits, and the call after them."""
    before: list[Event] = []
    for fact in resumed(call, organization, setting):
        before.append(fact)
        call = evolve(call, fact)
    call, waits = own_waits_ended(call, organization, setting)
    return call, [*before, *waits]


RESPOND = Step(Respond, rights.HANDLING_POSTS, rights.party, rights.owes(Action.RESPOND), primary=True)


RECORD_ARRIVAL = Step(
    RecordArrival,
    rights.HANDLING_POSTS | rights.CALLING_POSTS,
    lambda call, organization: rights.party(call, organization) or rights.township(call, organization),
    rights.at(Stage.HANDLING, Stage.INTERIM, Stage.SHELVED),
)


REPORT_PROGRESS = Step(
    ReportProgress, rights.HANDLING_POSTS, rights.lead, rights.at(Stage.HANDLING, Stage.INTERIM, Stage.SHELVED)
)


REPORT_ASSISTANCE = Step(
    ReportAssistance, rights.HANDLING_POSTS, rights.assistant, rights.owes(Action.ASSIST), primary=True
)


REPORT_COOPERATION = Step(ReportCooperation, rights.CALLING_POSTS, rights.township, rights.owes(Action.COOPERATE))


REPORT_RESULT = Step(
    ReportResult,
    rights.HANDLING_POSTS,
    rights.lead,
    rights.owes(Action.HANDLE, Action.FINAL_RESULT),
    primary=True,
)

STEPS: tuple[Step, ...] = (
    RESPOND,
    REPORT_RESULT,
    REPORT_ASSISTANCE,
    REPORT_PROGRESS,
    RECORD_ARRIVAL,
    REPORT_COOPERATION,
)

HANDLERS: Handlers = {
    Respond: respond,
    RecordArrival: record_arrival,
    ReportProgress: report_progress,
    ReportAssistance: report_assistance,
    ReportCooperation: report_cooperation,
    ReportResult: report_result,
}
