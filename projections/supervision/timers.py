"""到时清单: what may be due by now, for the clock. It acts for the platform itself, so nobody's scope narrows it;
nothing of this reaches a page, and what it lists decides nothing: the commands it leads to decide on facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    Select,
    and_,
    any_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from domain.obligations.words import Action, Ending, Performance
from domain.supervision.lateness import UNJUSTIFIED
from domain.supervision.words import FailureKind, Rung, Standing
from projections.calls.tables import REFUSED_TWICE, obligations
from projections.supervision.tables import ladders, orders, suspicions
from projections.supervision.tables import obligations as own
from projections.supervision.view import CIRCULAR, CIRCULARS_FROM

LAPSING = (Action.EVALUATE, Action.CONTEST_DECLINE)
"""What the platform ends by itself when its time is over: a call is filed."""

LOOKED_BACK = timedelta(days=30)
"""How long after its end it is still asked what is to be suspected of an obligation."""

UNANSWERED_LOOKED_BACK = timedelta(days=60)
"""How long after 不响应 was suspected a response is still looked for."""

_MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Timer:
    """到时: an obligation, by its place in a call (`own`: in the matter), that may have reached a rung at `at`.

    `seen` is the version of the ladder as the view has it (0: none): the same rung asked about after the ladder
    changed is another question. -1: the question is no rung, but whether something is to be suspected.
    """

    at: datetime
    call: UUID
    place: int
    due: datetime
    rung: Rung
    seen: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Lapse:
    """期满: what of a call may be over."""

    call: UUID
    action: Action
    due: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """待触发: how many timers are due and not fired (counted no further than 1,000), and the oldest."""

    count: int
    oldest: datetime | None


class Timers:
    """Reads what is due, by index, in the order of time."""

    def __init__(self, engine: Engine, page: int = 2_000) -> None:
        self._engine = engine
        self._page = page

    def fresh(self, now: datetime) -> Iterator[Timer]:
        """Obligations that are nearly due or overdue and climb no ladder for that due time yet."""
        yield from self._timers(_fresh(now))

    def asked(self, now: datetime) -> Iterator[Timer]:
        """The same of what orders and circulars ask for."""
        yield from self._timers(_asked(now))

    def moot(self, now: datetime) -> Iterator[Timer]:
        """Signatures that wait under an order of whose items none is to be done any more, or under a circular of whose
        items none is to be circulated any more."""
        yield from self._timers(_moot(now))

    def climbing(self, now: datetime) -> Iterator[Timer]:
        """Ladders whose next rung is due."""
        yield from self._timers(_climbing(now))

    def refused(self, now: datetime) -> Iterator[Timer]:
        """What was sent back for rework too often, of which nothing is suspected yet: no time need have come for it."""
        yield from self._timers(_refused(now))

    def answered(self, now: datetime) -> Iterator[Timer]:
        """Responses that came after 不响应 was suspected, of which nothing more is suspected yet: the ladder may have
        been at its top, and asks no more."""
        yield from self._timers(_answered(now))

    def lapsed(self, now: datetime) -> Iterator[Lapse]:
        """What was open for a time that is over, oldest first: what can't be ended holds up nothing behind it."""
        wanted = select(obligations.c.due_at, obligations.c.stream_id, obligations.c.place, obligations.c.action).where(
            obligations.c.is_open, obligations.c.action.in_(LAPSING), obligations.c.due_at < now
        )
        for row in self._pages(wanted, ("due_at", "stream_id", "place")):
            yield Lapse(row.stream_id, Action(row.action), row.due_at)

    def backlog(self, now: datetime) -> Backlog:
        """How much waits for the clock, for those who keep the instance running."""
        parts = [part.limit(_MOST_COUNTED).subquery() for part in (_fresh(now), _asked(now), _climbing(now))]
        waiting = union_all(*(select(part.c.at) for part in parts)).subquery()
        with self._engine.connect() as connection:
            row = connection.execute(select(func.count(), func.min(waiting.c.at)).select_from(waiting)).one()
        return Backlog(int(row[0]), row[1])

    def _timers(self, wanted: Select[Any]) -> Iterator[Timer]:
        for row in self._pages(wanted, ("at", "call", "place", "own")):
            yield Timer(row.at, row.call, row.place, row.due_at, Rung(row.rung), row.seen, row.own)

    def _pages(self, wanted: Select[Any], order: tuple[str, ...]) -> Iterator[Row[Any]]:
        listed = wanted.subquery()
        place = tuple_(*(listed.c[name] for name in order))
        after: tuple[Any, ...] | None = None
        while True:
            page = select(listed) if after is None else select(listed).where(place > after)
            page = page.order_by(*(listed.c[name] for name in order)).limit(self._page)
            with self._engine.connect() as connection:
                rows = connection.execute(page).all()
            yield from rows
            if len(rows) < self._page:
                return
            after = tuple(getattr(rows[-1], name) for name in order)


def _fresh(now: datetime) -> Select[Any]:
    climbed = aliased(ladders, name="climbed")
    beside = and_(climbed.c.call == obligations.c.stream_id, climbed.c.place == obligations.c.place, ~climbed.c.own)
    return (
        select(
            obligations.c.due_soon_at.label("at"),
            obligations.c.stream_id.label("call"),
            obligations.c.place,
            obligations.c.due_at,
            literal(Rung.REMIND.value).label("rung"),
            func.coalesce(climbed.c.version, 0).label("seen"),
            false().label("own"),
        )
        .select_from(obligations.outerjoin(climbed, beside))
        .where(
            obligations.c.is_open,
            obligations.c.owed,
            obligations.c.due_soon_at <= now,
            or_(obligations.c.paused_since.is_(None), obligations.c.paused_since > obligations.c.due_at),
            _may_climb(climbed, obligations.c.due_at),
        )
    )


