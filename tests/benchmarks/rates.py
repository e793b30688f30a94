"""运行情况: the page of a whole year, and the first page of a list behind one of its figures."""

import http.client
import time
from contextlib import closing
from statistics import median
from uuid import UUID

from sqlalchemy import text

from infra.composition import House
from projections.rates.cells import cells, cells_filled
from projections.rates.tables import counted, matters
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import SEED, Figure, percentile
from tests.benchmarks.history import UNDER_WAY
from tests.benchmarks.http_server import county_clock, settings
from tests.benchmarks.pages import signed_in
from tests.benchmarks.served import served
from tests.county_store import CountyStore
from tests.projections.histories import LIVES, call_facts
from tests.projections.random_lives import random_county

DEPARTMENTS, TOWNSHIPS, ITEMS = 40, 25, 51
PAGES = {
    "承办单位": "/rates?period=2026&by=department",
    "过程占比": "/rates?period=2026&by=department&shares=true",
    "平台和裁决单位": "/rates?period=2026&by=office",
    "乡镇(街道)": "/rates?period=2026&by=township",
    "清单事项": "/rates?period=2026&by=item",
}
LISTS = {
    "未按期响应": "/rates/lines?period=2026&by=department&measure=response&part=unmet",
    "办结": "/rates/lines?period=2026&by=department&measure=completion&part=met",
    "台账": "/record?period=2026",
}
GOAL = 150.0


def rates_figures(bench: Bench) -> list[Figure]:
    """Every page opened in turn, by a supervisor who sees the whole county."""
    calls = bench.some(200_000, 20_000)
    with bench.house() as house:
        _found(house)
        folder = bench.new_folder()
        cookie = signed_in(house, str(folder), ("supervisor", "zhifa"))
        with House.open(settings(str(folder), house.dsn), county_clock()) as served_house:
            served_house.catch_up()
        _fill(house, calls)
        times: dict[str, list[float]] = {}
        with served(folder, house.dsn) as (port, _), closing(_browser(port)) as browser:
            for turn in range(bench.some(25, 8) + 2):
                for name, path in (PAGES | LISTS | {"empty": "/account/password"}).items():
                    took = _open(browser, path, cookie["supervisor"])
                    if turn >= 2:
                        times.setdefault(name, []).append(took)
                took = _open(browser, PAGES["承办单位"], cookie["zhifa"])
                if turn >= 2:
                    times.setdefault("own", []).append(took)
    floor = percentile(times["empty"], 0.95)
    return [
        _figure("rates_page", "the pages of a year's figures", {n: times[n] for n in PAGES}, calls, floor),
        _figure("rates_own_page", "a department's own line and the county's", {"own": times["own"]}, calls, floor),
        _figure("rates_list", "the lists behind figures, first page", {n: times[n] for n in LISTS}, calls, floor),
    ]


def _figure(name: str, what: str, times: dict[str, list[float]], calls: int, floor: float) -> Figure:
    every = [took for taken in times.values() for took in taken]
    middles = ", ".join(f"{page} {median(taken):.0f}" for page, taken in times.items())
    return Figure(
        name,
        percentile(every, 0.95),
        "ms p95",
        "lower",
        f"{what.capitalize()}, opened in turn by the whole application over {calls:,} calls in one year (every"
        f" obligation a row, {DEPARTMENTS} departments, {TOWNSHIPS} townships, {ITEMS} items). Medians in ms:"
        f" {middles}.",
        goal=GOAL,
        limit="a page without figures of the same application, p95",
        limit_value=floor,
    )


def _browser(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def _open(browser: http.client.HTTPConnection, path: str, cookie: str) -> float:
    began = time.perf_counter()
    browser.request("GET", path, headers={"Cookie": cookie})
    answer = browser.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {said[:300].decode(errors='replace')}")
    return (time.perf_counter() - began) * 1000


def _found(house: CountyStore) -> None:
    """Lives decided by the real handlers, folded by the real view: what the year is copied from."""
    for life in LIVES.values():
        life(house.county)
    for facts in call_facts(house.county).values():
        house.keep(facts)
    for facts in call_facts(random_county(SEED, calls=60, deeds=40)).values():
        house.keep(facts)


def _fill(house: CountyStore, calls: int) -> None:
    """Copy the patterns until the year has so many calls, evenly over it; then index and vacuum, as after a night."""
    platform: UUID = house.county.orgs["platform"]
    house.sql(
        "CREATE TABLE rate_patterns AS SELECT stream_id, min(moment) AS begun,"
        " bool_or(pending) AS open, row_number() OVER (PARTITION BY bool_or(pending) ORDER BY stream_id) - 1 AS place,"
        " count(*) OVER (PARTITION BY bool_or(pending)) AS kinds"
        f" FROM {counted.fullname} GROUP BY stream_id"
    )
    for table in (matters, counted):
        house.sql(f"ALTER TABLE {table.fullname} SET UNLOGGED")
        for index in table.indexes:
            index.drop(house.engine)

    def other(organization: str, kinds: int) -> str:
        return (
            f"CASE WHEN {organization} = '{platform}' THEN {organization}"
            f" ELSE md5('o' || abs(hashtext({organization}::text || n)) % {kinds})::uuid END"
        )

    def later(column: str) -> str:
        return f"t.{column} - p.begun + '2026-01-01 00:00+08'::timestamptz + n * interval '364 days' / {calls}"

    item = f"abs(hashint8(n)) % {ITEMS}"
    changed = {
        "stream_id": "md5('call' || n)::uuid",
        "number": "'HY2026-' || n",
        "organization": other("t.organization", DEPARTMENTS),
        "township": f"md5('t' || abs(hashint8(n)) % {TOWNSHIPS})::uuid",
        "item": f"'territorial-' || {item}",
        "item_title": f"'清单事项' || {item}",
        "field": f"'领域' || {item} % 10",
        "state": "'{}'::jsonb",
        **{name: later(name) for name in ("moment", "opened_at", "performed_at", "ended_at")},
    }
    house.sql(f"DELETE FROM {cells_filled.fullname}")  # counted once for all, as after a rebuild
    for table in (matters, counted):
        columns = [column.name for column in table.columns]
        chosen = ", ".join(changed.get(name, f"t.{name}") for name in columns)
        house.sql(
            f"INSERT INTO {table.fullname} ({', '.join(columns)}) SELECT {chosen} FROM generate_series(1, {calls}) n"
            f" JOIN rate_patterns p ON p.open = (n > {calls - UNDER_WAY}) AND p.place = n % p.kinds"
            f" JOIN {table.fullname} t ON t.stream_id = p.stream_id"
        )
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in (matters, counted):
            for index in table.indexes:
                index.create(connection)
        connection.execute(text(f"UPDATE {counted.fullname} SET place = place WHERE false"))
        for table in (matters, counted, cells):
            connection.execute(text(f"VACUUM ANALYZE {table.fullname}"))
