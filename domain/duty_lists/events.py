"""清单事实: what happened to lists and their revisions.

Streams: List by its kind, Revision by its own id. A list is an index of its revisions; a revision's stream says all
that it binds, items carried from the one before included, one item an event. A list is public: nothing is sealed.
"""

from datetime import date
from uuid import UUID

from domain.duty_lists.items import Area, ListItem
from domain.duty_lists.kinds import ListKind
from domain.shared.events import Event


class ListEvent(Event):
    """清单事实: stands in the stream of one list."""


class ListOpened(ListEvent, wire="duty_lists.ListOpened"):
    """清单建立. `keeper` is the organization (编办) whose list keeper drafts its revisions."""

    kind: ListKind
    title: str
    keeper: UUID
    keeper_name: str


class RevisionListed(ListEvent, wire="duty_lists.RevisionListed"):
    """版本列入清单: recorded together with RevisionPublished. `last_code` is the highest item number given so far."""

    revision: UUID
    number: int
    document_number: str
    published_on: date
    effective_from: date
    applies_to: Area
    content_hash: str
    item_count: int
    last_code: int


class RevisionEvent(Event):
    """版本事实: stands in the stream of one revision."""


class RevisionOpened(RevisionEvent, wire="duty_lists.RevisionOpened"):
    """版本起草. `based_on` is the revision whose items it carries on; `listed_before` how many revisions the list had.

    `last_code` is the highest item number of the list so far; `source` names the imported table, if one was.
    """

    list: UUID
    kind: ListKind
    list_title: str
    keeper: UUID
    keeper_name: str
    number: int
    based_on: UUID | None = None
    based_on_number: int | None = None
    listed_before: int
    last_code: int
    source: str = ""


class ItemAdded(RevisionEvent, wire="duty_lists.ItemAdded"):
    """列入事项. `carried_from` is the revision it was carried from unchanged; None for an item new to the list."""

    item: ListItem
    carried_from: UUID | None = None


class ItemAmended(RevisionEvent, wire="duty_lists.ItemAmended"):
    """修改事项: the item as it reads from now on, and why."""

    item: ListItem
    reason: str = ""


class ItemRemoved(RevisionEvent, wire="duty_lists.ItemRemoved"):
    """移出事项."""

    code: str
    title: str
    reason: str


class RevisionSubmitted(RevisionEvent, wire="duty_lists.RevisionSubmitted"):
    """送审."""

    number: int


class RevisionSentBack(RevisionEvent, wire="duty_lists.RevisionSentBack"):
    """退回修改: reviewer or approver wants changes; the draft is open again."""

    number: int
    reason: str


class RevisionReviewed(RevisionEvent, wire="duty_lists.RevisionReviewed"):
    """审核通过."""

    number: int
    opinion: str = ""


class RevisionApproved(RevisionEvent, wire="duty_lists.RevisionApproved"):
    """批准, in the name of the two offices."""

    number: int


class RevisionPublished(RevisionEvent, wire="duty_lists.RevisionPublished"):
    """公布. From now on the revision is never changed; `content_hash` fixes what it binds (see `content_hash`)."""

    number: int
    document_number: str
    published_on: date
    effective_from: date
    applies_to: Area
    content_hash: str
    item_count: int


class RevisionDiscarded(RevisionEvent, wire="duty_lists.RevisionDiscarded"):
    """草稿作废."""

    number: int
    reason: str


class ItemSuspendedByLaw(RevisionEvent, wire="duty_lists.ItemSuspendedByLaw"):
    """依法暂停执行: a change of law takes the item out of use from `effective_from` on, before any new revision."""

    code: str
    title: str
    effective_from: date
    law: str
