"""会商: convened by the platform or, by its right, by the township. To come is owed; what is agreed is owed.

Where the platform can't tell who should lead, it convenes within the limit, and the dispatch waits for the result.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.calls import events as e
from domain.calls import rights
from domain.calls.around.confidentiality import kept_away
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.beside import Consultation
from domain.calls.call import Call
from domain.calls.clocks import going_on, justified
from domain.calls.rights import Step
from domain.calls.setting import Setting
from domain.calls.slow_work import consultation_events as ce
from domain.calls.slow_work import refusals
from domain.calls.slow_work.named_times import at_moment, by_end_of
from domain.calls.words import Stage
from domain.obligations.words import Action, PauseGround
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.deadlines import Instant
from domain.shared.events import Event
from domain.shared.refusals import Refusal


class DeclareUnclear(CallCommand):
    """承办单位不明."""

    wire: ClassVar[str] = "calls.declare_unclear"
    title: ClassVar[str] = "承办单位不明,组织会商"

    reason: str = Field(title="哪些单位可能承办、为何不能确定", min_length=2, max_length=TEXT)


def declare_unclear(command: DeclareUnclear, desk: Desk) -> list[Event]:
    """承办单位不明: whoever owes the dispatch convenes. Refuses LeadIsDesignated, UnclearAlready."""
    setting, call = begin(DECLARE_UNCLEAR, command, desk)
    if (barred := _clear(call, setting.own.id)) is not None:
        raise barred
    return [
        call.next(
            ce.LeadUnclear,
            desk.envelope,
            organization=setting.own,
            convene=setting.deadline(LimitKind.CONSULTATION, call.urgency),
            reason=command.reason,
        )
    ]


class ConveneConsultation(CallCommand):
    """召集会商."""

    wire: ClassVar[str] = "calls.convene_consultation"
    title: ClassVar[str] = "召集会商"

    starts: Instant = Field(title="会商时间")
    place: str = Field(title="会商地点(或线上方式)", min_length=2, max_length=200)
    invited: tuple[UUID, ...] = Field(title="邀请单位", min_length=1, max_length=20)
    subject: str = Field(title="会商什么", min_length=2, max_length=TEXT)


def convene_consultation(command: ConveneConsultation, desk: Desk) -> list[Event]:
    """召集会商: every invited organization owes its attendance.

    Refuses ConsultationRuns, NobodyInvited, ComplaintAboutItsStaff, ConsultationInPast, ConsultationTooFar.
    """
    setting, call = begin(CONVENE, command, desk)
    if (barred := _running(call, setting.own.id)) is not None:
        raise barred
    if setting.own.id in command.invited or len(set(command.invited)) != len(command.invited):
        raise refusals.NobodyInvited(field="invited")
    for organization in command.invited:
        kept_away(call, organization, field="invited")
    now = desk.envelope.recorded_at
    if command.starts <= now:
        raise refusals.ConsultationInPast(field="starts")
    if command.starts > setting.deadline(LimitKind.CONSULTATION_WITHIN, call.urgency).due:
        raise refusals.ConsultationTooFar(field="starts")
    invited = tuple(setting.organization(organization) for organization in command.invited)
    number = 1 if call.consultation is None else call.consultation.number + 1
    attend = at_moment(command.starts, setting, f"第 {number} 次会商通知")
    return [
        call.next(
            ce.ConsultationConvened,
            desk.envelope,
            consultation=number,
            convener=setting.own,
            starts=command.starts,
            invited=tuple(e.OrganizationRef(id=one.id, name=one.name) for one in invited),
            attend=attend,
            record=setting.deadline(LimitKind.CONSULTATION_RECORD, call.urgency, opened=attend.due),
            place=command.place,
            subject=command.subject,
        )
    ]


class AnswerInvitation(CallCommand):
    """回复参会."""

    wire: ClassVar[str] = "calls.answer_invitation"
    title: ClassVar[str] = "回复参会人员"

    attendee: str = Field(title="参会人员", min_length=2, max_length=100)
    remark: str = Field(default="", title="说明", max_length=TEXT)


def answer_invitation(command: AnswerInvitation, desk: Desk) -> list[Event]:
    """回复参会: whom it sends. What fulfils the attendance is to have come, by the convener's record."""
    setting, call = begin(ANSWER_INVITATION, command, desk)
    return [
        call.next(
            ce.InvitationAnswered,
            desk.envelope,
            consultation=_convened(call).number,
            organization=setting.own,
            attendee=command.attendee,
            remark=command.remark,
        )
    ]


