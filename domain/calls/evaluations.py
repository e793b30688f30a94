"""评价之后: changed by who gave it, contested by the lead, excluded only by two; and pressure on the township reported.

An evaluation stands until it is decided otherwise, and what it was stays in the record.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls import aftermath_events as ae
from domain.calls import rights, slow_refusals
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.beside import Evaluation
from domain.calls.call import Call
from domain.calls.rights import Step
from domain.calls.words import Grade, Stage
from domain.obligations.words import Action
from domain.rules.rulebook import LimitKind, Office
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal


class ChangeEvaluation(CallCommand):
    """变更评价."""

    wire: ClassVar[str] = "calls.change_evaluation"
    title: ClassVar[str] = "变更评价"

    grade: Grade = Field(title="变更为")
    reason: str = Field(title="变更理由", min_length=2, max_length=TEXT)


def change_evaluation(command: ChangeEvaluation, desk: Desk) -> list[Event]:
    """变更评价, by the township, within its time. Refuses EvaluationIsExcluded, ChangeTooLate, SameGrade."""
    setting, call = begin(CHANGE_EVALUATION, command, desk)
    evaluation = _standing(call)
    if (barred := _excluded(call, setting.own.id)) is not None:
        raise barred
    until = evaluation.change_until or setting.deadline(LimitKind.CHANGE_EVALUATION, call.urgency, evaluation.at).due
    if desk.envelope.recorded_at > until:
        raise slow_refusals.ChangeTooLate
    if command.grade is evaluation.grade:
        raise slow_refusals.SameGrade(field="grade")
    return [
        call.next(
            ae.EvaluationChanged,
            desk.envelope,
            was=evaluation.grade,
            grade=command.grade,
            reason=command.reason,
        )
    ]


class ContestEvaluation(CallCommand, WithFiles):
    """评价异议."""

    wire: ClassVar[str] = "calls.contest_evaluation"
    title: ClassVar[str] = "对评价提出异议"

    reason: str = Field(title="异议理由", min_length=2, max_length=TEXT)
    proof: str = Field(title="有什么证明", min_length=2, max_length=TEXT)


def contest_evaluation(command: ContestEvaluation, desk: Desk) -> list[Event]:
    """评价异议, by the lead, once and within its time. Refuses EvaluationContestedAlready, ContestTooLate."""
    setting, call = begin(CONTEST_EVALUATION, command, desk)
    evaluation = _standing(call)
    if (barred := _contested(call, setting.own.id)) is not None:
        raise barred
    until = evaluation.contest_until or setting.deadline(LimitKind.CONTEST_EVALUATION, call.urgency, evaluation.at).due
    if desk.envelope.recorded_at > until:
        raise slow_refusals.ContestTooLate
    return [
        call.next(
            ae.EvaluationContested,
            desk.envelope,
            organization=setting.own,
            decide=setting.deadline(LimitKind.DECIDE_EVALUATION, call.urgency),
            reason=command.reason,
            proof=command.proof,
            **command.files,
        )
    ]


class UpholdEvaluation(CallCommand):
    """维持评价."""

    wire: ClassVar[str] = "calls.uphold_evaluation"
    title: ClassVar[str] = "维持评价"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def uphold_evaluation(command: UpholdEvaluation, desk: Desk) -> list[Event]:
    """维持评价: by the platform, or by whoever was asked to exclude it."""
    setting, call = begin(UPHOLD_EVALUATION, command, desk)
    return [call.next(ae.EvaluationUpheld, desk.envelope, organization=setting.own, reason=command.reason)]


class ProposeExclusion(CallCommand):
    """提请评价不计入."""

    wire: ClassVar[str] = "calls.propose_exclusion"
    title: ClassVar[str] = "提请评价不计入"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def propose_exclusion(command: ProposeExclusion, desk: Desk) -> list[Event]:
    """提请评价不计入, by the platform to the supervision body."""
    setting, call = begin(PROPOSE_EXCLUSION, command, desk)
    return [
        call.next(
            ae.EvaluationExclusionProposed,
            desk.envelope,
            approver=setting.office(Office.SUPERVISION_BODY),
            approve=setting.deadline(LimitKind.APPROVE_EXCLUSION, call.urgency),
            reason=command.reason,
        )
    ]


class ExcludeEvaluation(CallCommand):
    """评价不计入."""

    wire: ClassVar[str] = "calls.exclude_evaluation"
    title: ClassVar[str] = "同意评价不计入"

    reason: str = Field(default="", title="意见", max_length=TEXT)


def exclude_evaluation(command: ExcludeEvaluation, desk: Desk) -> list[Event]:
    """评价不计入. Refuses ProposerApproves: neither who proposed it, nor for whom, nor anybody acting for either."""
    setting, call = begin(EXCLUDE_EVALUATION, command, desk)
    evaluation, actor = _standing(call), desk.envelope.actor
    proposers = {evaluation.exclusion_proposed_by, evaluation.exclusion_proposed_for}
    if proposers & {actor.person, actor.acting_for} - {None}:
        raise slow_refusals.ProposerApproves
    return [
        call.next(
            ae.EvaluationExcluded,
            desk.envelope,
            approver=setting.own,
            grade=evaluation.grade,
            reason=command.reason,
        )
    ]


class ReportPressure(CallCommand):
    """反映评价受干预."""

    wire: ClassVar[str] = "calls.report_pressure"
    title: ClassVar[str] = "反映评价受干预"

    pressing: str = Field(
        title="谁要求的", min_length=2, max_length=200, description="只有本镇街、督查机构和监督查阅员能看到这条反映。"
    )
    text: str = Field(title="怎样要求的", min_length=2, max_length=TEXT)


def report_pressure(command: ReportPressure, desk: Desk) -> list[Event]:
    """反映评价受干预. Changes nothing of the call: nobody else learns of it by what they see."""
    setting, call = begin(REPORT_PRESSURE, command, desk)
    return [
        call.next(
            ae.PressureReported,
            desk.envelope,
            organization=setting.own,
            heard_by=setting.office(Office.SUPERVISION_BODY),
            pressing=command.pressing,
            text=command.text,
        )
    ]


def _standing(call: Call) -> Evaluation:
    assert call.evaluation is not None, "somebody evaluated it"
    return call.evaluation


def _evaluated(call: Call, organization: UUID) -> bool:
    return call.stage is Stage.CLOSED and call.evaluation is not None


def _excluded(call: Call, organization: UUID) -> Refusal | None:
    excluded = call.evaluation is not None and call.evaluation.excluded
    return slow_refusals.EvaluationIsExcluded() if excluded else None


def _contested(call: Call, organization: UUID) -> Refusal | None:
    contested = call.evaluation is not None and call.evaluation.contested
    return slow_refusals.EvaluationContestedAlready() if contested else None


def _change_in_time(call: Call, organization: UUID, now: datetime) -> bool:
    until = call.evaluation.change_until if call.evaluation is not None else None
    return until is None or now <= until


def _contest_in_time(call: Call, organization: UUID, now: datetime) -> bool:
    until = call.evaluation.contest_until if call.evaluation is not None else None
    return until is None or now <= until


def _approving(call: Call, organization: UUID) -> bool:
    return call.owing(Action.APPROVE_EXCLUSION, organization) is not None


def _deciding(call: Call, organization: UUID) -> bool:
    return _approving(call, organization) or call.owing(Action.DECIDE_EVALUATION, organization) is not None


def _pressed(call: Call, organization: UUID) -> bool:
    return call.stage is Stage.RESOLVED or _evaluated(call, organization)


_APPROVERS = frozenset({Post.SUPERVISOR, Post.LEADER})

CHANGE_EVALUATION = Step(
    ChangeEvaluation, rights.TOWNSHIP_POSTS, rights.township, _evaluated, bar=_excluded, moment=_change_in_time
)


CONTEST_EVALUATION = Step(
    ContestEvaluation, rights.HANDLING_POSTS, rights.lead, _evaluated, bar=_contested, moment=_contest_in_time
)


UPHOLD_EVALUATION = Step(
    UpholdEvaluation, rights.PLATFORM_POSTS | _APPROVERS, _deciding, rights.at(Stage.CLOSED), primary=True
)


PROPOSE_EXCLUSION = Step(
    ProposeExclusion, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.DECIDE_EVALUATION)
)


EXCLUDE_EVALUATION = Step(ExcludeEvaluation, _APPROVERS, _approving, rights.at(Stage.CLOSED), primary=True)


REPORT_PRESSURE = Step(ReportPressure, rights.TOWNSHIP_POSTS, rights.township, _pressed)

STEPS: tuple[Step, ...] = (
    UPHOLD_EVALUATION,
    PROPOSE_EXCLUSION,
    EXCLUDE_EVALUATION,
    CONTEST_EVALUATION,
    CHANGE_EVALUATION,
    REPORT_PRESSURE,
)

HANDLERS: Handlers = {
    ChangeEvaluation: change_evaluation,
    ContestEvaluation: contest_evaluation,
    UpholdEvaluation: uphold_evaluation,
    ProposeExclusion: propose_exclusion,
    ExcludeEvaluation: exclude_evaluation,
    ReportPressure: report_pressure,
}
