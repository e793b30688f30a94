"""通报整改: drafted, signed by a leader, rectified, confirmed."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.events import OrganizationRef
from domain.directory.kinds import OrganizationKind
from domain.rules.rulebook import LimitKind
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import refusals, rights
from domain.supervision.asking import TEXT, CircularCommand, SupervisionCommand, Work
from domain.supervision.drafting import check_stands, circular_bar, circulated_lately, copies, draft_circular
from domain.supervision.lateness import to_circulate
from domain.supervision.rights import Subject, SupervisionStep
from domain.supervision.words import CircularStage, Level


class DraftCircular(SupervisionCommand):
    """拟制通报."""

    wire: ClassVar[str] = "supervision.draft_circular"
    title: ClassVar[str] = "拟制通报"

    addressee: UUID = Field(title="被通报单位")


def draft(command: DraftCircular, desk: Desk) -> list[Event]:
    """拟制, ahead of the machine.

    Refuses CannotBeSupervised, NotLateEnough, OpenOrderStands, AlreadyCirculated, CirculatedLately.
    """
    work = Work(DRAFT_CIRCULAR, command, desk)
    now, issuer = desk.envelope.recorded_at, work.setting.own
    bar = circular_bar(work.setting, work.call, work.matter, command.addressee, issuer.id, now)
    if bar is not None:
        raise bar
    addressee = work.setting.organization(command.addressee)
    level = Level.CITY if work.seat.kind == OrganizationKind.CITY_PLATFORM else Level.COUNTY
    named = OrganizationRef(id=addressee.id, name=addressee.name)
    drafted = draft_circular(work.setting, work.call, work.matter, named, issuer, now, level)
    assert drafted is not None, "no bar stands against it"
    return work.take(drafted).facts


class IssueCircular(CircularCommand):
    """签发通报."""

    wire: ClassVar[str] = "supervision.issue_circular"
    title: ClassVar[str] = "签发通报"

    demands: str = Field(default="", title="整改要求", max_length=TEXT)


def issue(command: IssueCircular, desk: Desk) -> list[Event]:
    """签发, by a leader of the issuer, by name. It names what is late enough now and was not circulated before.

    Refuses AddresseeGone, OpenOrderStands and CirculatedLately (another level has signed meanwhile), NotLateEnough.
    """
    work = Work(ISSUE_CIRCULAR, command, desk)
    circular = work.matter.circular(command.circular)
    assert circular is not None, "the step found it"
    check_stands(work.setting, circular.addressee)
    if work.matter.standing_circular(circular.addressee, circular.issuer, beside=circular.circular) is not None:
        raise refusals.OpenOrderStands
    now, rules = desk.envelope.recorded_at, work.setting.rules
    if circulated_lately(work.call, work.matter, circular.addressee, now, rules):
        raise refusals.CirculatedLately
    items = to_circulate(work.call, work.matter, circular.addressee, now, rules)
    if not items:
        raise refusals.NotLateEnough
    issuer = OrganizationRef(id=circular.issuer, name=circular.issuer_name)
    addressee = OrganizationRef(id=circular.addressee, name=circular.addressee_name)
    return work.fact(
        e.CircularIssued,
        circular=circular.circular,
        number=circular.number,
        level=circular.level,
        issuer=issuer,
        addressee=addressee,
        items=items,
        signed_by=desk.envelope.actor.person,
        copied_to_post=Post.LEADER.value,
        rectify=work.setting.deadline(LimitKind.RECTIFY, work.call.urgency),
        copies=copies(work.setting, work.call, circular.level, issuer, addressee),
        demands=command.demands or None,
    ).facts


class DiscardCircular(CircularCommand):
    """不予通报."""

    wire: ClassVar[str] = "supervision.discard_circular"
    title: ClassVar[str] = "不予通报"

    reason: str = Field(title="理由", min_length=2, max_length=TEXT)


def discard(command: DiscardCircular, desk: Desk) -> list[Event]:
    """作废草稿."""
    work = Work(DISCARD_CIRCULAR, command, desk)
    return work.fact(e.CircularDiscarded, circular=command.circular, reason=command.reason).facts


class ReportRectification(CircularCommand):
    """报告整改."""

    wire: ClassVar[str] = "supervision.report_rectification"
    title: ClassVar[str] = "报告整改"

    text: str = Field(title="整改情况", min_length=2, max_length=TEXT)


def report(command: ReportRectification, desk: Desk) -> list[Event]:
    """报告整改, by the addressee."""
    work = Work(REPORT_RECTIFICATION, command, desk)
    return work.fact(
        e.RectificationReported,
        circular=command.circular,
        organization=work.setting.own,
        confirm=work.setting.deadline(LimitKind.CONFIRM_RECTIFICATION, work.call.urgency),
        text=command.text,
    ).facts


class ConfirmRectification(CircularCommand):
    """确认整改."""

    wire: ClassVar[str] = "supervision.confirm_rectification"
    title: ClassVar[str] = "确认整改到位"

    remark: str = Field(default="", title="核查情况", max_length=TEXT)


def confirm(command: ConfirmRectification, desk: Desk) -> list[Event]:
    """确认整改到位."""
    work = Work(CONFIRM_RECTIFICATION, command, desk)
    return work.fact(e.RectificationConfirmed, circular=command.circular, remark=command.remark or None).facts


class RefuseRectification(CircularCommand):
    """整改不到位."""

    wire: ClassVar[str] = "supervision.refuse_rectification"
    title: ClassVar[str] = "整改不到位,退回"

    reason: str = Field(title="哪里不到位", min_length=2, max_length=TEXT)


def refuse(command: RefuseRectification, desk: Desk) -> list[Event]:
    """退回整改: to be rectified again within the limit."""
    work = Work(REFUSE_RECTIFICATION, command, desk)
    again = work.setting.deadline(LimitKind.RECTIFY, work.call.urgency)
    return work.fact(e.RectificationRefused, circular=command.circular, rectify=again, reason=command.reason).facts


def _at(*stages: CircularStage) -> frozenset[str]:
    return frozenset(stages)


DRAFT_CIRCULAR = SupervisionStep(DraftCircular, Subject.MATTER, rights.SUPERVISING_POSTS, rights.supervises)
ISSUE_CIRCULAR = SupervisionStep(
    IssueCircular,
    Subject.CIRCULAR,
    frozenset({Post.LEADER}),
    rights.circular_issuer,
    _at(CircularStage.DRAFTED),
    primary=True,
)
DISCARD_CIRCULAR = SupervisionStep(
    DiscardCircular, Subject.CIRCULAR, rights.SUPERVISING_POSTS, rights.circular_issuer, _at(CircularStage.DRAFTED)
)
REPORT_RECTIFICATION = SupervisionStep(
    ReportRectification,
    Subject.CIRCULAR,
    rights.ANSWERING_POSTS,
    rights.circular_addressee,
    _at(CircularStage.ISSUED),
    primary=True,
)
CONFIRM_RECTIFICATION = SupervisionStep(
    ConfirmRectification,
    Subject.CIRCULAR,
    rights.SUPERVISING_POSTS,
    rights.circular_issuer,
    _at(CircularStage.REPORTED),
    primary=True,
)
REFUSE_RECTIFICATION = SupervisionStep(
    RefuseRectification, Subject.CIRCULAR, rights.SUPERVISING_POSTS, rights.circular_issuer, _at(CircularStage.REPORTED)
)

STEPS: tuple[SupervisionStep, ...] = (
    DRAFT_CIRCULAR,
    ISSUE_CIRCULAR,
    DISCARD_CIRCULAR,
    REPORT_RECTIFICATION,
    CONFIRM_RECTIFICATION,
    REFUSE_RECTIFICATION,
)

HANDLERS: Handlers = {
    DraftCircular: draft,
    IssueCircular: issue,
    DiscardCircular: discard,
    ReportRectification: report,
    ConfirmRectification: confirm,
    RefuseRectification: refuse,
}
