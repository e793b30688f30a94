"""时钟: catching up after a standstill, beside plain INSERTs of the same facts."""

from collections.abc import Sequence
from datetime import timedelta
from time import process_time
from typing import Any

import psycopg
from pydantic import SecretStr

from infra.composition import House
from infra.settings import Settings
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, per_second
from tests.benchmarks.synthetic import store_copies
from tests.county_store import MASTER, founding
from tests.domain.memory import NODE
from tests.domain.supervision.county import the_supervised_county

GOAL = 2_000
RUNGS_OF_A_CALL = 10
STANDSTILL = timedelta(days=60)


def clock_figures(bench: Bench) -> list[Figure]:
    """Calls that were dispatched and never answered; the clock comes back when every rung of them is past."""
    county = the_supervised_county()
    life = county.history(county.silent())
    del county.streams.facts[life[0].originator_id]
    calls = bench.some(10_000, 1_000)
    dsn = bench.database()
    settings = Settings(folder=bench.new_folder(), node=NODE, master_key=SecretStr(MASTER.hex()), kafka="")
    at = county.now + STANDSTILL
    with House.open(settings, lambda: at, dsn=dsn) as house:
        house.store.save(*founding(county))
        store_copies(dsn, [life], calls)
        house.catch_up()
        rungs = calls * RUNGS_OF_A_CALL
        turns = []
        worked = process_time()
        rate = per_second(rungs, lambda: turns.append(house.clockwork().turn()))
        worked = process_time() - worked
        facts = _facts(dsn)
        stand = sum(row[2] == "supervision.RungReached" for row in facts)
    assert (turns[0].failed, stand) == (0, rungs), "every rung stands once"
    peer = _plain_inserts(bench.empty_database(), facts, len(facts) * 200 // (2 * calls)) * rungs / len(facts)
    return [
        Figure(
            "clock_catches_up",
            rate,
            "rungs/s",
            "higher",
            f"One clock catches up {rungs:,} rungs of {calls:,} calls ({len(facts):,} facts with what they lead to:"
            " urges, drafted orders and circulars, suspicions) in transactions of 200 obligations: candidates by index,"
            " every call and matter folded and decided on, facts appended under the lock. The peer writes the same"
            " stored bytes in transactions of the same size, one plain INSERT each, knowing nothing; given in the"
            f" rungs among them. {worked / rungs * 1_000:.2f} ms of own processor time a rung.",
            goal=GOAL,
            peer="plain INSERTs of the same facts",
            peer_value=peer,
        )
    ]


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
