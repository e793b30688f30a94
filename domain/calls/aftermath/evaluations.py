"""评价之后: changed by who gave it, contested by the lead, excluded only by two; and pressure on the township reported.

An evaluation stands until it is decided otherwise, and what it was stays in the record.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from domain.calls import rights
from domain.calls.aftermath import events as ae
from domain.calls.aftermath import refusals
from domain.calls.asking import TEXT, CallCommand, WithFiles, begin
from domain.calls.beside import Evaluation
from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.calls.fold_obligations import EVALUATION_ACTIONS
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
    if (barred := _excluded(call, setting.own.id)) is not None:
        raise barred
    evaluation = _chosen(_own(call, setting.own.id), None)
    until = evaluation.change_until or setting.deadline(LimitKind.CHANGE_EVALUATION, call.urgency, evaluation.at).due
    if desk.envelope.recorded_at > until:
        raise refusals.ChangeTooLate
    if command.grade is evaluation.grade:
        raise refusals.SameGrade(field="grade")
    return [
        call.next(
            ae.EvaluationChanged,
            desk.envelope,
            was=evaluation.grade,
            grade=command.grade,
            township=_named(call, evaluation),
            reason=command.reason,
        )
    ]


class _AboutOne(BaseModel):
    """Whose evaluation: to be said where several townships evaluated."""

    evaluator: UUID | None = Field(default=None, title="哪个镇街的评价", description="只有一个镇街评价的不用选。")


class ContestEvaluation(CallCommand, WithFiles, _AboutOne):
    """评价异议."""

    wire: ClassVar[str] = "calls.contest_evaluation"
    title: ClassVar[str] = "对评价提出异议"

    reason: str = Field(title="异议理由", min_length=2, max_length=TEXT)
    proof: str = Field(title="有什么证明", min_length=2, max_length=TEXT)


def contest_evaluation(command: ContestEvaluation, desk: Desk) -> list[Event]:
    """评价异议, by the lead, once and within its time. Refuses EvaluationContestedAlready, ContestTooLate,
    WhichEvaluation."""
    setting, call = begin(CONTEST_EVALUATION, command, desk)
    if (barred := _contested(call, setting.own.id)) is not None:
        raise barred
    evaluation = _chosen(_uncontested(call), command.evaluator)
    until = evaluation.contest_until or setting.deadline(LimitKind.CONTEST_EVALUATION, call.urgency, evaluation.at).due
    if desk.envelope.recorded_at > until:
        raise refusals.ContestTooLate
    return [
        call.next(
            ae.EvaluationContested,
            desk.envelope,
            organization=setting.own,
            decide=setting.deadline(LimitKind.DECIDE_EVALUATION, call.urgency),
            township=_named(call, evaluation),
            reason=command.reason,
            proof=command.proof,
            **command.files,
        )
    ]


class UpholdEvaluation(CallCommand, _AboutOne):
    """维持评价."""

    wire: ClassVar[str] = "calls.uphold_evaluation"
    title: ClassVar[str] = "维持评价"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def uphold_evaluation(command: UpholdEvaluation, desk: Desk) -> list[Event]:
    """维持评价: by the platform, or by whoever was asked to exclude it. Refuses WhichEvaluation."""
    setting, call = begin(UPHOLD_EVALUATION, command, desk)
    evaluation = _chosen(_to_decide(call, setting.own.id, *EVALUATION_ACTIONS), command.evaluator)
    return [
        call.next(
            ae.EvaluationUpheld,
            desk.envelope,
            organization=setting.own,
            township=_named(call, evaluation),
            reason=command.reason,
        )
    ]


class ProposeExclusion(CallCommand, _AboutOne):
    """提请评价不计入."""

    wire: ClassVar[str] = "calls.propose_exclusion"
    title: ClassVar[str] = "提请评价不计入"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def propose_exclusion(command: ProposeExclusion, desk: Desk) -> list[Event]:
    """提请评价不计入, by the platform to the supervision body. Refuses WhichEvaluation."""
    setting, call = begin(PROPOSE_EXCLUSION, command, desk)
    evaluation = _chosen(_to_decide(call, setting.own.id, Action.DECIDE_EVALUATION), command.evaluator)
    return [
        call.next(
            ae.EvaluationExclusionProposed,
            desk.envelope,
            approver=setting.office(Office.SUPERVISION_BODY),
            approve=setting.deadline(LimitKind.APPROVE_EXCLUSION, call.urgency),
            township=_named(call, evaluation),
            reason=command.reason,
        )
    ]


class ExcludeEvaluation(CallCommand, _AboutOne):
    """评价不计入."""

    wire: ClassVar[str] = "calls.exclude_evaluation"
    title: ClassVar[str] = "同意评价不计入"

    reason: str = Field(default="", title="意见", max_length=TEXT)


def exclude_evaluation(command: ExcludeEvaluation, desk: Desk) -> list[Event]:
    """评价不计入. Refuses ProposerApproves: neither who proposed it, nor for whom, nor anybody acting for either.

    Refuses WhichEvaluation."""
    setting, call = begin(EXCLUDE_EVALUATION, command, desk)
    evaluation = _chosen(_to_decide(call, setting.own.id, Action.APPROVE_EXCLUSION), command.evaluator)
    actor = desk.envelope.actor
    proposers = {evaluation.exclusion_proposed_by, evaluation.exclusion_proposed_for}
    if proposers & {actor.person, actor.acting_for} - {None}:
        raise refusals.ProposerApproves
    return [
        call.next(
            ae.EvaluationExcluded,
            desk.envelope,
            approver=setting.own,
            grade=evaluation.grade,
            township=_named(call, evaluation),
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


def _chosen(fitting: Sequence[Evaluation], township: UUID | None) -> Evaluation:
    """The evaluation that is meant: the named township's, else the only one."""
    if township is not None:
        fitting = [one for one in fitting if one.township == township]
    if len(fitting) != 1:
        raise refusals.WhichEvaluation(field="evaluator")
    return fitting[0]


