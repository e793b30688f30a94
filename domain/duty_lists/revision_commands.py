"""清单与版本的办理: opening, drafting steps, review, approval, publication."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.duty_lists import rights
from domain.duty_lists.drafts import Register
from domain.duty_lists.duty_list import DutyList, list_stream
from domain.duty_lists.duty_list import evolve as evolve_list
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.policies import applicable_revision, day_of
from domain.duty_lists.publication import Publication, publish
from domain.duty_lists.refusals import (
    ListStands,
    NotInForceThen,
    SuspendedRetroactively,
    UnknownList,
    UnknownRevision,
    UnpublishedBase,
)
from domain.duty_lists.revision import Revision
from domain.duty_lists.revision import evolve as evolve_revision
from domain.shared.commands import Command, Desk, Handlers, Streams
from domain.shared.events import Event

_KIND = Field(title="清单类别")
_REVISION = Field(title="清单版本")


class OpenList(Command):
    """建立清单."""

    wire: ClassVar[str] = "duty_lists.open_list"
    title: ClassVar[str] = "建立清单"

    kind: ListKind = _KIND
    name: str = Field(default="", title="清单名称", description="不填则用清单类别的名称", max_length=100)
    keeper: UUID = Field(title="清单管理机构")


class OpenRevision(Command):
    """起草版本. Carries on the latest published revision, unless another published one is named."""

    wire: ClassVar[str] = "duty_lists.open_revision"
    title: ClassVar[str] = "起草新版本"

    kind: ListKind = _KIND
    based_on: UUID | None = Field(default=None, title="以哪个版本为基础", description="不填则以最近公布的版本为基础")


class SubmitRevision(Command):
    """送审."""

    wire: ClassVar[str] = "duty_lists.submit_revision"
    title: ClassVar[str] = "送审"

    revision: UUID = _REVISION


class SendRevisionBack(Command):
    """退回修改."""

    wire: ClassVar[str] = "duty_lists.send_revision_back"
    title: ClassVar[str] = "退回修改"

    revision: UUID = _REVISION
    reason: str = Field(title="退回理由", max_length=2_000)


class ReviewRevision(Command):
    """审核通过."""

    wire: ClassVar[str] = "duty_lists.review_revision"
    title: ClassVar[str] = "审核通过"

    revision: UUID = _REVISION
    opinion: str = Field(default="", title="审核意见", max_length=2_000)


class ApproveRevision(Command):
    """批准."""

    wire: ClassVar[str] = "duty_lists.approve_revision"
    title: ClassVar[str] = "批准"

    revision: UUID = _REVISION


class PublishRevision(Command):
    """公布. No township named: it applies to all of them."""

    wire: ClassVar[str] = "duty_lists.publish_revision"
    title: ClassVar[str] = "公布"

    revision: UUID = _REVISION
    document_number: str = Field(title="批准文件文号", max_length=200)
    published_on: date = Field(title="公布日期")
    effective_from: date = Field(title="生效日期")
    townships: tuple[UUID, ...] = Field(
        default=(), title="适用乡镇(街道)", description="不选表示全县适用", max_length=200
    )


class DiscardRevision(Command):
    """作废草稿."""

    wire: ClassVar[str] = "duty_lists.discard_revision"
    title: ClassVar[str] = "作废草稿"

    revision: UUID = _REVISION
    reason: str = Field(title="作废理由", max_length=2_000)


class SuspendItemByLaw(Command):
    """依法暂停执行事项: in every revision in force on that day, and in those yet to take effect."""

    wire: ClassVar[str] = "duty_lists.suspend_item_by_law"
    title: ClassVar[str] = "依法暂停执行"

    kind: ListKind = _KIND
    item: str = Field(title="事项编号", max_length=100)
    effective_from: date = Field(title="暂停执行日期")
    law: str = Field(title="法律依据", max_length=1_000)


def open_list(command: OpenList, desk: Desk) -> Sequence[Event]:
    """By 清单管理员 of 编办. Refuses NotListKeeper, ListStands, UnknownBearer, EmptyTitle."""
    register = Register(desk)
    actor = desk.envelope.actor
    rights.require(rights.opening(actor.post, register.kind_of(actor.organization)), actor)
    keeper = register.organization(command.keeper, "keeper")
    if desk.streams.find(list_stream(desk.envelope.node, command.kind), evolve_list) is not None:
        raise ListStands(field="kind")
    return [DutyList.open(desk.envelope, command.kind, command.name or command.kind.label, keeper.id, keeper.name)]


def open_revision(command: OpenRevision, desk: Desk) -> Sequence[Event]:
    """By the list's keeper. Refuses NotListKeeper, UnknownList, UnpublishedBase."""
    duty_list = list_of(desk.streams, list_stream(desk.envelope.node, command.kind))
    require_keeper(desk, duty_list.keeper)
    if command.based_on is not None and duty_list.listed(command.based_on) is None:
        raise UnpublishedBase(field="based_on")
    based_on = command.based_on or (duty_list.latest and duty_list.latest.revision)
    base = revision_of(desk.streams, based_on) if based_on else None
    return Revision.open(desk.envelope, desk.new_id("revision"), duty_list, base)


