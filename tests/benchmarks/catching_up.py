"""补触发时办理: what commands cost while the clock of the same process catches up after a standstill."""

import psycopg
from pydantic import SecretStr

from infra.clock import now
from infra.clockwork import BESIDE_PEOPLE
from infra.composition import House
from infra.settings import Settings
from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.bench import Bench, shown, wait_until_at_rest
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.load import RATE, note_times
from tests.benchmarks.synthetic import store_copies
from tests.county_store import MASTER
from tests.domain.supervision.county import the_supervised_county
from tests.journeys.kafka_shape import NODE


def catching_up_figures(bench: Bench) -> list[Figure]:
    """One process with everything in it, stopped, and started again when everything of many calls is long overdue."""
    dsn, notes, calls = bench.database(), bench.some(500, 250), bench.some(4_000, 1_500)
    with bench.demonstration(dsn) as running:
        wait_until(lambda: shown(dsn), 300)
        wait_until_at_rest(running.pid, dsn)
        without = note_times(running, notes)
    county = the_supervised_county()
    store_copies(dsn, [county.history(county.silent())], calls)
    settings = Settings(folder=bench.new_folder(), node=NODE, master_key=SecretStr(MASTER.hex()), kafka="")
    with House.open(settings, now, dsn=dsn) as house:
        house.catch_up()
        with bench.demonstration(dsn) as running:
            beside = note_times(running, notes)
            waiting = house.clock_standing().backlog.count
            fired = _fired(dsn)
    assert waiting > 0, "the clock was not catching up any more"
    limit = percentile(without, 0.99)
    return [
        Figure(
            "commands_while_catching_up",
            percentile(beside, 0.99),
            "ms p99",
            "lower",
            f"{notes:,} notes at {RATE:.0f} a second over HTTP while the clock of the same process catches up"
            f" {2 * calls:,} overdue obligations (it had fired {fired:,} rungs by the end of the notes): p50"
            f" {percentile(beside, 0.5):.1f} ms. Without anything due: p50 {percentile(without, 0.5):.1f} ms, p99 the"
            f" limit. Goal: twice the limit. The clock takes {BESIDE_PEOPLE.batch} obligations a transaction and rests"
            f" {BESIDE_PEOPLE.rest:.0f} times as long as each took (decision 0054).",
            goal=2 * limit,
            limit="the same commands with nothing due, p99",
            limit_value=limit,
            notes="Before the clock gave way (200 obligations a transaction, no rests) p99 was 0.4 to 0.9 s, and views"
            " fell thousands of facts behind. Sampled then, holding the interpreter lock: requests 33 %, projector"
            " 28 %, clock 21 %, planning of notices 16 %; waiting for the append lock did not show. What the clock"
            " records costs its process three times what the clock itself takes. Tried and left out: letting threads"
            " change every millisecond instead of every five, in turn within one run (no difference); rests three"
            " times as long as the work (three quarters of the process still taken); 20 obligations at a time with the"
            " same rests (1.8 and 2.2 times the limit; ten at a time: 1.3).",
        )
    ]


def _fired(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM stored_events WHERE topic = 'supervision.RungReached'"
        ).fetchone()
    assert row is not None
    return int(row[0])
