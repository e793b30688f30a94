"""Round after round: people at work, a fault drawn from the seed, recovery measured, then everything is checked."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from tests.adapters.kafka.bench import wait_until
from tests.faults.actors import Load, NoAnswer, Staff
from tests.faults.firings import each_rung_is_fired_once, nothing_due_is_left, rungs_fired
from tests.faults.invariants import (
    Event,
    Record,
    acknowledged_commands_have_their_events,
    attachments_have_their_files,
    doubled,
    events_and_commands_belong_together,
    kafka_is_the_store,
    lost,
    month_sums_are_those_of_the_rows,
    noted_commands,
    nothing_is_parked,
    placed_calls_are_told_once,
    reached_offsets,
    records_in_kafka,
    stored_events,
    versions_have_no_gap,
    view_rows,
    views_are_a_fresh_rebuild,
)
from tests.faults.kinds import Fault, draw
from tests.faults.ledger import Ledger
from tests.faults.scene import Scene, installation
from tests.faults.short_limits import MINUTE, URGED_AFTER
from tests.journeys.kafka_shape import NODE

_SECONDS_TO_SETTLE = 120.0
_ANSWERS_REPEATED = 25


@dataclass(frozen=True, slots=True)
class Round:
    """What happened in one round.

    `rungs_fired`: what became due in it; `recovery_seconds`: from the fault's end until a new command is taken and
    shown, None where that never came.
    """

    number: int
    faults: tuple[str, ...]
    acknowledged: int
    refused: int
    tries_without_answer: int
    rungs_fired: int
    recovery_seconds: float | None
    violations: tuple[str, ...]


@dataclass
class Campaign:
    """A run over one installation. `rounds_before`: how many rounds of the same seed earlier ones had."""

    scene: Scene
    seed: str
    rounds_before: int
    staff: Staff
    ledger: Ledger
    load: Load
    imported_up_to: int
    rounds: list[Round] = field(default_factory=list)
    events: int = 0
    rungs: int = 0
    lost: int = 0
    doubled: int = 0
    broken: bool = False
    """A round broke off: in what state the installation is, nobody knows, and no further round says anything."""

    def round(self, faults: Sequence[Fault] | None = None) -> Round:
        """One more round: these faults, or drawn ones."""
        number = self.rounds_before + len(self.rounds) + 1
        random = Random(f"{self.seed}/{number}")
        chosen = faults if faults is not None else draw(random, small_disks=self.scene.store_disk is not None)
        asked, failed, fired = len(self.ledger.asked), self.ledger.failures.total(), self.rungs
        recovery: float | None = None
        violations: list[str] = []
        try:
            working = self.load.start()
            try:
                _let_pass(random.uniform(0.3, 2.0))
                self.scene.clock.move_on(MINUTE)  # what lies undone is late now: the clock has its work in the fault
                recovery = round(self._under_fire(chosen, random), 3)
            except NoAnswer as problem:
                violations.append(f"after the fault nobody answered: {problem}")
            finally:
                violations += working.stop()
            with self.scene.clock.standing_still() as moment:
                violations += self._settle_and_check(random, moment)
        except Exception as problem:  # whatever it was: a round that can't be ended is a round that failed
            self.broken = True
            violations.append(f"the round broke off: {type(problem).__name__}: {problem}")
        violations += [*self.ledger.take_complaints(), *self.scene.complaints]
        self.scene.complaints.clear()
        new = self.ledger.asked[asked:]
        done = Round(
            number,
            tuple(fault.name for fault in chosen),
            sum(one.acknowledged for one in new),
            sum(not one.acknowledged for one in new),
            self.ledger.failures.total() - failed,
            self.rungs - fired,
            recovery,
            tuple(violations),
        )
        self.rounds.append(done)
        return done

    def _under_fire(self, faults: Sequence[Fault], random: Random) -> float:
        with ExitStack() as inflicted, ThreadPoolExecutor(1) as prober:
            for fault in faults:
                inflicted.enter_context(fault.deed(self.scene, random))
            _let_pass(random.uniform(0.2, 2.0))
            ended = time.monotonic()
            shown = prober.submit(self._until_shown, str(UUID(int=random.getrandbits(128), version=4)))
            inflicted.close()
            return shown.result() - ended

    def _until_shown(self, key: str) -> float:
        """A new command, acknowledged and shown; when that was."""
        caller = next(iter(self.staff.callers.values()))
        receipt = caller.ask("/calls", 201, key=key, text="故障结束后的第一件", place="府前路")
        wait_until(
            lambda: caller.look(f"/calls/{receipt['id']}", min_position=receipt["position"]).status_code == 200,
            _SECONDS_TO_SETTLE,
        )
        return time.monotonic()

    def _settle_and_check(self, random: Random, moment: datetime) -> list[str]:
        scene, dsn = self.scene, self.scene.shape.dsn
        found = _once(lambda: nothing_due_is_left(stored_events(dsn), moment, URGED_AFTER), _SECONDS_TO_SETTLE)
        events = stored_events(dsn)
        noted = noted_commands(dsn)
        found += each_rung_is_fired_once(events)
        found += acknowledged_commands_have_their_events(self.ledger.asked, events, noted)
        found += events_and_commands_belong_together(events, noted, self.imported_up_to)
        found += versions_have_no_gap(events)
        found += attachments_have_their_files(events, scene.folder / "attachments")
        records, late = self._published(events)
        self.events, self.rungs = len(events), rungs_fired(events)
        self.lost, self.doubled = lost(self.ledger.asked, events), doubled(events, noted, records)
        found += kafka_is_the_store(events, records)
        found += late or self._not_shown(records)
        found += nothing_is_parked(dsn)
        found += _once(lambda: placed_calls_are_told_once(dsn), _SECONDS_TO_SETTLE)
        found += month_sums_are_those_of_the_rows(dsn)
        before = view_rows(dsn)
        rebuilt = scene.shape.run("rebuild")
        if rebuilt.returncode != 0:
            found.append(f"views: the rebuild ended with {rebuilt.returncode}: {scene.last_words('rebuild')}")
        found += views_are_a_fresh_rebuild(before, view_rows(dsn))
        found += self._sessions_and_answers(random)
        return found

    def _published(self, events: Sequence[Event]) -> tuple[list[Record], list[str]]:
        """Everything in Kafka, once there is as much of it as there is in the store."""
        limit = time.monotonic() + _SECONDS_TO_SETTLE
        while len(records := records_in_kafka(self.scene.kafka.bootstrap, NODE)) < len(events):
            if time.monotonic() > limit:
                words = self.scene.last_words("relay")
                return records, [f"Kafka: {len(events) - len(records)} events not there in time; {words}"]
        return records, []

    def _not_shown(self, records: Sequence[Record]) -> list[str]:
        """Which views have not come to the last record of some partition, given time."""
        last = {f"{record.topic}/{record.partition}": record.offset for record in records}

        def missing() -> list[str]:
            return [
                f"views: {view} stands at {reached.get(channel, 0)} of {channel}, whose last record is {offset}"
                for view, reached in reached_offsets(self.scene.shape.dsn).items()
                for channel, offset in last.items()
                if reached.get(channel, 0) <= offset
            ]

        return _once(missing, _SECONDS_TO_SETTLE)

    def _sessions_and_answers(self, random: Random) -> list[str]:
        told = [one for one in self.ledger.asked if one.acknowledged]
        newest, earlier = told[-200:], told[:-200]
        again = random.sample(newest, min(_ANSWERS_REPEATED, len(newest)))
        again += random.sample(earlier, min(_ANSWERS_REPEATED // 2, len(earlier)))
        with ThreadPoolExecutor(4) as pool:
            sessions = pool.map(lambda actor: actor.session_complaint(), self.staff.everybody)
            answers = pool.map(lambda one: self.staff.by_code(one.person).repeat(one), again)
            return [f"sessions: {word}" for word in sessions if word] + [f"answers: {word}" for word in answers if word]


@contextmanager
def campaign(seed: str, *, rounds_before: int = 0, small_disks: bool) -> Iterator[Campaign]:
    """A new installation up and running, its people signed in."""
    with installation(small_disks=small_disks) as scene:
        ledger = Ledger()
        staff = Staff.signed_in(scene.shape, ledger)
        try:
            imported = max(event.position for event in stored_events(scene.shape.dsn))
            load = Load(scene.shape, staff, f"{seed}/{rounds_before}")
            yield Campaign(scene, seed, rounds_before, staff, ledger, load, imported)
        finally:
            staff.close()


def _once(missing: Callable[[], list[str]], seconds: float) -> list[str]:
    """What is still missing when time is up; mostly nothing, and soon."""
    limit = time.monotonic() + seconds
    while found := missing():
        if time.monotonic() > limit:
            return found
        time.sleep(0.05)
    return []


def _let_pass(seconds: float) -> None:
    time.sleep(seconds)
