"""导入历史: an older platform's event log into the store, beside COPY of the very same events."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from adapters.imports.event_log import EventLog
from adapters.imports.history_import import Outcome
from adapters.imports.history_mapping import read_mapping
from adapters.imports.history_preparation import prepared
from infra.history_processes import batches, import_in_processes, make_ready
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import SEED, Figure, per_second
from tests.county_store import MASTER, CountyStore
from tests.domain.memory import NODE
from tests.old_platform import MAPPING, lives, rows_of, write_log


def import_history_figures(bench: Bench) -> list[Figure]:
    """The file read twice, told, sealed and appended by as many processes as there are cores; then again."""
    cases, processes = bench.some(40_000, 2_500), min(4, os.cpu_count() or 1)
    path = write_log(bench.new_folder() / "旧.csv", rows_of(list(lives(cases, SEED))))
    with bench.house() as house:
        begun = time.perf_counter()
        first = _imported(house, path, processes)
        spent = time.perf_counter() - begun
        assert (first.new, first.rejected) == (cases, [])
        begun = time.perf_counter()
        assert _imported(house, path, processes).facts == 0
        again = time.perf_counter() - begun
        copied = _copied(house)
    share = 100 * first.facts / spent / copied
    what = (
        f"{first.rows:,} rows of {cases:,} cases (synthetic, mixed by time, {path.stat().st_size / 1e6:.0f} MB of CSV)"
        f" become {first.facts:,} events, {processes} processes, their start included. The same file again, which"
        f" finds nothing to do: {first.rows / again:,.0f} rows/s."
    )
    copy = "COPY of the same events, all in one transaction, into a table with the same indexes, mean of two"
    return [
        Figure(
            "import_history",
            first.rows / spent,
            "rows/s",
            "higher",
            what,
            goal=10_000,
            limit=copy + ", events/s",
            limit_value=copied,
        ),
        Figure(
            "import_history_of_copy",
            share,
            "%",
            "higher",
            f"Events/s of import_history ({first.facts / spent:,.0f}) as a share of COPY's.",
            goal=40,
            peer=copy + ", events/s",
            peer_value=copied,
            notes="In: facts stored as they were told, without models in between (decision 0073; tests hold every row "
            "to pydantic's JSON, byte by byte), processes forked from one that brought in what they need while the "
            "file was counted, batches sent as JSON, no cyclic collector, clocks counted once a day, a row's cells "
            "picked together, what recurs written once, random bytes drawn together. Until 2026-11-28 COPY copied the "
            "first 150,000 events, into a smaller index: all of them now. The share goes up and down with COPY, which "
            "one server process does (here 62,000 to 100,000 events/s within a day): 24 to 46 % were seen of this "
            "code. At 40 % of 90,000 two processors allow 55 µs an event, PostgreSQL and the system take 16 of them; "
            "Python takes 38 with one process busy and 46 with two, as each slows the other by a quarter: they look "
            "like two threads of one core. Not taken: mypyc (decision 0073), pydantic's classes built when first "
            "used, which would start each sooner, but a server late.",
        ),
    ]


def _imported(house: CountyStore, path: Path, processes: int) -> Outcome:
    make_ready()
    said = read_mapping(MAPPING.encode())
    log = EventLog(path, said)
    given = prepared(house.store, NODE, said, log, path.name, datetime.now(UTC))
    outcome = Outcome()
    import_in_processes(processes, batches(log.each_case()), house.dsn, MASTER, given, outcome.add)
    return outcome


def _copied(house: CountyStore) -> float:
    """Events a second, the mean of two: the server may be busy with what the import left to it."""
    rows = house.sql(
        "SELECT originator_id, originator_version, topic, state FROM stored_events"
        " WHERE topic LIKE 'calls.%%' ORDER BY notification_id"
    )

    def copy() -> None:
        house.sql("CREATE TABLE copied (LIKE stored_events INCLUDING ALL)")
        with (
            house.pool.connection() as connection,
            connection.cursor() as cursor,
            cursor.copy(
                "COPY copied (originator_id, originator_version, topic, state) FROM STDIN (FORMAT binary)"
            ) as out,
        ):
            out.set_types(["uuid", "int8", "text", "bytea"])
            for row in rows:
                out.write_row(row)

    first = per_second(len(rows), copy)
    house.sql("DROP TABLE copied")
    return (first + per_second(len(rows), copy)) / 2
