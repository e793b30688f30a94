"""历史导入 on a real PostgreSQL: each case whole or not at all, once for ever, whatever happens in between."""

import csv
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.event_store.feed import STORE_CHANNEL, StoreFeed
from adapters.event_store.key_ring import KeyRing
from adapters.imports.event_log import EventLog
from adapters.imports.history_import import HistoryImport, Outcome
from adapters.imports.history_mapping import MappingRefused, read_mapping
from adapters.imports.history_preparation import prepared
from domain.calls.fold import evolve
from domain.calls.words import Stage
from domain.calls.work import handling as h
from domain.calls.work.records import AddNote
from domain.directory.organization_commands import RenameOrganization
from domain.shared.commands import Ask
from domain.shared.events import Event
from infra.history_processes import batches, import_here, import_in_processes
from projections.engine.projection import live_schema
from tests.adapters.kafka.bench import wait_until
from tests.county_store import MASTER, CountyStore, county_store
from tests.domain.memory import NODE, PLATFORM_ITSELF
from tests.old_platform import COLUMNS, MAPPING, Line, lives, rows_of, write_log

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house


def imported(
    house: CountyStore,
    path: Path,
    *,
    mapping: str = MAPPING,
    at: datetime = NOW,
    dry_run: bool = False,
    processes: int = 1,
) -> Outcome:
    """Import a file as the command does."""
    said = read_mapping(mapping.encode())
    log = EventLog(path, said)
    given = prepared(house.store, NODE, said, log, path.name, at, dry_run=dry_run)
    outcome, work = Outcome(), batches(log.each_case())
    if processes == 1:
        import_here(work, house.dsn, MASTER, given, outcome.add)
    else:
        import_in_processes(processes, work, house.dsn, MASTER, given, outcome.add)
    return outcome


def calls_of(house: CountyStore) -> dict[str, list[Event]]:
    """Every imported call by its number, decoded from the store."""
    streams = house.sql("SELECT originator_id FROM stored_events WHERE topic = 'calls.CallSubmitted'")
    histories = [house.store.history(stream) for (stream,) in streams]
    return {history[0].number: history for history in histories}  # type: ignore[attr-defined]


def course(history: Sequence[Event]) -> list[tuple[str, datetime, datetime, UUID | None]]:
    return [(event.wire, event.occurred_at, event.recorded_at, event.causation_id) for event in history]


def everything(house: CountyStore) -> list[tuple[Any, ...]]:
    return house.sql("SELECT notification_id, originator_id, originator_version, state FROM stored_events ORDER BY 1")


def test_cases_become_calls_that_fold_with_their_own_times(house: CountyStore, tmp_path: Path) -> None:
    cases = list(lives(24))
    outcome = imported(house, write_log(tmp_path / "旧.csv", rows_of(cases)))

    assert (outcome.new, outcome.rejected, outcome.left_out) == (24, [], 3)
    found = calls_of(house)
    assert found.keys() == {case[0]["工单号"] for case in cases}
    for case in cases:
        history = found[case[0]["工单号"]]
        assert history[0].recorded_at == datetime.fromisoformat(case[0]["办理时间"] + "+08:00")
        assert house.call(history[0].originator_id).version == len(history)
        assert all(event.imported_from and event.imported_at == NOW for event in history)
        assert {event.command_id for event in history} == {history[0].command_id}


def test_the_same_file_again_records_nothing(house: CountyStore, tmp_path: Path) -> None:
    path = write_log(tmp_path / "旧.csv", rows_of(list(lives(24))))
    imported(house, path)
    before = everything(house)

    again = imported(house, path, at=NOW + timedelta(days=1))
    renamed = imported(house, path.rename(tmp_path / "另存.csv"))

    assert (again.new, again.grown, again.known, again.facts) == (0, 0, 24, 0)
    assert renamed.facts == 0
    assert everything(house) == before


def test_a_file_that_grew_adds_only_what_is_new(house: CountyStore, tmp_path: Path) -> None:
    rows = rows_of(list(lives(24)))
    early = datetime(2024, 3, 9, tzinfo=UTC)
    first = [row for row in rows if row["办理时间"] < "2024-03-08"]
    assert 0 < len(first) < len(rows)
    imported(house, write_log(tmp_path / "旧.csv", first), at=early)
    before = everything(house)

    outcome = imported(house, write_log(tmp_path / "旧.csv", list(reversed(rows))))

    assert outcome.grown > 0
    assert outcome.rejected == []
    assert everything(house)[: len(before)] == before
    for history in calls_of(house).values():
        assert [event.originator_version for event in history] == list(range(1, len(history) + 1))
        house.call(history[0].originator_id)


