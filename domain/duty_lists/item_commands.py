"""事项的办理: adding, amending and removing items of a draft."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.duty_lists.drafts import ItemDraft, Register, numbered
from domain.duty_lists.events import ItemAdded, ItemAmended
from domain.duty_lists.policies import check_item, check_title
from domain.duty_lists.revision import Revision
from domain.duty_lists.revision_commands import require_keeper, revision_of
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event

_REVISION = Field(title="清单版本")
_ITEM = Field(title="事项编号", max_length=100)
_NUMBER = Field(default=None, title="序号", description="不填则排在最后(修改时不填则不变)", gt=0)


class AddItem(Command):
    """列入事项. The code is given by the system."""

    wire: ClassVar[str] = "duty_lists.add_item"
    title: ClassVar[str] = "列入事项"

    revision: UUID = _REVISION
    content: ItemDraft = Field(title="事项内容")
    number: int | None = _NUMBER


class AmendItem(Command):
    """修改事项. Names the whole item as it reads from now on."""

    wire: ClassVar[str] = "duty_lists.amend_item"
    title: ClassVar[str] = "修改事项"

    revision: UUID = _REVISION
    item: str = _ITEM
    content: ItemDraft = Field(title="事项内容")
    number: int | None = _NUMBER
    reason: str = Field(default="", title="修改理由", max_length=2_000)


class RemoveItem(Command):
    """移出事项."""

    wire: ClassVar[str] = "duty_lists.remove_item"
    title: ClassVar[str] = "移出事项"

    revision: UUID = _REVISION
    item: str = _ITEM
    reason: str = Field(title="移出理由", max_length=2_000)


def add_item(command: AddItem, desk: Desk) -> Sequence[Event]:
    """By the list's keeper, in a draft. Refuses NotListKeeper, UnknownBearer and what check_item does."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    revision.check_drafting()
    fact = added(desk, Register(desk), revision, command.content, command.number)
    check_title(fact.item, revision.items.values())
    return [fact]


def amend_item(command: AmendItem, desk: Desk) -> Sequence[Event]:
    """By the list's keeper, in a draft. Refuses NotListKeeper, UnknownItem, NothingAmended and what check_item does."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    revision.check_drafting()
    register = Register(desk)
    fact = amended(desk, register, revision, command.item, command.content, command.number, command.reason)
    check_title(fact.item, revision.items.values())
    return [fact]


def remove_item(command: RemoveItem, desk: Desk) -> Sequence[Event]:
    """By the list's keeper, in a draft. Refuses NotListKeeper, UnknownItem, ReasonMissing."""
    revision = revision_of(desk.streams, command.revision)
    require_keeper(desk, revision.keeper)
    return [revision.remove_item(desk.envelope, command.item, command.reason)]


def added(desk: Desk, register: Register, revision: Revision, content: ItemDraft, number: int | None) -> ItemAdded:
    """The fact of a new item, its title not yet compared. Refuses UnknownBearer and what check_item does."""
    place = number or numbered(revision.items)
    item = register.item(content, revision.next_code, place, revision.number)
    check_item(revision.kind, item, register.townships())
    return revision.add_item(desk.envelope, item)


def amended(
    desk: Desk,
    register: Register,
    revision: Revision,
    code: str,
    content: ItemDraft,
    number: int | None,
    reason: str,
) -> ItemAmended:
    """The fact of an amended item, its title not yet compared. Refuses UnknownItem, NothingAmended and what check_item
    does."""
    standing = revision.item(code)
    item = register.item(content, code, number or standing.number, revision.number)
    check_item(revision.kind, item, register.townships())
    return revision.amend_item(desk.envelope, item, reason)


HANDLERS: Handlers = {
    AddItem: add_item,
    AmendItem: amend_item,
    RemoveItem: remove_item,
}