def _named(call: Call, evaluation: Evaluation) -> OrganizationRef | None:
    if evaluation.township == call.township:
        return None
    return OrganizationRef(id=evaluation.township, name=evaluation.township_name)


def _own(call: Call, organization: UUID) -> list[Evaluation]:
    return [one for one in call.evaluations if one.township == organization]


def _uncontested(call: Call) -> list[Evaluation]:
    return [one for one in call.evaluations if not one.contested]


def _to_decide(call: Call, organization: UUID, *actions: Action) -> list[Evaluation]:
    asked = {o.entry for o in call.open_obligations if o.action in actions and o.organization == organization}
    return [one for one in call.evaluations if one.number in asked]


def _evaluated(call: Call, organization: UUID) -> bool:
    """Also while another township has still to evaluate."""
    return call.stage in (Stage.RESOLVED, Stage.CLOSED) and bool(call.evaluations)


def _excluded(call: Call, organization: UUID) -> Refusal | None:
    excluded = any(one.excluded for one in _own(call, organization))
    return refusals.EvaluationIsExcluded() if excluded else None


def _contested(call: Call, organization: UUID) -> Refusal | None:
    return None if _uncontested(call) else refusals.EvaluationContestedAlready()


def _too_late_to_change(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    return refusals.ChangeTooLate() if _all_over((o.change_until for o in _own(call, organization)), now) else None


def _too_late_to_contest(call: Call, organization: UUID, now: datetime) -> Refusal | None:
    return refusals.ContestTooLate() if _all_over((o.contest_until for o in _uncontested(call)), now) else None


def _all_over(windows: Iterable[datetime | None], now: datetime) -> bool:
    return all(until is not None and now > until for until in windows)


def _evaluator(call: Call, organization: UUID) -> bool:
    """A township that called: the first one, or beside it."""
    return organization == call.township or any(one.township == organization for one in call.co_callers)


def _approving(call: Call, organization: UUID) -> bool:
    return call.owing(Action.APPROVE_EXCLUSION, organization) is not None


def _deciding(call: Call, organization: UUID) -> bool:
    return _approving(call, organization) or call.owing(Action.DECIDE_EVALUATION, organization) is not None


def _pressed(call: Call, organization: UUID) -> bool:
    return call.stage is Stage.RESOLVED or _evaluated(call, organization)


_APPROVERS = frozenset({Post.SUPERVISOR, Post.LEADER})

CHANGE_EVALUATION = Step(
    ChangeEvaluation,
    rights.TOWNSHIP_POSTS,
    _evaluator,
    lambda call, organization: _evaluated(call, organization) and bool(_own(call, organization)),
    bar=_excluded,
    untimely=_too_late_to_change,
)


CONTEST_EVALUATION = Step(
    ContestEvaluation, rights.HANDLING_POSTS, rights.lead, _evaluated, bar=_contested, untimely=_too_late_to_contest
)


UPHOLD_EVALUATION = Step(UpholdEvaluation, rights.PLATFORM_POSTS | _APPROVERS, _deciding, _evaluated, primary=True)


PROPOSE_EXCLUSION = Step(
    ProposeExclusion, rights.PLATFORM_POSTS, rights.platform, rights.owes(Action.DECIDE_EVALUATION)
)


EXCLUDE_EVALUATION = Step(ExcludeEvaluation, _APPROVERS, _approving, _evaluated, primary=True)


REPORT_PRESSURE = Step(ReportPressure, rights.TOWNSHIP_POSTS, _evaluator, _pressed)

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
