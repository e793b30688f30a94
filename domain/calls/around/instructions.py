"""批示、交办和其他来源: recorded with number and limit; the stricter limit rules, the listed duty stays."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.around.instruction_events import InstructionRecorded
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.clocks import Change, justified, moved
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.words import FINAL_STAGES, InstructionSource, Stage
from domain.obligations.counting import recounted
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.changes import changed
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant, Limit, LimitUnit
from domain.shared.events import Event
from domain.shared.refusals import Invalid

_MINUTE = timedelta(minutes=1)
_BOUND = (Action.HANDLE, Action.ASSIST)


class RecordInstruction(CallCommand):
    """登记批示、交办."""

    wire: ClassVar[str] = "calls.record_instruction"
    title: ClassVar[str] = "登记批示、交办"

    source: InstructionSource = Field(title="来源")
    number: str = Field(title="文号或编号", min_length=1, max_length=200)
    text: str = Field(title="批示或交办内容", min_length=2, max_length=TEXT)
    due: Instant | None = Field(default=None, title="要求办结时间")
    handler: UUID | None = Field(default=None, title="指明由谁承办")


def record_instruction(command: RecordInstruction, desk: Desk) -> list[Event]:
    """登记批示、交办: an earlier limit shortens the open handling; a later one, or one within a suspension, does not.

    It may name a handler; the duty stays where the list puts it, so the platform still dispatches on a named basis.
    Refuses Invalid for a limit that has passed.
    """
    setting, call = begin(RECORD_INSTRUCTION, command, desk)
    if command.due is not None and command.due <= desk.envelope.recorded_at:
        raise Invalid("要求办结时间已经过去,请核对;已过的期限不能用来缩短办理时限。", field="due")
    handler = setting.organization(command.handler) if command.handler else None
    shortened = _shortened(call, command, command.due, setting) if command.due else []
    return [
        call.next(
            InstructionRecorded,
            desk.envelope,
            source=command.source,
            number=command.number,
            handler=e.OrganizationRef(id=handler.id, name=handler.name) if handler else None,
            due=command.due,
            moved=moved(shortened),
            justified=justified(shortened),
            text=command.text,
        )
    ]


def _shortened(call: Call, command: RecordInstruction, due: datetime, setting: Setting) -> list[Change]:
    """The running clocks of the handling that go beyond it, each ending with the last full minute by then.

    The budget is what is left to be used: a pause that lies behind was nobody's time before, and is not now.
    """
    calendar = setting.rules.calendar
    changes = []
    for owed in call.open_obligations:
        if owed.action not in _BOUND or owed.paused_since is not None or owed.deadline.due <= due:
            continue
        if any(pause.until is not None and pause.since <= due <= pause.until for pause in owed.pauses):
            continue  # suspended until after it: no time runs out meanwhile
        limit = Limit(
            amount=max(1, (due - owed.deadline.opened - _stood_still(owed, due)) // _MINUTE),
            unit=LimitUnit.MINUTES,
            basis=f"{command.source.label}({command.number})",
        )
        shortened = recounted(changed(owed, deadline=calendar.deadline(limit, owed.deadline.opened)), calendar)
        changes.append((owed, shortened))
    return changes


def _stood_still(owed: Obligation, until: datetime) -> timedelta:
    """How long its pauses lasted, all of which are over."""
    spans = ((max(p.since, owed.deadline.opened), min(p.until, until)) for p in owed.pauses if p.until is not None)
    return sum((end - begin for begin, end in spans if end > begin), timedelta())


RECORD_INSTRUCTION = Step(
    RecordInstruction,
    rights.PLATFORM_POSTS,
    rights.platform,
    lambda call, organization: call.stage not in FINAL_STAGES | {Stage.SUBMITTED, Stage.NOT_ENDORSED},
)

STEPS: tuple[Step, ...] = (RECORD_INSTRUCTION,)

HANDLERS: Handlers = {RecordInstruction: record_instruction}
