"""通知计划: reads facts as they are stored and writes into the outbox whom to tell what, once for every fact.

Notices, their sendings and the place reached stand in one transaction, and every key is computed from the fact and the
recipient: killed anywhere, started twice or begun anew, it plans each notice exactly once. It holds no content key.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from adapters.event_store.clear_part import ClearDecoder
from adapters.notices.outbox import OutboxWriter, Planned, Unplanned
from adapters.notices.place import Place, Places
from domain.notices.addressing import Holder, reached
from domain.notices.records import Notice, notice_id
from domain.notices.routing import Route, Wishes, routes
from domain.notices.subjects import SUBJECTS, Known, about, known, told
from domain.notices.telling import Telling
from domain.rules.notice_rule import Channel, NoticeRule
from domain.rules.refusals import NoticeRuleNotSet
from domain.shared.events import Event
from projections.engine.feed import EventFeed, RawEvent
from projections.engine.reasons import code_of, reason_of

log = structlog.get_logger()

_TOLD = tuple(f"{subject}." for subject in SUBJECTS)

NOBODY = "notice-nobody"
"""The code of a telling for whom nobody is there."""

_AWAY = (DBAPIError, NoConnectionFree, ConnectionError, TimeoutError)
_SECONDS_TO_GATHER = 0.2
"""Facts that come close on each other are planned together: a fifth of a second is nothing to who is told, and a
transaction for each fact took a fifth of the processor time of a busy one-process installation."""

_SECONDS_BETWEEN_SIGNS_OF_LIFE = 15.0
_SECONDS_BETWEEN_OTHER_TRIES = 600.0


class History(Protocol):
    """Reads whole streams from the store of record."""

    def streams(self, streams: Collection[UUID]) -> Sequence[RawEvent]: ...


class Directory(Protocol):
    """Who may act and who is on duty, by organization."""

    def holders(self, organizations: Collection[UUID], at: datetime) -> Mapping[UUID, list[Holder]]: ...
    def on_duty(self, organizations: Collection[UUID], at: datetime) -> Mapping[UUID, list[UUID]]: ...


class Settings(Protocol):
    """What people wish, and which organizations have a system connected."""

    def wishes(self, persons: Collection[UUID]) -> Mapping[UUID, Wishes]: ...
    def connected(self, organizations: Collection[UUID]) -> frozenset[UUID]: ...


class _Fact:
    """One fact, what it is about, and what it tells."""

    __slots__ = ("about", "event", "raw", "tellings")

    def __init__(self, raw: RawEvent, event: Event, before: Known | None, now: Known) -> None:
        self.raw, self.event, self.about = raw, event, about(now)
        self.tellings = told(before, now, event)


class Planner:
    """Plans from one line of facts. Any number may run: they take turns at the place."""

    def __init__(
        self,
        engine: Engine,
        feed: EventFeed,
        history: History,
        directory: Directory,
        settings: Settings,
        rule: Callable[[], NoticeRule],
        offered: Collection[Channel],
        clock: Callable[[], datetime],
        batch: int = 200,
    ) -> None:
        """`offered`: the channels this installation can send by. `feed` has one channel: the store's own order."""
        self._feed = feed
        self._history = history
        self._directory = directory
        self._settings = settings
        self._rule = rule
        self._clock = clock
        self._batch = batch
        self._decoder = ClearDecoder()
        self._places = Places(engine, feed, clock)
        self._outbox = OutboxWriter(engine, frozenset(offered))
        self._place: Place | None = None

    def begin(self) -> None:
        """From now on facts are told; those that stand already never are. Nothing changes where it was begun before."""
        self._places.begin()

    def step(self, wait_seconds: float = 0.5) -> int:
        """Plan one batch. Gives how many facts were read. Refuses NoticeRuleNotSet: then nothing moved."""
        if self._place is None:
            self._place = self._places.checked()
        batch = self._feed.read({self._place.channel: self._place.next_offset}, self._batch, wait_seconds)
        if not batch:
            return 0
        telling = [raw for raw in batch if raw.wire.startswith(_TOLD)]
        planned, problems = self._plan(telling, self._place.silent_until)
        newest = max((one.recorded_at for one in planned.read), default=self._place.recorded_at)
        further = self._place.after(batch[-1], newest)
        moved = self._outbox.write(
            planned.notices, problems, self._rule_if_needed(planned), self._clock(), self._place, further
        )
        self._place = further if moved else None
        return len(batch)

    def try_again(self) -> int:
        """Plan what could not be planned before; gives how many facts are left."""
        left = self._outbox.unplanned()
        if not left:
            return 0
        wanted = {(one.stream, one.version) for one in left}
        raws = [
            raw for raw in self._history.streams({one.stream for one in left}) if (raw.stream, raw.version) in wanted
        ]
        planned, problems = self._plan(raws, None)
        self._outbox.write(planned.notices, problems, self._rule_if_needed(planned), self._clock(), tried=left)
        return len(problems)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. What is away is waited for, with growing pauses; nothing is passed over."""
        try:
            self._run(stop)
        finally:
            self.close()

    def close(self) -> None:
        """Give back the feed's connection; the next reading makes a new one."""
        self._feed.close()

    def _run(self, stop: threading.Event) -> None:
        pause, alive_at, again_at = 0.1, 0.0, time.monotonic()
        while not stop.is_set():
            try:
                if time.monotonic() >= alive_at:
                    self.begin()
                    self._places.show_life()
                    alive_at = time.monotonic() + _SECONDS_BETWEEN_SIGNS_OF_LIFE
                if time.monotonic() >= again_at:
                    again_at = time.monotonic() + _SECONDS_BETWEEN_OTHER_TRIES
                    self.try_again()
                if 0 < self.step() < self._batch:
                    stop.wait(_SECONDS_TO_GATHER)
                pause = 0.1
            except NoticeRuleNotSet as missing:
                log.warning("通知暂停计划", code=missing.code, reason=missing.message)
                self._place = None
                stop.wait(2.0)
            except _AWAY as problem:
                log.warning("通知计划暂停,稍后重试", reason=reason_of(problem), seconds=pause)
                self._place = None
                stop.wait(pause)
                pause = min(pause * 2, 5.0)

    def _rule_if_needed(self, planned: "_Plan") -> NoticeRule | None:
        return self._rule() if planned.notices else None

    def _plan(self, raws: Sequence[RawEvent], silent_until: datetime | None) -> tuple["_Plan", list[Unplanned]]:
        facts, problems = self._read(raws)
        telling = [f for f in facts if f.tellings and (silent_until is None or f.event.recorded_at > silent_until)]
        if not telling:
            return _Plan([], [f.event for f in facts]), problems
        now = self._clock()
        organizations = {t.organization.id for f in telling for t in f.tellings}
        holders = self._directory.holders(organizations, now)
        on_duty = self._directory.on_duty(organizations, now)
        connected = self._settings.connected(organizations)
        found = []
        for fact in telling:
            for one in fact.tellings:
                of = one.organization.id
                whom = reached(
                    one,
                    fact.about.urgency,
                    holders.get(of, ()),
                    on_duty.get(of, ()),
                    actor=fact.event.actor.person,
                    submitter=fact.about.submitted_by,
                )
                found.append((fact, one, whom))
                if one.owed and whom.nobody:
                    problems.append(_nobody(fact, one))
        wishes = self._settings.wishes({person for _, _, whom in found for person in whom.persons})
        rule = self._rule()
        planned = []
        for fact, one, whom in found:
            for person in whom.persons:
                ways = routes(
                    one,
                    fact.about.urgency,
                    called=person in whom.called,
                    wishes=wishes.get(person, Wishes()),
                    rule=rule,
                    at=now,
                )
                planned.append(Planned(_notice(fact, one, person), ways))
            if one.organization.id in connected:
                planned.append(Planned(_notice(fact, one, None), (Route(Channel.WEBHOOK, now),)))
        return _Plan(planned, [f.event for f in facts]), problems

    def _read(self, raws: Sequence[RawEvent]) -> tuple[list[_Fact], list[Unplanned]]:
        """Each wanted fact in its stream. A fact that can't be read holds up what comes after it in its stream only."""
        wanted = {(raw.stream, raw.version) for raw in raws}
        facts: list[_Fact] = []
        problems: list[Unplanned] = []
        before: Known | None = None
        broken: Exception | None = None
        stream: UUID | None = None
        history = self._history.streams({raw.stream for raw in raws}) if raws else []
        for raw, event in zip(history, self._decoder.decode(history), strict=True):
            if raw.stream != stream:
                stream, before, broken = raw.stream, None, None
            try:
                if broken is not None or isinstance(event, Exception):
                    raise broken or event  # type: ignore[misc]
                now = known(before, event)
                if (raw.stream, raw.version) in wanted:
                    facts.append(_Fact(raw, event, before, now))
                before = now
            except Exception as problem:  # one stream that can't be told must not silence the others
                broken = problem
                if (raw.stream, raw.version) in wanted:
                    problems.append(
                        Unplanned(raw.position, raw.stream, raw.version, raw.wire, code_of(problem), reason_of(problem))
                    )
        facts.sort(key=lambda fact: fact.raw.position)
        return facts, problems


class _Plan:
    """What is to be told, and the facts that were read for it."""

    __slots__ = ("notices", "read")

    def __init__(self, notices: list[Planned], read: list[Event]) -> None:
        self.notices, self.read = notices, read


def _notice(fact: _Fact, telling: Telling, person: UUID | None) -> Notice:
    raw, organization = fact.raw, telling.organization
    return Notice(
        notice_id(raw.stream, raw.version, organization.id, person),
        fact.about.call,
        raw.version,
        raw.position,
        fact.about.number,
        telling.topic,
        fact.about.urgency,
        telling.due,
        person,
        organization.id,
        organization.name,
        fact.event.actor.organization_name,
        fact.event.recorded_at,
        telling.page,
    )


def _nobody(fact: _Fact, telling: Telling) -> Unplanned:
    raw = fact.raw
    reason = f"{telling.organization.name}没有在岗人员可收“{telling.topic.label}”({fact.about.number})"
    return Unplanned(raw.position, raw.stream, raw.version, raw.wire, NOBODY, reason)
