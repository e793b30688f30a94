"""责任清单视图: folds lists and revisions into rows."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import MetaData

from domain.duty_lists.events import (
    ItemAdded,
    ItemAmended,
    ItemRemoved,
    ItemSuspendedByLaw,
    ListOpened,
    RevisionApproved,
    RevisionDiscarded,
    RevisionEvent,
    RevisionListed,
    RevisionOpened,
    RevisionPublished,
    RevisionReviewed,
    RevisionSentBack,
    RevisionSubmitted,
)
from domain.duty_lists.items import ListItem
from domain.duty_lists.kinds import RevisionStage
from domain.shared.events import Event
from projections.duty_lists.tables import (
    ITEMS,
    LISTED_REVISIONS,
    LISTS,
    METADATA,
    NAME,
    REMOVALS,
    REVISION_STEPS,
    REVISIONS,
    VERSION,
)
from projections.duty_lists.typed_text import search_key
from projections.engine.projection import Fact
from projections.engine.rows import Row, Rows

CARRIED = "carried"
ADDED = "added"
AMENDED = "amended"


class DutyLists:
    """责任清单视图. Lists, their index, revisions with their items."""

    name: ClassVar[str] = NAME
    title: ClassVar[str] = "责任清单"
    version: ClassVar[int] = VERSION
    subjects: ClassVar[frozenset[str]] = frozenset({"duty_lists"})
    reads_content: ClassVar[bool] = True
    metadata: ClassVar[MetaData] = METADATA

    def apply(self, facts: Sequence[Fact], rows: Rows) -> None:
        """See Projection."""
        for event, _ in facts:
            _fold(event, rows)


def _fold(event: Event, rows: Rows) -> None:
    match event:
        case ListOpened():
            rows.put(
                LISTS,
                {
                    "stream_id": event.originator_id,
                    "kind": event.kind.value,
                    "title": event.title,
                    "keeper": event.keeper,
                    "keeper_name": event.keeper_name,
                    "opened_at": event.recorded_at,
                },
            )
        case RevisionListed():
            _listed(event, rows)
        case RevisionOpened():
            _opened(event, rows)
        case RevisionEvent():
            _revision(event, rows)
        case _:
            return
    rows.touch("duty_lists")


def _listed(event: RevisionListed, rows: Rows) -> None:
    rows.put(
        LISTED_REVISIONS,
        {
            "stream_id": event.originator_id,
            "place": sum(1 for _ in rows.all(LISTED_REVISIONS)),
            "revision": event.revision,
            "number": event.number,
            "document_number": event.document_number,
            "published_on": event.published_on,
            "effective_from": event.effective_from,
            "applies_to": event.applies_to.model_dump(mode="json"),
            "content_hash": event.content_hash,
            "listed_at": event.recorded_at,
        },
    )


def _opened(event: RevisionOpened, rows: Rows) -> None:
    rows.put(
        REVISIONS,
        {
            "stream_id": event.originator_id,
            "version": event.originator_version,
            "list": event.list,
            "kind": event.kind.value,
            "list_title": event.list_title,
            "keeper": event.keeper,
            "keeper_name": event.keeper_name,
            "number": event.number,
            "based_on": event.based_on,
            "based_on_number": event.based_on_number,
            "stage": RevisionStage.DRAFT.value,
            "source": event.source,
            "item_count": 0,
            "opened_at": event.recorded_at,
            "changed_at": event.recorded_at,
            "document_number": "",
            "published_on": None,
            "effective_from": None,
            "applies_to": None,
            "content_hash": None,
        },
    )
    _step(event, RevisionStage.DRAFT, event.source, rows)


def _revision(event: RevisionEvent, rows: Rows) -> None:
    row = rows.get(REVISIONS)
    if row is None:
        raise LookupError(f"{event.wire} 之前没有起草记录")
    changed: Row = {"version": event.originator_version, "changed_at": event.recorded_at}
    match event:
        case ItemAdded():
            _put_item(event, event.item, CARRIED if event.carried_from else ADDED, "", rows)
            changed["item_count"] = row["item_count"] + 1
        case ItemAmended():
            standing = _the_item(event, event.item.code, rows)
            _put_item(event, event.item, ADDED if standing["change"] == ADDED else AMENDED, event.reason, rows)
        case ItemRemoved():
            _the_item(event, event.code, rows)
            rows.remove(ITEMS, event.code)
            rows.put(
                REMOVALS,
                {
                    "stream_id": event.originator_id,
                    "code": event.code,
                    "title": event.title,
                    "reason": event.reason,
                },
            )
            changed["item_count"] = row["item_count"] - 1
        case ItemSuspendedByLaw():
            suspended = {"suspended_from": event.effective_from, "suspended_by_law": event.law}
            rows.put(ITEMS, {**_the_item(event, event.code, rows), **suspended})
        case _:
            changed |= _staged(event, rows)
    rows.put(REVISIONS, {**row, **changed})


def _staged(event: RevisionEvent, rows: Rows) -> Row:
    """What a step of the revision changes in its row."""
    match event:
        case RevisionSubmitted():
            _step(event, RevisionStage.SUBMITTED, "", rows)
            return {"stage": RevisionStage.SUBMITTED.value}
        case RevisionSentBack():
            _step(event, RevisionStage.DRAFT, event.reason, rows)
            return {"stage": RevisionStage.DRAFT.value}
        case RevisionReviewed():
            _step(event, RevisionStage.REVIEWED, event.opinion, rows)
            return {"stage": RevisionStage.REVIEWED.value}
        case RevisionApproved():
            _step(event, RevisionStage.APPROVED, "", rows)
            return {"stage": RevisionStage.APPROVED.value}
        case RevisionDiscarded():
            _step(event, RevisionStage.DISCARDED, event.reason, rows)
            return {"stage": RevisionStage.DISCARDED.value}
        case RevisionPublished():
            _step(event, RevisionStage.PUBLISHED, event.document_number, rows)
            return {
                "stage": RevisionStage.PUBLISHED.value,
                "document_number": event.document_number,
                "published_on": event.published_on,
                "effective_from": event.effective_from,
                "applies_to": event.applies_to.model_dump(mode="json"),
                "content_hash": event.content_hash,
            }
        case _:
            return {}


def _put_item(event: RevisionEvent, item: ListItem, change: str, reason: str, rows: Rows) -> None:
    duties = [text for duty in item.duties for text in (duty.bearer.name, duty.text)]
    rows.put(
        ITEMS,
        {
            "stream_id": event.originator_id,
            "code": item.code,
            "number": item.number,
            "field": item.field,
            "title": item.title,
            "content": item.model_dump(mode="json"),
            "change": change,
            "change_reason": reason,
            "suspended_from": None,
            "suspended_by_law": None,
            "title_key": search_key(item.title),
            "field_key": search_key(item.field),
            "duty_key": search_key(*duties, *(step.name for step in item.steps), item.legal_basis),
        },
    )


def _the_item(event: RevisionEvent, code: str, rows: Rows) -> Row:
    """The row that an earlier event of the stream made. Its absence is a broken stream, which is parked."""
    row = rows.get(ITEMS, code)
    if row is None:
        raise LookupError(f"{event.wire} 之前没有列入事项{code}")
    return row


def _step(event: RevisionEvent, stage: RevisionStage, words: str, rows: Rows) -> None:
    rows.put(
        REVISION_STEPS,
        {
            "stream_id": event.originator_id,
            "version": event.originator_version,
            "stage": stage.value,
            "recorded_at": event.recorded_at,
            "person": event.actor.person,
            "post": event.actor.post,
            "organization": event.actor.organization,
            "organization_name": event.actor.organization_name,
            "words": words,
        },
    )
