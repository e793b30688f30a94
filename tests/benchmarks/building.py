"""重建: all views of this release folded anew from the store, beside the library's projection runner."""

import resource
import time
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection as LibraryProjection
from eventsourcing.projection import ProjectionRunner
from psycopg.sql import SQL

from adapters.event_store.feed import StoreFeed, StoreHistory, StoreStreams
from adapters.event_store.store import EventStore
from domain.calls.call import Call
from domain.calls.events import CallEvent
from domain.calls.fold import evolve
from infra.rebuilding import Views, fold_here, fold_in_processes
from infra.views import projections
from projections.calls.view import call_json
from projections.engine.builds import Progress, rebuild
from projections.engine.feed import Share
from projections.engine.projection import live_schema
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure, per_second
from tests.benchmarks.obligations_alone import ObligationsAlone, obligations_alone
from tests.benchmarks.synthetic import store_calls
from tests.county_store import MASTER, CountyStore

_LEFT_OUT = (
    " Tried and left out: writing by a thread beside (8 % more processor time, no gain that could be told from noise);"
    " batches of 250 to 5,000 facts, 50 to 1,000 streams at once, the counted lines without their triggers (each: no"
    " difference); the stored bytes validated without being read as JSON first (6 µs an event less, for a second way to"
    " read a fact); the JSON of an obligation written once for all rows it stands in (10.1 µs an event for 8.8);"
    " rows laid out, and facts let go, as soon as a stream is folded, and moments in Python's own zone instead of"
    " pydantic's, which compare and travel sooner but must first be made (no difference that could be told from noise);"
    " records that hold nothing but what differs from the usual in memory, too (the fold of a fact 28 µs for 24)."
)
_PROFILE = (
    "Profile of an event's processor time: Python two thirds of it (reading, decrypting and validating the fact 25 %,"
    " the fold of the call 15 %, its counted lines 20 %, rows as JSON and COPY 40 %), PostgreSQL a third, of which"
    " compressing the folded call, in each of two views, was a quarter. The shares were taken before decision 0068:"
    " since then the call is 5.6 KB of JSON instead of 7.8 and takes PostgreSQL half the time (160 µs a call for 310),"
    " Python 44 µs more."
    " In: whole streams folded in memory, COPY into bare tables, indexes last, one decoding and one fold of a call for"
    f" all views, records made and changed without their constructors, no cyclic collector.{_LEFT_OUT}"
)
_OBLIGATIONS_PROFILE = (
    "Profile of an event's processor time: Python some 70 % (of that: read as JSON and validated a third, the fold of"
    " the call with its obligations a quarter, their rows as JSON and COPY a fifth, fetched 6 %, the rest calls and"
    " letting go), PostgreSQL 30 % (reading in order, COPY and indexes a third each). In: nothing sealed is"
    " opened (decision 0069), the same actor is one record, rows hold what is not as usual, once (decision 0068: 490"
    " bytes an obligation for 1,170), indexes are made beside each other, records made without their constructors,"
    f" statistics of no JSON, no sweeping of tables that are being filled.{_LEFT_OUT}"
)
_LIBRARY_SECONDS = {False: 20.0, True: 5.0}


