"""视图: building them anew, how soon a fact shows, and how long a page of a queue takes."""

import threading
import time
from uuid import uuid4

import psycopg
from sqlalchemy import text

from adapters.event_store.feed import StoreFeed
from domain.calls import records as r
from domain.shared.posts import Post
from infra.composition import projections
from projections.calls.queries import CallQueries
from projections.engine.builds import rebuild
from projections.engine.projector import Projector
from projections.scope import Breadth, Viewer
from tests.benchmarks.figures import Figure, per_second, percentile
from tests.benchmarks.synthetic import store_calls
from tests.county_store import CountyStore


def rebuild_figure(house: CountyStore, calls: int) -> Figure:
    """All views of this release from the store, one process, against reading the same rows and doing nothing."""
    store_calls(house.dsn, house.county, calls)
    (events,) = house.sql("SELECT count(*) FROM stored_events")[0]
    taken = 0

    def count(more: int) -> None:
        nonlocal taken
        taken += more

    def build_all() -> None:
        for view in projections():
            feed = StoreFeed(house.dsn)
            rebuild(house.engine, view, feed, house.decoder, house.streams, count)
            feed.close()

    rate = per_second(events, build_all)
    assert taken == events * len(projections())
    return Figure(
        "rebuild_all_views",
        rate,
        "events/s",
        "higher",
        f"{events:,} stored events ({calls:,} calls decided by the real handlers and copied, sealed parts decrypted)"
        f" folded into {len(projections())} views one after the other in one process, then switched in. Every event is"
        " read once a view and decoded where the view reads its subject; the rate counts it once.",
        goal=36_000,
        peer="library ProjectionRunner, measured earlier (design notes)",
        peer_value=842,
        limit="reading the same rows through the feed, once",
        limit_value=per_second(events, lambda: _read_all(house.dsn)),
    )


def _read_all(dsn: str) -> None:
    feed, place = StoreFeed(dsn), 0
    while batch := feed.read({"store": place}, 5_000, 0):
        place = batch[-1].offset + 1
    feed.close()


def freshness_figure(house: CountyStore, times: int) -> Figure:
    """From the receipt of a command until its fact stands in the view, with the projector idling in this process."""
    call = house.placed()
    stop = threading.Event()
    delays, bare = [], []
    with house.projector() as projector, psycopg.connect(house.dsn, autocommit=True) as eye:
        projector.catch_up()
        thread = threading.Thread(target=_run, args=(projector, stop))
        thread.start()
        for number in range(times):
            receipt = house.say(r.AddNote(call_id=call, text=f"第{number}条备注"), "li")
            begun = time.perf_counter()
            while not eye.execute(
                "SELECT 1 FROM calls_v1.timeline WHERE stream_id = %s AND version = %s", (call, receipt.version)
            ).fetchone():
                time.sleep(0.0005)
            delays.append((time.perf_counter() - begun) * 1000)
        stop.set()
        thread.join()
    with psycopg.connect(house.dsn, autocommit=True) as ear, psycopg.connect(house.dsn, autocommit=True) as mouth:
        ear.execute("LISTEN bare")
        for _ in range(times):
            begun = time.perf_counter()
            mouth.execute("NOTIFY bare")
            for _ in ear.notifies(stop_after=1):
                break
            bare.append((time.perf_counter() - begun) * 1000)
    return Figure(
        "freshness_embedded",
        percentile(delays, 0.95),
        "ms p95",
        "lower",
        f"{times} notes, one after the other: from the command's receipt until its row can be read by another"
        f" connection (looked at every half millisecond). p50 {percentile(delays, 0.5):.1f} ms,"
        f" worst {max(delays):.1f} ms. Goal of this file: a page opened at once after a form is up to date.",
        goal=100,
        limit="bare NOTIFY from one connection to another, p95",
        limit_value=percentile(bare, 0.95),
    )


def _run(projector: Projector, stop: threading.Event) -> None:
    projector.run(stop)


def queue_figure(house: CountyStore, calls: int) -> Figure:
    """One page of 待办 with its counts, for a department that has a fiftieth of the county's calls."""
    _multiply(house, calls)
    actor = house.county.by("zhifa")
    viewer = Viewer(actor.person or uuid4(), "", Post.LIAISON, actor.organization, "", "", uuid4(), Breadth.OWN)
    queries: CallQueries = house.queries
    spent, bare = [], []
    for turn in range(60):
        begun = time.perf_counter()
        page = queries.to_do(viewer)
        queries.counts(viewer, house.county.now)
        spent.append((time.perf_counter() - begun) * 1000)
        assert len(page) == 50, turn
    with house.engine.connect() as connection:
        for _ in range(60):
            begun = time.perf_counter()
            connection.execute(text("SELECT * FROM calls_v1.calls LIMIT 50")).all()
            bare.append((time.perf_counter() - begun) * 1000)
    waiting = house.sql("SELECT count(*) FROM calls_v1.tasks WHERE organization = %s AND is_open", actor.organization)[
        0
    ][0]
    return Figure(
        f"queue_page_{calls // 1000}k",
        percentile(spent, 0.95),
        "ms p95",
        "lower",
        f"First page (50) of a department's 待办 and its four counts among {calls:,} calls, {waiting:,} tasks waiting"
        f" for the department; sixty times, p50 {percentile(spent, 0.5):.1f} ms. Rows copied inside the database from"
        " folded calls.",
        goal=50,
        limit="any fifty rows of the same table, unordered, p95",
        limit_value=percentile(bare, 0.95),
    )


def _multiply(house: CountyStore, calls: int) -> None:
    """Copy the folded calls, row by row, until there are so many; 49 of 50 copies belong to other organizations."""
    (have,) = house.sql("SELECT count(*) FROM calls_v1.calls WHERE number LIKE 'HY%'")[0]
    house.sql("DELETE FROM calls_v1.calls WHERE number LIKE 'copy%'")
    house.sql(
        "DELETE FROM calls_v1.tasks t WHERE NOT EXISTS (SELECT FROM calls_v1.calls c WHERE c.stream_id = t.stream_id)"
    )
    each = calls // have
    other = "CASE WHEN n % 50 = 0 THEN {0} ELSE md5({0}::text || n % 50)::uuid END"
    names = {
        table.name: [column.name for column in table.columns]
        for table in house.view.metadata.sorted_tables
        if table.name in ("calls", "tasks")
    }
    changed = {
        "stream_id": "md5(t.stream_id::text || n)::uuid",
        "number": "'copy' || n",
        "organization": other.format("t.organization"),
        "township": other.format("t.township"),
        "concerned": f"ARRAY(SELECT {other.format('o')} FROM unnest(t.concerned) o)",
        "due_at": "t.due_at + make_interval(mins => n)",
        "submitted_at": "t.submitted_at + make_interval(mins => n)",
    }
    for table, columns in names.items():
        chosen = ", ".join(changed.get(column, f't."{column}"') for column in columns)
        listed = ", ".join(f'"{column}"' for column in columns)
        only = (
            "WHERE t.number LIKE 'HY%'"
            if table == "calls"
            else ("WHERE EXISTS (SELECT FROM calls_v1.calls c WHERE c.stream_id = t.stream_id AND c.number LIKE 'HY%')")
        )
        house.sql(
            f"INSERT INTO calls_v1.{table} ({listed}) SELECT {chosen} FROM calls_v1.{table} t,"
            f" generate_series(1, {each}) n {only}"
        )
        house.sql(f"ANALYZE calls_v1.{table}")
