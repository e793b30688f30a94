"""One obligation with all that ever happened to it, and what that means: worked out by walking over it each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.obligations.words import MAY, Action, Ending, ExcuseGround, PauseGround, Performance
from domain.shared.deadlines import Deadline

FOR_LONG = timedelta(days=36_500)

Span = tuple[datetime, datetime]


@dataclass
class InForce:
    """A deadline and since when (and by which fact) it held."""

    since: datetime
    by: int
    deadline: Deadline


@dataclass
class Pause:
    ground: PauseGround
    since: datetime
    until: datetime | None = None
    over_by: int = 0

    def over(self, at: datetime, by: int) -> None:
        """It ends with a fact."""
        self.until, self.over_by = at, by

    def cut(self, at: datetime, by: int) -> None:
        """It had an end of its own, and a fact comes before that."""
        if self.until is not None and self.since <= at < self.until:
            self.over(at, by)


@dataclass
class Excuse:
    """A span not held against the bearer, and the fact that began it."""

    ground: ExcuseGround
    since: datetime
    by: int
    until: datetime | None = None
    over_by: int = 0

    def over(self, at: datetime, by: int) -> None:
        """It ends with a fact, if it had not ended before."""
        if self.until is None:
            self.until, self.over_by = at, by


@dataclass
class Owed:
    """One obligation with everything that happened to it."""

    action: Action
    bearer: UUID
    opened: datetime
    opened_by: int
    round: int = 0
    entry: int = 0
    in_force: list[InForce] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    excuses: list[Excuse] = field(default_factory=list)
    justified_until: datetime | None = None
    broken: bool = False
    forgiven_until: datetime | None = None
    done_before: bool = False
    vouched_at: datetime | None = None
    acted_unrecorded: bool = False
    ending: Ending | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None
    inherited_from: UUID | None = None
    day: date | None = None
    """The day that people named for it."""

    @property
    def open(self) -> bool:
        return self.ending is None

    @property
    def due(self) -> datetime | None:
        return self.in_force[-1].deadline.due if self.in_force else None

    def end(self, ending: Ending, at: datetime, by: int) -> None:
        self.ending, self.ended_at, self.ended_by = ending, at, by
        for excuse in self.excuses:
            excuse.over(at, by)  # nothing is excused after the end

    @property
    def paused(self) -> Pause | None:
        """The pause that lasts until somebody ends it."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None

    @property
    def stands_still(self) -> bool:
        """In a pause that began in time and lasts until somebody ends it."""
        return self.paused is not None and self.due is not None and self.paused.since <= self.due

    def ran_after(self, moment: datetime) -> bool:
        """Whether its clock ran at any time after a moment."""
        pause = self.paused
        if pause is not None and self.stands_still and pause.since <= moment:
            return False
        return self.ended_at is None or self.ended_at > moment

    @property
    def excused_to(self) -> datetime:
        """Until when being late is no fault, as far as the facts say."""
        assert self.due is not None
        return max(self.due, self.justified_until or self.due)

    def runs_again(self, deadline: Deadline, at: datetime, by: int) -> None:
        """A pause is over. What had run out before it stays so, by the notice that has its say on a due time that was
        暂定."""
        pause = self.paused
        assert pause is not None
        stood_still = self.stands_still
        pause.over(at, by)
        if stood_still:
            self.move(deadline, at, by)
        elif self.in_force[-1].deadline.provisional:
            self.recount(deadline)

    def recount(self, deadline: Deadline) -> None:
        """Another due time as if it had held all along: a request made in time, a pause, a notice that came late."""
        was = self.in_force[-1].deadline
        for held in self.in_force:
            if held.deadline == was:  # also where it had run out before a pause, and went on as it was
                held.deadline = deadline

    def release(self, at: datetime, by: int) -> None:
        """It need not have been done; what was done stays in the record."""
        if self.ending is Ending.DONE:
            self.ending, self.done_before = Ending.RELEASED, True
        else:
            self.end(Ending.RELEASED, at, by)
        self.forgiven_until = at

    def open_again(self, deadline: Deadline, at: datetime, by: int) -> None:
        """Rework: the time others took to look at it is nobody's."""
        assert self.ended_at is not None
        assert self.ended_by is not None
        if self.paused is not None:
            self.paused.over(self.done_at(self.ended_at), self.ended_by)
        self.broken = self.broken or self.state(at) in (Performance.LATE, Performance.UNMET)
        if not self.broken and deadline != self.in_force[-1].deadline:
            self.forgiven_until = at  # late and justified, and its clock is another one from now on
        if self.broken or deadline != self.in_force[-1].deadline:
            # Else nothing of the clock lay in that time (a night, a weekend), and none is taken out of it.
            self.pauses.append(Pause(PauseGround.VERIFICATION, self.ended_at, at, by))
        self.ending = self.ended_at = self.ended_by = self.vouched_at = None
        self.done_before = False
        self.move(deadline, at, by)

    def done_at(self, otherwise: datetime) -> datetime:
        """When it was done: as the other side vouches for, else as it was recorded."""
        return self.vouched_at or otherwise

    def move(self, deadline: Deadline, at: datetime, by: int) -> None:
        self.in_force.append(InForce(at, by, deadline))

    def pause_spans(self) -> list[Span]:
        """The pauses; one that still lasts never ends. What was asked for when the time had run out heals nothing."""
        due = self.in_force[-1].deadline.due
        heals = [p for p in self.pauses if p.since <= due or p.ground is not PauseGround.SUSPENSION]
        return [(pause.since, pause.until or pause.since + FOR_LONG) for pause in heals]

    def excused_spans(self) -> list[Span]:
        """What is not held against it and is over, without what a pause took out."""
        spans: list[Span] = []
        healing = [(p.since, p.until or p.since + FOR_LONG) for p in self.pauses if p.since <= (self.due or p.since)]
        for since, until in sorted((x.since, x.until) for x in self.excuses if x.until is not None):
            spans += _without((since, until), [*spans, *healing])
        return spans

    def late_spans(self, now: datetime) -> list[Span]:
        """When it was late: past the due time that held at that moment, and no pause running."""
        end = self.done_at(self.ended_at) if self.ended_at is not None else now
        spans = []
        for place, held in enumerate(self.in_force):
            until = min(end, self.in_force[place + 1].since) if place + 1 < len(self.in_force) else end
            # What a clock set anew had broken before does not count twice; the first one counts from its due time.
            start = max(held.deadline.due, held.since if place else self.opened, self.forgiven_until or self.opened)
            spans += _without((start, until), self.pause_spans())
        return spans

    def late(self, now: datetime) -> timedelta:
        return _length(self.late_spans(now))

    def _excused(self, now: datetime) -> bool:
        """Whether what was late is covered by what had begun before it was held against anybody."""
        at = self.done_at(self.ended_at) if self.ended_at is not None else now
        to = self.excused_to
        spans = [(x.since, x.until or x.since + FOR_LONG) for x in self.excuses if x.since <= to]
        return at <= to or any(since <= at <= until for since, until in spans)

    def state(self, now: datetime) -> Performance:
        match self.ending:
            case None:
                return Performance.PENDING
            case Ending.RELEASED:
                return Performance.ENDED
            case Ending.PASSED_ON:
                return Performance.TRANSFERRED
        late, done = self.broken or self.late(now), self.ending is Ending.DONE
        if self.action in MAY or not late:
            return Performance.MET if done else Performance.ENDED
        if not self.broken and self._excused(now):
            return Performance.JUSTIFIED
        if done:
            return Performance.LATE
        return Performance.UNRECORDED if self.acted_unrecorded else Performance.UNMET


def _without(span: Span, holes: Sequence[Span]) -> list[Span]:
    """What is left of a span outside the holes."""
    pieces = [span]
    for since, until in holes:
        pieces = [piece for start, end in pieces for piece in ((start, min(end, since)), (max(start, until), end))]
    return [(start, end) for start, end in pieces if start < end]


def _length(spans: Sequence[Span]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta())
