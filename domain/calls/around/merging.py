"""合并与拆分: duplicates go on as one piece of work, a call about several matters as several (domain.md §4)."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import events as e
from domain.calls import refusals, rights
from domain.calls.around import merge_events as m
from domain.calls.around.confidentiality_events import ConfidentialityMarked
from domain.calls.around.confidentiality_refusals import ComplaintAboutItsStaff
from domain.calls.around.merge_refusals import MergeLessUrgent
from domain.calls.asking import TEXT, CallCommand, begin
from domain.calls.call import Call
from domain.calls.delays.escalation_refusals import EscalationOpen
from domain.calls.fold import evolve
from domain.calls.intake.numbering import call_number
from domain.calls.rights import Step
from domain.calls.words import Stage
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, Office
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import Invalid, Refusal
from domain.shared.urgency import Urgency

_OPEN_FOR_OTHERS = frozenset(
    {
        Stage.PLACED,
        Stage.ACCEPTED,
        Stage.HANDLING,
        Stage.INTERIM,
        Stage.SHELVED,
        Stage.RESULT_REPORTED,
        Stage.CONFIRMED,
    }
)
_URGENCIES = tuple(Urgency)
_CONSULTED = (Action.HOLD, Action.ATTEND, Action.AGREED_ACTION)


class MergeCall(CallCommand):
    """并入同一事项."""

    wire: ClassVar[str] = "calls.merge"
    title: ClassVar[str] = "并入同一事项"

    into: UUID = Field(title="并入哪一件")
    reason: str = Field(title="为何是同一事项", min_length=2, max_length=TEXT)


def merge_call(command: MergeCall, desk: Desk) -> list[Event]:
    """并入: before it is dispatched, into a call that is open. Both keep history and caller; each caller evaluates.

    Refuses Invalid for itself, ConsultationOpen, EscalationOpen, MergeTargetOver, MergeChain (what took others in goes
    nowhere itself, and nothing goes into what was merged, so no circle can arise), MergeLessUrgent (the clocks of an
    emergency would end with it), and ComplaintAboutItsStaff where who is complained about in one has a part in the
    other.
    """
    setting, call = begin(MERGE, command, desk)
    if command.into == call.id:
        raise Invalid("不能并入事项自身,请选择另一件。", field="into")
    target = desk.streams.find(command.into, evolve)
    if not isinstance(target, Call) or target.platform != call.platform:
        raise Invalid("所选事项不存在或不由本平台受理,请重新选择。", field="into")
    if (unfinished := _unfinished(call, setting.own.id)) is not None:
        raise unfinished
    if call.co_callers:
        raise refusals.MergeChain
    if target.stage not in _OPEN_FOR_OTHERS:
        raise refusals.MergeTargetOver(field="into")
    if _URGENCIES.index(target.urgency) < _URGENCIES.index(call.urgency):
        raise MergeLessUrgent(field="into")
    if call.complained_of in target.readers or target.complained_of == call.township:
        raise ComplaintAboutItsStaff("两件事项中,一件反映的单位在另一件中有职责,不能合并,请分别办理。", field="into")
    township = e.OrganizationRef(id=call.township, name=call.township_name)
    return [
        call.next(m.CallMerged, setting.envelope, into=target.id, into_number=target.number, reason=command.reason),
        target.next(m.CoCallerJoined, setting.envelope, call=call.id, number=call.number, township=township),
    ]


class SplitCall(CallCommand):
    """拆出一部分."""

    wire: ClassVar[str] = "calls.split"
    title: ClassVar[str] = "拆出一部分另行办理"

    text: str = Field(title="拆出的部分:什么事", min_length=2, max_length=TEXT)
    place: str = Field(title="在哪里", min_length=1, max_length=500)
    reason: str = Field(title="拆分理由", min_length=2, max_length=TEXT)


def split_call(command: SplitCall, desk: Desk) -> list[Event]:
    """拆分: the part becomes a call of the same township, accepted with it, with its own clocks from now on.

    What stands in the call stays there; its clocks run on. A part of what is confidential is confidential.
    """
    setting, call = begin(SPLIT, command, desk)
    now = desk.envelope.recorded_at
    part = desk.new_id("part")
    number = call_number(part, now.astimezone(LOCAL).date())
    emergency = call.urgency is Urgency.EMERGENCY
    new: list[Event] = [
        e.CallSubmitted.first(
            part,
            desk.envelope,
            number=number,
            township=e.OrganizationRef(id=call.township, name=call.township_name),
            urgency=call.urgency,
            discovered_at=call.discovered_at,
            discovered_how=call.discovered_how,
            text=command.text,
            place=command.place,
        ),
        m.PartTakenOver.at_version(part, 2, desk.envelope, origin=call.id, origin_number=call.number),
        e.CallPlaced.at_version(
            part,
            3,
            desk.envelope,
            platform=setting.own,
            duty_room=setting.office(Office.DUTY_ROOM) if emergency else None,
            accept=setting.deadline(LimitKind.ACCEPT, call.urgency),
        ),
        e.CallAccepted.at_version(
            part,
            4,
            desk.envelope,
            dispatch=setting.deadline(LimitKind.DISPATCH, call.urgency),
            acting=setting.own,
        ),
    ]
    split = call.next(
        m.CallSplit, desk.envelope, part=part, part_number=number, text=command.text, reason=command.reason
    )
    return [split, *new, *_kept_back(call, part, command, desk)]


def _kept_back(call: Call, part: UUID, command: SplitCall, desk: Desk) -> list[Event]:
    if (mark := call.confidential) is None:
        return []
    about = None if mark.about is None else e.OrganizationRef(id=mark.about, name=mark.about_name)
    edited = {"text": command.text, "place": command.place} if mark.since else {}
    reason = f"拆分自已标记举报人保密的 {call.number}"
    return [ConfidentialityMarked.at_version(part, 5, desk.envelope, about=about, reason=reason, **edited)]


def _unfinished(call: Call, organization: UUID) -> Refusal | None:
    """What was convened, agreed or put before an upper body about a call is finished where it was begun."""
    if any(owed.action in _CONSULTED for owed in call.open_obligations):
        return refusals.ConsultationOpen()
    return EscalationOpen() if call.open_escalations else None


def _splittable(call: Call, organization: UUID) -> bool:
    return call.stage in _OPEN_FOR_OTHERS and call.stage is not Stage.PLACED


MERGE = Step(
    MergeCall, rights.PLATFORM_POSTS, rights.platform, rights.at(Stage.PLACED, Stage.ACCEPTED), bar=_unfinished
)


SPLIT = Step(SplitCall, rights.PLATFORM_POSTS, rights.platform, _splittable)

STEPS: tuple[Step, ...] = (MERGE, SPLIT)

HANDLERS: Handlers = {MergeCall: merge_call, SplitCall: split_call}
