"""Questions to the calls view. Each takes the viewer: whoever may not read a call does not learn that it exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select, true

from domain.calls.call import Call
from domain.calls.intake.likeness import LOOKED_BACK, Said, alike
from domain.calls.words import FINAL_STAGES, Stage
from domain.obligations.obligation import Obligation
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from domain.shared.urgency import Urgency
from projections.calls.listing import ObligationPlace, obligation_lines, obligations_of
from projections.calls.obligation_rows import obligation_of
from projections.calls.searching import NEWEST, Place, among_newest, in_all, newest_first, words_of
from projections.calls.secrecy import keeps, readable
from projections.calls.sight import own_calls, visible
from projections.calls.tables import attachments, calls, obligations, timeline
from projections.calls.view import call_json
from projections.contents import taken_apart
from projections.scope import Viewer

PAGE = 50
_COMPARED = 1_000
"""So many of the newest open calls are compared with a new one."""
MOST_COUNTED = 999
"""Nobody reads a larger number off a desk: what is more is counted no further, however long the history."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in a list, with the obligation the list is about (None where it is about the call itself)."""

    id: UUID
    version: int
    number: str
    text: str
    place: str
    stage: str
    urgency: Urgency
    township_name: str
    lead_name: str | None
    item_title: str
    submitted_at: datetime
    changed_at: datetime
    owed: Obligation | None = None
    place_in_list: str = ""


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """办理记录: one fact as the viewer may read it."""

    version: int
    position: int
    wire: str
    recorded_at: datetime
    occurred_at: datetime
    person: UUID | None
    post: str
    organization: UUID
    organization_name: str
    fact: dict[str, Any]
    acting_for: UUID | None = None
    """受托代办: the holder of the post, whom `person` acted for."""


@dataclass(frozen=True, slots=True)
class CallFile:
    """附件 of a call."""

    call: UUID
    sha256: str
    name: str
    media_type: str
    size: int
    thumbnail: bool


@dataclass(frozen=True, slots=True)
class Precedent:
    """可参照意见: an opinion marked as a guide for an item. `readable`: the viewer may open the call it was given on.

    Document number and proposed organization stand in clear for everybody; the opinion's text stays with its call.
    """

    call: UUID
    readable: bool
    reference: str
    proposed: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers on a desk: what is open, overdue, done, and calls of one's own. MOST_COUNTED + 1: or more."""

    to_do: int
    overdue: int
    done: int
    mine: int


_LINE = (
    *(
        "stream_id",
        "version",
        "number",
        "text",
        "place",
        "stage",
        "urgency",
        "township_name",
        "lead_name",
        "item_title",
    ),
    *("submitted_at", "changed_at"),
)
"""What a list shows of a call. Its folded state is long and stays where it is."""


def _call_place(after: str) -> Place | None:
    split = _place(after, 2)
    return (datetime.fromisoformat(split[0]), UUID(split[1])) if split else None


def _obligation_place(after: str) -> ObligationPlace | None:
    split = _place(after, 3)
    return (datetime.fromisoformat(split[0]), UUID(split[1]), int(split[2])) if split else None


def _place(after: str, parts: int) -> list[str]:
    """The parts of a page's place, none for the first page. Refuses Invalid for anything we did not hand out."""
    if not after:
        return []
    split = after.split("|")
    try:
        if len(split) != parts or datetime.fromisoformat(split[0]).tzinfo is None:
            raise ValueError(after)
        UUID(split[1])
        if parts == 3 and not 0 <= int(split[2]) < 1_000_000:
            raise ValueError(after)
    except ValueError:
        raise Invalid("翻页位置无效,请从第一页重新查看。", field="after") from None
    return split


