"""应履责事项: one thing one organization owes by a time, the ledger of its clock, and how it ended (domain.md §5).

Every time it knows was recorded by a fact. So the same facts give the same answer on every machine, whatever the
calendar or the limits say by then; `domain.obligations.reckoning` counts it all over again and says whether it agrees.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.obligations.words import MAY, Action, Ending, ExcuseGround, PauseGround, Performance
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline, Instant


@dataclass(frozen=True)
class Pause:
    """停算: a span the budget is not charged with; `until` is None while it lasts. `by` is the version of the fact that
    began it, `ended_by` of the one that ended it: 0 while it lasts, and where the first named the end itself."""

    ground: PauseGround
    since: Instant
    by: int
    until: Instant | None = None
    ended_by: int = 0


@dataclass(frozen=True)
class Excuse:
    """正当事由: a span that is not held against the bearer; `until` is None while it lasts. `by` and `ended_by` as of a
    pause."""

    ground: ExcuseGround
    since: Instant
    by: int
    until: Instant | None = None
    ended_by: int = 0


@dataclass(frozen=True)
class Moved:
    """时限变更: the deadline that held until fact `by` set another one."""

    deadline: Deadline
    by: int


@dataclass(frozen=True)
class Obligation:
    """应履责事项 of one organization.

    `opened_by` and `ended_by` are versions of facts in the same stream. `deadline` is the clock that holds now: its
    `opened` is when the budget began to run, its `due` has every pause in it. `justified_until`: until then being late
    is no fault of the bearer. `entry` numbers the late entry or the objection it is about (also for what is owed of a
    part dispatched after it). `ended` is when the record closed it, `performed` when it was done: earlier where the
    other side's word says so, by fact `attested_by` where that came after the end. `breached`: it was late before its
    clock was started anew. `reworks`: how often its bearer said that it was done and by its own fault it was not.
    `inherited_from`: whose it was before that body was dissolved.
    """

    action: Action
    organization: UUID
    organization_name: str
    deadline: Deadline
    opened_by: int = 0
    round: int = 0
    entry: int = 0
    owed_to: UUID | None = None
    owed_to_name: str = ""
    moved: tuple[Moved, ...] = ()
    pauses: tuple[Pause, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    justified_until: Instant | None = None
    breached: bool = False
    ended: Instant | None = None
    ended_by: int = 0
    performed: Instant | None = None
    attested_by: int = 0
    ending: Ending | None = None
    traces: bool = False
    inherited_from: UUID | None = None
    reworks: int = 0

    @property
    def open(self) -> bool:
        """Still to be done, its clock running or paused."""
        return self.ended is None

    @property
    def begun(self) -> datetime:
        """When it was first owed, whatever clocks were set anew since."""
        return self.moved[0].deadline.opened if self.moved else self.deadline.opened

    @property
    def to_do(self) -> bool:
        """Open, and not waiting for another's step first."""
        return self.open and not (self.paused_since is not None and self.pauses[-1].ground.waits)

    @property
    def done(self) -> bool:
        """Performed, in time or late (also where it turned out later that it need not have been)."""
        return self.performed is not None

    @property
    def owed(self) -> bool:
        """Counts as a duty: what merely may be done does not."""
        return self.action not in MAY

    @property
    def paused_since(self) -> datetime | None:
        """Since when its clock stands still."""
        return self.pauses[-1].since if self.pauses and self.pauses[-1].until is None else None

    @property
    def stands_still(self) -> bool:
        """Its clock stands still until a fact says otherwise; one that had run out before is not held up by a pause."""
        since = self.paused_since
        return since is not None and since <= self.deadline.due

    @property
    def performance(self) -> Performance:
        """履行情况, as the facts folded so far say. Exactly one, and for good once it is ended."""
        match self.ending:
            case None:
                return Performance.PENDING
            case Ending.RELEASED:
                return Performance.ENDED
            case Ending.PASSED_ON:
                return Performance.TRANSFERRED
            case Ending.DONE:
                return self._in_time(Performance.MET) or Performance.LATE
            case Ending.LAPSED if not self.owed:
                return Performance.ENDED
            case Ending.LAPSED:
                unmet = Performance.UNRECORDED if self.traces else Performance.UNMET
                return self._in_time(Performance.ENDED) or unmet

    def _in_time(self, in_time: Performance) -> Performance | None:
        """What it is unless it is late without a justification."""
        at = self.performed or self.ended
        assert at is not None, "asked of what has ended"
        if self.breached:
            return None
        if at <= self.deadline.due or self.paused_at(at):
            return in_time
        return Performance.JUSTIFIED if self.justified_at(at) else None

    def overdue_at(self, at: datetime) -> bool:
        """超期 at a moment while it was open: its time has run out and no pause holds it."""
        return self.breached or (at > self.deadline.due and not self.paused_at(at))

    def paused_at(self, at: datetime) -> bool:
        """In a pause that began in time: a pause after a breach heals nothing. One with a set end is over by itself."""
        return any(
            p.since <= at and (p.until is None or at <= p.until) and p.since <= self.deadline.due for p in self.pauses
        )

    def justified_at(self, at: datetime) -> bool:
        """Being late at a moment is no fault: what was waited or lost meanwhile covers it."""
        limit = self.justified_to
        return at <= limit or any(
            x.since <= limit and x.since <= at and (x.until is None or at <= x.until) for x in self.excuses
        )

    def unrecorded_at(self, at: datetime) -> bool:
        """Only another one's record will tell whether it was done: late as it may look, nobody knows yet."""
        return self.open and any(x.ground is ExcuseGround.AWAITING_RECORD and x.since <= at for x in self.excuses)

    @property
    def justified_to(self) -> datetime:
        """Until when being late is no fault, by the time that has been justified so far."""
        due = self.deadline.due
        return due if self.justified_until is None else max(due, self.justified_until)

    def discharged(self, at: datetime, by: int, performed: datetime | None = None) -> "Obligation":
        """Done: recorded `at` by fact `by`, done when it is recorded unless `performed` says earlier."""
        done = changed(self, ended=at, ended_by=by, performed=performed or at, ending=Ending.DONE)
        return done._excuses_closed(at, by)

    def attested(self, at: datetime, recorded: datetime, by: int) -> "Obligation":
        """Done at a time for which fact `by`, the other side's word, vouches: earlier than it was recorded, or though
        it never was. Unchanged where that says nothing new: before it was owed, or after it had ended; and where it
        turned out that it need not have been done."""
        if at < self.begun.replace(second=0, microsecond=0) or self.ending is Ending.RELEASED:
            return self  # people name the minute
        if self.open:
            return self.discharged(recorded, by, at)
        assert self.ended is not None
        known = self.performed or self.ended
        if at > known or (self.done and at == known):
            return self
        return changed(self, performed=at, ending=Ending.DONE, attested_by=by)

    def given_up(self, ending: Ending, at: datetime, by: int) -> "Obligation":
        """Ended without being done."""
        return changed(self, ended=at, ended_by=by, performed=None, ending=ending)._excuses_closed(at, by)

    def _excuses_closed(self, at: datetime, by: int) -> "Obligation":
        """Nothing is excused after the end."""
        if not self.excuses or all(excuse.until is not None for excuse in self.excuses):
            return self
        closed = (x if x.until is not None else changed(x, until=at, ended_by=by) for x in self.excuses)
        return changed(self, excuses=tuple(closed))

    def moved_to(self, deadline: Deadline, by: int) -> "Obligation":
        """Its clock set anew by fact `by`. What was late by then stays late."""
        if deadline == self.deadline:
            return self
        return changed(self, deadline=deadline, moved=(*self.moved, Moved(self.deadline, by)))

    def paused(self, ground: PauseGround, at: datetime, by: int, until: datetime | None = None) -> "Obligation":
        """Its clock stands still from now on, until a moment set beforehand or until a fact ends the pause."""
        return changed(self, pauses=(*self.pauses, Pause(ground, at, by, until)))

    def pause_cut(self, at: datetime, by: int) -> "Obligation":
        """The pause that runs now ends by fact `by`, before the moment that was set for it."""
        pauses = (
            p if p.until is None or not p.since <= at < p.until else changed(p, until=at, ended_by=by)
            for p in self.pauses
        )
        return changed(self, pauses=tuple(pauses))

    def excused(self, ground: ExcuseGround, since: datetime, by: int, until: datetime | None = None) -> "Obligation":
        """A span is not held against it."""
        return changed(self, excuses=(*self.excuses, Excuse(ground, since, by, until)))

    def excuse_closed(self, begun_by: int, at: datetime, by: int) -> "Obligation":
        """What fact `begun_by` began to excuse is over, by fact `by`."""
        excuses = (
            x if x.by != begun_by or x.until is not None else changed(x, until=at, ended_by=by) for x in self.excuses
        )
        return changed(self, excuses=tuple(excuses))

    def justified(self, until: datetime) -> "Obligation":
        """Until a moment that a fact names, being late is no fault."""
        return changed(self, justified_until=until)

    def resumed(self, at: datetime, deadline: Deadline, by: int) -> "Obligation":
        """Its clock goes on, due when `deadline` says; what was overdue before the pause stays so.

        But where its due time was 暂定 (provisional), the notice that came has its say: the same clock counted anew.
        """
        if self.paused_since is None:
            return self.moved_to(deadline, by)
        running = changed(self, pauses=(*self.pauses[:-1], changed(self.pauses[-1], until=at, ended_by=by)))
        counted_anew = self.deadline.provisional and deadline.opened == self.deadline.opened
        return running.moved_to(deadline, by) if self.stands_still or counted_anew else running

    def reopened(self, at: datetime, deadline: Deadline, by: int, *, own_fault: bool) -> "Obligation":
        """What was taken as done is not: open again. The time in between is nobody's; what was late stays late.

        In facts from before, the clock of what had been done in time just ran on (`deadline` is the old one).
        """
        assert self.ended is not None, "only what ended can be opened again"
        late = self.performance in (Performance.LATE, Performance.UNMET)
        ran_on = deadline == self.deadline and not (late or self.breached)
        between = () if ran_on else (Pause(PauseGround.VERIFICATION, self.ended, self.ended_by, at, by),)
        again = changed(
            self,
            ended=None,
            ended_by=0,
            performed=None,
            attested_by=0,
            ending=None,
            breached=self.breached or late,
            pauses=(*self.pauses, *between),
            reworks=self.reworks + own_fault,
        )
        return again.moved_to(deadline, by)