def submit_revision(command: SubmitRevision, desk: Desk) -> Sequence[Event]:
    """By the list's keeper. Refuses NotListKeeper, BearerGone and what submit does."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    register = Register(desk)
    for item in revision.items.values():
        register.check_bearers(item)
    return [revision.submit(desk.envelope, list_of(desk.streams, revision.list))]


def send_revision_back(command: SendRevisionBack, desk: Desk) -> Sequence[Event]:
    """By whoever may take the next step instead. Refuses that step's refusal, and what send_back does."""
    revision = revision_of(desk.streams, command.revision)
    actor = desk.envelope.actor
    kind = Register(desk).kind_of(actor.organization)
    next_step = {
        RevisionStage.SUBMITTED: rights.reviewing(actor.post, kind),
        RevisionStage.REVIEWED: rights.approving(actor.post, kind),
    }
    if revision.stage in next_step:
        rights.require(next_step[revision.stage], actor)
    else:
        require_keeper(desk, revision.keeper)
    return [revision.send_back(desk.envelope, command.reason)]


def review_revision(command: ReviewRevision, desk: Desk) -> Sequence[Event]:
    """By 负责同志 of 编办 or 司法行政, not by who submitted it. Refuses NotListReviewer and what review does."""
    actor = desk.envelope.actor
    rights.require(rights.reviewing(actor.post, Register(desk).kind_of(actor.organization)), actor)
    return [revision_of(desk.streams, command.revision).review(desk.envelope, command.opinion)]


def approve_revision(command: ApproveRevision, desk: Desk) -> Sequence[Event]:
    """By 负责同志 of the two offices. Refuses NotListApprover and what approve does."""
    actor = desk.envelope.actor
    rights.require(rights.approving(actor.post, Register(desk).kind_of(actor.organization)), actor)
    return [revision_of(desk.streams, command.revision).approve(desk.envelope)]


def publish_revision(command: PublishRevision, desk: Desk) -> Sequence[Event]:
    """By the list's keeper, once approved. Refuses NotListKeeper, NotATownship and what publish does."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    publication = Publication(
        command.document_number,
        command.published_on,
        command.effective_from,
        Register(desk).area(command.townships),
        at_set_up=rights.is_set_up(desk.envelope.actor),
    )
    base = revision_of(desk.streams, revision.based_on) if revision.based_on else None
    return publish(desk.envelope, revision, base, list_of(desk.streams, revision.list), publication)


def discard_revision(command: DiscardRevision, desk: Desk) -> Sequence[Event]:
    """By the list's keeper. Refuses NotListKeeper and what discard does."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    return [revision.discard(desk.envelope, command.reason)]


def suspend_item_by_law(command: SuspendItemByLaw, desk: Desk) -> Sequence[Event]:
    """By the list's keeper. Refuses NotListKeeper, SuspendedRetroactively, NotInForceThen and what suspend_item does.

    Drafts need nothing: publication refuses to carry a suspended item on unchanged.
    """
    duty_list = list_of(desk.streams, list_stream(desk.envelope.node, command.kind))
    require_keeper(desk, duty_list.keeper)
    if command.effective_from < day_of(desk.envelope.recorded_at) and not rights.is_set_up(desk.envelope.actor):
        raise SuspendedRetroactively(field="effective_from")
    facts: list[Event] = []
    for entry in standing_from(duty_list, command.effective_from):
        revision = revision_of(desk.streams, entry)
        if command.item in revision.items:
            facts.append(revision.suspend_item(desk.envelope, command.item, command.effective_from, command.law))
    if not facts:
        raise NotInForceThen(field="item")
    return facts


def standing_from(duty_list: DutyList, on: date) -> list[UUID]:
    """The revisions that some township is under on that day or will be later, in the order they were listed."""
    places = {None, *(named.organization for entry in duty_list.revisions for named in entry.applies_to.townships)}
    now = {applied.revision for place in places if (applied := applicable_revision(duty_list, on, place))}
    return [entry.revision for entry in duty_list.revisions if entry.revision in now or entry.effective_from > on]


def list_of(streams: Streams, stream: UUID) -> DutyList:
    """The list. Refuses UnknownList."""
    found = streams.find(stream, evolve_list)
    if not isinstance(found, DutyList):
        raise UnknownList
    return found


def revision_of(streams: Streams, revision: UUID) -> Revision:
    """The revision. Refuses UnknownRevision."""
    found = streams.find(revision, evolve_revision)
    if not isinstance(found, Revision):
        raise UnknownRevision
    return found


def require_keeper(desk: Desk, keeper: UUID) -> None:
    """The list keeper of the organization that keeps the list, or of its successor. Refuses NotListKeeper."""
    actor = desk.envelope.actor
    keeper = Register(desk).keeper_now(keeper)
    rights.require(rights.keeping(actor.post, actor.organization, keeper), actor)


HANDLERS: Handlers = {
    OpenList: open_list,
    OpenRevision: open_revision,
    SubmitRevision: submit_revision,
    SendRevisionBack: send_revision_back,
    ReviewRevision: review_revision,
    ApproveRevision: approve_revision,
    PublishRevision: publish_revision,
    DiscardRevision: discard_revision,
    SuspendItemByLaw: suspend_item_by_law,
}
