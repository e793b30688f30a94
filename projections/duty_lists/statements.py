"""清单查询语句: rows of the duty lists view as entries, who may see a revision, and the search."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Text, Uuid, bindparam, select, text

from domain.duty_lists.duty_list import DutyList, ListedRevision
from domain.duty_lists.items import Area, ListItem
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.policies import applicable_revision
from domain.duty_lists.revision import Suspension
from projections.duty_lists.entries import ItemEntry, ItemHit, RevisionEntry
from projections.duty_lists.tables import ITEMS, LISTED_REVISIONS, LISTS, REMOVALS, REVISIONS
from projections.duty_lists.typed_text import TypedText
from projections.scope import Viewer

_DRAFT_KINDS = frozenset({"establishment_office", "two_offices", "justice_office"})

_SEARCH = text(
    f"""
    SELECT i.*,
      (SELECT count(*) FROM unnest(:words, :patterns) AS typed (word, pattern)
        WHERE position(word IN i.title_key || chr(10) || i.field_key || chr(10) || i.duty_key) > 0
           OR i.title_key LIKE pattern) AS whole,
      (SELECT coalesce(sum(CASE WHEN position(word IN i.title_key) > 0 THEN 20
                                WHEN i.title_key LIKE pattern THEN 12 ELSE 0 END), 0)
        FROM unnest(:words, :patterns) AS typed (word, pattern))
      + (SELECT coalesce(sum(CASE WHEN position(gram IN i.title_key) > 0 THEN 8
                                  WHEN position(gram IN i.field_key) > 0 THEN 3
                                  WHEN position(gram IN i.duty_key) > 0 THEN 1 ELSE 0 END), 0)
        FROM unnest(:grams) AS gram) AS score
    FROM "{ITEMS.schema}".items i
    WHERE i.stream_id = ANY(:revisions) AND (CAST(:field AS text) IS NULL OR i.field = :field)
    ORDER BY whole DESC, score DESC, i.number, i.code
    LIMIT :limit
    """
).bindparams(
    bindparam("words", type_=ARRAY(Text)),
    bindparam("patterns", type_=ARRAY(Text)),
    bindparam("grams", type_=ARRAY(Text)),
    bindparam("revisions", type_=ARRAY(Uuid)),
)

_FAR_BELOW = 0.4
"""A hit this much weaker than the best is noise: pairs of characters meet by chance."""


def may_see(viewer: Viewer, revision: RevisionEntry) -> bool:
    """Published ones everybody; drafts their keeper, 编办, 两办, 司法行政, and who answers for the whole county."""
    return (
        revision.stage is RevisionStage.PUBLISHED
        or viewer.organization == revision.keeper
        or viewer.organization_kind in _DRAFT_KINDS
        or viewer.sees_all
    )


def visible_revision(connection: Connection, viewer: Viewer, revision: UUID) -> RevisionEntry | None:
    """The revision, or None when there is none that the viewer may see."""
    entry = revisions_by_id(connection, [revision]).get(revision)
    return entry if entry is not None and may_see(viewer, entry) else None


def search_items(
    connection: Connection, revisions: Sequence[RevisionEntry], typed: str, field: str | None, limit: int
) -> list[ItemHit]:
    """Best first. Where items hold every word as typed, only those; else whatever shares enough with the text."""
    looked_for = TypedText.of(typed)
    if not looked_for.grams or not revisions:
        return []
    known = {revision.id: revision for revision in revisions}
    rows = connection.execute(
        _SEARCH,
        {
            "words": list(looked_for.words),
            "patterns": list(looked_for.patterns),
            "grams": list(looked_for.grams),
            "revisions": list(known),
            "field": field,
            "limit": limit,
        },
    ).all()
    rows = [row for row in rows if row.score > 0]
    if rows and rows[0].whole == len(looked_for.words):
        rows = [row for row in rows if row.whole == len(looked_for.words)]
    else:
        best = max((row.score for row in rows), default=0)
        rows = [row for row in rows if row.score >= best * _FAR_BELOW]
    return [ItemHit(item_entry(known[row.stream_id], row), int(row.score)) for row in rows]


def list_indexes(connection: Connection) -> list[DutyList]:
    """The lists as the domain knows them, so that one rule says what applies."""
    listed: dict[UUID, list[ListedRevision]] = {}
    for row in connection.execute(
        select(LISTED_REVISIONS).order_by(LISTED_REVISIONS.c.stream_id, LISTED_REVISIONS.c.place)
    ).all():
        listed.setdefault(row.stream_id, []).append(
            ListedRevision(
                row.revision,
                row.number,
                row.document_number,
                row.published_on,
                row.effective_from,
                Area.model_validate(row.applies_to),
                row.content_hash,
                row.listed_at,
            )
        )
    return [
        DutyList(
            row.stream_id,
            0,
            ListKind(row.kind),
            row.title,
            row.keeper,
            row.keeper_name,
            tuple(listed.get(row.stream_id, ())),
        )
        for row in connection.execute(select(LISTS)).all()
    ]


def revisions_in_force(
    connection: Connection, on: date, township: UUID | None, known_at: datetime | None = None
) -> list[RevisionEntry]:
    """What applies on that day, one revision a list at most."""
    applied = (applicable_revision(index, on, township, known_at=known_at) for index in list_indexes(connection))
    return list(revisions_by_id(connection, [entry.revision for entry in applied if entry]).values())


def published_after(connection: Connection, first: RevisionEntry) -> list[RevisionEntry]:
    """The published revisions of a list from this one on, in order."""
    found = connection.execute(
        select(REVISIONS)
        .where(
            REVISIONS.c.list == first.list,
            REVISIONS.c.stage == RevisionStage.PUBLISHED.value,
            REVISIONS.c.number >= first.number,
        )
        .order_by(REVISIONS.c.number)
    ).all()
    return [revision_entry(row) for row in found]


def removal_reasons(connection: Connection, code: str) -> dict[UUID, str]:
    """Why revisions removed the item, by revision."""
    found = connection.execute(select(REMOVALS.c.stream_id, REMOVALS.c.reason).where(REMOVALS.c.code == code)).all()
    return {row.stream_id: row.reason for row in found}


def revisions_by_id(connection: Connection, ids: Collection[UUID]) -> dict[UUID, RevisionEntry]:
    """Revisions whatever their stage: for the caller to see who may read them."""
    if not ids:
        return {}
    found = connection.execute(select(REVISIONS).where(REVISIONS.c.stream_id.in_(list(ids)))).all()
    return {row.stream_id: revision_entry(row) for row in found}


def items_of(connection: Connection, revision: UUID) -> list[ListItem]:
    """All items of a revision, in the order of the list."""
    found = connection.execute(
        select(ITEMS.c.content).where(ITEMS.c.stream_id == revision).order_by(ITEMS.c.number, ITEMS.c.code)
    ).scalars()
    return [ListItem.model_validate(content) for content in found]


def item_of(connection: Connection, revision: RevisionEntry, code: str) -> ItemEntry | None:
    """One item of a revision."""
    row = connection.execute(select(ITEMS).where(ITEMS.c.stream_id == revision.id, ITEMS.c.code == code)).first()
    return item_entry(revision, row) if row else None


def item_entry(revision: RevisionEntry, row: Row[Any]) -> ItemEntry:
    """A row of `items`."""
    return ItemEntry(
        revision,
        ListItem.model_validate(row.content),
        row.change,
        row.change_reason,
        Suspension(row.suspended_from, row.suspended_by_law) if row.suspended_from else None,
    )


def revision_entry(row: Row[Any]) -> RevisionEntry:
    """A row of `revisions`."""
    return RevisionEntry(
        row.stream_id,
        row.version,
        row.list,
        ListKind(row.kind),
        row.list_title,
        row.keeper,
        row.keeper_name,
        row.number,
        row.based_on,
        row.based_on_number,
        RevisionStage(row.stage),
        row.source,
        row.item_count,
        row.opened_at,
        row.changed_at,
        row.document_number,
        row.published_on,
        row.effective_from,
        None if row.applies_to is None else Area.model_validate(row.applies_to),
        row.content_hash,
    )