class CallQueries:
    """Reads the calls view. A search looks through the newest calls, `newest` of them, before it asks the index."""

    def __init__(self, engine: Engine, newest: int = NEWEST) -> None:
        self._engine = engine
        self._newest = newest

    def to_do(self, viewer: Viewer, after: str = "") -> list[CallLine]:
        """待办: open obligations waiting for the viewer's post in their organization, nearest due first."""
        return self._lines(
            obligation_lines(_LINE, viewer, obligations.c.is_open, "due_at", _obligation_place(after), PAGE)
        )

    def done(self, viewer: Viewer, after: str = "") -> list[CallLine]:
        """已办: obligations the viewer's organization did, newest first."""
        place = _obligation_place(after)
        return self._lines(
            obligation_lines(_LINE, viewer, obligations.c.done, "ended_at", place, PAGE, newest_first=True)
        )

    def mine(self, viewer: Viewer, after: str = "") -> list[CallLine]:
        """我发起: calls of the viewer's own organization, newest first."""
        wanted = own_calls(viewer, *(calls.c[name] for name in _LINE))
        return self._plain(newest_first(wanted, _call_place(after)).limit(PAGE))

    def search(self, viewer: Viewer, words: str, after: str = "", stage: str = "") -> list[CallLine]:
        """Calls the viewer may read, by number, words or place; newest first."""
        asked = (_LINE, viewer, words_of(words), stage, _call_place(after), PAGE)
        found = self._plain(among_newest(*asked, of=self._newest))
        return found if len(found) == PAGE else self._plain(in_all(*asked))

    def counts(self, viewer: Viewer, now: datetime) -> Counts:
        """The numbers on the desk; each opens its list. None is counted further than MOST_COUNTED + 1."""
        to_do, done = obligations_of(viewer, obligations.c.is_open), obligations_of(viewer, obligations.c.done)
        numbers = (to_do, to_do.where(obligations.c.due_at < now), done, own_calls(viewer, calls.c.submitted_at))
        with self._engine.connect() as connection:
            counted: Sequence[int] = connection.execute(select(*map(_counted, numbers))).one()
        return Counts(*counted)

    def waiting(self, viewer: Viewer) -> int:
        """The first of these numbers alone, for every page's frame."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(_counted(obligations_of(viewer, obligations.c.is_open)))).scalar_one())

    @staticmethod
    def next_place(lines: Sequence[CallLine]) -> str | None:
        """What to pass as `after` for the next page, or None on the last one."""
        return lines[-1].place_in_list if len(lines) == PAGE else None

    def call(self, viewer: Viewer, call: UUID) -> Call | None:
        """The folded call, or None when there is none the viewer may read."""
        with self._engine.connect() as connection:
            state = connection.execute(select(calls.c.state).where(calls.c.stream_id == call, visible(viewer))).scalar()
        return call_json.validate_python(state) if state is not None else None

    def alike(self, viewer: Viewer, call: Call) -> list[CallLine]:
        """疑似重复: open calls of the last weeks, which the viewer may read, that seem to be about the same matter."""
        columns = [calls.c[name] for name in _LINE]
        since = call.submitted_at - LOOKED_BACK
        wanted = (
            select(*columns, calls.c.state["item_hint"].astext.label("item_hint"))
            .where(
                visible(viewer),
                calls.c.submitted_at >= since,
                calls.c.stream_id != call.id,
                calls.c.stage.in_([stage.value for stage in Stage if stage not in FINAL_STAGES]),
            )
            .order_by(calls.c.submitted_at.desc())
            .limit(_COMPARED)
        )
        with self._engine.connect() as connection:
            rows = {row.stream_id: row for row in connection.execute(wanted)}
        said = [Said(id_, row.text, row.place, row.item_title or row.item_hint or "") for id_, row in rows.items()]
        asked = Said(call.id, call.text, call.place, call.item_title or call.item_hint)
        return [_line(rows[id_]) for id_ in alike(asked, said)]

    def by_number(self, viewer: Viewer, number: str) -> UUID | None:
        """The call with a number, if the viewer may read it."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(calls.c.stream_id)
                .where(calls.c.number == number, visible(viewer))
                .order_by(calls.c.submitted_at.desc(), calls.c.stream_id)
            ).scalar()

    def record(self, viewer: Viewer, call: Call) -> list[RecordEntry]:
        """办理记录 of a call the viewer may read, oldest first; others' internal notes and reports of pressure left out
        (but for an auditor, and the organization that hears those reports), identities masked, and of a confidential
        call what is kept back."""
        wanted = (
            select(timeline)
            .where(
                timeline.c.stream_id == call.id,
                self._readable(viewer, timeline.c.stream_id),
                or_(self._meant_for(viewer, timeline.c.only_for), _heard_by(viewer)),
            )
            .order_by(timeline.c.version)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            RecordEntry(
                row.version,
                row.position,
                row.wire,
                row.recorded_at,
                row.occurred_at,
                row.person,
                row.post,
                row.organization,
                row.organization_name,
                readable(call, viewer, said, wire=row.wire, version=row.version, by=row.organization),
                acting_for,
            )
            for row in rows
            for said, acting_for in (taken_apart(row.fact),)
        ]

    def precedents(self, viewer: Viewer, item: str) -> list[Precedent]:
        """可参照的职责界定 on an item, newest first. An opinion not marked 可参照 guides nobody else."""
        wanted = (
            select(timeline, visible(viewer).label("readable"))
            .join(calls, calls.c.stream_id == timeline.c.stream_id)
            .where(
                timeline.c.wire == "calls.OpinionGiven",
                timeline.c.fact["item"].astext == item,
                timeline.c.fact["citable"].astext == "true",
            )
            .order_by(timeline.c.recorded_at.desc())
            .limit(PAGE)
        )
        with self._engine.connect() as connection:
            return [
                Precedent(
                    row.stream_id,
                    bool(row.readable),
                    row.fact["reference"],
                    row.fact["proposed"]["name"],
                    row.recorded_at,
                )
                for row in connection.execute(wanted)
            ]

    def files(self, viewer: Viewer, call: Call) -> list[CallFile]:
        """附件 of a call the viewer may read; of a confidential one not what came with the original."""
        wanted = select(attachments).where(
            attachments.c.stream_id == call.id,
            self._readable(viewer, attachments.c.stream_id),
            self._meant_for(viewer, attachments.c.only_for),
        )
        with self._engine.connect() as connection:
            files = [
                CallFile(row.stream_id, row.sha256, row.name, row.media_type, row.size, row.thumbnail)
                for row in connection.execute(wanted)
            ]
        if call.confidential is None or keeps(call, viewer):
            return files
        shown = {one["sha256"] for entry in self.record(viewer, call) for one in entry.fact.get("attachments", ())}
        return [file for file in files if file.sha256 in shown]

    def _meant_for(self, viewer: Viewer, only_for: ColumnElement[UUID]) -> ColumnElement[bool]:
        """Others' internal notes are read by an auditor alone, who sees everything and can write nothing."""
        if viewer.post is Post.AUDITOR:
            return true()
        return or_(only_for.is_(None), only_for == viewer.organization)

    def _readable(self, viewer: Viewer, stream: ColumnElement[UUID]) -> ColumnElement[bool]:
        return select(calls.c.stream_id).where(calls.c.stream_id == stream, visible(viewer)).exists()

    def _lines(self, wanted: Select[Any]) -> list[CallLine]:
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            _line(
                row,
                owed=obligation_of(row),
                place_in_list=f"{(row.ended_at if row.ended_at else row.due_at).isoformat()}"
                f"|{row.stream_id}|{row.obligation_place}",
            )
            for row in rows
        ]

    def _plain(self, wanted: Select[Any]) -> list[CallLine]:
        with self._engine.connect() as connection:
            rows: Sequence[Any] = connection.execute(wanted).all()
        return [_line(row, place_in_list=f"{row.submitted_at.isoformat()}|{row.stream_id}") for row in rows]


def _heard_by(viewer: Viewer) -> ColumnElement[bool]:
    """Reports of pressure, for the organization that hears them."""
    hearing = timeline.c.fact["heard_by"]["id"].astext == str(viewer.organization)
    return and_(timeline.c.wire == "calls.PressureReported", hearing)


def _counted(wanted: Select[Any]) -> ColumnElement[int]:
    return select(func.count()).select_from(wanted.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()


def _line(row: Any, **more: Any) -> CallLine:
    return CallLine(
        row.stream_id,
        row.version,
        row.number,
        row.text,
        row.place,
        row.stage,
        Urgency(row.urgency),
        row.township_name,
        row.lead_name,
        row.item_title,
        row.submitted_at,
        row.changed_at,
        **more,
    )
