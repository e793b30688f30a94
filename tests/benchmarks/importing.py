"""导入: a whole country's townships into the directory."""

import time
from datetime import UTC, datetime

from adapters.imports.directory_import import import_directory
from domain.directory.import_rows import DirectoryRows, DivisionRow
from infra.set_up import system_envelope
from tests.benchmarks.figures import Figure, per_second
from tests.county_store import CountyStore

TOWNSHIPS = 41_352
"""As many as the country has."""


def divisions(townships: int) -> tuple[DivisionRow, ...]:
    """Synthetic: provinces of 13 cities of 8 counties of 15 townships, under codes of the real form."""
    rows: list[DivisionRow] = []
    made = 0
    for province in range(11, 66):
        rows.append(DivisionRow(len(rows) + 1, f"{province}0000000000", f"{province}省"))
        for city in range(1, 14):
            rows.append(DivisionRow(len(rows) + 1, f"{province}{city:02}00000000", f"{province}{city:02}市"))
            for county in range(1, 9):
                rows.append(DivisionRow(len(rows) + 1, f"{province}{city:02}{county:02}000000", f"第{county}县"))
                for township in range(1, 16):
                    code = f"{province}{city:02}{county:02}{township:03}000"
                    rows.append(DivisionRow(len(rows) + 1, code, f"第{township}镇"))
                    made += 1
                    if made == townships:
                        return tuple(rows)
    raise ValueError(f"at most {made} townships")


def import_figure(house: CountyStore, townships: int) -> Figure:
    """Plan, check, seal and record, in transactions of 5,000; and once more, which must find nothing to do."""
    rows = DirectoryRows(divisions=divisions(townships))
    envelope = system_envelope("shifan", datetime.now(UTC), "benchmark")
    begun = time.perf_counter()
    receipt = import_directory(house.store, rows, envelope)
    spent = time.perf_counter() - begun
    assert receipt.events == len(rows.divisions)
    begun = time.perf_counter()
    assert import_directory(house.store, rows, envelope).events == 0
    again = time.perf_counter() - begun
    states = house.sql(
        "SELECT originator_id, topic, state FROM stored_events WHERE topic = 'directory.DivisionRegistered'"
    )
    house.sql("CREATE TABLE copied (id uuid PRIMARY KEY, topic text, state bytea)")

    def copy() -> None:
        with (
            house.pool.connection() as connection,
            connection.cursor() as cursor,
            cursor.copy("COPY copied FROM STDIN (FORMAT binary)") as out,
        ):
            out.set_types(["uuid", "text", "bytea"])
            for row in states:
                out.write_row(row)

    return Figure(
        "import_directory",
        spent,
        "s",
        "lower",
        f"{len(rows.divisions):,} divisions ({townships:,} townships, synthetic) imported into an empty directory:"
        f" {len(rows.divisions) / spent:,.0f} events/s. The rows are handed over in memory: no file is read. The same"
        f" import again, which finds nothing to do: {again:.1f} s."
        " Goal of this file: half a minute.",
        goal=30 * townships / TOWNSHIPS,
        limit="COPY of the same bytes into a bare table",
        limit_value=len(states) / per_second(len(states), copy),
    )
