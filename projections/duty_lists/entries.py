"""清单条目: what the queries of the duty lists give."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.duty_lists.items import Area, ListItem
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.revision import Suspension


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """版本. `version` is the stream's, for If-Match; the last five are None or empty until it is published."""

    id: UUID
    version: int
    list: UUID
    kind: ListKind
    list_title: str
    keeper: UUID
    keeper_name: str
    number: int
    based_on: UUID | None
    based_on_number: int | None
    stage: RevisionStage
    source: str
    item_count: int
    opened_at: datetime
    changed_at: datetime
    document_number: str
    published_on: date | None
    effective_from: date | None
    applies_to: Area | None
    content_hash: str | None

    @property
    def label(self) -> str:
        """The revision as people call it."""
        return f"{self.list_title}(第{self.number}版)"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """清单. `in_force` is what applies on the day asked, `coming` what is published for later."""

    id: UUID
    kind: ListKind
    title: str
    keeper: UUID
    keeper_name: str
    in_force: RevisionEntry | None
    coming: tuple[RevisionEntry, ...]


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """事项 in one revision. `change` says how it came there: carried, added or amended (with its reason)."""

    revision: RevisionEntry
    item: ListItem
    change: str
    change_reason: str
    suspended: Suspension | None

    @property
    def document_number(self) -> str:
        """The document its present text came with: its own, or that of this revision."""
        return self.item.document_number or self.revision.document_number


@dataclass(frozen=True, slots=True)
class ItemHit:
    """检索结果: an item and how well it fits (higher is better; only the order means something)."""

    entry: ItemEntry
    score: int


@dataclass(frozen=True, slots=True)
class Difference:
    """差异: one part of an item that reads otherwise than before; empty where it was not there."""

    part: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class ItemStep:
    """事项沿革: the item in one revision, or its removal by it (`entry` None), and what changed."""

    revision: RevisionEntry
    entry: ItemEntry | None
    differences: tuple[Difference, ...]
    removal_reason: str = ""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """版本差异: one item that this revision added, amended or removed, against the revision it was based on."""

    code: str
    title: str
    change: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """版本办理记录: one step, who took it, and the words said with it (reason, opinion, document number)."""

    version: int
    stage: RevisionStage
    recorded_at: datetime
    person: UUID | None
    post: str
    organization: UUID
    organization_name: str
    words: str
