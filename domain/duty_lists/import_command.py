"""清单导入: a whole table of items brought into a new revision at once, and at set-up published with it."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.duty_lists import rights
from domain.duty_lists.drafts import ItemDraft, Register
from domain.duty_lists.duty_list import DutyList, list_stream
from domain.duty_lists.duty_list import evolve as evolve_list
from domain.duty_lists.events import RevisionEvent
from domain.duty_lists.item_commands import added, amended
from domain.duty_lists.items import title_key
from domain.duty_lists.kinds import ListKind
from domain.duty_lists.publication import Publication, publish
from domain.duty_lists.refusals import (
    DoubledTitle,
    NothingAmended,
    NothingImported,
    PublishesOnlyAtSetUp,
    UnknownList,
)
from domain.duty_lists.revision import Revision
from domain.duty_lists.revision import evolve as evolve_revision
from domain.duty_lists.revision_commands import require_keeper, revision_of
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event


class PublicationTerms(BaseModel):
    """公布要素 of a list that was published before the system was set up."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    document_number: str = Field(title="批准文件文号", max_length=200)
    published_on: date = Field(title="公布日期")
    effective_from: date = Field(title="生效日期")
    townships: tuple[UUID, ...] = Field(default=(), title="适用乡镇(街道)", max_length=200)


class ImportItems(Command):
    """导入清单表: opens a revision on the latest published one and brings in every row; all facts stand or none.

    Rows are matched to the standing items by field and title: an equal one is carried on, a differing one amended,
    a new one added. `whole`: the table is the whole list, so what it lacks is removed. `keeper` is asked for only
    where the list does not stand yet.
    """

    wire: ClassVar[str] = "duty_lists.import_items"
    title: ClassVar[str] = "导入清单表"

    kind: ListKind = Field(title="清单类别")
    name: str = Field(default="", title="清单名称", description="清单尚未建立时使用", max_length=100)
    keeper: UUID | None = Field(default=None, title="清单管理机构", description="清单尚未建立时必填")
    items: tuple[ItemDraft, ...] = Field(title="事项", min_length=1, max_length=2_000)
    whole: bool = Field(default=False, title="以导入表为完整清单", description="选择后,表中没有的事项将移出清单")
    source: str = Field(default="", title="导入文件", max_length=200)
    publication: PublicationTerms | None = Field(default=None, title="公布要素", description="仅系统初始化时使用")


def import_items(command: ImportItems, desk: Desk) -> Sequence[Event]:
    """By the list's keeper, or at set-up.

    Refuses NotListKeeper, UnknownList (no list and no keeper named), DoubledTitle, NothingImported,
    PublishesOnlyAtSetUp, and what adding, amending and publishing do.
    """
    if command.publication is not None and not rights.is_set_up(desk.envelope.actor):
        raise PublishesOnlyAtSetUp(field="publication")
    register = Register(desk)
    duty_list, facts = _list_for(command, desk, register)
    base = revision_of(desk.streams, duty_list.latest.revision) if duty_list.latest else None
    draft = _Drafting()
    for fact in Revision.open(desk.envelope, desk.new_id("revision"), duty_list, base, command.source):
        draft.record(fact)
    carried = len(draft.facts)
    _bring_in(command, desk, register, draft)
    if len(draft.facts) == carried:
        raise NothingImported
    facts.extend(draft.facts)
    if command.publication is not None:
        facts.extend(_publish_at_once(command.publication, desk, register, draft.revision, base, duty_list))
    return facts


class _Drafting:
    """A revision changed within one command: the facts so far, and the state they fold to."""

    def __init__(self, standing: Revision | None = None) -> None:
        self.facts: list[RevisionEvent] = []
        self._state = standing

    @property
    def revision(self) -> Revision:
        assert self._state is not None, "a revision is opened before it is changed"
        return self._state

    def record(self, fact: RevisionEvent) -> None:
        self.facts.append(fact)
        self._state = evolve_revision(self._state, fact)


def _list_for(command: ImportItems, desk: Desk, register: Register) -> tuple[DutyList, list[Event]]:
    """The list as it stands, or as it is opened now."""
    duty_list = desk.streams.find(list_stream(desk.envelope.node, command.kind), evolve_list)
    if duty_list is not None:
        require_keeper(desk, duty_list.keeper)
        return duty_list, []
    if command.keeper is None:
        raise UnknownList(field="keeper")
    actor = desk.envelope.actor
    rights.require(rights.opening(actor.post, register.kind_of(actor.organization)), actor)
    keeper = register.organization(command.keeper, "keeper")
    name = command.name or command.kind.label
    opened = DutyList.open(desk.envelope, command.kind, name, keeper.id, keeper.name)
    return evolve_list(None, opened), [opened]


def _bring_in(command: ImportItems, desk: Desk, register: Register, draft: _Drafting) -> None:
    standing = {title_key(item.field, item.title): item.code for item in draft.revision.items.values()}
    brought = set()
    for content in command.items:
        key = title_key(content.field, content.title)
        if key in brought:
            raise DoubledTitle(f"导入表中“{content.field}”领域的“{content.title}”重复,请合并为一行。", field="items")
        brought.add(key)
        if key not in standing:
            draft.record(added(desk, register, draft.revision, content, None))
            continue
        try:
            draft.record(amended(desk, register, draft.revision, standing[key], content, None, command.source))
        except NothingAmended:
            continue  # the item is carried on as it stands
    if command.whole:
        for key in sorted(standing.keys() - brought):
            draft.record(draft.revision.remove_item(desk.envelope, standing[key], "导入的完整清单中没有该事项"))


def _publish_at_once(
    terms: PublicationTerms,
    desk: Desk,
    register: Register,
    revision: Revision,
    base: Revision | None,
    duty_list: DutyList,
) -> Sequence[Event]:
    for item in revision.items.values():
        register.check_bearers(item)
    steps = _Drafting(revision)
    steps.record(steps.revision.submit(desk.envelope, duty_list))
    steps.record(steps.revision.review(desk.envelope, ""))
    steps.record(steps.revision.approve(desk.envelope))
    publication = Publication(
        terms.document_number,
        terms.published_on,
        terms.effective_from,
        register.area(terms.townships),
        at_set_up=True,
    )
    return [*steps.facts, *publish(desk.envelope, steps.revision, base, duty_list, publication)]


HANDLERS: Handlers = {ImportItems: import_items}
