"""版本: decides what may happen to one revision of a list, from draft to publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from domain.duty_lists.duty_list import DutyList
from domain.duty_lists.events import (
    ItemAdded,
    ItemAmended,
    ItemRemoved,
    ItemSuspendedByLaw,
    RevisionApproved,
    RevisionDiscarded,
    RevisionEvent,
    RevisionOpened,
    RevisionPublished,
    RevisionReviewed,
    RevisionSentBack,
    RevisionSubmitted,
)
from domain.duty_lists.items import ListItem
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.refusals import (
    DraftClosed,
    DraftOvertaken,
    EmptyRevision,
    NothingAmended,
    PublishedIsFixed,
    ReasonMissing,
    ReviewedByDrafter,
    SuspendedAlready,
    UnknownItem,
    UnknownRevision,
    WrongRevisionStage,
)
from domain.shared.events import Envelope


@dataclass(frozen=True, slots=True)
class Suspension:
    """依法暂停执行: from which day on, and by which law."""

    effective_from: date
    law: str


@dataclass(frozen=True, slots=True)
class Revision:
    """版本: what the next decision needs to know, the items it binds included."""

    id: UUID
    version: int
    list: UUID
    kind: ListKind
    list_title: str
    keeper: UUID
    number: int
    stage: RevisionStage
    listed_before: int
    last_code: int
    based_on: UUID | None = None
    items: Mapping[str, ListItem] = field(default_factory=dict)
    carried: frozenset[str] = frozenset()
    suspensions: Mapping[str, Suspension] = field(default_factory=dict)
    submitted_by: UUID | None = None
    document_number: str = ""

    @classmethod
    def open(
        cls, envelope: Envelope, revision: UUID, duty_list: DutyList, base: "Revision | None", source: str = ""
    ) -> Sequence[RevisionEvent]:
        """起草版本, carrying on every item of the base with the document number its text came with.

        That the base is a published revision of this list is checked by the handler, which can read it.
        """
        opened = RevisionOpened.first(
            revision,
            envelope,
            list=duty_list.id,
            kind=duty_list.kind,
            list_title=duty_list.title,
            keeper=duty_list.keeper,
            keeper_name=duty_list.keeper_name,
            number=len(duty_list.revisions) + 1,
            based_on=base and base.id,
            based_on_number=base and base.number,
            listed_before=len(duty_list.revisions),
            last_code=duty_list.last_code,
            source=source,
        )
        if base is None:
            return [opened]
        ordered = sorted(base.items.values(), key=lambda item: (item.number, item.code))
        carried = [
            ItemAdded.at_version(
                revision,
                version,
                envelope,
                item=item.model_copy(update={"document_number": item.document_number or base.document_number}),
                carried_from=base.id,
            )
            for version, item in enumerate(ordered, start=2)
        ]
        return [opened, *carried]

    @property
    def next_code(self) -> str:
        """The code that the next new item of the list gets: never given twice, also not after a removal."""
        return item_code(self.kind, self.last_code + 1)

    def add_item(self, envelope: Envelope, item: ListItem) -> ItemAdded:
        """列入事项. The item was checked (`policies.check_item`) and has `next_code`."""
        self.check_drafting()
        return ItemAdded.at_version(self.id, self.version + 1, envelope, item=item)

    def amend_item(self, envelope: Envelope, item: ListItem, reason: str) -> ItemAmended:
        """修改事项. The item was checked. Its text is this revision's, so the document number is left open.
        Refuses UnknownItem, NothingAmended."""
        self.check_drafting()
        standing = self.item(item.code)
        amended = item.model_copy(update={"batch": standing.batch, "document_number": ""})
        if amended.says_the_same(standing) and amended.number == standing.number:
            raise NothingAmended
        return ItemAmended.at_version(self.id, self.version + 1, envelope, item=amended, reason=reason)

    def remove_item(self, envelope: Envelope, code: str, reason: str) -> ItemRemoved:
        """移出事项. Refuses UnknownItem, ReasonMissing."""
        self.check_drafting()
        item = self.item(code)
        _check_reason(reason)
        return ItemRemoved.at_version(self.id, self.version + 1, envelope, code=code, title=item.title, reason=reason)

    def submit(self, envelope: Envelope, duty_list: DutyList) -> RevisionSubmitted:
        """送审. Refuses EmptyRevision, DraftOvertaken."""
        self.check_stage(RevisionStage.DRAFT)
        self.check_current(duty_list)
        if not self.items:
            raise EmptyRevision
        return RevisionSubmitted.at_version(self.id, self.version + 1, envelope, number=self.number)

    def send_back(self, envelope: Envelope, reason: str) -> RevisionSentBack:
        """退回修改, by whoever reviews, approves or publishes. Refuses ReasonMissing."""
        self.check_stage(RevisionStage.SUBMITTED, RevisionStage.REVIEWED, RevisionStage.APPROVED)
        _check_reason(reason)
        return RevisionSentBack.at_version(self.id, self.version + 1, envelope, number=self.number, reason=reason)

    def review(self, envelope: Envelope, opinion: str) -> RevisionReviewed:
        """审核通过. Refuses ReviewedByDrafter."""
        self.check_stage(RevisionStage.SUBMITTED)
        person = envelope.actor.person
        if person is not None and person == self.submitted_by:
            raise ReviewedByDrafter
        return RevisionReviewed.at_version(self.id, self.version + 1, envelope, number=self.number, opinion=opinion)

    def approve(self, envelope: Envelope) -> RevisionApproved:
        """批准."""
        self.check_stage(RevisionStage.REVIEWED)
        return RevisionApproved.at_version(self.id, self.version + 1, envelope, number=self.number)

    def discard(self, envelope: Envelope, reason: str) -> RevisionDiscarded:
        """作废草稿, at any stage before publication. Refuses PublishedIsFixed, ReasonMissing."""
        self.check_unpublished()
        _check_reason(reason)
        return RevisionDiscarded.at_version(self.id, self.version + 1, envelope, number=self.number, reason=reason)

    def suspend_item(self, envelope: Envelope, code: str, effective_from: date, law: str) -> ItemSuspendedByLaw:
        """依法暂停执行 of an item of a published revision. Refuses UnknownItem, ReasonMissing, SuspendedAlready."""
        self.check_stage(RevisionStage.PUBLISHED)
        item = self.item(code)
        _check_reason(law, field="law")
        standing = self.suspensions.get(code)
        if standing is not None and standing.effective_from <= effective_from:
            raise SuspendedAlready
        return ItemSuspendedByLaw.at_version(
            self.id,
            self.version + 1,
            envelope,
            code=code,
            title=item.title,
            effective_from=effective_from,
            law=law,
        )

    def item(self, code: str) -> ListItem:
        """The item with that code. Refuses UnknownItem."""
        item = self.items.get(code)
        if item is None:
            raise UnknownItem(field="item")
        return item

    def check_unpublished(self) -> None:
        """Refuses PublishedIsFixed, DraftClosed."""
        if self.stage is RevisionStage.PUBLISHED:
            raise PublishedIsFixed
        if self.stage is RevisionStage.DISCARDED:
            raise DraftClosed

    def check_stage(self, *stages: RevisionStage) -> None:
        """Refuses PublishedIsFixed, DraftClosed, WrongRevisionStage, unless at one of these stages."""
        if self.stage in stages:
            return
        self.check_unpublished()
        raise WrongRevisionStage(
            f"该版本“{self.stage.label}”,不能办理此操作,请按起草、送审、审核、批准、公布的顺序办理。"
        )

    def check_drafting(self) -> None:
        """Refuses unless items may be changed."""
        self.check_stage(RevisionStage.DRAFT)

    def check_current(self, duty_list: DutyList) -> None:
        """Refuses DraftOvertaken."""
        if len(duty_list.revisions) != self.listed_before:
            raise DraftOvertaken


def item_code(kind: ListKind, place: int) -> str:
    """事项编号: the list's kind and a running number, e.g. "territorial-0013". Stable over all revisions."""
    return f"{kind.value}-{place:04d}"


