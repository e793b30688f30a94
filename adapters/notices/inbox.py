"""消息: what somebody was told, newest first, and what of it they have read. Reading is no fact of the casework."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, func, select, tuple_, update

from adapters.notices.rows import notice_of, select_notices
from adapters.notices.tables import deliveries, items, notices
from domain.notices.records import Delivery, DeliveryState, InboxEntry, notice_href
from domain.notices.words import Topic
from domain.rules.notice_rule import Channel
from domain.shared.refusals import Invalid
from projections.calls.sight import visible
from projections.calls.tables import calls
from projections.scope import Viewer

PAGE = 30
MOST_COUNTED = 99
"""Beyond this many nobody needs the exact number of unread ones."""


class Inbox:
    """Everybody's own: what another was told is read by nobody."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def unread(self, viewer: Viewer) -> int:
        """How many are unread, MOST_COUNTED + 1 for more. One cheap query, for every page's frame."""
        some = select(notices.c.notice_id).where(notices.c.person_id == viewer.person, notices.c.read_at.is_(None))
        with self._engine.connect() as connection:
            return int(
                connection.execute(select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery())).scalar()
                or 0
            )

    def entries(self, viewer: Viewer, after: str = "", *, only_owed: bool = False) -> Sequence[InboxEntry]:
        """A page of the inbox, newest first, with how each went out. What a call is about stands with it where the
        viewer may read the call in the post they are in. Refuses Invalid for a place that is none."""
        statement = select_notices().where(notices.c.person_id == viewer.person)
        if only_owed:
            statement = statement.where(notices.c.topic.in_([topic.value for topic in Topic if topic.owed]))
        if after:
            statement = statement.where(tuple_(notices.c.recorded_at, notices.c.notice_id) < _place(after))
        page = statement.order_by(notices.c.recorded_at.desc(), notices.c.notice_id.desc()).limit(PAGE)
        with self._engine.connect() as connection:
            rows = connection.execute(page).mappings().all()
        found = [notice_of(row) for row in rows]
        sent = self._deliveries([notice.id for notice in found])
        texts = self._texts(viewer, {notice.call for notice in found})
        return [
            InboxEntry(notice, row["read_at"], tuple(sent.get(notice.id, ())), texts.get(notice.call, ""))
            for notice, row in zip(found, rows, strict=True)
        ]

    @staticmethod
    def next_place(page: Sequence[InboxEntry]) -> str:
        """Where the next page begins, "" where there is none."""
        if len(page) < PAGE:
            return ""
        last = page[-1].notice
        return f"{last.recorded_at.isoformat()}|{last.id}"

    def read(self, viewer: Viewer, which: UUID) -> str | None:
        """Mark one as read; gives where it stands in the product, None for one that is not the viewer's."""
        mine = update(notices).where(notices.c.notice_id == which, notices.c.person_id == viewer.person)
        with self._engine.begin() as connection:
            row = connection.execute(
                mine.values(read_at=func.coalesce(notices.c.read_at, self._clock())).returning(
                    notices.c.topic, notices.c.call_id, notices.c.page
                )
            ).one_or_none()
        return notice_href(Topic(row.topic), row.call_id, row.page) if row is not None else None

    def read_all(self, viewer: Viewer, up_to: datetime) -> int:
        """Mark as read what was there when the reader looked; gives how many."""
        mine = update(notices).where(
            notices.c.person_id == viewer.person, notices.c.read_at.is_(None), notices.c.recorded_at <= up_to
        )
        with self._engine.begin() as connection:
            return connection.execute(mine.values(read_at=self._clock())).rowcount

    def _deliveries(self, which: Collection[UUID]) -> Mapping[UUID, list[Delivery]]:
        statement = (
            select(items.c.notice_id, deliveries)
            .join(deliveries, deliveries.c.delivery_id == items.c.delivery_id)
            .where(items.c.notice_id.in_(which))
            .order_by(deliveries.c.channel)
        )
        found: dict[UUID, list[Delivery]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement).mappings():
                at = row["ended_at"] or row["next_at"]
                state = DeliveryState(row["state"])
                sent = Delivery(Channel(row["channel"]), state, at, row["attempts"], row["answer"], row["gathered"])
                found.setdefault(row["notice_id"], []).append(sent)
        return found

    def _texts(self, viewer: Viewer, about: Collection[UUID]) -> Mapping[UUID, str]:
        statement = select(calls.c.stream_id, calls.c.text).where(calls.c.stream_id.in_(about), visible(viewer))
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}


def _place(after: str) -> tuple[datetime, UUID]:
    moment, _, which = after.partition("|")
    try:
        place = datetime.fromisoformat(moment), UUID(which)
        if place[0].tzinfo is None:
            raise ValueError(after)
    except ValueError:
        raise Invalid("翻页位置无效,请从第一页重新查看。", field="after") from None
    return place
