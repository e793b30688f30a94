"""时钟: two of them, killed at any moment, fire every rung exactly once; what can't be decided holds up nobody else."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.words import Action
from domain.rules.calendar_commands import DeclareOutage
from domain.rules.commands import LONGEST, LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.rulebook import rulebook_of
from domain.rules.words import LimitKind, OutageKind
from domain.shared.commands import Ask
from domain.shared.deadlines import LimitUnit
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from domain.supervision.firing import FireRungs
from infra.clock import now
from infra.clockwork import ALONE, BESIDE_PEOPLE, MOST_ENDED, Clockwork, Pace, Turn
from infra.composition import House
from infra.recomputing import CalendarWatch, Concerned, Recomputing
from infra.set_up import adopt_shipped_rules, load_notices
from infra.settings import Settings
from infra.successions import SuccessionWatch
from projections.supervision.timers import Timers
from tests.adapters.kafka.bench import wait_until
from tests.benchmarks.synthetic import store_copies
from tests.conftest import Databases
from tests.county_store import MASTER, founding
from tests.domain.memory import NODE, PLATFORM_ITSELF, local
from tests.domain.shared.calendars import NOTICE_2026
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county
from tests.journeys.instance import start_process

pytestmark = pytest.mark.long

CALLS = 1_000
ASSISTANTS = ("shichang", "zhujian", "huanjing", "yancao")
TIMERS_OF_A_CALL = 10
"""The response and the work of a lead and its four assistants: what the clock is asked about, each long overdue for a
clock of today."""

RUNGS_OF_A_CALL = 2 * TIMERS_OF_A_CALL
"""提醒 and 超期 of each; the higher ones are a lifetime away in this county, so that it does not take a minute more."""


@contextmanager
def opened(dsn: str, folder: Path, at: datetime | None = None) -> Iterator[House]:
    settings = Settings(folder=folder, node=NODE, master_key=SecretStr(MASTER.hex()), database_url=dsn, kafka="")
    with House.open(settings, now if at is None else lambda: at, dsn=dsn) as house:
        yield house


def silent_calls(house: House, county: SupervisedCounty, calls: int, *assistants: str) -> None:
    """So many calls that were dispatched and never answered; the views hold them."""
    store_silent_calls(house, county, calls, *assistants)
    house.catch_up()


def store_silent_calls(house: House, county: SupervisedCounty, calls: int, *assistants: str) -> None:
    """The same, and no view knows of them."""
    life = county.history(county.silent(*assistants))
    house.store.save(*founding(_founded_only(county, life)))
    store_copies(house.dsn, [life], calls)


def _founded_only(county: SupervisedCounty, life: list[Event]) -> SupervisedCounty:
    del county.streams.facts[life[0].originator_id]
    return county


def rungs(dsn: str) -> tuple[int, int]:
    """How many rungs stand, and how many different ones."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "WITH fired AS (SELECT convert_from(state, 'UTF8')::jsonb AS fact FROM stored_events"
            " WHERE topic = 'supervision.RungReached')"
            " SELECT count(*), count(DISTINCT (fact->'about'->>'id', fact->>'place', fact->>'rung', fact->>'due'))"
            " FROM fired"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def fired(dsn: str) -> int:
    """How many rungs stand; asked again and again, so they are not looked into."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT count(*) FROM stored_events WHERE topic = 'supervision.RungReached'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_two_clocks_killed_at_random_fire_each_rung_of_ten_thousand_due_timers_exactly_once(
    databases: Databases, tmp_path: Path
) -> None:
    """Real processes over a real database; what was acknowledged stands, what was under way is done by the next."""
    chance, wanted = random.Random(20261127), CALLS * RUNGS_OF_A_CALL
    settings = {
        "HUYING_NODE": NODE,
        "HUYING_MASTER_KEY": MASTER.hex(),
    }
    kills = 0
    with databases() as dsn, opened(dsn, tmp_path / "house") as house:
        silent_calls(house, _patient_county(), CALLS, *ASSISTANTS)
        assert sum(1 for _ in Timers(house.engine).fresh(now())) == CALLS * TIMERS_OF_A_CALL == 10_000
        settings["HUYING_DATABASE_URL"] = dsn
        clocks = [_clock(tmp_path, settings, number) for number in (1, 2)]
        try:
            limit = time.monotonic() + 600
            while (stand := fired(dsn)) < wanted:
                assert time.monotonic() < limit, f"{stand} of {wanted} rungs"
                victim = chance.randrange(2)
                wait_until(lambda seen=stand: fired(dsn) > seen, 120)  # type: ignore[misc]
                if kills < 6:
                    time.sleep(chance.random() * 0.3)  # not a wait: at which moment it is killed
                    os.kill(clocks[victim].pid, signal.SIGKILL)
                    clocks[victim].wait()
                    kills += 1
                    clocks[victim] = _clock(tmp_path, settings, victim + 1)
        finally:
            for clock in clocks:
                clock.kill()
                clock.wait()
        assert kills >= 2
        house.catch_up()
        left = house.clockwork().turn()
        assert (left.facts, left.failed) == (0, 0), "nothing is left to do"
        assert rungs(dsn) == (wanted, wanted)
        with psycopg.connect(dsn) as connection:
            gaps = connection.execute(
                "SELECT count(*) FROM (SELECT max(originator_version) - count(*) AS gap FROM stored_events"
                " WHERE topic LIKE 'supervision.%' GROUP BY originator_id) streams WHERE gap <> 0"
            ).fetchone()
        assert gaps == (0,)


def _patient_county() -> SupervisedCounty:
    county = the_supervised_county()
    lines = tuple(
        LimitLine(
            kind=kind,
            urgency=Urgency.ORDINARY,
            amount=LONGEST,
            unit=LimitUnit.WORKING_DAYS,
            basis=Basis(document="本县办法(示例)", clause=kind.label),
        )
        for kind in (LimitKind.URGE_AFTER, LimitKind.ORDER_AFTER, LimitKind.CIRCULAR_AFTER)
    )
    county.ask(SetLimits(lines=lines), PLATFORM_ITSELF)
    return county


def _clock(folder: Path, settings: Mapping[str, str], number: int) -> "subprocess.Popen[bytes]":
    own = folder / f"clock{number}"
    own.mkdir(exist_ok=True)
    return start_process("clock", own, settings=settings)


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    with databases() as dsn, opened(dsn, tmp_path, local("2026-05-14", "17:31")) as opened_house:
        yield opened_house


def _clockwork(house: House, pace: Pace = ALONE, stopwatch: Callable[[], float] = time.monotonic) -> Clockwork:
    return Clockwork(
        house.bus, Timers(house.engine), _itself, house.clock, *_watches(house), pace=pace, stopwatch=stopwatch
    )


def _itself() -> Actor:
    return PLATFORM_ITSELF


def _watches(house: House) -> tuple[CalendarWatch, SuccessionWatch]:
    calendar = CalendarWatch(house.recomputing(), house.freshness.worst_delay)
    return calendar, SuccessionWatch(house.bus, house.engine, _itself)


def test_a_turn_goes_through_all_batches_in_the_order_of_time(house: House) -> None:
    silent_calls(house, the_supervised_county(), 25)
    turn = _clockwork(house, Pace(batch=4)).turn()
    assert turn.asked == 25
    assert rungs(house.dsn) == (100, 100)
    assert _clockwork(house).turn() == Turn(asked=25), "the view lags: asked again, nothing is recorded twice"
    house.catch_up()
    assert _clockwork(house).turn() == Turn()


def test_beside_people_the_clock_rests_after_each_transaction_and_asks_for_few_at_once(house: House) -> None:
    """Nine times as long as the transaction took; with a process of its own it never does."""
    silent_calls(house, the_supervised_county(), 25)
    stop, ticks = _Resting(), count()
    beside_people = _clockwork(house, BESIDE_PEOPLE, lambda: float(next(ticks)))
    assert beside_people.turn(stop).asked == 25
    assert stop.rested == [9.0] * 3, "10 + 10 + 5, a second each by this stopwatch"
    assert rungs(house.dsn) == (100, 100)
    stop.rested.clear()
    assert _clockwork(house, ALONE, lambda: float(next(ticks))).turn(stop).asked == 25
    assert stop.rested == [0.0]


def test_told_to_stop_while_it_rests_the_clock_begins_nothing_more(house: House) -> None:
    silent_calls(house, the_supervised_county(), 25)
    stop = _Resting(stops_after=2)
    assert _clockwork(house, BESIDE_PEOPLE).turn(stop).asked == 10
    assert rungs(house.dsn) == (40, 40)


class _Resting(threading.Event):
    """Notes how long it was waited on, and is over at once; set by whoever waits for the n-th time."""

    def __init__(self, stops_after: int | None = None) -> None:
        super().__init__()
        self.rested: list[float] = []
        self._stops_after = stops_after

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.rested.append(timeout)
        if len(self.rested) == self._stops_after:
            self.set()
        return self.is_set()


def test_the_same_batch_asked_by_two_clocks_is_one_command(house: House) -> None:
    silent_calls(house, the_supervised_county(), 5)
    first, second = _clockwork(house).turn(), _clockwork(house).turn()
    assert first.facts > 0
    assert (second.facts, second.failed) == (0, 0)


def test_one_call_that_can_not_be_decided_holds_up_nobody_else(house: House) -> None:
    silent_calls(house, the_supervised_county(), 9)
    with psycopg.connect(house.dsn, autocommit=True) as connection:
        broken = connection.execute("SELECT min(stream_id::text)::uuid FROM calls_v10.calls").fetchone()
        assert broken is not None
        connection.execute(
            "SELECT append_events(ARRAY[%s]::uuid[], ARRAY[6]::bigint[], ARRAY['calls.FromTheFuture'],"
            ' ARRAY[\'{"v":1,"recorded_at":"2026-05-12T01:00:00Z"}\'::bytea], NULL, NULL, NULL)',
            broken,
        )
    turn = _clockwork(house).turn()
    assert turn.failed == 1
    assert rungs(house.dsn) == (32, 32)


def test_results_refused_twice_are_suspected_in_the_next_turn_and_once(house: House) -> None:
    county = the_supervised_county()
    call = county.silent()
    for _ in range(2):
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="没有清理"), "wang")
    life = county.history(call)
    house.store.save(*founding(_founded_only(county, life)))
    store_copies(house.dsn, [life], 1)
    house.catch_up()
    at = local("2026-05-11", "17:00")
    clockwork = Clockwork(house.bus, Timers(house.engine), _itself, lambda: at, *_watches(house))
    assert clockwork.turn() == Turn(asked=1, facts=1)
    assert clockwork.turn() == Turn(asked=1), "the view lags"
    house.catch_up()
    assert clockwork.turn() == Turn()


def test_a_filing_that_is_refused_holds_up_none_behind_it(databases: Databases, tmp_path: Path) -> None:
    """Hundreds of the oldest can't be closed, the view is wrong about them; the next one is, in the same turn."""
    county = the_supervised_county()
    with databases() as dsn, opened(dsn, tmp_path, local("2026-06-10", "09:00")) as house:
        life = county.history(county.resolved())
        house.store.save(*founding(_founded_only(county, life)))
        store_copies(house.dsn, [life], 1)
        house.catch_up()
        with psycopg.connect(house.dsn, autocommit=True) as connection:
            connection.execute(
                "INSERT INTO calls_v10.obligations SELECT (jsonb_populate_record(o, jsonb_build_object("
                "'stream_id', gen_random_uuid(), 'due_at', o.due_at - interval '1 day'))).*"
                " FROM calls_v10.obligations o, generate_series(1, %s) WHERE o.is_open AND o.action = 'evaluate'",
                [MOST_ENDED + 1],
            )
        assert house.clockwork().turn().ended == 1


def test_what_the_clock_saw_decides_nothing(house: House) -> None:
    """A view that is behind, or wrong, makes the clock ask in vain; no rung comes of it."""
    silent_calls(house, the_supervised_county(), 2)
    with psycopg.connect(house.dsn, autocommit=True) as connection:
        connection.execute("UPDATE calls_v10.obligations SET due_soon_at = '2026-05-01', is_open = true, owed = true")
    turn = _clockwork(house).turn()
    assert turn.failed == 0
    assert rungs(house.dsn) == (8, 8), "four rungs of the response each; the work is not due"


def test_a_command_of_the_clock_names_the_rungs_it_fires(house: House) -> None:
    silent_calls(house, the_supervised_county(), 1)
    _clockwork(house).turn()
    with psycopg.connect(house.dsn) as connection:
        (ids,) = connection.execute(
            "SELECT array_agg(DISTINCT convert_from(state, 'UTF8')::jsonb->>'command_id') FROM stored_events"
            " WHERE topic LIKE 'supervision.%'"
        ).fetchall()[0]
        known = connection.execute("SELECT command_id, name FROM commands").fetchall()
    assert known == [(UUID(ids[0]), FireRungs.wire)]
    again = house.bus.execute(
        FireRungs(rungs=_asked(house)), Ask(UUID(ids[0]), PLATFORM_ITSELF, occurred_at=house.clock())
    )
    assert again.repeated


def _asked(house: House):  # type: ignore[no-untyped-def]
    from domain.supervision.firing import RungDue

    return tuple(
        RungDue(call=t.call, place=t.place, rung=t.rung, due=t.due) for t in Timers(house.engine).fresh(house.clock())
    )


def test_what_waits_for_the_clock_is_told_to_the_doctor(house: House) -> None:
    silent_calls(house, the_supervised_county(), 3)
    standing = house.clock_standing()
    assert (standing.running, standing.backlog.count, standing.code) == (False, 3, "clock-not-running")
    assert standing.backlog.oldest == local("2026-05-12", "15:45")
    _clockwork(house).turn()
    house.catch_up()
    standing = house.clock_standing()
    assert (standing.backlog.count, standing.code) == (0, "")
    assert "没有运行" in standing.text


def test_rules_without_a_platform_still_give_the_clock_a_name(house: House) -> None:
    assert rulebook_of(house.store.now(), "nowhere").limits() == {}
    assert house.clockwork().turn() == Turn()


def test_a_call_is_filed_by_the_platform_and_by_nobody_in_its_name(house: House) -> None:
    """The step of time is the platform's: asked with a forged post it is refused before anything is looked at."""
    county = the_supervised_county()
    call = county.resolved()
    county.at("2026-05-20", "09:00")
    assert county.obligation(call, Action.EVALUATE).deadline.due < county.now
    filing = completion.CloseCall(call_id=call)
    forged = county.by("zhifa").model_copy(update={"post": Post.SYSTEM.value})
    assert county.refusal(filing, forged).code == "not-in-post"
    assert county.refusal(filing, county.by("zhifa")).code == "not-your-post"
    charged = PLATFORM_ITSELF.model_copy(update={"organization": county.orgs["platform"]})
    assert [event.wire for event in county.ask(filing, charged)] == ["calls.CallClosed"]


def test_shipped_rules_adopted_again_bring_new_limits_and_leave_the_countys_own(
    databases: Databases, tmp_path: Path
) -> None:
    """What a county set stands; what a release adds comes."""
    with databases() as dsn, opened(dsn, tmp_path) as house:
        assert adopt_shipped_rules(house) > 0
        own = LimitLine(
            kind=LimitKind.URGE_AFTER,
            urgency=Urgency.ORDINARY,
            amount=3,
            unit=LimitUnit.WORKING_DAYS,
            basis=Basis(document="本县办法(示例)", clause="催办"),
        )
        house.bus.execute(SetLimits(lines=(own,)), Ask(uuid4(), PLATFORM_ITSELF))
        adopt_shipped_rules(house)
        assert house.rulebook().limit(LimitKind.URGE_AFTER, Urgency.ORDINARY).amount == 3
        assert (LimitKind.ORDER_AFTER, Urgency.ORDINARY) in house.rulebook().limits()


def test_an_outage_reaches_calls_that_the_views_lacked_when_it_was_declared(house: House) -> None:
    """The clock looks again until the views hold what was recorded before; then no more."""
    store_silent_calls(house, the_supervised_county(), 3)
    looked_at = [house.clock()]
    clock = Clockwork(house.bus, Timers(house.engine), _itself, lambda: looked_at[0], *_watches(house))
    assert clock.turn().recomputed == 0
    outage = DeclareOutage(
        kind=OutageKind.PLATFORM, starts_at=local("2026-05-12", "10:00"), ends_at=local("2026-05-12", "11:00")
    )
    house.bus.execute(outage, Ask(uuid4(), PLATFORM_ITSELF))
    assert clock.turn().recomputed == 0, "no view knows of a call"
    house.catch_up()
    assert clock.turn().recomputed == 0, "it looked a moment ago"
    looked_at[0] += timedelta(minutes=2)
    assert clock.turn().recomputed == 3
    house.catch_up()
    with house.engine.connect() as connection:
        justified = connection.execute(
            text("SELECT count(DISTINCT stream_id) FROM calls_v10.obligations WHERE justified_until IS NOT NULL")
        ).scalar()
    assert justified == 3
    looked_at[0] += timedelta(minutes=2)
    assert clock.turn().recomputed == 0


def test_a_notice_without_working_hours_stops_no_turn(house: House) -> None:
    """An installation half set up: nothing can be counted yet, and nothing is due."""
    assert load_notices(house, [NOTICE_2026], "虚构") == 1
    assert _clockwork(house).turn() == Turn()


def test_a_call_that_can_not_be_recomputed_is_asked_about_again(house: House) -> None:
    silent_calls(house, the_supervised_county(), 2)
    outage = DeclareOutage(
        kind=OutageKind.PLATFORM, starts_at=local("2026-05-12", "10:00"), ends_at=local("2026-05-12", "11:00")
    )
    house.bus.execute(outage, Ask(uuid4(), PLATFORM_ITSELF))
    house.catch_up()
    recomputing = _FailsFirst(house)
    watch = CalendarWatch(recomputing, house.freshness.worst_delay)
    looked_at = house.clock()
    assert watch.turn(looked_at) == (1, 1)
    assert watch.turn(looked_at + timedelta(seconds=2)) == (0, 0)
    assert watch.turn(looked_at + timedelta(minutes=2)) == (1, 0)


class _FailsFirst(Recomputing):
    """The first call it asks about fails, once."""

    def __init__(self, house: House) -> None:
        super().__init__(house.bus, house.engine, house.rulebook, lambda: PLATFORM_ITSELF)
        self._failed = False

    def ask(self, one: Concerned) -> bool:
        if not self._failed:
            self._failed = True
            raise RuntimeError("broken")
        return super().ask(one)