def _asked(now: datetime) -> Select[Any]:
    climbed = aliased(ladders, name="climbed")
    beside = and_(climbed.c.stream_id == own.c.stream_id, climbed.c.place == own.c.place, climbed.c.own)
    return (
        select(
            own.c.due_soon_at.label("at"),
            own.c.call,
            own.c.place,
            own.c.due_at,
            literal(Rung.REMIND.value).label("rung"),
            func.coalesce(climbed.c.version, 0).label("seen"),
            true().label("own"),
        )
        .select_from(own.outerjoin(climbed, beside))
        .where(own.c.is_open, own.c.due_soon_at <= now, _may_climb(climbed, own.c.due_at))
    )


def _may_climb(climbed: Any, due: ColumnElement[datetime]) -> ColumnElement[bool]:
    """No ladder is climbed yet for this due time, or it rests and its clock may go on."""
    return or_(
        climbed.c.stream_id.is_(None),
        climbed.c.due_at != due,
        climbed.c.standing.not_in((Standing.CLIMBING, Standing.TOP, Standing.PAST)),
    )


def _climbing(now: datetime) -> Select[Any]:
    return select(
        ladders.c.next_at.label("at"),
        ladders.c.call,
        ladders.c.place,
        ladders.c.due_at,
        func.coalesce(ladders.c.next_rung, Rung.REMIND.value).label("rung"),
        ladders.c.version.label("seen"),
        ladders.c.own,
    ).where(ladders.c.standing == Standing.CLIMBING, ladders.c.next_at <= now)


def _moot(now: datetime) -> Select[Any]:
    to_do = exists().where(_named(), obligations.c.is_open)
    of_orders = and_(own.c.action == Action.SIGN_ORDER.value, orders.c.place == own.c.entry, ~to_do)
    circulated = aliased(orders, name="circulated")
    by_another = (
        exists()
        .where(
            circulated.c.stream_id == orders.c.stream_id,
            circulated.c.kind == CIRCULAR,
            circulated.c.issued_at > obligations.c.due_at,  # for the due time that it has now
            obligations.c.place == any_(circulated.c.places),
        )
        .correlate(obligations, orders)
    )
    to_circulate = exists().where(
        _named(), obligations.c.performance.in_([one.value for one in UNJUSTIFIED]), ~by_another
    )
    of_circulars = and_(
        own.c.action == Action.SIGN_CIRCULAR.value, orders.c.place == CIRCULARS_FROM + own.c.entry, ~to_circulate
    )
    return (
        select(
            own.c.opened_at.label("at"),
            own.c.call,
            own.c.place,
            own.c.due_at,
            literal(Rung.REMIND.value).label("rung"),
            literal(-1).label("seen"),
            true().label("own"),
        )
        .join_from(own, orders, orders.c.stream_id == own.c.stream_id)
        .where(own.c.is_open, own.c.opened_at <= now, or_(of_orders, of_circulars))
    )


def _named() -> ColumnElement[bool]:
    """An obligation of the call that the document names."""
    return and_(
        obligations.c.stream_id == orders.c.call,
        or_(
            obligations.c.place == any_(orders.c.places),
            obligations.c.ledger["inherited_from"].astext.is_not(None),  # of a body that one of them was of, maybe
        ),
    )


def _refused(now: datetime) -> Select[Any]:
    return _to_suspect().where(
        text(REFUSED_TWICE),
        or_(obligations.c.ended_at.is_(None), obligations.c.ended_at > now - LOOKED_BACK),
        func.coalesce(obligations.c.ledger["ending"].astext, "") != Ending.RELEASED.value,
        ~_suspected(FailureKind.INACTION),
    )


def _answered(now: datetime) -> Select[Any]:
    """Each suspicion for itself: the planner would rather read every response of the county's history."""
    late = (
        _to_suspect()
        .where(
            obligations.c.stream_id == suspicions.c.call,
            obligations.c.place == any_(suspicions.c.places),
            obligations.c.action == Action.RESPOND.value,
            obligations.c.performance == Performance.LATE.value,
            obligations.c.ended_at > now - LOOKED_BACK,
            ~_suspected(FailureKind.LATE_RESPONSE),
        )
        .limit(1)
        .correlate(suspicions)
        .lateral("late")
    )
    return (
        select(late)
        .select_from(suspicions.join(late, true()))
        .where(
            text("suspicions.kind = 'no_response'"),
            suspicions.c.suspected_at > now - UNANSWERED_LOOKED_BACK,
        )
    )


def _to_suspect() -> Select[Any]:
    return select(
        obligations.c.opened_at.label("at"),
        obligations.c.stream_id.label("call"),
        obligations.c.place,
        obligations.c.due_at,
        literal(Rung.REMIND.value).label("rung"),
        literal(-1).label("seen"),
        false().label("own"),
    ).select_from(obligations)


def _suspected(kind: FailureKind) -> ColumnElement[bool]:
    """Of this very obligation; what is suspected of another one of the same organization says nothing of it."""
    known = aliased(suspicions, name="known")
    return exists().where(
        known.c.call == obligations.c.stream_id,
        known.c.kind == kind.value,
        obligations.c.place == any_(known.c.places),
    )