def evolve(revision: Revision | None, event: RevisionEvent) -> Revision:
    """One step of the fold. Refuses UnknownRevision for a stream that is no revision."""
    if not isinstance(event, RevisionEvent):  # an id of another sort of stream was given
        raise UnknownRevision
    match event:
        case RevisionOpened():
            return Revision(
                event.originator_id,
                event.originator_version,
                event.list,
                event.kind,
                event.list_title,
                event.keeper,
                event.number,
                RevisionStage.DRAFT,
                event.listed_before,
                event.last_code,
                event.based_on,
            )
        case _ if revision is None:
            raise UnknownRevision
        case ItemAdded() | ItemAmended() | ItemRemoved() | ItemSuspendedByLaw():
            return _evolve_items(replace(revision, version=event.originator_version), event)
    return _evolve_stage(replace(revision, version=event.originator_version), event)


def _evolve_items(moved: Revision, event: ItemAdded | ItemAmended | ItemRemoved | ItemSuspendedByLaw) -> Revision:
    match event:
        case ItemAdded() if event.carried_from is not None:
            items = {**moved.items, event.item.code: event.item}
            return replace(moved, items=items, carried=moved.carried | {event.item.code})
        case ItemAdded():
            return replace(moved, items={**moved.items, event.item.code: event.item}, last_code=moved.last_code + 1)
        case ItemAmended():
            items = {**moved.items, event.item.code: event.item}
            return replace(moved, items=items, carried=moved.carried - {event.item.code})
        case ItemRemoved():
            items = {code: item for code, item in moved.items.items() if code != event.code}
            return replace(moved, items=items, carried=moved.carried - {event.code})
        case ItemSuspendedByLaw():
            suspension = Suspension(event.effective_from, event.law)
            return replace(moved, suspensions={**moved.suspensions, event.code: suspension})


def _evolve_stage(moved: Revision, event: RevisionEvent) -> Revision:
    match event:
        case RevisionSubmitted():
            return replace(moved, stage=RevisionStage.SUBMITTED, submitted_by=event.actor.person)
        case RevisionSentBack():
            return replace(moved, stage=RevisionStage.DRAFT)
        case RevisionReviewed():
            return replace(moved, stage=RevisionStage.REVIEWED)
        case RevisionApproved():
            return replace(moved, stage=RevisionStage.APPROVED)
        case RevisionPublished():
            return replace(moved, stage=RevisionStage.PUBLISHED, document_number=event.document_number)
        case RevisionDiscarded():
            return replace(moved, stage=RevisionStage.DISCARDED)
        case _:
            return moved


def _check_reason(reason: str, field: str = "reason") -> None:
    if not reason:
        raise ReasonMissing(field=field)