def test_several_processes_record_the_same_as_one(
    house: CountyStore, tmp_path: Path, databases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.history_processes.ROWS_AT_ONCE", 40)
    path = write_log(tmp_path / "旧.csv", rows_of(list(lives(60))))
    outcome = imported(house, path, processes=2)

    with databases() as dsn, county_store(dsn) as other:
        alone = imported(other, path)
        assert (outcome.new, outcome.facts, outcome.rows) == (alone.new, alone.facts, alone.rows)
        one, two = calls_of(house), calls_of(other)
    assert {number: course(history) for number, history in one.items()} == {
        number: course(history) for number, history in two.items()
    }


def test_positions_say_which_facts_each_case_recorded(house: CountyStore, tmp_path: Path) -> None:
    imported(house, write_log(tmp_path / "旧.csv", rows_of(list(lives(8)))))

    rows = house.sql(
        "SELECT c.positions, array_agg(e.notification_id ORDER BY e.notification_id) FROM commands c"
        " JOIN stored_events e ON convert_from(e.state, 'UTF8')::jsonb ->> 'command_id' = c.command_id::text"
        " WHERE c.name = 'calls.import_history' GROUP BY c.command_id, c.positions"
    )
    assert len(rows) == 8
    assert all(positions == placed for positions, placed in rows)


def test_a_dry_run_tells_the_same_and_records_nothing(house: CountyStore, tmp_path: Path) -> None:
    rows = rows_of(list(lives(16)))
    rows[5] = {**rows[5], "处理单位": "没有这个局"}
    path = write_log(tmp_path / "旧.csv", rows)
    before = everything(house)

    tried = imported(house, path, dry_run=True)

    assert everything(house) == before
    done = imported(house, path)
    assert (tried.new, tried.facts, tried.rejected) == (done.new, done.facts, done.rejected)


class TestRejects:
    def faulty(self, **said: str) -> list[Line]:
        good, bad = lives(2)
        bad[3] = {**bad[3], **said}
        return [*good, *bad]

    @pytest.mark.parametrize(
        ("said", "column", "code"),
        [
            ({"处理单位": "没有这个局"}, "处理单位", "unknown-organization"),
            ({"环节": "没有这个词"}, "环节", "unknown-activity"),
            ({"办理时间": "昨天"}, "办理时间", "wrong-time"),
        ],
    )
    def test_a_case_with_one_faulty_row_is_rejected_whole_and_no_other(
        self, house: CountyStore, tmp_path: Path, said: dict[str, str], column: str, code: str
    ) -> None:
        rows = self.faulty(**said)
        outcome = imported(house, write_log(tmp_path / "旧.csv", rows))

        (fault,) = outcome.rejected
        place = next(n for n, row in enumerate(rows, start=2) if said.items() <= row.items())
        assert (fault.row, fault.column, fault.code, fault.case) == (place, column, code, rows[-1]["工单号"])
        assert (outcome.new, outcome.rejected_cases, set(calls_of(house))) == (1, 1, {rows[0]["工单号"]})

    def test_mended_and_imported_again_the_rejected_case_comes_in_and_no_other_twice(
        self, house: CountyStore, tmp_path: Path
    ) -> None:
        imported(house, write_log(tmp_path / "旧.csv", self.faulty(处理单位="没有这个局")))

        outcome = imported(house, write_log(tmp_path / "旧.csv", self.faulty()))

        assert (outcome.new, outcome.known, outcome.rejected) == (1, 1, [])

    def test_every_faulty_cell_row_is_told_not_only_the_first(self, house: CountyStore, tmp_path: Path) -> None:
        (case,) = lives(1)
        rows = [{**row, "办理时间": "昨天"} if n in (1, 4) else row for n, row in enumerate(case)]

        outcome = imported(house, write_log(tmp_path / "旧.csv", rows))

        assert [fault.row for fault in outcome.rejected] == [3, 6]
        assert outcome.rejected_cases == 1

    def test_a_row_without_a_number_is_told_by_itself(self, house: CountyStore, tmp_path: Path) -> None:
        (case,) = lives(1)
        outcome = imported(house, write_log(tmp_path / "旧.csv", [*case, {**case[0], "工单号": ""}]))

        assert [(f.row, f.code, f.case) for f in outcome.rejected] == [(len(case) + 2, "case-missing", "")]
        assert outcome.new == 1

    def test_a_fact_too_large_for_the_log_rejects_its_case(self, house: CountyStore, tmp_path: Path) -> None:
        (case,) = lives(1)
        more = [f"附{n}" for n in range(8)]
        path = tmp_path / "旧.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*COLUMNS, *more], restval="")
            writer.writeheader()
            writer.writerows([{**case[0], **dict.fromkeys(more, "长" * 7_999)}, *case[1:]])
        mapping = MAPPING.replace("  deadline:", f"  attributes: [{', '.join(more)}]\n  deadline:")

        outcome = imported(house, path, mapping=mapping)

        assert [fault.code for fault in outcome.rejected] == ["content-too-long"]
        assert calls_of(house) == {}
        assert house.sql("SELECT count(*) FROM content_keys WHERE key_id LIKE 'calls/%'") == [(0,)]


def test_a_mapping_that_names_an_unknown_organization_is_refused_before_anything(
    house: CountyStore, tmp_path: Path
) -> None:
    path = write_log(tmp_path / "旧.csv", rows_of(list(lives(2))))
    with pytest.raises(MappingRefused, match=r"organizations\.城管局.*您是否要填写“综合行政执法局”"):
        imported(house, path, mapping=MAPPING + "organizations: {城管局: 综合行政执法}\n")


def test_an_organization_is_found_by_code_alias_former_name_and_the_mapping(house: CountyStore, tmp_path: Path) -> None:
    house.bus.execute(
        RenameOrganization(
            organization=house.county.orgs["zhujian"],
            name="住房城乡建设和人防局",
            aliases=("住建局",),
            effective_at=house.county.now,
            document="示编〔2026〕9号",
        ),
        Ask(uuid4(), PLATFORM_ITSELF),
    )
    (case,) = lives(1)
    for place, name in enumerate(("zhujian", "住建局", "住房和城乡建设局", "建设科")):
        rows = [{**row, "工单号": f"N{place}"} for row in case]
        rows = [{**row, "处理单位": name} if row["环节"] in ("签收", "处理中", "办结反馈") else row for row in rows]
        rows = [{**row, "承办单位": name} if row["环节"] == "派单" else row for row in rows]
        mapping = MAPPING + "organizations: {建设科: 住建局}\n"
        outcome = imported(house, write_log(tmp_path / "旧.csv", rows), mapping=mapping)
        assert outcome.rejected == []
    leads = {house.call(history[0].originator_id).parties[0].name for history in calls_of(house).values()}
    assert leads == {"住房城乡建设和人防局"}


def test_once_handled_here_a_call_takes_no_more_old_rows(house: CountyStore, tmp_path: Path) -> None:
    case = next(life for life in lives(8) if life[-1]["环节"] == "处理中")
    path = write_log(tmp_path / "旧.csv", case[:-1])
    imported(house, path)
    (history,) = calls_of(house).values()
    call = house.call(history[0].originator_id)
    assert call.stage is Stage.HANDLING
    assert call.lead is not None
    person = next(p for p in house.county.people if house.county.by(p).organization == call.lead.organization)
    house.say(h.ReportResult(call_id=call.id, text="已清理完毕"), person)

    outcome = imported(house, write_log(tmp_path / "旧.csv", case))

    assert [fault.code for fault in outcome.rejected] == ["handled-here"]
    assert imported(house, write_log(tmp_path / "旧.csv", case[:-1])).known == 1


def test_a_call_whose_content_was_withdrawn_takes_no_more_content(house: CountyStore, tmp_path: Path) -> None:
    case = next(life for life in lives(8) if life[-1]["环节"] == "处理中")
    imported(house, write_log(tmp_path / "旧.csv", case[:-1]))
    (history,) = calls_of(house).values()
    house.keys.destroy(f"calls/{history[0].originator_id}", "撤〔2026〕1号")

    outcome = imported(house, write_log(tmp_path / "旧.csv", case))

    assert [fault.code for fault in outcome.rejected] == ["content-withdrawn"]


def test_what_stands_in_clear_tells_nothing_of_what_was_written(house: CountyStore, tmp_path: Path) -> None:
    (case,) = lives(1)
    secret = "张三家门前的事"
    imported(house, write_log(tmp_path / "旧.csv", [{**row, "内容": secret, "地点": secret} for row in case]))

    states = house.sql("SELECT convert_from(state, 'UTF8') FROM stored_events WHERE topic LIKE 'calls.%%'")
    assert states
    assert [state for (state,) in states if secret in state] == []
    assert secret in calls_of(house)[case[0]["工单号"]][0].text  # type: ignore[attr-defined]


def test_live_commands_go_on_beside_an_import_and_no_reader_misses_a_fact(
    house: CountyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.history_processes.ROWS_AT_ONCE", 100)
    path = write_log(tmp_path / "旧.csv", rows_of(list(lives(400))))
    call = house.placed()
    done, written, notes, seen = threading.Event(), threading.Event(), list[int](), list[int]()

    def annotate() -> None:
        while not done.is_set():
            notes.append(house.say(AddNote(call_id=call, text="在办"), "wang").position)

    def tail() -> None:
        with closing(StoreFeed(house.dsn)) as feed:
            place = 0
            while True:
                ended = written.is_set()
                facts = feed.read({STORE_CHANNEL: place}, 500, 0.05)
                if not facts and ended:
                    return
                for fact in facts:
                    seen.append(fact.position)
                    place = fact.offset + 1

    annotating, tailing = threading.Thread(target=annotate), threading.Thread(target=tail)
    for thread in (annotating, tailing):
        thread.start()
    try:
        outcome = imported(house, path)
    finally:
        done.set()
        annotating.join()
        written.set()  # the last note may come after the import: until then the reader goes on
        tailing.join()

    assert (outcome.new, outcome.rejected) == (400, [])
    positions = [position for position, *_ in everything(house)]
    assert seen == positions, "a tailing reader saw every fact in its place"
    among = [position for position in notes if min(positions) < position < outcome.position]
    assert among, "commands were answered while the import went on"


def test_a_batch_that_meets_another_writer_looks_again(house: CountyStore, tmp_path: Path) -> None:
    """Two imports of one file at once, which the command does not allow: each case stands once all the same."""
    path = write_log(tmp_path / "旧.csv", rows_of(list(lives(40))))
    said = read_mapping(MAPPING.encode())
    log = EventLog(path, said)
    given = prepared(house.store, NODE, said, log, path.name, NOW)
    cases = list(log.each_case())
    outcomes = list[Outcome]()

    def take() -> None:
        with psycopg.connect(house.dsn, autocommit=True) as connection:
            outcomes.append(HistoryImport(connection, KeyRing(house.pool, MASTER), given).take(cases))

    with _held(house.dsn) as release:
        threads = [threading.Thread(target=take) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_for_lock(house.dsn, 2)
        release()
        for thread in threads:
            thread.join()

    assert sorted((outcome.new, outcome.known) for outcome in outcomes) == [(0, 40), (40, 0)]
    assert len(calls_of(house)) == 40


@contextmanager
def _held(dsn: str) -> Iterator[Any]:
    """Somebody holds the order of positions until released."""
    with psycopg.connect(dsn) as connection:
        connection.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        yield connection.rollback


def wait_for_lock(dsn: str, count: int) -> None:
    """Until so many wait, for it or for each other."""

    def waiting() -> bool:
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchone()
        return row is not None and row[0] >= count

    wait_until(waiting, 20)


def test_views_show_whence_a_call_came_and_count_it_by_its_own_times(house: CountyStore, tmp_path: Path) -> None:
    (case,) = lives(1)
    imported(house, write_log(tmp_path / "旧.csv", case))
    house.fold()
    (history,) = calls_of(house).values()

    schema = live_schema(house.view)
    rows = house.sql(
        f"SELECT recorded_at, fact ->> 'imported_from', fact ->> 'imported_at' FROM {schema}.timeline ORDER BY version"
    )

    assert [row[0] for row in rows] == [event.recorded_at for event in history]
    assert all(said.startswith("旧.csv#") and at for _, said, at in rows)
    assert house.sql(f"SELECT submitted_at FROM {schema}.calls") == [(history[0].recorded_at,)]


def test_a_view_that_lacks_only_imported_facts_is_not_years_behind(house: CountyStore, tmp_path: Path) -> None:
    house.fold()
    imported(house, write_log(tmp_path / "旧.csv", next(lives(1))), at=datetime.now(UTC))

    (standing,) = house.freshness.standings()

    assert standing.behind > 0
    assert standing.behind_seconds < 3_600
    assert house.freshness.worst_delay() < 3_600


def test_folded_one_by_one_or_at_once_the_rows_are_the_same(house: CountyStore, tmp_path: Path) -> None:
    imported(house, write_log(tmp_path / "旧.csv", rows_of(list(lives(16)))))
    house.fold(batch=7)
    before = house.rows()

    house.rebuild()

    assert house.rows() == before


def test_every_imported_call_folds_by_the_domains_own_fold(house: CountyStore, tmp_path: Path) -> None:
    imported(house, write_log(tmp_path / "旧.csv", rows_of(list(lives(16)))))

    for history in calls_of(house).values():
        call = None
        for event in history:
            call = evolve(call, event)
        assert call is not None
