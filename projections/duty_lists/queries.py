"""责任清单查询. Published lists are open to every signed-in person; drafts to those who make and decide them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Engine, func, select

from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.policies import applicable_revision
from projections.duty_lists.differences import differences
from projections.duty_lists.entries import (
    ItemChange,
    ItemEntry,
    ItemHit,
    ItemStep,
    ListEntry,
    RevisionEntry,
    RevisionStep,
)
from projections.duty_lists.statements import (
    item_entry,
    item_of,
    items_of,
    list_indexes,
    may_see,
    published_after,
    removal_reasons,
    revision_entry,
    revisions_by_id,
    revisions_in_force,
    search_items,
    visible_revision,
)
from projections.duty_lists.tables import ITEMS, REVISION_STEPS, REVISIONS
from projections.scope import Viewer


class DutyListQueries:
    """查询 over the duty lists view. Days are calendar days; `township` None asks for the whole county."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lists(self, viewer: Viewer, on: date, township: UUID | None = None) -> Sequence[ListEntry]:
        """Every list with what is in force on that day and what is to come, in the order of kinds."""
        with self._engine.connect() as connection:
            entries = []
            for duty_list in list_indexes(connection):
                applied = applicable_revision(duty_list, on, township)
                later = [r for r in duty_list.revisions if r.effective_from > on and r.applies_to.covers(township)]
                known = revisions_by_id(connection, [r.revision for r in (*later, *([applied] if applied else []))])
                entries.append(
                    ListEntry(
                        duty_list.id,
                        duty_list.kind,
                        duty_list.title,
                        duty_list.keeper,
                        duty_list.keeper_name,
                        known.get(applied.revision) if applied else None,
                        tuple(known[r.revision] for r in later if r.revision in known),
                    )
                )
        return sorted(entries, key=lambda entry: list(ListKind).index(entry.kind))

    def in_force(
        self, viewer: Viewer, on: date, township: UUID | None = None, *, known_at: datetime | None = None
    ) -> Sequence[RevisionEntry]:
        """现行版本: the revision of every list that applies on that day, in the order of kinds."""
        with self._engine.connect() as connection:
            found = revisions_in_force(connection, on, township, known_at)
        return sorted(found, key=lambda revision: list(ListKind).index(revision.kind))

    def revisions(self, viewer: Viewer, kind: ListKind) -> Sequence[RevisionEntry]:
        """Every revision of a list that the viewer may see, the newest first."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(REVISIONS)
                .where(REVISIONS.c.kind == kind.value)
                .order_by(REVISIONS.c.number.desc(), REVISIONS.c.opened_at.desc(), REVISIONS.c.stream_id)
            ).all()
        return [entry for entry in map(revision_entry, found) if may_see(viewer, entry)]

    def revision(self, viewer: Viewer, revision: UUID) -> RevisionEntry | None:
        """One revision, or None when there is none that the viewer may see."""
        with self._engine.connect() as connection:
            return visible_revision(connection, viewer, revision)

    def steps(self, viewer: Viewer, revision: UUID) -> Sequence[RevisionStep]:
        """版本办理记录, in order."""
        with self._engine.connect() as connection:
            if visible_revision(connection, viewer, revision) is None:
                return []
            found = connection.execute(
                select(REVISION_STEPS).where(REVISION_STEPS.c.stream_id == revision).order_by(REVISION_STEPS.c.version)
            ).all()
        return [
            RevisionStep(
                row.version,
                RevisionStage(row.stage),
                row.recorded_at,
                row.person,
                row.post,
                row.organization,
                row.organization_name,
                row.words,
            )
            for row in found
        ]

    def fields(self, viewer: Viewer, revision: UUID) -> Sequence[tuple[str, int]]:
        """领域 of a revision with their number of items, in the order of the list."""
        with self._engine.connect() as connection:
            if visible_revision(connection, viewer, revision) is None:
                return []
            found = connection.execute(
                select(ITEMS.c.field, func.count())
                .where(ITEMS.c.stream_id == revision)
                .group_by(ITEMS.c.field)
                .order_by(func.min(ITEMS.c.number), ITEMS.c.field)
            ).all()
        return [(field, count) for field, count in found]

    def items(self, viewer: Viewer, revision: UUID, field: str | None = None) -> Sequence[ItemEntry]:
        """Items of a revision in the order of the list."""
        with self._engine.connect() as connection:
            entry = visible_revision(connection, viewer, revision)
            if entry is None:
                return []
            asked = select(ITEMS).where(ITEMS.c.stream_id == revision).order_by(ITEMS.c.number, ITEMS.c.code)
            if field is not None:
                asked = asked.where(ITEMS.c.field == field)
            return [item_entry(entry, row) for row in connection.execute(asked).all()]

    def item(self, viewer: Viewer, revision: UUID, code: str) -> ItemEntry | None:
        """One item as it stands in one revision."""
        with self._engine.connect() as connection:
            entry = visible_revision(connection, viewer, revision)
            return item_of(connection, entry, code) if entry is not None else None

    def item_in_force(
        self, viewer: Viewer, code: str, on: date, township: UUID | None, *, known_at: datetime | None = None
    ) -> ItemEntry | None:
        """The item as it applies on that day in that township, or None: not listed there then.

        A suspended item is given with its suspension: it is for the reader to see that it does not bind.
        """
        with self._engine.connect() as connection:
            for entry in revisions_in_force(connection, on, township, known_at):
                if (found := item_of(connection, entry, code)) is not None:
                    return found
        return None

    def item_history(self, viewer: Viewer, code: str) -> Sequence[ItemStep]:
        """事项沿革 over the published revisions of its list, the oldest first, with what each changed."""
        with self._engine.connect() as connection:
            rows = {row.stream_id: row for row in connection.execute(select(ITEMS).where(ITEMS.c.code == code)).all()}
            known = revisions_by_id(connection, rows.keys())
            published = [entry for entry in known.values() if entry.stage is RevisionStage.PUBLISHED]
            if not published:
                return []
            line = published_after(connection, min(published, key=lambda entry: entry.number))
            reasons = removal_reasons(connection, code)
        steps: list[ItemStep] = []
        before: ItemEntry | None = None
        for revision in line:
            now = item_entry(revision, rows[revision.id]) if revision.id in rows else None
            if now is not None:
                changed = differences(before.item, now.item) if before else ()
                steps.append(ItemStep(revision, now, changed))
            elif before is not None:
                steps.append(ItemStep(revision, None, (), reasons.get(revision.id, "")))
            before = now
        return steps

    def changes(self, viewer: Viewer, revision: UUID) -> Sequence[ItemChange]:
        """版本差异: what this revision added, amended and removed against the one it was based on."""
        with self._engine.connect() as connection:
            entry = visible_revision(connection, viewer, revision)
            if entry is None:
                return []
            now = {item.code: item for item in items_of(connection, revision)}
            was = {item.code: item for item in items_of(connection, entry.based_on)} if entry.based_on else {}
        found = []
        for code in dict.fromkeys([*now, *was]):
            if code not in was:
                found.append(ItemChange(code, now[code].title, "added", ()))
            elif code not in now:
                found.append(ItemChange(code, was[code].title, "removed", ()))
            elif not now[code].says_the_same(was[code]):
                changed = differences(was[code], now[code])
                found.append(ItemChange(code, now[code].title, "amended", changed))
        return found

    def search(
        self,
        viewer: Viewer,
        typed: str,
        on: date,
        township: UUID | None = None,
        *,
        kinds: Collection[ListKind] | None = None,
        limit: int = 20,
    ) -> Sequence[ItemHit]:
        """事项检索 by typing or dictating, over all lists in force on that day (or those of `kinds`); best first."""
        with self._engine.connect() as connection:
            revisions = [r for r in revisions_in_force(connection, on, township) if kinds is None or r.kind in kinds]
            return search_items(connection, revisions, typed, None, limit)

    def search_in(
        self, viewer: Viewer, revision: UUID, typed: str, field: str | None = None, *, limit: int = 50
    ) -> Sequence[ItemHit]:
        """事项检索 within one revision, draft or published, and within one field if named; best first."""
        with self._engine.connect() as connection:
            entry = visible_revision(connection, viewer, revision)
            return search_items(connection, [entry], typed, field, limit) if entry else []
