"""时钟: catching up after a standstill, and firing one timer each, beside plain INSERTs of the same facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import process_time
from typing import Any

import psycopg
from pydantic import SecretStr

from infra.clockwork import ALONE
from infra.composition import House
from infra.settings import Settings
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, per_second
from tests.benchmarks.synthetic import store_copies
from tests.county_store import MASTER, founding
from tests.domain.memory import NODE, local
from tests.domain.supervision.county import the_supervised_county

GOAL = 2_000
RUNGS_OF_A_CALL = 10
"""Five for the response, five for the work: all past after the standstill."""

STANDSTILL = timedelta(days=60)
NEARLY_DUE = local("2026-05-12", "16:00")
"""Of a call dispatched on Monday morning the response is 临期 since a quarter of an hour, and nothing else is due."""


@dataclass(frozen=True, slots=True)
class _Fired:
    """What one turn fired: rungs, all facts with them, how fast, and how much processor time a rung cost."""

    rungs: int
    facts: int
    rate: float
    peer: float
    milliseconds: float


def clock_figures(bench: Bench) -> list[Figure]:
    """Calls that were dispatched and never answered: every rung of them past, or one rung of each."""
    calls = bench.some(10_000, 1_000)
    past = _fired(bench, calls, the_supervised_county().now + STANDSTILL, RUNGS_OF_A_CALL)
    one = _fired(bench, calls, NEARLY_DUE, 1)
    return [
        Figure(
            "clock_catches_up",
            past.rate,
            "rungs/s",
            "higher",
            f"One clock catches up {past.rungs:,} rungs of {2 * calls:,} obligations in {calls:,} calls, five an"
            f" obligation ({past.facts:,} facts with what they lead to: urges, drafted orders and circulars,"
            f" suspicions) in transactions of {ALONE.batch} obligations: candidates by index, every call and matter"
            " folded and decided on, facts appended under the lock. The peer writes the same stored bytes in"
            " transactions of the same size, one plain INSERT each, knowing nothing; given in the rungs among them."
            f" {past.milliseconds:.2f} ms of own processor time a rung.",
            goal=GOAL,
            peer="plain INSERTs of the same facts",
            peer_value=past.peer,
        ),
        Figure(
            "clock_due_timers",
            one.rate,
            "timers/s",
            "higher",
            f"{one.rungs:,} timers due at once, each one rung of one obligation in a call of its own ({one.facts:,}"
            f" facts with the reminders): one turn of one clock, as above. {one.milliseconds:.2f} ms of own processor"
            " time a timer: call and matter are read and folded for each, which five rungs of an obligation share.",
            goal=GOAL,
            peer="plain INSERTs of the same facts",
            peer_value=one.peer,
            notes="Of the clock's processor time four fifths are its own, the rest PostgreSQL's, one after the other."
            " Sampled: decoding and checking the call's facts 25 %, folding them 19 %, reading them 7 %, deciding 19 %,"
            " of which making the facts 8 %, writing them out and appending 6 %, looking at what the log gained 4 %."
            " Reading in clear and keeping nothing of it took a third off (decision 0054). Since then facts are read in"
            " binary form (1.0 µs of processor time each where it was 3.3, and half the way there and back), in whose"
            " name a draft would be is asked only where one is made, and which sealed fields an event must have is"
            " known once: deciding and encoding the same 200 timers again and again, in turns, took 12 to 28 % less."
            " Tried and left out: two batches at a time, one decided while PostgreSQL writes the other; 500, 1,000 and"
            " 2,000 timers a transaction (no difference: what is dear is dear for each).",
        ),
    ]


def _fired(bench: Bench, calls: int, at: datetime, rungs_of_a_call: int) -> _Fired:
    """One turn of one clock at a moment at which so many rungs of each call are due."""
    county = the_supervised_county()
    life = county.history(county.silent())
    del county.streams.facts[life[0].originator_id]
    dsn = bench.database()
    settings = Settings(folder=bench.new_folder(), node=NODE, master_key=SecretStr(MASTER.hex()), kafka="")
    with House.open(settings, lambda: at, dsn=dsn) as house:
        house.store.save(*founding(county))
        store_copies(dsn, [life], calls)
        house.catch_up()
        rungs = calls * rungs_of_a_call
        turns = []
        worked = process_time()
        rate = per_second(rungs, lambda: turns.append(house.clockwork().turn()))
        worked = process_time() - worked
        facts = _facts(dsn)
        stand = sum(row[2] == "supervision.RungReached" for row in facts)
    assert (turns[0].failed, stand) == (0, rungs), "every rung stands once"
    together = len(facts) * ALONE.batch // turns[0].asked
    peer = _plain_inserts(bench.empty_database(), facts, together) * rungs / len(facts)
    return _Fired(rungs, len(facts), rate, peer, worked / rungs * 1_000)


def _facts(dsn: str) -> Sequence[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events"
            " WHERE topic LIKE 'supervision.%' ORDER BY notification_id"
        ).fetchall()


def _plain_inserts(dsn: str, facts: Sequence[tuple[Any, ...]], together: int) -> float:
    """Events a second."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bare (id uuid, version bigint, topic text, state bytea,"
            " position bigserial UNIQUE, PRIMARY KEY (id, version))"
        )

        def write() -> None:
            for first in range(0, len(facts), together):
                with connection.transaction():
                    for row in facts[first : first + together]:
                        connection.execute(
                            "INSERT INTO bare (id, version, topic, state) VALUES (%s, %s, %s, %s)", row, prepare=True
                        )

        return per_second(len(facts), write)