class AgreedActionPlan(BaseModel):
    """议定事项 as it is written down."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    organization: UUID = Field(title="落实单位")
    text: str = Field(title="做什么", min_length=2, max_length=300)
    day: date = Field(title="完成日期")


class RecordConsultation(CallCommand, WithFiles):
    """登记会商结果."""

    wire: ClassVar[str] = "calls.record_consultation"
    title: ClassVar[str] = "登记会商结果"

    attended: tuple[UUID, ...] = Field(
        default=(), title="到会单位", max_length=20, description="没有到会的不勾,按未参会记录。"
    )
    minutes: str = Field(title="会商纪要", min_length=2, max_length=TEXT)
    actions: tuple[AgreedActionPlan, ...] = Field(
        default=(),
        title="议定事项",
        max_length=10,
        description="每一项由哪个单位在哪天前完成,单独计时。没有的不填。",
        json_schema_extra={"lines": True},
    )


def record_consultation(command: RecordConsultation, desk: Desk) -> list[Event]:
    """会商结果, by the convener: attendance ends, each agreed action is owed, a dispatch that waited goes on.

    Refuses NotYetHeld, NotInvited, AgreedByAbsent, DayNotAhead.
    """
    setting, call = begin(RECORD_CONSULTATION, command, desk)
    convened = _convened(call)
    if desk.envelope.recorded_at <= convened.starts:
        raise refusals.NotYetHeld
    names = {organization: e.OrganizationRef(id=organization, name=name) for organization, name in convened.invited}
    came = dict.fromkeys(command.attended)
    if set(came) - set(names):
        raise refusals.NotInvited(field="attended")
    there = {**{organization: names[organization] for organization in came}, setting.own.id: setting.own}
    if any(action.organization not in there for action in command.actions):
        raise refusals.AgreedByAbsent(field="actions")
    return [
        call.next(
            ce.ConsultationHeld,
            desk.envelope,
            consultation=convened.number,
            convener=setting.own,
            attended=tuple(names[organization] for organization in came),
            absent=tuple(ref for organization, ref in names.items() if organization not in came),
            actions=tuple(
                ce.AgreedActionRef(
                    number=number,
                    organization=there[action.organization],
                    deadline=by_end_of(action.day, setting, f"第 {convened.number} 次会商议定事项", field="actions"),
                )
                for number, action in enumerate(command.actions, len(call.agreed) + 1)
            ),
            action_texts=tuple(action.text for action in command.actions),
            **_dispatch_going_on(call, setting),
            minutes=command.minutes,
            **command.files,
        )
    ]


class CompleteAgreedAction(CallCommand, WithFiles):
    """落实议定事项."""

    wire: ClassVar[str] = "calls.complete_agreed_action"
    title: ClassVar[str] = "报告议定事项落实"

    agreed: int = Field(title="议定事项", ge=1)
    text: str = Field(title="落实情况", min_length=2, max_length=TEXT)


def complete_agreed_action(command: CompleteAgreedAction, desk: Desk) -> list[Event]:
    """议定事项落实, by whoever agreed to do it. Refuses NoSuchAction."""
    setting, call = begin(COMPLETE_AGREED_ACTION, command, desk)
    own = setting.own.id
    owed = {o.entry for o in call.open_obligations if o.action is Action.AGREED_ACTION and o.organization == own}
    if command.agreed not in owed:
        raise refusals.NoSuchAction(field="agreed")
    return [
        call.next(
            ce.AgreedActionDone,
            desk.envelope,
            organization=setting.own,
            action=command.agreed,
            text=command.text,
            **command.files,
        )
    ]


def _convened(call: Call) -> Consultation:
    assert call.consultation is not None, "somebody convened it"
    return call.consultation


def _dispatch_going_on(call: Call, setting: Setting) -> dict[str, object]:
    dispatch = call.owing(Action.DISPATCH)
    if dispatch is None or dispatch.paused_since is None:
        return {}
    assert dispatch.pauses[-1].ground is PauseGround.CONSULTATION
    deadline, now, by = setting.resumed(dispatch, dispatch.paused_since), setting.envelope.recorded_at, call.version + 1
    return {
        "dispatch": deadline,
        "justified": justified([going_on(dispatch, deadline, now, by, setting.rules.calendar)]),
    }


def _clear(call: Call, organization: UUID) -> Refusal | None:
    if call.designated is not None:
        return refusals.LeadIsDesignated()
    return refusals.UnclearAlready() if call.unclear else None


def _running(call: Call, organization: UUID) -> Refusal | None:
    return refusals.ConsultationRuns() if call.owing(Action.HOLD) is not None else None


def _may_convene(call: Call, organization: UUID) -> bool:
    return rights.township(call, organization) or rights.intake(call, organization)


_UNDER_WAY = rights.at(Stage.ACCEPTED, Stage.HANDLING, Stage.INTERIM, Stage.SHELVED)


DECLARE_UNCLEAR = Step(DeclareUnclear, rights.INTAKE_POSTS, rights.intake, rights.owes(Action.DISPATCH), bar=_clear)


CONVENE = Step(ConveneConsultation, rights.TOWNSHIP_POSTS | rights.INTAKE_POSTS, _may_convene, _UNDER_WAY, bar=_running)


ANSWER_INVITATION = Step(
    AnswerInvitation, rights.PARTICIPANT_POSTS, rights.concerned, rights.owes(Action.ATTEND), primary=True
)


RECORD_CONSULTATION = Step(
    RecordConsultation,
    rights.TOWNSHIP_POSTS | rights.INTAKE_POSTS,
    rights.concerned,
    rights.owes(Action.HOLD),
    primary=True,
)


COMPLETE_AGREED_ACTION = Step(
    CompleteAgreedAction, rights.PARTICIPANT_POSTS, rights.concerned, rights.owes(Action.AGREED_ACTION), primary=True
)

STEPS: tuple[Step, ...] = (
    RECORD_CONSULTATION,
    COMPLETE_AGREED_ACTION,
    ANSWER_INVITATION,
    CONVENE,
    DECLARE_UNCLEAR,
)

HANDLERS: Handlers = {
    DeclareUnclear: declare_unclear,
    ConveneConsultation: convene_consultation,
    AnswerInvitation: answer_invitation,
    RecordConsultation: record_consultation,
    CompleteAgreedAction: complete_agreed_action,
}
