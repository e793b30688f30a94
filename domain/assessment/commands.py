"""考核的办理: open a period or withdraw it, exclude with approval, freeze, publish."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.assessment import events as e
from domain.assessment import refusals, rights
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.listing import HANDLERS as LISTING
from domain.assessment.period import Period, evolve
from domain.assessment.periods import span_of_months
from domain.assessment.register import refuse_crossing, register_of, register_stream
from domain.assessment.scheme import Scheme
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from domain.calls.call import Call
from domain.calls.events import OrganizationRef
from domain.calls.fold import evolve as evolve_call
from domain.directory.register import organization_known
from domain.rules.rulebook import Office, rulebook_of
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.refusals import NotFound, Refusal

_LONGEST_MONTHS = 12
LINES_A_FACT = 36
"""A line with every measure, the longest title of an item and the largest figures takes 1.5 KB, a fact at most 60."""


class OpenPeriod(Command):
    """设立考核周期."""

    wire: ClassVar[str] = "assessment.open_period"
    title: ClassVar[str] = "设立考核周期"

    name: str = Field(title="名称", min_length=2, max_length=60)
    first_day: date = Field(title="起始日")
    last_day: date = Field(title="截止日")
    minimum: int = Field(title="最少件数(不足的只列数字)", ge=1, le=1_000)
    participation: int = Field(title="评价参与率下限(%)", ge=0, le=100)
    aim: int = Field(title="办结率目标(%)", ge=0, le=100)
    calls_low: int = Field(title="每月呼叫量参考下限", ge=0, le=100_000)
    calls_high: int = Field(title="每月呼叫量参考上限", ge=0, le=1_000_000)
    basis: str = Field(title="依据(文件名称、文号)", min_length=2, max_length=200)


class PeriodCommand(Command):
    """A step on an existing period."""

    period_id: UUID = Field(title="考核周期")


class WithdrawPeriod(PeriodCommand):
    """撤销考核周期."""

    wire: ClassVar[str] = "assessment.withdraw_period"
    title: ClassVar[str] = "撤销考核周期"

    reason: str = Field(title="原因", min_length=2, max_length=500)


class ProposeExclusion(PeriodCommand):
    """申请剔除."""

    wire: ClassVar[str] = "assessment.propose_exclusion"
    title: ClassVar[str] = "申请剔除"

    call: UUID = Field(title="呼叫事项")
    organization: UUID = Field(title="哪个单位")
    ground: ExclusionGround = Field(title="理由")
    reason: str = Field(title="说明", min_length=2, max_length=2_000)


class DecideExclusion(PeriodCommand):
    """决定剔除."""

    wire: ClassVar[str] = "assessment.decide_exclusion"
    title: ClassVar[str] = "决定剔除"

    exclusion: int = Field(title="哪一件", ge=1, le=100_000)
    approved: bool = Field(title="决定", json_schema_extra={"either": {"true": "同意剔除", "false": "不同意"}})
    reason: str = Field(title="理由", min_length=2, max_length=2_000)


class FreezePeriod(PeriodCommand):
    """冻结. `figures` were counted by whoever asks, from the facts up to `position`; anybody can count them again."""

    wire: ClassVar[str] = "assessment.freeze_period"
    title: ClassVar[str] = "冻结数字"

    definitions: str = Field(title="口径版本", max_length=40)
    position: int = Field(title="截至记录位置", ge=0, le=2_000_000_000)
    figures: tuple[e.FrozenLine, ...] = Field(title="数字", max_length=10_000)


class PublishResult(PeriodCommand):
    """公布结果."""

    wire: ClassVar[str] = "assessment.publish_result"
    title: ClassVar[str] = "公布结果"

    document: str = Field(title="公布文件(名称、文号)", min_length=2, max_length=200)


def open_period(command: OpenPeriod, desk: Desk) -> Sequence[Event]:
    """设立考核周期. Refuses NotAssessor, NotWholeMonths, BoundsReversed, PeriodExists, PeriodsOverlap."""
    _require_assessor(desk)
    end = command.last_day + timedelta(days=1)
    months = (end.year - command.first_day.year) * 12 + end.month - command.first_day.month
    if command.first_day.day != 1 or end.day != 1 or not 1 <= months <= _LONGEST_MONTHS:
        raise refusals.NotWholeMonths(field="last_day")
    if command.calls_low > command.calls_high:
        raise refusals.BoundsReversed(field="calls_high")
    register, node = register_of(desk.streams, desk.envelope.node), desk.envelope.node
    refuse_crossing(desk.streams, register, command.first_day, command.last_day)
    span, period = span_of_months(command.first_day, months), desk.new_id("period")
    named = {"name": command.name, "first_day": command.first_day, "last_day": command.last_day}
    return [
        e.PeriodOpened.first(
            period,
            desk.envelope,
            **named,
            since=span.since,
            until=span.until,
            scheme=Scheme(**{name: getattr(command, name) for name in Scheme.model_fields}),
        ),
        e.PeriodListed.at_version(register_stream(node), register.version + 1, desk.envelope, period=period, **named),
    ]


def withdraw_period(command: WithdrawPeriod, desk: Desk) -> Sequence[Event]:
    """撤销考核周期. Refuses NotAssessor, AlreadyFrozen, PeriodIsWithdrawn, UndecidedExclusions, PeriodHasExclusions."""
    _require_assessor(desk)
    period = _open(command, desk)
    _refuse_undecided(period)
    if any(x.state is ExclusionState.APPROVED for x in period.exclusions):
        raise refusals.PeriodHasExclusions
    return [e.PeriodWithdrawn.at_version(period.id, period.version + 1, desk.envelope, reason=command.reason)]


def propose_exclusion(command: ProposeExclusion, desk: Desk) -> Sequence[Event]:
    """申请剔除. Refuses NotConcerned, AlreadyFrozen, NoPart, AlreadyProposed, NotFound."""
    actor = desk.envelope.actor
    kind = organization_known(desk.streams, actor.organization).kind
    _raise(rights.proposing(actor.post, kind, actor.organization, command.organization))
    period = _open(command, desk)
    call = _call(command.call, desk)
    if call is None:
        raise NotFound
    owed = next((o for o in call.obligations if o.organization == command.organization), None)
    if owed is None:
        raise refusals.NoPart(field="organization")
    for known in period.exclusions:
        if (known.call, known.organization) == (call.id, owed.organization):
            raise refusals.AlreadyProposed
    return [
        e.ExclusionProposed.at_version(
            period.id,
            period.version + 1,
            desk.envelope,
            exclusion=len(period.exclusions) + 1,
            call=call.id,
            call_number=call.number,
            organization=OrganizationRef(id=owed.organization, name=owed.organization_name),
            ground=command.ground,
            reason=command.reason,
            deciders=_deciders(call, desk),
        )
    ]


def _deciders(call: Call, desk: Desk) -> tuple[OrganizationRef, ...]:
    """督查机构 and 平台, as the county has charged them, but for one whose staff the call is about in confidence."""
    rules = rulebook_of(desk.streams, desk.envelope.node)
    charged = (rules.holder(office, desk.envelope.recorded_at) for office in (Office.SUPERVISION_BODY, Office.PLATFORM))
    return tuple(
        OrganizationRef(id=one.organization, name=one.name)
        for one in charged
        if one and one.organization != call.complained_of
    )


def decide_exclusion(command: DecideExclusion, desk: Desk) -> Sequence[Event]:
    """决定剔除, by somebody else. Refuses NotAssessor, AlreadyFrozen, UnknownExclusion, SamePersonDecides."""
    _require_assessor(desk)
    period = _open(command, desk)
    asked = period.exclusion(command.exclusion)
    if asked is None or asked.state is not ExclusionState.PROPOSED or _call(asked.call, desk) is None:
        raise refusals.UnknownExclusion(field="exclusion")
    actor = desk.envelope.actor
    if {asked.proposed_by, asked.proposed_for} & ({actor.person, actor.acting_for} - {None}):
        raise refusals.SamePersonDecides
    organization = organization_known(desk.streams, asked.organization)
    return [
        e.ExclusionDecided.at_version(
            period.id,
            period.version + 1,
            desk.envelope,
            exclusion=asked.number,
            approved=command.approved,
            call=asked.call,
            organization=OrganizationRef(id=organization.id, name=organization.name),
            reason=command.reason,
        )
    ]


def freeze_period(command: FreezePeriod, desk: Desk) -> Sequence[Event]:
    """冻结, in as many facts as hold the figures. Refuses NotAssessor, AlreadyFrozen, NotOver, UndecidedExclusions,
    FiguresUnsound."""
    _require_assessor(desk)
    period = _open(command, desk)
    if desk.envelope.recorded_at < period.until:
        raise refusals.NotOver
    _refuse_undecided(period)
    if command.definitions != VERSION or not all(map(_sound, command.figures)):
        raise refusals.FiguresUnsound(field="figures")
    lines = command.figures
    *before, last = [lines[i : i + LINES_A_FACT] for i in range(0, len(lines), LINES_A_FACT)] or [()]
    counted = {"definitions": command.definitions, "position": command.position}
    told = [
        e.FiguresCounted.at_version(period.id, version, desk.envelope, figures=figures, **counted)
        for version, figures in enumerate(before, start=period.version + 1)
    ]
    frozen = e.PeriodFrozen.at_version(
        period.id,
        period.version + len(told) + 1,
        desk.envelope,
        figures=last,
        lines_before=sum(map(len, before)),
        **counted,
    )
    return [*told, frozen]


def publish_result(command: PublishResult, desk: Desk) -> Sequence[Event]:
    """公布. Refuses NotAssessor, NotFrozen, PeriodIsWithdrawn, AlreadyPublished."""
    _require_assessor(desk)
    period = _period(command, desk)
    if period.state is PeriodState.WITHDRAWN:
        raise refusals.PeriodIsWithdrawn
    if period.state is PeriodState.OPEN:
        raise refusals.NotFrozen
    if period.state is PeriodState.PUBLISHED:
        raise refusals.AlreadyPublished
    return [e.ResultPublished.at_version(period.id, period.version + 1, desk.envelope, document=command.document)]


def _sound(line: e.FrozenLine) -> bool:
    counts: Mapping[str, e.Count] = line.counts
    return all(
        measure in MEASURES and (count.met <= count.counted or not MEASURES[measure].met)
        for measure, count in counts.items()
    )


def _call(call: UUID, desk: Desk) -> Call | None:
    """The call; None for who may not know of it, because it is about their own staff in confidence."""
    found = desk.streams.find(call, evolve_call)
    return found if isinstance(found, Call) and found.complained_of != desk.envelope.actor.organization else None


def _period(command: PeriodCommand, desk: Desk) -> Period:
    period = desk.streams.get(command.period_id, evolve)
    if not isinstance(period, Period):
        raise NotFound
    return period


def _open(command: PeriodCommand, desk: Desk) -> Period:
    period = _period(command, desk)
    if period.state is PeriodState.WITHDRAWN:
        raise refusals.PeriodIsWithdrawn
    if period.state is not PeriodState.OPEN:
        raise refusals.AlreadyFrozen
    return period


def _refuse_undecided(period: Period) -> None:
    if any(x.state is ExclusionState.PROPOSED for x in period.exclusions):
        raise refusals.UndecidedExclusions


def _require_assessor(desk: Desk) -> None:
    actor = desk.envelope.actor
    _raise(rights.assessing(actor.post, organization_known(desk.streams, actor.organization).kind))


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


HANDLERS: Handlers = {
    **LISTING,
    OpenPeriod: open_period,
    WithdrawPeriod: withdraw_period,
    ProposeExclusion: propose_exclusion,
    DecideExclusion: decide_exclusion,
    FreezePeriod: freeze_period,
    PublishResult: publish_result,
}