def rebuild_figures(bench: Bench) -> list[Figure]:
    """One process, two processes, the library, and the raw reading of the same rows."""
    with bench.house() as house:
        store_calls(house.dsn, house.county, bench.some(158_000, 5_000))
        (events,) = house.sql("SELECT count(*) FROM stored_events")[0]
        house.sql("VACUUM ANALYZE stored_events")
        raw = per_second(events, lambda: _read_all(house.dsn))
        before = _peak_megabytes()
        alone = per_second(events, lambda: _rebuild(house, 1))
        grown = _peak_megabytes() - before
        together = per_second(events, lambda: _rebuild(house, 2))
        owed = per_second(events, lambda: _rebuild(house, 2, obligations_alone))
        (owings,) = house.sql("SELECT count(*) FROM calls_v10.obligations")[0]
        (built,) = house.sql(f"SELECT count(*) FROM {live_schema(ObligationsAlone)}.obligations")[0]
        if built != owings:
            raise RuntimeError(f"{owings} obligations, {built} of them built")
        library = _library_rate(house, _LIBRARY_SECONDS[bench.quick])
    what = (
        f"{events:,} stored events (calls decided by the real handlers and copied, sealed parts decrypted) folded into"
        f" {len(projections())} views, keys, indexes and statistics included, then switched in. All of them but the"
        " founding of the county are facts of calls: the calls and rates views fold them; directory, duty lists and"
        " supervision fold next to nothing."
    )
    peer = "library ProjectionRunner, one upsert and one insert an event, a bounded sample of the same events"
    return [
        Figure(
            "rebuild_all_views",
            alone,
            "events/s",
            "higher",
            f"{what} One process; its memory grew by {grown:.0f} MB. {alone / library:.0f} times the library"
            " (goal: 40 times).",
            goal=35_000,
            peer=peer,
            peer_value=library,
            limit="reading the same rows stream by stream, once",
            limit_value=raw,
            notes=_PROFILE,
        ),
        Figure(
            "rebuild_two_processes",
            together,
            "events/s",
            "higher",
            f"{what} A share of the streams for each of two processes, on the two cores PostgreSQL also uses.",
            goal=50_000,
            peer=peer,
            peer_value=library,
            limit="reading the same rows stream by stream, once",
            limit_value=raw,
            notes=f"{together / alone:.2f} times one process, on cores that PostgreSQL uses as well. {_PROFILE}",
        ),
        Figure(
            "rebuild_obligations",
            owed,
            "events/s",
            "higher",
            f"The same events folded into the rows of {owings:,} obligations alone (no record, no search, no figures),"
            " keys, indexes and statistics included, then switched in, by two processes. The same fold and the same"
            " rows as the calls view's.",
            goal=20_000,
            limit="reading the same rows stream by stream, once",
            limit_value=raw,
            notes=_OBLIGATIONS_PROFILE,
        ),
    ]


def _rebuild(house: CountyStore, processes: int, views: Views = projections) -> None:
    taken = 0

    def count(more: int) -> None:
        nonlocal taken
        taken += more

    progress: Progress = count
    fold_all = (
        fold_here(house.engine, house.dsn, house.keys, progress)
        if processes == 1
        else fold_in_processes(processes, house.dsn, MASTER, views, progress)
    )
    feed = StoreFeed(house.dsn)
    rebuild(
        house.engine,
        views(),
        StoreHistory(house.dsn),
        feed,
        house.decoder,
        StoreStreams(house.pool),
        fold_all,
        at_once=processes,
    )
    feed.close()
    (shown,) = house.sql("SELECT count(*) FROM calls_v10.timeline")[0]
    (facts,) = house.sql("SELECT count(*) FROM stored_events WHERE topic LIKE 'calls.%'")[0]
    if shown != facts or taken < facts:
        raise RuntimeError(f"{facts} facts, {shown} rows, {taken} taken")


def _read_all(dsn: str) -> None:
    subjects = {subject for view in projections() for subject in view.subjects}
    for _ in StoreHistory(dsn).batches(subjects, 2**62, Share()):
        pass


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _library_rate(house: CountyStore, seconds: float) -> float:
    """Events a second of the library's own runner, with the domain's fold and rows of the same shape."""
    done = 0

    class Store(EventStore):
        def __init__(self, env: Any = None) -> None:
            super().__init__(house.dsn, house.keys)

    class View(PostgresTrackingRecorder):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.sql_create_statements += [
                SQL("CREATE TABLE IF NOT EXISTS shown (id uuid PRIMARY KEY, state jsonb)").format(),
                SQL("CREATE TABLE IF NOT EXISTS told (id uuid, version int, fact jsonb)").format(),
            ]

        def show(self, call: Call, event: CallEvent, tracking: Tracking) -> None:
            with self.datastore.transaction() as cursor:
                self._insert_tracking(cursor, tracking)
                cursor.execute(
                    "INSERT INTO shown VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
                    (call.id, call_json.dump_json(call).decode()),
                )
                cursor.execute(
                    "INSERT INTO told VALUES (%s, %s, %s)",
                    (call.id, event.originator_version, event.model_dump_json(exclude_none=True)),
                )

    calls: dict[UUID, Call] = {}

    class Fold(LibraryProjection[View]):
        name = "library"

        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            nonlocal done
            if isinstance(domain_event, CallEvent):
                stream = domain_event.originator_id
                calls[stream] = evolve(calls.get(stream), domain_event)
                self.view.show(calls[stream], domain_event, tracking)
                done += 1

    env = {**house.store.env, "CREATE_TABLE": "y"}
    with ProjectionRunner(application_class=Store, view_class=View, projection_class=Fold, env=env) as runner:
        while done == 0:
            runner.run_forever(0.05)
        first, began = done, time.perf_counter()
        runner.run_forever(seconds)
        return (done - first) / (time.perf_counter() - began)
